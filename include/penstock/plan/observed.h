/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a process says of itself, as far as plans need it.  Plain values: apply/
 * asks for them (observe.h).  Whatever HAProxy did not say is not known and has
 * the value that stands beside its field.
 */
#ifndef PENSTOCK_PLAN_OBSERVED_H
#define PENSTOCK_PLAN_OBSERVED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "penstock/base/map.h"
#include "penstock/base/str.h"
#include "penstock/base/vec.h"

/* Bits of srv_admin_state (runtime-api.md 2.3). */
enum {
	ADMIN_FORCED_MAINT = 0x01,
	ADMIN_INHERITED_MAINT = 0x02,
	ADMIN_CONFIG_MAINT = 0x04,   /* `disabled` in the file, whatever became of it */
	ADMIN_FORCED_DRAIN = 0x08,
	ADMIN_INHERITED_DRAIN = 0x10,
	ADMIN_RESOLUTION_MAINT = 0x20,
	ADMIN_FORCED_FQDN = 0x40,
};

/* Bits of srv_check_state and srv_agent_state. */
enum { CHECK_RUNNING = 1, CHECK_CONFIGURED = 2, CHECK_ENABLED = 4, CHECK_PAUSED = 8 };

/* Spans are borrowed from what the observed owns; empty: none, or not known. */
struct observed_server {
	struct span backend, name;
	struct span address;        /* as inet_ntop gives it, or a socket path */
	struct span fqdn;
	struct span check_address, agent_address;
	long        id;
	long        port;           /* 0: none */
	long        weight;         /* as set now; -1 */
	long        initial_weight; /* of the file that was loaded; -1 */
	long        maxconn;        /* 0: no limit; -1: not known */
	long        check_port, agent_port; /* 0: that of the server */
	unsigned    admin;          /* ADMIN_… */
	int         operational;    /* srv_op_state: 0 stopped, 2 running, …; -1 */
	unsigned    check, agent;   /* CHECK_… */
	bool        ssl;
};

/* A frontend, or the front side of a `listen`. */
struct observed_frontend {
	struct span name;
	struct span status;  /* "OPEN", "PAUSED", "STOP" */
	long        maxconn; /* -1 */
};

struct observed_backend {
	struct span name;
	struct span status;  /* "UP", "DOWN", "UP (UNPUB)" */
	size_t      servers; /* how many */
};

struct observed {
	VEC(struct observed_server) servers;     /* in HAProxy's order */
	VEC(struct observed_frontend) frontends;
	VEC(struct observed_backend) backends;
	struct map server_index, frontend_index, backend_index;
	struct map info;         /* name of a field of `show info` -> value as text */
	struct strings kept;     /* what the spans borrow from */
	long    pid;             /* 0 */
	int64_t start_time_s;    /* 0 */
};

struct observed *observed_new(void);
void             observed_free(struct observed *observed);

/* Keeps a text from the heap, so that spans may borrow from it. */
void observed_keep(struct observed *observed, char *take_text);

/*
 * Adds one; what is not known is set as said above, and the address is valid
 * until the next one is added.  A second server or frontend of the same name
 * replaces it in the index; a backend is there from its first server on.
 */
struct observed_server   *observed_add_server(struct observed *observed, struct span backend,
					      struct span name);
struct observed_frontend *observed_add_frontend(struct observed *observed, struct span name);
struct observed_backend  *observed_add_backend(struct observed *observed, struct span name);
void observed_add_info(struct observed *observed, struct span name, struct span value);

/* NULL when there is none, or when `observed` is NULL. */
struct observed_server         *observed_server(const struct observed *observed,
						struct span backend, struct span name);
const struct observed_frontend *observed_frontend(const struct observed *observed,
						  struct span name);
const struct observed_backend  *observed_backend(const struct observed *observed,
						 struct span name);

/* A number of `show info` ("Maxconn", "MaxConnRate"…), `otherwise` when unknown. */
long observed_info(const struct observed *observed, const char *name, long otherwise);

/* How `set server … state` would say it: "maint", "drain" or "ready". */
const char *observed_state(const struct observed_server *server);

/* Whether an operator, and not the file, has put it there. */
bool observed_is_drained(const struct observed_server *server);

#endif
