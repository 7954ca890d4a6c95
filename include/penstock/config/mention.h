/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The names that one line holds: of sections, servers, stick tables and acls.
 * What they refer to is reference.h's to find.
 */
#ifndef PENSTOCK_CONFIG_MENTION_H
#define PENSTOCK_CONFIG_MENTION_H

#include "penstock/config/lexer.h"

/* How the name is written. */
enum mention_form {
	MENTION_SECTION, /* NAME of a section */
	MENTION_SERVER,  /* SERVER of the same section, or BACKEND/SERVER */
	MENTION_TABLE,   /* PROXY with a stick table, or PEERS/TABLE */
	MENTION_ACL,     /* NAME of an acl of the same section */
};

struct mention {
	enum mention_form form;
	unsigned          kinds; /* the section kinds that it may name */
	size_t            word;
	struct span       name;  /* bytes of the raw word */
};

typedef void (*mention_fn)(const struct mention *mention, void *data);

/* Calls each for every name in the line; is_header: the line opens a section. */
void mentions_in_line(const struct words *words, bool is_header, mention_fn each, void *data);

#endif
