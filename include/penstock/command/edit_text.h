/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Edits that take a whole text: a document, a file, an editor's work.  Handlers
 * for group_edit.c. */
#ifndef PENSTOCK_COMMAND_EDIT_TEXT_H
#define PENSTOCK_COMMAND_EDIT_TEXT_H

#include "penstock/command/command.h"

int edit_put(struct call *call, struct err *err);
int edit_load(struct call *call, struct err *err);
int edit_load_template(struct call *call, struct err *err);
int edit_edit(struct call *call, struct err *err);

#endif
