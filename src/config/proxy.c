/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a section as a proxy: each line is given to the field that it says. */
#include "penstock/config/proxy.h"

#include <stdint.h>
#include <stdlib.h>
#include <strings.h>

#include "penstock/base/mem.h"
#include "penstock/config/health.h"
#include "penstock/config/keepalive.h"
#include "penstock/config/lines.h"
#include "penstock/config/member.h"
#include "penstock/config/pragma.h"
#include "penstock/config/proxy_put.h"
#include "penstock/config/rule.h"

/* One line on its way into the proxy. */
struct reading {
	struct proxy *proxy;
	struct span   line;
	size_t        index;
	struct words  words;
};

/* Takes one line, or leaves it: ROLE_NATIVE. */
typedef enum line_role read_fn(struct reading *r);

/* Of several lines with one role only the last one counts. */
static void override(struct proxy *proxy, enum line_role role)
{
	for (size_t i = 0; i < proxy->roles.count; i++)
		if (proxy->roles.items[i] == role)
			proxy->roles.items[i] = ROLE_NONE;
}

static enum line_role read_text(struct reading *r, char **field, enum line_role role)
{
	struct span raw = words_raw_range(&r->words, 1, r->words.count - 1);

	if (r->words.count < 2)
		return ROLE_NATIVE;
	free(*field);
	*field = raw_text(raw);
	override(r->proxy, role);
	return role;
}

static enum line_role read_word(struct reading *r, char **field, enum line_role role)
{
	if (r->words.count != 2)
		return ROLE_NATIVE;
	free(*field);
	*field = value_of(&r->words.items[1]);
	override(r->proxy, role);
	return role;
}

static enum line_role read_mode(struct reading *r)
{
	return read_word(r, &r->proxy->mode, ROLE_MODE);
}

static enum line_role read_default_backend(struct reading *r)
{
	return read_word(r, &r->proxy->default_backend, ROLE_BACKEND);
}

static enum line_role read_balance(struct reading *r)
{
	return read_text(r, &r->proxy->balance, ROLE_BALANCE);
}

static enum line_role read_cookie(struct reading *r)
{
	return read_text(r, &r->proxy->cookie, ROLE_COOKIE);
}

static enum line_role read_keepalive(struct reading *r)
{
	return keepalive_line(&r->words, &r->proxy->keepalive) ? ROLE_KEEPALIVE : ROLE_NATIVE;
}

static enum line_role read_host(struct reading *r)
{
	struct span header = words_text(&r->words, 2);

	if (r->words.count != 4 || !words_is(&r->words, 1, "set-header") || header.len != 4 ||
	    strncasecmp(header.at, "host", 4) != 0 || !word_is_plain(&r->words.items[3]))
		return ROLE_NATIVE;
	free(r->proxy->host);
	r->proxy->host = span_dup(r->words.items[3].text);
	return ROLE_HOST;
}

static enum line_role read_server(struct reading *r)
{
	struct member member;

	if (!member_read(&member, r->line))
		return ROLE_NATIVE;
	member.line = r->index;
	*vec_push(&r->proxy->members) = member;
	return ROLE_MEMBER;
}

static enum line_role read_bind(struct reading *r)
{
	size_t first = r->proxy->binds.count;
	char  *list;

	if (r->words.count < 2)
		return ROLE_NATIVE;
	list = value_of(&r->words.items[1]);
	binds_split(r->proxy, span_of(list));
	free(list);
	for (size_t i = first; i < r->proxy->binds.count; i++) {
		struct bind *bind = &r->proxy->binds.items[i];

		bind->options = raw_text(words_raw_range(&r->words, 2, r->words.count - 1));
		bind->line = r->index;
	}
	return ROLE_BIND;
}

struct reader {
	const char *keyword;
	unsigned    sides;
	read_fn    *read;
};

/* Health checks and rules take more than one line: see finish. */
static const struct reader reader_table[] = {
	{ "balance",         SECTION_BACKEND,                    read_balance },
	{ "bind",            SECTION_FRONTEND,                   read_bind },
	{ "cookie",          SECTION_BACKEND,                    read_cookie },
	{ "default_backend", SECTION_FRONTEND,                   read_default_backend },
	{ "http-request",    SECTION_BACKEND,                    read_host },
	{ "mode",            SECTION_FRONTEND | SECTION_BACKEND, read_mode },
	{ "no",              SECTION_FRONTEND,                   read_keepalive },
	{ "option",          SECTION_FRONTEND,                   read_keepalive },
	{ "server",          SECTION_BACKEND,                    read_server },
};

