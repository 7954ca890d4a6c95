/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A growing array of any element type:
 *
 *	VEC(struct line) lines = VEC_INIT;
 *	*vec_push(&lines) = line;
 *
 * .items and .count may be read directly; items move when the array grows.
 */
#ifndef PENSTOCK_BASE_VEC_H
#define PENSTOCK_BASE_VEC_H

#include <stddef.h>

#define VEC(type)             \
	struct {              \
		type  *items; \
		size_t count; \
		size_t room;  \
	}

#define VEC_INIT { NULL, 0, 0 }

/* Adds an uninitialised element and gives its address. */
#define vec_push(v) \
	(vec_grow((void **)&(v)->items, &(v)->room, (v)->count + 1, sizeof(*(v)->items)), \
	 &(v)->items[(v)->count++])

#define vec_reserve(v, total) \
	vec_grow((void **)&(v)->items, &(v)->room, (total), sizeof(*(v)->items))

/*
 * Replaces `out` elements at `at` by `in` elements of `from` (which may be
 * NULL: the new room is then uninitialised).
 */
#define vec_splice(v, at, out, from, in) \
	vec_splice_bytes((void **)&(v)->items, &(v)->count, &(v)->room, sizeof(*(v)->items), \
			 (at), (out), (from), (in))

#define vec_remove(v, at) vec_splice((v), (at), 1, NULL, 0)

/* Gives back the array (not what its elements own) and makes it empty. */
#define vec_release(v) \
	vec_drop((void **)&(v)->items, &(v)->count, &(v)->room)

#define vec_reset(v) ((v)->count = 0)

void vec_grow(void **items, size_t *room, size_t need, size_t size);
void vec_splice_bytes(void **items, size_t *count, size_t *room, size_t size, size_t at,
		      size_t out, const void *from, size_t in);
void vec_drop(void **items, size_t *count, size_t *room);

/* A list of owned C strings. */
struct strings {
	VEC(char *) list;
};
#define STRINGS_INIT { VEC_INIT }
void strings_add(struct strings *s, const char *text);             /* copies */
void strings_add_n(struct strings *s, const char *bytes, size_t len);
void strings_release(struct strings *s);
void strings_sort(struct strings *s);                              /* bytewise */

#endif
