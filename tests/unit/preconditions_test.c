/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "penstock/apply/preconditions.h"
#include "penstock/base/mem.h"

static char backend[] = "live", server[] = "app1", text[] = "as the plan says", what[] = "a step";

/* A plan of so many runtime steps, each with one need of live/app1. */
static void make_plan(struct plan *plan, const enum need_kind *kinds, size_t count)
{
	*plan = (struct plan)PLAN_INIT;
	for (size_t i = 0; i < count; i++) {
		struct step *step = vec_push(&plan->steps);

		*step = (struct step){ .kind = STEP_RUNTIME, .what = what,
				       .promise = PROMISE_INIT };
		*vec_push(&step->needs) = (struct need){ kinds[i], backend, server, 10, text };
	}
}

static void free_plan(struct plan *plan)
{
	for (size_t i = 0; i < plan->steps.count; i++)
		vec_release(&plan->steps.items[i].needs);
	vec_release(&plan->steps);
}

static int judge(enum need_kind kind, const struct observed *observed)
{
	struct plan plan;
	struct err  err = ERR_INIT;
	int         status;

	make_plan(&plan, &kind, 1);
	status = preconditions_hold(&plan, observed, &err);
	if (status < 0) {
		assert_int_equal(err.code, ERR_CONFLICT);
		assert_non_null(strstr(err.text.bytes, "as the plan says"));
	}
	err_release(&err);
	free_plan(&plan);
	return status;
}

static void needs_are_judged_by_what_is_seen(void **state)
{
	struct observed        *none = observed_new(), *some = observed_new();
	struct observed_server *seen = observed_add_server(some, span_of("live"), span_of("app1"));

	(void)state;
	seen->check = CHECK_CONFIGURED;
	seen->initial_weight = 10;
	assert_int_equal(judge(NEED_SERVER, some), 0);
	assert_int_equal(judge(NEED_SERVER, none), -1);
	assert_int_equal(judge(NEED_NO_SERVER, some), -1);
	assert_int_equal(judge(NEED_NO_SERVER, none), 0);
	assert_int_equal(judge(NEED_CHECK, some), 0);
	assert_int_equal(judge(NEED_CHECK, none), -1);
	assert_int_equal(judge(NEED_AGENT, some), -1);
	assert_int_equal(judge(NEED_WEIGHT, some), 0);
	seen->initial_weight = 11;
	assert_int_equal(judge(NEED_WEIGHT, some), -1);
	assert_int_equal(judge(NEED_OTHER, none), 0);
	observed_free(none);
	observed_free(some);
}

static void what_an_earlier_step_changed_is_not_judged(void **state)
{
	const enum need_kind kinds[] = { NEED_SERVER, NEED_NO_SERVER };
	struct observed     *observed = observed_new();
	struct plan          plan;

	(void)state;
	observed_add_server(observed, span_of("live"), span_of("app1"));
	make_plan(&plan, kinds, N(kinds));
	assert_int_equal(preconditions_hold(&plan, observed, NULL), -1);
	plan.steps.items[0].promise.backend = backend;
	plan.steps.items[0].promise.server = server;
	assert_int_equal(preconditions_hold(&plan, observed, NULL), 0);
	free_plan(&plan);
	observed_free(observed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(needs_are_judged_by_what_is_seen),
		cmocka_unit_test(what_an_earlier_step_changed_is_not_judged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
