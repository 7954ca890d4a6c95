/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The way of a request through the configuration. */
#include <stdlib.h>
#include <string.h>

#include "penstock/apply/world.h"
#include "penstock/base/mem.h"
#include "penstock/base/utf8.h"
#include "penstock/command/console.h"
#include "penstock/command/groups.h"
#include "penstock/config/route.h"

static const char *const verdict_names[] = {
	[TRUTH_FALSE] = "no", [TRUTH_UNKNOWN] = "unknown", [TRUTH_TRUE] = "yes",
};

/* What the printing needs of the call. */
struct report {
	struct output         *out;
	const struct document *doc;
	const struct process  *process; /* NULL: none attached */
	bool                   all;
};

static struct span line_text(const struct report *report, size_t line)
{
	return span_trim(line_span(&report->doc->lines.items[line]));
}

static void add_place(const struct report *report, size_t line, struct str *out)
{
	struct place at = document_place(report->doc, line);

	str_addf(out, "%s:%u", at.file, at.line);
}

/* A cell of the process's `show stat` for a server, or an empty span. */
static struct span live_state(const struct report *report, struct span backend,
			      struct span server)
{
	const struct sample *now = report->process ? &report->process->now : NULL;

	for (size_t row = 0; now && row < now->rows.count; row++)
		if (now->rows.items[row].type == ROW_SERVER &&
		    span_equal(sample_proxy(now, row), backend) &&
		    span_equal(sample_server(now, row), server))
			return sample_cell(now, row, sample_column(now, span_of("status")));
	return span_make("", 0);
}

static void add_end(const struct report *report, const struct route_end *end, struct str *out)
{
	str_add_text(out, route_end_table[end->kind].says);
	if (end->what)
		str_addf(out, " %s", end->what);
	if (end->line != SIZE_MAX) {
		str_add_text(out, " by ");
		add_place(report, end->line, out);
	}
}

static void say_step(const struct report *report, const struct route_step *step)
{
	struct str  text = STR_INIT;
	struct span line = line_text(report, step->line);

	if (!report->all && !step->decides && step->verdict != TRUTH_UNKNOWN)
		return;
	str_addf(&text, "  %-8s", step->decides ? "decides" : verdict_names[step->verdict]);
	add_place(report, step->line, &text);
	str_addf(&text, "  %.*s", (int)line.len, line.at);
	output_say(report->out, "%s", text.bytes);
	if (step->note)
		output_say(report->out, "          %s%s",
			   step->verdict == TRUTH_UNKNOWN ? "cannot be decided: " : "", step->note);
	str_release(&text);
}

static void add_state(struct str *out, const char *word)
{
	str_add_text(out, ", ");
	str_add_text(out, word);
}

static void say_server(const struct report *report, const struct route_hop *hop, size_t index)
{
	const struct route_server *server = &hop->servers.items[index];
	struct span live = live_state(report, hop->end.backend->name, server->name);
	struct str  text = STR_INIT;

	str_addf(&text, "  server  %.*s at %.*s", (int)server->name.len, server->name.at,
		 (int)server->address.len, server->address.at);
	if (server->disabled)
		add_state(&text, "disabled");
	if (server->backup)
		add_state(&text, "backup");
	if (server->no_weight)
		add_state(&text, "weight 0");
	if (live.len)
		str_addf(&text, ", now %.*s", (int)live.len, live.at);
	if (index == hop->server)
		str_addf(&text, ": takes it, as %s", hop->server_why);
	output_say(report->out, "%s", text.bytes);
	str_release(&text);
}

static void say_servers(const struct report *report, const struct route_hop *hop)
{
	if (!hop->usable && hop->balance.len && hop->server == SIZE_MAX)
		output_say(report->out, "  the backend has no server that may be used: answered "
					"503");
	else if (hop->servers.count && hop->server == SIZE_MAX)
		output_say(report->out, "  one of %zu servers by 'balance %.*s'%s%s",
			   hop->usable, (int)hop->balance.len, hop->balance.at,
			   hop->server_why ? "; " : "", hop->server_why ? hop->server_why : "");
	for (size_t i = 0; i < hop->servers.count; i++)
		say_server(report, hop, i);
}

static void say_hop(const struct report *report, const struct route_hop *hop)
{
	struct str text = STR_INIT;

	str_addf(&text, "%s %.*s", section_keyword(hop->frontend->kind),
		 (int)hop->frontend->name.len, hop->frontend->name.at);
	if (hop->bind_line != SIZE_MAX) {
		str_addf(&text, ", bind %.*s, ", (int)hop->bind.len, hop->bind.at);
		add_place(report, hop->bind_line, &text);
	}
	output_say(report->out, "%s", text.bytes);
	for (size_t i = 0; i < hop->steps.count; i++)
		say_step(report, &hop->steps.items[i]);
	if (hop->chosen.backend) {
		str_reset(&text);
		add_end(report, &hop->chosen, &text);
		output_say(report->out, "%s", text.bytes);
	}
	for (size_t i = 0; i < hop->possible.count; i++) {
		str_set(&text, "perhaps: ");
		add_end(report, &hop->possible.items[i], &text);
		output_say(report->out, "%s", text.bytes);
	}
	if (hop->end.backend != hop->chosen.backend || !hop->chosen.backend) {
		str_set(&text, hop->possible.count ? "else: " : "");
		add_end(report, &hop->end, &text);
		output_say(report->out, "%s", text.bytes);
	}
	say_servers(report, hop);
	str_release(&text);
}

