/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/ui/theme.h"

#include <curses.h>
#include <langinfo.h>
#include <stdlib.h>
#include <string.h>

#include "penstock/base/mem.h"
#include "penstock/base/utf8.h"

struct style_def {
	const char *name;
	short       foreground, background; /* -1: the terminal's own */
	attr_t      colour;                 /* attributes beside the colour */
	attr_t      mono;                   /* instead of the colour */
};

/* Dark blue is left out: half of all terminals show it unreadably. */
static const struct style_def style_table[STYLE_COUNT] = {
	[STYLE_TEXT]     = { "text",     -1,            -1,           A_NORMAL,    A_NORMAL },
	[STYLE_DIM]      = { "dim",      -1,            -1,           A_DIM,       A_NORMAL },
	[STYLE_STRONG]   = { "strong",   -1,            -1,           A_BOLD,      A_BOLD },
	[STYLE_TITLE]    = { "title",    -1,            -1,           A_BOLD,      A_BOLD },
	[STYLE_STALE]    = { "stale",    COLOR_RED,     -1,           A_REVERSE,   A_REVERSE },
	[STYLE_HEADING]  = { "heading",  COLOR_CYAN,    -1,           A_NORMAL,    A_UNDERLINE },
	[STYLE_SORTED]   = { "sorted",   COLOR_CYAN,    -1,           A_BOLD,
			     A_UNDERLINE | A_BOLD },
	[STYLE_CURSOR]   = { "cursor",   -1,            -1,           A_REVERSE,   A_REVERSE },
	[STYLE_GOOD]     = { "good",     COLOR_GREEN,   -1,           A_NORMAL,    A_NORMAL },
	[STYLE_WARN]     = { "warn",     COLOR_YELLOW,  -1,           A_NORMAL,    A_BOLD },
	[STYLE_BAD]      = { "bad",      COLOR_RED,     -1,           A_BOLD,      A_REVERSE },
	[STYLE_CHANGED]  = { "changed",  -1,            -1,           A_BOLD,      A_BOLD },
	[STYLE_ADDED]    = { "added",    COLOR_GREEN,   -1,           A_NORMAL,    A_BOLD },
	[STYLE_REMOVED]  = { "removed",  COLOR_RED,     -1,           A_NORMAL,    A_NORMAL },
	[STYLE_HUNK]     = { "hunk",     COLOR_CYAN,    -1,           A_NORMAL,    A_NORMAL },
	[STYLE_KEY]      = { "key",      COLOR_CYAN,    -1,           A_BOLD,      A_BOLD },
	[STYLE_QUESTION] = { "question", COLOR_YELLOW,  -1,           A_BOLD,      A_BOLD },
	[STYLE_ERROR]    = { "error",    COLOR_RED,     -1,           A_BOLD,      A_BOLD },
	[STYLE_HINT]     = { "hint",     -1,            -1,           A_DIM,       A_NORMAL },
	[STYLE_POPUP]    = { "popup",    COLOR_BLACK,   COLOR_CYAN,   A_NORMAL,    A_REVERSE },
	[STYLE_CHOSEN]   = { "chosen",   COLOR_BLACK,   COLOR_YELLOW, A_BOLD,
			     A_REVERSE | A_BOLD | A_UNDERLINE },
};

struct glyph_def {
	const char *glyph;
	char        ascii;
};

/* Everything beyond ASCII that the screen itself draws. */
static const struct glyph_def glyph_table[] = {
	{ "…", '.' }, { "›", '>' }, { "●", '*' }, { "◆", '*' }, { "▲", '^' }, { "▼", 'v' },
	{ "─", '-' }, { "│", '|' }, { "■", '#' }, { "·", '.' }, { "→", '>' }, { "←", '<' },
	{ "▁", '.' }, { "▂", ':' }, { "▃", '-' }, { "▄", '=' }, { "▅", '+' }, { "▆", '*' },
	{ "▇", '%' }, { "█", '#' },
};

enum { CHOICE_AUTO, CHOICE_ON, CHOICE_OFF };

bool theme_wants_colour(int64_t choice, const char *no_color, bool terminal_has)
{
	if (!terminal_has || choice == CHOICE_OFF)
		return false;
	return choice == CHOICE_ON || !no_color || !*no_color;
}

bool theme_wants_ascii(int64_t choice, const char *codeset)
{
	return choice == CHOICE_ON || strcmp(codeset, "UTF-8") != 0;
}

void theme_apply(struct theme *theme, const struct options *options)
{
	theme->colour = theme_wants_colour(options->numbers[OPT_COLOUR], getenv("NO_COLOR"),
					   has_colors());
	theme->ascii = theme_wants_ascii(options->numbers[OPT_ASCII], nl_langinfo(CODESET));
	if (theme->colour) {
		start_color();
		use_default_colors();
	}
	for (short i = 0; i < STYLE_COUNT; i++) {
		const struct style_def *def = &style_table[i];

		theme->attributes[i] = theme->colour ? def->colour : def->mono;
		/* A pair of the terminal's own colours would only cost bytes. */
		if (!theme->colour || (def->foreground < 0 && def->background < 0))
			continue;
		init_pair((short)(i + 1), def->foreground, def->background);
		theme->attributes[i] |= (attr_t)COLOR_PAIR(i + 1);
	}
}

static char ascii_of(const char *glyph, size_t len)
{
	for (size_t i = 0; i < N(glyph_table); i++)
		if (strlen(glyph_table[i].glyph) == len &&
		    memcmp(glyph_table[i].glyph, glyph, len) == 0)
			return glyph_table[i].ascii;
	return '?';
}

void theme_text(const struct theme *theme, struct span text, struct str *out)
{
	struct str plain = STR_INIT;

	if (!theme->ascii) {
		utf8_sanitise(out, text, false);
		return;
	}
	utf8_sanitise(&plain, text, false);
	for (size_t i = 0, step; i < plain.len; i += step) {
		unsigned point;
		size_t   cells;

		step = utf8_decode(plain.bytes + i, plain.len - i, &point);
		if (!step || point < 0x80) {
			str_add_char(out, plain.bytes[i]);
			step = 1;
			continue;
		}
		/* As many cells as the sign would take, so that columns stay. */
		cells = utf8_width(span_make(plain.bytes + i, step));
		str_add_repeat(out, ascii_of(plain.bytes + i, step), cells);
	}
	str_release(&plain);
}

const char *theme_style_name(enum style style)
{
	return style_table[style].name;
}
