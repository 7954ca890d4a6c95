/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One reply to `show stat`, kept as the bytes that came: a row is where its
 * line begins, a cell is found by walking to it.  So a refresh of ten thousand
 * servers costs little more than reading it, and what nobody looks at costs
 * nothing.
 */
#ifndef PENSTOCK_HAPROXY_SAMPLE_H
#define PENSTOCK_HAPROXY_SAMPLE_H

#include <stdint.h>

#include "penstock/base/err.h"
#include "penstock/base/vec.h"
#include "penstock/haproxy/field.h"

/* Values of the `type` field. */
enum row_type { ROW_FRONTEND = 0, ROW_BACKEND = 1, ROW_SERVER = 2, ROW_LISTENER = 3 };

struct sample_row {
	uint32_t      at, len;   /* the line in bytes, without its end */
	enum row_type type;
};

struct sample {
	struct str bytes;
	VEC(struct span) columns;    /* names, borrowed from bytes */
	VEC(struct sample_row) rows; /* in HAProxy's order */
	int64_t taken_ms;            /* clock_monotonic_ms when it came */
	int type_column;
};

#define SAMPLE_INIT { .bytes = STR_INIT, .columns = VEC_INIT, .rows = VEC_INIT }

/*
 * Takes the bytes of a reply into an empty sample, which stays empty on error.
 * Checks that it is whole: a header, and a last
 * row with as many cells as the header has columns.  Errors: ERR_PROTOCOL,
 * quoting what came instead.
 */
int  sample_parse(struct sample *sample, struct str *take_bytes, int64_t taken_ms,
		  struct err *err);
void sample_release(struct sample *sample);

/* Index of the column, or -1. */
int sample_column(const struct sample *sample, struct span name);

/* The cell, without CSV quotes; empty for column -1.  Borrowed from bytes.  A
 * doubled quote inside a quoted cell stays doubled (sample_text undoes it). */
struct span sample_cell(const struct sample *sample, size_t row, int column);
void        sample_text(const struct sample *sample, size_t row, int column, struct str *out);

/* The cells of columns 0..count-1 of one row in one walk; cells has that room. */
void sample_cells(const struct sample *sample, size_t row, struct span *cells, size_t count);

/* pxname and svname; every sample has them. */
struct span sample_proxy(const struct sample *sample, size_t row);
struct span sample_server(const struct sample *sample, size_t row);

/*
 * The row of `older` that is the same object (proxy, server, type) as `row` of
 * sample, or SIZE_MAX.  Looks where it stood before first, so a walk over all
 * rows is linear.
 */
size_t sample_match(const struct sample *sample, size_t row, const struct sample *older);

/*
 * Growth of a counter per second between two samples.  false when there is no
 * base, or the counter went backwards (reset, new process).
 */
bool sample_rate(const struct sample *sample, size_t row, int column,
		 const struct sample *older, size_t older_row, double *per_second);

/* Another use of the same reply form: `show info`, "Name: value" a line.
 * Gives the value, or an empty span. */
struct span info_value(struct span info, const char *name);
long        info_number(struct span info, const char *name, long otherwise);

#endif
