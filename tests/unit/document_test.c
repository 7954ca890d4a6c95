/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The byte-exact document: its three laws, and the sections that it shows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "corpus.h"
#include "penstock/base/mem.h"
#include "penstock/config/document.h"

static struct document *parse(const char *text)
{
	struct document *doc = document_new();

	document_add_file(doc, "haproxy.cfg", span_of(text));
	return doc;
}

static void assert_renders(const struct document *doc, size_t file, struct span bytes)
{
	struct str out = STR_INIT;

	document_render(doc, file, &out);
	if (!span_equal(str_span(&out), bytes))
		fail_msg("rendering gives other bytes: %zu for %zu", out.len, bytes.len);
	str_release(&out);
}

/* The view over the lines is what a fresh parse of the same bytes shows. */
static void assert_in_step(const struct document *doc)
{
	struct document *fresh = document_new();
	struct str       bytes = STR_INIT;
	size_t           lines = 0;

	for (size_t i = 0; i < doc->files.count; i++) {
		str_reset(&bytes);
		document_render(doc, i, &bytes);
		document_add_file(fresh, doc->files.items[i].path, str_span(&bytes));
		lines += doc->files.items[i].lines;
		assert_int_equal(doc->files.items[i].lines, fresh->files.items[i].lines);
	}
	assert_int_equal(lines, doc->lines.count);
	assert_true(document_equal(doc, fresh));
	assert_int_equal(doc->sections.count, fresh->sections.count);
	for (size_t i = 0; i < doc->sections.count; i++) {
		const struct section *a = &doc->sections.items[i], *b = &fresh->sections.items[i];

		assert_int_equal(a->kind, b->kind);
		assert_int_equal(a->file, b->file);
		assert_int_equal(a->first, b->first);
		assert_int_equal(a->count, b->count);
		assert_true(span_equal(a->name, b->name));
		assert_true(span_equal(a->from, b->from));
	}
	str_release(&bytes);
	document_free(fresh);
}

static void assert_round_trip(struct span bytes)
{
	struct document *doc = document_new();

	document_add_file(doc, "x.cfg", bytes);
	assert_renders(doc, 0, bytes);
	document_free(doc);
}

static void rendering_gives_back_every_byte(void **state)
{
	static const char nul[] = "a\0b\nbackend \0x\n";
	static const char *const texts[] = {
		"", "\n", "\n\n", "a", "a\n", "a\r\n", "\r", "\r\n\r\n", "backend b",
		"backend b\n server s 1:1", "backend b\r\n\tserver s 1:1\r\n", "\xff\xfe\x80\n",
		"'open\nbackend \"b\n", "\\\n", "#", "  \t", "backend\n", "frontend from\n",
		"defaults from\n", "backend a from", "\xef\xbb\xbfglobal\n",
	};

	(void)state;
	for (size_t i = 0; i < N(texts); i++)
		assert_round_trip(span_of(texts[i]));
	assert_round_trip(span_make(nul, sizeof(nul) - 1));
}

static void every_file_of_the_corpus_keeps_its_bytes(void **state)
{
	struct strings paths = STRINGS_INIT;
	struct str     bytes = STR_INIT;

	(void)state;
	corpus_list(&paths);
	if (!paths.list.count) {
		print_message("# the corpus is not there\n");
		skip();
	}
	for (size_t i = 0; i < paths.list.count; i++) {
		corpus_read(paths.list.items[i], &bytes);
		assert_true(bytes.len > 0);
		assert_round_trip(str_span(&bytes));
	}
	str_release(&bytes);
	strings_release(&paths);
}

/* Of the smaller ones: a prefix of each length is a file of its own. */
static void every_prefix_of_ten_files_keeps_its_bytes(void **state)
{
	struct strings paths = STRINGS_INIT;
	struct str     bytes = STR_INIT;
	size_t         done = 0;

	(void)state;
	corpus_list(&paths);
	if (!paths.list.count) {
		print_message("# the corpus is not there\n");
		skip();
	}
	for (size_t i = 0; i < paths.list.count && done < 10; i++) {
		corpus_read(paths.list.items[i], &bytes);
		if (bytes.len > 4096)
			continue;
		for (size_t len = 0; len <= bytes.len; len++)
			assert_round_trip(span_make(bytes.bytes, len));
		done++;
	}
	assert_int_equal(done, 10);
	str_release(&bytes);
	strings_release(&paths);
}

