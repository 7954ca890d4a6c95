/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What differs between the lines of one section before and after. */
#ifndef PENSTOCK_PLAN_ALIGN_H
#define PENSTOCK_PLAN_ALIGN_H

#include "penstock/plan/compare.h"

/* Lines [first, end) of a document. */
struct run {
	const struct document *doc;
	size_t                 first, end;
};

/* Whether the bytes are the same, line by line. */
bool runs_equal(const struct run *before, const struct run *after);

/*
 * Appends the changes in the order of the later lines.  `like` has kind, name
 * and numbers of the section; each change starts as a copy of it.
 */
void runs_compare(struct run before, struct run after, const struct change *like,
		   struct changes *out);

#endif
