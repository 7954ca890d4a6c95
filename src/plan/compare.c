/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Finds the partner of each section and of each file, and sees to what lies
 * between sections: their order, and what they inherit.  What differs inside a
 * section is the business of align.c.
 */
#include "penstock/plan/compare.h"

#include <stdlib.h>
#include <string.h>

#include "penstock/base/map.h"
#include "penstock/base/mem.h"
#include "penstock/plan/compare_files.h"
#include "penstock/plan/align.h"
#include "penstock/plan/inherit.h"
#include "penstock/plan/order.h"

/* The section that a sort of move was told for last, and the change that did. */
struct told {
	size_t section, change;
};

/* The sections of both documents as items (order.h), and what they inherit. */
struct pairing {
	struct side     before, after;
	size_t         *defaults_before, *defaults_after;
	size_t         *least_behind; /* lowest partner of all sections behind this one */
	struct changes *out;
	size_t          first_change; /* of out, by this comparison */
	struct told     moved, inherited;
};

static const struct section *section_of_item(const struct side *side, size_t item)
{
	return &side->doc->sections.items[item];
}

static bool same_name(const struct section *a, const struct section *b)
{
	return a->kind == b->kind && span_equal(a->name, b->name);
}

static void pair(struct pairing *p, size_t before, size_t after)
{
	p->before.items[before].match = after;
	p->after.items[after].match = before;
}

static void section_key(struct str *key, const struct section *section)
{
	str_reset(key);
	str_add(key, &section->kind, sizeof(section->kind));
	str_add_span(key, section->name);
}

/* The n-th section of a name before is the partner of the n-th after. */
static void pair_by_name(struct pairing *p)
{
	struct map heads = MAP_INIT;
	struct str key = STR_INIT;

	for (size_t i = p->after.count; i-- > 0;) {
		struct item *item = &p->after.items[i];

		if (item->match != UNMATCHED)
			continue;
		section_key(&key, section_of_item(&p->after, i));
		item->next = map_put(&heads, str_span(&key), item);
	}
	for (size_t i = 0; i < p->before.count; i++) {
		struct item *head;

		if (p->before.items[i].match != UNMATCHED)
			continue;
		section_key(&key, section_of_item(&p->before, i));
		head = map_get(&heads, str_span(&key));
		if (!head)
			continue;
		map_put(&heads, str_span(&key), head->next);
		pair(p, i, (size_t)(head - p->after.items));
	}
	map_release(&heads, NULL);
	str_release(&key);
}

/* Most sections stand where they stood: only the middle needs the map. */
static void pair_sections(struct pairing *p)
{
	size_t a = 0, b = p->before.count, c = p->after.count;

	while (a < b && a < c && same_name(section_of_item(&p->before, a),
					   section_of_item(&p->after, a))) {
		pair(p, a, a);
		a++;
	}
	while (b > a && c > a && same_name(section_of_item(&p->before, b - 1),
					   section_of_item(&p->after, c - 1)))
		pair(p, --b, --c);
	if (b > a && c > a)
		pair_by_name(p);
	order_find(&p->before, &p->after);
}

static void side_init(struct side *side, const struct document *doc)
{
	side->doc = doc;
	side->count = doc->sections.count;
	side->items = xcalloc(side->count + 1, sizeof(*side->items));
	for (size_t i = 0; i < side->count; i++)
		side->items[i].match = UNMATCHED;
}

static void pairing_init(struct pairing *p, const struct document *before,
			 const struct document *after, struct changes *out)
{
	*p = (struct pairing){ .out = out, .first_change = out->list.count };
	side_init(&p->before, before);
	side_init(&p->after, after);
	p->defaults_before = inherited_defaults(before);
	p->defaults_after = inherited_defaults(after);
	p->moved.section = p->inherited.section = UNMATCHED;
	pair_sections(p);
	p->least_behind = xmalloc((p->after.count + 1) * sizeof(*p->least_behind));
	p->least_behind[p->after.count] = UNMATCHED;
	for (size_t i = p->after.count; i-- > 0;) {
		size_t behind = i + 1 < p->after.count ? p->after.items[i + 1].match : UNMATCHED;
		size_t least = p->least_behind[i + 1];

		p->least_behind[i] = behind < least ? behind : least;
	}
}

static void pairing_release(struct pairing *p)
{
	free(p->before.items);
	free(p->after.items);
	free(p->defaults_before);
	free(p->defaults_after);
	free(p->least_behind);
}

