/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Errors are values that the caller provides and that travel upwards.  The
 * lowest layer names the cause, each layer may put its place before it, only
 * the edge (command/, ui/, main) shows it.
 */
#ifndef PENSTOCK_BASE_ERR_H
#define PENSTOCK_BASE_ERR_H

#include <stddef.h>

#include "penstock/base/str.h"

/*
 * What the caller may want to do differently; one row a kind: constant, name
 * in JSON, exit status of a batch that ends with it (design.md section 6).
 */
#define ERR_CODES(X)                                                            \
	X(ERR_FAILED,      "failed",      1) /* the operation did not work */   \
	X(ERR_USAGE,       "usage",       2) /* the request makes no sense */   \
	X(ERR_PARSE,       "parse",       1) /* the input is malformed */       \
	X(ERR_NOT_FOUND,   "not-found",   1) /* no object of that name */       \
	X(ERR_EXISTS,      "exists",      1) /* the name is taken */            \
	X(ERR_IN_USE,      "in-use",      1) /* something refers to it */       \
	X(ERR_IO,          "io",          3) /* a file or socket out of reach */\
	X(ERR_DENIED,      "denied",      1) /* the level or mode forbids it */ \
	X(ERR_PROTOCOL,    "protocol",    3) /* the peer answered nonsense */   \
	X(ERR_TIMEOUT,     "timeout",     3) /* no answer in time */            \
	X(ERR_LIMIT,       "limit",       1) /* larger than what is allowed */  \
	X(ERR_UNSUPPORTED, "unsupported", 1) /* this version cannot do it */    \
	X(ERR_REJECTED,    "rejected",    4) /* haproxy -c said no */           \
	X(ERR_ROLLED_BACK, "rolled-back", 5) /* applied, then undone */         \
	X(ERR_CONFLICT,    "conflict",    6) /* somebody else changed it */     \
	X(ERR_PENDING,     "pending",     7) /* edits left, --detailed-exitcode */ \
	X(ERR_CANCELLED,   "cancelled",   130) /* ^C */

#define ERR_ENUM(constant, name, status) constant,
enum err_code { ERR_NONE, ERR_CODES(ERR_ENUM) };
#undef ERR_ENUM

/* A position in a text that a person wrote. */
struct place {
	const char *file;   /* borrowed, outlives the error; NULL when unknown */
	unsigned    line;   /* from 1; 0 when unknown */
	unsigned    column; /* in bytes, from 1; 0 when unknown */
};

struct err {
	enum err_code code;
	struct str    file; /* copy of place.file, so that the error may travel */
	unsigned      line, column;
	struct str    text; /* a sentence: lower case, no full stop */
};

#define ERR_INIT { .code = ERR_NONE, .file = STR_INIT, .text = STR_INIT }

/*
 * All setters return -1, so that a failing line is one return statement, and
 * accept err == NULL (the caller does not care).  They replace what the error
 * held before.
 */
int err_set(struct err *err, enum err_code code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* As err_set, with the place that it is about. */
int err_at(struct err *err, enum err_code code, struct place at, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* As err_set, appending ": " and the words for errno. */
int err_errno(struct err *err, enum err_code code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Puts "format: " before the text that the error already has. */
int err_prefix(struct err *err, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Appends "; format" to the text: what to try. */
int err_hint(struct err *err, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Replaces the place when the error has none. */
int err_locate(struct err *err, struct place at);

void err_release(struct err *err);
void err_clear(struct err *err);

/* Moves *from into *to, releasing what *to held; *from is empty afterwards. */
void err_take(struct err *to, struct err *from);

/* "file:line:column: text" with what is known of the place, made printable. */
void err_format(const struct err *err, struct str *out);

/* The name of a code, as used in JSON. */
const char *err_name(enum err_code code);

/* The exit status that stands for the code. */
int err_exit_status(enum err_code code);

/*
 * For states that cannot happen: says so on stderr after the terminal has been
 * given back (see die_set_hook), then aborts.  In all builds.
 */
#define BUG(...) die_bug(__FILE__, __LINE__, __VA_ARGS__)
_Noreturn void die_bug(const char *file, int line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Out of memory and the like: gives back the terminal, says it, exits with 1. */
_Noreturn void die(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* What die and BUG call first; the screen sets it to restore the terminal. */
void die_set_hook(void (*hook)(void));

#endif
