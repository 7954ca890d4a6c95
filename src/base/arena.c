/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/base/arena.h"

#include <stdlib.h>
#include <string.h>

#include "penstock/base/mem.h"

enum { BLOCK = 16384, ALIGNMENT = 16 };

void *arena_alloc(struct arena *arena, size_t size)
{
	void *bytes;

	size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	if (size > arena->left) {
		size_t block = size > BLOCK ? size : BLOCK;

		arena->at = xcalloc(1, block);
		arena->left = block;
		*vec_push(&arena->blocks) = arena->at;
	}
	bytes = arena->at;
	arena->at += size;
	arena->left -= size;
	return bytes;
}

struct span arena_copy(struct arena *arena, struct span bytes)
{
	char *copy = arena_alloc(arena, bytes.len + 1);

	if (bytes.len)
		memcpy(copy, bytes.at, bytes.len);
	return span_make(copy, bytes.len);
}

const char *arena_format(struct arena *arena, const char *format, ...)
{
	struct str  text = STR_INIT;
	struct span copy;
	va_list     args;

	va_start(args, format);
	str_vaddf(&text, format, args);
	va_end(args);
	copy = arena_copy(arena, str_span(&text));
	str_release(&text);
	return copy.at;
}

void arena_release(struct arena *arena)
{
	for (size_t i = 0; i < arena->blocks.count; i++)
		free(arena->blocks.items[i]);
	vec_release(&arena->blocks);
	arena->at = NULL;
	arena->left = 0;
}
