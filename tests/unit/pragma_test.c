/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Comments that Penstock reads and HAProxy does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "penstock/base/mem.h"
#include "penstock/config/pragma.h"

static struct candidate *open_edit(const char *text)
{
	struct document  *doc = document_new();
	struct candidate *candidate;

	document_add_file(doc, "a.cfg", span_of(text));
	candidate = candidate_new(doc);
	edit_begin(candidate, "test");
	return candidate;
}

/* Sets the pragma in the section of that index. */
static void set(struct candidate *candidate, size_t section, const char *word,
		const char *text)
{
	pragma_set(candidate, &candidate->now->sections.items[section], word, span_of(text));
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

static void a_pragma_is_read_as_words(void **state)
{
	struct words words = WORDS_INIT;

	(void)state;
	assert_true(pragma_read(span_of("  #@ source thalassa \"my app\" 1.0.0\r\n"), &words));
	assert_int_equal(words.count, 4);
	assert_true(words_is(&words, 0, "source"));
	assert_true(words_is(&words, 2, "my app"));
	assert_true(pragma_read(span_of("#@slots 4"), &words));
	assert_true(words_is(&words, 1, "4"));
	assert_true(pragma_read(span_of("\t#@"), &words));
	assert_int_equal(words.count, 0);
	words_release(&words);
}

static void other_lines_are_no_pragmas(void **state)
{
	static const char *const lines[] = {
		"", "#", "# @ source x", "##@ source x", "@ source x", "server #@ source x", "  \n",
	};
	struct words words = WORDS_INIT;

	(void)state;
	for (size_t i = 0; i < N(lines); i++)
		if (pragma_read(span_of(lines[i]), &words))
			fail_msg("'%s' was read", lines[i]);
	words_release(&words);
}

static void a_pragma_is_found_in_its_section_only(void **state)
{
	struct candidate *c = open_edit("backend a\n  #@ slots 2\nbackend b\n  mode tcp\n"
					"  #@ source dns x\n  #@ slots 4\n");

	(void)state;
	assert_int_equal(pragma_find(c->now, &c->now->sections.items[0], "slots"), 1);
	assert_int_equal(pragma_find(c->now, &c->now->sections.items[1], "slots"), 5);
	assert_int_equal(pragma_find(c->now, &c->now->sections.items[0], "source"), SIZE_MAX);
	assert_int_equal(pragma_find(c->now, &c->now->sections.items[1], "slot"), SIZE_MAX);
	edit_cancel(c);
	candidate_free(c);
}

static void a_new_pragma_goes_behind_the_header(void **state)
{
	struct candidate *c = open_edit("backend a\n\tmode tcp\nbackend b\n");

	(void)state;
	set(c, 0, "source", "consul web");
	set(c, 0, "slots", "4");
	set(c, 1, "slots", "5");
	assert_ends_as(c, "backend a\n\t#@ source consul web\n\t#@ slots 4\n\tmode tcp\n"
			  "backend b\n\t#@ slots 5\n");
}

static void a_pragma_behind_the_last_line_gets_a_line_of_its_own(void **state)
{
	struct candidate *c = open_edit("backend a");

	(void)state;
	set(c, 0, "slots", "4");
	assert_ends_as(c, "backend a\n    #@ slots 4\n");
}

static void a_pragma_is_replaced_where_it_stands(void **state)
{
	struct candidate *c = open_edit("backend a\r\n  mode tcp\r\n   #@  slots   4\r\n");

	(void)state;
	set(c, 0, "slots", "8");
	assert_ends_as(c, "backend a\r\n  mode tcp\r\n   #@ slots 8\r\n");
}

static void a_pragma_without_text_is_removed(void **state)
{
	struct candidate *c = open_edit("backend a\n  #@ slots 4\n  mode tcp\n");

	(void)state;
	set(c, 0, "slots", "");
	set(c, 0, "source", "");
	assert_ends_as(c, "backend a\n  mode tcp\n");
}

static void a_pragma_that_says_so_already_stays(void **state)
{
	struct candidate *c = open_edit("backend a\n  #@ slots 4\n");

	(void)state;
	set(c, 0, "slots", "4");
	assert_false(edit_end(c));
	candidate_free(c);
}

static void a_line_end_in_the_text_makes_no_line(void **state)
{
	struct candidate *c = open_edit("backend a\n");

	(void)state;
	set(c, 0, "source", "x\n  server evil h:1\r");
	assert_ends_as(c, "backend a\n    #@ source x   server evil h:1 \n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pragma_is_read_as_words),
		cmocka_unit_test(other_lines_are_no_pragmas),
		cmocka_unit_test(a_pragma_is_found_in_its_section_only),
		cmocka_unit_test(a_new_pragma_goes_behind_the_header),
		cmocka_unit_test(a_pragma_behind_the_last_line_gets_a_line_of_its_own),
		cmocka_unit_test(a_pragma_is_replaced_where_it_stands),
		cmocka_unit_test(a_pragma_without_text_is_removed),
		cmocka_unit_test(a_pragma_that_says_so_already_stays),
		cmocka_unit_test(a_line_end_in_the_text_makes_no_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
