/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the edits of proxies have in common: one section's lines.
 *
 * A section is named here by the index of its header line.  That index
 * survives every edit inside the section; a struct section pointer survives
 * none.
 */
#ifndef PENSTOCK_CONFIG_LINES_H
#define PENSTOCK_CONFIG_LINES_H

#include "penstock/config/edit.h"

/* The section whose header is that line.  Valid until the next splice. */
const struct section *section_of(const struct document *doc, size_t header);

/*
 * The one section of these kinds and that name; the name may be empty where
 * there is just one.  Errors: ERR_NOT_FOUND with the nearest name, ERR_USAGE.
 */
const struct section *section_require(const struct document *doc, unsigned kinds,
				      struct span name, struct err *err);

/* edit_insert_indented for the section of that header. */
void section_insert(struct candidate *candidate, size_t header, size_t at, struct span text);

/* The same at the section's end. */
void section_append(struct candidate *candidate, size_t header, struct span text);

/* edit_add_to_section for the section of that header. */
size_t section_add(struct candidate *candidate, size_t header, struct span text);

/* The last line whose first words are these (second may be NULL), or SIZE_MAX. */
size_t section_find_last(const struct document *doc, size_t header, const char *first,
			 const char *second);

/* Replaces words `from` and all behind it by raw text; empty takes them away. */
void line_set_words(struct candidate *candidate, size_t line, size_t from, struct span raw);

/*
 * Makes the last line of the keyword (one word, or two with a blank between)
 * say `raw` and nothing else; adds the line where there is none.  A "no" form
 * of a keyword with two words gives way.
 */
void section_set(struct candidate *candidate, size_t header, const char *keyword,
		 struct span raw);

/* Takes away all lines of the keyword, its "no" forms too.  Gives how many. */
size_t section_unset(struct candidate *candidate, size_t header, const char *keyword);

/*
 * One word as a value, and the value as a word.  A word that holds an
 * environment variable or bytes that are no UTF-8 stays as it is written,
 * quotes and all, so that it can be written back.
 */
char *value_of(const struct word *word);
void  value_quote(struct str *out, const char *value);

/* Bytes of a line as a C string: a NUL, which HAProxy refuses, becomes \x00.  The
 * caller frees. */
char *raw_text(struct span raw);

/* Whether value_of gives what HAProxy sees. */
bool word_is_plain(const struct word *word);

#endif
