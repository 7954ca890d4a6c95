/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files that a configuration names and that are edited with it: maps, files
 * of acl patterns, certificates and lists of them. */
#ifndef PENSTOCK_CONFIG_ATTACHED_H
#define PENSTOCK_CONFIG_ATTACHED_H

#include "penstock/config/document.h"

struct attachment {
	enum file_kind kind;
	struct str name; /* as the process names it: as written, a certificate's with the
	                  * crt-base before it */
	struct str written; /* as the line has it */
	struct str path; /* where it is; relative: to the folder that HAProxy runs in */
	size_t line;     /* the first line that names it */
	bool   ordered;  /* some use takes the first entry that matches, not the best */
};

struct attachments {
	VEC(struct attachment) list; /* each name once for a kind, in order of the lines */
};
#define ATTACHMENTS_INIT { VEC_INIT }

/*
 * What the configuration's lines name (configuration manual: `acl … -f`, the
 * map converters, `http-request set-map(…)` and its kin, `crt`, `crt-list`;
 * `default-path` and `crt-base` are heeded).  Names that hold an environment
 * variable, and virt@ ones, which have no file, are left out.
 */
void attachments_find(const struct document *doc, struct attachments *out);

/* The same for the entries of a crt-list that `line` names. */
void attachments_of_list(const struct document *doc, struct span text, size_t line,
			 struct attachments *out);

void attachments_release(struct attachments *attachments);

#endif
