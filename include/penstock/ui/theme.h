/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How things look: one table of styles with their colours and what stands for
 * those on a terminal without, and one of glyphs with their ASCII likeness.
 * Colour never tells anything alone.
 */
#ifndef PENSTOCK_UI_THEME_H
#define PENSTOCK_UI_THEME_H

#include <stdbool.h>

#include "penstock/command/option.h"

enum style {
	STYLE_TEXT,
	STYLE_DIM,      /* what may be overlooked */
	STYLE_STRONG,
	STYLE_TITLE,
	STYLE_STALE,    /* the picture is old */
	STYLE_HEADING,
	STYLE_SORTED,   /* heading of the column that rows are sorted by */
	STYLE_CURSOR,
	STYLE_GOOD,
	STYLE_WARN,
	STYLE_BAD,
	STYLE_CHANGED,  /* other than at the last refresh */
	STYLE_ADDED,
	STYLE_REMOVED,
	STYLE_HUNK,
	STYLE_KEY,      /* a key's name in the footer */
	STYLE_QUESTION,
	STYLE_ERROR,
	STYLE_HINT,     /* what may be typed next */
	STYLE_POPUP,
	STYLE_CHOSEN,   /* the line of a popup that Tab stands on */
	STYLE_COUNT
};

struct theme {
	bool     colour;
	bool     ascii;
	unsigned attributes[STYLE_COUNT]; /* curses attributes, colour pair included */
};

/*
 * Whether to use colours: by option `colour` (index of auto|on|off), the value
 * of NO_COLOR (NULL: unset) and whether the terminal has any.
 */
bool theme_wants_colour(int64_t choice, const char *no_color, bool terminal_has);

/* Whether to draw with ASCII only: option `ascii` (auto|on|off) and the locale's
 * character set.  A locale that has no UTF-8 cannot show anything else. */
bool theme_wants_ascii(int64_t choice, const char *codeset);

/* Fills the theme from the options and the terminal; curses must be on. */
void theme_apply(struct theme *theme, const struct options *options);

/* Appends text as it may be sent to the terminal: made printable, and with
 * other signs in place of those that the terminal does not have. */
void theme_text(const struct theme *theme, struct span text, struct str *out);

/* For documents and tests. */
const char *theme_style_name(enum style style);

#endif
