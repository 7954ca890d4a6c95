/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Commands that look: at the process (show_process.c) and at the configuration. */
#include <string.h>

#include "penstock/base/mem.h"
#include "penstock/command/console.h"
#include "penstock/command/edit_entry.h"
#include "penstock/command/groups.h"
#include "penstock/command/show_process.h"
#include "penstock/command/show_references.h"
#include "penstock/config/json.h"
#include "penstock/plan/diff.h"

static void add_number(struct str *out, size_t number)
{
	str_reset(out);
	str_addf(out, "%zu", number);
}

/* Each line with its file and number, for programs. */
static void print_lines(struct call *call, const struct document *doc, size_t first,
			size_t count)
{
	static const struct output_column columns[] = {
		{ "file", "FILE", false }, { "line", "LINE", true }, { "text", "TEXT", false },
	};
	struct output_table table;
	struct str          number = STR_INIT;

	output_table_begin(&table, call->out, columns, N(columns));
	for (size_t i = first; i < first + count; i++) {
		struct place at = document_place(doc, i);
		struct span  text = line_span(&doc->lines.items[i]);

		while (text.len && strchr("\r\n", text.at[text.len - 1]) && text.at[text.len - 1])
			text.len--;
		add_number(&number, at.line);
		output_table_row(&table, (struct output_cell[]){ output_text(span_of(at.file)),
								 output_number(str_span(&number)),
								 output_text(text) });
	}
	output_table_end(&table);
	str_release(&number);
}

static int no_section(struct span keyword, struct span name, struct err *err)
{
	return err_set(err, ERR_NOT_FOUND, "no section '%.*s%s%.*s'", (int)keyword.len,
		       keyword.at, name.len ? " " : "", (int)name.len, name.at);
}

static void print_range(struct call *call, const struct document *doc, size_t first,
			size_t count)
{
	struct str bytes = STR_INIT;

	if (call->out->format != OUTPUT_TEXT) {
		print_lines(call, doc, first, count);
		return;
	}
	for (size_t i = first; i < first + count; i++)
		str_add_span(&bytes, line_span(&doc->lines.items[i]));
	output_bytes(call->out, str_span(&bytes));
	str_release(&bytes);
}

static int show_config(struct call *call, struct err *err)
{
	const struct document    *doc = call->console->candidate->now;
	struct span               keyword = call_text(call, "section");
	struct span               name = call_text(call, "name");
	const struct section_def *def = section_def_find(keyword);
	bool                      found = false;

	if (!keyword.len) {
		print_range(call, doc, 0, document_config_lines(doc));
		return 0;
	}
	for (size_t i = 0; i < doc->sections.count; i++) {
		const struct section *section = &doc->sections.items[i];

		if (section->kind != def->kind || (name.len && !span_equal(section->name, name)))
			continue;
		print_range(call, doc, section->first,
			    section_end(doc, section) - section->first);
		found = true;
	}
	return found ? 0 : no_section(keyword, name, err);
}

/* One document for each section of the kind; listen sections are both. */
static int show_json_sections(struct call *call, enum section_kind side, struct span name,
			      struct err *err)
{
	const struct document *doc = call->console->candidate->now;
	bool                   found = false;

	for (size_t i = 0; i < doc->sections.count; i++) {
		const struct section *section = &doc->sections.items[i];

		if (!(section->kind & (side | SECTION_LISTEN)) ||
		    (name.len && !span_equal(section->name, name)))
			continue;
		output_json(call->out, proxy_json(doc, section, side));
		found = true;
	}
	if (!found && name.len)
		return no_section(call_text(call, "kind"), name, err);
	return 0;
}

static int show_json(struct call *call, struct err *err)
{
	struct span kind = call_text(call, "kind");

	if (!kind.len) {
		output_json(call->out, document_json(call->console->candidate->now));
		return 0;
	}
	return show_json_sections(call,
				  span_is(kind, "frontend") ? SECTION_FRONTEND : SECTION_BACKEND,
				  call_text(call, "name"), err);
}

