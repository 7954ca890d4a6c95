/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Aqueduct's documents read as wanted proxies; json_put.c brings lines to them. */
#ifndef PENSTOCK_CONFIG_JSON_READ_H
#define PENSTOCK_CONFIG_JSON_READ_H

#include "penstock/config/proxy_put.h"

/* One document of the input. */
struct want {
	struct proxy     *proxy;     /* see proxy_put.h */
	enum section_kind side;      /* SECTION_FRONTEND or SECTION_BACKEND */
	bool              is_listen; /* one half of a listen section */
	unsigned          said;      /* FIELD bits of what the document has a word on */
	char             *path;      /* "backends[0]"; "" when it is the whole text */
};

struct wants {
	VEC(struct want) list;
	const char *source; /* of the text, for errors */
};

/*
 * Reads the text and checks all that can be known without a configuration.
 * Errors: ERR_PARSE with line and column of what is no JSON, else the path of
 * what is wrong.
 */
int  wants_read(struct wants *wants, struct span text, const char *source, struct err *err);
void wants_release(struct wants *wants);

/* ERR_PARSE, "backends[0].natives[2]: …", with the place of the text. */
int want_fail(const struct wants *wants, const struct want *want, const char *field,
	      size_t index, struct err *err, const char *format, ...)
	__attribute__((format(printf, 6, 7)));

/* Puts path and place before an error that something below has set. */
int want_locate(const struct wants *wants, const struct want *want, const char *field,
		size_t index, struct err *err);

/* A copy in which every byte that is no UTF-8 is \xNN; NULL gives NULL.  The
 * caller frees. */
char *json_clean(const char *text);

#endif
