/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From bytes and key codes to keys by their names, and pastes. */
#ifndef PENSTOCK_UI_KEY_H
#define PENSTOCK_UI_KEY_H

#include <stdbool.h>
#include <stdint.h>

#include "penstock/base/str.h"

/* One key: its name for the keymap, and what it sends to a line editor. */
struct key {
	char   name[24];  /* canonical; empty: it has none */
	char   bytes[12];
	size_t len;
};

/* Puts keys together from what curses gives. */
struct key_reader {
	char    partial[4];   /* a character whose bytes have not all come */
	size_t  partial_len;
	bool    escaped;      /* Esc came; the next byte tells whether it was Alt */
	enum { CONTROL_NONE, CONTROL_BEGUN, CONTROL_INSIDE } control;
	char    control_kind; /* of a sequence that nobody knows: [ or O */
	bool    pasting;
	struct str paste;
	int64_t paste_ms;     /* when its last byte came */
};

enum key_event { KEY_EVENT_NONE, KEY_EVENT_KEY, KEY_EVENT_PASTE };

/*
 * Takes one code of screen_key.  SCREEN_NO_KEY: nothing more comes now.  Gives
 * whether a key or a paste (in reader->paste) is complete.
 */
enum key_event key_reader_take(struct key_reader *reader, int code, struct key *key);

/* The key of that canonical name, as `press` takes it.  false: no such key. */
bool key_of_name(struct span name, struct key *key);

/* A paste as it goes into the prompt: line ends become "; ", other control
 * characters go. */
void paste_flatten(struct span paste, struct str *out);

#endif
