/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/command/cli.h"

#include <stdlib.h>
#include <string.h>

#include "penstock/base/mem.h"

/* Switches that only set a flag look all the same. */
#define FLAG(name, target)                                                              \
	static int name(struct cli *cli, struct console *console, const char *value,    \
			struct err *err)                                                \
	{                                                                               \
		(void)cli, (void)console, (void)value, (void)err;                       \
		target = true;                                                          \
		return 0;                                                               \
	}

FLAG(take_line, cli->line)
FLAG(take_help, cli->help)
FLAG(take_version, cli->version)
FLAG(take_list, cli->list_commands)
FLAG(take_no_rc, cli->no_rc)
FLAG(take_yes, console->yes)
FLAG(take_dry_run, console->dry_run)
FLAG(take_keep_going, console->keep_going)
FLAG(take_detailed, console->detailed_exitcode)
FLAG(take_read_only, console->read_only)
FLAG(take_verbose, console->verbose)

static int take_config(struct cli *cli, struct console *console, const char *value,
		       struct err *err)
{
	(void)cli, (void)err;
	strings_add(&console->config_paths, value);
	return 0;
}

static int take_socket(struct cli *cli, struct console *console, const char *value,
		       struct err *err)
{
	(void)cli, (void)err;
	strings_add(&console->socket_paths, value);
	return 0;
}

static int take_master(struct cli *cli, struct console *console, const char *value,
		       struct err *err)
{
	(void)cli, (void)err;
	free(console->master_path);
	console->master_path = xstrdup(value);
	return 0;
}

static int take_command(struct cli *cli, struct console *console, const char *value,
			struct err *err)
{
	(void)console, (void)err;
	strings_add(&cli->commands, value);
	return 0;
}

static int take_json(struct cli *cli, struct console *console, const char *value,
		     struct err *err)
{
	(void)console, (void)value, (void)err;
	cli->format = OUTPUT_JSON;
	return 0;
}

static int take_csv(struct cli *cli, struct console *console, const char *value,
		    struct err *err)
{
	(void)console, (void)value, (void)err;
	cli->format = OUTPUT_CSV;
	return 0;
}

static int take_state(struct cli *cli, struct console *console, const char *value,
		      struct err *err)
{
	(void)cli, (void)err;
	free(console->state_folder);
	console->state_folder = xstrdup(value);
	console_use_options(console);
	return 0;
}

static int take_screen(struct cli *cli, struct console *console, const char *value,
		       struct err *err)
{
	struct span rest = span_of(value), part;
	long        columns = 0, lines = 0;

	(void)console;
	if (!span_split(&rest, 'x', &part) || !span_to_long(part, &columns) ||
	    !span_to_long(rest, &lines) || columns < 1 || lines < 1 || columns > 1000 ||
	    lines > 1000)
		return err_set(err, ERR_USAGE, "--screen takes COLUMNSxLINES, as 80x24");
	cli->columns = (int)columns;
	cli->lines = (int)lines;
	return 0;
}

const struct switch_def switch_table[] = {
	{ "-f", "CFG", "a configuration file or folder; may be repeated, as for haproxy",
	  take_config },
	{ "-s", "SOCKET", "a stats socket: a path or HOST:PORT; may be repeated", take_socket },
	{ "-S", "MASTER", "the master socket", take_master },
	{ "-c", "COMMAND", "run this command and leave; may be repeated", take_command },
	{ "--line", NULL, "commands on a plain prompt in place of the screen", take_line },
	{ "--json", NULL, "print JSON, one object a line", take_json },
	{ "--csv", NULL, "print tables as CSV", take_csv },
	{ "--yes", NULL, "answer yes to what would be asked", take_yes },
	{ "--dry-run", NULL, "print what an apply or an act would do, and do nothing",
	  take_dry_run },
	{ "--keep-going", NULL, "go on after a command that fails", take_keep_going },
	{ "--detailed-exitcode", NULL, "exit with 7 when edits are left that are not applied",
	  take_detailed },
	{ "--read-only", NULL, "refuse whatever changes HAProxy or its files", take_read_only },
	{ "--state", "DIR", "where locks and history live", take_state },
	{ "--screen", "CxL", "the screen in memory, driven by a script; for tests", take_screen },
	{ "--no-rc", NULL, "do not read rc files", take_no_rc },
	{ "--verbose", NULL, "say on stderr what goes on in the background", take_verbose },
	{ "--commands", NULL, "list the commands as JSON and leave", take_list },
	{ "--version", NULL, "print the version and leave", take_version },
	{ "--help", NULL, "print this and leave", take_help },
};
const size_t switch_table_count = N(switch_table);

