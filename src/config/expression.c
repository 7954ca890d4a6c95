/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/config/expression.h"

#include <ctype.h>
#include <string.h>

#include "penstock/config/converter.h"

struct reading {
	struct arena *arena;
	struct span   rest;
	const char  **why;
};

static bool is_name_byte(char c)
{
	return isalnum((unsigned char)c) || (c && strchr("_-.:+", c));
}

static void advance(struct reading *r, size_t count)
{
	r->rest.at += count;
	r->rest.len -= count;
}

/* One argument with its quotes and escapes, up to the , or ) behind it. */
static bool read_arg(struct reading *r, struct span *arg)
{
	static const char names[] = "\\ \"'rnt", bytes[] = "\\ \"'\r\n\t";
	struct str        text = STR_INIT;
	char              quote = '\0';

	while (r->rest.len && (quote || (r->rest.at[0] != ',' && r->rest.at[0] != ')'))) {
		char        c = r->rest.at[0];
		const char *escape = c == '\\' && quote != '\'' && r->rest.len > 1 && r->rest.at[1]
					     ? strchr(names, r->rest.at[1]) : NULL;

		if ((c == '"' || c == '\'') && (!quote || quote == c)) {
			quote = quote ? '\0' : c;
		} else if (escape) {
			str_add_char(&text, bytes[escape - names]);
			advance(r, 1);
		} else {
			str_add_char(&text, c);
		}
		advance(r, 1);
	}
	*arg = arena_copy(r->arena, str_span(&text));
	str_release(&text);
	return r->rest.len > 0;
}

static bool read_args(struct reading *r, struct expression_step *step)
{
	struct span args[EXPRESSION_ARGS];

	step->count = 0;
	if (!r->rest.len || r->rest.at[0] != '(')
		return true;
	do {
		advance(r, 1);
		if (step->count == EXPRESSION_ARGS || !read_arg(r, &args[step->count])) {
			*r->why = "the arguments of an expression are not closed";
			return false;
		}
		step->count++;
	} while (r->rest.at[0] == ',');
	advance(r, 1);
	/* `hdr()` has no argument. */
	if (step->count == 1 && !args[0].len)
		step->count = 0;
	step->args = arena_alloc(r->arena, (step->count + 1) * sizeof(*step->args));
	memcpy(step->args, args, step->count * sizeof(*args));
	return true;
}

static bool read_step(struct reading *r, struct expression_step *step)
{
	size_t len = 0;

	while (len < r->rest.len && is_name_byte(r->rest.at[len]))
		len++;
	*step = (struct expression_step){ .name = span_make(r->rest.at, len) };
	advance(r, len);
	return read_args(r, step);
}

bool expression_parse(struct arena *arena, struct span text, struct expression *expression,
		      size_t *taken, const char **why)
{
	struct reading r = { .arena = arena, .rest = text, .why = why };

	expression->count = 1;
	if (!read_step(&r, &expression->steps[0]))
		return false;
	expression->fetch = fetch_find(expression->steps[0].name);
	if (!expression->steps[0].name.len || !expression->fetch) {
		*why = "there is no expression where one should be";
		return false;
	}
	while (r.rest.len && r.rest.at[0] == ',') {
		struct expression_step *step = &expression->steps[expression->count];

		while (r.rest.len && r.rest.at[0] == ',')
			advance(&r, 1);
		if (!r.rest.len || !is_name_byte(r.rest.at[0]))
			break;
		if (expression->count == EXPRESSION_STEPS) {
			*why = "the expression is too long";
			return false;
		}
		if (!read_step(&r, step))
			return false;
		step->converter = converter_find(step->name);
		expression->count++;
	}
	*taken = text.len - r.rest.len;
	return true;
}

bool expression_add_word(struct expression *expression, struct span word)
{
	const struct converter_def *def = converter_find(word);
	struct expression_step     *step;

	/* A family's pattern would take words that only look like one of it. */
	if (!def || !span_is(word, def->name) || expression->count == EXPRESSION_STEPS)
		return false;
	step = &expression->steps[expression->count++];
	*step = (struct expression_step){ .name = word, .converter = def };
	return true;
}

