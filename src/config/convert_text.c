/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Converters that cut texts, and put them together. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "penstock/base/mem.h"
#include "penstock/config/converter.h"
#include "penstock/config/keyword.h"
#include "penstock/config/regex.h"

struct span step_arg(const struct expression_step *step, size_t index)
{
	return index < step->count ? step->args[index] : span_make("", 0);
}

struct datum text_result(struct scene *s, struct str *take_text)
{
	struct datum datum = datum_text(arena_copy(s->arena, str_span(take_text)));

	str_release(take_text);
	return datum;
}

/* Where parts begin and end; a part may be empty for field, not for word. */
struct parts {
	struct span text, separators;
	int64_t     wanted; /* from 1, or from the end when negative */
	int64_t     count;  /* parts to take; 0: all up to the end */
};

static bool separates(const struct parts *p, size_t i)
{
	return p->separators.len &&
	       memchr(p->separators.at, p->text.at[i], p->separators.len) != NULL;
}

static struct parts parts_of(struct span text, const struct expression_step *step)
{
	return (struct parts){ .text = text, .wanted = number_prefix(step_arg(step, 0)),
			       .separators = step_arg(step, 1),
			       .count = step->count > 2 ? number_prefix(step_arg(step, 2)) : 1 };
}

/* Byte i of the text as seen from the side that is counted from. */
static size_t seen(const struct parts *p, size_t i)
{
	return p->wanted < 0 ? p->text.len - 1 - i : i;
}

static struct datum slice(const struct parts *p, size_t start, size_t end)
{
	if (p->wanted < 0)
		return datum_text(span_make(p->text.at + p->text.len - end, end - start));
	return datum_text(span_make(p->text.at + start, end - start));
}

struct datum convert_field(struct scene *s, struct datum in, const struct expression_step *step)
{
	struct parts p = parts_of(in.text, step);
	int64_t      wanted = p.wanted < 0 ? -p.wanted : p.wanted, field = 1, left = p.count;
	size_t       start = 0;

	(void)s;
	if (!wanted)
		return datum_none();
	for (size_t i = 0; i < p.text.len; i++) {
		if (!separates(&p, seen(&p, i)))
			continue;
		if (field < wanted) {
			field++;
			start = i + 1;
		} else if (left == 1) {
			return slice(&p, start, i);
		} else if (left > 1) {
			left--;
		}
	}
	return field == wanted ? slice(&p, start, p.text.len) : datum_none();
}

/* Releases whose `word` gives an empty text for a word that is not there; those
 * from 2.9 on and these of older branches fail, as all are to do. */
static bool word_may_be_empty(unsigned version)
{
	static const unsigned mended[] = {
		VERSION_POINT(2, 2, 32), VERSION_POINT(2, 4, 25), VERSION_POINT(2, 6, 16),
		VERSION_POINT(2, 7, 11), VERSION_POINT(2, 8, 5),
	};

	for (size_t i = 0; i < N(mended); i++)
		if (version >> 8 == mended[i] >> 8)
			return version < mended[i];
	return version && version < VERSION(2, 9);
}

struct datum convert_word(struct scene *s, struct datum in, const struct expression_step *step)
{
	struct parts p = parts_of(in.text, step);
	int64_t      wanted = p.wanted < 0 ? -p.wanted : p.wanted, word = 0, left = p.count;
	size_t       start = 0;
	bool         inside = false;

	if (!wanted)
		return datum_none();
	for (size_t i = 0; i < p.text.len; i++) {
		bool separator = separates(&p, seen(&p, i));

		if (!inside && !separator) {
			inside = true;
			if (word < wanted) {
				word++;
				start = i;
			}
		} else if (inside && separator) {
			if (word == wanted && left == 1)
				return slice(&p, start, i);
			if (word == wanted && left > 1)
				left--;
			inside = false;
		}
	}
	if (word == wanted)
		return slice(&p, start, p.text.len);
	return word_may_be_empty(s->surroundings->version) ? datum_text(span_of(""))
							   : datum_none();
}

/* One replacement after the other, as HAProxy does it: the rest of the text is
 * matched anew each time. */
