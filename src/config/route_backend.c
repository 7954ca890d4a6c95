/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a backend does with a request: its rules, and which servers may get it. */
#include <string.h>

#include "penstock/config/acl.h"
#include "penstock/config/expression.h"
#include "penstock/config/route_walk.h"
#include "penstock/config/server.h"

static bool has_word(const struct flat_line *line, size_t from, const char *word)
{
	bool has = false;

	for (size_t i = from; line && i < line->count; i++) {
		if (flat_is(line, i, word))
			has = true;
		if (!strcmp(word, "disabled") && flat_is(line, i, "enabled"))
			has = false;
	}
	return has;
}

/* The word behind the last `keyword`, of the line, else of default-server. */
static struct span setting(const struct flat_line *line, const struct flat_line *preset,
			   const char *keyword)
{
	const struct flat_line *lines[] = { preset, line };
	struct span             value = { "", 0 };

	for (size_t n = 0; n < 2; n++)
		for (size_t i = 1; lines[n] && i + 1 < lines[n]->count; i++)
			if (flat_is(lines[n], i, keyword))
				value = lines[n]->words[i + 1];
	return value;
}

/* `default-server` lines add up; the last of the section before the server is the
 * one that is likely to say it. */
static const struct flat_line *preset_of(const struct walk *walk,
					 const struct flat_section *backend)
{
	return flat_setting(walk->scene.flat, backend, "default-server", NULL);
}

static void add_server(struct walk *walk, const struct flat_line *line,
		       const struct flat_line *preset, struct span name, struct span address)
{
	struct route_server server = { .name = name, .address = address, .line = line->line };

	server.disabled = has_word(line, 3, "disabled") ||
			  (has_word(preset, 1, "disabled") && !has_word(line, 3, "enabled"));
	server.backup = has_word(line, 3, "backup") || has_word(preset, 1, "backup");
	server.no_weight = span_is(setting(line, preset, "weight"), "0");
	*vec_push(&walk->hop->servers) = server;
}

/* `server-template PREFIX N|LOW-HIGH ADDRESS` */
static void add_template(struct walk *walk, const struct flat_line *line,
			 const struct flat_line *preset)
{
	struct span rest = flat_word(line, 2), first;
	struct span prefix = flat_word(line, 1);
	long        low = 1, high = 0;

	span_split(&rest, '-', &first);
	if (!span_to_long(first, &high))
		return;
	if (rest.at) {
		low = high;
		if (!span_to_long(rest, &high))
			return;
	}
	for (long i = low; i <= high && i - low < 10000; i++)
		add_server(walk, line, preset,
			   span_of(arena_format(walk->scene.arena, "%.*s%ld", (int)prefix.len,
						prefix.at, i)), flat_word(line, 3));
}

static void read_servers(struct walk *walk, const struct flat_section *backend)
{
	const struct flat_line *preset = preset_of(walk, backend);

	for (size_t i = 0; i < backend->count; i++) {
		const struct flat_line *line = &walk->scene.flat->lines.items[backend->first + i];

		if (flat_is(line, 0, "server") && line->count > 2)
			add_server(walk, line, preset, line->words[1], line->words[2]);
		else if (flat_is(line, 0, "server-template") && line->count > 3)
			add_template(walk, line, preset);
	}
}

static size_t find_server(const struct route_hop *hop, struct span name)
{
	for (size_t i = 0; i < hop->servers.count; i++)
		if (span_equal(hop->servers.items[i].name, name))
			return i;
	return SIZE_MAX;
}

/* The server of a use-server line whose condition holds.  Gives whether to look
 * no further. */
static bool use_server(struct walk *walk, const struct flat_line *line)
{
	struct route_hop *hop = walk->hop;
	const char       *why = NULL;
	enum truth        is = line_condition(walk, line, condition_start(line, 2), &why);
	struct datum      name;
	size_t            server;

	if (is == TRUTH_FALSE) {
		walk_note(walk, line, is, false, NULL);
		return false;
	}
	name = format_value(&walk->scene, flat_word(line, 1), false);
	if (name.type != DATUM_TEXT && is == TRUTH_TRUE) {
		is = TRUTH_UNKNOWN;
		why = name.why;
	}
	server = is == TRUTH_TRUE ? find_server(hop, name.text) : SIZE_MAX;
	walk_note(walk, line, is, server != SIZE_MAX, why);
	if (is == TRUTH_UNKNOWN) {
		hop->server_why = arena_format(walk->scene.arena, "use-server may apply: %s", why);
		return true;
	}
	/* A dynamic name of no server ends the list; one that is off is passed over. */
	if (server == SIZE_MAX)
		return true;
	if (hop->servers.items[server].disabled)
		return false;
	hop->server = server;
	hop->server_why = "use-server names it, while it is up";
	return true;
}

