/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading back what steps promised (steps.h: steps_verify). */
#include <string.h>

#include "penstock/apply/observe.h"
#include "penstock/apply/steps.h"
#include "penstock/base/clock.h"
#include "penstock/base/map.h"
#include "penstock/base/mem.h"

enum { SETTLE_MS = 1000, LOOK_AGAIN_MS = 20 };

static int differs(const char *what, const char *name, struct span is, const char *want,
		   struct err *err)
{
	return err_set(err, ERR_FAILED, "read back, the %s of '%s' is %.*s and not %s", what, name,
		       (int)is.len, is.at, want);
}

static int check_number(const char *what, const char *name, long is, long want, struct err *err)
{
	if (want < 0 || is == want)
		return 0;
	return err_set(err, ERR_FAILED, "read back, the %s of '%s' is %ld and not %ld", what, name,
		       is, want);
}

static int check_text(const char *what, const char *name, struct span is, const char *want,
		      struct err *err)
{
	return !want || span_is(is, want) ? 0 : differs(what, name, is, want, err);
}

/* wanted: 1, 0, or -1 for no promise. */
static int check_flag(const char *name, bool is, int wanted, const char *state, struct err *err)
{
	if (wanted < 0 || wanted == (is ? 1 : 0))
		return 0;
	return err_set(err, ERR_FAILED, "read back, '%s' is %s%s", name, wanted ? "not " : "",
		       state);
}

static int check_server(const struct promise *promise, const char *name,
			const struct observed_server *now, struct err *err)
{
	const struct {
		const char *what;
		struct span is;
		const char *want;
	} texts[] = {
		{ "address", now->address, promise->address },
		{ "fqdn", now->fqdn, promise->fqdn },
		{ "check address", now->check_address, promise->check_address },
		{ "agent address", now->agent_address, promise->agent_address },
	};
	const struct {
		const char *what;
		long        is, want;
	} numbers[] = {
		{ "port", now->port, promise->port },
		{ "weight", now->weight, promise->weight },
		{ "maxconn", now->maxconn, promise->maxconn },
		{ "check port", now->check_port, promise->check_port },
		{ "agent port", now->agent_port, promise->agent_port },
	};

	for (size_t i = 0; i < N(texts); i++)
		if (check_text(texts[i].what, name, texts[i].is, texts[i].want, err) < 0)
			return -1;
	for (size_t i = 0; i < N(numbers); i++)
		if (check_number(numbers[i].what, name, numbers[i].is, numbers[i].want, err) < 0)
			return -1;
	if (check_flag(name, now->admin & ADMIN_FORCED_MAINT, promise->maint, "in maintenance",
		       err) < 0 ||
	    check_flag(name, now->check & CHECK_ENABLED, promise->check, "health-checked",
		       err) < 0)
		return -1;
	return check_flag(name, now->agent & CHECK_ENABLED, promise->agent, "asked by its agent",
			  err);
}

/* `later`: servers that steps behind this one promise something of. */
static int check_server_promise(const struct observed *observed, const struct promise *promise,
				struct map *later, struct err *err)
{
	const struct observed_server *now;
	struct str                    key = STR_INIT;
	bool                          again;
	int                           status = 0;

	str_addf(&key, "%s/%s", promise->backend, promise->server);
	now = observed_server(observed, span_of(promise->backend), span_of(promise->server));
	again = map_put(later, str_span(&key), (void *)promise) != NULL;
	if (!promise->absent && !now && !again)
		status = err_set(err, ERR_FAILED, "read back, there is no server '%s'", key.bytes);
	else if (promise->absent && now && !again)
		status = err_set(err, ERR_FAILED, "read back, the server '%s' is still there",
				 key.bytes);
	else if (now && !promise->absent)
		status = check_server(promise, key.bytes, now, err);
	str_release(&key);
	return status;
}

static int check_backend_promise(const struct observed *observed, const struct promise *promise,
				 struct err *err)
{
	bool there = observed_backend(observed, span_of(promise->backend)) != NULL;

	if (there != promise->absent)
		return 0;
	return err_set(err, ERR_FAILED, "read back, %s backend '%s'%s",
		       there ? "the" : "there is no", promise->backend,
		       there ? " is still there" : "");
}

static int check_frontend_promise(const struct observed *observed, const struct promise *promise,
				  struct err *err)
{
	const struct observed_frontend *now =
		observed_frontend(observed, span_of(promise->frontend));

