/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/plan/aside.h"

#include <stdlib.h>

#include "penstock/base/mem.h"
#include "penstock/base/utf8.h"

const char *const aside_kind_names[ASIDE_KINDS] = { "brings", "undoes" };

/* What stands above them, in a plan that reloads and in one that does not. */
static const struct heading {
	const char *reload, *runtime, *summary;
} heading_table[ASIDE_KINDS] = {
	[ASIDE_BRINGS] = { "the reload brings along, from the file:",
			   "stays different until a reload, which brings along from the file:",
			   "brings along" },
	[ASIDE_UNDOES] = { "the reload undoes, in the process:",
			   "stays different until a reload, which undoes in the process:",
			   "undoes" },
};

void aside_add(struct plan *plan, enum aside_kind kind, struct place at, const struct str *text)
{
	struct str clean = STR_INIT;

	utf8_sanitise(&clean, str_span(text), false);
	*vec_push(&plan->asides) = (struct aside){
		.kind = kind,
		.text = str_detach(&clean, NULL),
		.at = at,
	};
	plan->aside_counts[kind]++;
}

void asides_release(struct plan *plan)
{
	for (size_t i = 0; i < plan->asides.count; i++)
		free(plan->asides.items[i].text);
	vec_release(&plan->asides);
}

void asides_summary(const struct plan *plan, struct str *out)
{
	for (int kind = 0; kind < ASIDE_KINDS; kind++)
		if (plan->aside_counts[kind])
			str_addf(out, "; it %s %zu %s of others", heading_table[kind].summary,
				 plan->aside_counts[kind],
				 plan->aside_counts[kind] > 1 ? "changes" : "change");
}

static void format_kind(const struct plan *plan, enum aside_kind kind, struct str *out)
{
	const struct heading *heading = &heading_table[kind];

	str_add_text(out, plan_needs_reload(plan) ? heading->reload : heading->runtime);
	str_add_char(out, '\n');
	for (size_t i = 0; i < plan->asides.count; i++) {
		const struct aside *aside = &plan->asides.items[i];

		if (aside->kind != kind)
			continue;
		str_add_text(out, "  ");
		if (aside->at.line) {
			plan_add_place(out, &aside->at, false);
			str_add_text(out, "  ");
		}
		str_addf(out, "%s\n", aside->text);
	}
}

void asides_format(const struct plan *plan, struct str *out)
{
	if (plan->doubt) {
		utf8_sanitise(out, span_of(plan->doubt), false);
		str_add_char(out, '\n');
	}
	for (int kind = 0; kind < ASIDE_KINDS; kind++)
		if (plan->aside_counts[kind])
			format_kind(plan, (enum aside_kind)kind, out);
}
