/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The lines around the view: who is looked at, where one is, what happened,
 * what can be done here, and what was said last.
 */
#ifndef PENSTOCK_UI_STATUS_H
#define PENSTOCK_UI_STATUS_H

#include "penstock/ui/screen.h"

struct ui;

/* The last word on what was asked for. */
struct message {
	struct str command;   /* that it is about; may be empty */
	struct str text;
	enum style style;
	bool       fleeting;  /* goes with the next key */
};

void message_release(struct message *message);
void message_clear(struct message *message);
void message_set(struct message *message, enum style style, struct span command,
		 struct span text);

void status_draw_title(struct ui *ui, int y);  /* the process */
void status_draw_place(struct ui *ui, int y);  /* the view */

void status_draw_events(struct ui *ui, int y, int height);
void status_draw_keys(struct ui *ui, int y);

/* How many lines the message or question takes, at most `most`. */
int  status_message_lines(struct ui *ui, int most);
void status_draw_message(struct ui *ui, int y, int height);

#endif