static void use_servers(struct walk *walk, const struct flat_section *backend)
{
	for (size_t i = 0; i < backend->count; i++) {
		const struct flat_line *line = &walk->scene.flat->lines.items[backend->first + i];

		if (flat_is(line, 0, "use-server") && line->count > 1 && use_server(walk, line))
			return;
	}
}

/* Whether the value of the persistence cookie is this server's. */
static bool cookie_fits(const struct flat_line *cookie, struct span value, struct span server)
{
	const char *end = NULL;

	if (!server.len || !value.len)
		return false;
	if (has_word(cookie, 2, "prefix"))
		end = memchr(value.at, '~', value.len);
	else
		end = memchr(value.at, '|', value.len);
	if (end)
		value.len = (size_t)(end - value.at);
	return span_equal(value, server);
}

static void follow_cookie(struct walk *walk, const struct flat_section *backend)
{
	const struct flat_line *cookie = flat_setting(walk->scene.flat, backend, "cookie", NULL);
	const struct flat_line *preset = preset_of(walk, backend);
	struct span             name = cookie ? flat_word(cookie, 1) : span_make("", 0);
	struct expression_call  call = { .args = &name, .count = 1 };
	struct datum            value;

	if (!cookie || !walk->scene.http)
		return;
	value = fetch_cookie(&walk->scene, &call);
	if (value.type == DATUM_UNKNOWN)
		walk->hop->server_why = value.why;
	if (value.type != DATUM_TEXT)
		return;
	for (size_t i = 0; i < walk->hop->servers.count; i++) {
		const struct route_server *server = &walk->hop->servers.items[i];
		const struct flat_line    *line = NULL;

		for (size_t j = 0; j < backend->count && !line; j++)
			if (walk->scene.flat->lines.items[backend->first + j].line == server->line)
				line = &walk->scene.flat->lines.items[backend->first + j];
		if (server->disabled || !cookie_fits(cookie, value.text,
						     setting(line, preset, "cookie")))
			continue;
		walk->hop->server = i;
		walk->hop->server_why = "its cookie names it, while it is up";
		return;
	}
}

/* Counts the usable servers; with one there is no choice. */
static void choose_only(struct walk *walk)
{
	struct route_hop *hop = walk->hop;
	size_t            usable = 0, only = SIZE_MAX;

	for (int backup = 0; backup < 2 && !usable; backup++) {
		for (size_t i = 0; i < hop->servers.count; i++) {
			const struct route_server *server = &hop->servers.items[i];

			if (server->disabled || server->no_weight || server->backup != backup)
				continue;
			usable++;
			only = i;
		}
	}
	hop->usable = usable;
	if (usable == 1 && hop->server == SIZE_MAX && !hop->server_why) {
		hop->server = only;
		hop->server_why = "it is the only one that may be used, while it is up";
	}
}

/* The answer of `stats`, where the path begins as its URI says. */
static void walk_stats(struct walk *walk, const struct flat_section *section)
{
	const struct flat      *flat = walk->scene.flat;
	const struct flat_line *uri = flat_setting(flat, section, "stats", "uri");
	const struct flat_line *on = uri ? uri : flat_setting(flat, section, "stats", "enable");
	struct span             prefix = uri ? flat_word(uri, 2) : span_of("/haproxy?stats");
	struct request         *request = walk->scene.request;
	const char             *why = request_doubt(request, DOUBT_URI, span_make("", 0));

	if (!on || walk->ended || !walk->scene.http)
		return;
	if (!span_is(request->first_method, "GET") && !span_is(request->first_method, "HEAD") &&
	    !span_is(request->first_method, "POST"))
		return;
	if (why || span_has_prefix(request_pathq(request), prefix))
		walk_end(walk, why ? TRUTH_UNKNOWN : TRUTH_TRUE, why,
			 (struct route_end){ .kind = ROUTE_STATS, .line = on->line });
}

void walk_own_rules(struct walk *walk, const struct flat_section *section)
{
	walk_tcp_rules(walk, section, "content");
	if (!walk->ended && walk->scene.http)
		walk_http_rules(walk, section);
	walk_stats(walk, section);
	if (!walk->ended && walk->scene.http)
		walk_redirects(walk, section);
}

void walk_backend(struct walk *walk, const struct flat_section *backend)
{
	const struct flat_line *balance = flat_setting(walk->scene.flat, backend, "balance", NULL);

	walk->scene.backend = backend;
	walk->scene.proxy = backend;
	if (backend != walk->hop->frontend) {
		if (!walk->scene.http && section_is_http(walk->scene.flat, backend))
			walk->scene.http = !walk->scene.request->ssl || walk->scene.ssl;
		walk_own_rules(walk, backend);
	}
	if (walk->ended)
		return;
	walk->scene.proxy = backend;
	walk->hop->balance = balance ? flat_word(balance, 1) : span_of("roundrobin");
	read_servers(walk, backend);
	use_servers(walk, backend);
	if (walk->hop->server == SIZE_MAX && !walk->hop->server_why)
		follow_cookie(walk, backend);
	choose_only(walk);
}
