/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which columns of a table are shown and how wide: the least important ones
 * go first, and widths stand still.  Pure.
 */
#ifndef PENSTOCK_UI_TABLE_LAYOUT_H
#define PENSTOCK_UI_TABLE_LAYOUT_H

#include "penstock/ui/table_view.h"

/* After this long a column may become narrower. */
enum { TABLE_SHRINK_MS = 10000 };

/* Some cell of the column takes that many columns. */
void table_slot_needs(struct table_slot *slot, int columns);

/* Once in TABLE_SHRINK_MS takes back what was not needed since the last time. */
void table_slots_settle(struct table_slot *slots, size_t count, int64_t now_ms,
			int64_t *since_ms);

/*
 * Shares out `width` columns, with `gap` between two: names always, then by
 * priority what fits; what is left goes to names and texts that were cut.  The
 * first `passed` columns other than names are left out.
 */
void table_layout(struct table_slot *slots, size_t count, size_t passed, int width, int gap);

/* How many columns can be passed so that one is left. */
size_t table_layout_last(const struct table_slot *slots, size_t count);

#endif
