/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Proxies as Aqueduct's documents; json_put.c is the way back. */
#include "penstock/config/json.h"

#include <stdlib.h>
#include <string.h>

#include "penstock/base/mem.h"
#include "penstock/base/utf8.h"
#include "penstock/config/json_read.h"
#include "penstock/config/json_sections.h"
#include "penstock/config/member.h"
#include "penstock/config/natives.h"

/*
 * JSON is UTF-8, a configuration any bytes.  Others are written as HAProxy
 * writes them, \xNN, which its parser reads as the same bytes.
 */
char *json_clean(const char *text)
{
	struct str  out = STR_INIT;
	struct span rest = span_of(text);
	unsigned    point;

	if (!text)
		return NULL;
	while (rest.len) {
		size_t step = utf8_decode(rest.at, rest.len, &point);

		if (step)
			str_add(&out, rest.at, step);
		else
			str_addf(&out, "\\x%02x", (unsigned char)rest.at[0]);
		step = step ? step : 1;
		rest = span_make(rest.at + step, rest.len - step);
	}
	return str_detach(&out, NULL);
}

static json_t *text_json(const char *text)
{
	char   *clean = json_clean(text);
	json_t *json = clean ? json_string(clean) : json_null();

	free(clean);
	return json;
}

static void set_text(json_t *object, const char *name, const char *text)
{
	json_object_set_new(object, name, text_json(text));
}

static void set_number(json_t *object, const char *name, long number)
{
	json_object_set_new(object, name, json_integer(number));
}

static json_t *natives_json(const struct proxy *proxy)
{
	json_t *array = json_array();

	for (size_t i = 0; i < proxy->natives.count; i++)
		json_array_append_new(array, text_json(proxy->natives.items[i].text));
	return array;
}

/* An address that stands there twice has a list of options, in its order. */
static void add_options(json_t *object, const struct proxy *proxy, const char *address)
{
	json_t *list = json_array();
	char   *name = json_clean(address);
	bool    any = false;

	for (size_t i = 0; i < proxy->binds.count; i++) {
		const struct bind *bind = &proxy->binds.items[i];

		if (strcmp(bind->address, address) != 0)
			continue;
		json_array_append_new(list, text_json(bind->options));
		any |= bind->options[0] != '\0';
	}
	if (any && json_array_size(list) == 1)
		json_object_set(object, name, json_array_get(list, 0));
	else if (any)
		json_object_set(object, name, list);
	free(name);
	json_decref(list);
}

static void set_bind_options(json_t *json, const struct proxy *proxy)
{
	json_t *object = json_object();

	for (size_t i = 0; i < proxy->binds.count; i++)
		add_options(object, proxy, proxy->binds.items[i].address);
	if (json_object_size(object))
		json_object_set(json, "bind_options", object);
	json_decref(object);
}

static json_t *rule_json(const struct rule *rule, bool placed)
{
	struct str name = STR_INIT;
	json_t    *json = json_object();

	set_text(json, "type", rule->type);
	set_text(json, "operation", rule->operation);
	if (rule->header)
		set_text(json, "header", rule->header);
	set_text(json, "value", rule->value);
	if (rule->ignore_case)
		json_object_set_new(json, "ignore_case", json_true());
	set_text(json, "backend", rule->backend);
	if (placed)
		set_number(json, "behind", (long)rule->behind);
	rule_name(rule, &name);
	if (rule->one_line)
		set_text(json, "form", "inline");
	else if (strcmp(rule->acl, name.bytes) != 0)
		set_text(json, "acl", rule->acl);
	str_release(&name);
	return json;
}

static json_t *rules_json(const struct proxy *proxy)
{
	json_t *array = json_array();
	bool    placed = natives_uses(proxy) > 0;

	for (size_t i = 0; i < proxy->rules.count; i++)
		json_array_append_new(array, rule_json(&proxy->rules.items[i], placed));
	return array;
}

static void frontend_json(json_t *json, const struct proxy *proxy)
{
	set_text(json, "bind", proxy->bind);
	set_bind_options(json, proxy);
	set_text(json, "backend", proxy->default_backend);
	set_text(json, "mode", proxy->mode);
	set_text(json, "keepalive", keepalive_names[proxy->keepalive]);
	json_object_set_new(json, "rules", rules_json(proxy));
}

static void set_health(json_t *json, const struct health *health)
{
	json_t *object;

	if (!health->present)
		return;
	object = json_object();
	set_text(object, "method", health->method);
	set_text(object, "uri", health->uri);
	set_text(object, "httpVersion", health->http_version);
	if (health->interval)
		set_number(object, "interval", health->interval);
	json_object_set_new(json, "health", object);
}

