/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/command/complete_text.h"

#include <string.h>

#include "penstock/base/mem.h"
#include "penstock/command/console.h"
#include "penstock/config/keyword.h"

void complete_words(const struct console *console, enum word_class class,
		    struct completions *out)
{
	const struct strings *words = &console->vocabulary.words[class];

	for (size_t i = 0; i < words->list.count; i++)
		complete_offer(out, span_of(words->list.items[i]), word_class_title(class));
}

/* The words of the configuration line that are there already. */
struct typed {
	struct span keyword; /* its first word; empty: it is what is wanted */
	size_t      count;   /* words behind that */
	unsigned    kinds;   /* of the section */
};

/* The section at word `at`, as KIND NAME, KIND or NAME; gives the next word. */
static size_t take_section(struct console *console, const struct call *call, size_t at,
			   struct typed *typed)
{
	struct span               word = cmd_words_text(call->words, at);
	const struct section_def *def = section_def_find(word);
	const struct section     *section;

	typed->kinds = def ? (unsigned)def->kind : (unsigned)SECTION_ANY;
	if (def)
		return at + 1 + def->named;
	section = console->candidate ? document_section(console->candidate->now,
							(unsigned)SECTION_ANY, word)
				     : NULL;
	if (section)
		typed->kinds = section->kind;
	return at + 1;
}

/* Reads what stands before the word that is completed; false where that is no
 * text of a configuration line. */
static bool read_typed(struct console *console, const struct call *call, size_t known,
		       struct typed *typed)
{
	struct span first = cmd_words_text(call->words, 0), second = cmd_words_text(call->words, 1);
	bool        line = span_is(second, "line");
	size_t      at;

	if (!span_is(first, "add") && !span_is(first, "set"))
		return false;
	typed->kinds = (unsigned)SECTION_ANY;
	at = line && span_is(first, "set") ? 3 : take_section(console, call, 2, typed);
	if (at > known)
		return false;
	typed->keyword = second;
	if (line && at == known)
		typed->keyword = span_make("", 0);
	else if (line)
		typed->keyword = cmd_words_text(call->words, at++);
	typed->count = known - at;
	return true;
}

static void offer_keywords(const struct console *console, unsigned kinds,
			   struct completions *out)
{
	for (size_t i = 0; i < keyword_table_count; i++) {
		struct span rest = span_of(keyword_table[i].name), first;

		if (!(keyword_table[i].sections & kinds))
			continue;
		span_split(&rest, ' ', &first);
		complete_offer(out, first, rest.at ? NULL : keyword_table[i].summary);
	}
	for (int class = 0; class < WORD_CRT_LIST; class++)
		if (word_class_kinds((enum word_class)class) & kinds)
			complete_words(console, (enum word_class)class, out);
}

static void offer_second_words(const struct console *console, const struct typed *typed,
			       struct completions *out)
{
	enum word_class class = word_class_behind(typed->keyword);

	for (size_t i = 0; i < keyword_table_count; i++) {
		struct span rest = span_of(keyword_table[i].name), first;

		span_split(&rest, ' ', &first);
		if (rest.at && span_equal(first, typed->keyword) &&
		    (keyword_table[i].sections & typed->kinds))
			complete_offer(out, rest, keyword_table[i].summary);
	}
	if (class != WORD_CLASSES)
		complete_words(console, class, out);
}

/* Lines with keywords of their own, and how many words come before those. */
static const struct {
	const char     *keyword;
	size_t          before;
	enum word_class class;
} line_table[] = {
	{ "bind", 1, WORD_BIND },
	{ "default-server", 0, WORD_SERVER },
	{ "server", 2, WORD_SERVER },
	{ "server-template", 3, WORD_SERVER },
};

static void offer_line_keywords(const struct console *console, enum word_class class,
				struct completions *out)
{
	for (size_t i = 0; class == WORD_BIND && i < bind_keyword_table_count; i++)
		complete_offer(out, span_of(bind_keyword_table[i].name),
			       bind_keyword_table[i].summary);
	for (size_t i = 0; class == WORD_SERVER && i < server_keyword_table_count; i++)
		complete_offer(out, span_of(server_keyword_table[i].name),
			       server_keyword_table[i].summary);
	complete_words(console, class, out);
}

void complete_text(struct console *console, const struct call *call, const struct arg_def *arg,
		   struct completions *out)
{
	struct typed typed;
	size_t       known = 0;

	(void)arg;
	while (known < call->words->list.count && call->words->list.items[known].end < out->at)
		known++;
	if (!read_typed(console, call, known, &typed))
		return;
	if (!typed.keyword.len) {
		offer_keywords(console, typed.kinds, out);
		return;
	}
	if (typed.count == 0)
		offer_second_words(console, &typed, out);
	for (size_t i = 0; i < N(line_table); i++)
		if (span_is(typed.keyword, line_table[i].keyword) &&
		    typed.count >= line_table[i].before)
			offer_line_keywords(console, line_table[i].class, out);
}
