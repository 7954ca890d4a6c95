/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Aqueduct's documents (systems.md 1.3, 1.4, 1.8) as a view of any
 * configuration.  What proxy_json writes, json_put takes back without an edit.
 */
#ifndef PENSTOCK_CONFIG_JSON_H
#define PENSTOCK_CONFIG_JSON_H

#include <jansson.h>

#include "penstock/config/proxy.h"

/* The document of one proxy; side as in proxy_read.  A new reference. */
json_t *proxy_json(const struct document *doc, const struct section *section,
		   enum section_kind side);

/* {"version": 1, "frontends": […], "backends": […]}: Aqueduct's persistence
 * file.  A new reference. */
json_t *document_json(const struct document *doc);

/*
 * Takes the text of one frontend document, one backend document, an array of
 * them, or a persistence file, and edits the candidate until the lines say the
 * same.  Runs inside the caller's edit; all is checked before anything moves.
 * `source` names the text in errors, which give line and column of malformed
 * JSON, or the path of a wrong value ("backends[0].members[2].port").
 */
int json_put(struct candidate *candidate, struct span text, const char *source,
	     struct err *err);

#endif
