/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/config/lint.h"

#include <stdlib.h>
#include <string.h>

#include "penstock/base/mem.h"
#include "penstock/base/text.h"
#include "penstock/config/lint_rules.h"
#include "penstock/config/pragma.h"

const char *const lint_severity_names[] = {
	[LINT_INFO] = "info",
	[LINT_WARNING] = "warning",
	[LINT_ERROR] = "error",
};

enum {
	FRONTS = SECTION_FRONTS,
	BACKS = SECTION_BACKS,
	SIDES = SECTION_FRONTEND | SECTION_BACKS,
	SHARED = SECTION_USERLIST | SECTION_RESOLVERS | SECTION_CACHE | SECTION_HTTP_ERRORS |
		 SECTION_FCGI_APP | SECTION_MAILERS | SECTION_HEALTHCHECK,
	ACLS = SECTION_PROXY | SECTION_FCGI_APP,
};

/* clang-format off */
const struct lint_rule lint_rule_table[] = {
	{ "acl-or", LINT_INFO, ACLS, "an ACL that is defined more than once",
	  "The definitions are alternatives: the ACL holds where any of them does.",
	  lint_acl_or },
	{ "certificate-expired", LINT_ERROR, 0, "a certificate that has expired",
	  "Clients refuse the connection.  Put a new certificate into the file.",
	  lint_certificate_expired },
	{ "certificate-expires", LINT_WARNING, 0, "a certificate that expires soon",
	  "Clients refuse the connection from then on.  What is soon is the option "
	  "'certificate-warning'.",
	  lint_certificate_expires },
	{ "check-settings", LINT_WARNING, BACKS,
	  "a server with settings of checks and without 'check'",
	  "The settings do nothing, and the server counts as up whatever happens to it.",
	  lint_check_settings },
	{ "computed-backend", LINT_INFO, FRONTS,
	  "a 'use_backend' whose target is computed from what nobody can read beforehand",
	  "Which backends are reached cannot be told; all of them count as reached.",
	  lint_computed_backend },
	{ "default-server", LINT_INFO, BACKS | SECTION_DEFAULTS,
	  "a 'default-server' that servers added at run time do not inherit",
	  "'add server' takes its own words only.  Penstock's plans repeat the settings; other "
	  "tools must do so themselves.",
	  lint_default_server },
	{ "duplicate-bind", LINT_WARNING, FRONTS, "an address that is listened on twice",
	  "The kernel deals the connections out among both at random.",
	  lint_duplicate_bind },
	{ "duplicate-server", LINT_ERROR, BACKS, "two servers of one name in a backend",
	  "HAProxy refuses the file, or, as 3.4.0 does, takes it, and commands and states go "
	  "to the first of them.",
	  lint_duplicate_server },
	{ "insecure-password", LINT_WARNING, SECTION_USERLIST,
	  "a password that stands in the file as it is",
	  "Whoever reads the file or a copy of it has the password.  Keep its hash only.",
	  lint_insecure_password },
	{ "missing-request-timeout", LINT_INFO, FRONTS,
	  "an HTTP frontend without 'timeout http-request'",
	  "A client may send its request byte by byte and keep the connection for as long as "
	  "it likes.",
	  lint_missing_request_timeout },
	{ "missing-timeout", LINT_WARNING, SIDES,
	  "a proxy without 'timeout client', 'timeout connect' or 'timeout server'",
	  "Connections of peers that have gone stay open for ever.",
	  lint_missing_timeout },
	{ "overlapping-bind", LINT_INFO, FRONTS,
	  "an address that is listened on besides all addresses of its port",
	  "The narrower one gets its connections, the wider one never sees them.",
	  lint_overlapping_bind },
	{ "port-in-use", LINT_ERROR, FRONTS, "an address that another program listens on",
	  "A start fails on it, and a reload that fails stops the traffic for two seconds.",
	  lint_port_in_use },
	{ "shadowed-backend", LINT_WARNING, FRONTS,
	  "a 'use_backend' that an earlier and broader one leaves nothing to",
	  "The first that fits decides.  Deleting the line changes nothing; moving it up lets "
	  "it work.",
	  lint_shadowed_rule },
	{ "state-file-port", LINT_INFO, SIDES | SECTION_DEFAULTS,
	  "server states that are loaded from a file at the start",
	  "A port changed at run time comes back from the file of states even when the "
	  "configuration has another one.",
	  lint_state_file },
	{ "stats-page-open", LINT_WARNING, FRONTS, "a statistics page that asks for no password",
	  "Whoever reaches the port reads names, addresses and states; with 'stats admin' he "
	  "changes them.  Add 'stats auth USER:PASSWORD'.",
	  lint_stats_page },
	{ "stats-socket-open", LINT_WARNING, SECTION_GLOBAL,
	  "a stats socket that more may use than should",
	  "Nobody asks for a password there: who can connect can run the level's commands.",
	  lint_stats_socket },
	{ "table-lost", LINT_WARNING, SIDES, "a stick table that a reload empties",
	  "Without 'peers' the new worker starts with an empty table: stickiness, rates and "
	  "blocks are lost.",
	  lint_table_lost },
	{ "unchecked", LINT_WARNING, BACKS, "a kind of check that is set and servers without it",
	  "No server of the backend is checked, so the setting does nothing.",
	  lint_unchecked },
	{ "unknown-keyword", LINT_WARNING, ~0u,
	  "a keyword that neither Penstock nor the installed HAProxy knows",
	  "It is kept as it is, and a change of it costs a reload.",
	  lint_unknown_keyword },
	{ "unreachable-rule", LINT_WARNING, SIDES,
	  "a rule behind one that always ends the evaluation",
	  "It is never evaluated; deleting it changes nothing.",
	  lint_unreachable_rule },
	{ "unused-acl", LINT_WARNING, ACLS, "an ACL that no rule uses",
	  "Often a rule was deleted or misspelled.",
	  lint_unused_acl },
	{ "unused-backend", LINT_WARNING, SECTION_BACKEND, "a backend that nothing leads to",
	  "It is never reached, and its checks cost the servers.",
	  lint_unused_backend },
	{ "unused-section", LINT_INFO, SHARED, "a section that nothing refers to",
	  "It does nothing.",
	  lint_unused_section },
	{ "weight-zero", LINT_INFO, BACKS, "a server of weight 0",
	  "It gets no new clients, only those that are bound to it already.",
	  lint_weight_zero },
};
/* clang-format on */
const size_t lint_rule_table_count = N(lint_rule_table);

