/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Commands that act on the process at once; the file stays as it is. */
#include <stdlib.h>

#include "penstock/apply/operate.h"
#include "penstock/apply/steps.h"
#include "penstock/base/map.h"
#include "penstock/base/mem.h"
#include "penstock/command/console.h"
#include "penstock/command/groups.h"
#include "penstock/command/selector.h"
#include "penstock/haproxy/reply.h"

static void keep_only(struct strings *names, const bool *keep)
{
	size_t kept = 0;

	for (size_t i = 0; i < names->list.count; i++) {
		if (keep[i])
			names->list.items[kept++] = names->list.items[i];
		else
			free(names->list.items[i]);
	}
	names->list.count = kept;
}

/* The servers that the words of `server` mean, from a fresh picture. */
static int select_servers(struct call *call, struct strings *names, struct err *err)
{
	struct process *process = call->console->service.process;
	bool           *keep;
	int             status = 0;

	if (process_refresh(process, err) < 0)
		return -1;
	for (size_t i = 0; i < call_count(call, "server"); i++)
		if (selector_process(process, call_item(call, "server", i), names, err) < 0)
			return -1;
	if (!call_given(call, "where"))
		return 0;
	status = selector_where(call->console, "servers", call_source(call, "where"), names, &keep,
				err);
	if (status == 0)
		keep_only(names, keep);
	free(keep);
	return status;
}

static bool is_selected(const struct strings *names, struct span backend, struct span server)
{
	for (size_t i = 0; i < names->list.count; i++) {
		struct span b, s;

		if (selector_split(span_of(names->list.items[i]), &b, &s) &&
		    span_equal(b, backend) && span_equal(s, server))
			return true;
	}
	return false;
}

static bool is_up(const struct sample *now, size_t row)
{
	struct span status = sample_cell(now, row, sample_column(now, span_of("status")));

	return span_starts(status, "UP") || span_starts(status, "no check");
}

/* Usable servers of a backend, and how many of them are not selected. */
static void count_up(const struct process *process, struct span backend,
		     const struct strings *names, size_t *up, size_t *left)
{
	const struct sample *now = &process->now;

	*up = *left = 0;
	for (size_t i = 0; i < now->rows.count; i++) {
		if (now->rows.items[i].type != ROW_SERVER ||
		    !span_equal(sample_proxy(now, i), backend) || !is_up(now, i))
			continue;
		++*up;
		*left += !is_selected(names, backend, sample_server(now, i));
	}
}

/* Whether taking this one out is worth a question, and which. */
static int ask_backend(struct console *console, const char *verb, struct span backend,
		       const struct strings *names, struct err *err)
{
	struct str question = STR_INIT, word = STR_INIT;
	size_t     up, left;
	int        status = 0;

	count_up(console->service.process, backend, names, &up, &left);
	str_add_span(&word, backend);
	if (up && !left) {
		str_addf(&question, "%s takes the last server that is up out of '%s'", verb,
			 word.bytes);
		status = console_ask(console, question.bytes, word.bytes, err);
	} else if (up > left && console->interactive) {
		str_addf(&question, "%s in '%s': %zu of %zu stay up", verb, word.bytes, left, up);
		status = console_ask(console, question.bytes, NULL, err);
	}
	str_release(&question);
	str_release(&word);
	return status;
}

/* One question a backend, whatever the order of the names. */
static int ask_out_of_rotation(struct console *console, const char *verb,
			       const struct strings *names, struct err *err)
{
	struct map asked = MAP_INIT;
	int        status = 0;

	for (size_t i = 0; status == 0 && i < names->list.count; i++) {
		struct span backend, server;

		if (!selector_split(span_of(names->list.items[i]), &backend, &server) ||
		    map_get(&asked, backend))
			continue;
		map_put(&asked, backend, console);
		status = ask_backend(console, verb, backend, names, err);
	}
	map_release(&asked, NULL);
	return status;
}

static int wait_for_all(struct call *call, const struct strings *names, struct err *err)
{
	int64_t timeout = call_number(call, "wait", 0);

	for (size_t i = 0; i < names->list.count; i++)
		if (operate_wait_empty(&call->console->service, span_of(names->list.items[i]),
				       timeout, err) < 0)
			return -1;
	return 0;
}

static int act_on_all(struct call *call, const struct strings *names,
		      const struct operation_def *operation, struct err *err)
{
	for (size_t i = 0; i < names->list.count; i++) {
		if (call->console->dry_run) {
			output_say(call->out, "would %s %s", operation->name, names->list.items[i]);
			continue;
		}
		if (operate_server(&call->console->service, operation,
				   span_of(names->list.items[i]), err) < 0)
			return -1;
	}
	return 0;
}

