/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/apply/reload.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "penstock/apply/check.h"
#include "penstock/apply/successor.h"
#include "penstock/base/clock.h"
#include "penstock/base/mem.h"
#include "penstock/haproxy/master.h"
#include "penstock/sys/child.h"

enum {
	FIRST_STEP_MS = 50,
	LAST_STEP_MS = 250,
	DEFAULT_TIMEOUT_MS = 30000,
	QUOTE_MAX = 400,
	SETTLE_MS = 5000, /* for what should be there at once */
};

const struct reload_way_def reload_way_table[] = {
	[RELOAD_NONE] = { "none", "in no way that is known" },
	[RELOAD_COMMAND] = { "command", "by the reload-command" },
	[RELOAD_MASTER] = { "master", "through the master socket" },
	[RELOAD_SIGNAL] = { "signal", "by SIGUSR2 to the master" },
	[RELOAD_SUCCESSOR] = { "successor", "by a new process that takes over" },
};

/* One reload under way. */
struct reload {
	struct service       *service;
	struct reload_result *result;
	bool    answered;    /* 2.7 and later: the master has said that it is done */
	long    tries;       /* reloads that the master counted before */
	pid_t   successor;   /* 0: none that we could watch */
	bool    old_answers; /* at the last look */
	int64_t left_ms;
};

typedef int (*start_fn)(struct reload *reload, struct err *err);

/* 1: the new worker serves, 0: not yet, -1: it never will. */
typedef int (*look_fn)(struct reload *reload, struct err *err);

void reload_result_release(struct reload_result *result)
{
	str_release(&result->messages);
	str_release(&result->warning);
}

static int64_t timeout_of(const struct service *service)
{
	int64_t given = service->options.reload_timeout_ms;

	return given > 0 ? given : DEFAULT_TIMEOUT_MS;
}

/* An error that only says that nobody is there yet. */
static int not_yet(struct reload *reload, struct err *why, struct err *err)
{
	bool cancelled = why->code == ERR_CANCELLED && !reload->service->undoing;

	if (cancelled)
		err_take(err, why);
	err_release(why);
	return cancelled ? -1 : 0;
}

/* The PID behind the attached socket; 0 when it does not answer, or is leaving. */
static long ask_pid(struct service *service, struct err *err)
{
	struct str reply = STR_INIT;
	long       pid = 0;

	if (service_run(service, "show info", &reply, err) == 0 &&
	    info_number(str_span(&reply), "Stopping", 0) == 0)
		pid = info_number(str_span(&reply), "Pid", 0);
	str_release(&reply);
	return pid;
}

static int look_at_socket(struct reload *reload, struct err *err)
{
	struct err why = ERR_INIT;
	long       pid;

	if (!reload->service->process)
		return 1;
	pid = ask_pid(reload->service, &why);
	reload->old_answers = pid == reload->result->old_pid;
	if (!pid || reload->old_answers)
		return not_yet(reload, &why, err);
	err_release(&why);
	reload->result->new_pid = pid;
	return 1;
}

static int too_late(const struct reload *reload, int64_t asked_ms, struct err *err)
{
	const struct service *service = reload->service;
	double                seconds = (double)asked_ms / 1000;

	if (!service->process)
		return err_set(err, ERR_TIMEOUT, "no new worker within %g s", seconds);
	if (reload->old_answers)
		return err_set(err, ERR_TIMEOUT, "no new worker answers on '%s' within %g s: the "
			       "old one (process %ld) still does; HAProxy's log says why",
			       service->process->client.name.bytes, seconds,
			       reload->result->old_pid);
	return err_set(err, ERR_TIMEOUT, "nobody answers on '%s' within %g s",
		       service->process->client.name.bytes, seconds);
}

/* Looks again and again, at longer and longer steps. */
static int wait_for(struct reload *reload, look_fn look, struct err *err)
{
	int64_t asked = reload->left_ms, step = FIRST_STEP_MS;

	for (;;) {
		int64_t began = clock_monotonic_ms(), spent;
		int     status = look(reload, err);

		if (status != 0)
			return status < 0 ? -1 : 0;
		if (reload->left_ms <= 0)
			return too_late(reload, asked, err);
		if (service_sleep(reload->service, step, err) < 0)
			return -1;
		/* The clock may stand still; then the sleeps count. */
		spent = clock_monotonic_ms() - began;
		reload->left_ms -= spent > step ? spent : step;
		step += step / 4;
		if (step > LAST_STEP_MS)
			step = LAST_STEP_MS;
	}
}

