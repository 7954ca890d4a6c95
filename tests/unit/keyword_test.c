/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of HAProxy's keywords: sorted, complete rows, found by name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "corpus.h"
#include "penstock/base/mem.h"
#include "penstock/config/keyword.h"

static const struct keyword_def *find(const char *first, const char *second)
{
	return keyword_find(span_of(first), span_of(second));
}

static const struct server_keyword_def *find_server(const char *name)
{
	return server_keyword_find(span_of(name));
}

static void check_summary(const char *name, const char *summary)
{
	size_t len = summary ? strlen(summary) : 0;

	if (!len || summary[len - 1] == '.')
		fail_msg("'%s' has no good summary: '%s'", name, summary ? summary : "");
}

static void check_order(const char *before, const char *name)
{
	if (before && strcmp(before, name) >= 0)
		fail_msg("'%s' stands behind '%s'", name, before);
}

static void keyword_rows_are_sorted_and_unique(void **state)
{
	(void)state;
	for (size_t i = 1; i < keyword_table_count; i++)
		check_order(keyword_table[i - 1].name, keyword_table[i].name);
}

static void keyword_rows_are_complete(void **state)
{
	(void)state;
	for (size_t i = 0; i < keyword_table_count; i++) {
		const struct keyword_def *def = &keyword_table[i];

		check_summary(def->name, def->summary);
		assert_non_null(def->synopsis);
		assert_int_not_equal(def->sections, 0);
	}
}

static void keyword_rows_of_two_words_are_pairs_and_no_others(void **state)
{
	(void)state;
	for (size_t i = 0; i < keyword_table_count; i++) {
		const struct keyword_def *def = &keyword_table[i];
		const char               *blank = strchr(def->name, ' ');

		if ((blank != NULL) != ((def->flags & KEYWORD_PAIR) != 0) ||
		    (blank && strchr(blank + 1, ' ')))
			fail_msg("'%s' is no pair of words", def->name);
	}
}

static void every_keyword_is_found_by_its_own_words(void **state)
{
	(void)state;
	for (size_t i = 0; i < keyword_table_count; i++) {
		struct span rest = span_of(keyword_table[i].name), first, second = { "", 0 };

		span_split(&rest, ' ', &first);
		if (rest.at)
			second = rest;
		assert_ptr_equal(keyword_find(first, second), &keyword_table[i]);
	}
}

static void a_keyword_is_found_whatever_follows_it(void **state)
{
	(void)state;
	assert_string_equal(find("balance", "roundrobin")->name, "balance");
	assert_string_equal(find("timeout", "server")->name, "timeout server");
	assert_string_equal(find("external-check", "command")->name, "external-check command");
	assert_string_equal(find("external-check", "")->name, "external-check");
	assert_string_equal(find("http-check", "set-var(txn.a)")->name, "http-check set-var");
	assert_string_equal(find("persist", "rdp-cookie(x)")->name, "persist rdp-cookie");
}

static void what_haproxy_does_not_know_has_no_row(void **state)
{
	(void)state;
	assert_null(find("", ""));
	assert_null(find("option", "nonsense"));
	assert_null(find("timeout", ""));
	assert_null(find("balanc", ""));
	assert_null(find("balancer", ""));
	assert_null(keyword_find(span_make("bal\0nce", 7), span_make("", 0)));
}

static void a_word_longer_than_any_keyword_has_no_row(void **state)
{
	char long_word[400];

	(void)state;
	memset(long_word, 'x', sizeof(long_word));
	assert_null(keyword_find(span_make(long_word, sizeof(long_word)), span_of("x")));
	assert_null(keyword_find(span_of("option"), span_make(long_word, sizeof(long_word))));
}

static void references_are_known(void **state)
{
	(void)state;
	assert_int_equal(find("use_backend", "x")->refers, SECTION_BACKEND | SECTION_LISTEN);
	assert_int_equal(find("default_backend", "x")->refers, SECTION_BACKEND | SECTION_LISTEN);
	assert_int_equal(find("errorfiles", "x")->refers, SECTION_HTTP_ERRORS);
	assert_int_equal(find("use-fcgi-app", "x")->refers, SECTION_FCGI_APP);
	assert_int_equal(find("email-alert", "mailers")->refers, SECTION_MAILERS);
}

static void sections_follow_the_manual(void **state)
{
	(void)state;
	assert_int_equal(find("default_backend", "")->sections,
			 SECTION_DEFAULTS | SECTION_FRONTEND | SECTION_LISTEN);
	assert_int_equal(find("server-template", "")->sections,
			 SECTION_BACKEND | SECTION_LISTEN);
	assert_int_equal(find("timeout", "check")->sections & SECTION_FRONTEND, 0);
	assert_int_equal(find("maxconn", "")->sections & SECTION_GLOBAL, SECTION_GLOBAL);
	assert_int_equal(find("option", "httplog")->flags & KEYWORD_NO, 0);
	assert_int_equal(find("option", "redispatch")->flags & KEYWORD_NO, KEYWORD_NO);
}

static void server_keyword_rows_are_sorted_and_complete(void **state)
{
	(void)state;
	for (size_t i = 0; i < server_keyword_table_count; i++) {
		const struct server_keyword_def *def = &server_keyword_table[i];

		check_order(i ? server_keyword_table[i - 1].name : NULL, def->name);
		check_summary(def->name, def->summary);
		assert_in_range(def->args, 0, 1);
		assert_ptr_equal(find_server(def->name), def);
		if (def->value.kind != VALUE_TEXT)
			assert_int_equal(def->args, 1);
		assert_int_equal(def->value.choices != NULL, def->value.kind == VALUE_CHOICE);
	}
}

