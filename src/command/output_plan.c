/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/command/output_plan.h"

static json_t *command_list(const struct plan_command *commands, size_t count)
{
	json_t *list = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, json_string(commands[i].text));
	return list;
}

static json_t *need_list(const struct step *step)
{
	json_t *list = json_array();

	for (size_t i = 0; i < step->needs.count; i++)
		json_array_append_new(list, json_string(step->needs.items[i].text));
	return list;
}

static void set_text(json_t *object, const char *key, const char *text)
{
	if (text)
		json_object_set_new(object, key, json_string(text));
}

static json_t *step_object(const struct step *step, size_t number, bool left_out)
{
	json_t *object = json_object();

	json_object_set_new(object, "step", json_integer((json_int_t)number));
	set_text(object, "kind", step_kind_names[step->kind]);
	set_text(object, "what", step->what);
	set_text(object, "why_reload", step->why_reload);
	set_text(object, "note", step->note);
	if (left_out && step->kind == STEP_RELOAD)
		json_object_set_new(object, "left_out", json_true());
	if (step->at.line) {
		set_text(object, "file", step->at.file);
		json_object_set_new(object, "line", json_integer(step->at.line));
	}
	if (step->kind == STEP_RUNTIME) {
		json_object_set_new(object, "needs", need_list(step));
		json_object_set_new(object, "commands",
				    command_list(step->commands.items, step->commands.count));
		json_object_set_new(object, "inverse",
				    command_list(step->inverse.items, step->inverse.count));
	}
	return object;
}

static json_t *aside_object(const struct aside *aside)
{
	json_t *object = json_object();

	set_text(object, "kind", aside_kind_names[aside->kind]);
	set_text(object, "reason", aside->text);
	if (aside->at.line) {
		set_text(object, "file", aside->at.file);
		json_object_set_new(object, "line", json_integer(aside->at.line));
	}
	return object;
}

static void output_objects(struct output *out, const struct plan *plan)
{
	for (size_t i = 0; i < plan->steps.count; i++)
		output_json(out, step_object(&plan->steps.items[i], i + 1,
						       plan->partial != NULL));
	for (size_t i = 0; i < plan->asides.count; i++)
		output_json(out, aside_object(&plan->asides.items[i]));
	if (plan->doubt) {
		json_t *object = json_object();

		set_text(object, "kind", "doubt");
		set_text(object, "reason", plan->doubt);
		output_json(out, object);
	}
}

void output_plan(struct output *out, const struct plan *plan)
{
	struct str text = STR_INIT;

	if (out->format == OUTPUT_JSON) {
		output_objects(out, plan);
		return;
	}
	plan_format(plan, &text);
	output_lines(out, str_span(&text));
	str_release(&text);
}
