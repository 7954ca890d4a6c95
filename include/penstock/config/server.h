/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One `server` line as a value: name, address, port, keywords with arguments. */
#ifndef PENSTOCK_CONFIG_SERVER_H
#define PENSTOCK_CONFIG_SERVER_H

#include "penstock/base/err.h"
#include "penstock/config/document.h"
#include "penstock/config/keyword.h"

struct server_param {
	struct span name;  /* the keyword, borrowed from the line */
	struct span value; /* its arguments as written, blanks between; may be empty */
	size_t      word;  /* index of the keyword's word in the line */
	size_t      count; /* words, the keyword included */
};

struct server {
	struct span name;
	struct span address; /* whole word as written: "10.0.0.1:80", "[::1]:80" */
	struct span host;    /* without port and brackets; unix paths as they are */
	struct span port;    /* digits, "+10" or empty */
	VEC(struct server_param) params;
	struct words words;  /* what the spans borrow from, beside the line */
};

#define SERVER_INIT { .params = VEC_INIT, .words = WORDS_INIT }

/*
 * Reads a `server`, `default-server` or `server-template` line, reusing the
 * room of what was read before; false when it is none of them or too short.
 * Only `server` has a name and an address: prefix, number and host name of a
 * template are skipped, as it stands for servers that have names of their own.
 *
 * A keyword that has no row in server_keyword_table takes the words up to the
 * next one that has.  All spans live as long as the line and the server.
 */
bool server_read(struct server *server, struct span line);
void server_release(struct server *server);

/*
 * The parameter of that name that counts, or NULL: the last one, as HAProxy
 * reads them, unless a later one takes it back (`check … no-check`).
 */
const struct server_param *server_param(const struct server *server, const char *name);

/*
 * Splits an address word as it stands on a server line.  As for HAProxy, the
 * last colon outside brackets is before the port: `::1:80` is port 80 of `::1`.
 */
void server_split_address(struct span address, struct span *host, struct span *port);

/* Whether host is a literal IPv4 or IPv6 address. */
bool server_host_is_ip(struct span host);

/*
 * Checks ADDRESS[:PORT] before it goes anywhere: an IPv4 or IPv6 address, a host
 * name, a socket path or another family that a server line takes (`abns@x`),
 * and a port from 1 to 65535, +N or -N.  Errors: ERR_USAGE.
 */
int server_check_address(struct span address, struct err *err);

/*
 * Whether the words of these values are what the keyword takes: their number,
 * and their range where server_keyword_table has one.  Errors: ERR_USAGE.
 */
int server_check_values(const struct server_keyword_def *def, const struct span *values,
			size_t count, struct err *err);

/* Whether HAProxy takes the name (A-Z a-z 0-9 - _ . :) of what is a `what`.
 * Errors: ERR_USAGE. */
int name_check(const char *what, struct span name, struct err *err);

#endif