static void set_registration(json_t *json, const struct proxy *proxy,
			     const struct member *member)
{
	struct str id = STR_INIT;

	set_text(json, "name", proxy->source_name);
	set_text(json, "version", proxy->source_version);
	str_addf(&id, "/%s/%s/%s/%d", proxy->source_name, proxy->source_version, member->host,
		 member->port);
	set_text(json, "id", id.bytes);
	str_release(&id);
}

static json_t *member_json(const struct proxy *proxy, const struct member *member)
{
	struct str usual = STR_INIT;
	json_t    *json = json_object();

	if (proxy->source_name)
		set_registration(json, proxy, member);
	set_text(json, "host", member->host);
	if (member->port)
		set_number(json, "port", member->port);
	member_default_name(proxy->name, member, &usual);
	if (strcmp(member->server, usual.bytes) != 0)
		set_text(json, "server", member->server);
	str_reset(&usual);
	member_default_options(proxy->health.interval, &usual);
	if (strcmp(member->options, usual.bytes) != 0)
		set_text(json, "options", member->options);
	str_release(&usual);
	return json;
}

static json_t *members_json(const struct proxy *proxy)
{
	json_t *array = json_array();

	for (size_t i = 0; i < proxy->members.count; i++)
		json_array_append_new(array, member_json(proxy, &proxy->members.items[i]));
	return array;
}

static void backend_json(json_t *json, const struct proxy *proxy)
{
	set_text(json, "type", proxy->source ? "dynamic" : "static");
	if (proxy->source_name) {
		set_text(json, "name", proxy->source_name);
		set_text(json, "version", proxy->source_version);
	} else if (proxy->source) {
		set_text(json, "source", proxy->source);
	}
	if (!proxy->source_name && proxy->version)
		set_text(json, "version", proxy->version);
	set_text(json, "balance", proxy->balance);
	set_text(json, "host", proxy->host);
	set_text(json, "mode", proxy->mode);
	if (proxy->cookie)
		set_text(json, "cookie", proxy->cookie);
	set_health(json, &proxy->health);
	json_object_set_new(json, "members", members_json(proxy));
}

static void set_meta(json_t *json, const char *meta)
{
	json_t *value = meta ? json_loads(meta, 0, NULL) : NULL;

	if (json_is_object(value))
		json_object_set(json, "meta", value);
	else if (meta)
		set_text(json, "meta", meta);
	json_decref(value);
}

/* What stands in the section's comments and header. */
static void set_ours(json_t *json, const struct proxy *proxy)
{
	json_t *list = json_array();

	if (proxy->from)
		set_text(json, "from", proxy->from);
	set_meta(json, proxy->meta);
	for (size_t i = 0; i < proxy->pragmas.count; i++)
		json_array_append_new(list, text_json(proxy->pragmas.items[i].text));
	if (json_array_size(list))
		json_object_set(json, "pragmas", list);
	json_decref(list);
}

json_t *proxy_json(const struct document *doc, const struct section *section,
		   enum section_kind side)
{
	struct proxy *proxy = proxy_read(doc, section, side);
	bool          is_front = section->kind == SECTION_FRONTEND ||
				 (section->kind == SECTION_LISTEN && side == SECTION_FRONTEND);
	const char   *type = is_front ? "frontend" : "backend";
	struct str    id = STR_INIT;
	json_t       *json = json_object();

	str_addf(&id, "%s/%s", type, proxy->name);
	set_text(json, "id", id.bytes);
	set_text(json, "_type", type);
	set_text(json, "key", proxy->name);
	if (section->kind == SECTION_LISTEN)
		set_text(json, "section", "listen");
	set_ours(json, proxy);
	if (is_front)
		frontend_json(json, proxy);
	else
		backend_json(json, proxy);
	json_object_set_new(json, "natives", natives_json(proxy));
	str_release(&id);
	proxy_free(proxy);
	return json;
}

json_t *document_json(const struct document *doc)
{
	static const struct {
		const char       *name;
		enum section_kind side;
	} halves[] = {
		{ "frontends", SECTION_FRONTEND },
		{ "backends", SECTION_BACKEND },
	};
	json_t *json = json_object();

	set_number(json, "version", 1);
	for (size_t i = 0; i < N(halves); i++) {
		json_t *array = json_array();

		for (size_t j = 0; j < doc->sections.count; j++) {
			const struct section *section = &doc->sections.items[j];

			if (section->kind == halves[i].side || section->kind == SECTION_LISTEN)
				json_array_append_new(array,
						      proxy_json(doc, section, halves[i].side));
		}
		json_object_set_new(json, halves[i].name, array);
	}
	json_object_set_new(json, "sections", sections_json(doc));
	return json;
}
