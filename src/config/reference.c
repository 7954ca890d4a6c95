/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/config/reference.h"

#include <string.h>

#include "penstock/base/mem.h"
#include "penstock/config/keyword.h"

enum { SERVED = SECTION_BACKEND | SECTION_LISTEN, FRONT = SECTION_FRONTEND | SECTION_LISTEN };

/* How the name is written. */
enum form {
	FORM_NAME,   /* NAME of a section */
	FORM_SERVER, /* SERVER of this section, or BACKEND/SERVER */
	FORM_TABLE,  /* PROXY with a stick table, or PEERS/TABLE */
};

/* A word that a name follows. */
struct option_def {
	const char *keyword; /* the line's first word */
	const char *after;   /* a word before it starts with this; "" if none need */
	const char *word;
	enum form   form;
	unsigned    kinds; /* of FORM_NAME */
};

static const struct option_def option_table[] = {
	{ "default-server", "", "resolvers", FORM_NAME, SECTION_RESOLVERS },
	{ "default-server", "", "track", FORM_SERVER, 0 },
	{ "filter", "", "cache", FORM_NAME, SECTION_CACHE },
	{ "filter", "", "fcgi-app", FORM_NAME, SECTION_FCGI_APP },
	{ "filter", "bwlim-", "table", FORM_TABLE, 0 },
	{ "http-error", "", "errorfiles", FORM_NAME, SECTION_HTTP_ERRORS },
	{ "http-request", "", "cache-use", FORM_NAME, SECTION_CACHE },
	{ "http-request", "deny", "errorfiles", FORM_NAME, SECTION_HTTP_ERRORS },
	{ "http-request", "return", "errorfiles", FORM_NAME, SECTION_HTTP_ERRORS },
	{ "http-request", "tarpit", "errorfiles", FORM_NAME, SECTION_HTTP_ERRORS },
	{ "http-request", "track-sc", "table", FORM_TABLE, 0 },
	{ "http-response", "", "cache-store", FORM_NAME, SECTION_CACHE },
	{ "http-response", "deny", "errorfiles", FORM_NAME, SECTION_HTTP_ERRORS },
	{ "http-response", "return", "errorfiles", FORM_NAME, SECTION_HTTP_ERRORS },
	{ "http-response", "track-sc", "table", FORM_TABLE, 0 },
	{ "load", "", "acme", FORM_NAME, SECTION_ACME },
	{ "log", "", "profile", FORM_NAME, SECTION_LOG_PROFILE },
	{ "server", "", "resolvers", FORM_NAME, SECTION_RESOLVERS },
	{ "server", "", "track", FORM_SERVER, 0 },
	{ "server-template", "", "resolvers", FORM_NAME, SECTION_RESOLVERS },
	{ "server-template", "", "track", FORM_SERVER, 0 },
	{ "ssl-f-use", "", "acme", FORM_NAME, SECTION_ACME },
	{ "stick", "", "table", FORM_TABLE, 0 },
	{ "stick-table", "", "peers", FORM_NAME, SECTION_PEERS },
	{ "tcp-request", "track-sc", "table", FORM_TABLE, 0 },
	{ "trace", "", "sink", FORM_NAME, SECTION_RING },
	{ "use-server", "", "use-server", FORM_SERVER, 0 },
};

/* A word that begins with what the name is of: `log ring@buffer`. */
struct prefix_def {
	const char *keyword;
	const char *prefix;
	unsigned    kinds;
};

static const struct prefix_def prefix_table[] = {
	{ "log", "backend@", SERVED },
	{ "log", "ring@", SECTION_RING },
	{ "log-stderr", "ring@", SECTION_RING },
};

/* Samples, converters and actions with a name among their arguments. */
struct call_def {
	const char *name;     /* a star at its end: all that start so */
	bool        last;     /* the last argument, else the one of `argument` */
	size_t      argument; /* from 0 */
	enum form   form;
	unsigned    kinds;
};

static const struct call_def call_table[] = {
	{ "avg_queue", true, 0, FORM_NAME, SERVED },
	{ "be_*", true, 0, FORM_NAME, SERVED },
	{ "connslots", true, 0, FORM_NAME, SERVED },
	{ "do-resolve", false, 1, FORM_NAME, SECTION_RESOLVERS },
	{ "fe_*", true, 0, FORM_NAME, FRONT },
	{ "http_auth", true, 0, FORM_NAME, SECTION_USERLIST },
	{ "http_auth_group", true, 0, FORM_NAME, SECTION_USERLIST },
	{ "in_table", true, 0, FORM_TABLE, 0 },
	{ "nbsrv", true, 0, FORM_NAME, SERVED },
	{ "queue", true, 0, FORM_NAME, SERVED },
	{ "sc0_*", true, 0, FORM_TABLE, 0 },
	{ "sc1_*", true, 0, FORM_TABLE, 0 },
	{ "sc2_*", true, 0, FORM_TABLE, 0 },
	{ "sc_*", true, 0, FORM_TABLE, 0 },
	{ "src_*", true, 0, FORM_TABLE, 0 },
	{ "srv_*", true, 0, FORM_SERVER, 0 },
	{ "table_*", true, 0, FORM_TABLE, 0 },
};

