/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The running screen: what its parts share, and how they are put together
 * into one picture.
 */
#ifndef PENSTOCK_UI_FRAME_H
#define PENSTOCK_UI_FRAME_H

#include "penstock/command/console.h"
#include "penstock/ui/input.h"
#include "penstock/ui/prompt.h"
#include "penstock/ui/screen.h"
#include "penstock/ui/status.h"
#include "penstock/ui/view.h"
#include "penstock/ui/vitals.h"

/* Something that the running command wants to know. */
struct question {
	bool        open, answered;
	int         answer;
	struct str  text;
	const char *word;       /* to be typed; NULL: y or n; "": a password */
	struct str  secret;     /* the password */
	struct str  put_aside;  /* what stood at the prompt meanwhile */
	bool        had_prompt;
};

struct script;

struct ui {
	struct console *console;
	struct screen   screen;
	struct input    input;
	struct prompt  *prompt;
	struct views    views;
	struct message  message;
	struct question question;
	struct vitals   vitals;       /* of the first process */
	struct str      trouble;      /* why there is no process */

	struct strings  queue;        /* command lines for the outermost loop */
	struct str      running;      /* the one that runs there */
	struct output  *running_out;
	size_t          output_shown; /* bytes of it that the output view has */
	bool            in_key;       /* a key's command runs: nothing may wait */
	bool            wants_leave;  /* ^C where nothing ran: asks before it leaves */
	bool            wants_process;
	int             signal;       /* that ends us; 0: none */
	struct str      filter_before; /* to come back to when the filter is given up */

	struct loop_watch  *keys;
	struct loop_timer  *refresh, *redraw;
	unsigned            options_seen;
	int64_t             attach_tried_ms;
	bool                dirty, redraw_armed;
	int64_t             drawn_ms;
	struct script      *script;   /* NULL on a terminal */
};

/* Something is to be seen that has changed. */
void frame_dirty(struct ui *ui);

/* Draws all of it now. */
void frame_draw(struct ui *ui);

/*
 * Runs a command line: at once if all of it can be, else when the outermost
 * loop comes to it.
 */
void ui_submit(struct ui *ui, struct span line);

/* Runs it now and shows what came of it. */
int  ui_run_line(struct ui *ui, struct span line, struct place where, struct err *err);

/* Does one thing that waits for the outermost loop; false: there was nothing. */
bool ui_work(struct ui *ui);

/* Shows what the running command has printed so far. */
void ui_show_running(struct ui *ui);

/* Asks the processes for new pictures, in the background. */
void ui_refresh(struct ui *ui);

/* The same, but those that take long to answer less often: three quarters of
 * their time are their own. */
void ui_refresh_rested(struct ui *ui);

/* The same, waiting, and draws them. */
int  ui_sync(struct ui *ui, struct err *err);

/* A remark that goes with the next key. */
void ui_say(struct ui *ui, enum style style, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Answers the question that is open. */
void ui_answer(struct ui *ui, int answer);

/* What ^C means now: the question, the prompt, the command, or to leave. */
void ui_cancel(struct ui *ui);

/* Opens the prompt that narrows the view as one types, or that for commands. */
void ui_open_filter(struct ui *ui);
void ui_open_prompt(struct ui *ui, struct span text);

/* What both ways of running share. */
void ui_init(struct ui *ui, struct console *console);
void ui_release(struct ui *ui);

/* Runs the next command of the script; false: there is none. */
bool script_step(struct ui *ui);

#endif
