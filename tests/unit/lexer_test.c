/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words of a configuration line, by HAProxy's own rules. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "penstock/base/mem.h"
#include "penstock/config/lexer.h"

/* A line and what HAProxy makes of it: the texts of its words with | between. */
struct lexer_case {
	const char     *line;
	const char     *words;
	enum lex_fault  fault;
};

static void assert_words(const struct lexer_case *c)
{
	struct words words = WORDS_INIT;
	struct str   joined = STR_INIT;

	words_split(&words, span_of(c->line));
	for (size_t i = 0; i < words.count; i++) {
		str_add_text(&joined, i ? "|" : "");
		str_add_span(&joined, words_text(&words, i));
	}
	if (strcmp(joined.bytes, c->words) != 0 || words.fault != c->fault)
		fail_msg("%s: got %s, fault %d", c->line, joined.bytes, words.fault);
	str_release(&joined);
	words_release(&words);
}

static void assert_all(const struct lexer_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++)
		assert_words(&cases[i]);
}

static void blanks_separate_words(void **state)
{
	static const struct lexer_case cases[] = {
		{ "a b\n", "a|b", LEX_OK },
		{ "\t a \t b \n", "a|b", LEX_OK },
		{ "a", "a", LEX_OK },
		{ "a b\r\n", "a|b", LEX_OK },
		{ "\n", "", LEX_OK },
		{ "", "", LEX_OK },
		{ " \t \n", "", LEX_OK },
	};

	(void)state;
	assert_all(cases, N(cases));
}

static void quotes_keep_blanks(void **state)
{
	static const struct lexer_case cases[] = {
		{ "a 'b c' d\n", "a|b c|d", LEX_OK },
		{ "a \"b c\" d\n", "a|b c|d", LEX_OK },
		{ "a b'c d'e\n", "a|bc de", LEX_OK },
		{ "a \"\" b\n", "a||b", LEX_OK },
		{ "a ''\n", "a|", LEX_OK },
		{ "a \"it's\" 'say \"x\"'\n", "a|it's|say \"x\"", LEX_OK },
		{ "a '\\n' \"\\\"\"\n", "a|\\n|\"", LEX_OK },
	};

	(void)state;
	assert_all(cases, N(cases));
}

static void backslash_escapes(void **state)
{
	static const struct lexer_case cases[] = {
		{ "a\\ b c\n", "a b|c", LEX_OK },
		{ "a \\# b\n", "a|#|b", LEX_OK },
		{ "\\x41\\x2f\n", "A/", LEX_OK },
		{ "a\\tb\n", "a\tb", LEX_OK },
		{ "a \\\\ b\n", "a|\\|b", LEX_OK },
		{ "path_reg ^/a\\.b\n", "path_reg|^/a\\.b", LEX_OK },
		{ "\\xzz\n", "\\xzz", LEX_BAD_ESCAPE },
		{ "end\\\n", "end\\", LEX_BAD_ESCAPE },
	};

	(void)state;
	assert_all(cases, N(cases));
}

static void a_hash_starts_a_comment_even_inside_a_word(void **state)
{
	static const struct lexer_case cases[] = {
		{ "a # b\n", "a", LEX_OK },
		{ "a#b c\n", "a", LEX_OK },
		{ "# all\n", "", LEX_OK },
		{ "a '#' \"#\"\n", "a|#|#", LEX_OK },
	};

	(void)state;
	assert_all(cases, N(cases));
}

static void an_unmatched_quote_is_told_and_its_text_kept(void **state)
{
	struct words words = WORDS_INIT;

	(void)state;
	words_split(&words, span_of("acl x 'open # here\n"));
	assert_int_equal(words.fault, LEX_UNMATCHED_QUOTE);
	assert_int_equal(words.fault_at, 6);
	assert_int_equal(words.count, 3);
	assert_true(words_is(&words, 2, "open # here"));
	words_release(&words);
}

static void a_nul_is_told_and_kept(void **state)
{
	struct words words = WORDS_INIT;

	(void)state;
	words_split(&words, span_make("a 'b\0c' d\n", 10));
	assert_int_equal(words.fault, LEX_NUL);
	assert_int_equal(words.count, 3);
	assert_int_equal(words_text(&words, 1).len, 3);
	words_release(&words);
}

static void variables_are_left_as_they_are_and_marked(void **state)
{
	struct words words = WORDS_INIT;

	(void)state;
	words_split(&words, span_of("bind \"$ADDRESS:80\" '$NOT' \"\\$NOT\"\n"));
	assert_int_equal(words.count, 4);
	assert_true(words.items[1].varies);
	assert_true(words_is(&words, 1, "$ADDRESS:80"));
	assert_false(words.items[2].varies);
	assert_false(words.items[3].varies);
	assert_true(words_is(&words, 3, "$NOT"));
	words_release(&words);
}

