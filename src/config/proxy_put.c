/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/config/proxy_put.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "penstock/base/mem.h"
#include "penstock/config/health.h"
#include "penstock/config/keepalive.h"
#include "penstock/config/lines.h"
#include "penstock/config/member.h"
#include "penstock/config/natives.h"
#include "penstock/config/pragma.h"
#include "penstock/config/rule.h"

/* NULL and "" are the same: nothing said. */
static bool same_text(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") == 0;
}

/* The length up to the next comma that does not stand in quotes. */
static size_t address_length(struct span list)
{
	char quote = '\0';

	for (size_t i = 0; i < list.len; i++) {
		char c = list.at[i];

		if (c == quote)
			quote = '\0';
		else if (!quote && (c == '"' || c == '\''))
			quote = c;
		else if (!quote && c == ',')
			return i;
	}
	return list.len;
}

void binds_split(struct proxy *proxy, struct span list)
{
	for (;;) {
		size_t length = address_length(list);

		*vec_push(&proxy->binds) =
			(struct bind){ .address = span_dup(span_make(list.at, length)) };
		if (length == list.len)
			return;
		list = span_make(list.at + length + 1, list.len - length - 1);
	}
}

static bool bind_fits(const struct bind *now, const struct bind *want)
{
	return strcmp(now->address, want->address) == 0 &&
	       (!want->options || strcmp(now->options, want->options) == 0);
}

/* Marks what each side has that the other has too; gives how many pairs. */
static size_t pair_binds(const struct proxy *now, const struct bind *want, size_t count,
			 bool *kept, bool *met)
{
	size_t pairs = 0;

	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < now->binds.count && !met[i]; j++) {
			if (kept[j] || !bind_fits(&now->binds.items[j], &want[i]))
				continue;
			kept[j] = met[i] = true;
			pairs++;
		}
	}
	return pairs;
}

/* Their order says nothing to HAProxy. */
static bool same_binds(const struct proxy *now, const struct bind *want, size_t count)
{
	bool  *kept = xcalloc(now->binds.count + 1, sizeof(*kept));
	bool  *met = xcalloc(count + 1, sizeof(*met));
	size_t pairs = pair_binds(now, want, count, kept, met);

	free(kept);
	free(met);
	return pairs == count && pairs == now->binds.count;
}

static bool same_rules(const struct proxy *now, const struct proxy *want)
{
	if (now->rules.count != want->rules.count)
		return false;
	for (size_t i = 0; i < want->rules.count; i++)
		if (!rule_matches(&now->rules.items[i], &want->rules.items[i]) ||
		    (want->rules.items[i].behind != SIZE_MAX &&
		     want->rules.items[i].behind != now->rules.items[i].behind))
			return false;
	return true;
}

static bool same_source(const struct proxy *now, const struct proxy *want)
{
	if (now->source_name && want->source_name)
		return strcmp(now->source_name, want->source_name) == 0 &&
		       same_text(now->source_version, want->source_version);
	return same_text(now->source, want->source);
}

/* The check of HTTP/1.1 sends the host, so it changes with it. */
static bool same_health(const struct proxy *now, const struct proxy *want)
{
	return health_equal(&now->health, &want->health) &&
	       (!want->health.present || same_text(now->host, want->host) ||
		strcmp(want->health.http_version, "HTTP/1.1") != 0);
}

/* Servers that differ may go on doing so. */
static bool same_interval(const struct proxy *now, const struct proxy *want)
{
	long interval = want->health.interval;

	if (!want->health.present)
		return true;
	return !interval || (now->health.present && now->health.interval == interval);
}

/* Whether a list has that text `count` times or more. */
static bool has_pragma(const struct proxy *proxy, const char *text, size_t count)
{
	for (size_t i = 0; i < proxy->pragmas.count && count; i++)
		count -= strcmp(proxy->pragmas.items[i].text, text) == 0;
	return count == 0;
}

