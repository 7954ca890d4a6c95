/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sessions that a server still has, and waiting until there are none. */
#ifndef PENSTOCK_APPLY_SESSIONS_H
#define PENSTOCK_APPLY_SESSIONS_H

#include "penstock/apply/service.h"

/* Splits "backend/server"; false when there is no slash, or nothing beside it. */
bool server_split(struct span name, struct span *backend, struct span *server);

/*
 * Sessions that the server has now, those in its queue included, by `show stat`
 * (the used_cur of `show servers conn` leaves tcp sessions out).  Errors:
 * ERR_NOT_FOUND, those of client_run.
 */
int sessions_count(struct service *service, struct span backend, struct span server,
		   long *count, struct err *err);

/* Waits until there is none, or the time is over; *left says how many there are
 * then.  Errors as sessions_count, and ERR_CANCELLED. */
int sessions_wait(struct service *service, struct span backend, struct span server,
		  int64_t timeout_ms, long *left, struct err *err);

/* Sets "3 sessions are left on 'b/s' after 10 s"; -1. */
int sessions_left(struct err *err, enum err_code code, long left, struct span name,
		  int64_t timeout_ms);

#endif
