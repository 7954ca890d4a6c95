/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where in a section a new line belongs. */
#ifndef PENSTOCK_CONFIG_PLACE_H
#define PENSTOCK_CONFIG_PLACE_H

#include "penstock/config/document.h"

/*
 * The index for a line of that text (without indent): behind the last line of
 * its keyword; else where HAProxy's own order of evaluation puts it (settings,
 * acls, tcp-request, http-request, use_backend, …, servers), so that no rule
 * stands behind one that is tried later, nor before the acl that it uses.  Never
 * inside an .if block.
 */
size_t place_of_line(const struct document *doc, const struct section *section,
		     struct span text);

#endif
