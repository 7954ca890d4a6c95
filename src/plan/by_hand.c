/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What somebody did to the process by hand: where it is not as its file says.
 * Where it is not known which file it loaded, the file may be what changed.
 */
#include <stdlib.h>
#include <string.h>

#include "penstock/base/map.h"
#include "penstock/base/mem.h"
#include "penstock/plan/aside.h"
#include "penstock/plan/commands.h"

/* One comparison under way. */
struct look {
	struct plan               *plan;
	const struct plan_request *request;
	struct facts              *facts;
	const struct observed     *observed;
	bool        known;     /* request->before is what the process loaded */
	struct map  settled;   /* what steps are about: "kind/name/server" */
	struct map  templates; /* backends with server-template lines, and those with .if */
	struct map  backends;  /* that were compared */
	bool       *seen;      /* by number of the observed server */
	struct server server;
	struct words  words;
};

/* One server line beside the server that it stands for. */
struct pair {
	size_t section, line;
	const struct backend_facts   *backend;
	const struct observed_server *now;
	struct server_facts           facts; /* with what it inherits; when has_facts */
	bool                          has_facts;
};

static void settled_key(struct str *key, enum change_kind kind, struct span name,
			struct span server)
{
	str_addf(key, "%d/", (int)kind);
	str_add_span(key, name);
	str_add_char(key, '/');
	str_add_span(key, server);
}

static void note_settled(struct look *look, const struct changes *changes)
{
	struct str key = STR_INIT;

	for (size_t i = 0; i < changes->list.count; i++) {
		const struct change *change = &changes->list.items[i];
		const char          *part = change->server;

		/* There are several rates; a server's kinds say all of it. */
		if (change->kind == CHANGE_GLOBAL_RATE)
			part = change->keyword;
		str_reset(&key);
		settled_key(&key, change->kind, span_of(change->name), span_of(part));
		map_put(&look->settled, str_span(&key), look);
	}
	str_release(&key);
}

static bool has_change(const struct look *look, enum change_kind kind, struct span name,
		       struct span server)
{
	struct str key = STR_INIT;
	bool       found;

	settled_key(&key, kind, name, server);
	found = map_get(&look->settled, str_span(&key)) != NULL;
	str_release(&key);
	return found;
}

/* Whether a step of the plan is about this, or the whole server. */
static bool is_settled(const struct look *look, enum change_kind kind, struct span name,
		       struct span server)
{
	return has_change(look, kind, name, server) ||
	       has_change(look, CHANGE_SERVER_DELETED, name, server) ||
	       has_change(look, CHANGE_SERVER_ADDED, name, server) ||
	       has_change(look, CHANGE_SECTION_DELETED, name, span_make("", 0));
}

static struct place place_of(const struct look *look, size_t line)
{
	struct place at = { NULL, 0, 0 };

	if (line == SIZE_MAX)
		return at;
	at = document_place(look->request->before, line);

	/* Lines of what was loaded once have other numbers in the file of today. */
	if (look->request->file && look->request->file != look->request->before)
		at.line = 0;
	return at;
}

/* "WHAT of B/S: X by hand, Y in the file" */
static void add_difference(const struct look *look, const struct pair *pair, const char *what,
			   struct span is, struct span file, bool by_hand)
{
	struct str text = STR_INIT;

	str_addf(&text, "%s of %.*s/%.*s: %.*s %s, %.*s in the file", what,
		 (int)pair->now->backend.len, pair->now->backend.at, (int)pair->now->name.len,
		 pair->now->name.at, (int)is.len, is.at, by_hand ? "by hand" : "in the process",
		 (int)file.len, file.at);
	aside_add(look->plan, by_hand ? ASIDE_UNDOES : ASIDE_BRINGS, place_of(look, pair->line),
		  &text);
	str_release(&text);
}

static void add_numbers(const struct look *look, const struct pair *pair, const char *what,
			long is, long file, bool by_hand)
{
	struct str now = STR_INIT, then = STR_INIT;

	str_addf(&now, "%ld", is);
	str_addf(&then, "%ld", file);
	add_difference(look, pair, what, str_span(&now), str_span(&then), by_hand);
	str_release(&now);
	str_release(&then);
}

/* The line with what default-server lines say; only where there are any. */
static const struct settings *settings_of(struct look *look, struct pair *pair)
{
	if (!pair->has_facts)
		facts_server(look->facts, BEFORE, pair->section, pair->line, &pair->facts);
	pair->has_facts = true;
	return &pair->facts.settings;
}

