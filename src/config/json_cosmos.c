/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Cosmos's request (systems.md 7): which containers run, and what the services
 * of new ones want.  What Cosmos kept in a table stands in the configuration:
 * backends with `#@ cosmos TABLE` are the services of that table.  They lose
 * what runs no more; services that are gone go with their rules.
 */
#include "penstock/config/json_cosmos.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "penstock/base/mem.h"
#include "penstock/config/lines.h"
#include "penstock/config/pragma.h"
#include "penstock/config/rule.h"

static const struct container *find_container(const struct request *request, const char *id)
{
	/* Of one that is named twice the later says what it wants. */
	for (size_t i = request->containers.count; i-- > 0;)
		if (strcmp(request->containers.items[i].id, id) == 0)
			return &request->containers.items[i];
	return NULL;
}

static bool runs(const struct request *request, const char *service)
{
	for (size_t i = 0; i < request->containers.count; i++)
		if (strcmp(request->containers.items[i].service, service) == 0)
			return true;
	return false;
}

/* Reads which table the backend is of; false: of none. */
static bool is_of_table(const struct document *doc, const struct section *section,
			const char *table)
{
	size_t       line = pragma_find(doc, section, "cosmos");
	struct words words = WORDS_INIT;
	bool         is = false;

	if (line != SIZE_MAX && pragma_read(line_span(&doc->lines.items[line]), &words))
		is = span_is(words_text(&words, 1), table);
	words_release(&words);
	return is;
}

/* Services that are there come after those that the request names; gives the
 * names of those that run no more. */
static void add_stored(const struct document *doc, struct request *request, struct strings *gone)
{
	for (size_t i = 0; doc && i < doc->sections.count; i++) {
		const struct section *section = &doc->sections.items[i];
		char                 *name;
		struct service       *service;

		if (section->kind != SECTION_BACKEND || !is_of_table(doc, section, request->table))
			continue;
		name = raw_text(section->name);
		service = cosmos_service(request, name);
		if (!service && runs(request, name)) {
			service = vec_push(&request->services);
			*service = (struct service){ .name = xstrdup(name), .path = xstrdup("$") };
		}
		if (service)
			service->known = true;
		else
			strings_add(gone, name);
		free(name);
	}
}

/* "1.2.3.4:80" into host and port; where it has none, the service's. */
static int split_address(struct reading *r, const struct container *container, int port,
			 struct member *member)
{
	struct span host, digits;
	long        number = port;

	server_split_address(span_of(container->address), &host, &digits);
	if (digits.len && !span_to_long(digits, &number))
		number = 0;
	if (number < 1 || number > 65535) {
		str_set(&r->path, container->path);
		json_enter(r, "ip");
		return json_fail(r, "'%s' has no port, nor has the service", container->address);
	}
	free(member->host);
	member->host = span_dup(host);
	member->port = (int)number;
	return 0;
}

/*
 * What stands behind the address: `check`, and with a cookie the server's own
 * value of it, which must not be that of others.  What else is there stays.
 */
static void set_options(struct member *member, const char *cookie, const char *id)
{
	struct words words = WORDS_INIT;
	struct str   out = STR_INIT;
	char        *options = member->options ? member->options : xstrdup("check");

	words_split(&words, span_of(options));
	for (size_t i = 0; i < words.count; i++) {
		if (words_is(&words, i, "cookie")) {
			i++;
			continue;
		}
		str_addf(&out, "%s", out.len ? " " : "");
		str_add_span(&out, words.items[i].raw);
	}
	if (cookie && *cookie)
		str_addf(&out, "%scookie %s", out.len ? " " : "", id);
	words_release(&words);
	free(options);
	member->options = str_detach(&out, NULL);
}

static struct member *find_member(struct proxy *proxy, const char *id)
{
	for (size_t i = 0; i < proxy->members.count; i++)
		if (strcmp(proxy->members.items[i].server, id) == 0)
			return &proxy->members.items[i];
	return NULL;
}

static void drop_stopped(struct proxy *proxy, const struct request *request)
{
	for (size_t i = proxy->members.count; i-- > 0;) {
		struct member          *member = &proxy->members.items[i];
		const struct container *container = find_container(request, member->server);

		if (container && strcmp(container->service, proxy->name) == 0)
			continue;
		free(member->server);
		free(member->host);
		free(member->options);
		vec_remove(&proxy->members, i);
	}
}

/* The name of the cookie that the backend has: the first word. */
static char *cookie_name(const struct proxy *proxy)
{
	struct words words = WORDS_INIT;
	char        *name;

	words_split(&words, span_of(proxy->cookie));
	name = span_dup(words_text(&words, 0));
	words_release(&words);
	return name;
}

