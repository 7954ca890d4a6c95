/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "live.h"

#include "penstock/apply/steps.h"

/* ---- replies (pure) --------------------------------------------------------- */

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
	assert_true(matches(REPLY_ADDRESS, "IP changed from '127.0.0.1' to '127.0.0.2', port changed "
			    "from '1' to '2' by 'stats socket command'\n"));
	assert_true(matches(REPLY_ADDRESS, "port changed from '1' to '2' by 'stats socket command'"));
	assert_true(matches(REPLY_ADDRESS, "no need to change the addr, port changed from '1' to '2' "
			    "by 'stats socket command'\n"));
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

/* ---- plans ------------------------------------------------------------------ */

static struct live live;

static int setup(void **state)
{
	(void)state;
	return live_start(&live, LIVE_FOREGROUND, LIVE_TEXT);
}

static int teardown(void **state)
{
	(void)state;
	return live_end(&live);
}

static struct step *add_step(struct plan *plan)
{
	struct step *step = vec_push(&plan->steps);

	*step = (struct step){ .kind = STEP_RUNTIME };
	step->promise = (struct promise){ .port = -1, .weight = -1, .maint = -1 };
	plan->runtime++;
	return step;
}

static void add_command(struct step *step, enum reply_kind reply, const char *text)
{
	*vec_push(&step->commands) = (struct plan_command){ .text = xstrdup(text), .reply = reply };
}

static void add_inverse(struct step *step, size_t undoes, enum reply_kind reply, const char *text)
{
	*vec_push(&step->inverse) =
		(struct plan_command){ .text = xstrdup(text), .reply = reply, .undoes = undoes };
}

static void add_weight(struct plan *plan, const char *server, int before, int after)
{
	struct step *step = add_step(plan);
	char         text[100];

	snprintf(text, sizeof(text), "set server %s weight %d", server, after);
	add_command(step, REPLY_EMPTY, text);
	snprintf(text, sizeof(text), "set server %s weight %d", server, before);
	add_inverse(step, 0, REPLY_EMPTY, text);
}

static void add_server(struct plan *plan, const char *name, const char *address)
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

static void add_delete(struct plan *plan, const char *backend, const char *name)
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
static char *run(struct plan *plan, struct steps_outcome *outcome, enum err_code *code)
{
	struct err err = ERR_INIT;
	char      *text;

	steps_run(&live.service, plan, outcome, &err);
	*code = err.code;
	text = xstrdup(err.text.bytes);
	err_release(&err);
	return text;
}

static void end(struct plan *plan, struct steps_outcome *outcome, char *text)
{
	plan_release(plan);
	steps_outcome_release(outcome);
	free(text);
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
	assert_string_equal(text, "HAProxy refused 'set server live/nobody weight 50': No such server.");
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
			    "HAProxy refused 'set server no/body weight 100': No such backend.");
	live_assert_stat(&live, "live", "app1", "weight", "100");
	err_release(&err);
	plan_release(&plan);
}

/* ---- sessions in the way ---------------------------------------------------- */

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

/* ---- reading back ----------------------------------------------------------- */

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
	assert_difference(&plan, "read back, the address of 'live/app1' is 127.0.0.1 and not 127.0.0.2");
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

/* ---- who may ---------------------------------------------------------------- */

static void a_level_that_is_too_low_is_said_before_anything_is_sent(void **state)
{
	struct plan          plan = PLAN_INIT;
	struct steps_outcome outcome = STEPS_OUTCOME_INIT;
	enum err_code        code;
	char                *text;

	(void)state;
	live_need(&live);
	add_weight(&plan, "live/app1", 100, 50);
	live.service.process->level = LEVEL_OPERATOR;
	text = run(&plan, &outcome, &code);
	assert_int_equal(code, ERR_DENIED);
	assert_non_null(strstr(text, "needs level admin, this socket grants operator"));
	live_assert_stat(&live, "live", "app1", "weight", "100");
	end(&plan, &outcome, text);
}

static void a_known_fault_of_the_release_is_not_walked_into(void **state)
{
	struct plan_command command = { .text = (char *)"clear counters all", .reply = REPLY_EMPTY };
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

/* ---- a peer that plays HAProxy ---------------------------------------------- */

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
		LIVE_TCP(a_server_with_sessions_is_not_deleted_and_comes_back),
		LIVE_TCP(a_server_is_deleted_once_its_sessions_have_ended),
		LIVE_TCP(an_interrupt_ends_the_wait_but_not_the_undoing),
		LIVE(idle_connections_are_no_obstacle),
		LIVE(what_differs_from_a_promise_is_named),
		LIVE(promises_of_several_backends_are_read_in_one_go),
		LIVE(a_server_deleted_and_added_again_is_there),
		LIVE(a_level_that_is_too_low_is_said_before_anything_is_sent),
		LIVE(a_known_fault_of_the_release_is_not_walked_into),
		LIVE(a_process_that_has_died_is_an_error_and_leaves_words),
		LIVE(a_reply_that_does_not_come_is_undone_in_doubt),
		LIVE(connections_that_idle_are_dropped_and_the_server_goes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
