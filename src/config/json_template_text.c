/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/config/json_template_text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "penstock/base/mem.h"
#include "penstock/base/vec.h"
#include "penstock/config/json.h"
#include "penstock/config/json_read.h"
#include "penstock/config/lines.h"

static bool is_wanted(const struct template_model *model, const struct section *section)
{
	struct str title = STR_INIT;
	bool       wanted = model->file == SIZE_MAX || section->file == model->file;

	section_title(section, &title);
	wanted = wanted && !map_get(&model->fixed, str_span(&title));
	str_release(&title);
	return wanted;
}

/* Sections whose header stands in the template as it is. */
static void find_fixed(struct template_model *model, struct span text)
{
	struct document *doc = document_new();

	document_add_file(doc, "", text);
	for (size_t i = 0; i < doc->sections.count; i++) {
		struct str title = STR_INIT;

		section_title(&doc->sections.items[i], &title);
		map_put(&model->fixed, str_span(&title), model);
		str_release(&title);
	}
	document_free(doc);
}

static json_t *documents(const struct template_model *model, enum section_kind kind)
{
	json_t *list = json_array();

	for (size_t i = 0; i < model->doc->sections.count; i++) {
		const struct section *section = &model->doc->sections.items[i];

		if (section->kind == kind && is_wanted(model, section))
			json_array_append_new(list, proxy_json(model->doc, section, kind));
	}
	return list;
}

static void set_text(json_t *object, struct span name, struct span value)
{
	char *key = span_dup(name), *text = span_dup(value), *clean = json_clean(text);

	json_object_set_new(object, key, json_string(clean));
	free(key);
	free(text);
	free(clean);
}

/* The first `stats socket` is what Aqueduct was told as its socket. */
static void set_socket(json_t *root, const struct document *doc)
{
	const struct section *global = document_section(doc, SECTION_GLOBAL, span_make("", 0));
	struct words          words = WORDS_INIT;
	size_t                line = SIZE_MAX;

	if (global)
		line = section_find(doc, global, 0, "stats", "socket");
	if (line != SIZE_MAX) {
		words_split(&words, line_span(&doc->lines.items[line]));
		if (words.count > 2)
			set_text(root, span_of("haproxySocketPath"), words_text(&words, 2));
	}
	words_release(&words);
}

static int set_variable(json_t *root, struct span variable, struct err *err)
{
	const char *equals = memchr(variable.at, '=', variable.len);
	struct span name, value;

	if (!equals || equals == variable.at)
		return err_set(err, ERR_USAGE, "'%.*s' sets no variable; try NAME=VALUE",
			       (int)variable.len, variable.at);
	name = span_make(variable.at, (size_t)(equals - variable.at));
	value = span_make(equals + 1, variable.len - name.len - 1);
	for (size_t i = 0; i < value.len; i++)
		if ((unsigned char)value.at[i] < ' ')
			return err_set(err, ERR_USAGE, "the value of '%.*s' is not one line",
				       (int)name.len, name.at);
	set_text(root, name, value);
	return 0;
}

int template_model_init(struct template_model *model, const struct template_input *input,
			struct err *err)
{
	*model = (struct template_model){
		.doc = input->model, .file = input->file, .fixed = MAP_INIT,
		.root = json_object(),
	};
	find_fixed(model, input->text);
	json_object_set_new(model->root, "frontends", documents(model, SECTION_FRONTEND));
	json_object_set_new(model->root, "backends", documents(model, SECTION_BACKEND));
	set_socket(model->root, input->settings);
	for (size_t i = 0; i < input->count; i++)
		if (set_variable(model->root, input->variables[i], err) < 0)
			return -1;
	return 0;
}

void template_model_release(struct template_model *model)
{
	map_release(&model->fixed, NULL);
	json_decref(model->root);
}

static struct span line_at(const struct document *doc, size_t line)
{
	return line_span(&doc->lines.items[line]);
}

/* A line without its end. */
static struct span bare(struct span line)
{
	while (line.len && (line.at[line.len - 1] == '\n' || line.at[line.len - 1] == '\r'))
		line.len--;
	return line;
}

/* How many of the comments before a header `before` ends with already. */
static size_t repeated(const struct document *doc, size_t first, size_t lead,
		       struct span before)
{
	for (size_t count = lead; count > 0; count--) {
		struct str comments = STR_INIT;
		bool       same;

		for (size_t i = 0; i < count; i++) {
			str_add_span(&comments, bare(line_at(doc, first - lead + i)));
			str_add_char(&comments, '\n');
		}
		same = span_ends(before, comments.bytes);
		str_release(&comments);
		if (same)
			return count;
	}
	return 0;
}

static void add_section(const struct document *doc, const struct section *section,
			struct span before, struct str *out)
{
	size_t lead = section_lead(doc, section);
	size_t end = section_end(doc, section);
	size_t first = section->first - lead;