static void set_cookie(struct proxy *proxy, const char *cookie)
{
	struct str text = STR_INIT;

	free(proxy->cookie);
	proxy->cookie = NULL;
	if (!*cookie)
		return;
	word_quote(&text, span_of(cookie));
	str_add_text(&text, " prefix nocache");
	proxy->cookie = str_detach(&text, NULL);
}

static int put_members(struct reading *r, struct proxy *proxy, const struct request *request,
		       const struct service *service)
{
	char *cookie = cookie_name(proxy);
	int   port = service->port, result = 0;

	if (!port && proxy->members.count)
		port = proxy->members.items[0].port;
	drop_stopped(proxy, request);
	for (size_t i = 0; i < request->containers.count && result == 0; i++) {
		const struct container *container =
			find_container(request, request->containers.items[i].id);
		struct member *member;

		if (strcmp(container->service, service->name) != 0)
			continue;
		member = find_member(proxy, container->id);
		if (!member) {
			member = vec_push(&proxy->members);
			*member = (struct member){ .server = xstrdup(container->id),
						   .line = SIZE_MAX };
		}
		result = split_address(r, container, port, member);
		set_options(member, cookie, container->id);
	}
	free(cookie);
	return result;
}

static int want_backend(struct reading *r, const struct request *request,
			const struct service *service)
{
	struct want  *want;
	struct proxy *proxy;
	struct str    pragma = STR_INIT;
	char         *now;

	str_set(&r->path, service->path);
	want = json_new_partial(r, SECTION_BACKEND, SECTION_BACKEND, service->name);
	proxy = want->proxy;
	want->said = FIELD_MODE | FIELD_MEMBERS | FIELD_COOKIE | FIELD_PRAGMAS;
	free(proxy->mode);
	proxy->mode = xstrdup("http");
	if (want->fresh)
		*vec_push(&proxy->natives) = (struct native){ .text = xstrdup("option forwardfor"),
							      .line = SIZE_MAX };
	now = cookie_name(proxy);
	if (service->cookie && strcmp(service->cookie, now) != 0)
		set_cookie(proxy, service->cookie);
	free(now);
	if (!service->known) {
		str_addf(&pragma, "cosmos %s", request->table);
		*vec_push(&proxy->pragmas) = (struct native){ .text = str_detach(&pragma, NULL),
							      .line = SIZE_MAX };
	}
	str_release(&pragma);
	return put_members(r, proxy, request, service);
}

static void want_gone(struct reading *r, const char *name)
{
	struct want *want;

	str_set(&r->path, "$");
	want = json_new_want(r, SECTION_BACKEND);
	want->gone = true;
	want->proxy->name = xstrdup(name);
}

static bool acl_is_taken(const struct document *doc, const char *name)
{
	const struct section *section =
		doc ? document_section(doc, SECTION_FRONTS, span_of("http")) : NULL;

	return section && section_find(doc, section, 0, "acl", name) != SIZE_MAX;
}

/* The service's rule is the one with its acl.  Where another line has that acl, it
 * was made with another one, and is the first for the backend. */
static struct rule *find_rule(const struct reading *r, struct proxy *front, const char *service)
{
	struct rule *first = NULL;

	for (size_t i = 0; i < front->rules.count; i++) {
		struct rule *rule = &front->rules.items[i];

		if (strcmp(rule->backend, service) != 0)
			continue;
		if (rule->acl && strcmp(rule->acl, service) == 0)
			return rule;
		first = first ? first : rule;
	}
	return acl_is_taken(r->wants->now, service) ? first : NULL;
}

static void set_text(char **text, const char *value)
{
	free(*text);
	*text = value ? xstrdup(value) : NULL;
}

/*
 * Path rules look at the path: `url_beg`, as Cosmos had it, sees the whole of an
 * absolute URI, which is what HTTP/2 sends.
 */
static void set_test(struct rule *rule, const char *mode, const char *predicate)
{
	bool       is_path = strcmp(mode, "path") == 0;
	struct str value = STR_INIT;

	set_text(&rule->type, is_path ? "path" : "header");
	set_text(&rule->operation, is_path ? "path_beg" : "hdr");
	set_text(&rule->header, is_path ? NULL : "host");
	rule->ignore_case = !is_path;
	str_addf(&value, "%s%s", is_path && predicate[0] != '/' ? "/" : "", predicate);
	free(rule->value);
	rule->value = str_detach(&value, NULL);
}

