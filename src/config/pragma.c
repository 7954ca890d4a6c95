/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/config/pragma.h"

#include <stdint.h>

bool pragma_text(struct span line, struct span *text)
{
	size_t i = line_indent(line).len;

	if (line.len - i < 2 || line.at[i] != '#' || line.at[i + 1] != '@')
		return false;
	*text = span_make(line.at + i + 2, line.len - i - 2);
	return true;
}

bool pragma_read(struct span line, struct words *words)
{
	struct span text;

	if (!pragma_text(line, &text))
		return false;
	words_split(words, text);
	return true;
}

size_t pragma_find(const struct document *doc, const struct section *section, const char *word)
{
	struct words words = WORDS_INIT;
	size_t       found = SIZE_MAX;

	for (size_t i = 1; i < section->count && found == SIZE_MAX; i++) {
		size_t line = section->first + i;

		if (pragma_read(line_span(&doc->lines.items[line]), &words) &&
		    words_is(&words, 0, word))
			found = line;
	}
	words_release(&words);
	return found;
}

/* The text comes from outside: a line end in it would make a line of its own. */
static void add_text(struct str *out, struct span text)
{
	for (size_t i = 0; i < text.len; i++)
		str_add_char(out, (unsigned char)text.at[i] < ' ' ? ' ' : text.at[i]);
}

/* Pragmas stand behind the header, before all that HAProxy reads. */
static size_t place_for_new(const struct document *doc, const struct section *section,
			    struct words *words)
{
	size_t line = section->first + 1, end = section->first + section->count;

	while (line < end && pragma_read(line_span(&doc->lines.items[line]), words))
		line++;
	return line;
}

void pragma_add(struct candidate *candidate, const struct section *section, struct span text)
{
	struct words words = WORDS_INIT;
	struct str   made = STR_INIT;

	str_add_text(&made, "#@ ");
	add_text(&made, text);
	edit_insert_indented(candidate, section, place_for_new(candidate->now, section, &words),
			     str_span(&made));
	str_release(&made);
	words_release(&words);
}

void pragma_set(struct candidate *candidate, const struct section *section, const char *word,
		struct span text)
{
	const struct document *doc = candidate->now;
	size_t                 line = pragma_find(doc, section, word);
	struct words           words = WORDS_INIT;
	struct str             made = STR_INIT;

	if (!text.len) {
		if (line != SIZE_MAX)
			edit_delete_lines(candidate, line, 1);
		return;
	}
	if (line != SIZE_MAX)
		str_add_span(&made, line_indent(line_span(&doc->lines.items[line])));
	str_addf(&made, "#@ %s ", word);
	add_text(&made, text);
	if (line == SIZE_MAX)
		edit_insert_indented(candidate, section, place_for_new(doc, section, &words),
				     str_span(&made));
	else
		edit_replace_line(candidate, line, str_span(&made));
	str_release(&made);
	words_release(&words);
}
