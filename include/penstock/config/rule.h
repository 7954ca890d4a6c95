/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules of a frontend inside config/: recognised, compared, written. */
#ifndef PENSTOCK_CONFIG_RULE_H
#define PENSTOCK_CONFIG_RULE_H

#include "penstock/config/proxy.h"

/* Finds the rules among the section's lines, which are natives until now. */
void rules_read(struct proxy *proxy, const struct document *doc);

/* Checks that the rule can be written and would be read back as it is: type,
 * operation, header, value, backend.  *field gets the name of what is wrong. */
int rule_check(const struct rule *rule, const char **field, struct err *err);

/* Frees its texts. */
void rule_release(struct rule *rule);

/* Whether they test the same. */
bool rule_same_test(const struct rule *a, const struct rule *b);

/* Whether `now` is all that `want` says; what `want` leaves open (the name of the
 * acl, two lines or one) does not count.  rule_form_fits: just that part. */
bool rule_matches(const struct rule *now, const struct rule *want);
bool rule_form_fits(const struct rule *now, const struct rule *want);

/* Appends six characters that stand for operation, header and value. */
void rule_hash(const struct rule *rule, struct str *out);

/* Makes the section's rules those wanted, in that order; what is there and
 * matches keeps its lines. */
void rules_put(struct candidate *candidate, size_t header, enum section_kind side,
	       const struct rule *want, size_t count);

/* Brings rules that are there already, in this order, to their places among the
 * native use_backend lines; `behind` must not fall from one to the next. */
void rules_interleave(struct candidate *candidate, size_t header, enum section_kind side,
		      const struct rule *want, size_t count);

#endif
