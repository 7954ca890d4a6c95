/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/apply/transaction.h"

#include <pwd.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include "penstock/apply/binds.h"
#include "penstock/apply/preconditions.h"
#include "penstock/apply/steps.h"
#include "penstock/base/clock.h"

enum { SAID_MAX = 20 }; /* commands that are told one by one */

/* One apply under way. */
struct apply {
	struct service             *service;
	const struct apply_request *request;
	struct apply_result        *result;
	struct candidate           *candidate;
	const struct plan          *plan;
	struct steps_outcome        outcome;
	VEC(size_t) changed;      /* files that the candidate has other bytes for */
	size_t      written;      /* how many of these have been touched */
	long        pid_before;
	bool        reload_tried;
};

static void say(const struct apply *apply, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void say(const struct apply *apply, const char *format, ...)
{
	struct str sentence = STR_INIT;
	va_list    args;

	if (!apply->request->progress)
		return;
	va_start(args, format);
	str_vaddf(&sentence, format, args);
	va_end(args);
	apply->request->progress(sentence.bytes, apply->request->data);
	str_release(&sentence);
}

void apply_result_release(struct apply_result *result)
{
	reload_result_release(&result->reload);
	check_result_release(&result->check);
}

static void describe_holder(struct str *out)
{
	const struct passwd *user = getpwuid(geteuid());

	str_addf(out, "penstock, process %ld of %s, since ", (long)getpid(),
		 user ? user->pw_name : "an unknown user");
	clock_format_iso(out, clock_wall_s());
}

/* Gives the descriptor of the lock, or -1. */
static int lock_state(const struct service *service, struct err *err)
{
	const char *folder = service->options.state_folder;
	struct str  path = STR_INIT, holder = STR_INIT;
	int         fd = -1;

	if (!folder || !*folder)
		return err_set(err, ERR_USAGE, "there is no state folder to lock; try --state DIR");
	str_addf(&path, "%s/lock", folder);
	describe_holder(&holder);
	if (file_make_folders(folder, 0700, err) == 0)
		fd = file_lock(path.bytes, holder.bytes, err);
	if (fd < 0 && err && err->code == ERR_IO && geteuid() != 0)
		err_hint(err, "try --state DIR with a folder of your own, or as root");
	str_release(&path);
	str_release(&holder);
	return fd;
}

/* The bytes that a file had when it was loaded. */
static bool is_base_on_disk(const struct candidate *candidate, size_t file, struct err *err)
{
	struct str there = STR_INIT, base = STR_INIT;
	bool       same;

	document_render(candidate->base, file, &base);
	same = file_read(candidate->base->files.items[file].path, &there, NULL, err) == 0 &&
	       span_equal(str_span(&there), str_span(&base));
	str_release(&there);
	str_release(&base);
	return same;
}

/* A fragment that came into a folder of -f: HAProxy would read it, too. */
static int check_fragments(const struct apply *apply, struct err *err)
{
	const struct document *base = apply->candidate->base;
	const struct loaded   *loaded = apply->request->loaded;
	struct strings         files = STRINGS_INIT;
	size_t                 known = document_config_files(base), i = 0;
	int                    status = 0;

	if (!loaded || !loaded->paths.list.count)
		return 0;
	if (load_list(&loaded->paths, &files, err) < 0)
		status = -1;
	/* Both are in the same order, and that none has gone was seen before. */
	while (status == 0 && i < files.list.count && i < known &&
	       strcmp(files.list.items[i], base->files.items[i].path) == 0)
		i++;
	if (status == 0 && i < files.list.count)
		status = err_set(err, ERR_CONFLICT, "'%s' has come since the configuration was "
				 "loaded; 'discard' reads it, without your edits",
				 files.list.items[i]);
	strings_release(&files);
	return status;
}

/* A new stamp on the same bytes (touch, a copy put back) is no conflict. */
static int check_conflicts(const struct apply *apply, struct err *err)
{
	const struct document *base = apply->candidate->base;
	struct err             why = ERR_INIT;

	for (size_t i = 0; i < base->files.count; i++) {
		const char *path = base->files.items[i].path;

		if (is_base_on_disk(apply->candidate, i, &why))
			continue;
		if (why.code == ERR_NONE)
			err_set(err, ERR_CONFLICT, "'%s' was changed on disk since it was loaded; "
				"'discard' reads it anew, without your edits", path);
		else if (!file_exists(path))
			err_set(err, ERR_CONFLICT, "'%s' has gone since it was loaded", path);
		else
			err_take(err, &why);
		err_release(&why);
		return -1;
	}
	return check_fragments(apply, err);
}

static void find_changed(struct apply *apply)
{
	const struct candidate *candidate = apply->candidate;
	struct str              base = STR_INIT, now = STR_INIT;

	for (size_t i = 0; i < candidate->now->files.count; i++) {
		str_reset(&base);
		str_reset(&now);
		document_render(candidate->base, i, &base);
		document_render(candidate->now, i, &now);
		if (!span_equal(str_span(&base), str_span(&now)))
			*vec_push(&apply->changed) = i;
	}
	str_release(&base);
	str_release(&now);
}

static int check_candidate(struct apply *apply, struct err *err)
{
	struct check_result *check = &apply->result->check;

	if (check_document(apply->service, apply->candidate->now, check, err) < 0)
		return -1;
	if (!check->accepted)
		return check_error(check, err);
	say(apply, "checked: haproxy accepts the candidate");
	return 0;
}

static bool needs_process(const struct apply *apply)
{
	return apply->service->process && (apply->plan->runtime || plan_needs_reload(apply->plan));
}

/* Whether what the plan wants of the process can be had at all. */
static int check_process(struct apply *apply, struct err *err)
{
	struct service *service = apply->service;
	struct str      way = STR_INIT;
	int             status = 0;

	if (!needs_process(apply))
		return 0;
	if (process_identify(service->process, err) < 0)
		return err_hint(err, "nothing was changed");
	apply->pid_before = service->process->pid;
	if (!plan_needs_reload(apply->plan))
		return steps_check(service, apply->plan, err) < 0
			       ? -1
			       : preconditions_check(service, apply->plan, err);
	if (reload_find_way(service, &way) == RELOAD_NONE)
		status = err_set(err, ERR_UNSUPPORTED, "the plan needs a reload, and %s",
				 way.bytes);
	else if (service->local.pid)
		status = binds_check(apply->candidate->base, apply->candidate->now, err);
	str_release(&way);
	return status;
}

static int write_file(const struct document *doc, size_t file, struct err *err)
{
	struct str bytes = STR_INIT;
	int        status;

	document_render(doc, file, &bytes);
	status = file_replace(doc->files.items[file].path, str_span(&bytes), err);
	str_release(&bytes);
	return status;
}

static int write_files(struct apply *apply, struct err *err)
{
	const struct document *now = apply->candidate->now;

	for (size_t i = 0; i < apply->changed.count; i++) {
		size_t file = apply->changed.items[i];

		/* Before it is known how it ends: it may fail behind the rename. */
		apply->written = i + 1;
		if (write_file(now, file, err) < 0)
			return -1;
		say(apply, "written: %s", now->files.items[file].path);
	}
	return 0;
}

static void add_sentence(struct str *list, const char *sentence)
{
	if (list->len)
		str_add_text(list, "; ");
	str_add_text(list, sentence);
}

/* Gives how many files had to be put back; what fails goes to `left`. */
static size_t restore_files(struct apply *apply, struct str *left)
{
	const struct document *base = apply->candidate->base;
	struct err             why = ERR_INIT;
	size_t                 restored = 0;

	for (size_t i = apply->written; i-- > 0;) {
		size_t file = apply->changed.items[i];

		if (is_base_on_disk(apply->candidate, file, NULL))
			continue;
		if (write_file(base, file, &why) == 0) {
			say(apply, "restored: %s", base->files.items[file].path);
			restored++;
		} else {
			add_sentence(left, why.text.bytes);
		}
	}
	err_release(&why);
	return restored;
}

static void say_sent(const struct apply *apply)
{
	size_t said = 0;

	for (size_t i = 0; i < apply->plan->steps.count; i++) {
		const struct step *step = &apply->plan->steps.items[i];

		for (size_t c = 0; step->kind == STEP_RUNTIME && c < step->commands.count; c++)
			if (said++ < SAID_MAX)
				say(apply, "sent: %s", step->commands.items[c].text);
	}
	if (said > SAID_MAX)
		say(apply, "sent: %zu commands more", said - SAID_MAX);
}

static int run_steps(struct apply *apply, struct err *err)
{
	if (steps_run(apply->service, apply->plan, &apply->outcome, err) < 0)
		return -1;
	apply->result->commands = apply->outcome.commands;
	say_sent(apply);
	return steps_verify(apply->service, apply->plan, err);
}

static void say_reloaded(const struct apply *apply, const struct reload_result *reload)
{
	say(apply, "reloaded %s: worker %ld -> %ld after %lld ms",
	    reload_way_table[reload->way].summary, reload->old_pid, reload->new_pid,
	    (long long)reload->took_ms);
}

static int run_reload(struct apply *apply, struct err *err)
{
	struct reload_result *reload = &apply->result->reload;
	struct err            why = ERR_INIT;

	apply->reload_tried = true;
	if (reload_run(apply->service, reload, err) < 0)
		return -1;
	apply->result->reloaded = true;
	say_reloaded(apply, reload);
	/* The file is what rules now; where the process differs from it all the same
	 * (a state file), another reload would not help. */
	if (reload->warning.len)
		say(apply, "warning: %s", reload->warning.bytes);
	else if (steps_verify(apply->service, apply->plan, &why) < 0)
		say(apply, "warning: %s", why.text.bytes);
	err_release(&why);
	return 0;
}

static int change_process(struct apply *apply, struct err *err)
{
	if (!apply->service->process) {
		if (apply->plan->runtime || plan_needs_reload(apply->plan))
			say(apply, "no process is attached: the file is written, and that is all");
		return 0;
	}
	if (!needs_process(apply))
		return 0;
	return plan_needs_reload(apply->plan) ? run_reload(apply, err) : run_steps(apply, err);
}

/* Whether the process runs the new configuration, or may do so. */
static bool has_moved(const struct apply *apply)
{
	struct process *process = apply->service->process;
	struct err      why = ERR_INIT;
	int             status;

	if (!apply->reload_tried)
		return false;
	do {
		err_clear(&why);
		status = process_identify(process, &why);
	} while (status < 0 && why.code == ERR_CANCELLED);
	err_release(&why);
	return status < 0 || process->pid != apply->pid_before;
}

static void reload_back(struct apply *apply, struct str *left)
{
	struct reload_result result = RELOAD_RESULT_INIT;
	struct err           why = ERR_INIT;

	if (reload_run(apply->service, &result, &why) == 0) {
		say_reloaded(apply, &result);
	} else {
		err_prefix(&why, "the reload back to the old configuration failed");
		add_sentence(left, why.text.bytes);
	}
	reload_result_release(&result);
	err_release(&why);
}

/*
 * Undoes what was done after `cause`, which becomes ERR_ROLLED_BACK; it stays
 * what it is when nothing had been done yet.
 */
static int roll_back(struct apply *apply, struct err *cause)
{
	struct service *service = apply->service;
	struct err      why = ERR_INIT;
	struct str      left = STR_INIT;
	size_t          restored;
	bool            moved;

	service->undoing = true;
	loop_take_interrupt(service->loop); /* the ^C that may have ended it */
	str_add_span(&left, str_span(&apply->outcome.left));
	if (steps_undo(service, apply->plan, apply->outcome.done, &why) < 0)
		add_sentence(&left, why.text.bytes);
	restored = restore_files(apply, &left);
	moved = has_moved(apply) || apply->outcome.reload_to_undo;
	if (moved)
		reload_back(apply, &left);
	service->undoing = false;
	if (restored || moved || apply->outcome.commands || left.len) {
		cause->code = ERR_ROLLED_BACK;
		if (left.len)
			err_hint(cause, "not all could be undone: %s", left.bytes);
		else
			err_hint(cause, "all is as it was before");
	}
	str_release(&left);
	err_release(&why);
	return -1;
}

static void settle(struct apply *apply)
{
	struct loaded         *loaded = apply->request->loaded;
	const struct document *now;

	candidate_settle(apply->candidate);
	now = apply->candidate->now;
	for (size_t i = 0; loaded && i < loaded->stamps.count && i < now->files.count; i++)
		file_stamp_of(now->files.items[i].path, &loaded->stamps.items[i], NULL);
	if (needs_process(apply))
		process_refresh(apply->service->process, NULL);
}

static int run(struct apply *apply, struct err *err)
{
	if (check_conflicts(apply, err) < 0 || check_candidate(apply, err) < 0 ||
	    check_process(apply, err) < 0)
		return -1;
	find_changed(apply);
	if (write_files(apply, err) < 0 || change_process(apply, err) < 0)
		return roll_back(apply, err);
	settle(apply);
	return 0;
}

int apply_run(struct service *service, const struct apply_request *request,
	      struct apply_result *result, struct err *err)
{
	struct err   why = ERR_INIT; /* the caller may not care, but the way back does */
	struct apply apply = {
		.service = service,
		.request = request,
		.result = result,
		.candidate = request->candidate,
		.plan = request->plan,
		.outcome = STEPS_OUTCOME_INIT,
	};
	int lock = lock_state(service, err);
	int status;

	if (lock < 0)
		return -1;
	status = run(&apply, &why);
	if (status < 0)
		err_take(err, &why);
	file_unlock(lock);
	vec_release(&apply.changed);
	steps_outcome_release(&apply.outcome);
	err_release(&why);
	return status;
}
