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
 * Reads a `server`, `default-server` (no name, no address) or
 * `server-template` line.  false when it is none of them or too short.
 */
bool server_read(struct server *server, struct span line);
void server_release(struct server *server);

/* The parameter of that name (the last one, as HAProxy reads them), or NULL. */
const struct server_param *server_param(const struct server *server, const char *name);

/* Splits an address word as it stands on a server line. */
void server_split_address(struct span address, struct span *host, struct span *port);

/* Whether host is a literal IPv4 or IPv6 address. */
bool server_host_is_ip(struct span host);

/* Checks ADDRESS[:PORT] before it goes anywhere: form and port 1-65535.
 * Errors: ERR_USAGE. */
int server_check_address(struct span address, struct err *err);

/* Characters that HAProxy takes in names: A-Z a-z 0-9 - _ . : */
int name_check(const char *what, struct span name, struct err *err);

#endif
