/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The screen as plain text: for tests, documents and tickets. */
#ifndef PENSTOCK_UI_DUMP_H
#define PENSTOCK_UI_DUMP_H

#include "penstock/ui/screen.h"

/* Appends all lines of what was drawn last. */
void dump_screen(const struct screen *screen, struct str *out);

/* The same into a file, or to stdout for "-".  Errors: ERR_IO. */
int  dump_to_file(const struct screen *screen, const char *path, struct err *err);

#endif
