/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/apply/preconditions.h"

#include "penstock/apply/observe.h"

static bool is_there(const struct need *need, const struct observed_server *server)
{
	(void)need;
	return server != NULL;
}

static bool is_not_there(const struct need *need, const struct observed_server *server)
{
	(void)need;
	return server == NULL;
}

static bool has_checks(const struct need *need, const struct observed_server *server)
{
	(void)need;
	return server && server->check & CHECK_CONFIGURED;
}

static bool has_agent(const struct need *need, const struct observed_server *server)
{
	(void)need;
	return server && server->agent & CHECK_CONFIGURED;
}

static bool began_with(const struct need *need, const struct observed_server *server)
{
	return server && server->initial_weight == need->value;
}

/* NULL: nothing that can be seen. */
static bool (*const need_table[])(const struct need *need,
				  const struct observed_server *server) = {
	[NEED_SERVER] = is_there,   [NEED_NO_SERVER] = is_not_there, [NEED_CHECK] = has_checks,
	[NEED_AGENT] = has_agent,   [NEED_WEIGHT] = began_with,      [NEED_OTHER] = NULL,
};

/* Servers that the steps so far have made other than they were observed. */
static bool is_changed(const struct map *changed, const char *backend, const char *server)
{
	struct str key = STR_INIT;
	bool       found;

	str_addf(&key, "%s/%s", backend, server);
	found = map_get(changed, str_span(&key)) != NULL;
	str_release(&key);
	return found;
}

static void note_changed(struct map *changed, const struct promise *promise)
{
	struct str key = STR_INIT;

	if (!promise->backend || !promise->server)
		return;
	str_addf(&key, "%s/%s", promise->backend, promise->server);
	map_put(changed, str_span(&key), changed);
	str_release(&key);
}

static int check_step(const struct step *step, const struct observed *observed,
		      const struct map *changed, struct err *err)
{
	for (size_t i = 0; i < step->needs.count; i++) {
		const struct need            *need = &step->needs.items[i];
		const struct observed_server *server;

		if (!need_table[need->kind] || is_changed(changed, need->backend, need->server))
			continue;
		server = observed_server(observed, span_of(need->backend), span_of(need->server));
		if (!need_table[need->kind](need, server))
			return err_set(err, ERR_CONFLICT, "%s: it no longer holds that %s; look at "
				       "'plan' again", step->what, need->text);
	}
	return 0;
}

int preconditions_hold(const struct plan *plan, const struct observed *observed,
		       struct err *err)
{
	struct map changed = MAP_INIT;
	int        status = 0;

	for (size_t i = 0; i < plan->steps.count && status == 0; i++) {
		const struct step *step = &plan->steps.items[i];

		if (step->kind != STEP_RUNTIME)
			continue;
		status = check_step(step, observed, &changed, err);
		note_changed(&changed, &step->promise);
	}
	map_release(&changed, NULL);
	return status;
}

static bool has_needs(const struct plan *plan)
{
	for (size_t i = 0; i < plan->steps.count; i++)
		if (plan->steps.items[i].kind == STEP_RUNTIME && plan->steps.items[i].needs.count)
			return true;
	return false;
}

int preconditions_check(struct service *service, const struct plan *plan, struct err *err)
{
	struct observed *observed;
	struct str       reply = STR_INIT;
	int              status;

	if (!has_needs(plan))
		return 0;
	observed = observed_new();
	status = service_run(service, "show servers state", &reply, err);
	if (status == 0)
		status = observe_servers(observed, str_span(&reply), err);
	if (status == 0)
		status = preconditions_hold(plan, observed, err);
	observed_free(observed);
	str_release(&reply);
	return status;
}