static int require_predicate(struct reading *r, const struct service *service)
{
	str_set(&r->path, service->path);
	json_enter(r, "predicate");
	return json_fail(r, "is missing, and service '%s' is new", service->name);
}

static int want_rule(struct reading *r, struct proxy *front, const struct service *service)
{
	struct rule *rule = find_rule(r, front, service->name);
	const char  *mode = service->mode, *field;

	if (!service->predicate && (rule || service->known))
		return 0;
	if (!service->predicate)
		return require_predicate(r, service);
	if (!mode)
		mode = rule && strcmp(rule->type, "path") == 0 ? "path" : "host";
	if (!rule) {
		rule = vec_push(&front->rules);
		*rule = (struct rule){
			.backend = xstrdup(service->name),
			.acl_line = SIZE_MAX, .use_line = SIZE_MAX, .behind = SIZE_MAX,
		};
		if (!acl_is_taken(r->wants->now, service->name))
			rule->acl = xstrdup(service->name);
	}
	set_test(rule, mode, service->predicate);
	if (rule_check(rule, &field, r->err) == 0)
		return 0;
	str_set(&r->path, service->path);
	json_enter(r, "predicate");
	return json_fail(r, "'%s' can be no value of a rule", service->predicate);
}

static void drop_gone_rules(struct proxy *front, const struct strings *gone)
{
	for (size_t i = front->rules.count; i-- > 0;) {
		struct rule *rule = &front->rules.items[i];
		bool         goes = false;

		for (size_t j = 0; j < gone->list.count && !goes; j++)
			goes = strcmp(rule->backend, gone->list.items[j]) == 0;
		if (!goes)
			continue;
		rule_release(rule);
		vec_remove(&front->rules, i);
	}
}

static int want_front(struct reading *r, struct request *request, const struct strings *gone)
{
	struct want *want;

	str_set(&r->path, "$");
	if (!request->services.count && !gone->list.count)
		return 0;
	want = json_new_partial(r, SECTION_FRONTEND, SECTION_FRONTEND, "http");
	want->said = FIELD_RULES;
	if (want->fresh) {
		want->said |= FIELD_BIND | FIELD_MODE;
		binds_split(want->proxy, span_of("*:80"));
		set_text(&want->proxy->mode, "http");
	}
	drop_gone_rules(want->proxy, gone);
	for (size_t i = 0; i < request->services.count; i++)
		if (want_rule(r, want->proxy, &request->services.items[i]) < 0)
			return -1;
	return 0;
}

static void say(struct reading *r, const struct request *request, const struct strings *gone)
{
	struct str *said = &r->wants->said;

	str_addf(said, "services of table %s: %zu", request->table, request->services.count);
	for (size_t i = 0; i < gone->list.count; i++)
		str_addf(said, "%s%s", i ? ", " : "; gone: ", gone->list.items[i]);
	str_add_char(said, '\n');
}

/* In a configuration without any proxy there are no timeouts either: Cosmos's are
 * taken.  What else it had around its services is for the operator to choose. */
static void want_defaults(struct reading *r)
{
	static const char lines[] =
		"defaults\n    mode http\n    option dontlognull\n    timeout connect 5s\n"
		"    timeout client 50s\n    timeout server 50s\n";

	if (!r->wants->now || document_section(r->wants->now, SECTION_PROXY, span_make("", 0)))
		return;
	*vec_push(&r->wants->sections) = (struct want_section){
		.kind = SECTION_DEFAULTS, .text = xstrdup(lines), .path = xstrdup("$"),
	};
}

static int want_all(struct reading *r, struct request *request)
{
	struct strings gone = { VEC_INIT };
	int            result;

	add_stored(r->wants->now, request, &gone);
	if (request->services.count)
		want_defaults(r);
	result = want_front(r, request, &gone);
	for (size_t i = 0; i < request->services.count && result == 0; i++)
		result = want_backend(r, request, &request->services.items[i]);
	for (size_t i = 0; i < gone.list.count && result == 0; i++)
		want_gone(r, gone.list.items[i]);
	if (result == 0)
		say(r, request, &gone);
	strings_release(&gone);
	return result;
}

int json_read_cosmos(struct reading *r, const json_t *json)
{
	struct request request = { .table = NULL };
	struct str     path = STR_INIT;
	int            result;

	str_add_span(&path, str_span(&r->path));
	r->want = NULL;
	result = cosmos_read(r, json, &request);
	if (result == 0)
		result = want_all(r, &request);
	if (result == 0)
		str_set(&r->path, path.bytes);
	r->want = NULL;
	str_release(&path);
	cosmos_release(&request);
	return result;
}