static const struct switch_def *switch_find(const char *word)
{
	for (size_t i = 0; i < N(switch_table); i++)
		if (strcmp(switch_table[i].name, word) == 0)
			return &switch_table[i];
	return NULL;
}

static int take_script(struct cli *cli, const char *word, struct err *err)
{
	if (cli->script)
		return err_set(err, ERR_USAGE, "one script is enough: '%s' or '%s'?", cli->script,
			       word);
	cli->script = xstrdup(word);
	return 0;
}

int cli_parse(struct cli *cli, struct console *console, int argc, char **argv,
	      struct err *err)
{
	for (int i = 1; i < argc; i++) {
		const char              *word = argv[i];
		const struct switch_def *def = switch_find(word);

		if (!def && word[0] == '-' && word[1])
			return err_set(err, ERR_USAGE, "no switch '%s'; try --help", word);
		if (!def && take_script(cli, word, err) < 0)
			return -1;
		if (!def)
			continue;
		if (def->value && ++i == argc)
			return err_set(err, ERR_USAGE, "'%s' wants %s", word, def->value);
		if (def->take(cli, console, def->value ? argv[i] : NULL, err) < 0)
			return -1;
	}
	if (cli->columns && !cli->script)
		return err_set(err, ERR_USAGE, "--screen wants a script");
	return 0;
}

void cli_release(struct cli *cli)
{
	strings_release(&cli->commands);
	free(cli->script);
}

void cli_usage(struct str *out)
{
	str_add_text(out, "penstock [SWITCH...] [SCRIPT|-]\n"
			  "  A console for HAProxy: screen, prompt, or a batch of commands.\n\n");
	for (size_t i = 0; i < N(switch_table); i++) {
		const struct switch_def *def = &switch_table[i];
		struct str               head = STR_INIT;

		str_addf(&head, "%s%s%s", def->name, def->value ? " " : "",
			 def->value ? def->value : "");
		str_addf(out, "  %-22s %s\n", head.bytes, def->help);
		str_release(&head);
	}
	str_add_text(out, "\n  With neither -s nor -f the one HAProxy of this machine is found.\n"
			  "  'penstock -c help' lists the commands.\n");
}

static void list_command(struct output *out, const struct cmd_def *def)
{
	static const struct output_column columns[] = {
		{ "name", "NAME", false },       { "synopsis", "SYNOPSIS", false },
		{ "summary", "SUMMARY", false }, { "example", "EXAMPLE", false },
	};
	struct output_table table;
	struct str          synopsis = STR_INIT;
	struct span         texts[N(columns)];
	struct output_cell  cells[N(columns)];

	command_synopsis(def, &synopsis);
	texts[0] = span_of(def->name);
	texts[1] = str_span(&synopsis);
	texts[2] = span_of(def->summary);
	texts[3] = span_of(def->example);
	for (size_t i = 0; i < N(columns); i++)
		cells[i] = output_text(texts[i]);
	output_table_begin(&table, out, columns, N(columns));
	output_table_row(&table, cells);
	output_table_end(&table);
	str_release(&synopsis);
}

void cli_list_commands(struct output *out)
{
	for (size_t i = 0; i < command_count(); i++)
		list_command(out, command_at(i, NULL));
}
