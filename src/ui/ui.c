/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The outermost loop.  Callbacks (keys, timers, signals) only note what is to
 * be done and look up bindings; whatever may wait is run from here.
 */
#include "penstock/ui/ui.h"

#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "penstock/base/clock.h"
#include "penstock/base/mem.h"
#include "penstock/base/text.h"
#include "penstock/ui/frame.h"

enum { FRAME_MS = 33, ATTACH_RETRY_MS = 5000 };

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

/* ---- running command lines -------------------------------------------------- */

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
	str_set(&ui->running, line);
	message_clear(&ui->message);
	ui->output_shown = 0;
	run(ui, span_of(line));
	str_reset(&ui->running);
	free(line);
	/* The candidate may be another one now, and so may the process. */
	view_age(&ui->views);
	if (!ui->script)
		ui_refresh(ui);
	loop_take_interrupt(ui->console->loop);
}

static void load_view(struct ui *ui)
{
	struct view *view = ui->views.front;
	struct err   err = ERR_INIT;

	view->wants_load = false;
	if (view->def->load(view, &err) < 0) {
		str_reset(&view->source);
		err_format(&err, &view->source);
	}
	view->old = true;
	err_release(&err);
	frame_dirty(ui);
}

/* ---- the process ------------------------------------------------------------ */

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

/* A process that takes long to answer is asked less often: three quarters of
 * its time are its own. */
static void refresh_rested(struct ui *ui)
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
	str_reset(&ui->trouble);
	if (console_process(ui->console, &err))
		ui_refresh(ui);
	else
		err_format(&err, &ui->trouble);
	err_release(&err);
	frame_dirty(ui);
}

static void start_refreshing(struct ui *ui);

static void on_tick(void *data)
{
	struct ui *ui = data;
	int64_t    now = clock_monotonic_ms();

	if (!ui->console->processes.count) {
		ui->wants_process = now - ui->attach_tried_ms >= ATTACH_RETRY_MS;
	} else {
		refresh_rested(ui);
	}
	/* Ages on the screen go on, whether or not an answer comes. */
	frame_dirty(ui);
	if (ui->options_seen != ui->console->options.generation) {
		start_refreshing(ui);
		theme_apply(&ui->screen.theme, &ui->console->options);
	}
}

static void start_refreshing(struct ui *ui)
{
	int64_t interval = ui->console->options.numbers[OPT_INTERVAL];

	ui->options_seen = ui->console->options.generation;
	loop_timer_stop(ui->refresh);
	ui->refresh = loop_timer_start(ui->console->loop, interval, interval, on_tick, ui);
}

/* ---- questions -------------------------------------------------------------- */

void ui_answer(struct ui *ui, int answer)
{
	struct question *question = &ui->question;

	if (!question->open || question->answered)
		return;
	question->answer = answer;
	question->answered = true;
	frame_dirty(ui);
}

static void open_question(struct ui *ui, const char *text, const char *word)
{
	struct question *question = &ui->question;
	struct str       label = STR_INIT;

	question->had_prompt = prompt_is_open(ui->prompt) &&
			       prompt_kind(ui->prompt) == PROMPT_COMMAND;
	str_reset(&question->put_aside);
	if (question->had_prompt)
		str_add_span(&question->put_aside, prompt_text(ui->prompt));
	prompt_close(ui->prompt);
	str_set(&question->text, text);
	question->word = word;
	question->answered = false;
	question->answer = 0;
	question->open = true;
	if (word) {
		str_addf(&label, "type %s to go on: ", word);
		prompt_open(ui->prompt, PROMPT_QUESTION, label.bytes, span_of(""));
	}
	str_release(&label);
	frame_dirty(ui);
}

static void close_question(struct ui *ui)
{
	struct question *question = &ui->question;

	question->open = false;
	prompt_close(ui->prompt);
	if (question->had_prompt)
		ui_open_prompt(ui, str_span(&question->put_aside));
	frame_dirty(ui);
}

/* The script is its own operator: its next commands press the keys. */
static int wait_for_script(struct ui *ui, struct err *err)
{
	while (!ui->question.answered)
		if (!script_step(ui))
			return err_set(err, ERR_UNSUPPORTED,
				       "nobody answers '%s'; try 'press y', or --yes",
				       ui->question.text.bytes);
	return 0;
}

static int on_ask(void *data, const char *question, const char *word, struct err *err)
{
	struct ui *ui = data;
	int        status;

	if (ui->in_key || ui->question.open)
		return err_set(err, ERR_UNSUPPORTED, "cannot ask '%s' from here", question);
	open_question(ui, question, word);
	if (ui->script)
		status = wait_for_script(ui, err);
	else
		status = loop_wait(ui->console->loop, &ui->question.answered, -1, err);
	close_question(ui);
	return status < 0 ? -1 : ui->question.answer;
}

