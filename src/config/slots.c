/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/config/slots.h"

#include <stdlib.h>

#include "penstock/base/mem.h"
#include "penstock/config/pragma.h"
#include "penstock/config/proxy.h"
#include "penstock/config/server.h"

static const struct section *find_section(const struct document *doc, struct span backend)
{
	const struct section *section =
		backend.len ? document_section(doc, SECTION_BACKS, backend) : NULL;

	return section && pragma_find(doc, section, "slots") != SIZE_MAX ? section : NULL;
}

static bool is_free(const struct server *server)
{
	return server->name.len && server_param(server, "disabled") &&
	       (span_is(server->host, "0.0.0.0") || span_is(server->host, "::"));
}

/* Reads the free slot of that name, or (name empty) the first one. */
static bool find_slot(const struct document *doc, const struct section *section, struct span name,
		      struct server *slot)
{
	size_t line = section->first;

	while ((line = section_find(doc, section, line, "server", NULL)) != SIZE_MAX)
		if (server_read(slot, line_span(&doc->lines.items[line++])) && is_free(slot) &&
		    (!name.len || span_equal(slot->name, name)))
			return true;
	return false;
}

static int set_param(struct candidate *candidate, struct span backend, struct span slot,
		     const struct server *from, const struct server_param *param,
		     struct err *err)
{
	struct span *values = xcalloc(param->count, sizeof(*values));
	int          result;

	for (size_t i = 1; i < param->count; i++)
		values[i - 1] = words_text(&from->words, param->word + i);
	result = server_set(candidate, backend, slot, param->name, values, param->count - 1, err);
	free(values);
	return result;
}

/* The server is there at once unless its own keywords say otherwise. */
static int fill(struct candidate *candidate, struct span backend, struct span slot,
		struct span address, struct span params, struct err *err)
{
	struct server from = SERVER_INIT;
	struct str    line = STR_INIT;
	int           result = server_set_address(candidate, backend, slot, address, err);

	str_add_text(&line, "server name address ");
	str_add_span(&line, params);
	server_read(&from, str_span(&line));
	if (result == 0 && !server_param(&from, "disabled"))
		result = server_unset(candidate, backend, slot, span_of("disabled"), err);
	for (size_t i = 0; result == 0 && i < from.params.count; i++)
		result = set_param(candidate, backend, slot, &from, &from.params.items[i], err);
	server_release(&from);
	str_release(&line);
	return result;
}

int slots_take(struct candidate *candidate, struct span backend, struct span name,
	       struct span address, struct span params, struct str *slot, struct err *err)
{
	const struct document *doc = candidate->now;
	const struct section  *section = find_section(doc, backend);
	struct server          found = SERVER_INIT;
	struct str             taken = STR_INIT;
	int                    result = 0;

	if (section && (find_slot(doc, section, name, &found) ||
			(section_server(doc, section, name) == SIZE_MAX &&
			 find_slot(doc, section, span_make("", 0), &found)))) {
		str_add_span(&taken, found.name);
		str_add_span(slot, found.name);
		result = fill(candidate, backend, str_span(&taken), address, params, err) < 0 ? -1 :
												1;
	}
	server_release(&found);
	str_release(&taken);
	return result;
}

int slots_empty(struct candidate *candidate, struct span backend, struct span name,
		struct err *err)
{
	const struct document *doc = candidate->now;
	const struct section  *section = find_section(doc, backend);
	size_t        line = section ? section_server(doc, section, name) : SIZE_MAX;
	struct server server = SERVER_INIT;
	struct str    address = STR_INIT;
	int           result;

	if (line == SIZE_MAX)
		return 0;
	server_read(&server, line_span(&doc->lines.items[line]));
	str_add_text(&address, "0.0.0.0:");
	str_add_span(&address, server.port.len ? server.port : span_of("80"));
	server_release(&server);
	result = server_set_address(candidate, backend, name, str_span(&address), err);
	if (result == 0)
		result = server_set(candidate, backend, name, span_of("disabled"), NULL, 0, err);
	str_release(&address);
	return result < 0 ? -1 : 1;
}
