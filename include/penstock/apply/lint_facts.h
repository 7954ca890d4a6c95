/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What lint asks the machine: the files that the configuration names, ports in
 * use, the installed HAProxy's keywords. */
#ifndef PENSTOCK_APPLY_LINT_FACTS_H
#define PENSTOCK_APPLY_LINT_FACTS_H

#include "penstock/apply/service.h"
#include "penstock/config/lint.h"
#include "penstock/config/vocabulary.h"

struct outside {
	struct lint_facts      facts;
	const struct document *doc;
	const char            *folder; /* where relative paths start; NULL: ours */
	struct map             bound;  /* ports that the file on disk binds */
};

/*
 * Fills outside->facts for a candidate, whose base is on disk.  What is
 * looked at is this machine: for a HAProxy on another one (elsewhere) only the
 * clock and the vocabulary, which may be NULL, are known.  The outside has to
 * stay where it is while the facts are used.
 */
void outside_init(struct outside *outside, const struct service *service,
		  const struct candidate *candidate, bool elsewhere,
		  const struct vocabulary *vocabulary, int64_t horizon_s);
void outside_release(struct outside *outside);

#endif
