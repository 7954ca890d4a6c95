/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "penstock/base/mem.h"
#include "penstock/config/condition.h"
#include "penstock/config/keyword.h"

static enum truth variable(void *data, struct span name, struct span *value)
{
	(void)data;
	*value = span_of("1");
	return span_is(name, "SET") ? TRUTH_TRUE
	     : span_is(name, "UNSET") ? TRUTH_FALSE : TRUTH_UNKNOWN;
}

static enum truth eval_on(unsigned version, const char *text, const char **why)
{
	struct arena                 arena = ARENA_INIT;
	const struct surroundings    surroundings = { .version = version,
						      .features = span_of("+OPENSSL -QUIC") };
	const struct condition_facts facts = { .surroundings = &surroundings,
					       .variable = variable, .arena = &arena };
	enum truth                   truth = condition_eval(span_of(text), &facts, why);

	arena_release(&arena);
	return truth;
}

static enum truth eval(const char *text)
{
	const char *why;

	return eval_on(VERSION_POINT(2, 6, 12), text, &why);
}

static void predicates_are_decided(void **state)
{
	(void)state;
	assert_int_equal(eval("defined(SET)"), TRUTH_TRUE);
	assert_int_equal(eval("defined(UNSET)"), TRUTH_FALSE);
	assert_int_equal(eval("feature(OPENSSL)"), TRUTH_TRUE);
	assert_int_equal(eval("feature(QUIC)"), TRUTH_FALSE);
	assert_int_equal(eval("feature(OPEN)"), TRUTH_FALSE);
	assert_int_equal(eval("streq(a,a)"), TRUTH_TRUE);
	assert_int_equal(eval("strneq(a,a)"), TRUTH_FALSE);
	assert_int_equal(eval("strstr(abc,bc)"), TRUTH_TRUE);
	assert_int_equal(eval("version_atleast(2.6.12)"), TRUTH_TRUE);
	assert_int_equal(eval("version_atleast(2.6.13)"), TRUTH_FALSE);
	assert_int_equal(eval("version_before(2.10)"), TRUTH_TRUE);
	assert_int_equal(eval("0"), TRUTH_FALSE);
	assert_int_equal(eval("2"), TRUTH_TRUE);
	assert_int_equal(eval(""), TRUTH_FALSE);
}

static void and_binds_tighter_than_or(void **state)
{
	(void)state;
	assert_int_equal(eval("1 || 0 && 0"), TRUTH_TRUE);
	assert_int_equal(eval("(1 || 0) && 0"), TRUTH_FALSE);
	assert_int_equal(eval("!0 && !defined(UNSET)"), TRUTH_TRUE);
	assert_int_equal(eval("!(1 && 1)"), TRUTH_FALSE);
}

static void what_is_not_known_stays_so_unless_it_does_not_matter(void **state)
{
	const char *why;

	(void)state;
	assert_int_equal(eval_on(0, "version_atleast(2.4)", &why), TRUTH_UNKNOWN);
	assert_string_equal(why, "the version of HAProxy is not known");
	assert_int_equal(eval("defined(OTHER) || 1"), TRUTH_TRUE);
	assert_int_equal(eval("defined(OTHER) && 0"), TRUTH_FALSE);
	assert_int_equal(eval("!defined(OTHER)"), TRUTH_UNKNOWN);
}

static void nonsense_is_not_known(void **state)
{
	static const char *const texts[] = {
		"nothing(x)", "streq(a)", "(1", "1 1", "1 &&", "defined(", "!", ")",
	};

	(void)state;
	for (size_t i = 0; i < N(texts); i++)
		assert_int_equal(eval(texts[i]), TRUTH_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(predicates_are_decided),
		cmocka_unit_test(and_binds_tighter_than_or),
		cmocka_unit_test(what_is_not_known_stays_so_unless_it_does_not_matter),
		cmocka_unit_test(nonsense_is_not_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
