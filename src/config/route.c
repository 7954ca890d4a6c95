/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/config/route.h"

#include <string.h>

#include "penstock/config/acl.h"
#include "penstock/config/expression.h"
#include "penstock/config/keyword.h"
#include "penstock/config/route_walk.h"

const struct route_end_def route_end_table[ROUTE_END_KINDS] = {
	[ROUTE_NOWHERE]  = { "unavailable", "answered 503: no rule and no default_backend" },
	[ROUTE_BACKEND]  = { "backend",     "backend" },
	[ROUTE_DENY]     = { "deny",        "denied with status" },
	[ROUTE_TARPIT]   = { "tarpit",      "kept waiting, then answered" },
	[ROUTE_REJECT]   = { "reject",      "the connection is closed" },
	[ROUTE_RETURN]   = { "return",      "answered by HAProxy with status" },
	[ROUTE_REDIRECT] = { "redirect",    "redirected" },
	[ROUTE_AUTH]     = { "auth",        "asked for credentials with status" },
	[ROUTE_SERVICE]  = { "service",     "answered by the service" },
	[ROUTE_STATS]    = { "stats",       "answered by the statistics page" },
	[ROUTE_MONITOR]  = { "monitor",     "answered as monitor-uri with status" },
	[ROUTE_SCRIPT]   = { "script",      "answered by" },
};

enum { HOPS_MAX = 8 };

bool route_hop_is_certain(const struct route_hop *hop)
{
	return !hop->possible.count;
}

/* monitor-uri comes before every rule. */
static void walk_monitor(struct walk *walk)
{
	const struct flat      *flat = walk->scene.flat;
	const struct flat_section *section = walk->hop->frontend;
	const struct flat_line *uri = flat_setting(flat, section, "monitor-uri", NULL);
	const char             *why = NULL, *status = "200";

	if (!uri || !span_equal(request_pathq(walk->scene.request), flat_word(uri, 1)))
		return;
	for (size_t i = 0; i < section->count; i++) {
		const struct flat_line *line = &flat->lines.items[section->first + i];
		enum truth              is;

		if (!flat_is(line, 0, "monitor") || !flat_is(line, 1, "fail"))
			continue;
		is = line_condition(walk, line, 2, &why);
		walk_note(walk, line, is, is == TRUTH_TRUE, why);
		if (is == TRUTH_TRUE)
			status = "503";
		else if (is == TRUTH_UNKNOWN)
			status = "200 or 503";
	}
	walk_end(walk, TRUTH_TRUE, NULL, (struct route_end){ .kind = ROUTE_MONITOR,
							      .line = uri->line, .what = status });
}

static const struct flat_section *backend_named(const struct walk *walk, struct span name)
{
	return flat_section(walk->scene.flat, SECTION_BACKS, name);
}

static void end_in(struct walk *walk, enum truth verdict, const char *why, size_t line,
		   struct span name)
{
	struct route_end end = { .kind = ROUTE_BACKEND, .line = line,
				 .what = arena_copy(walk->scene.arena, name).at,
				 .backend = backend_named(walk, name) };

	walk_end(walk, verdict, why, end);
}

/* A use_backend rule whose name is computed.  Gives whether the rules end here:
 * a name of no backend leads to the default one. */
static bool use_computed(struct walk *walk, const struct flat_line *line, enum truth is,
			 const char *why)
{
	struct datum name = format_value(&walk->scene, line->words[1], false);
	bool         there;

	if (name.type != DATUM_TEXT) {
		walk_note(walk, line, TRUTH_UNKNOWN, false, name.why);
		walk_end(walk, TRUTH_UNKNOWN, name.why, (struct route_end){
			.kind = ROUTE_BACKEND, .line = line->line,
			.what = arena_copy(walk->scene.arena, line->words[1]).at });
		return is == TRUTH_TRUE;
	}
	there = backend_named(walk, name.text) != NULL;
	if (!why)
		why = arena_format(walk->scene.arena, there ? "names '%.*s'"
				   : "names '%.*s', which is no backend", (int)name.text.len,
				   name.text.at);
	walk_note(walk, line, is, is == TRUTH_TRUE && there, why);
	if (there)
		end_in(walk, is, why, line->line, name.text);
	else if (is == TRUTH_UNKNOWN)
		/* Perhaps the rules end here, perhaps they go on. */
		walk_end(walk, is, why, (struct route_end){ .kind = ROUTE_NOWHERE,
							    .line = line->line });
	return is == TRUTH_TRUE;
}

