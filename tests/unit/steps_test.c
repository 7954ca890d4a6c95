/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plans.h"

static bool matches(enum reply_kind kind, const char *reply)
{
	return reply_matches(kind, span_of(reply));
}

static void an_empty_reply_is_empty(void **state)
{
	(void)state;
	assert_true(matches(REPLY_EMPTY, ""));
	assert_true(matches(REPLY_EMPTY, "\n"));
	assert_false(matches(REPLY_EMPTY, "No such server.\n"));
	assert_false(matches(REPLY_EMPTY, "Permission denied\n"));
}

static void each_way_to_say_that_an_address_is_set_is_known(void **state)
{
	(void)state;
	assert_true(matches(REPLY_ADDRESS, "IP changed from '127.0.0.1' to '127.0.0.2', port "
			    "changed from '1' to '2' by 'stats socket command'\n"));
	assert_true(matches(REPLY_ADDRESS, "port changed from '1' to '2' by 'stats socket "
			    "command'"));
	assert_true(matches(REPLY_ADDRESS, "no need to change the addr, port changed from '1' to "
			    "'2' by 'stats socket command'\n"));
	assert_true(matches(REPLY_ADDRESS, "no need to change the addr by 'stats socket command'"));
	assert_true(matches(REPLY_ADDRESS, "nothing changed\n"));
	assert_false(matches(REPLY_ADDRESS, "Invalid addr 'x' by 'stats socket command'\n"));
	assert_false(matches(REPLY_ADDRESS, "set server <b>/<s> addr requires an address and "
			     "optionally a port.\n"));
	assert_false(matches(REPLY_ADDRESS, ""));
}

static void the_last_line_tells_whether_a_server_came_or_went(void **state)
{
	(void)state;
	assert_true(matches(REPLY_SERVER_ADDED, "New server registered.\n"));
	assert_false(matches(REPLY_SERVER_ADDED, "Already exists a server with the same name in "
			     "backend.\n"));
	assert_true(matches(REPLY_SERVER_DELETED, "Server be/s1 is going DOWN for maintenance.\n"
			    "Server deleted.\n"));
	assert_false(matches(REPLY_SERVER_DELETED, "Server deleted.\nNo such server.\n"));
	assert_false(matches(REPLY_SERVER_DELETED, ""));
}

static void any_reply_but_a_denial_is_any(void **state)
{
	(void)state;
	assert_true(matches(REPLY_ANY, ""));
	assert_true(matches(REPLY_ANY, "words\n"));
	assert_false(matches(REPLY_ANY, "Permission denied\n"));
}

static void steps_are_run_and_verified(void **state)
{
	struct plan          plan = PLAN_INIT;
	struct steps_outcome outcome = STEPS_OUTCOME_INIT;
	enum err_code        code;
	char                *text;

	(void)state;
	live_need(&live);
	add_weight(&plan, "live/app1", 100, 50);
	add_server(&plan, "new1", "127.0.0.1:9");
	vec_push(&plan.steps);
	plan.steps.items[2] = (struct step){ .kind = STEP_NONE };
	add_delete(&plan, "live", "app2");
	text = run(&plan, &outcome, &code);
	assert_string_equal(text, "");
	assert_int_equal(outcome.done, 4);
	assert_int_equal(outcome.commands, 5);
	assert_true(outcome.reload_to_undo);
	assert_int_equal(steps_verify(&live.service, &plan, NULL), 0);
	live_assert_stat(&live, "live", "app1", "weight", "50");
	live_assert_stat(&live, "live", "new1", "status", "no check");
	live_assert_stat(&live, "live", "app2", "status", "");
	end(&plan, &outcome, text);
}

static void many_steps_share_exchanges(void **state)
{
	struct plan          plan = PLAN_INIT;
	struct steps_outcome outcome = STEPS_OUTCOME_INIT;
	enum err_code        code;
	char                *text, name[20];
	uint64_t             before;

	(void)state;
	live_need(&live);
	for (int i = 0; i < 450; i++) {
		snprintf(name, sizeof(name), "m%d", i);
		add_server(&plan, name, "127.0.0.1:9");
	}
	before = live.service.process->client.exchanges;
	text = run(&plan, &outcome, &code);
	assert_string_equal(text, "");
	assert_int_equal(outcome.commands, 900);
	assert_int_equal(live.service.process->client.exchanges - before, 6);
	assert_int_equal(steps_verify(&live.service, &plan, NULL), 0);
	assert_int_equal(steps_undo(&live.service, &plan, outcome.done, NULL), 0);
	live_assert_stat(&live, "live", "m449", "status", "");
	live_assert_stat(&live, "live", "m0", "status", "");
	end(&plan, &outcome, text);
}

static void a_refused_command_undoes_its_neighbours(void **state)
{
	struct plan          plan = PLAN_INIT;
	struct steps_outcome outcome = STEPS_OUTCOME_INIT;
	enum err_code        code;
	char                *text;

	(void)state;
	live_need(&live);
	add_weight(&plan, "live/app1", 100, 50);
	add_weight(&plan, "live/nobody", 100, 50);
	add_weight(&plan, "live/app2", 100, 60);
	text = run(&plan, &outcome, &code);
	assert_string_equal(text,
			    "HAProxy refused 'set server live/nobody weight 50': No such server");
	assert_int_equal(code, ERR_FAILED);
	assert_int_equal(outcome.done, 0);
	assert_int_equal(outcome.left.len, 0);
	live_assert_stat(&live, "live", "app1", "weight", "100");
	live_assert_stat(&live, "live", "app2", "weight", "100");
	end(&plan, &outcome, text);
}

