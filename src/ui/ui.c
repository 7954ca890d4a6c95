/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The outermost loop.  Callbacks (keys, timers, signals) only note what is to
 * be done and look up bindings; whatever may wait is run from here.
 */
#include "penstock/ui/ui.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "penstock/base/clock.h"
#include "penstock/base/mem.h"
#include "penstock/sys/password.h"
#include "penstock/ui/frame.h"

enum { FRAME_MS = 33, ATTACH_RETRY_MS = 5000 };

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
	if (word && *word) {
		str_addf(&label, "type %s to go on: ", word);
		prompt_open(ui->prompt, PROMPT_QUESTION, label.bytes, span_of(""));
	} else if (word) {
		prompt_open(ui->prompt, PROMPT_SECRET, "password: ", span_of(""));
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

static int on_secret(void *data, const char *question, struct str *out, struct err *err)
{
	struct ui *ui = data;
	int        answer = on_ask(data, question, "", err);

	if (answer > 0)
		str_add_span(out, str_span(&ui->question.secret));
	password_release(&ui->question.secret);
	if (answer == 0)
		return err_set(err, ERR_CANCELLED, "no password");
	return answer < 0 ? -1 : 0;
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
		.question = { .text = STR_INIT, .put_aside = STR_INIT,
			      .secret = STR_INIT },
		.trouble = STR_INIT, .running = STR_INIT, .filter_before = STR_INIT,
		.dirty = true, .wants_process = true,
	};
	views_init(&ui->views, ui);
	console->screen = ui;
	console->interactive = true;
	if (!console->keymap.list.count)
		read_keymap(console);
	console->front = (struct front_end){
		.ask = on_ask, .secret = on_secret,
		.progress = on_progress, .suspend = on_suspend, .data = ui,
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
	password_release(&ui->question.secret);
	str_release(&ui->trouble);
	str_release(&ui->running);
	str_release(&ui->filter_before);
}

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

static void start_refreshing(struct ui *ui);

static void on_tick(void *data)
{
	struct ui *ui = data;
	int64_t    now = clock_monotonic_ms();

	if (!ui->console->processes.count) {
		ui->wants_process = now - ui->attach_tried_ms >= ATTACH_RETRY_MS;
	} else {
		ui_refresh_rested(ui);
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
	if (since >= 0 && since < FRAME_MS) {
		if (!ui->redraw_armed)
			loop_timer_restart(ui->redraw, FRAME_MS - since);
		ui->redraw_armed = true;
		return false;
	}
	ui_show_running(ui);
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
		signals[i] = loop_signal_start(loop, signal_table[i].number, signal_table[i].fn,
					       ui);
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
