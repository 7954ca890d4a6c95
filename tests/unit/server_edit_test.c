/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Edits of server lines: they change the words they name and no other byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "corpus.h"
#include "penstock/base/mem.h"
#include "penstock/config/proxy.h"

static struct candidate *candidate_of(const char *text)
{
	struct document *doc = document_new();

	document_add_file(doc, "a.cfg", span_of(text));
	return candidate_new(doc);
}

static struct candidate *open_edit(const char *text)
{
	struct candidate *candidate = candidate_of(text);

	edit_begin(candidate, "test");
	return candidate;
}

/* The candidate's text is that; ends it. */
static void assert_ends_as(struct candidate *candidate, const char *wanted)
{
	struct str out = STR_INIT;

	edit_end(candidate);
	document_render(candidate->now, 0, &out);
	assert_string_equal(out.bytes, wanted);
	str_release(&out);
	candidate_free(candidate);
}

static int add(struct candidate *candidate, const char *backend, const char *name,
	       const char *address, const char *params, struct err *err)
{
	return server_add(candidate, span_of(backend), span_of(name), span_of(address),
			  span_of(params), err);
}

static int set(struct candidate *candidate, const char *name, const char *keyword,
	       const char *value, struct err *err)
{
	struct span span = span_of(value);

	return server_set(candidate, span_of("b"), span_of(name), span_of(keyword), &span,
			  value != NULL, err);
}

static int unset(struct candidate *candidate, const char *name, const char *keyword,
		 struct err *err)
{
	return server_unset(candidate, span_of("b"), span_of(name), span_of(keyword), err);
}

static void a_new_server_goes_behind_the_last_one(void **state)
{
	struct candidate *c = open_edit("backend b\n  server a 10.0.0.1:80 check\n"
					"  option httpchk\n\nbackend c\n");

	(void)state;
	assert_int_equal(add(c, "b", "new", "10.0.0.2:80", "check weight 5", NULL), 0);
	assert_ends_as(c, "backend b\n  server a 10.0.0.1:80 check\n"
			  "  server new 10.0.0.2:80 check weight 5\n"
			  "  option httpchk\n\nbackend c\n");
}

static void a_new_server_keeps_the_columns_of_its_neighbours(void **state)
{
	struct candidate *c = open_edit("listen b\n"
					"\tserver one      10.0.0.1:80     check\n"
					"\tserver thirteen 10.0.0.100:8080 check\n");

	(void)state;
	assert_int_equal(add(c, "b", "longer-than-all", "10.0.0.3:80", "check", NULL), 0);
	assert_int_equal(add(c, "b", "two", "10.0.0.2:80", "check", NULL), 0);
	assert_ends_as(c, "listen b\n"
			  "\tserver one      10.0.0.1:80     check\n"
			  "\tserver thirteen 10.0.0.100:8080 check\n"
			  "\tserver longer-than-all 10.0.0.3:80 check\n"
			  "\tserver two      10.0.0.2:80     check\n");
}

static void lines_that_are_not_aligned_are_not_padded(void **state)
{
	struct candidate *c = open_edit("backend b\n  server a 10.0.0.1:80 check\n"
					"  server bcd 10.0.0.1:80   check\n");

	(void)state;
	assert_int_equal(add(c, "b", "e", "h:1", "check", NULL), 0);
	assert_ends_as(c, "backend b\n  server a 10.0.0.1:80 check\n"
			  "  server bcd 10.0.0.1:80   check\n  server e h:1 check\n");
}

static void tabs_between_words_are_kept(void **state)
{
	struct candidate *c = open_edit("backend b\n\tserver\ta\t10.0.0.1:80\tcheck\n");

	(void)state;
	assert_int_equal(add(c, "b", "c", "h:1", "check", NULL), 0);
	assert_ends_as(c, "backend b\n\tserver\ta\t10.0.0.1:80\tcheck\n"
			  "\tserver\tc\th:1\tcheck\n");
}

static void the_first_server_of_a_backend_goes_to_its_end(void **state)
{
	struct candidate *c = open_edit("backend b\r\n  mode tcp\r\n\r\nbackend c\r\n");

	(void)state;
	assert_int_equal(add(c, "b", "a", "10.0.0.1:80", "", NULL), 0);
	assert_ends_as(c, "backend b\r\n  mode tcp\r\n  server a 10.0.0.1:80\r\n\r\n"
			  "backend c\r\n");
}

