/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * For unit tests: the corpus of real configurations, and numbers that look
 * random and are the same in every run.
 */
#ifndef PENSTOCK_TESTS_CORPUS_H
#define PENSTOCK_TESTS_CORPUS_H

#include <stdint.h>
#include <stdlib.h>

#include "penstock/sys/file.h"

/* Paths of the corpus' configurations, in order; none when it is not there. */
static inline void corpus_list(struct strings *out)
{
	const char *shared = getenv("SHARED");
	struct str  folder = STR_INIT;

	str_addf(&folder, "%s/corpus/configs", shared ? shared : "../shared");
	file_list(folder.bytes, ".cfg", out, NULL);
	str_release(&folder);
}

static inline void corpus_read(const char *path, struct str *out)
{
	str_reset(out);
	file_read(path, out, NULL, NULL);
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
