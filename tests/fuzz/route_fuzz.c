/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lines of a frontend, and the path of a request: the walk ends, and says of each
 * end what it is.  The part of the input before the first ~ is the path.
 */
#include <string.h>

#include "fuzz.h"
#include "penstock/config/route.h"

static bool map_file(void *data, struct span name, struct span *content)
{
	*content = *(const struct span *)data;
	return name.len > 0;
}

static void check_hop(const struct document *doc, const struct route_hop *hop)
{
	LAW(hop->end.kind < ROUTE_END_KINDS);
	LAW(hop->end.line == SIZE_MAX || hop->end.line < doc->lines.count);
	LAW(hop->server == SIZE_MAX || hop->server < hop->servers.count);
	for (size_t i = 0; i < hop->possible.count; i++)
		LAW(hop->possible.items[i].unless != NULL);
	for (size_t i = 0; i < hop->steps.count; i++) {
		const struct route_step *step = &hop->steps.items[i];

		LAW(step->line < doc->lines.count);
		LAW(step->verdict != TRUTH_UNKNOWN || step->note != NULL);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char   head[] = "defaults\n mode http\nfrontend f\n bind :80\n";
	const uint8_t      *tilde = size ? memchr(data, '~', size) : NULL;
	size_t              length = tilde ? (size_t)(tilde - data) : 0;
	struct span         rest = fuzz_span(data + length, size - length);
	struct surroundings surroundings = { .file = map_file, .data = &rest };
	struct document    *doc = document_new();
	struct route        route = ROUTE_INIT;
	struct err          err = ERR_INIT;
	struct str          url = STR_INIT, config = STR_INIT;
	struct span         header = span_of("X-A: a, \"b,c\"");
	struct route_query  query = { .method = span_of("GET"), .headers = &header,
				      .header_count = 1, .via = span_of("f") };

	str_add_text(&url, "http://h.test/");
	str_add_span(&url, fuzz_span(data, length));
	str_add_text(&config, head);
	str_add_span(&config, rest.len ? span_make(rest.at + 1, rest.len - 1) : rest);
	query.url = str_span(&url);
	document_add_file(doc, "x.cfg", str_span(&config));
	if (route_walk(&route, doc, &surroundings, &query, &err) == 0)
		for (size_t i = 0; i < route.ways.count; i++)
			for (size_t j = 0; j < route.ways.items[i].hops.count; j++)
				check_hop(doc, &route.ways.items[i].hops.items[j]);
	route_release(&route);
	document_free(doc);
	err_release(&err);
	str_release(&url);
	str_release(&config);
	return 0;
}
