/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The HAProxy processes of this machine, found in /proc, and their arguments. */
#ifndef PENSTOCK_HAPROXY_LOCAL_H
#define PENSTOCK_HAPROXY_LOCAL_H

#include <stdbool.h>
#include <sys/types.h>

#include "penstock/base/err.h"
#include "penstock/base/vec.h"

struct local_process {
	pid_t pid, parent;
	bool  master;           /* has HAProxy children */
	bool  worker;           /* its parent is a HAProxy master */
	bool  leaving;          /* an old worker: not the newest child of its master */
	char *binary;           /* from /proc/PID/exe; NULL when not readable */
	char *cwd;              /* NULL when not readable */
	char *root;             /* chroot, NULL for "/" */
	struct strings argv;
	/* read from argv (management manual section 3 "Starting HAProxy") */
	struct strings files;   /* of -f and behind --, absolute */
	char *master_socket;    /* of -S, without its options; NULL */
	char *pid_file;         /* of -p, absolute; NULL */
	char *config_folder;    /* of -C; NULL */
	bool  daemon;           /* -D */
	bool  master_mode;      /* -W or -Ws was given */
	bool  checking;         /* -c, -cc or -v: serves nobody; local_find leaves it out */
	long long start_ticks;  /* since boot; grows with each later process */
};

struct local_processes {
	VEC(struct local_process) list;
};
#define LOCAL_PROCESSES_INIT { VEC_INIT }

/* Pure: fills the fields that come from argv (absolute paths by cwd). */
void local_read_arguments(struct local_process *process);

/*
 * Pure: takes a loader and its options (`ld-linux-x86-64.so.2 --argv0 ... FILE`)
 * off the front of argv; the binary is then what was given as argv[0], where
 * that is a path, else FILE.  -1 when that is no HAProxy; argv is kept then.
 */
int  local_skip_loader(struct local_process *process);

/* Reads /proc; nothing found is no error.  Ordered by pid. */
int  local_find(struct local_processes *out, struct err *err);

/* One process by pid.  Errors: ERR_NOT_FOUND, ERR_DENIED. */
int  local_read(pid_t pid, struct local_process *out, struct err *err);

/*
 * When the process was started, in nanoseconds since 1970, exact to
 * LOCAL_START_EXACT_NS; 0 when that is not known.
 */
enum { LOCAL_START_EXACT_NS = 20000000 };
int64_t local_start_ns(const struct local_process *process);

/* The process that manages `pid`: its master if it is a worker, else itself;
 * NULL when pid is not among them. */
const struct local_process *local_manager(const struct local_processes *list, pid_t pid);

void local_process_release(struct local_process *process);
void local_release(struct local_processes *list);

#endif