struct refusal {
	const char   *backend, *name, *address, *params;
	enum err_code code;
	const char   *says;
};

static void a_server_that_cannot_be_is_not_added(void **state)
{
	static const struct refusal rows[] = {
		{ "b", "app1", "h:1", "", ERR_EXISTS, "already has a server 'app1'" },
		{ "bb", "x", "h:1", "", ERR_NOT_FOUND, "did you mean 'b'?" },
		{ "", "x", "h:1", "", ERR_USAGE, "BACKEND/SERVER" },
		{ "f", "x", "h:1", "", ERR_NOT_FOUND, "no backend or listen 'f'" },
		{ "b", "x y", "h:1", "", ERR_USAGE, "letters, digits" },
		{ "b", "x", "h:0", "", ERR_USAGE, "port 0" },
		{ "b", "x", "h:1", "wieght 5", ERR_USAGE, "did you mean 'weight'?" },
		{ "b", "x", "h:1", "weight", ERR_USAGE, "takes one value" },
		{ "b", "x", "h:1", "weight 300", ERR_USAGE, "out of range" },
		{ "b", "x", "h:1", "check\nserver y h:2", ERR_USAGE, "one line" },
		{ "b", "x", "h:1", "cookie \"a", ERR_USAGE, "does not end" },
	};
	static const char text[] = "frontend f\nbackend b\n  server app1 10.0.0.1:80\n";

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		struct candidate *c = open_edit(text);
		struct err        err = ERR_INIT;

		if (add(c, rows[i].backend, rows[i].name, rows[i].address, rows[i].params,
			&err) == 0)
			fail_msg("row %zu was added", i);
		assert_int_equal(err.code, rows[i].code);
		if (!strstr(err.text.bytes, rows[i].says))
			fail_msg("row %zu: %s", i, err.text.bytes);
		assert_ends_as(c, text);
		err_release(&err);
	}
}

static void a_name_that_is_taken_is_named_with_its_place(void **state)
{
	struct candidate *c = open_edit("backend b\n  server a h:1\n");
	struct err        err = ERR_INIT;

	(void)state;
	add(c, "b", "a", "h:2", "", &err);
	assert_string_equal(err.file.bytes, "a.cfg");
	assert_int_equal(err.line, 2);
	err_release(&err);
	assert_ends_as(c, "backend b\n  server a h:1\n");
}

static void values_with_variables_are_left_to_haproxy(void **state)
{
	struct candidate *c = open_edit("backend b\n");

	(void)state;
	assert_int_equal(add(c, "b", "a", "h:1", "weight \"$W\"", NULL), 0);
	assert_ends_as(c, "backend b\n    server a h:1 weight \"$W\"\n");
}

static void deleting_a_server_takes_its_line(void **state)
{
	struct candidate *c = open_edit("backend b\n  server a h:1\n  server c h:2\n");

	(void)state;
	assert_int_equal(server_delete(c, span_of("b"), span_of("a"), NULL), 0);
	assert_ends_as(c, "backend b\n  server c h:2\n");
}

