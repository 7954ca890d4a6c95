/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Child processes: haproxy -c, reload commands, the editor.  Never a shell
 * unless the operator's own command asks for one. */
#ifndef PENSTOCK_SYS_CHILD_H
#define PENSTOCK_SYS_CHILD_H

#include <stdbool.h>
#include <stdint.h>

#include "penstock/base/err.h"
#include "penstock/sys/loop.h"

struct child_spec {
	const char *const *argv;    /* ends with NULL; argv[0] is looked up in PATH */
	const char        *cwd;     /* NULL: ours */
	const char *const *environment; /* NAME=VALUE, ends with NULL; NULL: ours */
	struct span        input;   /* for its stdin; empty: /dev/null */
	int64_t            timeout_ms; /* then TERM, a second later KILL; < 0: none */
	bool               terminal;   /* keep our stdin, stdout, stderr (the editor) */
};

struct child_result {
	int        status; /* exit status, or 128 + signal number */
	struct str out, err;
};

/*
 * Runs to the end, turning the loop meanwhile.  A status other than 0 is no
 * error of this function.  Errors: ERR_NOT_FOUND (no such program), ERR_IO,
 * ERR_TIMEOUT, ERR_CANCELLED (the child is killed).
 */
int child_run(struct loop *loop, const struct child_spec *spec, struct child_result *result,
	      struct err *err);
void child_result_release(struct child_result *result);

/* Starts a program of its own session, streams on /dev/null, which outlives us.
 * Gives its pid, or -1. */
int child_detach(const char *const *argv, const char *cwd, struct err *err);

#endif
