/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Passwords that are typed as words of a command, taken out of its text. */
#include <string.h>

#include "penstock/base/mem.h"
#include "penstock/command/command.h"

/* A text on its way out. */
struct redaction {
	struct span source;
	size_t      done; /* bytes of it that are out */
	struct str *out;
};

static void hide(struct redaction *redaction, size_t from, size_t to)
{
	if (from < redaction->done)
		return;
	str_add(redaction->out, redaction->source.at + redaction->done, from - redaction->done);
	str_add_text(redaction->out, "***");
	redaction->done = to;
}

/* Says where a password is; is none itself. */
static bool is_source(struct span word)
{
	return span_is(word, "-") || span_starts(word, "fd:") || span_starts(word, "env:");
}

static void hide_word(struct redaction *redaction, const struct cmd_words *words, size_t index)
{
	const struct cmd_word *word = &words->list.items[index];

	if (!is_source(cmd_words_text(words, index)))
		hide(redaction, word->at, word->end);
}

static size_t secret_of(const struct cmd_def *def)
{
	for (size_t i = 0; i < CMD_ARGS_MAX && def->args[i].name; i++)
		if (def->args[i].type == ARG_SECRET)
			return i;
	return CMD_ARGS_MAX;
}

/* A call that makes no sense may hold a password anywhere. */
static void redact_call(struct redaction *redaction, const struct cmd_words *words)
{
	struct call           call = { .words = words };
	size_t                taken, secret;
	const struct cmd_def *def = command_find(words, true, &taken, NULL);

	secret = def ? secret_of(def) : CMD_ARGS_MAX;
	if (secret == CMD_ARGS_MAX)
		return;
	if (call_parse(&call, def, taken, true, NULL) < 0) {
		for (size_t i = taken; i < words->list.count; i++)
			hide_word(redaction, words, i);
	} else if (call.values[secret].given) {
		hide_word(redaction, words, call.values[secret].first);
	}
}

/* Lines of the configuration may have plain passwords, too. */
static void redact_lines(struct redaction *redaction, const struct cmd_words *words)
{
	for (size_t i = 0; i + 1 < words->list.count; i++)
		if (span_is(cmd_words_text(words, i), "insecure-password"))
			hide_word(redaction, words, i + 1);
}

void command_redact(struct span text, struct str *out)
{
	struct redaction redaction = { .source = text, .out = out };
	struct cmd_words words = CMD_WORDS_INIT;
	size_t           offset = 0;
	unsigned         line = 1;

	while (cmd_words_next(&words, text, &offset, &line, NULL) > 0) {
		redact_call(&redaction, &words);
		redact_lines(&redaction, &words);
	}
	cmd_words_release(&words);
	str_add(out, text.at + redaction.done, text.len - redaction.done);
}
