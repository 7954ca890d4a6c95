/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "penstock/ui/vitals.h"

static struct process process;
static struct vitals  vitals;

static int set_up(void **state)
{
	(void)state;
	memset(&process, 0, sizeof(process));
	memset(&vitals, 0, sizeof(vitals));
	str_init(&process.info);
	process.pid = 100;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	str_release(&process.info);
	return 0;
}

static void say(int64_t at_ms, long requests)
{
	str_reset(&process.info);
	str_addf(&process.info, "CumReq: %ld\n", requests);
	process.refreshed_ms = at_ms;
	vitals_note(&vitals, &process);
}

static void assert_rate(double expected)
{
	double rate;

	assert_true(vitals_rate(&vitals, VITAL_REQUESTS, 0, &rate));
	assert_true(rate > expected - 0.01 && rate < expected + 0.01);
}

static void one_picture_has_no_rate(void **state)
{
	double rate;

	(void)state;
	assert_false(vitals_rate(&vitals, VITAL_REQUESTS, 0, &rate));
	say(1000, 50);
	assert_false(vitals_rate(&vitals, VITAL_REQUESTS, 0, &rate));
}

static void rates_are_growth_per_second(void **state)
{
	(void)state;
	say(1000, 50);
	say(3000, 250);
	assert_rate(100);
}

/* The one that follows a command at once would show a spike. */
static void pictures_that_are_too_close_are_passed_over(void **state)
{
	(void)state;
	say(1000, 0);
	say(2000, 10);
	say(2010, 20);
	assert_rate(10);
	say(3000, 30);
	assert_rate(20);
}

static void another_process_begins_anew(void **state)
{
	double rate;

	(void)state;
	say(1000, 1000);
	say(2000, 2000);
	process.pid = 101;
	say(3000, 5);
	assert_false(vitals_rate(&vitals, VITAL_REQUESTS, 0, &rate));
	say(4000, 10);
	assert_rate(5);
}

static void counters_that_go_back_are_no_rate(void **state)
{
	(void)state;
	say(1000, 1000);
	say(2000, 3);
	assert_rate(0);
}

static void sparks_are_scaled_to_the_highest(void **state)
{
	struct str spark = STR_INIT;

	(void)state;
	say(1000, 0);
	say(2000, 10);
	say(3000, 10);
	say(4000, 15);
	vitals_spark(&vitals, VITAL_REQUESTS, 5, &spark);
	assert_string_equal(spark.bytes, "  ▇▁▄");
	str_release(&spark);
}

static void assert_bar(double value, double limit, const char *expected)
{
	struct str bar = STR_INIT;

	vitals_bar(value, limit, 4, &bar);
	assert_string_equal(bar.bytes, expected);
	str_release(&bar);
}

static void bars_are_filled_by_their_share(void **state)
{
	(void)state;
	assert_bar(0, 100, "····");
	assert_bar(1, 100, "■···");
	assert_bar(50, 100, "■■··");
	assert_bar(200, 100, "■■■■");
	assert_bar(0, 0, "····");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(one_picture_has_no_rate),
		TEST(rates_are_growth_per_second),
		TEST(pictures_that_are_too_close_are_passed_over),
		TEST(another_process_begins_anew),
		TEST(counters_that_go_back_are_no_rate),
		TEST(sparks_are_scaled_to_the_highest),
		TEST(bars_are_filled_by_their_share),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
