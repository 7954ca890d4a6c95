# SPDX-License-Identifier: GPL-3.0-or-later
# What is generated from the tables is up to date, and what is written by hand
# agrees with the tree.
. tests/lib.sh

if [ -x "$BUILD/gen-docs" ]; then
	holds "generated documents are up to date (make docs)" "$BUILD/gen-docs" check
else
	not_ok "gen-docs was built"
fi

# Paths that the documents name are there.
for document in README doc/hacking.md; do
	missing=$(grep -oE '\b(src|include|tests|doc|keymaps)/[A-Za-z0-9_./-]+[A-Za-z0-9_]' "$document" |
		sort -u | while read -r path; do
			# Words in capitals stand for a name.
			[[ $path =~ [A-Z]{3} ]] || [ -e "$path" ] || echo "$path"
		done)
	is "$missing" "" "$document names files that exist"
done

# README is two screens of plain text.
is "$(awk 'length($0) > 100' README)" "" "README fits 100 columns"

# Each source file is listed in GNUmakefile, and nothing else is.
for layer in base sys config plan haproxy apply command ui; do
	is "$(make -s --no-print-directory print-objects LAYER=$layer 2>/dev/null | tr ' ' '\n' | sort | xargs)" \
		"$(find "src/$layer" -name '*.c' -exec basename {} .c \; | sort | xargs)" \
		"GNUmakefile lists the sources of $layer"
done
if command -v man >/dev/null; then
	is "$(man --warnings -l doc/penstock.1 2>&1 >/dev/null)" "" "the manual page has no faults"
fi
if command -v bash >/dev/null; then
	holds "the bash completion parses" bash -n doc/completion.bash
fi
done_testing
