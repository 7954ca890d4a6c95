/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How lines that stand together are aligned, so that a new line looks like
 * those above it and a changed one stays in line.  Columns are counted as a
 * terminal shows them, tabs to every eighth.
 */
#ifndef PENSTOCK_CONFIG_COLUMNS_H
#define PENSTOCK_CONFIG_COLUMNS_H

#include "penstock/config/document.h"

enum { COLUMNS = 3 };

/* Of the first words behind the keyword; item 0 is the first of them. */
struct columns {
	size_t indent;         /* of the lines that were looked at */
	size_t start[COLUMNS]; /* common column, from the line's start; 0: none */
	bool   tabs[COLUMNS];  /* filled with tabs */
};

/*
 * For a new line of that keyword at an index of the section: looks at the
 * nearest lines of the keyword that stand together.  A word has a common column
 * where at least one line was padded up to it and none stands before it; lines
 * with longer words may run over it.  Where the section has no line of the
 * keyword, its neighbours say where the first word behind a keyword stands.
 */
void columns_read(struct columns *columns, const struct document *doc,
		  const struct section *section, size_t at, struct span keyword);

/*
 * Appends the blanks before word `word` (the keyword is 0) to a line that is
 * written from its keyword on: up to the common column if there is one, with
 * tabs where the others have tabs, else one blank.
 */
void columns_gap(const struct columns *columns, size_t word, struct str *line);

/* Appends a whole line from its keyword on; its words' own blanks give way to
 * the columns where there are any. */
void columns_write(const struct columns *columns, struct span text, struct str *line);

/*
 * Appends what follows word `next` - 1 of a line that has changed before it.
 * `made` holds the new line up to there, `words` are those of the old one.
 * Blanks grow and shrink so that words and comments stay in the columns that
 * they share with the lines around.
 */
void columns_follow(const struct document *doc, size_t line, const struct words *words,
		    size_t next, struct str *made);

/* Appends the blanks before a word that is new at the end of the line. */
void columns_append_gap(const struct document *doc, size_t line, const struct words *words,
			struct str *made);

#endif
