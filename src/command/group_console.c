/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Commands about the console itself. */
#include <stdlib.h>

#include "penstock/base/mem.h"
#include "penstock/base/text.h"
#include "penstock/command/console.h"
#include "penstock/command/groups.h"
#include "penstock/command/help_keyword.h"

static int console_do_attach(struct call *call, struct err *err)
{
	for (size_t i = 0; i < call_count(call, "address"); i++) {
		struct str address = STR_INIT;
		int        status;

		str_add_span(&address, call_item(call, "address", i));
		status = console_attach(call->console, address.bytes, false, err);
		str_release(&address);
		if (status < 0)
			return -1;
	}
	return 0;
}

static int console_map(struct call *call, struct err *err)
{
	char *note = span_dup(call->words->comment);
	int   status = keymap_set(&call->console->keymap, call_text(call, "context"),
				  call_text(call, "keys"), call_source(call, "command"), note, err);

	free(note);
	return status;
}

static int console_unmap(struct call *call, struct err *err)
{
	return keymap_unset(&call->console->keymap, call_text(call, "context"),
			    call_text(call, "keys"), err);
}

static void print_options(struct call *call, struct span name)
{
	static const struct output_column columns[] = {
		{ "option", "OPTION", false }, { "value", "VALUE", false },
		{ "range", "TAKES", false },   { "help", "MEANING", false },
	};
	struct output_table table;

	output_table_begin(&table, call->out, columns, N(columns));
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		const struct option_def *def = &option_table[i];
		struct span texts[] = { span_of(def->name),
					str_span(&call->console->options.values[i]),
					span_of(def->range), span_of(def->help) };
		struct output_cell cells[N(columns)];

		if (name.len && !span_is(name, def->name))
			continue;
		for (size_t c = 0; c < N(columns); c++)
			cells[c] = output_text(texts[c]);
		output_table_row(&table, cells);
	}
	output_table_end(&table);
}

static int console_option(struct call *call, struct err *err)
{
	struct span name = call_text(call, "name");
	struct str  value = STR_INIT;
	int         status;

	if (!call_given(call, "value")) {
		if (name.len && !option_find(name, NULL))
			return options_set(&call->console->options, name, name, err);
		print_options(call, name);
		return 0;
	}
	call_join(call, "value", &value);
	status = options_set(&call->console->options, name, str_span(&value), err);
	str_release(&value);
	if (status == 0)
		console_use_options(call->console);
	return status;
}

/* Deep enough for anybody, shallow enough to stop a file that includes itself. */
enum { INCLUDE_DEPTH_MAX = 16 };

static int console_include(struct call *call, struct err *err)
{
	struct console *console = call->console;
	char           *path = span_dup(call_text(call, "file"));
	struct str      text = STR_INIT;
	int             status;

	if (console->include_depth >= INCLUDE_DEPTH_MAX) {
		status = err_set(err, ERR_LIMIT, "'%s' is included more than %d deep", path,
				 INCLUDE_DEPTH_MAX);
	} else {
		status = file_read(path, &text, NULL, err);
		console->include_depth++;
		if (status == 0)
			status = command_run_text(console, str_span(&text),
						  (struct place){ path, 1, 0 }, call->out, err);
		console->include_depth--;
	}
	str_release(&text);
	free(path);
	return status;
}

static void list_commands(struct call *call)
{
	static const struct output_column columns[] = {
		{ "command", "COMMAND", false }, { "summary", "WHAT IT DOES", false },
	};
	struct output_table table;

	output_table_begin(&table, call->out, columns, N(columns));
	for (size_t i = 0; i < command_count(); i++) {
		const struct cmd_def *def = command_at(i, NULL);
		struct str            synopsis = STR_INIT;

		command_synopsis(def, &synopsis);
		output_table_row(&table, (struct output_cell[]){
						 output_text(str_span(&synopsis)),
						 output_text(span_of(def->summary)) });
		str_release(&synopsis);
	}
	output_table_end(&table);
}

