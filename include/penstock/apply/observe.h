/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asking a process what it runs: fills an `observed` (plan/observed.h). */
#ifndef PENSTOCK_APPLY_OBSERVE_H
#define PENSTOCK_APPLY_OBSERVE_H

#include "penstock/apply/service.h"
#include "penstock/plan/observed.h"

/*
 * Reads a reply to `show servers state`, `show stat` or `show info` into it; the
 * text has to live as long as the observed (observed_keep).  The table of servers
 * comes before that of `show stat`, which completes it.  Errors: ERR_PROTOCOL.
 */
int  observe_servers(struct observed *observed, struct span reply, struct err *err);
int  observe_stat(struct observed *observed, const char *reply, struct err *err);
void observe_info(struct observed *observed, struct span reply);

/*
 * Asks the attached process for all of it, in one exchange.  NULL with the
 * error; ERR_UNSUPPORTED when none is attached.  observed_free it.
 */
struct observed *observe_process(struct service *service, struct err *err);

#endif
