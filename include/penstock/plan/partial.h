/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The document between two: of all that differs, only what commands can do. */
#ifndef PENSTOCK_PLAN_PARTIAL_H
#define PENSTOCK_PLAN_PARTIAL_H

#include "penstock/plan/plan.h"

/*
 * Gives `before` with the lines of the plan's runtime steps as they are in
 * `after`.  A new line goes behind the one that it follows there, as far back as
 * there is one that both have.  The caller owns it.
 */
struct document *partial_document(const struct document *before, const struct document *after,
				  const struct plan *plan);

#endif
