/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/base/map.h"

#include <stdlib.h>
#include <string.h>

#include "penstock/base/err.h"
#include "penstock/base/mem.h"

#define uthash_fatal(text) die("out of memory")
#include <uthash.h>

struct map_entry {
	UT_hash_handle hh;
	void          *value;
	size_t         len;
	char           key[];
};

static struct map_entry *find(const struct map *map, struct span key)
{
	struct map_entry *entry = NULL;

	if (map->entries)
		HASH_FIND(hh, map->entries, key.len ? key.at : "", key.len, entry);
	return entry;
}

void *map_put(struct map *map, struct span key, void *value)
{
	struct map_entry *entry = find(map, key);
	void             *before = NULL;

	if (entry) {
		before = entry->value;
		entry->value = value;
		return before;
	}
	entry = xcalloc(1, sizeof(*entry) + key.len + 1);
	entry->value = value;
	entry->len = key.len;
	if (key.len)
		memcpy(entry->key, key.at, key.len);
	HASH_ADD_KEYPTR(hh, map->entries, entry->key, entry->len, entry);
	return before;
}

void *map_get(const struct map *map, struct span key)
{
	struct map_entry *entry = find(map, key);

	return entry ? entry->value : NULL;
}

void *map_remove(struct map *map, struct span key)
{
	struct map_entry *entry = find(map, key);
	void             *value;

	if (!entry)
		return NULL;
	value = entry->value;
	HASH_DELETE(hh, map->entries, entry);
	free(entry);
	return value;
}

size_t map_count(const struct map *map)
{
	return map->entries ? HASH_COUNT(map->entries) : 0;
}

void map_each(const struct map *map, void (*each)(struct span key, void *value, void *data),
	      void *data)
{
	struct map_entry *entry, *next;

	for (entry = map->entries; entry; entry = next) {
		next = entry->hh.next;
		each(span_make(entry->key, entry->len), entry->value, data);
	}
}

void map_release(struct map *map, void (*free_value)(void *value))
{
	struct map_entry *entry, *next;

	HASH_ITER(hh, map->entries, entry, next) {
		HASH_DELETE(hh, map->entries, entry);
		if (free_value)
			free_value(entry->value);
		free(entry);
	}
	map->entries = NULL;
}
