/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The screen without a terminal: a script of commands is its operator.  Nothing
 * happens by itself then, so the same script gives the same pictures.
 */
#include "penstock/ui/frame.h"
#include "penstock/ui/ui.h"

struct script {
	struct span text;
	size_t      offset;
	unsigned    line;
	const char *name;
	struct err *err;
	bool        failed;
};

/* Whatever a key or a command has left for the outermost loop. */
static void settle(struct ui *ui)
{
	while (ui_work(ui) && !ui->console->quit)
		;
	frame_draw(ui);
}

static int run_step(struct ui *ui, const struct cmd_words *words)
{
	struct script *script = ui->script;
	struct span    line = cmd_words_source(words, 0);
	struct place   where = { script->name, words->line, 0 };

	if (ui->question.open && !command_is_now(line))
		return err_at(script->err, ERR_USAGE, where,
			      "'%s' waits for its answer; try 'press y'",
			      ui->question.text.bytes);
	return ui_run_line(ui, line, where, script->err);
}

bool script_step(struct ui *ui)
{
	struct script   *script = ui->script;
	struct cmd_words words = CMD_WORDS_INIT;
	int              more;

	if (script->failed || ui->console->quit)
		return false;
	more = cmd_words_next(&words, script->text, &script->offset, &script->line, script->err);
	if (more > 0 && run_step(ui, &words) < 0)
		more = -1;
	script->failed = more < 0;
	cmd_words_release(&words);
	if (more > 0 && !ui->question.open)
		settle(ui);
	else
		frame_draw(ui);
	return more > 0;
}

int ui_run_script(struct console *console, int columns, int lines, struct span script,
		  const char *name, struct err *err)
{
	struct ui     ui;
	struct script steps = { .text = script, .line = 1, .name = name, .err = err };
	int           status = -1;

	ui_init(&ui, console);
	ui.script = &steps;
	if (screen_open_memory(&ui.screen, columns, lines, &console->options, err) == 0) {
		ui.prompt = prompt_new(console, ui.screen.terminal, NULL);
		settle(&ui);
		while (script_step(&ui))
			;
		status = steps.failed ? -1 : 0;
		screen_close(&ui.screen);
	}
	ui_release(&ui);
	return status;
}
