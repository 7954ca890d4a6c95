/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Objects by their tables, and the values that are the same in all of them. */
#include "penstock/config/json_value.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "penstock/base/mem.h"
#include "penstock/base/text.h"
#include "penstock/config/lines.h"

int json_fail(struct reading *r, const char *format, ...)
{
	struct str text = STR_INIT;
	va_list    args;

	va_start(args, format);
	str_vaddf(&text, format, args);
	va_end(args);
	err_at(r->err, ERR_PARSE, (struct place){ .file = r->wants->source }, "%s: %s",
	       r->path.bytes, text.bytes);
	str_release(&text);
	return -1;
}

size_t json_enter(struct reading *r, const char *name)
{
	size_t length = r->path.len;

	str_addf(&r->path, ".%s", name);
	return length;
}

static size_t enter_item(struct reading *r, size_t index)
{
	size_t length = r->path.len;

	str_addf(&r->path, "[%zu]", index);
	return length;
}

void json_leave(struct reading *r, size_t length)
{
	str_cut(&r->path, length);
}

static const struct json_field *find_field(struct json_fields fields, const char *name)
{
	for (size_t i = 0; i < fields.count; i++)
		if (strcmp(fields.items[i].name, name) == 0)
			return &fields.items[i];
	return NULL;
}

static int unknown_field(struct reading *r, struct json_fields fields, const char *name)
{
	struct nearest nearest = { .wanted = span_of(name) };

	for (size_t i = 0; i < fields.count; i++)
		nearest_try(&nearest, span_of(fields.items[i].name));
	json_fail(r, "unknown field");
	return nearest_hint(&nearest, r->err);
}

static int read_fields(struct reading *r, const json_t *json, struct json_fields fields,
		       void *target)
{
	const char *name;
	json_t     *value;

	json_object_foreach((json_t *)json, name, value) {
		const struct json_field *field = find_field(fields, name);
		size_t                   length = json_enter(r, name);

		if (!field)
			return unknown_field(r, fields, name);
		if (field->read(r, value, (char *)target + field->offset) < 0)
			return -1;
		if (r->want)
			r->want->said |= field->said;
		json_leave(r, length);
	}
	return 0;
}

int json_read_object(struct reading *r, const json_t *json, struct json_fields fields,
		       void *target)
{
	if (!json_is_object(json))
		return json_fail(r, "expected an object");
	for (size_t i = 0; i < fields.count; i++) {
		if (!fields.items[i].required || json_object_get(json, fields.items[i].name))
			continue;
		json_enter(r, fields.items[i].name);
		return json_fail(r, "is missing");
	}
	return read_fields(r, json, fields, target);
}

/* Calls read for each item; the target is the same for all. */
int json_read_items(struct reading *r, const json_t *json, json_read_fn *read, void *target)
{
	if (!json_is_array(json))
		return json_fail(r, "expected a list");
	for (size_t i = 0; i < json_array_size(json); i++) {
		size_t length = enter_item(r, i);

		if (read(r, json_array_get(json, i), target) < 0)
			return -1;
		json_leave(r, length);
	}
	return 0;
}

int json_skip(struct reading *r, const json_t *json, void *target)
{
	(void)r;
	(void)json;
	(void)target;
	return 0;
}

int json_lose(struct reading *r, const json_t *json, void *target)
{
	r->wants->loses |= !json_is_null(json);
	return json_skip(r, json, target);
}

static bool is_one_line(const char *text)
{
	return !strpbrk(text, "\r\n");
}

int json_read_text(struct reading *r, const json_t *json, void *target)
{
	char **text = target;

	if (!json_is_string(json))
		return json_fail(r, "expected a text");
	if (!is_one_line(json_string_value(json)))
		return json_fail(r, "expected one line of text");
	free(*text);
	*text = xstrdup(json_string_value(json));
	return 0;
}

int json_read_text_or_null(struct reading *r, const json_t *json, void *target)
{
	if (!json_is_null(json))
		return json_read_text(r, json, target);
	free(*(char **)target);
	*(char **)target = NULL;
	return 0;
}

int json_read_word(struct reading *r, const json_t *json, void *target)
{
	if (json_read_text(r, json, target) < 0)
		return -1;
	return **(char **)target ? 0 : json_fail(r, "expected a text that is not empty");
}

/* A text that goes into a line as it is. */
int json_read_words(struct reading *r, const json_t *json, void *target)
{
	struct words words = WORDS_INIT;
	int          result;

	if (json_read_text(r, json, target) < 0)
		return -1;
	words_split(&words, span_of(*(char **)target));
	if (words.fault == LEX_UNMATCHED_QUOTE)
		result = json_fail(r, "a quote is not closed");
	else if (words.comment.len)
		result = json_fail(r, "holds a comment; put '#' into quotes");
	else
		result = 0;
	words_release(&words);
	return result;
}

int json_read_words_or_null(struct reading *r, const json_t *json, void *target)
{
	return json_is_null(json) ? json_read_text_or_null(r, json, target)
				  : json_read_words(r, json, target);
}

/* Whole numbers only, however JSON spells them. */
bool json_is_whole(const json_t *json, json_int_t low, json_int_t high, json_int_t *number)
{
	double value = json_number_value(json);

	if (!json_is_number(json) || value < (double)low || value > (double)high)
		return false;
	*number = (json_int_t)value;
	return (double)*number == value;
}
