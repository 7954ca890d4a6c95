/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * For unit tests: the corpus of real configurations, and numbers that look
 * random and are the same in every run.
 */
#ifndef PENSTOCK_TESTS_CORPUS_H
#define PENSTOCK_TESTS_CORPUS_H

#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "penstock/base/str.h"
#include "penstock/base/vec.h"

/* Paths of the corpus' configurations, in order; none when it is not there. */
static inline void corpus_list(struct strings *out)
{
	const char    *shared = getenv("SHARED");
	char           path[4096];
	DIR           *folder;
	struct dirent *entry;

	snprintf(path, sizeof(path), "%s/corpus/configs", shared ? shared : "../shared");
	folder = opendir(path);
	while (folder && (entry = readdir(folder))) {
		struct str name = STR_INIT;

		if (!strstr(entry->d_name, ".cfg"))
			continue;
		str_addf(&name, "%s/%s", path, entry->d_name);
		strings_add(out, name.bytes);
		str_release(&name);
	}
	if (folder)
		closedir(folder);
	strings_sort(out);
}

static inline void corpus_read(const char *path, struct str *out)
{
	FILE  *file = fopen(path, "rb");
	char   buffer[65536];
	size_t got;

	str_reset(out);
	while (file && (got = fread(buffer, 1, sizeof(buffer), file)) > 0)
		str_add(out, buffer, got);
	if (file)
		fclose(file);
}

/* xorshift64*: below `limit`, from a state that is not 0. */
static inline size_t dice(uint64_t *state, size_t limit)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return (size_t)((*state * 2685821657736338717u) >> 33) % limit;
}

#endif