/* One look through the document. */
struct search {
	const struct document *doc;
	struct references     *out;

	/* what is looked for */
	unsigned    kinds;
	struct span name;   /* of the section */
	struct span server; /* .at NULL: the section itself */
	bool        table;  /* the section has a stick table */
	bool        inside; /* its own lines count, too */

	/* where the search is */
	const struct section *section;
	size_t                line;
	struct words          words;
};

static bool contains(struct span text, struct span part)
{
	while (part.len && text.len >= part.len) {
		const char *at = memchr(text.at, part.at[0], text.len - part.len + 1);

		if (!at)
			return false;
		if (memcmp(at, part.at, part.len) == 0)
			return true;
		text.len -= (size_t)(at + 1 - text.at);
		text.at = at + 1;
	}
	return false;
}

/* ---- one name --------------------------------------------------------------- */

/* part: bytes of the raw word. */
static void found(struct search *search, size_t word, struct span part)
{
	*vec_push(&search->out->list) = (struct reference){
		.line = search->line,
		.word = word,
		.at = (size_t)(part.at - search->words.items[word].raw.at),
		.len = part.len,
	};
}

static bool is_section(const struct search *search, unsigned kinds, struct span name)
{
	return !search->server.at && (kinds & search->kinds) && span_equal(name, search->name);
}

/* OWNER/ITEM in two; false, and all is the item, where there is no slash. */
static bool split_owner(struct span part, struct span *owner, struct span *item)
{
	const char *slash = part.len ? memchr(part.at, '/', part.len) : NULL;

	*owner = span_make(part.at, 0);
	*item = part;
	if (!slash)
		return false;
	owner->len = (size_t)(slash - part.at);
	*item = span_make(slash + 1, part.len - owner->len - 1);
	return true;
}

static void try_server(struct search *search, size_t word, struct span part)
{
	struct span owner, item;
	bool        owned = split_owner(part, &owner, &item);

	if (owned && is_section(search, SERVED, owner))
		found(search, word, owner);
	if (!search->server.at || !span_equal(item, search->server))
		return;
	if (owned ? span_equal(owner, search->name) :
		    (search->section->kind & SERVED) &&
		    span_equal(search->section->name, search->name))
		found(search, word, item);
}

static void try_table(struct search *search, size_t word, struct span part)
{
	struct span owner, item;

	if (split_owner(part, &owner, &item)) {
		if (is_section(search, SECTION_PEERS, owner))
			found(search, word, owner);
	} else if (search->table && is_section(search, SECTION_PROXY, item)) {
		found(search, word, item);
	}
}

/* A place that holds a name; part: bytes of the raw word. */
static void try_part(struct search *search, size_t word, struct span part, enum form form,
		     unsigned kinds)
{
	if (form == FORM_SERVER)
		try_server(search, word, part);
	else if (form == FORM_TABLE)
		try_table(search, word, part);
	else if (is_section(search, kinds, part))
		found(search, word, part);
}

/* The raw bytes of a word without quotes around it. */
static struct span unquoted(struct span raw)
{
	if (raw.len > 1 && (raw.at[0] == '"' || raw.at[0] == '\'') &&
	    raw.at[raw.len - 1] == raw.at[0])
		return span_make(raw.at + 1, raw.len - 2);
	return raw;
}

/* A word that is a name, or a name behind a prefix of `skip` bytes. */
static void try_word(struct search *search, size_t word, size_t skip, enum form form,
		     unsigned kinds)
{
	struct span part;

	if (word >= search->words.count)
		return;
	part = unquoted(search->words.items[word].raw);
	if (part.len > skip)
		try_part(search, word, span_make(part.at + skip, part.len - skip), form, kinds);
}

/* ---- names in one line ------------------------------------------------------ */

static bool is_name_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '-' || c == '.';
}

/* The next NAME(ARGUMENTS) of the text, which is cut off the front of *rest;
 * arguments may be open at the end. */
static bool next_call(struct span text, size_t *from, struct span *name,
		      struct span *arguments)
{
	const char *open, *close;
	size_t      start, end;

