/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Conduit's documents: what they say changes, all else stays (systems.md 4). */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "penstock/base/mem.h"
#include "penstock/config/json_shape.h"
#include "penstock/config/lines.h"

static struct proxy *wanted(const struct reading *r)
{
	return r->want->proxy;
}

static void drop_native(struct proxy *proxy, size_t index)
{
	free(proxy->natives.items[index].text);
	vec_remove(&proxy->natives, index);
}

static struct span first_word(const struct native *native)
{
	return line_first_word(span_of(native->text));
}

static bool has_native(const struct proxy *proxy, const char *text)
{
	for (size_t i = 0; i < proxy->natives.count; i++)
		if (strcmp(proxy->natives.items[i].text, text) == 0)
			return true;
	return false;
}

/* A rule as text is a line; acls that are there stay, others may use them. */
static int read_rule_line(struct reading *r, const json_t *json)
{
	struct proxy *proxy = wanted(r);
	struct span   word;

	if (json_read_native(r, json, NULL) < 0)
		return -1;
	word = proxy->natives.count ? first_word(&proxy->natives.items[proxy->natives.count - 1])
				    : span_make("", 0);
	if (!span_is(word, "acl") && !span_is(word, "use_backend"))
		return json_fail(r, "expected an object, or a line of acl or use_backend");
	return 0;
}

static int read_rule(struct reading *r, const json_t *json, void *target)
{
	return json_is_string(json) ? read_rule_line(r, json) : json_read_rule(r, json, target);
}

/* Where rules are lines, they are all the lines of use_backend that there are. */
static void drop_rule_lines(struct proxy *proxy, const json_t *list)
{
	for (size_t i = proxy->natives.count; i-- > 0;) {
		bool goes = span_is(first_word(&proxy->natives.items[i]), "use_backend");

		for (size_t j = 0; j < json_array_size(list) && !goes; j++) {
			const char *text = json_string_value(json_array_get(list, j));

			goes = text && strcmp(text, proxy->natives.items[i].text) == 0;
		}
		if (goes)
			drop_native(proxy, i);
	}
}

static int read_rules(struct reading *r, const json_t *json, void *target)
{
	bool lines = false;

	(void)target;
	for (size_t i = 0; i < json_array_size(json); i++)
		lines |= json_is_string(json_array_get(json, i));
	json_drop_rules(wanted(r));
	if (lines) {
		drop_rule_lines(wanted(r), json);
		r->want->said |= FIELD_NATIVES;
	}
	return json_read_items(r, json, read_rule, &r->want->proxy);
}

/* Conduit has one option: it takes the place of the one that is there; beside
 * several it is one more. */
static int read_option(struct reading *r, const json_t *json, void *target)
{
	struct proxy *proxy = wanted(r);
	struct str    line = STR_INIT;
	char         *text = NULL;
	size_t        count = 0, last = 0;
	int           result = json_read_words(r, json, &text);

	(void)target;
	for (size_t i = 0; i < proxy->natives.count; i++) {
		if (!span_is(first_word(&proxy->natives.items[i]), "option"))
			continue;
		last = i;
		count++;
	}
	str_addf(&line, "option %s", text ? text : "");
	if (result == 0 && !has_native(proxy, line.bytes)) {
		struct native made = { .text = xstrdup(line.bytes), .line = SIZE_MAX };

		if (count == 1)
			drop_native(proxy, last);
		if (*text)
			vec_splice(&proxy->natives, count == 1 ? last : proxy->natives.count, 0,
				   &made, 1);
		else
			free(made.text);
	}
	free(text);
	str_release(&line);
	return result;
}

static int read_raw_config(struct reading *r, const json_t *json, void *target)
{
	while (wanted(r)->natives.count)
		drop_native(wanted(r), wanted(r)->natives.count - 1);
	return json_is_string(json) ? json_read_native(r, json, target)
				    : json_read_items(r, json, json_read_native, target);
}

static int read_bind(struct reading *r, const json_t *json, void *target)
{
	struct proxy *proxy = wanted(r);

	if (json_read_text(r, json, target) < 0)
		return -1;
	while (proxy->binds.count) {
		proxy->binds.count--;
		free(proxy->binds.items[proxy->binds.count].address);
		free(proxy->binds.items[proxy->binds.count].options);
	}
	if (proxy->bind[0])
		binds_split(proxy, span_of(proxy->bind));
	return 0;
}

