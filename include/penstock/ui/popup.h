/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a word may become, in a list above the prompt. */
#ifndef PENSTOCK_UI_POPUP_H
#define PENSTOCK_UI_POPUP_H

#include "penstock/command/complete.h"
#include "penstock/ui/screen.h"

/* Draws at most `room` lines that end above y; `chosen` stands out and can be
 * seen (SIZE_MAX: none). */
void popup_draw(const struct completions *list, size_t chosen, struct screen *screen, int y,
		int room);

#endif
