/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For tests of Aqueduct's documents: one file, printed and put. */
#ifndef PENSTOCK_TESTS_PUT_H
#define PENSTOCK_TESTS_PUT_H

#include "unit.h"

#include "corpus.h"
#include "penstock/base/mem.h"
#include "penstock/config/json.h"

static inline struct candidate *candidate_of(const char *text)
{
	struct document *doc = document_new();

	document_add_file(doc, "a.cfg", span_of(text));
	return candidate_new(doc);
}

static inline char *text_of(const struct candidate *candidate)
{
	struct str out = STR_INIT;

	document_render(candidate->now, 0, &out);
	return str_detach(&out, NULL);
}

static inline enum section_kind side_of(enum section_kind kind, int half)
{
	return kind == SECTION_LISTEN ? (half ? SECTION_BACKEND : SECTION_FRONTEND) : kind;
}

static inline char *print_section(const struct document *doc, const struct section *section,
				  int half)
{
	json_t *json = proxy_json(doc, section, side_of(section->kind, half));
	char   *text = json_dumps(json, JSON_INDENT(1));

	json_decref(json);
	assert_non_null(text);
	return text;
}

static inline char *print_named(const struct candidate *candidate, unsigned kinds,
				const char *name)
{
	const struct section *section =
		document_section(candidate->now, kinds, span_of(name));

	assert_non_null(section);
	return print_section(candidate->now, section, 0);
}

static inline void show(const char *what, const struct err *err)
{
	struct str text = STR_INIT;

	err_format(err, &text);
	print_message("%s: %s\n", what, text.bytes);
	str_release(&text);
}

/* Puts, and gives whether anything changed; fails the test on an error. */
static inline bool put(struct candidate *candidate, const char *text)
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

static inline void assert_refused(struct candidate *candidate, const char *text, const char *wanted)
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

static inline void assert_text(const struct candidate *candidate, const char *wanted)
{
	char *text = text_of(candidate);

	assert_string_equal(text, wanted);
	free(text);
}

#endif
