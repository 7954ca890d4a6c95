/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bringing the lines of a proxy to the values of another one. */
#ifndef PENSTOCK_CONFIG_PROXY_PUT_H
#define PENSTOCK_CONFIG_PROXY_PUT_H

#include "penstock/config/proxy.h"

/* Bits: a set of fields is one number. */
enum proxy_field {
	FIELD_BIND      = 1 << 0,
	FIELD_BACKEND   = 1 << 1,
	FIELD_MODE      = 1 << 2,
	FIELD_KEEPALIVE = 1 << 3,
	FIELD_RULES     = 1 << 4,
	FIELD_BALANCE   = 1 << 5,
	FIELD_HOST      = 1 << 6,
	FIELD_COOKIE    = 1 << 7,
	FIELD_SOURCE    = 1 << 8,
	FIELD_HEALTH    = 1 << 9,
	FIELD_INTERVAL  = 1 << 10,
	FIELD_MEMBERS   = 1 << 11,
	FIELD_NATIVES   = 1 << 12,
	FIELD_FROM      = 1 << 13,
	FIELD_VERSION   = 1 << 14,
	FIELD_META      = 1 << 15,
	FIELD_PRAGMAS   = 1 << 16,
};

/* What Aqueduct has no field for: where a document says nothing, it stays. */
enum { FIELDS_OURS = FIELD_COOKIE | FIELD_FROM | FIELD_VERSION | FIELD_META | FIELD_PRAGMAS };

/*
 * A wanted proxy is one that was made by hand: binds, rules, members and natives
 * have no lines, and NULL in bind.options, rule.acl, member.server and
 * member.options leaves that open.
 */

/* Calls each for every text that the proxy owns; some are NULL. */
typedef void proxy_text_fn(char **text, void *data);
void proxy_each_text(struct proxy *proxy, proxy_text_fn *each, void *data);

/* Which fields of that side (SECTION_FRONTEND or SECTION_BACKEND) differ. */
unsigned proxy_compare(const struct proxy *now, const struct proxy *want,
		       enum section_kind side);

/* Makes these fields of the section what `want` says; has been checked. */
void proxy_put(struct candidate *candidate, size_t header, enum section_kind side,
	       const struct proxy *want, unsigned fields);

/* Single fields.  A NULL takes the lines away. */
void put_binds(struct candidate *candidate, size_t header, const struct bind *want,
	       size_t count);
void put_from(struct candidate *candidate, size_t header, const char *from);
void put_host(struct candidate *candidate, size_t header, const char *host);

/* Fills binds from a comma separated list; the options are left open. */
void binds_split(struct proxy *proxy, struct span list);

#endif
