/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "penstock/sys/loop.h"

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

static void count(void *data)
{
	++*(int *)data;
}

struct drain {
	struct loop_watch *watch;
	int                calls;
	unsigned           events;
	bool               done;
};

static void drain(int fd, unsigned events, void *data)
{
	struct drain *drain = data;
	char          bytes[16];

	drain->calls++;
	drain->events = events;
	if (events & LOOP_READ)
		assert_true(read(fd, bytes, sizeof(bytes)) > 0);
	drain->done = true;
}

static void watch_calls_back_when_there_is_something_to_read(void **state)
{
	struct drain drained = { 0 };
	int          ends[2];

	assert_int_equal(pipe(ends), 0);
	drained.watch = loop_watch_fd(*state, ends[0], LOOP_READ, drain, &drained);
	loop_turn(*state, true);
	assert_int_equal(drained.calls, 0);
	assert_int_equal(write(ends[1], "x", 1), 1);
	assert_int_equal(loop_wait(*state, &drained.done, 5000, NULL), 0);
	assert_int_equal(drained.calls, 1);
	assert_int_equal(drained.events, LOOP_READ);
	loop_unwatch(drained.watch);
	close(ends[0]);
	close(ends[1]);
}

static void watch_can_change_what_it_waits_for(void **state)
{
	struct drain drained = { 0 };
	int          ends[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	drained.watch = loop_watch_fd(*state, ends[0], LOOP_READ, drain, &drained);
	loop_turn(*state, true);
	assert_int_equal(drained.calls, 0);
	loop_watch_change(drained.watch, LOOP_WRITE);
	assert_int_equal(loop_wait(*state, &drained.done, 5000, NULL), 0);
	assert_int_equal(drained.events, LOOP_WRITE);
	loop_watch_change(drained.watch, 0);
	loop_turn(*state, true);
	assert_int_equal(drained.calls, 1);
	loop_unwatch(drained.watch);
	close(ends[0]);
	close(ends[1]);
}

static void unwatch_itself(int fd, unsigned events, void *data)
{
	struct drain *drain = data;

	(void)fd;
	(void)events;
	loop_unwatch(drain->watch);
	drain->done = true;
}

static void watch_may_be_ended_from_its_own_callback(void **state)
{
	struct drain drained = { 0 };
	int          ends[2];

	assert_int_equal(pipe(ends), 0);
	drained.watch = loop_watch_fd(*state, ends[1], LOOP_WRITE, unwatch_itself, &drained);
	assert_int_equal(loop_wait(*state, &drained.done, 5000, NULL), 0);
	loop_turn(*state, true);
	close(ends[0]);
	close(ends[1]);
}

static void read_until_reset(int fd, unsigned events, void *data)
{
	struct drain *drain = data;
	char          c;

	(void)events;
	drain->calls++;
	drain->done = read(fd, &c, 1) < 0;
}

static void a_reset_does_not_hide_what_came_before(void **state)
{
	struct drain drained = { 0 };
	int          ends[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	drained.watch = loop_watch_fd(*state, ends[0], LOOP_READ, read_until_reset, &drained);
	assert_int_equal(write(ends[0], "unread", 6), 6);
	assert_int_equal(write(ends[1], "ab", 2), 2);
	close(ends[1]);
	assert_int_equal(loop_wait(*state, &drained.done, 5000, NULL), 0);
	assert_int_equal(drained.calls, 3);
	loop_unwatch(drained.watch);
	close(ends[0]);
}

static void watching_leaves_a_blocking_descriptor_blocking(void **state)
{
	struct drain drained = { 0 };
	int          ends[2];

	assert_int_equal(pipe(ends), 0);
	drained.watch = loop_watch_fd(*state, ends[0], LOOP_READ, drain, &drained);
	assert_false(fcntl(ends[0], F_GETFL) & O_NONBLOCK);
	loop_unwatch(drained.watch);
	close(ends[0]);
	close(ends[1]);
}

static void a_plain_file_cannot_be_watched(void **state)
{
	char name[] = "/tmp/loop_test.XXXXXX";
	int  fd = mkstemp(name);

	assert_null(loop_watch_fd(*state, fd, LOOP_READ, drain, NULL));
	unlink(name);
	close(fd);
}

static void timer_fires_once_unless_it_repeats(void **state)
{
	int                once = 0, often = 0;
	struct loop_timer *first = loop_timer_start(*state, 1, 0, count, &once);
	struct loop_timer *second = loop_timer_start(*state, 1, 1, count, &often);

	while (often < 3)
		loop_turn(*state, false);
	assert_int_equal(once, 1);
	loop_timer_stop(first);
	loop_timer_stop(second);
	loop_timer_stop(NULL);
}

static void pass_ms(long ms)
{
	struct timespec time = { 0, ms * 1000000 };

	nanosleep(&time, NULL);
}

static void timers_do_not_catch_up_in_bursts(void **state)
{
	int                calls = 0;
	struct loop_timer *timer = loop_timer_start(*state, 1, 1, count, &calls);

	pass_ms(30);
	loop_turn(*state, true);
	assert_in_range(calls, 1, 2);
	loop_timer_stop(timer);
}

static void timer_delay_counts_from_the_call(void **state)
{
	int                calls = 0;
	struct loop_timer *timer;

	loop_turn(*state, true);
	pass_ms(30);
	timer = loop_timer_start(*state, 25, 0, count, &calls);
	loop_turn(*state, true);
	assert_int_equal(calls, 0);
	loop_timer_stop(timer);
}

static void restarted_timer_waits_anew(void **state)
{
	int                calls = 0;
	struct loop_timer *timer = loop_timer_start(*state, 1, 0, count, &calls);

	pass_ms(5);
	loop_timer_restart(timer, 60000);
	loop_turn(*state, true);
	assert_int_equal(calls, 0);
	loop_timer_restart(timer, 0);
	while (!calls)
		loop_turn(*state, false);
	loop_timer_stop(timer);
}

static void wait_ends_in_a_timeout_that_says_how_long(void **state)
{
	struct err err = ERR_INIT;
	bool       never = false;

	assert_int_equal(loop_wait(*state, &never, 10, &err), -1);
	assert_int_equal(err.code, ERR_TIMEOUT);
	assert_string_equal(err.text.bytes, "no answer within 0.01 s");
	err_release(&err);
}

static void sleep_is_no_error(void **state)
{
	struct err err = ERR_INIT;

	assert_int_equal(loop_sleep(*state, 1, &err), 0);
	assert_int_equal(err.code, ERR_NONE);
	err_release(&err);
}

static void interrupt(void *data)
{
	loop_interrupt(data);
}

static void interrupt_ends_the_current_wait(void **state)
{
	struct err         err = ERR_INIT;
	bool               never = false;
	struct loop_timer *timer = loop_timer_start(*state, 1, 0, interrupt, *state);

	assert_int_equal(loop_wait(*state, &never, -1, &err), -1);
	assert_int_equal(err.code, ERR_CANCELLED);
	assert_false(loop_take_interrupt(*state));
	loop_timer_stop(timer);
	err_release(&err);
}

static void interrupt_ends_the_next_wait(void **state)
{
	struct err err = ERR_INIT;

	loop_interrupt(*state);
	assert_int_equal(loop_sleep(*state, 60000, &err), -1);
	assert_int_equal(err.code, ERR_CANCELLED);
	err_release(&err);
}

static void finished_work_is_not_cancelled(void **state)
{
	bool done = true;

	loop_interrupt(*state);
	assert_int_equal(loop_wait(*state, &done, -1, NULL), 0);
	assert_true(loop_take_interrupt(*state));
}

static void on_signal(int number, void *data)
{
	assert_int_equal(number, SIGUSR1);
	loop_interrupt(data);
}

static void interrupt_works_from_a_signal_callback(void **state)
{
	struct loop_signal *signal = loop_signal_start(*state, SIGUSR1, on_signal, *state);
	struct err          err = ERR_INIT;
	bool                never = false;

	raise(SIGUSR1);
	assert_int_equal(loop_wait(*state, &never, -1, &err), -1);
	assert_int_equal(err.code, ERR_CANCELLED);
	loop_signal_stop(signal);
	loop_signal_stop(NULL);
	err_release(&err);
}

struct sleeper {
	int  calls, with_input;
	int *timer_calls, seen;
};

static bool before_sleep(void *data)
{
	struct sleeper *sleeper = data;

	sleeper->calls++;
	if (sleeper->timer_calls)
		sleeper->seen = *sleeper->timer_calls;
	return sleeper->calls <= sleeper->with_input;
}

static void nobody_sleeps_while_there_is_hidden_input(void **state)
{
	struct sleeper first = { .with_input = 3 }, second = { 0 };

	loop_before_sleep(*state, before_sleep, &first);
	loop_before_sleep(*state, before_sleep, &second);
	/* Would wait for ever otherwise: main's alarm ends that. */
	for (int i = 0; i < 3; i++)
		loop_turn(*state, false);
	assert_int_equal(first.calls, 3);
	assert_int_equal(second.calls, 3);
}

static void loop_sleeps_again_when_the_hidden_input_is_gone(void **state)
{
	struct sleeper     sleeper = { .with_input = 1 };
	int                calls = 0;
	struct loop_timer *timer = loop_timer_start(*state, 20, 0, count, &calls);

	loop_before_sleep(*state, before_sleep, &sleeper);
	loop_turn(*state, false);
	assert_int_equal(calls, 0);
	loop_turn(*state, false);
	assert_int_equal(calls, 1);
	loop_timer_stop(timer);
}

static void sleeper_sees_what_the_timers_did(void **state)
{
	int                calls = 0;
	struct sleeper     sleeper = { .timer_calls = &calls };
	struct loop_timer *timer = loop_timer_start(*state, 0, 0, count, &calls);

	loop_before_sleep(*state, before_sleep, &sleeper);
	pass_ms(2);
	loop_turn(*state, true);
	assert_int_equal(sleeper.seen, calls);
	loop_timer_stop(timer);
}

static void forgotten_sleeper_is_not_called(void **state)
{
	struct sleeper sleeper = { 0 };

	loop_before_sleep(*state, before_sleep, &sleeper);
	loop_forget_sleeper(*state, before_sleep, &sleeper);
	loop_turn(*state, true);
	assert_int_equal(sleeper.calls, 0);
}

static void wait_inside(void *data)
{
	bool done = true;

	loop_wait(data, &done, 1, NULL);
}

static void turn_inside(void *data)
{
	loop_turn(data, true);
}

static void expect_bug(loop_fn fn)
{
	int   status;
	pid_t pid = fork();

	if (pid == 0) {
		struct loop *loop = loop_new();

		close(2);
		signal(SIGABRT, SIG_DFL);
		loop_timer_start(loop, 0, 0, fn, loop);
		loop_sleep(loop, 1000, NULL);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

static void waiting_in_a_callback_is_a_bug(void **state)
{
	(void)state;
	expect_bug(wait_inside);
	expect_bug(turn_inside);
}

static void writing_to_a_closed_pipe_is_an_error_and_no_death(void **state)
{
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	close(ends[0]);
	assert_int_equal(write(ends[1], "x", 1), -1);
	assert_int_equal(errno, EPIPE);
	close(ends[1]);
}

static void free_closes_what_is_left(void **state)
{
	struct loop *loop = loop_new();
	int          ends[2], calls = 0;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	loop_watch_fd(loop, ends[0], LOOP_READ, drain, NULL);
	loop_timer_start(loop, 0, 1, count, &calls);
	loop_signal_start(loop, SIGUSR2, on_signal, loop);
	loop_free(loop);
	loop_free(NULL);
	close(ends[0]);
	close(ends[1]);
}

static void resolve_takes_literal_addresses(void **state)
{
	struct sockaddr_storage address;
	unsigned                len;

	assert_int_equal(loop_resolve(*state, "127.0.0.1", "80", 1000, &address, &len, NULL), 0);
	assert_int_equal(address.ss_family, AF_INET);
	assert_int_equal(loop_resolve(*state, "::1", "80", 1000, &address, &len, NULL), 0);
	assert_int_equal(address.ss_family, AF_INET6);
}

static void resolve_looks_names_up(void **state)
{
	struct sockaddr_storage address;
	unsigned                len;

	NEEDS_LOCALHOST();
	assert_int_equal(loop_resolve(*state, "localhost", "80", 5000, &address, &len, NULL), 0);
}

static void resolve_names_the_host_that_it_cannot_find(void **state)
{
	struct sockaddr_storage address;
	unsigned                len;
	struct err              err = ERR_INIT;

	assert_int_equal(loop_resolve(*state, "a..b", "80", 5000, &address, &len, &err), -1);
	assert_non_null(strstr(err.text.bytes, "'a..b'"));
	err_release(&err);
}

static void lookup_that_is_given_up_may_end_later(void **state)
{
	struct sockaddr_storage address;
	unsigned                len;

	loop_interrupt(*state);
	assert_int_equal(loop_resolve(*state, "localhost", "80", -1, &address, &len, NULL), -1);
	loop_sleep(*state, 50, NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(watch_calls_back_when_there_is_something_to_read),
		TEST(watch_can_change_what_it_waits_for),
		TEST(watch_may_be_ended_from_its_own_callback),
		TEST(a_reset_does_not_hide_what_came_before),
		TEST(watching_leaves_a_blocking_descriptor_blocking),
		TEST(a_plain_file_cannot_be_watched),
		TEST(timer_fires_once_unless_it_repeats),
		TEST(timers_do_not_catch_up_in_bursts),
		TEST(timer_delay_counts_from_the_call),
		TEST(restarted_timer_waits_anew),
		TEST(wait_ends_in_a_timeout_that_says_how_long),
		TEST(sleep_is_no_error),
		TEST(interrupt_ends_the_current_wait),
		TEST(interrupt_ends_the_next_wait),
		TEST(finished_work_is_not_cancelled),
		TEST(interrupt_works_from_a_signal_callback),
		TEST(nobody_sleeps_while_there_is_hidden_input),
		TEST(loop_sleeps_again_when_the_hidden_input_is_gone),
		TEST(sleeper_sees_what_the_timers_did),
		TEST(forgotten_sleeper_is_not_called),
		TEST(waiting_in_a_callback_is_a_bug),
		TEST(writing_to_a_closed_pipe_is_an_error_and_no_death),
		TEST(free_closes_what_is_left),
		TEST(resolve_takes_literal_addresses),
		TEST(resolve_looks_names_up),
		TEST(resolve_names_the_host_that_it_cannot_find),
		TEST(lookup_that_is_given_up_may_end_later),
	};

	alarm(60);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
