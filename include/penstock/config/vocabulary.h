/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What an installed HAProxy says of itself (`haproxy -dKall`, from 2.6 on): the
 * words that it knows beside those of keyword_table, for completion and help
 * and to tell a new keyword from a misspelled one.  It is no full list: the
 * oldest keywords are built in and not printed.
 */
#ifndef PENSTOCK_CONFIG_VOCABULARY_H
#define PENSTOCK_CONFIG_VOCABULARY_H

#include "penstock/base/map.h"
#include "penstock/base/vec.h"
#include "penstock/config/document.h"

/* What a word is; one row each in vocabulary.c. */
enum word_class {
	WORD_GLOBAL,       /* keywords of sections */
	WORD_PROXY,
	WORD_USERLIST,
	WORD_PEERS,
	WORD_CRT_STORE,
	WORD_TRACES,
	WORD_ACME,
	WORD_CRT_LIST,     /* of lines of a crt-list file */
	WORD_BIND,         /* of lines of a section */
	WORD_SERVER,
	WORD_OPTION,
	WORD_TCP_REQUEST,  /* actions */
	WORD_TCP_RESPONSE,
	WORD_HTTP_REQUEST,
	WORD_HTTP_RESPONSE,
	WORD_HTTP_AFTER,
	WORD_CRITERION,    /* of ACLs */
	WORD_CONVERTER,
	WORD_FILTER,
	WORD_SAMPLE,
	WORD_SERVICE,
	WORD_COMMAND,      /* of the Runtime API */
	WORD_CLASSES
};

struct vocabulary {
	struct strings words[WORD_CLASSES]; /* sorted, each once; an action that has
	                                     * more behind it (`set-var(x)`) is cut */
};

/* "keyword of global", "action of http-request": what the class is called. */
const char *word_class_title(enum word_class class);

/* The kinds of sections whose keywords the class holds; 0 for other classes. */
unsigned word_class_kinds(enum word_class class);

/* What the second word of lines with that keyword is: `http-request ACTION`,
 * `option NAME`; WORD_CLASSES for other lines. */
enum word_class word_class_behind(struct span keyword);

/* Reads the text that HAProxy printed, adding to what is there.  Anything else
 * adds nothing.  Gives how many words it took. */
size_t vocabulary_read(struct vocabulary *vocabulary, struct span text);
void   vocabulary_release(struct vocabulary *vocabulary);

/* Whether there is any word at all. */
bool vocabulary_is_known(const struct vocabulary *vocabulary);

bool vocabulary_has(const struct vocabulary *vocabulary, enum word_class class,
		    struct span word);

/* Whether a line of such a section may begin with these two words, as far as
 * HAProxy told. */
bool vocabulary_knows(const struct vocabulary *vocabulary, enum section_kind kind,
		      struct span first, struct span second);

#endif
