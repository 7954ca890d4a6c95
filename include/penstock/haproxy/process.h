/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A HAProxy that the console is attached to: what it is, what it can do, and
 * the last picture of it.  A picture stays, marked stale, while the process is
 * out of reach; a changed PID or start time is noticed and resets all rates.
 */
#ifndef PENSTOCK_HAPROXY_PROCESS_H
#define PENSTOCK_HAPROXY_PROCESS_H

#include "penstock/base/log.h"
#include "penstock/haproxy/capability.h"
#include "penstock/haproxy/client.h"
#include "penstock/haproxy/sample.h"

struct process {
	struct client client;
	struct log   *log;

	bool       known;         /* identity below is valid */
	struct str version;       /* "2.6.12-1+deb12u4" */
	unsigned   version_number; /* major << 16 | minor << 8 | point */
	long       pid;
	int64_t    start_time_s;  /* 0 when it does not say */
	struct str node;
	enum access_level level;
	struct strings commands;  /* first words of what `help` lists, e.g. "set server" */

	struct str    info;       /* last reply to `show info` */
	struct sample now, before; /* before: empty until there are two of one process */
	bool          stale;      /* the last refresh failed */
	struct str    trouble;    /* why, as a sentence */
	int64_t       refreshed_ms; /* when `now` came; 0: never */
	unsigned      reloads_seen; /* how often the PID changed under our eyes */
	int64_t       latency_ms; /* of the last refresh */

	/* of process.c */
	struct exchange   *refreshing; /* NULL when idle */
	struct loop_timer *failing;    /* a refresh that could not start, not yet told */
	bool               refresh_over;
	bool               identify_next; /* level and commands may have changed */
	bool               base_lost;     /* now is of a process that has gone */
	int64_t            refresh_started_ms, uptime_s;
	struct err         failure;    /* what trouble says */

	void (*on_refresh)(struct process *process, void *data);
	void *on_refresh_data;
};

/* Not yet connected.  Errors: ERR_USAGE (the address makes no sense). */
struct process *process_new(struct loop *loop, struct log *log, const char *address,
			    bool is_master, struct err *err);
void            process_free(struct process *process);

/* Asks who it is: version, PID, level, commands.  Errors as client_run. */
int process_identify(struct process *process, struct err *err);

/* Brings info and now up to date, waiting; on_refresh is called as well.  Errors
 * as client_run, and the process is stale then. */
int process_refresh(struct process *process, struct err *err);

/*
 * The same in the background; on_refresh is called from a loop callback
 * afterwards, whether it worked or not.  Does nothing while one is under way.
 */
void process_refresh_start(struct process *process);

/* Whether a command is there, by its first words: "show servers conn". */
bool process_has_command(const struct process *process, const char *words);

#endif
