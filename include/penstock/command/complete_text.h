/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Completion inside the text of a configuration line: `add line`, `add KEYWORD`. */
#ifndef PENSTOCK_COMMAND_COMPLETE_TEXT_H
#define PENSTOCK_COMMAND_COMPLETE_TEXT_H

#include "penstock/command/arg.h"
#include "penstock/command/complete.h"
#include "penstock/config/vocabulary.h"

/* As arg_type_def.complete, for ARG_TEXT: keywords of the section, actions and
 * options, keywords of server and bind lines; nothing for other commands. */
void complete_text(struct console *console, const struct call *call, const struct arg_def *arg,
		   struct completions *out);

/* What the installed HAProxy knows of that class, if it was asked already. */
void complete_words(const struct console *console, enum word_class class,
		    struct completions *out);

#endif