static char *header_text(const struct document *doc, const struct section *section)
{
	struct words words = WORDS_INIT;
	char        *text;

	words_split(&words, line_span(&doc->lines.items[section->first]));
	text = span_dup(words_raw_range(&words, 0, SIZE_MAX - 1));
	words_release(&words);
	return text;
}

/* A change about sections `before` and `after`, either of which may be missing. */
static struct change *push(struct pairing *p, enum change_kind kind, size_t before, size_t after)
{
	bool                  was = before != UNMATCHED, is = after != UNMATCHED;
	const struct section *old = was ? section_of_item(&p->before, before) : NULL;
	const struct section *new = is ? section_of_item(&p->after, after) : NULL;
	const struct section *section = new ? new : old;
	struct change        *change = vec_push(&p->out->list);

	*change = (struct change){
		.kind = kind,
		.section = section->kind,
		.name = span_dup(section->name),
		.line_before = old ? old->first : SIZE_MAX,
		.line_after = new ? new->first : SIZE_MAX,
		.section_before = before,
		.section_after = after,
		.lines = section->count,
	};
	return change;
}

static void add_section(struct pairing *p, size_t after)
{
	struct change *change = push(p, CHANGE_SECTION_ADDED, UNMATCHED, after);

	change->after = header_text(p->after.doc, section_of_item(&p->after, after));
}

static void delete_until(struct pairing *p, size_t *from, size_t end)
{
	for (; *from < end; ++*from) {
		struct change *change;

		if (p->before.items[*from].match != UNMATCHED)
			continue;
		change = push(p, CHANGE_SECTION_DELETED, *from, UNMATCHED);
		change->before = header_text(p->before.doc, section_of_item(&p->before, *from));
	}
}

/* Whether what the proxy inherits is another section that was there before too:
 * one that came or went is a change by itself, and so is another `from`. */
static bool inherits_other(const struct pairing *p, size_t before, size_t after)
{
	size_t old = p->defaults_before ? p->defaults_before[before] : UNMATCHED;
	size_t new = p->defaults_after ? p->defaults_after[after] : UNMATCHED;
	size_t old_now = old == UNMATCHED ? UNMATCHED : p->before.items[old].match;

	if (old_now == new ||
	    !span_equal(section_of_item(&p->before, before)->from,
			section_of_item(&p->after, after)->from))
		return false;
	return (old == UNMATCHED || old_now != UNMATCHED) &&
	       (new == UNMATCHED || p->after.items[new].match != UNMATCHED);
}

/* Values of `global` may hold for what is read after them. */
static bool global_crossed(const struct pairing *p, size_t before, size_t after, size_t most_ahead)
{
	return section_of_item(&p->after, after)->kind == SECTION_GLOBAL &&
	       ((most_ahead != UNMATCHED && most_ahead > before) ||
		p->least_behind[after] < before);
}

static const char *path_of(const struct side *side, size_t section)
{
	return side->doc->files.items[section_of_item(side, section)->file].path;
}

/* A move that goes on where the last one of its kind ended is the same one. */
static void add_move(struct pairing *p, struct told *told, enum change_kind kind,
		     const char *keyword, size_t before, size_t after)
{
	if (told->section != UNMATCHED && told->section + 1 == after) {
		p->out->list.items[told->change].lines += section_of_item(&p->after, after)->count;
	} else {
		told->change = p->out->list.count;
		push(p, kind, before, after)->keyword = xstrdup(keyword);
	}
	told->section = after;
}

/* most_ahead: the highest partner of the sections ahead of this one. */
static void compare_place(struct pairing *p, size_t before, size_t after, size_t most_ahead)
{
	if (inherits_other(p, before, after))
		add_move(p, &p->inherited, CHANGE_LINES_MOVED, "defaults", before, after);
	else if (global_crossed(p, before, after, most_ahead))
		push(p, CHANGE_LINES_MOVED, before, after)->keyword = xstrdup("global");
	else if (!p->after.items[after].in_order ||
		 strcmp(path_of(&p->before, before), path_of(&p->after, after)) != 0)
		add_move(p, &p->moved, CHANGE_COMMENT, "order", before, after);
}

static struct run section_run(const struct side *side, size_t item)
{
	const struct section *section = section_of_item(side, item);

	return (struct run){ side->doc, section->first, section->first + section->count };
}

static void compare_section(struct pairing *p, size_t before, size_t after)
{
	const struct section *section = section_of_item(&p->after, after);
	struct run            a = section_run(&p->before, before);
	struct run            b = section_run(&p->after, after);
	struct change         like = {
		.section = section->kind,
		.section_before = before,
		.section_after = after,
	};

	if (runs_equal(&a, &b))
		return;
	like.name = span_dup(section->name);
	runs_compare(a, b, &like, p->out);
	free(like.name);
}

