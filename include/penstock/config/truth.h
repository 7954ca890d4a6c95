/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Logic for what may be true, false, or not to be told from what is known. */
#ifndef PENSTOCK_CONFIG_TRUTH_H
#define PENSTOCK_CONFIG_TRUTH_H

#include <stdbool.h>

/* In this order `and` is the least and `or` the greatest of both. */
enum truth { TRUTH_FALSE, TRUTH_UNKNOWN, TRUTH_TRUE };

static inline enum truth truth_of(bool is_true)
{
	return is_true ? TRUTH_TRUE : TRUTH_FALSE;
}

static inline enum truth truth_not(enum truth a)
{
	return (enum truth)(TRUTH_TRUE - a);
}

static inline enum truth truth_and(enum truth a, enum truth b)
{
	return a < b ? a : b;
}

static inline enum truth truth_or(enum truth a, enum truth b)
{
	return a > b ? a : b;
}

#endif
