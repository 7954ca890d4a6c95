/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/apply/binds.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "penstock/base/map.h"
#include "penstock/sys/sock.h"

struct bound {
	struct span host, port; /* borrowed from the words */
	size_t      line;
};

/* 0 to go on. */
typedef int (*bound_fn)(const struct bound *bound, void *data, struct err *err);

static struct span without_family(struct span address)
{
	static const char *const prefixes[] = { "ipv4@", "ipv6@", "tcp@", "tcp4@", "tcp6@" };

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		size_t len = strlen(prefixes[i]);

		if (span_starts(address, prefixes[i]))
			return span_make(address.at + len, address.len - len);
	}
	return address;
}

/* "HOST:PORT", "[V6]:PORT", ":PORT"; false for paths, descriptors and ranges. */
static bool read_address(struct span address, struct bound *bound)
{
	long   number;
	size_t colon;

	address = without_family(address);
	for (colon = address.len; colon > 0 && address.at[colon - 1] != ':'; colon--)
		;
	if (!colon || memchr(address.at, '@', address.len) || address.at[0] == '/')
		return false;
	bound->port = span_make(address.at + colon, address.len - colon);
	bound->host = span_make(address.at, colon - 1);
	if (bound->host.len >= 2 && bound->host.at[0] == '[')
		bound->host = span_make(bound->host.at + 1, bound->host.len - 2);
	return span_to_long(bound->port, &number) && number >= 1 && number <= 65535;
}

static int each_address(const struct words *words, size_t line, bound_fn fn, void *data,
			struct err *err)
{
	struct span  rest = words_text(words, 1), address;
	struct bound bound = { .line = line };

	if (!words_is(words, 0, "bind") || words->count < 2 || words->items[1].varies)
		return 0;
	while (span_split(&rest, ',', &address))
		if (read_address(address, &bound) && fn(&bound, data, err) < 0)
			return -1;
	return 0;
}

static int each_bound(const struct document *doc, bound_fn fn, void *data, struct err *err)
{
	struct words words = WORDS_INIT;
	int          status = 0;

	for (size_t s = 0; s < doc->sections.count && status == 0; s++) {
		const struct section *section = &doc->sections.items[s];

		if (!(section->kind & (SECTION_FRONTEND | SECTION_LISTEN)))
			continue;
		for (size_t i = 1; i < section->count && status == 0; i++) {
			size_t line = section->first + i;

			if (!span_is(line_first_word(line_span(&doc->lines.items[line])), "bind"))
				continue;
			words_split(&words, line_span(&doc->lines.items[line]));
			status = each_address(&words, line, fn, data, err);
		}
	}
	words_release(&words);
	return status;
}

struct search {
	struct map             held; /* ports */
	const struct document *after;
};

static int note_port(const struct bound *bound, void *data, struct err *err)
{
	struct search *search = data;

	(void)err;
	map_put(&search->held, bound->port, search);
	return 0;
}

static bool is_taken(const char *host, const char *port, struct err *why)
{
	if (sock_try_bind(host, port, why) == 0)
		return false;
	return why->code == ERR_IO && span_ends(str_span(&why->text), strerror(EADDRINUSE));
}

static int try_new(const struct bound *bound, void *data, struct err *err)
{
	struct search *search = data;
	struct err     why = ERR_INIT;
	char          *host, *port;
	bool           taken;

	if (map_get(&search->held, bound->port))
		return 0;
	host = span_dup(bound->host);
	port = span_dup(bound->port);
	taken = is_taken(host, port, &why);
	if (taken)
		err_at(err, ERR_REJECTED, document_place(search->after, bound->line),
		       "the address '%s:%s' is in use by another process; a reload would fail on "
		       "it, or share it", host, port);
	free(host);
	free(port);
	err_release(&why);
	return taken ? -1 : 0;
}

int binds_check(const struct document *before, const struct document *after, struct err *err)
{
	struct search search = { .held = MAP_INIT, .after = after };
	int           status;

	each_bound(before, note_port, &search, NULL);
	status = each_bound(after, try_new, &search, err);
	map_release(&search.held, NULL);
	return status;
}
