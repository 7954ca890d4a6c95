/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The master process: its workers (`show proc`) and its reload. */
#ifndef PENSTOCK_HAPROXY_MASTER_H
#define PENSTOCK_HAPROXY_MASTER_H

#include "penstock/haproxy/client.h"

enum worker_kind { WORKER_MASTER, WORKER_CURRENT, WORKER_OLD, WORKER_PROGRAM };
extern const char *const worker_kind_names[]; /* "master", "worker", "old worker", "program" */

struct worker {
	enum worker_kind kind;
	long       pid;
	long       reloads;
	long       failed;   /* master only: consecutive failed reloads */
	struct str uptime;   /* as HAProxy writes it: "0d00h00m02s" */
	struct str version;
};

struct workers {
	VEC(struct worker) list;
};
#define WORKERS_INIT { VEC_INIT }

/* Reads the reply to `show proc` (runtime-api.md 5.2).  Errors: ERR_PROTOCOL. */
int  workers_parse(struct workers *workers, struct span reply, struct err *err);
void workers_release(struct workers *workers);

/* The PID of the serving worker, or 0.  After a failed reload 3.2 and later
 * list it under "old workers": then the newest of those. */
long workers_serving(const struct workers *workers);

/* Sends `show proc`. */
int master_workers(struct client *master, struct workers *workers, struct err *err);

enum reload_answer { RELOAD_ACCEPTED, RELOAD_DONE, RELOAD_REFUSED };

/*
 * Sends `reload`.  RELOAD_ACCEPTED: 2.6 says nothing, look at the workers;
 * RELOAD_DONE: the new worker is ready; RELOAD_REFUSED: messages has HAProxy's
 * words.  -1 when the master cannot be reached within 3 s.
 */
int master_reload(struct client *master, enum reload_answer *answer, struct str *messages,
		  struct err *err);

#endif
