/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The keywords of one `bind` or `default-bind` line. */
#ifndef PENSTOCK_CONFIG_BIND_EDIT_H
#define PENSTOCK_CONFIG_BIND_EDIT_H

#include "penstock/config/edit.h"

/*
 * Gives a keyword of the line these values, or adds it; `address` stands for the
 * word before them.  What bind_keyword_table does not know is taken as text,
 * unless it looks like a slip of the fingers (ERR_USAGE).
 */
int bind_set(struct candidate *candidate, size_t line, struct span keyword,
	     const struct span *values, size_t count, struct err *err);

/* Takes it away.  Errors: ERR_NOT_FOUND. */
int bind_unset(struct candidate *candidate, size_t line, struct span keyword, struct err *err);

#endif
