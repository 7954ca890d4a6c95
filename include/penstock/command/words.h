/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The command language's words (design.md section 6): blanks separate, '…',
 * "…" and \ quote, # starts a comment at the start of a word, a newline or ;
 * ends a command, \ at the end of a line continues it.  Pure.
 */
#ifndef PENSTOCK_COMMAND_WORDS_H
#define PENSTOCK_COMMAND_WORDS_H

#include "penstock/base/err.h"
#include "penstock/base/str.h"
#include "penstock/base/vec.h"

struct cmd_word {
	char  *text;    /* unquoted, NUL-terminated; owned */
	size_t len;
	size_t at, end; /* where it stands in the source, bytes [at, end) */
	bool   quoted;  /* at least a part of it */
};

struct cmd_words {
	VEC(struct cmd_word) list;
	struct span source; /* the text that at and end refer to; borrowed */
	size_t      end;    /* offset behind the command and its end mark */
	unsigned    line;   /* line of the first word, from 1 */
	struct span comment; /* behind the # that follows the words, trimmed */
};
#define CMD_WORDS_INIT { .list = VEC_INIT }

/*
 * Reads the next command of `source` at *offset, which moves behind it; *line
 * counts newlines passed.  1: words has it; 0: nothing but blanks and
 * comments was left; -1: an unmatched quote (ERR_PARSE with the column).
 */
int  cmd_words_next(struct cmd_words *words, struct span source, size_t *offset, unsigned *line,
		    struct err *err);
void cmd_words_release(struct cmd_words *words);

struct span cmd_words_text(const struct cmd_words *words, size_t index);

/* The source bytes from word `first` to the last one, as typed. */
struct span cmd_words_source(const struct cmd_words *words, size_t first);

#endif
