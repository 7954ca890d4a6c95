/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Commands that edit the candidate.  Each runs inside one edit, which is taken
 * back when it fails. */
#include <stdlib.h>
#include <string.h>

#include "penstock/base/mem.h"
#include "penstock/base/text.h"
#include "penstock/command/console.h"
#include "penstock/command/edit_entry.h"
#include "penstock/command/edit_text.h"
#include "penstock/command/groups.h"
#include "penstock/command/selector.h"
#include "penstock/command/show_references.h"
#include "penstock/config/proxy.h"

static struct candidate *candidate_of(struct call *call)
{
	return call->console->candidate;
}

/* The kinds that share a name space with the kind that a word names. */
static unsigned kinds_of(struct span word)
{
	const struct section_def *def = section_def_find(word);
	enum section_kind         kind = def ? def->kind : SECTION_NONE;

	return kind & (SECTION_FRONTEND | SECTION_BACKEND) ? (unsigned)kind | SECTION_LISTEN
							    : (unsigned)kind;
}

static int edit_create(struct call *call, struct err *err)
{
	const struct section_def *def = section_def_find(call_text(call, "section"));

	return proxy_create(candidate_of(call), def->kind, call_text(call, "name"),
			    call_text(call, "from"), err);
}

typedef int (*section_fn)(struct call *call, unsigned kinds, struct span name, struct err *err);

/* What does not apply to one of many is no error as long as it does to another. */
static int act_on_sections(struct call *call, const struct chosen *chosen, section_fn act,
			   struct err *err)
{
	struct candidate *candidate = candidate_of(call);
	size_t            touched = 0, refused = 0;

	/* From the last one on: one that goes moves no other. */
	for (size_t i = chosen->list.count; i-- > 0;) {
		struct section section = candidate->now->sections.items[chosen->list.items[i]];
		size_t         before = candidate->open.splices.count;

		if (act(call, (unsigned)section.kind, section.name, err) == 0)
			touched += candidate->open.splices.count > before;
		else if (err->code == ERR_NOT_FOUND)
			refused++;
		else
			return -1;
	}
	if (refused && !touched)
		return -1;
	err_clear(err);
	output_say(call->out, "%zu section%s changed", touched, touched == 1 ? "" : "s");
	return 0;
}

/* The names of the chosen sections, as the tables of the process have them. */
static int narrow(struct call *call, unsigned kinds, struct chosen *chosen, struct err *err)
{
	const struct document *doc = candidate_of(call)->now;
	struct strings         names = STRINGS_INIT;
	bool                  *keep = NULL;
	size_t                 kept = 0;
	int                    status;

	for (size_t i = 0; i < chosen->list.count; i++) {
		struct span name = doc->sections.items[chosen->list.items[i]].name;

		strings_add_n(&names, name.at, name.len);
	}
	status = selector_where(call->console, kinds & SECTION_FRONTEND ? "frontends" : "backends",
				call_source(call, "where"), &names, &keep, err);
	for (size_t i = 0; status == 0 && i < chosen->list.count; i++)
		if (keep[i])
			chosen->list.items[kept++] = chosen->list.items[i];
	if (status == 0)
		chosen->list.count = kept;
	free(keep);
	strings_release(&names);
	return status;
}

static bool has_where(const struct call *call)
{
	for (size_t i = 0; i < CMD_ARGS_MAX && call->def->args[i].name; i++)
		if (strcmp(call->def->args[i].name, "where") == 0)
			return true;
	return false;
}

/* Does it to the section of that name, or to each that the pattern means. */
static int for_each_section(struct call *call, unsigned kinds, section_fn act, struct err *err)
{
	struct span   name = call_text(call, "name");
	bool          filtered = has_where(call) && call_given(call, "where");
	struct chosen chosen = CHOSEN_INIT;
	int           status;

	if (!text_is_glob(name) && !filtered)
		return act(call, kinds, name, err);
	status = selector_sections(candidate_of(call)->now, kinds, name, &chosen, err);
	if (status == 0 && filtered)
		status = narrow(call, kinds, &chosen, err);
	if (status == 0)
		status = act_on_sections(call, &chosen, act, err);
	vec_release(&chosen.list);
	return status;
}

