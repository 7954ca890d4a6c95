/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whole sections: created, deleted, renamed. */
#include "unit.h"

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

static void assert_ends_as(struct candidate *candidate, const char *wanted)
{
	struct str out = STR_INIT;

	edit_end(candidate);
	document_render(candidate->now, 0, &out);
	assert_string_equal(out.bytes, wanted);
	str_release(&out);
	candidate_free(candidate);
}

/* The edit failed, says that, and changed nothing. */
static void assert_refused(struct candidate *candidate, int result, struct err *err,
			   enum err_code code, const char *wanted)
{
	struct str text = STR_INIT;

	assert_int_equal(result, -1);
	assert_int_equal(err->code, code);
	err_format(err, &text);
	assert_string_equal(text.bytes, wanted);
	assert_false(edit_end(candidate));
	str_release(&text);
	err_clear(err);
	candidate_free(candidate);
}

static int create(struct candidate *candidate, enum section_kind kind, const char *name,
		  const char *from, struct err *err)
{
	return proxy_create(candidate, kind, span_of(name), span_of(from), err);
}

static void a_section_is_created_behind_the_last_of_its_kind(void **state)
{
	struct candidate *c = open_edit("frontend a\n    mode http\n\n# about b\nbackend b\n"
					"    mode http\n\nuserlist u\n");

	(void)state;
	assert_int_equal(create(c, SECTION_FRONTEND, "n", "", NULL), 0);
	assert_int_equal(create(c, SECTION_BACKEND, "m", "", NULL), 0);
	assert_ends_as(c, "frontend a\n    mode http\n\nfrontend n\n\n# about b\nbackend b\n"
			  "    mode http\n\nbackend m\n\nuserlist u\n");
}

static void the_first_of_a_kind_is_created_at_the_end(void **state)
{
	struct candidate *c = open_edit("global\n    daemon");

	(void)state;
	assert_int_equal(create(c, SECTION_BACKEND, "n", "", NULL), 0);
	assert_ends_as(c, "global\n    daemon\n\nbackend n\n");
}

static void an_empty_file_gets_a_section_without_a_blank_line(void **state)
{
	struct candidate *c = open_edit("");

	(void)state;
	assert_int_equal(create(c, SECTION_FRONTEND, "n", "", NULL), 0);
	assert_ends_as(c, "frontend n\n");
}

static void one_blank_line_is_enough(void **state)
{
	struct candidate *c = open_edit("global\n    daemon\n\n");

	(void)state;
	assert_int_equal(create(c, SECTION_BACKEND, "n", "", NULL), 0);
	assert_ends_as(c, "global\n    daemon\n\nbackend n\n");
}

static void global_is_created_first(void **state)
{
	struct candidate *c = open_edit("# hand-written\nbackend b\n");

	(void)state;
	assert_int_equal(create(c, SECTION_GLOBAL, "", "", NULL), 0);
	assert_ends_as(c, "global\n\n# hand-written\nbackend b\n");
}

static void a_section_stands_behind_the_defaults_that_it_names(void **state)
{
	struct candidate *c = open_edit("backend b\n    mode http\n\ndefaults d\n    mode tcp\n");

	(void)state;
	assert_int_equal(create(c, SECTION_BACKEND, "n", "d", NULL), 0);
	assert_ends_as(c, "backend b\n    mode http\n\ndefaults d\n    mode tcp\n\n"
			  "backend n from d\n");
}

/* Those that follow would inherit from it instead. */
static void new_defaults_stand_where_nothing_follows(void **state)
{
	struct candidate *c = open_edit("defaults\n    mode http\n\nbackend b\n");

	(void)state;
	assert_int_equal(create(c, SECTION_DEFAULTS, "d", "", NULL), 0);
	assert_ends_as(c, "defaults\n    mode http\n\nbackend b\n\ndefaults d\n");
}

