/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The prompt: one line that is edited as the operator's fingers know it.
 * readline stands behind it and nobody else knows; it is fed with bytes and
 * never touches the terminal.
 */
#ifndef PENSTOCK_UI_PROMPT_H
#define PENSTOCK_UI_PROMPT_H

#include "penstock/command/console.h"
#include "penstock/ui/screen.h"

enum prompt_kind {
	PROMPT_COMMAND, PROMPT_FILTER, PROMPT_QUESTION,
	PROMPT_SECRET, /* what is typed is not shown */
	PROMPT_KIND_COUNT
};

struct prompt;

/*
 * There is one at a time.  `terminal` is the terminal's type; `history_folder`
 * keeps what was typed, one file a kind; NULL: nothing is kept.
 */
struct prompt *prompt_new(struct console *console, const char *terminal,
			  const char *history_folder);
void           prompt_free(struct prompt *prompt); /* writes the history */

/* Opens it with a label and a first text; one that was open is given up. */
void prompt_open(struct prompt *prompt, enum prompt_kind kind, const char *label,
		 struct span text);
void prompt_close(struct prompt *prompt);
bool prompt_is_open(const struct prompt *prompt);
enum prompt_kind prompt_kind(const struct prompt *prompt);

/* What a key sends to a program that edits lines. */
void prompt_feed(struct prompt *prompt, const char *bytes, size_t len);

/* Puts text in at the cursor as it is, without taking any of it for a key. */
void prompt_insert(struct prompt *prompt, struct span text);

/*
 * Whether the Esc key ends the prompt, or means something to the editing (in vi
 * mode it leaves insertion first).
 */
bool prompt_esc_closes(const struct prompt *prompt);

/* The text as it stands, borrowed until the next key. */
struct span prompt_text(const struct prompt *prompt);

/*
 * When Enter has ended the line: true once, with the line; the prompt is
 * closed then.  An end by ^D gives an empty line.
 */
bool prompt_take(struct prompt *prompt, struct str *line);

/* A remark shown behind the text in place of the hint; copied; NULL: none. */
void prompt_remark(struct prompt *prompt, const char *remark);

/*
 * Draws the line at y, and what Tab found above it, at most `room` lines.
 * *cursor gets the column of the cursor.
 */
void prompt_draw(struct prompt *prompt, struct screen *screen, int y, int room, int *cursor);

#endif
