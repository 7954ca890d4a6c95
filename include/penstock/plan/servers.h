/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What differs between two `server` lines of one name. */
#ifndef PENSTOCK_PLAN_SERVERS_H
#define PENSTOCK_PLAN_SERVERS_H

#include "penstock/plan/compare.h"

/*
 * Appends one change for each difference, each a copy of `like` with the rest
 * filled in.  Gives how many; none when HAProxy reads both lines the same.
 */
size_t servers_compare(struct span before, struct span after, const struct change *like,
		       struct changes *out);

#endif
