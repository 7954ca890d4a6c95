/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/command/show_process.h"

#include <stdlib.h>
#include <string.h>

#include "penstock/base/mem.h"
#include "penstock/command/console.h"
#include "penstock/command/table.h"
#include "penstock/haproxy/master.h"
#include "penstock/haproxy/reply.h"

/* Every attached process gets a new picture; the first that cannot fails. */
static int refresh_all(struct console *console, struct err *err)
{
	if (!console_process(console, err))
		return -1;
	for (size_t i = 0; i < console->processes.count; i++)
		if (process_refresh(console->processes.items[i], err) < 0)
			return -1;
	return 0;
}

/* The next "Name: value" line of `show info`; false when there is none left. */
static bool next_field(struct span *info, struct span *name, struct span *value)
{
	struct span line;

	while (span_split(info, '\n', &line)) {
		const char *colon = line.len ? memchr(line.at, ':', line.len) : NULL;

		if (!colon)
			continue;
		*name = span_make(line.at, (size_t)(colon - line.at));
		*value = span_trim(span_make(colon + 1, line.len - name->len - 1));
		return true;
	}
	return false;
}

/* As text and CSV one row a field. */
static void show_info_rows(struct call *call, struct span info)
{
	static const struct output_column columns[] = {
		{ "name", "NAME", false }, { "value", "VALUE", false },
	};
	struct output_table table;
	struct span         name, value;

	output_table_begin(&table, call->out, columns, N(columns));
	while (next_field(&info, &name, &value))
		output_table_row(&table, (struct output_cell[]){ output_text(name),
								 output_text(value) });
	output_table_end(&table);
}

/* In JSON all fields are one object. */
static void show_info_object(struct call *call, struct span info)
{
	VEC(struct output_column) columns = VEC_INIT;
	VEC(struct output_cell) cells = VEC_INIT;
	struct strings      names = STRINGS_INIT;
	struct output_table table;
	struct span         name, value;

	while (next_field(&info, &name, &value)) {
		double number;

		strings_add_n(&names, name.at, name.len);
		*vec_push(&columns) = (struct output_column){
			names.list.items[names.list.count - 1], "", false };
		*vec_push(&cells) =
			(struct output_cell){ value, value, span_to_double(value, &number) };
	}
	output_table_begin(&table, call->out, columns.items, columns.count);
	output_table_row(&table, cells.items);
	output_table_end(&table);
	vec_release(&columns);
	vec_release(&cells);
	strings_release(&names);
}

int show_info(struct call *call, struct err *err)
{
	struct console *console = call->console;

	if (refresh_all(console, err) < 0)
		return -1;
	for (size_t i = 0; i < console->processes.count; i++) {
		struct span info = str_span(&console->processes.items[i]->info);

		if (call->out->format == OUTPUT_JSON)
			show_info_object(call, info);
		else
			show_info_rows(call, info);
	}
	return 0;
}

/* The columns of one table being printed. */
struct shown {
	struct table       table;
	struct table_query query;
	struct column_def  sort;        /* what query.sort points at; like columns a copy, */
	VEC(struct column_def) columns; /* because table.extra moves while it grows */
	bool many;                      /* several processes: their addresses come first */
};

static int add_column(struct shown *shown, const struct process *process, struct span name,
		      struct err *err)
{
	const struct column_def *column = table_column(&shown->table, process, name);

	if (!column)
		return err_set(err, ERR_USAGE, "no column '%.*s'; 'help show %s' and 'show stat' "
			       "of HAProxy list them", (int)name.len, name.at,
			       shown->table.def->name);
	*vec_push(&shown->columns) = *column;
	return 0;
}

/* Text shows what fits a screen; programs get every field and what is computed. */
static int add_default_columns(struct shown *shown, const struct process *process,
			       enum output_format format, struct err *err)
{
	const struct table_def *def = shown->table.def;

