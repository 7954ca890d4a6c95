/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "penstock/base/mem.h"
#include "penstock/config/json_cosmos.h"
#include "penstock/config/server.h"

static int read_name(struct reading *r, const json_t *json, void *target)
{
	if (json_read_word(r, json, target) < 0)
		return -1;
	if (name_check("service", span_of(*(char **)target), r->err) == 0)
		return 0;
	return json_fail(r, "'%s' is no name that HAProxy takes", *(char **)target);
}

static int read_address(struct reading *r, const json_t *json, void *target)
{
	if (json_read_word(r, json, target) < 0)
		return -1;
	if (server_check_address(span_of(*(char **)target), r->err) == 0)
		return 0;
	return json_fail(r, "'%s' is no address of a server", *(char **)target);
}

/* A number, or the same as text. */
static int read_port(struct reading *r, const json_t *json, void *target)
{
	const char *text = json_string_value(json);
	long        number;

	if (text && span_to_long(span_of(text), &number) && number >= 1 && number <= 65535) {
		*(int *)target = (int)number;
		return 0;
	}
	return json_read_port(r, json, target);
}

/* Cosmos wrote no acl for others, and a line that used it. */
static int read_mode(struct reading *r, const json_t *json, void *target)
{
	char *text = NULL;
	int   result = json_read_word(r, json, &text);

	for (char *c = text; result == 0 && *c; c++)
		*c = *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c;
	if (result == 0 && strcmp(text, "host") != 0 && strcmp(text, "path") != 0)
		result = json_fail(r, "expected host or path");
	free(*(char **)target);
	*(char **)target = text;
	return result;
}

static int read_cookie(struct reading *r, const json_t *json, void *target)
{
	return json_read_text(r, json_is_null(json) ? json_string("") : json, target);
}

static const struct json_field running_fields[] = {
	{ "serviceName", read_name, offsetof(struct container, service), 0, true },
	{ "id", read_name, offsetof(struct container, id), 0, true },
	{ "ip", read_address, offsetof(struct container, address), 0, true },
};

static const struct json_field container_fields[] = {
	{ "id", read_name, offsetof(struct container, id), 0, true },
	{ "ip", read_address, offsetof(struct container, address), 0, true },
};

static struct container *add_container(struct reading *r, struct request *request)
{
	struct container *container = vec_push(&request->containers);

	*container = (struct container){ .path = xstrdup(r->path.bytes) };
	return container;
}

static int read_container(struct reading *r, const json_t *json, void *target)
{
	struct request   *request = target;
	struct container *container = add_container(r, request);

	if (json_read_object(r, json, FIELDS(container_fields), container) < 0)
		return -1;
	container->service = xstrdup(request->services.items[request->services.count - 1].name);
	return 0;
}

static int read_one_running(struct reading *r, const json_t *json, void *target)
{
	return json_read_object(r, json, FIELDS(running_fields), add_container(r, target));
}

static int read_running(struct reading *r, const json_t *json, void *target)
{
	return json_read_items(r, json, read_one_running, target);
}

/* They are read when the service has its name. */
static const struct json_field service_fields[] = {
	{ "serviceName", read_name, offsetof(struct service, name), 0, true },
	{ "configMode", read_mode, offsetof(struct service, mode), 0, false },
	{ "predicate", json_read_word, offsetof(struct service, predicate), 0, false },
	{ "cookie", read_cookie, offsetof(struct service, cookie), 0, false },
	{ "port", read_port, offsetof(struct service, port), 0, false },
	{ "containers", json_skip, 0, 0, true },
};

static int read_containers(struct reading *r, const json_t *json, struct request *request)
{
	size_t length = json_enter(r, "containers");
	int    result = json_read_items(r, json_object_get(json, "containers"), read_container,
					request);

	if (result == 0)
		json_leave(r, length);
	return result;
}

struct service *cosmos_service(struct request *request, const char *name)
{
	for (size_t i = 0; i < request->services.count; i++)
		if (strcmp(request->services.items[i].name, name) == 0)
			return &request->services.items[i];
	return NULL;
}

static int read_candidate(struct reading *r, const json_t *json, void *target)
{
	struct request *request = target;
	struct service *service = vec_push(&request->services);

	*service = (struct service){ .path = xstrdup(r->path.bytes) };
	if (json_read_object(r, json, FIELDS(service_fields), service) < 0)
		return -1;
	if (cosmos_service(request, service->name) != service) {
		json_enter(r, "serviceName");
		return json_fail(r, "service '%s' is there twice", service->name);
	}
	return read_containers(r, json, request);
}

static int read_candidates(struct reading *r, const json_t *json, void *target)
{
	return json_read_items(r, json, read_candidate, target);
}

static const struct json_field request_fields[] = {
	{ "table", read_name, offsetof(struct request, table), 0, false },
	{ "tableName", read_name, offsetof(struct request, table), 0, false },
	{ "running", read_running, 0, 0, false },
	{ "runningServices", read_running, 0, 0, false },
	{ "candidates", read_candidates, 0, 0, false },
	{ "candidateServices", read_candidates, 0, 0, false },
};

struct json_fields json_cosmos_fields(void)
{
	return FIELDS(request_fields);
}

/* As they are written, by whichever of its names each goes. */
int cosmos_read(struct reading *r, const json_t *json, struct request *request)
{
	if (json_read_object(r, json, FIELDS(request_fields), request) < 0)
		return -1;
	if (!request->table) {
		json_enter(r, "table");
		return json_fail(r, "is missing");
	}
	if (json_object_get(json, "running") || json_object_get(json, "runningServices"))
		return 0;
	json_enter(r, "running");
	return json_fail(r, "is missing");
}

void cosmos_release(struct request *request)
{
	for (size_t i = 0; i < request->containers.count; i++) {
		struct container *container = &request->containers.items[i];

		free(container->service);
		free(container->id);
		free(container->address);
		free(container->path);
	}
	for (size_t i = 0; i < request->services.count; i++) {
		struct service *service = &request->services.items[i];

		free(service->name);
		free(service->mode);
		free(service->predicate);
		free(service->cookie);
		free(service->path);
	}
	vec_release(&request->containers);
	vec_release(&request->services);
	free(request->table);
}
