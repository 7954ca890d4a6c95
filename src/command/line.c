/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/command/line.h"

#include <stdio.h>
#include <stdlib.h>

#include <readline/history.h>
#include <readline/readline.h>

#include "penstock/base/text.h"
#include "penstock/command/complete.h"

/* readline's callbacks carry no context. */
static struct console    *line_console;
static struct completions line_offers;
static size_t             line_next;

static char *next_offer(const char *text, int state)
{
	struct str word = STR_INIT;

	(void)text;
	if (!state)
		line_next = 0;
	if (line_next >= line_offers.list.count)
		return NULL;
	text_quote_word(&word, span_of(line_offers.list.items[line_next++].text));
	return str_detach(&word, NULL);
}

static char **offer(const char *text, int start, int end)
{
	(void)start;
	completions_release(&line_offers);
	line_offers = (struct completions)COMPLETIONS_INIT;
	complete_line(line_console, span_of(rl_line_buffer), (size_t)end, &line_offers);
	rl_attempted_completion_over = !line_offers.paths;
	return line_offers.list.count ? rl_completion_matches(text, next_offer) : NULL;
}

/*
 * A signal came while readline waited.  ^C takes the typed line away, as in a
 * shell; the loop must not hear of it later, when a command runs.
 */
static int on_signal(void)
{
	loop_turn(line_console->loop, true);
	if (!loop_take_interrupt(line_console->loop))
		return 0;
	rl_replace_line("", 0);
	rl_crlf();
	rl_on_new_line();
	rl_redisplay();
	return 0;
}

static void prepare(struct console *console)
{
	line_console = console;
	line_offers = (struct completions)COMPLETIONS_INIT;
	rl_readline_name = "penstock";
	rl_attempted_completion_function = offer;
	rl_completer_word_break_characters = " \t;";
	rl_change_environment = 0;
	rl_signal_event_hook = on_signal;
	using_history();
	stifle_history(1000);
}

/* "penstock*> " tells that there are edits that are not applied. */
static char *prompt_of(const struct console *console)
{
	struct str  prompt = STR_INIT;
	bool        dirty = console->candidate && candidate_is_dirty(console->candidate);

	str_addf(&prompt, "penstock%s> ", dirty ? "*" : "");
	return str_detach(&prompt, NULL);
}

static void run_line(struct console *console, const char *line, struct output *out)
{
	struct err err = ERR_INIT;
	struct str text = STR_INIT;

	if (command_run_text(console, span_of(line), (struct place){ NULL, 0, 0 }, out, &err) < 0) {
		err_format(&err, &text);
		fprintf(stderr, "%s\n", text.bytes);
	}
	str_release(&text);
	err_release(&err);
}

/* Passwords are not kept. */
static void remember(const char *line)
{
	struct str shown = STR_INIT;

	command_redact(span_of(line), &shown);
	add_history(shown.bytes);
	str_release(&shown);
}

void line_run(struct console *console, struct output *out)
{
	prepare(console);
	while (!console->quit) {
		char *prompt = prompt_of(console), *line = readline(prompt);

		free(prompt);
		if (!line) {
			run_line(console, "quit", out);
			continue;
		}
		if (*line) {
			remember(line);
			run_line(console, line, out);
		}
		free(line);
	}
	completions_release(&line_offers);
}
