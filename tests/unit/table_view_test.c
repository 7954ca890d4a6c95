/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "penstock/base/mem.h"
#include "penstock/ui/table_view.h"

/* A process that needs no HAProxy: pictures are given to it. */
static struct process  process;
static struct process *processes[] = { &process };
static struct table_view view;
static int64_t           clock_ms;

static void give_picture(const char *rows)
{
	struct str bytes = STR_INIT;

	sample_release(&process.before);
	process.before = process.now;
	str_addf(&bytes, "# pxname,svname,scur,type,status,weight,\n%s", rows);
	assert_int_equal(sample_parse(&process.now, &bytes, clock_ms += 1000, NULL), 0);
	process.client.exchanges++;
	table_view_update(&view, processes, 1);
}

static const char four[] = "live,app1,5,2,UP,100,\n"
			   "live,app2,9,2,DOWN,100,\n"
			   "live,app3,7,2,UP,100,\n"
			   "images,img1,1,2,MAINT,1,\n";

static int set_up(void **state)
{
	(void)state;
	memset(&process, 0, sizeof(process));
	process.now = process.before = (struct sample)SAMPLE_INIT;
	table_view_init(&view, table_find(span_of("servers")));
	view.height = 3;
	give_picture(four);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	table_view_release(&view);
	sample_release(&process.now);
	sample_release(&process.before);
	return 0;
}

static void update(void)
{
	table_view_update(&view, processes, 1);
}

static void assert_targets(const char *expected)
{
	struct str targets = STR_INIT;

	assert_int_equal(table_view_targets(&view, &targets), *expected != '\0');
	assert_string_equal(targets.bytes, expected);
	str_release(&targets);
}

static void filter(const char *text)
{
	assert_int_equal(table_view_filter(&view, processes, 1, span_of(text), NULL), 0);
	update();
}

static void the_cursor_moves_and_stops_at_the_ends(void **state)
{
	(void)state;
	assert_targets("live/app1");
	table_view_move(&view, MOVE_UP);
	assert_targets("live/app1");
	table_view_move(&view, MOVE_END);
	assert_targets("images/img1");
	table_view_move(&view, MOVE_DOWN);
	assert_targets("images/img1");
	table_view_move(&view, MOVE_PAGE_UP);
	assert_targets("live/app2");
}

static void the_cursor_stays_with_its_row(void **state)
{
	(void)state;
	table_view_move(&view, MOVE_DOWN);
	give_picture("live,app0,0,2,UP,1,\nlive,app1,5,2,UP,100,\nlive,app2,9,2,UP,100,\n");
	assert_targets("live/app2");
	assert_int_equal(view.cursor, 2);
	assert_int_equal(table_view_sort(&view, processes, 1, span_of("-scur"), NULL), 0);
	update();
	assert_targets("live/app2");
	assert_int_equal(view.cursor, 0);
}

static void a_neighbour_gets_the_cursor_of_a_row_that_went(void **state)
{
	(void)state;
	table_view_move(&view, MOVE_DOWN);
	give_picture("live,app1,5,2,UP,100,\nlive,app3,7,2,UP,100,\n");
	assert_targets("live/app3");
	give_picture("live,app1,5,2,UP,100,\nlive,app2,9,2,UP,1,\nlive,app3,7,2,UP,100,\n");
	assert_targets("live/app3");
	table_view_move(&view, MOVE_END);
	give_picture("live,app1,5,2,UP,100,\nlive,app2,9,2,UP,1,\n");
	assert_targets("live/app2");
}

/* What a key acts on is what can be seen. */
static void a_row_that_the_filter_hides_is_no_target(void **state)
{
	(void)state;
	filter("img");
	assert_targets("images/img1");
	filter("nothing");
	assert_targets("");
}

