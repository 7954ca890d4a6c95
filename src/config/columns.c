/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/config/columns.h"

#include <string.h>

enum { LOOK_BACK = 8, TAB = 8 };

/* Where text that begins at a column ends. */
static size_t advance(size_t column, struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] == '\t')
			column += TAB - column % TAB;
		else
			column += ((unsigned char)text.at[i] & 0xc0) != 0x80;
	}
	return column;
}

static bool has_tab(struct span gap)
{
	return gap.len && memchr(gap.at, '\t', gap.len);
}

/* What one line has before each word. */
struct ruler {
	size_t      indent;
	size_t      start[COLUMNS]; /* 0: no such word */
	size_t      width[COLUMNS]; /* of the blanks before it */
	struct span gap[COLUMNS];
};

static const char *end_of(const struct word *word)
{
	return word->raw.at + word->raw.len;
}

static void measure(struct ruler *ruler, const struct words *words)
{
	const char *line = words->indent.at;

	*ruler = (struct ruler){ .indent = advance(0, words->indent) };
	for (size_t i = 0; i < COLUMNS && i + 1 < words->count; i++) {
		const char *before = end_of(&words->items[i]), *at = words->items[i + 1].raw.at;
		size_t      column = advance(0, span_make(line, (size_t)(before - line)));

		ruler->gap[i] = span_make(before, (size_t)(at - before));
		ruler->start[i] = advance(column, ruler->gap[i]);
		ruler->width[i] = ruler->start[i] - column;
	}
}

/* The lines above `at` that start with the keyword and stand together; an empty
 * keyword: any lines. */
static size_t measure_above(struct ruler *rulers, const struct document *doc,
			    const struct section *section, size_t at, struct span keyword)
{
	struct words words = WORDS_INIT;
	size_t       count = 0;

	while (at-- > section->first + 1 && count < LOOK_BACK) {
		struct span text = line_span(&doc->lines.items[at]);
		struct span word = line_first_word(text);

		if (word.len && (!keyword.len || span_equal(word, keyword))) {
			words_split(&words, text);
			measure(&rulers[count++], &words);
		} else if (count && keyword.len) {
			break;
		}
	}
	words_release(&words);
	return count;
}

/* A lone blank, or the tab of a lone line, is no sign of a column. */
static bool is_padded(const struct ruler *ruler, size_t i, size_t count)
{
	return ruler->gap[i].len > 1 || (count > 1 && has_tab(ruler->gap[i]));
}

/* Words that are too long run over it. */
static size_t common_column(const struct ruler *rulers, size_t count, size_t i)
{
	size_t column = 0;

	for (size_t n = 0; n < count; n++)
		if (is_padded(&rulers[n], i, count) && (!column || rulers[n].start[i] < column))
			column = rulers[n].start[i];
	for (size_t n = 0; n < count; n++)
		if (rulers[n].start[i] && rulers[n].start[i] != column &&
		    (rulers[n].start[i] < column || rulers[n].gap[i].len > 1))
			return 0;
	return column;
}

static void take_column(struct columns *columns, const struct ruler *rulers, size_t count,
			size_t i)
{
	columns->tabs[i] = has_tab(rulers[0].gap[i]);
	columns->start[i] = common_column(rulers, count, i);
}

void columns_read(struct columns *columns, const struct document *doc,
		  const struct section *section, size_t at, struct span keyword)
{
	static const struct span any = { "", 0 };
	struct ruler rulers[LOOK_BACK];
	size_t       end = section->first + section->count;
	size_t       count = measure_above(rulers, doc, section, at, keyword);

	*columns = (struct columns){ .start = { 0 } };
	if (!count)
		count = measure_above(rulers, doc, section, end, keyword);
	for (size_t i = 0; count && i < COLUMNS; i++)
		take_column(columns, rulers, count, i);
	if (count) {
		columns->indent = rulers[0].indent;
		return;
	}
	count = measure_above(rulers, doc, section, at, any);
	if (!count)
		count = measure_above(rulers, doc, section, end, any);
	if (!count)
		return;
	columns->indent = rulers[0].indent;
	/* One line with two blanks by accident makes no column. */
	if (count > 1)
		take_column(columns, rulers, count, 0);
}

/* Blanks from a column to another one, at least one of them. */
static void fill(struct str *line, size_t column, size_t wanted, bool tabs)
{
	if (column >= wanted) {
		str_add_char(line, tabs ? '\t' : ' ');
		return;
	}
	while (tabs && column + TAB - column % TAB <= wanted) {
		str_add_char(line, '\t');
		column += TAB - column % TAB;
	}
	str_add_repeat(line, ' ', wanted - column);
}

void columns_gap(const struct columns *columns, size_t word, struct str *line)
{
	size_t i = word - 1;

	if (i >= COLUMNS)
		str_add_char(line, ' ');
	else
		fill(line, advance(columns->indent, str_span(line)), columns->start[i],
		     columns->tabs[i]);
}

void columns_write(const struct columns *columns, struct span text, struct str *line)
{
	struct words words = WORDS_INIT;
	const char  *rest = text.at;

	words_split(&words, text);
	for (size_t i = 0; i < words.count && i <= COLUMNS; i++) {
		struct span raw = words.items[i].raw;

		if (i && (columns->start[i - 1] || columns->tabs[i - 1]))
			columns_gap(columns, i, line);
		else
			str_add(line, rest, (size_t)(raw.at - rest));
		str_add_span(line, raw);
		rest = raw.at + raw.len;
	}
	str_add(line, rest, text.len - (size_t)(rest - text.at));
	words_release(&words);
}

