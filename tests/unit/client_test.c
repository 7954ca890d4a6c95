/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake.h"
#include "live.h"

#include "penstock/base/mem.h"
#include "penstock/haproxy/client.h"

struct talk {
	struct fake   fake;
	struct loop  *loop;
	struct client client;
};

static int set_up(void **state)
{
	struct talk *talk = calloc(1, sizeof(*talk));

	*state = talk;
	fake_prepare(&talk->fake);
	talk->loop = loop_new();
	return client_init(&talk->client, talk->loop, talk->fake.path, false, NULL);
}

static int tear_down(void **state)
{
	struct talk *talk = *state;

	client_release(&talk->client);
	loop_free(talk->loop);
	fake_end(&talk->fake);
	free(talk);
	return 0;
}

static void expect_reply(struct talk *talk, const char *command, const char *wanted)
{
	struct str reply = STR_INIT;
	struct err err = ERR_INIT;

	if (client_run(&talk->client, command, &reply, &err) < 0)
		fail_msg("%s", err.text.bytes);
	assert_string_equal(reply.bytes, wanted);
	str_release(&reply);
	err_release(&err);
}

static void expect_failure(struct talk *talk, const char *const *commands, size_t count,
			   enum err_code code, const char *words)
{
	struct strings replies = STRINGS_INIT;
	struct err     err = ERR_INIT;

	assert_int_equal(client_run_all(&talk->client, commands, count, &replies, &err), -1);
	assert_int_equal(err.code, code);
	if (!strstr(err.text.bytes, words))
		fail_msg("'%s' is not in '%s'", words, err.text.bytes);
	strings_release(&replies);
	err_release(&err);
}

static const char *const one[] = { "show info" };
static const char *const three[] = { "show info", "show stat", "show version" };

static void a_single_command_needs_no_prompt(void **state)
{
	struct talk *talk = *state;

	fake_set_answer(&talk->fake, "show version", "2.6.12\n");
	fake_serve(&talk->fake, fake_answer);
	expect_reply(talk, "show version", "2.6.12\n");
	assert_int_equal(talk->client.exchanges, 1);
	assert_int_equal(talk->client.bytes_read, 8);
}

static void several_commands_have_one_connection(void **state)
{
	struct talk   *talk = *state;
	struct strings replies = STRINGS_INIT;

	fake_set_answer(&talk->fake, "show info", "Name: HAProxy\n");
	fake_set_answer(&talk->fake, "show stat", "");
	fake_serve(&talk->fake, fake_answer);
	assert_int_equal(client_run_all(&talk->client, three, N(three), &replies, NULL), 0);
	assert_int_equal(replies.list.count, 3);
	assert_string_equal(replies.list.items[0], "Name: HAProxy\n");
	assert_string_equal(replies.list.items[1], "");
	assert_string_equal(replies.list.items[2], "Unknown command: 'show version'\n");
	strings_release(&replies);
}

static void no_number_of_commands_is_too_large(void **state)
{
	enum { COUNT = 30000 };
	struct talk       *talk = *state;
	const char *const *commands;
	const char       **list = calloc(COUNT, sizeof(*list));
	struct strings     replies = STRINGS_INIT;

	/* The answers fill both sockets' room long before the last is asked. */
	for (size_t i = 0; i < COUNT; i++)
		list[i] = "set server a-backend-with-a-long-name/a-server-with-one weight 1";
	commands = list;
	fake_serve(&talk->fake, fake_answer);
	assert_int_equal(client_run_all(&talk->client, commands, COUNT, &replies, NULL), 0);
	assert_int_equal(replies.list.count, COUNT);
	strings_release(&replies);
	free(list);
}

enum { LARGE = 5000000 };

static void say_much(const struct fake *fake, int fd)
{
	static char block[LARGE];
	char        line[64];

	(void)fake;
	memset(block, 'x', sizeof(block));
	fake_hear(fd, line, sizeof(line));
	fake_say(fd, block, sizeof(block) / 2);
	/* Long enough for the reader to find nothing left. */
	fake_pass_ms(100);
	fake_say(fd, block, sizeof(block) / 2);
	fake_say_text(fd, "\n\n");
}