static bool use_backend(struct walk *walk, const struct flat_line *line)
{
	const char *why = NULL;
	enum truth  is = line_condition(walk, line, condition_start(line, 2), &why);

	if (is == TRUTH_FALSE) {
		walk_note(walk, line, is, false, NULL);
		return false;
	}
	if (memchr(line->words[1].at, '%', line->words[1].len))
		return use_computed(walk, line, is, why);
	walk_note(walk, line, is, is == TRUTH_TRUE, why);
	end_in(walk, is, why, line->line, line->words[1]);
	return is == TRUTH_TRUE;
}

static void choose_backend(struct walk *walk)
{
	const struct flat_section *section = walk->hop->frontend;
	const struct flat_line    *preset;

	walk->scene.proxy = section;
	for (size_t i = 0; i < section->count; i++) {
		const struct flat_line *line = &walk->scene.flat->lines.items[section->first + i];

		if (flat_is(line, 0, "use_backend") && line->count > 1 && use_backend(walk, line))
			break;
	}
	if (walk->ended)
		return;
	preset = flat_setting(walk->scene.flat, section, "default_backend", NULL);
	if (preset && preset->varies) {
		walk_note(walk, preset, TRUTH_UNKNOWN, false, preset->why);
		walk_end(walk, TRUTH_UNKNOWN, preset->why, (struct route_end){
			.kind = ROUTE_BACKEND, .line = preset->line,
			.what = arena_copy(walk->scene.arena, flat_word(preset, 1)).at });
	} else if (preset) {
		walk_note(walk, preset, TRUTH_TRUE, true, NULL);
		end_in(walk, TRUTH_TRUE, NULL, preset->line, flat_word(preset, 1));
	} else if (section->kind == SECTION_LISTEN) {
		walk->hop->end = (struct route_end){
			.kind = ROUTE_BACKEND, .line = section->line, .backend = section,
			.what = arena_copy(walk->scene.arena, section->name).at,
		};
	} else {
		walk->hop->end = (struct route_end){ .kind = ROUTE_NOWHERE, .line = SIZE_MAX };
	}
}

static void walk_frontend(struct walk *walk)
{
	const struct flat_section *section = walk->hop->frontend;
	size_t                     before;

	walk_tcp_rules(walk, section, "connection");
	if (!walk->ended)
		walk_tcp_rules(walk, section, "session");
	if (!walk->ended && walk->scene.http)
		walk_monitor(walk);
	if (!walk->ended)
		walk_own_rules(walk, section);
	if (walk->ended)
		return;
	before = walk->hop->possible.count;
	choose_backend(walk);
	walk->ended = false;
	/* With several backends possible none's rules are walked. */
	if (!walk->hop->end.backend || walk->hop->possible.count != before)
		return;
	walk->hop->chosen = walk->hop->end;
	walk_backend(walk, walk->hop->end.backend);
}

static bool has_agent(const struct flat *flat, const struct flat_section *section)
{
	for (size_t i = 0; section && i < section->count; i++) {
		const struct flat_line *line = &flat->lines.items[section->first + i];

		if (flat_is(line, 0, "filter") && flat_is(line, 1, "spoe"))
			return true;
	}
	return false;
}

/* What the request looks like to the one who listens at the bind. */
static void set_scene(struct walk *walk, const struct route_bind *bind)
{
	struct scene   *scene = &walk->scene;
	struct request *request = scene->request;
	struct span     alpn = { "", 0 };
	unsigned        version = scene->surroundings->version;

	scene->frontend = scene->proxy = walk->hop->frontend;
	scene->variables_why = has_agent(scene->flat, scene->frontend)
				       ? "an agent may have set it" : NULL;
	scene->ssl = bind ? bind->ssl : request->ssl;
	scene->http = section_is_http(scene->flat, scene->frontend) &&
		      (!request->ssl || scene->ssl);
	scene->port = bind && bind->low && bind->low == bind->high ? bind->low : request->port;
	scene->has_destination = inet_parse(request->host, &scene->destination);
	if (!scene->has_destination && bind && bind->has_inet && !bind->any) {
		scene->has_destination = true;
		scene->destination = bind->inet;
	}
	if (!bind || !scene->ssl || request->version_said)
		return;
	if (bind_has(bind, "alpn", &alpn)) {
		if (span_contains(alpn, span_of("h2")))
			request->version = 0;
	} else if (!bind_has(bind, "no-alpn", NULL) && (!version || version >= VERSION(2, 8))) {
		request->version = 0; /* offered without being asked for */
	}
}

