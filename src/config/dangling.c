/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/config/dangling.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "penstock/base/map.h"
#include "penstock/base/mem.h"
#include "penstock/config/map_reference.h"

/* What only HAProxy can tell: samples, variables. */
static bool is_computed(struct span name)
{
	return !name.len || memchr(name.at, '%', name.len) || memchr(name.at, '$', name.len) ||
	       memchr(name.at, '\\', name.len);
}

static bool is_number(struct span name)
{
	long number;

	return span_to_long(name, &number);
}

static void split_owner(struct span name, struct span *owner, struct span *item)
{
	const char *slash = memchr(name.at, '/', name.len);

	*owner = span_make(name.at, slash ? (size_t)(slash - name.at) : 0);
	*item = slash ? span_make(slash + 1, name.len - owner->len - 1) : name;
}

static size_t header_of(const struct section *section)
{
	return section ? section->first : SIZE_MAX;
}

/* A server-template stands for servers named PREFIX and a number. */
static size_t template_line(const struct document *doc, const struct section *section,
			    struct span name)
{
	struct words words = WORDS_INIT;
	size_t       line = 0, found = SIZE_MAX;

	while (found == SIZE_MAX &&
	       (line = section_find(doc, section, line, "server-template", NULL)) != SIZE_MAX) {
		struct span prefix;

		words_split(&words, line_span(&doc->lines.items[line]));
		prefix = words_text(&words, 1);
		if (prefix.len && span_has_prefix(name, prefix) &&
		    is_number(span_make(name.at + prefix.len, name.len - prefix.len)))
			found = line;
		line++;
	}
	words_release(&words);
	return found;
}

static size_t server_target(const struct document *doc, const struct section *here, size_t line,
			    const struct mention *mention)
{
	struct span           owner, item;
	const struct section *section = here;
	size_t                found;

	split_owner(mention->name, &owner, &item);
	if (owner.len)
		section = document_section(doc, mention->kinds, owner);
	else if (!(here->kind & SECTION_BACKS))
		return line; /* of whichever backend inherits it */
	if (!section)
		return SIZE_MAX;
	found = section_server(doc, section, item);
	return found != SIZE_MAX ? found : template_line(doc, section, item);
}

static size_t table_target(const struct document *doc, size_t line,
			   const struct mention *mention)
{
	struct span owner, item;

	split_owner(mention->name, &owner, &item);
	if (owner.len)
		return header_of(document_section(doc, SECTION_PEERS, owner));
	if (is_number(item))
		return line;
	/* A frontend and a backend may share a name; one has the table. */
	for (size_t i = 0; i < doc->sections.count; i++) {
		const struct section *section = &doc->sections.items[i];
		size_t                found;

		if (!((unsigned)section->kind & mention->kinds) ||
		    !span_equal(section->name, item))
			continue;
		found = section_find(doc, section, 0, "stick-table", NULL);
		if (found != SIZE_MAX)
			return found;
	}
	return SIZE_MAX;
}

static bool is_predefined(struct span name)
{
	static const char *const names[] = {
		"FALSE", "HTTP", "HTTP_1.0", "HTTP_1.1", "HTTP_2.0", "HTTP_3.0", "HTTP_CONTENT",
		"HTTP_URL_ABS", "HTTP_URL_SLASH", "HTTP_URL_STAR", "LOCALHOST", "RDP_COOKIE",
		"REQ_CONTENT", "TRUE", "WAIT_END", "or", "||", "!",
	};

	if (span_starts(name, "METH_"))
		return true;
	for (size_t i = 0; i < N(names); i++)
		if (span_is(name, names[i]))
			return true;
	return false;
}

static size_t acl_target(const struct document *doc, const struct section *here, size_t line,
			 const struct mention *mention)
{
	char  *name;
	size_t found;

	if (is_predefined(mention->name))
		return line;
	name = span_dup(mention->name);
	found = section_find(doc, here, 0, "acl", name);
	free(name);
	return found;
}

