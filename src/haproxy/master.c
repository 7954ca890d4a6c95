/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/haproxy/master.h"

#include <string.h>

#include "penstock/base/mem.h"
#include "penstock/haproxy/reply.h"

enum { RELOAD_TIMEOUT_MS = 120000 }; /* it answers after the new worker is ready */

const char *const worker_kind_names[] = { "master", "worker", "old worker", "program" };

/* The headings of `show proc`. */
static const struct {
	const char      *heading;
	enum worker_kind kind;
} heading_table[] = {
	{ "# workers", WORKER_CURRENT },
	{ "# old workers", WORKER_OLD },
	{ "# programs", WORKER_PROGRAM },
	{ "# old programs", WORKER_PROGRAM },
};

static bool next_word(struct span *rest, struct span *word)
{
	while (span_split(rest, ' ', word))
		if (word->len)
			return true;
	return false;
}

static void read_heading(struct span line, enum worker_kind *kind)
{
	for (size_t i = 0; i < N(heading_table); i++)
		if (span_is(line, heading_table[i].heading))
			*kind = heading_table[i].kind;
}

static int read_failed(struct span *rest, struct span *word, long *failed)
{
	if (!next_word(rest, word) || !span_ends(*word, "]"))
		return -1;
	word->len--;
	if (!span_to_long(*word, failed))
		return -1;
	return next_word(rest, word) ? 0 : -1;
}

/* Before 2.5 a process has a number among its like: "1", or "[was: 1]". */
static int skip_relative_pid(struct span *rest)
{
	struct span word;

	if (!next_word(rest, &word))
		return -1;
	return span_is(word, "[was:") && !next_word(rest, &word) ? -1 : 0;
}

/* "PID TYPE [RELATIVE-PID] RELOADS [failed: N] UPTIME VERSION" */
static int read_worker(struct span line, enum worker_kind kind, bool relative,
		       struct worker *worker)
{
	struct span rest = line, word;

	*worker = (struct worker){ .kind = kind, .uptime = STR_INIT, .version = STR_INIT };
	if (!next_word(&rest, &word) || !span_to_long(word, &worker->pid))
		return -1;
	if (!next_word(&rest, &word))
		return -1;
	if (relative && skip_relative_pid(&rest) < 0)
		return -1;
	if (!next_word(&rest, &word) || !span_to_long(word, &worker->reloads))
		return -1;
	if (!next_word(&rest, &word))
		return -1;
	if (span_is(word, "[failed:") && read_failed(&rest, &word, &worker->failed) < 0)
		return -1;
	str_add_span(&worker->uptime, word);
	if (next_word(&rest, &word))
		str_add_span(&worker->version, word);
	return 0;
}

static int refuse(const char *command, struct span said, struct err *err)
{
	struct str words = STR_INIT;

	reply_quote(&words, said);
	err_set(err, ERR_PROTOCOL, "no answer to '%s': it says '%s'; is this the master socket?",
		command, words.bytes);
	str_release(&words);
	return -1;
}

int workers_parse(struct workers *workers, struct span reply, struct err *err)
{
	enum worker_kind kind = WORKER_MASTER;
	struct span      line, rest = span_trim(reply);
	bool             relative;

	if (!span_starts(rest, "#<PID>"))
		return refuse("show proc", rest, err);
	relative = span_contains(rest, span_of("<relative PID>"));
	while (span_split(&rest, '\n', &line)) {
		struct worker worker;

		line = span_trim(line);
		if (!line.len)
			continue;
		if (line.at[0] == '#') {
			read_heading(line, &kind);
			continue;
		}
		if (read_worker(line, kind, relative, &worker) < 0) {
			str_release(&worker.uptime);
			str_release(&worker.version);
			return refuse("show proc", line, err);
		}
		*vec_push(&workers->list) = worker;
	}
	return 0;
}

void workers_release(struct workers *workers)
{
	for (size_t i = 0; i < workers->list.count; i++) {
		str_release(&workers->list.items[i].uptime);
		str_release(&workers->list.items[i].version);
	}
	vec_release(&workers->list);
}

static const struct worker *newest(const struct workers *workers, enum worker_kind kind)
{
	const struct worker *best = NULL;

	for (size_t i = 0; i < workers->list.count; i++) {
		const struct worker *worker = &workers->list.items[i];

		if (worker->kind == kind && (!best || worker->reloads < best->reloads))
			best = worker;
	}
	return best;
}

long workers_serving(const struct workers *workers)
{
	const struct worker *worker = newest(workers, WORKER_CURRENT);

	if (!worker)
		worker = newest(workers, WORKER_OLD);
	return worker ? worker->pid : 0;
}

int master_workers(struct client *master, struct workers *workers, struct err *err)
{
	struct str reply = STR_INIT;
	int        status = client_run(master, "show proc", &reply, err);

	if (status == 0)
		status = workers_parse(workers, str_span(&reply), err);
	if (status < 0)
		err_prefix(err, "master '%s'", master->name.bytes);
	str_release(&reply);
	return status;
}

/* "Success=1\n--\nmessages" since 2.7; before that nothing. */
static int read_answer(struct span reply, enum reload_answer *answer, struct str *messages,
		       struct err *err)
{
	struct span line;

	if (reply_is_empty(reply)) {
		*answer = RELOAD_ACCEPTED;
		return 0;
	}
	if (reply_is_denied(reply))
		return err_set(err, ERR_DENIED, "the socket's level does not allow 'reload'");
	if (!span_starts(reply, "Success="))
		return refuse("reload", reply, err);
	span_split(&reply, '\n', &line);
	*answer = span_is(span_trim(line), "Success=1") ? RELOAD_DONE : RELOAD_REFUSED;
	if (span_starts(reply, "--\n"))
		reply = span_make(reply.at + 3, reply.len - 3);
	str_add_span(messages, span_trim(reply));
	return 0;
}

int master_reload(struct client *master, enum reload_answer *answer, struct str *messages,
		  struct err *err)
{
	struct str reply = STR_INIT;
	int64_t    before = master->timeout_ms;
	int        status;

	master->timeout_ms = RELOAD_TIMEOUT_MS;
	status = client_run(master, "reload", &reply, err);
	master->timeout_ms = before;
	if (status == 0)
		status = read_answer(str_span(&reply), answer, messages, err);
	if (status < 0)
		err_prefix(err, "master '%s'", master->name.bytes);
	str_release(&reply);
	return status;
}
