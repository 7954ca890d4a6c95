/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/config/unknown.h"

#include "penstock/base/text.h"
#include "penstock/config/keyword.h"
#include "penstock/config/server.h"

/* Where the keyword stands: behind `no` and `default`. */
static size_t keyword_at(const struct words *words)
{
	return words->count > 1 && (words_is(words, 0, "no") || words_is(words, 0, "default"));
}

/* Whether the word is the first of keywords of two words. */
static bool is_pair_word(struct span first)
{
	for (size_t i = 0; i < keyword_table_count; i++)
		if ((keyword_table[i].flags & KEYWORD_PAIR) &&
		    span_has_prefix(span_of(keyword_table[i].name), first) &&
		    keyword_table[i].name[first.len] == ' ')
			return true;
	return false;
}

/* Actions are HAProxy's to know: we have no table of them.
 * Many end in what they work on: `set-var(txn.x)`, `track-sc0`. */
static bool is_action(const struct strings *known, struct span action)
{
	for (size_t i = 0; i < known->list.count; i++)
		if (span_starts(action, known->list.items[i]))
			return true;
	return !known->list.count || span_starts(action, "lua.");
}

static struct span unknown_action(const struct words *words, const struct vocabulary *vocabulary)
{
	enum word_class class = word_class_behind(words_text(words, 0));

	if (!vocabulary || words->count < 2 || words->items[1].varies || class == WORD_CLASSES ||
	    class == WORD_OPTION ||
	    is_action(&vocabulary->words[class], words->items[1].text))
		return span_make("", 0);
	return words_raw_range(words, 0, 1);
}

static struct span unknown_line(const struct words *words, unsigned kinds,
				const struct vocabulary *vocabulary)
{
	size_t      at = keyword_at(words);
	struct span first = words_text(words, at), second = words_text(words, at + 1);

	if (keyword_find(first, second) || words->items[at].varies ||
	    (second.len && words->items[at + 1].varies) ||
	    (vocabulary &&
	     vocabulary_knows(vocabulary, (enum section_kind)kinds, first, second)))
		return span_make("", 0);
	return second.len && is_pair_word(first) ? words_raw_range(words, at, at + 1) : first;
}

static struct span unknown_of_server(struct span line, const struct vocabulary *vocabulary)
{
	struct server server = SERVER_INIT;
	struct span   found = { "", 0 };

	for (size_t i = 0; server_read(&server, line) && !found.len && i < server.params.count;
	     i++) {
		const struct server_param *param = &server.params.items[i];
		const struct word         *word = &server.words.items[param->word];

		/* The raw word outlives the server. */
		if (!word->varies && !server_keyword_find(param->name) &&
		    !(vocabulary && vocabulary_has(vocabulary, WORD_SERVER, param->name)))
			found = word->raw;
	}
	server_release(&server);
	return found;
}

static const struct bind_keyword_def *find_bind(struct span name)
{
	for (size_t i = 0; i < bind_keyword_table_count; i++)
		if (span_is(name, bind_keyword_table[i].name))
			return &bind_keyword_table[i];
	return NULL;
}

/* What follows a keyword that only HAProxy knows may be its value: the rest of
 * the line is not looked at. */
static struct span unknown_of_bind(const struct words *words, const struct vocabulary *vocabulary)
{
	for (size_t i = 2; i < words->count;) {
		const struct bind_keyword_def *def = find_bind(words->items[i].text);

		if (!def) {
			bool known = words->items[i].varies ||
				     (vocabulary && vocabulary_has(vocabulary, WORD_BIND,
								   words->items[i].text));

			return known ? span_make("", 0) : words->items[i].raw;
		}
		i += 1 + (size_t)def->args;
	}
	return span_make("", 0);
}

struct span unknown_keyword(const struct words *words, struct span line, unsigned kinds,
			    const struct vocabulary *vocabulary)
{
	struct span found = { "", 0 };

	if (!words->count)
		return found;
	found = unknown_line(words, kinds, vocabulary);
	if (!found.len)
		found = unknown_action(words, vocabulary);
	if (!found.len)
		found = unknown_of_server(line, vocabulary);
	if (!found.len && words_is(words, 0, "bind"))
		found = unknown_of_bind(words, vocabulary);
	return found;
}

/* The first word of a row, or the whole of it. */
static struct span row_name(const struct keyword_def *def, bool whole)
{
	struct span rest = span_of(def->name), first;

	span_split(&rest, ' ', &first);
	return whole ? span_of(def->name) : first;
}

static struct span nearest_of_section(struct span name, unsigned kinds, bool whole)
{
	struct nearest nearest = { .wanted = name };

	for (size_t i = 0; i < keyword_table_count; i++)
		if (keyword_table[i].sections & kinds)
			nearest_try(&nearest, row_name(&keyword_table[i], whole));
	return nearest.found;
}

struct span unknown_nearest(const struct words *words, struct span name, unsigned kinds)
{
	struct nearest nearest = { .wanted = name };
	struct span    found;

	if (keyword_find(words_text(words, 0), words_text(words, 1))) {
		for (size_t i = 0; words_is(words, 0, "bind") && i < bind_keyword_table_count; i++)
			nearest_try(&nearest, span_of(bind_keyword_table[i].name));
		for (size_t i = 0; !words_is(words, 0, "bind") && i < server_keyword_table_count;
		     i++)
			nearest_try(&nearest, span_of(server_keyword_table[i].name));
		return nearest.found;
	}
	found = nearest_of_section(name, kinds, true);
	return found.len ? found : nearest_of_section(name, kinds, false);
}
