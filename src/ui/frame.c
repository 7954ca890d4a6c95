/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/ui/frame.h"

#include <string.h>

#include "penstock/base/clock.h"

void frame_dirty(struct ui *ui)
{
	ui->dirty = true;
}

/* Where everything stands; see the zones in style and screens. */
struct zones {
	struct area view;
	int events, events_height;
	int keys;
	int message, message_height;
	int prompt; /* -1: closed */
};

static int events_height(const struct ui *ui)
{
	/* The overview has its own, more of them. */
	if (ui->views.front == &ui->views.all[0])
		return 0;
	return ui->screen.lines >= 20 ? 2 : ui->screen.lines >= 15 ? 1 : 0;
}

static void lay_out(struct ui *ui, struct zones *zones)
{
	int  lines = ui->screen.lines, bottom = lines;
	bool open = prompt_is_open(ui->prompt);

	zones->prompt = -1;
	if (open)
		zones->prompt = --bottom;
	zones->message_height = open && !ui->question.open
					? 0
					: status_message_lines(ui, lines / 3 < 5 ? lines / 3 : 5);
	zones->message = bottom -= zones->message_height;
	zones->keys = --bottom;
	zones->events_height = events_height(ui);
	zones->events = bottom -= zones->events_height;
	/* A blank line sets the events apart. */
	bottom -= zones->events_height > 0;
	zones->view = (struct area){ 2, 0, bottom > 2 ? bottom - 2 : 0, ui->screen.columns };
}

static void draw_too_small(struct ui *ui)
{
	screen_putf(&ui->screen, 0, 0, ui->screen.columns, STYLE_WARN, "too small: needs %dx%d",
		    SCREEN_LEAST_COLUMNS, SCREEN_LEAST_LINES);
	screen_show(&ui->screen, -1, 0);
}

void frame_draw(struct ui *ui)
{
	struct screen *screen = &ui->screen;
	struct zones   zones;
	int            cursor = 0;

	ui->dirty = false;
	if (screen->away)
		return;
	screen_begin(screen);
	if (screen_is_too_small(screen)) {
		draw_too_small(ui);
		return;
	}
	lay_out(ui, &zones);
	status_draw_title(ui, 0);
	view_draw(ui->views.front, zones.view);
	/* Behind the view, which has found out how much it has. */
	status_draw_place(ui, 1);
	status_draw_events(ui, zones.events, zones.events_height);
	status_draw_keys(ui, zones.keys);
	status_draw_message(ui, zones.message, zones.message_height);
	if (zones.prompt >= 0)
		prompt_draw(ui->prompt, screen, zones.prompt, zones.prompt - 3, &cursor);
	screen_show(screen, zones.prompt, cursor);
}
