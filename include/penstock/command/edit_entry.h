/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lines of one keyword, whatever it is: added, changed, moved, listed.
 * Handlers for group_edit.c and group_show.c. */
#ifndef PENSTOCK_COMMAND_EDIT_ENTRY_H
#define PENSTOCK_COMMAND_EDIT_ENTRY_H

#include "penstock/command/command.h"

int edit_add_entry(struct call *call, struct err *err);
int edit_set_entry(struct call *call, struct err *err);
int edit_unset_field(struct call *call, struct err *err);
int edit_delete_entry(struct call *call, struct err *err);
int edit_move_entry(struct call *call, struct err *err);
int edit_rename_acl(struct call *call, struct err *err);
int show_entries(struct call *call, struct err *err);

#endif
