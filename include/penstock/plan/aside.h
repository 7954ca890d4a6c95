/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What differs between process and file beside the operator's edits, and how a
 * plan tells it (plan.h: struct aside).
 */
#ifndef PENSTOCK_PLAN_ASIDE_H
#define PENSTOCK_PLAN_ASIDE_H

#include "penstock/plan/facts.h"
#include "penstock/plan/plan.h"

/* Adds one; what the words borrow from a document is made printable. */
void aside_add(struct plan *plan, enum aside_kind kind, struct place at, const struct str *text);
void asides_release(struct plan *plan);

/* ", undoes 2 changes made by hand": for the summary of a plan that reloads. */
void asides_summary(const struct plan *plan, struct str *out);

/* The part of the plan that is about them; nothing when there are none. */
void asides_format(const struct plan *plan, struct str *out);

/*
 * Takes the changes out of the list that stand in request->file already: others
 * made them, and only a reload brings them along.
 */
void foreign_take(struct plan *plan, const struct plan_request *request,
		  struct changes *changes);

/*
 * Adds a step of kind none for each edit of the operator that leaves the process
 * as it is, because it takes back what others did to the file.  `changes` is what
 * foreign_take left.
 */
void foreign_add_settled(struct plan *plan, const struct plan_request *request,
			 const struct changes *changes);

/*
 * Compares what the process says of itself with request->before.  What `changes`
 * is about is left to the steps.
 */
void by_hand_find(struct plan *plan, const struct plan_request *request,
		  const struct changes *changes, struct facts *facts);

/* Of plan.c: takes a step, and counts it; "haproxy.cfg:31". */
void plan_add_step(struct plan *plan, const struct step *take_step);
void plan_add_place(struct str *out, const struct place *at, bool whole);

#endif
