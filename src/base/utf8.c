/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/base/utf8.h"

#include <wchar.h>

#include "penstock/base/mem.h"

struct form {
	unsigned char mask, lead; /* first byte & mask == lead */
	size_t        len;
	unsigned      least;      /* smaller points are overlong */
};

static const struct form form_table[] = {
	{ 0x80, 0x00, 1, 0x0 },
	{ 0xe0, 0xc0, 2, 0x80 },
	{ 0xf0, 0xe0, 3, 0x800 },
	{ 0xf8, 0xf0, 4, 0x10000 },
};

static const struct form *form_of(unsigned char lead)
{
	for (size_t i = 0; i < N(form_table); i++)
		if ((lead & form_table[i].mask) == form_table[i].lead)
			return &form_table[i];
	return NULL;
}

size_t utf8_decode(const char *s, size_t len, unsigned *point)
{
	const unsigned char *u = (const unsigned char *)s;
	const struct form   *form = form_of(u[0]);
	unsigned             value;

	if (!form || form->len > len)
		return 0;
	value = u[0] & (unsigned char)~form->mask;
	for (size_t i = 1; i < form->len; i++) {
		if ((u[i] & 0xc0) != 0x80)
			return 0;
		value = value << 6 | (u[i] & 0x3f);
	}
	if (value < form->least || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
		return 0;
	*point = value;
	return form->len;
}

/* Characters that could steer a terminal or hide what a name really is. */
static bool is_dangerous(unsigned point)
{
	return point < 0x20 || (point >= 0x7f && point < 0xa0) || point == 0xad ||
	       (point >= 0x200b && point <= 0x200f) || (point >= 0x2028 && point <= 0x202e) ||
	       (point >= 0x2060 && point <= 0x206f) || point == 0xfeff ||
	       (point >= 0xe000 && point <= 0xf8ff) || (point >= 0xfff9 && point <= 0xfffb) ||
	       point >= 0xe0000;
}

static void add_escaped(struct str *out, unsigned point)
{
	if (point == '\t')
		str_add_text(out, "\\t");
	else if (point == '\n')
		str_add_text(out, "\\n");
	else if (point < 0x100)
		str_addf(out, "\\x%02x", point);
	else
		str_addf(out, "\\u%04x", point);
}

static bool is_layout(unsigned point)
{
	return point == '\n' || point == '\t';
}

void utf8_sanitise(struct str *out, struct span s, bool keep_lines)
{
	for (size_t i = 0, step; i < s.len; i += step) {
		unsigned point = (unsigned char)s.at[i];

		step = utf8_decode(s.at + i, s.len - i, &point);
		if (!step) {
			str_addf(out, "\\x%02x", (unsigned char)s.at[i]);
			step = 1;
		} else if (is_dangerous(point) && !(keep_lines && is_layout(point))) {
			add_escaped(out, point);
		} else {
			str_add(out, s.at + i, step);
		}
	}
}

/* wcwidth knows only what the locale knows; outside UTF-8 each byte is one cell. */
static size_t cell_width(unsigned point)
{
	int width = wcwidth((wchar_t)point);

	return width < 0 ? 1 : (size_t)width;
}

size_t utf8_fit(struct span s, size_t columns, size_t *used)
{
	size_t at = 0, width = 0;

	while (at < s.len) {
		unsigned point = 0;
		size_t   step = utf8_decode(s.at + at, s.len - at, &point);
		size_t   cells = step && point >= 0x80 ? cell_width(point) : 1;

		if (width + cells > columns)
			break;
		width += cells;
		at += step ? step : 1;
	}
	if (used)
		*used = width;
	return at;
}

size_t utf8_width(struct span s)
{
	size_t width;

	utf8_fit(s, (size_t)-1 / 2, &width);
	return width;
}

void utf8_pad(struct str *out, struct span s, size_t columns, bool right, const char *ellipsis)
{
	size_t used, mark = ellipsis ? utf8_width(span_of(ellipsis)) : 0;
	size_t fit = utf8_fit(s, columns, &used);
	bool   cut = fit < s.len;

	if (cut && mark <= columns)
		fit = utf8_fit(s, columns - mark, &used);
	else if (cut)
		mark = 0;
	if (cut)
		used += mark;
	if (right)
		str_add_repeat(out, ' ', columns - used);
	str_add(out, s.at, fit);
	if (cut && mark)
		str_add_text(out, ellipsis);
	if (!right)
		str_add_repeat(out, ' ', columns - used);
}
