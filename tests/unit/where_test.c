/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "penstock/command/where.h"

/* A row that is "name=value;name=value". */
static struct span value_in(struct span name, void *row)
{
	struct span rest = span_of(row), pair, key;

	while (span_split(&rest, ';', &pair))
		if (span_split(&pair, '=', &key) && span_equal(key, name))
			return pair.at ? pair : span_make("", 0);
	return span_make("", 0);
}

static bool holds(const char *condition, const char *row)
{
	struct err    err = ERR_INIT;
	struct where *where = where_parse(span_of(condition), &err);
	bool          result;

	if (!where)
		fail_msg("'%s': %s", condition, err.text.bytes);
	result = where_holds(where, value_in, (void *)row);
	where_free(where);
	err_release(&err);
	return result;
}

static void numbers_compare_as_numbers(void **state)
{
	(void)state;
	assert_true(holds("scur>9", "scur=10"));
	assert_false(holds("scur>10", "scur=10"));
	assert_true(holds("scur >= 10", "scur=10"));
	assert_true(holds("scur=10.0", "scur=10"));
	assert_false(holds("scur>0", "scur="));
	assert_true(holds("lastsess=-1", "lastsess=-1"));
}

static void a_state_matches_by_its_first_word(void **state)
{
	(void)state;
	assert_true(holds("status=UP", "status=UP 1/3"));
	assert_true(holds("status=MAINT", "status=MAINT (via be/s1)"));
	assert_false(holds("status=UP", "status=DOWN"));
	assert_true(holds("status!=UP", "status=DOWN"));
	assert_true(holds("status=M*", "status=MAINT"));
	assert_true(holds("status='no check'", "status=no check"));
}

static void patterns_are_regular_expressions(void **state)
{
	(void)state;
	assert_true(holds("pxname~^(web|api)$", "pxname=api"));
	assert_true(holds("pxname!~^web", "pxname=api"));
}

static void and_binds_closer_than_or(void **state)
{
	(void)state;
	assert_true(holds("a=1 | b=1 & c=1", "a=1;b=0;c=0"));
	assert_false(holds("(a=1 | b=1) & c=1", "a=1;b=0;c=0"));
	assert_true(holds("a=1 and not b=1 or c=1", "a=1;b=0"));
	assert_true(holds("!(a=1)", "a=2"));
	assert_true(holds("((a=1))", "a=1"));
}

static void a_lone_name_means_neither_empty_nor_zero(void **state)
{
	(void)state;
	assert_true(holds("qcur", "qcur=3"));
	assert_false(holds("qcur", "qcur=0"));
	assert_false(holds("qcur", "qcur="));
}

static void nonsense_is_refused_with_its_place(void **state)
{
	static const char *const texts[] = { "", "a=", "(a=1", "a=1 b=2", "a~(", "=1", "a=1 &" };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct err    err = ERR_INIT;
		struct where *where = where_parse(span_of(texts[i]), &err);

		if (where)
			fail_msg("'%s' was accepted", texts[i]);
		assert_int_equal(err.code, ERR_PARSE);
		assert_true(err.column > 0);
		err_release(&err);
	}
}

static void deep_nesting_is_refused(void **state)
{
	char       text[5000];
	struct err err = ERR_INIT;

	(void)state;
	memset(text, '(', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_null(where_parse(span_of(text), &err));
	memset(text, '!', sizeof(text) - 1);
	assert_null(where_parse(span_of(text), &err));
	err_release(&err);
}

static bool only_scur(struct span name, void *data)
{
	(void)data;
	return span_is(name, "scur");
}

static void unknown_columns_are_named(void **state)
{
	struct err    err = ERR_INIT;
	struct where *where = where_parse(span_of("scur=1 & nonsense=2"), NULL);

	(void)state;
	assert_int_equal(where_check(where, only_scur, NULL, &err), -1);
	assert_non_null(strstr(err.text.bytes, "'nonsense'"));
	where_free(where);
	err_release(&err);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_compare_as_numbers),
		cmocka_unit_test(a_state_matches_by_its_first_word),
		cmocka_unit_test(patterns_are_regular_expressions),
		cmocka_unit_test(and_binds_closer_than_or),
		cmocka_unit_test(a_lone_name_means_neither_empty_nor_zero),
		cmocka_unit_test(nonsense_is_refused_with_its_place),
		cmocka_unit_test(deep_nesting_is_refused),
		cmocka_unit_test(unknown_columns_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