const struct lint_rule *lint_rule_find(struct span name)
{
	for (size_t i = 0; i < N(lint_rule_table); i++)
		if (span_is(name, lint_rule_table[i].name))
			return &lint_rule_table[i];
	return NULL;
}

/* Whether the pragma text behind "#@" silences the rule. */
static bool ignores(const struct words *words, const struct lint_rule *rule)
{
	if (!words_is(words, 0, "lint") || !words_is(words, 1, "ignore"))
		return false;
	for (size_t i = 2; i < words->count; i++)
		if (words_is(words, i, rule->name) || words_is(words, i, "all"))
			return true;
	return false;
}

static bool line_ignores(struct span line, const struct lint_rule *rule, struct words *words)
{
	return pragma_read(line, words) && ignores(words, rule);
}

static bool is_ignored(const struct lint *lint, size_t line)
{
	const struct document *doc = lint->doc;
	const struct section  *section = document_section_at(doc, line);
	struct words           words = WORDS_INIT, pragma = WORDS_INIT;
	bool                   ignored;

	words_split(&words, line_span(&doc->lines.items[line]));
	ignored = line_ignores(words.comment, lint->rule, &pragma);
	for (size_t i = line; !ignored && i-- > 0;) {
		struct span above = line_span(&doc->lines.items[i]);

		if (!line_is_comment(above))
			break;
		ignored = line_ignores(above, lint->rule, &pragma);
	}
	for (size_t i = 1; !ignored && section && i < section->count; i++) {
		struct span below = line_span(&doc->lines.items[section->first + i]);

		if (!pragma_read(below, &pragma))
			break;
		ignored = ignores(&pragma, lint->rule);
	}
	words_release(&pragma);
	words_release(&words);
	return ignored;
}

struct finding *lint_find(struct lint *lint, size_t line, const char *format, ...)
{
	struct finding *finding = vec_push(&lint->out->list);
	va_list         args;

