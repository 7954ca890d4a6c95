/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/ui/status.h"

#include <string.h>

#include "penstock/base/clock.h"
#include "penstock/base/mem.h"
#include "penstock/base/text.h"
#include "penstock/base/utf8.h"
#include "penstock/ui/frame.h"

enum { SPARK_COLUMNS = 8 };

/* ---- the message ------------------------------------------------------------ */

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

/* ---- title: who is looked at ------------------------------------------------ */

static const struct process *process_of(const struct ui *ui)
{
	const struct console *console = ui->console;

	return console->processes.count ? console->processes.items[0] : NULL;
}

static bool is_stale(const struct ui *ui)
{
	const struct process *process = process_of(ui);

	return process && process->stale;
}

static void put_node(const struct ui *ui, struct str *out)
{
	const struct process *process = process_of(ui);

	if (!process)
		str_add_text(out, "penstock");
	else if (process->node.len)
		str_add_span(out, str_span(&process->node));
	else
		str_add_span(out, str_span(&process->client.name));
}

static void put_version(const struct ui *ui, struct str *out)
{
	const struct process *process = process_of(ui);
	struct span           version = process ? str_span(&process->version) : span_of("");
	struct span           number;

	/* "2.6.12-1+deb12u4": what the packager adds is not worth the room. */
	span_split(&version, '-', &number);
	if (number.len)
		str_addf(out, "haproxy %.*s", (int)number.len, number.at);
}

static void put_pid(const struct ui *ui, struct str *out)
{
	const struct process *process = process_of(ui);

	if (process && process->pid)
		str_addf(out, "pid %ld", process->pid);
}

static void put_uptime(const struct ui *ui, struct str *out)
{
	const struct process *process = process_of(ui);
	long seconds = process ? info_number(str_span(&process->info), "Uptime_sec", -1) : -1;

	if (seconds < 0)
		return;
	str_add_text(out, "up ");
	text_age(out, seconds);
}

static void put_level(const struct ui *ui, struct str *out)
{
	const struct process *process = process_of(ui);

	if (ui->console->read_only)
		str_add_text(out, "read-only");
	else if (process && process->known)
		str_add_text(out, process_level_names[process->level]);
}

static void put_others(const struct ui *ui, struct str *out)
{
	if (ui->console->processes.count > 1)
		str_addf(out, "+%zu", ui->console->processes.count - 1);
}

static void put_requests(const struct ui *ui, struct str *out)
{
	double rate;

	if (!vitals_rate(&ui->vitals, VITAL_REQUESTS, 0, &rate))
		return;
	text_count(out, rate);
	str_add_text(out, " req/s");
}

static void put_spark(const struct ui *ui, struct str *out)
{
	if (ui->vitals.count)
		vitals_spark(&ui->vitals, VITAL_REQUESTS, SPARK_COLUMNS, out);
}

static void put_latency(const struct ui *ui, struct str *out)
{
	const struct process *process = process_of(ui);

	if (process && process->refreshed_ms)
		str_addf(out, "%lld ms", (long long)process->latency_ms);
}

static void put_stale(const struct ui *ui, struct str *out)
{
	const struct process *process = process_of(ui);

	str_add_text(out, " STALE ");
	if (process->refreshed_ms)
		text_age(out, (clock_monotonic_ms() - process->refreshed_ms) / 1000);
	str_addf(out, ": %s ", process->trouble.bytes);
}

static void put_no_process(const struct ui *ui, struct str *out)
{
	str_addf(out, "not attached%s%s", ui->trouble.len ? ": " : "", ui->trouble.bytes);
}

struct segment_def {
	void (*put)(const struct ui *ui, struct str *out);
	int  prio;   /* the lowest go first where it is narrow */
	bool right;
	enum style style;
};

static const struct segment_def title_table[] = {
	{ put_node,     9, false, STYLE_TITLE }, { put_others,   8, false, STYLE_WARN },
	{ put_version,  6, false, STYLE_TEXT },  { put_pid,      5, false, STYLE_TEXT },
	{ put_uptime,   4, false, STYLE_TEXT },  { put_level,    3, false, STYLE_TEXT },
	{ put_requests, 7, true,  STYLE_TEXT },  { put_spark,    1, true,  STYLE_GOOD },
	{ put_latency,  2, true,  STYLE_DIM },
};

