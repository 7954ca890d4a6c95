/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "live.h"

#include "penstock/apply/operate.h"

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

static void operate(const char *name, const char *server)
{
	const struct operation_def *operation = operation_find(name);
	struct err                  err = ERR_INIT;

	assert_non_null(operation);
	if (operate_server(&live.service, operation, span_of(server), &err) < 0)
		fail_msg("%s %s: %s", name, server, err.text.bytes);
	err_release(&err);
}

static void each_row_is_complete_and_in_order(void **state)
{
	(void)state;
	for (size_t i = 0; i < operation_table_count; i++) {
		const struct operation_def *row = &operation_table[i];
		const char                 *hole = strchr(row->command, '%');

		assert_non_null(row->summary);
		assert_non_null(hole);
		assert_int_equal(hole[1], 's');
		assert_null(strchr(hole + 1, '%'));
		assert_ptr_equal(operation_find(row->name), row);
		if (i)
			assert_true(strcmp(operation_table[i - 1].name, row->name) < 0);
	}
	assert_null(operation_find("explode"));
}

static void states_are_set_and_seen(void **state)
{
	(void)state;
	live_need(&live);
	operate("drain", "live/app1");
	live_assert_stat(&live, "live", "app1", "status", "DRAIN");
	operate("maint", "live/app1");
	live_assert_stat(&live, "live", "app1", "status", "MAINT");
	operate("ready", "live/app1");
	live_assert_stat(&live, "live", "app1", "status", "no check");
	operate("health down", "live/app1");
	live_assert_stat(&live, "live", "app1", "status", "DOWN");
	operate("health up", "live/app1");
	live_assert_stat(&live, "live", "app1", "status", "no check");
	operate("health off", "other/o1");
	live_assert_stat(&live, "other", "o1", "status", "no check");
	operate("health on", "other/o1");
	operate("kill", "live/app1");
}

static void what_haproxy_refuses_is_told_in_its_words(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	live_need(&live);
	assert_int_equal(operate_server(&live.service, operation_find("health on"),
					span_of("live/app1"), &err), -1);
	assert_int_equal(err.code, ERR_FAILED);
	assert_non_null(strstr(err.text.bytes, "Health check"));
	assert_int_equal(operate_server(&live.service, operation_find("agent on"),
					span_of("live/app1"), &err), -1);
	assert_non_null(strstr(err.text.bytes, "Agent"));
	err_release(&err);
}

static void assert_refused(int status, struct err *err, enum err_code code)
{
	assert_int_equal(status, -1);
	assert_int_equal(err->code, code);
}

static void weights_are_checked_before_they_are_sent(void **state)
{
	static const char *const wrong[] = { "", "257", "-1", "+1", "1x", " 1", "1 ", "0x1", "%",
					     "-1%", "25601%", "1%%", "99999999999999999999" };
	struct span server = span_of("live/app1");
	struct err  err = ERR_INIT;

	(void)state;
	live_need(&live);
	for (size_t i = 0; i < N(wrong); i++)
		assert_refused(operate_weight(&live.service, server, span_of(wrong[i]), &err), &err,
			       ERR_USAGE);
	live_assert_stat(&live, "live", "app1", "weight", "100");
	assert_int_equal(operate_weight(&live.service, server, span_of("0"), NULL), 0);
	live_assert_stat(&live, "live", "app1", "weight", "0");
	assert_int_equal(operate_weight(&live.service, server, span_of("256"), NULL), 0);
	live_assert_stat(&live, "live", "app1", "weight", "256");
	assert_int_equal(operate_weight(&live.service, server, span_of("50%"), NULL), 0);
	live_assert_stat(&live, "live", "app1", "weight", "50");
	err_release(&err);
}

static void limits_are_checked_before_they_are_sent(void **state)
{
	struct span server = span_of("live/app1");
	struct err  err = ERR_INIT;

	(void)state;
	live_need(&live);
	assert_refused(operate_maxconn(&live.service, server, span_of("-5"), &err), &err,
		       ERR_USAGE);
	assert_refused(operate_maxconn(&live.service, server, span_of("2147483648"), &err), &err,
		       ERR_USAGE);
	assert_int_equal(operate_maxconn(&live.service, server, span_of("77"), NULL), 0);
	live_assert_stat(&live, "live", "app1", "slim", "77");
	err_release(&err);
}

static void an_unknown_server_is_no_command(void **state)
{
	const struct operation_def *drain = operation_find("drain");
	struct err                  err = ERR_INIT;

	(void)state;
	live_need(&live);
	assert_refused(operate_server(&live.service, drain, span_of("live/nobody"), &err), &err,
		       ERR_NOT_FOUND);
	assert_refused(operate_server(&live.service, drain, span_of("live"), &err), &err,
		       ERR_USAGE);
	/* HAProxy would run two commands. */
	assert_refused(operate_server(&live.service, drain, span_of("live/app1;show info"), &err),
		       &err, ERR_NOT_FOUND);
	err_release(&err);
}