enum datum_type expression_type(const struct expression *expression)
{
	const struct expression_step *last = &expression->steps[expression->count - 1];

	if (expression->count == 1)
		return expression->fetch->type;
	if (!last->converter)
		return DATUM_ANY;
	if (last->converter->convert == convert_map)
		return map_out_type(last->name);
	return last->converter->out;
}

static struct datum unknown(struct scene *scene, const struct expression_step *step,
			    const char *why)
{
	return datum_unknown(arena_format(scene->arena, "'%.*s': %s", (int)step->name.len,
					  step->name.at, why));
}

static struct datum fetch_value(struct scene *scene, const struct expression *expression,
				bool iterate, size_t index)
{
	const struct expression_step *step = &expression->steps[0];
	struct expression_call call = { .args = step->args, .count = step->count,
					.iterate = iterate, .index = index };
	struct datum           datum;

	if (!expression->fetch->get)
		return unknown(scene, step, expression->fetch->why);
	datum = expression->fetch->get(scene, &call);
	return datum.type == DATUM_UNKNOWN ? unknown(scene, step, datum.why) : datum;
}

static struct datum convert(struct scene *scene, struct datum datum,
			    const struct expression_step *step)
{
	if (!step->converter)
		return unknown(scene, step, "Penstock does not know this converter");
	if (!step->converter->convert)
		return unknown(scene, step, step->converter->why);
	datum = datum_cast(scene->arena, datum, step->converter->in);
	if (datum.type == DATUM_NONE)
		return datum;
	datum = step->converter->convert(scene, datum, step);
	return datum.type == DATUM_UNKNOWN ? unknown(scene, step, datum.why) : datum;
}

struct datum expression_value(struct scene *scene, const struct expression *expression,
			      bool iterate, size_t index)
{
	struct datum datum = fetch_value(scene, expression, iterate, index);

	for (size_t i = 1; i < expression->count; i++) {
		if (datum.type == DATUM_NONE || datum.type == DATUM_UNKNOWN)
			break;
		datum = convert(scene, datum, &expression->steps[i]);
	}
	return datum;
}

static void add_encoded(struct str *out, struct span text, bool escape)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.at[i];

		if (escape && ((c < 0x20 && c != '\t') || c == 0x7f))
			str_addf(out, "%%%02X", c);
		else
			str_add_char(out, text.at[i]);
	}
}

/* %[expression] at the beginning of *rest; gives what is not known, or NULL. */
static const char *add_expression(struct scene *scene, struct span *rest, bool escape,
				  struct str *out)
{
	struct expression expression;
	struct datum      datum;
	const char       *why = NULL;
	struct span       text = span_make(rest->at + 2, rest->len - 2);
	size_t            taken;

	if (!expression_parse(scene->arena, text, &expression, &taken, &why))
		return why;
	if (taken == text.len || text.at[taken] != ']')
		return "an expression in a format is not closed";
	datum = datum_cast(scene->arena, expression_value(scene, &expression, false, 0),
			   DATUM_TEXT);
	if (datum.type == DATUM_UNKNOWN)
		return datum.why;
	if (datum.type != DATUM_NONE)
		add_encoded(out, datum.text, escape);
	*rest = span_make(text.at + taken + 1, text.len - taken - 1);
	return NULL;
}

struct datum format_value(struct scene *scene, struct span format, bool escape)
{
	struct str   out = STR_INIT;
	struct datum datum;
	const char  *why = NULL;
	size_t       literal;

	while (format.len && !why) {
		if (span_starts(format, "%[")) {
			why = add_expression(scene, &format, escape, &out);
			continue;
		}
		if (format.at[0] == '%' && !span_starts(format, "%%")) {
			why = "its format holds a log variable";
			break;
		}
		literal = span_starts(format, "%%") ? 2 : 1;
		str_add_char(&out, format.at[0]);
		format = span_make(format.at + literal, format.len - literal);
	}
	datum = why ? datum_unknown(why) : datum_text(arena_copy(scene->arena, str_span(&out)));
	str_release(&out);
	return datum;
}
