/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Unified diffs: their form, and that they lead from one text to the other. */
#include "unit.h"

#include <git2.h>

#include "corpus.h"
#include "penstock/base/mem.h"
#include "penstock/plan/diff.h"
#include "penstock/plan/regions.h"

static void diff(struct span before, struct span after, struct str *out)
{
	struct err err = ERR_INIT;

	if (diff_texts(before, after, "haproxy.cfg", out, &err) < 0)
		fail_msg("%s", err.text.bytes);
	err_release(&err);
}

static void assert_diff(const char *before, const char *after, const char *expected)
{
	struct str out = STR_INIT;

	diff(span_of(before), span_of(after), &out);
	assert_string_equal(out.bytes, expected);
	str_release(&out);
}

#define HEADER "--- a/haproxy.cfg\n+++ b/haproxy.cfg\n"

static void equal_texts_give_nothing(void **state)
{
	(void)state;
	assert_diff("", "", "");
	assert_diff("a\nb\n", "a\nb\n", "");
}

static void a_changed_line_stands_in_its_context(void **state)
{
	(void)state;
	assert_diff("1\n2\n3\n4\nold\n6\n7\n8\n9\n", "1\n2\n3\n4\nnew\n6\n7\n8\n9\n",
		    HEADER "@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-old\n+new\n 6\n 7\n 8\n");
}

static void a_hunk_names_its_section(void **state)
{
	(void)state;
	assert_diff("backend live # the one\n 1\n 2\n 3\n 4\n 5\n",
		    "backend live # the one\n 1\n 2\n 3\n 4\n 6\n",
		    HEADER "@@ -3,4 +3,4 @@ backend live # the one\n  2\n  3\n  4\n- 5\n+ 6\n");
}

static void hunks_far_apart_are_two(void **state)
{
	(void)state;
	assert_diff("a\n1\n2\n3\n4\n5\n6\n7\nb\n", "A\n1\n2\n3\n4\n5\n6\n7\nB\n",
		    HEADER "@@ -1,4 +1,4 @@\n-a\n+A\n 1\n 2\n 3\n"
			   "@@ -6,4 +6,4 @@ a\n 5\n 6\n 7\n-b\n+B\n");
}

static void texts_may_come_from_nothing_and_go(void **state)
{
	(void)state;
	assert_diff("", "a\nb\n", HEADER "@@ -0,0 +1,2 @@\n+a\n+b\n");
	assert_diff("a\n", "", HEADER "@@ -1 +0,0 @@\n-a\n");
}

static void a_missing_line_end_is_told(void **state)
{
	(void)state;
	assert_diff("a\nb", "a\nb\n",
		    HEADER "@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+b\n");
	assert_diff("a\nb\n", "a\nc",
		    HEADER "@@ -1,2 +1,2 @@\n a\n-b\n+c\n\\ No newline at end of file\n");
	assert_diff("a\nb", "c\nb",
		    HEADER "@@ -1,2 +1,2 @@\n-a\n+c\n b\n\\ No newline at end of file\n");
}

static void binary_bytes_are_text_too(void **state)
{
	struct str out = STR_INIT;

	(void)state;
	diff(span_make("a\0b\nc\n", 6), span_make("a\0d\nc\n", 6), &out);
	assert_int_equal(out.len, strlen(HEADER) + strlen("@@ -1,2 +1,2 @@\n") + 5 + 5 + 3);
	assert_memory_equal(out.bytes + strlen(HEADER), "@@ -1,2 +1,2 @@\n-a\0b\n+a\0d\n c\n", 29);
	str_release(&out);
}

static void the_header_has_a_printable_relative_path(void **state)
{
	struct str out = STR_INIT;

	(void)state;
	assert_int_equal(diff_texts(span_of("a\n"), span_of("b\n"), "/etc/h\x1b.cfg", &out, NULL),
			 0);
	assert_string_equal(out.bytes, "--- a/etc/h\\x1b.cfg\n+++ b/etc/h\\x1b.cfg\n"
				       "@@ -1 +1 @@\n-a\n+b\n");
	str_release(&out);
}

