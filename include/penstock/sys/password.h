/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Passwords: hashed as crypt(3) does it, and read without leaving a trace. */
#ifndef PENSTOCK_SYS_PASSWORD_H
#define PENSTOCK_SYS_PASSWORD_H

#include "penstock/base/err.h"
#include "penstock/base/str.h"

/*
 * Appends the SHA-512 crypt hash of the password with a salt of the system's
 * random bytes ("$6$…").  Errors: ERR_USAGE for an empty one or one that
 * crypt cannot take, ERR_FAILED where the C library cannot do it.
 */
int password_hash(struct span plain, struct str *out, struct err *err);

/* Appends one line of a descriptor, without its end; reads no byte more. */
int password_read_line(int fd, struct str *out, struct err *err);

/* The same from the terminal, or whatever standard input is, with the question
 * before it and without echo. */
int password_ask(const char *question, struct str *out, struct err *err);

/* Overwrites what it holds, then releases it; it is empty then, and of use again. */
void password_release(struct str *plain);

#endif
