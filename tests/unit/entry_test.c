/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines of any keyword: where they go, how they look, and that nothing else moves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "corpus.h"
#include "penstock/base/mem.h"
#include "penstock/config/bind_edit.h"
#include "penstock/config/entry.h"

static struct candidate *candidate_of(struct span text)
{
	struct document *doc = document_new();

	document_add_file(doc, "a.cfg", text);
	return candidate_new(doc);
}

static void assert_text(const struct document *doc, const char *wanted)
{
	struct str out = STR_INIT;

	document_render(doc, 0, &out);
	assert_string_equal(out.bytes, wanted);
	str_release(&out);
}

/* What `add KEYWORD TEXT` to the first section makes of a text. */
static void expect_added(const char *text, const char *keyword, const char *words, size_t at,
			 const char *wanted)
{
	struct candidate *c = candidate_of(span_of(text));
	struct entries    entries = { c, 0, span_of(keyword) };
	const char       *title;

	edit_begin(c, "add");
	assert_int_equal(entries_add(&entries, span_of(words), at, NULL), 0);
	assert_true(edit_end(c));
	assert_text(c->now, wanted);
	assert_int_equal(edit_undo(c, &title, NULL), 0);
	assert_text(c->now, text);
	candidate_free(c);
}

static void a_line_goes_behind_the_last_of_its_keyword(void **state)
{
	(void)state;
	expect_added("frontend f\n  acl a path /a\n  bind :1\n", "acl", "b path /b", 0,
		     "frontend f\n  acl a path /a\n  acl b path /b\n  bind :1\n");
}

static void a_line_gets_the_number_that_is_asked_for(void **state)
{
	static const char text[] = "frontend f\n  acl a path /a\n  acl c path /c\n";

	(void)state;
	expect_added(text, "acl", "b path /b", 1,
		     "frontend f\n  acl b path /b\n  acl a path /a\n  acl c path /c\n");
	expect_added(text, "acl", "b path /b", 2,
		     "frontend f\n  acl a path /a\n  acl b path /b\n  acl c path /c\n");
	expect_added(text, "acl", "b path /b", 9,
		     "frontend f\n  acl a path /a\n  acl c path /c\n  acl b path /b\n");
}

static void a_rule_goes_where_haproxy_tries_it(void **state)
{
	static const char text[] =
		"frontend f\n bind :1\n acl a path /a\n use_backend b if a\n default_backend b\n";

	(void)state;
	expect_added(text, "http-request", "deny if a", 0,
		     "frontend f\n bind :1\n acl a path /a\n http-request deny if a\n"
		     " use_backend b if a\n default_backend b\n");
	expect_added(text, "tcp-request", "connection accept", 0,
		     "frontend f\n bind :1\n acl a path /a\n tcp-request connection accept\n"
		     " use_backend b if a\n default_backend b\n");
	expect_added("backend b\n http-request deny\n server s h:1\n", "acl", "x path /", 0,
		     "backend b\n acl x path /\n http-request deny\n server s h:1\n");
}

static void columns_of_tabs_and_blanks_are_kept(void **state)
{
	(void)state;
	expect_added("peers p\n\tpeer\ta\t\t1.1.1.1:1\n\tpeer\tlonger-one\t1.1.1.2:1\n", "peer",
		     "bb 1.1.1.3:1", 0,
		     "peers p\n\tpeer\ta\t\t1.1.1.1:1\n\tpeer\tlonger-one\t1.1.1.2:1\n"
		     "\tpeer\tbb\t\t1.1.1.3:1\n");
	expect_added("defaults\n    mode     http\n    retries  3\n", "maxconn", "100", 0,
		     "defaults\n    mode     http\n    retries  3\n    maxconn  100\n");
	expect_added("frontend f\n    bind   *:80\n", "bind", "*:443 ssl", 0,
		     "frontend f\n    bind   *:80\n    bind   *:443 ssl\n");
}

static void endings_are_those_of_the_neighbours(void **state)
{
	(void)state;
	expect_added("frontend f\r\n  acl a path /a\r\n", "acl", "b path /b", 0,
		     "frontend f\r\n  acl a path /a\r\n  acl b path /b\r\n");
	expect_added("frontend f\n  acl a path /a", "acl", "b path /b", 1,
		     "frontend f\n  acl b path /b\n  acl a path /a");
}

static void a_block_of_conditions_gets_no_line_unasked(void **state)
{
	(void)state;
	expect_added("frontend f\n .if defined(X)\n acl a path /a\n .endif\n", "acl", "b path /b",
		     0, "frontend f\n .if defined(X)\n acl a path /a\n .endif\n acl b path /b\n");
}

