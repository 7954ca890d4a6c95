/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whose change it is, where the files are not what the process loaded: the
 * operator's, or that of somebody who wrote to the file meanwhile.
 */
#include <stdlib.h>

#include "penstock/base/map.h"
#include "penstock/base/mem.h"
#include "penstock/plan/aside.h"
#include "penstock/plan/describe.h"

/* What it is about, whatever becomes of it. */
static void add_object(struct str *key, const struct change *change)
{
	str_addf(key, "%d\n%s\n", (int)change->section, change->name);
	if (change->server)
		str_add_text(key, change->server);
	str_add_char(key, '\n');
	if (change->keyword)
		str_add_text(key, change->keyword);
}

static bool is_whole_section(const struct change *change)
{
	return change->kind == CHANGE_SECTION_ADDED || change->kind == CHANGE_SECTION_DELETED;
}

static void add_lines(struct str *key, const struct document *doc, size_t index)
{
	const struct section *section = &doc->sections.items[index];

	for (size_t i = section->first; i < section->first + section->count; i++)
		str_add_span(key, line_span(&doc->lines.items[i]));
}

/* The change itself: the same key is the same outcome. */
static void make_key(struct str *key, const struct change *change, const struct document *after)
{
	const char *outcome = change->after ? change->after : change->before;

	str_reset(key);
	add_object(key, change);
	str_addf(key, "\n%d\n%s", (int)change->kind, outcome ? outcome : "");
	if (change->kind == CHANGE_SECTION_ADDED && change->section_after != SIZE_MAX)
		add_lines(key, after, change->section_after);
}

static void change_release(struct change *change)
{
	free(change->name);
	free(change->server);
	free(change->keyword);
	free(change->before);
	free(change->after);
}

static void take_aside(struct plan *plan, const struct plan_request *request,
		       const struct change *change)
{
	struct str   text = STR_INIT;
	struct place at = change->line_after != SIZE_MAX ?
				  document_place(request->after, change->line_after) :
				  document_place(request->before, change->line_before);

	change_describe(change, &text);
	/* A line that is gone has no number in the file of today. */
	if (change->line_after == SIZE_MAX)
		at.line = 0;
	aside_add(plan, ASIDE_BRINGS, at, &text);
	str_release(&text);
}

void foreign_take(struct plan *plan, const struct plan_request *request, struct changes *changes)
{
	struct changes foreign = CHANGES_INIT;
	struct map     keys = MAP_INIT;
	struct str     key = STR_INIT;
	size_t         kept = 0;

	compare_documents(request->before, request->file, &foreign);
	for (size_t i = 0; i < foreign.list.count; i++) {
		make_key(&key, &foreign.list.items[i], request->file);
		map_put(&keys, str_span(&key), &foreign);
	}
	for (size_t i = 0; i < changes->list.count; i++) {
		struct change *change = &changes->list.items[i];

		make_key(&key, change, request->after);
		if (!map_get(&keys, str_span(&key))) {
			changes->list.items[kept++] = *change;
			continue;
		}
		if (change->kind != CHANGE_COMMENT)
			take_aside(plan, request, change);
		change_release(change);
	}
	changes->list.count = kept;
	map_release(&keys, NULL);
	changes_release(&foreign);
	str_release(&key);
}

/* Whether any of the changes is about the same object, or the section of it. */
static void note_objects(struct map *objects, const struct changes *changes)
{
	struct str key = STR_INIT;

	for (size_t i = 0; i < changes->list.count; i++) {
		const struct change *change = &changes->list.items[i];
		struct change        section = { .section = change->section, .name = change->name };

		str_reset(&key);
		add_object(&key, is_whole_section(change) ? &section : change);
		map_put(objects, str_span(&key), objects);
	}
	str_release(&key);
}

static bool is_noted(const struct map *objects, const struct change *change)
{
	struct change section = { .section = change->section, .name = change->name };
	struct str    key = STR_INIT;
	bool          found;

	add_object(&key, change);
	found = map_get(objects, str_span(&key)) != NULL;
	str_reset(&key);
	add_object(&key, &section);
	found = found || map_get(objects, str_span(&key)) != NULL;
	str_release(&key);
	return found;
}

static void add_settled(struct plan *plan, const struct plan_request *request,
			const struct change *change)
{
	struct str  text = STR_INIT;
	struct step step = { .kind = STEP_NONE, .promise = PROMISE_INIT };

	change_describe(change, &text);
	step.what = str_detach(&text, NULL);
	step.note = xstrdup("the process has it so already");
	step.line_count = (unsigned)change->lines;
	step.at = change->line_after != SIZE_MAX ?
			  document_place(request->after, change->line_after) :
			  document_place(request->file, change->line_before);
	plan_add_step(plan, &step);
}

void foreign_add_settled(struct plan *plan, const struct plan_request *request,
			 const struct changes *changes)
{
	struct changes edits = CHANGES_INIT;
	struct map     objects = MAP_INIT;

	compare_documents(request->file, request->after, &edits);
	note_objects(&objects, changes);
	for (size_t i = 0; i < edits.list.count; i++)
		if (!is_noted(&objects, &edits.list.items[i]))
			add_settled(plan, request, &edits.list.items[i]);
	map_release(&objects, NULL);
	changes_release(&edits);
}
