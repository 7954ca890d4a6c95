/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON as wanted proxies: each object has a table of the fields it may have. */
#include "penstock/config/json_read.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "penstock/base/mem.h"
#include "penstock/config/health.h"
#include "penstock/config/json_fields.h"
#include "penstock/config/keepalive.h"
#include "penstock/config/lines.h"
#include "penstock/config/rule.h"

int json_read_keepalive(struct reading *r, const json_t *json, void *target)
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

int json_read_own_type(struct reading *r, const json_t *json, void *target)
{
	const char *type = section_keyword(r->want->side);

	(void)target;
	if (!json_is_string(json) || strcmp(json_string_value(json), type) != 0)
		return json_fail(r, "expected %s", type);
	return 0;
}

static int read_flag(struct reading *r, const json_t *json, void *target)
{
	if (!json_is_boolean(json))
		return json_fail(r, "expected true or false");
	*(bool *)target = json_is_true(json);
	return 0;
}

static int read_behind(struct reading *r, const json_t *json, void *target)
{
	json_int_t number;

	if (!json_is_whole(json, 0, INT32_MAX, &number))
		return json_fail(r, "expected a number of lines");
	*(size_t *)target = (size_t)number;
	return 0;
}

static int read_from(struct reading *r, const json_t *json, void *target)
{
	if (json_read_text_or_null(r, json, target) < 0)
		return -1;
	if (!*(char **)target || name_check("defaults", span_of(*(char **)target), r->err) == 0)
		return 0;
	return json_fail(r, "'%s' is no name of a defaults section", *(char **)target);
}

/* A text that is no object is what somebody wrote by hand. */
int json_read_meta(struct reading *r, const json_t *json, void *target)
{
	if (!json_is_object(json))
		return json_read_text_or_null(r, json, target);
	free(*(char **)target);
	*(char **)target = json_dumps(json, JSON_COMPACT);
	return *(char **)target ? 0 : json_fail(r, "is nested too deeply");
}

static int read_pragma(struct reading *r, const json_t *json, void *target)
{
	char *text = NULL;

	(void)target;
	if (json_read_word(r, json, &text) == 0) {
		*vec_push(&r->want->proxy->pragmas) =
			(struct native){ .text = text, .line = SIZE_MAX };
		return 0;
	}
	free(text);
	return -1;
}

static int read_pragmas(struct reading *r, const json_t *json, void *target)
{
	return json_read_items(r, json, read_pragma, target);
}

static int read_interval(struct reading *r, const json_t *json, void *target)
{
	json_int_t number;

	if (!json_is_whole(json, 1, INT32_MAX, &number))
		return json_fail(r, "expected a number of milliseconds from 1");
	*(long *)target = (long)number;
	return 0;
}

int json_read_port(struct reading *r, const json_t *json, void *target)
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
	{ "ignore_case", read_flag, offsetof(struct rule, ignore_case), 0, false },
	{ "behind", read_behind, offsetof(struct rule, behind), 0, false },
	{ "backend", json_read_text, offsetof(struct rule, backend), 0, true },
	{ "acl", json_read_word, offsetof(struct rule, acl), 0, false },
	{ "form", read_form, offsetof(struct rule, one_line), 0, false },
};

int json_read_rule(struct reading *r, const json_t *json, void *target)
{
	struct proxy *proxy = *(struct proxy **)target;
	struct rule  *rule = vec_push(&proxy->rules);
	const char   *field;

	*rule = (struct rule){ .acl_line = SIZE_MAX, .use_line = SIZE_MAX, .behind = SIZE_MAX };
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
	return json_read_items(r, json, json_read_rule, &r->want->proxy);
}

/* Kept by its words; what has none says nothing. */
int json_read_native(struct reading *r, const json_t *json, void *target)
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
	return json_read_items(r, json, json_read_native, target);
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
	{ "port", json_read_port, offsetof(struct member, port), 0, false },
	{ "server", json_read_word, offsetof(struct member, server), 0, false },
	{ "options", json_read_words, offsetof(struct member, options), 0, false },
	{ "id", json_skip, 0, 0, false },
	{ "name", json_skip, 0, 0, false },
	{ "version", json_skip, 0, 0, false },
	{ "lastKnown", json_lose, 0, 0, false },
	{ "meta", json_lose, 0, 0, false },
};

