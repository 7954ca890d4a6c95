# SPDX-License-Identifier: GPL-3.0-or-later
# Files that are not what they should be: shown as they are, or one sentence with
# the place; never changed by being read.
. tests/lib.sh

# What the file's bytes are, `show config` prints.
kept() { # DESCRIPTION FILE
	local sum

	sum=$(cksum <"$2")
	try -f "$2" -c 'show config'
	works "$1 is read"
	holds "$1: show config prints its bytes" cmp "$2" "$work/out"
	is "$(cksum <"$2")" "$sum" "$1: the file is as it was"
}

try -f "$work/missing.cfg" -c 'show config'
fails 3 "missing\.cfg" "a file that is not there"
try -f "$work/missing.cfg" -c check
fails 3 "missing\.cfg" "nor is it checked"

mkdir "$work/empty.d"
try -f "$work/empty.d" -c 'show config'
fails 3 "empty\.d" "a folder without configuration"

: >"$work/empty.cfg"
kept "an empty file" "$work/empty.cfg"
try -f "$work/empty.cfg" -c 'set server live/app1 weight 5'
fails 1 "live" "an empty file has no servers"

head -c 20000 /dev/urandom >"$work/binary.cfg"
kept "a file of random bytes" "$work/binary.cfg"
printf 'backend b\n\0\0 server \0s 1:1\n\377\376\n' >"$work/nul.cfg"
kept "a file with NULs" "$work/nul.cfg"
try -f "$work/nul.cfg" -c 'add server b/t 127.0.0.1:1' -c 'show config'
works "it can be edited"
is "$(head -c 30 "$work/out" | cksum)" "$(head -c 30 "$work/nul.cfg" | cksum)" "its own bytes stay"
printf '\xef\xbb\xbfglobal\n' >"$work/bom.cfg"
kept "a file with a byte order mark" "$work/bom.cfg"
printf 'backend b\r\n\tserver s 127.0.0.1:1 weight 5\r\n' >"$work/crlf.cfg"
kept "a file with CRLF" "$work/crlf.cfg"
try -f "$work/crlf.cfg" -c 'set server b/s weight 6' -c 'add server b/t 127.0.0.1:2' -c 'show config'
is "$(cat -A "$work/out")" \
	'backend b^M$
^Iserver s 127.0.0.1:1 weight 6^M$
^Iserver t 127.0.0.1:2^M$' "edits keep CRLF and tabs"
printf 'backend b\n server s 127.0.0.1:1' >"$work/unended.cfg"
kept "a file without a last newline" "$work/unended.cfg"

{
	printf 'backend b\n    acl x path '
	head -c 1048576 /dev/zero | tr '\0' y
	printf '\n    server s 127.0.0.1:1\n'
} >"$work/long.cfg"
kept "a line of 1 MB" "$work/long.cfg"
try -f "$work/long.cfg" -c 'set server b/s weight 6' -c diff
works "a line of 1 MB beside an edit"

awk 'BEGIN { for (i = 0; i < 100000; i++) printf "backend b%d\n    server s 127.0.0.1:1\n", i }' \
	>"$work/many.cfg"
kept "100,000 sections" "$work/many.cfg"
try -f "$work/many.cfg" -c 'set server b99999/s weight 6' -c 'rename backend b5 c5' -c diff -c plan
works "100,000 sections are edited"
is "$(grep -c '^+[^+]' "$work/out")" 2 "by two lines"

# A folder is its *.cfg files in bytewise order.
mkdir "$work/conf.d"
printf 'backend two\n' >"$work/conf.d/20.cfg"
printf 'backend one\n' >"$work/conf.d/10.cfg"
printf 'backend none\n' >"$work/conf.d/.hidden.cfg"
printf 'backend none\n' >"$work/conf.d/readme"
try -f "$work/conf.d" -c 'show config'
is "$out" $'backend one\nbackend two' "a folder's files in their order"

printf 'backend b\n' >"$work/secret.cfg"
chmod 000 "$work/secret.cfg"
if can_be_nobody; then
	open_folder "$work"
	try_as_nobody -f "$work/secret.cfg" -c 'show config'
else
	try -f "$work/secret.cfg" -c 'show config'
fi
if [ "$(id -u)" = 0 ] && ! can_be_nobody; then
	skip "a file that may not be read" "root may read everything"
else
	fails 3 'secret\.cfg' "a file that may not be read"
fi

# The corpus, whole.
if [ -z "${SHARED:-}" ]; then
	skip "the corpus is printed as it is" "the corpus is not there"
else
	different=
	for file in "$SHARED"/corpus/configs/*.cfg; do
		try -f "$file" -c 'show config'
		[ "$status" = 0 ] && cmp -s "$file" "$work/out" || different="$different $file"
	done
	is "$different" "" "show config prints each file of the corpus as it is"
fi
done_testing
