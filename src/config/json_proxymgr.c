/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What ProxyMgr finds in ZooKeeper (systems.md 6.2 to 6.4).  A service is a listen
 * section: its port, its lines, and `default-server` for what is said of all its
 * servers.  Where these come from stands in `#@ source`; those that are there
 * stay.  A server is one child of the service's node.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "penstock/base/mem.h"
#include "penstock/config/json_shape.h"
#include "penstock/config/lines.h"
#include "penstock/config/member.h"

/* A name to look up, and a port. */
struct target {
	char *host;
	int   port;
};

struct service {
	char *name;
	char *type;
	char *server; /* addresses of ZooKeeper */
	char *path;
	char *file;
	int   port;
	int   remote_port; /* 0: as port */
	struct strings listen_options;
	struct str     server_options;
	VEC(struct target) backends;
};

static int read_line(struct reading *r, const json_t *json, void *target)
{
	struct words words = WORDS_INIT;
	char        *text = NULL;
	int          result = json_read_words(r, json, &text);

	if (result == 0)
		words_split(&words, span_of(text));
	if (result == 0 && words.count && section_def_find(words_text(&words, 0)))
		result = json_fail(r, "'%s' would open a section", text);
	if (result == 0 && words.count)
		strings_add(target, text);
	words_release(&words);
	free(text);
	return result;
}

static int read_listen_options(struct reading *r, const json_t *json, void *target)
{
	return json_read_items(r, json, read_line, target);
}

/* Each item is words of its own; a text alone will do. */
static int read_option(struct reading *r, const json_t *json, void *target)
{
	struct str *out = target;
	char       *text = NULL;
	int         result = json_read_words(r, json, &text);

	if (result == 0 && *text)
		str_addf(out, "%s%s", out->len ? " " : "", text);
	free(text);
	return result;
}

static int read_server_options(struct reading *r, const json_t *json, void *target)
{
	return json_is_string(json) ? read_option(r, json, target)
				    : json_read_items(r, json, read_option, target);
}

static const struct json_field target_fields[] = {
	{ "name", json_read_word, offsetof(struct target, host), 0, true },
	{ "port", json_read_port, offsetof(struct target, port), 0, true },
};

static int read_backend(struct reading *r, const json_t *json, void *target)
{
	struct service *service = target;
	struct target  *backend = vec_push(&service->backends);

	*backend = (struct target){ .host = NULL };
	if (json_read_object(r, json, FIELDS(target_fields), backend) < 0)
		return -1;
	if (server_check_address(span_of(backend->host), r->err) == 0)
		return 0;
	json_enter(r, "name");
	return json_fail(r, "'%s' is no name of a host", backend->host);
}

static int read_backends(struct reading *r, const json_t *json, void *target)
{
	return json_read_items(r, json, read_backend, target);
}

static const struct json_field service_fields[] = {
	{ "name", json_read_word, offsetof(struct service, name), 0, false },
	{ "type", json_read_word, offsetof(struct service, type), 0, true },
	{ "port", json_read_port, offsetof(struct service, port), 0, true },
	{ "listen_options", read_listen_options, offsetof(struct service, listen_options), 0,
	  false },
	{ "server_options", read_server_options, offsetof(struct service, server_options), 0,
	  false },
	{ "server", json_read_word, offsetof(struct service, server), 0, false },
	{ "path", json_read_word, offsetof(struct service, path), 0, false },
	{ "remote_port", json_read_port, offsetof(struct service, remote_port), 0, false },
	{ "backends", read_backends, 0, 0, false },
	{ "file", json_read_word, offsetof(struct service, file), 0, false },
};

struct json_fields json_service_fields(void)
{
	return FIELDS(service_fields);
}

static int missing(struct reading *r, const char *field, const char *type)
{
	json_enter(r, field);
	return json_fail(r, "is missing: a service of type %s has it", type);
}

static void add_source_word(struct str *out, const char *word)
{
	str_add_char(out, ' ');
	word_quote(out, span_of(word));
}

