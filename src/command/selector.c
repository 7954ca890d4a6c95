/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/command/selector.h"

#include <stdint.h>
#include <string.h>

#include "penstock/base/map.h"
#include "penstock/base/mem.h"
#include "penstock/base/text.h"
#include "penstock/command/console.h"
#include "penstock/command/table.h"
#include "penstock/config/lines.h"
#include "penstock/config/server.h"

bool selector_split(struct span name, struct span *backend, struct span *server)
{
	const char *slash = name.len ? memchr(name.at, '/', name.len) : NULL;

	if (!slash)
		return false;
	*backend = span_make(name.at, (size_t)(slash - name.at));
	*server = span_make(slash + 1, name.len - backend->len - 1);
	return true;
}

static int matches_nothing(struct span pattern, const char *where, struct err *err)
{
	return err_set(err, ERR_NOT_FOUND, "no server in the %s matches '%.*s'", where,
		       (int)pattern.len, pattern.at);
}

static void add_when_matching(struct span pattern, struct span backend, struct span server,
			      struct strings *out)
{
	struct str name = STR_INIT;

	str_addf(&name, "%.*s/%.*s", (int)backend.len, backend.at, (int)server.len, server.at);
	if (text_glob(pattern, str_span(&name)))
		strings_add(out, name.bytes);
	str_release(&name);
}

static void add_section(const struct document *doc, const struct section *section,
			struct span pattern, struct selection *out)
{
	struct words words = WORDS_INIT;
	size_t       line = section->first, before;

	while ((line = section_find(doc, section, line, "server", NULL)) != SIZE_MAX) {
		before = out->names.list.count;
		words_split(&words, line_span(&doc->lines.items[line]));
		if (words.count > 1)
			add_when_matching(pattern, section->name, words.items[1].text,
					  &out->names);
		if (out->names.list.count > before)
			*vec_push(&out->lines) = line;
		line++;
	}
	words_release(&words);
}

int selector_document(const struct document *doc, struct span pattern,
		      struct selection *out, struct err *err)
{
	size_t      before = out->names.list.count;
	struct span backend, server;

	if (!text_is_glob(pattern)) {
		strings_add_n(&out->names, pattern.at, pattern.len);
		*vec_push(&out->lines) = SIZE_MAX;
		return 0;
	}
	out->is_pattern = true;
	if (!selector_split(pattern, &backend, &server))
		return matches_nothing(pattern, "configuration", err);
	for (size_t i = 0; i < doc->sections.count; i++) {
		const struct section *section = &doc->sections.items[i];

		if ((section->kind & SECTION_BACKS) &&
		    text_glob(backend, section->name))
			add_section(doc, section, pattern, out);
	}
	return out->names.list.count > before ? 0
					      : matches_nothing(pattern, "configuration", err);
}

void selection_release(struct selection *selection)
{
	strings_release(&selection->names);
	vec_release(&selection->lines);
}

int selector_process(const struct process *process, struct span pattern, struct strings *out,
		     struct err *err)
{
	const struct sample *now = &process->now;
	size_t               before = out->list.count;

	if (!text_is_glob(pattern)) {
		strings_add_n(out, pattern.at, pattern.len);
		return 0;
	}
	for (size_t i = 0; i < now->rows.count; i++)
		if (now->rows.items[i].type == ROW_SERVER)
			add_when_matching(pattern, sample_proxy(now, i), sample_server(now, i),
					  out);
	return out->list.count > before ? 0 : matches_nothing(pattern, "process", err);
}

/* Marks the names that are keys of the table's rows. */
static size_t mark_rows(const struct table *table, const struct strings *names, bool *keep)
{
	struct map rows = MAP_INIT;
	struct str key = STR_INIT;
	size_t     kept = 0;

	for (size_t i = 0; i < table->rows.count; i++) {
		str_reset(&key);
		table_key(table, i, &key);
		map_put(&rows, str_span(&key), &rows);
	}
	for (size_t i = 0; i < names->list.count; i++) {
		keep[i] = map_get(&rows, span_of(names->list.items[i])) != NULL;
		kept += keep[i];
	}
	map_release(&rows, NULL);
	str_release(&key);
	return kept;
}

