/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/ui/table_view.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "penstock/base/text.h"
#include "penstock/ui/table_layout.h"

void table_view_init(struct table_view *view, const struct table_def *def)
{
	*view = (struct table_view){
		.def = def, .table = TABLE_INIT, .scope = STR_INIT, .filter = STR_INIT,
		.sort = STR_INIT, .key = STR_INIT, .marks = MAP_INIT, .slots_old = true,
	};
	view->table.def = def;
}

void table_view_release(struct table_view *view)
{
	table_release(&view->table);
	where_free(view->where);
	str_release(&view->scope);
	str_release(&view->filter);
	str_release(&view->sort);
	str_release(&view->key);
	strings_release(&view->chosen);
	map_release(&view->marks, NULL);
	for (size_t i = 0; i < view->cells.count; i++)
		str_release(&view->cells.items[i]);
	vec_release(&view->cells);
	vec_release(&view->slots);
}

static uint64_t mix(uint64_t hash, uint64_t value)
{
	return (hash ^ value) * 1099511628211ULL;
}

uint64_t table_picture(struct process *const *processes, size_t count)
{
	uint64_t hash = 14695981039346656037ULL;

	for (size_t i = 0; i < count; i++) {
		const struct process *process = processes[i];

		hash = mix(hash, (uintptr_t)process);
		hash = mix(hash, (uintptr_t)process->now.bytes.bytes);
		hash = mix(hash, (uintptr_t)process->now.rows.items);
		hash = mix(hash, process->now.rows.count);
		hash = mix(hash, (uint64_t)process->now.taken_ms);
		hash = mix(hash, process->client.exchanges);
	}
	return hash ? hash : 1;
}

static struct span row_proxy(const struct table_view *view, size_t row)
{
	const struct table_row *at = &view->table.rows.items[row];

	return sample_proxy(&at->process->now, at->row);
}

static struct span row_server(const struct table_view *view, size_t row)
{
	const struct table_row *at = &view->table.rows.items[row];

	return view->def->type == ROW_SERVER ? sample_server(&at->process->now, at->row)
					     : span_make("", 0);
}

/* Compares without putting the key together: this runs over all rows. */
static bool row_is(const struct table_view *view, size_t row, struct span key)
{
	struct span proxy = row_proxy(view, row), server = row_server(view, row);
	size_t      len = proxy.len + (view->def->type == ROW_SERVER ? 1 + server.len : 0);

	return key.len == len && memcmp(key.at, proxy.at, proxy.len) == 0 &&
	       (view->def->type != ROW_SERVER ||
		(key.at[proxy.len] == '/' &&
		 memcmp(key.at + proxy.len + 1, server.at, server.len) == 0));
}

static bool holds(struct span text, struct span needle)
{
	for (size_t i = 0; i + needle.len <= text.len; i++)
		if (strncasecmp(text.at + i, needle.at, needle.len) == 0)
			return true;
	return false;
}

static bool is_wanted(const struct table_view *view, size_t row, struct str *key)
{
	struct span needle = view->needle;

	if (view->scope.len && !span_equal(row_proxy(view, row), str_span(&view->scope)))
		return false;
	if (!needle.len)
		return true;
	if (!memchr(needle.at, '/', needle.len))
		return (holds(row_proxy(view, row), needle) ||
			holds(row_server(view, row), needle)) != view->negated;
	str_reset(key);
	table_key(&view->table, row, key);
	return holds(str_span(key), needle) != view->negated;
}

/* Scope and part of a name, which table_fill does not know. */
static void narrow(struct table_view *view)
{
	struct table_row *rows = view->table.rows.items;
	struct str        key = STR_INIT;
	size_t            kept = 0;

	if (!view->scope.len && !view->needle.len)
		return;
	for (size_t i = 0; i < view->table.rows.count; i++)
		if (is_wanted(view, i, &key))
			rows[kept++] = rows[i];
	view->table.rows.count = kept;
	str_release(&key);
}

static void adopt_cursor(struct table_view *view)
{
	size_t count = view->table.rows.count;

	if (view->cursor >= count)
		view->cursor = count ? count - 1 : 0;
	if (!count)
		return;
	str_reset(&view->key);
	table_key(&view->table, view->cursor, &view->key);
	view->owner = view->table.rows.items[view->cursor].process;
}

static bool is_cursor_row(const struct table_view *view, size_t row)
{
	return view->table.rows.items[row].process == view->owner &&
	       row_is(view, row, str_span(&view->key));
}

/*
 * Puts the cursor on the row that it belongs to.  When that row is gone or
 * hidden, its neighbour gets it: what a key acts on is what can be seen.
 */
