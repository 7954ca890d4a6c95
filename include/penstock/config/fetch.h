/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HAProxy's fetches (configuration manual, section 7.3): what a request says. */
#ifndef PENSTOCK_CONFIG_FETCH_H
#define PENSTOCK_CONFIG_FETCH_H

#include "penstock/config/scene.h"

struct fetch_def {
	const char     *name; /* a pattern with * where a family has one reason */
	enum datum_type type; /* that it gives; decides how an acl matches it */
	struct datum  (*get)(struct scene *scene, const struct expression_call *call);
	const char     *why;  /* where get is NULL: why it is not known on paper */
};

extern const struct fetch_def fetch_table[];
extern const size_t           fetch_table_count;

/* The row, or NULL. */
const struct fetch_def *fetch_find(struct span name);

/* Rows of the two other files. */
struct datum fetch_path(struct scene *s, const struct expression_call *call);
struct datum fetch_pathq(struct scene *s, const struct expression_call *call);
struct datum fetch_base(struct scene *s, const struct expression_call *call);
struct datum fetch_baseq(struct scene *s, const struct expression_call *call);
struct datum fetch_url(struct scene *s, const struct expression_call *call);
struct datum fetch_query(struct scene *s, const struct expression_call *call);
struct datum fetch_method(struct scene *s, const struct expression_call *call);
struct datum fetch_version(struct scene *s, const struct expression_call *call);
struct datum fetch_major(struct scene *s, const struct expression_call *call);
struct datum fetch_is_http(struct scene *s, const struct expression_call *call);
struct datum fetch_header(struct scene *s, const struct expression_call *call);
struct datum fetch_header_count(struct scene *s, const struct expression_call *call);
struct datum fetch_header_ip(struct scene *s, const struct expression_call *call);
struct datum fetch_header_value(struct scene *s, const struct expression_call *call);
struct datum fetch_header_names(struct scene *s, const struct expression_call *call);
struct datum fetch_full_header(struct scene *s, const struct expression_call *call);
struct datum fetch_full_header_count(struct scene *s, const struct expression_call *call);
struct datum fetch_cookie(struct scene *s, const struct expression_call *call);
struct datum fetch_cookie_count(struct scene *s, const struct expression_call *call);
struct datum fetch_cookie_value(struct scene *s, const struct expression_call *call);
struct datum fetch_parameter(struct scene *s, const struct expression_call *call);
struct datum fetch_parameter_value(struct scene *s, const struct expression_call *call);
struct datum fetch_auth(struct scene *s, const struct expression_call *call);
struct datum fetch_auth_group(struct scene *s, const struct expression_call *call);
struct datum fetch_auth_user(struct scene *s, const struct expression_call *call);
struct datum fetch_auth_pass(struct scene *s, const struct expression_call *call);
struct datum fetch_auth_type(struct scene *s, const struct expression_call *call);
struct datum fetch_auth_bearer(struct scene *s, const struct expression_call *call);

#endif