	if (!now)
		return err_set(err, ERR_FAILED, "read back, there is no frontend '%s'",
			       promise->frontend);
	return check_number("maxconn", promise->frontend, now->maxconn, promise->maxconn, err);
}

static int check_promise(const struct observed *observed, const struct promise *promise,
			 struct map *later, struct err *err)
{
	if (promise->server)
		return check_server_promise(observed, promise, later, err);
	if (promise->backend)
		return check_backend_promise(observed, promise, err);
	if (promise->frontend)
		return check_frontend_promise(observed, promise, err);
	if (promise->info)
		return check_number("value", promise->info,
				    observed_info(observed, promise->info, 0), promise->value, err);
	return 0;
}

/* The types of rows that `show stat` is asked for. */
enum { STAT_FRONTENDS = 1, STAT_BACKENDS = 2, STAT_SERVERS = 4 };

/* What has to be asked for. */
struct needs {
	size_t      promises;
	bool        servers, info;
	unsigned    stat;
	const char *backend; /* the only one that servers are promised of, or NULL */
	bool        several;
};

static void add_needs(struct needs *needs, const struct promise *promise)
{
	if (promise->server) {
		needs->servers = true;
		needs->several |= needs->backend && strcmp(needs->backend, promise->backend) != 0;
		needs->backend = promise->backend;
		if (promise->maxconn >= 0)
			needs->stat |= STAT_SERVERS;
	} else if (promise->backend) {
		needs->stat |= STAT_BACKENDS;
	} else if (promise->frontend) {
		needs->stat |= STAT_FRONTENDS;
	} else if (promise->info) {
		needs->info = true;
	} else {
		return;
	}
	needs->promises++;
}

static int make_commands(const struct needs *needs, struct strings *out, struct err *err)
{
	const char *only = needs->several ? NULL : needs->backend;
	bool        one = only && !(needs->stat & ~(unsigned)STAT_SERVERS);
	struct str  name = STR_INIT, command = STR_INIT;
	int         status = only ? client_escape(&name, span_of(only), err) : 0;

	if (needs->servers) {
		str_addf(&command, "show servers state%s%s", only ? " " : "", name.bytes);
		strings_add(out, command.bytes);
	}
	if (needs->stat) {
		str_reset(&command);
		str_addf(&command, "show stat %s %u -1", one ? name.bytes : "-1", needs->stat);
		strings_add(out, command.bytes);
	}
	if (needs->info)
		strings_add(out, "show info");
	str_release(&name);
	str_release(&command);
	return status;
}

/* The observed borrows from the replies. */
static int read_replies(const struct needs *needs, const struct strings *replies,
			struct observed *observed, struct err *err)
{
	char *const *reply = replies->list.items;

	if (needs->servers && observe_servers(observed, span_of(*reply++), err) < 0)
		return -1;
	if (needs->stat && observe_stat(observed, *reply++, err) < 0)
		return -1;
	if (needs->info)
		observe_info(observed, span_of(*reply));
	return 0;
}

static int verify_once(struct service *service, const struct plan *plan, struct err *err)
{
	struct needs     needs = { .promises = 0 };
	struct strings   commands = STRINGS_INIT, replies = STRINGS_INIT;
	struct map       later = MAP_INIT;
	struct observed *observed;
	int              status;

	for (size_t i = 0; i < plan->steps.count; i++)
		add_needs(&needs, &plan->steps.items[i].promise);
	if (!needs.promises)
		return 0;
	observed = observed_new();
	status = make_commands(&needs, &commands, err);
	if (status == 0)
		status = client_run_all(&service->process->client,
					(const char *const *)commands.list.items,
					commands.list.count, &replies, err);
	if (status == 0)
		status = read_replies(&needs, &replies, observed, err);
	for (size_t i = plan->steps.count; i-- > 0 && status == 0;)
		status = check_promise(observed, &plan->steps.items[i].promise, &later, err);
	map_release(&later, NULL);
	observed_free(observed);
	strings_release(&commands);
	strings_release(&replies);
	return status;
}

/* From 3.0 on a server takes its new address a moment after the reply. */
int steps_verify(struct service *service, const struct plan *plan, struct err *err)
{
	int64_t    until = clock_monotonic_ms() + SETTLE_MS;
	struct err why = ERR_INIT;
	int        status;

	while ((status = verify_once(service, plan, &why)) < 0 && why.code == ERR_FAILED &&
	       clock_monotonic_ms() < until && service_sleep(service, LOOK_AGAIN_MS, err) == 0)
		;
	if (status < 0)
		err_take(err, &why);
	err_release(&why);
	return status;
}