static void find_cursor(struct table_view *view)
{
	size_t count = view->table.rows.count;

	if (view->key.len && view->cursor < count && is_cursor_row(view, view->cursor))
		return;
	for (size_t i = 0; view->key.len && i < count; i++)
		if (is_cursor_row(view, i)) {
			view->cursor = i;
			return;
		}
	adopt_cursor(view);
}

static struct process *first_of(struct process *const *processes, size_t count)
{
	return count ? processes[0] : NULL;
}

/* Where all rows are of one proxy, its name says nothing. */
static bool is_shown_unasked(const struct table_view *view, const struct column_def *column)
{
	bool is_proxy = column->field && strcmp(column->field, "pxname") == 0;

	return column->prio > 0 && !(view->scope.len && is_proxy);
}

static void renew_slots(struct table_view *view, struct process *process)
{
	struct strings *chosen = &view->chosen;

	vec_reset(&view->slots);
	for (size_t i = 0; !chosen->list.count && i < view->def->count; i++)
		if (is_shown_unasked(view, &view->def->columns[i]))
			*vec_push(&view->slots) =
				(struct table_slot){ .column = view->def->columns[i] };
	for (size_t i = 0; i < chosen->list.count; i++) {
		const struct column_def *column = table_column(&view->table, process,
							       span_of(chosen->list.items[i]));

		if (column)
			*vec_push(&view->slots) = (struct table_slot){ .column = *column };
	}
	view->slots_old = chosen->list.count && !view->slots.count;
}

void table_view_update(struct table_view *view, struct process *const *processes, size_t count)
{
	uint64_t           picture = table_picture(processes, count);
	struct process    *first = first_of(processes, count);
	struct table_query query = { .where = view->where, .descending = view->descending };
	struct column_def  sort;

	if (view->slots_old)
		renew_slots(view, first);
	if (view->picture == picture)
		return;
	if (view->sort.len) {
		query.sort = table_column(&view->table, first, str_span(&view->sort));
		/* The filter may add columns and move them. */
		if (query.sort)
			sort = *query.sort, query.sort = &sort;
	}
	view->picture = picture;
	if (table_fill(&view->table, view->def, processes, count, &query, NULL) < 0) {
		query.where = NULL;
		table_fill(&view->table, view->def, processes, count, &query, NULL);
	}
	narrow(view);
	find_cursor(view);
}

static void requery(struct table_view *view)
{
	view->picture = 0;
}

void table_view_scope(struct table_view *view, struct span proxy)
{
	if (span_equal(str_span(&view->scope), proxy))
		return;
	str_reset(&view->scope);
	str_add_span(&view->scope, proxy);
	str_reset(&view->key);
	view->cursor = view->top = 0;
	table_view_unmark_all(view);
	view->slots_old = true;
	requery(view);
}

struct known {
	struct table   *table;
	struct process *process;
};

static bool is_known(struct span name, void *data)
{
	struct known *known = data;

	return table_column(known->table, known->process, name) != NULL;
}

static bool is_condition(struct span text)
{
	for (size_t i = 0; i < text.len; i++)
		if (strchr("=<>~&|()", text.at[i]) && text.at[i])
			return true;
	return false;
}

static int read_condition(struct table_view *view, struct process *process, struct span text,
			  struct where **where, struct err *err)
{
	struct known known = { &view->table, process };

	*where = NULL;
	if (!is_condition(text))
		return 0;
	*where = where_parse(text, err);
	if (!*where)
		return -1;
	if (where_check(*where, is_known, &known, err) == 0)
		return 0;
	where_free(*where);
	return -1;
}

int table_view_filter(struct table_view *view, struct process *const *processes, size_t count,
		      struct span text, struct err *err)
{
	struct where *where;

	text = span_trim(text);
	if (read_condition(view, first_of(processes, count), text, &where, err) < 0)
		return -1;
	where_free(view->where);
	view->where = where;
	str_reset(&view->filter);
	str_add_span(&view->filter, text);
	view->needle = where ? span_make("", 0) : str_span(&view->filter);
	view->negated = span_starts(view->needle, "!");
	if (view->negated)
		view->needle = span_make(view->needle.at + 1, view->needle.len - 1);
	requery(view);
	return 0;
}

int table_view_sort(struct table_view *view, struct process *const *processes, size_t count,
		    struct span column, struct err *err)
{
	bool descending = span_starts(column, "-");

	if (descending)
		column = span_make(column.at + 1, column.len - 1);
	if (column.len && !table_column(&view->table, first_of(processes, count), column))
		return err_set(err, ERR_NOT_FOUND, "no column '%.*s'; Tab lists them",
			       (int)column.len, column.at);
	str_reset(&view->sort);
	str_add_span(&view->sort, column);
	view->descending = descending;
	requery(view);
	return 0;
}

