/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plans made by hand, run against the one private HAProxy of a test. */
#ifndef PENSTOCK_TESTS_PLANS_H
#define PENSTOCK_TESTS_PLANS_H

#include "live.h"

#include "penstock/apply/steps.h"

static struct live live;

static inline int setup(void **state)
{
	(void)state;
	return live_start(&live, LIVE_FOREGROUND, LIVE_TEXT);
}

static inline int teardown(void **state)
{
	(void)state;
	return live_end(&live);
}

static inline struct step *add_step(struct plan *plan)
{
	struct step *step = vec_push(&plan->steps);

	*step = (struct step){ .kind = STEP_RUNTIME };
	step->promise = (struct promise)PROMISE_INIT;
	plan->runtime++;
	return step;
}

static inline void add_command(struct step *step, enum reply_kind reply, const char *text)
{
	*vec_push(&step->commands) = (struct plan_command){ .text = xstrdup(text), .reply = reply };
}

static inline void add_inverse(struct step *step, size_t undoes, enum reply_kind reply,
			       const char *text)
{
	*vec_push(&step->inverse) =
		(struct plan_command){ .text = xstrdup(text), .reply = reply, .undoes = undoes };
}

static inline void add_weight(struct plan *plan, const char *server, int before, int after)
{
	struct step *step = add_step(plan);
	char         text[100];

	snprintf(text, sizeof(text), "set server %s weight %d", server, after);
	add_command(step, REPLY_EMPTY, text);
	snprintf(text, sizeof(text), "set server %s weight %d", server, before);
	add_inverse(step, 0, REPLY_EMPTY, text);
}

static inline void add_server(struct plan *plan, const char *name, const char *address)
{
	struct step *step = add_step(plan);
	char         text[100];

	snprintf(text, sizeof(text), "add server live/%s %s", name, address);
	add_command(step, REPLY_SERVER_ADDED, text);
	snprintf(text, sizeof(text), "set server live/%s state ready", name);
	add_command(step, REPLY_EMPTY, text);
	snprintf(text, sizeof(text), "set server live/%s state maint", name);
	add_inverse(step, 0, REPLY_EMPTY, text);
	snprintf(text, sizeof(text), "del server live/%s", name);
	add_inverse(step, 0, REPLY_SERVER_DELETED, text);
	step->inverse.items[1].until_free = true;
	step->promise.backend = xstrdup("live");
	step->promise.server = xstrdup(name);
}

static inline void add_delete(struct plan *plan, const char *backend, const char *name)
{
	struct step *step = add_step(plan);
	char         text[100];

	snprintf(text, sizeof(text), "set server %s/%s state maint", backend, name);
	add_command(step, REPLY_EMPTY, text);
	snprintf(text, sizeof(text), "del server %s/%s", backend, name);
	add_command(step, REPLY_SERVER_DELETED, text);
	step->commands.items[1].until_free = true;
	snprintf(text, sizeof(text), "set server %s/%s state ready", backend, name);
	add_inverse(step, 0, REPLY_EMPTY, text);
	step->undo_by_reload = true;
	step->promise.backend = xstrdup(backend);
	step->promise.server = xstrdup(name);
	step->promise.absent = true;
}

/* Runs it; the error's text, "" when all went well, is the caller's to free. */
static inline char *run(struct plan *plan, struct steps_outcome *outcome, enum err_code *code)
{
	struct err err = ERR_INIT;
	char      *text;

	steps_run(&live.service, plan, outcome, &err);
	*code = err.code;
	text = xstrdup(err.text.bytes);
	err_release(&err);
	return text;
}

static inline void end(struct plan *plan, struct steps_outcome *outcome, char *text)
{
	plan_release(plan);
	steps_outcome_release(outcome);
	free(text);
}

#endif