static void each_file_has_its_own_part(void **state)
{
	struct document *before = document_new(), *after = document_new();
	struct str       out = STR_INIT;
	size_t           added, removed;

	(void)state;
	document_add_file(before, "1.cfg", span_of("a\n"));
	document_add_file(before, "2.cfg", span_of("same\n"));
	document_add_file(before, "4.cfg", span_of("gone\n"));
	document_add_file(after, "1.cfg", span_of("b\n"));
	document_add_file(after, "2.cfg", span_of("same\n"));
	document_add_file(after, "3.cfg", span_of("new\n"));
	assert_int_equal(diff_documents(before, after, &out, NULL), 0);
	assert_string_equal(out.bytes, "--- a/1.cfg\n+++ b/1.cfg\n@@ -1 +1 @@\n-a\n+b\n"
				       "--- a/3.cfg\n+++ b/3.cfg\n@@ -0,0 +1 @@\n+new\n"
				       "--- a/4.cfg\n+++ b/4.cfg\n@@ -1 +0,0 @@\n-gone\n");
	diff_count(str_span(&out), &added, &removed);
	assert_int_equal(added, 2);
	assert_int_equal(removed, 2);
	str_release(&out);
	document_free(before);
	document_free(after);
}

static void lines_that_look_like_headers_are_counted(void **state)
{
	struct str out = STR_INIT;
	size_t     added, removed;

	(void)state;
	diff(span_of("-- a/x\n@@ -1 +1 @@\nk\n"), span_of("++ b/x\n@@ -1,9 +1 @@\nk\n"), &out);
	diff_count(str_span(&out), &added, &removed);
	assert_int_equal(added, 2);
	assert_int_equal(removed, 2);
	str_release(&out);
}

static void counting_takes_any_bytes(void **state)
{
	size_t added, removed;

	(void)state;
	diff_count(span_of(""), &added, &removed);
	assert_int_equal(added + removed, 0);
	diff_count(span_of("@@ -x +99999999999999999999 @@\n+a\n@@ -1\n+b\n@@ "), &added, &removed);
	assert_int_equal(removed, 0);
}

/* Applies a diff made here; it has one file. */
struct patch {
	struct span before, diff;
	size_t      line; /* of before, from 1, that comes next */
	struct str  result;
};

static struct span take_line(struct span *text)
{
	const char *end = memchr(text->at, '\n', text->len);
	size_t      len = end ? (size_t)(end - text->at) + 1 : text->len;
	struct span line = span_make(text->at, len);

	*text = span_make(text->at + len, text->len - len);
	return line;
}

static void copy_until(struct patch *patch, size_t line)
{
	for (; patch->line < line && patch->before.len; patch->line++)
		str_add_span(&patch->result, take_line(&patch->before));
}

static void apply_line(struct patch *patch, struct span line)
{
	struct span content = span_make(line.at + 1, line.len - 1);
	bool        open = patch->diff.len && patch->diff.at[0] == '\\';

	if (open) {
		content.len--;
		take_line(&patch->diff);
	}
	if (line.at[0] != '+') {
		assert_true(span_equal(take_line(&patch->before), content));
		patch->line++;
	}
	if (line.at[0] != '-')
		str_add_span(&patch->result, content);
}

static void assert_leads_to(struct span before, struct span after)
{
	struct str   out = STR_INIT;
	struct patch patch = { .before = before, .line = 1, .result = STR_INIT };

	diff(before, after, &out);
	patch.diff = str_span(&out);
	if (patch.diff.len) {
		take_line(&patch.diff);
		take_line(&patch.diff);
	}
	while (patch.diff.len) {
		struct span line = take_line(&patch.diff);
		long        start, count = 1;

		if (span_starts(line, "@@ ")) {
			assert_int_equal(sscanf(line.at, "@@ -%ld,%ld", &start, &count) > 0, 1);
			copy_until(&patch, (size_t)start + (count == 0));
		} else {
			apply_line(&patch, line);
		}
	}
	copy_until(&patch, SIZE_MAX);
	if (!span_equal(str_span(&patch.result), after))
		fail_msg("the diff leads elsewhere:\n%s", out.bytes);
	str_release(&patch.result);
	str_release(&out);
}

