/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/config/json_sections.h"

#include <stdlib.h>
#include <string.h>

#include "penstock/base/mem.h"
#include "penstock/config/lines.h"

/* Sections that have documents. */
enum { SECTION_DOCUMENTED = SECTION_FRONTEND | SECTION_BACKEND | SECTION_LISTEN };

/* Lines of a section with the comments that lead to it, up to what leads to the
 * next one: all ranges together are the file. */
struct range {
	size_t first, count;
};

static struct range range_of(const struct document *doc, const struct section *section)
{
	const struct section *last = doc->sections.items + doc->sections.count;
	size_t                first = section->first - section_lead(doc, section);
	size_t                end = section->first + section->count;

	if (section + 1 < last && section[1].file == section->file)
		end = section[1].first - section_lead(doc, section + 1);
	return (struct range){ first, end - first };
}

/* What stands before the first section of the first file. */
static struct range preamble_of(const struct document *doc)
{
	size_t count = doc->files.count ? doc->files.items[0].lines : 0;

	if (doc->sections.count && doc->sections.items[0].file == 0)
		count = doc->sections.items[0].first -
			section_lead(doc, &doc->sections.items[0]);
	return (struct range){ 0, count };
}

static char *range_text(const struct document *doc, struct range range)
{
	struct str text = STR_INIT;
	char      *raw, *clean;

	for (size_t i = range.first; i < range.first + range.count; i++)
		str_add_span(&text, line_span(&doc->lines.items[i]));
	raw = raw_text(str_span(&text));
	clean = json_clean(raw);
	str_release(&text);
	free(raw);
	return clean;
}

static bool has_directives(const struct document *doc, struct range range)
{
	for (size_t i = range.first; i < range.first + range.count; i++)
		if (span_starts(line_first_word(line_span(&doc->lines.items[i])), "."))
			return true;
	return false;
}

static json_t *entry(const struct document *doc, struct range range, bool text)
{
	json_t *json = json_object();
	char   *bytes = text ? range_text(doc, range) : NULL;

	if (bytes)
		json_object_set_new(json, "text", json_string(bytes));
	free(bytes);
	return json;
}

json_t *sections_json(const struct document *doc)
{
	json_t      *list = json_array();
	struct range range = preamble_of(doc);

	if (range.count)
		json_array_append_new(list, entry(doc, range, true));
	for (size_t i = 0; i < doc->sections.count; i++) {
		const struct section *section = &doc->sections.items[i];
		bool    is_proxy = (unsigned)section->kind & SECTION_DOCUMENTED;
		char   *raw = raw_text(section->name), *name = json_clean(raw);
		json_t *json;

		range = range_of(doc, section);
		json = entry(doc, range, !is_proxy || has_directives(doc, range));
		json_object_set_new(json, "section", json_string(section_keyword(section->kind)));
		if (*name)
			json_object_set_new(json, "name", json_string(name));
		json_array_append_new(list, json);
		free(raw);
		free(name);
	}
	return list;
}

static int read_kind(struct reading *r, const json_t *json, void *target)
{
	const char               *word = json_string_value(json);
	const struct section_def *def = section_def_find(span_of(word));

	if (!def)
		return json_fail(r, "expected the keyword of a section, such as global");
	*(enum section_kind *)target = def->kind;
	return 0;
}

static int read_lines(struct reading *r, const json_t *json, void *target)
{
	if (!json_is_string(json))
		return json_fail(r, "expected a text");
	free(*(char **)target);
	*(char **)target = xstrdup(json_string_value(json));
	return 0;
}

static const struct json_field section_fields[] = {
	{ "section", read_kind, offsetof(struct want_section, kind), 0, false },
	{ "name", json_read_word, offsetof(struct want_section, name), 0, false },
	{ "text", read_lines, offsetof(struct want_section, text), 0, false },
};

/* Whether the text is that section, what leads to it and nothing else: other lines
 * before the header would belong to what stands above. */
static bool is_that_section(const struct document *doc, const struct want_section *want)
{
	char  *raw, *clean;
	size_t count = doc->sections.count;
	bool   same;

	if (want->kind == SECTION_NONE || count != 1)
		return want->kind == SECTION_NONE && count == 0;
	if (range_of(doc, &doc->sections.items[0]).first > 0)
		return false;
	raw = raw_text(doc->sections.items[0].name);
	clean = json_clean(raw);
	same = doc->sections.items[0].kind == want->kind &&
	       span_is(span_of(want->name), clean);
	free(raw);
	free(clean);
	return same;
}

static int check_text(struct reading *r, const struct want_section *want)
{
	struct document *doc;
	bool             good;

	if (!want->text && !((unsigned)want->kind & SECTION_DOCUMENTED)) {
		json_enter(r, "text");
		return json_fail(r, "is missing");
	}
	if (!want->text)
		return 0;
	doc = document_new();
	document_add_file(doc, "", span_of(want->text));
	good = is_that_section(doc, want);
	document_free(doc);
	if (good)
		return 0;
	json_enter(r, "text");
	return json_fail(r, "is not %s%s%s and nothing else",
			 want->kind ? section_keyword(want->kind) : "comments and directives",
			 want->name ? " " : "", want->name ? want->name : "");
}

static int read_section(struct reading *r, const json_t *json, void *target)
{
	struct want_section *want = vec_push(&r->wants->sections);

	(void)target;
	*want = (struct want_section){ .kind = SECTION_NONE, .path = xstrdup(r->path.bytes) };
	if (json_read_object(r, json, FIELDS(section_fields), want) < 0)
		return -1;
	if (want->kind != SECTION_NONE && section_def_of(want->kind)->named && !want->name &&
	    want->kind != SECTION_DEFAULTS) {
		json_enter(r, "name");
		return json_fail(r, "is missing");
	}
	return check_text(r, want);
}

