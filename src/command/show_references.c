/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/command/show_references.h"

#include <stdint.h>
#include <string.h>

#include "penstock/base/mem.h"
#include "penstock/command/console.h"
#include "penstock/command/selector.h"
#include "penstock/config/dangling.h"
#include "penstock/config/lines.h"
#include "penstock/config/map_reference.h"
#include "penstock/config/reference.h"

/* The table on its way out. */
struct answer {
	struct output_table    table;
	const struct document *doc;
};

static void add_place(const struct document *doc, size_t line, struct str *out)
{
	struct place place = document_place(doc, line);

	str_addf(out, "%s:%u", place.file, place.line);
}

static void add_row(struct answer *answer, const char *relation, size_t line,
		    const char *target)
{
	const struct section *section = document_section_at(answer->doc, line);
	struct span           text = span_trim(line_span(&answer->doc->lines.items[line]));
	struct str            place = STR_INIT, title = STR_INIT;

	add_place(answer->doc, line, &place);
	if (section)
		section_title(section, &title);
	output_table_row(&answer->table,
			 (struct output_cell[]){ output_text(span_of(relation)),
						 output_text(str_span(&place)),
						 output_text(str_span(&title)),
						 output_text(span_of(target)), output_text(text) });
	str_release(&place);
	str_release(&title);
}

static void add_references(struct answer *answer, const struct references *refs)
{
	for (size_t i = 0; i < refs->list.count; i++)
		if (i == 0 || refs->list.items[i].line != refs->list.items[i - 1].line)
			add_row(answer, "used by", refs->list.items[i].line, "");
}

/* Looks for use_backend lines whose name HAProxy computes. */
typedef void (*line_fn)(size_t line, void *data);

static void each_computed(const struct document *doc, line_fn each, void *data)
{
	struct words words = WORDS_INIT;

	for (size_t i = 0; i < doc->sections.count; i++) {
		const struct section *section = &doc->sections.items[i];
		size_t                line = 0;

		if (!((unsigned)section->kind & SECTION_FRONTS))
			continue;
		while ((line = section_find(doc, section, line, "use_backend", NULL)) != SIZE_MAX) {
			struct span name;

			words_split(&words, line_span(&doc->lines.items[line]));
			name = words_text(&words, 1);
			if (name.len && memchr(name.at, '%', name.len) &&
			    !map_tells_all(doc, name))
				each(line, data);
			line++;
		}
	}
	words_release(&words);
}

static void add_computed(size_t line, void *data)
{
	add_row(data, "may be used by", line, "");
}

/* One line of the section, and what it refers to. */
struct own_line {
	struct answer        *answer;
	const struct section *section;
	size_t                line;
	size_t                count; /* mentions with a target, as rows */
};

static void add_use(const struct mention *mention, void *data)
{
	struct own_line       *own = data;
	const struct document *doc = own->answer->doc;
	size_t                 target = mention_target(doc, own->section, own->line, mention);
	struct str             text = STR_INIT;

	/* Its own line: nobody but HAProxy can tell. */
	if (target == own->line)
		return;
	str_addf(&text, "%.*s", (int)mention->name.len, mention->name.at);
	if (target == SIZE_MAX) {
		str_add_text(&text, " (not there)");
	} else {
		str_add_text(&text, " at ");
		add_place(doc, target, &text);
	}
	add_row(own->answer, "uses", own->line, text.bytes);
	str_release(&text);
}

static void add_uses(struct answer *answer, const struct section *section)
{
	struct own_line own = { answer, section, 0, 0 };
	struct words    words = WORDS_INIT;
	size_t          end = section_end(answer->doc, section);

	for (own.line = section->first; own.line < end; own.line++) {
		words_split(&words, line_span(&answer->doc->lines.items[own.line]));
		if (words.count)
			mentions_in_line(&words, own.line == section->first, add_use, &own);
	}
	words_release(&words);
}

static int answer_sections(struct call *call, struct answer *answer, unsigned kinds,
			   struct span name, struct err *err)
{
	struct chosen chosen = CHOSEN_INIT;
	int           status = selector_sections(answer->doc, kinds, name, &chosen, err);

	for (size_t i = 0; status == 0 && i < chosen.list.count; i++) {
		const struct section *section = &answer->doc->sections.items[chosen.list.items[i]];
		struct references     refs = REFERENCES_INIT;

		references_to_section(answer->doc, (unsigned)section->kind, section->name, &refs);
		add_references(answer, &refs);
		references_release(&refs);
		if (section->kind & SECTION_BACKS)
			each_computed(answer->doc, add_computed, answer);
		add_uses(answer, section);
	}
	(void)call;
	vec_release(&chosen.list);
	return status;
}

