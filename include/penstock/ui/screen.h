/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The terminal: taken over, given back on every way out, and written to
 * through one gate that lets nothing raw pass.  Only this module and the key
 * reader talk to curses.
 */
#ifndef PENSTOCK_UI_SCREEN_H
#define PENSTOCK_UI_SCREEN_H

#include <stdio.h>

#include "penstock/base/err.h"
#include "penstock/ui/theme.h"

enum { SCREEN_LEAST_COLUMNS = 40, SCREEN_LEAST_LINES = 8 };

/* Key codes that curses does not know by itself (beyond its own). */
enum { SCREEN_PASTE_BEGIN = 0x2000, SCREEN_PASTE_END, SCREEN_NO_KEY = -1 };

struct screen {
	void *curses;       /* SCREEN * */
	void *keys;         /* a pad to read keys from: reading from a window would draw it */
	FILE *input, *output; /* in memory only */
	const char *terminal; /* its type */
	bool  in_memory;
	bool  away;         /* somebody else has the terminal */
	int   columns, lines;
	struct theme theme;
};

struct area {
	int y, x, height, width;
};

/* Takes the terminal on stdin and stdout.  Errors: ERR_UNSUPPORTED, with what
 * to do. */
int screen_open(struct screen *screen, const struct options *options, struct err *err);

/* A screen of that size that nobody sees. */
int screen_open_memory(struct screen *screen, int columns, int lines,
		       const struct options *options, struct err *err);
void screen_close(struct screen *screen);

/* Gives the terminal to somebody else, and takes it back. */
void screen_leave(struct screen *screen);
void screen_return(struct screen *screen);

/* Stops this program and those of its job, as ^Z does; returns when it goes on. */
void screen_stop(struct screen *screen);

/* Whether it is below what anything can be shown on. */
bool screen_is_too_small(const struct screen *screen);

/* Takes over the size that the terminal has now. */
void screen_resize(struct screen *screen);

/* Draws everything anew at the next screen_show: something else wrote there. */
void screen_spoil(struct screen *screen);

/* The next byte or key code of curses; SCREEN_NO_KEY when there is none. */
int  screen_key(struct screen *screen);

/* Whether the terminal is gone for good (its other end has closed). */
bool screen_is_gone(const struct screen *screen);

/*
 * readline looks the terminal up for itself and leaves curses with what it
 * found; these keep and restore curses' own.
 */
void *screen_terminal(void);
void  screen_set_terminal(void *terminal);

void screen_begin(struct screen *screen);

/*
 * Puts text at a place, cut to `width` columns (with a mark where it was cut)
 * and to the screen.  Gives the columns that it takes.
 */
int  screen_put(struct screen *screen, int y, int x, int width, enum style style,
		struct span text);
int  screen_putf(struct screen *screen, int y, int x, int width, enum style style,
		 const char *format, ...) __attribute__((format(printf, 6, 7)));

/* The same, filled up with blanks to exactly `width`; right: aligned there. */
void screen_cell(struct screen *screen, int y, int x, int width, enum style style, bool right,
		 struct span text);

/* Sends what has changed; the cursor is shown at the place, or hidden (y < 0). */
void screen_show(struct screen *screen, int cursor_y, int cursor_x);

/* The characters of one line as they were put, as UTF-8 without blanks at the end. */
void screen_line(const struct screen *screen, int y, struct str *out);

#endif
