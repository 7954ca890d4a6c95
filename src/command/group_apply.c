/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From candidate to process: diff, plan, check, apply, reload. */
#include "penstock/base/mem.h"
#include "penstock/command/console.h"
#include "penstock/command/groups.h"
#include "penstock/command/output_plan.h"
#include "penstock/plan/diff.h"

static int apply_diff(struct call *call, struct err *err)
{
	const struct candidate *candidate = call->console->candidate;
	struct str              text = STR_INIT;
	int                     status;

	status = diff_documents(candidate->base, candidate->now, &text, err);
	if (status == 0 && (text.len || call->out->format == OUTPUT_JSON))
		output_bytes(call->out, str_span(&text));
	str_release(&text);
	return status;
}

static int apply_plan(struct call *call, struct err *err)
{
	struct plan plan = PLAN_INIT;
	int         status = console_plan(call->console, call_given(call, "--without-reload"),
					  &plan, err);

	if (status == 0)
		output_plan(call->out, &plan);
	plan_release(&plan);
	return status;
}

static void say_message(struct output *out, const struct check_message *message)
{
	const char *kind = message->fatal ? "error" : "warning";

	if (message->line)
		output_say(out, "%s:%u: %s: %s", message->file.bytes, message->line, kind,
			   message->text.bytes);
	else
		output_say(out, "%s: %s", kind, message->text.bytes);
}

static int apply_check(struct call *call, struct err *err)
{
	struct console     *console = call->console;
	struct check_result result = CHECK_RESULT_INIT;
	int                 status;

	/* The running process knows the right program and flags; it need not run. */
	console_process(console, NULL);
	service_look(&console->service);
	status = check_document(&console->service, console->candidate->now, &result, err);
	for (size_t i = 0; status == 0 && i < result.messages.count; i++)
		if (!result.messages.items[i].fatal || i > 0 || result.accepted)
			say_message(call->out, &result.messages.items[i]);
	if (status == 0 && result.accepted)
		output_say(call->out, "haproxy accepts the candidate");
	else if (status == 0)
		status = check_error(&result, err);
	check_result_release(&result);
	return status;
}

static void say_progress(const char *sentence, void *data)
{
	struct call *call = data;

	if (call->console->front.progress)
		call->console->front.progress(call->console->front.data, sentence);
	else
		output_say(call->out, "%s", sentence);
}

/* In front of the operator an apply is a question; a script has decided. */
static int ask_apply(struct console *console, const struct plan *plan, struct err *err)
{
	struct str question = STR_INIT;
	int        status;

	if (!console->interactive)
		return 0;
	str_add_text(&question, "apply ");
	plan_summary(plan, &question);
	str_add_text(&question, "?");
	status = console_ask(console, question.bytes, NULL, err);
	str_release(&question);
	return status;
}

static void say_applied(struct call *call, const struct plan *plan,
			const struct apply_result *result)
{
	if (result->reloaded)
		output_say(call->out, "applied by a reload %s: worker %ld -> %ld after %lld ms",
			   reload_way_table[result->reload.way].summary, result->reload.old_pid,
			   result->reload.new_pid, (long long)result->reload.took_ms);
	else if (result->commands)
		output_say(call->out, "applied at run time: %zu %s, no reload", result->commands,
			   result->commands == 1 ? "command" : "commands");
	else if (call->console->service.process || !(plan->runtime + plan->reload))
		output_say(call->out, "applied: the file is written, the process needs nothing");
	else
		output_say(call->out, "applied: the file is written; no HAProxy is attached");
}

/*
 * A process that was named has to be there.  One that only the configuration
 * mentions may be stopped; then an apply writes the file.
 */
static int find_process(struct console *console, struct err *err)
{
	bool named = console->socket_paths.list.count || console->master_path;
	struct err ignored = ERR_INIT;

	if (!console_process(console, &ignored)) {
		if (named || ignored.code == ERR_DENIED || ignored.code == ERR_TIMEOUT ||
		    ignored.code == ERR_PROTOCOL) {
			err_take(err, &ignored);
			return -1;
		}
		err_clear(&ignored);
		return 0;
	}
	if (console->processes.count > 1)
		return err_set(err, ERR_USAGE, "an apply works on one HAProxy, and %zu are "
			       "attached; start it with one -s", console->processes.count);
	return 0;
}

/* What the process runs after an apply; what a reload loaded is found out anew. */
static void note_running(struct console *console, const struct apply_result *result,
			 struct document *take_next)
{
	if (!result->reloaded) {
		running_set(&console->runs, &console->service, take_next);
		return;
	}
	document_free(take_next);
	console_find_running(console);
}

static int run_apply(struct call *call, struct candidate *candidate, struct plan *plan,
		     struct err *err)
{
	struct console      *console = call->console;
	struct apply_result  result = { .reload = RELOAD_RESULT_INIT, .check = CHECK_RESULT_INIT };
	struct apply_request request = {
		.candidate = candidate,
		.loaded = &console->loaded,
		.plan = plan,
		.progress = say_progress,
		.data = call,
	};
	struct document *next = console_running_next(console, candidate);
	int              status = apply_run(&console->service, &request, &result, err);

