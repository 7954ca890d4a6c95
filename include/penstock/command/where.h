/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Conditions on rows: `status=DOWN & scur>10`, `pxname~^web | !(weight=0)`.
 * Operators = != < <= > >= ~ !~ (extended regular expression), & | ! ( ), also
 * and, or, not.  = on text takes * and ?; on a state the first word counts.  A
 * lone word is a column that must be neither empty nor 0.
 */
#ifndef PENSTOCK_COMMAND_WHERE_H
#define PENSTOCK_COMMAND_WHERE_H

#include "penstock/base/err.h"
#include "penstock/base/str.h"

struct where;

/* Errors: ERR_PARSE with the column in the text. */
struct where *where_parse(struct span text, struct err *err);
void          where_free(struct where *where);

/* Gives the value that a row has under that name; empty when it has none. */
typedef struct span (*where_value_fn)(struct span name, void *row);

/* The names used; calls known(name) for each: ERR_USAGE when one is not known. */
int where_check(const struct where *where, bool (*known)(struct span name, void *data),
		void *data, struct err *err);

bool where_holds(const struct where *where, where_value_fn value, void *row);

#endif
