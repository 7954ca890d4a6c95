/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads the files that a configuration names into its document. */
#ifndef PENSTOCK_APPLY_ATTACH_FILES_H
#define PENSTOCK_APPLY_ATTACH_FILES_H

#include "penstock/apply/service.h"

/* Larger files are left to other tools: every edit keeps a copy of what it
 * changes, and the diff is for people. */
enum { ATTACHED_MAX_BYTES = 16 << 20 };

/*
 * Attaches maps, acl files, crt-lists and certificates to the document, those of
 * a folder of certificates each by itself.  `folder` is where HAProxy sees
 * relative names from (NULL: ours).  A file that is missing, too large or out of
 * reach is left out; `left`, unless NULL, gets a sentence for each.
 */
void attach_files(struct document *doc, const char *folder, struct loaded *loaded,
		  struct strings *left);

#endif
