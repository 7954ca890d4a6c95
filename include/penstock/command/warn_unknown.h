/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A warning at the edit that writes a keyword which nobody knows. */
#ifndef PENSTOCK_COMMAND_WARN_UNKNOWN_H
#define PENSTOCK_COMMAND_WARN_UNKNOWN_H

#include "penstock/command/console.h"

/* Tells the front end of such keywords in the lines that the edit put in; they
 * are kept all the same. */
void warn_unknown(struct console *console, const struct edit *edit);

#endif
