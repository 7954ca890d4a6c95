/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `help KEYWORD`: what the tables and the installed HAProxy know of a word. */
#ifndef PENSTOCK_COMMAND_HELP_KEYWORD_H
#define PENSTOCK_COMMAND_HELP_KEYWORD_H

#include "penstock/config/vocabulary.h"

/*
 * Appends a paragraph for each keyword of that name ("balance", "timeout
 * server", "timeout": all of them), of sections, server and bind lines; then what
 * else HAProxy knows by the word.  vocabulary may be NULL.  Nothing is appended
 * for a word that nobody knows.
 */
void help_keyword(const struct vocabulary *vocabulary, struct span name, struct str *out);

/* Tries each name that help_keyword has an answer for. */
struct nearest;
void help_keyword_nearest(const struct vocabulary *vocabulary, struct nearest *nearest);

#endif
