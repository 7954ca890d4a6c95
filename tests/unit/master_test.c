/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake.h"
#include "live.h"

#include "penstock/base/mem.h"
#include "penstock/haproxy/master.h"

#define HEAD "#<PID>          <type>          <reloads>       <uptime>        <version>      \n"

static const char after_two_reloads[] =
	HEAD
	"23888           master          3 [failed: 1]   0d00h00m02s     2.6.12-1+deb12u4\n"
	"# workers\n"
	"24125           worker          1               0d00h00m01s     2.6.12-1+deb12u4\n"
	"# old workers\n"
	"24121           worker          2               0d00h00m02s     2.6.12-1+deb12u4\n"
	"# programs\n"
	"24126           agent           1               0d00h00m01s     -              \n"
	"\n";

static void each_process_is_listed_with_its_kind(void **state)
{
	struct workers       workers = WORKERS_INIT;
	const struct worker *worker;

	(void)state;
	assert_int_equal(workers_parse(&workers, span_of(after_two_reloads), NULL), 0);
	assert_int_equal(workers.list.count, 4);
	worker = &workers.list.items[0];
	assert_int_equal(worker->kind, WORKER_MASTER);
	assert_int_equal(worker->pid, 23888);
	assert_int_equal(worker->reloads, 3);
	assert_int_equal(worker->failed, 1);
	assert_string_equal(worker->uptime.bytes, "0d00h00m02s");
	assert_string_equal(worker->version.bytes, "2.6.12-1+deb12u4");
	worker = &workers.list.items[2];
	assert_int_equal(worker->kind, WORKER_OLD);
	assert_int_equal(worker->reloads, 2);
	assert_int_equal(worker->failed, 0);
	assert_int_equal(workers.list.items[3].kind, WORKER_PROGRAM);
	assert_int_equal(workers_serving(&workers), 24125);
	workers_release(&workers);
}

/* 2.2 and 2.4 have a column more. */
static void a_relative_pid_is_passed_over(void **state)
{
	struct workers workers = { VEC_INIT };
	const char    *reply = "#<PID> <type> <relative PID> <reloads> <uptime> <version>\n"
			       "10 master 0 1 0d00h00m02s 2.2.9\n# workers\n"
			       "12 worker 1 0 0d00h00m01s 2.2.9\n# old workers\n"
			       "11 worker [was: 1] 1 0d00h00m02s 2.2.9\n# programs\n";

	(void)state;
	assert_int_equal(workers_parse(&workers, span_of(reply), NULL), 0);
	assert_int_equal(workers.list.count, 3);
	assert_int_equal(workers.list.items[2].pid, 11);
	assert_int_equal(workers.list.items[2].reloads, 1);
	assert_string_equal(workers.list.items[2].version.bytes, "2.2.9");
	assert_int_equal(workers_serving(&workers), 12);
	workers_release(&workers);
}

static void after_a_failed_reload_the_newest_old_worker_serves(void **state)
{
	struct workers workers = WORKERS_INIT;

	(void)state;
	/* So say 3.2 and later. */
	assert_int_equal(workers_parse(&workers, span_of(HEAD
		"10 master 2 [failed: 1] 0d00h00m02s 3.2.0\n# workers\n# old workers\n"
		"12 worker 5 0d00h00m01s 3.2.0\n14 worker 1 0d00h00m01s 3.2.0\n"), NULL), 0);
	assert_int_equal(workers_serving(&workers), 14);
	workers_release(&workers);
}

static void a_master_alone_serves_nobody(void **state)
{
	struct workers workers = WORKERS_INIT;

	(void)state;
	assert_int_equal(workers_parse(&workers, span_of(HEAD
		"10 master 0 [failed: 0] 0d00h00m02s 2.6\n# workers\n# programs\n\n"), NULL), 0);
	assert_int_equal(workers_serving(&workers), 0);
	workers_release(&workers);
}

