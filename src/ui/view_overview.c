/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The first view: how the process is, its proxies in short, and what is wrong. */
#include <string.h>

#include "penstock/base/clock.h"
#include "penstock/base/mem.h"
#include "penstock/base/text.h"
#include "penstock/ui/frame.h"
#include "penstock/ui/view.h"

enum {
	LABEL_COLUMNS = 13,
	VALUE_COLUMNS = 15,
	UP_COLUMNS = 8,
	PROXIES_MAX = 60,
	DOWN_MAX = 5,
	EVENTS_MAX = 8,
};

struct overview {
	struct page         *page;
	struct process      *process;
	const struct vitals *vitals;
	int                  width;
};

static void add_label(struct overview *o, const char *label)
{
	page_cell(o->page, STYLE_HEADING, LABEL_COLUMNS, false, span_of(label));
}

/* "120 of 2000", a bar, and the share. */
static void add_limited(struct overview *o, const char *label, const char *value_name,
			const char *limit_name)
{
	struct span info = str_span(&o->process->info);
	long        value = info_number(info, value_name, 0);
	long        limit = info_number(info, limit_name, 0);
	struct str  text = STR_INIT;
	double      share = limit > 0 ? 100.0 * (double)value / (double)limit : 0;

	add_label(o, label);
	str_addf(&text, "%ld of %ld", value, limit);
	page_cell(o->page, STYLE_TEXT, VALUE_COLUMNS, false, str_span(&text));
	str_reset(&text);
	vitals_bar((double)value, (double)limit, o->width < 70 ? 12 : 24, &text);
	page_add(o->page, share >= 95 ? STYLE_BAD : share >= 80 ? STYLE_WARN : STYLE_GOOD,
		 str_span(&text));
	page_addf(o->page, STYLE_TEXT, " %3.0f%%", share);
	page_end_line(o->page);
	str_release(&text);
}

typedef void (*format_fn)(struct str *out, double value);

/* "611/s", the last refreshes as a line, and the highest that HAProxy has seen. */
static void add_rate(struct overview *o, const char *label, enum vital vital, format_fn format,
		     const char *peak_name)
{
	struct span info = str_span(&o->process->info);
	struct str  text = STR_INIT;
	double      rate;

	add_label(o, label);
	if (vitals_rate(o->vitals, vital, 0, &rate)) {
		format(&text, rate);
		str_add_text(&text, "/s");
	} else {
		str_add_char(&text, '-');
	}
	page_cell(o->page, STYLE_TEXT, VALUE_COLUMNS, false, str_span(&text));
	str_reset(&text);
	vitals_spark(o->vitals, vital, o->width < 70 ? 12 : 24, &text);
	page_add(o->page, STYLE_GOOD, str_span(&text));
	if (peak_name && info_number(info, peak_name, 0) > 0)
		page_addf(o->page, STYLE_DIM, "  peak %ld/s", info_number(info, peak_name, 0));
	page_end_line(o->page);
	str_release(&text);
}

static void add_facts(struct overview *o)
{
	struct span info = str_span(&o->process->info);
	long        threads = info_number(info, "Nbthread", 1);

	add_limited(o, "Connections", "CurrConns", "Maxconn");
	add_rate(o, "Requests", VITAL_REQUESTS, text_count, NULL);
	add_rate(o, "New conns", VITAL_CONNECTIONS, text_count, "MaxConnRate");
	if (info_number(info, "CumSslConns", 0))
		add_rate(o, "New TLS", VITAL_SSL, text_count, "MaxSslRate");
	add_rate(o, "Bytes out", VITAL_BYTES_OUT, text_bytes, NULL);
	add_label(o, "Process");
	page_addf(o->page, STYLE_TEXT, "%ld%% idle, %ld thread%s, %ld tasks, %ld jobs",
		  info_number(info, "Idle_pct", 0), threads, threads == 1 ? "" : "s",
		  info_number(info, "Tasks", 0), info_number(info, "Jobs", 0));
	if (info_number(info, "Stopping", 0))
		page_add(o->page, STYLE_BAD, span_of(", STOPPING"));
	page_end_line(o->page);
}

struct summary_def {
	const char *title;
	int         width;
	bool        right;
	const char *frontend, *backend; /* columns of the tables; NULL: none */
	int         least;              /* width of the screen from which it is shown */
};

