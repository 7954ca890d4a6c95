/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/apply/steps.h"

#include <string.h>

#include "penstock/apply/sessions.h"
#include "penstock/base/mem.h"
#include "penstock/haproxy/reply.h"
#include "penstock/plan/effect.h"

enum {
	EXCHANGE_MAX = 200,   /* commands sent at once */
	RETRY_STEP_MS = 100,  /* `del server` refused for connections that idle */
	RETRY_MAX_MS = 2000,
	QUOTE_MAX = 300,
};

static const char *const address_replies[] = {
	"IP changed from ",
	"port changed from ",
	"nothing changed",
	"no need to change the addr",
};

static bool is_address_reply(struct span reply)
{
	struct span line = reply_last_line(reply);

	for (size_t i = 0; i < N(address_replies); i++)
		if (span_starts(line, address_replies[i]))
			return true;
	return false;
}

/* The last line counts: 3.4 may put stale words of others before it. */
static bool is_added(struct span reply)
{
	return span_is(reply_last_line(reply), "New server registered.");
}

static bool is_deleted(struct span reply)
{
	return span_is(reply_last_line(reply), "Server deleted.");
}

static bool is_fqdn(struct span reply)
{
	struct span line = reply_last_line(reply);

	return span_contains(line, span_of(" changed its FQDN from ")) ||
	       span_starts(line, "no need to change the F");
}

static bool is_ssl(struct span reply)
{
	return span_is(reply_last_line(reply), "server ssl setting updated.");
}

static bool is_backend_added(struct span reply)
{
	return span_is(reply_last_line(reply), "New backend registered.");
}

static bool is_backend_deleted(struct span reply)
{
	return span_is(reply_last_line(reply), "Backend deleted.");
}

static bool is_published(struct span reply)
{
	return span_is(reply_last_line(reply), "Backend published.");
}

static bool is_unpublished(struct span reply)
{
	return span_is(reply_last_line(reply), "Backend unpublished.");
}

/* HAProxy says what it did with a certificate, among warnings. */
static bool is_cert_set(struct span reply)
{
	struct span line = reply_last_line(reply);

	return span_starts(line, "Transaction created for certificate") ||
	       span_starts(line, "Transaction updated for certificate");
}

static bool is_cert_committed(struct span reply)
{
	return span_is(reply_last_line(reply), "Success!");
}

static bool is_any(struct span reply)
{
	return !reply_is_denied(reply);
}

static bool (*const reply_table[])(struct span reply) = {
	[REPLY_EMPTY] = reply_is_empty,
	[REPLY_ADDRESS] = is_address_reply,
	[REPLY_SERVER_ADDED] = is_added,
	[REPLY_SERVER_DELETED] = is_deleted,
	[REPLY_FQDN] = is_fqdn,
	[REPLY_SSL] = is_ssl,
	[REPLY_BACKEND_ADDED] = is_backend_added,
	[REPLY_BACKEND_DELETED] = is_backend_deleted,
	[REPLY_PUBLISHED] = is_published,
	[REPLY_UNPUBLISHED] = is_unpublished,
	[REPLY_CERT_SET] = is_cert_set,
	[REPLY_CERT_COMMITTED] = is_cert_committed,
	[REPLY_ANY] = is_any,
};

bool reply_matches(enum reply_kind kind, struct span reply)
{
	return reply_table[kind](reply);
}

static int refused(const struct service *service, const char *command, struct span reply,
		   struct err *err)
{
	struct span words = reply_last_line(reply), rest = span_trim(reply);

	if (reply_is_denied(reply))
		return err_set(err, ERR_DENIED, "'%s' is denied by '%s'; see 'stats socket … level "
			       "admin'", command, service->process->client.name.bytes);
	/* Behind this one comes the whole list of what there is. */
	if (reply_is_unknown(reply))
		span_split(&rest, '\n', &words);
	if (span_ends(words, "."))
		words.len--;
	if (words.len > QUOTE_MAX)
		words.len = QUOTE_MAX;
	return err_set(err, ERR_FAILED, "HAProxy refused '%s': %.*s", command, (int)words.len,
		       words.at);
}

int steps_allowed(const struct service *service, const char *command, enum access_level level,
		  struct err *err)
{
	const struct process   *process = service->process;
	const struct fault_def *fault = NULL;

