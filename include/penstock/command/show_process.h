/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The `show` commands that look at the process: handlers for group_show.c. */
#ifndef PENSTOCK_COMMAND_SHOW_PROCESS_H
#define PENSTOCK_COMMAND_SHOW_PROCESS_H

#include "penstock/command/command.h"

int show_info(struct call *call, struct err *err);
int show_table(struct call *call, struct err *err);   /* frontends, backends, servers */
int show_sessions(struct call *call, struct err *err);
int show_errors(struct call *call, struct err *err);
int show_workers(struct call *call, struct err *err);
int show_raw(struct call *call, struct err *err);     /* tables, maps, acls, … */

#endif
