/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "penstock/ui/page.h"

static struct span line_of(const struct page *page, size_t index)
{
	const struct page_line *line = &page->lines.items[index];

	return span_make(page->text.bytes + line->at, line->len);
}

static void fill(struct page_view *view, size_t lines)
{
	page_reset(&view->page);
	for (size_t i = 0; i < lines; i++) {
		page_addf(&view->page, STYLE_TEXT, "line %zu", i);
		page_end_line(&view->page);
	}
	page_view_update(view);
}

static void lines_end_at_newlines_and_tabs_are_blanks(void **state)
{
	struct page page = PAGE_INIT;

	(void)state;
	page_add(&page, STYLE_TEXT, span_of("ab\tc\r\nd\033"));
	page_end_line(&page);
	assert_int_equal(page_count(&page), 2);
	assert_true(span_is(line_of(&page, 0), "ab      c"));
	assert_true(span_is(line_of(&page, 1), "d\\x1b"));
	page_release(&page);
}

static void lines_are_styled_by_how_they_begin(void **state)
{
	static const struct page_rule rules[] = {
		{ "+++", STYLE_STRONG }, { "+", STYLE_ADDED }, { NULL, STYLE_TEXT },
	};
	struct page page = PAGE_INIT;

	(void)state;
	page_add_text(&page, span_of("+++ b\n+x\ny\n"), rules);
	assert_int_equal(page_count(&page), 3);
	assert_int_equal(page.runs.items[0].style, STYLE_STRONG);
	assert_int_equal(page.runs.items[1].style, STYLE_ADDED);
	assert_int_equal(page.runs.items[2].style, STYLE_TEXT);
	page_release(&page);
}

static void cells_are_cut_and_filled_to_their_width(void **state)
{
	struct page page = PAGE_INIT;

	(void)state;
	page_cell(&page, STYLE_TEXT, 4, true, span_of("7"));
	page_cell(&page, STYLE_TEXT, 3, false, span_of("abcdef"));
	assert_int_equal(page_column(&page), 7);
	page_release(&page);
}

static void scrolling_stops_at_both_ends(void **state)
{
	struct page_view view = PAGE_VIEW_INIT;

	(void)state;
	view.height = 10;
	fill(&view, 25);
	page_view_move(&view, MOVE_UP);
	assert_int_equal(view.top, 0);
	page_view_move(&view, MOVE_PAGE_DOWN);
	assert_int_equal(view.top, 9);
	page_view_move(&view, MOVE_END);
	assert_int_equal(view.top, 15);
	page_view_move(&view, MOVE_DOWN);
	assert_int_equal(view.top, 15);
	page_view_move(&view, MOVE_HOME);
	assert_int_equal(view.top, 0);
	page_view_release(&view);
}

/* A text that is built anew each second must not jump. */
static void the_place_is_kept_when_the_text_is_filled_anew(void **state)
{
	struct page_view view = PAGE_VIEW_INIT;

	(void)state;
	view.height = 10;
	fill(&view, 25);
	page_view_move(&view, MOVE_END);
	fill(&view, 30);
	assert_int_equal(view.top, 15);
	fill(&view, 12);
	assert_int_equal(view.top, 2);
	page_view_release(&view);
}

static void a_filter_leaves_the_lines_that_hold_it(void **state)
{
	struct page_view view = PAGE_VIEW_INIT;

	(void)state;
	fill(&view, 25);
	page_view_filter(&view, span_of("LINE 2"));
	assert_int_equal(page_view_count(&view), 6);
	page_view_filter(&view, span_of(""));
	assert_int_equal(page_view_count(&view), 25);
	page_view_release(&view);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_end_at_newlines_and_tabs_are_blanks),
		cmocka_unit_test(lines_are_styled_by_how_they_begin),
		cmocka_unit_test(cells_are_cut_and_filled_to_their_width),
		cmocka_unit_test(scrolling_stops_at_both_ends),
		cmocka_unit_test(the_place_is_kept_when_the_text_is_filled_anew),
		cmocka_unit_test(a_filter_leaves_the_lines_that_hold_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
