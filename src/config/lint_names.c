/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lint of names that nothing uses: ACLs and backends. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "penstock/base/mem.h"
#include "penstock/config/lint_rules.h"
#include "penstock/config/mention.h"

/* One ACL of a section. */
struct acl_lines {
	VEC(size_t) lines; /* of its definitions */
	bool used;
	bool varies;
};

struct acl_index {
	struct map names;
};

static struct acl_lines *acl_at(struct acl_index *index, struct span name)
{
	struct acl_lines *found = map_get(&index->names, name);

	if (!found) {
		found = xcalloc(1, sizeof(*found));
		map_put(&index->names, name, found);
	}
	return found;
}

static void note_acl(const struct mention *mention, void *data)
{
	if (mention->form == MENTION_ACL)
		acl_at(data, mention->name)->used = true;
}

static void index_acls(struct lint *lint, const struct section *section, struct acl_index *index)
{
	for (size_t line = section->first; lint_next(lint, section, NULL, &line);) {
		if (words_is(&lint->words, 0, "acl") && lint->words.count > 2) {
			struct acl_lines *acl = acl_at(index, words_text(&lint->words, 1));

			*vec_push(&acl->lines) = line;
			acl->varies = acl->varies || lint->words.items[1].varies;
		}
		mentions_in_line(&lint->words, false, note_acl, index);
	}
}

static void free_acl(void *value)
{
	struct acl_lines *acl = value;

	vec_release(&acl->lines);
	free(acl);
}

static void say_unused(struct span name, void *value, void *data)
{
	const struct acl_lines *acl = value;
	struct lint            *lint = data;
	struct finding         *finding;

	if (acl->used || acl->varies || !acl->lines.count)
		return;
	finding = lint_find(lint, acl->lines.items[0], "ACL '%.*s' is never used", (int)name.len,
			    name.at);
	for (size_t i = acl->lines.count; i-- > 0;)
		finding_delete_line(lint, finding, acl->lines.items[i]);
}

void lint_unused_acl(struct lint *lint, const struct section *section)
{
	struct acl_index index = { MAP_INIT };

	if (section_find(lint->doc, section, 0, "acl", NULL) != SIZE_MAX) {
		index_acls(lint, section, &index);
		map_each(&index.names, say_unused, lint);
	}
	map_release(&index.names, free_acl);
}

static void say_or(struct span name, void *value, void *data)
{
	const struct acl_lines *acl = value;
	struct lint            *lint = data;
	struct str              first = STR_INIT;

	if (acl->lines.count < 2 || acl->varies || lint->conditional[acl->lines.items[1]])
		return;
	lint_add_place(lint, acl->lines.items[0], &first);
	lint_find(lint, acl->lines.items[1],
		  "ACL '%.*s' is defined at %s as well, and holds where either does",
		  (int)name.len, name.at, first.bytes);
	str_release(&first);
}

void lint_acl_or(struct lint *lint, const struct section *section)
{
	struct acl_index index = { MAP_INIT };

	if (section_find(lint->doc, section, 0, "acl", NULL) != SIZE_MAX) {
		index_acls(lint, section, &index);
		map_each(&index.names, say_or, lint);
	}
	map_release(&index.names, free_acl);
}

/*
 * What leads to backends: names that lines mention, names that files hold, and
 * the lines whose names nobody can tell.
 */
struct reach {
	struct lint *lint;
	struct map   names;
	VEC(size_t) computed;
	size_t line;
};

static void reach_name(struct reach *reach, struct span name)
{
	if (name.len)
		map_put(&reach->names, name, reach);
}

static void note_mention(const struct mention *mention, void *data)
{
	if (mention->kinds & SECTION_BACKS || mention->form == MENTION_TABLE ||
	    mention->form == MENTION_SERVER)
		reach_name(data, mention->name);
}

/* The values of a map: what stands behind each key. */
static bool reach_map(struct reach *reach, struct span path)
{
	const struct lint_facts *facts = reach->lint->facts;
	char                    *name = span_dup(path);
	struct str               bytes = STR_INIT;
	bool                     read = facts->read && facts->read(facts->data, name, &bytes);
	struct span              rest = str_span(&bytes), line;

	while (read && span_split(&rest, '\n', &line)) {
		struct span key = line_first_word(line);

		if (key.len && key.at[0] != '#')
			reach_name(reach, span_trim(span_make(key.at + key.len,
							      line.len - (size_t)(key.at + key.len -
										  line.at))));
	}
	str_release(&bytes);
	free(name);
	return read;
}