static void an_unknown_server_is_said_with_the_nearest(void **state)
{
	struct candidate *c = open_edit("global\nbackend b\n  server app1 h:1\n");
	struct err        err = ERR_INIT;

	(void)state;
	assert_int_equal(server_delete(c, span_of("b"), span_of("app2"), &err), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
	assert_string_equal(err.text.bytes,
			    "no server 'app2' in backend 'b'; did you mean 'app1'?");
	assert_int_equal(err.line, 2);
	err_release(&err);
	assert_ends_as(c, "global\nbackend b\n  server app1 h:1\n");
}

static const char referred[] =
	"frontend f\n"
	"  use_backend b if { srv_is_up(b/a) }\n"
	"backend b\n"
	"  use-server a if TRUE\n"
	"  server a h:1\n"
	"  server c h:2 track a\n"
	"backend d\n"
	"  server a h:3 track b/a\n";

static void a_server_that_is_in_use_is_not_deleted(void **state)
{
	struct candidate *c = open_edit(referred);
	struct err        err = ERR_INIT;

	(void)state;
	assert_int_equal(server_delete(c, span_of("b"), span_of("a"), &err), -1);
	assert_int_equal(err.code, ERR_IN_USE);
	assert_non_null(strstr(err.text.bytes, "a.cfg:2, a.cfg:4 and 2 more"));
	assert_int_equal(err.line, 5);
	err_release(&err);
	assert_ends_as(c, referred);
}

static void renaming_a_server_follows_what_refers_to_it(void **state)
{
	struct candidate *c = open_edit(referred);

	(void)state;
	assert_int_equal(server_rename(c, span_of("b"), span_of("a"), span_of("new"), NULL), 0);
	assert_ends_as(c, "frontend f\n"
			  "  use_backend b if { srv_is_up(b/new) }\n"
			  "backend b\n"
			  "  use-server new if TRUE\n"
			  "  server new h:1\n"
			  "  server c h:2 track new\n"
			  "backend d\n"
			  "  server a h:3 track b/new\n");
}

static void a_server_is_not_renamed_to_a_name_that_is_taken(void **state)
{
	static const char text[] = "backend b\n  server a h:1\n  server c h:2\n";
	struct candidate *c = open_edit(text);
	struct err        err = ERR_INIT;

	(void)state;
	assert_int_equal(server_rename(c, span_of("b"), span_of("a"), span_of("c"), &err), -1);
	assert_int_equal(err.code, ERR_EXISTS);
	assert_int_equal(server_rename(c, span_of("b"), span_of("a"), span_of("x y"), &err), -1);
	assert_int_equal(server_rename(c, span_of("b"), span_of("a"), span_of("a"), &err), 0);
	err_release(&err);
	assert_ends_as(c, text);
}

static void setting_an_address_changes_its_word_only(void **state)
{
	struct candidate *c = open_edit("backend b\n\tserver  a   'h:1'   check  # x\n");

	(void)state;
	assert_int_equal(server_set_address(c, span_of("b"), span_of("a"), span_of("[::1]:80"),
					    NULL), 0);
	assert_ends_as(c, "backend b\n\tserver  a   [::1]:80   check  # x\n");
}

static void setting_a_bad_address_changes_nothing(void **state)
{
	struct candidate *c = open_edit("backend b\n server a h:1\n");
	struct err        err = ERR_INIT;

	(void)state;
	assert_int_equal(server_set_address(c, span_of("b"), span_of("a"), span_of("h:99999"),
					    &err), -1);
	assert_int_equal(err.code, ERR_USAGE);
	err_release(&err);
	assert_ends_as(c, "backend b\n server a h:1\n");
}

static void setting_a_keyword_changes_its_value_only(void **state)
{
	struct candidate *c = open_edit("backend b\n"
					" server a h:1  weight   10  check # weight 1\n");

	(void)state;
	assert_int_equal(set(c, "a", "weight", "20", NULL), 0);
	assert_ends_as(c, "backend b\n server a h:1  weight   20  check # weight 1\n");
}

static void the_value_that_counts_is_the_one_that_is_set(void **state)
{
	struct candidate *c = open_edit("backend b\n server a h:1 weight 1 weight 2\n");

	(void)state;
	assert_int_equal(set(c, "a", "weight", "3", NULL), 0);
	assert_ends_as(c, "backend b\n server a h:1 weight 1 weight 3\n");
}

static void a_value_with_a_variable_is_replaced(void **state)
{
	struct candidate *c = open_edit("backend b\n server a h:1 weight \"${W}\" check\n");

	(void)state;
	assert_int_equal(set(c, "a", "weight", "3", NULL), 0);
	assert_ends_as(c, "backend b\n server a h:1 weight 3 check\n");
}

static void a_keyword_that_is_not_there_goes_before_the_comment(void **state)
{
	struct candidate *c = open_edit("backend b\n server a h:1 check # note\n");

	(void)state;
	assert_int_equal(set(c, "a", "maxconn", "30", NULL), 0);
	assert_int_equal(set(c, "a", "backup", NULL, NULL), 0);
	assert_ends_as(c, "backend b\n server a h:1 check maxconn 30 backup # note\n");
}

static void setting_what_is_so_changes_nothing(void **state)
{
	struct candidate *c = open_edit("backend b\n server a h:1 check weight '10'\n");

	(void)state;
	assert_int_equal(set(c, "a", "check", NULL, NULL), 0);
	assert_int_equal(set(c, "a", "weight", "10", NULL), 0);
	assert_false(edit_end(c));
	candidate_free(c);
}

static void a_value_that_needs_quotes_gets_them(void **state)
{
	struct candidate *c = open_edit("backend b\n server a h:1\n");

	(void)state;
	assert_int_equal(set(c, "a", "cookie", "x # y", NULL), 0);
	assert_ends_as(c, "backend b\n server a h:1 cookie \"x # y\"\n");
}

static void setting_a_keyword_replaces_its_opposite(void **state)
{
	struct candidate *c = open_edit("backend b\n server a h:1 no-check  disabled\n"
					" server c h:2 check no-check\n");

	(void)state;
	assert_int_equal(set(c, "a", "check", NULL, NULL), 0);
	assert_int_equal(set(c, "a", "enabled", NULL, NULL), 0);
	assert_int_equal(set(c, "c", "check", NULL, NULL), 0);
	assert_ends_as(c, "backend b\n server a h:1 check  enabled\n server c h:2 check\n");
}

static void a_keyword_without_a_row_is_taken_as_text(void **state)
{
	struct candidate *c = open_edit("backend b\n server a h:1 check # x\n");

	(void)state;
	assert_int_equal(set(c, "a", "frobnicate", "3", NULL), 0);
	assert_int_equal(set(c, "a", "frobnicate", "44", NULL), 0);
	assert_int_equal(add(c, "b", "n", "h:2", "quux 1 check", NULL), 0);
	assert_ends_as(c, "backend b\n server a h:1 check frobnicate 44 # x\n"
			  " server n h:2 quux 1 check\n");
}

static void a_wrong_value_is_not_set(void **state)
{
	static const struct { const char *keyword, *value; } rows[] = {
		{ "weight", "300" }, { "weight", NULL },   { "maxconn", "-1" },
		{ "check", "x" },    { "port", "99999" },  { "wieght", "1" },
		{ "", "1" },         { "cookie", "a\nb" }, { "usesrc", "clientip" },
	};
	static const char text[] = "backend b\n server a h:1 weight 1\n";
	struct candidate *c = open_edit(text);
	struct err        err = ERR_INIT;

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		if (set(c, "a", rows[i].keyword, rows[i].value, &err) == 0)
			fail_msg("%s was set", rows[i].keyword);
		assert_int_equal(err.code, ERR_USAGE);
	}
	err_release(&err);
	assert_ends_as(c, text);
}