static int delete_section(struct call *call, unsigned kinds, struct span name, struct err *err)
{
	return call_given(call, "force") ? proxy_drop(candidate_of(call), kinds, name, err)
					 : proxy_delete(candidate_of(call), kinds, name, err);
}

/* A section, or a line: its keyword is no kind of section. */
static int edit_delete(struct call *call, struct err *err)
{
	const struct section_def *def = section_def_find(call_text(call, "keyword"));

	if (!def)
		return edit_delete_entry(call, err);
	if (call_count(call, "name") > 1)
		return err_set(err, ERR_USAGE, "a section has one name");
	return for_each_section(call, (unsigned)def->kind, delete_section, err);
}

static int edit_rename(struct call *call, struct err *err)
{
	const struct section_def *def = section_def_find(call_text(call, "section"));

	if (proxy_rename(candidate_of(call), def->kind, call_text(call, "name"),
			 call_text(call, "new"), err) < 0)
		return -1;
	warn_computed(call->console, (unsigned)def->kind, call_text(call, "name"));
	return 0;
}

/* "backend" of "set backend". */
static struct span noun_of(const struct call *call)
{
	return span_of(strchr(call->def->name, ' ') + 1);
}

/* The words of `value`; the caller frees. */
static struct span *values_of(const struct call *call)
{
	size_t       count = call_count(call, "value");
	struct span *values = xcalloc(count, sizeof(*values));

	for (size_t i = 0; i < count; i++)
		values[i] = call_item(call, "value", i);
	return values;
}

static int set_section(struct call *call, unsigned kinds, struct span name, struct err *err)
{
	struct span *values = values_of(call);
	int          status = proxy_set(candidate_of(call), kinds, name, call_text(call, "field"),
					values, call_count(call, "value"), err);

	free(values);
	return status;
}

static int edit_set(struct call *call, struct err *err)
{
	return for_each_section(call, kinds_of(noun_of(call)), set_section, err);
}

static int edit_set_global(struct call *call, struct err *err)
{
	return set_section(call, SECTION_GLOBAL, span_make("", 0), err);
}

static int unset_section(struct call *call, unsigned kinds, struct span name, struct err *err)
{
	struct str field = STR_INIT;
	int        status;

	call_join(call, "field", &field);
	status = proxy_unset(candidate_of(call), kinds, name, str_span(&field), err);
	str_release(&field);
	return status;
}

static int edit_unset(struct call *call, struct err *err)
{
	return for_each_section(call, kinds_of(noun_of(call)), unset_section, err);
}

static int edit_unset_global(struct call *call, struct err *err)
{
	return unset_section(call, SECTION_GLOBAL, span_make("", 0), err);
}

static int run_undo(struct call *call, struct err *err)
{
	const char *title;

	if (edit_undo(candidate_of(call), &title, err) < 0)
		return -1;
	output_say(call->out, "undone: %s", title);
	return 0;
}

static int run_redo(struct call *call, struct err *err)
{
	const char *title;

	if (edit_redo(candidate_of(call), &title, err) < 0)
		return -1;
	output_say(call->out, "done again: %s", title);
	return 0;
}

static int run_discard(struct call *call, struct err *err)
{
	bool reread;

	if (console_discard(call->console, &reread, err) < 0)
		return -1;
	if (reread)
		output_say(call->out, "the configuration on disk had changed: it is read anew");
	return 0;
}

#define SECTION_ARG { "section", ARG_SECTION_KIND, ARG_ONE, NULL, NULL }
#define VALUE_ARG   { "value", ARG_WORD, ARG_ANY, "its words", NULL }
#define FIELD_ARG   { "field", ARG_FIELD, ARG_ONE, NULL, NULL }
#define WHERE_ARG   { "where", ARG_EXPRESSION, ARG_OPTION, \
		      "only those for which it holds in the process", NULL }