static int no_help(const struct vocabulary *vocabulary, struct span name, struct err *err)
{
	struct nearest nearest = { .wanted = name };

	help_keyword_nearest(vocabulary, &nearest);
	err_set(err, ERR_NOT_FOUND, "no command or keyword '%.*s'", (int)name.len, name.at);
	if (nearest.found.len)
		return nearest_hint(&nearest, err);
	return err_hint(err, "'help' lists the commands");
}

/* Every command whose name begins with these words, and HAProxy's keyword. */
static int help_name(struct call *call, struct span name, struct err *err)
{
	const struct vocabulary *vocabulary;
	struct str               text = STR_INIT, keywords = STR_INIT;
	int                      status = 0;

	for (size_t i = 0; i < command_count(); i++) {
		const struct cmd_def *def = command_at(i, NULL);

		if (!span_has_prefix(span_of(def->name), name))
			continue;
		if (text.len)
			str_add_char(&text, '\n');
		command_help(def, &text);
	}
	/* Who names a command wants no list of what else the word may be. */
	vocabulary = text.len ? NULL : console_vocabulary(call->console);
	help_keyword(vocabulary, name, &keywords);
	if (text.len && keywords.len)
		str_add_text(&text, "\nIn the configuration:\n\n");
	str_add_span(&text, str_span(&keywords));
	if (text.len)
		output_lines(call->out, str_span(&text));
	else
		status = no_help(vocabulary, name, err);
	str_release(&keywords);
	str_release(&text);
	return status;
}

static int console_help(struct call *call, struct err *err)
{
	struct str name = STR_INIT;
	int        status = 0;

	call_join(call, "command", &name);
	if (name.len)
		status = help_name(call, str_span(&name), err);
	else
		list_commands(call);
	str_release(&name);
	return status;
}

static int console_quit(struct call *call, struct err *err)
{
	static const char question[] = "there are edits that are not applied; leave them?";
	struct console   *console = call->console;
	bool              dirty = console->candidate && candidate_is_dirty(console->candidate);

	if (console->interactive && dirty && console_ask(console, question, NULL, err) < 0)
		return -1;
	console->quit = true;
	return 0;
}

static const struct cmd_def console_commands[] = {
	{
		.name = "attach", .summary = "attach to a HAProxy by its stats socket",
		.args = { { "address", ARG_PATH, ARG_SOME, "a path, or HOST:PORT", NULL } },
		.effect = 0, .example = "attach /run/haproxy/admin.sock", .run = console_do_attach,
	},
	{
		.name = "map", .summary = "bind keys to a command line",
		.detail = "A comment behind it is the note that the help shows.",
		.args = { { "context", ARG_CONTEXT, ARG_ONE, NULL, NULL },
			  { "keys", ARG_KEYS, ARG_ONE, NULL, NULL },
			  { "command", ARG_COMMAND, ARG_REST, NULL, NULL } },
		.effect = CMD_NOW, .example = "map servers d drain %target", .run = console_map,
	},
	{
		.name = "unmap", .summary = "forget what keys are bound to",
		.args = { { "context", ARG_CONTEXT, ARG_ONE, NULL, NULL },
			  { "keys", ARG_KEYS, ARG_ONE, NULL, NULL } },
		.effect = CMD_NOW, .example = "unmap servers d", .run = console_unmap,
	},
	{
		.name = "option", .summary = "show the options, or set one",
		.args = { { "name", ARG_OPTION_NAME, ARG_MAYBE, NULL, NULL },
			  { "value", ARG_WORD, ARG_REST_MAYBE, NULL, NULL } },
		.effect = CMD_NOW, .example = "option interval 2s", .run = console_option,
	},
	{
		.name = "include", .summary = "run the commands of a file",
		.args = { { "file", ARG_PATH, ARG_ONE, NULL, NULL } },
		.effect = 0, .example = "include change.penstock", .run = console_include,
	},
	{
		.name = "help", .summary = "list the commands, explain one or a keyword",
		.args = { { "command", ARG_COMMAND_NAME, ARG_REST_MAYBE, NULL, NULL } },
		.effect = 0, .example = "help set server", .run = console_help,
	},
	{
		.name = "quit", .summary = "leave",
		.effect = 0, .example = "quit", .run = console_quit,
	},
};

const struct cmd_group console_group = { "console", "The console", console_commands,
					 N(console_commands) };