static int read_member(struct reading *r, const json_t *json, void *target)
{
	struct member *member = vec_push(&r->want->proxy->members);

	(void)target;
	*member = (struct member){ .line = SIZE_MAX };
	return json_read_object(r, json, FIELDS(member_fields), member);
}

int json_read_members(struct reading *r, const json_t *json, void *target)
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
	{ "_type", json_read_own_type, 0, 0, false },
	{ "key", json_read_word, offsetof(struct proxy, name), 0, true },
	{ "section", read_section, 0, 0, false },
	{ "bind", json_read_text, offsetof(struct proxy, bind), FIELD_BIND, true },
	{ "bind_options", read_bind_options, 0, 0, false },
	{ "backend", json_read_text_or_null, offsetof(struct proxy, default_backend), FIELD_BACKEND,
	  true },
	{ "mode", json_read_word, offsetof(struct proxy, mode), FIELD_MODE, false },
	{ "keepalive", json_read_keepalive, offsetof(struct proxy, keepalive), FIELD_KEEPALIVE,
	  false },
	{ "rules", read_rules, 0, FIELD_RULES, false },
	{ "natives", read_natives, 0, FIELD_NATIVES, false },
	{ "from", read_from, offsetof(struct proxy, from), FIELD_FROM, false },
	{ "meta", json_read_meta, offsetof(struct proxy, meta), FIELD_META, false },
	{ "pragmas", read_pragmas, 0, FIELD_PRAGMAS, false },
};

static const struct json_field backend_fields[] = {
	{ "id", json_skip, 0, 0, false },
	{ "_type", json_read_own_type, 0, 0, false },
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
	{ "members", json_read_members, 0, FIELD_MEMBERS, false },
	{ "natives", read_natives, 0, FIELD_NATIVES, false },
	{ "from", read_from, offsetof(struct proxy, from), FIELD_FROM, false },
	{ "meta", json_read_meta, offsetof(struct proxy, meta), FIELD_META, false },
	{ "pragmas", read_pragmas, 0, FIELD_PRAGMAS, false },
};

int json_check_new(struct reading *r, const struct want *want)
{
	for (size_t i = 0; i + 1 < r->wants->list.count; i++) {
		const struct want *other = &r->wants->list.items[i];

		if (other->side != want->side || strcmp(other->proxy->name, want->proxy->name) != 0)
			continue;
		json_enter(r, want->key);
		return json_fail(r, "%s '%s' is there twice", section_keyword(want->side),
			    want->proxy->name);
	}
	return 0;
}

struct want *json_new_want(struct reading *r, enum section_kind side)
{
	struct want *want = vec_push(&r->wants->list);

	*want = (struct want){
		.proxy = xcalloc(1, sizeof(*want->proxy)),
		.side = side,
		.key = "key",
		.backend = "backend",
		.path = xstrdup(r->path.bytes),
	};
	want->proxy->kind = side;
	r->want = want;
	r->bind_options = NULL;
	r->is_dynamic = false;
	return want;
}

int json_read_proxy(struct reading *r, const json_t *json, enum section_kind side)
{
	struct want *want = json_new_want(r, side);
	bool         is_front = side == SECTION_FRONTEND;
	int          result;

	if (json_read_object(r, json, is_front ? FIELDS(frontend_fields) : FIELDS(backend_fields),
			want->proxy) < 0)
		return -1;
	result = is_front ? json_finish_frontend(r, want->proxy)
			  : json_finish_backend(r, want->proxy);
	r->want = NULL;
	return result < 0 ? -1 : json_check_new(r, want);
}

struct json_fields json_proxy_fields(enum section_kind side)
{
	return side == SECTION_FRONTEND ? FIELDS(frontend_fields) : FIELDS(backend_fields);
}

void wants_release(struct wants *wants)
{
	for (size_t i = 0; i < wants->list.count; i++) {
		proxy_free(wants->list.items[i].proxy);
		free(wants->list.items[i].path);
	}
	vec_release(&wants->list);
	for (size_t i = 0; i < wants->sections.count; i++) {
		free(wants->sections.items[i].name);
		free(wants->sections.items[i].text);
		free(wants->sections.items[i].path);
	}
	vec_release(&wants->sections);
	str_release(&wants->said);
}

int want_locate(const struct wants *wants, const struct want *want, const char *field,
		size_t index, struct err *err)
{
	struct str path = STR_INIT;

	str_addf(&path, "%s%s%s", want->path, field ? "." : "", field ? field : "");
	if (index != SIZE_MAX)
		str_addf(&path, "[%zu]", index);
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
