/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "live.h"

#include "penstock/apply/reload.h"

static struct live live;

static int setup_master(void **state)
{
	(void)state;
	return live_start(&live, LIVE_MASTER, LIVE_TEXT);
}

static int setup_mute(void **state)
{
	(void)state;
	return live_start(&live, LIVE_MUTE, LIVE_TEXT);
}

static int setup_daemon(void **state)
{
	(void)state;
	return live_start(&live, LIVE_DAEMON, LIVE_TEXT);
}

static int setup_foreground(void **state)
{
	(void)state;
	return live_start(&live, LIVE_FOREGROUND, LIVE_TEXT);
}

static int teardown(void **state)
{
	(void)state;
	return live_end(&live);
}

static const char broken[] = LIVE_GLOBAL "frontend web\n    bind 127.0.0.1:%P\n    nonsense\n";

/* What a reload has come to; the text is the error's. */
struct outcome {
	struct reload_result result;
	struct err           err;
	int                  status;
};

static void reload(struct outcome *outcome)
{
	outcome->result = (struct reload_result)RELOAD_RESULT_INIT;
	outcome->err = (struct err)ERR_INIT;
	outcome->status = reload_run(&live.service, &outcome->result, &outcome->err);
}

static void end(struct outcome *outcome)
{
	reload_result_release(&outcome->result);
	err_release(&outcome->err);
}

/* Reloads, and looks whether another process serves, which the console knows. */
static void assert_reloads(enum reload_way way)
{
	struct outcome outcome;
	long           old = live.service.process->pid;

	reload(&outcome);
	if (outcome.status < 0)
		fail_msg("%s", outcome.err.text.bytes);
	assert_int_equal(outcome.result.way, way);
	assert_int_equal(outcome.result.old_pid, old);
	assert_int_not_equal(outcome.result.new_pid, old);
	assert_true(outcome.result.took_ms >= 0);
	assert_int_equal(live.service.process->pid, outcome.result.new_pid);
	assert_false(live.service.process->stale);
	end(&outcome);
}

static void assert_refuses(enum reload_way way, enum err_code code, const char *words)
{
	struct outcome outcome;
	long           old = live.service.process->pid;

	reload(&outcome);
	assert_int_equal(outcome.status, -1);
	assert_int_equal(outcome.result.way, way);
	if (!strstr(outcome.err.text.bytes, words))
		fail_msg("'%s' does not say '%s'", outcome.err.text.bytes, words);
	assert_int_equal(outcome.err.code, code);
	assert_int_equal(process_identify(live.service.process, NULL), 0);
	assert_int_equal(live.service.process->pid, old);
	end(&outcome);
}

static void the_master_socket_reloads_again_and_again(void **state)
{
	(void)state;
	live_need(&live);
	assert_reloads(RELOAD_MASTER);
	assert_reloads(RELOAD_MASTER);
}

static void a_refused_configuration_is_told_and_the_old_worker_serves_on(void **state)
{
	(void)state;
	live_need(&live);
	live_configure(&live, broken);
	assert_refuses(RELOAD_MASTER, ERR_REJECTED, "");
	assert_refuses(RELOAD_MASTER, ERR_REJECTED, ""); /* the count of failures grows */
	live_configure(&live, LIVE_TEXT);
	assert_reloads(RELOAD_MASTER);
}

static void an_address_in_use_is_refused_too(void **state)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int        port = live_free_port(), fd = socket(AF_INET, SOCK_STREAM, 0);
	struct str text = STR_INIT;

	(void)state;
	live_need(&live);
	address.sin_port = htons((uint16_t)port);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	listen(fd, 1);
	str_add_text(&text, LIVE_TEXT);
	str_addf(&text, "frontend more\n    bind 127.0.0.1:%d\n", port);
	live_configure(&live, text.bytes);
	assert_refuses(RELOAD_MASTER, ERR_REJECTED, "");
	close(fd);
	str_release(&text);
}

/* The file names another stats socket from now on. */
static void move_socket(void)
{
	char here[sizeof(live.socket)];

	snprintf(here, sizeof(here), "%s", live.socket);
	snprintf(live.socket, sizeof(live.socket), "%s/moved", live.folder);
	live_configure(&live, LIVE_TEXT);
	snprintf(live.socket, sizeof(live.socket), "%s", here);
}

