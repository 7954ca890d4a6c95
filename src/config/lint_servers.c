/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lint of servers and users. */
#include <stdint.h>
#include <string.h>

#include "penstock/base/mem.h"
#include "penstock/config/lint_rules.h"
#include "penstock/config/server.h"

/* "BACKEND/SERVER" or "LIST/USER" as a word of the command language. */
static void add_member_word(const struct section *section, struct span member, struct str *out)
{
	struct str name = STR_INIT;

	str_add_span(&name, section->name);
	str_add_char(&name, '/');
	str_add_span(&name, member);
	lint_add_name(out, str_span(&name));
	str_release(&name);
}

static void fix_server(struct finding *finding, const struct section *section,
		       struct span server, const char *keyword)
{
	struct str word = STR_INIT;

	add_member_word(section, server, &word);
	finding_fix(finding, "set server %s %s", word.bytes, keyword);
	str_release(&word);
}

/* The next server line of a section, read; false at its end. */
static bool next_server(struct lint *lint, const struct section *section, size_t *line,
			struct server *server)
{
	while (lint_next(lint, section, "server", line))
		if (server_read(server, line_span(&lint->doc->lines.items[*line])))
			return true;
	return false;
}

void lint_weight_zero(struct lint *lint, const struct section *section)
{
	struct server server = SERVER_INIT;

	for (size_t line = section->first; next_server(lint, section, &line, &server);) {
		const struct server_param *weight = server_param(&server, "weight");

		if (weight && span_is(weight->value, "0"))
			lint_find(lint, line, "server '%.*s' has weight 0 and gets no new clients",
				  (int)server.name.len, server.name.at);
	}
	server_release(&server);
}

/* What the default-server lines above, and those of defaults, say of a keyword;
 * the last one counts. */
static bool is_preset(struct lint *lint, const struct section *section, const char *keyword)
{
	struct server preset = SERVER_INIT;
	bool          set = false;
	size_t        depth = 0;

	for (; section && depth++ < DEFAULTS_DEPTH && !set; section = lint_defaults(lint, section))
		for (size_t line = section->first;
		     lint_next(lint, section, "default-server", &line);)
			if (server_read(&preset, line_span(&lint->doc->lines.items[line])) &&
			    server_param(&preset, keyword))
				set = true;
	server_release(&preset);
	return set;
}

static bool says_no_check(const struct server *server)
{
	for (size_t i = 0; i < server->params.count; i++)
		if (span_is(server->params.items[i].name, "no-check"))
			return true;
	return false;
}

static bool is_checked(const struct server *server, bool preset)
{
	static const char *const keywords[] = { "check", "track", "agent-check", "healthcheck" };

	for (size_t i = 0; i < N(keywords); i++)
		if (server_param(server, keywords[i]))
			return true;
	return preset && !says_no_check(server);
}

static bool has_preset(struct lint *lint, const struct section *section)
{
	return is_preset(lint, section, "check") || is_preset(lint, section, "track") ||
	       is_preset(lint, section, "agent-check");
}

static const struct server_param *check_setting(const struct server *server)
{
	static const char *const keywords[] = { "inter", "fastinter", "downinter", "rise", "fall",
						"check-send-proxy", "check-ssl", "check-sni" };

	for (size_t i = 0; i < N(keywords); i++) {
		const struct server_param *param = server_param(server, keywords[i]);

		if (param)
			return param;
	}
	return NULL;
}

void lint_check_settings(struct lint *lint, const struct section *section)
{
	struct server server = SERVER_INIT;
	bool          preset = has_preset(lint, section);

	for (size_t line = section->first; next_server(lint, section, &line, &server);) {
		const struct server_param *param = check_setting(&server);
		struct finding            *finding;

		/* Who says no-check means it. */
		if (!param || is_checked(&server, preset) || lint->conditional[line] ||
		    says_no_check(&server))
			continue;
		finding = lint_find(lint, line, "server '%.*s' has '%.*s' and is not checked",
				    (int)server.name.len, server.name.at, (int)param->name.len,
				    param->name.at);
		fix_server(finding, section, server.name, "check");
	}
	server_release(&server);
}

