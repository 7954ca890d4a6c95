/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/plan/plan.h"

#include <stdlib.h>
#include <string.h>

#include "penstock/base/mem.h"
#include "penstock/base/utf8.h"
#include "penstock/plan/aside.h"
#include "penstock/plan/commands.h"
#include "penstock/plan/describe.h"
#include "penstock/plan/effects.h"
#include "penstock/plan/partial.h"

const char *const step_kind_names[] = { "none", "runtime", "reload" };

static void release_commands(struct plan_command *items, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(items[i].text);
		free(items[i].payload);
	}
}

static void promise_release(struct promise *promise)
{
	free(promise->backend);
	free(promise->server);
	free(promise->frontend);
	free(promise->info);
	free(promise->address);
	free(promise->fqdn);
	free(promise->check_address);
	free(promise->agent_address);
	*promise = (struct promise)PROMISE_INIT;
}

static void release_needs(struct step *step)
{
	for (size_t i = 0; i < step->needs.count; i++) {
		free(step->needs.items[i].backend);
		free(step->needs.items[i].server);
		free(step->needs.items[i].text);
	}
	vec_release(&step->needs);
}

/* Leaves what every kind of step has: what it is about, and its place. */
static void forget_commands(struct step *step)
{
	release_needs(step);
	release_commands(step->commands.items, step->commands.count);
	release_commands(step->inverse.items, step->inverse.count);
	vec_release(&step->commands);
	vec_release(&step->inverse);
	step->undo_by_reload = false;
	promise_release(&step->promise);
	free(step->note);
	step->note = NULL;
}

static void step_release(struct step *step)
{
	forget_commands(step);
	free(step->what);
	free(step->why_reload);
}

static char *printable(const struct str *text)
{
	struct str clean = STR_INIT;

	utf8_sanitise(&clean, str_span(text), false);
	return str_detach(&clean, NULL);
}

/* No command after all, and why not. */
static void make_reload(struct step *step, struct str *why)
{
	forget_commands(step);
	step->kind = STEP_RELOAD;
	step->why_reload = printable(why);
}

static bool is_allowed(const struct ability *ability, const struct effect_def *effect,
		       struct str *why)
{
	if (!ability || !ability->known || ability->level == ACCESS_NONE ||
	    ability->level >= effect->level)
		return true;
	str_addf(why, "the socket's level is '%s', the command needs '%s'",
		 access_level_names[ability->level], access_level_names[effect->level]);
	return false;
}

static bool is_faultless(const struct ability *ability, const struct step *step, struct str *why)
{
	if (!ability || !ability->known)
		return true;
	for (size_t i = 0; i < step->commands.count; i++) {
		const struct fault_def *fault =
			fault_find(ability->version, span_of(step->commands.items[i].text));

		if (!fault)
			continue;
		str_addf(why, "a fault of this release: %s", fault->what);
		return false;
	}
	return true;
}

/* What its `help` does not list it would not understand. */
static bool is_understood(const struct ability *ability, const struct step *step,
			  struct str *why)
{
	for (size_t i = 0; i < step->commands.count; i++) {
		const char *command = step->commands.items[i].text;

		if (ability_has_command(ability, command))
			continue;
		str_addf(why, "this HAProxy does not list '%s' among its commands", command);
		return false;
	}
	return true;
}

/* Whether the process has lost a server that the documents know. */
static bool is_missing(const struct effect_context *context)
{
	const struct change *change = context->change;

	return change->server && change->line_before != SIZE_MAX &&
	       observed_backend(context->observed, span_of(change->name)) &&
	       !change_server_now(context);
}

static int miss_server(const struct effect_context *context, struct step *step, struct str *why)
{
	if (context->change->kind == CHANGE_SERVER_DELETED) {
		step_note(step, "the process has it no longer");
		return 0;
	}
	str_addf(why, "the process has no server '%s/%s'", context->change->name,
		 context->change->server);
	return -1;
}

/* Lets the row make its commands; -1 with the reason when they will not do. */
static int run_effect(const struct effect_context *context, const struct effect_def *effect,
		      struct step *step, struct str *why)
{
	int status = 0;

	if (effect->kind == STEP_RUNTIME && is_missing(context))
		status = miss_server(context, step, why);
	else if (effect->make)
		status = effect->make(context, step, why);
	if (status < 0)
		return -1;
	if (!step->commands.count) {
		step->kind = STEP_NONE;
		return 0;
	}
	if (!is_allowed(context->ability, effect, why) ||
	    !is_understood(context->ability, step, why) ||
	    !is_faultless(context->ability, step, why))
		return -1;
	return 0;
}

static struct place change_place(const struct effect_context *context)
{
	const struct change *change = context->change;

	if (change->line_after != SIZE_MAX)
		return document_place(context->after, change->line_after);
	return document_place(context->before, change->line_before);
}