static int run_operation(struct call *call, const char *name, bool takes_out, struct err *err)
{
	const struct operation_def *operation = operation_find(name);
	struct strings              names = STRINGS_INIT;
	int                         status = select_servers(call, &names, err);

	if (!operation)
		BUG("no operation '%s'", name);
	if (status == 0 && takes_out && !call->console->dry_run)
		status = ask_out_of_rotation(call->console, name, &names, err);
	if (status == 0)
		status = act_on_all(call, &names, operation, err);
	if (status == 0 && takes_out && call_given(call, "wait") && !call->console->dry_run)
		status = wait_for_all(call, &names, err);
	strings_release(&names);
	return status;
}

static int operate_out(struct call *call, struct err *err)
{
	return run_operation(call, call->def->name, true, err);
}

static int operate_servers(struct call *call, struct err *err)
{
	return run_operation(call, call->def->name, false, err);
}

/* "health on": the command's name and its choice are the operation's name. */
static int operate_switch(struct call *call, struct err *err)
{
	struct str name = STR_INIT;
	int        status;

	str_addf(&name, "%s ", call->def->name);
	call_join(call, "to", &name);
	status = run_operation(call, name.bytes, false, err);
	str_release(&name);
	return status;
}

typedef int (*value_fn)(struct service *service, struct span server, struct span value,
			struct err *err);

static int set_value(struct call *call, value_fn set, const char *argument, struct err *err)
{
	struct strings names = STRINGS_INIT;
	struct span    value = call_text(call, argument);
	int            status = select_servers(call, &names, err);

	for (size_t i = 0; status == 0 && i < names.list.count; i++) {
		if (call->console->dry_run)
			output_say(call->out, "would set the %s of %s to %.*s", call->def->name,
				   names.list.items[i], (int)value.len, value.at);
		else
			status = set(&call->console->service, span_of(names.list.items[i]), value,
				     err);
	}
	strings_release(&names);
	return status;
}

static int operate_set_weight(struct call *call, struct err *err)
{
	return set_value(call, operate_weight, "weight", err);
}

static int operate_set_maxconn(struct call *call, struct err *err)
{
	return set_value(call, operate_maxconn, "number", err);
}

static int send_command(struct call *call, const char *command, struct err *err)
{
	if (call->console->dry_run) {
		output_say(call->out, "would send '%s'", command);
		return 0;
	}
	return operate_command(&call->console->service, command, call->def->level, err);
}

/* "VERB WHAT NAME" with the name made safe for HAProxy's command line. */
static int send_with_name(struct call *call, const char *verb, struct span name,
			  struct err *err)
{
	struct str command = STR_INIT;
	int        status;

	str_addf(&command, "%s ", verb);
	status = client_escape(&command, name, err);
	if (status == 0)
		status = send_command(call, command.bytes, err);
	str_release(&command);
	return status;
}

static int operate_enable_frontend(struct call *call, struct err *err)
{
	return send_with_name(call, "enable frontend", call_text(call, "frontend"), err);
}

static int operate_disable_frontend(struct call *call, struct err *err)
{
	struct str question = STR_INIT, name = STR_INIT;
	int        status;

	str_add_span(&name, call_text(call, "frontend"));
	str_addf(&question, "frontend '%s' will accept no connection any more", name.bytes);
	status = call->console->dry_run
			 ? 0
			 : console_ask(call->console, question.bytes, name.bytes, err);
	if (status == 0)
		status = send_with_name(call, "disable frontend", str_span(&name), err);
	str_release(&question);
	str_release(&name);
	return status;
}

static int operate_kill_session(struct call *call, struct err *err)
{
	return send_with_name(call, "shutdown session", call_text(call, "id"), err);
}

static int operate_clear_counters(struct call *call, struct err *err)
{
	return send_command(call, call_given(call, "all") ? "clear counters all" : "clear counters",
			    err);
}

/* Whatever HAProxy answers is shown; what it means is the operator's business. */
static int operate_runtime(struct call *call, struct err *err)
{
	struct process *process = call->console->service.process;
	struct str      reply = STR_INIT;
	char           *command = span_dup(call_source(call, "text"));
	int             status = 0;

	if (call->console->dry_run)
		output_say(call->out, "would send '%s'", command);
	else
		status = client_run(&process->client, command, &reply, err);
	if (status == 0 && span_trim(str_span(&reply)).len)
		output_lines(call->out, span_trim(str_span(&reply)));
	if (status == 0 && reply_is_denied(str_span(&reply)))
		status = err_set(err, ERR_DENIED, "HAProxy denies '%s'", command);
	else if (status == 0 && reply_is_unknown(str_span(&reply)))
		status = err_set(err, ERR_UNSUPPORTED, "HAProxy does not know '%s'", command);
	free(command);
	str_release(&reply);
	return status;
}