static const char *const nonsense[] = {
	"", "Unknown command. Please enter one of\n", "Permission denied\n",
	HEAD "master\n", HEAD "10\n", HEAD "10 master\n", HEAD "10 master x\n",
	HEAD "10 master 0\n", HEAD "10 master 0 [failed:\n", HEAD "10 master 0 [failed: x] 1s\n",
	HEAD "10 master 0 [failed: 1 1s\n", HEAD "-\x1b[2J\n",
};

static void nonsense_is_quoted(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(nonsense); i++) {
		struct workers workers = WORKERS_INIT;
		struct err     err = ERR_INIT;

		assert_int_equal(workers_parse(&workers, span_of(nonsense[i]), &err), -1);
		assert_int_equal(err.code, ERR_PROTOCOL);
		assert_null(strchr(err.text.bytes, '\x1b'));
		workers_release(&workers);
		err_release(&err);
	}
}

struct desk {
	struct fake   fake;
	struct loop  *loop;
	struct client master;
};

static int set_up(void **state)
{
	struct desk *desk = calloc(1, sizeof(*desk));

	*state = desk;
	fake_prepare(&desk->fake);
	desk->loop = loop_new();
	return client_init(&desk->master, desk->loop, desk->fake.path, true, NULL);
}

static int tear_down(void **state)
{
	struct desk *desk = *state;

	client_release(&desk->master);
	loop_free(desk->loop);
	fake_end(&desk->fake);
	free(desk);
	return 0;
}

static void expect_answer(struct desk *desk, const char *said, enum reload_answer wanted,
			  const char *words)
{
	struct str         messages = STR_INIT;
	enum reload_answer answer;

	fake_set_answer(&desk->fake, "reload", said);
	fake_serve(&desk->fake, fake_answer_as_master);
	assert_int_equal(master_reload(&desk->master, &answer, &messages, NULL), 0);
	assert_int_equal(answer, wanted);
	assert_string_equal(messages.bytes, words);
	str_release(&messages);
}

static void a_reload_is_accepted_done_or_refused(void **state)
{
	struct desk *desk = *state;

	expect_answer(desk, "", RELOAD_ACCEPTED, "");
	expect_answer(desk, "Success=1\n--\n[NOTICE] ready\n", RELOAD_DONE, "[NOTICE] ready");
	expect_answer(desk, "Success=0\n--\n[ALERT] no\n[ALERT] way\n", RELOAD_REFUSED,
		      "[ALERT] no\n[ALERT] way");
	expect_answer(desk, "Success=0\n", RELOAD_REFUSED, "");
}

static void hang_up(const struct fake *fake, int fd)
{
	char line[64];

	(void)fake;
	fake_hear(fd, line, sizeof(line));
}

static void silence_of_2_6_means_accepted(void **state)
{
	struct desk       *desk = *state;
	struct str         messages = STR_INIT;
	enum reload_answer answer = RELOAD_REFUSED;

	fake_serve(&desk->fake, hang_up);
	assert_int_equal(master_reload(&desk->master, &answer, &messages, NULL), 0);
	assert_int_equal(answer, RELOAD_ACCEPTED);
	str_release(&messages);
}

static void expect_refusal(struct desk *desk, const char *said, enum err_code code)
{
	struct str         messages = STR_INIT;
	struct err         err = ERR_INIT;
	enum reload_answer answer;

	fake_set_answer(&desk->fake, "reload", said);
	fake_serve(&desk->fake, fake_answer_as_master);
	assert_int_equal(master_reload(&desk->master, &answer, &messages, &err), -1);
	assert_int_equal(err.code, code);
	assert_non_null(strstr(err.text.bytes, desk->fake.path));
	assert_null(strchr(err.text.bytes, '\x1b'));
	str_release(&messages);
	err_release(&err);
}

static void other_answers_are_errors(void **state)
{
	struct desk *desk = *state;

	expect_refusal(desk, "Permission denied\n", ERR_DENIED);
	expect_refusal(desk, "what\x1b[2J?\n", ERR_PROTOCOL);
}

static void listen_again(void *data)
{
	struct desk *desk = data;

	fake_listen_again(&desk->fake);
	fake_serve(&desk->fake, fake_answer_as_master);
}

