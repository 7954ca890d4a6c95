/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reloading a HAProxy that has no master: another process takes over from it
 * (-sf), and takes its listening sockets over too where it gives them (-x). */
#ifndef PENSTOCK_APPLY_SUCCESSOR_H
#define PENSTOCK_APPLY_SUCCESSOR_H

#include "penstock/apply/service.h"

/* Appends "by a new process that takes over from 123 …". */
void successor_describe(const struct service *service, struct str *words);

/*
 * The unix path of a `stats socket` line that has `expose-fd listeners`, for
 * -x; appended.  false when there is none that can be used.
 */
bool successor_socket(const struct document *doc, struct str *out);

/* The command line of the successor: the running one's, with -sf and, unless
 * the socket is empty, -x. */
void successor_command(const struct service *service, struct span socket, struct strings *out);

/*
 * Starts it.  One that becomes a daemon has read its configuration and holds
 * its addresses when this returns; *pid is 0 then.  One that stays in the
 * foreground is only started; *pid tells it.  Errors: ERR_REJECTED (it ended
 * with an error; what it said is appended to messages), those of child_run.
 */
int successor_start(struct service *service, int64_t timeout_ms, pid_t *pid,
		    struct str *messages, struct err *err);

#endif
