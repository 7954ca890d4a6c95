/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs the commands of a plan against a process, matching every reply. */
#ifndef PENSTOCK_APPLY_STEPS_H
#define PENSTOCK_APPLY_STEPS_H

#include "penstock/apply/service.h"
#include "penstock/plan/plan.h"

/* Pure: whether this reply is one of the known successes (runtime-api.md 3.0). */
bool reply_matches(enum reply_kind kind, struct span reply);

/*
 * Whether this command may be sent at all: ERR_UNSUPPORTED for a known fault of
 * the release (effect.h: fault_find), ERR_DENIED when the level of the socket
 * is known to be below `level`.
 */
int steps_allowed(const struct service *service, const char *command, enum access_level level,
		  struct err *err);

/*
 * One command, its reply matched; one that is `until_free` waits for the
 * sessions of its server.  Errors: ERR_FAILED quoting command and reply,
 * ERR_DENIED, those of client_run and of steps_allowed.
 */
int steps_command(struct service *service, const struct plan_command *command, struct err *err);

/* What a run has done. */
struct steps_outcome {
	size_t done;     /* the first so many steps of the plan are complete */
	size_t commands; /* sent and matched, whether undone since or not */
	bool   reload_to_undo; /* among them is one that no command takes back */
	struct str left; /* what the failed steps could not undo, as sentences */
};
#define STEPS_OUTCOME_INIT { .left = STR_INIT }
void steps_outcome_release(struct steps_outcome *outcome);

/* Whether steps_run may begin: steps_allowed for every command of the plan. */
int steps_check(const struct service *service, const struct plan *plan, struct err *err);

/*
 * The runtime steps of a plan in their order.  Many simple steps in a row share
 * exchanges; when one of them fails, all those that are not counted in
 * outcome->done have been undone again.  Ends with ERR_CANCELLED after ^C.
 */
int steps_run(struct service *service, const struct plan *plan, struct steps_outcome *outcome,
	      struct err *err);

/* Undoes the first `done` steps, last one first.  Goes on after a failure and
 * gives the first one.  ^C does not end it. */
int steps_undo(struct service *service, const struct plan *plan, size_t done, struct err *err);

/* Compares the process with what the steps promised.  ERR_FAILED names the first
 * difference. */
int steps_verify(struct service *service, const struct plan *plan, struct err *err);

#endif