static int show_candidate(struct call *call, struct err *err)
{
	static const struct output_column columns[] = {
		{ "edit", "EDIT", true }, { "command", "COMMAND", false },
	};
	const struct candidate *candidate = call->console->candidate;
	struct output_table     table;
	struct str              diff = STR_INIT, number = STR_INIT;
	size_t                  added, removed;

	if (diff_documents(candidate->base, candidate->now, &diff, err) < 0)
		return -1;
	diff_count(str_span(&diff), &added, &removed);
	str_release(&diff);
	if (call->out->format == OUTPUT_TEXT)
		output_say(call->out, "%zu edit%s: %zu line%s added, %zu removed",
			   candidate->done.count, candidate->done.count == 1 ? "" : "s", added,
			   added == 1 ? "" : "s", removed);
	if (!candidate->done.count && call->out->format == OUTPUT_TEXT)
		return 0;
	output_table_begin(&table, call->out, columns, N(columns));
	for (size_t i = 0; i < candidate->done.count; i++) {
		struct span title = span_of(candidate->done.items[i].title);

		add_number(&number, i + 1);
		output_table_row(&table, (struct output_cell[]){
						 output_number(str_span(&number)),
						 output_text(title) });
	}
	output_table_end(&table);
	str_release(&number);
	return 0;
}

/* What comes and goes with the process; a watch lives through it. */
static bool is_passing(enum err_code code)
{
	return code == ERR_IO || code == ERR_TIMEOUT || code == ERR_PROTOCOL;
}

static int watch(struct call *call, struct err *err)
{
	struct console *console = call->console;
	struct span     command = call_source(call, "command");
	int64_t         interval = call_number(call, "interval", 1000);
	struct str      text = STR_INIT;
	bool            lost = false;

	if (interval < 100)
		return err_set(err, ERR_USAGE, "an interval below 100ms helps nobody");
	for (;;) {
		int status = command_run_text(console, command, (struct place){ NULL, 0, 0 },
					      call->out, err);

		if (status < 0 && !is_passing(err->code))
			break;
		if (status < 0 && !lost && console->front.progress) {
			str_reset(&text);
			err_format(err, &text);
			console->front.progress(console->front.data, text.bytes);
		}
		lost = status < 0;
		err_clear(err);
		if (call->out->failed) {
			err_set(err, ERR_IO, "nobody reads the output any more");
			break;
		}
		if (loop_sleep(console->loop, interval, err) < 0)
			break;
	}
	str_release(&text);
	return -1;
}

/* What every table takes, behind what it may be narrowed to. */
#define TABLE_OPTIONS                                                                 \
	{ "where", ARG_EXPRESSION, ARG_OPTION, "only rows for which it holds", NULL }, \
	{ "sort", ARG_COLUMN, ARG_OPTION, NULL, NULL },                                \
	{ "columns", ARG_COLUMNS, ARG_OPTION, NULL, NULL },                            \
	{ "limit", ARG_NUMBER, ARG_OPTION, "at most so many rows", NULL }

