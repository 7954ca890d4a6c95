/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/apply/observe.h"

#include <string.h>

#include "penstock/base/mem.h"
#include "penstock/haproxy/sample.h"

/* Where a column of `show servers state` goes, and how it is read there. */
typedef void (*cell_fn)(void *field, struct span cell);

static void read_text(void *field, struct span cell)
{
	*(struct span *)field = span_is(cell, "-") ? span_make("", 0) : cell;
}

static void read_long(void *field, struct span cell)
{
	span_to_long(cell, field);
}

static void read_bits(void *field, struct span cell)
{
	long bits;

	if (span_to_long(cell, &bits) && bits >= 0)
		*(unsigned *)field = (unsigned)bits;
}

static void read_int(void *field, struct span cell)
{
	long number;

	if (span_to_long(cell, &number) && number >= 0 && number < 100)
		*(int *)field = (int)number;
}

static void read_flag(void *field, struct span cell)
{
	*(bool *)field = span_is(cell, "1");
}

#define FIELD(name) offsetof(struct observed_server, name)

static const struct column {
	const char *name;
	cell_fn     read;
	size_t      field;
} column_table[] = {
	{ "srv_id", read_long, FIELD(id) },
	{ "srv_addr", read_text, FIELD(address) },
	{ "srv_op_state", read_int, FIELD(operational) },
	{ "srv_admin_state", read_bits, FIELD(admin) },
	{ "srv_uweight", read_long, FIELD(weight) },
	{ "srv_iweight", read_long, FIELD(initial_weight) },
	{ "srv_check_state", read_bits, FIELD(check) },
	{ "srv_agent_state", read_bits, FIELD(agent) },
	{ "srv_fqdn", read_text, FIELD(fqdn) },
	{ "srv_port", read_long, FIELD(port) },
	{ "srv_use_ssl", read_flag, FIELD(ssl) },
	{ "srv_check_port", read_long, FIELD(check_port) },
	{ "srv_check_addr", read_text, FIELD(check_address) },
	{ "srv_agent_addr", read_text, FIELD(agent_address) },
	{ "srv_agent_port", read_long, FIELD(agent_port) },
};

enum { CELLS_MAX = 40 };

/* Which cell of a row is what; SIZE_MAX: the version does not tell it. */
struct layout {
	size_t backend, server;
	size_t at[N(column_table)];
};

static bool read_layout(struct layout *layout, struct span line)
{
	struct span cell;

	layout->backend = layout->server = SIZE_MAX;
	for (size_t i = 0; i < N(column_table); i++)
		layout->at[i] = SIZE_MAX;
	if (!span_starts(line, "# "))
		return false;
	line = span_make(line.at + 2, line.len - 2);
	for (size_t column = 0; column < CELLS_MAX && span_split(&line, ' ', &cell); column++) {
		if (span_is(cell, "be_name"))
			layout->backend = column;
		if (span_is(cell, "srv_name"))
			layout->server = column;
		for (size_t i = 0; i < N(column_table); i++)
			if (span_is(cell, column_table[i].name))
				layout->at[i] = column;
	}
	return layout->backend != SIZE_MAX && layout->server != SIZE_MAX;
}

static void read_row(struct observed *observed, const struct layout *layout, struct span line)
{
	struct span             cells[CELLS_MAX];
	size_t                  count = 0;
	struct observed_server *server;

	while (count < CELLS_MAX && span_split(&line, ' ', &cells[count]))
		count++;
	if (layout->backend >= count || layout->server >= count)
		return;
	server = observed_add_server(observed, cells[layout->backend], cells[layout->server]);
	for (size_t i = 0; i < N(column_table); i++)
		if (layout->at[i] < count)
			column_table[i].read((char *)server + column_table[i].field,
					     cells[layout->at[i]]);
}

int observe_servers(struct observed *observed, struct span reply, struct err *err)
{
	struct layout layout;
	struct span   line;
	bool          header = false;

	while (span_split(&reply, '\n', &line)) {
		if (!header)
			header = read_layout(&layout, line);
		else if (line.len)
			read_row(observed, &layout, line);
	}
	if (!header)
		return err_set(err, ERR_PROTOCOL, "no answer to 'show servers state' that can be "
			       "read");
	return 0;
}

