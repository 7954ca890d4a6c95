/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/command/output.h"

#include <stdarg.h>
#include <stdlib.h>

#include "penstock/base/mem.h"
#include "penstock/base/text.h"
#include "penstock/base/utf8.h"

void output_init_stream(struct output *out, FILE *stream, enum output_format format)
{
	*out = (struct output){ .format = format, .stream = stream, .text = STR_INIT };
}

void output_init_text(struct output *out)
{
	output_init_stream(out, NULL, OUTPUT_TEXT);
}

void output_release(struct output *out)
{
	str_release(&out->text);
}

static void emit(struct output *out, struct span bytes)
{
	if (!out->stream)
		str_add_span(&out->text, bytes);
	else if (bytes.len && fwrite(bytes.at, 1, bytes.len, out->stream) != bytes.len)
		out->failed = true;
}

/* The end of what belongs together: a pipe's reader sees it at once. */
static void finish(struct output *out)
{
	if (out->stream && fflush(out->stream) != 0)
		out->failed = true;
}

static bool ends_line(struct span text)
{
	return text.len && text.at[text.len - 1] == '\n';
}

static void emit_printable(struct output *out, struct span text)
{
	struct str shown = STR_INIT;

	utf8_sanitise(&shown, text, true);
	emit(out, str_span(&shown));
	str_release(&shown);
}

/* JSON knows only UTF-8; anything else is shown escaped. */
static json_t *json_of_text(struct span text)
{
	json_t    *value = json_stringn(text.at, text.len);
	struct str shown = STR_INIT;

	if (value)
		return value;
	utf8_sanitise(&shown, text, true);
	value = json_stringn(shown.bytes, shown.len);
	str_release(&shown);
	return value;
}

static void emit_json(struct output *out, json_t *value, size_t flags)
{
	/* JSON leaves C1 controls and DEL as they are; a terminal would obey them. */
	char *text = json_dumps(value, flags | (out->terminal ? JSON_ENSURE_ASCII : 0));

	if (!text)
		BUG("a value that cannot be written as JSON");
	emit(out, span_of(text));
	emit(out, span_of("\n"));
	free(text);
}

static void emit_object(struct output *out, const char *key, struct span text)
{
	json_t *object = json_object();

	json_object_set_new(object, key, json_of_text(text));
	emit_json(out, object, JSON_COMPACT);
	json_decref(object);
}

void output_say(struct output *out, const char *format, ...)
{
	struct str text = STR_INIT;
	va_list    args;

	va_start(args, format);
	str_vaddf(&text, format, args);
	va_end(args);
	if (out->format == OUTPUT_JSON) {
		emit_object(out, "message", str_span(&text));
	} else if (out->format == OUTPUT_TEXT) {
		emit_printable(out, str_span(&text));
		emit(out, span_of("\n"));
	}
	finish(out);
	str_release(&text);
}

void output_lines(struct output *out, struct span text)
{
	if (out->format == OUTPUT_JSON) {
		emit_object(out, "text", text);
	} else {
		emit_printable(out, text);
		if (text.len && !ends_line(text))
			emit(out, span_of("\n"));
	}
	finish(out);
}

void output_bytes(struct output *out, struct span bytes)
{
	if (out->format == OUTPUT_JSON)
		emit_object(out, "text", bytes);
	else if (out->terminal || !out->stream)
		emit_printable(out, bytes);
	else
		emit(out, bytes);
	finish(out);
}

void output_json(struct output *out, json_t *take_value)
{
	emit_json(out, take_value, out->format == OUTPUT_TEXT ? JSON_INDENT(2) : JSON_COMPACT);
	json_decref(take_value);
	finish(out);
}

struct output_cell output_text(struct span text)
{
	return (struct output_cell){ text, text, false };
}

struct output_cell output_number(struct span text)
{
	return (struct output_cell){ text, text, true };
}