	if (process->version_number)
		fault = fault_find(process->version_number, span_of(command));
	if (fault)
		return err_set(err, ERR_UNSUPPORTED, "'%s' is not sent to HAProxy %s: %s", command,
			       process->version.bytes, fault->what);
	if (process->level != ACCESS_NONE && process->level < level)
		return err_set(err, ERR_DENIED, "'%s' needs level %s, this socket grants %s; see "
			       "'stats socket … level %s' in the global section", command,
			       access_level_names[level], access_level_names[process->level],
			       access_level_names[level]);
	return 0;
}

static int send_command(struct service *service, const struct plan_command *command,
			struct err *err)
{
	struct str text = STR_INIT, reply = STR_INIT;
	int        status;

	str_add_text(&text, command->text);
	if (command->payload)
		str_addf(&text, "\n%s", command->payload);
	status = service_run(service, text.bytes, &reply, err);
	if (status == 0 && !reply_matches(command->reply, str_span(&reply)))
		status = refused(service, command->text, str_span(&reply), err);
	str_release(&text);
	str_release(&reply);
	return status;
}

/* `del server`: 1 when connections are in its way. */
static int try_delete(struct service *service, const struct plan_command *command,
		      struct err *err)
{
	struct str  reply = STR_INIT;
	struct span words;
	int         status = service_run(service, command->text, &reply, err);

	words = str_span(&reply);
	if (status == 0 && span_starts(reply_last_line(words), "Server still has connections"))
		status = 1;
	else if (status == 0 && !reply_matches(command->reply, words))
		status = refused(service, command->text, words, err);
	str_release(&reply);
	return status;
}

/* Nobody uses the server any more, but connections to it idle: these may go. */
static int drop_idle(struct service *service, const struct plan_command *command,
		     struct span server, struct err *err)
{
	struct str shutdown = STR_INIT, reply = STR_INIT;
	int        status;

	str_add_text(&shutdown, "shutdown sessions server ");
	str_add_span(&shutdown, server);
	status = service_run(service, shutdown.bytes, &reply, err);
	str_release(&shutdown);
	str_release(&reply);
	if (status == 0)
		status = try_delete(service, command, err);
	for (int waited = 0; status == 1 && waited < RETRY_MAX_MS; waited += RETRY_STEP_MS) {
		if (service_sleep(service, RETRY_STEP_MS, err) < 0)
			return -1;
		status = try_delete(service, command, err);
	}
	return status;
}

/* HAProxy itself refuses while there are connections, so it is asked first. */
static int delete_when_free(struct service *service, const struct plan_command *command,
			    struct err *err)
{
	struct span words = span_of(command->text), server = words, backend, name;
	int64_t     patience = service->options.delete_wait_ms;
	long        left;
	int         status = try_delete(service, command, err);

	if (status != 1)
		return status;
	while (span_split(&words, ' ', &server))
		;
	if (!server_split(server, &backend, &name))
		return err_set(err, ERR_USAGE, "'%s' does not name a server", command->text);
	if (sessions_wait(service, backend, name, patience, &left, err) < 0)
		return -1;
	if (left) {
		sessions_left(err, ERR_FAILED, left, server, patience);
		return err_hint(err, "try 'kill %.*s', or 'apply reload'", (int)server.len,
				server.at);
	}
	status = try_delete(service, command, err);
	if (status == 1)
		status = drop_idle(service, command, server, err);
	if (status == 1)
		status = err_set(err, ERR_FAILED, "connections to '%.*s' stay open; try 'apply "
				 "reload'", (int)server.len, server.at);
	return status;
}

int steps_command(struct service *service, const struct plan_command *command, struct err *err)
{
	if (steps_allowed(service, command->text, ACCESS_NONE, err) < 0)
		return -1;
	if (command->until_free)
		return delete_when_free(service, command, err);
	return send_command(service, command, err);
}

int steps_check(const struct service *service, const struct plan *plan, struct err *err)
{
	for (size_t i = 0; i < plan->steps.count; i++) {
		const struct step *step = &plan->steps.items[i];

		for (size_t c = 0; step->kind == STEP_RUNTIME && c < step->commands.count; c++)
			if (steps_allowed(service, step->commands.items[c].text, ACCESS_ADMIN,
					  err) < 0)
				return -1;
	}
	return 0;
}

