/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <errno.h>
#include <signal.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "penstock/sys/child.h"
#include "penstock/sys/file.h"

static int set_up(void **state)
{
	*state = loop_new();
	return 0;
}

static int tear_down(void **state)
{
	loop_free(*state);
	return 0;
}

static int run_shell(struct loop *loop, const char *script, int64_t timeout_ms,
		     struct child_result *result, struct err *err)
{
	const char *const       argv[] = { "sh", "-c", script, NULL };
	const struct child_spec spec = { .argv = argv, .timeout_ms = timeout_ms };

	return child_run(loop, &spec, result, err);
}

static void gives_status_and_both_streams(void **state)
{
	struct child_result result;

	assert_int_equal(run_shell(*state, "echo out; echo err >&2; exit 3", -1, &result, NULL), 0);
	assert_int_equal(result.status, 3);
	assert_string_equal(result.out.bytes, "out\n");
	assert_string_equal(result.err.bytes, "err\n");
	child_result_release(&result);
}

static void gives_128_and_the_signal(void **state)
{
	struct child_result result;

	assert_int_equal(run_shell(*state, "kill -9 $$", -1, &result, NULL), 0);
	assert_int_equal(result.status, 128 + SIGKILL);
	child_result_release(&result);
}

static void hands_over_the_input_to_its_end(void **state)
{
	const char *const   argv[] = { "cat", NULL };
	struct str          input = STR_INIT;
	struct child_result result;

	str_add_repeat(&input, 'x', 300000);
	assert_int_equal(child_run(*state, &(struct child_spec){ .argv = argv, .timeout_ms = -1,
								 .input = str_span(&input) },
				   &result, NULL), 0);
	assert_int_equal(result.out.len, 300000);
	str_release(&input);
	child_result_release(&result);
}

static void a_child_need_not_read_its_input(void **state)
{
	const char *const   argv[] = { "true", NULL };
	struct str          input = STR_INIT;
	struct child_result result;

	str_add_repeat(&input, 'x', 3000000);
	assert_int_equal(child_run(*state, &(struct child_spec){ .argv = argv, .timeout_ms = -1,
								 .input = str_span(&input) },
				   &result, NULL), 0);
	assert_int_equal(result.status, 0);
	str_release(&input);
	child_result_release(&result);
}

static void input_is_empty_where_none_is_given(void **state)
{
	struct child_result result;

	assert_int_equal(run_shell(*state, "cat; echo end", -1, &result, NULL), 0);
	assert_string_equal(result.out.bytes, "end\n");
	child_result_release(&result);
}

static void runs_in_the_folder(void **state)
{
	const char *const   argv[] = { "pwd", NULL };
	struct child_result result;

	assert_int_equal(child_run(*state, &(struct child_spec){ .argv = argv, .cwd = "/",
								 .timeout_ms = -1 },
				   &result, NULL), 0);
	assert_string_equal(result.out.bytes, "/\n");
	child_result_release(&result);
}

