/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plans.h"

static const char tcp_text[] =
	LIVE_GLOBAL
	"listen in\n"
	"    mode tcp\n"
	"    bind 127.0.0.1:%P\n"
	"    balance roundrobin\n"
	"    server s1 127.0.0.1:%Q\n"
	"    server s2 127.0.0.1:9 weight 0\n"
	"frontend origin\n"
	"    bind 127.0.0.1:%Q\n"
	"    http-request return status 200\n";

static int setup_tcp(void **state)
{
	(void)state;
	return live_start(&live, LIVE_FOREGROUND, tcp_text);
}

static bool has_session(void)
{
	char *cell = live_stat(&live, "in", "s1", "scur");
	bool  has = strcmp(cell, "1") == 0;

	free(cell);
	return has;
}

static void a_server_with_sessions_is_not_deleted_and_comes_back(void **state)
{
	struct plan          plan = PLAN_INIT;
	struct steps_outcome outcome = STEPS_OUTCOME_INIT;
	enum err_code        code;
	char                *text;
	int                  fd;

	(void)state;
	live_need(&live);
	fd = live_connect(live.port);
	assert_true(LIVE_WAIT(&live, has_session()));
	add_delete(&plan, "in", "s1");
	text = run(&plan, &outcome, &code);
	assert_string_equal(text, "1 session is left on 'in/s1' after 0.3 s; try 'kill in/s1', or "
			    "'apply reload'");
	assert_int_equal(code, ERR_FAILED);
	assert_int_equal(outcome.commands, 1);
	assert_false(outcome.reload_to_undo);
	live_assert_stat(&live, "in", "s1", "status", "no check");
	assert_true(has_session());
	close(fd);
	end(&plan, &outcome, text);
}

static void on_time(void *data)
{
	close(*(int *)data);
}

static void a_server_is_deleted_once_its_sessions_have_ended(void **state)
{
	struct plan          plan = PLAN_INIT;
	struct steps_outcome outcome = STEPS_OUTCOME_INIT;
	struct loop_timer   *timer;
	enum err_code        code;
	char                *text;
	int                  fd;

	(void)state;
	live_need(&live);
	live.service.options.delete_wait_ms = LIVE_DEADLINE_MS;
	fd = live_connect(live.port);
	assert_true(LIVE_WAIT(&live, has_session()));
	timer = loop_timer_start(live.loop, 200, 0, on_time, &fd);
	add_delete(&plan, "in", "s1");
	text = run(&plan, &outcome, &code);
	assert_string_equal(text, "");
	loop_timer_stop(timer);
	live_assert_stat(&live, "in", "s1", "status", "");
	end(&plan, &outcome, text);
}

static void interrupt(void *data)
{
	loop_interrupt(data);
}

static void an_interrupt_ends_the_wait_but_not_the_undoing(void **state)
{
	struct plan          plan = PLAN_INIT;
	struct steps_outcome outcome = STEPS_OUTCOME_INIT;
	struct loop_timer   *timer;
	enum err_code        code;
	char                *text;
	int                  fd;

	(void)state;
	live_need(&live);
	live.service.options.delete_wait_ms = LIVE_DEADLINE_MS;
	fd = live_connect(live.port);
	assert_true(LIVE_WAIT(&live, has_session()));
	/* Again and again: also while it is being undone. */
	timer = loop_timer_start(live.loop, 100, 1, interrupt, live.loop);
	add_delete(&plan, "in", "s1");
	text = run(&plan, &outcome, &code);
	loop_timer_stop(timer);
	loop_take_interrupt(live.loop);
	assert_int_equal(code, ERR_CANCELLED);
	assert_int_equal(outcome.left.len, 0);
	live_assert_stat(&live, "in", "s1", "status", "no check");
	assert_false(live.service.undoing);
	close(fd);
	end(&plan, &outcome, text);
}

/* Idle connections to a server keep it from being deleted, and may be cut. */
static void send_request(int port)
{
	static const char request[] = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
	char              reply[4096];
	int               fd = live_connect(port);

	assert_int_equal(write(fd, request, sizeof(request) - 1), sizeof(request) - 1);
	assert_true(read(fd, reply, sizeof(reply)) > 0);
	close(fd);
}

static void idle_connections_are_no_obstacle(void **state)
{
	struct plan          plan = PLAN_INIT;
	struct steps_outcome outcome = STEPS_OUTCOME_INIT;
	enum err_code        code;
	char                *text, *conns;

	(void)state;
	live_need(&live);
	live_tell(&live, "set server live/app2 state maint");
	send_request(live.port);
	conns = live_ask(&live, "show servers conn live");
	assert_non_null(strstr(conns, "live/app1"));
	free(conns);
	add_delete(&plan, "live", "app1");
	text = run(&plan, &outcome, &code);
	assert_string_equal(text, "");
	live_assert_stat(&live, "live", "app1", "status", "");
	end(&plan, &outcome, text);
}

/* What it hears, one exchange a line, and what it answers, then hangs up. */
struct peer {
	int                listener, fd;
	struct loop_watch *accepting, *reading;
	const char *const *answers; /* of one exchange each; the last one again and again */
	size_t             heard_count, count;
	struct str         heard;
	struct process    *real;
};