static void forget_settings(struct pair *pair)
{
	if (pair->has_facts)
		server_facts_release(&pair->facts);
	pair->has_facts = false;
}

static long number_of(struct look *look, struct pair *pair, const char *key, long absent)
{
	const struct server_param *param = server_param(&look->server, key);
	long                       value = absent;

	if (param)
		return span_to_long(param->value, &value) ? value : -1;
	if (!pair->backend->default_servers.count)
		return absent;
	return setting_number(settings_of(look, pair), key, absent);
}

static bool flag_of(struct look *look, struct pair *pair, const char *key)
{
	if (!pair->backend->default_servers.count)
		return server_param(&look->server, key) != NULL;
	return setting_is_on(settings_of(look, pair), key);
}

static void compare_weight(struct look *look, struct pair *pair)
{
	const struct observed_server *now = pair->now;
	long file = number_of(look, pair, "weight", 1);

	/* An agent sets the weight as it likes. */
	if (now->weight < 0 || file < 0 || now->weight == file || (now->agent & CHECK_CONFIGURED) ||
	    is_settled(look, CHANGE_SERVER_WEIGHT, now->backend, now->name))
		return;
	add_numbers(look, pair, "weight", now->weight, file,
		    look->known || now->weight != now->initial_weight);
}

static void compare_maxconn(struct look *look, struct pair *pair)
{
	const struct observed_server *now = pair->now;
	long file;

	if (now->maxconn < 0)
		return;
	file = number_of(look, pair, "maxconn", 0);
	if (file < 0 || file == now->maxconn || flag_of(look, pair, "minconn") ||
	    is_settled(look, CHANGE_SERVER_MAXCONN, now->backend, now->name))
		return;
	add_numbers(look, pair, "maxconn", now->maxconn, file, look->known);
}

/* Only literal addresses can be compared: others are looked up. */
static void compare_address(struct look *look, const struct pair *pair)
{
	const struct observed_server *now = pair->now;
	char       ip[IP_ROOM];
	long       port;
	struct str why = STR_INIT, is = STR_INIT, file = STR_INIT;

	if (server_endpoint(&look->server, ip, &port, ENDPOINT_IP, &why) == 0 && port > 0 &&
	    (now->port != port || !span_is(now->address, ip)) &&
	    !is_settled(look, CHANGE_SERVER_ADDRESS, now->backend, now->name)) {
		str_addf(&is, "%.*s:%ld", (int)now->address.len, now->address.at, now->port);
		str_addf(&file, "%s:%ld", ip, port);
		add_difference(look, pair, "address", str_span(&is), str_span(&file), look->known);
	}
	str_release(&why);
	str_release(&is);
	str_release(&file);
}

static void compare_state(struct look *look, struct pair *pair)
{
	const struct observed_server *now = pair->now;
	const char *is = observed_state(now);
	bool        disabled = flag_of(look, pair, "disabled");
	const char *file = disabled ? "maint" : "ready";
	/* The bit remembers what the file said that was loaded. */
	bool was_disabled = (now->admin & ADMIN_CONFIG_MAINT) != 0;
	bool by_hand = look->known || strcmp(is, was_disabled ? "maint" : "ready") != 0;

	if (strcmp(is, file) == 0 ||
	    (strcmp(is, "drain") != 0 &&
	     is_settled(look, CHANGE_SERVER_STATE, now->backend, now->name)))
		return;
	add_difference(look, pair, "state", span_of(is),
		       span_of(disabled ? "disabled" : "ready"), by_hand);
}

static void compare_checks(struct look *look, const struct pair *pair)
{
	const struct {
		const char      *what;
		unsigned         bits;
		enum change_kind change;
	} checks[] = {
		{ "health checks", pair->now->check, CHANGE_SERVER_CHECK },
		{ "agent checks", pair->now->agent, CHANGE_SERVER_AGENT },
	};

	for (size_t i = 0; i < N(checks); i++)
		if ((checks[i].bits & CHECK_CONFIGURED) && !(checks[i].bits & CHECK_ENABLED) &&
		    !is_settled(look, checks[i].change, pair->now->backend, pair->now->name))
			add_difference(look, pair, checks[i].what, span_of("off"), span_of("on"),
				       true);
}

static void add_server_aside(const struct look *look, enum aside_kind kind, struct place at,
			     struct span backend, struct span name, const char *what)
{
	struct str text = STR_INIT;

