/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Handlebars, as far as configurations need it; template_text.c has the values. */
#include "penstock/config/json_template.h"

#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include "penstock/base/text.h"
#include "penstock/config/json_template_text.h"

enum { DEPTH_MAX = 8 };

struct rendering {
	const struct template_input *input;
	const struct template_model *model;
	const json_t *scopes[DEPTH_MAX]; /* the innermost last */
	size_t        depth;
	size_t        index; /* of the item that is at hand: @index */
	size_t        at;    /* in the text */
	struct str   *out;
	struct err   *err;
};

/* {{ … }}: what stands in it, and where it stands. */
struct tag {
	size_t      start, end;
	struct span text;
	bool        alone; /* nothing else on its line */
};

static int fail_at(struct rendering *r, size_t at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static int fail_at(struct rendering *r, size_t at, const char *format, ...)
{
	struct place place = { .file = r->input->source, .line = 1, .column = 1 };
	struct str   text = STR_INIT;
	va_list      args;

	for (size_t i = 0; i < at; i++) {
		place.column++;
		if (r->input->text.at[i] == '\n') {
			place.line++;
			place.column = 1;
		}
	}
	va_start(args, format);
	str_vaddf(&text, format, args);
	va_end(args);
	err_at(r->err, ERR_PARSE, place, "%s", text.bytes);
	str_release(&text);
	return -1;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static bool stands_alone(struct span text, size_t start, size_t end)
{
	while (start > 0 && is_blank(text.at[start - 1]))
		start--;
	while (end < text.len && is_blank(text.at[end]))
		end++;
	return (start == 0 || text.at[start - 1] == '\n') &&
	       (end == text.len || text.at[end] == '\n');
}

/* The next place of a text, or SIZE_MAX. */
static size_t find(struct span text, size_t from, const char *what)
{
	size_t len = strlen(what);

	for (size_t i = from; i + len <= text.len; i++)
		if (memcmp(text.at + i, what, len) == 0)
			return i;
	return SIZE_MAX;
}

/* Reads the tag that begins at `start`. */
static int read_tag(struct rendering *r, size_t start, struct tag *tag)
{
	struct span text = r->input->text;
	struct span rest = span_make(text.at + start, text.len - start);
	bool        three = span_starts(rest, "{{{");
	const char *close = span_starts(rest, "{{!--") ? "--}}" : three ? "}}}" : "}}";
	size_t      open = three ? 3 : 2, end = find(text, start + open, close);

	if (end == SIZE_MAX)
		return fail_at(r, start, "'%s' is not closed by '%s'", three ? "{{{" : "{{", close);
	*tag = (struct tag){
		.start = start,
		.end = end + strlen(close),
		.text = span_trim(span_make(text.at + start + open, end - start - open)),
	};
	tag->alone = stands_alone(text, tag->start, tag->end);
	return 0;
}

/* A line with nothing but a block's tag on it leaves nothing behind. */
static void skip_line(struct rendering *r, const struct tag *tag)
{
	struct span text = r->input->text;

	r->at = tag->end;
	if (!tag->alone)
		return;
	while (r->out->len && is_blank(r->out->bytes[r->out->len - 1]))
		str_cut(r->out, r->out->len - 1);
	while (r->at < text.len && is_blank(text.at[r->at]))
		r->at++;
	r->at += r->at < text.len;
}

/* A path of fields in the scopes, the innermost first; NULL: there is none. */
static const json_t *look_up(const struct rendering *r, struct span name)
{
	struct span   rest = name, part;
	const json_t *value = NULL;

	if (span_is(name, "this") || span_is(name, "."))
		return r->scopes[r->depth - 1];
	if (span_starts(name, "this."))
		rest = span_make(name.at + 5, name.len - 5);
	for (bool first = true; span_split(&rest, '.', &part); first = false) {
		size_t scope = r->depth;

		if (first)
			for (; scope-- > 0 && !value;)
				value = json_object_getn(r->scopes[scope], part.at, part.len);
		else
			value = json_object_getn(value, part.at, part.len);
		if (!value)
			return NULL;
	}
	return value;
}

static int unknown(struct rendering *r, const struct tag *tag, struct span name)
{
	struct nearest nearest = { .wanted = name };

	for (size_t i = 0; i < r->depth; i++) {
		const char *key;
		json_t     *value;

		json_object_foreach((json_t *)r->scopes[i], key, value)
			nearest_try(&nearest, span_of(key));
	}
	fail_at(r, tag->start, "there is no variable '%.*s'", (int)name.len, name.at);
	if (!nearest.found.len)
		return err_hint(r->err, "'load template FILE %.*s=VALUE' sets one",
				(int)name.len, name.at);
	return nearest_hint(&nearest, r->err);
}

/* Puts lines in the place of a tag: alone on its line, its indent is theirs. */
static void put_lines(struct rendering *r, const struct tag *tag, struct span lines)
{
	size_t     start = r->out->len;
	struct str indent = STR_INIT;

	if (!lines.len && tag->alone) {
		skip_line(r, tag);
		return;
	}
	while (start > 0 && is_blank(r->out->bytes[start - 1]))
		start--;
	str_add(&indent, r->out->bytes + start, tag->alone ? r->out->len - start : 0);
	template_add_lines(r->out, lines, str_span(&indent));
	str_release(&indent);
	r->at = tag->end;
}

static int put_sections(struct rendering *r, const struct tag *tag, enum section_kind kind)
{
	struct str  text = STR_INIT;
	struct span before = str_span(r->out);

	while (before.len && is_blank(before.at[before.len - 1]))
		before.len--;
	template_sections(r->model, kind, before, &text);
	if (!text.len && tag->alone) {
		skip_line(r, tag);
	} else {
		str_add_span(r->out, span_trim(str_span(&text)));
		r->at = tag->end;
	}
	str_release(&text);
	return 0;
}

static int put_value(struct rendering *r, const struct tag *tag, const json_t *value)
{
	if (json_is_string(value))
		str_add_text(r->out, json_string_value(value));
	else if (json_is_integer(value))
		str_addf(r->out, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	else if (json_is_boolean(value))
		str_add_text(r->out, json_is_true(value) ? "true" : "false");
	else if (!json_is_null(value))
		return fail_at(r, tag->start, "'%.*s' is no text; take its parts with {{#each}}",
			       (int)tag->text.len, tag->text.at);
	r->at = tag->end;
	return 0;
}

static int put_servers(struct rendering *r, const struct tag *tag, struct span name)
{
	struct str lines = STR_INIT;
	bool       found = template_servers(r->model, name, &lines);

	if (found)
		put_lines(r, tag, str_span(&lines));
	str_release(&lines);
	if (found)
		return 0;
	return fail_at(r, tag->start, "there is no backend '%.*s' whose servers could stand here",
		       (int)name.len, name.at);
}

static int put_variable(struct rendering *r, const struct tag *tag)
{
	static const char prefix[] = "backends_";
	const json_t     *value = look_up(r, tag->text);

	if (value && value == json_object_get(r->scopes[0], "frontends"))
		return put_sections(r, tag, SECTION_FRONTEND);
	if (value && value == json_object_get(r->scopes[0], "backends"))
		return put_sections(r, tag, SECTION_BACKEND);
	if (value)
		return put_value(r, tag, value);
	if (span_is(tag->text, "@index")) {
		str_addf(r->out, "%zu", r->index);
		r->at = tag->end;
		return 0;
	}
	if (span_starts(tag->text, prefix))
		return put_servers(r, tag, span_make(tag->text.at + strlen(prefix),
						     tag->text.len - strlen(prefix)));
	return unknown(r, tag, tag->text);
}

/* HELPER ARGUMENT: the argument is a document that the model has written. */
static int put_helper(struct rendering *r, const struct tag *tag, struct span helper,
		      struct span argument)
{
	const json_t *value = look_up(r, argument);
	struct str    lines = STR_INIT;
	int           result = 0;

	if (!value)
		return unknown(r, tag, argument);
	if (template_helper(r->model, helper, value, &lines))
		put_lines(r, tag, str_span(&lines));
	else
		result = fail_at(r, tag->start, "'%.*s %.*s' cannot be rendered; there are "
				 "frontendHelper, backendHelper and aclRule",
				 (int)helper.len, helper.at, (int)argument.len, argument.at);
	str_release(&lines);
	return result;
}

/* "#each frontends" -> "each" and "frontends". */
static void split_words(struct span text, struct span *word, struct span *argument)
{
	size_t len = 0;

	while (len < text.len && !is_blank(text.at[len]) && text.at[len] != '\n')
		len++;
	*word = span_make(text.at, len);
	*argument = span_trim(span_make(text.at + len, text.len - len));
}

static int render_until(struct rendering *r, bool shown, struct tag *end);

/* What is rendered and not shown goes nowhere; its tags are still checked for form. */
static int skip_block(struct rendering *r, struct tag *end)
{
	struct str  nowhere = STR_INIT;
	struct str *out = r->out;
	int         result;

	r->out = &nowhere;
	result = render_until(r, false, end);
	r->out = out;
	str_release(&nowhere);
	return result;
}

static int expect_end(struct rendering *r, const struct tag *open, const struct tag *end,
		      struct span word)
{
	struct span name = span_make(end->text.at + 1, end->text.len ? end->text.len - 1 : 0);

	if (span_starts(end->text, "/") && span_equal(span_trim(name), word))
		return 0;
	return fail_at(r, open->start, "'{{#%.*s}}' is not closed by '{{/%.*s}}'", (int)word.len,
		       word.at, (int)word.len, word.at);
}

/* The block is rendered once for each item, from the same place in the text. */
static int render_each(struct rendering *r, const struct tag *open, struct span word,
		       const json_t *list)
{
	size_t     body = r->at, count = json_array_size(list), index = r->index;
	struct tag end;

	if (r->depth == DEPTH_MAX)
		return fail_at(r, open->start, "blocks are nested too deeply");
	for (size_t i = 0; i < count; i++) {
		int result;

		r->at = body;
		r->index = i;
		r->scopes[r->depth++] = json_array_get(list, i);
		result = render_until(r, true, &end);
		r->depth--;
		if (result < 0 || expect_end(r, open, &end, word) < 0)
			return -1;
	}
	r->index = index;
	if (count)
		return 0;
	return skip_block(r, &end) < 0 ? -1 : expect_end(r, open, &end, word);
}

static bool is_true(const json_t *value)
{
	if (json_is_array(value))
		return json_array_size(value) > 0;
	if (json_is_string(value))
		return json_string_length(value) > 0;
	if (json_is_number(value))
		return json_number_value(value) != 0;
	return value && !json_is_null(value) && !json_is_false(value);
}

static int render_if(struct rendering *r, const struct tag *open, struct span word, bool yes)
{
	struct tag end;

	if ((yes ? render_until(r, true, &end) : skip_block(r, &end)) < 0)
		return -1;
	if (span_is(end.text, "else") &&
	    (yes ? skip_block(r, &end) : render_until(r, true, &end)) < 0)
		return -1;
	return expect_end(r, open, &end, word);
}

static int render_block(struct rendering *r, const struct tag *tag, bool shown)
{
	struct span   word, argument;
	const json_t *value;
	struct tag    end;

	split_words(span_make(tag->text.at + 1, tag->text.len - 1), &word, &argument);
	skip_line(r, tag);
	if (!span_is(word, "each") && !span_is(word, "if") && !span_is(word, "unless"))
		return fail_at(r, tag->start, "there is no block '%.*s'; try each, if or unless",
			       (int)word.len, word.at);
	if (!shown) {
		do {
			if (skip_block(r, &end) < 0)
				return -1;
		} while (span_is(end.text, "else"));
		return expect_end(r, tag, &end, word);
	}
	value = look_up(r, argument);
	if (!span_is(word, "each"))
		return render_if(r, tag, word, is_true(value) != span_is(word, "unless"));
	if (!json_is_array(value))
		return fail_at(r, tag->start, "'%.*s' is no list", (int)argument.len, argument.at);
	return render_each(r, tag, word, value);
}

static int render_tag(struct rendering *r, const struct tag *tag, bool shown)
{
	struct span word, argument;

	if (span_starts(tag->text, "!")) {
		skip_line(r, tag);
		return 0;
	}
	if (span_starts(tag->text, "#"))
		return render_block(r, tag, shown);
	if (!shown) {
		r->at = tag->end;
		return 0;
	}
	split_words(tag->text, &word, &argument);
	if (!word.len)
		return fail_at(r, tag->start, "'{{ }}' names nothing");
	return argument.len ? put_helper(r, tag, word, argument) : put_variable(r, tag);
}

/* Up to the end of the text or of the block: {{else}} or {{/…}}, which *end gets. */
static int render_until(struct rendering *r, bool shown, struct tag *end)
{
	struct span text = r->input->text;

	*end = (struct tag){ .text = span_make("", 0) };
	while (r->at < text.len) {
		size_t     next = find(text, r->at, "{{");
		size_t     stop = next == SIZE_MAX ? text.len : next;
		struct tag tag;

		/* A backslash takes the meaning away. */
		if (next != SIZE_MAX && next > r->at && text.at[next - 1] == '\\') {
			str_add(r->out, text.at + r->at, next - 1 - r->at);
			str_add_text(r->out, "{{");
			r->at = next + 2;
			continue;
		}
		str_add(r->out, text.at + r->at, stop - r->at);
		r->at = stop;
		if (next == SIZE_MAX)
			break;
		if (read_tag(r, next, &tag) < 0)
			return -1;
		if (span_is(tag.text, "else") || span_starts(tag.text, "/")) {
			*end = tag;
			skip_line(r, &tag);
			return 0;
		}
		if (render_tag(r, &tag, shown) < 0)
			return -1;
	}
	return 0;
}

int template_render(const struct template_input *input, struct str *out, struct err *err)
{
	struct template_model model;
	struct rendering      r = {
		.input = input, .model = &model, .depth = 1, .out = out, .err = err,
	};
	struct tag end;
	int        result = template_model_init(&model, input, err);

	r.scopes[0] = model.root;
	if (result == 0)
		result = render_until(&r, true, &end);
	if (result == 0 && end.text.len)
		result = fail_at(&r, end.start, "'{{%.*s}}' closes nothing", (int)end.text.len,
				 end.text.at);
	template_model_release(&model);
	return result;
}
