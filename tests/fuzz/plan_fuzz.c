/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Two documents, the input cut in the middle: comparing, planning and diffing
 * them ends, and says nothing only when they are equal.
 */
#include <string.h>

#include "fuzz.h"
#include "penstock/plan/diff.h"
#include "penstock/plan/plan.h"

static void check_plan(const struct document *before, const struct document *after)
{
	struct ability ability = { .known = true, .version = VERSION_POINT(2, 6, 12),
					.level = ACCESS_ADMIN };
	struct plan    plan = PLAN_INIT;
	struct str     text = STR_INIT;

	plan_make(&plan, &(struct plan_request){
		.before = before,
		.after = after,
		.ability = &ability,
	});
	LAW(plan_is_empty(&plan) == document_equal(before, after));
	LAW(plan.runtime + plan.reload + plan.none == plan.steps.count);
	for (size_t i = 0; i < plan.steps.count; i++)
		LAW((plan.steps.items[i].kind == STEP_RUNTIME) ==
		    (plan.steps.items[i].commands.count > 0));
	plan_summary(&plan, &text);
	plan_format(&plan, &text);
	str_release(&text);
	plan_release(&plan);
}

/* Without a reload there is a document that commands alone lead to. */
static void check_partial(const struct document *before, const struct document *after)
{
	struct ability ability = { .known = true, .version = VERSION(3, 4),
				   .level = ACCESS_ADMIN };
	struct plan    plan = PLAN_INIT, part = PLAN_INIT;

	plan_make(&plan, &(struct plan_request){
		.before = before,
		.after = after,
		.ability = &ability,
		.without_reload = true,
	});
	LAW(plan.partial != NULL && !plan_needs_reload(&plan));
	plan_make(&part, &(struct plan_request){
		.before = before,
		.after = plan.partial,
		.ability = &ability,
		.without_reload = true,
	});
	/* Several lines that one command sets are one step there. */
	LAW(part.reload == 0 && part.runtime <= plan.runtime);
	plan_release(&plan);
	plan_release(&part);
}

static void check_diff(const struct document *before, const struct document *after)
{
	struct str diff = STR_INIT;
	struct err err = ERR_INIT;
	size_t     added = 0, removed = 0;

	if (diff_documents(before, after, &diff, &err) == 0)
		LAW((diff.len == 0) == document_equal(before, after));
	diff_count(str_span(&diff), &added, &removed);
	str_release(&diff);
	err_release(&err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct document *before = document_new(), *after = document_new();
	const uint8_t   *middle = size ? memchr(data, '~', size) : NULL;
	size_t           half = middle ? (size_t)(middle - data) : size / 2;
	size_t           rest = half + (middle != NULL);

	document_add_file(before, "x.cfg", fuzz_span(data, half));
	document_add_file(after, "x.cfg", fuzz_span(data + rest, size - rest));
	check_plan(before, after);
	check_plan(after, before);
	check_plan(before, before);
	check_partial(before, after);
	check_partial(after, before);
	check_diff(before, after);
	document_free(before);
	document_free(after);
	return 0;
}