	*finding = (struct finding){ .rule = lint->rule, .severity = lint->rule->severity,
				     .line = line, .text = STR_INIT, .fixes = VEC_INIT };
	va_start(args, format);
	str_vaddf(&finding->text, format, args);
	va_end(args);
	return finding;
}

static void finding_release(struct finding *finding)
{
	str_release(&finding->text);
	for (size_t i = 0; i < finding->fixes.count; i++)
		free(finding->fixes.items[i].command);
	vec_release(&finding->fixes);
}

void findings_release(struct findings *findings)
{
	for (size_t i = 0; i < findings->list.count; i++)
		finding_release(&findings->list.items[i]);
	vec_release(&findings->list);
}

void finding_add_fixes(const struct finding *finding, struct str *out)
{
	for (size_t i = 0; i < finding->fixes.count; i++) {
		if (i)
			str_add_text(out, "; ");
		str_add_text(out, finding->fixes.items[i].command);
	}
}

static void add_fix(struct finding *finding, struct str *take_command, enum lint_fix_kind kind,
		    size_t line)
{
	*vec_push(&finding->fixes) =
		(struct lint_fix){ str_detach(take_command, NULL), kind, line };
}

void finding_fix(struct finding *finding, const char *format, ...)
{
	struct str command = STR_INIT;
	va_list    args;

	va_start(args, format);
	str_vaddf(&command, format, args);
	va_end(args);
	add_fix(finding, &command, LINT_FIX_SET, finding->line);
}

void finding_delete_section(struct finding *finding, const struct section *section)
{
	struct str command = STR_INIT;

	str_addf(&command, "delete %s ", section_keyword(section->kind));
	lint_add_name(&command, section->name);
	add_fix(finding, &command, LINT_FIX_DELETE, finding->line);
}

void lint_add_name(struct str *out, struct span name)
{
	text_quote_word(out, name);
}

void lint_add_place(const struct lint *lint, size_t line, struct str *out)
{
	struct place place = document_place(lint->doc, line);

	str_addf(out, "%s:%u", place.file, place.line);
}

static void add_place_word(const struct lint *lint, size_t line, struct str *out)
{
	struct str place = STR_INIT;

	lint_add_place(lint, line, &place);
	text_quote_word(out, str_span(&place));
	str_release(&place);
}

void finding_delete_line(struct lint *lint, struct finding *finding, size_t line)
{
	struct str command = STR_INIT;

	str_add_text(&command, "delete line ");
	add_place_word(lint, line, &command);
	add_fix(finding, &command, LINT_FIX_LINE, line);
}

/* Whether the command language reads it as it stands. */
static bool is_plain_text(struct span text)
{
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.at[i] < ' ' || strchr(";#\\", text.at[i]))
			return false;
	return text.len > 0;
}

void finding_set_line(struct lint *lint, struct finding *finding, size_t line, struct span text)
{
	struct str command = STR_INIT;

	if (!is_plain_text(text))
		return;
	str_add_text(&command, "set line ");
	add_place_word(lint, line, &command);
	str_add_char(&command, ' ');
	str_add_span(&command, text);
	add_fix(finding, &command, LINT_FIX_LINE, line);
}

bool lint_next(struct lint *lint, const struct section *section, const char *keyword,
	       size_t *line)
{
	size_t end = section->first + section->count;

	while (++*line < end) {
		struct span text = line_span(&lint->doc->lines.items[*line]);
		struct span first = line_first_word(text);

		/* A quoted keyword is rare, but HAProxy takes it. */
		if (!first.len || (keyword && !span_is(first, keyword) &&
				   !strchr("\"'\\", first.at[0])))
			continue;
		words_split(&lint->words, text);
		if (lint->words.count && (!keyword || words_is(&lint->words, 0, keyword)))
			return true;
	}
	return false;
}

const struct section *lint_defaults(const struct lint *lint, const struct section *section)
{
	return lint->defaults[section - lint->doc->sections.items];
}

size_t lint_setting(struct lint *lint, const struct section *section, const char *first,
		    const char *second, const struct section **owner)
{
	size_t depth = 0;

	for (; section && depth < DEFAULTS_DEPTH; section = lint_defaults(lint, section)) {
		size_t found = SIZE_MAX;

		depth++;
		for (size_t line = section->first; lint_next(lint, section, first, &line);)
			if (!second || words_is(&lint->words, 1, second))
				found = line;
		if (found == SIZE_MAX)
			continue;
		words_split(&lint->words, line_span(&lint->doc->lines.items[found]));
		if (owner)
			*owner = section;
		return found;
	}
	return SIZE_MAX;
}

