/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/config/mention.h"

#include <stdint.h>
#include <string.h>

#include "penstock/base/mem.h"
#include "penstock/config/keyword.h"

/* A word that a name follows. */
struct option_def {
	const char       *keyword; /* the line's first word */
	const char       *after;   /* a word before it starts with this; "" if none need */
	const char       *word;
	enum mention_form form;
	unsigned          kinds;
};

static const struct option_def option_table[] = {
	{ "default-server", "", "healthcheck", MENTION_SECTION, SECTION_HEALTHCHECK },
	{ "default-server", "", "resolvers", MENTION_SECTION, SECTION_RESOLVERS },
	{ "default-server", "", "track", MENTION_SERVER, SECTION_BACKS },
	{ "filter", "", "cache", MENTION_SECTION, SECTION_CACHE },
	{ "filter", "", "fcgi-app", MENTION_SECTION, SECTION_FCGI_APP },
	{ "filter", "bwlim-", "table", MENTION_TABLE, SECTION_PROXY },
	{ "http-error", "", "errorfiles", MENTION_SECTION, SECTION_HTTP_ERRORS },
	{ "http-request", "", "cache-use", MENTION_SECTION, SECTION_CACHE },
	{ "http-request", "deny", "errorfiles", MENTION_SECTION, SECTION_HTTP_ERRORS },
	{ "http-request", "return", "errorfiles", MENTION_SECTION, SECTION_HTTP_ERRORS },
	{ "http-request", "tarpit", "errorfiles", MENTION_SECTION, SECTION_HTTP_ERRORS },
	{ "http-request", "track-sc", "table", MENTION_TABLE, SECTION_PROXY },
	{ "http-response", "", "cache-store", MENTION_SECTION, SECTION_CACHE },
	{ "http-response", "deny", "errorfiles", MENTION_SECTION, SECTION_HTTP_ERRORS },
	{ "http-response", "return", "errorfiles", MENTION_SECTION, SECTION_HTTP_ERRORS },
	{ "http-response", "track-sc", "table", MENTION_TABLE, SECTION_PROXY },
	{ "load", "", "acme", MENTION_SECTION, SECTION_ACME },
	{ "log", "", "profile", MENTION_SECTION, SECTION_LOG_PROFILE },
	{ "server", "", "healthcheck", MENTION_SECTION, SECTION_HEALTHCHECK },
	{ "server", "", "resolvers", MENTION_SECTION, SECTION_RESOLVERS },
	{ "server", "", "track", MENTION_SERVER, SECTION_BACKS },
	{ "server-template", "", "healthcheck", MENTION_SECTION, SECTION_HEALTHCHECK },
	{ "server-template", "", "resolvers", MENTION_SECTION, SECTION_RESOLVERS },
	{ "server-template", "", "track", MENTION_SERVER, SECTION_BACKS },
	{ "ssl-f-use", "", "acme", MENTION_SECTION, SECTION_ACME },
	{ "stick", "", "table", MENTION_TABLE, SECTION_PROXY },
	{ "stick-table", "", "peers", MENTION_SECTION, SECTION_PEERS },
	{ "tcp-request", "track-sc", "table", MENTION_TABLE, SECTION_PROXY },
	{ "trace", "", "sink", MENTION_SECTION, SECTION_RING },
	{ "use-server", "", "use-server", MENTION_SERVER, SECTION_BACKS },
};

/* A word that begins with what the name is of: `log ring@buffer`. */
struct prefix_def {
	const char *keyword;
	const char *prefix;
	unsigned    kinds;
};

static const struct prefix_def prefix_table[] = {
	{ "log", "backend@", SECTION_BACKS },
	{ "log", "ring@", SECTION_RING },
	{ "log-stderr", "ring@", SECTION_RING },
};

/* As the argument of a call: whichever is the last. */
#define LAST SIZE_MAX

/* Samples, converters and actions with a name among their arguments. */
struct call_def {
	const char       *name; /* a star at its end: all that start so */
	size_t            argument;
	enum mention_form form;
	unsigned          kinds;
};