static void emit_csv_header(struct output_table *table)
{
	struct str line = STR_INIT;

	for (size_t i = 0; i < table->count; i++) {
		if (i)
			str_add_char(&line, ',');
		text_csv_field(&line, span_of(table->columns[i].key));
	}
	str_add_char(&line, '\n');
	emit(table->out, str_span(&line));
	str_release(&line);
}

void output_table_begin(struct output_table *table, struct output *out,
			const struct output_column *columns, size_t count)
{
	*table = (struct output_table){ .out = out, .columns = columns, .count = count };
	if (out->format == OUTPUT_CSV)
		emit_csv_header(table);
}

static void emit_csv_row(struct output_table *table, const struct output_cell *cells)
{
	struct str line = STR_INIT;

	for (size_t i = 0; i < table->count; i++) {
		if (i)
			str_add_char(&line, ',');
		text_csv_field(&line, cells[i].value);
	}
	str_add_char(&line, '\n');
	if (table->out->terminal)
		emit_printable(table->out, str_span(&line));
	else
		emit(table->out, str_span(&line));
	str_release(&line);
}

static json_t *json_of_number(struct span text)
{
	long   integer;
	double real;

	if (span_to_long(text, &integer))
		return json_integer(integer);
	if (span_to_double(text, &real))
		return json_real(real);
	return json_of_text(text);
}

static void emit_json_row(struct output_table *table, const struct output_cell *cells)
{
	json_t *object = json_object();

	for (size_t i = 0; i < table->count; i++)
		if (cells[i].value.len)
			json_object_set_new(object, table->columns[i].key,
					    cells[i].number ? json_of_number(cells[i].value)
							    : json_of_text(cells[i].value));
	emit_json(table->out, object, JSON_COMPACT | JSON_REAL_PRECISION(6));
	json_decref(object);
}

void output_table_row(struct output_table *table, const struct output_cell *cells)
{
	table->rows++;
	if (table->out->format == OUTPUT_CSV) {
		emit_csv_row(table, cells);
		return;
	}
	if (table->out->format == OUTPUT_JSON) {
		emit_json_row(table, cells);
		return;
	}
	for (size_t i = 0; i < table->count; i++) {
		struct str *cell = vec_push(&table->cells);

		str_init(cell);
		utf8_sanitise(cell, cells[i].shown, false);
	}
}

static void measure(const struct output_table *table, size_t *widths)
{
	for (size_t i = 0; i < table->count; i++)
		widths[i] = utf8_width(span_of(table->columns[i].title));
	for (size_t i = 0; i < table->cells.count; i++) {
		size_t width = utf8_width(str_span(&table->cells.items[i]));

		if (width > widths[i % table->count])
			widths[i % table->count] = width;
	}
}

static void add_cell(const struct output_table *table, const size_t *widths, size_t column,
		     struct span text, struct str *line)
{
	bool last = column + 1 == table->count;

	if (column)
		str_add_text(line, "  ");
	if (last && !table->columns[column].right)
		str_add_span(line, text);
	else
		utf8_pad(line, text, widths[column], table->columns[column].right, NULL);
}

static void emit_text_rows(struct output_table *table)
{
	size_t    *widths = xcalloc(table->count, sizeof(*widths));
	struct str line = STR_INIT;

	measure(table, widths);
	for (size_t i = 0; i < table->count; i++)
		add_cell(table, widths, i, span_of(table->columns[i].title), &line);
	str_add_char(&line, '\n');
	for (size_t i = 0; i < table->cells.count; i++) {
		add_cell(table, widths, i % table->count, str_span(&table->cells.items[i]), &line);
		if (i % table->count + 1 < table->count)
			continue;
		str_add_char(&line, '\n');
		emit(table->out, str_span(&line));
		str_reset(&line);
	}
	emit(table->out, str_span(&line));
	str_release(&line);
	free(widths);
}

void output_table_end(struct output_table *table)
{
	if (table->out->format == OUTPUT_TEXT)
		emit_text_rows(table);
	for (size_t i = 0; i < table->cells.count; i++)
		str_release(&table->cells.items[i]);
	vec_release(&table->cells);
	finish(table->out);
}
