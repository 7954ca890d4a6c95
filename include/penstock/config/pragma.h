/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What HAProxy's grammar cannot say stands in the section as a comment that it
 * ignores: `#@ source thalassa myapp 1.0.0`, `#@ slots 4`.
 */
#ifndef PENSTOCK_CONFIG_PRAGMA_H
#define PENSTOCK_CONFIG_PRAGMA_H

#include "penstock/config/edit.h"

/* The line of `#@ WORD …` in the section, or SIZE_MAX. */
size_t pragma_find(const struct document *doc, const struct section *section, const char *word);

/* What stands behind "#@" in a line, its end included; false when it is no pragma. */
bool pragma_text(struct span line, struct span *text);

/* The same split into words. */
bool pragma_read(struct span line, struct words *words);

/* Adds one more `#@ text` behind those that are there. */
void pragma_add(struct candidate *candidate, const struct section *section, struct span text);

/* Sets, replaces or (text empty) removes `#@ WORD text`. */
void pragma_set(struct candidate *candidate, const struct section *section, const char *word,
		struct span text);

#endif