/* `%[EXPRESSION,map…(FILE[,DEFAULT])]` and nothing else; false: cannot tell. */
static bool reach_computed(struct reach *reach, struct span name)
{
	size_t      open = name.len;
	struct span arguments, path;

	if (!span_starts(name, "%[") || !span_ends(name, ")]"))
		return false;
	while (open > 0 && name.at[open - 1] != '(')
		open--;
	if (!open)
		return false;
	arguments = span_make(name.at + open, name.len - open - 2);
	while (--open > 0 && name.at[open - 1] != ',' && name.at[open - 1] != '[')
		;
	if (!span_starts(span_make(name.at + open, name.len - open), "map") ||
	    !span_split(&arguments, ',', &path))
		return false;
	reach_name(reach, arguments.at ? arguments : span_make("", 0));
	return reach_map(reach, path);
}

/* `bind rhttp@BACKEND/SERVER` */
static void reach_reverse(struct reach *reach, struct span address)
{
	struct span name;

	if (!span_starts(address, "rhttp@"))
		return;
	address = span_make(address.at + 6, address.len - 6);
	span_split(&address, '/', &name);
	reach_name(reach, name);
}

static bool is_target(const struct words *words)
{
	return words_is(words, 0, "use_backend") || words_is(words, 0, "default_backend");
}

/* The agent's backend stands in a file of its own (`use-backend NAME`). */
static bool reach_spoe(struct reach *reach)
{
	const struct lint_facts *facts = reach->lint->facts;
	const struct words      *words = &reach->lint->words;
	struct str               bytes = STR_INIT;
	char                    *path = NULL;
	bool                     read;

	for (size_t i = 2; i + 1 < words->count && !path; i++)
		if (words_is(words, i, "config"))
			path = span_dup(words_text(words, i + 1));
	read = path && facts->read && facts->read(facts->data, path, &bytes);
	if (read) {
		struct span  rest = str_span(&bytes), line;
		struct words inner = WORDS_INIT;

		while (span_split(&rest, '\n', &line)) {
			words_split(&inner, line);
			if (words_is(&inner, 0, "use-backend"))
				reach_name(reach, words_text(&inner, 1));
		}
		words_release(&inner);
	}
	str_release(&bytes);
	free(path);
	return read;
}

static void reach_line(struct reach *reach, size_t line)
{
	const struct words *words = &reach->lint->words;
	struct span         name = words_text(words, 1);
	bool                known = true;

	mentions_in_line(words, false, note_mention, reach);
	if (is_target(words) && words->count > 1) {
		reach_name(reach, name);
		if (words->items[1].varies)
			known = false;
		else if (span_contains(name, span_of("%[")))
			known = reach_computed(reach, name);
	} else if (words_is(words, 0, "filter") && words_is(words, 1, "spoe")) {
		known = reach_spoe(reach);
	} else if (words_is(words, 0, "bind")) {
		reach_reverse(reach, name);
	}
	if (!known)
		*vec_push(&reach->computed) = line;
}

static void find_reach(struct reach *reach)
{
	const struct document *doc = reach->lint->doc;

	for (size_t i = 0; i < doc->sections.count; i++)
		for (size_t line = doc->sections.items[i].first;
		     lint_next(reach->lint, &doc->sections.items[i], NULL, &line);)
			reach_line(reach, line);
}

static void reach_release(struct reach *reach)
{
	map_release(&reach->names, NULL);
	vec_release(&reach->computed);
}

/* Both rules look at the whole document, once, for its first section. */
static bool is_first(const struct lint *lint, const struct section *section, unsigned kinds)
{
	return document_section(lint->doc, kinds, span_make("", 0)) == section;
}

static void say_unreached(struct lint *lint, const struct section *section)
{
	finding_delete_section(lint_find(lint, section->first, "backend '%.*s' is never reached",
					 (int)section->name.len, section->name.at),
			       section);
}

void lint_unused_backend(struct lint *lint, const struct section *section)
{
	const struct document *doc = lint->doc;
	struct reach           reach = { .lint = lint, .names = MAP_INIT };

	if (!is_first(lint, section, SECTION_BACKEND))
		return;
	find_reach(&reach);
	for (size_t i = 0; !reach.computed.count && i < doc->sections.count; i++) {
		const struct section *other = &doc->sections.items[i];

		if (other->kind == SECTION_BACKEND && other->name.len &&
		    !map_get(&reach.names, other->name) && !lint_is_disabled(lint, other))
			say_unreached(lint, other);
	}
	reach_release(&reach);
}

void lint_computed_backend(struct lint *lint, const struct section *section)
{
	struct reach reach = { .lint = lint, .names = MAP_INIT };

	if (!is_first(lint, section, SECTION_FRONTS))
		return;
	find_reach(&reach);
	for (size_t i = 0; i < reach.computed.count; i++)
		lint_find(lint, reach.computed.items[i],
			  "cannot tell which backends this line leads to; all count as reached");
	reach_release(&reach);
}