static bool has_local_master(const struct service *service)
{
	return service->local.pid > 1 && service->local.master;
}

/* Whether the process is still the one that was looked at. */
static int check_local(const struct service *service, struct err *err)
{
	struct local_process now = { .pid = 0 };
	bool                 same;

	if (local_read(service->local.pid, &now, err) < 0)
		return -1;
	same = now.start_ticks == service->local.start_ticks;
	local_process_release(&now);
	if (!same)
		return err_set(err, ERR_NOT_FOUND, "process %ld is another one by now",
			       (long)service->local.pid);
	return 0;
}

/* Whether the process catches the signal, by "SigCgt:\t0000000000000a01" in
 * /proc; where there is nothing to read, so it is hoped. */
static bool catches(pid_t pid, int number)
{
	struct str  path = STR_INIT, text = STR_INIT;
	const char *mask = NULL;
	bool        caught;

	str_addf(&path, "/proc/%ld/status", (long)pid);
	if (file_read(path.bytes, &text, NULL, NULL) == 0)
		mask = strstr(text.bytes, "SigCgt:");
	if (mask)
		mask += strlen("SigCgt:");
	caught = !mask || (strtoull(mask, NULL, 16) >> (number - 1) & 1);
	str_release(&path);
	str_release(&text);
	return caught;
}

/* While it starts, and starts itself anew for a reload, HAProxy ignores the
 * signal: one sent then is lost. */
static int look_for_readiness(struct reload *reload, struct err *err)
{
	if (check_local(reload->service, err) < 0)
		return -1;
	return catches(reload->service->local.pid, SIGUSR2);
}

static bool has_command(const struct service *service)
{
	return service->options.reload_command && *service->options.reload_command;
}

static void describe_command(const struct service *service, struct str *words)
{
	str_addf(words, "by the reload-command '%s'", service->options.reload_command);
}

static int refused_by_command(struct reload *reload, const struct child_result *said,
			      struct err *err)
{
	struct span words = span_trim(str_span(said->err.len ? &said->err : &said->out));

	str_add_span(&reload->result->messages, words);
	if (words.len > QUOTE_MAX)
		words.len = QUOTE_MAX;
	if (!words.len)
		return err_set(err, ERR_REJECTED, "the reload-command '%s' ended with status %d",
			       reload->service->options.reload_command, said->status);
	return err_set(err, ERR_REJECTED, "the reload-command '%s' ended with status %d: %.*s",
		       reload->service->options.reload_command, said->status, (int)words.len,
		       words.at);
}

/* Most commands come down to a signal to the master. */
static int wait_for_master(struct reload *reload, struct err *err)
{
	struct err why = ERR_INIT;
	int64_t    left = reload->left_ms;
	int        status;

	if (!has_local_master(reload->service))
		return 0;
	reload->left_ms = left < SETTLE_MS ? left : SETTLE_MS;
	status = wait_for(reload, look_for_readiness, &why);
	reload->left_ms = left;
	return status < 0 ? not_yet(reload, &why, err) : 0;
}

static int start_command(struct reload *reload, struct err *err)
{
	const char *const argv[] = { "/bin/sh", "-c", reload->service->options.reload_command,
				     NULL };
	struct child_spec   spec = { .argv = argv, .timeout_ms = reload->left_ms };
	struct child_result said;
	int                 status;

	if (wait_for_master(reload, err) < 0)
		return -1;
	status = service_child(reload->service, &spec, &said, err);
	if (status == 0 && said.status != 0)
		status = refused_by_command(reload, &said, err);
	child_result_release(&said);
	return status;
}

static bool has_master_socket(const struct service *service)
{
	return service->master != NULL;
}

static void describe_master(const struct service *service, struct str *words)
{
	str_addf(words, "through the master socket '%s'", service->master->name.bytes);
}

