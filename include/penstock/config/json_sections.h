/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The whole model's "sections": the order in which all sections stand, and those
 * that are no proxies as text.
 *
 *	{"section": "global", "text": "global\n    daemon\n"}
 *	{"section": "frontend", "name": "web"}       its document is in "frontends"
 *	{"text": "# what stands before the first section\n"}
 *
 * A proxy in which directives (.if …) choose lines has its text as well, which
 * is taken where there is no such section yet.
 */
#ifndef PENSTOCK_CONFIG_JSON_SECTIONS_H
#define PENSTOCK_CONFIG_JSON_SECTIONS_H

#include "penstock/config/json_value.h"

/* The list for a whole document.  A new reference. */
json_t *sections_json(const struct document *doc);

/* Reads the list into r->wants->sections. */
int json_read_sections(struct reading *r, const json_t *json, void *target);

/*
 * Makes the sections of text say what they are wanted to, and those that are
 * missing; a missing proxy gets its header.  Runs inside an edit.  Errors: ERR_PARSE
 * for a proxy that no document describes.
 */
int want_sections_put(const struct wants *wants, struct candidate *candidate, struct err *err);

#endif