size_t table_view_sorted(const struct table_view *view)
{
	for (size_t i = 0; i < view->slots.count; i++)
		if (view->sort.len &&
		    span_is(str_span(&view->sort), view->slots.items[i].column.name))
			return i;
	return SIZE_MAX;
}

void table_view_sort_next(struct table_view *view)
{
	size_t next = table_view_sorted(view) + 1; /* SIZE_MAX, none: 0 */

	while (next < view->slots.count && !view->slots.items[next].shown)
		next++;
	str_reset(&view->sort);
	view->descending = false;
	if (next < view->slots.count) {
		const struct column_def *column = &view->slots.items[next].column;

		str_add_text(&view->sort, column->name);
		/* Who sorts by numbers looks for the highest. */
		view->descending = column_kind_table[column->kind].number;
	}
	requery(view);
}

void table_view_reverse(struct table_view *view)
{
	view->descending = !view->descending;
	requery(view);
}

int table_view_columns(struct table_view *view, struct process *const *processes, size_t count,
		       struct span names, struct err *err)
{
	struct strings chosen = STRINGS_INIT;
	struct span    rest = names, name;

	while (names.len && span_split(&rest, ',', &name)) {
		if (!table_column(&view->table, first_of(processes, count), name)) {
			strings_release(&chosen);
			return err_set(err, ERR_NOT_FOUND, "no column '%.*s'; Tab lists them",
				       (int)name.len, name.at);
		}
		strings_add_n(&chosen, name.at, name.len);
	}
	strings_release(&view->chosen);
	view->chosen = chosen;
	view->slots_old = true;
	view->passed = 0;
	return 0;
}

static size_t plus(size_t value, long step, size_t limit)
{
	if (step < 0)
		return value > (size_t)-step ? value - (size_t)-step : 0;
	return value + (size_t)step < limit ? value + (size_t)step : limit;
}

void table_view_move(struct table_view *view, enum move move)
{
	long   page = view->height > 2 ? view->height - 1 : 1;
	size_t count = view->table.rows.count;
	long   steps[MOVE_COUNT] = {
		[MOVE_UP] = -1, [MOVE_DOWN] = 1, [MOVE_PAGE_UP] = -page,
		[MOVE_PAGE_DOWN] = page, [MOVE_HOME] = -(long)count, [MOVE_END] = (long)count,
	};

	if (move == MOVE_LEFT || move == MOVE_RIGHT) {
		view->passed = plus(view->passed, move == MOVE_LEFT ? -1 : 1,
				    table_layout_last(view->slots.items, view->slots.count));
		return;
	}
	if (!count)
		return;
	view->cursor = plus(view->cursor, steps[move], count - 1);
	adopt_cursor(view);
}

void table_view_mark(struct table_view *view)
{
	struct span key = str_span(&view->key);

	if (!key.len)
		return;
	if (!map_remove(&view->marks, key))
		map_put(&view->marks, key, view);
	table_view_move(view, MOVE_DOWN);
}

void table_view_mark_all(struct table_view *view)
{
	struct str key = STR_INIT;

	for (size_t i = 0; i < view->table.rows.count; i++) {
		str_reset(&key);
		table_key(&view->table, i, &key);
		map_put(&view->marks, str_span(&key), view);
	}
	str_release(&key);
}

void table_view_unmark_all(struct table_view *view)
{
	map_release(&view->marks, NULL);
	view->marks = (struct map)MAP_INIT;
}

static void add_target(struct span key, void *value, void *data)
{
	struct str *out = data;

	(void)value;
	if (out->len)
		str_add_char(out, ' ');
	text_quote_word(out, key);
}

bool table_view_targets(const struct table_view *view, struct str *out)
{
	struct str names = STR_INIT;

	map_each(&view->marks, add_target, &names);
	if (!names.len && view->key.len && view->table.rows.count)
		add_target(str_span(&view->key), NULL, &names);
	str_add_span(out, str_span(&names));
	str_release(&names);
	return out->len > 0;
}

void table_view_describe(const struct table_view *view, struct str *out)
{
	size_t marked = map_count(&view->marks);

	if (view->filter.len)
		str_addf(out, "filter %s  ", view->filter.bytes);
	if (view->sort.len)
		str_addf(out, "sort %s%s  ", view->descending ? "-" : "", view->sort.bytes);
	if (marked)
		str_addf(out, "%zu marked  ", marked);
	if (view->table.rows.count != view->table.total && !view->scope.len)
		str_addf(out, "%zu of %zu", view->table.rows.count, view->table.total);
	else if (view->table.total)
		str_addf(out, "%zu", view->table.rows.count);
}
