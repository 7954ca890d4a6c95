/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/plan/plan.h"

#include <stdlib.h>
#include <string.h>

#include "penstock/base/mem.h"
#include "penstock/base/utf8.h"
#include "penstock/plan/aside.h"
#include "penstock/plan/commands.h"
#include "penstock/plan/describe.h"

const char *const step_kind_names[] = { "none", "runtime", "reload" };

static void release_commands(struct plan_command *items, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(items[i].text);
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
	struct step step;
};

static int by_rank(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	return (x->number > y->number) - (x->number < y->number);
}

enum { RANK_RELOAD = 1000, RANK_NONE };

static unsigned rank_of(const struct step *step, const struct effect_def *effect)
{
	static const unsigned ranks[] = { [STEP_RELOAD] = RANK_RELOAD, [STEP_NONE] = RANK_NONE };

	return step->kind == STEP_RUNTIME ? effect->order : ranks[step->kind];
}

void plan_add_step(struct plan *plan, const struct step *take_step)
{
	size_t *counters[] = { &plan->none, &plan->runtime, &plan->reload };

	*vec_push(&plan->steps) = *take_step;
	++*counters[take_step->kind];
}

void plan_make(struct plan *plan, const struct plan_request *request)
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
	}
	qsort(ranked, changes.list.count, sizeof(*ranked), by_rank);
	plan->assumed = ability_version(ability) == ability_version(NULL);
	for (size_t i = 0; i < changes.list.count; i++)
		plan_add_step(plan, &ranked[i].step);
	if (request->file)
		foreign_add_settled(plan, request, &changes);
	by_hand_find(plan, request, &changes, context.facts);
	if (request->doubt)
		plan->doubt = xstrdup(request->doubt);
	free(ranked);
	facts_free(context.facts);
	changes_release(&changes);
}

void plan_release(struct plan *plan)
{
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
	return plan->reload > 0 || plan->forced_reload;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && slash[1] ? slash + 1 : path;
}

/* "haproxy.cfg:31"; the whole path only where names alone would not tell. */
void plan_add_place(struct str *out, const struct place *at, bool whole)
{
	const char *path = at->file ? at->file : "?";

	utf8_sanitise(out, span_of(whole ? path : base_name(path)), false);
	if (at->line)
		str_addf(out, ":%u", at->line);
}

/* Whether two files of the plan have the same name in different folders. */
static bool needs_paths(const struct plan *plan)
{
	const char *first = NULL;

	for (size_t i = 0; i < plan->steps.count; i++) {
		const char *path = plan->steps.items[i].at.file;

		if (!path)
			continue;
		if (!first)
			first = path;
		if (path != first && strcmp(path, first) != 0 &&
		    strcmp(base_name(path), base_name(first)) == 0)
			return true;
	}
	return false;
}

enum { PLACES_MAX = 3 }; /* that a summary names */

/* "haproxy.cfg:18, haproxy.cfg:19 and 4 more"; the one that stands in the way of
 * others with what it is. */
static void add_reload_places(const struct plan *plan, struct str *out)
{
	bool   paths = needs_paths(plan);
	size_t said = 0;

	for (size_t i = 0; i < plan->steps.count && said < PLACES_MAX; i++) {
		const struct step *step = &plan->steps.items[i];

		if (step->kind != STEP_RELOAD)
			continue;
		if (said++)
			str_add_text(out, said == plan->reload ? " and " : ", ");
		plan_add_place(out, &step->at, paths);
		if (plan->reload == 1 && plan->runtime)
			str_addf(out, " (%s)", step->what);
	}
	if (plan->reload > said)
		str_addf(out, " and %zu more", plan->reload - said);
}

static void add_reload_summary(const struct plan *plan, struct str *out)
{
	if (!plan->reload) {
		str_add_text(out, "a reload because it was asked for");
		return;
	}
	str_addf(out, "%zu %s because of ", plan->reload,
		 plan->reload > 1 ? "by one reload" : "reload");
	add_reload_places(plan, out);
}