static void step_make(struct step *step, const struct effect_context *context,
		      const struct effect_def *effect)
{
	struct str text = STR_INIT;

	*step = (struct step){ .kind = effect->kind };
	step->promise = (struct promise)PROMISE_INIT;
	step->at = change_place(context);
	step->line_count = (unsigned)context->change->lines;
	step->line_before = context->change->line_before;
	step->line_after = context->change->line_after;
	change_describe(context->change, &text);
	step->what = str_detach(&text, NULL);
	if (effect->kind == STEP_RELOAD) {
		change_why_reload(context->change, effect, &text);
		make_reload(step, &text);
	} else if (run_effect(context, effect, step, &text) < 0) {
		make_reload(step, &text);
	}
	str_release(&text);
}

/* A step and where it comes: runtime ones in the order of their table rows,
 * then reloads, then what needs nothing; else in the order of the document. */
struct ranked {
	unsigned    rank;
	size_t      number;
	bool        crowds; /* a server comes or goes */
	struct step step;
	bool        dropped; /* another step does it as well */
};

static int by_rank(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	return (x->number > y->number) - (x->number < y->number);
}

enum { RANK_REPLACED = 100, RANK_RELOAD = 1000, RANK_NONE };

static unsigned rank_of(const struct step *step, const struct effect_def *effect)
{
	static const unsigned ranks[] = { [STEP_RELOAD] = RANK_RELOAD, [STEP_NONE] = RANK_NONE };

	return step->kind == STEP_RUNTIME ? effect_order(effect, step) : ranks[step->kind];
}

void plan_add_step(struct plan *plan, const struct step *take_step)
{
	size_t *counters[] = { &plan->none, &plan->runtime, &plan->reload };

	*vec_push(&plan->steps) = *take_step;
	++*counters[take_step->kind];
}

static bool is_of_line(const struct change *change, const struct change *first)
{
	return change->server && change->line_before == first->line_before &&
	       change->line_after == first->line_after;
}

/* Makes the step for all changes of one server line at once. */
static bool replace_server(struct effect_context *context, struct step *step)
{
	const struct effect_def *effect =
		effect_find(CHANGE_SERVER_ADDED, ability_version(context->ability));
	struct step made = { .kind = STEP_RUNTIME, .promise = PROMISE_INIT };
	struct str  why = STR_INIT;
	bool        done;

	done = effect_server_replaced(context, &made, &why) == 0 &&
	       is_allowed(context->ability, effect, &why) &&
	       is_faultless(context->ability, &made, &why);
	if (done) {
		str_addf(&why, "%s, by a replacement", step->what);
		made.what = str_detach(&why, NULL);
		made.at = step->at;
		made.line_count = step->line_count;
		made.line_before = step->line_before;
		made.line_after = step->line_after;
		step_release(step);
		*step = made;
	} else {
		step_release(&made);
	}
	str_release(&why);
	return done;
}

static void keep_whole(struct step *step)
{
	struct str why = STR_INIT;

	str_add_text(&why, "its line changes in another way that needs a reload");
	make_reload(step, &why);
	str_release(&why);
}

/* The changes [from, to) of one server line: all of them at run time, or none. */
static void settle_line(struct effect_context *context, const struct changes *changes,
			struct ranked *ranked, size_t from, size_t to)
{
	size_t reload = from;
	bool   done;

	while (reload < to && ranked[reload].step.kind != STEP_RELOAD)
		reload++;
	if (reload == to)
		return;
	context->change = &changes->list.items[reload];
	done = replace_server(context, &ranked[reload].step);
	if (done)
		ranked[reload].rank = RANK_REPLACED;
	for (size_t i = from; i < to; i++) {
		if (i == reload || !is_of_line(&changes->list.items[i], context->change))
			continue;
		if (done)
			ranked[i].dropped = true;
		else if (ranked[i].step.kind == STEP_RUNTIME)
			keep_whole(&ranked[i].step);
		ranked[i].rank = RANK_RELOAD;
	}
}

static void settle_lines(struct effect_context *context, const struct changes *changes,
			 struct ranked *ranked)
{
	for (size_t i = 0, end; i < changes->list.count; i = end) {
		const struct change *first = &changes->list.items[i];

		end = i + 1;
		if (!first->server || first->line_before == SIZE_MAX ||
		    first->line_after == SIZE_MAX)
			continue;
		while (end < changes->list.count && is_of_line(&changes->list.items[end], first))
			end++;
		settle_line(context, changes, ranked, i, end);
	}
}

/* How many servers come and go at run time, if they are too many. */
static size_t find_crowd(const struct ranked *ranked, size_t count,
			 const struct plan_request *request)
{
	size_t crowd = 0;

	for (size_t i = 0; i < count; i++)
		crowd += ranked[i].step.kind == STEP_RUNTIME && ranked[i].crowds;
	if (!request->reload_threshold || crowd <= request->reload_threshold)
		return 0;
	return crowd;
}

