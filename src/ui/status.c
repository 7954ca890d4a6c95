/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/ui/status.h"

#include <string.h>

#include "penstock/base/clock.h"
#include "penstock/base/mem.h"
#include "penstock/base/utf8.h"
#include "penstock/ui/frame.h"

void message_release(struct message *message)
{
	str_release(&message->command);
	str_release(&message->text);
}

void message_clear(struct message *message)
{
	str_reset(&message->command);
	str_reset(&message->text);
	message->style = STYLE_TEXT;
	message->fleeting = false;
}

void message_set(struct message *message, enum style style, struct span command,
		 struct span text)
{
	message_clear(message);
	str_add_span(&message->command, command);
	str_add_span(&message->text, text);
	message->style = style;
}

void status_draw_events(struct ui *ui, int y, int height)
{
	struct str time = STR_INIT;

	for (int i = 0; i < height; i++) {
		const struct log_entry *entry = log_recent(&ui->console->log,
							   (size_t)(height - 1 - i));
		int                     x = 1;

		if (!entry)
			continue;
		str_reset(&time);
		clock_format_time(&time, entry->wall_s);
		x += screen_put(&ui->screen, y + i, x, 10, STYLE_DIM, str_span(&time)) + 2;
		screen_put(&ui->screen, y + i, x, ui->screen.columns - x,
			   entry->level == LOG_INFO ? STYLE_DIM : STYLE_WARN,
			   str_span(&entry->text));
	}
	str_release(&time);
}

struct key_line {
	struct ui *ui;
	int        y, x, end;
};

/* One key and its label; false when it has no room any more. */
static bool put_key(struct key_line *line, struct span keys, struct span label)
{
	struct screen *screen = &line->ui->screen;
	struct str     name = STR_INIT;
	int            width;

	/* <Enter> and its like need no brackets where they stand apart. */
	for (size_t i = 0; i < keys.len; i++)
		if (keys.len == 1 || !strchr("<>", keys.at[i]))
			str_add_char(&name, keys.at[i]);
	width = (int)(utf8_width(str_span(&name)) + 1 + utf8_width(label) + 2);
	if (line->x + width - 2 <= line->end) {
		int x = line->x;

		x += screen_put(screen, line->y, x, width, STYLE_KEY, str_span(&name)) + 1;
		screen_put(screen, line->y, x, width, STYLE_TEXT, label);
		line->x += width;
	} else {
		width = 0;
	}
	str_release(&name);
	return width > 0;
}

struct fixed_key {
	const char *keys, *label;
};

static const struct fixed_key prompt_keys[] = {
	{ "Enter", "run" }, { "Tab", "complete" }, { "Up", "earlier" }, { "Esc", "leave" },
};
static const struct fixed_key filter_keys[] = {
	{ "Enter", "keep" }, { "Esc", "as before" },
};
static const struct fixed_key word_keys[] = {
	{ "Enter", "answer" }, { "Esc", "no" },
};
static const struct fixed_key answer_keys[] = {
	{ "y", "yes" }, { "n", "no" },
};

static void put_fixed(struct key_line *line, const struct fixed_key *keys, size_t count)
{
	for (size_t i = 0; i < count; i++)
		put_key(line, span_of(keys[i].keys), span_of(keys[i].label));
}

/* The part of a note before its colon; a note without one is for the help only. */
static bool label_of(const struct binding *binding, struct span *label)
{
	struct span rest = span_of(binding->note ? binding->note : "");

	span_split(&rest, ':', label);
	return rest.at && label->len;
}

static bool begins_with_pending(const struct ui *ui, const struct binding *binding)
{
	size_t len = ui->input.pending.len;

	return strncmp(binding->keys, ui->input.pending.bytes, len) == 0 &&
	       (!len || binding->keys[len] == ' ');
}

/* The way to all other keys keeps its place at the end of the line. */
static void put_help_key(struct key_line *line)
{
	const struct keymap *keymap = &line->ui->console->keymap;

	for (size_t i = 0; i < keymap->list.count; i++) {
		const struct binding *binding = &keymap->list.items[i];
		struct span           label;

		if (strcmp(binding->command, "keys") != 0 || !label_of(binding, &label))
			continue;
		line->end -= (int)(utf8_width(span_of(binding->keys)) + utf8_width(label)) + 2;
		screen_putf(&line->ui->screen, line->y, line->end, 40, STYLE_KEY, "%s",
			    binding->keys);
		screen_put(&line->ui->screen, line->y,
			   line->end + (int)utf8_width(span_of(binding->keys)) + 1, 40, STYLE_TEXT,
			   label);
		line->end--;
		return;
	}
}

/* What the footer says of a binding; false: it is left out. */
static bool footer_label(const struct ui *ui, const struct binding *binding, struct span *label)
{
	if (!begins_with_pending(ui, binding) || strcmp(binding->command, "keys") == 0)
		return false;
	if (label_of(binding, label))
		return true;
	*label = span_of(binding->command);
	return ui->input.pending.len > 0;
}