static const struct worker *find_master(const struct workers *workers)
{
	for (size_t i = 0; i < workers->list.count; i++)
		if (workers->list.items[i].kind == WORKER_MASTER)
			return &workers->list.items[i];
	return NULL;
}

/* HAProxy's own words, where there are any: 2.6 writes them to its log only. */
static int refused_by_master(struct reload *reload, struct err *err)
{
	const struct strings none = STRINGS_INIT;
	struct check_result  result = CHECK_RESULT_INIT;
	bool                 fatal = false;

	check_parse(str_span(&reload->result->messages), &none, &none, &result);
	for (size_t i = 0; i < result.messages.count; i++)
		fatal = fatal || result.messages.items[i].fatal;
	if (fatal)
		check_error(&result, err);
	else
		err_set(err, ERR_REJECTED, "haproxy refused to reload and serves on as before; "
			"why stands in its log (try 'journalctl -u haproxy'), often that an "
			"address to bind is in use");
	check_result_release(&result);
	return -1;
}

static int ask_workers(struct reload *reload, struct workers *workers, struct err *err)
{
	struct err why = ERR_INIT;
	int        status;

	do {
		err_clear(&why);
		status = master_workers(reload->service->master, workers, &why);
	} while (status < 0 && why.code == ERR_CANCELLED && reload->service->undoing);
	if (status < 0)
		err_take(err, &why);
	err_release(&why);
	return status;
}

static int start_master(struct reload *reload, struct err *err)
{
	struct workers       workers = WORKERS_INIT;
	enum reload_answer   answer = RELOAD_ACCEPTED;
	const struct worker *master;
	struct err           why = ERR_INIT;
	int                  status = ask_workers(reload, &workers, err);

	if (status == 0) {
		master = find_master(&workers);
		reload->tries = master ? master->reloads : 0;
		if (!reload->result->old_pid)
			reload->result->old_pid = workers_serving(&workers);
	}
	workers_release(&workers);
	if (status < 0)
		return -1;
	if (master_reload(reload->service->master, &answer, &reload->result->messages, &why) < 0) {
		/* While undoing, a ^C here leaves it to `show proc` what came of it. */
		if (why.code != ERR_CANCELLED || !reload->service->undoing) {
			err_take(err, &why);
			return -1;
		}
		err_release(&why);
	}
	if (answer == RELOAD_REFUSED)
		return refused_by_master(reload, err);
	reload->answered = answer == RELOAD_DONE;
	return 0;
}

/* What `show proc` says of the try that start_master began. */
static int judge_workers(struct reload *reload, const struct workers *workers, struct err *err)
{
	const struct worker *master = find_master(workers);
	long                 serving = workers_serving(workers);

	if (!reload->answered && (!master || master->reloads <= reload->tries))
		return 0;
	if (master && master->failed)
		return refused_by_master(reload, err);
	if (!serving || serving == reload->result->old_pid)
		return 0;
	reload->result->new_pid = serving;
	return 1;
}

static int look_at_master(struct reload *reload, struct err *err)
{
	struct workers workers = WORKERS_INIT;
	struct err     why = ERR_INIT;
	int            status;

	if (ask_workers(reload, &workers, &why) < 0)
		status = not_yet(reload, &why, err);
	else
		status = judge_workers(reload, &workers, err);
	workers_release(&workers);
	return status;
}

static void describe_signal(const struct service *service, struct str *words)
{
	str_addf(words, "by SIGUSR2 to the master, process %ld", (long)service->local.pid);
}

static int start_signal(struct reload *reload, struct err *err)
{
	pid_t pid = reload->service->local.pid;

	if (wait_for(reload, look_for_readiness, err) < 0)
		return err_prefix(err, "waiting for the master, process %ld, to take signals",
				  (long)pid);
	if (kill(pid, SIGUSR2) < 0)
		return err_errno(err, errno == EPERM ? ERR_DENIED : ERR_IO,
				 "cannot send SIGUSR2 to process %ld", (long)pid);
	return 0;
}