	if (*from >= text.len)
		return false;
	open = memchr(text.at + *from, '(', text.len - *from);
	if (!open)
		return false;
	end = start = (size_t)(open - text.at);
	while (start > 0 && is_name_byte(text.at[start - 1]))
		start--;
	*name = span_make(text.at + start, end - start);
	*from = end + 1;
	close = memchr(text.at + *from, ')', text.len - *from);
	*arguments = span_make(text.at + *from,
			       close ? (size_t)(close - text.at) - *from : text.len - *from);
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

	while (argument.len && strchr(around, argument.at[0])) {
		argument.at++;
		argument.len--;
	}
	while (argument.len && strchr(around, argument.at[argument.len - 1]))
		argument.len--;
	return argument;
}

static void try_call(struct search *search, size_t word, const struct call_def *call,
		     struct span arguments)
{
	struct span argument = span_make("", 0), rest = arguments;

	for (size_t i = 0; span_split(&rest, ',', &argument); i++)
		if (!call->last && i == call->argument)
			break;
	if (call->last || rest.at)
		try_part(search, word, bare(argument), call->form, call->kinds);
}

static void try_calls(struct search *search, size_t word)
{
	struct span raw = search->words.items[word].raw, name, arguments;
	size_t      from = 0;

	while (next_call(raw, &from, &name, &arguments)) {
		const struct call_def *call = find_call(name);

		if (call)
			try_call(search, word, call, arguments);
	}
}

/* Where the condition of a rule starts; the number of words without one. */
static size_t condition_of(const struct words *words)
{
	size_t i = 1;

	while (i < words->count && !words_is(words, i, "if") && !words_is(words, i, "unless"))
		i++;
	return i < words->count ? i : words->count;
}

static void try_option(struct search *search, const struct option_def *option, size_t end)
{
	bool after = !option->after[0];
	/* `use-server` is followed by the name itself. */
	size_t from = strcmp(option->word, option->keyword) == 0 ? 0 : 1;

	for (size_t i = from; i + 1 < end; i++) {
		if (after && words_is(&search->words, i, option->word))
			try_word(search, i + 1, 0, option->form, option->kinds);
		after = after || span_starts(search->words.items[i].text, option->after);
	}
}

static void try_keyword(struct search *search)
{
	struct span               first = words_text(&search->words, 0);
	const struct keyword_def *def = keyword_find(first, words_text(&search->words, 1));
	size_t                    end = condition_of(&search->words);

	if (def && def->refers)
		try_word(search, def->flags & KEYWORD_PAIR ? 2 : 1, 0, FORM_NAME, def->refers);
	for (size_t i = 0; i < N(option_table); i++)
		if (span_is(first, option_table[i].keyword))
			try_option(search, &option_table[i], end);
	for (size_t i = 0; i < N(prefix_table); i++)
		if (span_is(first, prefix_table[i].keyword) &&
		    span_starts(words_text(&search->words, 1), prefix_table[i].prefix))
			try_word(search, 1, strlen(prefix_table[i].prefix), FORM_NAME,
				 prefix_table[i].kinds);
}

/* `from BASE`: behind the name, which a defaults section may lack. */
static void try_header(struct search *search)
{
	for (size_t i = 1; i <= 2 && search->section->from.len; i++) {
		if (words_is(&search->words, i, "from")) {
			try_word(search, i + 1, 0, FORM_NAME, SECTION_DEFAULTS);
			return;
		}
	}
}

/* Whether the line is worth splitting: large files are mostly server lines,
 * and few of them refer to anything. */
static bool may_refer(const struct search *search, struct span line)
{
	struct span word = line_first_word(line);

	if (!word.len || !contains(line, search->server.at ? search->server : search->name))
		return false;
	return !span_is(word, "server") || contains(line, span_of("track")) ||
	       contains(line, span_of("resolvers"));
}

static void search_line(struct search *search)
{
	struct span line = line_span(&search->doc->lines.items[search->line]);

	if (!may_refer(search, line))
		return;
	words_split(&search->words, line);
	if (search->line == search->section->first) {
		try_header(search);
		return;
	}
	try_keyword(search);
	for (size_t word = 1; word < search->words.count; word++)
		try_calls(search, word);
}

static void search_all(struct search *search)
{
	const struct document *doc = search->doc;

	for (size_t i = 0; i < doc->sections.count; i++) {
		const struct section *section = &doc->sections.items[i];

		search->section = section;
		if (!search->inside && is_section(search, section->kind, section->name))
			continue;
		for (size_t line = 0; line < section->count; line++) {
			search->line = section->first + line;
			search_line(search);
		}
	}
	words_release(&search->words);
}

/* ---- the module's face ------------------------------------------------------ */