enum { SEGMENT_GAP = 2 };

struct segments {
	struct str text[N(title_table)];
	bool       shown[N(title_table)];
};

static int segment_width(const struct segments *s, size_t i)
{
	return (int)utf8_width(str_span(&s->text[i])) + SEGMENT_GAP;
}

static int segments_width(const struct segments *s, bool right)
{
	int width = 0;

	for (size_t i = 0; i < N(title_table); i++)
		if (s->shown[i] && title_table[i].right == right)
			width += segment_width(s, i);
	return width;
}

/* Drops the least important one; false: there is but one left. */
static bool drop_segment(struct segments *s)
{
	size_t least = N(title_table), left = 0;

	for (size_t i = 0; i < N(title_table); i++) {
		if (!s->shown[i])
			continue;
		left++;
		if (least == N(title_table) || title_table[i].prio < title_table[least].prio)
			least = i;
	}
	if (left <= 1)
		return false;
	s->shown[least] = false;
	return true;
}

/* What is wrong takes the right half from all that is usual. */
static void draw_trouble(struct ui *ui, int y, int from)
{
	struct str text = STR_INIT;

	(process_of(ui) ? put_stale : put_no_process)(ui, &text);
	screen_put(&ui->screen, y, from, ui->screen.columns - from, STYLE_STALE, str_span(&text));
	str_release(&text);
}

void status_draw_title(struct ui *ui, int y)
{
	struct segments s;
	bool            trouble = is_stale(ui) || !process_of(ui);
	int             x = 1, right, room = ui->screen.columns - 1;

	for (size_t i = 0; i < N(title_table); i++) {
		str_init(&s.text[i]);
		title_table[i].put(ui, &s.text[i]);
		s.shown[i] = s.text[i].len && !(trouble && title_table[i].right);
	}
	room = trouble ? room / 3 : room;
	while (segments_width(&s, false) + segments_width(&s, true) > room && drop_segment(&s))
		;
	right = ui->screen.columns - segments_width(&s, true);
	for (size_t i = 0; i < N(title_table); i++) {
		const struct segment_def *def = &title_table[i];
		int                      *at = def->right ? &right : &x;

		if (s.shown[i]) {
			screen_put(&ui->screen, y, *at, ui->screen.columns - *at, def->style,
				   str_span(&s.text[i]));
			*at += segment_width(&s, i);
		}
		str_release(&s.text[i]);
	}
	if (trouble)
		draw_trouble(ui, y, x);
}

/* ---- place: which view, of what, how narrowed ------------------------------- */

static void put_edits(const struct ui *ui, struct str *out)
{
	const struct candidate *candidate = ui->console->candidate;

	if (candidate && candidate_is_dirty(candidate))
		str_addf(out, "%zu edit%s pending", candidate->done.count,
			 candidate->done.count == 1 ? "" : "s");
}

void status_draw_place(struct ui *ui, int y)
{
	struct screen     *screen = &ui->screen;
	const struct view *view = ui->views.front;
	struct str         text = STR_INIT;
	int                x = 1, right = screen->columns;

	put_edits(ui, &text);
	if (text.len) {
		right -= (int)utf8_width(str_span(&text)) + 1;
		screen_put(screen, y, right, screen->columns - right, STYLE_WARN,
			   str_span(&text));
		right--;
	}
	x += screen_put(screen, y, x, right - x, STYLE_TITLE, span_of(view->def->title));
	if (view->subject.len)
		x += screen_putf(screen, y, x, right - x, STYLE_TITLE, " › %s",
				 view->subject.bytes);
	str_reset(&text);
	view_describe(view, &text);
	screen_put(screen, y, x + 3, right - x - 3, STYLE_DIM, str_span(&text));
	str_release(&text);
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

/* ---- keys ------------------------------------------------------------------- */

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

/* ---- what was said last ----------------------------------------------------- */

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