static void a_line_of_a_megabyte_is_a_line(void **state)
{
	struct str       bytes = STR_INIT;
	struct document *doc = document_new();

	(void)state;
	str_add_text(&bytes, "backend b\n  acl x path ");
	str_add_repeat(&bytes, 'y', 1 << 20);
	str_add_text(&bytes, "\n");
	document_add_file(doc, "x.cfg", str_span(&bytes));
	assert_int_equal(doc->lines.count, 2);
	assert_renders(doc, 0, str_span(&bytes));
	document_free(doc);
	str_release(&bytes);
}

static void a_hundred_thousand_sections_are_found_by_name(void **state)
{
	struct str            bytes = STR_INIT;
	struct document      *doc = document_new();
	const struct section *section;

	(void)state;
	for (int i = 0; i < 100000; i++)
		str_addf(&bytes, "backend b%d\n  server s 10.0.0.1:80\n", i);
	document_add_file(doc, "x.cfg", str_span(&bytes));
	assert_int_equal(doc->sections.count, 100000);
	section = document_section(doc, SECTION_BACKEND, span_of("b99999"));
	assert_non_null(section);
	assert_int_equal(section->first, 199998);
	assert_ptr_equal(document_section_at(doc, 199999), section);
	assert_renders(doc, 0, str_span(&bytes));
	document_free(doc);
	str_release(&bytes);
}

static const char sample[] =
	"# head\n"
	"global\n"
	"    daemon\n"
	"\n"
	"defaults base\n"
	"    mode http\n"
	"\n"
	"# about web\n"
	"frontend web from base\n"
	"    bind :80\n"
	"    default_backend live\n"
	"    # last words of web\n"
	"\n"
	"backend live\n"
	"    server a 10.0.0.1:80\n"
	"    server b 10.0.0.2:80\n"
	"\n"
	"# about other\n"
	"backend \"other one\"\n";

static void sections_have_kind_name_and_lines(void **state)
{
	struct document      *doc = parse(sample);
	const struct section *s = doc->sections.items;
	struct str            title = STR_INIT;

	(void)state;
	assert_int_equal(doc->sections.count, 5);
	assert_int_equal(s[0].kind, SECTION_GLOBAL);
	assert_int_equal(s[0].first, 1);
	assert_int_equal(s[0].count, 3);
	assert_int_equal(s[2].kind, SECTION_FRONTEND);
	assert_true(span_is(s[2].name, "web"));
	assert_true(span_is(s[2].from, "base"));
	assert_true(span_is(s[4].name, "other one"));
	section_title(&s[2], &title);
	assert_string_equal(title.bytes, "frontend web");
	assert_null(document_section_at(doc, 0));
	assert_ptr_equal(document_section_at(doc, 10), &s[2]);
	assert_ptr_equal(document_section(doc, SECTION_BACKEND, span_of("live")), &s[3]);
	assert_ptr_equal(document_section(doc, SECTION_PROXY, span_of("live")), &s[3]);
	assert_null(document_section(doc, SECTION_FRONTEND, span_of("live")));
	assert_ptr_equal(document_section(doc, SECTION_GLOBAL, span_of("")), &s[0]);
	str_release(&title);
	document_free(doc);
}

static void defaults_from_has_no_name_of_its_own(void **state)
{
	struct document *doc = parse("defaults a\ndefaults from a\ndefaults b from a\n");

	(void)state;
	assert_int_equal(doc->sections.items[1].name.len, 0);
	assert_true(span_is(doc->sections.items[1].from, "a"));
	assert_true(span_is(doc->sections.items[2].name, "b"));
	assert_true(span_is(doc->sections.items[2].from, "a"));
	document_free(doc);
}

static void a_keyword_inside_a_line_opens_no_section(void **state)
{
	struct document *doc = parse("backend a\n  option backend\n# backend b\n 'backend' c\n");

	(void)state;
	assert_int_equal(doc->sections.count, 2);
	assert_true(span_is(doc->sections.items[1].name, "c"));
	document_free(doc);
}

static void a_section_ends_before_the_comments_of_the_next(void **state)
{
	struct document      *doc = parse(sample);
	const struct section *s = doc->sections.items;

	(void)state;
	assert_int_equal(section_end(doc, &s[2]), 12);
	assert_int_equal(section_end(doc, &s[3]), 16);
	assert_int_equal(section_lead(doc, &s[2]), 1);
	assert_int_equal(section_lead(doc, &s[3]), 0);
	assert_int_equal(section_lead(doc, &s[4]), 1);
	document_free(doc);
}

