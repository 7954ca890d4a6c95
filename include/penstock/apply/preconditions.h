/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What must hold in the process before the steps of a plan are sent. */
#ifndef PENSTOCK_APPLY_PRECONDITIONS_H
#define PENSTOCK_APPLY_PRECONDITIONS_H

#include "penstock/apply/service.h"
#include "penstock/plan/observed.h"
#include "penstock/plan/plan.h"

/*
 * Pure: ERR_CONFLICT names the first need of a runtime step that does not hold.
 * A server that an earlier step has changed is not looked at again, and what an
 * observation cannot tell (NEED_OTHER) is left to the reply.
 */
int preconditions_hold(const struct plan *plan, const struct observed *observed, struct err *err);

/* Asks the process for it; nothing is asked for a plan without needs.  Errors
 * also: those of client_run. */
int preconditions_check(struct service *service, const struct plan *plan, struct err *err);

#endif
