/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What expressions are evaluated in: one request at one place of its way. */
#ifndef PENSTOCK_CONFIG_SCENE_H
#define PENSTOCK_CONFIG_SCENE_H

#include "penstock/config/datum.h"
#include "penstock/config/flat.h"
#include "penstock/config/request.h"

struct scene_variable {
	struct span  name; /* with its scope: "txn.host" */
	struct datum value;
};

struct scene {
	struct arena         *arena;
	const struct flat    *flat;
	const struct surroundings *surroundings;
	struct request       *request;

	const struct flat_section *proxy;    /* whose lines are read now */
	const struct flat_section *frontend;
	const struct flat_section *backend;  /* NULL: not chosen yet */

	bool        http;            /* false: a proxy in mode tcp sees bytes */
	bool        ssl;             /* the bind decrypts */
	bool        has_destination;
	struct inet destination;
	unsigned    port;            /* 0: not known */
	const char *variables_why;   /* why variables may be set that no rule set; NULL */
	const char *source_why;      /* why the client's address is not known */
	VEC(struct scene_variable) variables;
	unsigned    depth;           /* of what calls itself */
};

/* NONE when it was never set. */
struct datum scene_variable(const struct scene *scene, struct span name);
void         scene_set_variable(struct scene *scene, struct span name, struct datum value);

/* The words behind a fetch or converter, and which of several values is wanted. */
struct expression_call {
	const struct span *args;
	size_t             count;
	bool               iterate; /* an acl asks, which looks at all values */
	size_t             index;   /* then: at this one */
};

/* An argument, or an empty span. */
struct span call_arg(const struct expression_call *call, size_t index);

#endif
