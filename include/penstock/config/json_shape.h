/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Documents of other systems (systems.md 4, 6.2, 7.1), each read into wanted
 * proxies made from what is there.
 */
#ifndef PENSTOCK_CONFIG_JSON_SHAPE_H
#define PENSTOCK_CONFIG_JSON_SHAPE_H

#include "penstock/config/json_fields.h"

/* Conduit's frontend or backend: what it says changes, all else stays. */
int                json_read_conduit(struct reading *r, const json_t *json, enum section_kind side);
struct json_fields json_conduit_fields(enum section_kind side);

/* Cosmos's request, by either generation of names. */
int                json_read_cosmos(struct reading *r, const json_t *json);
struct json_fields json_cosmos_fields(void);

/* What ProxyMgr finds in ZooKeeper for a service, and for one of its servers. */
int                json_read_service(struct reading *r, const json_t *json);
struct json_fields json_service_fields(void);
int                json_read_node(struct reading *r, const json_t *json);
struct json_fields json_node_fields(void);

#endif
