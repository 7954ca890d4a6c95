/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fields of the `set` and `unset` commands: those with a name of their own, and
 * any keyword that stands once in a section. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "penstock/base/mem.h"
#include "penstock/base/text.h"
#include "penstock/config/health.h"
#include "penstock/config/keepalive.h"
#include "penstock/config/keyword_edit.h"
#include "penstock/config/lines.h"
#include "penstock/config/pragma.h"
#include "penstock/config/proxy.h"
#include "penstock/config/proxy_put.h"

static int wants(const char *field, const char *values, struct err *err)
{
	return err_set(err, ERR_USAGE, "'%s' takes %s", field, values);
}

static int set_line(struct candidate *candidate, const struct section *section,
		    const char *keyword, const struct span *values, size_t count)
{
	struct str raw = STR_INIT;

	words_join(&raw, values, count);
	section_set(candidate, section->first, keyword, str_span(&raw));
	str_release(&raw);
	return 0;
}

static int unset_line(struct candidate *candidate, const struct section *section,
		      const char *keyword, struct err *err)
{
	if (section_find_last(candidate->now, section->first, keyword, NULL) == SIZE_MAX)
		return setting_missing(section, keyword, err);
	section_unset(candidate, section->first, keyword);
	return 0;
}

static size_t count_lines(const struct proxy *proxy)
{
	size_t lines = 0;

	for (size_t i = 0; i < proxy->binds.count; i++)
		lines += i == 0 || proxy->binds.items[i].line != proxy->binds.items[i - 1].line;
	return lines;
}

/* Gives the options to those of the addresses that are there already. */
static int set_bind_options(struct proxy *now, const struct proxy *want, const char *options,
			    struct err *err)
{
	for (size_t i = 0; i < want->binds.count; i++) {
		size_t j = 0;

		while (j < now->binds.count &&
		       strcmp(now->binds.items[j].address, want->binds.items[i].address) != 0)
			j++;
		if (j == now->binds.count)
			return err_set(err, ERR_USAGE,
				       "%s '%s' has %zu bind lines and none of '%s'; "
				       "try 'add line'",
				       section_keyword(now->kind), now->name, count_lines(now),
				       want->binds.items[i].address);
		free(now->binds.items[j].options);
		now->binds.items[j].options = xstrdup(options);
	}
	return 0;
}

/* One value: these addresses, with the options that they have.  More: the
 * options of these addresses. */
static int set_bind(struct candidate *candidate, const struct section *section,
		    const struct span *values, size_t count, struct err *err)
{
	struct proxy *now, *want;
	struct str    options = STR_INIT;
	int           result = 0;

	if (!count || !values[0].len)
		return wants("bind", "<address>[,<address>...] [<options>...]", err);
	now = proxy_read(candidate->now, section, SECTION_FRONTEND);
	want = xcalloc(1, sizeof(*want));
	binds_split(want, values[0]);
	words_join(&options, values + 1, count - 1);
	if (count > 1 && count_lines(now) > 1) {
		result = set_bind_options(now, want, options.bytes, err);
		if (result == 0)
			put_binds(candidate, section->first, now->binds.items, now->binds.count);
	} else {
		for (size_t i = 0; i < want->binds.count && count > 1; i++)
			want->binds.items[i].options = xstrdup(options.bytes);
		put_binds(candidate, section->first, want->binds.items, want->binds.count);
	}
	str_release(&options);
	proxy_free(want);
	proxy_free(now);
	return result;
}

static int unset_bind(struct candidate *candidate, const struct section *section,
		      struct err *err)
{
	return unset_line(candidate, section, "bind", err);
}

static int set_backend(struct candidate *candidate, const struct section *section,
		       const struct span *values, size_t count, struct err *err)
{
	if (count != 1)
		return wants("backend", "<backend>", err);
	if (!section_require(candidate->now, SECTION_BACKS, values[0], err))
		return err_hint(err, "'create backend' makes one");
	return set_line(candidate, section, "default_backend", values, count);
}