static void create_refuses_what_cannot_be(void **state)
{
	struct err        err = ERR_INIT;
	struct candidate *c;

	(void)state;
	c = open_edit("listen a\n");
	assert_refused(c, create(c, SECTION_BACKEND, "a", "", &err), &err, ERR_EXISTS,
		       "a.cfg:1: there is a listen 'a' already");
	c = open_edit("global\n");
	assert_refused(c, create(c, SECTION_GLOBAL, "", "", &err), &err, ERR_EXISTS,
		       "a.cfg:1: there is a global section already");
	c = open_edit("");
	assert_refused(c, create(c, SECTION_BACKEND, "", "", &err), &err, ERR_USAGE,
		       "a backend needs a name");
	c = open_edit("");
	assert_refused(c, create(c, SECTION_GLOBAL, "g", "", &err), &err, ERR_USAGE,
		       "a global section takes no name");
	c = open_edit("defaults base\n");
	assert_refused(c, create(c, SECTION_BACKEND, "b", "bose", &err), &err, ERR_NOT_FOUND,
		       "no defaults 'bose'; did you mean 'base'?");
	c = open_edit("defaults base\n");
	assert_refused(c, create(c, SECTION_USERLIST, "u", "base", &err), &err, ERR_USAGE,
		       "a userlist section inherits from nothing");
}

static void a_frontend_and_a_backend_may_share_a_name(void **state)
{
	struct candidate *c = open_edit("frontend a\n");

	(void)state;
	assert_int_equal(create(c, SECTION_BACKEND, "a", "", NULL), 0);
	assert_ends_as(c, "frontend a\n\nbackend a\n");
}

static int delete_section(struct candidate *candidate, unsigned kinds, const char *name,
			  struct err *err)
{
	return proxy_delete(candidate, kinds, span_of(name), err);
}

static void a_deleted_section_takes_its_comments_and_one_blank_line(void **state)
{
	struct candidate *c = open_edit("backend a\n    mode http\n\n# about b\nbackend b\n"
					"    mode http\n    # end\n\n# about c\nbackend c\n");

	(void)state;
	assert_int_equal(delete_section(c, SECTION_BACKEND, "b", NULL), 0);
	assert_ends_as(c, "backend a\n    mode http\n\n# about c\nbackend c\n");
}

static void the_last_section_takes_the_blank_line_before_it(void **state)
{
	struct candidate *c = open_edit("backend a\n\nbackend b\n");

	(void)state;
	assert_int_equal(delete_section(c, SECTION_BACKEND, "b", NULL), 0);
	assert_ends_as(c, "backend a\n");
}

static void a_deletion_stays_within_its_file(void **state)
{
	struct document  *doc = document_new();
	struct candidate *c;
	struct str        out = STR_INIT;

	(void)state;
	document_add_file(doc, "a.cfg", span_of("backend a\n\nbackend b\n    mode http\n"));
	document_add_file(doc, "b.cfg", span_of("\nbackend c\n"));
	c = candidate_new(doc);
	edit_begin(c, "test");
	assert_int_equal(delete_section(c, SECTION_BACKEND, "b", NULL), 0);
	assert_int_equal(delete_section(c, SECTION_BACKEND, "c", NULL), 0);
	edit_end(c);
	document_render(c->now, 0, &out);
	assert_string_equal(out.bytes, "backend a\n");
	str_reset(&out);
	document_render(c->now, 1, &out);
	assert_string_equal(out.bytes, "");
	str_release(&out);
	candidate_free(c);
}

static void what_is_referred_to_is_not_deleted(void **state)
{
	struct err        err = ERR_INIT;
	struct candidate *c = open_edit("frontend f\n    default_backend b\n"
					"    use_backend b if TRUE\nbackend b\n");

	(void)state;
	assert_refused(c, delete_section(c, SECTION_BACKEND, "b", &err), &err, ERR_IN_USE,
		       "a.cfg:4: backend b is in use at a.cfg:2 and a.cfg:3; change that first, "
		       "or say 'force'");
	c = open_edit("defaults d\nbackend b from d\n");
	assert_refused(c, delete_section(c, SECTION_DEFAULTS, "d", &err), &err, ERR_IN_USE,
		       "a.cfg:1: defaults d is in use at a.cfg:2; change that first, "
		       "or say 'force'");
}