/* The lines of each file ahead of its first section, by file. */
static struct run *preambles(const struct document *doc)
{
	size_t      count = document_config_files(doc), first = 0;
	struct run *runs = xcalloc(count + 1, sizeof(*runs));

	for (size_t i = 0; i < count; i++) {
		runs[i] = (struct run){ doc, first, first + doc->files.items[i].lines };
		first += doc->files.items[i].lines;
	}
	for (size_t i = doc->sections.count; i-- > 0;)
		runs[doc->sections.items[i].file].end = doc->sections.items[i].first;
	return runs;
}

struct files {
	struct run *before, *after;
	struct map  by_path; /* path -> run before; taken out once compared */
	size_t      next;    /* of the later document, to be compared */
};

static void files_init(struct files *files, const struct document *before,
		       const struct document *after)
{
	*files = (struct files){ preambles(before), preambles(after), MAP_INIT, 0 };
	for (size_t i = 0; i < document_config_files(before); i++)
		map_put(&files->by_path, span_of(before->files.items[i].path), &files->before[i]);
}

static void compare_preambles(struct pairing *p, struct run before, struct run after)
{
	char          nameless[] = "";
	struct change like = {
		.section = SECTION_NONE,
		.name = nameless,
		.section_before = SIZE_MAX,
		.section_after = SIZE_MAX,
	};

	if (!runs_equal(&before, &after))
		runs_compare(before, after, &like, p->out);
}

/* Compares the heads of the later files up to this one. */
static void compare_files(struct pairing *p, struct files *files, size_t file)
{
	size_t count = document_config_files(p->after.doc);

	for (; files->next <= file && files->next < count; files->next++) {
		const char *path = p->after.doc->files.items[files->next].path;
		struct run *before = map_remove(&files->by_path, span_of(path));
		struct run  none = { p->before.doc, 0, 0 };

		compare_preambles(p, before ? *before : none, files->after[files->next]);
	}
}

static void delete_preamble(struct span path, void *value, void *data)
{
	struct pairing   *p = data;
	const struct run *before = value;

	(void)path;
	compare_preambles(p, *before, (struct run){ p->after.doc, 0, 0 });
}

static void files_release(struct files *files)
{
	map_release(&files->by_path, NULL);
	free(files->before);
	free(files->after);
}

static void walk(struct pairing *p, struct files *files)
{
	size_t deleted = 0, most_ahead = UNMATCHED;

	for (size_t i = 0; i < p->after.count; i++) {
		size_t before = p->after.items[i].match;

		compare_files(p, files, section_of_item(&p->after, i)->file);
		if (before == UNMATCHED) {
			add_section(p, i);
			continue;
		}
		delete_until(p, &deleted, before);
		compare_place(p, before, i, most_ahead);
		compare_section(p, before, i);
		if (most_ahead == UNMATCHED || before > most_ahead)
			most_ahead = before;
	}
	delete_until(p, &deleted, p->before.count);
	compare_files(p, files, SIZE_MAX);
	map_each(&files->by_path, delete_preamble, p);
}

/* Files that came, went or changed their names without a line being touched. */
static void add_file_change(struct pairing *p)
{
	*vec_push(&p->out->list) = (struct change){
		.kind = CHANGE_COMMENT,
		.name = xstrdup(""),
		.keyword = xstrdup("order"),
		.line_before = SIZE_MAX,
		.line_after = p->after.doc->lines.count ? 0 : SIZE_MAX,
		.section_before = SIZE_MAX,
		.section_after = SIZE_MAX,
		.lines = 1,
	};
}

void compare_documents(const struct document *before, const struct document *after,
		       struct changes *out)
{
	struct pairing p;
	struct files   files;

	pairing_init(&p, before, after, out);
	files_init(&files, before, after);
	walk(&p, &files);
	compare_attached(before, after, out);
	if (out->list.count == p.first_change && !document_equal(before, after))
		add_file_change(&p);
	files_release(&files);
	pairing_release(&p);
}

void changes_release(struct changes *changes)
{
	for (size_t i = 0; i < changes->list.count; i++) {
		struct change *change = &changes->list.items[i];

		free(change->name);
		free(change->server);
		free(change->keyword);
		free(change->before);
		free(change->after);
	}
	vec_release(&changes->list);
}
