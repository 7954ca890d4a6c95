/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/apply/sessions.h"

#include <string.h>

#include "penstock/base/clock.h"
#include "penstock/haproxy/reply.h"

enum { FIRST_STEP_MS = 50, LAST_STEP_MS = 250 };

bool server_split(struct span name, struct span *backend, struct span *server)
{
	const char *slash = memchr(name.at, '/', name.len);

	if (!slash)
		return false;
	*backend = span_make(name.at, (size_t)(slash - name.at));
	*server = span_make(slash + 1, name.len - backend->len - 1);
	return backend->len && server->len;
}

static long cell_number(const struct sample *sample, size_t row, const char *column)
{
	long number = 0;

	span_to_long(sample_cell(sample, row, sample_column(sample, span_of(column))), &number);
	return number;
}

static int find_server(const struct sample *sample, struct span backend, struct span server,
		       long *count, struct err *err)
{
	for (size_t row = 0; row < sample->rows.count; row++) {
		if (sample->rows.items[row].type != ROW_SERVER ||
		    !span_equal(sample_server(sample, row), server) ||
		    !span_equal(sample_proxy(sample, row), backend))
			continue;
		*count = cell_number(sample, row, "scur") + cell_number(sample, row, "qcur");
		return 0;
	}
	return err_set(err, ERR_NOT_FOUND, "there is no server '%.*s/%.*s'", (int)backend.len,
		       backend.at, (int)server.len, server.at);
}

int sessions_count(struct service *service, struct span backend, struct span server,
		   long *count, struct err *err)
{
	struct sample sample = SAMPLE_INIT;
	struct str    command = STR_INIT, reply = STR_INIT;
	int           status;

	str_add_text(&command, "show stat ");
	status = client_escape(&command, backend, err);
	str_add_text(&command, " 4 -1");
	if (status == 0)
		status = service_run(service, command.bytes, &reply, err);
	if (status == 0 && span_is(reply_last_line(str_span(&reply)), "No such proxy."))
		status = err_set(err, ERR_NOT_FOUND, "there is no backend '%.*s'",
				 (int)backend.len, backend.at);
	if (status == 0)
		status = sample_parse(&sample, &reply, clock_monotonic_ms(), err);
	if (status == 0)
		status = find_server(&sample, backend, server, count, err);
	sample_release(&sample);
	str_release(&command);
	str_release(&reply);
	return status;
}

int sessions_wait(struct service *service, struct span backend, struct span server,
		  int64_t timeout_ms, long *left, struct err *err)
{
	int64_t rest = timeout_ms, step = FIRST_STEP_MS;

	for (;;) {
		if (sessions_count(service, backend, server, left, err) < 0)
			return -1;
		if (*left == 0 || rest <= 0)
			return 0;
		if (step > rest)
			step = rest;
		if (service_sleep(service, step, err) < 0)
			return -1;
		rest -= step;
		step = step * 2 < LAST_STEP_MS ? step * 2 : LAST_STEP_MS;
	}
}

int sessions_left(struct err *err, enum err_code code, long left, struct span name,
		  int64_t timeout_ms)
{
	return err_set(err, code, "%ld session%s left on '%.*s' after %g s", left,
		       left == 1 ? " is" : "s are", (int)name.len, name.at,
		       (double)timeout_ms / 1000);
}
