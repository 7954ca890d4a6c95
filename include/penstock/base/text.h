/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers, durations and patterns as people write and read them. */
#ifndef PENSTOCK_BASE_TEXT_H
#define PENSTOCK_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "penstock/base/err.h"
#include "penstock/base/str.h"

/* 1234567 -> "1.23M"; powers of 1000, at most 5 characters. */
void text_count(struct str *out, double value);

/* 1234567 -> "1.18Mi" bytes; powers of 1024, at most 6 characters. */
void text_bytes(struct str *out, double value);

/* Seconds as "12s", "4m05s", "3h12m", "5d04h". */
void text_age(struct str *out, int64_t seconds);

/*
 * HAProxy's time format: a number with us, ms, s, m, h or d (bare: the unit
 * given in `bare_ms` milliseconds per step).  Gives milliseconds.
 */
int text_parse_duration(struct span s, int64_t bare_ms, int64_t *ms, struct err *err);

/* Shell-like match with * ? and [a-z]; the whole of s must match. */
bool text_glob(struct span pattern, struct span s);
bool text_is_glob(struct span pattern);

/* How far b is from a: edits needed to make one the other. */
size_t text_distance(struct span a, struct span b);

/* The name nearest to a mistyped word.  Begin with .wanted set, try each name
 * that would do, then hint. */
struct nearest {
	struct span wanted;
	struct span found; /* one of the names, borrowed; empty: none is near */
	size_t      distance;
};
void nearest_try(struct nearest *nearest, struct span name);

/* Appends "; did you mean 'x'?" to the error when a name is near.  Gives -1. */
int nearest_hint(const struct nearest *nearest, struct err *err);

/* 64-bit FNV-1a. */
uint64_t text_hash(struct span s);

/* Appends s quoted so that the command language reads it back as one word. */
void text_quote_word(struct str *out, struct span s);

/* Appends s as a CSV field (RFC 4180), quoted only where needed. */
void text_csv_field(struct str *out, struct span s);

#endif
