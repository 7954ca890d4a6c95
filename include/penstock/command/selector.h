/* SPDX-License-Identifier: GPL-3.0-or-later */
/* "live/web*": the servers that a pattern means, in the model or the process. */
#ifndef PENSTOCK_COMMAND_SELECTOR_H
#define PENSTOCK_COMMAND_SELECTOR_H

#include "penstock/base/vec.h"
#include "penstock/config/document.h"
#include "penstock/haproxy/process.h"

/* Cuts "backend/server" at its first slash; false when there is none. */
bool selector_split(struct span name, struct span *backend, struct span *server);

/*
 * Appends the names ("backend/server") that match.  A name without pattern is
 * appended as it is: whether it exists is told better by who uses it.  A
 * pattern that matches nothing is ERR_NOT_FOUND.
 */
int selector_document(const struct document *doc, struct span pattern, struct strings *out,
		      struct err *err);
int selector_process(const struct process *process, struct span pattern, struct strings *out,
		     struct err *err);

#endif
