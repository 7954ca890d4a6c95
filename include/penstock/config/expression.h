/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `fetch(args),converter(args),…`: read and computed.  And strings in which
 * %[expression] stands for its value ("log-format" in the manual).
 */
#ifndef PENSTOCK_CONFIG_EXPRESSION_H
#define PENSTOCK_CONFIG_EXPRESSION_H

#include "penstock/base/vec.h"
#include "penstock/config/fetch.h"

enum { EXPRESSION_ARGS = 12, EXPRESSION_STEPS = 32 };

struct expression_step {
	struct span  name;
	struct span *args;  /* in the arena */
	size_t       count;
	const struct converter_def *converter; /* NULL for the fetch, and where none has
	                                        * that name */
};

struct expression {
	const struct fetch_def *fetch;
	struct expression_step  steps[EXPRESSION_STEPS]; /* the fetch first */
	size_t                  count;
};

/*
 * Reads an expression off the beginning of text; *taken gets its bytes.  false
 * with *why when it is none.
 */
bool expression_parse(struct arena *arena, struct span text, struct expression *expression,
		      size_t *taken, const char **why);

/* Adds a converter of its own word without arguments, as HAProxy reads what
 * follows an expression; false when the word names none. */
bool expression_add_word(struct expression *expression, struct span word);

/* The type that it gives, as far as the tables tell. */
enum datum_type expression_type(const struct expression *expression);

/* iterate: value `index` of several; NONE behind the last one. */
struct datum expression_value(struct scene *scene, const struct expression *expression,
			      bool iterate, size_t index);

/*
 * A string with %[…] in it: TEXT, or UNKNOWN.  What fails gives nothing, as it
 * does in HAProxy.  escape: control characters become %XX, as in headers.
 */
struct datum format_value(struct scene *scene, struct span format, bool escape);

#endif
