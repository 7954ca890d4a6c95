/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Addresses that a reload would bind anew.  `haproxy -c` does not try them, and a
 * reload that fails on one stops the traffic for two seconds. */
#ifndef PENSTOCK_APPLY_BINDS_H
#define PENSTOCK_APPLY_BINDS_H

#include "penstock/base/err.h"
#include "penstock/config/document.h"

/*
 * Tries each literal HOST:PORT of a `bind` line of `after` whose port no `bind`
 * of `before` has (those HAProxy holds itself).  ERR_REJECTED names the first
 * that another process holds, with its line; whatever else keeps us from
 * binding (no rights, no such address yet) may be different for HAProxy, and is
 * no error.  To be called on the machine that HAProxy runs on.
 */
int binds_check(const struct document *before, const struct document *after, struct err *err);

#endif