static void on_bytes(int fd, unsigned events, void *data)
{
	struct peer *peer = data;
	char         bytes[4096];
	ssize_t      got = read(fd, bytes, sizeof(bytes));
	const char  *answer;

	(void)events;
	if (got > 0) {
		answer = peer->answers[peer->heard_count < peer->count ? peer->heard_count++
								       : peer->count - 1];
		str_add(&peer->heard, bytes, (size_t)got);
		assert_int_equal(write(fd, answer, strlen(answer)), strlen(answer));
	}
	loop_unwatch(peer->reading);
	peer->reading = NULL;
	close(fd);
}

static void on_connection(int fd, unsigned events, void *data)
{
	struct peer *peer = data;

	(void)events;
	peer->fd = accept(fd, NULL, NULL);
	peer->reading = loop_watch_fd(live.loop, peer->fd, LOOP_READ, on_bytes, peer);
}

static void peer_start(struct peer *peer, const char *const *answers, size_t count)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int  port = live_free_port();
	char name[40];

	*peer = (struct peer){ .answers = answers, .count = count, .heard = STR_INIT };
	address.sin_port = htons((uint16_t)port);
	peer->listener = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(peer->listener, (struct sockaddr *)&address, sizeof(address)), 0);
	listen(peer->listener, 5);
	peer->accepting = loop_watch_fd(live.loop, peer->listener, LOOP_READ, on_connection, peer);
	snprintf(name, sizeof(name), "127.0.0.1:%d", port);
	peer->real = live.service.process;
	live.service.process = process_new(live.loop, &live.log, name, false, NULL);
	live.service.process->client.timeout_ms = 1000;
}

static void peer_end(struct peer *peer)
{
	loop_unwatch(peer->accepting);
	loop_unwatch(peer->reading);
	close(peer->listener);
	str_release(&peer->heard);
	process_free(live.service.process);
	live.service.process = peer->real;
}

static void a_reply_that_does_not_come_is_undone_in_doubt(void **state)
{
	/* The greeting and one reply of two; then nobody is there any more. */
	static const char *const answers[] = { "\n> \n> ", "" };
	struct plan          plan = PLAN_INIT;
	struct steps_outcome outcome = STEPS_OUTCOME_INIT;
	struct peer          peer;
	enum err_code        code;
	char                *text;

	(void)state;
	live_need(&live);
	peer_start(&peer, answers, N(answers));
	add_weight(&plan, "live/app1", 100, 50);
	add_weight(&plan, "live/app2", 100, 60);
	text = run(&plan, &outcome, &code);
	assert_int_equal(code, ERR_PROTOCOL);
	assert_int_equal(outcome.commands, 1);
	assert_int_equal(outcome.done, 0);
	assert_string_equal(peer.heard.bytes, "prompt\n"
			    "set server live/app1 weight 50\n"
			    "set server live/app2 weight 60\n"
			    "set server live/app2 weight 100\n"
			    "set server live/app1 weight 100\n");
	/* Nobody answered that either, which is said of both. */
	assert_non_null(strstr(outcome.left.bytes, "; "));
	peer_end(&peer);
	end(&plan, &outcome, text);
}

static const char busy[] = "Server still has connections attached to it, cannot remove it.\n\n";
static const char no_sessions[] = "# pxname,svname,qcur,scur,type,\nlive,app1,0,0,2,\n\n";

static void connections_that_idle_are_dropped_and_the_server_goes(void **state)
{
	static const char *const answers[] = { "\n", busy, no_sessions, busy, "\n", busy, busy,
					       "Server deleted.\n\n" };
	struct plan          plan = PLAN_INIT;
	struct steps_outcome outcome = STEPS_OUTCOME_INIT;
	struct peer          peer;
	enum err_code        code;
	char                *text;

	(void)state;
	live_need(&live);
	peer_start(&peer, answers, N(answers));
	add_delete(&plan, "live", "app1");
	text = run(&plan, &outcome, &code);
	assert_string_equal(text, "");
	assert_string_equal(peer.heard.bytes, "set server live/app1 state maint\n"
			    "del server live/app1\n"
			    "show stat live 4 -1\n"
			    "del server live/app1\n"
			    "shutdown sessions server live/app1\n"
			    "del server live/app1\n"
			    "del server live/app1\n"
			    "del server live/app1\n");
	peer_end(&peer);
	end(&plan, &outcome, text);
}

#define LIVE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
#define LIVE_TCP(test) cmocka_unit_test_setup_teardown(test, setup_tcp, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		LIVE_TCP(a_server_with_sessions_is_not_deleted_and_comes_back),
		LIVE_TCP(a_server_is_deleted_once_its_sessions_have_ended),
		LIVE_TCP(an_interrupt_ends_the_wait_but_not_the_undoing),
		LIVE(idle_connections_are_no_obstacle),
		LIVE(a_reply_that_does_not_come_is_undone_in_doubt),
		LIVE(connections_that_idle_are_dropped_and_the_server_goes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
