/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The tables of a process: frontends, backends, servers.  One definition of
 * columns serves `show`, JSON, CSV and the screen.
 */
#ifndef PENSTOCK_COMMAND_TABLE_H
#define PENSTOCK_COMMAND_TABLE_H

#include "penstock/base/vec.h"
#include "penstock/command/where.h"
#include "penstock/haproxy/process.h"

/* How a cell looks; one row each in table.c: alignment, format, help. */
enum column_kind {
	COL_NAME, COL_TEXT, COL_STATE, COL_COUNT, COL_RATE, COL_BYTES, COL_BYTE_RATE,
	COL_MS, COL_AGE, COL_PERCENT,
	COL_KIND_COUNT
};

struct column_kind_def {
	const char *name;
	bool        right;   /* aligned to the right */
	bool        number;  /* sorts as one */
};
extern const struct column_kind_def column_kind_table[COL_KIND_COUNT];

struct table;

struct column_def {
	const char      *name;   /* snake_case for computed ones, HAProxy's field name else */
	const char      *title;
	enum column_kind kind;
	const char      *field;  /* value of this field, or NULL */
	const char      *rate_of; /* growth per second of this field, or NULL */
	/* or NULL; false: no value */
	bool           (*compute)(const struct table *table, size_t row, double *number);
	int              min;    /* columns on the screen, at least */
	int              prio;   /* 9: stays longest on a narrow screen; 0: only on request */
	const char      *help;
};

struct table_def {
	const char *name;    /* "servers" */
	const char *title;
	const char *summary;
	enum row_type type;
	const struct column_def *columns;
	size_t      count;
};

extern const struct table_def table_table[]; /* frontends, backends, servers */
extern const size_t           table_table_count;
const struct table_def       *table_find(struct span name);

/* What to show of it, and how.  Zero is everything in HAProxy's order. */
struct table_query {
	const struct where *where;
	const struct strings *globs; /* match "proxy/server" or "proxy" */
	const struct column_def *sort;
	bool   descending;
	size_t limit;  /* 0: none */
};

struct table_row {
	struct process *process;
	uint32_t row; /* in process->now */
};

struct table {
	const struct table_def *def;
	VEC(struct table_row) rows;
	VEC(struct column_def) extra; /* columns made from fields that no def has */
	size_t total;                 /* rows before where and limit */
};
#define TABLE_INIT { .rows = VEC_INIT, .extra = VEC_INIT }

/*
 * A column by its name, or by the name of any field that the process gives
 * (kept in table->extra); NULL when it has none.  Valid until the next call.
 */
const struct column_def *table_column(struct table *table, const struct process *process,
				      struct span name);

/* Fills rows from the processes' pictures, which must stay while it is used. */
int  table_fill(struct table *table, const struct table_def *def,
		struct process *const *processes, size_t count, const struct table_query *query,
		struct err *err);
void table_release(struct table *table);

/* The cell as HAProxy wrote it or as a plain number: for JSON, CSV, where. */
void table_value(const struct table *table, size_t row, const struct column_def *column,
		 struct str *out);
/* The cell for people: "1.2k", "3m04s", "-" when there is none; printable. */
void table_shown(const struct table *table, size_t row, const struct column_def *column,
		 struct str *out);
/* The row of process->before that is the same object, or SIZE_MAX. */
size_t table_before(const struct table *table, size_t row);

/* "backend/server" or the proxy's name; not made printable. */
void table_key(const struct table *table, size_t row, struct str *out);

#endif