static void usesrc_goes_behind_source(void **state)
{
	struct candidate *c = open_edit("backend b\n server a h:1 source 10.0.0.9 check\n");

	(void)state;
	assert_int_equal(set(c, "a", "usesrc", "clientip", NULL), 0);
	assert_ends_as(c, "backend b\n server a h:1 source 10.0.0.9 usesrc clientip check\n");
}

static void an_unknown_keyword_that_is_there_can_be_changed(void **state)
{
	struct candidate *c = open_edit("backend b\n server a h:1 newer 1 check\n");

	(void)state;
	assert_int_equal(set(c, "a", "newer", "2", NULL), 0);
	assert_ends_as(c, "backend b\n server a h:1 newer 2 check\n");
}

static void unsetting_removes_the_keyword_everywhere_on_the_line(void **state)
{
	struct candidate *c = open_edit("backend b\n server a h:1 weight 1 check weight 2 # x\n");

	(void)state;
	assert_int_equal(unset(c, "a", "weight", NULL), 0);
	assert_int_equal(unset(c, "a", "check", NULL), 0);
	assert_ends_as(c, "backend b\n server a h:1 # x\n");
}

static void unsetting_source_takes_what_belongs_to_it(void **state)
{
	struct candidate *c = open_edit("backend b\n server a h:1 source 10.0.0.9 usesrc "
					"clientip check\n");

	(void)state;
	assert_int_equal(unset(c, "a", "source", NULL), 0);
	assert_ends_as(c, "backend b\n server a h:1 check\n");
}

