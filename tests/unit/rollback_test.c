/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk.h"

/* A plan of which somebody has done a step behind our back. */
static void make_plan_too_late(void)
{
	edit("    server app2",
	     "    server app3 127.0.0.1:9\n    server app4 127.0.0.1:9\n    server app2");
	edit("weight 100   # old", "weight 50   # old");
	make_plan();
	live_tell(&live, "add server live/app4 127.0.0.1:77");
}

static void what_holds_no_longer_stops_before_anything_is_done(void **state)
{
	long pid;

	(void)state;
	live_need(&live);
	pid = worker_pid();
	make_plan_too_late();
	assert_int_equal(apply_plan(), -1);
	assert_error(ERR_CONFLICT, "server live/app4 is not there yet");
	assert_unchanged(pid);
	live_assert_stat(&live, "live", "app2", "weight", "100");
	live_assert_stat(&live, "live", "app3", "status", "");
}

/* As if it happened between the last look and the step. */
static void forget_needs(void)
{
	for (size_t i = 0; i < desk.plan.steps.count; i++)
		for (size_t n = 0; n < desk.plan.steps.items[i].needs.count; n++)
			desk.plan.steps.items[i].needs.items[n].kind = NEED_OTHER;
}

static void a_step_that_haproxy_refuses_undoes_all(void **state)
{
	long pid;

	(void)state;
	live_need(&live);
	pid = worker_pid();
	make_plan_too_late();
	forget_needs();
	assert_int_equal(apply_plan(), -1);
	assert_error(ERR_ROLLED_BACK, "Already exists a server with the same name");
	assert_error(ERR_ROLLED_BACK, "all is as it was before");
	assert_unchanged(pid);
	live_assert_stat(&live, "live", "app2", "weight", "100");
	live_assert_stat(&live, "live", "app3", "status", "");
	live_assert_stat(&live, "live", "app4", "addr", "127.0.0.1:77");
	live_assert_stat(&live, "live", "app4", "status", "MAINT");
}

static void a_reload_that_is_refused_puts_the_file_back(void **state)
{
	char command[200];
	long pid;

	(void)state;
	live_need(&live);
	pid = worker_pid();
	/* `haproxy -c` and the reload see different files. */
	snprintf(command, sizeof(command), "echo nonsense >>%s; kill -USR2 %ld; sleep 0.2; exit 0",
		 live.config, (long)live.child);
	live.service.options.reload_command = command;
	live.service.options.reload_timeout_ms = 1000;
	edit("string fine", "string better");
	assert_int_equal(apply(), -1);
	assert_error(ERR_ROLLED_BACK, "no new worker answers");
	live.service.options.reload_command = NULL;
	assert_unchanged(pid);
	assert_says("restored: ");
}

static void a_worker_that_came_up_all_the_same_is_reloaded_back(void **state)
{
	char command[500];
	long pid;

	(void)state;
	live_need(&live);
	pid = worker_pid();
	/* The first time it reloads, and fails all the same; then it just reloads. */
	snprintf(command, sizeof(command), "kill -USR2 %ld; [ -e %s/twice ] && exit 0; "
		 "while [ \"$(echo show info | socat - UNIX:%s 2>/dev/null | "
		 "sed -n 's/^Pid: //p')\" -eq %ld ] 2>/dev/null; do :; done; "
		 "touch %s/twice; exit 3",
		 (long)live.child, live.folder, live.socket, pid, live.folder);
	live.service.options.reload_command = command;
	edit("string fine", "string better");
	assert_int_equal(apply(), -1);
	assert_error(ERR_ROLLED_BACK, "ended with status 3; all is as it was before");
	live.service.options.reload_command = NULL;
	assert_file(&desk.before);
	assert_int_equal(process_identify(live.service.process, NULL), 0);
	assert_int_not_equal(worker_pid(), pid);
	assert_says("restored: ");
	assert_says("reloaded by the reload-command: worker ");
}

static void a_stats_socket_that_disappears_is_brought_back(void **state)
{
	char   moved[200], here[200];
	long   pid;

	(void)state;
	live_need(&live);
	pid = worker_pid();
	/* By signal nothing but the old socket tells how it ended. */
	snprintf(here, sizeof(here), "stats socket %s ", live.socket);
	snprintf(moved, sizeof(moved), "stats socket %s.moved ", live.socket);
	service_look(&live.service);
	free(live.service.local.master_socket);
	live.service.local.master_socket = NULL;
	live.service.master = NULL;
	live.service.options.reload_timeout_ms = 1500;
	edit(here, moved);
	assert_int_equal(apply(), -1);
	assert_error(ERR_ROLLED_BACK, "nobody answers on");
	assert_file(&desk.before);
	assert_true(LIVE_WAIT(&live, live_answers(&live)));
	assert_int_not_equal(worker_pid(), pid);
}

static void on_time(void *data)
{
	loop_interrupt(data);
}

