/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of route.c share. */
#ifndef PENSTOCK_CONFIG_ROUTE_WALK_H
#define PENSTOCK_CONFIG_ROUTE_WALK_H

#include "penstock/config/route.h"

/* One hop while it is walked. */
struct walk {
	struct route     *route;
	struct route_hop *hop;
	struct scene      scene;
	bool              ended;
	enum truth        gate; /* whether the rest of a list of rules is reached */
	const char       *gate_why;
};

/* One rule whose condition holds, or may hold. */
struct rule_call {
	struct walk            *walk;
	const struct flat_line *line;
	size_t                  args;    /* index of the word behind the action */
	size_t                  end;     /* of the condition's first word */
	enum truth              verdict; /* TRUE or UNKNOWN */
	const char             *why;
	const char             *note;    /* what the rule did, to be shown */
	bool                    decides;
};

/* An argument of the action, or an empty span. */
struct span rule_arg(const struct rule_call *call, size_t index);

/* route_rewrite.c: what actions do to the request and its variables. */
void rule_set_header(struct rule_call *call);
void rule_add_header(struct rule_call *call);
void rule_del_header(struct rule_call *call);
void rule_replace_header(struct rule_call *call);
void rule_set_method(struct rule_call *call);
void rule_set_uri(struct rule_call *call);
void rule_replace_uri(struct rule_call *call);
void rule_normalize(struct rule_call *call);
void rule_set_var(struct rule_call *call);
void rule_set_var_format(struct rule_call *call);
void rule_unset_var(struct rule_call *call);
void rule_resolve(struct rule_call *call);
void rule_set_source(struct rule_call *call);

/* route_rules.c */

/* The section's lines of http-request, or those of a kind of tcp-request
 * ("connection"), its defaults' first; stops where the request ends. */
void walk_http_rules(struct walk *walk, const struct flat_section *section);
void walk_tcp_rules(struct walk *walk, const struct flat_section *section, const char *kind);

/* The lines `redirect …`. */
void walk_redirects(struct walk *walk, const struct flat_section *section);

/* Where the condition of a line begins: its `if` or `unless` at or after `from`,
 * else the number of words. */
size_t condition_start(const struct flat_line *line, size_t from);

/* The condition from word `at` on, and what is not known of the line itself. */
enum truth line_condition(struct walk *walk, const struct flat_line *line, size_t at,
			  const char **why);

/* Notes a rule that was looked at.  note may be NULL. */
void walk_note(struct walk *walk, const struct flat_line *line, enum truth verdict, bool decides,
	       const char *note);

/* The request ends here for certain (TRUE), or perhaps (UNKNOWN). */
void walk_end(struct walk *walk, enum truth verdict, const char *why, struct route_end end);

/* route_bind.c */

/* One address of a bind line. */
struct route_bind {
	const struct flat_section *section;
	const struct flat_line    *line;
	struct span address;      /* as written */
	struct span path;         /* of a unix or abns socket, its family left out */
	bool        abstract;
	bool        any;          /* every address of the machine */
	bool        has_inet;
	struct inet inet;
	unsigned    low, high;    /* ports; 0: none */
	bool        ssl;
};

struct route_binds {
	VEC(struct route_bind) list;
};

/* All binds of the frontends that are not disabled. */
void route_binds_read(const struct flat *flat, struct route_binds *binds);

/* Those that take the request, the nearest by address only. */
void route_binds_for(const struct route_binds *binds, const struct flat *flat,
		     const struct request *request, struct route_binds *out);

/* The bind that a server's address reaches on this machine, or NULL. */
const struct route_bind *route_bind_behind(const struct route_binds *binds,
					   struct span address);

bool bind_has(const struct route_bind *bind, const char *keyword, struct span *value);

/* "http" or "tcp" of the section. */
bool section_is_http(const struct flat *flat, const struct flat_section *section);

/* route_backend.c */

/* A proxy's rules on the request: tcp-request content, http-request, stats,
 * redirect, in HAProxy's order. */
void walk_own_rules(struct walk *walk, const struct flat_section *section);

/* The backend's own rules, then its servers. */
void walk_backend(struct walk *walk, const struct flat_section *backend);

#endif
