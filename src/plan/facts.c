/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/plan/facts.h"

#include <stdlib.h>
#include <string.h>

#include "penstock/base/map.h"
#include "penstock/base/mem.h"
#include "penstock/config/reference.h"
#include "penstock/plan/inherit.h"

/* Lines from an .if through its .endif. */
struct block {
	size_t first, last;
};

struct document_facts {
	const struct document *doc;
	size_t                *defaults;
	VEC(struct block) blocks;
	bool                 known; /* defaults and blocks are there */
	struct backend_facts backend;
	size_t               backend_of; /* section that backend is about, or SIZE_MAX */
};

struct facts {
	struct document_facts sides[SIDES];
	struct map            mentioned; /* names on lines that may refer to servers */
	bool                  mentions_known;
	bool                  has_minconn, minconn_known;
};

static void backend_release(struct backend_facts *backend)
{
	vec_release(&backend->default_servers);
	words_release(&backend->balance_words);
}

struct facts *facts_new(const struct document *before, const struct document *after)
{
	struct facts *facts = xcalloc(1, sizeof(*facts));

	facts->sides[BEFORE].doc = before;
	facts->sides[AFTER].doc = after;
	for (int i = 0; i < SIDES; i++) {
		facts->sides[i].backend_of = SIZE_MAX;
		facts->sides[i].backend.balance_words = (struct words)WORDS_INIT;
	}
	return facts;
}

void facts_free(struct facts *facts)
{
	if (!facts)
		return;
	for (int i = 0; i < SIDES; i++) {
		free(facts->sides[i].defaults);
		vec_release(&facts->sides[i].blocks);
		backend_release(&facts->sides[i].backend);
	}
	map_release(&facts->mentioned, NULL);
	free(facts);
}

static void find_blocks(struct document_facts *side)
{
	size_t depth = 0;

	for (size_t i = 0, end = document_config_lines(side->doc); i < end; i++) {
		struct span line = span_trim(line_span(&side->doc->lines.items[i]));
		struct span word;

		if (!line.len || line.at[0] != '.')
			continue;
		word = line_first_word(line);
		if (span_is(word, ".if") && depth++ == 0)
			*vec_push(&side->blocks) = (struct block){ i, end };
		else if (span_is(word, ".endif") && depth && --depth == 0)
			side->blocks.items[side->blocks.count - 1].last = i;
	}
}

static bool is_conditional(const struct document_facts *side, const struct section *section)
{
	for (size_t i = 0; i < side->blocks.count; i++)
		if (side->blocks.items[i].first < section->first + section->count &&
		    side->blocks.items[i].last >= section->first)
			return true;
	return false;
}

static struct document_facts *get_side(struct facts *facts, int side)
{
	struct document_facts *found = &facts->sides[side];

	if (!found->known) {
		found->defaults = inherited_defaults(found->doc);
		find_blocks(found);
		found->known = true;
	}
	return found;
}

/* The first word, also where it is written in quotes. */
static struct span keyword_of(struct words *words, struct span line)
{
	struct span word = line_first_word(line);

	for (size_t i = 0; i < word.len; i++) {
		if (!strchr("\"'\\", word.at[i]))
			continue;
		words_split(words, line);
		return words_text(words, 0);
	}
	return word;
}

static bool has_word(const struct words *words, size_t from, const char *word)
{
	for (size_t i = from; i < words->count; i++)
		if (words_is(words, i, word))
			return true;
	return false;
}

/* Takes what the lines of one section say; nearer sections are read later. */
static void read_section(struct document_facts *side, const struct section *section,
			 bool *consistent)
{
	struct backend_facts *backend = &side->backend;
	struct words          words = WORDS_INIT;

	backend->conditional |= is_conditional(side, section);
	for (size_t i = section->first + 1; i < section->first + section->count; i++) {
		struct span line = line_span(&side->doc->lines.items[i]);
		struct span keyword = keyword_of(&words, line);

		if (span_is(keyword, "server") || span_is(keyword, "server-template")) {
			backend->last_server = i;
		} else if (span_is(keyword, "default-server")) {
			*vec_push(&backend->default_servers) = i;
		} else if (span_is(keyword, "balance")) {
			words_split(&backend->balance_words, line);
		} else if (span_is(keyword, "cookie")) {
			words_split(&words, line);
			backend->cookies = has_word(&words, 2, "dynamic");
		} else if (span_is(keyword, "hash-type")) {
			words_split(&words, line);
			*consistent = words_is(&words, 1, "consistent");
		}
	}
	words_release(&words);
}

/* A default-server line holds for what stands below it in its section; an
 * inherited one for all of it. */
