/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lint of what is listened on: bind lines and stats sockets. */
#include <stdlib.h>
#include <string.h>

#include "penstock/base/mem.h"
#include "penstock/config/lint_rules.h"
#include "penstock/config/listen_address.h"

/* One address of a bind line. */
struct place_bound {
	struct listen_address address; /* borrows the line's own bytes */
	struct span           shown;
	const struct section *section;
	size_t                line;
	bool                  apart; /* by interface, namespace or thread: may stand twice */
	bool                  alone; /* the line's only address */
	bool                  told;
};

struct bounds {
	VEC(struct place_bound) list;
};

static bool stands_apart(const struct words *words)
{
	static const char *const keywords[] = { "interface", "namespace", "process", "thread",
						"shards" };

	for (size_t i = 2; i < words->count; i++)
		for (size_t k = 0; k < N(keywords); k++)
			if (words_is(words, i, keywords[k]))
				return true;
	return false;
}

static bool listens_on_both(const struct words *words)
{
	for (size_t i = 2; i < words->count; i++)
		if (words_is(words, i, "v4v6"))
			return true;
	return false;
}

static void add_bounds(struct lint *lint, const struct section *section, size_t line,
		       struct bounds *bounds)
{
	const struct words *words = &lint->words;
	struct span         rest, word;

	/* Unquoted and without variables the text is the line's own bytes. */
	if (words->count < 2 || words->items[1].varies ||
	    !span_equal(words->items[1].raw, words->items[1].text))
		return;
	rest = words->items[1].raw;
	while (span_split(&rest, ',', &word)) {
		struct place_bound bound = {
			.shown = word,
			.section = section,
			.line = line,
			.apart = stands_apart(words) || lint->conditional[line],
			.alone = word.len == words->items[1].raw.len,
		};

		if (!listen_address_read(word, &bound.address))
			continue;
		*vec_push(&bounds->list) = bound;
		if (bound.address.any && bound.address.family == 6 && listens_on_both(words)) {
			bound.address.family = 4;
			*vec_push(&bounds->list) = bound;
		}
	}
}

/* All that comes before the line's section, and in it up to the line. */
static void collect(struct lint *lint, struct bounds *bounds)
{
	const struct document *doc = lint->doc;

	for (size_t i = 0; i < doc->sections.count; i++) {
		const struct section *section = &doc->sections.items[i];

		if (!(section->kind & SECTION_FRONTS) || lint_is_disabled(lint, section))
			continue;
		for (size_t line = section->first; lint_next(lint, section, "bind", &line);)
			add_bounds(lint, section, line, bounds);
	}
}

static void say_duplicate(struct lint *lint, const struct place_bound *first,
			  const struct place_bound *second)
{
	struct str      place = STR_INIT;
	struct finding *finding;

	lint_add_place(lint, first->line, &place);
	str_add_text(&place, " (");
	section_title(first->section, &place);
	str_add_char(&place, ')');
	finding = lint_find(lint, second->line, "'%.*s' is listened on at %s as well",
			    (int)second->shown.len, second->shown.at, place.bytes);
	if (first->section == second->section && second->alone)
		finding_delete_line(lint, finding, second->line);
	str_release(&place);
}

static void say_overlap(struct lint *lint, const struct place_bound *wide,
			const struct place_bound *narrow)
{
	struct str place = STR_INIT;

	lint_add_place(lint, wide->line, &place);
	lint_find(lint, narrow->line,
		  "'%.*s' takes the connections to that address from '%.*s' at %s",
		  (int)narrow->shown.len, narrow->shown.at, (int)wide->shown.len, wide->shown.at,
		  place.bytes);
	str_release(&place);
}

/* Each address is told of once. */
static void compare(struct lint *lint, struct place_bound *a, struct place_bound *b, bool same)
{
	enum listen_overlap overlap;
	struct place_bound *second;

	if (a->apart || b->apart)
		return;
	overlap = listen_address_compare(&a->address, &b->address);
	second = overlap == LISTEN_NARROWER ? a : b;
	if (overlap == LISTEN_APART || (overlap == LISTEN_SAME) != same || second->told)
		return;
	second->told = true;
	if (same)
		say_duplicate(lint, a, second);
	else
		say_overlap(lint, second == a ? b : a, second);
}

static int by_port(const void *a, const void *b)
{
	const struct place_bound *left = a, *right = b;

	if (left->address.low != right->address.low)
		return left->address.low < right->address.low ? -1 : 1;
	return left->line < right->line ? -1 : left->line > right->line;
}

/* The whole document is compared when its first such section comes. */
static void compare_all(struct lint *lint, const struct section *section, bool same)
{
	struct bounds bounds = { VEC_INIT };

	if (document_section(lint->doc, SECTION_FRONTS, span_make("", 0)) != section)
		return;
	collect(lint, &bounds);
	if (bounds.list.count)
		qsort(bounds.list.items, bounds.list.count, sizeof(bounds.list.items[0]), by_port);
	for (size_t i = 0; i < bounds.list.count; i++)
		for (size_t j = i + 1; j < bounds.list.count &&
				       bounds.list.items[j].address.low <=
					       bounds.list.items[i].address.high;
		     j++)
			compare(lint, &bounds.list.items[i], &bounds.list.items[j], same);
	vec_release(&bounds.list);
}

