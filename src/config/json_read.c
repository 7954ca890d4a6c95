/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON as wanted proxies: each object has a table of the fields it may have. */
#include "penstock/config/json_read.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "penstock/base/mem.h"
#include "penstock/config/health.h"
#include "penstock/config/json_value.h"
#include "penstock/config/keepalive.h"
#include "penstock/config/lines.h"
#include "penstock/config/rule.h"

static int read_keepalive(struct reading *r, const json_t *json, void *target)
{
	if (!json_is_string(json) ||
	    !keepalive_find(span_of(json_string_value(json)), target))
		return json_fail(r, "expected default, close or server-close");
	return 0;
}

static int read_type(struct reading *r, const json_t *json, void *target)
{
	const char *type = json_is_string(json) ? json_string_value(json) : "";

	(void)target;
	r->is_dynamic = strcmp(type, "dynamic") == 0;
	if (!r->is_dynamic && strcmp(type, "static") != 0)
		return json_fail(r, "expected static or dynamic");
	return 0;
}

static int read_section(struct reading *r, const json_t *json, void *target)
{
	(void)target;
	if (!json_is_string(json) || strcmp(json_string_value(json), "listen") != 0)
		return json_fail(r, "expected listen");
	r->want->is_listen = true;
	return 0;
}

static int read_own_type(struct reading *r, const json_t *json, void *target)
{
	const char *type = section_keyword(r->want->side);

	(void)target;
	if (!json_is_string(json) || strcmp(json_string_value(json), type) != 0)
		return json_fail(r, "expected %s", type);
	return 0;
}

static int read_version(struct reading *r, const json_t *json, void *target)
{
	json_int_t number;

	(void)target;
	if (!json_is_whole(json, 1, 1, &number))
		return json_fail(r, "expected 1, the only version there is");
	return 0;
}

static int read_interval(struct reading *r, const json_t *json, void *target)
{
	json_int_t number;

	if (!json_is_whole(json, 1, INT32_MAX, &number))
		return json_fail(r, "expected a number of milliseconds from 1");
	*(long *)target = (long)number;
	return 0;
}

static int read_port(struct reading *r, const json_t *json, void *target)
{
	json_int_t number;

	if (!json_is_whole(json, 1, 65535, &number))
		return json_fail(r, "expected a number from 1 to 65535");
	*(int *)target = (int)number;
	return 0;
}

static int read_form(struct reading *r, const json_t *json, void *target)
{
	if (!json_is_string(json) || strcmp(json_string_value(json), "inline") != 0)
		return json_fail(r, "expected inline");
	*(bool *)target = true;
	return 0;
}

static const struct json_field rule_fields[] = {
	{ "type", json_read_text, offsetof(struct rule, type), 0, true },
	{ "operation", json_read_text, offsetof(struct rule, operation), 0, true },
	{ "header", json_read_text_or_null, offsetof(struct rule, header), 0, false },
	{ "value", json_read_text, offsetof(struct rule, value), 0, true },
	{ "backend", json_read_text, offsetof(struct rule, backend), 0, true },
	{ "acl", json_read_word, offsetof(struct rule, acl), 0, false },
	{ "form", read_form, offsetof(struct rule, one_line), 0, false },
};

static int read_rule(struct reading *r, const json_t *json, void *target)
{
	struct proxy *proxy = *(struct proxy **)target;
	struct rule  *rule = vec_push(&proxy->rules);
	const char   *field;

	*rule = (struct rule){ .acl_line = SIZE_MAX, .use_line = SIZE_MAX };
	if (json_read_object(r, json, FIELDS(rule_fields), rule) < 0)
		return -1;
	if (rule->acl && name_check("acl", span_of(rule->acl), r->err) < 0) {
		json_enter(r, "acl");
		return json_fail(r, "'%s' is no name for an acl", rule->acl);
	}
	if (rule_check(rule, &field, r->err) == 0)
		return 0;
	json_enter(r, field);
	if (r->err) {
		r->err->code = ERR_PARSE;
		err_locate(r->err, (struct place){ .file = r->wants->source });
	}
	return err_prefix(r->err, "%s", r->path.bytes);
}

static int read_rules(struct reading *r, const json_t *json, void *target)
{
	(void)target;
	return json_read_items(r, json, read_rule, &r->want->proxy);
}

/* Kept by its words; what has none says nothing. */
static int read_native(struct reading *r, const json_t *json, void *target)
{
	struct words words = WORDS_INIT;
	char        *text = NULL;

	(void)target;
	if (json_read_text(r, json, &text) < 0)
		return -1;
	words_split(&words, span_of(text));
	if (words.count)
		*vec_push(&r->want->proxy->natives) = (struct native){
			.text = span_dup(words_raw_range(&words, 0, words.count - 1)),
			.line = SIZE_MAX,
		};
	words_release(&words);
	free(text);
	return 0;
}

