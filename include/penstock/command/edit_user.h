/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Users and groups of userlists: handlers for group_lines.c. */
#ifndef PENSTOCK_COMMAND_EDIT_USER_H
#define PENSTOCK_COMMAND_EDIT_USER_H

#include "penstock/command/command.h"
#include "penstock/config/edit.h"

int edit_add_user(struct call *call, struct err *err);
int edit_set_user(struct call *call, struct err *err);
int edit_delete_user(struct call *call, struct err *err);
int edit_add_group(struct call *call, struct err *err);
int edit_delete_group(struct call *call, struct err *err);

/* Warns of plain passwords in the lines that the edit wrote, and names the mend. */
void warn_plain_passwords(struct console *console, const struct edit *edit);

#endif