static void a_stats_socket_that_moves_is_said_and_no_failure(void **state)
{
	struct outcome outcome;

	(void)state;
	live_need(&live);
	move_socket();
	reload(&outcome);
	assert_int_equal(outcome.status, 0);
	assert_int_not_equal(outcome.result.new_pid, 0);
	assert_int_not_equal(outcome.result.new_pid, outcome.result.old_pid);
	assert_non_null(strstr(outcome.result.warning.bytes, "the new worker serves, but"));
	end(&outcome);
}

static void without_a_stats_socket_the_master_alone_will_do(void **state)
{
	struct process *worker;
	struct client   master;
	struct outcome  outcome;

	(void)state;
	live_need(&live);
	worker = live.service.process;
	assert_int_equal(client_init(&master, live.loop, live.master, true, NULL), 0);
	live.service.process = NULL;
	live.service.master = &master;
	reload(&outcome);
	assert_int_equal(outcome.status, 0);
	assert_int_equal(outcome.result.old_pid, worker->pid);
	assert_int_not_equal(outcome.result.new_pid, worker->pid);
	end(&outcome);
	client_release(&master);
	live.service.master = NULL;
	live.service.process = worker;
}

static void a_master_without_a_socket_gets_a_signal(void **state)
{
	(void)state;
	live_need(&live);
	assert_reloads(RELOAD_SIGNAL);
}

static void a_signal_that_comes_to_nothing_is_a_timeout(void **state)
{
	(void)state;
	live_need(&live);
	live_configure(&live, broken);
	live.service.options.reload_timeout_ms = 700;
	assert_refuses(RELOAD_SIGNAL, ERR_TIMEOUT, "the old one (process ");
}

static void on_time(void *data)
{
	loop_interrupt(data);
}

static void the_wait_can_be_interrupted(void **state)
{
	struct loop_timer *timer;

	(void)state;
	live_need(&live);
	live_configure(&live, broken);
	timer = loop_timer_start(live.loop, 300, 0, on_time, live.loop);
	assert_refuses(RELOAD_SIGNAL, ERR_CANCELLED, "interrupted");
	loop_timer_stop(timer);
}

static void waiting_for_a_socket_that_moved_can_be_interrupted(void **state)
{
	struct loop_timer *timer;
	struct outcome     outcome;

	(void)state;
	live_need(&live);
	move_socket();
	timer = loop_timer_start(live.loop, 1500, 0, on_time, live.loop);
	reload(&outcome);
	loop_timer_stop(timer);
	assert_int_equal(outcome.status, -1);
	assert_int_equal(outcome.err.code, ERR_CANCELLED);
	end(&outcome);
}

static void a_daemon_gets_a_successor_with_its_pid_file(void **state)
{
	struct str pid = STR_INIT;
	long       number = 0;

	(void)state;
	live_need(&live);
	assert_reloads(RELOAD_SUCCESSOR);
	assert_int_equal(file_read(live.pid_file, &pid, NULL, NULL), 0);
	assert_true(span_to_long(span_trim(str_span(&pid)), &number));
	assert_int_equal(number, live.service.process->pid);
	str_release(&pid);
	assert_reloads(RELOAD_SUCCESSOR); /* the successor has one as well */
}

static void a_successor_that_refuses_says_why_and_where(void **state)
{
	struct outcome outcome;

	(void)state;
	live_need(&live);
	live_configure(&live, broken);
	assert_refuses(RELOAD_SUCCESSOR, ERR_REJECTED, "unknown keyword 'nonsense'");
	reload(&outcome);
	assert_string_equal(outcome.err.file.bytes, live.config);
	assert_true(outcome.err.line > 0);
	end(&outcome);
}

static const char no_fd_text[] =
	"global\n"
	"    stats socket %S mode 600 level admin\n"
	"defaults\n"
	"    mode http\n"
	"    timeout client 3s\n"
	"frontend web\n"
	"    bind 127.0.0.1:%P\n";

static int setup_no_fd(void **state)
{
	(void)state;
	return live_start(&live, LIVE_DAEMON, no_fd_text);
}

static void sockets_that_are_not_given_are_done_without(void **state)
{
	(void)state;
	live_need(&live);
	assert_reloads(RELOAD_SUCCESSOR);
	/* The new file promises what the process that runs cannot do yet. */
	live_configure(&live, LIVE_TEXT);
	assert_reloads(RELOAD_SUCCESSOR);
}

static void a_process_in_the_foreground_gets_a_successor_as_well(void **state)
{
	(void)state;
	live_need(&live);
	assert_reloads(RELOAD_SUCCESSOR);
}

static int setup_kept(void **state)
{
	(void)state;
	return live_start(&live, LIVE_FOREGROUND, "global\n    daemon\n" LIVE_TEXT);
}