static int read_natives(struct reading *r, const json_t *json, void *target)
{
	return json_read_items(r, json, read_native, target);
}

static int read_bind_options(struct reading *r, const json_t *json, void *target)
{
	(void)target;
	if (!json_is_object(json) && !json_is_null(json))
		return json_fail(r, "expected an object with an address for each text");
	r->bind_options = json;
	return 0;
}

static const struct json_field member_fields[] = {
	{ "host", json_read_text, offsetof(struct member, host), 0, true },
	{ "port", read_port, offsetof(struct member, port), 0, false },
	{ "server", json_read_word, offsetof(struct member, server), 0, false },
	{ "options", json_read_words, offsetof(struct member, options), 0, false },
	{ "id", json_skip, 0, 0, false },
	{ "name", json_skip, 0, 0, false },
	{ "version", json_skip, 0, 0, false },
	{ "lastKnown", json_skip, 0, 0, false },
	{ "meta", json_skip, 0, 0, false },
};

static int read_member(struct reading *r, const json_t *json, void *target)
{
	struct member *member = vec_push(&r->want->proxy->members);

	(void)target;
	*member = (struct member){ .line = SIZE_MAX };
	return json_read_object(r, json, FIELDS(member_fields), member);
}

static int read_members(struct reading *r, const json_t *json, void *target)
{
	return json_read_items(r, json, read_member, target);
}

static int read_method(struct reading *r, const json_t *json, void *target)
{
	if (!json_is_string(json) || !health_method_is_known(span_of(json_string_value(json))))
		return json_fail(r, "expected GET, POST or another method of HTTP");
	return json_read_text(r, json, target);
}

static int read_http_version(struct reading *r, const json_t *json, void *target)
{
	if (!json_is_string(json) || !health_version_is_known(span_of(json_string_value(json))))
		return json_fail(r, "expected HTTP/1.0 or HTTP/1.1");
	return json_read_text(r, json, target);
}

static const struct json_field health_fields[] = {
	{ "method", read_method, offsetof(struct health, method), 0, false },
	{ "uri", json_read_word, offsetof(struct health, uri), 0, false },
	{ "httpVersion", read_http_version, offsetof(struct health, http_version), 0, false },
	{ "interval", read_interval, offsetof(struct health, interval), FIELD_INTERVAL, false },
};

static int read_health(struct reading *r, const json_t *json, void *target)
{
	struct health *health = target;

	if (json_is_null(json))
		return 0;
	health->present = true;
	return json_read_object(r, json, FIELDS(health_fields), health);
}

static const struct json_field frontend_fields[] = {
	{ "id", json_skip, 0, 0, false },
	{ "_type", read_own_type, 0, 0, false },
	{ "key", json_read_word, offsetof(struct proxy, name), 0, true },
	{ "section", read_section, 0, 0, false },
	{ "bind", json_read_text, offsetof(struct proxy, bind), FIELD_BIND, true },
	{ "bind_options", read_bind_options, 0, 0, false },
	{ "backend", json_read_text_or_null, offsetof(struct proxy, default_backend), FIELD_BACKEND,
	  true },
	{ "mode", json_read_word, offsetof(struct proxy, mode), FIELD_MODE, false },
	{ "keepalive", read_keepalive, offsetof(struct proxy, keepalive), FIELD_KEEPALIVE,
	  false },
	{ "rules", read_rules, 0, FIELD_RULES, false },
	{ "natives", read_natives, 0, FIELD_NATIVES, false },
};

static const struct json_field backend_fields[] = {
	{ "id", json_skip, 0, 0, false },
	{ "_type", read_own_type, 0, 0, false },
	{ "key", json_read_word, offsetof(struct proxy, name), 0, true },
	{ "section", read_section, 0, 0, false },
	{ "type", read_type, 0, 0, true },
	{ "name", json_read_text_or_null, offsetof(struct proxy, source_name), 0, false },
	{ "version", json_read_text_or_null, offsetof(struct proxy, source_version), 0, false },
	{ "source", json_read_words_or_null, offsetof(struct proxy, source), 0, false },
	{ "balance", json_read_words, offsetof(struct proxy, balance), FIELD_BALANCE, false },
	{ "host", json_read_text_or_null, offsetof(struct proxy, host), FIELD_HOST, false },
	{ "mode", json_read_word, offsetof(struct proxy, mode), FIELD_MODE, false },
	{ "cookie", json_read_words_or_null, offsetof(struct proxy, cookie), FIELD_COOKIE, false },
	{ "health", read_health, offsetof(struct proxy, health), FIELD_HEALTH, false },
	{ "members", read_members, 0, FIELD_MEMBERS, false },
	{ "natives", read_natives, 0, FIELD_NATIVES, false },
};