static const char held_text[] =
	LIVE_GLOBAL
	"listen in\n"
	"    mode tcp\n"
	"    bind 127.0.0.1:%P\n"
	"    server s1 127.0.0.1:%Q weight 10\n"
	"    server s2 127.0.0.1:9 weight 0\n"
	"frontend origin\n"
	"    bind 127.0.0.1:%Q\n"
	"    http-request return status 200\n";

static int setup_held(void **state)
{
	(void)state;
	return setup_with(LIVE_MASTER, held_text);
}

static bool has_session(void)
{
	char *cell = live_stat(&live, "in", "s1", "scur");
	bool  has = strcmp(cell, "1") == 0;

	free(cell);
	return has;
}

static void an_interrupt_in_the_middle_undoes_all(void **state)
{
	struct loop_timer *timer;
	char               line[100];
	long               pid;
	int                fd;

	(void)state;
	live_need(&live);
	pid = worker_pid();
	live.service.options.delete_wait_ms = LIVE_DEADLINE_MS;
	fd = live_connect(live.port);
	assert_true(LIVE_WAIT(&live, has_session()));
	snprintf(line, sizeof(line), "    server s1 127.0.0.1:%d weight 10\n", live.server_port);
	edit(line, "");
	edit("weight 0", "weight 5");
	timer = loop_timer_start(live.loop, 1500, 0, on_time, live.loop);
	assert_int_equal(apply(), -1);
	loop_timer_stop(timer);
	assert_error(ERR_ROLLED_BACK, "interrupted; all is as it was before");
	assert_unchanged(pid);
	live_assert_stat(&live, "in", "s1", "status", "no check");
	live_assert_stat(&live, "in", "s2", "weight", "0");
	assert_true(has_session());
	close(fd);
}

static void a_promise_that_is_not_kept_undoes_all(void **state)
{
	long pid;

	(void)state;
	live_need(&live);
	pid = worker_pid();
	edit("weight 100   # old", "weight 50   # old");
	make_plan();
	assert_int_equal(desk.plan.steps.count, 1);
	assert_int_equal(desk.plan.steps.items[0].promise.weight, 50);
	desk.plan.steps.items[0].promise.weight = 51;
	assert_int_equal(apply_plan(), -1);
	assert_error(ERR_ROLLED_BACK, "read back, the weight of 'live/app2' is 50 and not 51");
	assert_unchanged(pid);
	live_assert_stat(&live, "live", "app2", "weight", "100");
}

static void a_process_that_dies_in_the_middle_leaves_the_old_file(void **state)
{
	struct process *process;

	(void)state;
	live_need(&live);
	process = live.service.process;
	edit("weight 100   # old", "weight 50   # old");
	make_plan();
	/* A command that ends it: what follows is not answered. */
	free(desk.plan.steps.items[0].commands.items[0].text);
	desk.plan.steps.items[0].commands.items[0].text = xstrdup("expert-mode on;debug dev panic");
	assert_int_equal(apply_plan(), -1);
	assert_int_equal(desk.err.code, ERR_ROLLED_BACK);
	assert_non_null(strstr(desk.err.text.bytes, "not all could be undone: "));
	assert_file(&desk.before);
	assert_ptr_equal(live.service.process, process);
}

static void a_folder_that_cannot_be_written_changes_nothing(void **state)
{
	(void)state;
	live_need(&live);
	if (geteuid() == 0)
		skip();
	edit("weight 100   # old", "weight 50   # old");
	chmod(live.folder, 0500);
	assert_int_equal(apply(), -1);
	chmod(live.folder, 0700);
	assert_int_equal(desk.err.code, ERR_IO);
	assert_unchanged(worker_pid());
}

static void a_state_folder_that_cannot_be_made_is_said(void **state)
{
	(void)state;
	live_need(&live);
	edit("weight 100   # old", "weight 50   # old");
	live.service.options.state_folder = "/dev/null/state";
	assert_int_equal(apply(), -1);
	assert_error(ERR_IO, "cannot make folder '/dev/null");
	live.service.options.state_folder = NULL;
	assert_int_equal(apply(), -1);
	assert_error(ERR_USAGE, "--state DIR");
	assert_unchanged(worker_pid());
}

#define LIVE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
#define WITH(start, test) cmocka_unit_test_setup_teardown(test, start, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		LIVE(what_holds_no_longer_stops_before_anything_is_done),
		LIVE(a_step_that_haproxy_refuses_undoes_all),
		LIVE(a_reload_that_is_refused_puts_the_file_back),
		LIVE(a_worker_that_came_up_all_the_same_is_reloaded_back),
		LIVE(a_stats_socket_that_disappears_is_brought_back),
		WITH(setup_held, an_interrupt_in_the_middle_undoes_all),
		LIVE(a_promise_that_is_not_kept_undoes_all),
		LIVE(a_process_that_dies_in_the_middle_leaves_the_old_file),
		LIVE(a_folder_that_cannot_be_written_changes_nothing),
		LIVE(a_state_folder_that_cannot_be_made_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