static int unset_backend(struct candidate *candidate, const struct section *section,
			 struct err *err)
{
	return unset_line(candidate, section, "default_backend", err);
}

static int set_mode(struct candidate *candidate, const struct section *section,
		    const struct span *values, size_t count, struct err *err)
{
	static const char *const modes[] = { "http", "tcp", "log", "spop" };

	for (size_t i = 0; i < N(modes) && count == 1; i++)
		if (span_is(values[0], modes[i]))
			return set_line(candidate, section, "mode", values, count);
	return wants("mode", "http, tcp, log or spop", err);
}

static int unset_mode(struct candidate *candidate, const struct section *section,
		      struct err *err)
{
	return unset_line(candidate, section, "mode", err);
}

static int set_balance(struct candidate *candidate, const struct section *section,
		       const struct span *values, size_t count, struct err *err)
{
	struct nearest nearest = { .wanted = { "", 0 } };

	if (!count)
		return wants("balance", "<algorithm> [<arguments>]", err);
	if (balance_find(values[0]))
		return set_line(candidate, section, "balance", values, count);
	nearest.wanted = values[0];
	for (size_t i = 0; i < balance_table_count; i++)
		nearest_try(&nearest, span_of(balance_table[i].name));
	err_set(err, ERR_USAGE, "'%.*s' is no way to balance", (int)values[0].len, values[0].at);
	return nearest_hint(&nearest, err);
}

static int unset_balance(struct candidate *candidate, const struct section *section,
			 struct err *err)
{
	return unset_line(candidate, section, "balance", err);
}

static int set_cookie(struct candidate *candidate, const struct section *section,
		      const struct span *values, size_t count, struct err *err)
{
	if (!count)
		return wants("cookie", "<name> [<option>...]", err);
	return set_line(candidate, section, "cookie", values, count);
}

static int unset_cookie(struct candidate *candidate, const struct section *section,
			struct err *err)
{
	return unset_line(candidate, section, "cookie", err);
}

static int set_keepalive(struct candidate *candidate, const struct section *section,
			 const struct span *values, size_t count, struct err *err)
{
	enum keepalive keepalive;

	if (count != 1 || !keepalive_find(values[0], &keepalive))
		return wants("keepalive", "default, close or server-close", err);
	keepalive_put(candidate, section->first, keepalive);
	return 0;
}

/* What the defaults say holds again. */
static int unset_keepalive(struct candidate *candidate, const struct section *section,
			   struct err *err)
{
	if (!keepalive_clear(candidate, section->first))
		return setting_missing(section, "keepalive", err);
	return 0;
}

static int set_host(struct candidate *candidate, const struct section *section,
		    const struct span *values, size_t count, struct err *err)
{
	size_t        header = section->first;
	struct proxy *now;
	char         *host;

	if (count != 1 || !values[0].len)
		return wants("host", "the Host header to send to the servers", err);
	host = span_dup(values[0]);
	now = proxy_read(candidate->now, section, SECTION_BACKEND);
	/* A check by HTTP/1.1 sends the same host; known by the old one until now. */
	if (now->health.present)
		health_put(candidate, header, SECTION_BACKEND, &now->health, host);
	put_host(candidate, header, host);
	proxy_free(now);
	free(host);
	return 0;
}

static int unset_host(struct candidate *candidate, const struct section *section,
		      struct err *err)
{
	struct proxy *now = proxy_read(candidate->now, section, SECTION_BACKEND);
	int           result = 0;

	if (!now->host)
		result = setting_missing(section, "host", err);
	else if (now->health.present && strcmp(now->health.http_version, "HTTP/1.1") == 0)
		result = err_set(err, ERR_IN_USE,
				 "the health check by HTTP/1.1 needs the host; change that first");
	else
		put_host(candidate, section->first, NULL);
	proxy_free(now);
	return result;
}

