/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one table widget: shows a table of command/table.h.  The cursor and the
 * marks belong to rows by their names, so they stay with them across
 * refreshes and sorts.  Only rows that can be seen are formatted.
 */
#ifndef PENSTOCK_UI_TABLE_VIEW_H
#define PENSTOCK_UI_TABLE_VIEW_H

#include "penstock/base/map.h"
#include "penstock/command/table.h"
#include "penstock/ui/page.h"

/* A column as it stands on the screen. */
struct table_slot {
	struct column_def column; /* a copy: table->extra may move */
	int  width;   /* what it wants: grows at once … */
	int  peak;    /* … and shrinks to what it needed at most in a while */
	int  shown;   /* what it got in the last layout; 0: it was left out */
};

struct table_view {
	const struct table_def *def;
	struct table  table;
	uint64_t      picture;    /* of what the rows were made; 0: to be made anew */

	struct str    scope;      /* one proxy only; empty: all */
	struct str    filter;     /* as typed */
	struct where *where;      /* the filter, when it is a condition */
	struct span   needle;     /* the filter, when it is a part of names */
	bool          negated;    /* names without it */
	struct str    sort;       /* a column's name; empty: HAProxy's order */
	bool          descending;
	struct strings chosen;    /* columns by name; none: by the screen's width */

	struct str    key;        /* of the row with the cursor; empty: none */
	struct process *owner;    /* the process that has it; to compare only */
	size_t        cursor, top; /* rows of the table */
	int           height;     /* rows that could be seen when it was last drawn */
	size_t        passed;     /* columns that `cursor right` has passed by */
	struct map    marks;      /* by key */

	VEC(struct table_slot) slots;
	bool          slots_old;
	VEC(struct str) cells;    /* of the rows that can be seen; reused */
	int64_t       peaks_since_ms;
};

void table_view_init(struct table_view *view, const struct table_def *def);
void table_view_release(struct table_view *view);

/*
 * Brings the rows up to date with the processes' pictures where these have
 * changed.  table_view_draw and table_view_move want it called before.
 */
void table_view_update(struct table_view *view, struct process *const *processes, size_t count);

/* Only rows of that proxy; empty: all.  The cursor goes to the top. */
void table_view_scope(struct table_view *view, struct span proxy);

/*
 * What is typed: a condition on columns (where.h) if it holds an operator,
 * else a part of the row's name; `!` before it turns that around.  A condition
 * that is not whole, or about columns that are not there, is an error, and the
 * filter stays as it was.
 */
int  table_view_filter(struct table_view *view, struct process *const *processes, size_t count,
		       struct span text, struct err *err);

/* By a column, `-` before it: descending; empty: HAProxy's order.  Errors:
 * ERR_NOT_FOUND. */
int  table_view_sort(struct table_view *view, struct process *const *processes, size_t count,
		     struct span column, struct err *err);

/* By the next column that can be seen; behind the last one HAProxy's order. */
void table_view_sort_next(struct table_view *view);
void table_view_reverse(struct table_view *view);

/* Columns to show, comma separated; empty: by the screen's width. */
int  table_view_columns(struct table_view *view, struct process *const *processes, size_t count,
			struct span names, struct err *err);

void table_view_move(struct table_view *view, enum move move);

/* Marks the row with the cursor, or takes its mark away, and goes on. */
void table_view_mark(struct table_view *view);
void table_view_mark_all(struct table_view *view);
void table_view_unmark_all(struct table_view *view);

/*
 * Names of the marked rows, else of the row with the cursor as it was last
 * drawn, each quoted, with blanks between.  false when there is none.
 */
bool table_view_targets(const struct table_view *view, struct str *out);

/* Index of the slot that rows are sorted by; SIZE_MAX: none. */
size_t table_view_sorted(const struct table_view *view);

void table_view_draw(struct table_view *view, struct screen *screen, struct area area);

/* Appends what the rows are narrowed to and sorted by, in words. */
void table_view_describe(const struct table_view *view, struct str *out);

/*
 * A number that tells one set of pictures from the next; never 0.  A command
 * may refresh a process while the screen is drawn, so no callback can be
 * relied on for that.
 */
uint64_t table_picture(struct process *const *processes, size_t count);

/* The style of a state, by its first word. */
enum style table_view_state_style(struct span status);

#endif
