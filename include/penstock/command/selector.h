/* SPDX-License-Identifier: GPL-3.0-or-later */
/* "live/web*": what a pattern means, in the model or the process. */
#ifndef PENSTOCK_COMMAND_SELECTOR_H
#define PENSTOCK_COMMAND_SELECTOR_H

#include "penstock/base/vec.h"
#include "penstock/command/command.h"
#include "penstock/config/document.h"
#include "penstock/haproxy/process.h"

/* Cuts "backend/server" at its first slash; false when there is none. */
bool selector_split(struct span name, struct span *backend, struct span *server);

/* Servers of the configuration, "backend/server" and the line; SIZE_MAX where a
 * name without pattern was taken as it is. */
struct selection {
	struct strings names;
	VEC(size_t) lines;
	bool is_pattern;
};
#define SELECTION_INIT { .names = STRINGS_INIT, .lines = VEC_INIT }
void selection_release(struct selection *selection);

/*
 * Appends the servers that match.  A name without pattern is appended as it is:
 * whether it exists is told better by who uses it.  A pattern that matches
 * nothing is ERR_NOT_FOUND.
 */
int selector_document(const struct document *doc, struct span pattern,
		      struct selection *out, struct err *err);

/* The same of a process, names only. */
int selector_process(const struct process *process, struct span pattern, struct strings *out,
		     struct err *err);

/*
 * Which of the names hold for a condition on the columns of that table of the
 * process, from a fresh picture: keep[i] of names.list.items[i]; the caller
 * frees.  None is ERR_NOT_FOUND.
 */
int selector_where(struct console *console, const char *table, struct span condition,
		   const struct strings *names, bool **keep, struct err *err);

/* Sections by their indices in the document: edits inside them change none. */
struct chosen {
	VEC(size_t) list;
	size_t taken; /* words that it took to name them */
};
#define CHOSEN_INIT { .list = VEC_INIT }

/*
 * The sections of these kinds that the pattern means; an empty one: those
 * without a name.  Errors: ERR_NOT_FOUND with the nearest name.
 */
int selector_sections(const struct document *doc, unsigned kinds, struct span pattern,
		      struct chosen *out, struct err *err);

/*
 * The same from words: `backend NAME`, `global`, or a lone NAME of a section of
 * these kinds, which must be just one unless it is a pattern (ERR_USAGE names
 * those it could be).  `words` are those of an argument of the call.
 */
int selector_chosen(const struct call *call, const char *argument, unsigned kinds,
		    struct chosen *out, struct err *err);

#endif
