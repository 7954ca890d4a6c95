/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A change in words; whatever comes from a document is made printable. */
#ifndef PENSTOCK_PLAN_DESCRIBE_H
#define PENSTOCK_PLAN_DESCRIBE_H

#include "penstock/plan/effect.h"

/* What changed: "weight of live/app2 100 -> 50", "bind *:8443 is new". */
void change_describe(const struct change *change, struct str *out);

/* Why no command will do, for a row of kind reload: by the keyword where that
 * says more than the row. */
void change_why_reload(const struct change *change, const struct effect_def *effect,
		       struct str *out);

#endif
