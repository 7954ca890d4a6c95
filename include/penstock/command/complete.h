/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Completion of a command line from the tables, the model, and the last
 * picture of the process; it never waits for anything.
 */
#ifndef PENSTOCK_COMMAND_COMPLETE_H
#define PENSTOCK_COMMAND_COMPLETE_H

#include "penstock/command/command.h"

struct completion {
	char *text;    /* the whole word, not quoted */
	char *meaning; /* one line; NULL */
};

struct completions {
	VEC(struct completion) list;
	struct span prefix; /* what the word begins with; others are not added */
	size_t      at;     /* where in the line the word begins */
	bool        paths;  /* a file name is wanted: the front end's business */
	struct str  hint;   /* what may come here: "BACKEND/SERVER", "<0-256>  now 100" */
};
#define COMPLETIONS_INIT { .list = VEC_INIT, .hint = STR_INIT }

/* What can stand at byte `point` of the line (only what is before it counts). */
void complete_line(struct console *console, struct span line, size_t point,
		   struct completions *out);

/* For the types of arg.c: keeps it when it begins with the prefix and is new. */
void complete_offer(struct completions *out, struct span text, const char *meaning);

void completions_release(struct completions *completions);

#endif
