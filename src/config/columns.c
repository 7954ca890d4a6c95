/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/config/columns.h"

#include <string.h>

enum { LOOK_BACK = 8 };

/* What one line has before each word. */
struct ruler {
	size_t      start[COLUMNS]; /* 0: no such word */
	struct span gap[COLUMNS];
};

static void measure(struct ruler *ruler, const struct words *words)
{
	*ruler = (struct ruler){ .start = { 0 } };
	for (size_t i = 0; i < COLUMNS && i + 1 < words->count; i++) {
		const char *before = words->items[i].raw.at + words->items[i].raw.len;
		const char *at = words->items[i + 1].raw.at;

		ruler->start[i] = (size_t)(at - words->items[0].raw.at);
		ruler->gap[i] = span_make(before, (size_t)(at - before));
	}
}

/* The lines from the last one up that start with the keyword. */
static size_t measure_lines(struct ruler *rulers, const struct document *doc,
			    const struct section *section, const char *keyword)
{
	struct words words = WORDS_INIT;
	size_t       line = section->first + section->count;
	size_t       count = 0;

	while (line-- > section->first + 1 && count < LOOK_BACK) {
		struct span text = line_span(&doc->lines.items[line]);

		if (span_is(line_first_word(text), keyword)) {
			words_split(&words, text);
			measure(&rulers[count++], &words);
		} else if (count) {
			break;
		}
	}
	words_release(&words);
	return count;
}

static size_t common_column(const struct ruler *rulers, size_t count, size_t i)
{
	size_t column = 0;

	for (size_t n = 0; n < count; n++) {
		if (rulers[n].gap[i].len < 2)
			continue;
		if (column && rulers[n].start[i] != column)
			return 0;
		column = rulers[n].start[i];
	}
	for (size_t n = 0; n < count; n++)
		if (rulers[n].start[i] && rulers[n].start[i] < column)
			return 0;
	return column;
}

void columns_read(struct columns *columns, const struct document *doc,
		  const struct section *section, const char *keyword)
{
	struct ruler rulers[LOOK_BACK];
	size_t       count = measure_lines(rulers, doc, section, keyword);

	*columns = (struct columns){ .start = { 0 } };
	for (size_t i = 0; count && i < COLUMNS; i++) {
		struct span gap = rulers[0].gap[i];

		if (gap.len && memchr(gap.at, '\t', gap.len))
			columns->tabs[i] = gap;
		columns->start[i] = common_column(rulers, count, i);
	}
}

void columns_gap(const struct columns *columns, size_t word, struct str *line)
{
	size_t i = word - 1;

	if (columns->tabs[i].len) {
		str_add_span(line, columns->tabs[i]);
		return;
	}
	str_add_char(line, ' ');
	if (line->len < columns->start[i])
		str_add_repeat(line, ' ', columns->start[i] - line->len);
}