static void fill(char **text, const char *value)
{
	if (!*text)
		*text = xstrdup(value);
}

static void drop(char **text)
{
	free(*text);
	*text = NULL;
}

/* An address that stands in `bind` more than once takes the next of a list. */
static int bind_options_of(struct reading *r, struct proxy *proxy, size_t index)
{
	struct bind *bind = &proxy->binds.items[index];
	const json_t *value = json_object_get(r->bind_options, bind->address);
	size_t        before = 0;

	for (size_t i = 0; i < index; i++)
		before += strcmp(proxy->binds.items[i].address, bind->address) == 0;
	if (json_is_array(value))
		value = json_array_get(value, before);
	if (!value)
		bind->options = xstrdup("");
	else
		return json_read_words(r, value, &bind->options);
	return 0;
}

static int finish_binds(struct reading *r, struct proxy *proxy)
{
	size_t      length = json_enter(r, "bind_options");
	const char *address;
	json_t     *value;

	if (proxy->bind[0])
		binds_split(proxy, span_of(proxy->bind));
	for (size_t i = 0; i < proxy->binds.count && r->bind_options; i++) {
		size_t inner = json_enter(r, proxy->binds.items[i].address);

		if (bind_options_of(r, proxy, i) < 0)
			return -1;
		json_leave(r, inner);
	}
	json_object_foreach((json_t *)r->bind_options, address, value) {
		bool known = false;

		for (size_t i = 0; i < proxy->binds.count && !known; i++)
			known = strcmp(proxy->binds.items[i].address, address) == 0;
		if (!known)
			return json_fail(r, "there is no address '%s' in 'bind'", address);
	}
	json_leave(r, length);
	return 0;
}

static int finish_frontend(struct reading *r, struct proxy *proxy)
{
	if (proxy->default_backend && !proxy->default_backend[0])
		drop(&proxy->default_backend);
	return finish_binds(r, proxy);
}

static int require_text(struct reading *r, const char *name, const char *text)
{
	if (text && *text)
		return 0;
	json_enter(r, name);
	return json_fail(r, "is missing: a dynamic backend has name and version");
}

/* `#@ source` says where members come from; static ones come from nowhere. */
static int finish_source(struct reading *r, struct proxy *proxy)
{
	struct str text = STR_INIT;

	if (!r->is_dynamic)
		drop(&proxy->source);
	if (!r->is_dynamic || proxy->source) {
		drop(&proxy->source_name);
		drop(&proxy->source_version);
		return 0;
	}
	if (require_text(r, "name", proxy->source_name) < 0 ||
	    require_text(r, "version", proxy->source_version) < 0)
		return -1;
	str_add_text(&text, "thalassa ");
	word_quote(&text, span_of(proxy->source_name));
	str_add_char(&text, ' ');
	word_quote(&text, span_of(proxy->source_version));
	proxy->source = str_detach(&text, NULL);
	return 0;
}

static int finish_health(struct reading *r, struct proxy *proxy)
{
	struct health *health = &proxy->health;

	/* As in Aqueduct: there is none in other modes. */
	if (strcmp(proxy->mode, "http") != 0)
		health->present = false;
	if (!health->present)
		return 0;
	fill(&health->method, "GET");
	fill(&health->uri, "/");
	fill(&health->http_version, "HTTP/1.0");
	if (strcmp(health->http_version, "HTTP/1.1") != 0 || proxy->host)
		return 0;
	json_enter(r, "health.httpVersion");
	return json_fail(r, "HTTP/1.1 needs a 'host'");
}

static int finish_backend(struct reading *r, struct proxy *proxy)
{
	if (proxy->balance && !*proxy->balance)
		drop(&proxy->balance);
	fill(&proxy->balance, "roundrobin");
	if (proxy->host && !*proxy->host)
		drop(&proxy->host);
	return finish_source(r, proxy) < 0 ? -1 : finish_health(r, proxy);
}

/* What a document is, by what it says or by the fields that only one has. */
static enum section_kind side_of(const json_t *json)
{
	static const struct {
		const char       *field;
		enum section_kind side;
	} signs[] = {
		{ "bind", SECTION_FRONTEND },      { "rules", SECTION_FRONTEND },
		{ "keepalive", SECTION_FRONTEND }, { "type", SECTION_BACKEND },
		{ "members", SECTION_BACKEND },    { "balance", SECTION_BACKEND },
		{ "health", SECTION_BACKEND },
	};
	const char *type = json_string_value(json_object_get(json, "_type"));

	if (type && strcmp(type, "frontend") == 0)
		return SECTION_FRONTEND;
	if (type && strcmp(type, "backend") == 0)
		return SECTION_BACKEND;
	for (size_t i = 0; i < N(signs); i++)
		if (json_object_get(json, signs[i].field))
			return signs[i].side;
	return SECTION_NONE;
}

