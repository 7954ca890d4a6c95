/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a document's fields mean together, once all are read. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "penstock/base/mem.h"
#include "penstock/config/json_fields.h"
#include "penstock/config/natives.h"

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

/* One that says nothing stands where the one before it stands. */
static int finish_places(struct reading *r, struct proxy *proxy)
{
	size_t uses = natives_uses(proxy), least = SIZE_MAX;

	for (size_t i = 0; i < proxy->rules.count; i++) {
		struct rule *rule = &proxy->rules.items[i];
		bool         falls = least != SIZE_MAX && rule->behind < least;

		if (rule->behind == SIZE_MAX)
			rule->behind = least;
		least = rule->behind;
		if (least == SIZE_MAX || (!falls && least <= uses))
			continue;
		str_addf(&r->path, ".rules[%zu].behind", i);
		if (falls)
			return json_fail(r, "the rule before it stands behind more lines");
		return json_fail(r, "there are %zu use_backend lines among the natives", uses);
	}
	return 0;
}

int json_finish_frontend(struct reading *r, struct proxy *proxy)
{
	fill(&proxy->mode, "http");
	if (proxy->default_backend && !proxy->default_backend[0])
		drop(&proxy->default_backend);
	return finish_places(r, proxy) < 0 ? -1 : finish_binds(r, proxy);
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
	if (proxy->source_version && (!r->is_dynamic || proxy->source)) {
		drop(&proxy->version);
		proxy->version = proxy->source_version;
		proxy->source_version = NULL;
		r->want->said |= FIELD_VERSION;
	}
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

int json_finish_health(struct reading *r, struct proxy *proxy)
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

int json_finish_backend(struct reading *r, struct proxy *proxy)
{
	fill(&proxy->mode, "http");
	if (proxy->balance && !*proxy->balance)
		drop(&proxy->balance);
	fill(&proxy->balance, "roundrobin");
	if (proxy->host && !*proxy->host)
		drop(&proxy->host);
	return finish_source(r, proxy) < 0 ? -1 : json_finish_health(r, proxy);
}