	if (status == 0) {
		say_applied(call, plan, &result);
		note_running(console, &result, next);
	} else {
		document_free(next);
	}
	apply_result_release(&result);
	return status;
}

/* Writes and runs only what needs no reload; the rest stays pending. */
static int run_partial(struct call *call, struct plan *plan, struct err *err)
{
	struct candidate *whole = call->console->candidate;
	struct candidate *part = candidate_new(document_dup(whole->base));
	int               status;

	document_free(part->now);
	part->now = document_dup(plan->partial);
	status = run_apply(call, part, plan, err);
	if (status == 0) {
		candidate_set_base(whole, document_dup(plan->partial));
		if (plan->reload)
			output_say(call->out, "left out and still pending: %zu %s a reload; 'plan' "
				   "shows them", plan->reload,
				   plan->reload > 1 ? "changes that need" : "change that needs");
	}
	candidate_free(part);
	return status;
}

static int check_words(struct call *call, struct err *err)
{
	if (call_given(call, "reload") && call_given(call, "--without-reload"))
		return err_set(err, ERR_USAGE,
			       "'reload' and '--without-reload' exclude each other");
	return 0;
}

static int apply_apply(struct call *call, struct err *err)
{
	struct console *console = call->console;
	struct plan     plan = PLAN_INIT;
	int             status = find_process(console, err);

	if (status == 0)
		status = check_words(call, err);
	if (status == 0)
		status = console_plan(console, call_given(call, "--without-reload"), &plan, err);
	if (status == 0 && call_given(call, "reload"))
		plan.forced_reload = true;
	if (status == 0 && console->dry_run)
		output_plan(call->out, &plan);
	else if (status == 0 && plan.partial && !plan.runtime && plan.reload)
		status = err_set(err, ERR_UNSUPPORTED, "nothing of it can be had without a reload; "
				 "'plan' says why");
	else if (status == 0 && plan_is_empty(&plan) && !plan.forced_reload)
		output_say(call->out, "nothing to apply: the candidate is what the file says%s",
			   plan.asides.count ? "; 'plan' shows what differs in the process" : "");
	else if (status == 0)
		status = ask_apply(console, &plan, err) < 0 ? -1 :
			 plan.partial ? run_partial(call, &plan, err) :
					run_apply(call, console->candidate, &plan, err);
	plan_release(&plan);
	return status;
}

static int apply_reload(struct call *call, struct err *err)
{
	struct console      *console = call->console;
	struct reload_result result = RELOAD_RESULT_INIT;
	struct str           way = STR_INIT, question = STR_INIT;
	int                  status = 0;

	service_look(&console->service);
	reload_find_way(&console->service, &way);
	str_addf(&question, "reload HAProxy %s?", way.bytes);
	if (console->dry_run)
		output_say(call->out, "would reload %s", way.bytes);
	else if (console->interactive)
		status = console_ask(console, question.bytes, NULL, err);
	if (status == 0 && !console->dry_run) {
		status = reload_run(&console->service, &result, err);
		if (status == 0) {
			output_say(call->out, "reloaded %s: worker %ld -> %ld after %lld ms",
				   reload_way_table[result.way].summary, result.old_pid,
				   result.new_pid, (long long)result.took_ms);
			console_find_running(console);
		}
	}
	reload_result_release(&result);
	str_release(&question);
	str_release(&way);
	return status;
}

static const struct cmd_def apply_commands[] = {
	{
		.name = "diff", .summary = "show what the candidate changes in the file",
		.effect = CMD_CONFIG, .example = "diff", .run = apply_diff,
	},
	{
		.name = "plan", .summary = "show what an apply would do, step by step",
		.detail = "Each step is runtime, reload or none, with its reason and its line.  "
			  "Without a reload: what commands can do, servers replaced (deleted and "
			  "added again) where others take over meanwhile; the rest is left out.",
		.args = { { "--without-reload", ARG_WORD, ARG_FLAG,
			    "only what can be had at run time", NULL } },
		.effect = CMD_CONFIG, .example = "plan", .run = apply_plan,
	},
	{
		.name = "check", .summary = "let haproxy -c judge the candidate",
		.effect = CMD_CONFIG, .example = "check", .run = apply_check,
	},
	{
		.name = "apply", .summary = "write the candidate and bring the process to it",
		.detail = "Checks, writes the files, then runs the plan's commands or reloads.  A "
			  "failure undoes what was done.",
		.args = { { "reload", ARG_WORD, ARG_FLAG, "reload even where commands would do",
			    NULL },
			  { "--without-reload", ARG_WORD, ARG_FLAG,
			    "only what can be had at run time; the rest stays pending", NULL } },
		.effect = CMD_CONFIG | CMD_APPLIES, .example = "apply", .run = apply_apply,
	},
	{
		.name = "reload", .summary = "reload HAProxy with the file as it is",
		.effect = CMD_PROCESS | CMD_APPLIES, .example = "reload", .run = apply_reload,
	},
};

const struct cmd_group apply_group = { "apply", "Apply", apply_commands, N(apply_commands) };