/* The cells of a row that are of use. */
struct stat_columns {
	int status, limit;
};

/* An empty limit is none for a server, and one not told for a frontend. */
static long read_limit(struct span cell, long otherwise)
{
	long number;

	return span_to_long(cell, &number) ? number : otherwise;
}

/* The names borrow from a text that is the observed's own. */
static void take_stat_row(struct observed *observed, const struct sample *sample,
			  const struct stat_columns *columns, size_t row)
{
	struct span             proxy = sample_proxy(sample, row);
	struct span             limit = sample_cell(sample, row, columns->limit);
	struct span             status = sample_cell(sample, row, columns->status);
	struct observed_server *server;

	if (sample->rows.items[row].type == ROW_FRONTEND) {
		struct observed_frontend *frontend = observed_add_frontend(observed, proxy);

		frontend->status = status;
		frontend->maxconn = read_limit(limit, -1);
	} else if (sample->rows.items[row].type == ROW_BACKEND) {
		observed_add_backend(observed, proxy)->status = status;
	} else if (sample->rows.items[row].type == ROW_SERVER) {
		server = observed_server(observed, proxy, sample_server(sample, row));
		if (server)
			server->maxconn = read_limit(limit, 0);
	}
}

int observe_stat(struct observed *observed, const char *reply, struct err *err)
{
	struct sample       sample = SAMPLE_INIT;
	struct str          bytes = STR_INIT;
	struct stat_columns columns;

	str_add_text(&bytes, reply);
	if (sample_parse(&sample, &bytes, 0, err) < 0) {
		str_release(&bytes);
		return -1;
	}
	columns.status = sample_column(&sample, span_of("status"));
	columns.limit = sample_column(&sample, span_of("slim"));
	for (size_t row = 0; row < sample.rows.count; row++)
		take_stat_row(observed, &sample, &columns, row);
	/* The rows borrow from these bytes. */
	observed_keep(observed, str_detach(&sample.bytes, NULL));
	sample_release(&sample);
	return 0;
}

void observe_info(struct observed *observed, struct span reply)
{
	struct span line, name;

	observed->pid = info_number(reply, "Pid", 0);
	observed->start_time_s = info_number(reply, "Start_time_sec", 0);
	while (span_split(&reply, '\n', &line)) {
		/* Some names hold a blank: the first ": " is the end of one. */
		if (span_split(&line, ':', &name) && line.at)
			observed_add_info(observed, name, span_trim(line));
	}
}

enum { ASK_SERVERS, ASK_STAT, ASK_INFO, ASK_COUNT };

static int read_replies(struct observed *observed, const struct strings *replies,
			struct err *err)
{
	char *const *items = replies->list.items;

	observe_info(observed, span_of(items[ASK_INFO]));
	if (observe_servers(observed, span_of(items[ASK_SERVERS]), err) < 0)
		return -1;
	return observe_stat(observed, items[ASK_STAT], err);
}

struct observed *observe_process(struct service *service, struct err *err)
{
	static const char *const commands[ASK_COUNT] = {
		[ASK_SERVERS] = "show servers state",
		[ASK_STAT] = "show stat",
		[ASK_INFO] = "show info",
	};
	struct observed *observed;
	struct strings   replies = STRINGS_INIT;
	int              status;

	if (!service->process) {
		err_set(err, ERR_UNSUPPORTED, "no process is attached; try 'attach ADDRESS'");
		return NULL;
	}
	observed = observed_new();
	status = client_run_all(&service->process->client, commands, ASK_COUNT, &replies, err);
	if (status == 0)
		status = read_replies(observed, &replies, err);
	/* The servers' names borrow from the first reply. */
	if (status == 0) {
		observed_keep(observed, replies.list.items[ASK_SERVERS]);
		replies.list.items[ASK_SERVERS] = NULL;
	}
	strings_release(&replies);
	if (status == 0)
		return observed;
	observed_free(observed);
	return NULL;
}
