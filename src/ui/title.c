/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The two lines at the top: which process, which view. */
#include "penstock/base/clock.h"
#include "penstock/base/mem.h"
#include "penstock/base/text.h"
#include "penstock/base/utf8.h"
#include "penstock/ui/frame.h"
#include "penstock/ui/status.h"

enum { SPARK_COLUMNS = 8 };

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
		str_add_text(out, access_level_names[process->level]);
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