	str_addf(&text, "server %.*s/%.*s: %s", (int)backend.len, backend.at, (int)name.len,
		 name.at, what);
	aside_add(look->plan, kind, at, &text);
	str_release(&text);
}

/* The file has it, the process has not. */
static void miss_server(const struct look *look, struct span backend, size_t line)
{
	struct span name = look->server.name;

	if (is_settled(look, CHANGE_SERVER_ADDED, backend, name))
		return;
	add_server_aside(look, look->known ? ASIDE_UNDOES : ASIDE_BRINGS, place_of(look, line),
			 backend, name,
			 look->known ? "deleted by hand, in the file" :
				       "in the file, not in the process");
}

static void compare_line(struct look *look, struct pair *pair, struct span backend)
{
	const struct document *doc = look->request->before;

	if (!server_read(&look->server, line_span(&doc->lines.items[pair->line])) ||
	    !look->server.name.len)
		return;
	pair->now = observed_server(look->observed, backend, look->server.name);
	if (!pair->now) {
		miss_server(look, backend, pair->line);
		return;
	}
	look->seen[pair->now - look->observed->servers.items] = true;
	compare_weight(look, pair);
	compare_address(look, pair);
	compare_state(look, pair);
	compare_maxconn(look, pair);
	compare_checks(look, pair);
	forget_settings(pair);
}

static bool has_template(const struct document *doc, const struct section *section)
{
	return section_find(doc, section, 0, "server-template", NULL) != SIZE_MAX;
}

/* Whether the line begins with the word `server`: told cheaply, as there are many. */
static bool may_be_server(struct span line)
{
	struct span word = line_first_word(line);

	return word.len && (span_is(word, "server") || strchr("\"'\\s", word.at[0]));
}

static void compare_backend(struct look *look, size_t index)
{
	const struct document *doc = look->request->before;
	const struct section  *section = &doc->sections.items[index];
	struct pair            pair = { .section = index };

	if (!observed_backend(look->observed, section->name))
		return;
	map_put(&look->backends, section->name, look);
	pair.backend = facts_backend(look->facts, BEFORE, index);
	/* Only HAProxy knows which of the servers there are. */
	if (pair.backend->conditional || has_template(doc, section))
		map_put(&look->templates, section->name, look);
	if (pair.backend->conditional)
		return;
	for (size_t i = 1; i < section->count; i++) {
		pair.line = section->first + i;
		if (may_be_server(line_span(&doc->lines.items[pair.line])))
			compare_line(look, &pair, section->name);
	}
}

/* Servers that the process has and the file has not. */
static void find_added(struct look *look)
{
	for (size_t i = 0; i < look->observed->servers.count; i++) {
		const struct observed_server *now = &look->observed->servers.items[i];

		if (look->seen[i] || !map_get(&look->backends, now->backend) ||
		    map_get(&look->templates, now->backend) ||
		    is_settled(look, CHANGE_SERVER_ADDED, now->backend, now->name))
			continue;
		add_server_aside(look, ASIDE_UNDOES, (struct place){ NULL, 0, 0 }, now->backend,
				 now->name,
				 look->known ? "added by hand, not in the file" :
					       "in the process, not in the file");
	}
}

/* The number of the section's last line of that keyword; 0 without one, -1 when it
 * is no number. */
static long line_number(struct look *look, const struct section *section, const char *keyword,
			size_t *line)
{
	const struct document *doc = look->request->before;
	size_t at = section->first;
	long   value = 0;

	while ((at = section_find(doc, section, at, keyword, NULL)) != SIZE_MAX) {
		words_split(&look->words, line_span(&doc->lines.items[at]));
		*line = at++;
		if (!span_to_long(words_text(&look->words, 1), &value))
			value = -1;
	}
	return value;
}

static void add_limit(const struct look *look, size_t line, const char *what, struct span name,
		      long is, long file)
{
	struct str text = STR_INIT;

	str_addf(&text, "%s%s%.*s: %ld %s, %ld in the file", what, name.len ? " of " : "",
		 (int)name.len, name.at, is, look->known ? "by hand" : "in the process", file);
	aside_add(look->plan, look->known ? ASIDE_UNDOES : ASIDE_BRINGS, place_of(look, line),
		  &text);
	str_release(&text);
}

