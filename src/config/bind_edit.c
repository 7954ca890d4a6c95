/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/config/bind_edit.h"

#include "penstock/base/text.h"
#include "penstock/config/keyword.h"
#include "penstock/config/keyword_edit.h"

static const struct bind_keyword_def *row_of(struct span keyword)
{
	for (size_t i = 0; i < bind_keyword_table_count; i++)
		if (span_is(keyword, bind_keyword_table[i].name))
			return &bind_keyword_table[i];
	return NULL;
}

/* Words that the keyword at an index takes; one without a row: up to the next
 * that has one. */
static size_t length_at(const struct words *words, size_t index)
{
	const struct bind_keyword_def *def = row_of(words_text(words, index));
	size_t                         count = 1;

	if (def) {
		count += (size_t)def->args;
		return index + count > words->count ? words->count - index : count;
	}
	while (index + count < words->count && !row_of(words_text(words, index + count)))
		count++;
	return count;
}

/* The word of the keyword, or 0. */
static size_t find_keyword(const struct words *words, struct span keyword)
{
	size_t i = words_is(words, 0, "bind") ? 2 : 1, found = 0;

	for (; i < words->count; i += length_at(words, i))
		if (span_equal(words_text(words, i), keyword))
			found = i;
	return found;
}

static int check_keyword(struct span keyword, size_t count, struct err *err)
{
	const struct bind_keyword_def *def = row_of(keyword);
	struct nearest                 nearest = { .wanted = keyword };

	if (def && (size_t)def->args != count)
		return err_set(err, ERR_USAGE, "'%s' takes %s; %zu given", def->name,
			       def->args ? "one value" : "no value", count);
	for (size_t i = 0; !def && i < bind_keyword_table_count; i++)
		nearest_try(&nearest, span_of(bind_keyword_table[i].name));
	if (!nearest.found.len)
		return 0;
	err_set(err, ERR_USAGE, "'%.*s' is no keyword of a bind line", (int)keyword.len,
		keyword.at);
	return nearest_hint(&nearest, err);
}

static void put_keyword(struct candidate *candidate, size_t line, const struct words *words,
			struct span keyword, struct span values)
{
	size_t     at = find_keyword(words, keyword);
	struct str raw = STR_INIT;

	if (at && values.len) {
		edit_replace_words(candidate, line, at + 1, length_at(words, at) - 1, values);
	} else if (!at) {
		str_add_span(&raw, keyword);
		if (values.len)
			str_add_char(&raw, ' ');
		str_add_span(&raw, values);
		edit_replace_words(candidate, line, words->count, 0, str_span(&raw));
	}
	str_release(&raw);
}

int bind_set(struct candidate *candidate, size_t line, struct span keyword,
	     const struct span *values, size_t count, struct err *err)
{
	struct words words = WORDS_INIT;
	struct str   raw = STR_INIT;
	bool         is_address = span_is(keyword, "address") && count == 1;

	if (words_check(values, count, err) < 0 ||
	    (!is_address && check_keyword(keyword, count, err) < 0))
		return -1;
	words_split(&words, line_span(&candidate->now->lines.items[line]));
	words_join(&raw, values, count);
	if (is_address)
		edit_replace_words(candidate, line, 1, words.count > 1, str_span(&raw));
	else
		put_keyword(candidate, line, &words, keyword, str_span(&raw));
	str_release(&raw);
	words_release(&words);
	return 0;
}

int bind_unset(struct candidate *candidate, size_t line, struct span keyword, struct err *err)
{
	struct words words = WORDS_INIT;
	size_t       at;

	words_split(&words, line_span(&candidate->now->lines.items[line]));
	at = find_keyword(&words, keyword);
	if (at)
		edit_replace_words(candidate, line, at, length_at(&words, at), span_make("", 0));
	else
		err_at(err, ERR_NOT_FOUND, document_place(candidate->now, line),
		       "the bind line has no '%.*s'", (int)keyword.len, keyword.at);
	words_release(&words);
	return at ? 0 : -1;
}
