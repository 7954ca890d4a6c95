/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The drawing half of table_view: formats the rows that can be seen, no others. */
#include <string.h>

#include "penstock/base/clock.h"
#include "penstock/base/mem.h"
#include "penstock/base/utf8.h"
#include "penstock/ui/table_layout.h"
#include "penstock/ui/table_view.h"

struct state_def {
	const char *word;
	enum style  style;
};

static const struct state_def state_table[] = {
	{ "UP", STYLE_GOOD },    { "OPEN", STYLE_GOOD },   { "DOWN", STYLE_BAD },
	{ "NOLB", STYLE_WARN },  { "MAINT", STYLE_WARN },  { "DRAIN", STYLE_WARN },
	{ "FULL", STYLE_BAD },   { "STOP", STYLE_BAD },    { "PAUSED", STYLE_WARN },
};

enum style table_view_state_style(struct span status)
{
	struct span word;

	span_split(&status, ' ', &word);
	for (size_t i = 0; i < N(state_table); i++)
		if (span_is(word, state_table[i].word))
			return state_table[i].style;
	return STYLE_TEXT;
}

/* Counters always grow; only what can stand still is worth pointing out. */
static bool may_stand_still(const struct column_def *column)
{
	const struct stat_field_def *field;

	if (!column->field || column->kind == COL_AGE)
		return false;
	field = stat_field_find(span_of(column->field));
	return !field || !field_kind_table[field->kind].counts;
}

static bool has_changed(const struct table_view *view, size_t row,
			const struct column_def *column)
{
	const struct table_row *at = &view->table.rows.items[row];
	const struct sample    *now = &at->process->now, *before = &at->process->before;
	size_t                  row_before = table_before(&view->table, row);

	if (row_before == SIZE_MAX || !may_stand_still(column))
		return false;
	return !span_equal(sample_cell(now, at->row, sample_column(now, span_of(column->field))),
			   sample_cell(before, row_before,
				       sample_column(before, span_of(column->field))));
}

static enum style row_state(const struct table_view *view, size_t row)
{
	const struct sample *now = &view->table.rows.items[row].process->now;

	return table_view_state_style(sample_cell(now, view->table.rows.items[row].row,
						  sample_column(now, span_of("status"))));
}

static enum style cell_style(const struct table_view *view, size_t row, enum style state,
			     const struct column_def *column)
{
	if (row == view->cursor)
		return STYLE_CURSOR;
	if (column->kind == COL_STATE || (column->kind == COL_NAME && state == STYLE_BAD))
		return state;
	if (view->table.rows.items[row].process->stale)
		return STYLE_DIM;
	return has_changed(view, row, column) ? STYLE_CHANGED : STYLE_TEXT;
}

static struct str *cell_at(struct table_view *view, size_t line, size_t slot)
{
	size_t index = line * view->slots.count + slot;

	while (view->cells.count <= index)
		str_init(vec_push(&view->cells));
	return &view->cells.items[index];
}

static void scroll(struct table_view *view)
{
	size_t height = (size_t)view->height, count = view->table.rows.count;

	if (view->cursor < view->top)
		view->top = view->cursor;
	if (view->cursor >= view->top + height)
		view->top = view->cursor - height + 1;
	if (view->top + height > count)
		view->top = count > height ? count - height : 0;
}

static size_t seen_rows(const struct table_view *view)
{
	size_t rest = view->table.rows.count - view->top;

	return rest < (size_t)view->height ? rest : (size_t)view->height;
}

/* Formats what can be seen, and lets the columns grow to it. */
static void prepare(struct table_view *view)
{
	size_t sorted = table_view_sorted(view);

	for (size_t s = 0; s < view->slots.count; s++) {
		struct table_slot *slot = &view->slots.items[s];
		int                title = (int)utf8_width(span_of(slot->column.title));

		table_slot_needs(slot, slot->column.min);
		table_slot_needs(slot, title + (s == sorted));
		for (size_t i = 0; i < seen_rows(view); i++) {
			struct str *cell = cell_at(view, i, s);

			str_reset(cell);
			table_shown(&view->table, view->top + i, &slot->column, cell);
			table_slot_needs(slot, (int)utf8_width(str_span(cell)));
		}
	}
	table_slots_settle(view->slots.items, view->slots.count, clock_monotonic_ms(),
			   &view->peaks_since_ms);
}

static void draw_heading(struct table_view *view, struct screen *screen, struct area area,
			 int gap)
{
	size_t     sorted = table_view_sorted(view);
	struct str title = STR_INIT;
	int        x = area.x + 2;

	for (size_t s = 0; s < view->slots.count; s++) {
		const struct table_slot *slot = &view->slots.items[s];

		if (!slot->shown)
			continue;
		str_reset(&title);
		str_add_text(&title, slot->column.title);
		if (s == sorted)
			str_add_text(&title, view->descending ? "▼" : "▲");
		screen_cell(screen, area.y, x, slot->shown,
			    s == sorted ? STYLE_SORTED : STYLE_HEADING,
			    column_kind_table[slot->column.kind].right, str_span(&title));
		x += slot->shown + gap;
	}
	str_release(&title);
}

static bool is_marked(const struct table_view *view, size_t row, struct str *key)
{
	if (!map_count(&view->marks))
		return false;
	str_reset(key);
	table_key(&view->table, row, key);
	return map_get(&view->marks, str_span(key)) != NULL;
}

static void draw_row(struct table_view *view, struct screen *screen, struct area area, size_t line,
		     int gap)
{
	size_t     row = view->top + line;
	int        y = area.y + 1 + (int)line, x = area.x + 2;
	enum style state = row_state(view, row);
	struct str key = STR_INIT;

	if (row == view->cursor)
		screen_cell(screen, y, area.x, area.width, STYLE_CURSOR, false, span_of(">"));
	if (is_marked(view, row, &key))
		screen_put(screen, y, area.x + 1, 1,
			   row == view->cursor ? STYLE_CURSOR : STYLE_STRONG, span_of("●"));
	for (size_t s = 0; s < view->slots.count; s++) {
		const struct table_slot *slot = &view->slots.items[s];

		if (!slot->shown)
			continue;
		screen_cell(screen, y, x, slot->shown,
			    cell_style(view, row, state, &slot->column),
			    column_kind_table[slot->column.kind].right,
			    str_span(cell_at(view, line, s)));
		x += slot->shown + gap;
	}
	str_release(&key);
}

static void draw_nothing(const struct table_view *view, struct screen *screen, struct area area)
{
	if (view->filter.len)
		screen_putf(screen, area.y + 2, area.x + 2, area.width - 2, STYLE_DIM,
			    "nothing matches '%s' among %zu %s", view->filter.bytes,
			    view->table.total, view->def->name);
	else
		screen_putf(screen, area.y + 2, area.x + 2, area.width - 2, STYLE_DIM,
			    "no %s to show", view->def->name);
}

void table_view_draw(struct table_view *view, struct screen *screen, struct area area)
{
	int gap = area.width < 100 ? 1 : 2;

	view->height = area.height > 1 ? area.height - 1 : 1;
	scroll(view);
	prepare(view);
	table_layout(view->slots.items, view->slots.count, view->passed, area.width - 2, gap);
	draw_heading(view, screen, area, gap);
	for (size_t i = 0; i < seen_rows(view); i++)
		draw_row(view, screen, area, i, gap);
	if (!view->table.rows.count && area.height > 2)
		draw_nothing(view, screen, area);
}
