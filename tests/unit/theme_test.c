/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <locale.h>

#include "penstock/base/utf8.h"
#include "penstock/ui/theme.h"

enum { AUTO, ON, OFF };

static void colours_go_by_option_then_no_color_then_terminal(void **state)
{
	(void)state;
	assert_true(theme_wants_colour(AUTO, NULL, true));
	assert_true(theme_wants_colour(AUTO, "", true));
	assert_false(theme_wants_colour(AUTO, "1", true));
	assert_false(theme_wants_colour(AUTO, NULL, false));
	assert_true(theme_wants_colour(ON, "1", true));
	assert_false(theme_wants_colour(ON, NULL, false));
	assert_false(theme_wants_colour(OFF, NULL, true));
}

static void ascii_goes_by_option_and_locale(void **state)
{
	(void)state;
	assert_false(theme_wants_ascii(AUTO, "UTF-8"));
	assert_true(theme_wants_ascii(AUTO, "ANSI_X3.4-1968"));
	assert_true(theme_wants_ascii(ON, "UTF-8"));
	assert_true(theme_wants_ascii(OFF, "ISO-8859-1"));
}

static void assert_text(bool ascii, const char *text, const char *expected)
{
	struct theme theme = { .ascii = ascii };
	struct str   out = STR_INIT;

	theme_text(&theme, span_of(text), &out);
	assert_string_equal(out.bytes, expected);
	str_release(&out);
}

static void nothing_raw_reaches_the_terminal(void **state)
{
	(void)state;
	assert_text(false, "app\033[31m1", "app\\x1b[31m1");
	assert_text(true, "app\033[31m1", "app\\x1b[31m1");
	assert_text(false, "caf\xff", "caf\\xff");
	assert_text(false, "a\tb\n", "a\\tb\\n");
	assert_text(false, "\u202eevil", "\\u202eevil");
}

static void signs_have_a_likeness_in_ascii(void **state)
{
	(void)state;
	assert_text(true, "Servers › live …", "Servers > live .");
	assert_text(true, "▁▃▇ ■··", ".-% #..");
	assert_text(false, "Servers › live …", "Servers › live …");
}

/* Tables must not shift when names cannot be shown. */
static void other_characters_keep_their_width(void **state)
{
	struct theme theme = { .ascii = true };
	struct str   out = STR_INIT;
	size_t       width = utf8_width(span_of("日本é"));

	(void)state;
	theme_text(&theme, span_of("日本é"), &out);
	assert_int_equal(out.len, width);
	assert_int_equal(strspn(out.bytes, "?"), out.len);
	str_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(colours_go_by_option_then_no_color_then_terminal),
		cmocka_unit_test(ascii_goes_by_option_and_locale),
		cmocka_unit_test(nothing_raw_reaches_the_terminal),
		cmocka_unit_test(signs_have_a_likeness_in_ascii),
		cmocka_unit_test(other_characters_keep_their_width),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
