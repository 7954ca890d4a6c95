/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "penstock/command/option.h"

static int set(struct options *options, const char *name, const char *value, struct err *err)
{
	return options_set(options, span_of(name), span_of(value), err);
}

static void defaults_are_their_values(void **state)
{
	struct options options;

	(void)state;
	options_init(&options);
	assert_int_equal(options.numbers[OPT_INTERVAL], 1000);
	assert_int_equal(options.numbers[OPT_COLOUR], 0);
	assert_string_equal(options.values[OPT_RELOAD_COMMAND].bytes, "");
	options_release(&options);
}

static void values_are_checked_by_type_and_range(void **state)
{
	struct options options;

	(void)state;
	options_init(&options);
	assert_int_equal(set(&options, "interval", "500ms", NULL), 0);
	assert_int_equal(options.numbers[OPT_INTERVAL], 500);
	assert_int_equal(set(&options, "interval", "1ms", NULL), -1);
	assert_int_equal(set(&options, "interval", "soon", NULL), -1);
	assert_int_equal(set(&options, "colour", "off", NULL), 0);
	assert_int_equal(options.numbers[OPT_COLOUR], 2);
	assert_int_equal(set(&options, "colour", "pink", NULL), -1);
	assert_int_equal(options.numbers[OPT_INTERVAL], 500);
	options_release(&options);
}

static void an_unknown_option_names_the_nearest(void **state)
{
	struct options options;
	struct err     err = ERR_INIT;

	(void)state;
	options_init(&options);
	assert_int_equal(set(&options, "intervall", "1s", &err), -1);
	assert_non_null(strstr(err.text.bytes, "'interval'"));
	err_release(&err);
	options_release(&options);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults_are_their_values),
		cmocka_unit_test(values_are_checked_by_type_and_range),
		cmocka_unit_test(an_unknown_option_names_the_nearest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
