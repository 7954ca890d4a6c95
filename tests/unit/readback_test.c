/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plans.h"

static void assert_difference(struct plan *plan, const char *wanted)
{
	struct err err = ERR_INIT;

	assert_int_equal(steps_verify(&live.service, plan, &err), -1);
	assert_string_equal(err.text.bytes, wanted);
	err_release(&err);
}

static struct promise *promise_of(struct plan *plan, const char *backend, const char *server)
{
	struct step *step = add_step(plan);

	step->promise.backend = xstrdup(backend);
	step->promise.server = xstrdup(server);
	return &step->promise;
}

static void what_differs_from_a_promise_is_named(void **state)
{
	struct plan     plan = PLAN_INIT;
	struct promise *promise;

	(void)state;
	live_need(&live);
	promise = promise_of(&plan, "live", "app1");
	assert_int_equal(steps_verify(&live.service, &plan, NULL), 0);
	promise->weight = 50;
	assert_difference(&plan, "read back, the weight of 'live/app1' is 100 and not 50");
	promise->weight = 100;
	promise->maint = 1;
	assert_difference(&plan, "read back, 'live/app1' is not in maintenance");
	live_tell(&live, "set server live/app1 state maint");
	assert_int_equal(steps_verify(&live.service, &plan, NULL), 0);
	promise->maint = 0;
	assert_difference(&plan, "read back, 'live/app1' is in maintenance");
	promise->maint = -1;
	promise->address = xstrdup("127.0.0.2");
	assert_difference(&plan,
			  "read back, the address of 'live/app1' is 127.0.0.1 and not 127.0.0.2");
	live_tell(&live, "set server live/app1 addr 127.0.0.2 port 81");
	promise->port = 81;
	assert_int_equal(steps_verify(&live.service, &plan, NULL), 0);
	promise->absent = true;
	assert_difference(&plan, "read back, the server 'live/app1' is still there");
	plan_release(&plan);
}

static void promises_of_several_backends_are_read_in_one_go(void **state)
{
	struct plan plan = PLAN_INIT;

	(void)state;
	live_need(&live);
	promise_of(&plan, "live", "app1")->weight = 100;
	promise_of(&plan, "other", "o1")->weight = 10;
	assert_int_equal(steps_verify(&live.service, &plan, NULL), 0);
	promise_of(&plan, "other", "o2");
	assert_difference(&plan, "read back, there is no server 'other/o2'");
	plan_release(&plan);
}

static void a_server_deleted_and_added_again_is_there(void **state)
{
	struct plan plan = PLAN_INIT;

	(void)state;
	live_need(&live);
	promise_of(&plan, "live", "app1")->absent = true;
	promise_of(&plan, "live", "app1")->weight = 100;
	assert_int_equal(steps_verify(&live.service, &plan, NULL), 0);
	plan_release(&plan);
}

#define LIVE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

static void limits_and_checks_are_read_back(void **state)
{
	struct plan     plan = PLAN_INIT;
	struct promise *promise;

	(void)state;
	live_need(&live);
	promise = promise_of(&plan, "other", "o1");
	promise->maxconn = 7;
	assert_difference(&plan, "read back, the maxconn of 'other/o1' is 0 and not 7");
	live_tell(&live, "set maxconn server other/o1 7");
	promise->check = 0;
	assert_difference(&plan, "read back, 'other/o1' is health-checked");
	live_tell(&live, "disable health other/o1");
	assert_int_equal(steps_verify(&live.service, &plan, NULL), 0);
	promise->check = 1;
	assert_difference(&plan, "read back, 'other/o1' is not health-checked");
	live_tell(&live, "enable health other/o1");
	live_tell(&live, "set maxconn frontend web 9");
	promise = &add_step(&plan)->promise;
	promise->frontend = xstrdup("web");
	promise->maxconn = 8;
	assert_difference(&plan, "read back, the maxconn of 'web' is 9 and not 8");
	promise->maxconn = 9;
	promise = &add_step(&plan)->promise;
	promise->info = xstrdup("SessRateLimit");
	promise->value = 5;
	assert_difference(&plan, "read back, the value of 'SessRateLimit' is 0 and not 5");
	live_tell(&live, "set rate-limit sessions global 5");
	assert_int_equal(steps_verify(&live.service, &plan, NULL), 0);
	live_tell(&live, "set rate-limit sessions global 0");
	plan_release(&plan);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LIVE(what_differs_from_a_promise_is_named),
		LIVE(promises_of_several_backends_are_read_in_one_go),
		LIVE(limits_and_checks_are_read_back),
		LIVE(a_server_deleted_and_added_again_is_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
