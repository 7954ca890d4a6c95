/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/config/columns.h"

#include <string.h>

enum { LOOK_BACK = 8 };

static void take_line(struct columns *columns, const struct words *words)
{
	for (size_t i = 0; i < COLUMNS && i + 1 < words->count; i++) {
		const char *before = words->items[i].raw.at + words->items[i].raw.len;
		const char *at = words->items[i + 1].raw.at;
		size_t      start = (size_t)(at - words->items[0].raw.at);

		if (!columns->start[i]) {
			columns->start[i] = start;
			columns->gap[i] = span_make(before, (size_t)(at - before));
		}
		columns->uneven[i] |= start != columns->start[i];
		columns->padded[i] |= at - before > 1;
	}
}

void columns_read(struct columns *columns, const struct document *doc,
		  const struct section *section, const char *keyword)
{
	struct words words = WORDS_INIT;
	size_t       line = section->first + section->count;
	size_t       seen = 0;

	*columns = (struct columns){ .start = { 0 } };
	while (line-- > section->first + 1 && seen < LOOK_BACK) {
		struct span text = line_span(&doc->lines.items[line]);

		if (span_is(line_first_word(text), keyword)) {
			words_split(&words, text);
			take_line(columns, &words);
			seen++;
		} else if (seen) {
			break;
		}
	}
	words_release(&words);
}

void columns_gap(const struct columns *columns, size_t word, struct str *line)
{
	size_t      i = word - 1;
	struct span gap = columns->gap[i];

	if (gap.len && memchr(gap.at, '\t', gap.len)) {
		str_add_span(line, gap);
		return;
	}
	str_add_char(line, ' ');
	if (columns->padded[i] && !columns->uneven[i] && line->len < columns->start[i])
		str_add_repeat(line, ' ', columns->start[i] - line->len);
}