static void what_is_not_there_is_not_deleted(void **state)
{
	struct err        err = ERR_INIT;
	struct candidate *c = open_edit("backend live\n");

	(void)state;
	assert_refused(c, delete_section(c, SECTION_BACKEND | SECTION_LISTEN, "lives", &err), &err,
		       ERR_NOT_FOUND, "no backend or listen 'lives'; did you mean 'live'?");
	c = open_edit("defaults\ndefaults\n");
	assert_refused(c, delete_section(c, SECTION_DEFAULTS, "", &err), &err, ERR_USAGE,
		       "there are 2 defaults sections; name the one");
}

static int rename_section(struct candidate *candidate, unsigned kinds, const char *name,
			  const char *new_name, struct err *err)
{
	return proxy_rename(candidate, kinds, span_of(name), span_of(new_name), err);
}

static void references_follow_a_new_name(void **state)
{
	struct candidate *c =
		open_edit("defaults d\nfrontend f from d\n    default_backend  b # here\n"
			  "    acl up nbsrv(b) gt 0\nbackend b   from d  # the one\n"
			  "backend c\n    server s 1.1.1.1:80 track b/s\n");

	(void)state;
	assert_int_equal(rename_section(c, SECTION_BACKEND, "b", "live", NULL), 0);
	assert_int_equal(rename_section(c, SECTION_DEFAULTS, "d", "base", NULL), 0);
	assert_ends_as(c, "defaults base\nfrontend f from base\n"
			  "    default_backend  live # here\n"
			  "    acl up nbsrv(live) gt 0\nbackend live   from base  # the one\n"
			  "backend c\n    server s 1.1.1.1:80 track live/s\n");
}

static void a_taken_name_is_refused(void **state)
{
	struct err        err = ERR_INIT;
	struct candidate *c = open_edit("backend a\nlisten b\n");

	(void)state;
	assert_refused(c, rename_section(c, SECTION_BACKEND, "a", "b", &err), &err, ERR_EXISTS,
		       "a.cfg:2: there is a listen 'b' already");
	c = open_edit("backend a\n");
	assert_refused(c, rename_section(c, SECTION_BACKEND, "a", "b c", &err), &err, ERR_USAGE,
		       "'b c' is no name for a backend; HAProxy takes letters, digits and "
		       "- _ . : in names");
	c = open_edit("global\n");
	assert_refused(c, rename_section(c, SECTION_GLOBAL, "", "b", &err), &err, ERR_USAGE,
		       "a.cfg:1: this global section has no name");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_section_is_created_behind_the_last_of_its_kind),
		cmocka_unit_test(the_first_of_a_kind_is_created_at_the_end),
		cmocka_unit_test(an_empty_file_gets_a_section_without_a_blank_line),
		cmocka_unit_test(one_blank_line_is_enough),
		cmocka_unit_test(global_is_created_first),
		cmocka_unit_test(a_section_stands_behind_the_defaults_that_it_names),
		cmocka_unit_test(new_defaults_stand_where_nothing_follows),
		cmocka_unit_test(create_refuses_what_cannot_be),
		cmocka_unit_test(a_frontend_and_a_backend_may_share_a_name),
		cmocka_unit_test(a_deleted_section_takes_its_comments_and_one_blank_line),
		cmocka_unit_test(the_last_section_takes_the_blank_line_before_it),
		cmocka_unit_test(a_deletion_stays_within_its_file),
		cmocka_unit_test(what_is_referred_to_is_not_deleted),
		cmocka_unit_test(what_is_not_there_is_not_deleted),
		cmocka_unit_test(references_follow_a_new_name),
		cmocka_unit_test(a_taken_name_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