int json_read_sections(struct reading *r, const json_t *json, void *target)
{
	return json_read_items(r, json, read_section, target);
}

static bool same_section(const struct section *section, enum section_kind kind, const char *name)
{
	char *raw, *clean;
	bool  same;

	if (section->kind != kind)
		return false;
	if (!name || !strstr(name, "\\x"))
		return span_equal(section->name, span_of(name));
	raw = raw_text(section->name);
	clean = json_clean(raw);
	same = span_is(span_of(name), clean);
	free(raw);
	free(clean);
	return same;
}

/* The one that this entry is: of several alike the one at the same number. */
static const struct section *find_wanted(const struct document *doc, const struct wants *wants,
					 size_t index)
{
	const struct want_section *want = &wants->sections.items[index];
	size_t                     alike = 0;

	for (size_t i = 0; i < index; i++)
		alike += wants->sections.items[i].kind == want->kind &&
			 span_equal(span_of(wants->sections.items[i].name), span_of(want->name));
	for (size_t i = 0; i < doc->sections.count; i++)
		if (same_section(&doc->sections.items[i], want->kind, want->name) && alike-- == 0)
			return &doc->sections.items[i];
	return NULL;
}

/* Inserts behind `at`, with a blank line before where there is text; moves at. */
static void insert_lines(struct candidate *candidate, size_t *at, const char *text, bool apart)
{
	const struct document *doc = candidate->now;
	size_t      file = *at ? doc->lines.items[*at - 1].file : 0;
	struct span rest = span_of(text), line;

	if (apart && *at && !line_is_blank(line_span(&doc->lines.items[*at - 1])))
		edit_insert_line(candidate, (*at)++, file, span_make("", 0));
	if (span_ends(rest, "\n"))
		rest.len--;
	while (span_split(&rest, '\n', &line)) {
		if (span_ends(line, "\r"))
			line.len--;
		edit_insert_line(candidate, (*at)++, file, line);
	}
}

/* A document for the section, for the words of its header. */
static const struct want *find_document(const struct wants *wants,
					const struct want_section *section)
{
	for (size_t i = 0; i < wants->list.count; i++) {
		const struct want *want = &wants->list.items[i];
		enum section_kind  kind = want->is_listen ? SECTION_LISTEN : want->side;

		if (kind == section->kind && strcmp(want->proxy->name, section->name) == 0)
			return want;
	}
	return NULL;
}

static int insert_header(const struct wants *wants, struct candidate *candidate,
			 const struct want_section *section, size_t *at, struct err *err)
{
	const struct want *want = find_document(wants, section);
	struct str         line = STR_INIT;

	if (!want) {
		err_set(err, ERR_PARSE, "%s: there is no document for %s '%s'", section->path,
			section_keyword(section->kind), section->name);
		return err_locate(err, (struct place){ .file = wants->source });
	}
	if (name_check(section_keyword(section->kind), span_of(section->name), err) < 0) {
		if (err)
			err->code = ERR_PARSE;
		return want_locate(wants, want, want->key, SIZE_MAX, err);
	}
	str_addf(&line, "%s %s", section_keyword(section->kind), section->name);
	if (want->proxy->from)
		str_addf(&line, " from %s", want->proxy->from);
	insert_lines(candidate, at, line.bytes, true);
	str_release(&line);
	return 0;
}

/* Makes the range that text, unless it is what it shows as. */
static void replace_text(struct candidate *candidate, struct range range, const char *text)
{
	char *now = range_text(candidate->now, range);

	if (strcmp(now, text) != 0)
		edit_replace_range(candidate, range.first, range.count, span_of(text));
	free(now);
}

static int put_section(const struct wants *wants, struct candidate *candidate, size_t index,
		       size_t *at, struct err *err)
{
	const struct want_section *want = &wants->sections.items[index];
	const struct section      *section = find_wanted(candidate->now, wants, index);
	struct range               range = { 0, 0 };

	if (!section && !want->text)
		return insert_header(wants, candidate, want, at, err);
	if (!section) {
		/* The text has its own blank lines; lines of a proxy are still to come. */
		insert_lines(candidate, at, want->text,
			     index && !wants->sections.items[index - 1].text);
		return 0;
	}
	if (!((unsigned)want->kind & SECTION_DOCUMENTED))
		replace_text(candidate, range_of(candidate->now, section), want->text);
	range = range_of(candidate->now, find_wanted(candidate->now, wants, index));
	*at = range.first + range.count;
	return 0;
}

static void put_preamble(struct candidate *candidate, const char *text, size_t *at)
{
	struct range range = preamble_of(candidate->now);

	if (range.count)
		replace_text(candidate, range, text);
	else
		insert_lines(candidate, at, text, false);
	range = preamble_of(candidate->now);
	*at = range.count;
}

int want_sections_put(const struct wants *wants, struct candidate *candidate, struct err *err)
{
	size_t at = 0;

	if (wants->sections.count && !candidate->now->files.count)
		return err_set(err, ERR_USAGE,
			       "there is no configuration file; start with -f FILE");
	for (size_t i = 0; i < wants->sections.count; i++) {
		const struct want_section *want = &wants->sections.items[i];

		if (want->kind == SECTION_NONE)
			put_preamble(candidate, want->text, &at);
		else if (put_section(wants, candidate, i, &at, err) < 0)
			return -1;
	}
	return 0;
}
