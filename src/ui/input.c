/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/ui/input.h"

#include <string.h>

#include "penstock/base/clock.h"
#include "penstock/base/mem.h"
#include "penstock/ui/frame.h"

enum { PASTE_GAP_MS = 1000 };

static size_t name_length(struct span text)
{
	size_t len = 0;

	while (len < text.len && ((text.at[len] >= 'a' && text.at[len] <= 'z') ||
				  text.at[len] == '_'))
		len++;
	return len;
}

bool input_expand(struct span line, variable_fn value, void *data, struct str *out,
		  struct span *missing)
{
	for (size_t i = 0; i < line.len; i++) {
		struct span name = span_make(line.at + i + 1, line.len - i - 1);

		name.len = line.at[i] == '%' ? name_length(name) : 0;
		if (line.at[i] == '%' && i + 1 < line.len && line.at[i + 1] == '%') {
			str_add_char(out, line.at[i++]);
		} else if (!name.len) {
			str_add_char(out, line.at[i]);
		} else if (value(name, out, data)) {
			i += name.len;
		} else {
			*missing = name;
			return false;
		}
	}
	return true;
}

static bool view_value(struct span name, struct str *out, void *data)
{
	struct ui *ui = data;

	return view_variable(ui->views.front, name, out);
}

/* The binding may be unbound by its own command. */
static void run_binding(struct ui *ui, const struct binding *binding)
{
	struct str  line = STR_INIT;
	struct span missing;

	if (input_expand(span_of(binding->command), view_value, ui, &line, &missing))
		ui_submit(ui, str_span(&line));
	else
		ui_say(ui, STYLE_WARN, "nothing is selected here that could be the %.*s",
		       (int)missing.len, missing.at);
	str_release(&line);
}

size_t input_contexts(struct ui *ui, const char **contexts)
{
	size_t count = 0;

	/* Nobody means a row that cannot be seen. */
	if (!screen_is_too_small(&ui->screen)) {
		contexts[count++] = ui->views.front->def->name;
		contexts[count++] = view_widget(ui->views.front);
	}
	contexts[count++] = "global";
	return count;
}

static const struct binding *find(struct ui *ui, const char *keys, bool *pending)
{
	const char *contexts[INPUT_CONTEXTS];
	size_t      count = input_contexts(ui, contexts);

	return keymap_find(&ui->console->keymap, contexts, count, keys, pending);
}

static void drop_pending(struct ui *ui)
{
	str_reset(&ui->input.pending);
	loop_timer_stop(ui->input.timer);
	ui->input.timer = NULL;
	frame_dirty(ui);
}

/* Nothing came after keys that may go on: what they mean by themselves is
 * meant, or what may follow is shown. */
static void on_pending(void *data)
{
	struct ui            *ui = data;
	bool                  pending;
	const struct binding *binding = find(ui, ui->input.pending.bytes, &pending);

	loop_timer_stop(ui->input.timer);
	ui->input.timer = NULL;
	frame_dirty(ui);
	if (!binding)
		return;
	drop_pending(ui);
	run_binding(ui, binding);
}

static void wait_for_more(struct ui *ui)
{
	ui->input.pending_ms = clock_monotonic_ms();
	loop_timer_stop(ui->input.timer);
	ui->input.timer = loop_timer_start(ui->console->loop, INPUT_PENDING_MS, 0, on_pending, ui);
	frame_dirty(ui);
}

/* The sequence goes on to nowhere. */
static void end_sequence(struct ui *ui, const struct key *key, bool was_pending)
{
	struct str keys = STR_INIT;

	if (was_pending && strcmp(key->name, "<Esc>") == 0) {
		drop_pending(ui);
		return;
	}
	str_add_span(&keys, str_span(&ui->input.pending));
	drop_pending(ui);
	if (strcmp(key->name, "<C-C>") == 0)
		ui_cancel(ui);
	else
		ui_say(ui, STYLE_DIM, "'%s' means nothing here; ? lists the keys", keys.bytes);
	str_release(&keys);
}

static void view_key(struct ui *ui, const struct key *key)
{
	struct str           *pending = &ui->input.pending;
	bool                  was_pending = pending->len > 0, more;
	const struct binding *binding, *shorter = NULL;

	if (!key->name[0])
		return;
	if (was_pending) {
		shorter = find(ui, pending->bytes, &more);
		str_add_char(pending, ' ');
	}
	str_add_text(pending, key->name);
	binding = find(ui, pending->bytes, &more);
	if (more) {
		wait_for_more(ui);
	} else if (binding) {
		drop_pending(ui);
		run_binding(ui, binding);
	} else if (shorter) {
		drop_pending(ui);
		run_binding(ui, shorter);
		view_key(ui, key);
	} else {
		end_sequence(ui, key, was_pending);
	}
}

static void filter_as_typed(struct ui *ui)
{
	struct err  err = ERR_INIT;
	struct span text = prompt_text(ui->prompt);

	if (view_filter(ui->views.front, text, &err) < 0)
		prompt_remark(ui->prompt, err.text.bytes);
	err_release(&err);
}

