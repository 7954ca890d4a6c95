/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One value as HAProxy computes with (a "sample" in its words, which here is
 * haproxy/sample.h's): typed, absent, or not known on paper and why.
 */
#ifndef PENSTOCK_CONFIG_DATUM_H
#define PENSTOCK_CONFIG_DATUM_H

#include <stdint.h>

#include "penstock/base/arena.h"
#include "penstock/config/inet.h"

enum datum_type {
	DATUM_NONE,    /* there is no value: the fetch or converter failed */
	DATUM_UNKNOWN, /* there may be one, but not on paper */
	DATUM_BOOL,
	DATUM_INT,
	DATUM_ADDRESS,
	DATUM_METHOD,
	DATUM_TEXT,
	DATUM_BYTES,
	DATUM_ANY,     /* of a table's row: whatever comes */
};

struct datum {
	enum datum_type type;
	int64_t         number;
	struct inet     inet;
	struct span     text;
	const char     *why; /* of DATUM_UNKNOWN: half a sentence */
};

struct datum datum_none(void);
struct datum datum_unknown(const char *why);
struct datum datum_bool(bool value);
struct datum datum_int(int64_t value);
struct datum datum_inet(struct inet inet);
struct datum datum_text(struct span text);
struct datum datum_bytes(struct span bytes);

/* The value as another type by HAProxy's casts; NONE where it has none.  NONE and
 * UNKNOWN stay what they are. */
struct datum datum_cast(struct arena *arena, struct datum datum, enum datum_type to);

/* A number at the beginning of text, 0 when there is none, as HAProxy reads it. */
int64_t number_prefix(struct span text);

#endif