static struct route_hop *new_hop(struct route_way *way, const struct flat_section *frontend,
				 const struct route_bind *bind)
{
	struct route_hop *hop = vec_push(&way->hops);

	*hop = (struct route_hop){ .frontend = frontend, .server = SIZE_MAX,
				   .bind_line = SIZE_MAX };
	if (bind && bind->line) {
		hop->bind = bind->address;
		hop->bind_line = bind->line->line;
	}
	return hop;
}

/* The bind on this machine that all usable servers lead to, with the line of one
 * of them; NULL: they lead elsewhere. */
static const struct route_bind *next_bind(const struct route_hop *hop,
					  const struct route_binds *binds, size_t *line)
{
	const struct route_bind *found = NULL;

	for (size_t i = 0; i < hop->servers.count; i++) {
		const struct route_server *server = &hop->servers.items[i];
		const struct route_bind   *bind;

		if (server->disabled || (hop->server != SIZE_MAX && hop->server != i))
			continue;
		bind = route_bind_behind(binds, server->address);
		if (!bind || (found && found->section != bind->section))
			return NULL;
		found = bind;
		*line = server->line;
	}
	return found;
}

static bool line_has(const struct flat *flat, size_t line, const char *word)
{
	for (size_t i = 0; i < flat->lines.count; i++) {
		const struct flat_line *at = &flat->lines.items[i];

		for (size_t j = 3; at->line == line && j < at->count; j++)
			if (flat_is(at, j, word))
				return true;
	}
	return false;
}

/* `option forwardfor [header NAME]` adds the client's address. */
static void forward_for(struct walk *walk)
{
	const struct flat      *flat = walk->scene.flat;
	struct request         *request = walk->scene.request;
	const struct flat_line *line = flat_setting(flat, walk->hop->frontend, "option",
						    "forwardfor");
	struct span             name = span_of("X-Forwarded-For"), value;
	struct str              address = STR_INIT;

	if (!line)
		line = flat_setting(flat, walk->hop->end.backend, "option", "forwardfor");
	if (!line || !walk->scene.http)
		return;
	for (size_t i = 2; i + 1 < line->count; i++)
		if (flat_is(line, i, "header"))
			name = line->words[i + 1];
	if (flat_is(line, 2, "except") || flat_is(line, 2, "if-none") || !request->has_source) {
		request_add_doubt(request, DOUBT_HEADER, name,
				  "'option forwardfor' adds it, or not");
		return;
	}
	inet_format(&request->source, &address);
	value = arena_copy(walk->scene.arena, str_span(&address));
	request_add_header(request, name, value);
	str_release(&address);
}

/* The request as the server's connection carries it to the next HAProxy. */
static void carry_over(struct walk *walk, size_t server_line)
{
	const struct flat *flat = walk->scene.flat;
	struct request    *request = walk->scene.request;
	bool               passed = request->ssl && !walk->scene.ssl;

	forward_for(walk);
	if (!passed) {
		request->ssl = line_has(flat, server_line, "ssl");
		request->version = 11;
		request->version_said = false;
	}
	if (!line_has(flat, server_line, "send-proxy") &&
	    !line_has(flat, server_line, "send-proxy-v2")) {
		request->has_source = false;
		walk->scene.source_why = "it is this machine's own, as the connection comes from "
					 "the HAProxy before";
	}
	request->first_method = request->method;
	vec_reset(&walk->scene.variables);
}

static void walk_way(struct route *route, const struct surroundings *surroundings,
		     const struct route_binds *binds, const struct flat_section *frontend,
		     const struct route_bind *bind)
{
	struct request   request;
	struct route_way way = { VEC_INIT };
	struct walk      walk = { .route = route };

	request_copy(&request, &route->request);
	walk.scene = (struct scene){ .arena = &route->arena, .flat = &route->flat,
				     .surroundings = surroundings, .request = &request };
	while (frontend && way.hops.count < HOPS_MAX) {
		size_t            line = SIZE_MAX;
		struct route_hop *hop = new_hop(&way, frontend, bind);

		walk.hop = hop;
		walk.ended = false;
		walk.gate = TRUTH_TRUE;
		walk.scene.backend = NULL;
		set_scene(&walk, bind);
		walk_frontend(&walk);
		if (walk.ended || !hop->end.backend)
			break;
		bind = next_bind(hop, binds, &line);
		frontend = bind ? bind->section : NULL;
		if (bind)
			carry_over(&walk, line);
	}
	vec_release(&walk.scene.variables);
	request_release(&request);
	*vec_push(&route->ways) = way;
}

