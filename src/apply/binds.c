/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/apply/binds.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "penstock/base/map.h"
#include "penstock/config/listen_address.h"
#include "penstock/sys/sock.h"

struct bound {
	struct span host, port; /* borrowed from the words */
	size_t      line;
};

/* 0 to go on. */
typedef int (*bound_fn)(const struct bound *bound, void *data, struct err *err);

/* "HOST:PORT", "[V6]:PORT", ":PORT"; false for paths, descriptors, ranges and what
 * is no TCP. */
static bool read_address(struct span word, struct bound *bound)
{
	struct listen_address address;

	if (!listen_address_read(word, &address) || address.kind != LISTEN_IP ||
	    address.datagram || address.low != address.high)
		return false;
	bound->host = address.host;
	bound->port = address.port;
	return true;
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
	(void)err;
	map_put(data, bound->port, data);
	return 0;
}

void binds_note_ports(const struct document *doc, struct map *ports)
{
	each_bound(doc, note_port, ports, NULL);
}

bool binds_is_taken(const char *host, const char *port)
{
	struct err why = ERR_INIT;
	bool       taken = sock_try_bind(host, port, &why) < 0 && why.code == ERR_IO &&
		     span_ends(str_span(&why.text), strerror(EADDRINUSE));

	err_release(&why);
	return taken;
}

static int try_new(const struct bound *bound, void *data, struct err *err)
{
	struct search *search = data;
	char          *host, *port;
	bool           taken;

	if (map_get(&search->held, bound->port))
		return 0;
	host = span_dup(bound->host);
	port = span_dup(bound->port);
	taken = binds_is_taken(host, port);
	if (taken)
		err_at(err, ERR_REJECTED, document_place(search->after, bound->line),
		       "the address '%s:%s' is in use by another process; a reload would fail on "
		       "it, or share it", host, port);
	free(host);
	free(port);
	return taken ? -1 : 0;
}

int binds_check(const struct document *before, const struct document *after, struct err *err)
{
	struct search search = { .held = MAP_INIT, .after = after };
	int           status;

	binds_note_ports(before, &search.held);
	status = each_bound(after, try_new, &search, err);
	map_release(&search.held, NULL);
	return status;
}