/* Lines that repeat, so that there are many ways to align them. */
static void random_lines(uint64_t *state, size_t most, size_t kinds, struct str *out)
{
	for (size_t i = dice(state, most); i > 0; i--)
		str_addf(out, " line %zu\n", dice(state, kinds));
	if (!dice(state, 3))
		str_addf(out, "end %zu", dice(state, 2));
}

static void small_diffs_lead_to_the_later_text(void **state)
{
	uint64_t random = 7;

	(void)state;
	for (size_t i = 0; i < 3000; i++) {
		struct str a = STR_INIT, b = STR_INIT;

		random_lines(&random, 12, 4, &a);
		random_lines(&random, 12, 4, &b);
		assert_leads_to(str_span(&a), str_span(&b));
		str_release(&a);
		str_release(&b);
	}
}

/* Few edits in long texts, near and far from each other. */
static void edited_lines(uint64_t *state, size_t kinds, struct str *a, struct str *b)
{
	for (size_t left = 400 + dice(state, 400); left > 0; left--) {
		size_t kind = dice(state, kinds);

		if (dice(state, 100))
			str_addf(a, " line %zu\n", kind);
		if (dice(state, 100))
			str_addf(b, " line %zu\n", kind);
	}
}

static void diffs_of_long_texts_lead_to_the_later_text(void **state)
{
	static const size_t kinds[] = { 2, 20, 100000 };
	uint64_t            random = 3;

	(void)state;
	for (size_t i = 0; i < 200; i++) {
		struct str a = STR_INIT, b = STR_INIT;

		edited_lines(&random, kinds[i % N(kinds)], &a, &b);
		assert_leads_to(str_span(&a), str_span(&b));
		str_release(&a);
		str_release(&b);
	}
}

static void only_what_differs_is_looked_at(void **state)
{
	struct str     a = STR_INIT, b = STR_INIT;
	struct regions regions = REGIONS_INIT;

	(void)state;
	for (int i = 0; i < 10000; i++) {
		str_addf(&a, "%d\n", i);
		str_addf(&b, "%d%s\n", i, i == 3000 ? "\nx" : i == 7000 ? "x" : "");
	}
	regions_find(str_span(&a), str_span(&b), &regions);
	assert_int_equal(regions.list.count, 2);
	assert_int_equal(regions.list.items[0].lines_before, 3001 - REGION_MARGIN);
	assert_int_equal(regions.list.items[1].lines_before, 7000 - REGION_MARGIN);
	assert_int_equal(regions.list.items[1].lines_after, 7001 - REGION_MARGIN);
	assert_true(regions.list.items[0].before.len < 1000);
	regions_release(&regions);
	str_release(&a);
	str_release(&b);
}

/* Held open, because opening it takes longer than a thousand small diffs. */
static int open_library(void **state)
{
	(void)state;
	return git_libgit2_init() < 0;
}

static int close_library(void **state)
{
	(void)state;
	return git_libgit2_shutdown() < 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_texts_give_nothing),
		cmocka_unit_test(a_changed_line_stands_in_its_context),
		cmocka_unit_test(a_hunk_names_its_section),
		cmocka_unit_test(hunks_far_apart_are_two),
		cmocka_unit_test(texts_may_come_from_nothing_and_go),
		cmocka_unit_test(a_missing_line_end_is_told),
		cmocka_unit_test(binary_bytes_are_text_too),
		cmocka_unit_test(the_header_has_a_printable_relative_path),
		cmocka_unit_test(each_file_has_its_own_part),
		cmocka_unit_test(lines_that_look_like_headers_are_counted),
		cmocka_unit_test(counting_takes_any_bytes),
		cmocka_unit_test(small_diffs_lead_to_the_later_text),
		cmocka_unit_test(diffs_of_long_texts_lead_to_the_later_text),
		cmocka_unit_test(only_what_differs_is_looked_at),
	};

	return cmocka_run_group_tests(tests, open_library, close_library);
}