static void a_proxy_inherits_from_the_last_defaults_or_the_named_one(void **state)
{
	struct document *doc = parse("defaults one\nbackend a\ndefaults two\nbackend b\n"
				     "backend c from one\nglobal\n");
	const struct section *s = doc->sections.items;

	(void)state;
	assert_ptr_equal(section_defaults(doc, &s[1]), &s[0]);
	assert_ptr_equal(section_defaults(doc, &s[3]), &s[2]);
	assert_ptr_equal(section_defaults(doc, &s[4]), &s[0]);
	assert_null(section_defaults(doc, &s[5]));
	document_free(doc);
}

static void lines_of_a_section_are_found_by_their_words(void **state)
{
	struct document *doc = parse("backend a\n timeout connect 1s\n no option httplog\n"
				     " timeout server 2s\n \"server\" s1 1:1\n server s2 1:2\n"
				     "backend b\n server s3 1:3\n");
	const struct section *a = &doc->sections.items[0];

	(void)state;
	assert_int_equal(section_find(doc, a, 0, "timeout", NULL), 1);
	assert_int_equal(section_find(doc, a, 2, "timeout", NULL), 3);
	assert_int_equal(section_find(doc, a, 0, "timeout", "server"), 3);
	assert_int_equal(section_find(doc, a, 0, "option", "httplog"), SIZE_MAX);
	assert_int_equal(section_find(doc, a, 0, "backend", NULL), SIZE_MAX);
	assert_int_equal(section_server(doc, a, span_of("s1")), 4);
	assert_int_equal(section_server(doc, a, span_of("s2")), 5);
	assert_int_equal(section_server(doc, a, span_of("s3")), SIZE_MAX);
	document_free(doc);
}

static void places_name_file_and_line(void **state)
{
	struct document *doc = document_new();
	size_t           line = 0;

	(void)state;
	document_add_file(doc, "conf/a.cfg", span_of("global\n daemon\n"));
	document_add_file(doc, "conf/empty.cfg", span_of(""));
	document_add_file(doc, "conf/b.cfg", span_of("backend b\n server s 1:1"));
	assert_string_equal(document_place(doc, 1).file, "conf/a.cfg");
	assert_int_equal(document_place(doc, 1).line, 2);
	assert_string_equal(document_place(doc, 2).file, "conf/b.cfg");
	assert_int_equal(document_place(doc, 2).line, 1);
	assert_true(document_find_line(doc, span_of("conf/b.cfg"), 2, &line));
	assert_int_equal(line, 3);
	assert_true(document_find_line(doc, span_of("b.cfg"), 1, &line));
	assert_int_equal(line, 2);
	assert_false(document_find_line(doc, span_of("b.cfg"), 3, &line));
	assert_false(document_find_line(doc, span_of("b.cfg"), 0, &line));
	assert_false(document_find_line(doc, span_of(".cfg"), 1, &line));
	assert_false(document_find_line(doc, span_of(""), 1, &line));
	document_free(doc);
}

static void a_part_of_a_path_that_fits_two_files_fits_none(void **state)
{
	struct document *doc = document_new();
	size_t           line;

	(void)state;
	document_add_file(doc, "a/x.cfg", span_of("global\n"));
	document_add_file(doc, "b/x.cfg", span_of("global\n"));
	assert_false(document_find_line(doc, span_of("x.cfg"), 1, &line));
	assert_true(document_find_line(doc, span_of("b/x.cfg"), 1, &line));
	assert_int_equal(line, 1);
	document_free(doc);
}

static void a_section_does_not_reach_into_the_next_file(void **state)
{
	struct document *doc = document_new();

	(void)state;
	document_add_file(doc, "a.cfg", span_of("backend a\n server s 1:1\n"));
	document_add_file(doc, "b.cfg", span_of(" server t 1:2\nbackend b\n"));
	assert_int_equal(doc->sections.items[0].count, 2);
	assert_null(document_section_at(doc, 2));
	assert_int_equal(section_server(doc, &doc->sections.items[0], span_of("t")), SIZE_MAX);
	document_free(doc);
}

static void a_splice_changes_the_lines_that_it_names(void **state)
{
	struct document *doc = parse("backend a\n server s 1:1\n server t 1:2\n");
	struct line      made = document_line(doc, 0, span_of(" server u 1:3\n"));

	(void)state;
	document_splice(doc, 1, 1, &made, 1);
	assert_renders(doc, 0, span_of("backend a\n server u 1:3\n server t 1:2\n"));
	document_splice(doc, 3, 0, &made, 1);
	assert_renders(doc, 0, span_of("backend a\n server u 1:3\n server t 1:2\n server u 1:3\n"));
	document_splice(doc, 0, 1, NULL, 0);
	assert_int_equal(doc->sections.count, 0);
	assert_in_step(doc);
	document_free(doc);
}

