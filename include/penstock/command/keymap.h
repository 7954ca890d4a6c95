/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which keys run which command line, by context (style.md 2.7).  Filled by
 * `map` commands from keymap files.
 */
#ifndef PENSTOCK_COMMAND_KEYMAP_H
#define PENSTOCK_COMMAND_KEYMAP_H

#include "penstock/base/err.h"
#include "penstock/base/vec.h"

struct binding {
	char *context; /* "global", "table", "servers", … */
	char *keys;    /* names separated by blanks: "g s", "<C-L>" */
	char *command;
	char *note;    /* from a trailing comment, or NULL */
};

struct keymap {
	VEC(struct binding) list;
};

/*
 * Checks and canonises key names: single printable characters, <Enter> <Esc>
 * <Tab> <S-Tab> <Space> <Lt> <BS> <Del> <Ins> <Up> <Down> <Left> <Right>
 * <Home> <End> <PgUp> <PgDn> <F1>…<F12> <C-x> <M-x>.  Errors: ERR_USAGE.
 */
int keymap_canonical(struct span keys, struct str *out, struct err *err);

/* Sets or replaces.  Errors: ERR_USAGE. */
int  keymap_set(struct keymap *keymap, struct span context, struct span keys,
		struct span command, const char *note, struct err *err);
int  keymap_unset(struct keymap *keymap, struct span context, struct span keys,
		  struct err *err);

/*
 * Looks the sequence up in the contexts, most special first.  Gives the
 * binding, or NULL; *pending tells whether longer sequences begin with it.
 */
const struct binding *keymap_find(const struct keymap *keymap, const char *const *contexts,
				  size_t count, const char *keys, bool *pending);
void keymap_release(struct keymap *keymap);

/* Names that `map` takes as context: of views, and of what several of them are. */
struct context_def {
	const char *name;
	const char *summary;
	bool        is_view;
};
extern const struct context_def context_table[];
extern const size_t             context_table_count;

/* The built-in keymap file of that name, or an empty span. */
struct span keymap_builtin(const char *name);

#endif
