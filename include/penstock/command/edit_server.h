/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Edits of server lines and of others that are a list of keywords: handlers for
 * group_lines.c. */
#ifndef PENSTOCK_COMMAND_EDIT_SERVER_H
#define PENSTOCK_COMMAND_EDIT_SERVER_H

#include "penstock/command/command.h"

int edit_add_server(struct call *call, struct err *err);
int edit_delete_server(struct call *call, struct err *err);
int edit_rename_server(struct call *call, struct err *err);
int edit_set_server(struct call *call, struct err *err);
int edit_unset_server(struct call *call, struct err *err);
int edit_set_default_server(struct call *call, struct err *err);
int edit_unset_default_server(struct call *call, struct err *err);
int edit_set_template(struct call *call, struct err *err);
int edit_unset_template(struct call *call, struct err *err);
int edit_set_bind(struct call *call, struct err *err);
int edit_unset_bind(struct call *call, struct err *err);

#endif
