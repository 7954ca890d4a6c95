/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Running command lines and whatever else may wait, one thing after another,
 * from the outermost loop.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "penstock/base/clock.h"
#include "penstock/ui/frame.h"

void ui_say(struct ui *ui, enum style style, const char *format, ...)
{
	struct str text = STR_INIT;
	va_list    args;

	va_start(args, format);
	str_vaddf(&text, format, args);
	va_end(args);
	message_set(&ui->message, style, span_of(""), str_span(&text));
	ui->message.fleeting = true;
	str_release(&text);
	frame_dirty(ui);
}

/* Whether all of it is about the screen: then it shows for itself. */
static bool is_about_screen(struct span line)
{
	struct cmd_words words = CMD_WORDS_INIT;
	size_t           offset = 0, taken;
	unsigned         number = 1;
	bool             all = true;

	while (all && cmd_words_next(&words, line, &offset, &number, NULL) > 0) {
		const struct cmd_def *def = command_find(&words, true, &taken, NULL);

		all = def && (def->effect & CMD_SCREEN);
	}
	cmd_words_release(&words);
	return all;
}

static bool is_one_line(struct span text)
{
	return !memchr(text.at, '\n', text.len);
}

/* Who has left the output of a running command is not brought back to it. */
static void show_output(struct ui *ui, struct span line, struct span text)
{
	struct view *output = view_find(&ui->views, span_of("output"));

	if (ui->output_shown == text.len)
		return;
	str_reset(&output->source);
	str_add_span(&output->source, text);
	output->old = true;
	if (!ui->output_shown)
		view_open(output, line);
	ui->output_shown = text.len;
}

void ui_show_running(struct ui *ui)
{
	struct span text;

	if (!ui->running_out || !ui->running.len)
		return;
	text = str_span(&ui->running_out->text);
	if (!is_one_line(span_trim(text)))
		show_output(ui, str_span(&ui->running), text);
}

/* One line goes to the message, more get a view of their own. */
static void show_result(struct ui *ui, struct span line, const struct output *out, int status,
			const struct err *err)
{
	struct span text = span_trim(str_span(&out->text));
	struct str  sentence = STR_INIT;

	if (!is_one_line(text))
		show_output(ui, line, str_span(&out->text));
	ui->output_shown = 0;
	if (status < 0) {
		str_add_text(&sentence, err->code == ERR_CANCELLED ? "" : "error: ");
		err_format(err, &sentence);
		message_set(&ui->message, err->code == ERR_CANCELLED ? STYLE_WARN : STYLE_ERROR,
			    line, str_span(&sentence));
	} else if (text.len || !is_about_screen(line)) {
		message_set(&ui->message, STYLE_TEXT, line,
			    is_one_line(text) ? text : span_of(""));
	}
	str_release(&sentence);
}

int ui_run_line(struct ui *ui, struct span line, struct place where, struct err *err)
{
	struct output  out, *before = ui->running_out;
	int            status;

	output_init_text(&out);
	ui->running_out = &out;
	status = command_run_text(ui->console, line, where, &out, err);
	ui->running_out = before;
	show_result(ui, line, &out, status, err);
	output_release(&out);
	frame_dirty(ui);
	return status;
}

static void run(struct ui *ui, struct span line)
{
	struct err err = ERR_INIT;

	ui_run_line(ui, line, (struct place){ .file = NULL }, &err);
	err_release(&err);
}

void ui_submit(struct ui *ui, struct span line)
{
	bool before = ui->in_key;

	frame_dirty(ui);
	if (!command_is_now(line)) {
		strings_add_n(&ui->queue, line.at, line.len);
		return;
	}
	ui->in_key = true;
	run(ui, line);
	ui->in_key = before;
}

static void run_queued(struct ui *ui)
{
	char *line = ui->queue.list.items[0];

	vec_remove(&ui->queue.list, 0);
	str_reset(&ui->running);
	command_redact(span_of(line), &ui->running);
	message_clear(&ui->message);
	ui->output_shown = 0;
	run(ui, span_of(line));
	str_reset(&ui->running);
	free(line);
	/* The candidate may be another one now, and so may the process. */
	view_age(&ui->views);
	if (!ui->script)
		ui_refresh(ui);
}

static void load_view(struct ui *ui)
{
	struct view *view = ui->views.front;
	struct err   err = ERR_INIT;

	view->wants_load = false;
	str_set(&ui->running, view->def->name);
	if (view->def->load(view, &err) < 0) {
		str_reset(&view->source);
		err_format(&err, &view->source);
	}
	str_reset(&ui->running);
	view->old = true;
	err_release(&err);
	frame_dirty(ui);
}

static void on_refresh(struct process *process, void *data)
{
	struct ui *ui = data;

	if (ui->console->processes.count && ui->console->processes.items[0] == process)
		vitals_note(&ui->vitals, process);
	frame_dirty(ui);
}

static void refresh(struct ui *ui, struct process *process)
{
	process->on_refresh = on_refresh;
	process->on_refresh_data = ui;
	process_refresh_start(process);
}

void ui_refresh(struct ui *ui)
{
	for (size_t i = 0; i < ui->console->processes.count; i++)
		refresh(ui, ui->console->processes.items[i]);
}

void ui_refresh_rested(struct ui *ui)
{
	int64_t now = clock_monotonic_ms();

	for (size_t i = 0; i < ui->console->processes.count; i++) {
		struct process *process = ui->console->processes.items[i];

		if (now - process->refreshed_ms >= 3 * process->latency_ms)
			refresh(ui, process);
	}
}

int ui_sync(struct ui *ui, struct err *err)
{
	struct console *console = ui->console;
	int             status = 0;

	for (size_t i = 0; i < console->processes.count && status == 0; i++) {
		status = process_refresh(console->processes.items[i], err);
		if (i == 0)
			vitals_note(&ui->vitals, console->processes.items[i]);
	}
	view_age(&ui->views);
	frame_draw(ui);
	return status;
}

static void find_process(struct ui *ui)
{
	struct err err = ERR_INIT;

	ui->wants_process = false;
	ui->attach_tried_ms = clock_monotonic_ms();
	str_set(&ui->running, "attach");
	if (console_process(ui->console, &err)) {
		str_reset(&ui->trouble);
		ui_refresh(ui);
	} else {
		str_reset(&ui->trouble);
		err_format(&err, &ui->trouble);
	}
	str_reset(&ui->running);
	err_release(&err);
	frame_dirty(ui);
}

static bool is_sure(struct ui *ui)
{
	struct err err = ERR_INIT;
	int        answer = ui->console->front.ask(ui, "leave Penstock?", NULL, &err);

	err_release(&err);
	/* Where nobody can be asked, nothing holds it up. */
	return answer != 0;
}

/* `quit` asks about edits by itself; a bare ^C may have been meant for less. */
static void ask_leave(struct ui *ui)
{
	const struct candidate *candidate = ui->console->candidate;

	ui->wants_leave = false;
	if (candidate && candidate_is_dirty(candidate))
		strings_add(&ui->queue, "quit");
	else if (is_sure(ui))
		ui->console->quit = true;
}

bool ui_work(struct ui *ui)
{
	if (ui->wants_process)
		find_process(ui);
	else if (ui->queue.list.count)
		run_queued(ui);
	else if (ui->wants_leave)
		ask_leave(ui);
	else if (ui->views.front->wants_load)
		load_view(ui);
	else
		return false;
	/* A ^C that came too late is not meant for what comes next. */
	loop_take_interrupt(ui->console->loop);
	return true;
}
