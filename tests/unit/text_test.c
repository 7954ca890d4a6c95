/* SPDX-License-Identifier: GPL-3.0-or-later */
/* base/text and base/utf8: what people read and write. */
#include "unit.h"

#include <locale.h>

#include "penstock/base/text.h"
#include "penstock/base/utf8.h"

static void check_count(double value, const char *expected)
{
	struct str out = STR_INIT;

	text_count(&out, value);
	assert_string_equal(out.bytes, expected);
	str_release(&out);
}

static void counts_have_three_digits(void **state)
{
	(void)state;
	check_count(0, "0");
	check_count(999, "999");
	check_count(1234, "1.23k");
	check_count(12345, "12.3k");
	check_count(999.7, "1.00k");
	check_count(999999, "1.00M");
	check_count(1234567, "1.23M");
}

static void durations_take_haproxy_units(void **state)
{
	int64_t ms;

	(void)state;
	assert_int_equal(text_parse_duration(span_of("1500"), 1, &ms, NULL), 0);
	assert_int_equal(ms, 1500);
	assert_int_equal(text_parse_duration(span_of("2m"), 1, &ms, NULL), 0);
	assert_int_equal(ms, 120000);
	assert_int_equal(text_parse_duration(span_of("99999999999999999999s"), 1, &ms, NULL), -1);
	assert_int_equal(text_parse_duration(span_of("s"), 1, &ms, NULL), -1);
	assert_int_equal(text_parse_duration(span_of("1x"), 1, &ms, NULL), -1);
}

static void globs_match_whole_names(void **state)
{
	(void)state;
	assert_true(text_glob(span_of("live/*"), span_of("live/app1")));
	assert_true(text_glob(span_of("l?ve/app[1-3]"), span_of("live/app2")));
	assert_false(text_glob(span_of("live/app[!2]"), span_of("live/app2")));
	assert_false(text_glob(span_of("live"), span_of("live/app2")));
	assert_true(text_glob(span_of("*a*b*"), span_of("xxaxxbxx")));
	assert_true(text_glob(span_of("a[b"), span_of("a[b")));
}

static void check_sane(const char *bytes, size_t len, const char *expected)
{
	struct str out = STR_INIT;

	utf8_sanitise(&out, span_make(bytes, len), false);
	assert_string_equal(out.bytes, expected);
	str_release(&out);
}

static void nothing_steers_the_terminal(void **state)
{
	(void)state;
	check_sane("a\x1b[31mb", 7, "a\\x1b[31mb");
	check_sane("\xff\xc0\x80", 3, "\\xff\\xc0\\x80");
	check_sane("\xc2\x9b", 2, "\\x9b");
	check_sane("\xe2\x80\xae", 3, "\\u202e");
	check_sane("d\xc3\xa9j\xc3\xa0\n", 7, "d\xc3\xa9j\xc3\xa0\\n");
	check_sane("\xed\xa0\x80", 3, "\\xed\\xa0\\x80");
}

static void padding_counts_columns(void **state)
{
	struct str out = STR_INIT;

	(void)state;
	utf8_pad(&out, span_of("caf\xc3\xa9"), 6, false, NULL);
	assert_string_equal(out.bytes, "caf\xc3\xa9  ");
	str_reset(&out);
	utf8_pad(&out, span_of("abcdef"), 4, true, "\xe2\x80\xa6");
	assert_string_equal(out.bytes, "abc\xe2\x80\xa6");
	str_release(&out);
}

static void quoted_words_read_back(void **state)
{
	struct str out = STR_INIT;

	(void)state;
	text_quote_word(&out, span_of("a b\"c\\"));
	assert_string_equal(out.bytes, "\"a b\\\"c\\\\\"");
	str_reset(&out);
	text_quote_word(&out, span_of(""));
	assert_string_equal(out.bytes, "\"\"");
	str_release(&out);
}

static void only_a_near_name_is_meant(void **state)
{
	struct nearest near = { .wanted = span_of("wieght") };
	struct nearest far = { .wanted = span_of("zzz") };

	(void)state;
	nearest_try(&near, span_of("cookie"));
	nearest_try(&near, span_of("weight"));
	nearest_try(&near, span_of("sigalgs"));
	assert_true(span_is(near.found, "weight"));
	nearest_try(&far, span_of("weight"));
	assert_int_equal(far.found.len, 0);
}

static void parts_are_found_in_spans(void **state)
{
	(void)state;
	assert_true(span_has_prefix(span_of("server"), span_of("serv")));
	assert_true(span_has_prefix(span_of("server"), span_of("")));
	assert_false(span_has_prefix(span_of("serv"), span_of("server")));
	assert_true(span_contains(span_of("aab"), span_of("ab")));
	assert_false(span_contains(span_make("abc", 2), span_of("bc")));
	assert_false(span_contains(span_of("abc"), span_of("")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_have_three_digits),
		cmocka_unit_test(durations_take_haproxy_units),
		cmocka_unit_test(globs_match_whole_names),
		cmocka_unit_test(nothing_steers_the_terminal),
		cmocka_unit_test(padding_counts_columns),
		cmocka_unit_test(quoted_words_read_back),
		cmocka_unit_test(only_a_near_name_is_meant),
		cmocka_unit_test(parts_are_found_in_spans),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
