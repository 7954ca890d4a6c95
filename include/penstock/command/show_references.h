/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What refers to what: the handler for group_show.c, and what edits say of it. */
#ifndef PENSTOCK_COMMAND_SHOW_REFERENCES_H
#define PENSTOCK_COMMAND_SHOW_REFERENCES_H

#include "penstock/command/command.h"
#include "penstock/config/document.h"

int show_references(struct call *call, struct err *err);

/* Warns of what refers to nothing since `before`. */
void warn_dangling(struct console *console, const struct document *before);

/* Warns of use_backend lines whose name HAProxy computes: they may still give the
 * name of a backend that is renamed or gone. */
void warn_computed(struct console *console, unsigned kinds, struct span name);

#endif
