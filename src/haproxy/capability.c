/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/haproxy/capability.h"

#include <string.h>

#include "penstock/base/mem.h"
#include "penstock/haproxy/reply.h"

unsigned version_parse(struct span text)
{
	unsigned parts[3] = { 0, 0, 0 };
	size_t   i = 0, part = 0;

	for (; part < N(parts); part++) {
		size_t start = i;

		while (i < text.len && text.at[i] >= '0' && text.at[i] <= '9' && parts[part] < 256)
			parts[part] = parts[part] * 10 + (unsigned)(text.at[i++] - '0');
		if (i == start || parts[part] > 255)
			return 0;
		if (i == text.len || text.at[i] != '.')
			break;
		i++;
	}
	/* "2.6.12-1+deb12u4", "3.5-dev5"; a lone number is no version. */
	return part == 0 ? 0 : parts[0] << 16 | parts[1] << 8 | parts[2];
}

enum access_level capability_level(struct span reply)
{
	if (reply_is_denied(reply))
		return ACCESS_NONE;
	for (size_t i = 0; i < ACCESS_LEVELS; i++)
		if (span_is(span_trim(reply), access_level_names[i]))
			return (enum access_level)i;
	return ACCESS_USER;
}

/* The words of "  set server <bk>/<srv> [opts] : change a server" before the first
 * that stands for something. */
static struct span command_words(struct span line)
{
	size_t len = 0;

	line = span_trim(line);
	while (len < line.len && !strchr("<[|{(*#@:", line.at[len]))
		len++;
	/* "a|b" and "name(s)" leave half a word behind. */
	if (len < line.len && line.at[len] == '|')
		while (len > 0 && line.at[len - 1] != ' ')
			len--;
	return span_trim(span_make(line.at, len));
}

void capability_commands(struct span reply, struct strings *out)
{
	struct span line, words;

	strings_release(out);
	while (span_split(&reply, '\n', &line)) {
		if (!span_starts(line, "  "))
			continue;
		words = command_words(line);
		if (words.len)
			strings_add_n(out, words.at, words.len);
	}
}