static const struct call_def call_table[] = {
	{ "avg_queue", LAST, MENTION_SECTION, SECTION_BACKS },
	{ "be_*", LAST, MENTION_SECTION, SECTION_BACKS },
	{ "connslots", LAST, MENTION_SECTION, SECTION_BACKS },
	{ "do-resolve", 1, MENTION_SECTION, SECTION_RESOLVERS },
	{ "fe_*", LAST, MENTION_SECTION, SECTION_FRONTS },
	{ "http_auth", LAST, MENTION_SECTION, SECTION_USERLIST },
	{ "http_auth_group", LAST, MENTION_SECTION, SECTION_USERLIST },
	{ "in_table", LAST, MENTION_TABLE, SECTION_PROXY },
	{ "nbsrv", LAST, MENTION_SECTION, SECTION_BACKS },
	{ "queue", LAST, MENTION_SECTION, SECTION_BACKS },
	{ "sc0_*", LAST, MENTION_TABLE, SECTION_PROXY },
	{ "sc1_*", LAST, MENTION_TABLE, SECTION_PROXY },
	{ "sc2_*", LAST, MENTION_TABLE, SECTION_PROXY },
	{ "sc_*", LAST, MENTION_TABLE, SECTION_PROXY },
	{ "src_*", LAST, MENTION_TABLE, SECTION_PROXY },
	{ "srv_*", LAST, MENTION_SERVER, SECTION_BACKS },
	{ "table_*", LAST, MENTION_TABLE, SECTION_PROXY },
};

/* A line on its way to the caller. */
struct visit {
	const struct words *words;
	mention_fn          each;
	void               *data;
};

static void offer(const struct visit *visit, size_t word, struct span name,
		  enum mention_form form, unsigned kinds)
{
	struct mention mention = { .form = form, .kinds = kinds, .word = word, .name = name };

	if (name.len)
		visit->each(&mention, visit->data);
}

/* The raw bytes of a word without quotes around it. */
static struct span unquoted(struct span raw)
{
	if (raw.len > 1 && (raw.at[0] == '"' || raw.at[0] == '\'') &&
	    raw.at[raw.len - 1] == raw.at[0])
		return span_make(raw.at + 1, raw.len - 2);
	return raw;
}

static struct span skip(struct span s, size_t count)
{
	return s.len > count ? span_make(s.at + count, s.len - count) : span_make(s.at, 0);
}

/* A word that is a name, behind a prefix of so many bytes. */
static void offer_word(const struct visit *visit, size_t word, size_t prefix,
		       enum mention_form form, unsigned kinds)
{
	if (word < visit->words->count)
		offer(visit, word, skip(unquoted(visit->words->items[word].raw), prefix), form,
		      kinds);
}

/* Where the condition of a rule starts; the number of words without one. */
static size_t condition_of(const struct words *words)
{
	size_t i = 1;

	while (i < words->count && !words_is(words, i, "if") && !words_is(words, i, "unless"))
		i++;
	return i < words->count ? i : words->count;
}

static void visit_option(const struct visit *visit, const struct option_def *option, size_t end)
{
	bool after = !option->after[0];

	for (size_t i = 0; i + 1 < end; i++) {
		if (after && words_is(visit->words, i, option->word))
			offer_word(visit, i + 1, 0, option->form, option->kinds);
		after = after || span_starts(visit->words->items[i].text, option->after);
	}
}

/* `crt @STORE/ALIAS` on bind, server and other lines. */
static void visit_stores(const struct visit *visit, size_t end)
{
	for (size_t i = 1; i < end; i++) {
		struct span name = unquoted(visit->words->items[i].raw);
		const char *slash = name.len ? memchr(name.at, '/', name.len) : NULL;

		if (!slash || name.at[0] != '@' || !words_is(visit->words, i - 1, "crt"))
			continue;
		offer(visit, i, span_make(name.at + 1, (size_t)(slash - name.at) - 1),
		      MENTION_SECTION, SECTION_CRT_STORE);
	}
}

static void visit_keyword(const struct visit *visit, size_t end)
{
	struct span               first = words_text(visit->words, 0);
	struct span               second = words_text(visit->words, 1);
	const struct keyword_def *def = keyword_find(first, second);

	if (def && def->refers)
		offer_word(visit, def->flags & KEYWORD_PAIR ? 2 : 1, 0, MENTION_SECTION,
			   def->refers);
	for (size_t i = 0; i < N(option_table); i++)
		if (span_is(first, option_table[i].keyword))
			visit_option(visit, &option_table[i], end);
	visit_stores(visit, end);
	for (size_t i = 0; i < N(prefix_table); i++)
		if (span_is(first, prefix_table[i].keyword) &&
		    span_starts(second, prefix_table[i].prefix))
			offer_word(visit, 1, strlen(prefix_table[i].prefix), MENTION_SECTION,
				   prefix_table[i].kinds);
}

