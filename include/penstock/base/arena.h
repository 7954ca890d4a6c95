/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Memory that is given back all at once: for values that a computation makes in
 * numbers and that end with it.
 */
#ifndef PENSTOCK_BASE_ARENA_H
#define PENSTOCK_BASE_ARENA_H

#include "penstock/base/str.h"
#include "penstock/base/vec.h"

struct arena {
	VEC(void *) blocks;
	char  *at; /* free room of the last block */
	size_t left;
};
#define ARENA_INIT { .blocks = VEC_INIT }

/* Zeroed bytes, aligned for any type; they live until arena_release. */
void *arena_alloc(struct arena *arena, size_t size);

/* A copy in the arena, followed by a NUL that does not count. */
struct span arena_copy(struct arena *arena, struct span bytes);

/* A sentence in the arena. */
const char *arena_format(struct arena *arena, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

void arena_release(struct arena *arena);

#endif
