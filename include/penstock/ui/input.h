/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What keys do: in views by the keymap, in the prompt, to a question. */
#ifndef PENSTOCK_UI_INPUT_H
#define PENSTOCK_UI_INPUT_H

#include "penstock/command/keymap.h"
#include "penstock/ui/key.h"

struct ui;

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
