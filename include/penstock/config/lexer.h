/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One configuration line into words, by the rules of HAProxy's own parser
 * (configuration manual, section 2.2 "Quoting and escaping"): blanks separate,
 * '…' is literal, "…" keeps blanks and expands $VARIABLES, \ escapes, # starts
 * a comment outside quotes, even inside a word.  Total: any bytes give a
 * result; what HAProxy would refuse is told in `fault`.
 */
#ifndef PENSTOCK_CONFIG_LEXER_H
#define PENSTOCK_CONFIG_LEXER_H

#include <stdbool.h>
#include <stddef.h>

#include "penstock/base/str.h"

enum lex_fault { LEX_OK, LEX_UNMATCHED_QUOTE, LEX_BAD_ESCAPE, LEX_NUL };

struct word {
	struct span raw;    /* as written, quotes and all; borrows the line */
	struct span text;   /* what HAProxy sees; borrows the line or the words */
	bool        varies; /* holds an environment variable, left unexpanded in text */
};

struct words {
	struct word *items;   /* with count and room a vec */
	size_t       count;
	struct span  indent;  /* blanks before the first word */
	struct span  comment; /* from # to before the line end; empty if none */
	struct span  ending;  /* "\n", "\r\n" or nothing */
	enum lex_fault fault;
	size_t       fault_at; /* byte offset in the line */
	/* private */
	size_t       room;
	struct str   decoded;
};

#define WORDS_INIT { .items = NULL, .decoded = STR_INIT }

/* Fills words from a line, reusing its room.  Results live until the next call
 * or words_release, and no longer than the line. */
void words_split(struct words *words, struct span line);
void words_release(struct words *words);

/* word's text, or an empty span when there are not so many. */
struct span words_text(const struct words *words, size_t index);
bool        words_is(const struct words *words, size_t index, const char *text);

/* The raw bytes from word `first` through word `last`, blanks between kept. */
struct span words_raw_range(const struct words *words, size_t first, size_t last);

/* The first word of a line, raw; empty for blank and comment lines.  Fast. */
struct span line_first_word(struct span line);

/* The blanks that a line begins with. */
struct span line_indent(struct span line);

/* Whether there is neither word nor comment / no word but a comment. */
bool line_is_blank(struct span line);
bool line_is_comment(struct span line);

/* Whether HAProxy sees something else than the bytes of the raw word. */
bool word_is_quoted(struct span raw);

/* Appends text quoted so that HAProxy reads it as one word (bare if it can be). */
void word_quote(struct str *out, struct span text);

#endif