static int zookeeper_source(struct reading *r, const struct service *service, struct str *out)
{
	if (!service->server)
		return missing(r, "server", service->type);
	if (!service->path)
		return missing(r, "path", service->type);
	if (service->path[0] != '/' || span_ends(span_of(service->path), "/")) {
		json_enter(r, "path");
		return json_fail(r, "expected an absolute path without '/' at its end");
	}
	add_source_word(out, service->server);
	add_source_word(out, service->path);
	return 0;
}

/* Hosts are the names of the children; the port is the same for all. */
static int campanjazk_source(struct reading *r, const struct service *service, struct str *out)
{
	if (zookeeper_source(r, service, out) < 0)
		return -1;
	str_addf(out, " port %d", service->remote_port ? service->remote_port : service->port);
	return 0;
}

static int dns_source(struct reading *r, const struct service *service, struct str *out)
{
	if (!service->backends.count)
		return missing(r, "backends", service->type);
	for (size_t i = 0; i < service->backends.count; i++) {
		add_source_word(out, service->backends.items[i].host);
		str_addf(out, ":%d", service->backends.items[i].port);
	}
	return 0;
}

static int file_source(struct reading *r, const struct service *service, struct str *out)
{
	if (!service->file)
		return missing(r, "file", service->type);
	add_source_word(out, service->file);
	return 0;
}

/* Each kind of watcher, and the words of its source. */
static const struct watcher {
	const char *type;
	int (*source)(struct reading *r, const struct service *service, struct str *out);
} watcher_table[] = {
	{ "zookeeper", zookeeper_source },
	{ "campanjazk", campanjazk_source },
	{ "dns", dns_source },
	{ "file", file_source },
};

static int read_source(struct reading *r, const struct service *service, struct proxy *proxy)
{
	struct str text = STR_INIT;

	for (size_t i = 0; i < N(watcher_table); i++) {
		if (strcmp(watcher_table[i].type, service->type) != 0)
			continue;
		str_add_text(&text, service->type);
		if (watcher_table[i].source(r, service, &text) < 0) {
			str_release(&text);
			return -1;
		}
		free(proxy->source);
		proxy->source = str_detach(&text, NULL);
		return 0;
	}
	json_enter(r, "type");
	return json_fail(r, "expected zookeeper, campanjazk, dns or file");
}

static void add_native(struct proxy *proxy, const char *text)
{
	*vec_push(&proxy->natives) = (struct native){ .text = xstrdup(text), .line = SIZE_MAX };
}

/* A `bind` that is there and is of this port stays as it is. */
static char *bind_line(const struct proxy *proxy, int port)
{
	struct str end = STR_INIT, line = STR_INIT;

	str_addf(&end, ":%d", port);
	for (size_t i = 0; i < proxy->natives.count && !line.len; i++) {
		struct span text = span_of(proxy->natives.items[i].text);
		struct words words = WORDS_INIT;

		words_split(&words, text);
		if (words_is(&words, 0, "bind") && span_ends(words_text(&words, 1), end.bytes))
			str_add_span(&line, text);
		words_release(&words);
	}
	if (!line.len)
		str_addf(&line, "bind *%s", end.bytes);
	str_release(&end);
	return str_detach(&line, NULL);
}

/* The section's own lines are those of the document. */
static void set_lines(struct proxy *proxy, const struct service *service)
{
	struct str preset = STR_INIT;
	char      *bind = bind_line(proxy, service->port);

	while (proxy->natives.count)
		free(proxy->natives.items[--proxy->natives.count].text);
	add_native(proxy, bind);
	for (size_t i = 0; i < service->listen_options.list.count; i++)
		add_native(proxy, service->listen_options.list.items[i]);
	str_addf(&preset, "default-server %s", service->server_options.bytes);
	if (service->server_options.len)
		add_native(proxy, preset.bytes);
	str_release(&preset);
	free(bind);
}