/* `option httpchk` and its kin: all other kinds of check. */
static bool is_check_option(struct span word)
{
	static const char *const names[] = { "external-check", "httpchk", "ldap-check",
					     "mysql-check", "pgsql-check", "redis-check", "smtpchk",
					     "spop-check", "ssl-hello-chk", "tcp-check" };

	for (size_t i = 0; i < N(names); i++)
		if (span_is(word, names[i]))
			return true;
	return false;
}

/* All servers are known by line, and none is checked. */
static bool none_is_checked(struct lint *lint, const struct section *section)
{
	struct server server = SERVER_INIT;
	size_t        count = 0;
	bool          checked = has_preset(lint, section) ||
		       section_find(lint->doc, section, 0, "server-template", NULL) != SIZE_MAX;

	for (size_t line = section->first;
	     !checked && next_server(lint, section, &line, &server); count++)
		checked = is_checked(&server, false);
	server_release(&server);
	return count && !checked;
}

void lint_unchecked(struct lint *lint, const struct section *section)
{
	struct server   server = SERVER_INIT;
	struct finding *finding;
	struct span     name = { NULL, 0 };
	size_t          option = SIZE_MAX;

	for (size_t line = section->first; lint_next(lint, section, "option", &line);)
		if (is_check_option(words_text(&lint->words, 1)) && !lint->conditional[line])
			option = line;
	if (option == SIZE_MAX || !none_is_checked(lint, section))
		return;
	words_split(&lint->words, line_span(&lint->doc->lines.items[option]));
	name = words_text(&lint->words, 1);
	finding = lint_find(lint, option, "'option %.*s' does nothing: no server is checked",
			    (int)name.len, name.at);
	for (size_t line = section->first; next_server(lint, section, &line, &server);)
		fix_server(finding, section, server.name, "check");
	server_release(&server);
}

static bool same_words(struct span a, struct span b)
{
	struct words left = WORDS_INIT, right = WORDS_INIT;
	bool         same;

	words_split(&left, a);
	words_split(&right, b);
	same = left.count == right.count;
	for (size_t i = 0; same && i < left.count; i++)
		same = span_equal(left.items[i].text, right.items[i].text);
	words_release(&left);
	words_release(&right);
	return same;
}

void lint_duplicate_server(struct lint *lint, const struct section *section)
{
	const struct document *doc = lint->doc;
	struct map             seen = MAP_INIT;

	for (size_t line = section->first; lint_next(lint, section, "server", &line);) {
		struct span     name = words_text(&lint->words, 1);
		uintptr_t       first;
		struct finding *finding;
		struct str      place = STR_INIT;

		if (lint->words.count < 3 || lint->words.items[1].varies ||
		    lint->conditional[line])
			continue;
		first = (uintptr_t)map_put(&seen, name, (void *)(uintptr_t)line);
		if (!first)
			continue;
		lint_add_place(lint, first, &place);
		finding = lint_find(lint, line, "server '%.*s' stands at %s already",
				    (int)name.len, name.at, place.bytes);
		if (same_words(line_span(&doc->lines.items[first]),
			       line_span(&doc->lines.items[line])))
			finding_delete_line(lint, finding, line);
		str_release(&place);
	}
	map_release(&seen, NULL);
}

static void say_readable(struct lint *lint, const struct section *section, size_t line,
			 struct span name)
{
	struct finding *finding = lint_find(
		lint, line, "the password of user '%.*s' can be read in the file", (int)name.len,
		name.at);
	struct str word = STR_INIT;

	add_member_word(section, name, &word);
	finding_fix(finding, "set user %s hash", word.bytes);
	str_release(&word);
}

void lint_insecure_password(struct lint *lint, const struct section *section)
{
	for (size_t line = section->first; lint_next(lint, section, "user", &line);) {
		struct span name = words_text(&lint->words, 1);

		for (size_t i = 2; i < lint->words.count; i++)
			if (words_is(&lint->words, i, "insecure-password"))
				say_readable(lint, section, line, name);
	}
}
