/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plans of two short documents, compared as text. */
#ifndef PENSTOCK_TESTS_PLANNED_H
#define PENSTOCK_TESTS_PLANNED_H

#include "unit.h"

#include "penstock/base/mem.h"
#include "penstock/plan/effect.h"

static inline struct document *parse(const char *text)
{
	struct document *doc = document_new();

	document_add_file(doc, "haproxy.cfg", span_of(text));
	return doc;
}

static const struct ability v26 = { .known = true, .version = VERSION_POINT(2, 6, 12),
					.level = ACCESS_ADMIN };

/* "runtime: COMMAND; COMMAND | back: COMMAND", "reload: WHY" or "none". */
static inline void format_step(const struct step *step, struct str *out)
{
	str_add_text(out, step_kind_names[step->kind]);
	if (step->why_reload)
		str_addf(out, ": %s", step->why_reload);
	for (size_t i = 0; i < step->commands.count; i++)
		str_addf(out, "%s%s", i ? "; " : ": ", step->commands.items[i].text);
	for (size_t i = 0; i < step->inverse.count; i++)
		str_addf(out, "%s%zu %s", i ? "; " : " | back: ", step->inverse.items[i].undoes,
			 step->inverse.items[i].text);
	if (step->undo_by_reload)
		str_add_text(out, " | reload");
	str_add_char(out, '\n');
}

static inline void assert_observed_plan(const struct ability *ability,
					const struct observed *observed, const char *before,
					const char *after, const char *expected)
{
	struct document *a = parse(before), *b = parse(after);
	struct plan      plan = PLAN_INIT;
	struct str       text = STR_INIT;

	plan_make(&plan, &(struct plan_request){ .before = a, .after = b, .ability = ability,
						 .observed = observed });
	for (size_t i = 0; i < plan.steps.count; i++)
		format_step(&plan.steps.items[i], &text);
	assert_string_equal(text.bytes, expected);
	plan_release(&plan);
	str_release(&text);
	document_free(a);
	document_free(b);
}

static inline void assert_plan(const struct ability *ability, const char *before,
			       const char *after, const char *expected)
{
	assert_observed_plan(ability, NULL, before, after, expected);
}

/* Two server lines of backend live, under some lines of the section. */
static inline void assert_lines(const char *section, const char *before, const char *after,
				const char *expected)
{
	struct str a = STR_INIT, b = STR_INIT;

	str_addf(&a, "backend live\n%s%s", section, before);
	str_addf(&b, "backend live\n%s%s", section, after);
	assert_plan(&v26, a.bytes, b.bytes, expected);
	str_release(&a);
	str_release(&b);
}

#endif