/* Whether the line has a word or a comment at the column; *width gets that of
 * the blanks before it. */
static bool stands_at(const struct words *words, size_t column, size_t *width)
{
	const char *line = words->indent.at;

	for (size_t i = 1; i <= words->count; i++) {
		bool        last = i == words->count;
		const char *before = end_of(&words->items[i - 1]);
		const char *at = last ? words->comment.at : words->items[i].raw.at;
		size_t      from, to;

		if (last && !words->comment.len)
			return false;
		from = advance(0, span_make(line, (size_t)(before - line)));
		to = advance(from, span_make(before, (size_t)(at - before)));
		*width = to - from;
		if (to >= column)
			return to == column;
	}
	return false;
}

/*
 * Calls each for lines around that are of the same section and not blank, until
 * it gives true: up to LOOK_BACK above and below, as far as they stand together.
 */
static bool any_neighbour(const struct document *doc, size_t line,
			  bool (*each)(const struct words *words, void *data), void *data)
{
	struct words words = WORDS_INIT;
	bool         found = false;

	for (int up = 1; up >= 0 && !found; up--) {
		for (size_t n = 1; n <= LOOK_BACK && !found; n++) {
			size_t i = up ? line - n : line + n;

			if (i >= doc->lines.count ||
			    doc->lines.items[i].file != doc->lines.items[line].file)
				break;
			words_split(&words, line_span(&doc->lines.items[i]));
			if (!words.count || section_def_find(words.items[0].text))
				break;
			found = each(&words, data);
		}
	}
	words_release(&words);
	return found;
}

/* A column of a line, to be found in others. */
struct wanted {
	struct span keyword; /* of lines with the same; empty: of any */
	size_t      column;
	bool        padded;  /* the line itself has more than a blank before it */
	size_t      word;    /* for a new word: which */
};

static bool shares(const struct words *words, void *data)
{
	const struct wanted *wanted = data;
	size_t               width;

	if (wanted->keyword.len && !span_equal(words->items[0].raw, wanted->keyword))
		return false;
	return stands_at(words, wanted->column, &width) && (wanted->padded || width > 1);
}

/* The column of the neighbour's word, if that is padded. */
static bool has_column(const struct words *words, void *data)
{
	struct wanted *wanted = data;
	struct ruler   ruler;

	if (!span_equal(words->items[0].raw, wanted->keyword))
		return false;
	measure(&ruler, words);
	if (ruler.width[wanted->word - 1] < 2)
		return false;
	wanted->column = ruler.start[wanted->word - 1];
	wanted->padded = has_tab(ruler.gap[wanted->word - 1]);
	return true;
}

/*
 * Where a word that stood at a column belongs now that the line before it ends
 * elsewhere: in a column that it shares with others, or in that of the others
 * which it had run over.  0: it just follows.
 */
static size_t column_for(const struct document *doc, size_t line, const struct words *words,
			 size_t word, size_t column, size_t width)
{
	struct wanted wanted = {
		.keyword = word > 1 ? words->items[0].raw : span_make("", 0),
		.column = column,
		.padded = width > 1,
		.word = word,
	};

	if (any_neighbour(doc, line, shares, &wanted))
		return column;
	if (width > 1 || word < 2 || word > COLUMNS || word == words->count)
		return 0;
	return any_neighbour(doc, line, has_column, &wanted) && wanted.column < column
		       ? wanted.column
		       : 0;
}

/* One gap of the old line behind what is made of the new one.  A comment that
 * does not fit moves as a whole. */
static void follow_gap(const struct document *doc, size_t line, const struct words *words,
		       size_t word, struct span gap, struct str *made)
{
	const char *start = words->indent.at;
	size_t      from = advance(0, span_make(start, (size_t)(gap.at - start)));
	size_t      column = advance(from, gap), now = advance(0, str_span(made));
	size_t      wanted = 0;

	if (advance(now, gap) != column)
		wanted = column_for(doc, line, words, word, column, column - from);
	if (!wanted || (now >= wanted && word == words->count))
		str_add_span(made, gap);
	else
		fill(made, now, wanted, has_tab(gap));
}

void columns_follow(const struct document *doc, size_t line, const struct words *words,
		    size_t next, struct str *made)
{
	const char *rest = next ? end_of(&words->items[next - 1])
				: words->indent.at + words->indent.len;

	for (size_t i = next; next && i < words->count; i++) {
		struct span raw = words->items[i].raw;

		follow_gap(doc, line, words, i, span_make(rest, (size_t)(raw.at - rest)), made);
		str_add_span(made, raw);
		rest = raw.at + raw.len;
	}
	if (next && words->comment.len) {
		follow_gap(doc, line, words, words->count,
			   span_make(rest, (size_t)(words->comment.at - rest)), made);
		rest = words->comment.at;
	}
	str_add(made, rest, (size_t)(words->ending.at - rest));
}

void columns_append_gap(const struct document *doc, size_t line, const struct words *words,
			struct str *made)
{
	struct wanted wanted = { .word = words->count };

	if (words->count)
		wanted.keyword = words->items[0].raw;
	if (words->count && words->count <= COLUMNS &&
	    any_neighbour(doc, line, has_column, &wanted))
		fill(made, advance(0, str_span(made)), wanted.column, wanted.padded);
	else
		str_add_char(made, ' ');
}
