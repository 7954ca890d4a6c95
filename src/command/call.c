/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The arguments of one call: words fitted to the row, and their values. */
#include <string.h>

#include "penstock/command/arg.h"
#include "penstock/command/command.h"

static const struct arg_value *value_of(const struct call *call, const char *name)
{
	for (size_t i = 0; i < CMD_ARGS_MAX && call->def->args[i].name; i++)
		if (strcmp(call->def->args[i].name, name) == 0)
			return &call->values[i];
	BUG("command '%s' has no argument '%s'", call->def->name, name);
}

bool call_given(const struct call *call, const char *name)
{
	return value_of(call, name)->given;
}

size_t call_count(const struct call *call, const char *name)
{
	return value_of(call, name)->count;
}

struct span call_item(const struct call *call, const char *name, size_t index)
{
	const struct arg_value *value = value_of(call, name);

	return index < value->count ? cmd_words_text(call->words, value->first + index)
				    : span_make("", 0);
}

struct span call_text(const struct call *call, const char *name)
{
	return call_item(call, name, 0);
}

int64_t call_number(const struct call *call, const char *name, int64_t otherwise)
{
	const struct arg_value *value = value_of(call, name);

	return value->given ? value->number : otherwise;
}

struct span call_source(const struct call *call, const char *name)
{
	return call_source_from(call, name, 0);
}

struct span call_source_from(const struct call *call, const char *name, size_t index)
{
	const struct arg_value *value = value_of(call, name);
	const struct cmd_word  *words = call->words->list.items;
	size_t                  first = value->first + index;

	if (index >= value->count)
		return span_make("", 0);
	return span_make(call->words->source.at + words[first].at,
			 words[value->first + value->count - 1].end - words[first].at);
}

struct span call_config_text(const struct call *call, const char *name, size_t index)
{
	const struct arg_value *value = value_of(call, name);

	if (value->count == index + 1 && call->words->list.items[value->first + index].quoted)
		return call_item(call, name, index);
	return call_source_from(call, name, index);
}

void call_join(const struct call *call, const char *name, struct str *out)
{
	for (size_t i = 0; i < call_count(call, name); i++) {
		if (i)
			str_add_char(out, ' ');
		str_add_span(out, call_item(call, name, i));
	}
}

/* State of fitting words to the arguments of a row. */
struct parsing {
	struct call *call;
	size_t       word;      /* next one */
	size_t       next_arg;  /* next that stands by its place */
	bool         prefixes;  /* beginnings of option names will do */
	struct err  *err;
};

/* Its words are not repeated in errors. */
static bool takes_secret(const struct cmd_def *def)
{
	for (size_t i = 0; i < CMD_ARGS_MAX && def->args[i].name; i++)
		if (def->args[i].type == ARG_SECRET)
			return true;
	return false;
}

static int usage(struct parsing *p, size_t word, const char *what)
{
	const struct cmd_words *words = p->call->words;
	struct span             text = cmd_words_text(words, word), problem = span_of(what);
	struct str              synopsis = STR_INIT;
	struct place            at = { NULL, words->line, 0 };

	command_synopsis(p->call->def, &synopsis);
	if (takes_secret(p->call->def)) {
		text.len = 0;
		if (span_ends(problem, ":"))
			problem.len--;
	}
	if (word < words->list.count)
		at.column = (unsigned)words->list.items[word].at + 1;
	if (text.len)
		err_at(p->err, ERR_USAGE, at, "%s '%.*s'; it goes: %s", what, (int)text.len,
		       text.at, synopsis.bytes);
	else
		err_at(p->err, ERR_USAGE, at, "%.*s; it goes: %s", (int)problem.len, problem.at,
		       synopsis.bytes);
	str_release(&synopsis);
	return -1;
}

/* The option or flag of that name, or NULL.  Quoted words are values. */
static const struct arg_def *named_arg(const struct parsing *p, size_t word, size_t *index)
{
	const struct cmd_def *def = p->call->def;

	if (word >= p->call->words->list.count || p->call->words->list.items[word].quoted)
		return NULL;
	for (size_t i = 0; i < CMD_ARGS_MAX && def->args[i].name; i++)
		if (arg_is_named(&def->args[i]) && !p->call->values[i].given &&
		    span_is(cmd_words_text(p->call->words, word), def->args[i].name)) {
			*index = i;
			return &def->args[i];
		}
	return NULL;
}

