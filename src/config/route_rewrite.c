/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules that change the request, or set variables. */
#include <string.h>

#include "penstock/config/expression.h"
#include "penstock/config/regex.h"
#include "penstock/config/route_walk.h"

/* A new value that is certain: then *value has it.  Else the doubt is noted. */
static bool new_value(struct rule_call *call, struct datum datum, enum doubt_kind kind,
		      struct span name, struct span *value)
{
	struct scene *scene = &call->walk->scene;
	const char   *why = datum.type == DATUM_UNKNOWN ? datum.why : call->why;

	*value = datum.text;
	if (call->verdict == TRUTH_TRUE && datum.type == DATUM_TEXT)
		return true;
	if (datum.type == DATUM_UNKNOWN)
		call->note = datum.why;
	request_add_doubt(scene->request, kind, name, why ? why : "a rule cannot be decided");
	return false;
}

static struct datum formatted(struct rule_call *call, size_t index)
{
	return format_value(&call->walk->scene, rule_arg(call, index), true);
}

void rule_set_header(struct rule_call *call)
{
	struct request *request = call->walk->scene.request;
	struct span     name = rule_arg(call, 0), value;

	if (!new_value(call, formatted(call, 1), DOUBT_HEADER, name, &value))
		return;
	request_delete_headers(request, name);
	request_add_header(request, name, value);
}

void rule_add_header(struct rule_call *call)
{
	struct span name = rule_arg(call, 0), value;

	if (new_value(call, formatted(call, 1), DOUBT_HEADER, name, &value))
		request_add_header(call->walk->scene.request, name, value);
}

/* How `del-header NAME -m METHOD` compares names, which have no case. */
static bool name_fits(struct span name, struct span wanted, struct span method)
{
	struct regex *regex;
	bool          fits;

	if (!method.len || span_is(method, "str"))
		return span_same(name, wanted);
	if (span_is(method, "beg"))
		return name.len >= wanted.len && span_same(span_make(name.at, wanted.len), wanted);
	if (span_is(method, "end"))
		return name.len >= wanted.len &&
		       span_same(span_make(name.at + name.len - wanted.len, wanted.len), wanted);
	if (span_is(method, "sub")) {
		for (size_t i = 0; i + wanted.len <= name.len; i++)
			if (span_same(span_make(name.at + i, wanted.len), wanted))
				return true;
		return false;
	}
	regex = regex_new(wanted, true, NULL);
	fits = regex && regex_find(regex, name, false, NULL);
	regex_free(regex);
	return fits;
}

void rule_del_header(struct rule_call *call)
{
	struct request *request = call->walk->scene.request;
	struct span     method = { "", 0 }, nothing;

	if (span_is(rule_arg(call, 1), "-m"))
		method = rule_arg(call, 2);
	if (!new_value(call, datum_text(span_of("")), DOUBT_HEADER,
		       method.len ? span_of("") : rule_arg(call, 0), &nothing))
		return;
	for (size_t i = request->headers.count; i-- > 0;)
		if (name_fits(request->headers.items[i].name, rule_arg(call, 0), method))
			vec_remove(&request->headers, i);
}

/* The text with the whole of it replaced where the pattern matches; false: it
 * does not, or cannot be told (then the call's verdict says so). */
static bool replaced(struct rule_call *call, struct span text, struct span pattern,
		     struct span by, struct str *out)
{
	struct regex_match match;
	struct err         err = ERR_INIT;
	struct regex      *regex = regex_new(pattern, false, &err);
	bool               found = regex && regex_find(regex, text, false, &match);

	if (!regex) {
		call->verdict = TRUTH_UNKNOWN;
		call->why = arena_copy(call->walk->scene.arena, str_span(&err.text)).at;
	}
	if (found)
		regex_expand(by, text, &match, out);
	regex_free(regex);
	err_release(&err);
	return found;
}

static size_t value_end(struct span text, bool whole)
{
	bool quoted = false;

	for (size_t i = 0; !whole && i < text.len; i++) {
		if (text.at[i] == '"')
			quoted = !quoted;
		else if (text.at[i] == ',' && !quoted)
			return i;
	}
	return text.len;
}

/* replace-header looks at the whole value, replace-value at each between commas. */
static void replace_in_header(struct rule_call *call, struct header *header, struct span by,
			      bool whole)
{
	struct str  out = STR_INIT, value = STR_INIT;
	struct span rest = header->value;

	for (;;) {
		size_t      end = value_end(rest, whole);
		struct span part = span_trim(span_make(rest.at, end));

		str_reset(&value);
		str_add(&out, rest.at, (size_t)(part.at - rest.at));
		if (replaced(call, part, rule_arg(call, 1), by, &value))
			str_add_span(&out, str_span(&value));
		else
			str_add_span(&out, part);
		str_add(&out, part.at + part.len, end - (size_t)(part.at + part.len - rest.at));
		if (end == rest.len)
			break;
		str_add_char(&out, ',');
		rest = span_make(rest.at + end + 1, rest.len - end - 1);
	}
	header->value = arena_copy(call->walk->scene.arena, str_span(&out));
	str_release(&out);
	str_release(&value);
}

void rule_replace_header(struct rule_call *call)
{
	struct request *request = call->walk->scene.request;
	bool            whole = flat_is(call->line, call->args - 1, "replace-header");
	struct span     name = rule_arg(call, 0), by;

	if (!new_value(call, formatted(call, 2), DOUBT_HEADER, name, &by))
		return;
	for (size_t i = 0; i < request->headers.count; i++)
		if (span_same(request->headers.items[i].name, name))
			replace_in_header(call, &request->headers.items[i], by, whole);
	if (call->verdict != TRUTH_TRUE)
		request_add_doubt(request, DOUBT_HEADER, name, call->why);
}

