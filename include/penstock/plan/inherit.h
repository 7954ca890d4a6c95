/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which `defaults` each section inherits, for all sections in one pass. */
#ifndef PENSTOCK_PLAN_INHERIT_H
#define PENSTOCK_PLAN_INHERIT_H

#include "penstock/config/document.h"

/*
 * For each section the index of what section_defaults gives for it, or
 * SIZE_MAX.  The caller frees; NULL when the document has no sections.
 */
size_t *inherited_defaults(const struct document *doc);

#endif
