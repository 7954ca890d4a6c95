/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command language: words, conditions, and finding the command. */
#include "fuzz.h"
#include "penstock/base/text.h"
#include "penstock/command/command.h"
#include "penstock/command/where.h"

/* What text_quote_word writes is read back as the same one word. */
static void check_quoting(const struct cmd_word *word)
{
	struct cmd_words words = CMD_WORDS_INIT;
	struct str       quoted = STR_INIT;
	size_t           offset = 0;
	unsigned         line = 1;

	text_quote_word(&quoted, span_make(word->text, word->len));
	LAW(cmd_words_next(&words, str_span(&quoted), &offset, &line, NULL) == 1);
	LAW(words.list.count == 1);
	LAW(span_equal(cmd_words_text(&words, 0), span_make(word->text, word->len)));
	cmd_words_release(&words);
	str_release(&quoted);
}

static void check_command(const struct cmd_words *words)
{
	struct call call = { .words = words };
	size_t      taken = 0;
	struct err  err = ERR_INIT;
	const struct cmd_def *def = command_find(words, true, &taken, &err);

	LAW(def || err.text.len);
	if (def && call_parse(&call, def, taken, true, &err) < 0)
		LAW(err.text.len);
	err_release(&err);
}

static void check_words(struct span input)
{
	struct cmd_words words = CMD_WORDS_INIT;
	struct err       err = ERR_INIT;
	size_t           offset = 0;
	unsigned         line = 1;
	int              got;

	for (;;) {
		size_t before = offset;

		got = cmd_words_next(&words, input, &offset, &line, &err);
		if (got <= 0)
			break;
		LAW(offset > before && offset <= input.len);
		LAW(words.list.count > 0);
		for (size_t i = 0; i < words.list.count; i++) {
			LAW(words.list.items[i].end <= input.len);
			check_quoting(&words.list.items[i]);
		}
		check_command(&words);
	}
	LAW(got == 0 || err.text.len);
	cmd_words_release(&words);
	err_release(&err);
}

static struct span some_value(struct span name, void *row)
{
	(void)row;
	return name;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err    err = ERR_INIT;
	struct where *where = where_parse(fuzz_span(data, size), &err);

	LAW(where || err.text.len);
	if (where)
		where_holds(where, some_value, NULL);
	where_free(where);
	err_release(&err);
	check_words(fuzz_span(data, size));
	return 0;
}
