# SPDX-License-Identifier: GPL-3.0-or-later
# Calls and words that have no place in the sources.
. tests/lib.sh

sources=$(find src include -name '*.[ch]' | sort)

# The code without comments and strings, with file and line before it.
code() { # FILE...
	awk '
	FNR == 1 { comment = 0 }
	{
		line = $0; out = ""
		while (line != "") {
			if (comment) {
				end = index(line, "*/")
				if (!end) { line = ""; break }
				line = substr(line, end + 2); comment = 0
			} else if (match(line, /^"([^"\\]|\\.)*"/) || match(line, /^'\''([^'\''\\]|\\.)*'\''/)) {
				line = substr(line, RLENGTH + 1); out = out "\"\""
			} else if (substr(line, 1, 2) == "/*") {
				line = substr(line, 3); comment = 1
			} else {
				out = out substr(line, 1, 1); line = substr(line, 2)
			}
		}
		if (out ~ /[^ \t]/) print FILENAME ":" FNR ": " out
	}' "$@"
}

code $sources >"$work/code"

# No bounds, or a shell where none is wanted, or a race.
unsafe='(strcpy|strcat|sprintf|vsprintf|gets|strtok|system|popen|mktemp|tmpnam|alloca|atoi|atol|scanf|sscanf)'
is "$(grep -E "\\b$unsafe *\\(" "$work/code")" "" "no unsafe calls"

# base/mem.c is where allocation may fail.
is "$(grep -E '\b(malloc|calloc|realloc|strdup|strndup) *\(' "$work/code" | grep -v '^src/base/mem\.c:')" \
	"" "allocation goes through base/mem"

# Only the edges print: command/output, ui, main; and die, which has no one to
# hand its error to.
is "$(grep -E '\b(printf|puts|putchar|perror|fputs|vprintf|fprintf|fwrite) *\(|\b(stdout|stderr)\b' "$work/code" |
	grep -vE '^src/(command|ui)/|^src/main\.c:|^src/base/err\.c:')" \
	"" "nothing below command/ writes to a terminal"

# The loop is where the program sleeps; a poll that waits 0 ms does not.
is "$(grep -E '\b(sleep|usleep|nanosleep|select|poll|ppoll|epoll_wait|gethostbyname|getaddrinfo) *\(' \
	"$work/code" | grep -vE '^src/sys/|\bpoll\([^()]*, 0\)')" "" "nothing above sys/ sleeps or blocks"

is "$(grep -E '\b(setjmp|longjmp|signal|fork|vfork) *\(' "$work/code" | grep -v '^src/sys/')" \
	"" "no jumps, forks or bare signal handlers above sys/"

# A word that puts off a decision without naming it.  Put together here, so
# that this file does not find itself.
words='\b(TO''DO|FIX''ME|XX''X|HA''CK)\b'
is "$(grep -rnE "$words" src include tests doc keymaps GNUmakefile README .ci)" "" \
	"no decision is put off without a name"

# Comments are of one kind, so that grep for // finds addresses only.
is "$(grep -E '(^|[^:])//' "$work/code")" "" "comments are of the /* */ kind"

# Mutable state at file scope: none below ui (style.md 2.2, 2.18), but for
#	base/clock, base/err   the clock that tests stop; what gives back the terminal
#	command/line           readline's callbacks carry no context
#	command/command        the group of commands that ui/ adds before anything runs
is "$(grep -E '^[^:]*:[0-9]+: static [^(]*( =|;|\[)' "$work/code" |
	grep -vE ': static const [^*=;]*(=|;|\[)|\* ?const |: static inline' |
	grep -vE '^src/(ui/|main\.c|base/(clock|err)\.c|command/line\.c)' |
	grep -vE '^src/command/command\.c:.*\badded_group;')" "" "no mutable state at file scope below ui"
done_testing