static void a_keyword_with_a_no_form_has_an_opposite(void **state)
{
	(void)state;
	for (size_t i = 0; i < server_keyword_table_count; i++) {
		const struct server_keyword_def *def = &server_keyword_table[i];
		const struct server_keyword_def *opposite = server_keyword_opposite(def);

		if (def->flags & SERVER_KEYWORD_NO)
			assert_non_null(opposite);
		if (opposite)
			assert_ptr_equal(server_keyword_opposite(opposite), def);
	}
	assert_string_equal(server_keyword_opposite(find_server("disabled"))->name, "enabled");
	assert_string_equal(server_keyword_opposite(find_server("no-check"))->name, "check");
	assert_null(server_keyword_opposite(find_server("weight")));
	assert_null(server_keyword_opposite(find_server("no-tlsv10")));
}

static void versions_that_take_a_keyword_at_run_time_are_known(void **state)
{
	(void)state;
	assert_int_equal(find_server("weight")->dynamic, VERSION(2, 6));
	assert_int_equal(find_server("cookie")->dynamic, VERSION(3, 0));
	assert_int_equal(find_server("guid")->dynamic, VERSION(3, 2));
	assert_int_equal(find_server("init-addr")->dynamic, 0);
	assert_int_equal(find_server("resolvers")->dynamic, 0);
	assert_int_equal(find_server("enabled")->dynamic, 0);
	assert_true(VERSION(3, 10) > VERSION_POINT(3, 9, 255));
}

static void a_server_keyword_is_found_with_its_parentheses(void **state)
{
	(void)state;
	assert_string_equal(find_server("set-proxy-v2-tlv-fmt(0x20)")->name,
			    "set-proxy-v2-tlv-fmt");
	assert_null(find_server(""));
	assert_null(find_server("(x)"));
}

static void bind_and_balance_rows_are_sorted_and_complete(void **state)
{
	(void)state;
	for (size_t i = 0; i < bind_keyword_table_count; i++) {
		check_order(i ? bind_keyword_table[i - 1].name : NULL,
			    bind_keyword_table[i].name);
		check_summary(bind_keyword_table[i].name, bind_keyword_table[i].summary);
	}
	for (size_t i = 0; i < balance_table_count; i++) {
		check_order(i ? balance_table[i - 1].name : NULL, balance_table[i].name);
		check_summary(balance_table[i].name, balance_table[i].summary);
		assert_false(balance_table[i].dynamic && balance_table[i].hash);
	}
	assert_string_equal(balance_find(span_of("hdr(Host)"))->name, "hdr");
	assert_null(balance_find(span_of("roundabout")));
}

static void check_keywords(const char *path, struct document *doc)
{
	struct words words = WORDS_INIT;

	for (size_t i = 0; i < doc->lines.count; i++) {
		size_t skip;

		words_split(&words, line_span(&doc->lines.items[i]));
		skip = words_is(&words, 0, "no") || words_is(&words, 0, "default");
		if (words.count && words.items[0].text.at[0] != '.' &&
		    !section_def_find(words_text(&words, skip)) &&
		    !keyword_find(words_text(&words, skip), words_text(&words, skip + 1)))
			fail_msg("%s:%zu: '%.*s' has no row", path, i + 1,
				 (int)words.items[0].text.len, words.items[0].text.at);
	}
	words_release(&words);
}

static void every_keyword_of_the_corpus_is_known(void **state)
{
	struct strings paths = STRINGS_INIT;
	struct str     bytes = STR_INIT;

	(void)state;
	corpus_list(&paths);
	if (!paths.list.count)
		print_message("no corpus beside the checkout: skipped\n");
	for (size_t i = 0; i < paths.list.count; i++) {
		struct document *doc = document_new();

		corpus_read(paths.list.items[i], &bytes);
		document_add_file(doc, paths.list.items[i], str_span(&bytes));
		check_keywords(paths.list.items[i], doc);
		document_free(doc);
	}
	str_release(&bytes);
	strings_release(&paths);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keyword_rows_are_sorted_and_unique),
		cmocka_unit_test(keyword_rows_are_complete),
		cmocka_unit_test(keyword_rows_of_two_words_are_pairs_and_no_others),
		cmocka_unit_test(every_keyword_is_found_by_its_own_words),
		cmocka_unit_test(a_keyword_is_found_whatever_follows_it),
		cmocka_unit_test(what_haproxy_does_not_know_has_no_row),
		cmocka_unit_test(a_word_longer_than_any_keyword_has_no_row),
		cmocka_unit_test(references_are_known),
		cmocka_unit_test(sections_follow_the_manual),
		cmocka_unit_test(server_keyword_rows_are_sorted_and_complete),
		cmocka_unit_test(a_keyword_with_a_no_form_has_an_opposite),
		cmocka_unit_test(versions_that_take_a_keyword_at_run_time_are_known),
		cmocka_unit_test(a_server_keyword_is_found_with_its_parentheses),
		cmocka_unit_test(bind_and_balance_rows_are_sorted_and_complete),
		cmocka_unit_test(every_keyword_of_the_corpus_is_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
