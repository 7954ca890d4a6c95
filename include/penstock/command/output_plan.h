/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A plan as `plan` prints it: text, or one JSON object a step. */
#ifndef PENSTOCK_COMMAND_OUTPUT_PLAN_H
#define PENSTOCK_COMMAND_OUTPUT_PLAN_H

#include "penstock/command/output.h"
#include "penstock/plan/plan.h"

void output_plan(struct output *out, const struct plan *plan);

#endif