static enum line_role read_line(struct reading *r, enum section_kind side)
{
	for (size_t i = 0; i < N(reader_table); i++)
		if ((reader_table[i].sides & (unsigned)side) &&
		    words_is(&r->words, 0, reader_table[i].keyword))
			return reader_table[i].read(r);
	return ROLE_NATIVE;
}

static void read_lines(struct proxy *proxy, const struct document *doc,
		       const struct section *section, enum section_kind side)
{
	struct reading r = { .proxy = proxy, .words = WORDS_INIT };

	*vec_push(&proxy->roles) = ROLE_NONE;
	for (size_t i = section->first + 1; i < section->first + section->count; i++) {
		enum line_role role = ROLE_NONE;

		r.line = line_span(&doc->lines.items[i]);
		r.index = i;
		words_split(&r.words, r.line);
		if (r.words.count)
			role = read_line(&r, side);
		*vec_push(&proxy->roles) = (unsigned char)role;
	}
	words_release(&r.words);
}

/* Two lines that set the Host header work together in ways no field can say. */
static void read_one_host(struct proxy *proxy)
{
	size_t count = 0;

	for (size_t i = 0; i < proxy->roles.count; i++)
		count += proxy->roles.items[i] == ROLE_HOST;
	if (count < 2)
		return;
	for (size_t i = 0; i < proxy->roles.count; i++)
		if (proxy->roles.items[i] == ROLE_HOST)
			proxy->roles.items[i] = ROLE_NATIVE;
	free(proxy->host);
	proxy->host = NULL;
}

static void read_natives(struct proxy *proxy, const struct document *doc)
{
	struct words words = WORDS_INIT;

	for (size_t i = 0; i < proxy->roles.count; i++) {
		size_t line = proxy->header + i;

		if (proxy->roles.items[i] != ROLE_NATIVE)
			continue;
		words_split(&words, line_span(&doc->lines.items[line]));
		*vec_push(&proxy->natives) = (struct native){
			.text = raw_text(words_raw_range(&words, 0, words.count - 1)),
			.line = line,
		};
	}
	words_release(&words);
}

static void read_source(struct proxy *proxy, const struct document *doc,
			const struct section *section)
{
	size_t       line = pragma_find(doc, section, "source");
	struct words words = WORDS_INIT;

	if (line == SIZE_MAX)
		return;
	if (pragma_read(line_span(&doc->lines.items[line]), &words) && words.count > 1) {
		proxy->source = raw_text(words_raw_range(&words, 1, words.count - 1));
		if (words.count == 4 && words_is(&words, 1, "thalassa")) {
			proxy->source_name = span_dup(words.items[2].text);
			proxy->source_version = span_dup(words.items[3].text);
		}
	}
	words_release(&words);
}

static void read_pragma(struct proxy *proxy, struct span text, struct words *words, size_t line)
{
	const struct {
		const char *word;
		char      **field;
	} fields[] = { { "version", &proxy->version }, { "meta", &proxy->meta } };
	struct span rest;

	words_split(words, text);
	if (!words->count || words_is(words, 0, "source"))
		return;
	rest = span_trim(span_make(words->items[0].raw.at + words->items[0].raw.len,
				   (size_t)(text.at + text.len - words->items[0].raw.at) -
					   words->items[0].raw.len));
	for (size_t i = 0; i < N(fields); i++) {
		if (!words_is(words, 0, fields[i].word) || *fields[i].field || !rest.len)
			continue;
		*fields[i].field = raw_text(rest);
		return;
	}
	*vec_push(&proxy->pragmas) = (struct native){ raw_text(span_trim(text)), line };
}

static void read_pragmas(struct proxy *proxy, const struct document *doc,
			 const struct section *section)
{
	struct words words = WORDS_INIT;

	for (size_t i = section->first + 1; i < section->first + section->count; i++) {
		struct span text;

		if (pragma_text(line_span(&doc->lines.items[i]), &text))
			read_pragma(proxy, text, &words, i);
	}
	words_release(&words);
}