static void search_section(const struct document *doc, unsigned kinds, struct span name,
			   bool inside, struct references *out)
{
	const struct section *section = document_section(doc, kinds, name);
	struct search         search = {
		.doc = doc,
		.out = out,
		.kinds = kinds,
		.name = name,
		.server = { NULL, 0 },
		.inside = inside,
		.words = WORDS_INIT,
	};

	if (!name.len)
		return;
	search.table = section && section_find(doc, section, 0, "stick-table", NULL) != SIZE_MAX;
	search_all(&search);
}

void references_to_section(const struct document *doc, unsigned kinds, struct span name,
			   struct references *out)
{
	search_section(doc, kinds, name, false, out);
}

void references_to_name(const struct document *doc, unsigned kinds, struct span name,
			struct references *out)
{
	search_section(doc, kinds, name, true, out);
}

void references_to_server(const struct document *doc, struct span backend, struct span server,
			  struct references *out)
{
	struct search search = {
		.doc = doc,
		.out = out,
		.kinds = SERVED,
		.name = backend,
		.server = server,
		.inside = true,
		.words = WORDS_INIT,
	};

	if (server.len)
		search_all(&search);
}

/* `[!]NAME` in the condition of a rule, outside { … }. */
static void try_condition(struct search *search)
{
	const struct words *words = &search->words;
	bool                inline_acl = false;

	for (size_t i = condition_of(words) + 1; i < words->count; i++) {
		struct span part = unquoted(words->items[i].raw);

		if (words_is(words, i, "{") || words_is(words, i, "}"))
			inline_acl = words_is(words, i, "{");
		while (part.len && part.at[0] == '!') {
			part.at++;
			part.len--;
		}
		if (!inline_acl && span_equal(part, search->name))
			found(search, i, part);
	}
}

/* `acl([!]NAME,…)` as a sample. */
static void try_acl_calls(struct search *search, size_t word)
{
	struct span raw = search->words.items[word].raw, name, arguments, argument;
	size_t      from = 0;

	while (next_call(raw, &from, &name, &arguments)) {
		while (span_is(name, "acl") && span_split(&arguments, ',', &argument)) {
			argument = bare(argument);
			if (argument.len && argument.at[0] == '!')
				argument = span_make(argument.at + 1, argument.len - 1);
			if (span_equal(argument, search->name))
				found(search, word, argument);
		}
	}
}

void references_to_acl(const struct document *doc, const struct section *section,
		       struct span acl, struct references *out)
{
	struct search search = {
		.doc = doc,
		.out = out,
		.name = acl,
		.section = section,
		.words = WORDS_INIT,
	};

	for (size_t i = 1; i < section->count; i++) {
		search.line = section->first + i;
		if (!contains(line_span(&doc->lines.items[search.line]), acl))
			continue;
		words_split(&search.words, line_span(&doc->lines.items[search.line]));
		if (words_is(&search.words, 0, "acl") &&
		    span_equal(words_text(&search.words, 1), acl))
			continue;
		try_condition(&search);
		for (size_t word = 1; word < search.words.count; word++)
			try_acl_calls(&search, word);
	}
	words_release(&search.words);
}

void references_release(struct references *refs)
{
	vec_release(&refs->list);
}

void references_rename(struct candidate *candidate, const struct references *refs,
		       struct span name)
{
	struct words words = WORDS_INIT;
	struct str   raw = STR_INIT;

	/* From the last on, so that two in one word do not move each other. */
	for (size_t i = refs->list.count; i-- > 0;) {
		const struct reference *ref = &refs->list.items[i];
		struct span             old;

		words_split(&words, line_span(&candidate->now->lines.items[ref->line]));
		old = words.items[ref->word].raw;
		str_reset(&raw);
		str_add(&raw, old.at, ref->at);
		str_add_span(&raw, name);
		str_add(&raw, old.at + ref->at + ref->len, old.len - ref->at - ref->len);
		edit_replace_words(candidate, ref->line, ref->word, 1, str_span(&raw));
	}
	str_release(&raw);
	words_release(&words);
}

static size_t count_lines(const struct references *refs)
{
	size_t count = 0;

	for (size_t i = 0; i < refs->list.count; i++)
		count += i == 0 || refs->list.items[i].line != refs->list.items[i - 1].line;
	return count;
}

void references_format(const struct document *doc, const struct references *refs,
		       struct str *out)
{
	size_t lines = count_lines(refs), shown = lines > 3 ? 2 : lines, done = 0;

	for (size_t i = 0; i < refs->list.count && done < shown; i++) {
		struct place place;

		if (i && refs->list.items[i].line == refs->list.items[i - 1].line)
			continue;
		if (done++)
			str_add_text(out, done == lines ? " and " : ", ");
		place = document_place(doc, refs->list.items[i].line);
		str_addf(out, "%s:%u", place.file, place.line);
	}
	if (shown < lines)
		str_addf(out, " and %zu more", lines - shown);
}
