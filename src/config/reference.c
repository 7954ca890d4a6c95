/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/config/reference.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "penstock/base/text.h"
#include "penstock/config/lines.h"
#include "penstock/config/map_reference.h"
#include "penstock/config/mention.h"
#include "penstock/config/server.h"

/* One look through the document. */
struct search {
	const struct document *doc;
	struct references     *out;

	/* what is looked for: a section, a server of a backend, or an acl */
	enum mention_form wanted;
	unsigned          kinds;  /* of the section */
	struct span       name;   /* of the section, the server's backend or the acl */
	struct span       server;
	bool              table;  /* the section has a stick table */
	bool              inside; /* its own lines count, too */

	/* where the search is */
	const struct section *section;
	size_t                line;
	struct words          words;
};

static void found(struct search *search, size_t word, struct span name)
{
	*vec_push(&search->out->list) = (struct reference){
		.line = search->line,
		.word = word,
		.at = (size_t)(name.at - search->words.items[word].raw.at),
		.len = name.len,
	};
}

static bool is_wanted_section(const struct search *search, unsigned kinds, struct span name)
{
	return search->wanted == MENTION_SECTION && (kinds & search->kinds) &&
	       span_equal(name, search->name);
}

/* OWNER/ITEM in two; false, and all is the item, where there is no slash. */
static bool split_owner(struct span name, struct span *owner, struct span *item)
{
	const char *slash = memchr(name.at, '/', name.len);

	*owner = span_make(name.at, 0);
	*item = name;
	if (!slash)
		return false;
	owner->len = (size_t)(slash - name.at);
	*item = span_make(slash + 1, name.len - owner->len - 1);
	return true;
}

static void try_section(struct search *search, const struct mention *mention)
{
	if (is_wanted_section(search, mention->kinds, mention->name))
		found(search, mention->word, mention->name);
}

static void try_server(struct search *search, const struct mention *mention)
{
	const struct section *here = search->section;
	struct span           owner, item;
	bool                  owned = split_owner(mention->name, &owner, &item);

	if (owned && is_wanted_section(search, mention->kinds, owner))
		found(search, mention->word, owner);
	if (search->wanted != MENTION_SERVER || !span_equal(item, search->server))
		return;
	if (owned ? span_equal(owner, search->name) :
		    (here->kind & SECTION_BACKS) && span_equal(here->name, search->name))
		found(search, mention->word, item);
}

static void try_table(struct search *search, const struct mention *mention)
{
	struct span owner, item;

	if (split_owner(mention->name, &owner, &item)) {
		if (is_wanted_section(search, SECTION_PEERS, owner))
			found(search, mention->word, owner);
	} else if (search->table && is_wanted_section(search, mention->kinds, item)) {
		found(search, mention->word, item);
	}
}

static void try_acl(struct search *search, const struct mention *mention)
{
	if (search->wanted == MENTION_ACL && span_equal(mention->name, search->name))
		found(search, mention->word, mention->name);
}

static void try_mention(const struct mention *mention, void *data)
{
	static void (*const by_form[])(struct search *search, const struct mention *mention) = {
		[MENTION_SECTION] = try_section,
		[MENTION_SERVER] = try_server,
		[MENTION_TABLE] = try_table,
		[MENTION_ACL] = try_acl,
	};

	by_form[mention->form](data, mention);
}

/* Whether the line is worth splitting: large files are mostly server lines,
 * and few of them refer to anything. */
static bool may_refer(const struct search *search, struct span line)
{
	struct span word = line_first_word(line);
	struct span name = search->wanted == MENTION_SERVER ? search->server : search->name;

	if (!word.len || !span_contains(line, name))
		return false;
	return !span_is(word, "server") || span_contains(line, span_of("track")) ||
	       span_contains(line, span_of("resolvers")) ||
	       span_contains(line, span_of("healthcheck"));
}

/* An acl may have several lines of its name; none of them refers to it. */
static bool is_definition(const struct search *search)
{
	return search->wanted == MENTION_ACL && words_is(&search->words, 0, "acl") &&
	       span_equal(words_text(&search->words, 1), search->name);
}

static void search_section(struct search *search, const struct section *section)
{
	search->section = section;
	for (size_t i = 0; i < section->count; i++) {
		struct span line = line_span(&search->doc->lines.items[section->first + i]);

		if (!may_refer(search, line))
			continue;
		search->line = section->first + i;
		words_split(&search->words, line);
		if (!is_definition(search))
			mentions_in_line(&search->words, i == 0, try_mention, search);
	}
}

static void search_document(struct search *search)
{
	const struct document *doc = search->doc;

	for (size_t i = 0; i < doc->sections.count; i++) {
		const struct section *section = &doc->sections.items[i];

		if (search->inside || !is_wanted_section(search, section->kind, section->name))
			search_section(search, section);
	}
	words_release(&search->words);
}

static void search_name(const struct document *doc, unsigned kinds, struct span name,
			bool inside, struct references *out)
{
	const struct section *section = document_section(doc, kinds, name);
	struct search         search = {
		.doc = doc,
		.out = out,
		.wanted = MENTION_SECTION,
		.kinds = kinds,
		.name = name,
		.inside = inside,
		.words = WORDS_INIT,
	};

	if (!name.len)
		return;
	search.table = section && section_find(doc, section, 0, "stick-table", NULL) != SIZE_MAX;
	search_document(&search);
	if (kinds & SECTION_BACKS)
		map_references(doc, name, out);
}