static void a_copy_does_not_follow_the_original(void **state)
{
	struct document *doc = parse(sample), *copy = document_dup(doc);

	(void)state;
	assert_true(document_equal(doc, copy));
	document_splice(doc, 0, 3, NULL, 0);
	assert_false(document_equal(doc, copy));
	document_free(doc);
	assert_renders(copy, 0, span_of(sample));
	document_free(copy);
}

/* Lines that open sections, lie in them, or are odd. */
static const char *const pieces[] = {
	"backend a\n", "frontend f from d\n", "defaults\n", " server s 1:1\n", "\n", "# c\n",
	" # c\n", "global\n", "'backend' q\n", "listen \"l l\"\n", " bind :80\n", "no newline",
	"backend z", "\r\n", "\"open\n",
};

/* One random splice within one file, as edits make them. */
static void splice_somewhere(struct document *doc, uint64_t *seed)
{
	size_t      file = dice(seed, doc->files.count), first = 0;
	size_t      count = doc->files.items[file].lines, at, out, in = dice(seed, 4);
	struct line lines[4];

	for (size_t i = 0; i < file; i++)
		first += doc->files.items[i].lines;
	at = dice(seed, count + 1);
	out = dice(seed, count - at + 1) % 4;
	for (size_t i = 0; i < in; i++) {
		const char *text = pieces[dice(seed, N(pieces))];
		bool        last = i + 1 == in && at + out == count;

		/* Only the last line of a file may lack its end. */
		if (!last && !strchr(text, '\n'))
			text = "\n";
		lines[i] = document_line(doc, file, span_of(text));
	}
	if (at && at == count && in &&
	    !span_ends(line_span(&doc->lines.items[first + at - 1]), "\n"))
		return;
	document_splice(doc, first + at, out, lines, in);
}

static void sections_stay_in_step_with_any_splices(void **state)
{
	uint64_t seed = 20261121;

	(void)state;
	for (int round = 0; round < 60; round++) {
		struct document *doc = document_new();

		document_add_file(doc, "a.cfg", span_of(sample));
		document_add_file(doc, "b.cfg", span_of(round % 2 ? "" : " server lost 1:1\n"));
		document_add_file(doc, "c.cfg", span_of("backend c\n server s 1:1\n"));
		for (int i = 0; i < 50; i++) {
			splice_somewhere(doc, &seed);
			assert_in_step(doc);
		}
		document_free(doc);
	}
}

static void section_keywords_are_unique(void **state)
{
	(void)state;
	for (size_t i = 0; i < section_table_count; i++) {
		const struct section_def *def = &section_table[i];

		assert_ptr_equal(section_def_find(span_of(def->keyword)), def);
		assert_string_equal(section_keyword(def->kind), def->keyword);
	}
	assert_null(section_def_find(span_of("nonsense")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rendering_gives_back_every_byte),
		cmocka_unit_test(every_file_of_the_corpus_keeps_its_bytes),
		cmocka_unit_test(every_prefix_of_ten_files_keeps_its_bytes),
		cmocka_unit_test(a_line_of_a_megabyte_is_a_line),
		cmocka_unit_test(a_hundred_thousand_sections_are_found_by_name),
		cmocka_unit_test(sections_have_kind_name_and_lines),
		cmocka_unit_test(defaults_from_has_no_name_of_its_own),
		cmocka_unit_test(a_keyword_inside_a_line_opens_no_section),
		cmocka_unit_test(a_section_ends_before_the_comments_of_the_next),
		cmocka_unit_test(a_proxy_inherits_from_the_last_defaults_or_the_named_one),
		cmocka_unit_test(lines_of_a_section_are_found_by_their_words),
		cmocka_unit_test(places_name_file_and_line),
		cmocka_unit_test(a_part_of_a_path_that_fits_two_files_fits_none),
		cmocka_unit_test(a_section_does_not_reach_into_the_next_file),
		cmocka_unit_test(a_splice_changes_the_lines_that_it_names),
		cmocka_unit_test(a_copy_does_not_follow_the_original),
		cmocka_unit_test(sections_stay_in_step_with_any_splices),
		cmocka_unit_test(section_keywords_are_unique),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