/* The backends' UP stands apart: of how many is not in the tables. */
static const struct summary_def summary_table[] = {
	{ "STATE", 8,  false, "status",        "status",        0 },
	{ "CUR",   7,  true,  "scur",          "scur",          0 },
	{ "REQ/s", 8,  true,  "req_per_s",      "req_per_s",      0 },
	{ "5xx/s", 7,  true,  "hrsp_5xx_per_s", "hrsp_5xx_per_s", 0 },
	{ "QUEUE", 7,  true,  NULL,            "qcur",          66 },
	{ "RT",    6,  true,  NULL,            "rtime",         74 },
	{ "IN/s",  9,  true,  "bin_per_s",      "bin_per_s",      100 },
	{ "OUT/s", 9,  true,  "bout_per_s",     "bout_per_s",     100 },
};

/* How many servers each backend has, and those that are down, in one walk. */
struct backend_size {
	uint32_t row, servers;
};

struct census {
	VEC(struct backend_size) backends;
	VEC(uint32_t) down;
	size_t down_total;
};

static void take_census(const struct sample *sample, struct census *census)
{
	int      status = sample_column(sample, span_of("status"));
	uint32_t servers = 0;

	for (uint32_t i = 0; i < sample->rows.count; i++) {
		enum row_type type = sample->rows.items[i].type;

		if (type == ROW_BACKEND)
			*vec_push(&census->backends) = (struct backend_size){ i, servers };
		servers = type == ROW_SERVER ? servers + 1 : type == ROW_BACKEND ? 0 : servers;
		if (type != ROW_SERVER || !span_starts(sample_cell(sample, i, status), "DOWN"))
			continue;
		census->down_total++;
		if (census->down.count < DOWN_MAX)
			*vec_push(&census->down) = i;
	}
}

static int name_columns(const struct overview *o)
{
	return o->width < 70 ? 14 : 20;
}

static void add_summary_heading(struct overview *o)
{
	page_end_line(o->page);
	page_cell(o->page, STYLE_HEADING, name_columns(o), false, span_of("PROXY"));
	for (size_t i = 0; i < N(summary_table); i++) {
		const struct summary_def *def = &summary_table[i];

		if (o->width < def->least)
			continue;
		page_add(o->page, STYLE_TEXT, span_of(" "));
		page_cell(o->page, STYLE_HEADING, def->width, def->right, span_of(def->title));
		if (i == 0)
			page_cell(o->page, STYLE_HEADING, UP_COLUMNS, true, span_of("UP"));
	}
	page_end_line(o->page);
}

static void add_up(struct overview *o, struct table *table, size_t row,
		   const struct census *census)
{
	const struct column_def *column = table_column(table, NULL, span_of("up"));
	struct str               text = STR_INIT;

	if (column) {
		table_shown(table, row, column, &text);
		for (size_t i = 0; i < census->backends.count; i++)
			if (census->backends.items[i].row == table->rows.items[row].row &&
			    census->backends.items[i].servers)
				str_addf(&text, "/%u", census->backends.items[i].servers);
	}
	page_cell(o->page, STYLE_TEXT, UP_COLUMNS, true, str_span(&text));
	str_release(&text);
}

static void add_proxy(struct overview *o, struct table *table, size_t row,
		      const struct census *census)
{
	bool       frontend = table->def->type == ROW_FRONTEND;
	struct str text = STR_INIT;

	table_key(table, row, &text);
	page_cell(o->page, STYLE_TEXT, name_columns(o), false, str_span(&text));
	for (size_t i = 0; i < N(summary_table); i++) {
		const struct summary_def *def = &summary_table[i];
		const char               *name = frontend ? def->frontend : def->backend;
		const struct column_def  *column = NULL;

		if (o->width < def->least)
			continue;
		str_reset(&text);
		if (name)
			column = table_column(table, NULL, span_of(name));
		if (column)
			table_shown(table, row, column, &text);
		page_add(o->page, STYLE_TEXT, span_of(" "));
		page_cell(o->page, i ? STYLE_TEXT : table_view_state_style(str_span(&text)),
			  def->width, def->right, str_span(&text));
		if (i == 0)
			add_up(o, table, row, census);
	}
	page_end_line(o->page);
	str_release(&text);
}

