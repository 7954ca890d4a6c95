/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/config/lines.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "penstock/base/mem.h"
#include "penstock/base/text.h"
#include "penstock/base/utf8.h"

const struct section *section_of(const struct document *doc, size_t header)
{
	const struct section *section = document_section_at(doc, header);

	if (!section || section->first != header)
		BUG("line %zu is no section header", header);
	return section;
}

/* "frontend", "frontend or listen". */
static void add_kinds(unsigned kinds, struct str *out)
{
	size_t start = out->len;

	if (kinds == (unsigned)SECTION_ANY) {
		str_add_text(out, "section");
		return;
	}
	for (size_t i = 0; i < section_table_count; i++) {
		if (!((unsigned)section_table[i].kind & kinds))
			continue;
		if (out->len > start)
			str_add_text(out, " or ");
		str_add_text(out, section_table[i].keyword);
	}
}

static int not_found(const struct document *doc, unsigned kinds, struct span name,
		     struct err *err)
{
	struct nearest nearest = { .wanted = name };
	struct str     text = STR_INIT;

	add_kinds(kinds, &text);
	if (name.len)
		err_set(err, ERR_NOT_FOUND, "no %s '%.*s'", text.bytes, (int)name.len, name.at);
	else
		err_set(err, ERR_NOT_FOUND, "there is no %s section", text.bytes);
	str_release(&text);
	for (size_t i = 0; i < doc->sections.count; i++)
		if ((unsigned)doc->sections.items[i].kind & kinds)
			nearest_try(&nearest, doc->sections.items[i].name);
	return nearest_hint(&nearest, err);
}

static int not_named(unsigned kinds, size_t count, struct err *err)
{
	struct str text = STR_INIT;

	add_kinds(kinds, &text);
	err_set(err, ERR_USAGE, "there are %zu %s sections; name the one", count, text.bytes);
	str_release(&text);
	return -1;
}

const struct section *section_require(const struct document *doc, unsigned kinds,
				      struct span name, struct err *err)
{
	const struct section *section = document_section(doc, kinds, name);
	size_t                count = 0;

	if (!section) {
		not_found(doc, kinds, name, err);
		return NULL;
	}
	if (name.len)
		return section;
	for (size_t i = 0; i < doc->sections.count; i++)
		count += ((unsigned)doc->sections.items[i].kind & kinds) != 0;
	if (count > 1) {
		not_named(kinds, count, err);
		return NULL;
	}
	return section;
}

void section_insert(struct candidate *candidate, size_t header, size_t at, struct span text)
{
	edit_insert_indented(candidate, section_of(candidate->now, header), at, text);
}

void section_append(struct candidate *candidate, size_t header, struct span text)
{
	const struct section *section = section_of(candidate->now, header);

	section_insert(candidate, header, section_end(candidate->now, section), text);
}

size_t section_add(struct candidate *candidate, size_t header, struct span text)
{
	return edit_add_to_section(candidate, section_of(candidate->now, header), text);
}

size_t section_find_last(const struct document *doc, size_t header, const char *first,
			 const char *second)
{
	const struct section *section = section_of(doc, header);
	size_t                found = SIZE_MAX, next = 0;

	while ((next = section_find(doc, section, next, first, second)) != SIZE_MAX)
		found = next++;
	return found;
}

void line_set_words(struct candidate *candidate, size_t line, size_t from, struct span raw)
{
	struct words words = WORDS_INIT;
	size_t       count;

	words_split(&words, line_span(&candidate->now->lines.items[line]));
	count = words.count;
	words_release(&words);
	if (from < count)
		edit_replace_words(candidate, line, from, count - from, raw);
	else if (raw.len)
		edit_replace_words(candidate, line, count, 0, raw);
}

/* "timeout server" as its two words. */
struct keyword {
	char  *first;
	char  *second; /* NULL: just one */
};

static struct keyword keyword_split(const char *keyword)
{
	const char *blank = strchr(keyword, ' ');

	if (!blank)
		return (struct keyword){ xstrdup(keyword), NULL };
	return (struct keyword){ xstrndup(keyword, (size_t)(blank - keyword)),
				 xstrdup(blank + 1) };
}

static void keyword_release(struct keyword *keyword)
{
	free(keyword->first);
	free(keyword->second);
}

/* The last `no FIRST SECOND` line, or SIZE_MAX. */
static size_t find_no(const struct document *doc, size_t header, const struct keyword *keyword)
{
	const struct section *section = section_of(doc, header);
	struct words          words = WORDS_INIT;
	size_t                found = SIZE_MAX, next = 0;

	while ((next = section_find(doc, section, next, "no", keyword->first)) != SIZE_MAX) {
		words_split(&words, line_span(&doc->lines.items[next]));
		if (!keyword->second || words_is(&words, 2, keyword->second))
			found = next;
		next++;
	}
	words_release(&words);
	return found;
}

static void write_line(struct str *out, const char *keyword, struct span raw)
{
	str_add_text(out, keyword);
	if (raw.len)
		str_add_char(out, ' ');
	str_add_span(out, raw);
}

void section_set(struct candidate *candidate, size_t header, const char *keyword,
		 struct span raw)
{
	struct keyword split = keyword_split(keyword);
	size_t line = section_find_last(candidate->now, header, split.first, split.second);
	struct str     text = STR_INIT;

	if (line != SIZE_MAX) {
		line_set_words(candidate, line, split.second ? 2 : 1, raw);
	} else {
		write_line(&text, keyword, raw);
		line = find_no(candidate->now, header, &split);
		if (line != SIZE_MAX)
			line_set_words(candidate, line, 0, str_span(&text));
		else
			section_add(candidate, header, str_span(&text));
	}
	str_release(&text);
	keyword_release(&split);
}

size_t section_unset(struct candidate *candidate, size_t header, const char *keyword)
{
	struct keyword split = keyword_split(keyword);
	size_t         line, count = 0;

	while ((line = section_find_last(candidate->now, header, split.first, split.second)) !=
		       SIZE_MAX ||
	       (line = find_no(candidate->now, header, &split)) != SIZE_MAX) {
		edit_delete_lines(candidate, line, 1);
		count++;
	}
	keyword_release(&split);
	return count;
}

static bool is_utf8(struct span text)
{
	unsigned point;

	for (size_t i = 0, step; i < text.len; i += step) {
		step = utf8_decode(text.at + i, text.len - i, &point);
		if (!step)
			return false;
	}
	return true;
}

bool word_is_plain(const struct word *word)
{
	return !word->varies && is_utf8(word->text) &&
	       (!word->text.len || !memchr(word->text.at, '\0', word->text.len));
}

char *raw_text(struct span raw)
{
	struct str out = STR_INIT;

	if (!raw.len || !memchr(raw.at, '\0', raw.len))
		return span_dup(raw);
	for (size_t i = 0; i < raw.len; i++) {
		if (raw.at[i])
			str_add_char(&out, raw.at[i]);
		else
			str_add_text(&out, "\\x00");
	}
	return str_detach(&out, NULL);
}

char *value_of(const struct word *word)
{
	return word_is_plain(word) ? span_dup(word->text) : raw_text(word->raw);
}

void value_quote(struct str *out, const char *value)
{
	struct span  text = span_of(value);
	struct words words = WORDS_INIT;

	words_split(&words, text);
	if (words.count == 1 && words.items[0].varies && span_equal(words.items[0].raw, text) &&
	    words.fault == LEX_OK)
		str_add_span(out, text);
	else
		word_quote(out, text);
	words_release(&words);
}