static void put_bindings(struct key_line *line)
{
	struct ui           *ui = line->ui;
	const struct keymap *keymap = &ui->console->keymap;
	const char          *contexts[INPUT_CONTEXTS];
	size_t               count = input_contexts(ui, contexts), skip = ui->input.pending.len;
	bool                 room = true;

	for (size_t c = 0; c < count; c++)
		for (size_t i = 0; i < keymap->list.count && room; i++) {
			const struct binding *binding = &keymap->list.items[i];
			struct span           label, keys = span_of(binding->keys + skip);
			bool                  pending;

			if (strcmp(binding->context, contexts[c]) != 0 ||
			    !footer_label(ui, binding, &label) ||
			    keymap_find(keymap, contexts, count, binding->keys, &pending) !=
				    binding)
				continue;
			room = put_key(line, span_trim(keys), label);
		}
}

static bool is_pending_shown(const struct ui *ui)
{
	return ui->input.pending.len &&
	       clock_monotonic_ms() - ui->input.pending_ms >= INPUT_PENDING_MS;
}

void status_draw_keys(struct ui *ui, int y)
{
	static const struct {
		const struct fixed_key *keys;
		size_t                  count;
	} prompt_table[PROMPT_KIND_COUNT] = {
		[PROMPT_COMMAND]  = { prompt_keys, N(prompt_keys) },
		[PROMPT_FILTER]   = { filter_keys, N(filter_keys) },
		[PROMPT_QUESTION] = { word_keys, N(word_keys) },
		[PROMPT_SECRET]   = { word_keys, N(word_keys) },
	};
	struct key_line line = { ui, y, 1, ui->screen.columns };

	if (ui->question.open && !ui->question.word) {
		put_fixed(&line, answer_keys, N(answer_keys));
	} else if (prompt_is_open(ui->prompt)) {
		enum prompt_kind kind = prompt_kind(ui->prompt);

		put_fixed(&line, prompt_table[kind].keys, prompt_table[kind].count);
	} else {
		if (is_pending_shown(ui))
			line.x += screen_putf(&ui->screen, y, 1, ui->screen.columns, STYLE_KEY,
					      "%s … ", ui->input.pending.bytes);
		put_help_key(&line);
		put_bindings(&line);
	}
}

static enum style compose_message(struct ui *ui, struct str *out)
{
	const struct message *message = &ui->message;

	if (ui->question.open) {
		if (ui->running.len) {
			str_add_char(out, ':');
			utf8_sanitise(out, str_span(&ui->running), true);
			str_add_text(out, "  ");
		}
		utf8_sanitise(out, str_span(&ui->question.text), true);
		str_add_text(out, ui->question.word ? "" : "  y/n");
		return STYLE_QUESTION;
	}
	if (ui->running.len) {
		str_add_text(out, "running ");
		utf8_sanitise(out, str_span(&ui->running), true);
		str_add_text(out, message->text.len ? ": " : "  ^C stops it");
		utf8_sanitise(out, str_span(&message->text), true);
		return STYLE_TEXT;
	}
	if (message->command.len) {
		str_add_char(out, ':');
		utf8_sanitise(out, str_span(&message->command), true);
		str_add_text(out, message->text.len ? "  " : "");
	}
	utf8_sanitise(out, str_span(&message->text), true);
	return message->style;
}

/* Takes one line off the text, broken at a blank where there is one. */
static struct span wrap(struct span *rest, size_t width)
{
	const char *end = memchr(rest->at, '\n', rest->len);
	struct span line = *rest;
	size_t      fit, blank;

	if (end)
		line.len = (size_t)(end - line.at);
	fit = utf8_fit(line, width, NULL);
	if (fit < line.len) {
		for (blank = fit; blank && line.at[blank] != ' ';)
			blank--;
		line.len = blank > fit / 2 ? blank : fit;
		end = NULL;
	}
	rest->at += line.len;
	rest->len -= line.len;
	if (rest->len && (end || *rest->at == ' ')) {
		rest->at++;
		rest->len--;
	}
	return line;
}

int status_message_lines(struct ui *ui, int most)
{
	struct str  text = STR_INIT;
	struct span rest;
	int         lines = 0;

	compose_message(ui, &text);
	rest = str_span(&text);
	do {
		wrap(&rest, (size_t)ui->screen.columns - 2);
		lines++;
	} while (rest.len && lines < most);
	str_release(&text);
	return lines;
}

void status_draw_message(struct ui *ui, int y, int height)
{
	struct str  text = STR_INIT;
	enum style  style = compose_message(ui, &text);
	struct span rest = str_span(&text);

	for (int i = 0; i < height; i++) {
		struct span line = rest;

		/* The last line is cut, with a mark, if there is more. */
		if (i + 1 < height)
			line = wrap(&rest, (size_t)ui->screen.columns - 2);
		screen_put(&ui->screen, y + i, 1, ui->screen.columns - 2, style, line);
	}
	str_release(&text);
}