static void a_server_that_is_there_already_is_left_alone(void **state)
{
	struct plan          plan = PLAN_INIT;
	struct steps_outcome outcome = STEPS_OUTCOME_INIT;
	enum err_code        code;
	char                *text;

	(void)state;
	live_need(&live);
	live_tell(&live, "add server live/theirs 127.0.0.1:9");
	add_server(&plan, "ours", "127.0.0.1:9");
	add_server(&plan, "theirs", "127.0.0.1:10");
	text = run(&plan, &outcome, &code);
	assert_non_null(strstr(text, "'add server live/theirs 127.0.0.1:10': Already exists"));
	/* Neither enabled nor deleted: it is somebody else's. */
	live_assert_stat(&live, "live", "theirs", "status", "MAINT");
	live_assert_stat(&live, "live", "ours", "status", "");
	end(&plan, &outcome, text);
}

static void what_was_done_before_a_failure_is_undone_on_demand(void **state)
{
	struct plan          plan = PLAN_INIT;
	struct steps_outcome outcome = STEPS_OUTCOME_INIT;
	enum err_code        code;
	char                *text;

	(void)state;
	live_need(&live);
	add_weight(&plan, "live/app1", 100, 50);
	add_delete(&plan, "live", "nobody"); /* runs alone, and fails */
	add_weight(&plan, "live/app2", 100, 60);
	text = run(&plan, &outcome, &code);
	assert_non_null(strstr(text, "No such server"));
	assert_int_equal(outcome.done, 1);
	assert_false(outcome.reload_to_undo);
	live_assert_stat(&live, "live", "app1", "weight", "50");
	live_assert_stat(&live, "live", "app2", "weight", "100");
	assert_int_equal(steps_undo(&live.service, &plan, outcome.done, NULL), 0);
	live_assert_stat(&live, "live", "app1", "weight", "100");
	end(&plan, &outcome, text);
}

static void undoing_goes_on_after_a_failure_and_tells_the_first(void **state)
{
	struct plan plan = PLAN_INIT;
	struct err  err = ERR_INIT;

	(void)state;
	live_need(&live);
	live_tell(&live, "set server live/app1 weight 7");
	add_weight(&plan, "live/app1", 100, 7);
	add_weight(&plan, "live/nobody", 100, 7);
	add_weight(&plan, "no/body", 100, 7);
	assert_int_equal(steps_undo(&live.service, &plan, 3, &err), -1);
	assert_string_equal(err.text.bytes,
			    "HAProxy refused 'set server no/body weight 100': No such backend");
	live_assert_stat(&live, "live", "app1", "weight", "100");
	err_release(&err);
	plan_release(&plan);
}

static void a_level_that_is_too_low_is_said_before_anything_is_sent(void **state)
{
	struct plan          plan = PLAN_INIT;
	struct steps_outcome outcome = STEPS_OUTCOME_INIT;
	enum err_code        code;
	char                *text;

	(void)state;
	live_need(&live);
	add_weight(&plan, "live/app1", 100, 50);
	live.service.process->level = ACCESS_OPERATOR;
	text = run(&plan, &outcome, &code);
	assert_int_equal(code, ERR_DENIED);
	assert_non_null(strstr(text, "needs level admin, this socket grants operator"));
	live_assert_stat(&live, "live", "app1", "weight", "100");
	end(&plan, &outcome, text);
}

static void a_known_fault_of_the_release_is_not_walked_into(void **state)
{
	struct plan_command command = { .text = (char *)"clear counters all" };
	struct err          err = ERR_INIT;

	(void)state;
	live_need(&live);
	assert_int_equal(steps_command(&live.service, &command, &err), 0);
	live.service.process->version_number = VERSION_POINT(3, 4, 0);
	assert_int_equal(steps_command(&live.service, &command, &err), -1);
	assert_int_equal(err.code, ERR_UNSUPPORTED);
	err_release(&err);
}

static void a_process_that_has_died_is_an_error_and_leaves_words(void **state)
{
	struct plan          plan = PLAN_INIT;
	struct steps_outcome outcome = STEPS_OUTCOME_INIT;
	enum err_code        code;
	char                *text;

	(void)state;
	live_need(&live);
	add_weight(&plan, "live/app1", 100, 50);
	kill(live.child, SIGKILL);
	waitpid(live.child, NULL, 0);
	live.child = 0;
	text = run(&plan, &outcome, &code);
	assert_int_equal(code, ERR_IO);
	assert_int_equal(outcome.commands, 0);
	assert_int_equal(outcome.left.len, 0); /* nothing was sent, so nothing is left */
	end(&plan, &outcome, text);
}

#define LIVE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_reply_is_empty),
		cmocka_unit_test(each_way_to_say_that_an_address_is_set_is_known),
		cmocka_unit_test(the_last_line_tells_whether_a_server_came_or_went),
		cmocka_unit_test(any_reply_but_a_denial_is_any),
		LIVE(steps_are_run_and_verified),
		LIVE(many_steps_share_exchanges),
		LIVE(a_refused_command_undoes_its_neighbours),
		LIVE(a_server_that_is_there_already_is_left_alone),
		LIVE(what_was_done_before_a_failure_is_undone_on_demand),
		LIVE(undoing_goes_on_after_a_failure_and_tells_the_first),
		LIVE(a_level_that_is_too_low_is_said_before_anything_is_sent),
		LIVE(a_known_fault_of_the_release_is_not_walked_into),
		LIVE(a_process_that_has_died_is_an_error_and_leaves_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
