/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the attached process runs: HAProxy cannot print its configuration, so a
 * copy of the files is kept in the state folder (running/PID-START, 0600) while
 * they are known to be those that it loaded.
 */
#ifndef PENSTOCK_APPLY_RUNNING_H
#define PENSTOCK_APPLY_RUNNING_H

#include "penstock/apply/service.h"

struct running {
	struct document *doc;    /* NULL: not known, see doubt */
	struct str       doubt;  /* a sentence; "" while nothing was asked */
	long             pid;    /* of the process that it is about; 0: of none */
	int64_t          start_s;
};
#define RUNNING_INIT { .doubt = STR_INIT }

/* Whether this is about the process that is attached now. */
bool running_is_current(const struct running *running, const struct service *service);

/*
 * Finds it out: from the copy, else from `base`, which was loaded with these
 * stamps, if all of its files are older than the process.  The copy is written
 * in that case, where it can be and unless `keep` is false; copies of processes
 * that have gone are removed.  Paths are those of base where they lead to the
 * same files.
 */
void running_find(struct running *running, struct service *service,
		  const struct document *base, const struct loaded *loaded, bool keep);

/*
 * The process runs this now, after an apply at run time.  NULL: that is not
 * known any more.  Errors are not told: what is not kept is found out, or
 * doubted, the next time.
 */
void running_set(struct running *running, struct service *service,
		 struct document *take_document);

void running_release(struct running *running);

#endif
