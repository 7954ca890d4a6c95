/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The types that arguments of commands have. */
#ifndef PENSTOCK_COMMAND_ARG_H
#define PENSTOCK_COMMAND_ARG_H

#include "penstock/command/command.h"

struct arg_type_def {
	const char *name;        /* in documents: "server" */
	const char *placeholder; /* in synopses: "B/S" */
	const char *help;
	/* Whether the word can be one; *number gets its value.  NULL: any word. */
	int  (*check)(struct span word, const struct arg_def *arg, int64_t *number,
		      struct err *err);
	/* Offers what the word may become; NULL: nothing. */
	void (*complete)(struct console *console, const struct call *call,
			 const struct arg_def *arg, struct completions *out);
};

extern const struct arg_type_def arg_type_table[ARG_TYPE_COUNT];

/* Whether its name stands on the line (options, flags); others stand by their place. */
bool arg_is_named(const struct arg_def *arg);

#endif