static bool is_local(const struct service *service)
{
	/* Whatever is process 1 takes all others with it when it ends. */
	return service->local.pid > 1;
}

static int start_successor(struct reload *reload, struct err *err)
{
	if (check_local(reload->service, err) < 0)
		return -1;
	return successor_start(reload->service, reload->left_ms, &reload->successor,
			       &reload->result->messages, err);
}

static int look_at_successor(struct reload *reload, struct err *err)
{
	int status = look_at_socket(reload, err);

	if (status != 0 || !reload->successor || kill(reload->successor, 0) == 0 ||
	    errno != ESRCH)
		return status;
	return err_set(err, ERR_REJECTED, "the new process ended before it answered; "
		       "perhaps an address to bind is in use");
}

static const struct way_def {
	bool (*is_there)(const struct service *service);
	void (*describe)(const struct service *service, struct str *words);
	start_fn start;
	look_fn  look;
} way_table[] = {
	[RELOAD_COMMAND] = { has_command, describe_command, start_command, look_at_socket },
	[RELOAD_MASTER] = { has_master_socket, describe_master, start_master, look_at_master },
	[RELOAD_SIGNAL] = { has_local_master, describe_signal, start_signal, look_at_socket },
	[RELOAD_SUCCESSOR] = { is_local, successor_describe, start_successor,
			       look_at_successor },
};

enum reload_way reload_find_way(struct service *service, struct str *words)
{
	service_look(service);
	for (size_t i = RELOAD_COMMAND; i < N(way_table); i++) {
		if (!way_table[i].is_there(service))
			continue;
		way_table[i].describe(service, words);
		return (enum reload_way)i;
	}
	str_add_text(words, "no way to reload is known: HAProxy does not run on this machine, or "
		     "not so that it can be seen; try -S with the master socket, or "
		     "'option reload-command COMMAND'");
	return RELOAD_NONE;
}

/* The master has reloaded; what the attached socket says is another matter: the
 * new configuration may have moved it. */
static int wait_for_socket(struct reload *reload, struct err *err)
{
	struct err why = ERR_INIT;
	long       pid = reload->result->new_pid;

	reload->left_ms = SETTLE_MS;
	if (wait_for(reload, look_at_socket, &why) == 0)
		return 0;
	if (why.code == ERR_CANCELLED) {
		err_take(err, &why);
		return -1;
	}
	reload->result->new_pid = pid;
	str_addf(&reload->result->warning, "the new worker serves, but %s", why.text.bytes);
	if (reload->service->log)
		log_add(reload->service->log, LOG_WARN, "%s", reload->result->warning.bytes);
	err_release(&why);
	return 0;
}

/* Ours, and useless: it would wait for ever for what the old one has. */
static void end_successor(const struct reload *reload)
{
	if (reload->successor && reload->old_answers)
		kill(reload->successor, SIGTERM);
}

/* So that the console sees the new worker; a socket that is gone was told. */
static void look_again(struct service *service)
{
	if (service->process && process_identify(service->process, NULL) == 0)
		process_refresh(service->process, NULL);
}

int reload_run(struct service *service, struct reload_result *result, struct err *err)
{
	struct reload         reload = { .service = service, .result = result };
	struct str            words = STR_INIT;
	const struct way_def *way;
	int64_t               began;
	int                   status;

	result->way = reload_find_way(service, &words);
	if (result->way == RELOAD_NONE)
		err_set(err, ERR_UNSUPPORTED, "%s", words.bytes);
	str_release(&words);
	if (result->way == RELOAD_NONE)
		return -1;
	if (service->process) {
		result->old_pid = ask_pid(service, NULL);
		if (!result->old_pid)
			result->old_pid = service->process->pid;
	}
	way = &way_table[result->way];
	reload.left_ms = timeout_of(service);
	began = clock_monotonic_ms();
	status = way->start(&reload, err);
	if (status == 0)
		status = wait_for(&reload, way->look, err);
	result->took_ms = clock_monotonic_ms() - began;
	if (status == 0 && result->way == RELOAD_MASTER && service->process)
		status = wait_for_socket(&reload, err);
	if (status < 0)
		end_successor(&reload);
	look_again(service);
	return status;
}
