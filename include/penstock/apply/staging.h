/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The candidate's files as HAProxy may read them before they are written: beside
 * those that they will replace. */
#ifndef PENSTOCK_APPLY_STAGING_H
#define PENSTOCK_APPLY_STAGING_H

#include "penstock/config/document.h"

struct staging {
	struct strings names;  /* absolute, for haproxy: staged, or the file itself */
	struct strings real;   /* of each name, as the document has it */
	struct strings staged; /* to be removed */
	size_t         config_files; /* the first so many names are for -f */
	char          *folder; /* of our own, when those of the files cannot be written */
};
#define STAGING_INIT { .names = STRINGS_INIT, .real = STRINGS_INIT, .staged = STRINGS_INIT }

/*
 * Stages the files that are not so on disk.  Where an attached file is staged,
 * the configuration that names it is staged too, with the staged path in its
 * place; no line is added or goes.  Release it in any case.  Errors: ERR_IO.
 */
int  stage_document(struct staging *staging, const struct document *doc, struct err *err);
void staging_release(struct staging *staging);

#endif
