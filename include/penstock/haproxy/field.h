/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The fields of `show stat`: what kind of number each is and what it means
 * (management manual section 9.1 "CSV format").  A field without a row here is
 * text, shown as it comes.
 */
#ifndef PENSTOCK_HAPROXY_FIELD_H
#define PENSTOCK_HAPROXY_FIELD_H

#include <stdbool.h>
#include <stddef.h>

#include "penstock/base/str.h"

enum field_kind {
	FIELD_TEXT,
	FIELD_NAME,
	FIELD_STATE,    /* UP, DOWN, "UP 1/3": the first word counts */
	FIELD_GAUGE,    /* a number now */
	FIELD_COUNTER,  /* since start; its difference is a rate */
	FIELD_MAX,      /* highest since start */
	FIELD_RATE,     /* per second, by HAProxy */
	FIELD_LIMIT,    /* empty: none */
	FIELD_AVERAGE_MS,
	FIELD_BYTES,    /* a counter of bytes */
	FIELD_AGE,      /* seconds since; -1: never */
	FIELD_MS,
	FIELD_PERCENT,
};

struct field_kind_def {
	const char *name;
	bool        is_number;
	bool        counts;  /* grows from the start of the process */
};
extern const struct field_kind_def field_kind_table[];

struct stat_field_def {
	const char     *name;
	enum field_kind kind;
	const char     *summary;
};

extern const struct stat_field_def stat_field_table[];
extern const size_t                stat_field_table_count;
const struct stat_field_def       *stat_field_find(struct span name);

#endif