	for (size_t i = 0; format != OUTPUT_TEXT && i < process->now.columns.count; i++) {
		struct span name = process->now.columns.items[i];

		/* "-" ends the stable columns; it has no values. */
		if (name.len && !span_is(name, "-") &&
		    add_column(shown, process, name, err) < 0)
			return -1;
	}
	for (size_t i = 0; i < def->count; i++) {
		const struct column_def *column = &def->columns[i];
		bool wanted = format == OUTPUT_TEXT ? column->prio >= 3 : !column->field;

		if (wanted)
			*vec_push(&shown->columns) = *column;
	}
	return 0;
}

static int add_named_columns(struct shown *shown, const struct process *process,
			     struct span names, struct err *err)
{
	struct span name;

	while (span_split(&names, ',', &name))
		if (add_column(shown, process, name, err) < 0)
			return -1;
	return 0;
}

static int read_order(struct call *call, struct shown *shown, const struct process *process,
		      struct err *err)
{
	struct table_query      *query = &shown->query;
	struct span              name = call_text(call, "sort");
	const struct column_def *column;

	query->limit = (size_t)call_number(call, "limit", 0);
	if (!call_given(call, "sort"))
		return 0;
	if (span_starts(name, "-")) {
		query->descending = true;
		name = span_make(name.at + 1, name.len - 1);
	}
	column = table_column(&shown->table, process, name);
	if (!column)
		return err_set(err, ERR_USAGE, "no column '%.*s' to sort by", (int)name.len,
			       name.at);
	shown->sort = *column;
	query->sort = &shown->sort;
	return 0;
}

static void print_row(struct output_table *out, const struct shown *shown, size_t row,
		      struct str *texts, struct output_cell *cells)
{
	const struct process *process = shown->table.rows.items[row].process;
	bool                  text = out->out->format == OUTPUT_TEXT;
	size_t                first = shown->many ? 1 : 0;

	if (shown->many)
		cells[0].shown = cells[0].value = str_span(&process->client.name);
	for (size_t i = 0; i < shown->columns.count; i++) {
		const struct column_def *column = &shown->columns.items[i];

		str_reset(&texts[i]);
		if (text)
			table_shown(&shown->table, row, column, &texts[i]);
		else
			table_value(&shown->table, row, column, &texts[i]);
		cells[first + i].shown = cells[first + i].value = str_span(&texts[i]);
		cells[first + i].number = column_kind_table[column->kind].number;
	}
	output_table_row(out, cells);
}

static void print_table(struct call *call, const struct shown *shown)
{
	size_t                first = shown->many ? 1 : 0, count = shown->columns.count + first;
	struct output_column *columns = xcalloc(count, sizeof(*columns));
	struct output_cell   *cells = xcalloc(count, sizeof(*cells));
	struct str           *texts = xcalloc(shown->columns.count, sizeof(*texts));
	struct output_table   out;

	if (shown->many)
		columns[0] = (struct output_column){ "process", "PROCESS", false };
	for (size_t i = 0; i < shown->columns.count; i++) {
		const struct column_def *column = &shown->columns.items[i];

		str_init(&texts[i]);
		columns[first + i] = (struct output_column){
			column->name, column->title, column_kind_table[column->kind].right };
	}
	output_table_begin(&out, call->out, columns, count);
	for (size_t i = 0; i < shown->table.rows.count; i++)
		print_row(&out, shown, i, texts, cells);
	output_table_end(&out);
	for (size_t i = 0; i < shown->columns.count; i++)
		str_release(&texts[i]);
	free(texts);
	free(cells);
	free(columns);
}

static int fill_and_print(struct call *call, struct shown *shown, struct err *err)
{
	struct console *console = call->console;
	struct process *process = console->processes.items[0];
	int             status;

	if (read_order(call, shown, process, err) < 0)
		return -1;
	status = call_given(call, "columns")
			 ? add_named_columns(shown, process, call_text(call, "columns"), err)
			 : add_default_columns(shown, process, call->out->format, err);
	if (status == 0)
		status = table_fill(&shown->table, shown->table.def, console->processes.items,
				    console->processes.count, &shown->query, err);
	if (status == 0)
		print_table(call, shown);
	return status;
}

