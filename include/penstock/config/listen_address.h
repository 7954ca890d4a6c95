/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One address of a `bind` line (or `stats socket`) as a value. */
#ifndef PENSTOCK_CONFIG_LISTEN_ADDRESS_H
#define PENSTOCK_CONFIG_LISTEN_ADDRESS_H

#include <stdbool.h>

#include "penstock/base/str.h"

enum listen_kind {
	LISTEN_IP,    /* an address and one or several ports */
	LISTEN_LOCAL, /* a socket of this machine: a path, unix@, abns@ */
};

struct listen_address {
	enum listen_kind kind;
	bool        datagram; /* UDP: QUIC, dgram-bind */
	int         family;   /* 4, 6; 0: a name, or local */
	bool        any;      /* all addresses of the family */
	struct span host;     /* without brackets and family; of LOCAL the whole word */
	struct span port;     /* as written: "80", "80-90" */
	long        low, high;
};

/*
 * Reads one address, no list of them; the spans borrow the word.  False for what
 * is neither: descriptors, reverse HTTP, ports that are no numbers.
 */
bool listen_address_read(struct span word, struct listen_address *address);

/* Whether no process of another machine can reach it: 127.0.0.0/8, ::1, local. */
bool listen_address_is_private(const struct listen_address *address);

/* Whether both are one socket, or one holds the other's address and port. */
enum listen_overlap { LISTEN_APART, LISTEN_SAME, LISTEN_WIDER, LISTEN_NARROWER };
enum listen_overlap listen_address_compare(const struct listen_address *a,
					   const struct listen_address *b);

#endif
