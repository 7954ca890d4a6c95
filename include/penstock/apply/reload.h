/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Graceful reload, by whichever way this service has, waited for until the new
 * worker answers under its own PID. */
#ifndef PENSTOCK_APPLY_RELOAD_H
#define PENSTOCK_APPLY_RELOAD_H

#include "penstock/apply/service.h"

enum reload_way {
	RELOAD_NONE,     /* nothing is known that could reload it */
	RELOAD_COMMAND,  /* option reload-command */
	RELOAD_MASTER,   /* `reload` on the master socket */
	RELOAD_SIGNAL,   /* SIGUSR2 to the master */
	RELOAD_SUCCESSOR, /* a new process with -sf PID and -x SOCKET */
};

struct reload_way_def {
	const char *name;
	const char *summary;
};
extern const struct reload_way_def reload_way_table[]; /* indexed by reload_way */

/* Which way it would be; appends a sentence ("through the master socket …"). */
enum reload_way reload_find_way(struct service *service, struct str *words);

struct reload_result {
	enum reload_way way;
	long    old_pid, new_pid;
	int64_t took_ms;
	struct str messages; /* HAProxy's own, if any */
	struct str warning;  /* a sentence: it worked, but …; "" */
};
#define RELOAD_RESULT_INIT { .messages = STR_INIT, .warning = STR_INIT }

/* Errors: ERR_UNSUPPORTED (no way), ERR_REJECTED (HAProxy refused; the old
 * worker serves on), ERR_TIMEOUT. */
int  reload_run(struct service *service, struct reload_result *result, struct err *err);
void reload_result_release(struct reload_result *result);

#endif