static json_t *json_text(struct span text)
{
	json_t    *json = json_stringn(text.at, text.len);
	struct str clean = STR_INIT;

	if (json)
		return json;
	utf8_sanitise(&clean, text, false);
	json = json_stringn(clean.bytes, clean.len);
	str_release(&clean);
	return json;
}

static void set_place(const struct report *report, size_t line, json_t *object)
{
	struct place at;

	if (line == SIZE_MAX)
		return;
	at = document_place(report->doc, line);
	json_object_set_new(object, "file", json_text(span_of(at.file)));
	json_object_set_new(object, "line", json_integer(at.line));
}

static json_t *json_end(const struct report *report, const struct route_end *end)
{
	json_t *object = json_object();

	json_object_set_new(object, "outcome", json_string(route_end_table[end->kind].name));
	if (end->what)
		json_object_set_new(object, end->backend ? "backend" : "detail",
				    json_text(span_of(end->what)));
	if (end->unless)
		json_object_set_new(object, "why", json_text(span_of(end->unless)));
	set_place(report, end->line, object);
	return object;
}

static json_t *json_steps(const struct report *report, const struct route_hop *hop)
{
	json_t *list = json_array();

	for (size_t i = 0; i < hop->steps.count; i++) {
		const struct route_step *step = &hop->steps.items[i];
		json_t                  *object = json_object();

		if (!report->all && !step->decides && step->verdict != TRUTH_UNKNOWN) {
			json_decref(object);
			continue;
		}
		set_place(report, step->line, object);
		json_object_set_new(object, "text", json_text(line_text(report, step->line)));
		json_object_set_new(object, "verdict", json_string(verdict_names[step->verdict]));
		json_object_set_new(object, "decides", json_boolean(step->decides));
		if (step->note)
			json_object_set_new(object, "note", json_text(span_of(step->note)));
		json_array_append_new(list, object);
	}
	return list;
}

static json_t *json_servers(const struct report *report, const struct route_hop *hop)
{
	json_t *list = json_array();

	for (size_t i = 0; i < hop->servers.count; i++) {
		const struct route_server *server = &hop->servers.items[i];
		struct span live = live_state(report, hop->end.backend->name, server->name);
		json_t     *object = json_object();

		json_object_set_new(object, "server", json_text(server->name));
		json_object_set_new(object, "address", json_text(server->address));
		json_object_set_new(object, "disabled", json_boolean(server->disabled));
		json_object_set_new(object, "backup", json_boolean(server->backup));
		if (live.len)
			json_object_set_new(object, "status", json_text(live));
		set_place(report, server->line, object);
		json_array_append_new(list, object);
	}
	return list;
}

/* One object for each HAProxy on the way.  Its outcome is "unknown" where other
 * ends are possible, which then are listed, the last one being what remains. */
static void print_json(const struct report *report, const struct route_hop *hop, size_t way,
		       size_t number)
{
	bool    certain = route_hop_is_certain(hop);
	json_t *object = certain ? json_end(report, &hop->end) : json_object();

	json_object_set_new(object, "way", json_integer((json_int_t)way));
	json_object_set_new(object, "hop", json_integer((json_int_t)number));
	json_object_set_new(object, "frontend", json_text(hop->frontend->name));
	if (hop->bind_line != SIZE_MAX)
		json_object_set_new(object, "bind", json_text(hop->bind));
	json_object_set_new(object, "certain", json_boolean(certain));
	if (hop->chosen.backend)
		json_object_set_new(object, "backend", json_text(span_of(hop->chosen.what)));
	if (!certain) {
		json_t *list = json_array();

		for (size_t i = 0; i < hop->possible.count; i++)
			json_array_append_new(list, json_end(report, &hop->possible.items[i]));
		json_array_append_new(list, json_end(report, &hop->end));
		json_object_set_new(object, "outcome", json_string("unknown"));
		json_object_set_new(object, "possible", list);
	}
	json_object_set_new(object, "rules", json_steps(report, hop));
	if (hop->balance.len) {
		json_object_set_new(object, "balance", json_text(hop->balance));
		json_object_set_new(object, "servers", json_servers(report, hop));
	}
	if (hop->server != SIZE_MAX)
		json_object_set_new(object, "server",
				    json_text(hop->servers.items[hop->server].name));
	if (hop->server_why)
		json_object_set_new(object, "server_why", json_text(span_of(hop->server_why)));
	output_json(report->out, object);
}