static void filters_are_parts_of_names_or_conditions(void **state)
{
	(void)state;
	filter("APP");
	assert_int_equal(view.table.rows.count, 3);
	filter("!app");
	assert_int_equal(view.table.rows.count, 1);
	filter("live/app2");
	assert_int_equal(view.table.rows.count, 1);
	filter("status=UP & scur>5");
	assert_int_equal(view.table.rows.count, 1);
	assert_targets("live/app3");
	filter("");
	assert_int_equal(view.table.rows.count, 4);
}

static void a_condition_that_is_not_whole_changes_nothing(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	filter("status=DOWN");
	assert_int_equal(table_view_filter(&view, processes, 1, span_of("status=DOWN & "), &err),
			 -1);
	assert_true(err.text.len > 0);
	assert_int_equal(table_view_filter(&view, processes, 1, span_of("nosuch=1"), &err), -1);
	update();
	assert_int_equal(view.table.rows.count, 1);
	err_release(&err);
}

static void a_scope_shows_one_proxy(void **state)
{
	(void)state;
	table_view_move(&view, MOVE_DOWN);
	table_view_scope(&view, span_of("images"));
	update();
	assert_int_equal(view.table.rows.count, 1);
	assert_targets("images/img1");
	table_view_scope(&view, span_of(""));
	update();
	assert_targets("live/app1");
}

static void marked_rows_are_the_targets_wherever_they_go(void **state)
{
	(void)state;
	table_view_mark(&view);
	table_view_move(&view, MOVE_DOWN);
	table_view_mark(&view);
	assert_targets("live/app1 live/app3");
	assert_int_equal(table_view_sort(&view, processes, 1, span_of("scur"), NULL), 0);
	update();
	assert_targets("live/app1 live/app3");
	table_view_unmark_all(&view);
	assert_targets("images/img1");
}

static void sorting_goes_through_the_columns_that_are_shown(void **state)
{
	(void)state;
	for (size_t i = 0; i < view.slots.count; i++)
		view.slots.items[i].shown = i < 3 ? 8 : 0;
	table_view_sort_next(&view);
	assert_string_equal(view.sort.bytes, view.slots.items[0].column.name);
	table_view_sort_next(&view);
	table_view_sort_next(&view);
	assert_string_equal(view.sort.bytes, view.slots.items[2].column.name);
	table_view_sort_next(&view);
	assert_string_equal(view.sort.bytes, "");
}

static void unknown_columns_are_refused(void **state)
{
	(void)state;
	assert_int_equal(table_view_sort(&view, processes, 1, span_of("-nosuch"), NULL), -1);
	assert_int_equal(table_view_columns(&view, processes, 1, span_of("svname,nosuch"), NULL),
			 -1);
	assert_int_equal(table_view_columns(&view, processes, 1, span_of("svname,scur"), NULL), 0);
	update();
	assert_int_equal(view.slots.count, 2);
}

static void states_have_styles_by_their_first_word(void **state)
{
	(void)state;
	assert_int_equal(table_view_state_style(span_of("UP 1/3")), STYLE_GOOD);
	assert_int_equal(table_view_state_style(span_of("DOWN")), STYLE_BAD);
	assert_int_equal(table_view_state_style(span_of("MAINT (via be/s3)")), STYLE_WARN);
	assert_int_equal(table_view_state_style(span_of("no check")), STYLE_TEXT);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_cursor_moves_and_stops_at_the_ends),
		TEST(the_cursor_stays_with_its_row),
		TEST(a_neighbour_gets_the_cursor_of_a_row_that_went),
		TEST(a_row_that_the_filter_hides_is_no_target),
		TEST(filters_are_parts_of_names_or_conditions),
		TEST(a_condition_that_is_not_whole_changes_nothing),
		TEST(a_scope_shows_one_proxy),
		TEST(marked_rows_are_the_targets_wherever_they_go),
		TEST(sorting_goes_through_the_columns_that_are_shown),
		TEST(unknown_columns_are_refused),
		TEST(states_have_styles_by_their_first_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
