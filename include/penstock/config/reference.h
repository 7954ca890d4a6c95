/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which lines name which object: default_backend and use_backend, `track`,
 * `use-server`, `from`, `userlist` in http_auth(), `resolvers`, `peers`, …
 */
#ifndef PENSTOCK_CONFIG_REFERENCE_H
#define PENSTOCK_CONFIG_REFERENCE_H

#include "penstock/config/edit.h"

struct reference {
	size_t line;    /* the line that refers */
	size_t word;    /* the word that holds the name; SIZE_MAX: just bytes of the line */
	size_t at, len; /* the name's bytes in the raw word */
};

struct references {
	VEC(struct reference) list;
};
#define REFERENCES_INIT { VEC_INIT }

/*
 * What refers is found by its words, never by what HAProxy makes of them: a
 * name that comes from a map, a sample or an environment variable is unknown.
 * All append to *out, in the order of the lines; what maps say comes last
 * (map_references).
 */

/* Lines outside the section itself that name a section of these kinds. */
void references_to_section(const struct document *doc, unsigned kinds, struct span name,
			   struct references *out);

/* The same with the lines inside the section: what a new name must reach. */
void references_to_name(const struct document *doc, unsigned kinds, struct span name,
			struct references *out);

/* Lines that name backend/server: track, use-server, srv_is_up(…). */
void references_to_server(const struct document *doc, struct span backend, struct span server,
			  struct references *out);

/* Lines of the section that use the acl, its own definitions not counted. */
void references_to_acl(const struct document *doc, const struct section *section,
		       struct span acl, struct references *out);

void references_release(struct references *refs);

/* Puts another name where the references stand.  Inside an edit; the lines
 * keep their places, so the references may be used again for their lines. */
void references_rename(struct candidate *candidate, const struct references *refs,
		       struct span name);

/*
 * Renames an acl of the section with that header, in its definitions and where it
 * is used.  Errors: ERR_NOT_FOUND with the nearest, ERR_EXISTS, ERR_USAGE.
 */
int acl_rename(struct candidate *candidate, size_t header, struct span name,
	       struct span new_name, struct err *err);

/* "haproxy.cfg:12, haproxy.cfg:31 and 2 more" */
void references_format(const struct document *doc, const struct references *refs,
		       struct str *out);

#endif
