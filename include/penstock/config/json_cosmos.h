/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cosmos's request as values: what runs, and what new services want. */
#ifndef PENSTOCK_CONFIG_JSON_COSMOS_H
#define PENSTOCK_CONFIG_JSON_COSMOS_H

#include "penstock/config/json_shape.h"

struct container {
	char *service;
	char *id;
	char *address; /* with its port, unless the service has one */
	char *path;
};

struct service {
	char *name;
	char *mode;      /* "host", "path"; NULL: not said */
	char *predicate; /* NULL: not said */
	char *cookie;    /* "": none; NULL: not said */
	int   port;      /* 0: not said */
	char *path;
	bool  known;     /* there is a backend of the table, or will be */
};

struct request {
	char *table;
	VEC(struct container) containers; /* those that run, then those of candidates */
	VEC(struct service) services;
};

/* Fills an empty request from either generation of names; errors as json_fail.
 * Names, addresses and modes are checked.  Release it whatever came out. */
int  cosmos_read(struct reading *r, const json_t *json, struct request *request);
void cosmos_release(struct request *request);

/* The service of that name, or NULL. */
struct service *cosmos_service(struct request *request, const char *name);

#endif
