/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/haproxy/process.h"

#include <stdlib.h>
#include <string.h>

#include "penstock/base/clock.h"
#include "penstock/base/mem.h"
#include "penstock/haproxy/reply.h"

enum { RATE_BASE_MS = 200 }; /* pictures closer than this make no good rates */

/*
 * One exchange asks for all; the table comes first, so that its bytes need not
 * be moved, and who it is only when that may have changed.
 */
static const char *const refresh_commands[] = {
	"show stat", "show info", "show cli level", "help",
};
enum { ASK_STAT, ASK_INFO, ASK_LEVEL, ASK_HELP, ASK_COUNT, ASK_USUAL = ASK_LEVEL };

struct process *process_new(struct loop *loop, struct log *log, const char *address,
			    bool is_master, struct err *err)
{
	struct process *process = xcalloc(1, sizeof(*process));

	if (client_init(&process->client, loop, address, is_master, err) < 0) {
		free(process);
		return NULL;
	}
	process->log = log;
	str_init(&process->version);
	str_init(&process->node);
	str_init(&process->info);
	str_init(&process->trouble);
	process->failure = (struct err)ERR_INIT;
	process->now = process->before = (struct sample)SAMPLE_INIT;
	return process;
}

void process_free(struct process *process)
{
	if (!process)
		return;
	if (process->refreshing)
		exchange_cancel(process->refreshing);
	loop_timer_stop(process->failing);
	client_release(&process->client);
	strings_release(&process->commands);
	str_release(&process->version);
	str_release(&process->node);
	str_release(&process->info);
	str_release(&process->trouble);
	err_release(&process->failure);
	sample_release(&process->now);
	sample_release(&process->before);
	free(process);
}

static const char *name_of(const struct process *process)
{
	return process->client.name.bytes;
}

bool process_has_command(const struct process *process, const char *words)
{
	size_t len = strlen(words);

	for (size_t i = 0; i < process->commands.list.count; i++) {
		const char *command = process->commands.list.items[i];

		if (strncmp(command, words, len) == 0 &&
		    (command[len] == '\0' || command[len] == ' '))
			return true;
	}
	return false;
}

static void set_span(struct str *to, struct span from)
{
	str_reset(to);
	str_add_span(to, from);
}

/* Gives whether this is another process than the one that we knew. */
static bool read_identity(struct process *process, struct span info)
{
	long pid = info_number(info, "Pid", 0);
	long start = info_number(info, "Start_time_sec", 0);
	long uptime = info_number(info, "Uptime_sec", 0);
	bool other = process->known &&
		     (pid != process->pid || start != process->start_time_s ||
		      (!start && uptime < process->uptime_s));

	process->pid = pid;
	process->start_time_s = start;
	process->uptime_s = uptime;
	set_span(&process->version, info_value(info, "Version"));
	process->version_number = version_parse(str_span(&process->version));
	set_span(&process->node, info_value(info, "node"));
	process->known = true;
	return other;
}

static int check_info(const struct process *process, struct span info, struct err *err)
{
	if (info_number(info, "Pid", 0) > 0)
		return 0;
	if (reply_is_denied(info))
		return err_set(err, ERR_DENIED, "'%s' denies 'show info'", name_of(process));
	return err_set(err, ERR_PROTOCOL, "'%s' does not answer 'show info' as HAProxy does",
		       name_of(process));
}

static void note_change(struct process *process, long old_pid)
{
	process->reloads_seen++;
	process->identify_next = true;
	process->base_lost = true;
	sample_release(&process->before);
	process->before = (struct sample)SAMPLE_INIT;
	log_add(process->log, LOG_INFO, "'%s' was reloaded: process %ld took over from %ld, "
		"version %s", name_of(process), process->pid, old_pid, process->version.bytes);
}

static void read_rights(struct process *process, struct span level, struct span help)
{
	process->level = capability_level(level);
	capability_commands(help, &process->commands);
	process->identify_next = false;
}

int process_identify(struct process *process, struct err *err)
{
	struct strings replies = STRINGS_INIT;
	int            status;

	status = client_run_all(&process->client, refresh_commands + ASK_INFO,
				ASK_COUNT - ASK_INFO, &replies, err);
	if (status == 0)
		status = check_info(process, span_of(replies.list.items[0]), err);
	if (status == 0) {
		long old = process->pid;

		if (read_identity(process, span_of(replies.list.items[0])))
			note_change(process, old);
		set_span(&process->info, span_of(replies.list.items[0]));
		read_rights(process, span_of(replies.list.items[1]),
			    span_of(replies.list.items[2]));
	}
	strings_release(&replies);
	return status;
}

