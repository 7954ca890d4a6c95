/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Commands that have a meaning on the screen only; keys are bound to them. */
#include <stdlib.h>
#include <string.h>

#include "penstock/base/mem.h"
#include "penstock/base/utf8.h"
#include "penstock/ui/dump.h"
#include "penstock/ui/frame.h"
#include "penstock/ui/ui.h"

static struct ui *ui_of(const struct call *call)
{
	return call->console->screen;
}

static struct view *front_of(const struct call *call)
{
	return ui_of(call)->views.front;
}

/* The front view's table, up to date, for commands that texts have no use for. */
static struct table_view *table_of(const struct call *call, struct err *err)
{
	struct view          *view = front_of(call);
	const struct console *console = call->console;

	frame_dirty(ui_of(call));
	if (view->def->widget == WIDGET_TABLE) {
		table_view_update(&view->table, console->processes.items,
				  console->processes.count);
		return &view->table;
	}
	err_set(err, ERR_UNSUPPORTED, "the view '%s' has no rows; try 'view servers'",
		view->def->name);
	return NULL;
}

static int screen_view(struct call *call, struct err *err)
{
	struct span  name = call_text(call, "view");
	struct view *view = view_find(&ui_of(call)->views, name);
	struct str   names = STR_INIT;

	if (view && view->def->listed) {
		view_open(view, span_of(""));
		return 0;
	}
	for (size_t i = 0; i < view_table_count; i++)
		if (view_table[i].listed)
			str_addf(&names, "%s%s", i ? ", " : "", view_table[i].name);
	err_set(err, ERR_NOT_FOUND, "no view '%.*s'; there are %s", (int)name.len, name.at,
		names.bytes);
	str_release(&names);
	return -1;
}

static int screen_keys(struct call *call, struct err *err)
{
	(void)err;
	view_open(view_find(&ui_of(call)->views, span_of("help")), span_of(""));
	return 0;
}

static int screen_enter(struct call *call, struct err *err)
{
	struct view *view = front_of(call);

	if (!view->def->enter)
		return err_set(err, ERR_UNSUPPORTED, "there is nothing to enter in '%s'",
			       view->def->name);
	view->def->enter(view);
	return 0;
}

/* One thing at a time: the filter, the marks, the view. */
static int screen_back(struct call *call, struct err *err)
{
	struct ui   *ui = ui_of(call);
	struct view *view = ui->views.front;

	frame_dirty(ui);
	message_clear(&ui->message);
	if (view_filter_text(view).len)
		return view_filter(view, span_of(""), err);
	if (view->def->widget == WIDGET_TABLE && map_count(&view->table.marks))
		table_view_unmark_all(&view->table);
	else
		view_back(&ui->views);
	return 0;
}

struct move_def {
	const char *name;
	enum move   move;
};

#define MOVES "up|down|pageup|pagedown|home|end|left|right"

static const struct move_def move_table[] = {
	{ "up", MOVE_UP },     { "down", MOVE_DOWN }, { "pageup", MOVE_PAGE_UP },
	{ "pagedown", MOVE_PAGE_DOWN }, { "home", MOVE_HOME }, { "end", MOVE_END },
	{ "left", MOVE_LEFT }, { "right", MOVE_RIGHT },
};

static int screen_cursor(struct call *call, struct err *err)
{
	struct span where = call_text(call, "where");

	(void)err;
	for (size_t i = 0; i < N(move_table); i++)
		if (span_is(where, move_table[i].name))
			view_move(front_of(call), move_table[i].move);
	frame_dirty(ui_of(call));
	return 0;
}

static int screen_filter(struct call *call, struct err *err)
{
	struct ui *ui = ui_of(call);
	struct str text = STR_INIT;
	int        status = 0;

	frame_dirty(ui);
	if (!call_given(call, "text")) {
		ui_open_filter(ui);
		return 0;
	}
	call_join(call, "text", &text);
	status = view_filter(ui->views.front, str_span(&text), err);
	str_release(&text);
	return status;
}

