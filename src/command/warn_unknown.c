/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/command/warn_unknown.h"

#include "penstock/config/unknown.h"

/* More of them say nothing new: somebody loads a file of a newer HAProxy. */
enum { WARNINGS_MAX = 3 };

static bool was_there(const struct splice *splice, const struct line *line)
{
	for (size_t i = 0; i < splice->nout; i++)
		if (span_equal(line_span(&splice->lines[i]), line_span(line)))
			return true;
	return false;
}

static void warn(struct console *console, const struct words *words, struct span name)
{
	struct span near = unknown_nearest(words, name, (unsigned)SECTION_ANY);

	if (near.len)
		console_warn(console, "unknown keyword '%.*s'; did you mean '%.*s'?", (int)name.len,
			     name.at, (int)near.len, near.at);
	else
		console_warn(console, "unknown keyword '%.*s'; it is taken as text", (int)name.len,
			     name.at);
}

/* HAProxy is asked where the tables have no answer, and of actions, which they do
 * not have. */
static struct span find_unknown(struct console *console, const struct words *words,
				struct span line)
{
	struct span name = unknown_keyword(words, line, (unsigned)SECTION_ANY, NULL);

	if (!name.len && !span_starts(words_text(words, 0), "http-"))
		return name;
	return unknown_keyword(words, line, (unsigned)SECTION_ANY, console_vocabulary(console));
}

void warn_unknown(struct console *console, const struct edit *edit)
{
	struct words words = WORDS_INIT;
	int          told = 0;

	for (size_t s = 0; s < edit->splices.count; s++) {
		const struct splice *splice = &edit->splices.items[s];

		for (size_t i = 0; i < splice->nin && told < WARNINGS_MAX; i++) {
			const struct line *line = &splice->lines[splice->nout + i];
			struct span        name;

			if (console->candidate->now->files.items[line->file].kind != FILE_CONFIG)
				continue;
			words_split(&words, line_span(line));
			if (section_def_find(words_text(&words, 0)))
				continue;
			name = find_unknown(console, &words, line_span(line));
			if (name.len && !was_there(splice, line)) {
				warn(console, &words, name);
				told++;
			}
		}
	}
	words_release(&words);
}
