/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/ui/popup.h"

#include "penstock/base/utf8.h"

enum { MEANING_GAP = 2 };

/* The widest of the names that can be seen; half the screen is for meanings. */
static size_t names_width(const struct completions *list, size_t first, size_t lines,
			  const struct screen *screen)
{
	size_t widest = 0, limit = (size_t)screen->columns / 2;

	for (size_t i = first; i < first + lines; i++) {
		size_t width = utf8_width(span_of(list->list.items[i].text));

		widest = width > widest ? width : widest;
	}
	return widest < limit ? widest : limit;
}

void popup_draw(const struct completions *list, size_t chosen, struct screen *screen, int y,
		int room)
{
	size_t     count = list->list.count, first = 0, names;
	size_t     lines = (size_t)(room > 0 ? room : 0);
	struct str text = STR_INIT;

	lines = lines < count ? lines : count;
	if (chosen != SIZE_MAX && chosen >= lines && lines)
		first = chosen - lines + 1;
	names = names_width(list, first, lines, screen);
	for (size_t i = 0; i < lines; i++) {
		const struct completion *item = &list->list.items[first + i];

		str_reset(&text);
		str_add_char(&text, ' ');
		utf8_pad(&text, span_of(item->text), names, false, "…");
		str_add_repeat(&text, ' ', MEANING_GAP);
		str_add_text(&text, item->meaning);
		if (i + 1 == lines && first + lines < count)
			str_addf(&text, "  … %zu more", count - first - lines);
		screen_cell(screen, y - (int)lines + (int)i, 0, screen->columns,
			    first + i == chosen ? STYLE_CHOSEN : STYLE_POPUP, false,
			    str_span(&text));
	}
	str_release(&text);
}