int show_table(struct call *call, struct err *err)
{
	struct console *console = call->console;
	struct shown    shown = { .table = TABLE_INIT, .columns = VEC_INIT };
	struct strings  globs = STRINGS_INIT;
	struct str      condition = STR_INIT;
	struct where   *where = NULL;
	int             status = 0;

	if (call_given(call, "where")) {
		call_join(call, "where", &condition);
		where = where_parse(str_span(&condition), err);
		status = where ? 0 : -1;
	}
	for (size_t i = 0; i < call_count(call, "glob"); i++) {
		struct span glob = call_item(call, "glob", i);

		strings_add_n(&globs, glob.at, glob.len);
	}
	shown.query.where = where;
	shown.query.globs = &globs;
	shown.table.def = table_find(span_of(strchr(call->def->name, ' ') + 1));
	if (status == 0)
		status = refresh_all(console, err);
	shown.many = console->processes.count > 1;
	if (status == 0)
		status = fill_and_print(call, &shown, err);
	vec_release(&shown.columns);
	table_release(&shown.table);
	strings_release(&globs);
	str_release(&condition);
	where_free(where);
	return status;
}

/* "0x55..: proto=tcpv4 src=… fe=web …" */
static struct span session_value(struct span line, const char *key)
{
	size_t      len = strlen(key);
	struct span word;

	while (span_split(&line, ' ', &word))
		if (span_starts(word, key) && word.len > len && word.at[len] == '=')
			return span_make(word.at + len + 1, word.len - len - 1);
	return span_make("", 0);
}

int show_sessions(struct call *call, struct err *err)
{
	static const struct output_column columns[] = {
		{ "id", "ID", false },   { "proto", "PROTO", false }, { "src", "SOURCE", false },
		{ "fe", "FRONTEND", false }, { "be", "BACKEND", false },
		{ "srv", "SERVER", false }, { "age", "AGE", true }, { "calls", "CALLS", true },
	};
	struct process     *process = console_process(call->console, err);
	struct str          reply = STR_INIT;
	struct output_table table;
	struct span         rest, line;

	if (!process || client_run(&process->client, "show sess", &reply, err) < 0) {
		str_release(&reply);
		return -1;
	}
	output_table_begin(&table, call->out, columns, N(columns));
	rest = str_span(&reply);
	while (span_split(&rest, '\n', &line)) {
		struct output_cell cells[N(columns)];
		const char        *colon = line.len ? memchr(line.at, ':', line.len) : NULL;

		if (!colon || !span_starts(line, "0x"))
			continue;
		cells[0] = output_text(span_make(line.at, (size_t)(colon - line.at)));
		for (size_t i = 1; i < N(columns); i++)
			cells[i] = output_text(session_value(line, columns[i].key));
		/* HAProxy shows the session that asks, too. */
		if (!span_is(cells[3].value, "GLOBAL"))
			output_table_row(&table, cells);
	}
	output_table_end(&table);
	str_release(&reply);
	return 0;
}

static int print_reply(struct call *call, const char *command, struct err *err)
{
	struct process *process = console_process(call->console, err);
	struct str      reply = STR_INIT;
	int             status;

	if (!process)
		return -1;
	status = client_run(&process->client, command, &reply, err);
	if (status == 0 && reply_is_denied(str_span(&reply)))
		status = err_set(err, ERR_DENIED, "'%s' is not allowed on '%s', which grants "
				 "level %s", command, process->client.name.bytes,
				 access_level_names[process->level]);
	else if (status == 0 && reply_is_unknown(str_span(&reply)))
		status = err_set(err, ERR_UNSUPPORTED, "HAProxy %s has no '%s'",
				 process->version.bytes, command);
	else if (status == 0)
		output_lines(call->out, span_trim(str_span(&reply)));
	str_release(&reply);
	return status;
}

int show_errors(struct call *call, struct err *err)
{
	return print_reply(call, "show errors", err);
}

