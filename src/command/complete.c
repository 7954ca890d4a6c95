/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/command/complete.h"

#include <stdlib.h>

#include "penstock/base/mem.h"
#include "penstock/command/arg.h"

/* A list longer than this helps nobody and makes Tab slow. */
enum { COMPLETIONS_MAX = 2000 };

void complete_offer(struct completions *out, struct span text, const char *meaning)
{
	if (!span_has_prefix(text, out->prefix) || out->list.count >= COMPLETIONS_MAX)
		return;
	for (size_t i = 0; i < out->list.count; i++)
		if (span_is(text, out->list.items[i].text))
			return;
	*vec_push(&out->list) = (struct completion){
		.text = span_dup(text),
		.meaning = xstrdup(meaning),
	};
}

/* The next word of each command whose first words are those given. */
static void offer_names(const struct cmd_words *words, size_t known, struct completions *out)
{
	for (size_t i = 0; i < command_count(); i++) {
		const struct cmd_def *def = command_at(i, NULL);
		struct span           rest = span_of(def->name), part;
		size_t                n = 0;
		bool                  fits = true;

		while (fits && n < known && span_split(&rest, ' ', &part))
			fits = span_equal(part, cmd_words_text(words, n++));
		if (!fits || n < known || !span_split(&rest, ' ', &part))
			continue;
		complete_offer(out, part, rest.at ? NULL : def->summary);
	}
}

static void add_hint(const struct arg_def *arg, struct str *hint)
{
	const struct arg_type_def *type = &arg_type_table[arg->type];

	if (hint->len)
		return;
	str_addf(hint, "%s", arg->type == ARG_CHOICE ? arg->choices : type->placeholder);
	if (arg->help || type->help)
		str_addf(hint, "  %s", arg->help ? arg->help : type->help);
}

static void offer_arg(struct call *call, const struct arg_def *arg, struct completions *out)
{
	const struct arg_type_def *type = &arg_type_table[arg->type];

	add_hint(arg, &out->hint);
	if (type->complete)
		type->complete(call->console, call, arg, out);
}

/* The option or flag whose name is that word, or NULL. */
static const struct arg_def *named(const struct cmd_def *def, struct span word)
{
	for (size_t i = 0; i < CMD_ARGS_MAX && def->args[i].name; i++)
		if (arg_is_named(&def->args[i]) && span_is(word, def->args[i].name))
			return &def->args[i];
	return NULL;
}

static bool takes_many(const struct arg_def *arg)
{
	return arg->form == ARG_SOME || arg->form == ARG_ANY || arg->form == ARG_REST ||
	       arg->form == ARG_REST_MAYBE;
}

/* The argument by its place that comes after `count` words, or NULL. */
static const struct arg_def *placed(const struct cmd_def *def, size_t count)
{
	for (size_t i = 0; i < CMD_ARGS_MAX && def->args[i].name; i++) {
		if (arg_is_named(&def->args[i]))
			continue;
		if (!count || takes_many(&def->args[i]))
			return &def->args[i];
		count--;
	}
	return NULL;
}

/* What may follow the words [taken, known) of a call. */
static void offer_arguments(struct call *call, size_t taken, size_t known,
			    struct completions *out)
{
	const struct cmd_def *def = call->def;
	const struct arg_def *arg, *option = NULL;
	size_t                places = 0;

	for (size_t i = taken; i < known; i++) {
		option = named(def, cmd_words_text(call->words, i));
		if (!option)
			places++;
		else if (option->form == ARG_OPTION && i + 1 < known)
			i++, option = NULL;
	}
	if (option && option->form == ARG_OPTION) {
		offer_arg(call, option, out);
		return;
	}
	arg = placed(def, places);
	if (arg)
		offer_arg(call, arg, out);
	for (size_t i = 0; i < CMD_ARGS_MAX && def->args[i].name; i++)
		if (arg_is_named(&def->args[i]))
			complete_offer(out, span_of(def->args[i].name), def->args[i].help);
}

/* The words of the last command of the line; none when it begins anew. */
static void split_last(struct span line, struct cmd_words *words)
{
	struct cmd_words next = CMD_WORDS_INIT;
	size_t           offset = 0;
	unsigned         number = 1;

	while (cmd_words_next(&next, line, &offset, &number, NULL) > 0) {
		struct cmd_words spare = *words;

		*words = next;
		next = spare;
	}
	cmd_words_release(&next);
	if (words->list.count && words->end > words->list.items[words->list.count - 1].end &&
	    line.at[words->end - 1] == ';')
		cmd_words_release(words);
}

/* The command that the first `known` words name. */
static const struct cmd_def *command_of(struct cmd_words *words, size_t known, size_t *taken)
{
	size_t                all = words->list.count;
	const struct cmd_def *def;

	words->list.count = known;
	def = known ? command_find(words, true, taken, NULL) : NULL;
	words->list.count = all;
	return def;
}

void complete_line(struct console *console, struct span line, size_t point,
		   struct completions *out)
{
	struct cmd_words      words = CMD_WORDS_INIT;
	struct call           call = { .console = console, .words = &words };
	struct span           head = span_make(line.at, point < line.len ? point : line.len);
	size_t                known, taken;

	split_last(head, &words);
	known = words.list.count;
	out->at = head.len;
	out->prefix = span_make("", 0);
	if (known && words.list.items[known - 1].end == head.len) {
		known--;
		out->at = words.list.items[known].at;
		out->prefix = cmd_words_text(&words, known);
	}
	offer_names(&words, known, out);
	call.def = command_of(&words, known, &taken);
	if (call.def)
		offer_arguments(&call, taken, known, out);
	/* The words go; what was typed stays. */
	out->prefix = span_make(head.at + out->at, head.len - out->at);
	cmd_words_release(&words);
}

void completions_release(struct completions *completions)
{
	for (size_t i = 0; i < completions->list.count; i++) {
		free(completions->list.items[i].text);
		free(completions->list.items[i].meaning);
	}
	vec_release(&completions->list);
	str_release(&completions->hint);
}
