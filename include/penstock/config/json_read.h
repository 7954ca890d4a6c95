/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Documents read as wanted proxies; json_put.c brings lines to them. */
#ifndef PENSTOCK_CONFIG_JSON_READ_H
#define PENSTOCK_CONFIG_JSON_READ_H

#include "penstock/config/proxy_put.h"

/* One document of the input. */
struct want {
	struct proxy     *proxy;     /* see proxy_put.h */
	enum section_kind side;      /* SECTION_FRONTEND or SECTION_BACKEND */
	bool              is_listen; /* one half of a listen section */
	unsigned          said;      /* FIELD bits of what the document has a word on */
	bool              partial;   /* made from what is there: no field gets a default */
	bool              fresh;     /* partial, and there is no such section yet */
	bool              gone;      /* the section goes */
	const char       *key;       /* the document's field with the name, for errors */
	const char       *backend;   /* and the one with the default backend */
	char             *path;      /* "$.backends[0]"; "$" when it is the whole text */
};

/* A section of another kind, or where a proxy stands among them. */
struct want_section {
	enum section_kind kind; /* SECTION_NONE: what stands before the first one */
	char             *name;
	char             *text; /* its lines; NULL: a proxy, which has its document */
	char             *path;
};

struct wants {
	VEC(struct want) list;
	VEC(struct want_section) sections; /* in the order of the file */
	const char            *source; /* of the text, for errors */
	struct span            name;   /* for a document that has none; may be empty */
	struct span            stem;   /* what ProxyMgr's service is called otherwise */
	const struct document *now;    /* what is there, for documents that say a part */
	struct str             said;   /* a line each: what the text was taken for */
	bool                   loses;  /* a member has what is not kept */
};

/*
 * Reads the text; `source`, `name` and `now` are set, the rest is zero.  Checks all
 * that can be known before an edit.  Errors: ERR_PARSE with line and column of
 * what is no JSON, else the path of what is wrong.
 */
int  wants_read(struct wants *wants, struct span text, struct err *err);
void wants_release(struct wants *wants);

/* ERR_PARSE, "$.backends[0].natives[2]: …", with the place of the text. */
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
