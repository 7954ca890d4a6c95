/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `set` and `unset` of any keyword that stands once in a section. */
#ifndef PENSTOCK_CONFIG_KEYWORD_EDIT_H
#define PENSTOCK_CONFIG_KEYWORD_EDIT_H

#include "penstock/config/edit.h"
#include "penstock/config/keyword.h"

/*
 * Makes the section's one line of the keyword say these values.  A keyword of
 * two words comes as `timeout server`, or as `timeout` with `server` as the
 * first value.  Errors: ERR_USAGE for what is unknown, has no place in the
 * section or may stand there several times; ERR_NOT_FOUND for what it refers to.
 */
int keyword_set(struct candidate *candidate, const struct section *section,
		struct span field, const struct span *values, size_t count, struct err *err);

/* Takes its line away.  Errors: as above; ERR_NOT_FOUND when there is none. */
int keyword_unset(struct candidate *candidate, const struct section *section,
		  struct span field, struct err *err);

/* ERR_NOT_FOUND: the section itself says nothing of the field.  Gives -1. */
int setting_missing(const struct section *section, const char *field, struct err *err);

/* Values as words of a line, quoted where needed; and whether they are free of
 * what would end the line and start another one. */
void words_join(struct str *out, const struct span *values, size_t count);
int  words_check(const struct span *values, size_t count, struct err *err);

#endif
