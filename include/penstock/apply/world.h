/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What this machine and the attached process know of a configuration's
 * surroundings: version and build, environment, map and ACL files. */
#ifndef PENSTOCK_APPLY_WORLD_H
#define PENSTOCK_APPLY_WORLD_H

#include "penstock/apply/service.h"
#include "penstock/base/map.h"
#include "penstock/config/surroundings.h"

struct world {
	struct surroundings facts;  /* points into the world: do not move it */
	struct service     *service;
	const struct document *doc;
	struct map  files;          /* path -> struct str, read once */
	struct str  environment;    /* NAME=VALUE with NULs between; of the process */
	bool        has_environment;
	struct str  features;
	struct str  folder;         /* that relative paths of maps are seen from */
};

/* Asks the process, else the haproxy program, what it is.  What cannot be found
 * out is not known: no error. */
void world_init(struct world *world, struct service *service, const struct document *doc);
void world_release(struct world *world);

#endif
