/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The bytes that come back from the Runtime API, cut into replies, by the
 * modes and reply ends of runtime-api.md 1.3 and 1.5.  Pure: fed with bytes.
 */
#ifndef PENSTOCK_HAPROXY_REPLY_H
#define PENSTOCK_HAPROXY_REPLY_H

#include <stdbool.h>

#include "penstock/base/err.h"
#include "penstock/base/str.h"

enum reply_mode {
	REPLY_UNTIL_EOF, /* one-shot: a single command, the server closes */
	REPLY_PROMPT,    /* after `prompt`: each reply ends with "\n> " */
};

struct reply_reader {
	enum reply_mode mode;
	struct str      bytes;   /* what came, from `start` on not yet handed out */
	size_t          start, scanned;
	bool            greeted; /* the answer to `prompt` itself is over */
};

void reply_reader_init(struct reply_reader *reader, enum reply_mode mode);
void reply_reader_release(struct reply_reader *reader);

/* Room for `size` more bytes to read into; reply_reader_added says how many. */
char *reply_reader_room(struct reply_reader *reader, size_t size);
void  reply_reader_added(struct reply_reader *reader, size_t size);

/*
 * The next whole reply, without its end mark, which is one '\n' in one-shot
 * mode: a reply that ends with an empty line keeps the '\n' of its last line in
 * both modes.  false while there is none.  `eof`: nothing more will come.
 * The bytes stay where they are in reader->bytes, which may move as a whole.
 */
bool reply_reader_next(struct reply_reader *reader, bool eof, struct span *reply);

/* Bytes that belong to no whole reply (after EOF: the reply was cut off). */
size_t reply_reader_rest(const struct reply_reader *reader);

/* What came first cannot be the answer to `prompt`: this is no HAProxy. */
bool reply_reader_is_foreign(const struct reply_reader *reader);

/* Moves the bytes, with the replies in them, to *out; the reader starts anew. */
void reply_reader_take(struct reply_reader *reader, struct str *out);

/* Reply kinds that every command may give. */
bool reply_is_empty(struct span reply);       /* the usual success */
bool reply_is_denied(struct span reply);      /* "Permission denied" */
bool reply_is_unknown(struct span reply);     /* "Unknown command …" */

/* The last line that is not empty: replies may be preceded by stale ones
 * (runtime-api.md 3.0). */
struct span reply_last_line(struct span reply);

/* Appends the beginning of its first line, made printable, to quote it in a message. */
void reply_quote(struct str *out, struct span reply);

#endif
