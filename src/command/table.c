/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/command/table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "penstock/base/mem.h"
#include "penstock/base/text.h"
#include "penstock/base/utf8.h"

const struct column_kind_def column_kind_table[COL_KIND_COUNT] = {
	[COL_NAME] = { "name", false, false },     [COL_TEXT] = { "text", false, false },
	[COL_STATE] = { "state", false, false },   [COL_COUNT] = { "count", true, true },
	[COL_RATE] = { "rate", true, true },       [COL_BYTES] = { "bytes", true, true },
	[COL_BYTE_RATE] = { "byte rate", true, true }, [COL_MS] = { "ms", true, true },
	[COL_AGE] = { "age", true, true },         [COL_PERCENT] = { "percent", true, true },
};

/* How a field that has no column of its own is shown. */
static const enum column_kind kind_of_field[] = {
	[FIELD_TEXT] = COL_TEXT,     [FIELD_NAME] = COL_NAME,       [FIELD_STATE] = COL_STATE,
	[FIELD_GAUGE] = COL_COUNT,   [FIELD_COUNTER] = COL_COUNT,   [FIELD_MAX] = COL_COUNT,
	[FIELD_RATE] = COL_RATE,     [FIELD_LIMIT] = COL_COUNT,     [FIELD_AVERAGE_MS] = COL_MS,
	[FIELD_BYTES] = COL_BYTES,   [FIELD_AGE] = COL_AGE,         [FIELD_MS] = COL_MS,
	[FIELD_PERCENT] = COL_PERCENT,
};

static const struct sample *sample_of(const struct table *table, size_t row)
{
	return &table->rows.items[row].process->now;
}

static struct span field_of(const struct table *table, size_t row, const char *field)
{
	const struct sample *sample = sample_of(table, row);

	return sample_cell(sample, table->rows.items[row].row,
			   sample_column(sample, span_of(field)));
}

const struct table_def *table_find(struct span name)
{
	for (size_t i = 0; i < table_table_count; i++)
		if (span_is(name, table_table[i].name))
			return &table_table[i];
	return NULL;
}

static const struct column_def *own_column(const struct table_def *def, struct span name)
{
	for (size_t i = 0; i < def->count; i++)
		if (span_is(name, def->columns[i].name))
			return &def->columns[i];
	return NULL;
}

const struct column_def *table_column(struct table *table, const struct process *process,
				      struct span name)
{
	const struct column_def     *own = own_column(table->def, name);
	const struct stat_field_def *field;
	struct column_def           *extra;
	int                          index;

	if (own)
		return own;
	for (size_t i = 0; i < table->extra.count; i++)
		if (span_is(name, table->extra.items[i].name))
			return &table->extra.items[i];
	index = process ? sample_column(&process->now, name) : -1;
	if (index < 0)
		return NULL;
	field = stat_field_find(name);
	extra = vec_push(&table->extra);
	*extra = (struct column_def){
		.name = span_dup(name),
		.kind = field ? kind_of_field[field->kind] : COL_TEXT,
		.min = 4,
	};
	extra->title = extra->field = extra->name;
	return extra;
}

/* Most cells are plain digits, and those are quick to read. */
static bool cell_number(struct span cell, double *number)
{
	long digits;

	if (!span_to_long(cell, &digits))
		return span_to_double(cell, number);
	*number = (double)digits;
	return true;
}

static size_t match_before(const struct process *process, size_t row)
{
	return process->before.rows.count ? sample_match(&process->now, row, &process->before)
					  : SIZE_MAX;
}

size_t table_before(const struct table *table, size_t row)
{
	return match_before(table->rows.items[row].process, table->rows.items[row].row);
}

static bool rate_of(const struct process *process, size_t row, int column, double *number)
{
	size_t before = match_before(process, row);

	return before != SIZE_MAX && sample_rate(&process->now, row, column, &process->before,
						 before, number);
}

/* false when the cell has no number. */
static bool read_number(const struct table *table, size_t row, const struct column_def *column,
			double *number)
{
	const struct table_row *at = &table->rows.items[row];
	const struct sample    *now = &at->process->now;

	if (column->compute)
		return column->compute(table, row, number);
	if (column->rate_of)
		return rate_of(at->process, at->row,
			       sample_column(now, span_of(column->rate_of)), number);
	return cell_number(field_of(table, row, column->field), number);
}

void table_value(const struct table *table, size_t row, const struct column_def *column,
		 struct str *out)
{
	double number;