/* Commands whose reply is shown as HAProxy words it. */
struct raw_def {
	const char *name;    /* of ours */
	const char *command; /* HAProxy's */
};

static const struct raw_def raw_table[] = {
	{ "show tables", "show table" },      { "show maps", "show map" },
	{ "show acls", "show acl" },          { "show certs", "show ssl cert" },
	{ "show activity", "show activity" }, { "show events", "show events" },
};

int show_raw(struct call *call, struct err *err)
{
	for (size_t i = 0; i < N(raw_table); i++)
		if (strcmp(raw_table[i].name, call->def->name) == 0)
			return print_reply(call, raw_table[i].command, err);
	BUG("no Runtime API command for '%s'", call->def->name);
}

static const struct output_column worker_columns[] = {
	{ "kind", "KIND", false },       { "pid", "PID", true },
	{ "reloads", "RELOADS", true },  { "failed", "FAILED", true },
	{ "uptime", "UPTIME", true },    { "version", "VERSION", false },
};

/* Numbers below 0 are not known. */
static void print_worker(struct output_table *table, const struct worker *worker)
{
	const long         numbers[] = { worker->pid, worker->reloads, worker->failed };
	struct str         texts[] = { STR_INIT, STR_INIT, STR_INIT };
	struct output_cell cells[N(worker_columns)];

	for (size_t i = 0; i < N(numbers); i++)
		if (numbers[i] >= 0)
			str_addf(&texts[i], "%ld", numbers[i]);
	cells[0] = output_text(span_of(worker_kind_names[worker->kind]));
	for (size_t i = 0; i < N(texts); i++)
		cells[1 + i] = output_number(str_span(&texts[i]));
	cells[4] = output_text(str_span(&worker->uptime));
	cells[5] = output_text(str_span(&worker->version));
	output_table_row(table, cells);
	for (size_t i = 0; i < N(texts); i++)
		str_release(&texts[i]);
}

static int show_master_workers(struct call *call, struct client *master, struct err *err)
{
	struct workers      workers = WORKERS_INIT;
	struct output_table table;

	if (master_workers(master, &workers, err) < 0)
		return -1;
	output_table_begin(&table, call->out, worker_columns, N(worker_columns));
	for (size_t i = 0; i < workers.list.count; i++) {
		struct worker worker = workers.list.items[i];

		if (worker.kind != WORKER_MASTER)
			worker.failed = -1;
		print_worker(&table, &worker);
	}
	output_table_end(&table);
	workers_release(&workers);
	return 0;
}

/* Without a master socket /proc tells at least who is there. */
static int show_local_workers(struct call *call, const struct process *process, struct err *err)
{
	struct local_processes      list = LOCAL_PROCESSES_INIT;
	const struct local_process *manager;
	struct output_table         table;

	if (local_find(&list, err) < 0)
		return -1;
	manager = local_manager(&list, (pid_t)process->pid);
	if (!manager) {
		local_release(&list);
		return err_set(err, ERR_UNSUPPORTED, "there is no master socket, and pid %ld does "
			       "not run on this machine; name the socket with -S", process->pid);
	}
	output_table_begin(&table, call->out, worker_columns, N(worker_columns));
	for (size_t i = 0; i < list.list.count; i++) {
		const struct local_process *one = &list.list.items[i];
		struct worker worker = {
			.kind = one->leaving ? WORKER_OLD : WORKER_CURRENT,
			.pid = (long)one->pid,
			.reloads = -1,
			.failed = -1,
			.uptime = STR_INIT,
			.version = STR_INIT,
		};

		if (one == manager && one->master)
			worker.kind = WORKER_MASTER;
		if (one == manager || one->parent == manager->pid)
			print_worker(&table, &worker);
	}
	output_table_end(&table);
	local_release(&list);
	return 0;
}

int show_workers(struct call *call, struct err *err)
{
	struct console *console = call->console;
	struct process *process = console_process(console, err);

	if (!process)
		return -1;
	service_look(&console->service);
	if (console->service.master)
		return show_master_workers(call, console->service.master, err);
	return show_local_workers(call, process, err);
}