	if (out->len)
		str_add_char(out, '\n');
	else
		first += repeated(doc, section->first, lead, before);
	for (size_t i = first; i < end; i++) {
		str_add_span(out, bare(line_at(doc, i)));
		str_add_char(out, '\n');
	}
}

void template_sections(const struct template_model *model, enum section_kind side,
		       struct span before, struct str *out)
{
	unsigned kinds = side == SECTION_FRONTEND ? SECTION_FRONTS : SECTION_BACKEND;

	for (size_t i = 0; i < model->doc->sections.count; i++) {
		const struct section *section = &model->doc->sections.items[i];

		if (((unsigned)section->kind & kinds) && is_wanted(model, section))
			add_section(model->doc, section, before, out);
	}
}

bool template_servers(const struct template_model *model, struct span name, struct str *out)
{
	static const char *const keywords[] = { "server", "server-template" };
	const struct document   *doc = model->doc;
	const struct section    *section = document_section(doc, SECTION_BACKS, name);

	if (!name.len || !section)
		return false;
	for (size_t i = section->first + 1; i < section->first + section->count; i++) {
		struct span word = line_first_word(line_at(doc, i));

		for (size_t j = 0; j < N(keywords); j++) {
			if (!span_is(word, keywords[j]))
				continue;
			str_add_span(out, bare(line_at(doc, i)));
			str_add_char(out, '\n');
		}
	}
	return true;
}

static bool add_body(const struct template_model *model, enum section_kind kind,
		     const json_t *value, struct str *out)
{
	const struct document *doc = model->doc;
	const char            *name = json_string_value(json_object_get(value, "key"));
	const struct section  *section = name ? document_section(doc, kind, span_of(name)) : NULL;

	if (!section)
		return false;
	for (size_t i = section->first + 1; i < section_end(doc, section); i++) {
		if (line_is_blank(line_at(doc, i)))
			continue;
		str_add_span(out, bare(line_at(doc, i)));
		str_add_char(out, '\n');
	}
	return true;
}

static bool add_frontend(const struct template_model *model, const json_t *value, struct str *out)
{
	return add_body(model, SECTION_FRONTEND, value, out);
}

static bool add_backend(const struct template_model *model, const json_t *value, struct str *out)
{
	return add_body(model, SECTION_BACKEND, value, out);
}

/* The rule alone has no lines of its own: it is put where there is nothing else. */
static bool add_rule(const struct template_model *model, const json_t *value, struct str *out)
{
	json_t *pair = json_pack("[{s:s, s:s, s:s, s:n, s:[o]}, {s:s, s:O}]", "_type", "frontend",
				 "key", "x", "bind", "", "backend", "rules",
				 json_deep_copy(value), "type", "static", "key",
				 json_object_get(value, "backend"));
	char            *text = pair ? json_dumps(pair, 0) : NULL;
	struct document *doc = text ? template_model(span_of(text), "", NULL) : NULL;

	(void)model;
	for (size_t i = 0; doc && i < doc->lines.count; i++) {
		struct span word = line_first_word(line_at(doc, i));

		if (!span_is(word, "acl") && !span_is(word, "use_backend"))
			continue;
		str_add_span(out, span_trim(line_at(doc, i)));
		str_add_char(out, '\n');
	}
	document_free(doc);
	free(text);
	json_decref(pair);
	return out->len > 0;
}

bool template_helper(const struct template_model *model, struct span helper,
		     const json_t *value, struct str *out)
{
	static const struct {
		const char *name;
		bool      (*add)(const struct template_model *, const json_t *, struct str *);
	} helpers[] = {
		{ "frontendHelper", add_frontend },
		{ "backendHelper", add_backend },
		{ "aclRule", add_rule },
	};

	for (size_t i = 0; i < N(helpers); i++)
		if (span_is(helper, helpers[i].name))
			return helpers[i].add(model, value, out);
	return false;
}

void template_add_lines(struct str *out, struct span lines, struct span indent)
{
	struct span line;
	bool        first = true;

	if (span_ends(lines, "\n"))
		lines.len--;
	while (span_split(&lines, '\n', &line)) {
		size_t own = indent.len ? line_indent(line).len : 0;

		if (!first) {
			str_add_char(out, '\n');
			str_add_span(out, indent);
		}
		str_add(out, line.at + own, line.len - own);
		first = false;
	}
}

struct document *template_model(struct span json, const char *source, struct err *err)
{
	struct document  *doc = document_new(), *made = NULL;
	struct candidate *candidate;

	document_add_file(doc, "", span_make("", 0));
	candidate = candidate_new(doc);
	edit_begin(candidate, "model");
	if (json_put(candidate, json, source, err) == 0)
		made = document_dup(candidate->now);
	edit_end(candidate);
	candidate_free(candidate);
	return made;
}
