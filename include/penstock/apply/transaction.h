/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One apply, from lock to unlock (design.md section 7). */
#ifndef PENSTOCK_APPLY_TRANSACTION_H
#define PENSTOCK_APPLY_TRANSACTION_H

#include "penstock/apply/check.h"
#include "penstock/apply/reload.h"
#include "penstock/plan/plan.h"

struct apply_request {
	struct candidate  *candidate;
	struct loaded     *loaded;  /* stamps; refreshed after the apply */
	const struct plan *plan;    /* what was shown; exactly this is run */
	void (*progress)(const char *sentence, void *data); /* each thing done; may be NULL */
	void *data;
};

struct apply_result {
	size_t commands;            /* sent and matched */
	bool   reloaded;
	struct reload_result reload;
	struct check_result  check;
};

/*
 * Locks, compares the files with what was loaded (ERR_CONFLICT), checks
 * (ERR_REJECTED: nothing has changed), writes, runs the steps or reloads,
 * reads back.  A failure after the write undoes all of it and is
 * ERR_ROLLED_BACK with the cause; what could not be undone is said.  On success
 * the candidate is settled.
 */
int  apply_run(struct service *service, const struct apply_request *request,
	       struct apply_result *result, struct err *err);
void apply_result_release(struct apply_result *result);

#endif
