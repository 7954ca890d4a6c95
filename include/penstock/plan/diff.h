/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Unified diffs of texts and documents; libgit2 computes them. */
#ifndef PENSTOCK_PLAN_DIFF_H
#define PENSTOCK_PLAN_DIFF_H

#include "penstock/base/err.h"
#include "penstock/config/document.h"

/*
 * Appends "--- a/path", "+++ b/path" and hunks with 3 lines of context;
 * nothing at all when the texts are equal.
 */
int diff_texts(struct span before, struct span after, const char *path, struct str *out,
	       struct err *err);

/* The same for each file of two documents, in their order. */
int diff_documents(const struct document *before, const struct document *after,
		   struct str *out, struct err *err);

/*
 * The document that has the changes of both, each made to `base`; all three have
 * the same files.  NULL with ERR_CONFLICT when they touch the same lines.
 */
struct document *merge_documents(const struct document *base, const struct document *ours,
				 const struct document *theirs, struct err *err);

/* Lines that a diff adds and removes. */
void diff_count(struct span diff, size_t *added, size_t *removed);

#endif
