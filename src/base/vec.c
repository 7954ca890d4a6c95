/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/base/vec.h"

#include <stdlib.h>
#include <string.h>

#include "penstock/base/err.h"
#include "penstock/base/mem.h"

void vec_grow(void **items, size_t *room, size_t need, size_t size)
{
	size_t want = *room ? *room : 8;

	if (need <= *room)
		return;
	while (want < need)
		want += want / 2 + 1;
	if (want > (size_t)-1 / size)
		die("out of memory");
	*items = xrealloc(*items, want * size);
	*room = want;
}

void vec_splice_bytes(void **items, size_t *count, size_t *room, size_t size, size_t at,
		      size_t out, const void *from, size_t in)
{
	size_t rest;
	char  *base;

	if (at > *count || out > *count - at)
		BUG("splice of %zu at %zu in %zu", out, at, *count);
	vec_grow(items, room, *count - out + in, size);
	base = *items;
	rest = *count - at - out;
	if (rest)
		memmove(base + (at + in) * size, base + (at + out) * size, rest * size);
	if (from && in)
		memcpy(base + at * size, from, in * size);
	*count = *count - out + in;
}

void vec_drop(void **items, size_t *count, size_t *room)
{
	free(*items);
	*items = NULL;
	*count = *room = 0;
}

void strings_add(struct strings *s, const char *text)
{
	*vec_push(&s->list) = xstrdup(text);
}

void strings_add_n(struct strings *s, const char *bytes, size_t len)
{
	*vec_push(&s->list) = xstrndup(bytes, len);
}

void strings_release(struct strings *s)
{
	for (size_t i = 0; i < s->list.count; i++)
		free(s->list.items[i]);
	vec_release(&s->list);
}

static int by_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void strings_sort(struct strings *s)
{
	if (s->list.count)
		qsort(s->list.items, s->list.count, sizeof(*s->list.items), by_bytes);
}
