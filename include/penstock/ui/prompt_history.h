/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was typed at a kind of prompt, here and in earlier consoles. */
#ifndef PENSTOCK_UI_PROMPT_HISTORY_H
#define PENSTOCK_UI_PROMPT_HISTORY_H

#include "penstock/base/vec.h"

struct prompt_history {
	struct strings lines; /* the latest last */
	size_t         old;   /* how many of them came from the file */
};

/* Where the lines that are worth keeping begin. */
size_t prompt_history_first(const struct strings *lines);

/* Keeps a line, unless it is empty, the last one again, or begins with a blank. */
void prompt_history_add(struct prompt_history *history, const char *line);

/* Reads folder/name; a file that is not there is an empty one. */
void prompt_history_read(struct prompt_history *history, const char *folder, const char *name);

/*
 * Adds what is new to what the file has by now, for another console may have
 * written meanwhile; each line once.  For its owner alone, replaced as a whole.
 * Failing is no matter.
 */
void prompt_history_write(struct prompt_history *history, const char *folder, const char *name);

#endif
