/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Operating: acts on the process at once, the file untouched.  Each checks its
 * arguments before it sends (HAProxy hardly does: runtime-api.md fact 2) and
 * matches the reply.
 */
#ifndef PENSTOCK_APPLY_OPERATE_H
#define PENSTOCK_APPLY_OPERATE_H

#include "penstock/apply/service.h"

/* One act on a server: verb and the template of its command. */
struct operation_def {
	const char *name;      /* "drain", "health up" */
	const char *command;   /* "set server %s state drain"; %s is backend/server, and is
	                        * filled in by hand: no format string */
	const char *summary;
	enum access_level level;
};
extern const struct operation_def operation_table[];
extern const size_t               operation_table_count;
const struct operation_def       *operation_find(const char *name);

/* Server is "backend/server" and must be in the last picture of the process.
 * Errors: ERR_NOT_FOUND, ERR_DENIED, ERR_FAILED with HAProxy's words. */
int operate_server(struct service *service, const struct operation_def *operation,
		   struct span server, struct err *err);

/* value: "50" or "50%", checked before it is sent: 0 to 256, or a percentage of
 * the weight in the file; 0 to 2147483647.  Errors also: ERR_USAGE. */
int operate_weight(struct service *service, struct span server, struct span value,
		   struct err *err);
int operate_maxconn(struct service *service, struct span server, struct span value,
		    struct err *err);

/* enable, disable (frontend); kill sessions; clear counters: ready commands. */
int operate_command(struct service *service, const char *command, enum access_level level,
		    struct err *err);

/* Waits until the server has no current session.  ERR_TIMEOUT says how many. */
int operate_wait_empty(struct service *service, struct span server, int64_t timeout_ms,
		       struct err *err);

#endif