size_t mention_target(const struct document *doc, const struct section *here, size_t line,
		      const struct mention *mention)
{
	if (is_computed(mention->name))
		return line;
	switch (mention->form) {
	case MENTION_SERVER:
		return server_target(doc, here, line, mention);
	case MENTION_TABLE:
		return table_target(doc, line, mention);
	case MENTION_ACL:
		return acl_target(doc, here, line, mention);
	case MENTION_SECTION:
		break;
	}
	return header_of(document_section(doc, mention->kinds, mention->name));
}

/* Whether `if` before a name on the line is that of a condition. */
static bool has_condition(struct span keyword)
{
	static const char *const words[] = {
		"http-request", "http-response", "http-after-response", "tcp-request",
		"tcp-response", "use_backend", "use-server", "redirect", "stick", "monitor",
		"force-persist", "ignore-persist",
	};

	for (size_t i = 0; i < N(words); i++)
		if (span_is(keyword, words[i]))
			return true;
	return false;
}

/* Lines [first, end) of each are what differs. */
struct region {
	const struct document *before, *now;
	size_t                 first, before_end, now_end;
};

static bool same_line(const struct line *a, const struct line *b)
{
	return a->bytes == b->bytes && a->len == b->len && a->file == b->file;
}

/* One look at lines of a document. */
struct search {
	const struct document *doc;
	const struct section  *here;
	size_t                 line;
	struct words           words;
	const struct map      *gone; /* names that have no definition any more */
	const struct region   *region; /* NULL: lines outside of it, which are old */
	dangling_fn            each;
	void                  *data;
};

static void add_kind(const struct mention *mention, struct str *out)
{
	size_t start = out->len;

	if (mention->form != MENTION_SECTION) {
		str_add_text(out, mention->form == MENTION_SERVER  ? "server"
				  : mention->form == MENTION_TABLE ? "stick table"
								   : "acl");
		return;
	}
	for (size_t i = 0; i < section_table_count; i++)
		if (((unsigned)section_table[i].kind & mention->kinds))
			str_addf(out, "%s%s", out->len > start ? " or " : "",
				 section_table[i].keyword);
}

/* Whether the line is new or changed: then all that it mentions counts. */
static bool is_new(const struct region *region, const struct line *line)
{
	for (size_t i = region->first; i < region->before_end; i++)
		if (same_line(&region->before->lines.items[i], line))
			return false;
	return true;
}

static bool is_gone(const struct map *gone, struct span name)
{
	struct span owner, item;

	split_owner(name, &owner, &item);
	return map_get(gone, item) || (owner.len && map_get(gone, owner));
}

static void try_mention(const struct mention *mention, void *data)
{
	struct search *search = data;
	struct str     what = STR_INIT;

	if ((mention->form == MENTION_ACL && !has_condition(words_text(&search->words, 0))) ||
	    mention_target(search->doc, search->here, search->line, mention) != SIZE_MAX)
		return;
	/* What was so before is not this edit's doing. */
	if (!is_gone(search->gone, mention->name) &&
	    (!search->region || !is_new(search->region, &search->doc->lines.items[search->line])))
		return;
	add_kind(mention, &what);
	str_addf(&what, " '%.*s'", (int)mention->name.len, mention->name.at);
	search->each(search->line, what.bytes, search->data);
	str_release(&what);
}

/* Large files are mostly server lines, and few of them refer to anything. */
static bool may_refer(struct span line)
{
	struct span word = line_first_word(line);

	return word.len && (!span_is(word, "server") || span_contains(line, span_of("track")) ||
			    span_contains(line, span_of("resolvers")) ||
			    span_contains(line, span_of("@")));
}

static void search_lines(struct search *search, size_t first, size_t end)
{
	for (size_t i = first; i < end; i++) {
		struct span line = line_span(&search->doc->lines.items[i]);

		if (!may_refer(line))
			continue;
		search->here = document_section_at(search->doc, i);
		search->line = i;
		if (!search->here)
			continue;
		words_split(&search->words, line);
		mentions_in_line(&search->words, i == search->here->first, try_mention, search);
	}
}

