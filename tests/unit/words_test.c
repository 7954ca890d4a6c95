/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "penstock/command/words.h"

/* "a|b|c" of the next command, or NULL when there is none. */
static const char *next(struct cmd_words *words, const char *text, size_t *offset)
{
	static char joined[256];
	unsigned    line = 1;

	joined[0] = '\0';
	if (cmd_words_next(words, span_of(text), offset, &line, NULL) <= 0)
		return NULL;
	for (size_t i = 0; i < words->list.count; i++)
		snprintf(joined + strlen(joined), sizeof(joined) - strlen(joined), "%s%s",
			 i ? "|" : "", words->list.items[i].text);
	return joined;
}

static void check_first(const char *text, const char *expected)
{
	struct cmd_words words = CMD_WORDS_INIT;
	size_t           offset = 0;
	const char      *got = next(&words, text, &offset);

	if (expected)
		assert_non_null(got), assert_string_equal(got, expected);
	else
		assert_null(got);
	cmd_words_release(&words);
}

static void blanks_separate_words(void **state)
{
	(void)state;
	check_first("  set \t server a/b  ", "set|server|a/b");
}

static void quotes_keep_blanks_and_signs(void **state)
{
	(void)state;
	check_first("a 'b ; # c' \"d \\\" e\" f\\ g", "a|b ; # c|d \" e|f g");
	check_first("a ''", "a|");
}

static void comments_end_a_line(void **state)
{
	(void)state;
	check_first("# only a comment\n", NULL);
	check_first("a b # c ; d", "a|b");
	check_first("a#b", "a#b");
}

static void a_backslash_joins_lines(void **state)
{
	(void)state;
	check_first("a \\\n b", "a|b");
	check_first("a \\\r\n b", "a|b");
}

static void commands_end_at_lines_and_semicolons(void **state)
{
	struct cmd_words words = CMD_WORDS_INIT;
	size_t           offset = 0;

	(void)state;
	assert_string_equal(next(&words, "a 1;b 2\n\nc", &offset), "a|1");
	assert_string_equal(next(&words, "a 1;b 2\n\nc", &offset), "b|2");
	assert_string_equal(next(&words, "a 1;b 2\n\nc", &offset), "c");
	assert_null(next(&words, "a 1;b 2\n\nc", &offset));
	cmd_words_release(&words);
}

static void an_open_quote_is_an_error_with_its_place(void **state)
{
	struct cmd_words words = CMD_WORDS_INIT;
	struct err       err = ERR_INIT;
	size_t           offset = 0;
	unsigned         line = 1;

	(void)state;
	assert_int_equal(cmd_words_next(&words, span_of("\nset 'x"), &offset, &line, &err), -1);
	assert_int_equal(err.code, ERR_PARSE);
	assert_int_equal(err.line, 2);
	assert_int_equal(err.column, 6);
	cmd_words_release(&words);
	err_release(&err);
}

static void words_know_where_they_stand(void **state)
{
	struct cmd_words words = CMD_WORDS_INIT;
	size_t           offset = 0;

	(void)state;
	next(&words, "map global 'g s' view servers # go there", &offset);
	assert_int_equal(words.list.items[2].at, 11);
	assert_int_equal(words.list.items[2].end, 16);
	assert_true(words.list.items[2].quoted);
	assert_true(span_is(cmd_words_source(&words, 3), "view servers"));
	assert_true(span_is(words.comment, "go there"));
	cmd_words_release(&words);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blanks_separate_words),
		cmocka_unit_test(quotes_keep_blanks_and_signs),
		cmocka_unit_test(comments_end_a_line),
		cmocka_unit_test(a_backslash_joins_lines),
		cmocka_unit_test(commands_end_at_lines_and_semicolons),
		cmocka_unit_test(an_open_quote_is_an_error_with_its_place),
		cmocka_unit_test(words_know_where_they_stand),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