static const char health_values[] = "[<method>] <uri> [HTTP/1.0 | HTTP/1.1] [<interval>]";

/* Fills health from the words; strings are the caller's to free. */
static int parse_health(struct health *health, const struct span *values, size_t count,
			struct err *err)
{
	int64_t interval = 0;
	size_t  i = 0;

	if (i < count && health_method_is_known(values[i]))
		health->method = span_dup(values[i++]);
	if (i < count && values[i].len)
		health->uri = span_dup(values[i++]);
	if (i < count && health_version_is_known(values[i]))
		health->http_version = span_dup(values[i++]);
	if (i + 1 == count) {
		if (text_parse_duration(values[i++], 1, &interval, err) < 0 || interval < 1)
			return wants("health", health_values, err);
		health->interval = (long)interval;
	}
	if (i != count || !health->uri)
		return wants("health", health_values, err);
	health->present = true;
	if (!health->method)
		health->method = xstrdup("GET");
	if (!health->http_version)
		health->http_version = xstrdup("HTTP/1.0");
	return 0;
}

static int check_health(const struct proxy *now, const struct health *health, struct err *err)
{
	if (strcmp(now->mode, "http") != 0)
		return err_set(err, ERR_USAGE,
			       "%s '%s' is in mode %s; a health check by HTTP needs mode http",
			       section_keyword(now->kind), now->name, now->mode);
	if (strcmp(health->http_version, "HTTP/1.1") == 0 && !now->host)
		return err_set(err, ERR_USAGE,
			       "a health check by HTTP/1.1 needs a host; try 'set %s %s host NAME'",
			       section_keyword(now->kind), now->name);
	return 0;
}

static int set_health(struct candidate *candidate, const struct section *section,
		      const struct span *values, size_t count, struct err *err)
{
	size_t        header = section->first;
	struct proxy *now = proxy_read(candidate->now, section, SECTION_BACKEND);
	struct proxy *want = xcalloc(1, sizeof(*want));
	int           result = parse_health(&want->health, values, count, err);

	if (result == 0)
		result = check_health(now, &want->health, err);
	if (result == 0) {
		health_put(candidate, header, SECTION_BACKEND, &want->health, now->host);
		if (want->health.interval)
			health_put_interval(candidate, header, want->health.interval);
	}
	proxy_free(want);
	proxy_free(now);
	return result;
}

static int unset_health(struct candidate *candidate, const struct section *section,
			struct err *err)
{
	struct proxy       *now = proxy_read(candidate->now, section, SECTION_BACKEND);
	const struct health none = { .present = false };
	bool                present = now->health.present;

	proxy_free(now);
	if (!present)
		return setting_missing(section, "health", err);
	health_put(candidate, section->first, SECTION_BACKEND, &none, NULL);
	return 0;
}

/* Where members may come from; anything else is HAProxy's keyword, which names
 * the address that connections to servers come from. */
static const char *const source_kinds[] = {
	"consul", "dns", "docker", "file", "thalassa", "zookeeper",
};

static bool is_source_kind(struct span word)
{
	for (size_t i = 0; i < N(source_kinds); i++)
		if (span_is(word, source_kinds[i]))
			return true;
	return false;
}

static int set_source(struct candidate *candidate, const struct section *section,
		      const struct span *values, size_t count, struct err *err)
{
	struct str text = STR_INIT;

	if (!count || !is_source_kind(values[0]))
		return keyword_set(candidate, section, span_of("source"), values, count, err);
	if (span_is(values[0], "thalassa") && count != 3)
		return wants("source thalassa", "<application> <version>", err);
	words_join(&text, values, count);
	pragma_set(candidate, section, "source", str_span(&text));
	str_release(&text);
	return 0;
}

static int unset_source(struct candidate *candidate, const struct section *section,
			struct err *err)
{
	if (pragma_find(candidate->now, section, "source") == SIZE_MAX)
		return keyword_unset(candidate, section, span_of("source"), err);
	pragma_set(candidate, section, "source", span_make("", 0));
	return 0;
}

