/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The line mode: the same commands on a plain readline prompt. */
#ifndef PENSTOCK_COMMAND_LINE_H
#define PENSTOCK_COMMAND_LINE_H

#include "penstock/command/console.h"

/* Reads and runs lines until quit or end of input; errors are printed and the
 * prompt comes again. */
void line_run(struct console *console, struct output *out);

#endif
