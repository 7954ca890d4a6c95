/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Regular expressions as HAProxy matches them.  Debian builds HAProxy with
 * PCRE2; so the same library stands behind it, in this one file.
 */
#ifndef PENSTOCK_CONFIG_REGEX_H
#define PENSTOCK_CONFIG_REGEX_H

#include <stdbool.h>

#include "penstock/base/err.h"
#include "penstock/base/str.h"

enum { REGEX_GROUPS = 10 };

/* Where a group matched; at SIZE_MAX: it did not. */
struct regex_group {
	size_t at, end;
};

struct regex_match {
	struct regex_group groups[REGEX_GROUPS];
};

struct regex;

/* Errors: ERR_PARSE with the library's own words.  NULL then. */
struct regex *regex_new(struct span pattern, bool ignore_case, struct err *err);
void          regex_free(struct regex *regex);

/*
 * Whether it matches somewhere in text; *match (may be NULL) gets the groups.
 * not_start: text is no beginning of a line for ^.
 */
bool regex_find(const struct regex *regex, struct span text, bool not_start,
		struct regex_match *match);

/*
 * Appends a replacement: \0 to \9 are the groups of the match in text, \xHH a
 * byte, \ before anything else that itself.
 */
void regex_expand(struct span replacement, struct span text, const struct regex_match *match,
		  struct str *out);

#endif
