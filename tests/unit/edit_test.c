/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Edits of the candidate: each changes what it names, and can be undone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "corpus.h"
#include "penstock/base/mem.h"
#include "penstock/config/edit.h"

static struct candidate *candidate_of(const char *text)
{
	struct document *doc = document_new();

	document_add_file(doc, "a.cfg", span_of(text));
	return candidate_new(doc);
}

static void assert_file(const struct document *doc, size_t file, const char *wanted)
{
	struct str out = STR_INIT;

	document_render(doc, file, &out);
	assert_string_equal(out.bytes, wanted);
	str_release(&out);
}

static void assert_text(const struct candidate *candidate, const char *wanted)
{
	assert_file(candidate->now, 0, wanted);
}

static const char sample[] =
	"global\n"
	"    daemon\n"
	"\n"
	"backend live\n"
	"    balance roundrobin\n"
	"    server app1   10.0.0.1:80 weight 10   # old\n"
	"    server app2   10.0.0.2:80\n"
	"\n"
	"# about spare\n"
	"backend spare\n";

static void a_fresh_candidate_is_clean(void **state)
{
	struct candidate *c = candidate_of(sample);
	struct err        err = ERR_INIT;
	const char       *title;

	(void)state;
	assert_false(candidate_is_dirty(c));
	assert_int_equal(edit_undo(c, &title, &err), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
	assert_int_equal(edit_redo(c, &title, &err), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
	err_release(&err);
	candidate_free(c);
}

static void a_replaced_line_keeps_its_ending(void **state)
{
	struct candidate *c = candidate_of("backend a\r\n server s 1:1\r\nbackend b");

	(void)state;
	edit_begin(c, "x");
	edit_replace_line(c, 1, span_of(" server s 1:2"));
	edit_replace_line(c, 2, span_of("backend c"));
	assert_true(edit_end(c));
	assert_text(c, "backend a\r\n server s 1:2\r\nbackend c");
	candidate_free(c);
}

static void an_edit_that_changes_nothing_leaves_no_trace(void **state)
{
	struct candidate *c = candidate_of(sample);

	(void)state;
	edit_begin(c, "x");
	edit_replace_line(c, 0, span_of("global"));
	edit_delete_lines(c, 3, 0);
	edit_move_line(c, 4, 5);
	edit_replace_file(c, 0, span_of(sample));
	assert_false(edit_end(c));
	assert_int_equal(c->done.count, 0);
	candidate_free(c);
}

static void an_inserted_line_takes_its_neighbours_ending(void **state)
{
	struct candidate *c = candidate_of("backend a\r\n server s 1:1\r\n");

	(void)state;
	edit_begin(c, "x");
	edit_insert_line(c, 1, 0, span_of(" mode http"));
	edit_insert_line(c, 3, 0, span_of(" server t 1:2"));
	edit_end(c);
	assert_text(c, "backend a\r\n mode http\r\n server s 1:1\r\n server t 1:2\r\n");
	candidate_free(c);
}

static void a_line_behind_one_without_an_ending_gives_it_one(void **state)
{
	struct candidate *c = candidate_of("backend a\n server s 1:1");

	(void)state;
	edit_begin(c, "x");
	edit_insert_line(c, 2, 0, span_of(" server t 1:2"));
	edit_end(c);
	assert_text(c, "backend a\n server s 1:1\n server t 1:2\n");
	candidate_free(c);
}

static void a_line_goes_into_an_empty_file(void **state)
{
	struct candidate *c = candidate_of("");

	(void)state;
	edit_begin(c, "x");
	edit_insert_line(c, 0, 0, span_of("global"));
	edit_end(c);
	assert_text(c, "global\n");
	candidate_free(c);
}

static void a_line_moves_up_and_down(void **state)
{
	struct candidate *c = candidate_of("a\nb\nc\nd");
	const char       *title;

	(void)state;
	edit_begin(c, "down");
	edit_move_line(c, 0, 3);
	edit_end(c);
	assert_text(c, "b\nc\na\nd");
	edit_begin(c, "up");
	edit_move_line(c, 2, 0);
	edit_end(c);
	assert_text(c, "a\nb\nc\nd");
	edit_begin(c, "the last one, which has no ending");
	edit_move_line(c, 3, 1);
	edit_end(c);
	assert_text(c, "a\nd\nb\nc\n");
	edit_undo(c, &title, NULL);
	assert_text(c, "a\nb\nc\nd");
	edit_begin(c, "behind the last one");
	edit_move_line(c, 0, 4);
	edit_end(c);
	assert_text(c, "b\nc\nd\na\n");
	candidate_free(c);
}

static void words_change_and_the_other_bytes_stay(void **state)
{
	struct candidate *c = candidate_of(sample);

	(void)state;
	edit_begin(c, "x");
	edit_replace_words(c, 5, 4, 1, span_of("50"));
	edit_end(c);
	assert_memory_equal(c->now->lines.items[5].bytes,
			    "    server app1   10.0.0.1:80 weight 50   # old\n",
			    c->now->lines.items[5].len);
	candidate_free(c);
}

static void words_go_with_the_blanks_before_them(void **state)
{
	struct candidate *c = candidate_of(" server s 1:1  weight 10  check # c\n");

	(void)state;
	edit_begin(c, "x");
	edit_replace_words(c, 0, 3, 2, span_of(""));
	edit_end(c);
	assert_text(c, " server s 1:1  check # c\n");
	edit_begin(c, "x");
	edit_replace_words(c, 0, 3, 1, span_of(""));
	edit_end(c);
	assert_text(c, " server s 1:1 # c\n");
	edit_begin(c, "x");
	edit_replace_words(c, 0, 0, 1, span_of(""));
	edit_end(c);
	assert_text(c, " s 1:1 # c\n");
	candidate_free(c);
}

static void words_are_put_in_before_the_comment(void **state)
{
	struct candidate *c = candidate_of(" server s 1:1   # c\n");

	(void)state;
	edit_begin(c, "x");
	edit_replace_words(c, 0, 3, 0, span_of("check"));
	edit_end(c);
	assert_text(c, " server s 1:1 check   # c\n");
	edit_begin(c, "x");
	edit_replace_words(c, 0, 3, 0, span_of("weight 5"));
	edit_end(c);
	assert_text(c, " server s 1:1 weight 5 check   # c\n");
	edit_begin(c, "x");
	edit_replace_words(c, 0, 0, 0, span_of("no"));
	edit_end(c);
	assert_text(c, " no server s 1:1 weight 5 check   # c\n");
	candidate_free(c);
}

static void a_line_joins_those_of_its_keyword(void **state)
{
	struct candidate *c = candidate_of(sample);
	const struct section *live = document_section(c->now, SECTION_BACKEND, span_of("live"));

	(void)state;
	edit_begin(c, "x");
	assert_int_equal(edit_add_to_section(c, live, span_of("balance leastconn")), 5);
	edit_end(c);
	live = document_section(c->now, SECTION_BACKEND, span_of("live"));
	edit_begin(c, "x");
	assert_int_equal(edit_add_to_section(c, live, span_of("server app3 10.0.0.3:80")), 8);
	edit_end(c);
	assert_text(c, "global\n    daemon\n\nbackend live\n    balance roundrobin\n"
		       "    balance leastconn\n"
		       "    server app1   10.0.0.1:80 weight 10   # old\n"
		       "    server app2   10.0.0.2:80\n    server app3   10.0.0.3:80\n\n"
		       "# about spare\nbackend spare\n");
	candidate_free(c);
}

static void a_setting_that_is_new_stands_before_the_servers(void **state)
{
	struct candidate *c = candidate_of(sample);
	const struct section *live = document_section(c->now, SECTION_BACKEND, span_of("live"));
	const struct section *spare;

	(void)state;
	edit_begin(c, "x");
	assert_int_equal(edit_add_to_section(c, live, span_of("retries 2")), 5);
	spare = document_section(c->now, SECTION_BACKEND, span_of("spare"));
	assert_int_equal(edit_add_to_section(c, spare, span_of("server s 1:1")), 11);
	edit_end(c);
	assert_text(c, "global\n    daemon\n\nbackend live\n    balance roundrobin\n"
		       "    retries 2\n"
		       "    server app1   10.0.0.1:80 weight 10   # old\n"
		       "    server app2   10.0.0.2:80\n\n"
		       "# about spare\nbackend spare\n    server s 1:1\n");
	candidate_free(c);
}

static void tabs_are_kept_as_indent(void **state)
{
	struct candidate *c = candidate_of("backend a\n\tmode http\n");

	(void)state;
	edit_begin(c, "x");
	edit_add_to_section(c, &c->now->sections.items[0], span_of("server s 1:1"));
	edit_end(c);
	assert_text(c, "backend a\n\tmode http\n\tserver s 1:1\n");
	candidate_free(c);
}

static void undo_and_redo_give_the_same_bytes(void **state)
{
	struct candidate *c = candidate_of(sample);
	const char       *title = NULL;
	struct str        edited = STR_INIT;

	(void)state;
	edit_begin(c, "first");
	edit_replace_words(c, 5, 4, 1, span_of("50"));
	edit_delete_lines(c, 9, 1);
	edit_insert_line(c, 0, 0, span_of("# new head"));
	edit_end(c);
	document_render(c->now, 0, &edited);
	assert_true(candidate_is_dirty(c));
	assert_int_equal(edit_undo(c, &title, NULL), 0);
	assert_string_equal(title, "first");
	assert_text(c, sample);
	assert_false(candidate_is_dirty(c));
	assert_int_equal(edit_redo(c, &title, NULL), 0);
	assert_text(c, edited.bytes);
	str_release(&edited);
	candidate_free(c);
}

static void a_new_edit_forgets_what_was_undone(void **state)
{
	struct candidate *c = candidate_of(sample);
	const char       *title;

	(void)state;
	edit_begin(c, "first");
	edit_delete_lines(c, 0, 1);
	edit_end(c);
	edit_undo(c, &title, NULL);
	edit_begin(c, "second");
	edit_delete_lines(c, 1, 1);
	edit_end(c);
	assert_int_equal(edit_redo(c, &title, NULL), -1);
	candidate_free(c);
}

static void a_cancelled_edit_takes_everything_back(void **state)
{
	struct candidate *c = candidate_of(sample);

	(void)state;
	edit_begin(c, "x");
	edit_delete_lines(c, 2, 3);
	edit_insert_line(c, 0, 0, span_of("peers p"));
	edit_move_line(c, 0, 4);
	edit_cancel(c);
	assert_text(c, sample);
	assert_int_equal(c->done.count, 0);
	candidate_free(c);
}

static void discarding_is_an_edit_that_can_be_undone(void **state)
{
	struct candidate *c = candidate_of(sample);
	const char       *title;

	(void)state;
	edit_begin(c, "x");
	edit_replace_words(c, 5, 4, 1, span_of("50"));
	edit_end(c);
	edit_discard(c);
	assert_false(candidate_is_dirty(c));
	assert_text(c, sample);
	edit_undo(c, &title, NULL);
	assert_true(candidate_is_dirty(c));
	candidate_free(c);
}

static void settling_makes_the_edits_the_base(void **state)
{
	struct candidate *c = candidate_of(sample);
	const char       *title;

	(void)state;
	edit_begin(c, "x");
	edit_delete_lines(c, 9, 1);
	edit_end(c);
	candidate_settle(c);
	assert_false(candidate_is_dirty(c));
	assert_int_equal(c->base->sections.count, 2);
	assert_int_equal(edit_undo(c, &title, NULL), -1);
	candidate_free(c);
}

static void rebasing_takes_other_bytes(void **state)
{
	struct candidate *c = candidate_of(sample);
	struct document  *other = document_new();

	(void)state;
	edit_begin(c, "x");
	edit_delete_lines(c, 9, 1);
	edit_end(c);
	document_add_file(other, "a.cfg", span_of("global\n"));
	candidate_rebase(c, other);
	assert_false(candidate_is_dirty(c));
	assert_text(c, "global\n");
	candidate_free(c);
}

static void a_replaced_file_keeps_its_equal_lines(void **state)
{
	struct candidate *c = candidate_of("a\nb\nc\nd\n");
	const char       *first = c->now->lines.items[0].bytes;
	const char       *last = c->now->lines.items[3].bytes;

	(void)state;
	edit_begin(c, "x");
	edit_replace_file(c, 0, span_of("a\nB\nB2\nc\nd\n"));
	edit_end(c);
	assert_text(c, "a\nB\nB2\nc\nd\n");
	assert_ptr_equal(c->now->lines.items[0].bytes, first);
	assert_ptr_equal(c->now->lines.items[4].bytes, last);
	assert_int_equal(c->done.items[0].splices.items[0].nout, 1);
	assert_int_equal(c->done.items[0].splices.items[0].nin, 2);
	candidate_free(c);
}

static void a_file_can_be_replaced_by_any_bytes(void **state)
{
	static const char *const texts[] = { "", "x", "x\r\ny", "a\nb", "a\nb\n\n", sample, "\n" };
	struct candidate *c = candidate_of("a\nb\n");

	(void)state;
	for (size_t i = 0; i < N(texts); i++) {
		edit_begin(c, "x");
		edit_replace_file(c, 0, span_of(texts[i]));
		edit_end(c);
		assert_text(c, texts[i]);
	}
	candidate_free(c);
}

static void a_replaced_range_ends_its_last_line(void **state)
{
	struct candidate *c = candidate_of(sample);

	(void)state;
	edit_begin(c, "x");
	edit_replace_range(c, 4, 3, span_of("    server new 1:1"));
	edit_end(c);
	assert_text(c, "global\n    daemon\n\nbackend live\n    server new 1:1\n\n"
		       "# about spare\nbackend spare\n");
	candidate_free(c);
}

static void edits_in_one_file_leave_the_others_alone(void **state)
{
	struct document  *doc = document_new();
	struct candidate *c;

	(void)state;
	document_add_file(doc, "a.cfg", span_of("backend a"));
	document_add_file(doc, "b.cfg", span_of("backend b\n server s 1:1\n"));
	c = candidate_new(doc);
	edit_begin(c, "x");
	edit_add_to_section(c, &c->now->sections.items[0], span_of("server t 1:2"));
	edit_end(c);
	assert_file(c->now, 0, "backend a\n server t 1:2\n");
	assert_file(c->now, 1, "backend b\n server s 1:1\n");
	edit_begin(c, "y");
	edit_replace_file(c, 0, span_of("backend a"));
	edit_end(c);
	assert_file(c->now, 0, "backend a");
	assert_file(c->now, 1, "backend b\n server s 1:1\n");
	assert_int_equal(c->now->sections.count, 2);
	candidate_free(c);
}

/* One random edit; every function that can change lines has its turn. */
static void edit_somehow(struct candidate *c, uint64_t *seed)
{
	struct document      *doc = c->now;
	size_t                lines = doc->lines.count, line = lines ? dice(seed, lines) : 0;
	size_t                file = lines ? doc->lines.items[line].file : 0;
	size_t                sections = doc->sections.count;
	const struct section *some = &doc->sections.items[sections ? dice(seed, sections) : 0];
	struct words          words = WORDS_INIT;

	switch (dice(seed, lines ? 7 : 1)) {
	case 0:
		edit_insert_line(c, line, file,
				 span_of(dice(seed, 4) ? " server x 1:1" : "backend n"));
		break;
	case 1:
		edit_replace_line(c, line, span_of(dice(seed, 4) ? "\tmode tcp" : "frontend f"));
		break;
	case 2:
		edit_delete_lines(c, line, 1);
		break;
	case 3:
		if (doc->files.count == 1)
			edit_move_line(c, line, dice(seed, lines + 1));
		break;
	case 4:
		words_split(&words, line_span(&doc->lines.items[line]));
		if (words.count)
			edit_replace_words(c, line, dice(seed, words.count), 1,
					   span_of(dice(seed, 2) ? "" : "'q r'"));
		break;
	case 5:
		if (sections)
			edit_add_to_section(c, some, span_of("server y 1:1"));
		break;
	default:
		edit_replace_range(c, line, 1, span_of("a\nbackend m\n b"));
		break;
	}
	words_release(&words);
}

static void assert_same_as_fresh(const struct document *doc)
{
	struct document *fresh = document_new();
	struct str       bytes = STR_INIT;

	for (size_t i = 0; i < doc->files.count; i++) {
		str_reset(&bytes);
		document_render(doc, i, &bytes);
		document_add_file(fresh, doc->files.items[i].path, str_span(&bytes));
	}
	assert_true(document_equal(doc, fresh));
	assert_int_equal(doc->sections.count, fresh->sections.count);
	for (size_t i = 0; i < doc->sections.count; i++) {
		assert_int_equal(doc->sections.items[i].first, fresh->sections.items[i].first);
		assert_int_equal(doc->sections.items[i].count, fresh->sections.items[i].count);
	}
	str_release(&bytes);
	document_free(fresh);
}

static void any_edits_undone_give_the_first_bytes_and_redone_the_last(void **state)
{
	uint64_t seed = 42;

	(void)state;
	for (int round = 0; round < 100; round++) {
		struct document  *doc = document_new(), *last;
		struct candidate *c;
		const char       *title;

		document_add_file(doc, "a.cfg",
				  span_of(round % 3 ? sample : "backend a\r\n x\r\n"));
		if (round % 2)
			document_add_file(doc, "b.cfg", span_of("backend b\n server s 1:1"));
		c = candidate_new(doc);
		for (int i = 0; i < 20; i++) {
			edit_begin(c, "some");
			for (size_t j = dice(&seed, 3) + 1; j; j--)
				edit_somehow(c, &seed);
			edit_end(c);
			assert_same_as_fresh(c->now);
		}
		last = document_dup(c->now);
		while (!edit_undo(c, &title, NULL))
			assert_same_as_fresh(c->now);
		assert_true(document_equal(c->now, c->base));
		while (!edit_redo(c, &title, NULL))
			;
		assert_true(document_equal(c->now, last));
		document_free(last);
		candidate_free(c);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_fresh_candidate_is_clean),
		cmocka_unit_test(a_replaced_line_keeps_its_ending),
		cmocka_unit_test(an_edit_that_changes_nothing_leaves_no_trace),
		cmocka_unit_test(an_inserted_line_takes_its_neighbours_ending),
		cmocka_unit_test(a_line_behind_one_without_an_ending_gives_it_one),
		cmocka_unit_test(a_line_goes_into_an_empty_file),
		cmocka_unit_test(a_line_moves_up_and_down),
		cmocka_unit_test(words_change_and_the_other_bytes_stay),
		cmocka_unit_test(words_go_with_the_blanks_before_them),
		cmocka_unit_test(words_are_put_in_before_the_comment),
		cmocka_unit_test(a_line_joins_those_of_its_keyword),
		cmocka_unit_test(a_setting_that_is_new_stands_before_the_servers),
		cmocka_unit_test(tabs_are_kept_as_indent),
		cmocka_unit_test(undo_and_redo_give_the_same_bytes),
		cmocka_unit_test(a_new_edit_forgets_what_was_undone),
		cmocka_unit_test(a_cancelled_edit_takes_everything_back),
		cmocka_unit_test(discarding_is_an_edit_that_can_be_undone),
		cmocka_unit_test(settling_makes_the_edits_the_base),
		cmocka_unit_test(rebasing_takes_other_bytes),
		cmocka_unit_test(a_replaced_file_keeps_its_equal_lines),
		cmocka_unit_test(a_file_can_be_replaced_by_any_bytes),
		cmocka_unit_test(a_replaced_range_ends_its_last_line),
		cmocka_unit_test(edits_in_one_file_leave_the_others_alone),
		cmocka_unit_test(any_edits_undone_give_the_first_bytes_and_redone_the_last),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
