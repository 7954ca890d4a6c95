/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/ui/view.h"

#include <stdlib.h>
#include <string.h>

#include "penstock/base/mem.h"
#include "penstock/base/text.h"
#include "penstock/ui/frame.h"

const struct view_def view_table[] = {
	{ .name = "overview", .title = "Overview", .summary = "the process and what is wrong",
	  .widget = WIDGET_TEXT, .listed = true, .build = view_overview_build },
	{ .name = "frontends", .title = "Frontends", .summary = "where clients connect",
	  .widget = WIDGET_TABLE, .listed = true, .enter = view_rows_enter },
	{ .name = "backends", .title = "Backends", .summary = "groups of servers",
	  .widget = WIDGET_TABLE, .listed = true, .enter = view_backends_enter },
	{ .name = "servers", .title = "Servers", .summary = "every server, or those of a backend",
	  .widget = WIDGET_TABLE, .listed = true, .enter = view_rows_enter },
	{ .name = "detail", .title = "Detail", .summary = "all fields of one row",
	  .widget = WIDGET_TEXT, .build = view_detail_build },
	{ .name = "diff", .title = "Diff", .summary = "the candidate against the file",
	  .widget = WIDGET_TEXT, .listed = true, .load = view_diff_load,
	  .build = view_diff_build },
	{ .name = "plan", .title = "Plan", .summary = "what an apply would do, and why",
	  .widget = WIDGET_TEXT, .listed = true, .load = view_plan_load,
	  .build = view_plan_build },
	{ .name = "help", .title = "Help", .summary = "keys and commands", .widget = WIDGET_TEXT,
	  .listed = true, .build = view_help_build },
	{ .name = "output", .title = "Output", .summary = "what the last command printed",
	  .widget = WIDGET_TEXT, .listed = true, .build = view_output_build },
};
const size_t view_table_count = N(view_table);

struct widget_def {
	const char *name;
	void (*release)(struct view *view);
	void (*move)(struct view *view, enum move move);
	int  (*filter)(struct view *view, struct span text, struct err *err);
	void (*draw)(struct view *view, struct area area);
	void (*describe)(const struct view *view, struct str *out);
};

static void update_table(struct view *view)
{
	const struct console *console = view->ui->console;

	table_view_update(&view->table, console->processes.items, console->processes.count);
}

static void release_table(struct view *view)
{
	table_view_release(&view->table);
}

static void move_table(struct view *view, enum move move)
{
	update_table(view);
	table_view_move(&view->table, move);
}

static int filter_table(struct view *view, struct span text, struct err *err)
{
	const struct console *console = view->ui->console;

	return table_view_filter(&view->table, console->processes.items,
				 console->processes.count, text, err);
}

static void draw_table(struct view *view, struct area area)
{
	update_table(view);
	table_view_draw(&view->table, &view->ui->screen, area);
}

static void describe_table(const struct view *view, struct str *out)
{
	table_view_describe(&view->table, out);
}

static void release_text(struct view *view)
{
	page_view_release(&view->text);
}

static void move_text(struct view *view, enum move move)
{
	page_view_move(&view->text, move);
}

static int filter_text(struct view *view, struct span text, struct err *err)
{
	(void)err;
	page_view_filter(&view->text, span_trim(text));
	return 0;
}

/* What a page may have been made from, in one number. */
static uint64_t basis(const struct view *view)
{
	const struct console *console = view->ui->console;

	return table_picture(console->processes.items, console->processes.count) * 31 +
	       console->log.total * 7 + (uint64_t)view->ui->screen.columns;
}

static void draw_text(struct view *view, struct area area)
{
	uint64_t now = basis(view);

	if (view->old || view->built_for != now) {
		view->old = false;
		view->built_for = now;
		page_reset(&view->text.page);
		view->def->build(view, &view->text.page);
		page_view_update(&view->text);
	}
	page_view_draw(&view->text, &view->ui->screen, area);
}

static void describe_text(const struct view *view, struct str *out)
{
	if (view->text.filter.len)
		str_addf(out, "filter %s  ", view->text.filter.bytes);
	page_view_place(&view->text, out);
}

static const struct widget_def widget_table[WIDGET_KIND_COUNT] = {
	[WIDGET_TABLE] = { "table", release_table, move_table, filter_table, draw_table,
			   describe_table },
	[WIDGET_TEXT] = { "text", release_text, move_text, filter_text, draw_text,
			  describe_text },
};

static const struct widget_def *widget_of(const struct view *view)
{
	return &widget_table[view->def->widget];
}

void views_init(struct views *views, struct ui *ui)
{
	views->all = xcalloc(view_table_count, sizeof(*views->all));
	views->trail = xcalloc(view_table_count, sizeof(*views->trail));
	views->depth = 0;
	for (size_t i = 0; i < view_table_count; i++) {
		struct view *view = &views->all[i];

		*view = (struct view){ .def = &view_table[i], .ui = ui, .subject = STR_INIT,
				       .source = STR_INIT, .text = PAGE_VIEW_INIT, .old = true };
		str_init(&views->trail[i].subject);
		if (view->def->widget == WIDGET_TABLE)
			table_view_init(&view->table, table_find(span_of(view->def->name)));
	}
	views->front = &views->all[0];
}

