/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For tests of tables that hold command lines. */
#ifndef PENSTOCK_TESTS_PARSES_H
#define PENSTOCK_TESTS_PARSES_H

#include <string.h>

#include "penstock/command/command.h"

/* Whether the text is a whole command line, of the command def unless NULL. */
static inline bool parses(const char *text, const struct cmd_def *def, struct err *err)
{
	struct cmd_words      words = CMD_WORDS_INIT;
	struct call           call = { .words = &words };
	const struct cmd_def *found = NULL;
	size_t                offset = 0, taken = 0;
	unsigned              line = 1;
	bool                  good = false;

	if (cmd_words_next(&words, span_of(text), &offset, &line, err) == 1) {
		found = command_find(&words, false, &taken, err);
		good = found && (!def || found == def) &&
		       call_parse(&call, found, taken, false, err) == 0 && offset == strlen(text);
	}
	cmd_words_release(&words);
	return good;
}

#endif
