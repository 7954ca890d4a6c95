/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A plan as people read it (plan.h: plan_summary, plan_format). */
#include <string.h>

#include "penstock/base/utf8.h"
#include "penstock/plan/aside.h"
#include "penstock/plan/plan.h"

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
		str_add_text(out, "a reload because ");
		if (plan->crowd)
			str_addf(out, "%zu servers come and go, which costs more at run time "
				 "(see option reload-threshold)", plan->crowd);
		else
			str_add_text(out, "it was asked for");
		return;
	}
	str_addf(out, "%zu %s because of ", plan->reload,
		 plan->reload > 1 ? "by one reload" : "reload");
	add_reload_places(plan, out);
}

static void add_left_summary(const struct plan *plan, struct str *out)
{
	str_addf(out, "%zu left out because %s a reload: ", plan->reload,
		 plan->reload > 1 ? "they need" : "it needs");
	add_reload_places(plan, out);
}

/* What becomes of the runtime steps beside a reload. */
static void add_others(const struct plan *plan, struct str *out)
{
	if (plan->reload != 1 || plan->crowd)
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
	if (plan->runtime && (plan->reload || plan_needs_reload(plan)))
		str_add_text(out, ", ");
	if (plan->partial && plan->reload)
		add_left_summary(plan, out);
	else if (plan_needs_reload(plan))
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

static void format_step(const struct step *step, bool paths, bool left_out, size_t columns,
			struct str *out)
{
	struct str place = STR_INIT;

	plan_add_place(&place, &step->at, paths);
	add_cell(out, span_of(step_kind_names[step->kind]), KIND_COLUMNS);
	add_cell(out, str_span(&place), columns);
	str_add_text(out, step->what);
	if (step->why_reload)
		str_addf(out, ": %s%s", left_out ? "left out, " : "", step->why_reload);
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
		format_step(&plan->steps.items[i], paths, plan->partial != NULL, columns, out);
	asides_format(plan, out);
}
