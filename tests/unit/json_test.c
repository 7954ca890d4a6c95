/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Aqueduct's documents: printed from lines, put into lines, and the laws between. */
#include "unit.h"

#include "corpus.h"
#include "penstock/base/mem.h"
#include "penstock/config/json.h"

static struct candidate *candidate_of(const char *text)
{
	struct document *doc = document_new();

	document_add_file(doc, "a.cfg", span_of(text));
	return candidate_new(doc);
}

static char *text_of(const struct candidate *candidate)
{
	struct str out = STR_INIT;

	document_render(candidate->now, 0, &out);
	return str_detach(&out, NULL);
}

static enum section_kind side_of(enum section_kind kind, int half)
{
	return kind == SECTION_LISTEN ? (half ? SECTION_BACKEND : SECTION_FRONTEND) : kind;
}

static char *print_section(const struct document *doc, const struct section *section, int half)
{
	json_t *json = proxy_json(doc, section, side_of(section->kind, half));
	char   *text = json_dumps(json, JSON_INDENT(1));

	json_decref(json);
	assert_non_null(text);
	return text;
}

static char *print_named(const struct candidate *candidate, unsigned kinds, const char *name)
{
	const struct section *section =
		document_section(candidate->now, kinds, span_of(name));

	assert_non_null(section);
	return print_section(candidate->now, section, 0);
}

static void show(const char *what, const struct err *err)
{
	struct str text = STR_INIT;

	err_format(err, &text);
	print_message("%s: %s\n", what, text.bytes);
	str_release(&text);
}

/* Puts, and gives whether anything changed; fails the test on an error. */
static bool put(struct candidate *candidate, const char *text)
{
	struct err err = ERR_INIT;
	bool       changed;

	edit_begin(candidate, "put");
	if (json_put(candidate, span_of(text), "put.json", &err) < 0) {
		show("put", &err);
		fail();
	}
	changed = edit_end(candidate);
	err_release(&err);
	return changed;
}

static void assert_refused(struct candidate *candidate, const char *text, const char *wanted)
{
	struct err err = ERR_INIT;
	struct str shown = STR_INIT;

	edit_begin(candidate, "put");
	assert_int_equal(json_put(candidate, span_of(text), "put.json", &err), -1);
	assert_false(edit_end(candidate));
	err_format(&err, &shown);
	assert_string_equal(shown.bytes, wanted);
	assert_int_equal(err.code, ERR_PARSE);
	str_release(&shown);
	err_release(&err);
}

static void assert_text(const struct candidate *candidate, const char *wanted)
{
	char *text = text_of(candidate);

	assert_string_equal(text, wanted);
	free(text);
}

static bool is_proxy(const struct section *section)
{
	return section->name.len &&
	       (section->kind & (SECTION_FRONTEND | SECTION_BACKEND | SECTION_LISTEN));
}

/* Calls each for every section of every file of the corpus. */
static void each_section(void (*each)(struct candidate *candidate, size_t index,
				      const char *path))
{
	struct strings paths = STRINGS_INIT;
	struct str     bytes = STR_INIT;

	corpus_list(&paths);
	if (!paths.list.count)
		skip();
	for (size_t i = 0; i < paths.list.count; i++) {
		struct document  *doc = document_new();
		struct candidate *candidate;

		corpus_read(paths.list.items[i], &bytes);
		document_add_file(doc, "a.cfg", str_span(&bytes));
		candidate = candidate_new(doc);
		for (size_t j = 0; j < candidate->now->sections.count; j++)
			if (is_proxy(&candidate->now->sections.items[j]))
				each(candidate, j, paths.list.items[i]);
		candidate_free(candidate);
	}
	str_release(&bytes);
	strings_release(&paths);
}

static void put_back(struct candidate *candidate, size_t index, const char *path)
{
	for (int half = 0; half < 2; half++) {
		char *text = print_section(candidate->now,
					   &candidate->now->sections.items[index], half);

		if (put(candidate, text)) {
			char *after = text_of(candidate);

			print_message("%s:\n%s\n%s\n", path, text, after);
			fail();
		}
		free(text);
	}
}

static void what_is_printed_is_put_without_an_edit(void **state)
{
	(void)state;
	each_section(put_back);
}

/* That file holds addresses and names that HAProxy refuses, and so do we. */
static bool is_copyable(const struct section *section, const char *path)
{
	return section->kind != SECTION_LISTEN && !strstr(path, "tests_conf_ports.cfg");
}

static void copy_over(struct candidate *candidate, size_t index, const char *path)
{
	const struct section *section = &candidate->now->sections.items[index];
	struct candidate     *other = candidate_of("");
	char                 *text = print_section(candidate->now, section, 0), *again;

	if (is_copyable(section, path)) {
		assert_true(put(other, text));
		again = print_section(other->now, &other->now->sections.items[0], 0);
		if (strcmp(text, again) != 0)
			print_message("%s\n", path);
		assert_string_equal(again, text);
		assert_false(put(other, text));
		free(again);
	}
	free(text);
	candidate_free(other);
}

static void a_printed_section_put_elsewhere_prints_the_same(void **state)
{
	(void)state;
	each_section(copy_over);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_printed_is_put_without_an_edit),
		cmocka_unit_test(a_printed_section_put_elsewhere_prints_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