static struct region find_region(const struct document *before, const struct document *now)
{
	struct region region = { before, now, 0, before->lines.count, now->lines.count };

	while (region.first < region.before_end && region.first < region.now_end &&
	       same_line(&before->lines.items[region.first], &now->lines.items[region.first]))
		region.first++;
	while (region.before_end > region.first && region.now_end > region.first &&
	       same_line(&before->lines.items[region.before_end - 1],
			 &now->lines.items[region.now_end - 1])) {
		region.before_end--;
		region.now_end--;
	}
	return region;
}

/* The name that a line defines, as its own words say; false when it defines none. */
static bool defined_name(struct words *words, struct span line, struct span *name)
{
	struct span first = line_first_word(line);
	bool        defines = span_is(first, "server") || span_is(first, "acl") ||
		       span_is(first, "server-template") || span_is(first, "stick-table") ||
		       section_def_find(first);

	if (!defines)
		return false;
	words_split(words, line);
	*name = words_text(words, 1);
	return true;
}

static void note_names(const struct document *doc, size_t first, size_t end, bool gone,
		       struct map *names)
{
	struct words words = WORDS_INIT;
	struct span  name;

	for (size_t i = first; i < end; i++) {
		const struct section *here = document_section_at(doc, i);

		if (!here || !defined_name(&words, line_span(&doc->lines.items[i]), &name))
			continue;
		/* A table goes by the name of its proxy. */
		if (words_is(&words, 0, "stick-table"))
			name = here->name;
		if (gone)
			map_put(names, name, names);
		else
			map_remove(names, name);
	}
	words_release(&words);
}

/*
 * Names that a line of the region defined and none does now.  One that moved to
 * another section is found again there: what mentions it in the old place is
 * then told by its own line only, unless the section is gone, too.
 */
static void find_gone(const struct region *region, struct map *gone)
{
	note_names(region->before, region->first, region->before_end, true, gone);
	note_names(region->now, region->first, region->now_end, false, gone);
}

/* Maps give names of backends; one that is gone is told for each line. */
static void try_maps(struct span name, void *value, void *data)
{
	struct search    *search = data;
	struct references refs = REFERENCES_INIT;
	struct str        what = STR_INIT;

	(void)value;
	if (!document_section(search->doc, SECTION_BACKS, name))
		map_references(search->doc, name, &refs);
	str_addf(&what, "backend '%.*s'", (int)name.len, name.at);
	for (size_t i = 0; i < refs.list.count; i++)
		search->each(refs.list.items[i].line, what.bytes, search->data);
	str_release(&what);
	references_release(&refs);
}

/* Whether names that are gone may be those of backends. */
static bool loses_backends(const struct region *region)
{
	for (size_t i = 0; i < region->before->sections.count; i++) {
		const struct section *section = &region->before->sections.items[i];

		if (((unsigned)section->kind & SECTION_BACKS) && section->first >= region->first &&
		    section->first < region->before_end)
			return true;
	}
	return false;
}

void dangling_find(const struct document *before, const struct document *now, dangling_fn each,
		   void *data)
{
	struct region region = find_region(before, now);
	struct map    gone = MAP_INIT;
	struct search search = {
		.doc = now, .words = WORDS_INIT, .gone = &gone, .region = &region,
		.each = each, .data = data,
	};

	find_gone(&region, &gone);
	search_lines(&search, region.first, region.now_end);
	if (map_count(&gone)) {
		search.region = NULL;
		search_lines(&search, 0, region.first);
		search_lines(&search, region.now_end, now->lines.count);
		if (loses_backends(&region))
			map_each(&gone, try_maps, &search);
	}
	map_release(&gone, NULL);
	words_release(&search.words);
}
