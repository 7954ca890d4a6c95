/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How the lines of one keyword are aligned in a section, so that a new line
 * looks like those above it.
 */
#ifndef PENSTOCK_CONFIG_COLUMNS_H
#define PENSTOCK_CONFIG_COLUMNS_H

#include "penstock/config/document.h"

enum { COLUMNS = 3 };

/* Of the first words behind the keyword; item 0 is the first of them. */
struct columns {
	size_t      start[COLUMNS]; /* common column, in bytes from the keyword; 0: none */
	struct span tabs[COLUMNS];  /* what stands before the word where that has tabs */
};

/*
 * Looks at the last few lines of that keyword that stand together.  A word has
 * a common column where at least one line was padded up to it and none stands
 * before it; lines with longer words may run over it.
 */
void columns_read(struct columns *columns, const struct document *doc,
		  const struct section *section, const char *keyword);

/*
 * Appends the blanks before word `word` (the keyword is 0) to a line that is
 * written from its keyword on: up to the common column if there is one, tabs
 * where the last line has tabs, else one blank.
 */
void columns_gap(const struct columns *columns, size_t word, struct str *line);

#endif