static int check_new(struct reading *r, const struct want *want)
{
	for (size_t i = 0; i + 1 < r->wants->list.count; i++) {
		const struct want *other = &r->wants->list.items[i];

		if (other->side != want->side || strcmp(other->proxy->name, want->proxy->name) != 0)
			continue;
		json_enter(r, "key");
		return json_fail(r, "%s '%s' is there twice", section_keyword(want->side),
			    want->proxy->name);
	}
	return 0;
}

static int read_proxy(struct reading *r, const json_t *json, enum section_kind side)
{
	struct want *want = vec_push(&r->wants->list);
	bool         is_front = side == SECTION_FRONTEND;
	int          result;

	*want = (struct want){
		.proxy = xcalloc(1, sizeof(*want->proxy)),
		.side = side,
		.path = xstrdup(r->path.bytes),
	};
	r->want = want;
	r->bind_options = NULL;
	r->is_dynamic = false;
	if (json_read_object(r, json, is_front ? FIELDS(frontend_fields) : FIELDS(backend_fields),
			want->proxy) < 0)
		return -1;
	want->proxy->kind = side;
	fill(&want->proxy->mode, "http");
	result = is_front ? finish_frontend(r, want->proxy) : finish_backend(r, want->proxy);
	r->want = NULL;
	return result < 0 ? -1 : check_new(r, want);
}

static int read_document(struct reading *r, const json_t *json, void *target)
{
	enum section_kind side = side_of(json);

	(void)target;
	if (!json_is_object(json))
		return json_fail(r, "expected an object");
	if (side == SECTION_NONE)
		return json_fail(r, "is neither a frontend, which has 'bind', nor a backend, "
			       "which has 'type'");
	return read_proxy(r, json, side);
}

static int read_frontend(struct reading *r, const json_t *json, void *target)
{
	(void)target;
	return read_proxy(r, json, SECTION_FRONTEND);
}

static int read_backend(struct reading *r, const json_t *json, void *target)
{
	(void)target;
	return read_proxy(r, json, SECTION_BACKEND);
}

static int read_frontends(struct reading *r, const json_t *json, void *target)
{
	return json_read_items(r, json, read_frontend, target);
}

static int read_backends(struct reading *r, const json_t *json, void *target)
{
	return json_read_items(r, json, read_backend, target);
}

static const struct json_field file_fields[] = {
	{ "version", read_version, 0, 0, false },
	{ "frontends", read_frontends, 0, 0, false },
	{ "backends", read_backends, 0, 0, false },
};

static int read_all(struct reading *r, const json_t *json)
{
	if (json_is_array(json))
		return json_read_items(r, json, read_document, r->wants);
	if (json_object_get(json, "frontends") || json_object_get(json, "backends"))
		return json_read_object(r, json, FIELDS(file_fields), r->wants);
	return read_document(r, json, r->wants);
}

int wants_read(struct wants *wants, struct span text, const char *source, struct err *err)
{
	struct reading r = { .wants = wants, .path = STR_INIT, .err = err };
	json_error_t   error;
	json_t        *json = json_loadb(text.at, text.len, JSON_REJECT_DUPLICATES, &error);
	int            result;

	*wants = (struct wants){ .source = source };
	if (!json)
		return err_at(err, ERR_PARSE,
			      (struct place){
				      .file = source,
				      .line = error.line > 0 ? (unsigned)error.line : 0,
				      .column = error.column > 0 ? (unsigned)error.column : 0,
			      },
			      "%s", error.text);
	result = read_all(&r, json);
	json_decref(json);
	str_release(&r.path);
	return result;
}

void wants_release(struct wants *wants)
{
	for (size_t i = 0; i < wants->list.count; i++) {
		proxy_free(wants->list.items[i].proxy);
		free(wants->list.items[i].path);
	}
	vec_release(&wants->list);
}

int want_locate(const struct wants *wants, const struct want *want, const char *field,
		size_t index, struct err *err)
{
	struct str path = STR_INIT;

	str_addf(&path, "%s%s%s", want->path, want->path[0] && field ? "." : "",
		 field ? field : "");
	if (index != SIZE_MAX)
		str_addf(&path, "[%zu]", index);
	if (path.len)
		err_prefix(err, "%s", path.bytes);
	str_release(&path);
	return err_locate(err, (struct place){ .file = wants->source });
}

int want_fail(const struct wants *wants, const struct want *want, const char *field,
	      size_t index, struct err *err, const char *format, ...)
{
	struct str text = STR_INIT;
	va_list    args;

	va_start(args, format);
	str_vaddf(&text, format, args);
	va_end(args);
	err_set(err, ERR_PARSE, "%s", text.bytes);
	str_release(&text);
	return want_locate(wants, want, field, index, err);
}
