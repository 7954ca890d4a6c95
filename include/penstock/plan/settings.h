/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The keywords of server lines folded as HAProxy folds them: read in order, the
 * last one wins, "no-check" takes "check" back, "enabled" takes "disabled" back.
 */
#ifndef PENSTOCK_PLAN_SETTINGS_H
#define PENSTOCK_PLAN_SETTINGS_H

#include "penstock/base/map.h"
#include "penstock/config/server.h"

struct setting {
	struct span key;          /* "check" for "no-check" as well */
	bool        off;          /* the last one took it back */
	struct span value;        /* arguments of the last one, as written */
	const struct word *words; /* the last one, its keyword first */
	size_t      count;        /* words */
	struct str  all;          /* every occurrence, decoded: equal if they mean the same */
};

/* Borrows from the servers that it was made of. */
struct settings {
	VEC(struct setting) list; /* in order of first occurrence */
	struct map index;
};
#define SETTINGS_INIT { VEC_INIT, MAP_INIT }

/* Reads on, over one more line; an earlier line's values are what it changes. */
void settings_add(struct settings *settings, const struct server *server);

/* The setting of that keyword, also when it is off; NULL when it is nowhere. */
const struct setting *setting_find(const struct settings *settings, struct span key);

/* Whether it is there and not off. */
bool setting_is_on(const struct settings *settings, const char *key);

/*
 * The number that a keyword stands for: `absent` when it is nowhere or off, -1
 * when its argument is no plain number.
 */
long setting_number(const struct settings *settings, const char *key, long absent);

/* Whether the words mean the same to HAProxy: texts, and what is still to be
 * expanded in them. */
bool same_words(const struct word *a, size_t na, const struct word *b, size_t nb);

/* Appends bytes that are equal exactly where same_words holds: keys for a map. */
void encode_words(struct str *out, const struct word *words, size_t count);

void settings_release(struct settings *settings);

#endif
