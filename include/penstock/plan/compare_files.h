/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What differs between the attached files of two documents: entries of maps and
 * of files of acl patterns, certificates. */
#ifndef PENSTOCK_PLAN_COMPARE_FILES_H
#define PENSTOCK_PLAN_COMPARE_FILES_H

#include "penstock/plan/compare.h"

/*
 * Appends the changes of the files that both documents have; one that only one
 * has came or went with the lines that name it.  A change's name is that of the
 * file, its keyword the key of the entry.
 */
void compare_attached(const struct document *before, const struct document *after,
		      struct changes *out);

#endif
