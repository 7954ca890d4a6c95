/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reading JSON by tables: an object's fields are rows that name a reader and
 * where its value goes.  What has no row is an error with the nearest that has.
 */
#ifndef PENSTOCK_CONFIG_JSON_VALUE_H
#define PENSTOCK_CONFIG_JSON_VALUE_H

#include <jansson.h>

#include "penstock/base/mem.h"
#include "penstock/config/json_read.h"

/* What is being read, and where in it. */
struct reading {
	struct wants *wants;
	struct want  *want; /* the document; NULL above the documents */
	struct str    path;
	struct err   *err;
	const json_t *bind_options; /* of the document; NULL: not said */
	bool          is_dynamic;
};

/* Puts a value where target points.  Gives -1 after json_fail. */
typedef int json_read_fn(struct reading *r, const json_t *json, void *target);

struct json_field {
	const char   *name;
	json_read_fn *read;
	size_t        offset; /* of the target in the object's struct */
	unsigned      said;   /* FIELD bits that it speaks of */
	bool          required;
};

struct json_fields {
	const struct json_field *items;
	size_t                   count;
};

#define FIELDS(table) ((struct json_fields){ (table), N(table) })

/* ERR_PARSE with the path before the text.  Gives -1. */
int json_fail(struct reading *r, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Goes one level down in the path; gives what json_leave takes to go back. */
size_t json_enter(struct reading *r, const char *name);
void   json_leave(struct reading *r, size_t length);

int json_read_object(struct reading *r, const json_t *json, struct json_fields fields,
		     void *target);

/* Calls read for each item of a list; the target is the same for all. */
int json_read_items(struct reading *r, const json_t *json, json_read_fn *read, void *target);

/* Whole numbers in that range only, however JSON spells them. */
bool json_is_whole(const json_t *json, json_int_t low, json_int_t high, json_int_t *number);

/* Readers.  Texts are one line; target: char *, which is replaced. */
int json_skip(struct reading *r, const json_t *json, void *target);
int json_lose(struct reading *r, const json_t *json, void *target); /* and says so */
int json_read_text(struct reading *r, const json_t *json, void *target);
int json_read_text_or_null(struct reading *r, const json_t *json, void *target);
int json_read_word(struct reading *r, const json_t *json, void *target);  /* not empty */
int json_read_words(struct reading *r, const json_t *json, void *target); /* words of a line */
int json_read_words_or_null(struct reading *r, const json_t *json, void *target);

#endif
