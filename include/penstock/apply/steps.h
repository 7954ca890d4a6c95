/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs the commands of a plan against a process, matching every reply. */
#ifndef PENSTOCK_APPLY_STEPS_H
#define PENSTOCK_APPLY_STEPS_H

#include "penstock/apply/service.h"
#include "penstock/plan/plan.h"

/* Pure: whether this reply is one of the known successes (runtime-api.md 3.0). */
bool reply_matches(enum reply_kind kind, struct span reply);

/* One command, its reply matched.  Errors: ERR_FAILED quoting command and
 * reply, ERR_DENIED, those of client_run, and ERR_UNSUPPORTED for a known fault
 * of the release (effect.h: fault_find). */
int steps_command(struct service *service, const struct plan_command *command, struct err *err);

/*
 * The runtime steps of a plan in their order.  *done counts the steps that are
 * complete; a step that fails half-way has undone its own commands.
 */
int steps_run(struct service *service, const struct plan *plan, size_t *done, size_t *commands,
	      struct err *err);

/* Undoes the first `done` steps, last one first.  Goes on after a failure and
 * gives the first one. */
int steps_undo(struct service *service, const struct plan *plan, size_t done, struct err *err);

/* Compares the process with what the steps promised.  ERR_FAILED names the first
 * difference. */
int steps_verify(struct service *service, const struct plan *plan, struct err *err);

#endif