static void add_member(struct proxy *proxy, const char *host, int port)
{
	struct member member = { .host = xstrdup(host), .port = port, .line = SIZE_MAX,
				 .options = xstrdup("") };
	struct str    name = STR_INIT;

	for (size_t i = 0; i < proxy->members.count; i++) {
		if (proxy->members.items[i].port != port ||
		    strcmp(proxy->members.items[i].host, host) != 0)
			continue;
		free(member.host);
		free(member.options);
		return;
	}
	/* ProxyMgr's server is called as its address. */
	member_address(&member, &name);
	for (size_t i = 0; i < name.len; i++)
		if (name.bytes[i] == '[' || name.bytes[i] == ']')
			name.bytes[i] = '_';
	member.server = str_detach(&name, NULL);
	*vec_push(&proxy->members) = member;
}

/* Of a file and of ZooKeeper it is not known here what they hold. */
static void set_members(struct reading *r, struct proxy *proxy, const struct service *service)
{
	if (strcmp(service->type, "dns") == 0) {
		json_drop_members(proxy);
		for (size_t i = 0; i < service->backends.count; i++)
			add_member(proxy, service->backends.items[i].host,
				   service->backends.items[i].port);
	} else {
		str_addf(&r->wants->said, "servers of listen '%s' come from '%s'; it has %zu now\n",
			 proxy->name, proxy->source, proxy->members.count);
	}
}

static int find_name(struct reading *r, struct service *service)
{
	struct span name = r->wants->name.len ? r->wants->name : r->wants->stem;

	if (service->name && !r->wants->name.len)
		return 0;
	if (!name.len)
		return json_fail(r, "ProxyMgr's service has no name of its own; say 'put FILE "
				 "as NAME'");
	free(service->name);
	service->name = span_dup(name);
	return 0;
}

static int want_service(struct reading *r, struct service *service)
{
	struct want *want;

	if (find_name(r, service) < 0)
		return -1;
	want = json_new_partial(r, SECTION_BACKEND, SECTION_LISTEN, service->name);
	want->key = "name";
	want->said = FIELD_SOURCE | FIELD_NATIVES | FIELD_MEMBERS;
	if (read_source(r, service, want->proxy) < 0)
		return -1;
	set_lines(want->proxy, service);
	set_members(r, want->proxy, service);
	return json_check_new(r, want);
}

static void service_release(struct service *service)
{
	char *texts[] = { service->name, service->type, service->server, service->path,
			  service->file };

	for (size_t i = 0; i < N(texts); i++)
		free(texts[i]);
	for (size_t i = 0; i < service->backends.count; i++)
		free(service->backends.items[i].host);
	vec_release(&service->backends);
	strings_release(&service->listen_options);
	str_release(&service->server_options);
}

int json_read_service(struct reading *r, const json_t *json)
{
	struct service service = { .server_options = STR_INIT };
	int            result;

	r->want = NULL;
	result = json_read_object(r, json, FIELDS(service_fields), &service);
	if (result == 0)
		result = want_service(r, &service);
	r->want = NULL;
	service_release(&service);
	return result;
}

static const struct json_field node_fields[] = {
	{ "address", json_read_word, offsetof(struct target, host), 0, true },
	{ "port", json_read_port, offsetof(struct target, port), 0, true },
};

struct json_fields json_node_fields(void)
{
	return FIELDS(node_fields);
}

static int want_node(struct reading *r, const struct target *node)
{
	const struct document *now = r->wants->now;
	struct want           *want;
	char                  *name;

	if (server_check_address(span_of(node->host), r->err) < 0) {
		json_enter(r, "address");
		return json_fail(r, "'%s' is no address of a server", node->host);
	}
	if (!r->wants->name.len || !now || !document_section(now, SECTION_BACKS, r->wants->name))
		return json_fail(r, "ProxyMgr's server does not say whose it is; say 'put FILE as "
				 "NAME' with the name of a listen or backend section");
	name = span_dup(r->wants->name);
	want = json_new_partial(r, SECTION_BACKEND, SECTION_LISTEN, name);
	free(name);
	want->said = FIELD_MEMBERS;
	add_member(want->proxy, node->host, node->port);
	return json_check_new(r, want);
}

int json_read_node(struct reading *r, const json_t *json)
{
	struct target node = { .host = NULL };
	int           result;

	r->want = NULL;
	result = json_read_object(r, json, FIELDS(node_fields), &node);
	if (result == 0)
		result = want_node(r, &node);
	r->want = NULL;
	free(node.host);
	return result;
}
