/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * UTF-8 for people's eyes.  Whatever comes from outside (names, replies,
 * files, logs) goes through utf8_sanitise before it reaches a terminal.
 */
#ifndef PENSTOCK_BASE_UTF8_H
#define PENSTOCK_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

#include "penstock/base/str.h"

/*
 * Decodes one character of s (len > 0) into *point.  Gives its length in
 * bytes, or 0 when the bytes are no valid UTF-8 (overlong forms, surrogates
 * and points above U+10FFFF are invalid: RFC 3629).
 */
size_t utf8_decode(const char *s, size_t len, unsigned *point);

/*
 * Appends s to out, with control characters (C0, DEL, C1, bidirectional
 * overrides) and invalid bytes as visible \xNN or \uNNNN.  Tab and newline are
 * escaped as \t and \n unless keep_lines, which keeps both.
 */
void utf8_sanitise(struct str *out, struct span s, bool keep_lines);

/* Columns that sanitised UTF-8 takes on a terminal (wcwidth; C locale: bytes). */
size_t utf8_width(struct span s);

/*
 * The longest prefix of s that fits into `columns`, in bytes; *used, if not
 * NULL, gets the columns that it really takes.
 */
size_t utf8_fit(struct span s, size_t columns, size_t *used);

/* Appends s, cut or padded with blanks to exactly `columns`; cut text ends in
 * `ellipsis` when that is not NULL ("…" or ".").  right: pads on the left. */
void utf8_pad(struct str *out, struct span s, size_t columns, bool right, const char *ellipsis);

#endif
