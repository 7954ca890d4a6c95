/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/config/map_reference.h"

#include <stdint.h>
#include <string.h>

#include "penstock/base/map.h"
#include "penstock/config/map_file.h"

/* NAME(ARGUMENTS) in an expression. */
struct lookup {
	struct span name, arguments;
	size_t      end; /* offset behind it */
};

static bool is_name_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

/* The next call in the text at or after an offset. */
static bool next_call(struct span text, size_t from, struct lookup *call)
{
	const char *open = from < text.len ? memchr(text.at + from, '(', text.len - from) : NULL;
	const char *close;
	size_t      start;

	if (!open)
		return false;
	start = (size_t)(open - text.at);
	call->end = start + 1;
	while (start > from && is_name_byte(text.at[start - 1]))
		start--;
	call->name = span_make(text.at + start, (size_t)(open - text.at) - start);
	close = memchr(open, ')', text.len - (size_t)(open - text.at));
	call->arguments = span_make(open + 1, close ? (size_t)(close - open) - 1 : 0);
	return true;
}

static bool is_map(const struct lookup *call)
{
	return span_is(call->name, "map") || span_starts(call->name, "map_");
}

static struct span first_argument(const struct lookup *call)
{
	struct span rest = call->arguments, first;

	return span_split(&rest, ',', &first) ? first : span_make("", 0);
}

/* What is known of the maps that give names of backends. */
struct walk {
	const struct document *doc;
	struct span            name;
	struct references     *out;
	struct map             files;     /* of maps */
	struct map             variables; /* that hold names of backends */
};

static void note_default(struct walk *walk, size_t line, const struct lookup *call)
{
	struct span text = line_span(&walk->doc->lines.items[line]), rest = call->arguments, part;

	if (!span_split(&rest, ',', &part) || !rest.at || !span_equal(rest, walk->name))
		return;
	*vec_push(&walk->out->list) = (struct reference){
		.line = line, .word = SIZE_MAX, .at = (size_t)(rest.at - text.at), .len = rest.len,
	};
}

/* The maps and variables that a line's expressions use. */
static void note_line(struct walk *walk, size_t line)
{
	struct span   text = line_span(&walk->doc->lines.items[line]);
	struct lookup call;

	for (size_t from = 0; next_call(text, from, &call); from = call.end) {
		if (is_map(&call)) {
			map_put(&walk->files, first_argument(&call), walk);
			note_default(walk, line, &call);
		} else if (span_is(call.name, "var")) {
			map_put(&walk->variables, first_argument(&call), walk);
		}
	}
}

static bool sets_variable(const struct walk *walk, struct span text)
{
	struct lookup call;

	for (size_t from = 0; next_call(text, from, &call); from = call.end)
		if (span_is(call.name, "set-var") &&
		    map_get(&walk->variables, first_argument(&call)))
			return true;
	return false;
}

static bool is_computed_use(struct span text)
{
	return span_is(line_first_word(text), "use_backend") && memchr(text.at, '%', text.len);
}

static void note_config(struct walk *walk)
{
	const struct document *doc = walk->doc;

	for (size_t i = 0; i < doc->lines.count; i++)
		if (document_section_at(doc, i) && is_computed_use(line_span(&doc->lines.items[i])))
			note_line(walk, i);
	if (!map_count(&walk->variables))
		return;
	for (size_t i = 0; i < doc->lines.count; i++) {
		struct span text = line_span(&doc->lines.items[i]);

		if (span_contains(text, span_of("set-var(")) && document_section_at(doc, i) &&
		    sets_variable(walk, text))
			note_line(walk, i);
	}
}

static void note_values(struct walk *walk, size_t first, size_t count)
{
	for (size_t i = first; i < first + count; i++) {
		struct span text = line_span(&walk->doc->lines.items[i]), key, value;

		if (!map_line_read(FILE_MAP, text, &key, &value) ||
		    !span_equal(value, walk->name))
			continue;
		*vec_push(&walk->out->list) = (struct reference){
			.line = i, .word = SIZE_MAX, .at = (size_t)(value.at - text.at),
			.len = value.len,
		};
	}
}

static bool is_map_file(const struct document_file *file)
{
	return file->kind == FILE_MAP && file->name;
}

void map_references(const struct document *doc, struct span name, struct references *out)
{
	struct walk walk = { .doc = doc, .name = name, .out = out };
	size_t      first = 0;

	note_config(&walk);
	for (size_t i = 0; i < doc->files.count; i++) {
		const struct document_file *file = &doc->files.items[i];

		if (is_map_file(file) && map_get(&walk.files, span_of(file->name)))
			note_values(&walk, first, file->lines);
		first += file->lines;
	}
	map_release(&walk.files, NULL);
	map_release(&walk.variables, NULL);
}

bool map_tells_all(const struct document *doc, struct span name)
{
	struct lookup call, last = { .end = 0 };

	if (!span_starts(name, "%[") || !span_ends(name, ")]"))
		return false;
	for (size_t from = 0; next_call(name, from, &call); from = call.end)
		last = call;
	if (!last.end || !is_map(&last) ||
	    last.arguments.at + last.arguments.len + 2 != name.at + name.len)
		return false;
	for (size_t i = 0; i < doc->files.count; i++)
		if (is_map_file(&doc->files.items[i]) &&
		    span_is(first_argument(&last), doc->files.items[i].name))
			return true;
	return false;
}