bool lint_is_http(struct lint *lint, const struct section *section)
{
	return lint_setting(lint, section, "mode", NULL, NULL) != SIZE_MAX &&
	       words_is(&lint->words, 1, "http");
}

bool lint_is_disabled(struct lint *lint, const struct section *section)
{
	const struct section *disabled = NULL, *enabled = NULL;
	size_t off = lint_setting(lint, section, "disabled", NULL, &disabled);
	size_t on = lint_setting(lint, section, "enabled", NULL, &enabled);

	if (off == SIZE_MAX)
		return false;
	/* The section's own word counts before that of its defaults. */
	return on == SIZE_MAX || (enabled == disabled ? off > on : disabled == section);
}

bool lint_words_vary(const struct words *words)
{
	for (size_t i = 0; i < words->count; i++)
		if (words->items[i].varies)
			return true;
	return false;
}

/* As section_defaults for each section, in one walk. */
static void find_defaults(struct lint *lint)
{
	const struct document *doc = lint->doc;
	const struct section  *last = NULL;
	struct map             named = MAP_INIT;

	lint->defaults = xcalloc(doc->sections.count + 1, sizeof(*lint->defaults));
	for (size_t i = doc->sections.count; i-- > 0;)
		if (doc->sections.items[i].kind == SECTION_DEFAULTS)
			map_put(&named, doc->sections.items[i].name,
				(void *)&doc->sections.items[i]);
	for (size_t i = 0; i < doc->sections.count; i++) {
		const struct section *section = &doc->sections.items[i];

		if (section->from.len)
			lint->defaults[i] = map_get(&named, section->from);
		else if (section->kind & SIDES)
			lint->defaults[i] = last;
		if (section->kind == SECTION_DEFAULTS)
			last = section;
	}
	map_release(&named, NULL);
}

static void find_conditional(struct lint *lint)
{
	const struct document *doc = lint->doc;
	size_t                 depth = 0;

	lint->conditional = xcalloc(doc->lines.count + 1, sizeof(*lint->conditional));
	for (size_t i = 0, end = document_config_lines(doc); i < end; i++) {
		struct span word = line_first_word(line_span(&doc->lines.items[i]));

		depth += span_is(word, ".if");
		lint->conditional[i] = depth > 0;
		depth -= span_is(word, ".endif") && depth > 0;
	}
}

static void run_rule(struct lint *lint)
{
	const struct document *doc = lint->doc;
	size_t                 before = lint->out->list.count, kept = before;

	if (!lint->rule->kinds)
		lint->rule->check(lint, NULL);
	for (size_t i = 0; i < doc->sections.count; i++)
		if (doc->sections.items[i].kind & lint->rule->kinds)
			lint->rule->check(lint, &doc->sections.items[i]);
	for (size_t i = before; i < lint->out->list.count; i++) {
		struct finding *finding = &lint->out->list.items[i];

		if (is_ignored(lint, finding->line))
			finding_release(finding);
		else
			lint->out->list.items[kept++] = *finding;
	}
	lint->out->list.count = kept;
}

static int by_line(const void *a, const void *b)
{
	const struct finding *left = a, *right = b;

	if (left->line != right->line)
		return left->line < right->line ? -1 : 1;
	if (left->rule != right->rule)
		return left->rule < right->rule ? -1 : 1;
	return strcmp(left->text.bytes, right->text.bytes);
}

void lint_run(const struct document *doc, const struct lint_facts *facts,
	      struct findings *findings)
{
	static const struct lint_facts none;
	struct lint lint = { .doc = doc, .facts = facts ? facts : &none, .out = findings,
			     .words = WORDS_INIT };

	find_defaults(&lint);
	find_conditional(&lint);
	for (size_t i = 0; i < N(lint_rule_table); i++) {
		lint.rule = &lint_rule_table[i];
		run_rule(&lint);
	}
	if (findings->list.count)
		qsort(findings->list.items, findings->list.count, sizeof(findings->list.items[0]),
		      by_line);
	words_release(&lint.words);
	free(lint.conditional);
	free(lint.defaults);
}