static int answer_server(struct call *call, struct answer *answer, struct err *err)
{
	struct span           backend, server, name = call_text(call, "name");
	const struct section *section;
	struct references     refs = REFERENCES_INIT;
	struct own_line       own = { .answer = answer };
	struct words          words = WORDS_INIT;

	if (!selector_split(name, &backend, &server))
		return err_set(err, ERR_USAGE, "'%.*s' is no server; try BACKEND/SERVER",
			       (int)name.len, name.at);
	section = section_require(answer->doc, SECTION_BACKS, backend, err);
	if (!section)
		return -1;
	own.section = section;
	own.line = section_server(answer->doc, section, server);
	if (own.line == SIZE_MAX)
		return err_set(err, ERR_NOT_FOUND, "no server '%.*s'", (int)name.len, name.at);
	references_to_server(answer->doc, backend, server, &refs);
	add_references(answer, &refs);
	references_release(&refs);
	words_split(&words, line_span(&answer->doc->lines.items[own.line]));
	mentions_in_line(&words, false, add_use, &own);
	words_release(&words);
	return 0;
}

static int answer_acl(struct call *call, struct answer *answer, struct err *err)
{
	struct chosen chosen = CHOSEN_INIT;
	int           status = selector_chosen(call, "name", SECTION_PROXY, &chosen, err);
	struct span   name = call_item(call, "name", chosen.taken);

	if (status == 0 && !name.len)
		status = err_set(err, ERR_USAGE, "which acl? try: show references acl web is_api");
	for (size_t i = 0; status == 0 && i < chosen.list.count; i++) {
		struct references refs = REFERENCES_INIT;

		references_to_acl(answer->doc, &answer->doc->sections.items[chosen.list.items[i]],
				  name, &refs);
		add_references(answer, &refs);
		references_release(&refs);
	}
	vec_release(&chosen.list);
	return status;
}

/* The groups that name the user, and what uses the list. */
static int answer_user(struct call *call, struct answer *answer, struct err *err)
{
	struct span           name = call_text(call, "name"), list = name, user, part, rest;
	const struct section *section;
	struct references     refs = REFERENCES_INIT;
	struct words          words = WORDS_INIT;
	size_t                line = 0;

	if (!selector_split(name, &list, &user))
		user = call_item(call, "name", 1);
	section = section_require(answer->doc, SECTION_USERLIST, list, err);
	if (!section)
		return -1;
	while ((line = section_find(answer->doc, section, line, "group", NULL)) != SIZE_MAX) {
		words_split(&words, line_span(&answer->doc->lines.items[line]));
		rest = words_is(&words, 2, "users") ? words_text(&words, 3) : span_make("", 0);
		while (rest.len && span_split(&rest, ',', &part))
			if (span_equal(part, user))
				add_row(answer, "used by", line, "");
		line++;
	}
	words_release(&words);
	references_to_section(answer->doc, SECTION_USERLIST, list, &refs);
	add_references(answer, &refs);
	references_release(&refs);
	return 0;
}

static int answer_call(struct call *call, struct answer *answer, struct err *err)
{
	static const struct {
		const char *what;
		int       (*answer)(struct call *call, struct answer *answer, struct err *err);
	} answers[] = {
		{ "server", answer_server },
		{ "acl", answer_acl },
		{ "user", answer_user },
	};
	struct span               what = call_text(call, "what");
	const struct section_def *def = section_def_find(what);

	for (size_t i = 0; i < N(answers); i++)
		if (span_is(what, answers[i].what))
			return answers[i].answer(call, answer, err);
	if (!def)
		return answer_sections(call, answer, (unsigned)SECTION_ANY, what, err);
	return answer_sections(call, answer, (unsigned)def->kind, call_text(call, "name"), err);
}

int show_references(struct call *call, struct err *err)
{
	static const struct output_column columns[] = {
		{ "relation", "RELATION", false }, { "place", "PLACE", false },
		{ "section", "SECTION", false },   { "target", "TARGET", false },
		{ "text", "TEXT", false },
	};
	struct answer answer = { .doc = call->console->candidate->now };
	int           status;

	output_table_begin(&answer.table, call->out, columns, N(columns));
	status = answer_call(call, &answer, err);
	output_table_end(&answer.table);
	return status;
}

/* Warnings: the first few with their lines, then how many more. */
struct warnings {
	struct console        *console;
	const struct document *doc;
	size_t                 count;
};

enum { WARNINGS_MAX = 5 };

static void warn_one(size_t line, const char *what, void *data)
{
	struct warnings *warnings = data;
	struct place     place = document_place(warnings->doc, line);

	if (warnings->count++ < WARNINGS_MAX)
		console_warn(warnings->console, "%s:%u: there is no %s", place.file, place.line,
			     what);
}

void warn_dangling(struct console *console, const struct document *before)
{
	struct warnings warnings = { console, console->candidate->now, 0 };

	dangling_find(before, warnings.doc, warn_one, &warnings);
	if (warnings.count > WARNINGS_MAX)
		console_warn(console, "and %zu more lines that refer to nothing",
			     warnings.count - WARNINGS_MAX);
}

static void warn_line(size_t line, void *data)
{
	struct warnings *warnings = data;
	struct place     place = document_place(warnings->doc, line);

	if (warnings->count++ < WARNINGS_MAX)
		console_warn(warnings->console, "%s:%u: the backend is computed here, and may "
			     "still be called so", place.file, place.line);
}

void warn_computed(struct console *console, unsigned kinds, struct span name)
{
	struct warnings warnings = { console, console->candidate->now, 0 };

	if ((kinds & SECTION_BACKS) && name.len)
		each_computed(warnings.doc, warn_line, &warnings);
}