static void indent_comment_and_ending_are_found(void **state)
{
	struct words words = WORDS_INIT;
	const char  *line = "\t  server a b  # why \r\n";

	(void)state;
	words_split(&words, span_of(line));
	assert_true(span_is(words.indent, "\t  "));
	assert_true(span_is(words.comment, "# why "));
	assert_true(span_is(words.ending, "\r\n"));
	words_split(&words, span_of("bare"));
	assert_int_equal(words.indent.len, 0);
	assert_int_equal(words.comment.len, 0);
	assert_int_equal(words.ending.len, 0);
	words_release(&words);
}

static void raw_words_stand_where_the_line_has_them(void **state)
{
	struct words words = WORDS_INIT;
	const char  *line = "server  'a b'   10.0.0.1:80 \n";

	(void)state;
	words_split(&words, span_of(line));
	assert_int_equal(words.count, 3);
	assert_true(span_is(words.items[1].raw, "'a b'"));
	assert_ptr_equal(words.items[1].raw.at, line + 8);
	assert_true(span_is(words_raw_range(&words, 1, 2), "'a b'   10.0.0.1:80"));
	assert_true(span_is(words_raw_range(&words, 1, 99), "'a b'   10.0.0.1:80"));
	assert_int_equal(words_raw_range(&words, 3, 4).len, 0);
	words_release(&words);
}

static void the_fast_looks_at_a_line_agree_with_the_whole_one(void **state)
{
	static const char *const lines[] = {
		"", "\n", "\r\n", " \t\n", "# c\n", "  # c", "a", "a b", "  a#b\n", "\va\n",
	};
	struct words words = WORDS_INIT;

	(void)state;
	for (size_t i = 0; i < N(lines); i++) {
		struct span line = span_of(lines[i]);

		words_split(&words, line);
		assert_int_equal(line_is_blank(line), !words.count && !words.comment.len);
		assert_int_equal(line_is_comment(line), !words.count && words.comment.len);
		assert_true(span_equal(line_first_word(line), words_text(&words, 0)));
	}
	words_release(&words);
}

static void what_is_quoted_is_read_back_as_one_word(void **state)
{
	static const char *const texts[] = {
		"plain", "", "two words", "it's", "say \"x\"", "back\\slash", "#no comment",
		"$HOME", "${HOME}", "a $HOME b", "tab\there", "line\nend", "\r",
		"a\\n", "\\", "'", "\"", "%[src]",
		"caf\xc3\xa9", "\xff\xfe", "\x01\x7f",
	};
	struct words words = WORDS_INIT;
	struct str   line = STR_INIT;

	(void)state;
	for (size_t i = 0; i < N(texts); i++) {
		str_set(&line, "x ");
		word_quote(&line, span_of(texts[i]));
		str_add_text(&line, " y\n");
		words_split(&words, str_span(&line));
		assert_int_equal(words.fault, LEX_OK);
		assert_int_equal(words.count, 3);
		assert_false(words.items[1].varies);
		if (!words_is(&words, 1, texts[i]))
			fail_msg("'%s' quoted as %s", texts[i], line.bytes);
	}
	str_release(&line);
	words_release(&words);
}

static void only_what_needs_it_is_quoted(void **state)
{
	struct str out = STR_INIT;

	(void)state;
	word_quote(&out, span_of("^/article/[^/]*$"));
	assert_string_equal(out.bytes, "^/article/[^/]*$");
	str_release(&out);
}

/* One line that is a word of 1 MB, and one of half a million words. */
static void long_lines_cost_no_more_than_their_length(void **state)
{
	struct words words = WORDS_INIT;
	struct str   line = STR_INIT;

	(void)state;
	str_add_char(&line, '"');
	str_add_repeat(&line, 'x', 1 << 20);
	str_add_text(&line, "\"\n");
	words_split(&words, str_span(&line));
	assert_int_equal(words.count, 1);
	assert_int_equal(words_text(&words, 0).len, 1 << 20);
	str_reset(&line);
	for (int i = 0; i < 1 << 19; i++)
		str_add_text(&line, "a ");
	words_split(&words, str_span(&line));
	assert_int_equal(words.count, 1 << 19);
	words_release(&words);
	str_release(&line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blanks_separate_words),
		cmocka_unit_test(quotes_keep_blanks),
		cmocka_unit_test(backslash_escapes),
		cmocka_unit_test(a_hash_starts_a_comment_even_inside_a_word),
		cmocka_unit_test(an_unmatched_quote_is_told_and_its_text_kept),
		cmocka_unit_test(a_nul_is_told_and_kept),
		cmocka_unit_test(variables_are_left_as_they_are_and_marked),
		cmocka_unit_test(indent_comment_and_ending_are_found),
		cmocka_unit_test(raw_words_stand_where_the_line_has_them),
		cmocka_unit_test(the_fast_looks_at_a_line_agree_with_the_whole_one),
		cmocka_unit_test(what_is_quoted_is_read_back_as_one_word),
		cmocka_unit_test(only_what_needs_it_is_quoted),
		cmocka_unit_test(long_lines_cost_no_more_than_their_length),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