static bool holds_for(const struct backend_facts *backend, size_t default_server, size_t line)
{
	const struct section *section = backend->section;
	bool inherited = default_server < section->first ||
			 default_server >= section->first + section->count;

	return inherited || default_server < line;
}

/* The defaults of defaults come first. */
static void read_family(struct document_facts *side, size_t section, bool *consistent)
{
	size_t family[DEFAULTS_DEPTH], count = 0;

	for (; section != SIZE_MAX && count < DEFAULTS_DEPTH; section = side->defaults[section])
		family[count++] = section;
	while (count)
		read_section(side, &side->doc->sections.items[family[--count]], consistent);
}

const struct backend_facts *facts_backend(struct facts *facts, int which, size_t section)
{
	struct document_facts *side = get_side(facts, which);
	struct backend_facts  *backend = &side->backend;
	bool                   consistent = false;

	if (side->backend_of == section)
		return backend;
	backend_release(backend);
	*backend = (struct backend_facts){
		.section = &side->doc->sections.items[section],
		.last_server = SIZE_MAX,
		.balance_words = WORDS_INIT,
	};
	read_family(side, section, &consistent);
	/* Without a word HAProxy takes turns (3.3 and later draw at random, which
	 * allows the same). */
	backend->algorithm = words_text(&backend->balance_words, 1);
	if (!backend->balance_words.count)
		backend->algorithm = span_of("roundrobin");
	backend->balance = balance_find(backend->algorithm);
	backend->dynamic = backend->balance &&
			   (backend->balance->dynamic || (backend->balance->hash && consistent));
	side->backend_of = section;
	return backend;
}

void facts_server(struct facts *facts, int which, size_t section, size_t line,
		  struct server_facts *out)
{
	const struct backend_facts *backend = facts_backend(facts, which, section);
	const struct document      *doc = facts->sides[which].doc;

	*out = (struct server_facts){ .own = SERVER_INIT, .settings = SETTINGS_INIT };
	/* They are folded only when all are read, because the settings borrow from
	 * them and they move while the list grows. */
	for (size_t i = 0; i < backend->default_servers.count; i++) {
		size_t at = backend->default_servers.items[i];

		if (!holds_for(backend, at, line))
			continue;
		*vec_push(&out->defaults) = (struct server)SERVER_INIT;
		server_read(&out->defaults.items[out->defaults.count - 1],
			    line_span(&doc->lines.items[at]));
	}
	for (size_t i = 0; i < out->defaults.count; i++)
		settings_add(&out->settings, &out->defaults.items[i]);
	server_read(&out->own, line_span(&doc->lines.items[line]));
	settings_add(&out->settings, &out->own);
}

void server_facts_release(struct server_facts *out)
{
	settings_release(&out->settings);
	for (size_t i = 0; i < out->defaults.count; i++)
		server_release(&out->defaults.items[i]);
	vec_release(&out->defaults);
	server_release(&out->own);
}

static bool has_minconn(const struct document *doc)
{
	for (size_t i = 0; i < doc->lines.count; i++)
		if (span_contains(line_span(&doc->lines.items[i]), span_of("minconn")))
			return true;
	return false;
}

bool facts_has_minconn(struct facts *facts)
{
	if (!facts->minconn_known)
		facts->has_minconn = has_minconn(facts->sides[BEFORE].doc) ||
				     has_minconn(facts->sides[AFTER].doc);
	facts->minconn_known = true;
	return facts->has_minconn;
}

static bool in_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '_' || c == '.' || c == ':';
}

/* A server line names another server behind `track` or in an expression. */
static bool may_refer(struct span line)
{
	struct span word = line_first_word(line);

	if (!word.len || word.at[0] == '#')
		return false;
	return !span_is(word, "server") || memchr(line.at, '(', line.len) ||
	       span_contains(line, span_of("track"));
}

static void mention_names(struct map *names, struct span line)
{
	for (size_t i = 0; i < line.len; i++) {
		size_t start = i;

		while (i < line.len && in_name(line.at[i]))
			i++;
		if (i > start)
			map_put(names, span_make(line.at + start, i - start), names);
	}
}

bool facts_is_referred_to(struct facts *facts, struct span backend, struct span server)
{
	const struct document *doc = facts->sides[BEFORE].doc;
	struct references      references = REFERENCES_INIT;
	bool                   found;

	for (size_t i = 0, end = document_config_lines(doc); !facts->mentions_known && i < end; i++)
		if (may_refer(line_span(&doc->lines.items[i])))
			mention_names(&facts->mentioned, line_span(&doc->lines.items[i]));
	facts->mentions_known = true;
	if (!map_get(&facts->mentioned, server))
		return false;
	references_to_server(doc, backend, server, &references);
	found = references.list.count > 0;
	references_release(&references);
	return found;
}
