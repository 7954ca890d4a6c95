/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "penstock/base/mem.h"
#include "penstock/ui/table_layout.h"

static struct table_slot slot(enum column_kind kind, int prio, int width)
{
	return (struct table_slot){
		.column = { .name = "x", .title = "X", .kind = kind, .prio = prio, .min = 4 },
		.width = width,
	};
}

static int total(const struct table_slot *slots, size_t count, int gap)
{
	int sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += slots[i].shown ? slots[i].shown + gap : 0;
	return sum ? sum - gap : 0;
}

static void the_least_important_columns_go_first(void **state)
{
	struct table_slot slots[] = {
		slot(COL_NAME, 9, 8), slot(COL_COUNT, 2, 5), slot(COL_STATE, 9, 5),
		slot(COL_COUNT, 7, 5),
	};

	(void)state;
	table_layout(slots, N(slots), 0, 40, 1);
	assert_int_equal(slots[1].shown, 5);
	table_layout(slots, N(slots), 0, 20, 1);
	assert_int_equal(slots[1].shown, 0);
	assert_int_equal(slots[3].shown, 5);
	table_layout(slots, N(slots), 0, 12, 1);
	assert_int_equal(slots[3].shown, 0);
	assert_int_equal(slots[2].shown, 5);
	assert_true(slots[0].shown > 0);
}

/* Else columns would come and go as others grow. */
static void nothing_less_important_takes_a_place(void **state)
{
	struct table_slot slots[] = {
		slot(COL_NAME, 9, 8), slot(COL_COUNT, 7, 20), slot(COL_COUNT, 2, 4),
	};

	(void)state;
	table_layout(slots, N(slots), 0, 20, 1);
	assert_int_equal(slots[1].shown, 0);
	assert_int_equal(slots[2].shown, 0);
}

static void nothing_is_wider_than_the_screen(void **state)
{
	(void)state;
	for (int width = 10; width < 120; width++) {
		struct table_slot slots[] = {
			slot(COL_NAME, 9, 30), slot(COL_NAME, 9, 20), slot(COL_STATE, 9, 21),
			slot(COL_COUNT, 8, 5), slot(COL_TEXT, 3, 40), slot(COL_RATE, 5, 7),
		};

		table_layout(slots, N(slots), 0, width, 2);
		assert_true(total(slots, N(slots), 2) <= width);
	}
}

static void names_get_what_is_left(void **state)
{
	struct table_slot slots[] = { slot(COL_NAME, 9, 30), slot(COL_COUNT, 8, 5) };

	(void)state;
	table_layout(slots, N(slots), 0, 30, 1);
	assert_int_equal(slots[0].shown, 24);
	assert_int_equal(slots[1].shown, 5);
	table_layout(slots, N(slots), 0, 80, 1);
	assert_int_equal(slots[0].shown, 30);
}

static void columns_can_be_passed_by(void **state)
{
	struct table_slot slots[] = {
		slot(COL_NAME, 9, 8), slot(COL_STATE, 9, 5), slot(COL_COUNT, 7, 5),
		slot(COL_COUNT, 2, 5),
	};

	(void)state;
	assert_int_equal(table_layout_last(slots, N(slots)), 2);
	table_layout(slots, N(slots), 2, 15, 1);
	assert_true(slots[0].shown > 0);
	assert_int_equal(slots[1].shown, 0);
	assert_int_equal(slots[2].shown, 0);
	assert_int_equal(slots[3].shown, 5);
}

static void columns_grow_at_once_and_shrink_after_a_while(void **state)
{
	struct table_slot one = slot(COL_COUNT, 5, 4);
	int64_t           since = 0;

	(void)state;
	table_slot_needs(&one, 7);
	assert_int_equal(one.width, 7);
	table_slots_settle(&one, 1, TABLE_SHRINK_MS, &since);
	assert_int_equal(one.width, 7);
	table_slot_needs(&one, 5);
	table_slots_settle(&one, 1, 2 * TABLE_SHRINK_MS - 1, &since);
	assert_int_equal(one.width, 7);
	table_slots_settle(&one, 1, 2 * TABLE_SHRINK_MS, &since);
	assert_int_equal(one.width, 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_least_important_columns_go_first),
		cmocka_unit_test(nothing_less_important_takes_a_place),
		cmocka_unit_test(nothing_is_wider_than_the_screen),
		cmocka_unit_test(names_get_what_is_left),
		cmocka_unit_test(columns_can_be_passed_by),
		cmocka_unit_test(columns_grow_at_once_and_shrink_after_a_while),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
