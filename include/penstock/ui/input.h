/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From bytes and key codes to what they mean: keys by their names, sequences
 * of them looked up in the keymap, text for the prompt, pastes.
 */
#ifndef PENSTOCK_UI_INPUT_H
#define PENSTOCK_UI_INPUT_H

#include "penstock/command/keymap.h"
#include "penstock/ui/screen.h"

struct ui;

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

/*
 * Puts the values in the place of %names in a bound command line.  %% is a %.
 * false: a name has no value here, told in *missing.
 */
typedef bool (*variable_fn)(struct span name, struct str *out, void *data);
bool input_expand(struct span line, variable_fn value, void *data, struct str *out,
		  struct span *missing);

struct input {
	struct key_reader reader;
	struct str pending;        /* keys of a sequence that is not complete */
	int64_t    pending_ms;     /* since when */
	struct loop_timer *timer;  /* shows what may follow */
};

enum { INPUT_PENDING_MS = 500 }; /* a pending sequence shows its continuations then */

/* Reads and handles all that there is. */
void input_read(struct ui *ui);

/* As if the key had been pressed. */
void input_key(struct ui *ui, const struct key *key);
void input_paste(struct ui *ui, struct span text);
void input_release(struct input *input);

/* The contexts in which keys are looked up now, most special first. */
enum { INPUT_CONTEXTS = 3 };
size_t input_contexts(struct ui *ui, const char **contexts);

#endif