/* How many of the first `count` pragmas are that text. */
static size_t times(const struct proxy *proxy, const char *text, size_t count)
{
	size_t times = 0;

	for (size_t i = 0; i < count; i++)
		times += strcmp(proxy->pragmas.items[i].text, text) == 0;
	return times;
}

/* Whether number `i` of `of` is in the other list as well, each counted once. */
static bool is_shared(const struct proxy *of, size_t i, const struct proxy *other)
{
	const char *text = of->pragmas.items[i].text;

	return has_pragma(other, text, times(of, text, i + 1));
}

static bool same_pragmas(const struct proxy *now, const struct proxy *want)
{
	if (now->pragmas.count != want->pragmas.count)
		return false;
	for (size_t i = 0; i < want->pragmas.count; i++)
		if (!is_shared(want, i, now))
			return false;
	return true;
}

static unsigned compare_frontend(const struct proxy *now, const struct proxy *want)
{
	unsigned fields = 0;

	if (!same_binds(now, want->binds.items, want->binds.count))
		fields |= FIELD_BIND;
	if (!same_text(now->default_backend, want->default_backend))
		fields |= FIELD_BACKEND;
	if (now->keepalive != want->keepalive)
		fields |= FIELD_KEEPALIVE;
	if (!same_rules(now, want))
		fields |= FIELD_RULES;
	return fields;
}

static unsigned compare_backend(const struct proxy *now, const struct proxy *want)
{
	unsigned fields = 0;

	if (!same_text(now->balance, want->balance))
		fields |= FIELD_BALANCE;
	if (!same_text(now->host, want->host))
		fields |= FIELD_HOST;
	if (!same_text(now->cookie, want->cookie))
		fields |= FIELD_COOKIE;
	if (!same_source(now, want))
		fields |= FIELD_SOURCE;
	if (!same_health(now, want))
		fields |= FIELD_HEALTH;
	if (!same_interval(now, want))
		fields |= FIELD_INTERVAL;
	if (!members_equal(now, want))
		fields |= FIELD_MEMBERS;
	return fields;
}

unsigned proxy_compare(const struct proxy *now, const struct proxy *want,
		       enum section_kind side)
{
	unsigned fields = side == SECTION_FRONTEND ? compare_frontend(now, want)
						   : compare_backend(now, want);

	if (!same_text(now->mode, want->mode))
		fields |= FIELD_MODE;
	if (!same_text(now->from, want->from))
		fields |= FIELD_FROM;
	if (!same_text(now->version, want->version))
		fields |= FIELD_VERSION;
	if (!same_text(now->meta, want->meta))
		fields |= FIELD_META;
	if (!same_pragmas(now, want))
		fields |= FIELD_PRAGMAS;
	if (!natives_equal(now, want))
		fields |= FIELD_NATIVES;
	return fields;
}

static void join(struct str *out, const char *address)
{
	if (out->len)
		str_add_char(out, ',');
	str_add_text(out, address);
}

static void set_addresses(struct candidate *candidate, size_t line, const char *list)
{
	struct str text = STR_INIT;

	value_quote(&text, list);
	edit_replace_words(candidate, line, 1, 1, str_span(&text));
	str_release(&text);
}

/* One line is there and one will do: it is changed in place. */
static bool put_one_bind(struct candidate *candidate, const struct proxy *now,
			 const struct bind *want, size_t count)
{
	struct str list = STR_INIT;
	size_t     line;

	if (!now->binds.count || !count)
		return false;
	line = now->binds.items[0].line;
	if (now->binds.items[now->binds.count - 1].line != line)
		return false;
	for (size_t i = 1; i < count; i++)
		if (!same_text(want[i].options, want[0].options))
			return false;
	for (size_t i = 0; i < count; i++)
		join(&list, want[i].address);
	set_addresses(candidate, line, list.bytes);
	if (want[0].options)
		line_set_words(candidate, line, 2, span_of(want[0].options));
	str_release(&list);
	return true;
}

