/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keywords that nobody knows: likely misspelled, maybe newer than we are. */
#ifndef PENSTOCK_CONFIG_UNKNOWN_H
#define PENSTOCK_CONFIG_UNKNOWN_H

#include "penstock/config/lexer.h"
#include "penstock/config/vocabulary.h"

/*
 * The keyword of the line that neither the tables nor the vocabulary (which may
 * be NULL) have for sections of these kinds: its first word or two, else one of a
 * `server`, `default-server` or `bind` line.  Empty where all is known, or comes
 * from the environment.  Borrows the words and the line.
 */
struct span unknown_keyword(const struct words *words, struct span line, unsigned kinds,
			    const struct vocabulary *vocabulary);

/* The keyword of such sections that is nearest to a misspelled one of the line;
 * empty when none is near. */
struct span unknown_nearest(const struct words *words, struct span name, unsigned kinds);

#endif
