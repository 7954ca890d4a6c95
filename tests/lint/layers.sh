# SPDX-License-Identifier: GPL-3.0-or-later
# Who may include whom (design.md section 4), and where each outside library
# stands.  A file that needs an exception is named here with its reason.
. tests/lib.sh

# layer: the layers that its files may include.
allowed='
base: base
sys: base sys
haproxy: base sys haproxy
config: base config
plan: base config plan
apply: base sys haproxy config plan apply
command: base sys haproxy config plan apply command
ui: base sys haproxy config plan apply command ui
main: base sys haproxy config plan apply command ui
'

# header: the files that may include it, as a regular expression.
libraries='
uv\.h                                  ^src/sys/
jansson\.h                             ^(src|include/penstock)/(config/json|command/output)[a-z_]*\.[ch]$
git2.*                                 ^src/plan/diff\.c$
openssl/.*                             ^src/config/certificate\.c$
(n?curses|ncursesw/.*|term|panel)\.h   ^src/ui/[a-z_]*\.[ch]$
readline/.*                            ^src/(ui/prompt|command/line)\.c$
uthash\.h                              ^src/base/map\.c$
pcre2\.h                               ^src/config/regex\.c$
crypt\.h                               ^src/(config/login|sys/password)\.c$
'

# The pure layers know no clock, no file and no socket.
impure='^(fcntl|unistd|time|signal|poll|dirent|pthread|sys/(socket|stat|types|time|wait|un|select|mman))\.h$'

files=$(find src include -name '*.[ch]' | sort)

layer_of() { # FILE
	case $1 in
	include/penstock/*) set -- "${1#include/penstock/}" ;;
	src/main.c) set -- main/ ;;
	*) set -- "${1#src/}" ;;
	esac
	printf '%s\n' "${1%%/*}"
}

check_layers() {
	local file layer included may

	for file in $files; do
		layer=$(layer_of "$file")
		may=$(sed -n "s/^$layer: *//p" <<<"$allowed")
		[ -n "$may" ] || echo "$file: layer '$layer' is not known here"
		for included in $(sed -nE 's|^#[ \t]*include[ \t]*"penstock/([a-z]+)/.*|\1|p' "$file"); do
			[[ " $may " == *" $included "* ]] || echo "$file includes $included/"
		done
	done
}

check_libraries() {
	local header place file

	while read -r header place; do
		[ -n "$header" ] || continue
		for file in $(grep -lE "^#[ \t]*include[ \t]*[<\"]$header[>\"]" $files); do
			[[ $file =~ $place ]] || echo "$file includes $header"
		done
	done <<<"$libraries"
}

check_purity() {
	local file header

	for file in $files; do
		case $(layer_of "$file") in
		config | plan) ;;
		*) continue ;;
		esac
		for header in $(sed -nE 's|^#[ \t]*include[ \t]*<(.*)>.*|\1|p' "$file"); do
			[[ $header =~ $impure ]] && echo "$file includes <$header>"
		done
		grep -nE '\b(fopen|fread|fwrite|getenv|clock_(monotonic|wall|cpu)_[a-z]+) *\(' "$file" |
			sed "s|^|$file:|"
	done
}

# Each source has a header of its name and says so first: it then stands alone.
check_pairs() {
	local file header

	for file in $(find src -mindepth 2 -name '*.c' | sort); do
		header=include/penstock/${file#src/}
		header=${header%.c}.h
		[ -e "$header" ] || continue
		grep -m 1 '^#include' "$file" | grep -q "\"${header#include/}\"" ||
			echo "$file does not include its own header first"
	done
}

is "$(check_layers)" "" "layers include only those below them"
is "$(check_libraries)" "" "outside libraries stand where they belong"
is "$(check_purity)" "" "config and plan are pure"
is "$(check_pairs)" "" "sources include their own header first"
done_testing
