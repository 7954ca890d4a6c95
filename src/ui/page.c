/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/ui/page.h"

#include <string.h>
#include <strings.h>

#include "penstock/base/utf8.h"

enum { TAB_COLUMNS = 8, LEFT_STEP = 8 };

void page_reset(struct page *page)
{
	str_reset(&page->text);
	vec_reset(&page->runs);
	vec_reset(&page->lines);
}

void page_release(struct page *page)
{
	str_release(&page->text);
	vec_release(&page->runs);
	vec_release(&page->lines);
	*page = (struct page)PAGE_INIT;
}

static struct page_line *open_line(struct page *page)
{
	if (!page->lines.count)
		*vec_push(&page->lines) = (struct page_line){ .at = page->text.len,
							      .first = page->runs.count };
	return &page->lines.items[page->lines.count - 1];
}

void page_end_line(struct page *page)
{
	open_line(page);
	*vec_push(&page->lines) = (struct page_line){ .at = page->text.len,
						      .first = page->runs.count };
}

static struct span line_text(const struct page *page, const struct page_line *line)
{
	return span_make(page->text.bytes + line->at, line->len);
}

size_t page_column(const struct page *page)
{
	return page->lines.count ? page->lines.items[page->lines.count - 1].columns : 0;
}

size_t page_count(const struct page *page)
{
	return page->lines.count ? page->lines.count - 1 : 0;
}

/* What was appended to the text since `before` becomes a run of the open line. */
static void close_run(struct page *page, enum style style, size_t before)
{
	struct page_line *line = open_line(page);
	size_t            len = page->text.len - before;

	if (!len)
		return;
	*vec_push(&page->runs) = (struct page_run){ style, len };
	line->runs++;
	line->len += len;
	line->columns += utf8_width(span_make(page->text.bytes + before, len));
}

static void add_piece(struct page *page, enum style style, struct span text)
{
	size_t before = page->text.len;

	open_line(page);
	utf8_sanitise(&page->text, text, false);
	close_run(page, style, before);
}

/* Text without line ends. */
static void add_tabbed(struct page *page, enum style style, struct span text)
{
	struct span piece;

	while (span_split(&text, '\t', &piece)) {
		add_piece(page, style, piece);
		if (text.at) {
			size_t before = page->text.len;

			str_add_repeat(&page->text, ' ',
				       TAB_COLUMNS - page_column(page) % TAB_COLUMNS);
			close_run(page, style, before);
		}
	}
}

void page_add(struct page *page, enum style style, struct span text)
{
	struct span line;

	open_line(page);
	if (!text.at)
		return;
	while (span_split(&text, '\n', &line)) {
		if (line.len && line.at[line.len - 1] == '\r')
			line.len--;
		add_tabbed(page, style, line);
		if (text.at)
			page_end_line(page);
	}
}

void page_addf(struct page *page, enum style style, const char *format, ...)
{
	struct str text = STR_INIT;
	va_list    args;

	va_start(args, format);
	str_vaddf(&text, format, args);
	va_end(args);
	page_add(page, style, str_span(&text));
	str_release(&text);
}

void page_cell(struct page *page, enum style style, int width, bool right, struct span text)
{
	struct str ready = STR_INIT;
	size_t     before = page->text.len;

	open_line(page);
	utf8_sanitise(&ready, text, false);
	utf8_pad(&page->text, str_span(&ready), (size_t)(width > 0 ? width : 0), right, "…");
	close_run(page, style, before);
	str_release(&ready);
}

static enum style style_of(const struct page_rule *rules, struct span line)
{
	for (; rules && rules->beginning; rules++)
		if (span_starts(line, rules->beginning))
			return rules->style;
	return STYLE_TEXT;
}

void page_add_text(struct page *page, struct span text, const struct page_rule *rules)
{
	struct span line;

	if (text.len && text.at[text.len - 1] == '\n')
		text.len--;
	if (!text.len)
		return;
	while (span_split(&text, '\n', &line)) {
		page_add(page, style_of(rules, line), line);
		page_end_line(page);
	}
}

void page_view_release(struct page_view *view)
{
	page_release(&view->page);
	str_release(&view->filter);
	vec_release(&view->shown);
	*view = (struct page_view)PAGE_VIEW_INIT;
}

size_t page_view_count(const struct page_view *view)
{
	return view->filter.len ? view->shown.count : page_count(&view->page);
}

static void clamp(struct page_view *view)
{
	size_t count = page_view_count(view);
	size_t height = (size_t)(view->height > 0 ? view->height : 1);

	if (view->top + height > count)
		view->top = count > height ? count - height : 0;
}

/* Whether the line holds the text, in whatever case. */
static bool holds(struct span line, struct span text)
{
	for (size_t i = 0; i + text.len <= line.len; i++)
		if (strncasecmp(line.at + i, text.at, text.len) == 0)
			return true;
	return false;
}

void page_view_update(struct page_view *view)
{
	const struct page *page = &view->page;

	vec_reset(&view->shown);
	for (size_t i = 0; view->filter.len && i < page_count(page); i++)
		if (holds(line_text(page, &page->lines.items[i]), str_span(&view->filter)))
			*vec_push(&view->shown) = i;
	clamp(view);
}

void page_view_filter(struct page_view *view, struct span text)
{
	str_reset(&view->filter);
	str_add_span(&view->filter, text);
	view->top = 0;
	page_view_update(view);
}

void page_view_move(struct page_view *view, enum move move)
{
	size_t page = (size_t)(view->height > 2 ? view->height - 1 : 1);
	size_t back[MOVE_COUNT] = {
		[MOVE_UP] = 1, [MOVE_PAGE_UP] = page, [MOVE_HOME] = view->top,
	};
	size_t on[MOVE_COUNT] = {
		[MOVE_DOWN] = 1, [MOVE_PAGE_DOWN] = page,
		[MOVE_END] = page_view_count(view),
	};

	view->top -= back[move] < view->top ? back[move] : view->top;
	view->top += on[move];
	if (move == MOVE_LEFT)
		view->left -= view->left < LEFT_STEP ? view->left : LEFT_STEP;
	if (move == MOVE_RIGHT)
		view->left += LEFT_STEP;
	clamp(view);
}

/* One line, without its first `left` columns. */
static void draw_line(const struct page *page, const struct page_line *line, size_t left,
		      struct screen *screen, int y, struct area area)
{
	const char *at = page->text.bytes + line->at;
	int         x = area.x + 1, end = area.x + area.width;

	for (size_t i = 0; i < line->runs && x < end; i++) {
		const struct page_run *run = &page->runs.items[line->first + i];
		size_t                 used, skip = utf8_fit(span_make(at, run->len), left, &used);

		/* The last run that fits is cut where more follows it, too. */
		x += screen_put(screen, y, x, end - x, run->style,
				span_make(at + skip, run->len - skip));
		left -= used;
		at += run->len;
	}
}

void page_view_draw(struct page_view *view, struct screen *screen, struct area area)
{
	const struct page *page = &view->page;

	view->height = area.height;
	clamp(view);
	for (int row = 0; row < area.height; row++) {
		size_t index = view->top + (size_t)row;

		if (index >= page_view_count(view))
			return;
		if (view->filter.len)
			index = view->shown.items[index];
		draw_line(page, &page->lines.items[index], view->left, screen, area.y + row, area);
	}
}

void page_view_place(const struct page_view *view, struct str *out)
{
	size_t count = page_view_count(view), last = view->top + (size_t)view->height;

	if (view->height <= 0 || count <= (size_t)view->height)
		return;
	str_addf(out, "%zu-%zu of %zu", view->top + 1, last < count ? last : count, count);
}
