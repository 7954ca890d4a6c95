/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The columns of each table, and what is computed from fields for them. */
#include "penstock/base/mem.h"
#include "penstock/command/table.h"

static bool number_of(const struct table *table, size_t row, const char *field, double *number)
{
	const struct table_row *at = &table->rows.items[row];
	const struct sample    *now = &at->process->now;

	return span_to_double(sample_cell(now, at->row, sample_column(now, span_of(field))),
			      number);
}

/* Sessions now as a share of the limit. */
static bool load_of(const struct table *table, size_t row, double *number)
{
	double now, limit;

	if (!number_of(table, row, "scur", &now) || !number_of(table, row, "slim", &limit) ||
	    limit <= 0)
		return false;
	*number = 100 * now / limit;
	return true;
}

/* Usable servers; HAProxy counts active and backup ones apart. */
static bool up_of(const struct table *table, size_t row, double *number)
{
	double active, backup;

	if (!number_of(table, row, "act", &active) ||
	    !number_of(table, row, "bck", &backup))
		return false;
	*number = active + backup;
	return true;
}

static const struct column_def frontend_columns[] = {
	{ "pxname", "FRONTEND", COL_NAME, .field = "pxname", .min = 10, .prio = 9,
	  .help = "name of the frontend" },
	{ "status", "STATE", COL_STATE, .field = "status", .min = 6, .prio = 9,
	  .help = "OPEN, FULL, PAUSED or STOP" },
	{ "scur", "CUR", COL_COUNT, .field = "scur", .min = 5, .prio = 8,
	  .help = "sessions open now" },
	{ "slim", "LIMIT", COL_COUNT, .field = "slim", .min = 5, .prio = 6,
	  .help = "most sessions that are allowed" },
	{ "load", "LOAD", COL_PERCENT, .compute = load_of, .min = 5, .prio = 5,
	  .help = "sessions now as a share of the limit" },
	{ "smax", "MAX", COL_COUNT, .field = "smax", .min = 5, .prio = 3,
	  .help = "most sessions that there were" },
	{ "conn_per_s", "CONN/s", COL_RATE, .rate_of = "conn_tot", .min = 6,
	  .prio = 6, .help = "connections per second since the last refresh" },
	{ "req_per_s", "REQ/s", COL_RATE, .rate_of = "req_tot", .min = 6, .prio = 8,
	  .help = "requests per second since the last refresh" },
	{ "bin_per_s", "IN/s", COL_BYTE_RATE, .rate_of = "bin", .min = 7, .prio = 5,
	  .help = "bytes per second from clients" },
	{ "bout_per_s", "OUT/s", COL_BYTE_RATE, .rate_of = "bout", .min = 7,
	  .prio = 5, .help = "bytes per second to clients" },
	{ "hrsp_4xx_per_s", "4xx/s", COL_RATE, .rate_of = "hrsp_4xx", .min = 5,
	  .prio = 4, .help = "responses with a code from 400 to 499 per second" },
	{ "hrsp_5xx_per_s", "5xx/s", COL_RATE, .rate_of = "hrsp_5xx", .min = 5,
	  .prio = 7, .help = "responses with a code from 500 to 599 per second" },
	{ "denied_per_s", "DENY/s", COL_RATE, .rate_of = "dreq", .min = 6, .prio = 2,
	  .help = "requests denied by rules per second" },
	{ "ereq", "EREQ", COL_COUNT, .field = "ereq", .min = 5, .prio = 2,
	  .help = "requests that were malformed or aborted" },
	{ "mode", "MODE", COL_TEXT, .field = "mode", .min = 4, .prio = 1,
	  .help = "tcp, http, …" },
};