/* Neighbours with the same options share a line. */
static void add_binds(struct candidate *candidate, size_t header, const struct bind *want,
		      size_t count, const bool *met)
{
	struct str list = STR_INIT, line = STR_INIT;

	for (size_t i = 0; i < count; i++) {
		if (met[i])
			continue;
		join(&list, want[i].address);
		if (i + 1 < count && !met[i + 1] &&
		    same_text(want[i].options, want[i + 1].options))
			continue;
		str_reset(&line);
		str_add_text(&line, "bind ");
		value_quote(&line, list.bytes);
		if (!same_text(want[i].options, NULL))
			str_addf(&line, " %s", want[i].options);
		section_add(candidate, header, str_span(&line));
		str_reset(&list);
	}
	str_release(&list);
	str_release(&line);
}

/* From the last line to the first, so that lines that go move none to come. */
static void trim_binds(struct candidate *candidate, const struct proxy *now, const bool *kept)
{
	struct str list = STR_INIT;

	for (size_t end = now->binds.count, start; end > 0; end = start) {
		size_t line = now->binds.items[end - 1].line;

		str_reset(&list);
		for (start = end; start > 0 && now->binds.items[start - 1].line == line;)
			start--;
		for (size_t i = start; i < end; i++)
			if (kept[i])
				join(&list, now->binds.items[i].address);
		if (list.len)
			set_addresses(candidate, line, list.bytes);
		else
			edit_delete_lines(candidate, line, 1);
	}
	str_release(&list);
}

void put_binds(struct candidate *candidate, size_t header, const struct bind *want,
	       size_t count)
{
	struct proxy *now = proxy_read(candidate->now, section_of(candidate->now, header),
				       SECTION_FRONTEND);
	bool         *kept = xcalloc(now->binds.count + 1, sizeof(*kept));
	bool         *met = xcalloc(count + 1, sizeof(*met));

	pair_binds(now, want, count, kept, met);
	if (!same_binds(now, want, count) && !put_one_bind(candidate, now, want, count)) {
		add_binds(candidate, header, want, count, met);
		trim_binds(candidate, now, kept);
	}
	free(kept);
	free(met);
	proxy_free(now);
}

void put_host(struct candidate *candidate, size_t header, const char *host)
{
	struct proxy *now = proxy_read(candidate->now, section_of(candidate->now, header),
				       SECTION_BACKEND);
	struct str    text = STR_INIT;
	size_t        line = 0;

	while (line < now->roles.count && now->roles.items[line] != ROLE_HOST)
		line++;
	if (line < now->roles.count && !host) {
		edit_delete_lines(candidate, header + line, 1);
	} else if (line < now->roles.count) {
		value_quote(&text, host);
		edit_replace_words(candidate, header + line, 3, 1, str_span(&text));
	} else if (host) {
		str_add_text(&text, "http-request set-header Host ");
		value_quote(&text, host);
		section_add(candidate, header, str_span(&text));
	}
	str_release(&text);
	proxy_free(now);
}

static void put_pragma(struct candidate *candidate, size_t header, const char *word,
		       const char *text)
{
	pragma_set(candidate, section_of(candidate->now, header), word, span_of(text));
}

static void put_pragmas(struct candidate *candidate, size_t header, enum section_kind side,
			const struct proxy *want)
{
	struct proxy *now = proxy_read(candidate->now, section_of(candidate->now, header), side);

	for (size_t i = now->pragmas.count; i-- > 0;)
		if (!is_shared(now, i, want))
			edit_delete_lines(candidate, now->pragmas.items[i].line, 1);
	for (size_t i = 0; i < want->pragmas.count; i++)
		if (!is_shared(want, i, now))
			pragma_add(candidate, section_of(candidate->now, header),
				   span_of(want->pragmas.items[i].text));
	proxy_free(now);
}