	if (column->field) {
		const struct sample *sample = sample_of(table, row);

		sample_text(sample, table->rows.items[row].row,
			    sample_column(sample, span_of(column->field)), out);
	} else if (read_number(table, row, column, &number)) {
		str_addf(out, "%.6g", number);
	}
}

typedef void (*show_fn)(struct str *out, double number);

static void show_rate(struct str *out, double number)
{
	if (number > 0 && number < 9.95)
		str_addf(out, "%.1f", number);
	else
		text_count(out, number);
}

static void show_age(struct str *out, double number)
{
	if (number < 0)
		str_add_char(out, '-');
	else
		text_age(out, (int64_t)number);
}

static void show_ms(struct str *out, double number)
{
	str_addf(out, "%.0f", number);
}

static void show_percent(struct str *out, double number)
{
	str_addf(out, "%.0f%%", number);
}

static const show_fn show_table[COL_KIND_COUNT] = {
	[COL_COUNT] = text_count,    [COL_RATE] = show_rate, [COL_BYTES] = text_bytes,
	[COL_BYTE_RATE] = text_bytes, [COL_MS] = show_ms,    [COL_AGE] = show_age,
	[COL_PERCENT] = show_percent,
};

void table_shown(const struct table *table, size_t row, const struct column_def *column,
		 struct str *out)
{
	size_t     before = out->len;
	struct str value = STR_INIT;
	double     number;

	if (show_table[column->kind]) {
		if (read_number(table, row, column, &number))
			show_table[column->kind](out, number);
	} else {
		table_value(table, row, column, &value);
		utf8_sanitise(out, str_span(&value), false);
	}
	str_release(&value);
	if (out->len == before)
		str_add_char(out, '-');
}

void table_key(const struct table *table, size_t row, struct str *out)
{
	const struct table_row *at = &table->rows.items[row];

	str_add_span(out, sample_proxy(&at->process->now, at->row));
	if (table->def->type == ROW_SERVER) {
		str_add_char(out, '/');
		str_add_span(out, sample_server(&at->process->now, at->row));
	}
}

/* Whether one of the globs names the row: "be/srv", "be" or "be/". */
static bool is_named(const struct table *table, size_t row, const struct strings *globs,
		     struct str *key)
{
	struct span proxy = sample_proxy(sample_of(table, row), table->rows.items[row].row);

	if (!globs || !globs->list.count)
		return true;
	str_reset(key);
	table_key(table, row, key);
	for (size_t i = 0; i < globs->list.count; i++) {
		struct span glob = span_of(globs->list.items[i]);

		if (text_glob(glob, str_span(key)))
			return true;
		if (!memchr(glob.at, '/', glob.len) && text_glob(glob, proxy))
			return true;
	}
	return false;
}

struct where_row {
	struct table *table;
	size_t        row;
	struct str    value;
};

static struct span where_value(struct span name, void *data)
{
	struct where_row        *at = data;
	const struct column_def *column =
		table_column(at->table, at->table->rows.items[at->row].process, name);

