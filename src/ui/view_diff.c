/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The candidate's diff.  The signs tell what the colours repeat. */
#include "penstock/plan/diff.h"
#include "penstock/ui/frame.h"
#include "penstock/ui/view.h"

static const struct page_rule rules[] = {
	{ "+++ ", STYLE_STRONG }, { "--- ", STYLE_STRONG }, { "@@", STYLE_HUNK },
	{ "+", STYLE_ADDED },     { "-", STYLE_REMOVED },   { NULL, STYLE_TEXT },
};

int view_diff_load(struct view *view, struct err *err)
{
	struct candidate *candidate = console_candidate(view->ui->console, err);

	str_reset(&view->source);
	if (!candidate)
		return -1;
	return diff_documents(candidate->base, candidate->now, &view->source, err);
}

void view_diff_build(struct view *view, struct page *page)
{
	if (view->wants_load)
		return;
	if (!view->source.len) {
		page_add(page, STYLE_DIM, span_of("the candidate is what the files say"));
		page_end_line(page);
	}
	page_add_text(page, str_span(&view->source), rules);
}