/* What the operator may have meant: the frontends and their binds. */
static void hint_binds(const struct route_binds *binds, struct err *err)
{
	struct str list = STR_INIT;

	for (size_t i = 0; i < binds->list.count && i < 8; i++) {
		const struct route_bind *bind = &binds->list.items[i];

		str_addf(&list, "%s'%.*s' at %.*s%s", i ? ", " : "",
			 (int)bind->section->name.len, bind->section->name.at,
			 (int)bind->address.len, bind->address.at, bind->ssl ? " (ssl)" : "");
	}
	if (list.len)
		err_hint(err, "there are %s; try 'via FRONTEND'", list.bytes);
	str_release(&list);
}

static int walk_via(struct route *route, const struct surroundings *surroundings,
		    const struct route_binds *binds, struct span via, struct err *err)
{
	const struct flat_section *frontend = flat_section(&route->flat, SECTION_FRONTS, via);
	const struct route_bind   *bind = NULL;

	if (!frontend) {
		err_set(err, ERR_NOT_FOUND, "no frontend '%.*s'", (int)via.len, via.at);
		hint_binds(binds, err);
		return -1;
	}
	for (size_t i = 0; i < binds->list.count; i++) {
		const struct route_bind *at = &binds->list.items[i];
		bool fits = route->request.port >= at->low && route->request.port <= at->high &&
			    at->ssl == route->request.ssl;

		if (at->section == frontend && (!bind || fits))
			bind = at;
	}
	walk_way(route, surroundings, binds, frontend, bind);
	return 0;
}

static int walk_all(struct route *route, const struct surroundings *surroundings,
		    const struct route_binds *binds, struct err *err)
{
	struct route_binds taking = { VEC_INIT };
	const struct request *request = &route->request;

	route_binds_for(binds, &route->flat, request, &taking);
	for (size_t i = 0; i < taking.list.count; i++) {
		const struct route_bind *bind = &taking.list.items[i];

		if (request->port < bind->low || request->port > bind->high)
			route->note = "no bind has the scheme's own port; shown is each frontend "
				      "that speaks the scheme";
		else if (taking.list.count > 1)
			route->note = "several frontends may take it, depending on the address "
				      "that the name stands for";
		walk_way(route, surroundings, binds, bind->section, bind);
	}
	vec_release(&taking.list);
	if (route->ways.count)
		return 0;
	err_set(err, ERR_NOT_FOUND, "no frontend takes %s on port %u%s%.*s",
		request->ssl ? "https" : "http", request->port,
		request->host.len ? " of " : "", (int)request->host.len, request->host.at);
	hint_binds(binds, err);
	return -1;
}

static int read_version(struct request *request, struct span version, struct err *err)
{
	static const struct {
		const char *name;
		unsigned    version;
	} versions[] = { { "1.0", 10 }, { "1.1", 11 }, { "2", 20 }, { "2.0", 20 }, { "3", 30 } };

	for (size_t i = 0; i < sizeof(versions) / sizeof(*versions); i++) {
		if (!span_is(version, versions[i].name))
			continue;
		request->version = versions[i].version;
		request->version_said = true;
		return 0;
	}
	return err_set(err, ERR_USAGE, "'%.*s' is no version of HTTP; try '1.1'",
		       (int)version.len, version.at);
}

int route_walk(struct route *route, const struct document *doc,
	       const struct surroundings *surroundings, const struct route_query *query,
	       struct err *err)
{
	struct request    *request = &route->request;
	struct route_binds binds = { VEC_INIT };
	int                status;

	if (request_make(request, &route->arena, query->method, query->url, query->headers,
			 query->header_count, err) < 0)
		return -1;
	if (query->version.len && read_version(request, query->version, err) < 0)
		return -1;
	request->has_source = query->from.len > 0;
	if (query->from.len && !inet_parse(query->from, &request->source))
		return err_set(err, ERR_USAGE, "'%.*s' is no IP address", (int)query->from.len,
			       query->from.at);
	flat_read(&route->flat, doc, surroundings, &route->arena);
	route_binds_read(&route->flat, &binds);
	if (query->via.len)
		status = walk_via(route, surroundings, &binds, query->via, err);
	else
		status = walk_all(route, surroundings, &binds, err);
	vec_release(&binds.list);
	return status;
}

void route_release(struct route *route)
{
	for (size_t i = 0; i < route->ways.count; i++) {
		struct route_way *way = &route->ways.items[i];

		for (size_t j = 0; j < way->hops.count; j++) {
			vec_release(&way->hops.items[j].steps);
			vec_release(&way->hops.items[j].possible);
			vec_release(&way->hops.items[j].servers);
		}
		vec_release(&way->hops);
	}
	vec_release(&route->ways);
	flat_release(&route->flat);
	request_release(&route->request);
	arena_release(&route->arena);
}
