/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/haproxy/reply.h"

#include <string.h>

#include "penstock/base/utf8.h"

static const char mark[] = "\n> ";
enum {
	MARK_LEN = 3,
	QUOTE_MAX = 60,
};

void reply_reader_init(struct reply_reader *reader, enum reply_mode mode)
{
	*reader = (struct reply_reader){ .mode = mode, .bytes = STR_INIT };
}

void reply_reader_release(struct reply_reader *reader)
{
	str_release(&reader->bytes);
}

char *reply_reader_room(struct reply_reader *reader, size_t size)
{
	str_reserve(&reader->bytes, size);
	return reader->bytes.bytes + reader->bytes.len;
}

void reply_reader_added(struct reply_reader *reader, size_t size)
{
	reader->bytes.len += size;
	reader->bytes.bytes[reader->bytes.len] = '\0';
}

size_t reply_reader_rest(const struct reply_reader *reader)
{
	return reader->bytes.len - reader->start;
}

/* Bytes of the answer to `prompt`: 0 while it is not whole, -1 if it is none. */
static int greeting_len(const struct str *bytes)
{
	size_t blank = bytes->len && bytes->bytes[0] == '\n' ? 1 : 0;
	size_t want = blank + MARK_LEN - 1;

	if (!bytes->len)
		return 0;
	if (memcmp(bytes->bytes + blank, mark + 1,
		   bytes->len < want ? bytes->len - blank : want - blank) != 0)
		return -1;
	return bytes->len < want ? 0 : (int)want;
}

bool reply_reader_is_foreign(const struct reply_reader *reader)
{
	return reader->mode == REPLY_PROMPT && !reader->greeted && greeting_len(&reader->bytes) < 0;
}

/* Removes the greeting, so that the first reply starts where the bytes do. */
static bool take_greeting(struct reply_reader *reader)
{
	int    len = reader->greeted ? 0 : greeting_len(&reader->bytes);
	size_t rest = reader->bytes.len - (size_t)(len > 0 ? len : 0);

	if (reader->greeted)
		return true;
	if (len <= 0)
		return false;
	memmove(reader->bytes.bytes, reader->bytes.bytes + len, rest);
	str_cut(&reader->bytes, rest);
	reader->greeted = true;
	return true;
}

static bool next_marked(struct reply_reader *reader, struct span *reply)
{
	const char *bytes = reader->bytes.bytes, *end = bytes + reader->bytes.len, *at;
	const char *start = bytes + reader->start;

	/* '>' is rarer than '\n' in what HAProxy says. */
	for (at = bytes + reader->scanned; at < end; at++) {
		at = memchr(at, mark[1], (size_t)(end - at));
		if (!at || at + 1 == end)
			break;
		if (at == start || at[-1] != mark[0] || at[1] != mark[2])
			continue;
		*reply = span_make(start, (size_t)(at - 1 - start));
		reader->start = reader->scanned = (size_t)(at + 2 - bytes);
		return true;
	}
	reader->scanned = (size_t)((at ? at : end) - bytes);
	return false;
}

static bool next_at_end(struct reply_reader *reader, bool eof, struct span *reply)
{
	size_t rest = reply_reader_rest(reader);
	char  *start = reader->bytes.bytes + reader->start;

	if (!eof || !rest || start[rest - 1] != '\n')
		return false;
	*reply = span_make(start, rest - 1);
	reader->start = reader->scanned = reader->bytes.len;
	return true;
}

bool reply_reader_next(struct reply_reader *reader, bool eof, struct span *reply)
{
	if (reader->mode == REPLY_UNTIL_EOF)
		return next_at_end(reader, eof, reply);
	return take_greeting(reader) && next_marked(reader, reply);
}

void reply_reader_take(struct reply_reader *reader, struct str *out)
{
	str_release(out);
	*out = reader->bytes;
	reply_reader_init(reader, reader->mode);
}

bool reply_is_empty(struct span reply)
{
	return span_trim(reply).len == 0;
}

bool reply_is_denied(struct span reply)
{
	return span_starts(reply_last_line(reply), "Permission denied");
}

bool reply_is_unknown(struct span reply)
{
	return span_starts(span_trim(reply), "Unknown command");
}

struct span reply_last_line(struct span reply)
{
	size_t start;

	reply = span_trim(reply);
	for (start = reply.len; start > 0 && reply.at[start - 1] != '\n'; start--)
		;
	return span_trim(span_make(reply.at + start, reply.len - start));
}

void reply_quote(struct str *out, struct span reply)
{
	struct span line, rest = span_trim(reply);

	if (!span_split(&rest, '\n', &line))
		return;
	line = span_trim(line);
	if (line.len > QUOTE_MAX)
		line.len = QUOTE_MAX;
	utf8_sanitise(out, line, false);
}
