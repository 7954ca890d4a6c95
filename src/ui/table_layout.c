/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/ui/table_layout.h"

enum { PRIO_MAX = 9, STATE_COLUMNS = 8 };

void table_slot_needs(struct table_slot *slot, int columns)
{
	if (columns > slot->peak)
		slot->peak = columns;
	if (columns > slot->width)
		slot->width = columns;
}

void table_slots_settle(struct table_slot *slots, size_t count, int64_t now_ms,
			int64_t *since_ms)
{
	if (now_ms - *since_ms < TABLE_SHRINK_MS)
		return;
	*since_ms = now_ms;
	for (size_t i = 0; i < count; i++) {
		slots[i].width = slots[i].peak;
		slots[i].peak = 0;
	}
}

static bool is_name(const struct table_slot *slot)
{
	return slot->column.kind == COL_NAME;
}

/* Long names and texts do not push numbers out; they get what is left. */
static int first_share(const struct table_slot *slot, int width)
{
	int limit = width / 5;

	/* "DRAIN" cut to "DRA" could be read for something else. */
	if (slot->column.kind == COL_STATE && limit < STATE_COLUMNS)
		limit = STATE_COLUMNS;
	if (column_kind_table[slot->column.kind].number || slot->width <= limit)
		return slot->width;
	return limit > slot->column.min ? limit : slot->column.min;
}

/* Gives false when it does not fit. */
static bool place(struct table_slot *slot, int width, int gap, int *left)
{
	int share = first_share(slot, width);

	if (share > *left)
		return false;
	slot->shown = share;
	*left -= share + gap;
	return true;
}

static void share_rest(struct table_slot *slots, size_t count, int left)
{
	for (int names = 1; names >= 0; names--)
		for (size_t i = 0; i < count && left > 0; i++) {
			int more = slots[i].width - slots[i].shown;

			if (!slots[i].shown || is_name(&slots[i]) != (names == 1))
				continue;
			more = more < left ? more : left;
			slots[i].shown += more;
			left -= more;
		}
}

void table_layout(struct table_slot *slots, size_t count, size_t passed, int width, int gap)
{
	int  left = width;
	bool full = false;

	for (size_t i = 0; i < count; i++)
		slots[i].shown = 0;
	for (size_t i = 0; i < count; i++)
		if (is_name(&slots[i]))
			place(&slots[i], width, gap, &left);
	/* Once one does not fit, nothing less important takes its place. */
	for (int prio = PRIO_MAX; prio >= 0 && !full; prio--) {
		size_t ordinal = 0;

		for (size_t i = 0; i < count && !full; i++) {
			if (is_name(&slots[i]) || ordinal++ < passed ||
			    slots[i].column.prio != prio)
				continue;
			full = !place(&slots[i], width, gap, &left);
		}
	}
	/* The gap behind the last one is nobody's. */
	share_rest(slots, count, left + gap);
}

size_t table_layout_last(const struct table_slot *slots, size_t count)
{
	size_t others = 0;

	for (size_t i = 0; i < count; i++)
		others += !is_name(&slots[i]);
	return others ? others - 1 : 0;
}
