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
	size_t      start[COLUMNS];  /* in bytes from the keyword; 0: no such word */
	bool        padded[COLUMNS]; /* some line has more than one blank before it */
	bool        uneven[COLUMNS]; /* the lines differ */
	struct span gap[COLUMNS];    /* the blanks of the last line; in the pool */
};

/* Looks at the last few lines of that keyword that stand together. */
void columns_read(struct columns *columns, const struct document *doc,
		  const struct section *section, const char *keyword);

/*
 * Appends the blanks before word `word` (the keyword is 0) to a line that is
 * written from its keyword on: up to the common column where the lines were
 * padded to one, tabs where they have tabs, else one blank.
 */
void columns_gap(const struct columns *columns, size_t word, struct str *line);

#endif