#define FIELDS_ARG  { "field", ARG_FIELD, ARG_SOME, NULL, NULL }

static const struct cmd_def edit_commands[] = {
	{
		.name = "create", .summary = "add an empty section",
		.args = { SECTION_ARG,
			  { "name", ARG_WORD, ARG_MAYBE, "the section's name", NULL },
			  { "from", ARG_DEFAULTS, ARG_OPTION, "inherit from these", NULL } },
		.effect = CMD_EDITS, .example = "create backend spare", .run = edit_create,
	},
	{
		.name = "delete", .summary = "delete a section, or a line by its keyword",
		.detail = "A section: its kind and name, which may be a pattern; refused, naming "
			  "the lines, while something refers to it, unless by 'force'.  A line: "
			  "its keyword, the section, and its number among the lines of the "
			  "keyword, or how it begins: 'delete acl web is_api'.",
		.args = { { "keyword", ARG_OBJECT, ARG_ONE, NULL, NULL },
			  { "name", ARG_SECTION_NAME, ARG_ANY, "the section; of a line, which one",
			    NULL },
			  { "force", ARG_WORD, ARG_FLAG, "though something refers to it", NULL } },
		.effect = CMD_EDITS, .example = "delete backend spare", .run = edit_delete,
	},
	{
		.name = "rename", .summary = "rename a section and whatever refers to it",
		.args = { SECTION_ARG, { "name", ARG_SECTION_NAME, ARG_ONE, NULL, NULL },
			  { "new", ARG_WORD, ARG_ONE, "its new name", NULL } },
		.effect = CMD_EDITS, .example = "rename backend staged canary", .run = edit_rename,
	},
	{
		.name = "set frontend", .summary = "set a field of a frontend",
		.args = { { "name", ARG_FRONTEND, ARG_ONE, NULL, NULL }, FIELD_ARG, VALUE_ARG,
			  WHERE_ARG },
		.effect = CMD_EDITS, .example = "set frontend web maxconn 2000", .run = edit_set,
	},
	{
		.name = "set backend", .summary = "set a field of a backend",
		.args = { { "name", ARG_BACKEND, ARG_ONE, NULL, NULL }, FIELD_ARG, VALUE_ARG,
			  WHERE_ARG },
		.effect = CMD_EDITS, .example = "set backend live balance leastconn",
		.run = edit_set,
	},
	{
		.name = "set listen", .summary = "set a field of a listen section",
		.args = { { "name", ARG_SECTION_NAME, ARG_ONE, NULL, NULL }, FIELD_ARG, VALUE_ARG,
			  WHERE_ARG },
		.effect = CMD_EDITS, .example = "set listen stats maxconn 10", .run = edit_set,
	},
	{
		.name = "set defaults", .summary = "set a field of a defaults section",
		.args = { { "name", ARG_DEFAULTS, ARG_ONE, "its name; '' for the first", NULL },
			  FIELD_ARG, VALUE_ARG, WHERE_ARG },
		.effect = CMD_EDITS, .example = "set defaults '' retries 2", .run = edit_set,
	},
	{
		.name = "set global", .summary = "set a keyword of the global section",
		.args = { FIELD_ARG, VALUE_ARG },
		.effect = CMD_EDITS, .example = "set global maxconn 4000", .run = edit_set_global,
	},
	{
		.name = "unset frontend", .summary = "remove a field of a frontend",
		.args = { { "name", ARG_FRONTEND, ARG_ONE, NULL, NULL }, FIELDS_ARG,
			  WHERE_ARG },
		.effect = CMD_EDITS, .example = "unset frontend web maxconn", .run = edit_unset,
	},
	{
		.name = "unset backend", .summary = "remove a field of a backend",
		.args = { { "name", ARG_BACKEND, ARG_ONE, NULL, NULL }, FIELDS_ARG,
			  WHERE_ARG },
		.effect = CMD_EDITS, .example = "unset backend live timeout server",
		.run = edit_unset,
	},
	{
		.name = "unset listen", .summary = "remove a field of a listen section",
		.args = { { "name", ARG_SECTION_NAME, ARG_ONE, NULL, NULL }, FIELDS_ARG,
			  WHERE_ARG },
		.effect = CMD_EDITS, .example = "unset listen stats maxconn", .run = edit_unset,
	},
	{
		.name = "unset defaults", .summary = "remove a field of a defaults section",
		.args = { { "name", ARG_DEFAULTS, ARG_ONE, "its name; '' for the first", NULL },
			  FIELDS_ARG, WHERE_ARG },
		.effect = CMD_EDITS, .example = "unset defaults '' retries", .run = edit_unset,
	},
	{
		.name = "unset global", .summary = "remove a keyword of the global section",
		.args = { FIELDS_ARG },
		.effect = CMD_EDITS, .example = "unset global maxconn", .run = edit_unset_global,
	},
	{
		.name = "put", .summary = "make the configuration be as a JSON document says",
		.detail = "Takes what 'show json' prints, an Aqueduct document or its persistence "
			  "file, Conduit's frontend or backend (what it does not say stays), "
			  "Cosmos's request, or ProxyMgr's service or server; it says which it "
			  "was.  Only what differs is edited, all of it or nothing.",
		.args = { { "file", ARG_PATH, ARG_ONE, "a file, or - for standard input", NULL },
			  { "as", ARG_WORD, ARG_OPTION,
			    "the name of the section, where the document has none", NULL } },
		.effect = CMD_EDITS, .example = "put frontend.json", .run = edit_put,
	},
	{
		.name = "load", .summary = "take the text of a file as the candidate",
		.args = { { "file", ARG_PATH, ARG_ONE, "a file, or - for standard input", NULL },
			  { "into", ARG_PATH, ARG_OPTION, "which of several files", NULL } },
		.effect = CMD_EDITS, .example = "load new.cfg", .run = edit_load,
	},
	{
		.name = "load template",
		.summary = "take a template, with what it names filled in, as the candidate",
		.detail = "{{ frontends }} and {{ backends }} are the sections that the candidate "
			  "has and the template has not, {{ backends_NAME }} the servers of a "
			  "backend, {{ haproxySocketPath }} the stats socket.  {{#each "
			  "frontends}}, {{frontendHelper this}} and their like are those of "
			  "Aqueduct.",
		.args = { { "file", ARG_PATH, ARG_ONE, "a file, or - for standard input", NULL },
			  { "variable", ARG_TEXT, ARG_ANY, "NAME=VALUE for {{ NAME }}", NULL },
			  { "json", ARG_PATH, ARG_OPTION,
			    "a document that stands for the candidate's sections", NULL },
			  { "into", ARG_PATH, ARG_OPTION, "which of several files", NULL } },
		.effect = CMD_EDITS, .example = "load template haproxy.template",
		.run = edit_load_template,
	},
	{
		.name = "edit", .summary = "edit a section, or the file, in an editor",
		.detail = "The editor is $VISUAL, else $EDITOR, else vi.",
		.args = { { "section", ARG_SECTION_KIND, ARG_MAYBE, NULL, NULL },
			  { "name", ARG_SECTION_NAME, ARG_MAYBE, NULL, NULL } },
		.effect = CMD_EDITS, .example = "edit backend live", .run = edit_edit,
	},
	{
		.name = "undo", .summary = "take the last edit back",
		.effect = CMD_CONFIG, .example = "undo", .run = run_undo,
	},
	{
		.name = "redo", .summary = "do again what undo took back",
		.effect = CMD_CONFIG, .example = "redo", .run = run_redo,
	},
	{
		.name = "discard", .summary = "take all edits back",
		.detail = "It is an edit itself, so undo brings them back; unless the files on "
			  "disk have changed: then they are read anew.",
		.effect = CMD_CONFIG, .example = "discard", .run = run_discard,
	},
};

const struct cmd_group edit_group = { "edit", "Edit the candidate", edit_commands,
				      N(edit_commands) };
