/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What Penstock knows of HAProxy's keywords: one row each.  A keyword that has
 * no row is kept, can be edited as text, and costs a reload.
 */
#ifndef PENSTOCK_CONFIG_KEYWORD_H
#define PENSTOCK_CONFIG_KEYWORD_H

#include <stdbool.h>
#include <stddef.h>

#include "penstock/base/str.h"
#include "penstock/config/document.h"

enum keyword_flags {
	KEYWORD_MANY = 1 << 0, /* may stand several times in a section */
	KEYWORD_PAIR = 1 << 1, /* two words name it: `timeout server`, `option httplog` */
	KEYWORD_NO   = 1 << 2, /* has a "no" form */
};

struct keyword_def {
	const char *name;     /* as written: "balance", "timeout server" */
	unsigned    sections; /* set of section kinds where it may stand */
	unsigned    flags;
	unsigned    refers;   /* set of section kinds that its first argument names; 0 */
	const char *synopsis; /* "<algorithm> [<arguments>]" */
	const char *summary;
};

extern const struct keyword_def keyword_table[];
extern const size_t             keyword_table_count;

/* The row for these first two words (the second may be empty), or NULL.  What
 * stands in parentheses in the second (`http-check set-var(x)`) does not count. */
const struct keyword_def *keyword_find(struct span first, struct span second);

/* A keyword of a `server`, `default-server` or dynamic `add server` line. */
enum server_keyword_flags {
	SERVER_KEYWORD_NO = 1 << 0, /* has a no- form, which has a row too */
	SERVER_ON_DEFAULT = 1 << 1, /* allowed on default-server */
	SERVER_OF_SOURCE = 1 << 2,  /* stands behind the value of `source` only */
};

/* What the value of a keyword may be; TEXT: anything. */
enum value_kind { VALUE_TEXT, VALUE_NUMBER, VALUE_TIME, VALUE_CHOICE };

struct value_def {
	enum value_kind kind;
	long            low, high; /* of a number; of a time the least milliseconds */
	const char     *choices;   /* separated by blanks; NULL for other kinds */
};

struct server_keyword_def {
	const char *name;
	int         args;    /* words that follow it */
	unsigned    flags;
	unsigned    dynamic; /* first version whose `add server` takes it, as
	                      * VERSION(2, 6); 0: none does (runtime-api.md 3.4,
	                      * management manual section 9.3 "add server") */
	struct value_def value;
	const char *summary;
};

/* A HAProxy version as one comparable number. */
#define VERSION(major, minor) ((unsigned)(major) << 16 | (unsigned)(minor) << 8)
#define VERSION_POINT(major, minor, point) (VERSION(major, minor) | (unsigned)(point))

extern const struct server_keyword_def server_keyword_table[];
extern const size_t                    server_keyword_table_count;

/* The row, or NULL.  `set-proxy-v2-tlv-fmt(0x20)` is found without its (…). */
const struct server_keyword_def *server_keyword_find(struct span name);

/* The row of the keyword that takes this one back: check and no-check,
 * disabled and enabled, stick and non-stick; NULL where there is none. */
const struct server_keyword_def *server_keyword_opposite(const struct server_keyword_def *def);

/* What follows `bind ADDRESS`: name and number of words, for completion. */
struct bind_keyword_def {
	const char *name;
	int         args;
	const char *summary;
};
extern const struct bind_keyword_def bind_keyword_table[];
extern const size_t                  bind_keyword_table_count;

/* Load-balancing algorithms, for completion and for what they allow at run time. */
struct balance_def {
	const char *name;
	bool        dynamic; /* servers and weights may change at run time */
	bool        hash;    /* not dynamic, but so with `hash-type consistent` */
	bool        ordered; /* looks at who comes first, not at load and weight alone */
	const char *summary;
};
extern const struct balance_def balance_table[];
extern const size_t             balance_table_count;

/* The row for the first word behind `balance`; `hdr(Host)` is found as `hdr`. */
const struct balance_def *balance_find(struct span algorithm);

#endif
