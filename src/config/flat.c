/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/config/flat.h"

#include <ctype.h>
#include <string.h>

#include "penstock/config/condition.h"

enum { DEPTH_MAX = 64 };

/* One .if: whether the branch that is read now is active, and whether one of
 * the branches before it was taken. */
struct branch {
	enum truth  outer, now, taken;
	const char *why;
};

struct variable {
	struct span name, value;
	bool        set;
};

struct flattening {
	struct flat          *flat;
	const struct surroundings *surroundings;
	struct arena         *arena;
	struct words          words;
	struct branch         branches[DEPTH_MAX];
	size_t                depth;
	VEC(struct variable) variables; /* that `global` set, the latest last */
	const char           *missing;  /* a variable that could not be expanded */
};

static enum truth variable_of(void *data, struct span name, struct span *value)
{
	const struct flattening *f = data;

	for (size_t i = f->variables.count; i-- > 0;) {
		if (!span_equal(f->variables.items[i].name, name))
			continue;
		*value = f->variables.items[i].value;
		return truth_of(f->variables.items[i].set);
	}
	if (f->surroundings->variable)
		return f->surroundings->variable(f->surroundings->data, name, value);
	return TRUTH_UNKNOWN;
}

/* A value inside double quotes: what means something there is escaped. */
static void add_escaped(struct str *out, struct span value)
{
	for (size_t i = 0; i < value.len; i++) {
		if (strchr("\\\"$", value.at[i]) && value.at[i])
			str_add_char(out, '\\');
		str_add_char(out, value.at[i]);
	}
}

static size_t name_length(struct span text, size_t at)
{
	size_t i = at;

	while (i < text.len && (isalnum((unsigned char)text.at[i]) || text.at[i] == '_'))
		i++;
	return i - at;
}

/* The variable at text.at[at], which is its $.  Gives the bytes that it takes, 0
 * when it stays as it is. */
static size_t expand_variable(struct flattening *f, struct span text, size_t at, struct str *out)
{
	bool        braces = at + 1 < text.len && text.at[at + 1] == '{';
	size_t      start = at + 1 + braces, len = name_length(text, start), end = start + len;
	struct span name = span_make(text.at + start, len), value = { "", 0 };
	struct span preset = { "", 0 };
	enum truth  known;

	if (!len)
		return 0;
	if (braces && end < text.len && text.at[end] == '-') {
		preset.at = text.at + ++end;
		while (end < text.len && text.at[end] != '}')
			end++;
		preset.len = (size_t)(text.at + end - preset.at);
	}
	if (braces && (end >= text.len || text.at[end] != '}'))
		return 0;
	known = variable_of(f, name, &value);
	if (known == TRUTH_UNKNOWN) {
		f->missing = arena_format(f->arena,
					  "the environment variable '%.*s' is not known",
					  (int)name.len, name.at);
		return 0;
	}
	add_escaped(out, known == TRUTH_TRUE ? value : preset);
	return end + braces - at;
}

/* The line with the variables in double quotes replaced, still quoted. */
static void expand_line(struct flattening *f, struct span text, struct str *out)
{
	char quote = '\0';

	for (size_t i = 0; i < text.len;) {
		char   c = text.at[i];
		size_t taken = 0;

		if ((c == '"' || c == '\'') && (!quote || quote == c))
			quote = quote ? '\0' : c;
		if (c == '$' && quote == '"')
			taken = expand_variable(f, text, i, out);
		if (taken) {
			i += taken;
			continue;
		}
		str_add_char(out, c);
		i++;
		if (c == '\\' && quote != '\'' && i < text.len)
			str_add_char(out, text.at[i++]);
	}
}

static bool has_variable(const struct words *words)
{
	for (size_t i = 0; i < words->count; i++)
		if (words->items[i].varies)
			return true;
	return false;
}

/* Splits the line with its variables expanded; words are then in the arena. */
static void split_line(struct flattening *f, struct span text, struct flat_line *line)
{
	struct str expanded = STR_INIT;

	f->missing = NULL;
	words_split(&f->words, text);
	if (has_variable(&f->words)) {
		expand_line(f, text, &expanded);
		words_split(&f->words, arena_copy(f->arena, str_span(&expanded)));
		line->varies = has_variable(&f->words);
		if (line->varies)
			line->why = f->missing ? f->missing : "a variable of the line has no name";
		str_release(&expanded);
	}
	line->count = f->words.count;
	line->words = arena_alloc(f->arena, (line->count + 1) * sizeof(*line->words));
	for (size_t i = 0; i < line->count; i++)
		line->words[i] = arena_copy(f->arena, f->words.items[i].text);
}

static enum truth eval_condition(struct flattening *f, const struct flat_line *line,
				 const char **why)
{
	struct condition_facts facts = { .surroundings = f->surroundings, .variable = variable_of,
					 .data = f, .arena = f->arena };
	struct str text = STR_INIT;
	enum truth truth;

	*why = line->why;
	if (line->varies)
		return TRUTH_UNKNOWN;
	for (size_t i = 1; i < line->count; i++) {
		if (i > 1)
			str_add_char(&text, ' ');
		str_add_span(&text, line->words[i]);
	}
	truth = condition_eval(str_span(&text), &facts, why);
	str_release(&text);
	return truth;
}

static enum truth active_now(const struct flattening *f)
{
	return f->depth ? f->branches[f->depth - 1].now : TRUTH_TRUE;
}

