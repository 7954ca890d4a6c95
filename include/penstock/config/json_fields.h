/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Aqueduct's fields, and what other documents take of them. */
#ifndef PENSTOCK_CONFIG_JSON_FIELDS_H
#define PENSTOCK_CONFIG_JSON_FIELDS_H

#include "penstock/config/json_value.h"

/* A wanted proxy without anything, at the path that is being read; r->want. */
struct want *json_new_want(struct reading *r, enum section_kind side);

/*
 * The same made from what is there, so that only what is read changes: the proxy
 * of that name, else a new section of that kind with what it would inherit.
 */
struct want *json_new_partial(struct reading *r, enum section_kind side,
			      enum section_kind kind, const char *name);

/* Frees what the lists hold and empties them. */
void json_drop_rules(struct proxy *proxy);
void json_drop_members(struct proxy *proxy);

/* Refuses a second document for one proxy. */
int json_check_new(struct reading *r, const struct want *want);

/* Aqueduct's document of a frontend or backend, and its fields. */
int                json_read_proxy(struct reading *r, const json_t *json, enum section_kind side);
struct json_fields json_proxy_fields(enum section_kind side);

/* Defaults, and what the fields say together. */
int json_finish_frontend(struct reading *r, struct proxy *proxy);
int json_finish_backend(struct reading *r, struct proxy *proxy);
int json_finish_health(struct reading *r, struct proxy *proxy);

/* Readers; those of lists append to r->want->proxy, whatever the target. */
int json_read_keepalive(struct reading *r, const json_t *json, void *target);
int json_read_port(struct reading *r, const json_t *json, void *target);
int json_read_meta(struct reading *r, const json_t *json, void *target);
int json_read_own_type(struct reading *r, const json_t *json, void *target);
int json_read_rule(struct reading *r, const json_t *json, void *target); /* &r->want->proxy */
int json_read_native(struct reading *r, const json_t *json, void *target);
int json_read_members(struct reading *r, const json_t *json, void *target);

#endif
