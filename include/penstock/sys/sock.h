/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stream sockets to where HAProxy listens. */
#ifndef PENSTOCK_SYS_SOCK_H
#define PENSTOCK_SYS_SOCK_H

#include <stdbool.h>

#include "penstock/base/err.h"
#include "penstock/sys/loop.h"

struct sock_address {
	bool is_unix;
	char path[108]; /* unix */
	char host[256]; /* else: name, IPv4, or IPv6 without brackets */
	char port[8];
};

/*
 * Reads "/path", "name", "unix@/path", "host:port", "[v6]:port", "ipv4@host:port",
 * "ipv6@…", "tcp@…", ":port" and "*:port" (loopback), as in HAProxy's `bind`
 * and `stats socket`.  Errors: ERR_USAGE.
 */
int sock_parse(const char *text, struct sock_address *address, struct err *err);

/* The address as sock_parse reads it. */
void sock_format(const struct sock_address *address, struct str *out);

/*
 * Looks up the host name; a literal address or a path is copied as it is.
 * Turns the loop while it waits.  Errors: ERR_IO, ERR_TIMEOUT, ERR_CANCELLED.
 */
int sock_resolve(struct loop *loop, const struct sock_address *address, int64_t timeout_ms,
		 struct sock_address *literal, struct err *err);

/*
 * A connected, non-blocking, close-on-exec descriptor, or -1.  Turns the loop
 * while it waits.  Errors, each naming the address: ERR_IO (missing, refused),
 * ERR_DENIED (no permission, with owner and mode of a unix socket), ERR_TIMEOUT.
 */
int sock_connect(struct loop *loop, const struct sock_address *address, int64_t timeout_ms,
		 struct err *err);

/*
 * The same without waiting, for callbacks: a descriptor whose connect may
 * still be under way (writable when done; sock_connected then tells).  Host
 * names that are no literal addresses are ERR_UNSUPPORTED here.
 */
int sock_connect_start(const struct sock_address *address, struct err *err);
int sock_connected(int fd, const struct sock_address *address, struct err *err);

/* Whether a TCP address could be bound now; 0 yes, -1 no with the reason. */
int sock_try_bind(const char *host, const char *port, struct err *err);

#endif