static void a_daemon_that_was_kept_in_the_foreground_stays_there(void **state)
{
	(void)state;
	live_need(&live);
	live.service.options.reload_timeout_ms = 5000;
	assert_reloads(RELOAD_SUCCESSOR);
}

static void a_successor_that_dies_is_noticed(void **state)
{
	(void)state;
	live_need(&live);
	live_configure(&live, broken);
	assert_refuses(RELOAD_SUCCESSOR, ERR_REJECTED, "the new process ended before it answered");
}

static void the_operators_command_comes_first(void **state)
{
	char command[100];

	(void)state;
	live_need(&live);
	snprintf(command, sizeof(command), "kill -USR2 %ld", (long)live.child);
	live.service.options.reload_command = command;
	assert_reloads(RELOAD_COMMAND);
	live.service.options.reload_command = "echo it cannot be >&2; exit 3";
	assert_refuses(RELOAD_COMMAND, ERR_REJECTED, "ended with status 3: it cannot be");
	live.service.options.reload_command = "exit 4";
	assert_refuses(RELOAD_COMMAND, ERR_REJECTED, "ended with status 4");
	live.service.options.reload_command = "true";
	live.service.options.reload_timeout_ms = 300;
	assert_refuses(RELOAD_COMMAND, ERR_TIMEOUT, "no new worker answers on");
	live.service.options.reload_command = "sleep 100";
	assert_refuses(RELOAD_COMMAND, ERR_TIMEOUT, "did not end within 0.3 s");
}

static void assert_way(enum reload_way way, const char *words)
{
	struct str said = STR_INIT;

	assert_int_equal(reload_find_way(&live.service, &said), way);
	if (!strstr(said.bytes, words))
		fail_msg("'%s' does not say '%s'", said.bytes, words);
	str_release(&said);
}

static void each_way_is_described(void **state)
{
	(void)state;
	live_need(&live);
	assert_way(RELOAD_MASTER, live.master);
	live.service.options.reload_command = "svc reload";
	assert_way(RELOAD_COMMAND, "'svc reload'");
	live.service.options.reload_command = "";
	assert_way(RELOAD_MASTER, "through the master socket");
}

static void no_way_is_said_with_what_to_try(void **state)
{
	struct outcome outcome;

	(void)state;
	live_need(&live);
	live.service.process->pid = getpid(); /* no HAProxy: as if it ran elsewhere */
	live.service.looked = true;
	live.service.looked_pid = getpid();
	reload(&outcome);
	assert_int_equal(outcome.status, -1);
	assert_int_equal(outcome.err.code, ERR_UNSUPPORTED);
	assert_int_equal(outcome.result.way, RELOAD_NONE);
	assert_non_null(strstr(outcome.err.text.bytes, "option reload-command"));
	end(&outcome);
}

#define MASTER(test) cmocka_unit_test_setup_teardown(test, setup_master, teardown)
#define MUTE(test) cmocka_unit_test_setup_teardown(test, setup_mute, teardown)
#define DAEMON(test) cmocka_unit_test_setup_teardown(test, setup_daemon, teardown)
#define FOREGROUND(test) cmocka_unit_test_setup_teardown(test, setup_foreground, teardown)
#define WITH(start, test) cmocka_unit_test_setup_teardown(test, start, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		MASTER(the_master_socket_reloads_again_and_again),
		MASTER(a_refused_configuration_is_told_and_the_old_worker_serves_on),
		MASTER(an_address_in_use_is_refused_too),
		MASTER(a_stats_socket_that_moves_is_said_and_no_failure),
		MASTER(without_a_stats_socket_the_master_alone_will_do),
		MUTE(a_master_without_a_socket_gets_a_signal),
		MUTE(a_signal_that_comes_to_nothing_is_a_timeout),
		MUTE(the_wait_can_be_interrupted),
		MASTER(waiting_for_a_socket_that_moved_can_be_interrupted),
		DAEMON(a_daemon_gets_a_successor_with_its_pid_file),
		DAEMON(a_successor_that_refuses_says_why_and_where),
		WITH(setup_no_fd, sockets_that_are_not_given_are_done_without),
		FOREGROUND(a_process_in_the_foreground_gets_a_successor_as_well),
		WITH(setup_kept, a_daemon_that_was_kept_in_the_foreground_stays_there),
		FOREGROUND(a_successor_that_dies_is_noticed),
		MASTER(the_operators_command_comes_first),
		MASTER(each_way_is_described),
		MASTER(no_way_is_said_with_what_to_try),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
