/* SPDX-License-Identifier: GPL-3.0-or-later */
/* IPv4 and IPv6 addresses and networks, as HAProxy reads and compares them. */
#ifndef PENSTOCK_CONFIG_INET_H
#define PENSTOCK_CONFIG_INET_H

#include <stdbool.h>

#include "penstock/base/str.h"

struct inet {
	bool          v6;
	unsigned char bytes[16]; /* the first four for IPv4 */
};

/* A network: ADDRESS, ADDRESS/BITS, or for IPv4 ADDRESS/MASK. */
struct inet_net {
	struct inet   address;
	unsigned char mask[16];
	unsigned      bits; /* set in mask */
};

/* A literal address without brackets; false when text is none. */
bool inet_parse(struct span text, struct inet *inet);

/* false for what is no network, names of hosts among them. */
bool inet_parse_net(struct span text, struct inet_net *net);

void inet_format(const struct inet *inet, struct str *out);

/* The same address in the other family: mapped (::ffff:a.b.c.d), or the IPv4
 * address that a mapped, compatible or 6to4 address holds; false: none. */
struct inet inet_to_v6(const struct inet *inet);
bool        inet_to_v4(const struct inet *inet, struct inet *v4);

/* Whether the address is in the network, across families as HAProxy does it. */
bool inet_in(const struct inet *inet, const struct inet_net *net);

/* Keeps that many leading bits. */
void inet_mask(struct inet *inet, unsigned bits);

bool inet_is_any(const struct inet *inet);
bool inet_is_loopback(const struct inet *inet);
bool inet_equal(const struct inet *a, const struct inet *b);

#endif
