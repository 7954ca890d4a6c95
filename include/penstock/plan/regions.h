/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where two texts differ, roughly and fast: what is equal for long is left out,
 * so that a real diff has to look at little of a large file.
 */
#ifndef PENSTOCK_PLAN_REGIONS_H
#define PENSTOCK_PLAN_REGIONS_H

#include "penstock/base/str.h"
#include "penstock/base/vec.h"

/* Equal lines that a region keeps around its differences, where there are. */
enum { REGION_MARGIN = 50 };

/* Whole lines of both texts; all that stands between two regions is equal. */
struct region {
	struct span before, after;
	size_t      lines_before, lines_after; /* that stand above it */
};

struct regions {
	VEC(struct region) list; /* in order; empty for equal texts */
};
#define REGIONS_INIT { VEC_INIT }

void regions_find(struct span before, struct span after, struct regions *out);
void regions_release(struct regions *regions);

/* Where the line that begins at offset ends, its line end included. */
size_t text_line_end(struct span text, size_t offset);

#endif