static void add_table(struct overview *o, const char *name, const struct census *census)
{
	struct table_query query = { .sort = NULL };
	struct table       table = TABLE_INIT;

	if (table_fill(&table, table_find(span_of(name)), &o->process, 1, &query,
		       NULL) == 0) {
		for (size_t i = 0; i < table.rows.count && i < PROXIES_MAX; i++)
			add_proxy(o, &table, i, census);
		if (table.rows.count > PROXIES_MAX) {
			page_addf(o->page, STYLE_DIM, "… %zu more: view %s",
				  table.rows.count - PROXIES_MAX, name);
			page_end_line(o->page);
		}
	}
	table_release(&table);
}

static struct span field(const struct sample *sample, size_t row, const char *name)
{
	return sample_cell(sample, row, sample_column(sample, span_of(name)));
}

/* "live/app4   12s  L4TOUT" */
static void add_down_server(struct overview *o, size_t row)
{
	const struct sample *sample = &o->process->now;
	struct span          proxy = sample_proxy(sample, row);
	struct span          server = sample_server(sample, row);
	struct span          check = field(sample, row, "check_status");
	struct str           text = STR_INIT;
	long                 seconds;

	str_addf(&text, "%.*s/%.*s", (int)proxy.len, proxy.at, (int)server.len, server.at);
	page_add(o->page, STYLE_TEXT, span_of("  "));
	page_cell(o->page, STYLE_TEXT, 28, false, str_span(&text));
	str_reset(&text);
	if (span_to_long(field(sample, row, "lastchg"), &seconds))
		text_age(&text, seconds);
	page_add(o->page, STYLE_TEXT, span_of(" "));
	page_cell(o->page, STYLE_TEXT, 8, true, str_span(&text));
	str_reset(&text);
	str_addf(&text, "  %.*s ", (int)check.len, check.at);
	sample_text(sample, row, sample_column(sample, span_of("last_chk")), &text);
	page_add(o->page, STYLE_DIM, str_span(&text));
	page_end_line(o->page);
	str_release(&text);
}

static void add_down(struct overview *o, const struct census *census)
{
	if (!census->down_total)
		return;
	page_end_line(o->page);
	page_addf(o->page, STYLE_BAD, "%zu DOWN", census->down_total);
	page_end_line(o->page);
	for (size_t i = 0; i < census->down.count; i++)
		add_down_server(o, census->down.items[i]);
	if (census->down_total > census->down.count) {
		page_addf(o->page, STYLE_DIM, "  … %zu more: view servers, filter status=DOWN",
			  census->down_total - census->down.count);
		page_end_line(o->page);
	}
}

static void add_events(struct overview *o, const struct log *log)
{
	struct str time = STR_INIT;

	if (!log->total)
		return;
	page_end_line(o->page);
	for (size_t i = EVENTS_MAX; i-- > 0;) {
		const struct log_entry *entry = log_recent(log, i);

		if (!entry)
			continue;
		str_reset(&time);
		clock_format_time(&time, entry->wall_s);
		page_addf(o->page, STYLE_DIM, "%s  ", time.bytes);
		page_add(o->page, entry->level == LOG_INFO ? STYLE_TEXT : STYLE_WARN,
			 str_span(&entry->text));
		page_end_line(o->page);
	}
	str_release(&time);
}

static void add_no_process(struct page *page, const struct ui *ui)
{
	page_end_line(page);
	page_add(page, STYLE_WARN, span_of("no HAProxy is attached"));
	page_end_line(page);
	if (ui->trouble.len) {
		page_add(page, STYLE_TEXT, str_span(&ui->trouble));
		page_end_line(page);
	}
	page_end_line(page);
	page_add(page, STYLE_DIM,
		 span_of(":attach ADDRESS  with a stats socket's path or host:port"));
	page_end_line(page);
}

void view_overview_build(struct view *view, struct page *page)
{
	const struct ui *ui = view->ui;
	struct census    census = { .backends = VEC_INIT, .down = VEC_INIT };
	struct overview  o = { .page = page, .vitals = &ui->vitals, .width = ui->screen.columns };

	if (!ui->console->processes.count) {
		add_no_process(page, ui);
		return;
	}
	o.process = ui->console->processes.items[0];
	take_census(&o.process->now, &census);
	add_facts(&o);
	add_down(&o, &census);
	add_summary_heading(&o);
	add_table(&o, "frontends", &census);
	add_table(&o, "backends", &census);
	add_events(&o, &ui->console->log);
	vec_release(&census.backends);
	vec_release(&census.down);
}
