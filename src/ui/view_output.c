/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a command printed, while it runs and afterwards. */
#include "penstock/ui/frame.h"
#include "penstock/ui/view.h"

static const struct page_rule rules[] = {
	{ "+++ ", STYLE_STRONG }, { "--- ", STYLE_STRONG }, { "@@", STYLE_HUNK },
	{ "+", STYLE_ADDED },     { "-", STYLE_REMOVED },   { NULL, STYLE_TEXT },
};

static const struct page_rule plain[] = { { NULL, STYLE_TEXT } };

void view_output_build(struct view *view, struct page *page)
{
	bool is_diff = span_starts(str_span(&view->source), "--- ");

	page_add_text(page, str_span(&view->source), is_diff ? rules : plain);
}