static int screen_sort(struct call *call, struct err *err)
{
	struct table_view *table = table_of(call, err);
	struct console    *console = call->console;

	if (!table)
		return -1;
	if (call_given(call, "column"))
		return table_view_sort(table, console->processes.items, console->processes.count,
				       call_text(call, "column"), err);
	table_view_sort_next(table);
	return 0;
}

static int screen_reverse(struct call *call, struct err *err)
{
	struct table_view *table = table_of(call, err);

	if (!table)
		return -1;
	table_view_reverse(table);
	return 0;
}

static int screen_columns(struct call *call, struct err *err)
{
	struct table_view *table = table_of(call, err);
	struct console    *console = call->console;

	if (!table)
		return -1;
	return table_view_columns(table, console->processes.items, console->processes.count,
				  call_text(call, "columns"), err);
}

static int screen_mark(struct call *call, struct err *err)
{
	struct table_view *table = table_of(call, err);

	if (!table)
		return -1;
	if (span_is(call_text(call, "which"), "none"))
		table_view_unmark_all(table);
	else if (span_is(call_text(call, "which"), "all"))
		table_view_mark_all(table);
	else
		table_view_mark(table);
	return 0;
}

static int screen_prompt(struct call *call, struct err *err)
{
	struct str text = STR_INIT;

	(void)err;
	call_join(call, "text", &text);
	ui_open_prompt(ui_of(call), str_span(&text));
	str_release(&text);
	return 0;
}

static int screen_cancel(struct call *call, struct err *err)
{
	(void)err;
	ui_cancel(ui_of(call));
	return 0;
}

static int screen_redraw(struct call *call, struct err *err)
{
	(void)err;
	screen_spoil(&ui_of(call)->screen);
	frame_dirty(ui_of(call));
	return 0;
}

static int screen_refresh(struct call *call, struct err *err)
{
	(void)err;
	ui_refresh(ui_of(call));
	return 0;
}

static int screen_suspend(struct call *call, struct err *err)
{
	(void)err;
	screen_stop(&ui_of(call)->screen);
	frame_dirty(ui_of(call));
	return 0;
}

static int screen_sync(struct call *call, struct err *err)
{
	return ui_sync(ui_of(call), err);
}

static int screen_dump(struct call *call, struct err *err)
{
	struct ui *ui = ui_of(call);
	char      *path = span_dup(call_text(call, "file"));
	int        status;

	frame_draw(ui);
	status = dump_to_file(&ui->screen, path, err);
	free(path);
	return status;
}

/* What is no key's name is typed, letter by letter. */
static int press_word(struct ui *ui, struct span word, struct err *err)
{
	struct str name = STR_INIT;
	struct key key;

	if (keymap_canonical(word, &name, NULL) == 0 && key_of_name(str_span(&name), &key)) {
		input_key(ui, &key);
		str_release(&name);
		return 0;
	}
	str_release(&name);
	if (word.len > 2 && word.at[0] == '<' && word.at[word.len - 1] == '>')
		return keymap_canonical(word, &name, err);
	for (size_t i = 0, step; i < word.len; i += step) {
		unsigned point;

		step = utf8_decode(word.at + i, word.len - i, &point);
		step = step ? step : 1;
		if (key_of_name(word.at[i] == ' ' ? span_of("<Space>")
						  : span_make(word.at + i, step), &key))
			input_key(ui, &key);
	}
	return 0;
}

static int screen_press(struct call *call, struct err *err)
{
	for (size_t i = 0; i < call_count(call, "keys"); i++)
		if (press_word(ui_of(call), call_item(call, "keys", i), err) < 0)
			return -1;
	return 0;
}

enum { SCREEN_NOW = CMD_SCREEN | CMD_NOW };