static void substitute(const struct regex *regex, struct span text, struct span by, bool all,
		       struct str *out)
{
	struct regex_match match;
	bool               first = true;

	while ((first || all) && regex_find(regex, text, !first, &match)) {
		size_t end = match.groups[0].end;

		str_add(out, text.at, match.groups[0].at);
		regex_expand(by, text, &match, out);
		if (!text.len)
			break;
		if (!end)
			str_add_char(out, text.at[end++]);
		text = span_make(text.at + end, text.len - end);
		first = false;
	}
	str_add_span(out, text);
}

struct datum convert_regsub(struct scene *s, struct datum in, const struct expression_step *step)
{
	struct span   flags = step_arg(step, 2);
	struct err    err = ERR_INIT;
	struct str    out = STR_INIT;
	bool          ignore_case = flags.len && memchr(flags.at, 'i', flags.len);
	bool          all = flags.len && memchr(flags.at, 'g', flags.len);
	struct regex *regex = regex_new(step_arg(step, 0), ignore_case, &err);
	struct datum  datum;

	if (!regex) {
		datum = datum_unknown(arena_format(s->arena, "%s", err.text.bytes));
		err_release(&err);
		return datum;
	}
	substitute(regex, in.text, step_arg(step, 1), all, &out);
	regex_free(regex);
	return text_result(s, &out);
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

struct datum convert_url_dec(struct scene *s, struct datum in, const struct expression_step *step)
{
	bool       form = number_prefix(step_arg(step, 0)) != 0;
	struct str out = STR_INIT;

	for (size_t i = 0; i < in.text.len; i++) {
		char c = in.text.at[i];

		if (c == '%') {
			int high = i + 2 < in.text.len ? hex_value(in.text.at[i + 1]) : -1;
			int low = high >= 0 ? hex_value(in.text.at[i + 2]) : -1;

			if (low < 0) {
				str_release(&out);
				return datum_none();
			}
			c = (char)(high << 4 | low);
			i += 2;
		} else if (c == '+' && form) {
			c = ' ';
		} else if (c == '?') {
			form = true;
		}
		str_add_char(&out, c);
	}
	return text_result(s, &out);
}

struct datum convert_url_enc(struct scene *s, struct datum in, const struct expression_step *step)
{
	struct str out = STR_INIT;

	(void)step;
	for (size_t i = 0; i < in.text.len; i++) {
		unsigned char c = (unsigned char)in.text.at[i];

		if (isalnum(c) || (c && strchr("-._~", c)))
			str_add_char(&out, (char)c);
		else
			str_addf(&out, "%%%02X", c);
	}
	return text_result(s, &out);
}

/* The text of a variable; false with *unknown when it is not known. */
static bool variable_text(struct scene *s, struct span name, struct span *text,
			  struct datum *unknown)
{
	struct datum value = datum_cast(s->arena, scene_variable(s, name), DATUM_TEXT);

	*text = value.type == DATUM_TEXT ? value.text : span_make("", 0);
	*unknown = value;
	return value.type != DATUM_UNKNOWN;
}

struct datum convert_concat(struct scene *s, struct datum in, const struct expression_step *step)
{
	struct str   out = STR_INIT;
	struct span  value;
	struct datum unknown;

	if (!variable_text(s, step_arg(step, 1), &value, &unknown))
		return unknown;
	str_add_span(&out, in.text);
	str_add_span(&out, step_arg(step, 0));
	str_add_span(&out, value);
	str_add_span(&out, step_arg(step, 2));
	return text_result(s, &out);
}

struct datum convert_add_item(struct scene *s, struct datum in,
			      const struct expression_step *step)
{
	struct str   out = STR_INIT;
	struct span  value;
	struct datum unknown;

	if (!variable_text(s, step_arg(step, 1), &value, &unknown))
		return unknown;
	str_add_span(&out, in.text);
	if (value.len || step_arg(step, 2).len) {
		if (out.len)
			str_add_span(&out, step_arg(step, 0));
		str_add_span(&out, value);
		str_add_span(&out, step_arg(step, 2));
	}
	return text_result(s, &out);
}
