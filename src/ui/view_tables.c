/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What Enter does on the rows of tables, and the view of one row's fields. */
#include <string.h>

#include "penstock/base/text.h"
#include "penstock/base/utf8.h"
#include "penstock/ui/frame.h"
#include "penstock/ui/view.h"

enum { NAME_COLUMNS = 16, VALUE_COLUMNS = 22 };

void view_backends_enter(struct view *view)
{
	struct view *servers = view_find(&view->ui->views, span_of("servers"));

	if (view->table.table.rows.count)
		view_open(servers, str_span(&view->table.key));
}

void view_rows_enter(struct view *view)
{
	struct view *detail = view_find(&view->ui->views, span_of("detail"));

	if (!view->table.table.rows.count)
		return;
	str_set(&detail->source, view->def->name);
	view_open(detail, str_span(&view->table.key));
}

/* The row of the sample that the view is about, or SIZE_MAX. */
static size_t find_row(const struct view *view, const struct sample *sample)
{
	const struct table_def *def = table_find(str_span(&view->source));
	struct span             server = str_span(&view->subject), proxy;

	span_split(&server, '/', &proxy);
	for (size_t i = 0; def && i < sample->rows.count; i++)
		if (sample->rows.items[i].type == def->type &&
		    span_equal(sample_proxy(sample, i), proxy) &&
		    (def->type != ROW_SERVER || span_equal(sample_server(sample, i), server)))
			return i;
	return SIZE_MAX;
}

static void add_field(struct page *page, struct span name, struct span value, bool changed)
{
	const struct stat_field_def *field = stat_field_find(name);
	enum style style = changed ? STYLE_CHANGED : STYLE_TEXT;

	if (span_is(name, "status"))
		style = table_view_state_style(value);
	page_cell(page, STYLE_HEADING, NAME_COLUMNS, false, name);
	page_add(page, style, value);
	if (field && field->summary) {
		while (page_column(page) < NAME_COLUMNS + VALUE_COLUMNS)
			page_add(page, STYLE_TEXT, span_of(" "));
		page_addf(page, STYLE_DIM, "  %s", field->summary);
	}
	page_end_line(page);
}

/* Fields that are empty say nothing and are left out. */
static void add_fields(struct page *page, const struct process *process, size_t row)
{
	const struct sample *now = &process->now, *before = &process->before;
	size_t               older = sample_match(now, row, before);
	struct str           value = STR_INIT;

	for (size_t c = 0; c < now->columns.count; c++) {
		struct span name = now->columns.items[c], past = span_make("", 0);

		str_reset(&value);
		sample_text(now, row, (int)c, &value);
		if (!value.len)
			continue;
		if (older != SIZE_MAX)
			past = sample_cell(before, older, sample_column(before, name));
		add_field(page, name, str_span(&value),
			  past.len && !span_equal(past, sample_cell(now, row, (int)c)));
	}
	str_release(&value);
}

void view_detail_build(struct view *view, struct page *page)
{
	const struct console *console = view->ui->console;

	for (size_t i = 0; i < console->processes.count; i++) {
		const struct process *process = console->processes.items[i];
		size_t                row = find_row(view, &process->now);

		if (row == SIZE_MAX)
			continue;
		add_fields(page, process, row);
		return;
	}
	page_addf(page, STYLE_DIM, "%s is not there any more", view->subject.bytes);
	page_end_line(page);
}
