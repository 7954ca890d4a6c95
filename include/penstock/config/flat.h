/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The document as HAProxy reads it: without comments, without what .if leaves
 * out, words unquoted and variables expanded.  A view; it changes nothing.
 */
#ifndef PENSTOCK_CONFIG_FLAT_H
#define PENSTOCK_CONFIG_FLAT_H

#include "penstock/base/arena.h"
#include "penstock/config/document.h"
#include "penstock/config/surroundings.h"

struct flat_line {
	size_t       line;   /* of the document */
	struct span *words;  /* in the arena */
	size_t       count;
	enum truth   active; /* UNKNOWN: an .if around it cannot be decided */
	const char  *why;    /* then; or which variable of the words is not known */
	bool         varies; /* words hold a variable that is not known, unexpanded */
};

struct flat_section {
	enum section_kind kind;
	struct span       name, from;
	size_t            line;         /* of its header in the document */
	size_t            first, count; /* its lines in flat.lines, without the header */
	enum truth        active;
	const struct flat_section *defaults; /* what it inherits from, or NULL */
};

struct flat {
	VEC(struct flat_line) lines;
	VEC(struct flat_section) sections;
};

/* Everything is in the arena or borrows from the document, except the two
 * vectors: flat_release. */
void flat_read(struct flat *flat, const struct document *doc,
	       const struct surroundings *surroundings, struct arena *arena);
void flat_release(struct flat *flat);

/* The first section of these kinds and that name, or NULL. */
const struct flat_section *flat_section(const struct flat *flat, unsigned kinds,
					struct span name);

/* A word of the line, or an empty span. */
struct span flat_word(const struct flat_line *line, size_t index);
bool        flat_is(const struct flat_line *line, size_t index, const char *text);

/*
 * The last line of the section that begins with these words (second may be
 * NULL), or that of the nearest `defaults` it inherits from; NULL: there is
 * none.  A "no" line of theirs counts as none.
 */
const struct flat_line *flat_setting(const struct flat *flat, const struct flat_section *section,
				     const char *first, const char *second);

#endif