static void on_progress(void *data, const char *sentence)
{
	struct ui *ui = data;

	message_set(&ui->message, STYLE_TEXT, str_span(&ui->running), span_of(sentence));
	frame_dirty(ui);
}

static void on_suspend(void *data, bool away)
{
	struct ui *ui = data;

	/* Somebody else reads the keys now. */
	if (ui->keys)
		loop_watch_change(ui->keys, away ? 0 : LOOP_READ);
	(away ? screen_leave : screen_return)(&ui->screen);
	frame_dirty(ui);
}

/* ---- prompts ---------------------------------------------------------------- */

void ui_open_prompt(struct ui *ui, struct span text)
{
	prompt_open(ui->prompt, PROMPT_COMMAND, ":", text);
	frame_dirty(ui);
}

void ui_open_filter(struct ui *ui)
{
	struct span text = view_filter_text(ui->views.front);

	str_reset(&ui->filter_before);
	str_add_span(&ui->filter_before, text);
	prompt_open(ui->prompt, PROMPT_FILTER, "/", str_span(&ui->filter_before));
	frame_dirty(ui);
}

static void give_up_prompt(struct ui *ui)
{
	bool filter = prompt_kind(ui->prompt) == PROMPT_FILTER;

	prompt_close(ui->prompt);
	if (filter)
		view_filter(ui->views.front, str_span(&ui->filter_before), NULL);
}

void ui_cancel(struct ui *ui)
{
	frame_dirty(ui);
	if (ui->question.open) {
		ui_answer(ui, 0);
	} else if (prompt_is_open(ui->prompt)) {
		give_up_prompt(ui);
	} else if (ui->running.len) {
		loop_interrupt(ui->console->loop);
		ui_say(ui, STYLE_WARN, "stopping");
	} else if (ui->queue.list.count) {
		strings_release(&ui->queue);
		ui->queue = (struct strings)STRINGS_INIT;
	} else {
		ui->wants_leave = true;
	}
}

/* ---- leaving ---------------------------------------------------------------- */

/* `quit` asks about edits by itself; a bare ^C may have been meant for less. */
static void ask_leave(struct ui *ui)
{
	const struct candidate *candidate = ui->console->candidate;
	struct err              err = ERR_INIT;

	ui->wants_leave = false;
	if (candidate && candidate_is_dirty(candidate))
		strings_add(&ui->queue, "quit");
	else if (on_ask(ui, "leave Penstock?", NULL, &err) != 0)
		ui->console->quit = true;
	err_release(&err);
}

/* ---- what both ways of running share ---------------------------------------- */

/* A screen without any keys could not even be left. */
static void read_keymap(struct console *console)
{
	struct output out;
	struct err    err = ERR_INIT;

	output_init_text(&out);
	if (command_run_text(console, keymap_builtin("default"),
			     (struct place){ "default.keymap", 1, 0 }, &out, &err) < 0)
		log_add(&console->log, LOG_ERROR, "%s", err.text.bytes);
	output_release(&out);
	err_release(&err);
}

void ui_init(struct ui *ui, struct console *console)
{
	*ui = (struct ui){
		.console = console,
		.input = { .reader = { .paste = STR_INIT }, .pending = STR_INIT },
		.message = { .command = STR_INIT, .text = STR_INIT },
		.question = { .text = STR_INIT, .put_aside = STR_INIT },
		.trouble = STR_INIT, .running = STR_INIT, .filter_before = STR_INIT,
		.dirty = true, .wants_process = true,
	};
	views_init(&ui->views, ui);
	console->screen = ui;
	console->interactive = true;
	if (!console->keymap.list.count)
		read_keymap(console);
	console->front = (struct front_end){
		.ask = on_ask, .progress = on_progress, .suspend = on_suspend, .data = ui,
	};
}

static void forget_processes(struct ui *ui)
{
	for (size_t i = 0; i < ui->console->processes.count; i++)
		if (ui->console->processes.items[i]->on_refresh_data == ui)
			ui->console->processes.items[i]->on_refresh = NULL;
}

void ui_release(struct ui *ui)
{
	forget_processes(ui);
	ui->console->screen = NULL;
	ui->console->front = (struct front_end){ .ask = NULL };
	views_release(&ui->views);
	prompt_free(ui->prompt);
	message_release(&ui->message);
	input_release(&ui->input);
	strings_release(&ui->queue);
	str_release(&ui->question.text);
	str_release(&ui->question.put_aside);
	str_release(&ui->trouble);
	str_release(&ui->running);
	str_release(&ui->filter_before);
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
	return true;
}

/* ---- on a terminal ---------------------------------------------------------- */

static void on_input(int fd, unsigned events, void *data)
{
	struct ui *ui = data;

	(void)fd;
	(void)events;
	/* Readable without end is how a terminal that is gone looks. */
	if (screen_is_gone(&ui->screen)) {
		loop_unwatch(ui->keys);
		ui->keys = NULL;
		ui->signal = SIGHUP;
		loop_interrupt(ui->console->loop);
		return;
	}
	input_read(ui);
}

