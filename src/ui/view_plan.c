/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an apply would do: the planner's own words. */
#include "penstock/plan/plan.h"
#include "penstock/ui/frame.h"
#include "penstock/ui/view.h"

static const struct page_rule rules[] = {
	{ "reload", STYLE_WARN }, { "runtime", STYLE_GOOD }, { "none", STYLE_DIM },
	{ "@@", STYLE_HUNK },     { "+", STYLE_ADDED },      { "-", STYLE_REMOVED },
	{ NULL, STYLE_TEXT },
};

int view_plan_load(struct view *view, struct err *err)
{
	struct plan plan = PLAN_INIT;
	int         status;

	str_reset(&view->source);
	status = console_plan(view->ui->console, false, &plan, err);
	if (status == 0 && (!plan_is_empty(&plan) || plan.asides.count))
		plan_format(&plan, &view->source);
	plan_release(&plan);
	return status;
}

void view_plan_build(struct view *view, struct page *page)
{
	if (view->wants_load)
		return;
	if (!view->source.len) {
		page_add(page, STYLE_DIM, span_of("nothing to apply"));
		page_end_line(page);
	}
	page_add_text(page, str_span(&view->source), rules);
}