static void a_missing_program_is_not_found(void **state)
{
	const char *const   argv[] = { "no-such-program-here", NULL };
	struct child_result result;
	struct err          err = ERR_INIT;

	assert_int_equal(child_run(*state, &(struct child_spec){ .argv = argv }, &result, &err),
			 -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
	assert_non_null(strstr(err.text.bytes, "'no-such-program-here'"));
	err_release(&err);
	child_result_release(&result);
}

static void a_missing_folder_is_no_missing_program(void **state)
{
	const char *const   argv[] = { "true", NULL };
	struct child_result result;
	struct err          err = ERR_INIT;

	assert_int_equal(child_run(*state, &(struct child_spec){ .argv = argv, .cwd = "/no/where" },
				   &result, &err), -1);
	assert_int_equal(err.code, ERR_IO);
	assert_non_null(strstr(err.text.bytes, "'/no/where'"));
	err_release(&err);
	child_result_release(&result);
}

static void keeps_a_mebibyte_and_reads_the_rest(void **state)
{
	struct child_result result;

	assert_int_equal(run_shell(*state, "head -c 3000000 /dev/zero; echo end >&2", -1, &result,
				   NULL), 0);
	assert_int_equal(result.out.len, 1 << 20);
	assert_string_equal(result.err.bytes, "end\n");
	child_result_release(&result);
}

/* The process may have ended a moment ago without anyone having reaped it yet. */
static void wait_gone(long pid)
{
	struct timespec moment = { 0, 5000000 };

	assert_true(pid > 0);
	while (kill((pid_t)pid, 0) == 0) {
		struct str stat = STR_INIT;
		char       path[64];
		bool       dead;

		snprintf(path, sizeof(path), "/proc/%ld/stat", pid);
		file_read(path, &stat, NULL, NULL);
		dead = strstr(stat.bytes, ") Z ") != NULL;
		str_release(&stat);
		if (dead)
			return;
		nanosleep(&moment, NULL);
	}
}

static void timeout_ends_the_child_and_its_children(void **state)
{
	struct child_result result;
	struct err          err = ERR_INIT;

	assert_int_equal(run_shell(*state, "sleep 100 & echo $!; wait", 200, &result, &err), -1);
	assert_int_equal(err.code, ERR_TIMEOUT);
	assert_string_equal(err.text.bytes, "'sh' did not end within 0.2 s and was stopped");
	wait_gone(atol(result.out.bytes));
	err_release(&err);
	child_result_release(&result);
}

static void a_child_that_ignores_term_is_killed(void **state)
{
	struct child_result result;
	struct err          err = ERR_INIT;

	assert_int_equal(run_shell(*state, "trap '' TERM; while :; do sleep 0.1; done", 100,
				   &result, &err), -1);
	assert_int_equal(result.status, 128 + SIGKILL);
	err_release(&err);
	child_result_release(&result);
}

static void interrupt(void *data)
{
	loop_interrupt(data);
}

static void interrupt_ends_the_child(void **state)
{
	struct child_result result;
	struct err          err = ERR_INIT;
	struct loop_timer  *timer = loop_timer_start(*state, 100, 0, interrupt, *state);

	assert_int_equal(run_shell(*state, "echo $$; exec sleep 100", -1, &result, &err), -1);
	assert_int_equal(err.code, ERR_CANCELLED);
	wait_gone(atol(result.out.bytes));
	loop_timer_stop(timer);
	err_release(&err);
	child_result_release(&result);
}

static void an_editor_is_not_ended_by_an_interrupt(void **state)
{
	const char *const       argv[] = { "sh", "-c", "exit 5", NULL };
	const struct child_spec spec = { .argv = argv, .timeout_ms = -1, .terminal = true };
	struct child_result     result;

	loop_interrupt(*state);
	assert_int_equal(child_run(*state, &spec, &result, NULL), 0);
	assert_int_equal(result.status, 5);
	assert_int_equal(result.out.len, 0);
	child_result_release(&result);
}

static void a_grandchild_that_holds_the_streams_is_not_waited_for(void **state)
{
	struct child_result result;

	assert_int_equal(run_shell(*state, "sleep 100 & echo $!", -1, &result, NULL), 0);
	assert_int_equal(result.status, 0);
	assert_true(atol(result.out.bytes) > 0);
	/* Only the exit of main's alarm would come before the 100 s. */
	kill((pid_t)atol(result.out.bytes), SIGKILL);
	child_result_release(&result);
}

static void detached_program_has_its_own_session(void **state)
{
	const char *const argv[] = { "sleep", "100", NULL };
	struct err        err = ERR_INIT;
	int               pid = child_detach(argv, NULL, &err);

	(void)state;
	assert_true(pid > 0);
	assert_true(getsid(pid) > 0);
	assert_int_not_equal(getsid(pid), getsid(0));
	assert_int_equal(kill(pid, SIGKILL), 0);
	wait_gone(pid);
	err_release(&err);
}

static void detaching_a_missing_program_says_so(void **state)
{
	const char *const argv[] = { "no-such-program-here", NULL };
	struct err        err = ERR_INIT;

	(void)state;
	assert_int_equal(child_detach(argv, NULL, &err), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
	err_release(&err);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(gives_status_and_both_streams),
		TEST(gives_128_and_the_signal),
		TEST(hands_over_the_input_to_its_end),
		TEST(a_child_need_not_read_its_input),
		TEST(input_is_empty_where_none_is_given),
		TEST(runs_in_the_folder),
		TEST(a_missing_program_is_not_found),
		TEST(a_missing_folder_is_no_missing_program),
		TEST(keeps_a_mebibyte_and_reads_the_rest),
		TEST(timeout_ends_the_child_and_its_children),
		TEST(a_child_that_ignores_term_is_killed),
		TEST(interrupt_ends_the_child),
		TEST(an_editor_is_not_ended_by_an_interrupt),
		TEST(a_grandchild_that_holds_the_streams_is_not_waited_for),
		TEST(detached_program_has_its_own_session),
		TEST(detaching_a_missing_program_says_so),
	};

	alarm(60);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