static int set_version(struct candidate *candidate, const struct section *section,
		       const struct span *values, size_t count, struct err *err)
{
	struct proxy *now;
	struct str    text = STR_INIT;
	int           result = 0;

	if (count != 1 || !values[0].len)
		return wants("version", "<version>", err);
	now = proxy_read(candidate->now, section, SECTION_BACKEND);
	if (!now->source_name) {
		result = err_set(err, ERR_USAGE, "%s '%s' has no version; try 'set %s %s source "
				 "thalassa APPLICATION VERSION'", section_keyword(now->kind),
				 now->name, section_keyword(now->kind), now->name);
	} else {
		str_add_text(&text, "thalassa ");
		word_quote(&text, span_of(now->source_name));
		str_add_char(&text, ' ');
		word_quote(&text, values[0]);
		pragma_set(candidate, section, "source", str_span(&text));
	}
	str_release(&text);
	proxy_free(now);
	return result;
}

static int unset_version(struct candidate *candidate, const struct section *section,
			 struct err *err)
{
	(void)candidate;
	(void)section;
	return err_set(err, ERR_USAGE, "a version goes with its source; try 'unset … source'");
}

/* clang-format off */
const struct field_def field_table[] = {
	{ "backend", SECTION_FRONTS | SECTION_DEFAULTS, "<backend>",
	  "where requests go that no rule sends elsewhere", set_backend, unset_backend },
	{ "balance", SECTION_BACKS | SECTION_DEFAULTS, "<algorithm> [<arguments>]",
	  "how servers are chosen", set_balance, unset_balance },
	{ "bind", SECTION_FRONTS, "<address>[,<address>...] [<options>...]",
	  "addresses to listen on", set_bind, unset_bind },
	{ "cookie", SECTION_BACKS | SECTION_DEFAULTS, "<name> [<option>...]",
	  "keeps a client on its server", set_cookie, unset_cookie },
	{ "health", SECTION_BACKS, health_values,
	  "the request that checks servers", set_health, unset_health },
	{ "host", SECTION_BACKS, "<name>",
	  "the Host header that servers get", set_host, unset_host },
	{ "keepalive", SECTION_FRONTS | SECTION_DEFAULTS, "default | close | server-close",
	  "what becomes of connections after a response", set_keepalive, unset_keepalive },
	{ "mode", SECTION_PROXY, "http | tcp | log | spop",
	  "the protocol of the proxy", set_mode, unset_mode },
	{ "source", SECTION_BACKS, "<kind> <words>...",
	  "where the members come from", set_source, unset_source },
	{ "version", SECTION_BACKS, "<version>",
	  "the version of a thalassa source's application", set_version, unset_version },
};
/* clang-format on */

const size_t field_table_count = N(field_table);

const struct field_def *field_find(unsigned kind, struct span name)
{
	for (size_t i = 0; i < N(field_table); i++)
		if ((field_table[i].sections & kind) && span_is(name, field_table[i].name))
			return &field_table[i];
	return NULL;
}

int proxy_set(struct candidate *candidate, unsigned kinds, struct span name,
	      struct span field, const struct span *values, size_t count, struct err *err)
{
	const struct section   *section = section_require(candidate->now, kinds, name, err);
	const struct field_def *def;

	if (!section || words_check(values, count, err) < 0)
		return -1;
	def = field_find((unsigned)section->kind, field);
	if (def)
		return def->set(candidate, section, values, count, err);
	return keyword_set(candidate, section, field, values, count, err);
}

int proxy_unset(struct candidate *candidate, unsigned kinds, struct span name,
		struct span field, struct err *err)
{
	const struct section   *section = section_require(candidate->now, kinds, name, err);
	const struct field_def *def;

	if (!section)
		return -1;
	def = field_find((unsigned)section->kind, field);
	if (def)
		return def->unset(candidate, section, err);
	return keyword_unset(candidate, section, field, err);
}