/* `from BASE`: behind the name, which a defaults section may lack. */
static void visit_header(const struct visit *visit)
{
	const struct words *words = visit->words;
	size_t              from = words_is(words, 1, "from") && words->count == 3 ? 1 : 2;

	if (words_is(words, from, "from"))
		offer_word(visit, from + 1, 0, MENTION_SECTION, SECTION_DEFAULTS);
}

static bool is_name_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '-' || c == '.';
}

/* The next NAME(ARGUMENTS) of the text from *from on, which goes behind its
 * parenthesis; the arguments may be open at the end. */
static bool next_call(struct span text, size_t *from, struct span *name,
		      struct span *arguments)
{
	struct span rest = skip(text, *from);
	const char *open = rest.len ? memchr(rest.at, '(', rest.len) : NULL;
	const char *close;
	size_t      start;

	if (!open)
		return false;
	for (start = (size_t)(open - text.at); start > 0; start--)
		if (!is_name_byte(text.at[start - 1]))
			break;
	*name = span_make(text.at + start, (size_t)(open - text.at) - start);
	*from = (size_t)(open - text.at) + 1;
	*arguments = skip(text, *from);
	close = arguments->len ? memchr(arguments->at, ')', arguments->len) : NULL;
	if (close)
		arguments->len = (size_t)(close - arguments->at);
	return true;
}

static const struct call_def *find_call(struct span name)
{
	for (size_t i = 0; i < N(call_table); i++) {
		const char *star = strchr(call_table[i].name, '*');
		size_t      len = star ? (size_t)(star - call_table[i].name) : 0;

		if (star ? name.len > len && memcmp(name.at, call_table[i].name, len) == 0 :
			   span_is(name, call_table[i].name))
			return &call_table[i];
	}
	return NULL;
}

/* Without the blanks, quotes and escapes that may stand around an argument. */
static struct span bare(struct span argument)
{
	static const char around[] = " \t\"'\\";

	while (argument.len && strchr(around, argument.at[0]))
		argument = skip(argument, 1);
	while (argument.len && strchr(around, argument.at[argument.len - 1]))
		argument.len--;
	return argument;
}

static void visit_call(const struct visit *visit, size_t word, const struct call_def *call,
		       struct span arguments)
{
	struct span argument;

	for (size_t i = 0; span_split(&arguments, ',', &argument); i++)
		if (call->argument == LAST ? !arguments.at : call->argument == i)
			offer(visit, word, bare(argument), call->form, call->kinds);
}

/* `acl([!]NAME,...)`: each argument is a name. */
static void visit_acl_call(const struct visit *visit, size_t word, struct span arguments)
{
	struct span argument;

	while (span_split(&arguments, ',', &argument)) {
		argument = bare(argument);
		offer(visit, word, skip(argument, argument.len && argument.at[0] == '!'),
		      MENTION_ACL, 0);
	}
}

static void visit_calls(const struct visit *visit, size_t word)
{
	struct span raw = visit->words->items[word].raw, name, arguments;
	size_t      from = 0;

	while (next_call(raw, &from, &name, &arguments)) {
		const struct call_def *call = find_call(name);

		if (call)
			visit_call(visit, word, call, arguments);
		else if (span_is(name, "acl"))
			visit_acl_call(visit, word, arguments);
	}
}

/* `[!]NAME` in the condition of a rule, outside { ... }. */
static void visit_condition(const struct visit *visit, size_t start)
{
	const struct words *words = visit->words;
	bool                is_inline = false;

	for (size_t i = start; i < words->count; i++) {
		struct span name = unquoted(words->items[i].raw);

		if (words_is(words, i, "{") || words_is(words, i, "}")) {
			is_inline = words_is(words, i, "{");
			continue;
		}
		while (name.len && name.at[0] == '!')
			name = skip(name, 1);
		if (!is_inline)
			offer(visit, i, name, MENTION_ACL, 0);
	}
}

void mentions_in_line(const struct words *words, bool is_header, mention_fn each, void *data)
{
	struct visit visit = { .words = words, .each = each, .data = data };
	size_t       condition = condition_of(words);

	if (is_header) {
		visit_header(&visit);
		return;
	}
	visit_keyword(&visit, condition);
	for (size_t word = 1; word < words->count; word++)
		visit_calls(&visit, word);
	visit_condition(&visit, condition + 1);
}