void lint_duplicate_bind(struct lint *lint, const struct section *section)
{
	compare_all(lint, section, true);
}

void lint_overlapping_bind(struct lint *lint, const struct section *section)
{
	compare_all(lint, section, false);
}

static void try_bound(struct lint *lint, const struct place_bound *bound)
{
	char      *host = span_dup(bound->address.host), *port = span_dup(bound->address.port);
	struct str holder = STR_INIT;

	if (bound->address.kind == LISTEN_IP && !bound->address.datagram &&
	    bound->address.low == bound->address.high &&
	    lint->facts->is_taken(lint->facts->data, bound->line, host, port, &holder))
		lint_find(lint, bound->line, "'%.*s' is in use by %s", (int)bound->shown.len,
			  bound->shown.at, holder.len ? holder.bytes : "another program");
	str_release(&holder);
	free(port);
	free(host);
}

void lint_port_in_use(struct lint *lint, const struct section *section)
{
	struct bounds bounds = { VEC_INIT };

	if (!lint->facts->is_taken || lint_is_disabled(lint, section))
		return;
	for (size_t line = section->first; lint_next(lint, section, "bind", &line);)
		if (!lint->conditional[line])
			add_bounds(lint, section, line, &bounds);
	for (size_t i = 0; i < bounds.list.count; i++)
		try_bound(lint, &bounds.list.items[i]);
	vec_release(&bounds.list);
}

/* The word that follows a keyword of the line, or SIZE_MAX. */
static size_t word_behind(const struct words *words, const char *keyword)
{
	for (size_t i = 3; i + 1 < words->count; i++)
		if (words_is(words, i, keyword))
			return i + 1;
	return SIZE_MAX;
}

/* The line with one word put in another's place, or words added at its end. */
static void add_line_with(const struct words *words, size_t word, const char *keyword,
			  const char *value, struct str *out)
{
	for (size_t i = 0; i < words->count; i++) {
		if (i)
			str_add_char(out, ' ');
		if (i == word)
			str_add_text(out, value);
		else
			str_add_span(out, words->items[i].raw);
	}
	if (word == SIZE_MAX)
		str_addf(out, " %s %s", keyword, value);
}

static void mend_word(struct lint *lint, struct finding *finding, size_t word,
		      const char *keyword, const char *value)
{
	struct str text = STR_INIT;

	if (lint->words.comment.len == 0)
		add_line_with(&lint->words, word, keyword, value, &text);
	finding_set_line(lint, finding, finding->line, str_span(&text));
	str_release(&text);
}

static bool is_world_writable(struct span mode)
{
	char last = mode.len ? mode.at[mode.len - 1] : '0';

	return last == '2' || last == '3' || last == '6' || last == '7';
}

static void check_local_socket(struct lint *lint, size_t line, struct span path)
{
	size_t          mode = word_behind(&lint->words, "mode");
	size_t          level = word_behind(&lint->words, "level");
	struct str      mended = STR_INIT;
	struct finding *finding;

	if (mode == SIZE_MAX || lint->words.items[mode].varies ||
	    !is_world_writable(lint->words.items[mode].text))
		return;
	finding = lint_find(lint, line, "every user of this machine may use the stats socket "
					"'%.*s' (mode %.*s)",
			    (int)path.len, path.at, (int)lint->words.items[mode].text.len,
			    lint->words.items[mode].text.at);
	if (level != SIZE_MAX && words_is(&lint->words, level, "admin"))
		finding->severity = LINT_ERROR;
	str_add_span(&mended, lint->words.items[mode].text);
	mended.bytes[mended.len - 1] = '0';
	mend_word(lint, finding, mode, "mode", mended.bytes);
	str_release(&mended);
}

static void check_network_socket(struct lint *lint, size_t line, struct span shown,
				 const struct listen_address *address)
{
	size_t      level = word_behind(&lint->words, "level");
	bool        private = listen_address_is_private(address);
	struct span name = level == SIZE_MAX ? span_of("operator") : lint->words.items[level].text;
	struct finding *finding;

	if (span_is(name, "user") || (private && !span_is(name, "admin")))
		return;
	finding = lint_find(lint, line, "whoever reaches '%.*s' may use the stats socket at "
					"level %.*s",
			    (int)shown.len, shown.at, (int)name.len, name.at);
	if (!private && span_is(name, "admin"))
		finding->severity = LINT_ERROR;
	mend_word(lint, finding, level, "level", private ? "operator" : "user");
}

void lint_stats_socket(struct lint *lint, const struct section *section)
{
	for (size_t line = section->first; lint_next(lint, section, "stats", &line);) {
		struct listen_address address;
		struct span           word = words_text(&lint->words, 2);

		if (!words_is(&lint->words, 1, "socket") || lint->words.count < 3 ||
		    lint->words.items[2].varies || memchr(word.at, ',', word.len))
			continue;
		if (!listen_address_read(word, &address) || address.kind == LISTEN_LOCAL)
			check_local_socket(lint, line, word);
		else
			check_network_socket(lint, line, word, &address);
	}
}