#define SERVERS_ARG { "server", ARG_SERVER_GLOB, ARG_SOME, NULL, NULL }
#define SERVER_ARG  { "server", ARG_SERVER_GLOB, ARG_ONE, NULL, NULL }
#define WHERE_ARG   { "where", ARG_EXPRESSION, ARG_OPTION, \
		      "only those for which it holds", NULL }
#define WAIT_ARG    { "wait", ARG_DURATION, ARG_OPTION, \
		      "until no session is left, at most so long", NULL }

static const struct cmd_def operate_commands[] = {
	{
		.name = "drain", .summary = "let sessions finish, take no new ones",
		.detail = "Clients that stick to the server still reach it.",
		.args = { SERVERS_ARG, WAIT_ARG, WHERE_ARG },
		.effect = CMD_OPERATES, .level = ACCESS_ADMIN,
		.example = "drain live/app1 wait 30s", .run = operate_out,
	},
	{
		.name = "maint", .summary = "put servers into maintenance: no traffic, no checks",
		.args = { SERVERS_ARG, WAIT_ARG, WHERE_ARG },
		.effect = CMD_OPERATES, .level = ACCESS_ADMIN, .example = "maint live/app1",
		.run = operate_out,
	},
	{
		.name = "ready", .summary = "put servers back into rotation",
		.args = { SERVERS_ARG, WHERE_ARG },
		.effect = CMD_OPERATES, .level = ACCESS_ADMIN, .example = "ready live/app1",
		.run = operate_servers,
	},
	{
		.name = "weight", .summary = "set the weight of servers until the next reload",
		.args = { SERVER_ARG, { "weight", ARG_WEIGHT, ARG_ONE, NULL, NULL },
			  WHERE_ARG },
		.effect = CMD_OPERATES, .level = ACCESS_ADMIN, .example = "weight live/app1 50%",
		.run = operate_set_weight,
	},
	{
		.name = "maxconn",
		.summary = "set the session limit of servers until the next reload",
		.args = { SERVER_ARG, { "number", ARG_NUMBER, ARG_ONE, "0: no limit", NULL },
			  WHERE_ARG },
		.effect = CMD_OPERATES, .level = ACCESS_ADMIN, .example = "maxconn live/app1 100",
		.run = operate_set_maxconn,
	},
	{
		.name = "health", .summary = "switch health checks, or force their result",
		.args = { SERVER_ARG, { "to", ARG_CHOICE, ARG_ONE, "what", "on|off|up|down" },
			  WHERE_ARG },
		.effect = CMD_OPERATES, .level = ACCESS_ADMIN, .example = "health live/app1 off",
		.run = operate_switch,
	},
	{
		.name = "agent", .summary = "switch agent checks",
		.args = { SERVER_ARG, { "to", ARG_CHOICE, ARG_ONE, "what", "on|off" }, WHERE_ARG },
		.effect = CMD_OPERATES, .level = ACCESS_ADMIN, .example = "agent live/app1 off",
		.run = operate_switch,
	},
	{
		.name = "kill", .summary = "end all sessions of servers at once",
		.args = { SERVERS_ARG, WHERE_ARG },
		.effect = CMD_OPERATES, .level = ACCESS_ADMIN, .example = "kill live/app1",
		.run = operate_servers,
	},
	{
		.name = "kill session", .summary = "end one session at once",
		.args = { { "id", ARG_WORD, ARG_ONE, "as in 'show sessions'", NULL } },
		.effect = CMD_OPERATES, .level = ACCESS_ADMIN,
		.example = "kill session 0x55d0c0ffee00", .run = operate_kill_session,
	},
	{
		.name = "enable frontend", .summary = "let a frontend accept connections again",
		.args = { { "frontend", ARG_FRONTEND, ARG_ONE, NULL, NULL } },
		.effect = CMD_OPERATES, .level = ACCESS_ADMIN, .example = "enable frontend web",
		.run = operate_enable_frontend,
	},
	{
		.name = "disable frontend", .summary = "let a frontend accept no connection",
		.args = { { "frontend", ARG_FRONTEND, ARG_ONE, NULL, NULL } },
		.effect = CMD_OPERATES, .level = ACCESS_ADMIN, .example = "disable frontend web",
		.run = operate_disable_frontend,
	},
	{
		.name = "clear counters", .summary = "set the maxima to zero, or all counters",
		.args = { { "all", ARG_WORD, ARG_FLAG, "all counters, not only maxima", NULL } },
		.effect = CMD_OPERATES, .level = ACCESS_OPERATOR, .example = "clear counters",
		.run = operate_clear_counters,
	},
	{
		.name = "runtime", .summary = "send a command of the Runtime API as it is",
		.args = { { "text", ARG_TEXT, ARG_REST, "the command", NULL } },
		.effect = CMD_OPERATES, .example = "runtime show version", .run = operate_runtime,
	},
};

const struct cmd_group operate_group = { "operate", "Operate, at once", operate_commands,
					 N(operate_commands) };
