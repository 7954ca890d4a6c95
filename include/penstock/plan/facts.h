/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What an effect has to know of the documents around a change.  Found out when
 * it is asked for and kept, so that thousands of changes stay cheap.
 */
#ifndef PENSTOCK_PLAN_FACTS_H
#define PENSTOCK_PLAN_FACTS_H

#include "penstock/config/document.h"
#include "penstock/config/keyword.h"
#include "penstock/plan/settings.h"

enum { BEFORE, AFTER, SIDES };

struct facts;

struct facts *facts_new(const struct document *before, const struct document *after);
void          facts_free(struct facts *facts);

/* A section with servers. */
struct backend_facts {
	const struct section     *section;
	struct span               algorithm; /* of `balance`, its own or inherited */
	const struct balance_def *balance;   /* NULL: an algorithm that is not known */
	bool   dynamic;     /* weights and servers may change at run time */
	bool   cookies;     /* HAProxy works a cookie out for each server: `cookie … dynamic` */
	bool   conditional; /* it, or what it inherits, depends on an .if */
	size_t last_server; /* the last line of a server, SIZE_MAX if there is none */
	VEC(size_t) default_servers; /* lines, inherited ones first */
	struct words balance_words;  /* what algorithm borrows from */
};

/* The facts of a section, by index; they last until another section is asked for. */
const struct backend_facts *facts_backend(struct facts *facts, int side, size_t section);

/* A server line with the values that it takes from default-server lines. */
struct server_facts {
	struct server   own;
	struct settings settings; /* the defaults' and its own, folded */
	VEC(struct server) defaults;
};

/* Fills out from the line; release it in any case. */
void facts_server(struct facts *facts, int side, size_t section, size_t line,
		  struct server_facts *out);
void server_facts_release(struct server_facts *out);

/* Whether any server of either document has `minconn`. */
bool facts_has_minconn(struct facts *facts);

/* Whether a line of the earlier document names the server: `track`,
 * `use-server`, srv_is_up(…).  HAProxy does not let go of such a server. */
bool facts_is_referred_to(struct facts *facts, struct span backend, struct span server);

#endif
