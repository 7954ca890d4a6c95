/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Members of a backend: `server` lines as host, port and the rest. */
#ifndef PENSTOCK_CONFIG_MEMBER_H
#define PENSTOCK_CONFIG_MEMBER_H

#include "penstock/config/proxy.h"

/* Reads a `server` line; false when it lacks a name or an address. */
bool member_read(struct member *member, struct span line);

/* "10.0.0.1:80", "[::1]:80", "app.local"; not quoted. */
void member_address(const struct member *member, struct str *out);

/* The name that Aqueduct gives: "live_10.0.0.1:80". */
void member_default_name(const char *backend, const struct member *member, struct str *out);

/* What stands behind the address of a new member. */
void member_default_options(long interval, struct str *out);

/*
 * Pairs each wanted member with one that is there: by the server's name where
 * that is said, else by host and port.  pairs[i] is the index in `now` or
 * SIZE_MAX.
 */
void members_pair(const struct proxy *now, const struct proxy *want, size_t *pairs);

/* Whether the wanted members are those that are there, in any order. */
bool members_equal(const struct proxy *now, const struct proxy *want);

/* Whether the members may become those wanted: each new name is one, and none
 * stands twice.  *index gets the member that is wrong. */
int members_check(const struct proxy *now, const struct proxy *want, size_t *index,
		  struct err *err);

void members_put(struct candidate *candidate, size_t header, enum section_kind side,
		 const struct proxy *want);

#endif
