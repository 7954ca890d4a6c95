/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Chooses the front end: screen, prompt or batch. */
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "penstock/command/cli.h"
#include "penstock/command/line.h"
#include "penstock/sys/password.h"
#include "penstock/ui/ui.h"

static void print_error(const struct err *err)
{
	struct str text = STR_INIT;

	err_format(err, &text);
	fprintf(stderr, "penstock: %s\n", text.bytes);
	str_release(&text);
}

static void print_log(const struct log_entry *entry, void *data)
{
	const struct console *console = data;

	if (entry->level == LOG_ERROR || console->verbose)
		fprintf(stderr, "penstock: %s\n", entry->text.bytes);
}

static void print_progress(void *data, const char *sentence)
{
	(void)data;
	fprintf(stderr, "%s\n", sentence);
}

/* For the line mode; batch has nobody to ask. */
static int ask_on_terminal(void *data, const char *question, const char *word, struct err *err)
{
	char answer[512];

	(void)data;
	if (word)
		printf("%s\nType '%s' to go on: ", question, word);
	else
		printf("%s [y/n] ", question);
	fflush(stdout);
	if (!fgets(answer, sizeof(answer), stdin))
		return err_set(err, ERR_CANCELLED, "no answer");
	answer[strcspn(answer, "\n")] = '\0';
	return word ? strcmp(answer, word) == 0 : answer[0] == 'y' || answer[0] == 'Y';
}

static int ask_secret(void *data, const char *question, struct str *out, struct err *err)
{
	(void)data;
	fflush(stdout);
	return password_ask(question, out, err);
}

static void interrupt(int number, void *data)
{
	(void)number;
	loop_interrupt(data);
}

static int read_script(const char *path, struct str *text, struct err *err)
{
	char   room[65536];
	size_t got;

	if (strcmp(path, "-") != 0)
		return file_read(path, text, NULL, err);
	while ((got = fread(room, 1, sizeof(room), stdin)) > 0)
		str_add(text, room, got);
	return ferror(stdin) ? err_errno(err, ERR_IO, "reading standard input") : 0;
}

static int run_script(struct console *console, const char *path, struct output *out,
		      struct err *err)
{
	struct str text = STR_INIT;
	int        status = read_script(path, &text, err);

	if (status == 0)
		status = command_run_text(console, str_span(&text),
					  (struct place){ strcmp(path, "-") ? path : "-", 1, 0 },
					  out, err);
	str_release(&text);
	return status;
}

static int run_batch(struct console *console, const struct cli *cli, struct output *out,
		     struct err *err)
{
	int status = 0;

	for (size_t i = 0; status == 0 && i < cli->commands.list.count && !console->quit; i++)
		status = command_run_text(console, span_of(cli->commands.list.items[i]),
					  (struct place){ NULL, 0, 0 }, out, err);
	if (status == 0 && cli->script && !console->quit)
		status = run_script(console, cli->script, out, err);
	return status;
}

/* Edits that nobody applied are lost with the batch: that is said. */
static int leave_batch(struct console *console, struct output *out, struct err *err)
{
	bool pending = console->candidate && candidate_is_dirty(console->candidate);

	if (pending)
		fprintf(stderr, "penstock: %zu edit%s not applied\n",
			console->candidate->done.count,
			console->candidate->done.count == 1 ? " is" : "s are");
	if (out->failed || fflush(stdout) != 0) {
		fprintf(stderr, "penstock: the output could not be written\n");
		return err_exit_status(ERR_IO);
	}
	if (err->code != ERR_NONE)
		return err_exit_status(err->code);
	if (console->last_error.code != ERR_NONE)
		return err_exit_status(console->last_error.code);
	return pending && console->detailed_exitcode ? err_exit_status(ERR_PENDING) : 0;
}

static int run_and_leave(struct console *console, const struct cli *cli, struct output *out)
{
	struct loop_signal *signals[2] = {
		loop_signal_start(console->loop, SIGINT, interrupt, console->loop),
		loop_signal_start(console->loop, SIGTERM, interrupt, console->loop),
	};
	struct err err = ERR_INIT;
	int        status;

	console->log.on_entry = print_log;
	console->log.data = console;
	console->front.progress = print_progress;
	if (cli->line) {
		console->interactive = true;
		console->front.ask = ask_on_terminal;
		console->front.secret = ask_secret;
		line_run(console, out);
	} else if (run_batch(console, cli, out, &err) < 0) {
		print_error(&err);
	}
	status = leave_batch(console, out, &err);
	for (size_t i = 0; i < 2; i++)
		loop_signal_stop(signals[i]);
	err_release(&err);
	return status;
}

static int run_screen(struct console *console, const struct cli *cli)
{
	struct err err = ERR_INIT;
	struct str script = STR_INIT;
	int        status = 0;

	console->interactive = true;
	if (cli->columns) {
		status = read_script(cli->script, &script, &err);
		if (status == 0)
			status = ui_run_script(console, cli->columns, cli->lines,
					       str_span(&script), cli->script, &err);
	} else {
		status = ui_run(console, &err);
	}
	if (status < 0) {
		print_error(&err);
		status = err_exit_status(err.code);
	}
	str_release(&script);
	err_release(&err);
	return status;
}

static int run(struct console *console, const struct cli *cli)
{
	bool          batch = cli->commands.list.count || (cli->script && !cli->columns);
	bool          terminal = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
	struct err    err = ERR_INIT;
	struct output out;
	int           status;

	if (!cli->no_rc && console_read_rc(console, &err) < 0) {
		print_error(&err);
		err_release(&err);
		return err_exit_status(ERR_USAGE);
	}
	if (cli->columns || (!batch && !cli->line && terminal))
		return run_screen(console, cli);
	if (!batch && !cli->line) {
		fputs("penstock: there is no terminal for the screen; try -c COMMAND, a script, "
		      "or --line\n", stderr);
		return err_exit_status(ERR_USAGE);
	}
	output_init_stream(&out, stdout, cli->format);
	out.terminal = isatty(STDOUT_FILENO);
	status = run_and_leave(console, cli, &out);
	output_release(&out);
	return status;
}

/* --help, --version, --commands. */
static void answer(const struct cli *cli)
{
	struct str    text = STR_INIT;
	struct output out;

	if (cli->help)
		cli_usage(&text);
	else if (cli->version)
		str_add_text(&text, "penstock " PENSTOCK_VERSION "\n");
	fputs(text.bytes, stdout);
	str_release(&text);
	if (cli->help || cli->version)
		return;
	output_init_stream(&out, stdout, OUTPUT_JSON);
	cli_list_commands(&out);
	output_release(&out);
}

int main(int argc, char **argv)
{
	struct loop    *loop;
	struct console *console;
	struct cli      cli = CLI_INIT;
	struct err      err = ERR_INIT;
	int             status = 0;

	setlocale(LC_ALL, "");
	/* Numbers are written the same way for everybody. */
	setlocale(LC_NUMERIC, "C");
	command_add_group(&ui_group);
	loop = loop_new();
	console = console_new(loop);
	if (cli_parse(&cli, console, argc, argv, &err) < 0) {
		print_error(&err);
		status = err_exit_status(err.code);
	} else if (cli.help || cli.version || cli.list_commands) {
		answer(&cli);
	} else {
		status = run(console, &cli);
	}
	console_free(console);
	loop_free(loop);
	cli_release(&cli);
	err_release(&err);
	return status;
}
