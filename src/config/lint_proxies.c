/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lint of what sections say, and fail to say: timeouts, tables, statistics. */
#include <stdlib.h>
#include <string.h>

#include "penstock/base/mem.h"
#include "penstock/base/text.h"
#include "penstock/config/lint_rules.h"
#include "penstock/config/listen_address.h"
#include "penstock/config/reference.h"
#include "penstock/config/unknown.h"

/* "set frontend web TEXT" mends the finding. */
static void fix_by_set(struct finding *finding, const struct section *section, const char *text)
{
	struct str name = STR_INIT;

	lint_add_name(&name, section->name);
	finding_fix(finding, "set %s %s %s", section_keyword(section->kind), name.bytes, text);
	str_release(&name);
}

static bool has_server(struct lint *lint, const struct section *section)
{
	static const char *const keywords[] = { "server", "server-template", "dispatch" };

	for (size_t i = 0; i < N(keywords); i++)
		if (section_find(lint->doc, section, 0, keywords[i], NULL) != SIZE_MAX)
			return true;
	return false;
}

/* The kinds that need it, and what is a good start. */
static const struct {
	const char *name;
	unsigned    kinds;
	bool        servers; /* only where there are some */
	const char *value;
} timeout_table[] = {
	{ "client", SECTION_FRONTS, false, "30s" },
	{ "connect", SECTION_BACKS, true, "5s" },
	{ "server", SECTION_BACKS, true, "30s" },
};

/* Log servers are sent datagrams, or ends of rings with timeouts of their own. */
static bool is_log_backend(struct lint *lint, const struct section *section)
{
	return lint_setting(lint, section, "mode", NULL, NULL) != SIZE_MAX &&
	       words_is(&lint->words, 1, "log");
}

void lint_missing_timeout(struct lint *lint, const struct section *section)
{
	bool       servers = has_server(lint, section);
	struct str title = STR_INIT, text = STR_INIT;

	if (lint_is_disabled(lint, section) || is_log_backend(lint, section))
		return;
	section_title(section, &title);
	for (size_t i = 0; i < N(timeout_table); i++) {
		struct finding *finding;

		if (!(section->kind & timeout_table[i].kinds) ||
		    (timeout_table[i].servers && !servers) ||
		    lint_setting(lint, section, "timeout", timeout_table[i].name, NULL) !=
			    SIZE_MAX)
			continue;
		finding = lint_find(lint, section->first, "%s has no 'timeout %s'", title.bytes,
				    timeout_table[i].name);
		str_reset(&text);
		str_addf(&text, "timeout %s %s", timeout_table[i].name, timeout_table[i].value);
		fix_by_set(finding, section, text.bytes);
	}
	str_release(&text);
	str_release(&title);
}

void lint_missing_request_timeout(struct lint *lint, const struct section *section)
{
	struct str title = STR_INIT;

	if (lint_is_disabled(lint, section) || !lint_is_http(lint, section) ||
	    lint_setting(lint, section, "timeout", "http-request", NULL) != SIZE_MAX)
		return;
	section_title(section, &title);
	fix_by_set(lint_find(lint, section->first, "%s has no 'timeout http-request'",
			     title.bytes),
		   section, "timeout http-request 10s");
	str_release(&title);
}

/* `default-server` alone ends what defaults say, and gives nothing itself. */
void lint_default_server(struct lint *lint, const struct section *section)
{
	for (size_t line = section->first; lint_next(lint, section, "default-server", &line);)
		if (lint->words.count > 1)
			lint_find(lint, line, "servers that are added at run time do not inherit "
					      "this 'default-server'");
}

static bool has_word(const struct words *words, size_t from, const char *text)
{
	for (size_t i = from; i < words->count; i++)
		if (words_is(words, i, text))
			return true;
	return false;
}

static const struct section *only_section(const struct document *doc, enum section_kind kind)
{
	const struct section *found = NULL;

	for (size_t i = 0; i < doc->sections.count; i++) {
		if (doc->sections.items[i].kind != kind)
			continue;
		if (found)
			return NULL;
		found = &doc->sections.items[i];
	}
	return found;
}

/* The line's words and more behind them; nothing where it has a comment. */
static void fix_by_append(struct lint *lint, struct finding *finding, struct span more)
{
	const struct words *words = &lint->words;
	struct str          text = STR_INIT;

	if (words->comment.len || !words->count)
		return;
	str_add_span(&text, words_raw_range(words, 0, words->count - 1));
	str_add_char(&text, ' ');
	str_add_span(&text, more);
	finding_set_line(lint, finding, finding->line, str_span(&text));
	str_release(&text);
}

