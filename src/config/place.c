/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/config/place.h"

#include "penstock/base/mem.h"

/*
 * In the order in which HAProxy looks at them.  A second word tells rules of one
 * keyword apart that are lists of their own.  Settings, which have no row, stand
 * before the first of the lists that operators keep below them.
 */
static const struct order_def {
	const char *first, *second;
	bool        below; /* settings stand before it */
} order_table[] = {
	{ "stick-table", NULL, false },
	{ "declare", NULL, false },
	{ "http-check", NULL, false },
	{ "tcp-check", NULL, false },
	{ "acl", NULL, true },
	{ "tcp-request", "connection", false },
	{ "tcp-request", "session", false },
	{ "tcp-request", "inspect-delay", false },
	{ "tcp-request", "content", false },
	{ "http-request", NULL, false },
	{ "redirect", NULL, false },
	{ "use_backend", NULL, true },
	{ "use-server", NULL, true },
	{ "stick", NULL, false },
	{ "tcp-response", NULL, false },
	{ "http-response", NULL, false },
	{ "http-after-response", NULL, false },
	{ "default-server", NULL, true },
	{ "server-template", NULL, true },
	{ "server", NULL, true },
};

enum { RANK_BIND = 0, RANK_SETTING = 1, RANK_LISTED = 2 };

/* First and second word of a line, as they are written. */
struct head {
	struct span first, second;
};

static struct head head_of(struct span line)
{
	struct head head = { .first = line_first_word(line), .second = { "", 0 } };
	const char *end = head.first.at + head.first.len;

	if (head.first.len)
		head.second = line_first_word(span_make(end, line.len - (size_t)(end - line.at)));
	return head;
}

static size_t rank_of(struct head head)
{
	if (span_is(head.first, "bind"))
		return RANK_BIND;
	for (size_t i = 0; i < N(order_table); i++)
		if (span_is(head.first, order_table[i].first) &&
		    (!order_table[i].second || span_is(head.second, order_table[i].second)))
			return RANK_LISTED + i;
	return RANK_SETTING;
}

static struct span text_of(const struct document *doc, size_t line)
{
	return line_span(&doc->lines.items[line]);
}

/* The line behind the last one of the same keyword and rank; 0: there is none. */
static size_t behind_its_like(const struct document *doc, const struct section *section,
			      struct head head)
{
	size_t rank = rank_of(head);

	for (size_t i = section->first + section->count; i-- > section->first + 1;) {
		struct span line = text_of(doc, i);

		if (span_equal(line_first_word(line), head.first) &&
		    rank_of(head_of(line)) == rank)
			return i + 1;
	}
	return 0;
}

/* Whether a line of that rank stays above one of the other. */
static bool stays_above(size_t rank, size_t other)
{
	if (rank == RANK_SETTING)
		return other >= RANK_LISTED && order_table[other - RANK_LISTED].below;
	return other > rank;
}

/* Before the first line that comes later, its comments and blank lines too. */
static size_t by_rank(const struct document *doc, const struct section *section, size_t rank)
{
	size_t end = section_end(doc, section), line = section->first + 1;

	while (line < end) {
		struct span text = text_of(doc, line);

		if (line_first_word(text).len && stays_above(rank, rank_of(head_of(text))))
			break;
		line++;
	}
	if (line == end)
		return end;
	while (line > section->first + 1 && !line_first_word(text_of(doc, line - 1)).len)
		line--;
	return line;
}

static int depth_change(struct span line)
{
	struct span word = line_first_word(line);

	return span_is(word, ".if") ? 1 : span_is(word, ".endif") ? -1 : 0;
}

/* Out of the .if block that the index is in: behind its end, or before it. */
static size_t leave_block(const struct document *doc, const struct section *section, size_t at,
			  bool behind)
{
	size_t end = section->first + section->count, start = at;
	int    depth = 0;

	for (size_t i = section->first + 1; i < at; i++) {
		int change = depth_change(text_of(doc, i));

		if (change > 0 && depth == 0)
			start = i;
		depth += depth + change < 0 ? 0 : change;
	}
	if (!depth)
		return at;
	if (!behind)
		return start;
	for (; at < end && depth; at++)
		depth += depth_change(text_of(doc, at));
	return at;
}

/* Past lines that HAProxy looks at first: an .if block may have held the rule
 * back that was above them. */
static size_t behind_lower(const struct document *doc, const struct section *section,
			   size_t at, struct head head)
{
	size_t end = section_end(doc, section), rank = rank_of(head);

	while (rank >= RANK_LISTED && at < end) {
		struct span text = text_of(doc, at);
		size_t      other = line_first_word(text).len ? rank_of(head_of(text)) : 0;

		if (other < RANK_LISTED || other >= rank)
			break;
		at++;
	}
	return at;
}

size_t place_of_line(const struct document *doc, const struct section *section,
		     struct span text)
{
	struct head head = head_of(text);
	size_t      at = behind_its_like(doc, section, head);

	if (at)
		return behind_lower(doc, section, leave_block(doc, section, at, true), head);
	return leave_block(doc, section, by_rank(doc, section, rank_of(head)), false);
}