static void print_row(const struct report *report, struct output_table *table,
		      const struct route_hop *hop, const struct route_end *end)
{
	struct str place = STR_INIT;

	if (end->line != SIZE_MAX)
		add_place(report, end->line, &place);
	output_table_row(table, (struct output_cell[]){
		output_text(hop->frontend->name), output_text(span_of(hop->chosen.what)),
		output_text(span_of(route_end_table[end->kind].name)),
		output_text(span_of(end->what)), output_text(str_span(&place)),
		output_text(span_of(route_hop_is_certain(hop) ? "yes" : "no")) });
	str_release(&place);
}

/* CSV has a row for each end that is possible. */
static void print_table(const struct report *report, const struct route *route)
{
	static const struct output_column columns[] = {
		{ "frontend", "FRONTEND", false }, { "backend", "BACKEND", false },
		{ "outcome", "OUTCOME", false }, { "what", "WHAT", false }, { "by", "BY", false },
		{ "certain", "CERTAIN", false },
	};
	struct output_table table;

	output_table_begin(&table, report->out, columns, N(columns));
	for (size_t i = 0; i < route->ways.count; i++)
		for (size_t j = 0; j < route->ways.items[i].hops.count; j++) {
			const struct route_hop *hop = &route->ways.items[i].hops.items[j];

			for (size_t k = 0; k < hop->possible.count; k++)
				print_row(report, &table, hop, &hop->possible.items[k]);
			print_row(report, &table, hop, &hop->end);
		}
	output_table_end(&table);
}

static void print_route(const struct report *report, const struct route *route)
{
	if (report->out->format == OUTPUT_CSV) {
		print_table(report, route);
		return;
	}
	if (route->note && report->out->format == OUTPUT_TEXT)
		output_say(report->out, "%s", route->note);
	for (size_t i = 0; i < route->ways.count; i++)
		for (size_t j = 0; j < route->ways.items[i].hops.count; j++) {
			const struct route_hop *hop = &route->ways.items[i].hops.items[j];

			if (report->out->format == OUTPUT_JSON)
				print_json(report, hop, i + 1, j + 1);
			else
				say_hop(report, hop);
		}
}

static int run_route(struct call *call, struct err *err)
{
	struct console *console = call->console;
	struct route    route = ROUTE_INIT;
	struct world    world;
	struct report   report = {
		.out = call->out, .all = call_given(call, "all"),
		.doc = call_given(call, "running") ? console->candidate->base
						   : console->candidate->now,
	};
	struct route_query query = {
		.method = call_text(call, "method"), .url = call_text(call, "url"),
		.from = call_text(call, "from"), .via = call_text(call, "via"),
		.version = call_text(call, "version"),
		.header_count = call_count(call, "header"),
	};
	struct span *headers = xcalloc(query.header_count + 1, sizeof(*headers));
	int          status;

	for (size_t i = 0; i < query.header_count; i++)
		headers[i] = call_item(call, "header", i);
	query.headers = headers;
	/* Without a process the walk is one on paper. */
	report.process = console_process(console, NULL);
	if (report.process && process_refresh(console->processes.items[0], NULL) < 0)
		report.process = NULL;
	world_init(&world, &console->service, report.doc);
	status = route_walk(&route, report.doc, &world.facts, &query, err);
	if (status == 0)
		print_route(&report, &route);
	world_release(&world);
	route_release(&route);
	free(headers);
	return status;
}

static const struct cmd_def route_commands[] = {
	{
		.name = "route",
		.summary = "show which rules, backend and servers a request would meet",
		.detail = "Walks binds, acls, rules, maps and userlists of the candidate on paper; "
			  "nothing is sent.  Said are the rule that decides and those that "
			  "cannot be decided, with the reason; 'all' says every rule that was "
			  "looked at.  The request has the headers that are given, and Host of "
			  "the URL.  What depends on the client's address needs 'from'.",
		.args = { { "method", ARG_WORD, ARG_ONE, "GET, POST, …", NULL },
			  { "url", ARG_WORD, ARG_ONE, "http://HOST[:PORT]/PATH, or https", NULL },
			  { "header", ARG_WORD, ARG_ANY, "'Name: value', in quotes", NULL },
			  { "from", ARG_WORD, ARG_OPTION, "the client's IP address", NULL },
			  { "via", ARG_FRONTEND, ARG_OPTION, "the frontend, whatever the port",
			    NULL },
			  { "version", ARG_CHOICE, ARG_OPTION, "of HTTP", "1.0|1.1|2" },
			  { "running", ARG_WORD, ARG_FLAG, "the file without the edits", NULL },
			  { "all", ARG_WORD, ARG_FLAG, "every rule, not only what decides",
			    NULL } },
		.effect = CMD_CONFIG,
		.example = "route GET http://example.com/ 'Accept: text/html' from 192.0.2.1 "
			   "via web",
		.run = run_route,
	},
};

const struct cmd_group route_group = { "route", "Try a request", route_commands,
				       N(route_commands) };
