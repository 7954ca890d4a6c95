/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which lines changed places, and whether HAProxy minds: the order of rules of
 * one kind matters, that of `acl` beside `http-request` does not.
 */
#ifndef PENSTOCK_PLAN_ORDER_H
#define PENSTOCK_PLAN_ORDER_H

#include "penstock/config/keyword.h"
#include "penstock/plan/compare.h"

#define UNMATCHED SIZE_MAX

/* By what a line found its partner; later ones are weaker. */
enum match_kind { MATCH_BYTES, MATCH_WORDS, MATCH_SERVER, MATCH_KEYWORD };

/* One line while it is compared. */
struct item {
	size_t          line;
	size_t          match;    /* item of the other side, or UNMATCHED */
	struct item    *next;     /* another one of the same key, while matching */
	size_t          gap;      /* how many partners in order stand before it */
	enum match_kind how;
	bool            blank;    /* blank or comment: has no partner */
	bool            server;   /* a `server` line that is its own object */
	bool            in_order;
};

struct side {
	const struct document *doc;
	size_t                 first; /* line of the first item */
	struct item           *items;
	size_t                 count;
};

/*
 * The keyword of a line, appended to out: "bind", "timeout server"; "no" and
 * "default" before it do not count.  Gives its row, or NULL.
 */
const struct keyword_def *words_keyword(const struct words *words, struct str *out);

/* Marks the largest set of partners that stand in the same order on both sides. */
void order_find(struct side *before, struct side *after);

/* Lines of one kind that stand in another order. */
struct move {
	enum change_kind kind;    /* LINES_MOVED, SERVER_MOVED, or COMMENT if it is all one */
	size_t           item;    /* the first of them, after */
	size_t           lines;
	char            *keyword; /* owned */
};

struct moves {
	VEC(struct move) list;
};

/* What the partners that order_find left out mean; kind is the section's. */
void order_check(const struct side *before, const struct side *after, enum section_kind kind,
		 struct moves *out);

#endif
