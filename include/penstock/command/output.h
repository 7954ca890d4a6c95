/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where a command's result goes, in which form: text for people, JSON lines
 * or CSV for programs.  Nothing that comes from outside reaches a terminal
 * without utf8_sanitise.
 */
#ifndef PENSTOCK_COMMAND_OUTPUT_H
#define PENSTOCK_COMMAND_OUTPUT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "penstock/base/err.h"
#include "penstock/base/str.h"
#include "penstock/base/vec.h"

enum output_format { OUTPUT_TEXT, OUTPUT_JSON, OUTPUT_CSV };

struct output {
	enum output_format format;
	FILE       *stream;   /* NULL: everything is collected in `text` */
	bool        terminal; /* stream is one */
	struct str  text;
	bool        failed;   /* writing failed (closed pipe) */
};

void output_init_stream(struct output *out, FILE *stream, enum output_format format);
void output_init_text(struct output *out);
void output_release(struct output *out);

/* A sentence or lines for people; in JSON {"message": …}, in CSV nothing. */
void output_say(struct output *out, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Lines for people as they are (made printable); in JSON {"text": …}. */
void output_lines(struct output *out, struct span text);

/* Bytes as they are; only a terminal gets them made printable. */
void output_bytes(struct output *out, struct span bytes);

/* One JSON object, on a line of its own (indented in text form).  Takes it. */
void output_json(struct output *out, json_t *take_value);

/* Tables: a header, rows of cells, an end.  In text form columns are aligned
 * (the rows wait for the end); in JSON each row is an object keyed by `key`. */
struct output_column {
	const char *key;    /* JSON and CSV name */
	const char *title;  /* in text */
	bool        right;  /* numbers */
};

struct output_cell {
	struct span shown;  /* text form */
	struct span value;  /* JSON and CSV form; empty: absent */
	bool        number; /* value is one */
};

/* The same text for people and programs. */
struct output_cell output_text(struct span text);
struct output_cell output_number(struct span text);

struct output_table {
	struct output *out;
	const struct output_column *columns;
	size_t count;
	VEC(struct str) cells; /* text form only */
	size_t rows;
};

void output_table_begin(struct output_table *table, struct output *out,
			const struct output_column *columns, size_t count);
void output_table_row(struct output_table *table, const struct output_cell *cells);
void output_table_end(struct output_table *table);

#endif
