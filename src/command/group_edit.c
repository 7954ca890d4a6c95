/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Commands that edit the candidate.  Each runs inside one edit, which is taken
 * back when it fails. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "penstock/base/mem.h"
#include "penstock/command/console.h"
#include "penstock/command/edit_text.h"
#include "penstock/command/groups.h"
#include "penstock/command/selector.h"
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

static int edit_delete(struct call *call, struct err *err)
{
	const struct section_def *def = section_def_find(call_text(call, "section"));

	return proxy_delete(candidate_of(call), def->kind, call_text(call, "name"), err);
}

static int edit_rename(struct call *call, struct err *err)
{
	const struct section_def *def = section_def_find(call_text(call, "section"));

	return proxy_rename(candidate_of(call), def->kind, call_text(call, "name"),
			    call_text(call, "new"), err);
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

static int set_section(struct call *call, struct span name, struct err *err)
{
	struct span *values = values_of(call);
	int          status = proxy_set(candidate_of(call), kinds_of(noun_of(call)), name,
					call_text(call, "field"), values,
					call_count(call, "value"), err);

	free(values);
	return status;
}

static int edit_set(struct call *call, struct err *err)
{
	return set_section(call, call_text(call, "name"), err);
}

static int edit_set_global(struct call *call, struct err *err)
{
	return set_section(call, span_make("", 0), err);
}

static int unset_section(struct call *call, struct span name, struct err *err)
{
	struct str field = STR_INIT;
	int        status;

	call_join(call, "field", &field);
	status = proxy_unset(candidate_of(call), kinds_of(noun_of(call)), name, str_span(&field),
			     err);
	str_release(&field);
	return status;
}

static int edit_unset(struct call *call, struct err *err)
{
	return unset_section(call, call_text(call, "name"), err);
}

static int edit_unset_global(struct call *call, struct err *err)
{
	return unset_section(call, span_make("", 0), err);
}

/* Does one thing to each server that the pattern means. */
typedef int (*server_fn)(struct call *call, struct span backend, struct span server,
			 struct err *err);

static int for_each_server(struct call *call, server_fn act, struct err *err)
{
	struct strings names = STRINGS_INIT;
	struct span    backend, server;
	int            status =
		selector_document(candidate_of(call)->now, call_text(call, "server"), &names, err);

	for (size_t i = 0; status == 0 && i < names.list.count; i++)
		if (selector_split(span_of(names.list.items[i]), &backend, &server))
			status = act(call, backend, server, err);
	strings_release(&names);
	return status;
}

static int edit_add_server(struct call *call, struct err *err)
{
	struct span backend, server;

	selector_split(call_text(call, "server"), &backend, &server);
	/* The keywords are the configuration's own text, quotes and all. */
	return server_add(candidate_of(call), backend, server, call_text(call, "address"),
			  call_source(call, "keyword"), err);
}

static int delete_one_server(struct call *call, struct span backend, struct span server,
			     struct err *err)
{
	return server_delete(candidate_of(call), backend, server, err);
}

static int edit_delete_server(struct call *call, struct err *err)
{
	return for_each_server(call, delete_one_server, err);
}

static int edit_rename_server(struct call *call, struct err *err)
{
	struct span backend, server, new_backend, name = call_text(call, "new");

	selector_split(call_text(call, "server"), &backend, &server);
	if (selector_split(name, &new_backend, &name) && !span_equal(new_backend, backend))
		return err_set(err, ERR_USAGE, "a server keeps its backend; try 'add server'");
	return server_rename(candidate_of(call), backend, server, name, err);
}

static int set_one_server(struct call *call, struct span backend, struct span server,
			  struct err *err)
{
	size_t       count = call_count(call, "value");
	struct span *values, keyword = call_text(call, "keyword");
	int          status;

	if (span_is(keyword, "address") && count == 1)
		return server_set_address(candidate_of(call), backend, server,
					  call_text(call, "value"), err);
	values = values_of(call);
	status = server_set(candidate_of(call), backend, server, keyword, values, count, err);
	free(values);
	return status;
}

static int edit_set_server(struct call *call, struct err *err)
{
	return for_each_server(call, set_one_server, err);
}

static int unset_one_server(struct call *call, struct span backend, struct span server,
			    struct err *err)
{
	return server_unset(candidate_of(call), backend, server, call_text(call, "keyword"), err);
}

static int edit_unset_server(struct call *call, struct err *err)
{
	return for_each_server(call, unset_one_server, err);
}

/* RULE words: [path|url|header NAME] OPERATION VALUE BACKEND; the type may be
 * left out, it shows from the operation. */
static int read_rule(struct call *call, char *texts[5], struct rule *rule, struct err *err)
{
	size_t      count = call_count(call, "rule"), i = 0;
	struct span type = call_text(call, "rule");
	bool        header = span_is(type, "header");
	bool        typed = header || span_is(type, "path") || span_is(type, "url");

	/* `path` is a type and an operation: three words more make it a type. */
	typed = typed && (header || count > 3);
	if (count != 3u + (typed ? 1 : 0) + (header ? 1 : 0))
		return err_set(err, ERR_USAGE, "a rule is OPERATION VALUE BACKEND, as 'path_beg "
			       "/api/ api', or 'header NAME OPERATION VALUE BACKEND'");
	texts[0] = typed ? span_dup(call_item(call, "rule", i++))
			 : xstrdup(span_starts(type, "url") ? "url" : "path");
	texts[1] = header ? span_dup(call_item(call, "rule", i++)) : NULL;
	texts[2] = span_dup(call_item(call, "rule", i++));
	texts[3] = span_dup(call_item(call, "rule", i++));
	texts[4] = span_dup(call_item(call, "rule", i++));
	*rule = (struct rule){
		.type = texts[0], .header = texts[1], .operation = texts[2],
		.value = texts[3], .backend = texts[4],
	};
	return 0;
}

static int edit_add_rule(struct call *call, struct err *err)
{
	char       *texts[5] = { NULL };
	struct rule rule;
	int         status = read_rule(call, texts, &rule, err);

	if (status == 0)
		status = rule_add(candidate_of(call), call_text(call, "frontend"), &rule,
				  (size_t)call_number(call, "at", 0), err);
	for (size_t i = 0; i < N(texts); i++)
		free(texts[i]);
	return status;
}

static int edit_delete_rule(struct call *call, struct err *err)
{
	return rule_delete(candidate_of(call), call_text(call, "frontend"),
			   (size_t)call_number(call, "number", 0), err);
}

static int edit_move_rule(struct call *call, struct err *err)
{
	return rule_move(candidate_of(call), call_text(call, "frontend"),
			 (size_t)call_number(call, "from", 0), (size_t)call_number(call, "to", 0),
			 err);
}

/* The configuration's own text is taken as typed; one word that is all quoted
 * ("# a comment") is the line that it holds. */
static struct span line_text(const struct cmd_words *words, size_t first)
{
	if (words->list.count == first + 1 && words->list.items[first].quoted)
		return cmd_words_text(words, first);
	return cmd_words_source(words, first);
}

/*
 * The section that the first of these words name and the text behind them.
 * A section without a name, or the nameless defaults, take no word for it.
 */
static const struct section *section_and_text(struct call *call, struct span *text,
					      struct err *err)
{
	const struct document    *doc = candidate_of(call)->now;
	const struct section_def *def = section_def_find(call_text(call, "section"));
	struct span               name = call_text(call, "text");
	const struct section     *section;
	size_t                    rest = 1;

	section = def->named ? document_section(doc, def->kind, name) : NULL;
	if (!section && (!def->named || def->kind == SECTION_DEFAULTS)) {
		section = document_section(doc, def->kind, span_make("", 0));
		rest = 0;
		if (section && section->name.len)
			section = NULL;
	}
	if (!section)
		err_set(err, ERR_NOT_FOUND, "no section '%s %.*s'; try 'create %s %.*s'",
			def->keyword, (int)name.len, name.at, def->keyword, (int)name.len,
			name.at);
	else if (call_count(call, "text") <= rest)
		err_set(err, ERR_USAGE, "the line's text is missing");
	else
		*text = line_text(call->words, 3 + rest);
	return section && call_count(call, "text") > rest ? section : NULL;
}

static int check_one_line(struct span text, struct err *err)
{
	if (memchr(text.at, '\n', text.len) || memchr(text.at, '\r', text.len))
		return err_set(err, ERR_USAGE, "a line is one line of text");
	return 0;
}

static int edit_add_line(struct call *call, struct err *err)
{
	struct span           text;
	const struct section *section = section_and_text(call, &text, err);

	if (!section || check_one_line(text, err) < 0)
		return -1;
	edit_add_to_section(candidate_of(call), section, text);
	return 0;
}

/* FILE:LINE, the file by its path or an unambiguous end of it. */
static int find_place(struct call *call, size_t *line, struct err *err)
{
	struct span place = call_text(call, "place"), file = place;
	int64_t     number = call_number(call, "place", 0);

	while (file.len && file.at[file.len - 1] != ':')
		file.len--;
	file.len--;
	if (number < 1 || number > UINT_MAX ||
	    !document_find_line(candidate_of(call)->now, file, (unsigned)number, line))
		return err_set(err, ERR_NOT_FOUND, "there is no line '%.*s'; 'show config' has "
			       "them all", (int)place.len, place.at);
	return 0;
}

static int edit_delete_line(struct call *call, struct err *err)
{
	size_t line;

	if (find_place(call, &line, err) < 0)
		return -1;
	edit_delete_lines(candidate_of(call), line, 1);
	return 0;
}

static int edit_set_line(struct call *call, struct err *err)
{
	const struct document *doc = candidate_of(call)->now;
	struct str             text = STR_INIT;
	struct span            old, word;
	size_t                 line;

	if (find_place(call, &line, err) < 0 ||
	    check_one_line(line_text(call->words, 3), err) < 0)
		return -1;
	old = line_span(&doc->lines.items[line]);
	word = line_first_word(old);
	str_add(&text, old.at, (size_t)(word.at - old.at));
	str_add_span(&text, line_text(call->words, 3));
	edit_replace_line(candidate_of(call), line, str_span(&text));
	str_release(&text);
	return 0;
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
#define SERVERS_ARG { "server", ARG_SERVER_GLOB, ARG_ONE, NULL, NULL }
#define VALUE_ARG   { "value", ARG_WORD, ARG_REST_MAYBE, "its words", NULL }
#define FIELD_ARG   { "field", ARG_FIELD, ARG_ONE, NULL, NULL }
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
		.name = "delete", .summary = "delete a section",
		.detail = "Refused, naming the lines, while something refers to it.",
		.args = { SECTION_ARG, { "name", ARG_SECTION_NAME, ARG_MAYBE, NULL, NULL } },
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
		.args = { { "name", ARG_FRONTEND, ARG_ONE, NULL, NULL }, FIELD_ARG, VALUE_ARG },
		.effect = CMD_EDITS, .example = "set frontend web maxconn 2000", .run = edit_set,
	},
	{
		.name = "set backend", .summary = "set a field of a backend",
		.args = { { "name", ARG_BACKEND, ARG_ONE, NULL, NULL }, FIELD_ARG, VALUE_ARG },
		.effect = CMD_EDITS, .example = "set backend live balance leastconn",
		.run = edit_set,
	},
	{
		.name = "set listen", .summary = "set a field of a listen section",
		.args = { { "name", ARG_SECTION_NAME, ARG_ONE, NULL, NULL }, FIELD_ARG, VALUE_ARG },
		.effect = CMD_EDITS, .example = "set listen stats maxconn 10", .run = edit_set,
	},
	{
		.name = "set defaults", .summary = "set a field of a defaults section",
		.args = { { "name", ARG_DEFAULTS, ARG_ONE, "its name; '' for the first", NULL },
			  FIELD_ARG, VALUE_ARG },
		.effect = CMD_EDITS, .example = "set defaults '' retries 2", .run = edit_set,
	},
	{
		.name = "set global", .summary = "set a keyword of the global section",
		.args = { FIELD_ARG, VALUE_ARG },
		.effect = CMD_EDITS, .example = "set global maxconn 4000", .run = edit_set_global,
	},
	{
		.name = "unset frontend", .summary = "remove a field of a frontend",
		.args = { { "name", ARG_FRONTEND, ARG_ONE, NULL, NULL }, FIELDS_ARG },
		.effect = CMD_EDITS, .example = "unset frontend web maxconn", .run = edit_unset,
	},
	{
		.name = "unset backend", .summary = "remove a field of a backend",
		.args = { { "name", ARG_BACKEND, ARG_ONE, NULL, NULL }, FIELDS_ARG },
		.effect = CMD_EDITS, .example = "unset backend live timeout server",
		.run = edit_unset,
	},
	{
		.name = "unset listen", .summary = "remove a field of a listen section",
		.args = { { "name", ARG_SECTION_NAME, ARG_ONE, NULL, NULL }, FIELDS_ARG },
		.effect = CMD_EDITS, .example = "unset listen stats maxconn", .run = edit_unset,
	},
	{
		.name = "unset defaults", .summary = "remove a field of a defaults section",
		.args = { { "name", ARG_DEFAULTS, ARG_ONE, "its name; '' for the first", NULL },
			  FIELDS_ARG },
		.effect = CMD_EDITS, .example = "unset defaults '' retries", .run = edit_unset,
	},
	{
		.name = "unset global", .summary = "remove a keyword of the global section",
		.args = { FIELDS_ARG },
		.effect = CMD_EDITS, .example = "unset global maxconn", .run = edit_unset_global,
	},
	{
		.name = "add server", .summary = "add a server to a backend",
		.detail = "The line is written like its neighbours.",
		.args = { { "server", ARG_NEW_SERVER, ARG_ONE, NULL, NULL },
			  { "address", ARG_ADDRESS, ARG_ONE, NULL, NULL },
			  { "keyword", ARG_SERVER_KEYWORD, ARG_REST_MAYBE,
			    "keywords as on a server line", NULL } },
		.effect = CMD_EDITS,
		.example = "add server live/app9 127.0.0.1:8009 check weight 10",
		.run = edit_add_server,
	},
	{
		.name = "delete server", .summary = "delete servers from their backend",
		.args = { SERVERS_ARG },
		.effect = CMD_EDITS, .example = "delete server live/app1",
		.run = edit_delete_server,
	},
	{
		.name = "rename server", .summary = "rename a server and whatever refers to it",
		.args = { { "server", ARG_SERVER, ARG_ONE, NULL, NULL },
			  { "new", ARG_WORD, ARG_ONE, "its new name", NULL } },
		.effect = CMD_EDITS, .example = "rename server live/app1 web1",
		.run = edit_rename_server,
	},
	{
		.name = "set server", .summary = "set the address or a keyword of servers",
		.args = { SERVERS_ARG,
			  { "keyword", ARG_SERVER_KEYWORD, ARG_ONE,
			    "address, or a keyword of server lines", NULL },
			  { "value", ARG_SERVER_VALUE, ARG_REST_MAYBE, NULL, NULL } },
		.effect = CMD_EDITS, .example = "set server live/app1 weight 50",
		.run = edit_set_server,
	},
	{
		.name = "unset server", .summary = "remove a keyword of servers",
		.args = { SERVERS_ARG, { "keyword", ARG_SERVER_KEYWORD, ARG_ONE, NULL, NULL } },
		.effect = CMD_EDITS, .example = "unset server live/app1 weight",
		.run = edit_unset_server,
	},
	{
		.name = "add rule", .summary = "add a rule that sends requests to a backend",
		.detail = "RULE is OPERATION VALUE, with 'path', 'url' or 'header NAME' before it "
			  "where that is not plain; then the backend.",
		.args = { { "frontend", ARG_FRONTEND, ARG_ONE, NULL, NULL },
			  { "rule", ARG_RULE_KIND, ARG_SOME, "as: path_beg /api/ BACKEND", NULL },
			  { "at", ARG_NUMBER, ARG_OPTION, "its number; last if not given", NULL } },
		.effect = CMD_EDITS, .example = "add rule web path_beg /new/ staged at 1",
		.run = edit_add_rule,
	},
	{
		.name = "delete rule", .summary = "delete a rule of a frontend",
		.args = { { "frontend", ARG_FRONTEND, ARG_ONE, NULL, NULL },
			  { "number", ARG_NUMBER, ARG_ONE, "its number, from 1", NULL } },
		.effect = CMD_EDITS, .example = "delete rule web 1", .run = edit_delete_rule,
	},
	{
		.name = "move rule", .summary = "give a rule another place in the order",
		.args = { { "frontend", ARG_FRONTEND, ARG_ONE, NULL, NULL },
			  { "from", ARG_NUMBER, ARG_ONE, "its number, from 1", NULL },
			  { "to", ARG_NUMBER, ARG_ONE, "its number afterwards", NULL } },
		.effect = CMD_EDITS, .example = "move rule web 1 2", .run = edit_move_rule,
	},
	{
		.name = "add line", .summary = "add a line of any text to a section",
		.args = { SECTION_ARG,
			  { "text", ARG_TEXT, ARG_REST, "its name, then the line", NULL } },
		.effect = CMD_EDITS,
		.example = "add line backend live http-request set-header X-Via penstock",
		.run = edit_add_line,
	},
	{
		.name = "set line", .summary = "replace the text of a line",
		.args = { { "place", ARG_PLACE, ARG_ONE, NULL, NULL },
			  { "text", ARG_TEXT, ARG_REST, "without its indent", NULL } },
		.effect = CMD_EDITS, .example = "set line haproxy.cfg:12 timeout client 40s",
		.run = edit_set_line,
	},
	{
		.name = "delete line", .summary = "delete a line",
		.args = { { "place", ARG_PLACE, ARG_ONE, NULL, NULL } },
		.effect = CMD_EDITS, .example = "delete line haproxy.cfg:12",
		.run = edit_delete_line,
	},
	{
		.name = "put", .summary = "make frontends and backends as a JSON document says",
		.detail = "Takes what 'show json' prints, an Aqueduct document, or its persistence "
			  "file; only what differs is edited.",
		.args = { { "file", ARG_PATH, ARG_ONE, "a file, or - for standard input", NULL } },
		.effect = CMD_EDITS, .example = "put frontend.json", .run = edit_put,
	},
	{
		.name = "load", .summary = "take the text of a file as the candidate",
		.args = { { "file", ARG_PATH, ARG_ONE, "a file, or - for standard input", NULL },
			  { "into", ARG_PATH, ARG_OPTION, "which of several files", NULL } },
		.effect = CMD_EDITS, .example = "load new.cfg", .run = edit_load,
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