void views_release(struct views *views)
{
	for (size_t i = 0; i < view_table_count; i++) {
		widget_of(&views->all[i])->release(&views->all[i]);
		str_release(&views->all[i].subject);
		str_release(&views->all[i].source);
		str_release(&views->trail[i].subject);
	}
	free(views->all);
	free(views->trail);
}

struct view *view_find(struct views *views, struct span name)
{
	for (size_t i = 0; i < view_table_count; i++)
		if (span_is(name, view_table[i].name))
			return &views->all[i];
	return NULL;
}

static void bring_to_front(struct view *view, struct span subject)
{
	bool other = !span_equal(str_span(&view->subject), subject);

	if (other) {
		str_reset(&view->subject);
		str_add_span(&view->subject, subject);
		view->text.top = view->text.left = 0;
	}
	if (view->def->widget == WIDGET_TABLE)
		table_view_scope(&view->table, subject);
	view->old = true;
	view->wants_load = view->def->load != NULL;
	view->ui->views.front = view;
	frame_dirty(view->ui);
}

void view_open(struct view *view, struct span subject)
{
	struct views *views = &view->ui->views;
	char         *copy = span_dup(subject); /* it may be this view's own */
	size_t        step = 0;

	while (step < views->depth && views->trail[step].view != view)
		step++;
	if (step < views->depth) {
		views->depth = step;
	} else if (views->front != view) {
		struct trail_step *here = &views->trail[views->depth++];

		here->view = views->front;
		str_reset(&here->subject);
		str_add_span(&here->subject, str_span(&views->front->subject));
	}
	bring_to_front(view, span_of(copy));
	free(copy);
}

bool view_back(struct views *views)
{
	struct trail_step *step;

	if (!views->depth)
		return false;
	step = &views->trail[--views->depth];
	bring_to_front(step->view, str_span(&step->subject));
	return true;
}

void view_move(struct view *view, enum move move)
{
	widget_of(view)->move(view, move);
}

int view_filter(struct view *view, struct span text, struct err *err)
{
	return widget_of(view)->filter(view, text, err);
}

struct span view_filter_text(const struct view *view)
{
	return view->def->widget == WIDGET_TABLE ? str_span(&view->table.filter)
						 : str_span(&view->text.filter);
}

void view_draw(struct view *view, struct area area)
{
	widget_of(view)->draw(view, area);
}

void view_describe(const struct view *view, struct str *out)
{
	widget_of(view)->describe(view, out);
}

void view_age(struct views *views)
{
	for (size_t i = 0; i < view_table_count; i++)
		views->all[i].old = true;
	views->front->wants_load = views->front->def->load != NULL;
}

const char *view_widget(const struct view *view)
{
	return widget_of(view)->name;
}

/* The names of the row that keys act on, "backend/server" or a proxy. */
static struct span acted_on(const struct view *view)
{
	if (view->def->widget != WIDGET_TABLE)
		return str_span(&view->subject);
	return view->table.table.rows.count ? str_span(&view->table.key) : span_make("", 0);
}

static bool target_of(struct view *view, struct str *out)
{
	struct span key = acted_on(view);

	if (view->def->widget == WIDGET_TABLE)
		return table_view_targets(&view->table, out);
	if (key.len)
		text_quote_word(out, key);
	return key.len > 0;
}

static bool backend_of(struct view *view, struct str *out)
{
	struct span key = acted_on(view), proxy;

	span_split(&key, '/', &proxy);
	if (proxy.len)
		text_quote_word(out, proxy);
	return proxy.len > 0;
}

static bool name_of(struct view *view, struct str *out)
{
	struct span key = acted_on(view), proxy;

	span_split(&key, '/', &proxy);
	if (proxy.len)
		text_quote_word(out, key.len ? key : proxy);
	return proxy.len > 0;
}

static bool view_name_of(struct view *view, struct str *out)
{
	str_add_text(out, view->def->name);
	return true;
}

struct variable_def {
	const char *name;
	bool (*value)(struct view *view, struct str *out);
};

static const struct variable_def variable_table[] = {
	{ "target", target_of },
	{ "backend", backend_of },
	{ "name", name_of },
	{ "view", view_name_of },
};

bool view_variable(struct view *view, struct span name, struct str *out)
{
	/* A filter that was typed just now has not been drawn yet. */
	if (view->def->widget == WIDGET_TABLE && !view->table.picture)
		update_table(view);
	for (size_t i = 0; i < N(variable_table); i++)
		if (span_is(name, variable_table[i].name))
			return variable_table[i].value(view, out);
	return false;
}