static void take_filter(struct ui *ui, struct span line)
{
	struct err err = ERR_INIT;

	if (view_filter(ui->views.front, line, &err) < 0)
		ui_say(ui, STYLE_ERROR, "%s", err.text.bytes);
	err_release(&err);
}

static void take_word(struct ui *ui, struct span line)
{
	bool right = ui->question.word && span_is(span_trim(line), ui->question.word);

	if (!right)
		ui_say(ui, STYLE_WARN, "that is not '%s'", ui->question.word);
	ui_answer(ui, right);
}

static void take_secret(struct ui *ui, struct span line)
{
	str_reset(&ui->question.secret);
	str_add_span(&ui->question.secret, line);
	ui_answer(ui, 1);
}

typedef void (*take_line_fn)(struct ui *ui, struct span line);

static const take_line_fn take_line_table[PROMPT_KIND_COUNT] = {
	[PROMPT_COMMAND] = ui_submit,
	[PROMPT_FILTER] = take_filter,
	[PROMPT_QUESTION] = take_word,
	[PROMPT_SECRET] = take_secret,
};

/* These keep their meaning while one types. */
static const struct binding *find_in_prompt(struct ui *ui, const struct key *key)
{
	static const char *const through[] = { "<C-Z>", "<C-L>" };
	const char              *context = "prompt";
	const struct keymap     *keymap = &ui->console->keymap;
	bool                     pending;
	const struct binding    *binding =
		keymap_find(keymap, &context, 1, key->name, &pending);

	for (size_t i = 0; i < N(through) && !binding; i++)
		if (strcmp(key->name, through[i]) == 0)
			binding = find(ui, key->name, &pending);
	return binding;
}

static void prompt_key(struct ui *ui, const struct key *key)
{
	const struct binding *binding = key->name[0] ? find_in_prompt(ui, key) : NULL;
	enum prompt_kind      kind = prompt_kind(ui->prompt);
	struct str            line = STR_INIT;

	if (binding) {
		run_binding(ui, binding);
		return;
	}
	if (strcmp(key->name, "<C-C>") == 0 ||
	    (strcmp(key->name, "<Esc>") == 0 && prompt_esc_closes(ui->prompt))) {
		ui_cancel(ui);
		return;
	}
	prompt_feed(ui->prompt, key->bytes, key->len);
	if (prompt_take(ui->prompt, &line)) {
		if (span_trim(str_span(&line)).len || kind != PROMPT_COMMAND)
			take_line_table[kind](ui, str_span(&line));
	} else if (kind == PROMPT_FILTER) {
		filter_as_typed(ui);
	}
	str_release(&line);
}

static const struct {
	const char *name;
	int         answer;
} answer_table[] = {
	{ "y", 1 }, { "Y", 1 }, { "n", 0 }, { "N", 0 }, { "<Esc>", 0 }, { "<C-C>", 0 },
};

static void answer_key(struct ui *ui, const struct key *key)
{
	for (size_t i = 0; i < N(answer_table); i++)
		if (strcmp(key->name, answer_table[i].name) == 0 &&
		    !(answer_table[i].answer && screen_is_too_small(&ui->screen)))
			ui_answer(ui, answer_table[i].answer);
}

void input_key(struct ui *ui, const struct key *key)
{
	frame_dirty(ui);
	if (ui->message.fleeting)
		message_clear(&ui->message);
	if (ui->question.open && !ui->question.word)
		answer_key(ui, key);
	else if (prompt_is_open(ui->prompt))
		prompt_key(ui, key);
	else
		view_key(ui, key);
}

void input_paste(struct ui *ui, struct span text)
{
	struct str flat = STR_INIT;

	frame_dirty(ui);
	if (!prompt_is_open(ui->prompt)) {
		ui_say(ui, STYLE_WARN, "what was pasted is not run; open the prompt with : first");
		return;
	}
	paste_flatten(text, &flat);
	prompt_insert(ui->prompt, str_span(&flat));
	str_release(&flat);
	if (prompt_kind(ui->prompt) == PROMPT_FILTER)
		filter_as_typed(ui);
}

static void handle(struct ui *ui, enum key_event event, const struct key *key)
{
	if (event == KEY_EVENT_KEY)
		input_key(ui, key);
	else if (event == KEY_EVENT_PASTE)
		input_paste(ui, str_span(&ui->input.reader.paste));
}

void input_read(struct ui *ui)
{
	struct key_reader *reader = &ui->input.reader;
	struct key         key;
	int                code;

	/* A paste whose end got lost must not swallow the keyboard for ever. */
	if (reader->pasting && clock_monotonic_ms() - reader->paste_ms > PASTE_GAP_MS)
		handle(ui, key_reader_take(reader, SCREEN_PASTE_END, &key), &key);
	/* curses reads ahead: whatever is left there wakes nobody up. */
	do {
		code = screen_key(&ui->screen);
		handle(ui, key_reader_take(reader, code, &key), &key);
	} while (code != SCREEN_NO_KEY);
}

void input_release(struct input *input)
{
	str_release(&input->reader.paste);
	str_release(&input->pending);
	loop_timer_stop(input->timer);
}