static void what_is_not_there_cannot_be_unset(void **state)
{
	struct candidate *c = open_edit("backend b\n server a h:1\n");
	struct err        err = ERR_INIT;

	(void)state;
	assert_int_equal(unset(c, "a", "weight", &err), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
	assert_int_equal(err.line, 2);
	assert_int_equal(unset(c, "a", "wieght", &err), -1);
	assert_int_equal(err.code, ERR_USAGE);
	err_release(&err);
	assert_ends_as(c, "backend b\n server a h:1\n");
}

static void a_server_line_without_an_address_cannot_be_edited(void **state)
{
	struct candidate *c = open_edit("backend b\n server a\n");
	struct err        err = ERR_INIT;

	(void)state;
	assert_int_equal(set(c, "a", "weight", "1", &err), -1);
	assert_int_equal(err.code, ERR_PARSE);
	err_release(&err);
	assert_ends_as(c, "backend b\n server a\n");
}

/* Sets a weight on each server and takes it away: nothing else moves. */
static void edit_servers(struct candidate *c, const struct section *section)
{
	struct server server = SERVER_INIT;
	size_t        first = section->first, count = section->count;
	struct span   backend = section->name, weight = span_of("77");

	for (size_t i = 1; i < count; i++) {
		struct span before = line_span(&c->now->lines.items[first + i]);

		if (!server_read(&server, before) || !server.name.len ||
		    server_param(&server, "weight") || server.words.fault != LEX_OK ||
		    section_server(c->now, section, server.name) != first + i)
			continue;
		assert_int_equal(server_set(c, backend, server.name, span_of("weight"), &weight,
					    1, NULL), 0);
		assert_int_equal(server_unset(c, backend, server.name, span_of("weight"), NULL),
				 0);
		assert_true(span_equal(line_span(&c->now->lines.items[first + i]), before));
	}
	server_release(&server);
}

static void setting_and_unsetting_leaves_the_corpus_as_it_was(void **state)
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
		c = open_edit(bytes.bytes);
		for (size_t s = 0; s < c->now->sections.count && s < 50; s++) {
			struct section section = c->now->sections.items[s];

			if (section.kind & (SECTION_BACKEND | SECTION_LISTEN) &&
			    section.name.len)
				edit_servers(c, &section);
		}
		assert_false(candidate_is_dirty(c));
		edit_end(c);
		candidate_free(c);
	}
	str_release(&bytes);
	strings_release(&paths);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_server_goes_behind_the_last_one),
		cmocka_unit_test(a_new_server_keeps_the_columns_of_its_neighbours),
		cmocka_unit_test(lines_that_are_not_aligned_are_not_padded),
		cmocka_unit_test(tabs_between_words_are_kept),
		cmocka_unit_test(the_first_server_of_a_backend_goes_to_its_end),
		cmocka_unit_test(a_server_that_cannot_be_is_not_added),
		cmocka_unit_test(a_name_that_is_taken_is_named_with_its_place),
		cmocka_unit_test(values_with_variables_are_left_to_haproxy),
		cmocka_unit_test(deleting_a_server_takes_its_line),
		cmocka_unit_test(an_unknown_server_is_said_with_the_nearest),
		cmocka_unit_test(a_server_that_is_in_use_is_not_deleted),
		cmocka_unit_test(renaming_a_server_follows_what_refers_to_it),
		cmocka_unit_test(a_server_is_not_renamed_to_a_name_that_is_taken),
		cmocka_unit_test(setting_an_address_changes_its_word_only),
		cmocka_unit_test(setting_a_bad_address_changes_nothing),
		cmocka_unit_test(setting_a_keyword_changes_its_value_only),
		cmocka_unit_test(the_value_that_counts_is_the_one_that_is_set),
		cmocka_unit_test(a_value_with_a_variable_is_replaced),
		cmocka_unit_test(a_keyword_that_is_not_there_goes_before_the_comment),
		cmocka_unit_test(setting_what_is_so_changes_nothing),
		cmocka_unit_test(a_value_that_needs_quotes_gets_them),
		cmocka_unit_test(setting_a_keyword_replaces_its_opposite),
		cmocka_unit_test(a_keyword_without_a_row_is_taken_as_text),
		cmocka_unit_test(a_wrong_value_is_not_set),
		cmocka_unit_test(usesrc_goes_behind_source),
		cmocka_unit_test(an_unknown_keyword_that_is_there_can_be_changed),
		cmocka_unit_test(unsetting_removes_the_keyword_everywhere_on_the_line),
		cmocka_unit_test(unsetting_source_takes_what_belongs_to_it),
		cmocka_unit_test(what_is_not_there_cannot_be_unset),
		cmocka_unit_test(a_server_line_without_an_address_cannot_be_edited),
		cmocka_unit_test(setting_and_unsetting_leaves_the_corpus_as_it_was),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