static void compare_status(const struct look *look, const struct section *section,
			   const struct observed_frontend *now)
{
	static const struct {
		const char *status, *words;
	} stopped[] = { { "PAUSED", "disabled" }, { "STOP", "shut down" } };
	struct str text = STR_INIT;

	for (size_t i = 0; i < N(stopped); i++) {
		if (!span_starts(now->status, stopped[i].status))
			continue;
		str_addf(&text, "frontend %.*s: %s by hand", (int)now->name.len, now->name.at,
			 stopped[i].words);
		aside_add(look->plan, ASIDE_UNDOES, place_of(look, section->first), &text);
	}
	str_release(&text);
}

/* Only HAProxy knows whether what stands between .if and .endif holds. */
static bool is_conditional(const struct look *look, const struct section *section)
{
	size_t index = (size_t)(section - look->request->before->sections.items);

	return facts_backend(look->facts, BEFORE, index)->conditional;
}

static void compare_frontend(struct look *look, const struct section *section)
{
	const struct observed_frontend *now = observed_frontend(look->observed, section->name);
	size_t line = section->first;
	long   file;

	if (!now || is_conditional(look, section))
		return;
	compare_status(look, section, now);
	file = line_number(look, section, "maxconn", &line);
	if (file > 0 && now->maxconn >= 0 && file != now->maxconn &&
	    !has_change(look, CHANGE_FRONTEND_MAXCONN, section->name, span_make("", 0)))
		add_limit(look, line, "maxconn", section->name, now->maxconn, file);
}

/* Limits of the process, by their keyword and their field of `show info`. */
static const struct limit {
	const char *keyword, *field;
	long        unit;
} limit_table[] = {
	{ "maxcomprate", "CompressBpsRateLim", 1024 },
	{ "maxconnrate", "ConnRateLimit", 1 },
	{ "maxsessrate", "SessRateLimit", 1 },
	{ "maxsslrate", "SslRateLimit", 1 },
};

/* What the last global section that names the limit says; there may be several. */
static long global_number(struct look *look, const char *keyword, size_t *line)
{
	const struct document *doc = look->request->before;
	long                   value = 0, found;

	for (size_t i = 0; i < doc->sections.count; i++) {
		const struct section *section = &doc->sections.items[i];

		if (section->kind != SECTION_GLOBAL)
			continue;
		found = line_number(look, section, keyword, line);
		if (is_conditional(look, section))
			return -1;
		value = found ? found : value;
	}
	return value;
}

static void compare_limits(struct look *look)
{
	long   hard = observed_info(look->observed, "Hard_maxconn", 0);
	long   maxconn = observed_info(look->observed, "Maxconn", hard);
	size_t line = SIZE_MAX;

	/* Only a command makes one differ from the other. */
	global_number(look, "maxconn", &line);
	if (maxconn != hard && line != SIZE_MAX &&
	    !has_change(look, CHANGE_GLOBAL_MAXCONN, span_make("", 0), span_make("", 0)))
		add_limit(look, line, "maxconn of the process", span_make("", 0), maxconn, hard);
	for (size_t i = 0; i < N(limit_table); i++) {
		const struct limit *limit = &limit_table[i];
		long file = global_number(look, limit->keyword, &line);
		long now = observed_info(look->observed, limit->field, -1);

		if (now >= 0 && file >= 0 && now / limit->unit != file &&
		    !has_change(look, CHANGE_GLOBAL_RATE, span_make("", 0),
				span_of(limit->keyword)))
			add_limit(look, line, limit->keyword, span_make("", 0), now / limit->unit,
				  file);
	}
}

void by_hand_find(struct plan *plan, const struct plan_request *request,
		  const struct changes *changes, struct facts *facts)
{
	const struct observed *observed = request->observed;
	const struct document *doc = request->before;
	struct look            look = {
		.plan = plan,
		.request = request,
		.facts = facts,
		.observed = observed,
		.known = !request->doubt,
		.server = SERVER_INIT,
		.words = WORDS_INIT,
	};

	if (!observed)
		return;
	look.seen = xcalloc(observed->servers.count + 1, sizeof(*look.seen));
	note_settled(&look, changes);
	compare_limits(&look);
	for (size_t i = 0; i < doc->sections.count; i++) {
		const struct section *section = &doc->sections.items[i];

		if (section->kind & SECTION_FRONTS)
			compare_frontend(&look, section);
		if (section->kind & SECTION_BACKS)
			compare_backend(&look, i);
	}
	find_added(&look);
	map_release(&look.settled, NULL);
	map_release(&look.templates, NULL);
	map_release(&look.backends, NULL);
	server_release(&look.server);
	words_release(&look.words);
	free(look.seen);
}
