/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which program of this machine listens on a port. */
#ifndef PENSTOCK_APPLY_HOLDER_H
#define PENSTOCK_APPLY_HOLDER_H

#include <stdbool.h>
#include <sys/types.h>

#include "penstock/base/str.h"

struct holder {
	pid_t      pid;     /* 0: not to be found out, for lack of rights or of /proc */
	struct str command; /* its name, as the kernel has it */
	bool       haproxy; /* it is one */
};

#define HOLDER_INIT { .command = STR_INIT }

/*
 * Finds who listens on a literal address ("" and "*": all of IPv4) and port, or
 * on all addresses of that port.  False where nobody does, or that cannot be
 * read here.
 */
bool holder_find(const char *host, const char *port, struct holder *holder);
void holder_release(struct holder *holder);

#endif
