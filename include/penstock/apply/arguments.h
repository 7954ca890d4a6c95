/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HAProxy's own command line: which of its flags another haproxy has to get. */
#ifndef PENSTOCK_APPLY_ARGUMENTS_H
#define PENSTOCK_APPLY_ARGUMENTS_H

#include "penstock/base/vec.h"

/* What the other haproxy is for; bits, as rows of the table hold several. */
enum argument_use {
	ARGUMENT_CHECK = 1 << 0,     /* `haproxy -c`; the files are the caller's */
	ARGUMENT_SUCCESSOR = 1 << 1, /* takes the place of the running one */
};

/*
 * Appends those arguments of a running process (argv[0] is passed over) that
 * hold for the use, each flag with its values.  Never kept are those that the
 * caller sets anew: -c, -sf, -st, -x, -S, -W, -Ws.  A relative -C is not kept
 * either: the process's folder is already the one that it led to.
 */
void arguments_keep(const struct strings *argv, enum argument_use use, struct strings *out);

#endif