static const struct column_def backend_columns[] = {
	{ "pxname", "BACKEND", COL_NAME, .field = "pxname", .min = 10, .prio = 9,
	  .help = "name of the backend" },
	{ "status", "STATE", COL_STATE, .field = "status", .min = 6, .prio = 9,
	  .help = "UP, or DOWN when no server is usable" },
	{ "up", "UP", COL_COUNT, .compute = up_of, .min = 3, .prio = 8,
	  .help = "usable servers, backup ones included" },
	{ "weight", "WGHT", COL_COUNT, .field = "weight", .min = 4, .prio = 4,
	  .help = "sum of the usable servers' weights" },
	{ "scur", "CUR", COL_COUNT, .field = "scur", .min = 5, .prio = 8,
	  .help = "sessions open now" },
	{ "smax", "MAX", COL_COUNT, .field = "smax", .min = 5, .prio = 3,
	  .help = "most sessions that there were" },
	{ "qcur", "QUEUE", COL_COUNT, .field = "qcur", .min = 5, .prio = 7,
	  .help = "requests waiting for a server" },
	{ "req_per_s", "REQ/s", COL_RATE, .rate_of = "req_tot", .min = 6, .prio = 8,
	  .help = "requests per second since the last refresh" },
	{ "sess_per_s", "SESS/s", COL_RATE, .rate_of = "stot", .min = 6, .prio = 5,
	  .help = "sessions per second since the last refresh" },
	{ "rtime", "RT", COL_MS, .field = "rtime", .min = 4, .prio = 6,
	  .help = "response time, mean of the last 1024 requests, ms" },
	{ "qtime", "QT", COL_MS, .field = "qtime", .min = 4, .prio = 3,
	  .help = "time in queue, mean of the last 1024 requests, ms" },
	{ "hrsp_4xx_per_s", "4xx/s", COL_RATE, .rate_of = "hrsp_4xx", .min = 5,
	  .prio = 3, .help = "responses with a code from 400 to 499 per second" },
	{ "hrsp_5xx_per_s", "5xx/s", COL_RATE, .rate_of = "hrsp_5xx", .min = 5,
	  .prio = 7, .help = "responses with a code from 500 to 599 per second" },
	{ "econ", "ECON", COL_COUNT, .field = "econ", .min = 4, .prio = 4,
	  .help = "connections to servers that failed" },
	{ "eresp", "ERESP", COL_COUNT, .field = "eresp", .min = 5, .prio = 2,
	  .help = "responses that failed" },
	{ "bin_per_s", "IN/s", COL_BYTE_RATE, .rate_of = "bin", .min = 7, .prio = 2,
	  .help = "bytes per second from clients" },
	{ "bout_per_s", "OUT/s", COL_BYTE_RATE, .rate_of = "bout", .min = 7,
	  .prio = 2, .help = "bytes per second to clients" },
	{ "algo", "ALGO", COL_TEXT, .field = "algo", .min = 10, .prio = 1,
	  .help = "balance algorithm" },
};

static const struct column_def server_columns[] = {
	{ "pxname", "BACKEND", COL_NAME, .field = "pxname", .min = 8, .prio = 9,
	  .help = "name of the backend" },
	{ "svname", "SERVER", COL_NAME, .field = "svname", .min = 8, .prio = 9,
	  .help = "name of the server" },
	{ "status", "STATE", COL_STATE, .field = "status", .min = 6, .prio = 9,
	  .help = "UP, DOWN, MAINT, DRAIN, NOLB or no check; n/m: checks passed of needed" },
	{ "weight", "WGHT", COL_COUNT, .field = "weight", .min = 4, .prio = 8,
	  .help = "weight in effect" },
	{ "scur", "CUR", COL_COUNT, .field = "scur", .min = 5, .prio = 8,
	  .help = "sessions open now" },
	{ "slim", "LIMIT", COL_COUNT, .field = "slim", .min = 5, .prio = 4,
	  .help = "most sessions that are allowed" },
	{ "qcur", "QUEUE", COL_COUNT, .field = "qcur", .min = 5, .prio = 6,
	  .help = "requests waiting for this server" },
	{ "req_per_s", "REQ/s", COL_RATE, .rate_of = "req_tot", .min = 6, .prio = 7,
	  .help = "requests per second since the last refresh" },
	{ "rtime", "RT", COL_MS, .field = "rtime", .min = 4, .prio = 6,
	  .help = "response time, mean of the last 1024 requests, ms" },
	{ "hrsp_5xx_per_s", "5xx/s", COL_RATE, .rate_of = "hrsp_5xx", .min = 5,
	  .prio = 6, .help = "responses with a code from 500 to 599 per second" },
	{ "check_status", "CHECK", COL_TEXT, .field = "check_status", .min = 7,
	  .prio = 5, .help = "result of the last health check" },
	{ "lastchg", "SINCE", COL_AGE, .field = "lastchg", .min = 6, .prio = 5,
	  .help = "time since the state changed" },
	{ "econ", "ECON", COL_COUNT, .field = "econ", .min = 4, .prio = 4,
	  .help = "connections that failed" },
	{ "chkfail", "FAIL", COL_COUNT, .field = "chkfail", .min = 4, .prio = 2,
	  .help = "checks that failed while it was up" },
	{ "addr", "ADDRESS", COL_TEXT, .field = "addr", .min = 15, .prio = 3,
	  .help = "address and port; needs level operator" },
	{ "last_chk", "LAST CHECK", COL_TEXT, .field = "last_chk", .min = 12,
	  .prio = 1, .help = "words of the last check" },
	{ "cookie", "COOKIE", COL_TEXT, .field = "cookie", .min = 6, .prio = 0,
	  .help = "value of the cookie that leads here" },
};

const struct table_def table_table[] = {
	{ "frontends", "Frontends", "where clients connect", ROW_FRONTEND, frontend_columns,
	  N(frontend_columns) },
	{ "backends", "Backends", "groups of servers", ROW_BACKEND, backend_columns,
	  N(backend_columns) },
	{ "servers", "Servers", "every server of every backend", ROW_SERVER, server_columns,
	  N(server_columns) },
};
const size_t table_table_count = N(table_table);
