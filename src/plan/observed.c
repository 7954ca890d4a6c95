/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/plan/observed.h"

#include <stdint.h>
#include <stdlib.h>

#include "penstock/base/mem.h"

struct observed *observed_new(void)
{
	return xcalloc(1, sizeof(struct observed));
}

void observed_free(struct observed *observed)
{
	if (!observed)
		return;
	map_release(&observed->server_index, NULL);
	map_release(&observed->frontend_index, NULL);
	map_release(&observed->backend_index, NULL);
	map_release(&observed->info, free);
	vec_release(&observed->servers);
	vec_release(&observed->frontends);
	vec_release(&observed->backends);
	strings_release(&observed->kept);
	free(observed);
}

void observed_keep(struct observed *observed, char *take_text)
{
	*vec_push(&observed->kept.list) = take_text;
}

/* Elements move while the lists grow, so the indexes hold their numbers. */
static void *number_as_value(size_t number)
{
	return (void *)(uintptr_t)(number + 1);
}

static bool find_number(const struct map *index, struct span key, size_t *number)
{
	uintptr_t value = (uintptr_t)map_get(index, key);

	*number = value - 1;
	return value > 0;
}

static void server_key(struct str *key, struct span backend, struct span name)
{
	str_add_span(key, backend);
	str_add_char(key, '/');
	str_add_span(key, name);
}

struct observed_backend *observed_add_backend(struct observed *observed, struct span name)
{
	size_t number;

	if (!find_number(&observed->backend_index, name, &number)) {
		number = observed->backends.count;
		*vec_push(&observed->backends) = (struct observed_backend){ .name = name };
		map_put(&observed->backend_index, name, number_as_value(number));
	}
	return &observed->backends.items[number];
}

struct observed_server *observed_add_server(struct observed *observed, struct span backend,
					    struct span name)
{
	struct observed_server *server = vec_push(&observed->servers);
	struct str              key = STR_INIT;

	*server = (struct observed_server){
		.backend = backend,
		.name = name,
		.weight = -1,
		.initial_weight = -1,
		.maxconn = -1,
		.operational = -1,
	};
	server_key(&key, backend, name);
	map_put(&observed->server_index, str_span(&key),
		number_as_value(observed->servers.count - 1));
	str_release(&key);
	observed_add_backend(observed, backend)->servers++;
	return server;
}

struct observed_frontend *observed_add_frontend(struct observed *observed, struct span name)
{
	struct observed_frontend *frontend = vec_push(&observed->frontends);

	*frontend = (struct observed_frontend){ .name = name, .maxconn = -1 };
	map_put(&observed->frontend_index, name, number_as_value(observed->frontends.count - 1));
	return frontend;
}

void observed_add_info(struct observed *observed, struct span name, struct span value)
{
	free(map_put(&observed->info, name, span_dup(value)));
}

struct observed_server *observed_server(const struct observed *observed, struct span backend,
					struct span name)
{
	struct str key = STR_INIT;
	size_t     number;
	bool       found;

	if (!observed)
		return NULL;
	server_key(&key, backend, name);
	found = find_number(&observed->server_index, str_span(&key), &number);
	str_release(&key);
	return found ? &observed->servers.items[number] : NULL;
}

const struct observed_frontend *observed_frontend(const struct observed *observed,
						  struct span name)
{
	size_t number;

	if (!observed || !find_number(&observed->frontend_index, name, &number))
		return NULL;
	return &observed->frontends.items[number];
}

const struct observed_backend *observed_backend(const struct observed *observed,
						struct span name)
{
	size_t number;

	if (!observed || !find_number(&observed->backend_index, name, &number))
		return NULL;
	return &observed->backends.items[number];
}

long observed_info(const struct observed *observed, const char *name, long otherwise)
{
	const char *value = observed ? map_get(&observed->info, span_of(name)) : NULL;
	long        number;

	return value && span_to_long(span_of(value), &number) ? number : otherwise;
}

const char *observed_state(const struct observed_server *server)
{
	if (server->admin & ADMIN_FORCED_MAINT)
		return "maint";
	return server->admin & ADMIN_FORCED_DRAIN ? "drain" : "ready";
}

bool observed_is_drained(const struct observed_server *server)
{
	return (server->admin & ADMIN_FORCED_DRAIN) && !(server->admin & ADMIN_FORCED_MAINT);
}