static void a_master_that_is_away_for_a_moment_is_waited_for(void **state)
{
	struct desk       *desk = *state;
	struct workers     workers = WORKERS_INIT;
	struct loop_timer *timer = loop_timer_start(desk->loop, 100, 0, listen_again, desk);

	fake_set_answer(&desk->fake, "show proc", after_two_reloads);
	fake_hang_up(&desk->fake);
	assert_int_equal(master_workers(&desk->master, &workers, NULL), 0);
	assert_int_equal(workers.list.count, 4);
	workers_release(&workers);
	loop_timer_stop(timer);
}

static void a_master_that_stays_away_is_an_error(void **state)
{
	struct desk   *desk = *state;
	struct workers workers = WORKERS_INIT;
	struct err     err = ERR_INIT;

	fake_hang_up(&desk->fake);
	assert_int_equal(master_workers(&desk->master, &workers, &err), -1);
	assert_int_equal(err.code, ERR_IO);
	assert_non_null(strstr(err.text.bytes, "nothing listens"));
	err_release(&err);
}

static struct live live;

static int live_set_up(void **state)
{
	(void)state;
	return live_start(&live, LIVE_MASTER, LIVE_TEXT);
}

static int live_tear_down(void **state)
{
	(void)state;
	return live_end(&live);
}

static long serving(struct client *master)
{
	struct workers workers = WORKERS_INIT;
	long           pid = 0;

	if (master_workers(master, &workers, NULL) == 0)
		pid = workers_serving(&workers);
	workers_release(&workers);
	return pid;
}

static void a_real_master_reloads_into_another_worker(void **state)
{
	struct client      master;
	struct str         messages = STR_INIT;
	enum reload_answer answer;
	long               old;

	(void)state;
	live_need(&live);
	assert_int_equal(client_init(&master, live.loop, live.master, true, NULL), 0);
	old = serving(&master);
	assert_int_equal(old, live.service.process->pid);
	assert_int_equal(master_reload(&master, &answer, &messages, NULL), 0);
	assert_int_not_equal(answer, RELOAD_REFUSED);
	assert_true(LIVE_WAIT(&live, serving(&master) && serving(&master) != old));
	str_release(&messages);
	client_release(&master);
}

static long failures(struct client *master)
{
	struct workers workers = WORKERS_INIT;
	long           failed = 0;

	if (master_workers(master, &workers, NULL) == 0)
		failed = workers.list.items[0].failed;
	workers_release(&workers);
	return failed;
}

static void a_real_master_counts_a_reload_that_failed(void **state)
{
	struct client      master;
	struct str         messages = STR_INIT;
	enum reload_answer answer;
	long               old;

	(void)state;
	live_need(&live);
	assert_int_equal(client_init(&master, live.loop, live.master, true, NULL), 0);
	old = serving(&master);
	live_configure(&live, LIVE_TEXT "backend broken\n    no-such-keyword\n");
	assert_int_equal(master_reload(&master, &answer, &messages, NULL), 0);
	assert_int_not_equal(answer, RELOAD_DONE);
	assert_true(LIVE_WAIT(&live, failures(&master) == 1));
	assert_int_equal(serving(&master), old);
	str_release(&messages);
	client_release(&master);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
#define LIVE(name) cmocka_unit_test_setup_teardown(name, live_set_up, live_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_process_is_listed_with_its_kind),
		cmocka_unit_test(a_relative_pid_is_passed_over),
		cmocka_unit_test(after_a_failed_reload_the_newest_old_worker_serves),
		cmocka_unit_test(a_master_alone_serves_nobody),
		cmocka_unit_test(nonsense_is_quoted),
		TEST(a_reload_is_accepted_done_or_refused),
		TEST(silence_of_2_6_means_accepted),
		TEST(other_answers_are_errors),
		TEST(a_master_that_is_away_for_a_moment_is_waited_for),
		TEST(a_master_that_stays_away_is_an_error),
		LIVE(a_real_master_reloads_into_another_worker),
		LIVE(a_real_master_counts_a_reload_that_failed),
	};

	alarm(110);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