static const struct cmd_def show_commands[] = {
	{
		.name = "show info", .summary = "show what the process says of itself",
		.effect = CMD_PROCESS, .example = "show info", .run = show_info,
	},
	{
		.name = "show frontends", .summary = "show the table of frontends",
		.detail = "Columns are those of the table and every field of 'show stat'.",
		.args = { { "glob", ARG_FRONTEND, ARG_ANY, "only these, or patterns", NULL },
			  TABLE_OPTIONS },
		.effect = CMD_PROCESS, .example = "show frontends sort -scur", .run = show_table,
	},
	{
		.name = "show backends", .summary = "show the table of backends",
		.detail = "Columns are those of the table and every field of 'show stat'.",
		.args = { { "glob", ARG_BACKEND, ARG_ANY, "only these, or patterns", NULL },
			  TABLE_OPTIONS },
		.effect = CMD_PROCESS, .example = "show backends where status!=UP",
		.run = show_table,
	},
	{
		.name = "show servers", .summary = "show the table of servers",
		.detail = "Columns are those of the table and every field of 'show stat'.",
		.args = { { "glob", ARG_WORD, ARG_ANY, "BACKEND/SERVER or BACKEND; * ? [] are "
						       "patterns", NULL },
			  TABLE_OPTIONS },
		.effect = CMD_PROCESS,
		.example = "show servers live/* where status=UP & scur>=0 sort -scur limit 5",
		.run = show_table,
	},
	{
		.name = "show sessions", .summary = "show the sessions that are open",
		.effect = CMD_PROCESS, .level = ACCESS_OPERATOR, .example = "show sessions",
		.run = show_sessions,
	},
	{
		.name = "show errors", .summary = "show the last malformed requests and responses",
		.effect = CMD_PROCESS, .level = ACCESS_OPERATOR, .example = "show errors",
		.run = show_errors,
	},
	{
		.name = "show workers", .summary = "show the master and its workers, old ones too",
		.effect = CMD_PROCESS, .example = "show workers", .run = show_workers,
	},
	{
		.name = "show tables", .summary = "show the stick tables",
		.effect = CMD_PROCESS, .example = "show tables", .run = show_raw,
	},
	{
		.name = "show maps", .summary = "show the maps",
		.effect = CMD_PROCESS, .example = "show maps", .run = show_raw,
	},
	{
		.name = "show acls", .summary = "show the ACLs",
		.effect = CMD_PROCESS, .example = "show acls", .run = show_raw,
	},
	{
		.name = "show certs", .summary = "show the certificates",
		.effect = CMD_PROCESS, .example = "show certs", .run = show_raw,
	},
	{
		.name = "show events", .summary = "show the event rings",
		.effect = CMD_PROCESS, .example = "show events", .run = show_raw,
	},
	{
		.name = "show activity", .summary = "show counters for developers",
		.effect = CMD_PROCESS, .example = "show activity", .run = show_raw,
	},
	{
		.name = "show config", .summary = "show the candidate, byte for byte",
		.detail = "JSON gives each line with its file and number.",
		.args = { { "section", ARG_SECTION_KIND, ARG_MAYBE, "only this kind", NULL },
			  { "name", ARG_SECTION_NAME, ARG_MAYBE, "only this one", NULL } },
		.effect = CMD_CONFIG, .example = "show config backend live", .run = show_config,
	},
	{
		.name = "show lines", .summary = "number the lines of a keyword",
		.detail = "The numbers are those that add, set, move and delete take.",
		.args = { { "keyword", ARG_KEYWORD, ARG_ONE, NULL, NULL },
			  { "section", ARG_SECTION_NAME, ARG_ANY, "the section; all when not given",
			    NULL } },
		.effect = CMD_CONFIG, .example = "show lines acl web", .run = show_entries,
	},
	{
		.name = "show references", .summary = "show what refers to what",
		.detail = "For a section: what refers to it, and to what it refers; for a server, "
			  "an acl (SECTION NAME) or a user (LIST/NAME) likewise.",
		.args = { { "what", ARG_OBJECT, ARG_ONE, "a section, or server, acl, user", NULL },
			  { "name", ARG_SECTION_NAME, ARG_ANY, "its name, BACKEND/SERVER, …",
			    NULL } },
		.effect = CMD_CONFIG, .example = "show references backend live",
		.run = show_references,
	},
	{
		.name = "show json",
		.summary = "show frontends and backends as Aqueduct's documents",
		.detail = "Without a kind it is the whole model, which 'put' takes back.",
		.args = { { "kind", ARG_CHOICE, ARG_MAYBE, "which; all in one when not given",
			    "frontend|backend" },
			  { "name", ARG_SECTION_NAME, ARG_MAYBE, "only this one", NULL } },
		.effect = CMD_CONFIG, .example = "show json backend live", .run = show_json,
	},
	{
		.name = "show candidate", .summary = "show the edits that are not applied",
		.effect = CMD_CONFIG, .example = "show candidate", .run = show_candidate,
	},
	{
		.name = "watch", .summary = "run a command again and again",
		.detail = "Ends with ^C.  HAProxy may go away and come back meanwhile.",
		.args = { { "interval", ARG_DURATION, ARG_ONE, "time between two runs", NULL },
			  { "command", ARG_COMMAND, ARG_REST, NULL, NULL } },
		.effect = 0, .example = "watch 1s show servers", .run = watch,
	},
};

const struct cmd_group show_group = { "show", "Look", show_commands, N(show_commands) };