void references_to_section(const struct document *doc, unsigned kinds, struct span name,
			   struct references *out)
{
	search_name(doc, kinds, name, false, out);
}

void references_to_name(const struct document *doc, unsigned kinds, struct span name,
			struct references *out)
{
	search_name(doc, kinds, name, true, out);
}

void references_to_server(const struct document *doc, struct span backend, struct span server,
			  struct references *out)
{
	struct search search = {
		.doc = doc,
		.out = out,
		.wanted = MENTION_SERVER,
		.name = backend,
		.server = server,
		.words = WORDS_INIT,
	};

	search_document(&search);
}

void references_to_acl(const struct document *doc, const struct section *section,
		       struct span acl, struct references *out)
{
	struct search search = {
		.doc = doc,
		.out = out,
		.wanted = MENTION_ACL,
		.name = acl,
		.words = WORDS_INIT,
	};

	search_section(&search, section);
	words_release(&search.words);
}

void references_release(struct references *refs)
{
	vec_release(&refs->list);
}

/* The bytes of the line that a reference is in: a word, or all but its end. */
static struct span bytes_of(const struct words *words, struct span line,
			    const struct reference *ref)
{
	if (ref->word != SIZE_MAX)
		return words->items[ref->word].raw;
	return span_make(line.at, line.len - words->ending.len);
}

void references_rename(struct candidate *candidate, const struct references *refs,
		       struct span name)
{
	struct words words = WORDS_INIT;
	struct str   raw = STR_INIT;

	/* From the last on, so that two in one word do not move each other. */
	for (size_t i = refs->list.count; i-- > 0;) {
		const struct reference *ref = &refs->list.items[i];
		struct span             line = line_span(&candidate->now->lines.items[ref->line]);
		struct span             old;

		words_split(&words, line);
		old = bytes_of(&words, line, ref);
		str_reset(&raw);
		str_add(&raw, old.at, ref->at);
		str_add_span(&raw, name);
		str_add(&raw, old.at + ref->at + ref->len, old.len - ref->at - ref->len);
		if (ref->word == SIZE_MAX)
			edit_replace_line(candidate, ref->line, str_span(&raw));
		else
			edit_replace_words(candidate, ref->line, ref->word, 1, str_span(&raw));
	}
	str_release(&raw);
	words_release(&words);
}

/* Puts another name into the definitions; gives how many there are. */
static size_t rename_definitions(struct candidate *candidate, size_t header, struct span name,
				 struct span new_name, struct nearest *nearest)
{
	struct document *doc = candidate->now;
	struct words     words = WORDS_INIT;
	size_t           line = 0, count = 0;

	while ((line = section_find(doc, section_of(doc, header), line, "acl", NULL)) != SIZE_MAX) {
		words_split(&words, line_span(&doc->lines.items[line]));
		if (words.count > 1 && span_equal(words.items[1].text, name)) {
			edit_replace_words(candidate, line, 1, 1, new_name);
			count++;
		} else if (words.count > 1) {
			nearest_try(nearest, words.items[1].raw);
		}
		line++;
	}
	words_release(&words);
	return count;
}

static int check_new_acl(const struct document *doc, const struct section *section,
			 struct span new_name, struct err *err)
{
	char  *name;
	size_t line;

	if (name_check("acl", new_name, err) < 0)
		return -1;
	name = span_dup(new_name);
	line = section_find(doc, section, 0, "acl", name);
	free(name);
	if (line == SIZE_MAX)
		return 0;
	return err_at(err, ERR_EXISTS, document_place(doc, line),
		      "there is an acl '%.*s' already", (int)new_name.len, new_name.at);
}

int acl_rename(struct candidate *candidate, size_t header, struct span name,
	       struct span new_name, struct err *err)
{
	const struct section *section = section_of(candidate->now, header);
	struct references     refs = REFERENCES_INIT;
	struct nearest        nearest = { .wanted = name };

	if (span_equal(name, new_name))
		return 0;
	if (check_new_acl(candidate->now, section, new_name, err) < 0)
		return -1;
	references_to_acl(candidate->now, section, name, &refs);
	references_rename(candidate, &refs, new_name);
	references_release(&refs);
	if (rename_definitions(candidate, header, name, new_name, &nearest))
		return 0;
	err_set(err, ERR_NOT_FOUND, "no acl '%.*s' here", (int)name.len, name.at);
	return nearest_hint(&nearest, err);
}

static size_t count_lines(const struct references *refs)
{
	size_t count = 0;

	for (size_t i = 0; i < refs->list.count; i++)
		count += i == 0 || refs->list.items[i].line != refs->list.items[i - 1].line;
	return count;
}

void references_format(const struct document *doc, const struct references *refs,
		       struct str *out)
{
	size_t lines = count_lines(refs), shown = lines > 3 ? 2 : lines, done = 0;

	for (size_t i = 0; i < refs->list.count && done < shown; i++) {
		struct place place;

		if (i && refs->list.items[i].line == refs->list.items[i - 1].line)
			continue;
		if (done++)
			str_add_text(out, done == lines ? " and " : ", ");
		place = document_place(doc, refs->list.items[i].line);
		str_addf(out, "%s:%u", place.file, place.line);
	}
	if (shown < lines)
		str_addf(out, " and %zu more", lines - shown);
}
