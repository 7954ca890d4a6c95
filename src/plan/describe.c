/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/plan/describe.h"

#include <string.h>

#include "penstock/base/mem.h"
#include "penstock/base/utf8.h"

enum { CLIP_COLUMNS = 60 };

/* Appends a text of the document, no more of it than fits beside others. */
static void add_text(struct str *out, const char *text)
{
	struct str  clean = STR_INIT;
	struct span span;
	size_t      fits;

	utf8_sanitise(&clean, span_of(text), false);
	span = str_span(&clean);
	fits = utf8_fit(span, CLIP_COLUMNS, NULL);
	str_add(out, span.at, fits);
	if (fits < span.len)
		str_add_text(out, "...");
	str_release(&clean);
}

static void add_server(struct str *out, const struct change *change)
{
	add_text(out, change->name);
	str_add_char(out, '/');
	add_text(out, change->server);
}

static void add_section(struct str *out, const struct change *change)
{
	str_add_text(out, section_keyword(change->section));
	if (change->name[0]) {
		str_add_char(out, ' ');
		add_text(out, change->name);
	}
}

static void add_values(struct str *out, const struct change *change)
{
	add_text(out, change->before ? change->before : "unset");
	str_add_text(out, " -> ");
	add_text(out, change->after ? change->after : "unset");
}

static void say_comment(struct str *out, const struct change *change, const char *what)
{
	(void)what;
	str_add_text(out, change->keyword);
	if (change->lines > 1)
		str_addf(out, ", %zu lines", change->lines);
}

/* "backend live is new": the header as the section is known. */
static void say_section(struct str *out, const struct change *change, const char *what)
{
	add_section(out, change);
	str_add_text(out, what);
}

static void say_line(struct str *out, const struct change *change, const char *what)
{
	add_text(out, change->after ? change->after : change->before);
	str_add_text(out, what);
}

/* The second text without the keyword that both begin with. */
static const char *without_keyword(const struct change *change)
{
	size_t len = strlen(change->keyword);

	if (strncmp(change->before, change->keyword, len) != 0 ||
	    strncmp(change->after, change->keyword, len) != 0 || change->after[len] != ' ')
		return change->after;
	return change->after + len + 1;
}

static void say_line_changed(struct str *out, const struct change *change, const char *what)
{
	(void)what;
	add_text(out, change->before);
	str_add_text(out, " -> ");
	add_text(out, without_keyword(change));
}

static void say_moved(struct str *out, const struct change *change, const char *what)
{
	add_text(out, change->keyword);
	str_add_text(out, what);
	if (change->section != SECTION_NONE)
		add_section(out, change);
}

static void say_servers_moved(struct str *out, const struct change *change, const char *what)
{
	str_add_text(out, what);
	add_text(out, change->name);
}

static void say_server(struct str *out, const struct change *change, const char *what)
{
	str_add_text(out, "server ");
	add_server(out, change);
	str_add_text(out, what);
}

static void say_value(struct str *out, const struct change *change, const char *what)
{
	str_add_text(out, what);
	add_server(out, change);
	str_add_char(out, ' ');
	add_values(out, change);
}

static void say_state(struct str *out, const struct change *change, const char *what)
{
	bool disabled = change->after && strcmp(change->after, what) == 0;

	add_server(out, change);
	str_add_text(out, disabled ? " is disabled" : " is no longer disabled");
}

static void say_keyword(struct str *out, const struct change *change, const char *what)
{
	const char *value = change->after ? change->after : change->before;

	(void)what;
	str_add_char(out, '\'');
	add_text(out, change->keyword);
	if (!(change->before && change->after) && strcmp(value, change->keyword) != 0) {
		str_add_char(out, ' ');
		add_text(out, value);
	}
	str_add_text(out, "' of ");
	add_server(out, change);
	str_add_char(out, ' ');
	if (change->before && change->after)
		add_values(out, change);
	else
		str_add_text(out, change->after ? "is new" : "is gone");
}

/* "maxconn of web 500 -> 900", "maxconn of global 500 is gone" */
static void say_limit(struct str *out, const struct change *change, const char *what)
{
	(void)what;
	str_addf(out, "%s of ", change->keyword);
	add_text(out, change->name[0] ? change->name : section_keyword(change->section));
	str_add_char(out, ' ');
	if (change->before && change->after) {
		add_values(out, change);
	} else {
		add_text(out, change->after ? change->after : change->before);
		str_add_text(out, change->after ? " is new" : " is gone");
	}
}

/* "entry '/api' of hosts.map live -> staged" */
static void say_entry(struct str *out, const struct change *change, const char *what)
{
	const char *value = change->after ? change->after : change->before;

	str_addf(out, "%s '", what);
	add_text(out, change->keyword);
	str_add_text(out, "' of ");
	add_text(out, change->name);
	str_add_char(out, ' ');
	if (change->before && change->after) {
		add_values(out, change);
		return;
	}
	if (*value) {
		str_add_char(out, '(');
		add_text(out, value);
		str_add_text(out, ") ");
	}
	str_add_text(out, change->after ? "is new" : "is gone");
}

static void say_file(struct str *out, const struct change *change, const char *what)
{
	str_add_text(out, change->keyword);
	str_add_text(out, what);
	add_text(out, change->name);
}

