/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A text with styles, line by line, and the widget that shows a part of it:
 * scrolled, and narrowed to the lines that hold a word.  Texts are made
 * printable when they are added.
 */
#ifndef PENSTOCK_UI_PAGE_H
#define PENSTOCK_UI_PAGE_H

#include "penstock/base/vec.h"
#include "penstock/ui/screen.h"

struct page_run {
	enum style style;
	size_t     len; /* bytes */
};

struct page_line {
	size_t at, len;    /* in text */
	size_t columns;    /* that it takes */
	size_t first, runs;
};

struct page {
	struct str text;
	VEC(struct page_run) runs;
	VEC(struct page_line) lines; /* the last one is still open */
};
#define PAGE_INIT { .text = STR_INIT }

void page_reset(struct page *page);
void page_release(struct page *page);

/* Appends to the open line; tabs become blanks, a newline ends the line. */
void page_add(struct page *page, enum style style, struct span text);
void page_addf(struct page *page, enum style style, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Appends text in exactly `width` columns. */
void page_cell(struct page *page, enum style style, int width, bool right, struct span text);
void page_end_line(struct page *page);

/* Columns that the open line takes so far. */
size_t page_column(const struct page *page);

/* Lines that are whole. */
size_t page_count(const struct page *page);

/* The style of lines that begin with some text; the list ends with NULL. */
struct page_rule {
	const char *beginning;
	enum style  style;
};

/* Appends all lines of a text, each in the style of the first rule that fits. */
void page_add_text(struct page *page, struct span text, const struct page_rule *rules);

enum move {
	MOVE_UP, MOVE_DOWN, MOVE_PAGE_UP, MOVE_PAGE_DOWN, MOVE_HOME, MOVE_END, MOVE_LEFT,
	MOVE_RIGHT, MOVE_COUNT
};

struct page_view {
	struct page page;
	struct str  filter;         /* lines that do not hold it are left out */
	VEC(size_t) shown;          /* with a filter: the lines that are left */
	size_t      top, left;
	int         height;         /* lines, when it was last drawn */
};
#define PAGE_VIEW_INIT { .page = PAGE_INIT, .filter = STR_INIT }

void page_view_release(struct page_view *view);

/* To be called when the page was filled anew; keeps the place. */
void page_view_update(struct page_view *view);
void page_view_filter(struct page_view *view, struct span text);
void page_view_move(struct page_view *view, enum move move);
void page_view_draw(struct page_view *view, struct screen *screen, struct area area);

/* Lines that the filter leaves. */
size_t page_view_count(const struct page_view *view);

/* Appends "12-30 of 200", or nothing when all of it can be seen. */
void page_view_place(const struct page_view *view, struct str *out);

#endif
