/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of backends that `use_backend %[…]` takes from attached maps. */
#ifndef PENSTOCK_CONFIG_MAP_REFERENCE_H
#define PENSTOCK_CONFIG_MAP_REFERENCE_H

#include "penstock/config/reference.h"

/*
 * Appends the values that are the name, in the maps that a use_backend line
 * looks up, by itself or through a variable that a set-var fills from a map; and
 * the defaults of these look-ups.  As bytes of lines (reference.word SIZE_MAX).
 */
void map_references(const struct document *doc, struct span name, struct references *out);

/* Whether all that the computed name can be stands in an attached map. */
bool map_tells_all(const struct document *doc, struct span name);

#endif