	str_reset(&at->value);
	if (column)
		table_value(at->table, at->row, column, &at->value);
	return str_span(&at->value);
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

static void add_rows(struct table *table, struct process *process,
		     const struct table_query *query, struct where_row *at, struct str *key)
{
	for (size_t i = 0; i < process->now.rows.count; i++) {
		size_t last = table->rows.count;

		if (process->now.rows.items[i].type != table->def->type)
			continue;
		table->total++;
		*vec_push(&table->rows) = (struct table_row){
			.process = process,
			.row = (uint32_t)i,
		};
		at->row = last;
		if (!is_named(table, last, query->globs, key) ||
		    (query->where && !where_holds(query->where, where_value, at)))
			table->rows.count--;
	}
}

/*
 * What a row is sorted by, taken once.  Rows without a value come last
 * whichever way it goes; equal rows stay in HAProxy's order.
 */
struct number_key {
	double   number; /* negated to sort backwards; infinite for none */
	uint32_t row;
};

struct text_key {
	struct span text;
	uint32_t    row;
	bool        backwards;
};

static int by_place(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

static int by_number(const void *a, const void *b)
{
	const struct number_key *x = a, *y = b;

	if (x->number != y->number)
		return x->number < y->number ? -1 : 1;
	return by_place(x->row, y->row);
}

static int by_text(const void *a, const void *b)
{
	const struct text_key *x = a, *y = b;
	int                    order;

	if (!x->text.len != !y->text.len)
		return x->text.len ? -1 : 1;
	order = span_compare(x->text, y->text);
	return order ? (x->backwards ? -order : order) : by_place(x->row, y->row);
}

/* The field that a column takes its numbers from, looked up once a process. */
struct key_source {
	const struct process *process;
	int                   column;
};

static bool key_number(const struct table *table, size_t row, const struct column_def *column,
		       struct key_source *source, double *number)
{
	const struct table_row *at = &table->rows.items[row];
	const char             *field = column->rate_of ? column->rate_of : column->field;

	if (column->compute)
		return column->compute(table, row, number);
	if (source->process != at->process) {
		source->process = at->process;
		source->column = sample_column(&at->process->now, span_of(field));
	}
	if (column->rate_of)
		return rate_of(at->process, at->row, source->column, number);
	return cell_number(sample_cell(&at->process->now, at->row, source->column), number);
}

/* Puts the rows into the order of the sorted keys. */
static void reorder(struct table *table, const void *keys, size_t key_size, size_t row_at)
{
	size_t            count = table->rows.count;
	struct table_row *sorted = xcalloc(count, sizeof(*sorted));
	uint32_t          row;

	for (size_t i = 0; i < count; i++) {
		memcpy(&row, (const char *)keys + i * key_size + row_at, sizeof(row));
		sorted[i] = table->rows.items[row];
	}
	memcpy(table->rows.items, sorted, count * sizeof(*sorted));
	free(sorted);
}

static void sort_by_number(struct table *table, const struct table_query *query)
{
	size_t             count = table->rows.count;
	struct number_key *keys = xcalloc(count, sizeof(*keys));
	struct key_source  source = { .process = NULL };
	bool               in_order = true;

	for (size_t i = 0; i < count; i++) {
		double number;

		keys[i].row = (uint32_t)i;
		if (!key_number(table, i, query->sort, &source, &number))
			keys[i].number = HUGE_VAL;
		else
			keys[i].number = query->descending ? -number : number;
		in_order = in_order && (!i || keys[i - 1].number <= keys[i].number);
	}
	/* Most counters of most servers are the same; then there is nothing to do. */
	if (!in_order) {
		qsort(keys, count, sizeof(*keys), by_number);
		reorder(table, keys, sizeof(*keys), offsetof(struct number_key, row));
	}
	free(keys);
}

static void sort_by_text(struct table *table, const struct table_query *query)
{
	size_t           count = table->rows.count;
	struct text_key *keys = xcalloc(count, sizeof(*keys));

	for (size_t i = 0; i < count; i++)
		keys[i] = (struct text_key){
			.text = field_of(table, i, query->sort->field),
			.row = (uint32_t)i,
			.backwards = query->descending,
		};
	qsort(keys, count, sizeof(*keys), by_text);
	reorder(table, keys, sizeof(*keys), offsetof(struct text_key, row));
	free(keys);
}

static void sort_rows(struct table *table, const struct table_query *query)
{
	if (!table->rows.count)
		return;
	if (column_kind_table[query->sort->kind].number)
		sort_by_number(table, query);
	else if (query->sort->field)
		sort_by_text(table, query);
}

static void name_columns(const struct table_def *def, struct err *err)
{
	struct str names = STR_INIT;

	for (size_t i = 0; i < def->count; i++)
		str_addf(&names, "%s%s", i ? ", " : "", def->columns[i].name);
	err_hint(err, "there are %s and every field of 'show stat'", names.bytes);
	str_release(&names);
}

int table_fill(struct table *table, const struct table_def *def,
	       struct process *const *processes, size_t count, const struct table_query *query,
	       struct err *err)
{
	struct where_row at = { .table = table, .value = STR_INIT };
	struct known     known = { table, count ? processes[0] : NULL };
	struct str       key = STR_INIT;

	table->def = def;
	table->total = 0;
	vec_reset(&table->rows);
	if (query->where && where_check(query->where, is_known, &known, err) < 0) {
		name_columns(def, err);
		return -1;
	}
	for (size_t i = 0; i < count; i++)
		add_rows(table, processes[i], query, &at, &key);
	str_release(&at.value);
	str_release(&key);
	if (query->sort)
		sort_rows(table, query);
	if (query->limit && table->rows.count > query->limit)
		table->rows.count = query->limit;
	return 0;
}

void table_release(struct table *table)
{
	for (size_t i = 0; i < table->extra.count; i++)
		free((char *)table->extra.items[i].name);
	vec_release(&table->extra);
	vec_release(&table->rows);
}