static const struct cmd_def screen_commands[] = {
	{
		.name = "view", .summary = "open a view",
		.detail = "Esc comes back from it.",
		.args = { { "view", ARG_VIEW, ARG_ONE, NULL, NULL } },
		.effect = SCREEN_NOW, .example = "view servers", .run = screen_view,
	},
	{
		.name = "keys", .summary = "show the keys of this view, and the commands",
		.effect = SCREEN_NOW, .example = "keys", .run = screen_keys,
	},
	{
		.name = "enter", .summary = "open what the cursor is on",
		.effect = SCREEN_NOW, .example = "enter", .run = screen_enter,
	},
	{
		.name = "back", .summary = "drop the filter, else the marks, else leave the view",
		.effect = SCREEN_NOW, .example = "back", .run = screen_back,
	},
	{
		.name = "cursor", .summary = "move the cursor, or scroll",
		.args = { { "where", ARG_CHOICE, ARG_ONE, NULL, MOVES } },
		.effect = SCREEN_NOW, .example = "cursor down", .run = screen_cursor,
	},
	{
		.name = "filter", .summary = "show only what matches; alone: ask for it",
		.detail = "A condition on columns such as status=DOWN, else a part of the name; "
			  "! before it turns that around.",
		.args = { { "text", ARG_TEXT, ARG_REST_MAYBE, "condition, or part of a name",
			    NULL } },
		.effect = SCREEN_NOW, .example = "filter status=DOWN", .run = screen_filter,
	},
	{
		.name = "sort", .summary = "sort by a column; alone: by the next one",
		.args = { { "column", ARG_COLUMN, ARG_MAYBE, NULL, NULL } },
		.effect = SCREEN_NOW, .example = "sort -req_per_s", .run = screen_sort,
	},
	{
		.name = "reverse", .summary = "turn the order around",
		.effect = SCREEN_NOW, .example = "reverse", .run = screen_reverse,
	},
	{
		.name = "columns", .summary = "choose the columns; alone: as many as fit",
		.args = { { "columns", ARG_COLUMNS, ARG_MAYBE, NULL, NULL } },
		.effect = SCREEN_NOW, .example = "columns pxname,svname,status,weight",
		.run = screen_columns,
	},
	{
		.name = "mark", .summary = "mark the row for the next command, or unmark it",
		.args = { { "which", ARG_CHOICE, ARG_MAYBE, "every row, or no row",
			    "all|none" } },
		.effect = SCREEN_NOW, .example = "mark all", .run = screen_mark,
	},
	{
		.name = "prompt", .summary = "open the prompt, with a text to begin with",
		.args = { { "text", ARG_TEXT, ARG_REST_MAYBE, NULL, NULL } },
		.effect = SCREEN_NOW, .example = "prompt 'show servers where '",
		.run = screen_prompt,
	},
	{
		.name = "cancel",
		.summary = "give up the prompt, else stop the command, else leave",
		.effect = SCREEN_NOW, .example = "cancel", .run = screen_cancel,
	},
	{
		.name = "refresh", .summary = "ask HAProxy now",
		.effect = SCREEN_NOW, .example = "refresh", .run = screen_refresh,
	},
	{
		.name = "sync", .summary = "ask HAProxy and wait until the answer is drawn",
		.effect = CMD_SCREEN, .example = "sync", .run = screen_sync,
	},
	{
		.name = "redraw", .summary = "draw the whole screen anew",
		.effect = SCREEN_NOW, .example = "redraw", .run = screen_redraw,
	},
	{
		.name = "suspend", .summary = "go back to the shell; fg comes back",
		.effect = SCREEN_NOW, .example = "suspend", .run = screen_suspend,
	},
	{
		.name = "dump", .summary = "write the screen as text",
		.args = { { "file", ARG_PATH, ARG_ONE, "a path", NULL } },
		.effect = SCREEN_NOW, .example = "dump screen.txt", .run = screen_dump,
	},
	{
		.name = "press", .summary = "press keys, as if they had been typed",
		.detail = "A word that is no key's name is typed letter by letter.",
		.args = { { "keys", ARG_KEYS, ARG_SOME, NULL, NULL } },
		.effect = SCREEN_NOW, .example = "press j <Enter>", .run = screen_press,
	},
};

const struct cmd_group ui_group = {
	"screen", "The screen", screen_commands, N(screen_commands),
};
