/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The screen, as main sees it. */
#ifndef PENSTOCK_UI_UI_H
#define PENSTOCK_UI_UI_H

#include "penstock/command/console.h"

/* Commands that have a meaning on the screen only: view, cursor, prompt, … */
extern const struct cmd_group ui_group;

/*
 * Runs the console on the terminal until `quit`.  Gives the exit status; -1
 * with err when the terminal cannot be used (no TERM, not a terminal).
 */
int ui_run(struct console *console, struct err *err);

/*
 * The same without a terminal, for tests and documents: a screen of that size
 * in memory, driven by a script of commands (`keys`, `dump FILE`, `sync`, …).
 */
int ui_run_script(struct console *console, int columns, int lines, struct span script,
		  const char *name, struct err *err);

#endif
