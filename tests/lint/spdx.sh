# SPDX-License-Identifier: GPL-3.0-or-later
# Each file says its licence in its first lines; data that is compared byte for
# byte, and files whose form has no comments, do not.
. tests/lib.sh

# The checkout may belong to somebody else than who tests it.
git -c safe.directory='*' ls-files -co --exclude-standard >"$work/files"
is "$(($(wc -l <"$work/files") > 100))" 1 "git lists the files"

missing=$(grep -vE '^(LICENSE|README)$' "$work/files" |
	grep -vE '^tests/golden/[^/]+/[^/]+/(input|input\.d/.*|expected|error|status|args|result|.*\.(json|cfg|pem|key|map|txt))$' |
	grep -vE '^tests/screen/expected/|^tests/screen/data/(help|info|stat)$|^tests/fuzz/corpus/' |
	while read -r file; do
		[ -f "$file" ] || continue
		head -n 4 "$file" | grep -q 'SPDX-License-Identifier: GPL-3.0-or-later' || echo "$file"
	done)

is "$missing" "" "each file has its SPDX line"
like "$(cat README 2>/dev/null)" 'GPL-3\.0-or-later' "README names the licence"
done_testing
