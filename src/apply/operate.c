/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/apply/operate.h"

#include <limits.h>
#include <string.h>

#include "penstock/apply/sessions.h"
#include "penstock/apply/steps.h"
#include "penstock/base/mem.h"

enum {
	WEIGHT_MAX = 256,
	PERCENT_MAX = 25600, /* of a weight of 1; HAProxy stops at 256 itself */
};

const struct operation_def operation_table[] = {
	{ "agent off", "disable agent %s", "stop asking the agent of a server", ACCESS_ADMIN },
	{ "agent on", "enable agent %s", "ask the agent of a server again", ACCESS_ADMIN },
	{ "drain", "set server %s state drain", "finish what runs, take nothing new",
	  ACCESS_ADMIN },
	{ "health down", "set server %s health down", "treat a server as failed until its next "
	  "check", ACCESS_ADMIN },
	{ "health off", "disable health %s", "stop the health checks of a server", ACCESS_ADMIN },
	{ "health on", "enable health %s", "start the health checks of a server", ACCESS_ADMIN },
	{ "health up", "set server %s health up", "treat a server as healthy until its next check",
	  ACCESS_ADMIN },
	{ "kill", "shutdown sessions server %s", "cut the sessions of a server", ACCESS_ADMIN },
	{ "maint", "set server %s state maint", "take a server out of service, without checks",
	  ACCESS_ADMIN },
	{ "ready", "set server %s state ready", "put a server back into service", ACCESS_ADMIN },
};

const size_t operation_table_count = N(operation_table);

const struct operation_def *operation_find(const char *name)
{
	for (size_t i = 0; i < N(operation_table); i++)
		if (strcmp(operation_table[i].name, name) == 0)
			return &operation_table[i];
	return NULL;
}

static int not_attached(struct err *err)
{
	return err_set(err, ERR_UNSUPPORTED, "no process is attached; try 'attach ADDRESS'");
}

static size_t find_server(const struct sample *sample, struct span name)
{
	struct span backend, server;

	if (!server_split(name, &backend, &server))
		return SIZE_MAX;
	for (size_t row = 0; row < sample->rows.count; row++)
		if (sample->rows.items[row].type == ROW_SERVER &&
		    span_equal(sample_server(sample, row), server) &&
		    span_equal(sample_proxy(sample, row), backend))
			return row;
	return SIZE_MAX;
}

/* The last picture may be older than the server: then there is another. */
static int check_server(struct service *service, struct span name, struct err *err)
{
	struct process *process = service->process;
	struct span     backend, server;

	if (!process)
		return not_attached(err);
	if (!server_split(name, &backend, &server))
		return err_set(err, ERR_USAGE, "'%.*s' names no server; try BACKEND/SERVER",
			       (int)name.len, name.at);
	if (!process->stale && find_server(&process->now, name) != SIZE_MAX)
		return 0;
	if (process_refresh(process, err) < 0)
		return -1;
	if (find_server(&process->now, name) != SIZE_MAX)
		return 0;
	return err_set(err, ERR_NOT_FOUND, "there is no server '%.*s'; try 'show servers'",
		       (int)name.len, name.at);
}

/* The only %s of the template gets the text; nothing else is looked at. */
static void fill_in(const char *template, struct span text, struct str *out)
{
	const char *hole = strstr(template, "%s");

	if (!hole)
		BUG("no place for the server in '%s'", template);
	str_add(out, template, (size_t)(hole - template));
	str_add_span(out, text);
	str_add_text(out, hole + 2);
}

static int act(struct service *service, const char *template, enum access_level level,
	       struct span server, struct err *err)
{
	struct str command = STR_INIT, name = STR_INIT;
	int        status = check_server(service, server, err);

	if (status == 0)
		status = client_escape(&name, server, err);
	if (status == 0) {
		fill_in(template, str_span(&name), &command);
		status = operate_command(service, command.bytes, level, err);
	}
	str_release(&command);
	str_release(&name);
	return status;
}

int operate_server(struct service *service, const struct operation_def *operation,
		   struct span server, struct err *err)
{
	return act(service, operation->command, operation->level, server, err);
}

int operate_command(struct service *service, const char *command, enum access_level level,
		    struct err *err)
{
	struct plan_command one = { .text = (char *)command, .reply = REPLY_EMPTY };

	if (!service->process)
		return not_attached(err);
	if (steps_allowed(service, command, level, err) < 0)
		return -1;
	return steps_command(service, &one, err);
}

static int set_number(struct service *service, struct span server, const char *before,
		      const char *after, struct span value, struct err *err)
{
	struct str template = STR_INIT;
	int        status;

	str_addf(&template, "%s %%s %s%.*s", before, after, (int)value.len, value.at);
	status = act(service, template.bytes, ACCESS_ADMIN, server, err);
	str_release(&template);
	return status;
}

/* Digits only: no sign, no blanks; HAProxy would take what it can of the rest. */
static bool is_number(struct span text, long max)
{
	long number;

	for (size_t i = 0; i < text.len; i++)
		if (text.at[i] < '0' || text.at[i] > '9')
			return false;
	return span_to_long(text, &number) && number <= max;
}

int operate_weight(struct service *service, struct span server, struct span value,
		   struct err *err)
{
	bool        percent = span_ends(value, "%");
	struct span digits = span_make(value.at, value.len - (percent ? 1 : 0));

	if (!is_number(digits, percent ? PERCENT_MAX : WEIGHT_MAX))
		return err_set(err, ERR_USAGE, "'%.*s' is no weight; a weight is 0 to 256, or a "
			       "percentage of the one in the file", (int)value.len, value.at);
	return set_number(service, server, "set server", "weight ", value, err);
}

int operate_maxconn(struct service *service, struct span server, struct span value,
		    struct err *err)
{
	if (!is_number(value, INT_MAX))
		return err_set(err, ERR_USAGE, "'%.*s' is no limit of connections; it is 0 (none) "
			       "to %d", (int)value.len, value.at, INT_MAX);
	return set_number(service, server, "set maxconn server", "", value, err);
}

int operate_wait_empty(struct service *service, struct span server, int64_t timeout_ms,
		       struct err *err)
{
	struct span backend, name;
	long        left;

	if (check_server(service, server, err) < 0)
		return -1;
	server_split(server, &backend, &name);
	if (sessions_wait(service, backend, name, timeout_ms, &left, err) < 0)
		return -1;
	return left ? sessions_left(err, ERR_TIMEOUT, left, server, timeout_ms) : 0;
}