static void make_plan(struct plan *plan, const struct plan_request *request)
{
	const struct ability *ability = request->ability;
	struct effect_context context = {
		.before = request->before,
		.after = request->after,
		.ability = ability,
		.observed = request->observed,
	};
	struct changes changes = CHANGES_INIT;
	struct ranked *ranked;

	*plan = (struct plan)PLAN_INIT;
	compare_documents(request->before, request->after, &changes);
	if (request->file)
		foreign_take(plan, request, &changes);
	context.facts = facts_new(request->before, request->after);
	ranked = xcalloc(changes.list.count + 1, sizeof(*ranked));
	for (size_t i = 0; i < changes.list.count; i++) {
		const struct effect_def *effect = effect_find(changes.list.items[i].kind,
							      ability_version(ability));

		context.change = &changes.list.items[i];
		step_make(&ranked[i].step, &context, effect);
		ranked[i].rank = rank_of(&ranked[i].step, effect);
		ranked[i].number = i;
		ranked[i].crowds = context.change->kind == CHANGE_SERVER_ADDED ||
				   context.change->kind == CHANGE_SERVER_DELETED;
	}
	if (request->without_reload)
		settle_lines(&context, &changes, ranked);
	qsort(ranked, changes.list.count, sizeof(*ranked), by_rank);
	if (!request->without_reload)
		plan->crowd = find_crowd(ranked, changes.list.count, request);
	plan->assumed = ability_version(ability) == ability_version(NULL);
	for (size_t i = 0; i < changes.list.count; i++) {
		if (ranked[i].dropped)
			step_release(&ranked[i].step);
		else
			plan_add_step(plan, &ranked[i].step);
	}
	if (request->file)
		foreign_add_settled(plan, request, &changes);
	by_hand_find(plan, request, &changes, context.facts);
	if (request->doubt)
		plan->doubt = xstrdup(request->doubt);
	free(ranked);
	facts_free(context.facts);
	changes_release(&changes);
}

/*
 * What is left of `after` once the runtime steps are done, as steps of the plan.
 * What is a runtime step there builds on something that is left out.
 */
static void add_left(struct plan *plan, const struct plan_request *request)
{
	struct plan_request rest = { .before = plan->partial, .after = request->after,
				     .ability = request->ability };
	struct plan         left;

	make_plan(&left, &rest);
	for (size_t i = 0; i < left.steps.count; i++) {
		struct step *step = &left.steps.items[i];

		if (step->kind == STEP_RUNTIME)
			keep_whole(step);
		plan_add_step(plan, step);
	}
	vec_release(&left.steps);
	asides_release(&left);
}

enum { ROUNDS_MAX = 5 };

/* Plans from the file that was edited.  Each round leaves out what turned out to
 * build on something left out; where that does not end, nothing is done at all. */
static struct document *find_partial(struct plan *plan, const struct plan_request *request)
{
	struct plan_request round = *request;
	struct document    *partial = NULL, *next;

	if (request->file)
		round.before = request->file;
	round.file = NULL;
	make_plan(plan, &round);
	for (size_t i = 0; i == 0 || plan->reload; i++) {
		next = i < ROUNDS_MAX ? partial_document(round.before, round.after, plan) :
					document_dup(round.before);
		plan_release(plan);
		document_free(partial);
		round.after = partial = next;
		make_plan(plan, &round);
	}
	return partial;
}

/* A process that runs something else than the file may need a reload all the
 * same: nothing is done then. */
static void make_partial(struct plan *plan, const struct plan_request *request)
{
	struct document    *partial = find_partial(plan, request);
	struct plan_request whole = *request;

	for (int tries = 0; request->file && tries < 2; tries++) {
		if (tries) {
			document_free(partial);
			partial = document_dup(request->file);
		}
		plan_release(plan);
		whole.after = partial;
		make_plan(plan, &whole);
		if (!plan->reload)
			break;
	}
	plan->partial = partial;
	add_left(plan, request);
}

void plan_make(struct plan *plan, const struct plan_request *request)
{
	if (request->without_reload)
		make_partial(plan, request);
	else
		make_plan(plan, request);
}

void plan_release(struct plan *plan)
{
	document_free(plan->partial);
	for (size_t i = 0; i < plan->steps.count; i++)
		step_release(&plan->steps.items[i]);
	vec_release(&plan->steps);
	asides_release(plan);
	free(plan->doubt);
}

bool plan_is_empty(const struct plan *plan)
{
	return !plan->steps.count;
}

bool plan_needs_reload(const struct plan *plan)
{
	return (plan->reload > 0 && !plan->partial) || plan->forced_reload ||
	       plan->crowd > 0;
}
