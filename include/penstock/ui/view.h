/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Views: what the middle of the screen shows.  Each is a row of view_table,
 * drawn by one of two widgets, a table or a text.  Views call commands; they
 * do not change anything themselves.
 */
#ifndef PENSTOCK_UI_VIEW_H
#define PENSTOCK_UI_VIEW_H

#include "penstock/ui/page.h"
#include "penstock/ui/table_view.h"

struct ui;
struct view;

enum widget_kind { WIDGET_TABLE, WIDGET_TEXT, WIDGET_KIND_COUNT };

struct view_def {
	const char *name;    /* also the context of its keys */
	const char *title;
	const char *summary;
	enum widget_kind widget;
	bool        listed;  /* makes sense without a subject: `view NAME` opens it */
	/*
	 * Texts: fills the page from what is known; called before drawing when
	 * that has changed.  Must not wait.
	 */
	void (*build)(struct view *view, struct page *page);
	/* What needs waiting first (files, the planner); runs in the outermost
	 * loop when the view comes to the front and after each command. */
	int  (*load)(struct view *view, struct err *err);
	/* Enter on a row; NULL: nothing. */
	void (*enter)(struct view *view);
};

extern const struct view_def view_table[];
extern const size_t          view_table_count;

struct view {
	const struct view_def *def;
	struct ui             *ui;
	struct table_view table;  /* WIDGET_TABLE */
	struct page_view  text;   /* WIDGET_TEXT */
	struct str subject;       /* the backend, server or command that it is about */
	struct str source;        /* of texts: what load or a command gave */
	bool       old;           /* the page must be built anew */
	bool       wants_load;
	uint64_t   built_for;     /* pictures and width that the page was built for */
};

/* One for each row of view_table. */
struct views {
	struct view *all;
	struct view *front;
	struct trail_step {
		struct view *view;
		struct str   subject;
	} *trail;                /* where Esc leads back to; room for all views */
	size_t depth;
};

void views_init(struct views *views, struct ui *ui);
void views_release(struct views *views);

struct view *view_find(struct views *views, struct span name);

/*
 * Brings a view to the front, about that subject.  Esc comes back to the one
 * that was there, unless the way here had led through this view before: then
 * the way ends where it did.
 */
void view_open(struct view *view, struct span subject);

/* Gives false when there is nowhere to go back to. */
bool view_back(struct views *views);

/* The widget's part, whichever it is. */
void view_move(struct view *view, enum move move);
int  view_filter(struct view *view, struct span text, struct err *err);
struct span view_filter_text(const struct view *view);
void view_draw(struct view *view, struct area area);

/* What it is narrowed to, in words. */
void view_describe(const struct view *view, struct str *out);

/* Everything that was drawn from the candidate or the options is old now. */
void view_age(struct views *views);

/* "table" or "text", the second context of its keys. */
const char *view_widget(const struct view *view);

/* Appends the value of %NAME for key bindings; false when there is none. */
bool view_variable(struct view *view, struct span name, struct str *out);

void view_overview_build(struct view *view, struct page *page);
void view_backends_enter(struct view *view);
void view_rows_enter(struct view *view);
void view_detail_build(struct view *view, struct page *page);
int  view_diff_load(struct view *view, struct err *err);
void view_diff_build(struct view *view, struct page *page);
int  view_plan_load(struct view *view, struct err *err);
void view_plan_build(struct view *view, struct page *page);
void view_help_build(struct view *view, struct page *page);
void view_output_build(struct view *view, struct page *page);

#endif