/* How far a step has come. */
struct progress {
	size_t done;     /* so many of its commands */
	bool   doubtful; /* the next one may have been run too: its reply did not come */
};

static bool has_inverse(const struct step *step, size_t command)
{
	for (size_t i = 0; i < step->inverse.count; i++)
		if (step->inverse.items[i].undoes == command)
			return true;
	return false;
}

/* Whether only a reload brings back what was done of this step. */
static bool needs_reload(const struct step *step, const struct progress *progress)
{
	size_t done = progress->done + (progress->doubtful ? 1 : 0);

	if (!step->undo_by_reload)
		return false;
	for (size_t i = 0; i < done; i++)
		if (!has_inverse(step, i))
			return true;
	return done == step->commands.count && done > 0;
}

/* Goes on after a failure; keeps the first error. */
static int undo_step(struct service *service, const struct step *step,
		     const struct progress *progress, struct err *err)
{
	struct err why = ERR_INIT;
	int        status = 0;

	for (size_t i = 0; i < step->inverse.count; i++) {
		const struct plan_command *command = &step->inverse.items[i];
		bool sure = command->undoes < progress->done;

		if (!sure && !(progress->doubtful && command->undoes == progress->done))
			continue;
		if (steps_command(service, command, &why) == 0)
			continue;
		/* What was not done cannot be undone either, and need not. */
		if (!sure && why.code == ERR_FAILED)
			continue;
		if (status == 0)
			err_take(err, &why);
		status = -1;
	}
	err_release(&why);
	return status;
}

int steps_undo(struct service *service, const struct plan *plan, size_t done, struct err *err)
{
	struct err why = ERR_INIT;
	bool       before = service->undoing;
	int        status = 0;

	service->undoing = true;
	for (size_t i = done; i-- > 0;) {
		const struct step *step = &plan->steps.items[i];
		struct progress    whole = { step->commands.count, false };

		if (step->kind != STEP_RUNTIME || undo_step(service, step, &whole, &why) == 0)
			continue;
		if (status == 0)
			err_take(err, &why);
		status = -1;
	}
	service->undoing = before;
	err_release(&why);
	return status;
}

/* Whether a command that ended this way may have reached HAProxy all the same. */
static bool is_doubtful(enum err_code code)
{
	return code == ERR_PROTOCOL || code == ERR_TIMEOUT || code == ERR_CANCELLED;
}

/*
 * Steps that are run together, one command of each at a time: no command is
 * sent before the replies to those that it builds on have been matched.
 */
struct batch {
	struct service       *service;
	const struct plan    *plan;
	struct steps_outcome *outcome;
	size_t from, to; /* steps of the plan */
	VEC(struct progress) progress;
};

void steps_outcome_release(struct steps_outcome *outcome)
{
	str_release(&outcome->left);
}

/* Steps whose command has to wait for something run alone. */
static bool is_simple(const struct step *step)
{
	for (size_t i = 0; i < step->commands.count; i++)
		if (step->commands.items[i].until_free || step->commands.items[i].payload)
			return false;
	return true;
}

static struct progress *progress_of(struct batch *batch, size_t step)
{
	return &batch->progress.items[step - batch->from];
}

/* Counts what was done.  Gives the error of the first that was refused;
 * `doubtful` says what to think of those without a reply. */
static int take_replies(struct batch *batch, const size_t *steps, size_t count,
			const struct strings *replies, bool doubtful, struct err *err)
{
	int status = 0;

	for (size_t i = 0; i < count; i++) {
		struct progress           *progress = progress_of(batch, steps[i]);
		const struct plan_command *command =
			&batch->plan->steps.items[steps[i]].commands.items[progress->done];
		struct span reply;

		if (i >= replies->list.count) {
			progress->doubtful = doubtful;
			continue;
		}
		reply = span_of(replies->list.items[i]);
		if (reply_matches(command->reply, reply)) {
			progress->done++;
			batch->outcome->commands++;
		} else if (status == 0) {
			status = refused(batch->service, command->text, reply, err);
		}
	}
	return status;
}

