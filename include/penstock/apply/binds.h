/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Addresses that a reload would bind anew.  `haproxy -c` does not try them, and a
 * reload that fails on one stops the traffic for two seconds. */
#ifndef PENSTOCK_APPLY_BINDS_H
#define PENSTOCK_APPLY_BINDS_H

#include "penstock/base/err.h"
#include "penstock/base/map.h"
#include "penstock/config/document.h"

/*
 * Tries each literal HOST:PORT of a `bind` line of `after` whose port no `bind`
 * of `before` has (those HAProxy holds itself).  ERR_REJECTED names the first
 * that another process holds, with its line; whatever else keeps us from
 * binding (no rights, no such address yet) may be different for HAProxy, and is
 * no error.  To be called on the machine that HAProxy runs on.
 */
int binds_check(const struct document *before, const struct document *after, struct err *err);

/* Whether somebody listens there already.  Whatever else keeps us from binding
 * is no answer: false. */
bool binds_is_taken(const char *host, const char *port);

/* The ports of the literal addresses that the document binds, as keys. */
void binds_note_ports(const struct document *doc, struct map *ports);

#endif