static void note_trouble(struct process *process, struct err *why)
{
	set_span(&process->trouble, str_span(&why->text));
	if (!process->stale)
		log_add(process->log, LOG_WARN, "'%s' is out of reach: %s", name_of(process),
			why->text.bytes);
	process->stale = true;
	err_take(&process->failure, why);
}

static void note_success(struct process *process)
{
	if (process->stale)
		log_add(process->log, LOG_INFO, "'%s' answers again", name_of(process));
	process->stale = false;
	str_reset(&process->trouble);
	err_clear(&process->failure);
	process->refreshed_ms = process->now.taken_ms;
	process->latency_ms = process->now.taken_ms - process->refresh_started_ms;
}

/* Takes *picture; the older one of the same process becomes the base of rates. */
static void turn_over(struct process *process, struct sample *picture)
{
	bool has_base = process->before.columns.count > 0;
	bool is_base = process->now.columns.count && !process->base_lost &&
		       (!has_base ||
			process->now.taken_ms - process->before.taken_ms >= RATE_BASE_MS);

	sample_release(is_base ? &process->before : &process->now);
	if (is_base)
		process->before = process->now;
	process->now = *picture;
	process->base_lost = false;
}

/* The bytes stand alone afterwards; what lies behind them stays where it is. */
static int take_picture(struct process *process, struct span stat, struct sample *picture,
			struct err *err)
{
	struct str bytes = STR_INIT;

	exchange_take_bytes(process->refreshing, &bytes);
	if (stat.at != bytes.bytes)
		BUG("the table is not what came first");
	str_cut(&bytes, stat.len);
	if (sample_parse(picture, &bytes, clock_monotonic_ms(), err) < 0)
		return err_prefix(err, "'%s'", name_of(process));
	return 0;
}

static int take_replies(struct process *process, const struct span *replies, size_t count,
			struct err *err)
{
	struct sample picture = SAMPLE_INIT;
	long          old = process->pid;

	if (check_info(process, replies[ASK_INFO], err) < 0)
		return -1;
	if (take_picture(process, replies[ASK_STAT], &picture, err) < 0)
		return -1;
	set_span(&process->info, replies[ASK_INFO]);
	if (read_identity(process, replies[ASK_INFO]))
		note_change(process, old);
	if (count == ASK_COUNT)
		read_rights(process, replies[ASK_LEVEL], replies[ASK_HELP]);
	turn_over(process, &picture);
	return 0;
}

static void end_refresh(struct process *process)
{
	process->refreshing = NULL;
	process->refresh_over = true;
	if (process->on_refresh)
		process->on_refresh(process, process->on_refresh_data);
}

static void on_replies(const struct span *replies, size_t count, struct err *err, void *data)
{
	struct process *process = data;
	struct err      why = ERR_INIT;

	if (err)
		err_take(&why, err);
	else
		take_replies(process, replies, count, &why);
	if (why.code == ERR_NONE)
		note_success(process);
	else
		note_trouble(process, &why);
	err_release(&why);
	end_refresh(process);
}

/* A connection that is refused at once is told from a callback all the same. */
static void on_failed_start(void *data)
{
	struct process *process = data;

	loop_timer_stop(process->failing);
	process->failing = NULL;
	end_refresh(process);
}

void process_refresh_start(struct process *process)
{
	struct err why = ERR_INIT;
	bool       all = !process->known || process->identify_next;

	if (process->refreshing || process->failing)
		return;
	process->refresh_over = false;
	process->refresh_started_ms = clock_monotonic_ms();
	process->refreshing = exchange_start(&process->client, refresh_commands,
					     all ? ASK_COUNT : ASK_USUAL, on_replies, process,
					     &why);
	if (process->refreshing)
		return;
	note_trouble(process, &why);
	err_release(&why);
	process->failing = loop_timer_start(process->client.loop, 0, 0, on_failed_start, process);
}

int process_refresh(struct process *process, struct err *err)
{
	process_refresh_start(process);
	if (loop_wait(process->client.loop, &process->refresh_over, -1, err) < 0) {
		/* Given up by the operator: that says nothing about the process. */
		if (process->refreshing)
			exchange_cancel(process->refreshing);
		process->refreshing = NULL;
		return -1;
	}
	if (!process->stale)
		return 0;
	return err_set(err, process->failure.code, "%s", process->failure.text.bytes);
}