void put_from(struct candidate *candidate, size_t header, const char *from)
{
	struct str text = STR_INIT;

	if (!same_text(from, NULL))
		str_addf(&text, "from %s", from);
	line_set_words(candidate, header, 2, str_span(&text));
	str_release(&text);
}

/* What stands in comments: the same on both sides. */
static void put_comments(struct candidate *candidate, size_t header, enum section_kind side,
			 const struct proxy *want, unsigned fields)
{
	if (fields & FIELD_VERSION)
		put_pragma(candidate, header, "version", want->version);
	if (fields & FIELD_META)
		put_pragma(candidate, header, "meta", want->meta);
	if (fields & FIELD_PRAGMAS)
		put_pragmas(candidate, header, side, want);
}

/* A keyword whose text is written as the document has it, or as one word. */
static void put_text(struct candidate *candidate, size_t header, const char *keyword,
		     const char *text, bool quote)
{
	struct str raw = STR_INIT;

	if (same_text(text, NULL)) {
		section_unset(candidate, header, keyword);
		return;
	}
	if (quote)
		value_quote(&raw, text);
	else
		str_add_text(&raw, text);
	section_set(candidate, header, keyword, str_span(&raw));
	str_release(&raw);
}

/* In the order in which they stand in a new section. */
static void put_frontend(struct candidate *candidate, size_t header, const struct proxy *want,
			 unsigned fields)
{
	if (fields & FIELD_BIND)
		put_binds(candidate, header, want->binds.items, want->binds.count);
	if (fields & FIELD_MODE)
		put_text(candidate, header, "mode", want->mode, true);
	if (fields & FIELD_BACKEND)
		put_text(candidate, header, "default_backend", want->default_backend, true);
	if (fields & FIELD_KEEPALIVE)
		keepalive_put(candidate, header, want->keepalive);
	if (fields & FIELD_RULES)
		rules_put(candidate, header, SECTION_FRONTEND, want->rules.items,
			  want->rules.count);
}

static void put_backend(struct candidate *candidate, size_t header, const struct proxy *want,
			unsigned fields)
{
	bool fresh = section_of(candidate->now, header)->count == 1;

	/* The lines of a check are known by mode and host: before those change. */
	if ((fields & FIELD_HEALTH) && !fresh)
		health_put(candidate, header, SECTION_BACKEND, &want->health, want->host);
	if (fields & FIELD_SOURCE)
		put_pragma(candidate, header, "source", want->source);
	if (fields & FIELD_MODE)
		put_text(candidate, header, "mode", want->mode, true);
	if (fields & FIELD_BALANCE)
		put_text(candidate, header, "balance", want->balance, false);
	if (fields & FIELD_HOST)
		put_host(candidate, header, want->host);
	if (fields & FIELD_COOKIE)
		put_text(candidate, header, "cookie", want->cookie, false);
	if ((fields & FIELD_HEALTH) && fresh)
		health_put(candidate, header, SECTION_BACKEND, &want->health, want->host);
}

void proxy_put(struct candidate *candidate, size_t header, enum section_kind side,
	       const struct proxy *want, unsigned fields)
{
	if (fields & FIELD_FROM)
		put_from(candidate, header, want->from);
	put_comments(candidate, header, side, want, fields);
	if (fields & FIELD_NATIVES)
		natives_drop(candidate, header, side, want);
	if (side == SECTION_FRONTEND)
		put_frontend(candidate, header, want, fields);
	else
		put_backend(candidate, header, want, fields);
	if (fields & FIELD_NATIVES)
		natives_add(candidate, header, side, want);
	if (fields & (FIELD_NATIVES | FIELD_RULES))
		rules_interleave(candidate, header, side, want->rules.items, want->rules.count);
	if (fields & FIELD_MEMBERS)
		members_put(candidate, header, SECTION_BACKEND, want);
	if ((fields & (FIELD_INTERVAL | FIELD_MEMBERS | FIELD_HEALTH)) && want->health.present &&
	    want->health.interval)
		health_put_interval(candidate, header, want->health.interval);
}