static void on_resize(int number, void *data)
{
	struct ui *ui = data;

	(void)number;
	if (!ui->screen.away)
		screen_resize(&ui->screen);
	frame_dirty(ui);
}

static void on_stop(int number, void *data)
{
	struct ui *ui = data;

	(void)number;
	if (!ui->screen.away)
		screen_stop(&ui->screen);
	frame_dirty(ui);
}

/* After a SIGSTOP nobody could give the terminal back. */
static void on_continue(int number, void *data)
{
	struct ui *ui = data;

	(void)number;
	if (!ui->screen.away) {
		screen_leave(&ui->screen);
		screen_return(&ui->screen);
	}
	frame_dirty(ui);
}

static void on_end(int number, void *data)
{
	struct ui *ui = data;

	ui->signal = number;
	ui_answer(ui, 0);
	loop_interrupt(ui->console->loop);
}

/* As a key it comes through the terminal; from elsewhere it means the same. */
static void on_interrupt(int number, void *data)
{
	struct ui *ui = data;

	(void)number;
	if (!ui->screen.away)
		ui_cancel(ui);
}

struct signal_def {
	int            number;
	loop_signal_fn fn;
};

static const struct signal_def signal_table[] = {
	{ SIGWINCH, on_resize }, { SIGTSTP, on_stop }, { SIGCONT, on_continue },
	{ SIGTERM, on_end },     { SIGHUP, on_end },   { SIGINT, on_interrupt },
};

static void on_redraw(void *data)
{
	struct ui *ui = data;

	ui->redraw_armed = false;
}

/* The last thing before the loop sleeps: one picture, not more often than eyes
 * can tell. */
static bool draw_due(void *data)
{
	struct ui *ui = data;
	int64_t    since = clock_monotonic_ms() - ui->drawn_ms;

	if (!ui->dirty || ui->screen.away)
		return false;
	if (since >= 0 && since < FRAME_MS && !clock_is_frozen()) {
		if (!ui->redraw_armed)
			loop_timer_restart(ui->redraw, FRAME_MS - since);
		ui->redraw_armed = true;
		return false;
	}
	if (ui->running_out && ui->running.len &&
	    !is_one_line(span_trim(str_span(&ui->running_out->text))))
		show_output(ui, str_span(&ui->running), str_span(&ui->running_out->text));
	frame_draw(ui);
	ui->drawn_ms = clock_monotonic_ms();
	return false;
}

static void on_log(const struct log_entry *entry, void *data)
{
	(void)entry;
	frame_dirty(data);
}

/* $XDG_STATE_HOME/penstock, else ~/.local/state/penstock; NULL: nowhere. */
static char *state_folder(void)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	struct str  path = STR_INIT;

	if (state && *state == '/')
		str_addf(&path, "%s/penstock", state);
	else if (home && *home == '/')
		str_addf(&path, "%s/.local/state/penstock", home);
	else
		return NULL;
	return str_detach(&path, NULL);
}

static void turn_until_over(struct ui *ui)
{
	while (!ui->console->quit && !ui->signal)
		if (!ui_work(ui))
			loop_turn(ui->console->loop, false);
}

static void run_on_terminal(struct ui *ui)
{
	struct loop        *loop = ui->console->loop;
	struct loop_signal *signals[N(signal_table)];

	for (size_t i = 0; i < N(signal_table); i++)
		signals[i] = loop_signal_start(loop, signal_table[i].number, signal_table[i].fn, ui);
	ui->keys = loop_watch_fd(loop, STDIN_FILENO, LOOP_READ, on_input, ui);
	ui->redraw = loop_timer_start(loop, 0, 0, on_redraw, ui);
	ui->console->log.on_entry = on_log;
	ui->console->log.data = ui;
	start_refreshing(ui);
	loop_before_sleep(loop, draw_due, ui);
	turn_until_over(ui);
	loop_forget_sleeper(loop, draw_due, ui);
	ui->console->log.on_entry = NULL;
	loop_timer_stop(ui->refresh);
	loop_timer_stop(ui->redraw);
	loop_unwatch(ui->keys);
	for (size_t i = 0; i < N(signal_table); i++)
		loop_signal_stop(signals[i]);
}

int ui_run(struct console *console, struct err *err)
{
	struct ui ui;
	char     *folder = state_folder();
	int       status = 0;

	ui_init(&ui, console);
	if (screen_open(&ui.screen, &console->options, err) < 0) {
		status = -1;
	} else {
		ui.prompt = prompt_new(console, ui.screen.terminal, folder);
		run_on_terminal(&ui);
		screen_close(&ui.screen);
		status = ui.signal ? 128 + ui.signal : 0;
	}
	ui_release(&ui);
	free(folder);
	return status;
}
