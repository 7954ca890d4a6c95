/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The way of one request through the configuration, on paper: which bind takes
 * it, which rules it meets and what they make of it, which backend and servers
 * follow.  What cannot be decided is named with its reason, never guessed.
 */
#ifndef PENSTOCK_CONFIG_ROUTE_H
#define PENSTOCK_CONFIG_ROUTE_H

#include "penstock/config/scene.h"

/* How a request ends, as far as HAProxy decides it; see route_end_table. */
enum route_end_kind {
	ROUTE_NOWHERE, /* no rule and no default_backend: 503 */
	ROUTE_BACKEND,
	ROUTE_DENY,
	ROUTE_TARPIT,
	ROUTE_REJECT,
	ROUTE_RETURN,
	ROUTE_REDIRECT,
	ROUTE_AUTH,
	ROUTE_SERVICE,
	ROUTE_STATS,
	ROUTE_MONITOR,
	ROUTE_SCRIPT,  /* Lua or an agent may answer, or not */
	ROUTE_END_KINDS
};

/* The name in JSON, and words for people. */
struct route_end_def {
	const char *name;
	const char *says;
};
extern const struct route_end_def route_end_table[ROUTE_END_KINDS];

struct route_end {
	enum route_end_kind kind;
	size_t      line;   /* that decides; SIZE_MAX: none does */
	const char *what;   /* a status, a location, a name of a backend; NULL */
	const struct flat_section *backend; /* of ROUTE_BACKEND */
	const char *unless; /* of a possible end: why it is not certain; else NULL */
};

/* A rule that was looked at. */
struct route_step {
	size_t      line;
	enum truth  verdict;
	bool        decides;
	const char *note;   /* what it changed, or why it cannot be decided; NULL */
};

struct route_server {
	struct span name, address;
	size_t      line;
	bool        disabled, backup, no_weight;
};

/* One HAProxy on the way: what comes in by a frontend and leaves by a backend. */
struct route_hop {
	const struct flat_section *frontend;
	struct span bind;      /* the address as written; empty: not known */
	size_t      bind_line; /* SIZE_MAX: not known */
	VEC(struct route_step) steps;

	struct route_end chosen; /* the backend, if it is certain; else its .backend is NULL */
	struct route_end end;    /* what happens, if nothing of `possible` does before */
	VEC(struct route_end) possible;

	VEC(struct route_server) servers; /* of the backend; none unless it is certain */
	struct span balance;
	size_t      usable;    /* servers that may get it as the file stands: enabled, with a
	                        * weight, backups only where nothing else is */
	size_t      server;    /* index of the one that is certain, or SIZE_MAX */
	const char *server_why; /* why that one, or why none is certain; NULL */
};

/* All hops of a request that came in by one frontend. */
struct route_way {
	VEC(struct route_hop) hops;
};

struct route {
	struct arena   arena;
	struct flat    flat;
	struct request request;
	VEC(struct route_way) ways; /* one for each frontend that may take it */
	const char    *note;        /* how the frontends were found; NULL: by the port */
};
#define ROUTE_INIT { .arena = ARENA_INIT }

struct route_query {
	struct span        method, url;
	const struct span *headers; /* "Name: value" */
	size_t             header_count;
	struct span        from;    /* the client's address; empty: not known */
	struct span        via;     /* a frontend; empty: the one whose bind fits */
	struct span        version; /* of HTTP: "1.0", "1.1", "2"; empty: 1.1, unless TLS
	                             * lets both sides agree on 2 */
};

/*
 * Walks.  Errors: ERR_USAGE for a query that is none, ERR_NOT_FOUND when no
 * frontend takes it, naming those that are there.  Release the route either way.
 */
int  route_walk(struct route *route, const struct document *doc,
		const struct surroundings *surroundings, const struct route_query *query,
		struct err *err);
void route_release(struct route *route);

/* Whether all that happens at this hop is certain. */
bool route_hop_is_certain(const struct route_hop *hop);

#endif