static void large_replies_come_whole(void **state)
{
	struct talk *talk = *state;
	struct str   reply = STR_INIT;

	talk->client.timeout_ms = 3000;
	fake_serve(&talk->fake, say_much);
	assert_int_equal(client_run(&talk->client, "show stat", &reply, NULL), 0);
	assert_int_equal(reply.len, LARGE + 1);
	str_release(&reply);
}

static void say_slowly(const struct fake *fake, int fd)
{
	char line[64];

	(void)fake;
	fake_hear(fd, line, sizeof(line));
	for (int i = 0; i < 40; i++) {
		fake_pass_ms(20);
		fake_say_text(fd, "x");
	}
	fake_say_text(fd, "\n");
}

static void patience_begins_anew_with_each_byte(void **state)
{
	struct talk *talk = *state;

	talk->client.timeout_ms = 600; /* the whole takes 800 */
	fake_serve(&talk->fake, say_slowly);
	expect_reply(talk, "show info", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
}

static void say_nothing(const struct fake *fake, int fd)
{
	char line[64];

	(void)fake;
	while (fake_hear(fd, line, sizeof(line)))
		;
}

static void silence_is_a_timeout(void **state)
{
	struct talk *talk = *state;

	talk->client.timeout_ms = 50;
	fake_serve(&talk->fake, say_nothing);
	expect_failure(talk, one, 1, ERR_TIMEOUT, "no answer from '/");
	expect_failure(talk, three, 3, ERR_TIMEOUT, "within 0.05 s");
}

static void hang_up(const struct fake *fake, int fd)
{
	char line[64];

	(void)fake;
	fake_hear(fd, line, sizeof(line));
}

static void an_end_without_a_word_is_told(void **state)
{
	struct talk *talk = *state;

	fake_serve(&talk->fake, hang_up);
	expect_failure(talk, one, 1, ERR_PROTOCOL, "without an answer");
	expect_failure(talk, three, 3, ERR_PROTOCOL, "without an answer");
}

static void say_half(const struct fake *fake, int fd)
{
	char line[64];

	(void)fake;
	fake_hear(fd, line, sizeof(line));
	if (strcmp(line, "prompt") == 0)
		fake_say_text(fd, "\n> Name: HAProxy\n\n> fe,FRON");
	else
		fake_say_text(fd, "fe,FRON");
}

static void half_a_reply_is_told(void **state)
{
	struct talk *talk = *state;

	fake_serve(&talk->fake, say_half);
	expect_failure(talk, one, 1, ERR_PROTOCOL, "in the middle of the answer to 'show info'");
	expect_failure(talk, three, 3, ERR_PROTOCOL, "1 of 3 answers came, the one to 'show stat'");
}

static void whole_replies_before_a_failure_are_kept(void **state)
{
	struct talk   *talk = *state;
	struct strings replies = STRINGS_INIT;

	fake_serve(&talk->fake, say_half);
	assert_int_equal(client_run_all(&talk->client, three, 3, &replies, NULL), -1);
	assert_int_equal(replies.list.count, 1);
	assert_string_equal(replies.list.items[0], "Name: HAProxy\n");
	strings_release(&replies);
}

static void say_http(const struct fake *fake, int fd)
{
	fake_say_text(fd, "HTTP/1.0 400 \x1b[2JBad request\r\nContent-Length: 0\r\n");
	say_nothing(fake, fd);
}

static void a_stranger_is_quoted_with_care(void **state)
{
	struct talk *talk = *state;

	fake_serve(&talk->fake, say_http);
	expect_failure(talk, three, 3, ERR_PROTOCOL, "it says 'HTTP/1.0 400 \\x1b[2JBad request'");
}

static void nobody_there_is_refused(void **state)
{
	struct talk *talk = *state;

	fake_hang_up(&talk->fake);
	expect_failure(talk, one, 1, ERR_IO, "nothing listens at");
	unlink(talk->fake.path);
	expect_failure(talk, one, 1, ERR_IO, "there is no socket");
}

static void nothing_is_sent_that_haproxy_would_misread(void **state)
{
	static const char *const line_end[] = { "show info\nshut" };
	static const char *const empty[] = { "" }, *const blank[] = { "  " };
	static const char *const joined[] = { "show info", "a b; c" };
	struct talk             *talk = *state;
	struct str               longest = STR_INIT;
	const char              *one_long[1];

	expect_failure(talk, line_end, 1, ERR_USAGE, "line end");
	expect_failure(talk, empty, 1, ERR_USAGE, "empty");
	expect_failure(talk, blank, 1, ERR_USAGE, "empty");
	expect_failure(talk, joined, 2, ERR_USAGE, "several commands");
	str_add_repeat(&longest, 'x', CLIENT_LINE_MAX + 1);
	one_long[0] = longest.bytes;
	expect_failure(talk, one_long, 1, ERR_USAGE, "15001 bytes");
	str_release(&longest);
	assert_int_equal(talk->client.exchanges, 0);
}

static void interrupt(void *data)
{
	loop_interrupt(data);
}

static void interrupt_ends_the_exchange(void **state)
{
	struct talk       *talk = *state;
	struct loop_timer *timer = loop_timer_start(talk->loop, 20, 0, interrupt, talk->loop);

	fake_serve(&talk->fake, say_nothing);
	expect_failure(talk, one, 1, ERR_CANCELLED, "interrupted");
	loop_timer_stop(timer);
}

static void must_not_come(const struct span *replies, size_t count, struct err *err, void *data)
{
	(void)replies;
	(void)count;
	(void)err;
	(void)data;
	fail_msg("a cancelled exchange answered");
}

static void a_cancelled_exchange_never_answers(void **state)
{
	struct talk     *talk = *state;
	struct exchange *exchange;

	exchange = exchange_start(&talk->client, one, 1, must_not_come, NULL, NULL);
	assert_non_null(exchange);
	fake_set_answer(&talk->fake, "show info", "x\n");
	fake_serve(&talk->fake, fake_answer);
	exchange_cancel(exchange);
	loop_sleep(talk->loop, 20, NULL);
}

struct taking {
	struct exchange *exchange;
	struct str       bytes;
	struct span      second;
	bool             done;
};

static void take(const struct span *replies, size_t count, struct err *err, void *data)
{
	struct taking *taking = data;

	assert_null(err);
	assert_int_equal(count, 3);
	exchange_take_bytes(taking->exchange, &taking->bytes);
	assert_ptr_equal(replies[0].at, taking->bytes.bytes);
	taking->second = replies[1];
	taking->done = true;
}

static void the_bytes_may_be_taken_without_copying(void **state)
{
	struct talk  *talk = *state;
	struct taking taking = { .bytes = STR_INIT };

	fake_set_answer(&talk->fake, "show stat", "table\n");
	fake_serve(&talk->fake, fake_answer);
	taking.exchange = exchange_start(&talk->client, three, 3, take, &taking, NULL);
	assert_int_equal(loop_wait(talk->loop, &taking.done, 5000, NULL), 0);
	assert_true(span_is(taking.second, "table\n"));
	str_release(&taking.bytes);
}

static void worker_commands_pass_through_the_master(void **state)
{
	struct talk   *talk = *state;
	struct strings replies = STRINGS_INIT;
	const char    *commands[] = { "show info", "show proc", "@!42 show info", "reload" };

	talk->client.is_master = true;
	fake_set_answer(&talk->fake, "@1 show info", "worker\n");
	fake_set_answer(&talk->fake, "show proc", "#<PID>\n");
	fake_set_answer(&talk->fake, "@!42 show info", "old\n");
	fake_set_answer(&talk->fake, "reload", "Success=1\n");
	fake_serve(&talk->fake, fake_answer_as_master);
	assert_int_equal(client_run_all(&talk->client, commands, N(commands), &replies, NULL), 0);
	assert_int_equal(replies.list.count, 4);
	assert_string_equal(replies.list.items[0], "worker\n");
	assert_string_equal(replies.list.items[1], "#<PID>\n");
	assert_string_equal(replies.list.items[2], "old\n");
	assert_string_equal(replies.list.items[3], "Success=1\n");
	strings_release(&replies);
}

static void only_a_reload_may_be_answered_by_silence(void **state)
{
	static const char *const own[] = { "show proc" };
	struct talk             *talk = *state;

	talk->client.is_master = true;
	fake_serve(&talk->fake, hang_up);
	expect_reply(talk, "reload", "");
	expect_failure(talk, one, 1, ERR_PROTOCOL, "without an answer");
	expect_failure(talk, own, 1, ERR_PROTOCOL, "without an answer");
}

static void names_are_escaped_as_haproxy_reads_them(void **state)
{
	struct str out = STR_INIT;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(client_escape(&out, span_of("a b;c\\d"), NULL), 0);
	assert_string_equal(out.bytes, "a\\ b\\;c\\\\d");
	assert_int_equal(client_escape(&out, span_of("a\nb"), &err), -1);
	assert_int_equal(err.code, ERR_USAGE);
	assert_int_equal(client_escape(&out, span_of(""), &err), -1);
	str_release(&out);
	err_release(&err);
}

static struct live live;

static int live_set_up(void **state)
{
	(void)state;
	return live_start(&live, LIVE_FOREGROUND, LIVE_TEXT);
}

static int live_tear_down(void **state)
{
	(void)state;
	return live_end(&live);
}

static void real_replies_stay_apart_whatever_ends_them(void **state)
{
	/* 2.6 ends the second with one line end, the others with two. */
	static const char *const commands[] = {
		"show cli level", "set server live/app1 weight x", "set server live/app1 weight 7",
		"get weight live/app1", "no such command", "get weight live/nobody",
	};
	struct strings replies = STRINGS_INIT;

	(void)state;
	live_need(&live);
	assert_int_equal(client_run_all(&live.service.process->client, commands, N(commands),
					&replies, NULL), 0);
	assert_int_equal(replies.list.count, N(commands));
	assert_string_equal(replies.list.items[0], "admin\n");
	assert_non_null(strstr(replies.list.items[1], "preceded by garbage"));
	assert_string_equal(replies.list.items[2], "");
	assert_string_equal(replies.list.items[3], "7 (initial 100)\n");
	assert_ptr_equal(strstr(replies.list.items[4], "Unknown command"), replies.list.items[4]);
	assert_string_equal(replies.list.items[5], "No such server.\n");
	strings_release(&replies);
}

static void a_real_one_takes_thousands_of_commands_at_once(void **state)
{
	enum { COUNT = 5000 };
	const char   **commands = calloc(COUNT, sizeof(*commands));
	struct strings replies = STRINGS_INIT;

	(void)state;
	live_need(&live);
	for (size_t i = 0; i < COUNT; i++)
		commands[i] = i % 2 ? "get weight live/app1" : "set server live/app1 weight 33";
	assert_int_equal(client_run_all(&live.service.process->client, commands, COUNT, &replies,
					NULL), 0);
	assert_int_equal(replies.list.count, COUNT);
	for (size_t i = 0; i < COUNT; i++)
		assert_string_equal(replies.list.items[i], i % 2 ? "33 (initial 100)\n" : "");
	strings_release(&replies);
	free(commands);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
#define LIVE(name) cmocka_unit_test_setup_teardown(name, live_set_up, live_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_single_command_needs_no_prompt),
		TEST(several_commands_have_one_connection),
		TEST(no_number_of_commands_is_too_large),
		TEST(large_replies_come_whole),
		TEST(patience_begins_anew_with_each_byte),
		TEST(silence_is_a_timeout),
		TEST(an_end_without_a_word_is_told),
		TEST(half_a_reply_is_told),
		TEST(whole_replies_before_a_failure_are_kept),
		TEST(a_stranger_is_quoted_with_care),
		TEST(nobody_there_is_refused),
		TEST(nothing_is_sent_that_haproxy_would_misread),
		TEST(interrupt_ends_the_exchange),
		TEST(a_cancelled_exchange_never_answers),
		TEST(the_bytes_may_be_taken_without_copying),
		TEST(worker_commands_pass_through_the_master),
		TEST(only_a_reload_may_be_answered_by_silence),
		TEST(names_are_escaped_as_haproxy_reads_them),
		LIVE(real_replies_stay_apart_whatever_ends_them),
		LIVE(a_real_one_takes_thousands_of_commands_at_once),
	};

	alarm(110);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
