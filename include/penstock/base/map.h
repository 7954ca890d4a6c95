/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A hash table from byte strings to pointers; uthash stands behind it. */
#ifndef PENSTOCK_BASE_MAP_H
#define PENSTOCK_BASE_MAP_H

#include <stddef.h>

#include "penstock/base/str.h"

struct map {
	struct map_entry *entries;
};
#define MAP_INIT { NULL }

/* Sets key (copied) to value (borrowed); returns the value that it replaces. */
void *map_put(struct map *map, struct span key, void *value);

/* The value, or NULL when the key is not there. */
void *map_get(const struct map *map, struct span key);

/* Removes the key and gives the value it had, or NULL. */
void *map_remove(struct map *map, struct span key);

size_t map_count(const struct map *map);

/* Calls each(key, value, data) in order of insertion. */
void map_each(const struct map *map, void (*each)(struct span key, void *value, void *data),
	      void *data);

/* Frees the table; each value goes through free_value unless that is NULL. */
void map_release(struct map *map, void (*free_value)(void *value));

#endif