void lint_table_lost(struct lint *lint, const struct section *section)
{
	const struct section *peers = only_section(lint->doc, SECTION_PEERS);
	struct str            title = STR_INIT, more = STR_INIT;

	section_title(section, &title);
	if (peers)
		str_addf(&more, "peers %.*s", (int)peers->name.len, peers->name.at);
	for (size_t line = section->first; lint_next(lint, section, "stick-table", &line);) {
		struct finding *finding;

		if (has_word(&lint->words, 1, "peers") || lint_is_disabled(lint, section))
			continue;
		finding = lint_find(lint, line, "a reload empties the stick table of %s: it has no "
						"'peers'",
				    title.bytes);
		words_split(&lint->words, line_span(&lint->doc->lines.items[line]));
		if (peers)
			fix_by_append(lint, finding, str_span(&more));
	}
	str_release(&more);
	str_release(&title);
}

/* Whether anything may refuse a client before it gets the page. */
static bool may_refuse(struct lint *lint, const struct section *section)
{
	static const struct {
		const char *first, *second;
	} guards[] = {
		{ "stats", "auth" },     { "stats", "http-request" },
		{ "http-request", NULL }, { "tcp-request", NULL },
		{ "block", NULL },
	};

	for (size_t i = 0; i < N(guards); i++)
		if (lint_setting(lint, section, guards[i].first, guards[i].second, NULL) !=
		    SIZE_MAX)
			return true;
	return false;
}

/* Whether all its addresses are known and of this machine only. */
static bool is_private(struct lint *lint, const struct section *section)
{
	bool found = false;

	for (size_t line = section->first; lint_next(lint, section, "bind", &line);) {
		struct span           rest = words_text(&lint->words, 1), word;
		struct listen_address address;

		while (span_split(&rest, ',', &word))
			if (!listen_address_read(word, &address) ||
			    !listen_address_is_private(&address))
				return false;
		found = true;
	}
	return found;
}

/* What gives the page; `stats admin` and the like alone do so, too. */
static bool is_page_word(struct span word)
{
	return !span_is(word, "socket") && !span_is(word, "timeout") && !span_is(word, "auth") &&
	       !span_is(word, "http-request");
}

/* The section's own line of the page, or the header where its defaults have one. */
static size_t page_line(struct lint *lint, const struct section *section)
{
	const struct section *from = section;

	for (size_t depth = 0; from && depth < DEFAULTS_DEPTH; depth++) {
		for (size_t line = from->first; lint_next(lint, from, "stats", &line);)
			if (is_page_word(words_text(&lint->words, 1)) &&
			    !lint_words_vary(&lint->words) && !lint->conditional[line])
				return from == section ? line : section->first;
		from = lint_defaults(lint, from);
	}
	return SIZE_MAX;
}

void lint_stats_page(struct lint *lint, const struct section *section)
{
	size_t     line = page_line(lint, section);
	struct str title = STR_INIT;

	/* Backends have no address: whoever leads there may have asked already. */
	if (line == SIZE_MAX || lint_is_disabled(lint, section) || !lint_is_http(lint, section) ||
	    may_refuse(lint, section) || is_private(lint, section))
		return;
	section_title(section, &title);
	lint_find(lint, line, "the statistics page of %s asks for no password", title.bytes);
	str_release(&title);
}

void lint_state_file(struct lint *lint, const struct section *section)
{
	for (size_t line = section->first;
	     lint_next(lint, section, "load-server-state-from-file", &line);) {
		struct finding *finding;

		if (!words_is(&lint->words, 1, "global") && !words_is(&lint->words, 1, "local"))
			continue;
		finding = lint_find(lint, line, "server ports in the state file win over those in "
						"the configuration");
		finding_delete_line(lint, finding, line);
	}
}

/* Whether HAProxy uses it by its name or on its own. */
static bool is_built_in(const struct section *section)
{
	return section->kind == SECTION_RESOLVERS && span_is(section->name, "default");
}

void lint_unused_section(struct lint *lint, const struct section *section)
{
	struct references refs = REFERENCES_INIT;
	struct str        title = STR_INIT;

	references_to_section(lint->doc, section->kind, section->name, &refs);
	section_title(section, &title);
	if (!refs.list.count && section->name.len && !is_built_in(section))
		finding_delete_section(
			lint_find(lint, section->first, "nothing refers to %s", title.bytes),
			section);
	str_release(&title);
	references_release(&refs);
}

void lint_unknown_keyword(struct lint *lint, const struct section *section)
{
	unsigned kind = (unsigned)section->kind;

	for (size_t line = section->first; lint_next(lint, section, NULL, &line);) {
		struct span name = unknown_keyword(&lint->words,
						   line_span(&lint->doc->lines.items[line]), kind,
						   lint->facts->vocabulary);
		struct span     near;
		struct finding *finding;

		if (!name.len)
			continue;
		near = unknown_nearest(&lint->words, name, kind);
		finding = lint_find(lint, line, "unknown keyword '%.*s'", (int)name.len, name.at);
		if (near.len)
			str_addf(&finding->text, "; did you mean '%.*s'?", (int)near.len, near.at);
	}
}