static void join_binds(struct proxy *proxy)
{
	struct str text = STR_INIT;

	for (size_t i = 0; i < proxy->binds.count; i++) {
		if (i)
			str_add_char(&text, ',');
		str_add_text(&text, proxy->binds.items[i].address);
	}
	proxy->bind = str_detach(&text, NULL);
}

/* What the nearest section says that this one inherits from, as text behind
 * the keyword, else the default. */
static char *inherited(const struct document *doc, const struct section *section,
		       const char *keyword, const char *fallback)
{
	const struct section *lineage[DEFAULTS_DEPTH];
	size_t                count = section_lineage(doc, section, lineage);
	struct words          words = WORDS_INIT;
	char                 *value = NULL;

	for (size_t i = 1; i < count && !value; i++) {
		size_t line = section_find_last(doc, lineage[i]->first, keyword, NULL);

		if (line == SIZE_MAX)
			continue;
		words_split(&words, line_span(&doc->lines.items[line]));
		if (words.count > 1)
			value = raw_text(words_raw_range(&words, 1, words.count - 1));
	}
	words_release(&words);
	return value ? value : xstrdup(fallback);
}

struct proxy *proxy_read(const struct document *doc, const struct section *section,
			 enum section_kind side)
{
	struct proxy *proxy = xcalloc(1, sizeof(*proxy));

	if (section->kind != SECTION_LISTEN)
		side = section->kind;
	proxy->kind = section->kind;
	proxy->header = section->first;
	proxy->name = raw_text(section->name);
	proxy->from = section->from.len ? raw_text(section->from) : NULL;
	proxy->keepalive = keepalive_inherited(doc, section);
	read_lines(proxy, doc, section, side);
	if (!proxy->mode)
		proxy->mode = inherited(doc, section, "mode", "tcp");
	if (side == SECTION_FRONTEND) {
		rules_read(proxy, doc);
		join_binds(proxy);
	} else {
		if (!proxy->balance)
			proxy->balance = inherited(doc, section, "balance", "roundrobin");
		read_source(proxy, doc, section);
		read_one_host(proxy);
		health_read(proxy, doc);
	}
	read_pragmas(proxy, doc, section);
	read_natives(proxy, doc);
	return proxy;
}

static void each_rule_text(struct rule *rule, proxy_text_fn *each, void *data)
{
	each(&rule->type, data);
	each(&rule->operation, data);
	each(&rule->header, data);
	each(&rule->value, data);
	each(&rule->backend, data);
	each(&rule->acl, data);
}

static void each_item_text(struct proxy *proxy, proxy_text_fn *each, void *data)
{
	for (size_t i = 0; i < proxy->binds.count; i++) {
		each(&proxy->binds.items[i].address, data);
		each(&proxy->binds.items[i].options, data);
	}
	for (size_t i = 0; i < proxy->rules.count; i++)
		each_rule_text(&proxy->rules.items[i], each, data);
	for (size_t i = 0; i < proxy->members.count; i++) {
		each(&proxy->members.items[i].server, data);
		each(&proxy->members.items[i].host, data);
		each(&proxy->members.items[i].options, data);
	}
	for (size_t i = 0; i < proxy->natives.count; i++)
		each(&proxy->natives.items[i].text, data);
	for (size_t i = 0; i < proxy->pragmas.count; i++)
		each(&proxy->pragmas.items[i].text, data);
}

void proxy_each_text(struct proxy *proxy, proxy_text_fn *each, void *data)
{
	char **const texts[] = {
		&proxy->name, &proxy->bind, &proxy->default_backend, &proxy->mode,
		&proxy->balance, &proxy->host, &proxy->cookie, &proxy->health.method,
		&proxy->health.uri, &proxy->health.http_version, &proxy->source,
		&proxy->source_name, &proxy->source_version, &proxy->from, &proxy->version,
		&proxy->meta,
	};

	for (size_t i = 0; i < N(texts); i++)
		each(texts[i], data);
	each_item_text(proxy, each, data);
}

static void free_text(char **text, void *data)
{
	(void)data;
	free(*text);
}

void proxy_free(struct proxy *proxy)
{
	if (!proxy)
		return;
	proxy_each_text(proxy, free_text, NULL);
	vec_release(&proxy->binds);
	vec_release(&proxy->rules);
	vec_release(&proxy->members);
	vec_release(&proxy->natives);
	vec_release(&proxy->pragmas);
	vec_release(&proxy->roles);
	free(proxy);
}