int selector_where(struct console *console, const char *name, struct span condition,
		   const struct strings *names, bool **keep, struct err *err)
{
	struct process    *process = console_process(console, err);
	struct where      *where = process ? where_parse(condition, err) : NULL;
	struct table_query query = { .where = where };
	struct table       table = TABLE_INIT;
	int                status = -1;

	*keep = xcalloc(names->list.count + 1, sizeof(**keep));
	if (where && process_refresh(process, err) == 0)
		status = table_fill(&table, table_find(span_of(name)), &process, 1, &query, err);
	if (status == 0 && !mark_rows(&table, names, *keep))
		status = err_set(err, ERR_NOT_FOUND, "'%.*s' holds for none of the %zu that are "
				 "named", (int)condition.len, condition.at, names->list.count);
	table_release(&table);
	where_free(where);
	return status;
}

int selector_sections(const struct document *doc, unsigned kinds, struct span pattern,
		      struct chosen *out, struct err *err)
{
	size_t before = out->list.count;

	for (size_t i = 0; i < doc->sections.count; i++) {
		const struct section *section = &doc->sections.items[i];

		if (((unsigned)section->kind & kinds) &&
		    (pattern.len ? section->name.len && text_glob(pattern, section->name)
				 : !section->name.len))
			*vec_push(&out->list) = i;
	}
	if (out->list.count > before)
		return 0;
	if (text_is_glob(pattern))
		return err_set(err, ERR_NOT_FOUND, "no section matches '%.*s'", (int)pattern.len,
			       pattern.at);
	/* It says what there is in place of it. */
	if (section_require(doc, kinds, pattern, err))
		err_set(err, ERR_USAGE, "the section needs to be named");
	return -1;
}

/* `backend NAME`, `global`; a defaults section may have a name or none. */
static int choose_by_kind(const struct call *call, const char *argument,
			  const struct section_def *def, const struct document *doc,
			  struct chosen *out, struct err *err)
{
	struct span name = call_item(call, argument, 1), none = span_make("", 0);

	out->taken = 1;
	if (!def->named)
		return selector_sections(doc, (unsigned)def->kind, none, out, err);
	if (def->kind == SECTION_DEFAULTS &&
	    (!name.len || selector_sections(doc, SECTION_DEFAULTS, name, out, NULL) < 0)) {
		out->taken += call_count(call, argument) > 1 && !name.len;
		return selector_sections(doc, SECTION_DEFAULTS, none, out, err);
	}
	out->taken = 2;
	if (!name.len)
		return err_set(err, ERR_USAGE, "the name of the %s section is missing",
			       def->keyword);
	if (def->kind == SECTION_DEFAULTS)
		return 0;
	return selector_sections(doc, (unsigned)def->kind, name, out, err);
}

static int several(const struct document *doc, const struct chosen *chosen, struct err *err)
{
	struct str titles = STR_INIT;

	for (size_t i = 0; i < chosen->list.count; i++) {
		str_add_text(&titles, i ? "' or '" : "'");
		section_title(&doc->sections.items[chosen->list.items[i]], &titles);
	}
	err_set(err, ERR_USAGE, "say which section: %s'", titles.bytes);
	str_release(&titles);
	return -1;
}

int selector_chosen(const struct call *call, const char *argument, unsigned kinds,
		    struct chosen *out, struct err *err)
{
	const struct document    *doc = call->console->candidate->now;
	struct span               word = call_text(call, argument);
	const struct section_def *def = section_def_find(word);

	if (def)
		return choose_by_kind(call, argument, def, doc, out, err);
	out->taken = 1;
	if (!word.len)
		return err_set(err, ERR_USAGE, "the section is missing");
	if (selector_sections(doc, kinds, word, out, err) < 0)
		return -1;
	return out->list.count > 1 && !text_is_glob(word) ? several(doc, out, err) : 0;
}