static const struct {
	void (*say)(struct str *out, const struct change *change, const char *what);
	const char *what;
} phrase_table[] = {
	[CHANGE_COMMENT] = { say_comment, NULL },
	[CHANGE_SECTION_ADDED] = { say_section, " is new" },
	[CHANGE_SECTION_DELETED] = { say_section, " is gone" },
	[CHANGE_LINE_ADDED] = { say_line, " is new" },
	[CHANGE_LINE_DELETED] = { say_line, " is gone" },
	[CHANGE_LINE_CHANGED] = { say_line_changed, NULL },
	[CHANGE_LINES_MOVED] = { say_moved, " in another place: " },
	[CHANGE_SERVER_ADDED] = { say_server, " is new" },
	[CHANGE_SERVER_DELETED] = { say_server, " is gone" },
	[CHANGE_SERVER_MOVED] = { say_servers_moved, "another order of servers in " },
	[CHANGE_SERVER_ADDRESS] = { say_value, "address of " },
	[CHANGE_SERVER_WEIGHT] = { say_value, "weight of " },
	[CHANGE_SERVER_STATE] = { say_state, "disabled" },
	[CHANGE_SERVER_MAXCONN] = { say_value, "maxconn of " },
	[CHANGE_SERVER_CHECK] = { say_keyword, NULL },
	[CHANGE_SERVER_CHECK_PORT] = { say_keyword, NULL },
	[CHANGE_SERVER_CHECK_ADDRESS] = { say_keyword, NULL },
	[CHANGE_SERVER_AGENT] = { say_keyword, NULL },
	[CHANGE_SERVER_AGENT_ADDRESS] = { say_keyword, NULL },
	[CHANGE_SERVER_AGENT_PORT] = { say_keyword, NULL },
	[CHANGE_SERVER_AGENT_SEND] = { say_keyword, NULL },
	[CHANGE_SERVER_SSL] = { say_keyword, NULL },
	[CHANGE_SERVER_KEYWORD] = { say_keyword, NULL },
	[CHANGE_FRONTEND_MAXCONN] = { say_limit, NULL },
	[CHANGE_GLOBAL_MAXCONN] = { say_limit, NULL },
	[CHANGE_GLOBAL_RATE] = { say_limit, NULL },
	[CHANGE_COOKIE_KEY] = { say_limit, NULL },
	[CHANGE_COOKIE_DYNAMIC] = { say_line_changed, NULL },
	[CHANGE_MAP_ADDED] = { say_entry, "entry" },
	[CHANGE_MAP_DELETED] = { say_entry, "entry" },
	[CHANGE_MAP_CHANGED] = { say_entry, "entry" },
	[CHANGE_ACL_ADDED] = { say_entry, "pattern" },
	[CHANGE_ACL_DELETED] = { say_entry, "pattern" },
	[CHANGE_CERTIFICATE] = { say_file, " is another one: " },
	[CHANGE_FILE] = { say_file, " changed in " },
};

void change_describe(const struct change *change, struct str *out)
{
	phrase_table[change->kind].say(out, change, phrase_table[change->kind].what);
}

/* By the first word of the keyword; what is not here is "read at start only". */
static const struct {
	const char *word;
	const char *why;
} why_table[] = {
	{ ".elif", "conditions are worked out at start" },
	{ ".else", "conditions are worked out at start" },
	{ ".endif", "conditions are worked out at start" },
	{ ".if", "conditions are worked out at start" },
	{ "acl", "rules and conditions are compiled at start" },
	{ "backend", "sections are set up at start" },
	{ "balance", "load balancing is set up at start" },
	{ "bind", "listening sockets are opened at start" },
	{ "chroot", "privileges are given up at start" },
	{ "default-server", "its values are copied into the servers at start" },
	{ "default_backend", "routes between proxies are resolved at start" },
	{ "errorfile", "files are read at start" },
	{ "filter", "filters are attached at start" },
	{ "frontend", "sections are set up at start" },
	{ "group", "users and groups are read at start" },
	{ "hash-type", "load balancing is set up at start" },
	{ "http-after-response", "rules and conditions are compiled at start" },
	{ "http-request", "rules and conditions are compiled at start" },
	{ "http-response", "rules and conditions are compiled at start" },
	{ "listen", "sections are set up at start" },
	{ "log", "log targets are opened at start" },
	{ "nbthread", "threads are created at start" },
	{ "redirect", "rules and conditions are compiled at start" },
	{ "server", "no command takes this form of a server line" },
	{ "server-template", "templates are expanded at start" },
	{ "stick-table", "tables are created at start" },
	{ "tcp-request", "rules and conditions are compiled at start" },
	{ "tcp-response", "rules and conditions are compiled at start" },
	{ "use-server", "rules and conditions are compiled at start" },
	{ "use_backend", "routes between proxies are resolved at start" },
	{ "user", "users and groups are read at start" },
};

static const char *why_of_keyword(struct span keyword)
{
	struct span word;

	span_split(&keyword, ' ', &word);
	for (size_t i = 0; i < N(why_table); i++)
		if (span_is(word, why_table[i].word))
			return why_table[i].why;
	return NULL;
}

void change_why_reload(const struct change *change, const struct effect_def *effect,
		       struct str *out)
{
	const char *why = effect->why;

	if (!why && change->keyword)
		why = why_of_keyword(span_of(change->keyword));
	if (why) {
		str_add_text(out, why);
		return;
	}
	str_add_char(out, '\'');
	add_text(out, change->keyword ? change->keyword : "");
	str_add_text(out, "' is read at start only");
}