/* .if, .elif, .else and .endif; whether the line was one of them. */
static bool read_directive(struct flattening *f, const struct flat_line *line)
{
	struct branch *top = f->depth ? &f->branches[f->depth - 1] : NULL;
	enum truth     is;

	if (flat_is(line, 0, ".if") && f->depth < DEPTH_MAX) {
		struct branch *next = &f->branches[f->depth];

		next->outer = active_now(f);
		next->taken = eval_condition(f, line, &next->why);
		if (next->why == NULL && top)
			next->why = top->why;
		next->now = truth_and(next->outer, next->taken);
		f->depth++;
	} else if (flat_is(line, 0, ".elif") && top) {
		const char *why;

		is = eval_condition(f, line, &why);
		if (why)
			top->why = why;
		top->now = truth_and(top->outer, truth_and(truth_not(top->taken), is));
		top->taken = truth_or(top->taken, is);
	} else if (flat_is(line, 0, ".else") && top) {
		top->now = truth_and(top->outer, truth_not(top->taken));
		top->taken = TRUTH_TRUE;
	} else if (flat_is(line, 0, ".endif") && top) {
		f->depth--;
	} else {
		return line->count && line->words[0].len && line->words[0].at[0] == '.';
	}
	return true;
}

/* setenv, presetenv, unsetenv and resetenv of a `global` section. */
static void read_environment(struct flattening *f, const struct flat_line *line)
{
	bool            preset = flat_is(line, 0, "presetenv");
	struct variable variable = { .name = flat_word(line, 1), .value = flat_word(line, 2) };
	struct span     now;

	if (flat_is(line, 0, "unsetenv")) {
		for (size_t i = 1; i < line->count; i++)
			*vec_push(&f->variables) = (struct variable){ .name = line->words[i] };
		return;
	}
	if (!preset && !flat_is(line, 0, "setenv"))
		return;
	variable.set = true;
	if (preset && variable_of(f, variable.name, &now) != TRUTH_FALSE)
		return;
	*vec_push(&f->variables) = variable;
}

static void open_section(struct flattening *f, const struct flat_line *line,
			 const struct section_def *def)
{
	struct flat_section section = {
		.kind = def->kind, .line = line->line, .first = f->flat->lines.count,
		.active = line->active,
	};
	size_t from = 1;

	if (def->named && line->count > 1 && !flat_is(line, 1, "from")) {
		section.name = flat_word(line, 1);
		from = 2;
	}
	if (flat_is(line, from, "from"))
		section.from = flat_word(line, from + 1);
	*vec_push(&f->flat->sections) = section;
}

static void add_line(struct flattening *f, struct flat_line *line)
{
	const struct section_def *def = section_def_find(line->words[0]);
	struct flat_section      *section;

	if (def && line->words[0].len) {
		open_section(f, line, def);
		return;
	}
	if (!f->flat->sections.count)
		return;
	section = &f->flat->sections.items[f->flat->sections.count - 1];
	if (section->kind == SECTION_GLOBAL)
		read_environment(f, line);
	*vec_push(&f->flat->lines) = *line;
	section->count++;
}

/* Which `defaults` each section has, now that none of them moves any more. */
static void link_defaults(struct flat *flat)
{
	const struct flat_section *last = NULL;

	for (size_t i = 0; i < flat->sections.count; i++) {
		struct flat_section *section = &flat->sections.items[i];

		if (section->from.len) {
			section->defaults = flat_section(flat, SECTION_DEFAULTS, section->from);
			if (section->defaults == section)
				section->defaults = NULL;
		} else if (section->kind & (SECTION_FRONTS | SECTION_BACKS)) {
			section->defaults = last;
		}
		if (section->kind == SECTION_DEFAULTS)
			last = section;
	}
}

void flat_read(struct flat *flat, const struct document *doc,
	       const struct surroundings *surroundings, struct arena *arena)
{
	struct flattening f = { .flat = flat, .surroundings = surroundings, .arena = arena,
				.words = WORDS_INIT };

	for (size_t i = 0; i < doc->lines.count; i++) {
		struct flat_line line = { .line = i };

		split_line(&f, line_span(&doc->lines.items[i]), &line);
		if (!line.count || read_directive(&f, &line))
			continue;
		line.active = active_now(&f);
		if (line.active == TRUTH_FALSE)
			continue;
		if (line.active == TRUTH_UNKNOWN && f.depth)
			line.why = f.branches[f.depth - 1].why;
		add_line(&f, &line);
	}
	link_defaults(flat);
	words_release(&f.words);
	vec_release(&f.variables);
}

void flat_release(struct flat *flat)
{
	vec_release(&flat->lines);
	vec_release(&flat->sections);
}

const struct flat_section *flat_section(const struct flat *flat, unsigned kinds,
					struct span name)
{
	for (size_t i = 0; i < flat->sections.count; i++) {
		const struct flat_section *section = &flat->sections.items[i];

		if (((unsigned)section->kind & kinds) && span_equal(section->name, name))
			return section;
	}
	return NULL;
}

struct span flat_word(const struct flat_line *line, size_t index)
{
	return index < line->count ? line->words[index] : span_make("", 0);
}

bool flat_is(const struct flat_line *line, size_t index, const char *text)
{
	return index < line->count && span_is(line->words[index], text);
}

static bool begins(const struct flat_line *line, size_t at, const char *first,
		   const char *second)
{
	return flat_is(line, at, first) && (!second || flat_is(line, at + 1, second));
}

const struct flat_line *flat_setting(const struct flat *flat, const struct flat_section *section,
				     const char *first, const char *second)
{
	for (size_t depth = 0; section && depth < DEFAULTS_DEPTH; depth++) {
		for (size_t i = section->count; i-- > 0;) {
			const struct flat_line *line = &flat->lines.items[section->first + i];

			if (begins(line, 0, first, second))
				return line;
			if (flat_is(line, 0, "no") && begins(line, 1, first, second))
				return NULL;
		}
		section = section->defaults;
	}
	return NULL;
}
