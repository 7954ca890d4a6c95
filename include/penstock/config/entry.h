/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The lines of one keyword in a section, in their order and numbered from 1:
 * rules, acls, binds, name servers, peers, …  What stands behind the keyword is
 * text, taken as it is.
 */
#ifndef PENSTOCK_CONFIG_ENTRY_H
#define PENSTOCK_CONFIG_ENTRY_H

#include "penstock/config/edit.h"

struct entries {
	struct candidate *candidate;
	size_t            header;  /* of the section */
	struct span       keyword; /* one word, or two with a blank between */
};

/* The kinds of sections where the keyword may stand; 0: nobody knows it. */
unsigned entry_kinds(struct span keyword);

/* Whether the keyword may stand in sections of the kind; one that nobody knows
 * may.  Errors: ERR_USAGE. */
int entry_check_keyword(enum section_kind kind, struct span keyword, struct err *err);

/* Calls each with the line of every entry. */
void entries_each(const struct entries *entries, void (*each)(size_t line, void *data),
		  void *data);
size_t entries_count(const struct entries *entries);

/* The line of entry `number`.  Errors: ERR_NOT_FOUND, saying how many there are. */
int entries_line(const struct entries *entries, size_t number, size_t *line, struct err *err);

/*
 * The one entry whose words begin with those of `text` (`acl NAME`): its number.
 * Errors: ERR_NOT_FOUND with the nearest, ERR_USAGE when several do.
 */
int entries_find(const struct entries *entries, struct span text, size_t *number,
		 struct err *err);

/*
 * Inside an edit.  `at` is the number that the new entry gets; 0 or past the
 * end: behind the last one, where place_of_line puts it.  Errors: ERR_USAGE,
 * ERR_EXISTS for a keyword that stands once in a section.
 */
int entries_add(const struct entries *entries, struct span text, size_t at, struct err *err);

/* Gives entry `number` another text. */
int entries_change(const struct entries *entries, size_t number, struct span text,
		   struct err *err);
int entries_delete(const struct entries *entries, size_t number, struct err *err);

/* Gives entry `from` the number `to`; past the end: the last one. */
int entries_move(const struct entries *entries, size_t from, size_t to, struct err *err);

#endif