/* What becomes of the runtime steps beside a reload. */
static void add_others(const struct plan *plan, struct str *out)
{
	if (plan->reload != 1)
		str_add_text(out, ", which brings the others along");
	else if (plan->runtime == 1)
		str_add_text(out, ", without which the other could be had at run time");
	else
		str_addf(out, ", without which all %zu others could be had at run time",
			 plan->runtime);
}

void plan_summary(const struct plan *plan, struct str *out)
{
	size_t steps = plan->runtime + plan->reload;

	if (!steps && !plan->forced_reload) {
		str_add_text(out, plan->none ? "no step: HAProxy does not see the difference" :
					       "nothing to do");
		return;
	}
	if (steps)
		str_addf(out, "%zu step%s: ", steps, steps > 1 ? "s" : "");
	if (plan->runtime)
		str_addf(out, "%zu at run time", plan->runtime);
	if (plan->runtime && plan_needs_reload(plan))
		str_add_text(out, ", ");
	if (plan_needs_reload(plan))
		add_reload_summary(plan, out);
	if (plan->runtime && plan_needs_reload(plan))
		add_others(plan, out);
	if (plan_needs_reload(plan))
		asides_summary(plan, out);
}

/* A line below a step, under its reason. */
static void add_below(struct str *out, size_t indent, const char *text)
{
	str_add_repeat(out, ' ', indent);
	utf8_sanitise(out, span_of(text), false);
}

static void format_inverse(const struct step *step, struct str *out)
{
	str_add_text(out, "(back: ");
	for (size_t i = 0; i < step->inverse.count; i++) {
		if (i)
			str_add_text(out, "; ");
		utf8_sanitise(out, span_of(step->inverse.items[i].text), false);
	}
	if (step->undo_by_reload)
		str_add_text(out, step->inverse.count ? "; all of it only by a reload" :
							"only by a reload");
	str_add_text(out, ")\n");
}

static void format_commands(const struct step *step, size_t indent, struct str *out)
{
	for (size_t i = 0; i < step->commands.count; i++) {
		add_below(out, indent, step->commands.items[i].text);
		str_add_text(out, step->commands.count > 1 ? "\n" : "        ");
	}
	if (step->commands.count > 1)
		str_add_repeat(out, ' ', indent);
	if (step->commands.count)
		format_inverse(step, out);
	if (step->note) {
		add_below(out, indent, step->note);
		str_add_char(out, '\n');
	}
}

enum { KIND_COLUMNS = 7, GAP_COLUMNS = 2 };

static void add_cell(struct str *out, struct span text, size_t columns)
{
	utf8_pad(out, text, columns + GAP_COLUMNS, false, NULL);
}

static void format_step(const struct step *step, bool paths, size_t columns, struct str *out)
{
	struct str place = STR_INIT;

	plan_add_place(&place, &step->at, paths);
	add_cell(out, span_of(step_kind_names[step->kind]), KIND_COLUMNS);
	add_cell(out, str_span(&place), columns);
	str_add_text(out, step->what);
	if (step->why_reload)
		str_addf(out, ": %s", step->why_reload);
	str_add_char(out, '\n');
	format_commands(step, KIND_COLUMNS + columns + 2 * GAP_COLUMNS, out);
	str_release(&place);
}

/* How wide the column of places is. */
static size_t place_columns(const struct plan *plan, bool paths)
{
	struct str place = STR_INIT;
	size_t     columns = 0;

	for (size_t i = 0; i < plan->steps.count; i++) {
		size_t width;

		str_reset(&place);
		plan_add_place(&place, &plan->steps.items[i].at, paths);
		width = utf8_width(str_span(&place));
		columns = width > columns ? width : columns;
	}
	str_release(&place);
	return columns;
}

void plan_format(const struct plan *plan, struct str *out)
{
	bool   paths = needs_paths(plan);
	size_t columns = place_columns(plan, paths);

	plan_summary(plan, out);
	str_add_char(out, '\n');
	if (plan->assumed && plan->runtime)
		str_add_text(out, "no process was asked: planned for the newest HAProxy\n");
	for (size_t i = 0; i < plan->steps.count; i++)
		format_step(&plan->steps.items[i], paths, columns, out);
	asides_format(plan, out);
}
