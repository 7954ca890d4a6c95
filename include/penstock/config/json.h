/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Aqueduct's documents (systems.md 1.3, 1.4, 1.8) as a view of any
 * configuration.  What proxy_json writes, json_put takes back without an edit.
 *
 * Where the documents have no word for what stands in the lines, they get a
 * field more:
 *
 *	section        "listen": the document is one half of a listen section
 *	bind_options   words behind an address: {"*:443": "ssl crt /x"}
 *	rules[].acl    the acl's name, when it is not rule_name's
 *	rules[].ignore_case   true: `-i`
 *	rules[].behind how many of the natives that are use_backend lines come first
 *	rules[].form   "inline": use_backend B if { … }
 *	cookie         words behind `cookie`
 *	from           the defaults section that the header names
 *	version        of a static backend: `#@ version`
 *	meta           an object: `#@ meta`
 *	pragmas        texts of other `#@` lines
 *	source         words of `#@ source`, for other sources than thalassa
 *	members[].server    the server's name, when it is not BACKEND_HOST:PORT
 *	members[].options   words behind its address, when they are not usual
 *
 * In what json_put takes, a field of Aqueduct's that is missing has Aqueduct's
 * default, as in its PUT; one of ours that is missing leaves the lines as they
 * are, and null takes it away.  health.interval, where it is said, holds for all
 * members, whatever `inter` their options say; else theirs stay.  The order of
 * members and of bind addresses does not count, that of rules and natives does.
 */
#ifndef PENSTOCK_CONFIG_JSON_H
#define PENSTOCK_CONFIG_JSON_H

#include <jansson.h>

#include "penstock/config/proxy.h"

/* The document of one proxy; side as in proxy_read.  A new reference. */
json_t *proxy_json(const struct document *doc, const struct section *section,
		   enum section_kind side);

/* {"version": 1, "frontends": […], "backends": […], "sections": […]}: Aqueduct's
 * persistence file, and in "sections" the rest (json_sections.h).  What does not
 * travel to another file: comments, blank lines and indents of frontends and
 * backends, and the borders of several files.  A new reference. */
json_t *document_json(const struct document *doc);

/* Where a text comes from, and how what has no name of its own is called. */
struct put_input {
	const char *source; /* the text's name in errors */
	struct span name;   /* given for it; may be empty */
	struct span stem;   /* for ProxyMgr's service where no name is given; may be empty */
};

/*
 * Takes the text of a document, or of an array of them, and edits the candidate
 * until the lines say the same: Aqueduct's frontend, backend or persistence file
 * (which is the whole model), Conduit's frontend or backend, Cosmos's request,
 * ProxyMgr's service or server.  Which it is shows from its fields; `said`, if not
 * NULL, gets that, and what cannot be kept, a line each.
 *
 * Runs inside the caller's edit; all is checked before anything moves.  Errors
 * give line and column of malformed JSON, or the path of a wrong value
 * ("$.backends[0].members[2].port").
 */
int json_put_as(struct candidate *candidate, struct span text, const struct put_input *input,
		struct str *said, struct err *err);
int json_put(struct candidate *candidate, struct span text, const char *source,
	     struct err *err);

#endif
