# SPDX-License-Identifier: GPL-3.0-or-later
# What apply keeps of a file: owner, mode, links; and its form.
. tests/lib.sh
need_haproxy 2.2
start_lb master

chmod 640 "$cfg"
[ "$(id -u)" = 0 ] && chown 65534:65534 "$cfg"
before=$(stat -c '%u:%g %a' "$cfg")
try -f "$cfg" -s "$lb" -c 'set server live/app1 weight 51' -c apply
works "apply to a file of somebody else, mode 640"
is "$(stat -c '%u:%g %a' "$cfg")" "$before" "owner, group and mode are kept"

# A symbolic link stays one; what it points at is changed.
mkdir "$work/real"
mv "$cfg" "$work/real/real.cfg"
ln -s real/real.cfg "$cfg"
try -f "$cfg" -s "$lb" -c 'set server live/app1 weight 52' -c apply
works "apply through a symbolic link"
is "$(readlink "$cfg")" real/real.cfg "the link stays"
like "$(cat "$work/real/real.cfg")" 'weight 52' "the file behind it is changed"
is "$(ls -A "$work/real")" real.cfg "nothing is left beside it"

# An unchanged file is not touched.
touch -d '2020-01-01' "$work/real/real.cfg"
inode=$(stat -c '%i %Y' "$work/real/real.cfg")
try -f "$cfg" -s "$lb" -c apply
works "apply without edits"
is "$(stat -c '%i %Y' "$work/real/real.cfg")" "$inode" "the file is not written"

# CRLF and a missing last newline survive.
sed -i 's/$/\r/' "$work/real/real.cfg"
if haproxy -c -q -f "$cfg" 2>/dev/null; then
	try -f "$cfg" -s "$lb" -c 'set server live/app1 weight 53' -c apply
	works "apply to a file with CRLF"
	is "$(grep -c $'\r$' "$work/real/real.cfg")" "$(wc -l <"$work/real/real.cfg")" \
		"each line still ends with CRLF"
else
	skip "CRLF survives" "this haproxy refuses CRLF"
fi

# A folder that nothing can be written to.
if ! can_be_nobody; then
	skip "a read-only folder" "needs root and setpriv"
else
	open_folder "$work"
	chmod 755 "$work/real"
	chmod 644 "$work/real/real.cfg"
	chmod 666 "$lb"
	try_as_nobody -f "$cfg" -s "$lb" -c 'set server live/app1 weight 54' -c apply
	fails 3 'real' "a folder that cannot be written is said" 3 # the check, and that an edit is left
	is "$(stat_of "$lb" live app1 weight)" 53 "and nothing was sent"
fi
done_testing
