/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The conditions of .if and .elif (configuration manual, section 2.4). */
#ifndef PENSTOCK_CONFIG_CONDITION_H
#define PENSTOCK_CONFIG_CONDITION_H

#include "penstock/base/arena.h"
#include "penstock/config/surroundings.h"

struct condition_facts {
	const struct surroundings *surroundings;
	/* Variables as they are at that line; NULL: as the surroundings has them. */
	enum truth (*variable)(void *data, struct span name, struct span *value);
	void         *data;
	struct arena *arena;
};

/*
 * What the words behind .if come to, as HAProxy sees them (quotes gone,
 * variables expanded).  *why gets what is not known, as half a sentence; a
 * condition that HAProxy would refuse is not known.
 */
enum truth condition_eval(struct span text, const struct condition_facts *facts,
			  const char **why);

#endif
