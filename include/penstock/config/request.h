/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One HTTP request on paper, and what rules do to it. */
#ifndef PENSTOCK_CONFIG_REQUEST_H
#define PENSTOCK_CONFIG_REQUEST_H

#include "penstock/base/arena.h"
#include "penstock/base/err.h"
#include "penstock/config/inet.h"

struct header {
	struct span name, value;
};

/* What a rule that cannot be decided might have changed. */
enum doubt_kind { DOUBT_METHOD, DOUBT_URI, DOUBT_HEADER };

struct doubt {
	enum doubt_kind kind;
	struct span     name; /* of a header; empty: any */
	const char     *why;
};

struct request {
	struct span method, uri;
	struct span first_method; /* as it came in: what `method` gives, whatever
	                           * set-method made of it, if HAProxy knows it */
	unsigned    version; /* 10, 11, 20; 0: the client and HAProxy agree on it */
	bool        version_said;
	VEC(struct header) headers;
	VEC(struct doubt) doubts;

	bool        ssl;       /* https */
	struct span host;      /* of the URL, without brackets and port */
	unsigned    port;
	bool        port_said; /* the URL named it */
	bool        has_source;
	struct inet source;
	struct arena *arena;   /* of all its spans */
};

/*
 * Makes a request as a plain client sends it: Host of the URL unless a header
 * says another, Authorization of its user:password, the path as written.
 * headers are "Name: value".  Errors: ERR_USAGE.
 */
int  request_make(struct request *request, struct arena *arena, struct span method,
		  struct span url, const struct span *headers, size_t count, struct err *err);
void request_release(struct request *request);

/* The same request, to be changed apart. */
void request_copy(struct request *to, const struct request *from);

/* Path with the query, or an empty span when the URI has none (`*`). */
struct span request_pathq(const struct request *request);
/* Path without the query. */
struct span request_path(const struct request *request);
/* What is behind the first ?; false: there is none. */
bool        request_query(const struct request *request, struct span *query);

/* Replaces the path, leaving the query (with_query: that as well); the query
 * (with its ?); the whole URI, whose host then is the Host header. */
void request_set_path(struct request *request, struct span path, bool with_query);
void request_set_query(struct request *request, struct span query);
void request_set_uri(struct request *request, struct span uri);

/* Header names compare without case.  The first one's value; false: none. */
bool request_header(const struct request *request, const char *name, struct span *value);
void request_add_header(struct request *request, struct span name, struct span value);
void request_delete_headers(struct request *request, struct span name);

/* Notes a doubt; request_doubt gives the reason of the first that concerns the
 * kind (and header), or NULL. */
void        request_add_doubt(struct request *request, enum doubt_kind kind, struct span name,
			      const char *why);
const char *request_doubt(const struct request *request, enum doubt_kind kind,
			  struct span name);

/* Whether it is one of the methods that HAProxy has a number for. */
bool method_is_known(struct span method);

/* Whether both are the same but for the case of ASCII letters. */
bool span_same(struct span a, struct span b);

/* RFC 4648; appends.  base64_read: false for what is none; url: the alphabet
 * of section 5, padding optional. */
void base64_write(struct str *out, struct span bytes, bool url);
bool base64_read(struct str *out, struct span text, bool url);

#endif