void rule_set_method(struct rule_call *call)
{
	struct span value;

	if (new_value(call, formatted(call, 0), DOUBT_METHOD, span_of(""), &value))
		call->walk->scene.request->method = value;
}

static void note_uri(struct rule_call *call)
{
	const struct request *request = call->walk->scene.request;

	call->note = arena_format(call->walk->scene.arena, "now '%.*s'", (int)request->uri.len,
				  request->uri.at);
}

/* set-path, set-pathq, set-query, set-uri */
void rule_set_uri(struct rule_call *call)
{
	struct request *request = call->walk->scene.request;
	struct span     action = flat_word(call->line, call->args - 1), value;

	if (!new_value(call, formatted(call, 0), DOUBT_URI, span_of(""), &value))
		return;
	if (span_is(action, "set-uri")) {
		request_set_uri(request, value);
	} else if (span_is(action, "set-query")) {
		/* The query is set with a ? before it, as HAProxy does. */
		request_set_query(request, span_of(arena_format(call->walk->scene.arena, "?%.*s",
								(int)value.len, value.at)));
	} else {
		request_set_path(request, value, span_is(action, "set-pathq"));
	}
	note_uri(call);
}

/* replace-path, replace-pathq, replace-uri */
void rule_replace_uri(struct rule_call *call)
{
	struct request *request = call->walk->scene.request;
	struct span     action = flat_word(call->line, call->args - 1), by, text;
	struct str      out = STR_INIT;

	if (!new_value(call, formatted(call, 1), DOUBT_URI, span_of(""), &by))
		return;
	text = span_is(action, "replace-uri") ? request->uri
	     : span_is(action, "replace-pathq") ? request_pathq(request) : request_path(request);
	if (text.len && replaced(call, text, rule_arg(call, 0), by, &out)) {
		struct span value = arena_copy(call->walk->scene.arena, str_span(&out));

		if (span_is(action, "replace-uri"))
			request_set_uri(request, value);
		else
			request_set_path(request, value, span_is(action, "replace-pathq"));
		note_uri(call);
	}
	if (call->verdict != TRUTH_TRUE)
		request_add_doubt(request, DOUBT_URI, span_of(""), call->why);
	str_release(&out);
}

void rule_normalize(struct rule_call *call)
{
	request_add_doubt(call->walk->scene.request, DOUBT_URI, span_of(""),
			  "'normalize-uri' is not done on paper");
}

/* The name in `set-var(NAME)` and its like, conditions behind it left out. */
static struct span variable_of(const struct rule_call *call)
{
	struct span word = flat_word(call->line, call->args - 1), part;
	const char *open = memchr(word.at, '(', word.len);

	if (!open || word.at[word.len - 1] != ')')
		return span_make("", 0);
	word = span_make(open + 1, (size_t)(word.at + word.len - open) - 2);
	span_split(&word, ',', &part);
	return part;
}

/* `set-var(NAME,CONDITION…)`, from 2.8 on: whether it is set then depends. */
static bool has_conditions(const struct rule_call *call)
{
	struct span word = flat_word(call->line, call->args - 1);

	return memchr(word.at, ',', word.len) != NULL;
}

static void set_variable(struct rule_call *call, struct datum datum)
{
	if (has_conditions(call))
		datum = datum_unknown("conditions of 'set-var' are not computed");
	if (call->verdict != TRUTH_TRUE)
		datum = datum_unknown(call->why ? call->why : "a rule cannot be decided");
	if (datum.type == DATUM_UNKNOWN)
		call->note = datum.why;
	/* An expression that fails leaves the variable as it is. */
	if (datum.type != DATUM_NONE)
		scene_set_variable(&call->walk->scene, variable_of(call), datum);
}

void rule_set_var(struct rule_call *call)
{
	struct expression expression;
	struct scene     *scene = &call->walk->scene;
	struct datum      datum;
	const char       *why = NULL;
	size_t            taken;

	if (!expression_parse(scene->arena, rule_arg(call, 0), &expression, &taken, &why)) {
		set_variable(call, datum_unknown(why));
		return;
	}
	for (size_t i = 1; call->args + i < call->end; i++)
		expression_add_word(&expression, rule_arg(call, i));
	datum = expression_value(scene, &expression, false, 0);
	set_variable(call, datum);
}

void rule_set_var_format(struct rule_call *call)
{
	set_variable(call, format_value(&call->walk->scene, rule_arg(call, 0), false));
}

void rule_unset_var(struct rule_call *call)
{
	scene_set_variable(&call->walk->scene, variable_of(call),
			   call->verdict == TRUTH_TRUE ? datum_none() : datum_unknown(call->why));
}

void rule_resolve(struct rule_call *call)
{
	scene_set_variable(&call->walk->scene, variable_of(call),
			   datum_unknown("names are not resolved on paper"));
}

void rule_set_source(struct rule_call *call)
{
	struct scene     *scene = &call->walk->scene;
	struct expression expression;
	struct datum      datum;
	const char       *why = NULL;
	size_t            taken;

	if (!expression_parse(scene->arena, rule_arg(call, 0), &expression, &taken, &why))
		datum = datum_unknown(why);
	else
		datum = datum_cast(scene->arena, expression_value(scene, &expression, false, 0),
				   DATUM_ADDRESS);
	if (datum.type == DATUM_NONE)
		return;
	scene->request->has_source = datum.type == DATUM_ADDRESS && call->verdict == TRUTH_TRUE;
	scene->request->source = datum.inet;
	scene->source_why = datum.type == DATUM_UNKNOWN ? datum.why : call->why;
}
