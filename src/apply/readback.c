/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading back what steps promised (steps.h: steps_verify). */
#include <stdlib.h>
#include <string.h>

#include "penstock/apply/steps.h"
#include "penstock/base/map.h"
#include "penstock/base/mem.h"

enum { ADMIN_FORCED_MAINT = 1 }; /* bit of srv_admin_state */

/* What is looked at, by its name in the header of `show servers state`. */
enum state_column { BACKEND, SERVER, ADDRESS, PORT, WEIGHT, ADMIN, STATE_COLUMNS };
static const char *const state_columns[] = {
	[BACKEND] = "be_name", [SERVER] = "srv_name",      [ADDRESS] = "srv_addr",
	[PORT] = "srv_port",   [WEIGHT] = "srv_uweight",   [ADMIN] = "srv_admin_state",
};

/* One reply, as rows found by "backend/server". */
struct states {
	struct str bytes;
	size_t     at[STATE_COLUMNS];
	struct map rows; /* key -> first byte of the row in bytes */
};

static void split_row(const struct states *states, const char *row, struct span *cells)
{
	const char *end = strchr(row, '\n');
	struct span rest = end ? span_make(row, (size_t)(end - row)) : span_of(row), cell;

	for (int i = 0; i < STATE_COLUMNS; i++)
		cells[i] = span_make("", 0);
	for (size_t column = 0; span_split(&rest, ' ', &cell); column++)
		for (int i = 0; i < STATE_COLUMNS; i++)
			if (states->at[i] == column)
				cells[i] = cell;
}

static bool read_header(struct states *states, struct span line)
{
	struct span cell;
	int         found = 0;

	if (!span_starts(line, "# "))
		return false;
	line = span_make(line.at + 2, line.len - 2);
	for (size_t column = 0; span_split(&line, ' ', &cell); column++) {
		for (int i = 0; i < STATE_COLUMNS; i++) {
			if (!span_is(cell, state_columns[i]))
				continue;
			states->at[i] = column;
			found++;
		}
	}
	return found == STATE_COLUMNS;
}

static void make_key(struct str *key, struct span backend, struct span server)
{
	str_reset(key);
	str_add_span(key, backend);
	str_add_char(key, '/');
	str_add_span(key, server);
}

static int read_states(struct states *states, struct err *err)
{
	struct span rest = str_span(&states->bytes), line, cells[STATE_COLUMNS];
	struct str  key = STR_INIT;
	bool        header = false;

	while (span_split(&rest, '\n', &line)) {
		if (!header) {
			header = read_header(states, line);
		} else if (line.len) {
			split_row(states, line.at, cells);
			make_key(&key, cells[BACKEND], cells[SERVER]);
			map_put(&states->rows, str_span(&key), (void *)line.at);
		}
	}
	str_release(&key);
	if (!header)
		return err_set(err, ERR_PROTOCOL, "no answer to 'show servers state' that can be "
			       "read back");
	return 0;
}

static int differs(const struct promise *promise, const char *what, struct span is,
		   const char *want, struct err *err)
{
	return err_set(err, ERR_FAILED, "read back, the %s of '%s/%s' is %.*s and not %s", what,
		       promise->backend, promise->server, (int)is.len, is.at, want);
}

static int check_number(const struct promise *promise, const char *what, struct span is, long want,
			struct err *err)
{
	struct str text = STR_INIT;
	long       number;
	int        status = 0;

	if (want < 0)
		return 0;
	if (!span_to_long(is, &number) || number != want) {
		str_addf(&text, "%ld", want);
		status = differs(promise, what, is, text.bytes, err);
	}
	str_release(&text);
	return status;
}

static int check_row(const struct states *states, const struct promise *promise, const char *row,
		     struct err *err)
{
	struct span cells[STATE_COLUMNS];
	long        bits = 0;

	split_row(states, row, cells);
	if (promise->address && !span_is(cells[ADDRESS], promise->address))
		return differs(promise, "address", cells[ADDRESS], promise->address, err);
	if (check_number(promise, "port", cells[PORT], promise->port, err) < 0 ||
	    check_number(promise, "weight", cells[WEIGHT], promise->weight, err) < 0)
		return -1;
	span_to_long(cells[ADMIN], &bits);
	if (promise->maint >= 0 && promise->maint != (bits & ADMIN_FORCED_MAINT))
		return err_set(err, ERR_FAILED, "read back, '%s/%s' is %sin maintenance",
			       promise->backend, promise->server, promise->maint ? "not " : "");
	return 0;
}

/* `later`: servers that steps behind this one promise something of. */
static int check_promise(const struct states *states, const struct promise *promise,
			 struct map *later, struct err *err)
{
	struct str  key = STR_INIT;
	const char *row;
	bool        again;
	int         status = 0;

	make_key(&key, span_of(promise->backend), span_of(promise->server));
	row = map_get(&states->rows, str_span(&key));
	again = map_put(later, str_span(&key), (void *)promise) != NULL;
	if (!promise->absent && !row && !again)
		status = err_set(err, ERR_FAILED, "read back, there is no server '%s'", key.bytes);
	else if (promise->absent && row && !again)
		status = err_set(err, ERR_FAILED, "read back, the server '%s' is still there",
				 key.bytes);
	else if (row && !promise->absent)
		status = check_row(states, promise, row, err);
	str_release(&key);
	return status;
}

/* The one backend that all promises are about, or NULL: then all are asked. */
static const char *only_backend(const struct plan *plan, size_t *promises)
{
	const char *only = NULL;
	bool        several = false;

	for (size_t i = 0; i < plan->steps.count; i++) {
		const char *backend = plan->steps.items[i].promise.backend;

		if (!backend)
			continue;
		++*promises;
		several = several || (only && strcmp(only, backend) != 0);
		only = backend;
	}
	return several ? NULL : only;
}

static int ask_states(struct service *service, const char *backend, struct str *reply,
		      struct err *err)
{
	struct str command = STR_INIT;
	int        status = 0;

	str_add_text(&command, "show servers state");
	if (backend) {
		str_add_char(&command, ' ');
		status = client_escape(&command, span_of(backend), err);
	}
	if (status == 0)
		status = service_run(service, command.bytes, reply, err);
	str_release(&command);
	return status;
}

int steps_verify(struct service *service, const struct plan *plan, struct err *err)
{
	struct states states = { .bytes = STR_INIT, .rows = MAP_INIT };
	struct map    later = MAP_INIT;
	size_t        promises = 0;
	const char   *backend = only_backend(plan, &promises);
	int           status;

	if (!promises)
		return 0;
	status = ask_states(service, backend, &states.bytes, err);
	if (status == 0)
		status = read_states(&states, err);
	for (size_t i = plan->steps.count; i-- > 0 && status == 0;)
		if (plan->steps.items[i].promise.backend)
			status = check_promise(&states, &plan->steps.items[i].promise, &later, err);
	map_release(&states.rows, NULL);
	map_release(&later, NULL);
	str_release(&states.bytes);
	return status;
}