static void bind_keywords_are_set_and_taken_away(void **state)
{
	struct candidate *c = candidate_of(span_of("frontend f\n bind :1 ssl crt /a # x\n"));
	struct span       value = span_of("/b c");
	struct err        err = ERR_INIT;

	(void)state;
	edit_begin(c, "bind");
	assert_int_equal(bind_set(c, 1, span_of("crt"), &value, 1, NULL), 0);
	assert_int_equal(bind_set(c, 1, span_of("accept-proxy"), NULL, 0, NULL), 0);
	assert_text(c->now, "frontend f\n bind :1 ssl crt \"/b c\" accept-proxy # x\n");
	assert_int_equal(bind_unset(c, 1, span_of("ssl"), NULL), 0);
	assert_text(c->now, "frontend f\n bind :1 crt \"/b c\" accept-proxy # x\n");
	assert_int_equal(bind_unset(c, 1, span_of("ssl"), &err), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
	assert_int_equal(bind_set(c, 1, span_of("crt"), NULL, 0, &err), -1);
	assert_int_equal(err.code, ERR_USAGE);
	edit_end(c);
	err_release(&err);
	candidate_free(c);
}

static void what_would_be_two_lines_is_refused(void **state)
{
	struct candidate *c = candidate_of(span_of("frontend f\n mode http\n"));
	struct entries    entries = { c, 0, span_of("acl") };
	struct err        err = ERR_INIT;

	(void)state;
	edit_begin(c, "add");
	assert_int_equal(entries_add(&entries, span_of("a path /\n acl b"), 0, &err), -1);
	assert_int_equal(entries_add(&entries, span_of("a path \"/"), 0, &err), -1);
	entries.keyword = span_of("mode");
	assert_int_equal(entries_add(&entries, span_of("tcp"), 0, &err), -1);
	assert_int_equal(err.code, ERR_EXISTS);
	assert_false(edit_end(c));
	err_release(&err);
	candidate_free(c);
}

/* Whether both are the same but for one line that only `now` has, and the end of
 * a line that had none. */
static bool differs_by_one_line(const struct document *before, const struct document *now)
{
	size_t extra = 0;

	if (now->lines.count != before->lines.count + 1)
		return false;
	for (size_t i = 0; i < before->lines.count; i++) {
		struct span a = line_span(&before->lines.items[i]);
		struct span b = line_span(&now->lines.items[i + extra]);

		if (!span_has_prefix(b, a) && !extra++)
			i--;
		else if (!span_has_prefix(b, a))
			return false;
	}
	return true;
}

static void edit_section(struct candidate *c, size_t header)
{
	struct entries entries = { c, header, span_of("http-request") };
	size_t         count = entries_count(&entries);
	const char    *title;

	edit_begin(c, "add");
	assert_int_equal(entries_add(&entries, span_of("deny if { path /x }"), 0, NULL), 0);
	assert_true(edit_end(c));
	assert_int_equal(entries_count(&entries), count + 1);
	assert_true(differs_by_one_line(c->base, c->now));
	edit_begin(c, "change and move");
	assert_int_equal(entries_move(&entries, count + 1, 1, NULL), 0);
	assert_int_equal(entries_change(&entries, 1, span_of("allow"), NULL), 0);
	assert_true(edit_end(c));
	assert_true(differs_by_one_line(c->base, c->now));
	assert_int_equal(edit_undo(c, &title, NULL), 0);
	assert_int_equal(edit_undo(c, &title, NULL), 0);
	assert_false(candidate_is_dirty(c));
}

static void an_edit_of_the_corpus_touches_its_line_only(void **state)
{
	struct strings paths = STRINGS_INIT;
	struct str     bytes = STR_INIT;

	(void)state;
	corpus_list(&paths);
	if (!paths.list.count)
		print_message("no corpus beside the checkout: skipped\n");
	for (size_t i = 0; i < paths.list.count; i++) {
		struct candidate *c;

		corpus_read(paths.list.items[i], &bytes);
		c = candidate_of(str_span(&bytes));
		for (size_t s = 0; s < c->now->sections.count && s < 30; s++)
			if ((unsigned)c->now->sections.items[s].kind & SECTION_PROXY)
				edit_section(c, c->now->sections.items[s].first);
		candidate_free(c);
	}
	str_release(&bytes);
	strings_release(&paths);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_goes_behind_the_last_of_its_keyword),
		cmocka_unit_test(a_line_gets_the_number_that_is_asked_for),
		cmocka_unit_test(a_rule_goes_where_haproxy_tries_it),
		cmocka_unit_test(columns_of_tabs_and_blanks_are_kept),
		cmocka_unit_test(endings_are_those_of_the_neighbours),
		cmocka_unit_test(a_block_of_conditions_gets_no_line_unasked),
		cmocka_unit_test(bind_keywords_are_set_and_taken_away),
		cmocka_unit_test(what_would_be_two_lines_is_refused),
		cmocka_unit_test(an_edit_of_the_corpus_touches_its_line_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