/* The one option that begins with the word, for fingers at a prompt. */
static const struct arg_def *abbreviated_arg(const struct parsing *p, size_t word, size_t *index)
{
	const struct cmd_def *def = p->call->def;
	struct span           text = cmd_words_text(p->call->words, word);
	const struct arg_def *found = NULL;

	for (size_t i = 0; p->prefixes && i < CMD_ARGS_MAX && def->args[i].name; i++) {
		struct span name = span_of(def->args[i].name);

		if (!arg_is_named(&def->args[i]) || p->call->values[i].given || !text.len ||
		    !span_has_prefix(name, text))
			continue;
		if (found)
			return NULL;
		found = &def->args[i];
		*index = i;
	}
	return found;
}

static int check_words(struct parsing *p, size_t index)
{
	const struct arg_def      *arg = &p->call->def->args[index];
	const struct arg_type_def *type = &arg_type_table[arg->type];
	struct arg_value          *value = &p->call->values[index];

	if (!type->check)
		return 0;
	for (size_t i = 0; i < value->count; i++) {
		size_t word = value->first + i;

		if (type->check(cmd_words_text(p->call->words, word), arg, &value->number,
				p->err) < 0)
			return err_locate(p->err,
					  (struct place){ NULL, p->call->words->line,
							  (unsigned)p->call->words->list
									  .items[word].at + 1 });
	}
	return 0;
}

static int take_words(struct parsing *p, size_t index, size_t count)
{
	p->call->values[index] = (struct arg_value){ true, p->word, count, 0 };
	p->word += count;
	return check_words(p, index);
}

/* An option's value is one word; an expression goes on to the next option. */
static size_t value_length(const struct parsing *p, const struct arg_def *arg)
{
	size_t end = p->word + 1, total = p->call->words->list.count, ignored;

	if (arg->type != ARG_EXPRESSION)
		return end <= total ? 1 : 0;
	while (end < total && !named_arg(p, end, &ignored))
		end++;
	return end <= total ? end - p->word : 0;
}

static int take_named(struct parsing *p, const struct arg_def *arg, size_t index)
{
	size_t count;

	p->word++;
	if (arg->form == ARG_FLAG) {
		p->call->values[index] = (struct arg_value){ true, p->word - 1, 1, 0 };
		return 0;
	}
	p->call->values[index].given = true;
	count = value_length(p, arg);
	if (!count) {
		struct str what = STR_INIT;

		str_addf(&what, "'%s' wants a value", arg->name);
		usage(p, p->word, what.bytes);
		str_release(&what);
		return -1;
	}
	return take_words(p, index, count);
}

/* How many words the argument that stands by its place takes here. */
static size_t placed_length(const struct parsing *p, const struct arg_def *arg)
{
	size_t total = p->call->words->list.count, end = p->word + 1, ignored;

	if (arg->form == ARG_REST || arg->form == ARG_REST_MAYBE)
		return total - p->word;
	if (arg->form != ARG_SOME && arg->form != ARG_ANY)
		return 1;
	while (end < total && !named_arg(p, end, &ignored))
		end++;
	return end - p->word;
}

static bool is_required(const struct arg_def *arg)
{
	return arg->form == ARG_ONE || arg->form == ARG_SOME || arg->form == ARG_REST;
}

static int take_word(struct parsing *p)
{
	const struct arg_def *args = p->call->def->args, *named;
	size_t                index;

	while (p->next_arg < CMD_ARGS_MAX && args[p->next_arg].name &&
	       arg_is_named(&args[p->next_arg]))
		p->next_arg++;
	index = p->next_arg;
	/* What must come is taken as it stands, even if it looks like an option. */
	if (index < CMD_ARGS_MAX && args[index].name && is_required(&args[index]))
		return p->next_arg++, take_words(p, index, placed_length(p, &args[index]));
	named = named_arg(p, p->word, &index);
	if (named)
		return take_named(p, named, index);
	index = p->next_arg;
	if (index >= CMD_ARGS_MAX || !args[index].name) {
		named = abbreviated_arg(p, p->word, &index);
		return named ? take_named(p, named, index)
			     : usage(p, p->word, "one word too many:");
	}
	p->next_arg++;
	return take_words(p, index, placed_length(p, &args[index]));
}

int call_parse(struct call *call, const struct cmd_def *def, size_t name_words, bool prefixes,
	       struct err *err)
{
	struct parsing p = {
		.call = call, .word = name_words, .prefixes = prefixes, .err = err,
	};

	call->def = def;
	memset(call->values, 0, sizeof(call->values));
	while (p.word < call->words->list.count)
		if (take_word(&p) < 0)
			return -1;
	for (size_t i = 0; i < CMD_ARGS_MAX && def->args[i].name; i++)
		if (is_required(&def->args[i]) && !call->values[i].given) {
			struct str what = STR_INIT;

			str_addf(&what, "'%s' wants its %s", def->name, def->args[i].name);
			usage(&p, call->words->list.count, what.bytes);
			str_release(&what);
			return -1;
		}
	return 0;
}
