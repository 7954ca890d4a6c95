/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How HAProxy compares a value with patterns (configuration manual, 7.1). */
#ifndef PENSTOCK_CONFIG_PATTERN_H
#define PENSTOCK_CONFIG_PATTERN_H

#include "penstock/config/regex.h"
#include "penstock/config/scene.h"

enum match_kind {
	MATCH_FOUND, MATCH_BOOL, MATCH_INT, MATCH_IP, MATCH_BIN, MATCH_LEN, MATCH_STR,
	MATCH_BEG, MATCH_SUB, MATCH_DIR, MATCH_DOM, MATCH_END, MATCH_REG,
	MATCH_METHOD, MATCH_GROUP, /* of `method` and `http_auth_group` */
	MATCH_NONE,
};

struct match_def {
	const char     *name; /* behind -m, and of the suffix of acl keywords */
	enum match_kind kind;
	enum datum_type expects;
	/* Compares one pattern; NULL for what needs none. */
	enum truth    (*match)(struct scene *scene, struct span pattern, bool ignore_case,
			       const struct datum *datum, const char **why);
};

/* The row of a name, of a kind; NULL when there is none. */
const struct match_def *match_find(struct span name);
const struct match_def *match_of(enum match_kind kind);

/* Reads the next pattern line of an ACL or map file off *rest: blanks before it and
 * lines of # and nothing skipped.  For a map the key is the first word. */
bool pattern_file_next(struct span *rest, bool map, struct span *key, struct span *value);

/*
 * What a map file gives for the value: the entry that HAProxy finds (the longest for
 * beg and ip, else the first).  UNKNOWN with *why; TRUE with *value, and for
 * regular expressions *groups.
 */
enum truth map_lookup(struct scene *scene, enum match_kind kind, struct span content,
		      struct datum datum, struct span *value, struct regex_match *groups,
		      const char **why);

#endif
