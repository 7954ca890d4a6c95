# SPDX-License-Identifier: GPL-3.0-or-later
# Sizes that ask for a second room: functions above 80 lines, files above 600,
# lines above 100 columns (style.md 2.18).  An exception is a line here, with
# its reason.
. tests/lib.sh

# file or file:function, then why.
exceptions='
src/config/keyword_table.c data only, one row for each keyword of HAProxy
'

excepted() { # NAME
	grep -qE "^$1( |$)" <<<"$exceptions"
}

list() { # reads "name rest"; prints what is not excepted
	local name rest

	while read -r name rest; do
		excepted "$name" || printf '%s %s\n' "$name" "$rest"
	done
}

sources=$(find src include doc tests -name '*.[ch]' | sort)

is "$(awk '
	FNR == 1 { name = "" }
	/^[A-Za-z_].*\(/ && !/;$/ { name = $0; sub(/\(.*/, "", name); sub(/.*[ *]/, "", name); start = FNR }
	/^}/ && name != "" {
		if (FNR - start + 1 > 80) print FILENAME ":" name, FNR - start + 1, "lines"
		name = ""
	}' $sources | list)" "" "no function above 80 lines"

is "$(awk '{ n[FILENAME]++ } END { for (f in n) if (n[f] > 600) print f, n[f], "lines" }' \
	$sources | sort | list)" "" "no file above 600 lines"

# A tab counts 8; bytes of UTF-8 that continue a character count nothing.
is "$(LC_ALL=C awk '{
		line = $0
		while ((at = index(line, "\t")))
			line = substr(line, 1, at - 1) substr("        ", (at - 1) % 8 + 1) substr(line, at + 1)
		gsub(/[\200-\277]/, "", line)
		if (length(line) > 100) print FILENAME ":" FNR, length(line), "columns"
	}' $sources | list)" "" "no line beyond 100 columns"

is "$(grep -nE '[ 	]+$' $sources GNUmakefile)" "" "no blanks at the end of a line"
is "$(wc -l <GNUmakefile | awk '$1 > 250')" "" "GNUmakefile stays below 250 lines"
done_testing