static int read_host(struct reading *r, const json_t *json, void *target)
{
	if (json_read_text_or_null(r, json, target) < 0)
		return -1;
	if (wanted(r)->host && !*wanted(r)->host)
		json_read_text_or_null(r, json_null(), target);
	return 0;
}

static int read_members(struct reading *r, const json_t *json, void *target)
{
	json_drop_members(wanted(r));
	return json_read_members(r, json, target);
}

/* Of a backend that the registry fills it is the version that is subscribed to. */
static int read_version(struct reading *r, const json_t *json, void *target)
{
	struct proxy *proxy = wanted(r);
	struct str    source = STR_INIT;

	if (!proxy->source_name)
		return json_read_text_or_null(r, json, target);
	if (json_read_word(r, json, &proxy->source_version) < 0)
		return -1;
	str_add_text(&source, "thalassa ");
	word_quote(&source, span_of(proxy->source_name));
	str_add_char(&source, ' ');
	word_quote(&source, span_of(proxy->source_version));
	free(proxy->source);
	proxy->source = str_detach(&source, NULL);
	return 0;
}

static const struct json_field frontend_fields[] = {
	{ "_type", json_read_own_type, 0, 0, false },
	{ "id", json_skip, 0, 0, false },
	{ "name", json_skip, 0, 0, false },
	{ "bind", read_bind, offsetof(struct proxy, bind), FIELD_BIND, false },
	{ "defaultBackend", json_read_text_or_null, offsetof(struct proxy, default_backend),
	  FIELD_BACKEND, false },
	{ "mode", json_read_word, offsetof(struct proxy, mode), FIELD_MODE, false },
	{ "keepalive", json_read_keepalive, offsetof(struct proxy, keepalive), FIELD_KEEPALIVE,
	  false },
	{ "rawConfig", read_raw_config, 0, FIELD_NATIVES, false },
	{ "option", read_option, 0, FIELD_NATIVES, false },
	{ "rules", read_rules, 0, FIELD_RULES, false },
	{ "meta", json_read_meta, offsetof(struct proxy, meta), FIELD_META, false },
};

static const struct json_field backend_fields[] = {
	{ "_type", json_read_own_type, 0, 0, false },
	{ "id", json_skip, 0, 0, false },
	{ "name", json_skip, 0, 0, false },
	{ "version", read_version, offsetof(struct proxy, version), FIELD_VERSION, false },
	{ "balance", json_read_words, offsetof(struct proxy, balance), FIELD_BALANCE, false },
	{ "host", read_host, offsetof(struct proxy, host), FIELD_HOST, false },
	{ "mode", json_read_word, offsetof(struct proxy, mode), FIELD_MODE, false },
	{ "rawConfig", read_raw_config, 0, FIELD_NATIVES, false },
	{ "members", read_members, 0, FIELD_MEMBERS, false },
	{ "meta", json_read_meta, offsetof(struct proxy, meta), FIELD_META, false },
};

struct json_fields json_conduit_fields(enum section_kind side)
{
	return side == SECTION_FRONTEND ? FIELDS(frontend_fields) : FIELDS(backend_fields);
}

/* The name, in which blanks are underscores as they are in Conduit. */
static int read_name(struct reading *r, const json_t *json, char **name)
{
	const json_t *value = json_object_get(json, "name");
	size_t        length = json_enter(r, "name");

	if (value && json_read_word(r, value, name) < 0)
		return -1;
	if (!value) {
		free(*name);
		*name = span_dup(r->wants->name);
	}
	for (char *c = *name; *c; c++)
		*c = *c == ' ' ? '_' : *c;
	json_leave(r, length);
	return 0;
}

int json_read_conduit(struct reading *r, const json_t *json, enum section_kind side)
{
	char        *name = xstrdup("");
	int          result = read_name(r, json, &name);
	struct want *want;

	if (result == 0) {
		want = json_new_partial(r, side, side, name);
		want->key = "name";
		want->backend = "defaultBackend";
		result = json_read_object(r, json, json_conduit_fields(side), want->proxy);
	}
	if (result == 0 && side == SECTION_BACKEND)
		result = json_finish_health(r, wanted(r));
	if (result == 0)
		result = json_check_new(r, r->want);
	r->want = NULL;
	free(name);
	return result;
}