/* One exchange with the next command of each of these steps. */
static int exchange(struct batch *batch, const size_t *steps, size_t count, struct err *err)
{
	const char    *commands[EXCHANGE_MAX];
	struct strings replies = STRINGS_INIT;
	struct err     why = ERR_INIT;
	int            status;

	for (size_t i = 0; i < count; i++)
		commands[i] = batch->plan->steps.items[steps[i]]
				      .commands.items[progress_of(batch, steps[i])->done]
				      .text;
	status = client_run_all(&batch->service->process->client, commands, count, &replies, &why);
	/* A refusal says more than the end of the exchange that followed it. */
	if (take_replies(batch, steps, count, &replies, is_doubtful(why.code), err) < 0)
		status = -1;
	else if (status < 0)
		err_take(err, &why);
	err_release(&why);
	strings_release(&replies);
	return status;
}

static int run_together(struct batch *batch, struct err *err)
{
	size_t steps[EXCHANGE_MAX], count;
	bool   more = true;

	for (size_t round = 0; more; round++) {
		more = false;
		count = 0;
		for (size_t i = batch->from; i < batch->to; i++) {
			if (batch->plan->steps.items[i].commands.count > round)
				steps[count++] = i;
		}
		more = count > 0;
		if (more && exchange(batch, steps, count, err) < 0)
			return -1;
	}
	return 0;
}

static int run_alone(struct batch *batch, struct err *err)
{
	const struct step         *step = &batch->plan->steps.items[batch->from];
	const struct plan_command *commands = step->commands.items;
	struct progress           *progress = progress_of(batch, batch->from);
	struct err                 why = ERR_INIT;

	while (progress->done < step->commands.count) {
		if (steps_command(batch->service, &commands[progress->done], &why) == 0) {
			progress->done++;
			batch->outcome->commands++;
			continue;
		}
		progress->doubtful = is_doubtful(why.code);
		err_take(err, &why);
		return -1;
	}
	return 0;
}

static void undo_batch(struct batch *batch)
{
	struct service *service = batch->service;
	struct str     *left = &batch->outcome->left;
	struct err      why = ERR_INIT;
	bool            before = service->undoing;

	service->undoing = true;
	for (size_t i = batch->to; i-- > batch->from;) {
		const struct step     *step = &batch->plan->steps.items[i];
		const struct progress *progress = progress_of(batch, i);

		if (needs_reload(step, progress))
			batch->outcome->reload_to_undo = true;
		if (undo_step(service, step, progress, &why) == 0)
			continue;
		if (left->len)
			str_add_text(left, "; ");
		str_add_span(left, str_span(&why.text));
		err_clear(&why);
	}
	service->undoing = before;
	err_release(&why);
}

/* Where the batch ends that begins with step `from`, which is a runtime step. */
static size_t batch_end(const struct plan *plan, size_t from)
{
	size_t to = from + 1;

	if (!is_simple(&plan->steps.items[from]))
		return to;
	while (to < plan->steps.count && to - from < EXCHANGE_MAX &&
	       plan->steps.items[to].kind == STEP_RUNTIME && is_simple(&plan->steps.items[to]))
		to++;
	return to;
}

static int run_batch(struct batch *batch, struct err *err)
{
	const struct step *steps = batch->plan->steps.items;
	bool               alone = !is_simple(&steps[batch->from]);
	int                status;

	vec_reset(&batch->progress);
	for (size_t i = batch->from; i < batch->to; i++)
		*vec_push(&batch->progress) = (struct progress){ 0, false };
	status = alone ? run_alone(batch, err) : run_together(batch, err);
	if (status < 0) {
		undo_batch(batch);
		return -1;
	}
	for (size_t i = batch->from; i < batch->to; i++)
		if (steps[i].undo_by_reload)
			batch->outcome->reload_to_undo = true;
	return 0;
}

int steps_run(struct service *service, const struct plan *plan, struct steps_outcome *outcome,
	      struct err *err)
{
	struct batch batch = { .service = service, .plan = plan, .outcome = outcome };
	int          status = steps_check(service, plan, err);

	for (size_t i = 0; i < plan->steps.count && status == 0; i = batch.to) {
		batch.from = i;
		batch.to = i + 1;
		if (plan->steps.items[i].kind == STEP_RUNTIME) {
			batch.to = batch_end(plan, i);
			status = run_batch(&batch, err);
		}
		if (status == 0)
			outcome->done = batch.to;
	}
	vec_release(&batch.progress);
	return status;
}