static void a_server_newer_than_the_picture_is_known(void **state)
{
	(void)state;
	live_need(&live);
	assert_int_equal(process_refresh(live.service.process, NULL), 0);
	live_tell(&live, "add server live/new1 127.0.0.1:9");
	operate("ready", "live/new1");
	live_assert_stat(&live, "live", "new1", "status", "no check");
}

static void a_level_that_is_too_low_is_said_before_it_is_tried(void **state)
{
	struct err err = ERR_INIT;
	uint64_t   before;

	(void)state;
	live_need(&live);
	assert_int_equal(process_refresh(live.service.process, NULL), 0);
	live.service.process->level = ACCESS_OPERATOR;
	before = live.service.process->client.exchanges;
	assert_refused(operate_server(&live.service, operation_find("drain"), span_of("live/app1"),
				      &err), &err, ERR_DENIED);
	assert_string_equal(err.text.bytes,
			    "'set server live/app1 state drain' needs level admin, this socket "
			    "grants operator; see 'stats socket … level admin' in the global "
			    "section");
	assert_int_equal(live.service.process->client.exchanges, before);
	err_release(&err);
}

static void ready_commands_are_sent_and_their_replies_judged(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	live_need(&live);
	assert_int_equal(operate_command(&live.service, "disable frontend web", ACCESS_ADMIN, NULL),
			 0);
	assert_refused(operate_command(&live.service, "disable frontend nobody", ACCESS_ADMIN,
				       &err),
		       &err, ERR_FAILED);
	assert_string_equal(err.text.bytes,
			    "HAProxy refused 'disable frontend nobody': No such frontend");
	assert_refused(operate_command(&live.service, "no such command", ACCESS_USER, &err), &err,
		       ERR_FAILED);
	assert_null(strchr(err.text.bytes, '\n'));
	err_release(&err);
}

static void waiting_for_an_empty_server_ends_or_says_how_many(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	live_need(&live);
	assert_int_equal(operate_wait_empty(&live.service, span_of("live/app1"), 0, NULL), 0);
	assert_refused(operate_wait_empty(&live.service, span_of("live/nobody"), 0, &err), &err,
		       ERR_NOT_FOUND);
	err_release(&err);
}

static const char tcp_text[] =
	LIVE_GLOBAL
	"listen in\n"
	"    mode tcp\n"
	"    bind 127.0.0.1:%P\n"
	"    server s1 127.0.0.1:%Q\n"
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

static void a_session_that_stays_is_counted_and_can_be_killed(void **state)
{
	struct err err = ERR_INIT;
	int        fd;

	(void)state;
	live_need(&live);
	fd = live_connect(live.port);
	assert_true(LIVE_WAIT(&live, has_session()));
	assert_refused(operate_wait_empty(&live.service, span_of("in/s1"), 100, &err), &err,
		       ERR_TIMEOUT);
	assert_string_equal(err.text.bytes, "1 session is left on 'in/s1' after 0.1 s");
	operate("kill", "in/s1");
	assert_int_equal(operate_wait_empty(&live.service, span_of("in/s1"), LIVE_DEADLINE_MS,
					    NULL), 0);
	close(fd);
	err_release(&err);
}

static void without_a_process_it_says_so(void **state)
{
	struct service nobody = { .loop = NULL };
	struct err     err = ERR_INIT;

	(void)state;
	assert_refused(operate_weight(&nobody, span_of("a/b"), span_of("1"), &err), &err,
		       ERR_UNSUPPORTED);
	assert_refused(operate_command(&nobody, "show info", ACCESS_USER, &err), &err,
		       ERR_UNSUPPORTED);
	err_release(&err);
}

#define LIVE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_row_is_complete_and_in_order),
		LIVE(states_are_set_and_seen),
		LIVE(what_haproxy_refuses_is_told_in_its_words),
		LIVE(weights_are_checked_before_they_are_sent),
		LIVE(limits_are_checked_before_they_are_sent),
		LIVE(an_unknown_server_is_no_command),
		LIVE(a_server_newer_than_the_picture_is_known),
		LIVE(a_level_that_is_too_low_is_said_before_it_is_tried),
		LIVE(ready_commands_are_sent_and_their_replies_judged),
		LIVE(waiting_for_an_empty_server_ends_or_says_how_many),
		cmocka_unit_test_setup_teardown(a_session_that_stays_is_counted_and_can_be_killed,
						setup_tcp, teardown),
		cmocka_unit_test(without_a_process_it_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
