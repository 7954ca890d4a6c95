/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lines that no field stands for, as a list that is brought to another one. */
#ifndef PENSTOCK_CONFIG_NATIVES_H
#define PENSTOCK_CONFIG_NATIVES_H

#include "penstock/config/proxy.h"

bool natives_equal(const struct proxy *now, const struct proxy *want);

/* How many of them are use_backend lines. */
size_t natives_uses(const struct proxy *proxy);

/*
 * The two halves of one change, with room for other edits between: natives that
 * are not wanted go, and those that are missing come in behind the one that
 * they follow.  What both lists have in the same order keeps its lines.
 */
void natives_drop(struct candidate *candidate, size_t header, enum section_kind side,
		  const struct proxy *want);
void natives_add(struct candidate *candidate, size_t header, enum section_kind side,
		 const struct proxy *want);

#endif
