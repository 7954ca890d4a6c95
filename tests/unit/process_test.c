/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake.h"
#include "live.h"

#include "penstock/base/mem.h"
#include "penstock/haproxy/master.h"
#include "penstock/haproxy/process.h"

struct desk {
	struct fake     fake;
	struct loop    *loop;
	struct log      log;
	struct process *process;
	int             refreshed;
};

#define STAT(total) "# pxname,svname,stot,type,\nfe,FRONTEND," #total ",0,\n"

static void set_info(struct desk *desk, const char *version, long pid, long start, long uptime)
{
	char text[256];

	snprintf(text, sizeof(text), "Name: HAProxy\nVersion: %s\nPid: %ld\nUptime_sec: %ld\n"
		 "node: lb1\n", version, pid, uptime);
	if (start)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "Start_time_sec: %ld\n",
			 start);
	fake_set_answer(&desk->fake, "show info", text);
}

static void note_refresh(struct process *process, void *data)
{
	(void)process;
	((struct desk *)data)->refreshed++;
}

static int set_up(void **state)
{
	struct desk *desk = calloc(1, sizeof(*desk));

	*state = desk;
	fake_prepare(&desk->fake);
	set_info(desk, "2.6.12-1+deb12u4", 100, 5000, 10);
	fake_set_answer(&desk->fake, "show stat", STAT(1));
	fake_set_answer(&desk->fake, "show cli level", "admin\n");
	fake_set_answer(&desk->fake, "help",
			"The following commands are valid at this level:\n"
			"  set server <bk>/<srv> [opts]            : change a server's state\n"
			"  show info [desc|json|typed|float]*      : report information\n"
			"  show servers conn [<backend>]           : dump connections status\n"
			"  quit                                    : disconnect\n");
	fake_serve(&desk->fake, fake_answer);
	desk->loop = loop_new();
	log_init(&desk->log);
	desk->process = process_new(desk->loop, &desk->log, desk->fake.path, false, NULL);
	desk->process->client.timeout_ms = 2000;
	desk->process->on_refresh = note_refresh;
	desk->process->on_refresh_data = desk;
	return 0;
}

static int tear_down(void **state)
{
	struct desk *desk = *state;

	process_free(desk->process);
	log_release(&desk->log);
	loop_free(desk->loop);
	fake_end(&desk->fake);
	free(desk);
	return 0;
}

static void refresh(struct desk *desk)
{
	struct err err = ERR_INIT;

	if (process_refresh(desk->process, &err) < 0)
		fail_msg("%s", err.text.bytes);
	err_release(&err);
}

static const char *last_log(const struct desk *desk)
{
	const struct log_entry *entry = log_recent(&desk->log, 0);

	return entry ? entry->text.bytes : "";
}

static void identity_comes_from_four_answers(void **state)
{
	struct desk    *desk = *state;
	struct process *process = desk->process;

	assert_int_equal(process_identify(process, NULL), 0);
	assert_true(process->known);
	assert_string_equal(process->version.bytes, "2.6.12-1+deb12u4");
	assert_int_equal(process->version_number, 2 << 16 | 6 << 8 | 12);
	assert_int_equal(process->pid, 100);
	assert_int_equal(process->start_time_s, 5000);
	assert_string_equal(process->node.bytes, "lb1");
	assert_int_equal(process->level, ACCESS_ADMIN);
	assert_int_equal(process->commands.list.count, 4);
	assert_int_equal(process->client.exchanges, 1);
}

static void commands_are_asked_for_by_their_words(void **state)
{
	struct desk *desk = *state;

	assert_int_equal(process_identify(desk->process, NULL), 0);
	assert_true(process_has_command(desk->process, "set server"));
	assert_true(process_has_command(desk->process, "show servers conn"));
	assert_true(process_has_command(desk->process, "show servers"));
	assert_false(process_has_command(desk->process, "show servers state"));
	assert_false(process_has_command(desk->process, "show serv"));
	assert_false(process_has_command(desk->process, "add server"));
}

static const struct {
	const char        *reply;
	enum access_level level;
} level_table[] = {
	{ "user\n", ACCESS_USER },
	{ "operator\n", ACCESS_OPERATOR },
	{ "admin\n", ACCESS_ADMIN },
	{ "Unknown command: 'show cli level'\n", ACCESS_USER },
	{ "\n", ACCESS_USER },
	{ "Permission denied\n", ACCESS_NONE },
};

static void an_odd_level_counts_as_the_lowest(void **state)
{
	struct desk *desk = *state;

	for (size_t i = 0; i < N(level_table); i++) {
		fake_set_answer(&desk->fake, "show cli level", level_table[i].reply);
		assert_int_equal(process_identify(desk->process, NULL), 0);
		assert_int_equal(desk->process->level, level_table[i].level);
	}
}

static void whoever_has_no_pid_is_no_haproxy(void **state)
{
	struct desk *desk = *state;
	struct err   err = ERR_INIT;

	fake_set_answer(&desk->fake, "show info", "hello\n");
	assert_int_equal(process_identify(desk->process, &err), -1);
	assert_int_equal(err.code, ERR_PROTOCOL);
	assert_int_equal(process_refresh(desk->process, &err), -1);
	assert_false(desk->process->known);
	err_release(&err);
}

static void first_refresh_identifies_too(void **state)
{
	struct desk *desk = *state;

	refresh(desk);
	assert_true(desk->process->known);
	assert_int_equal(desk->process->level, ACCESS_ADMIN);
	assert_int_equal(desk->process->now.rows.count, 1);
	assert_true(desk->process->refreshed_ms > 0);
	assert_int_equal(desk->process->before.rows.count, 0);
	assert_int_equal(info_number(str_span(&desk->process->info), "Pid", 0), 100);
	assert_int_equal(desk->refreshed, 1);
}

static void two_refreshes_give_a_rate(void **state)
{
	struct desk    *desk = *state;
	struct process *process = desk->process;
	double          rate;

	refresh(desk);
	fake_set_answer(&desk->fake, "show stat", STAT(101));
	fake_pass_ms(5);
	refresh(desk);
	assert_int_equal(process->before.rows.count, 1);
	assert_true(sample_rate(&process->now, 0, 2, &process->before, 0, &rate));
	assert_true(rate > 0);
	assert_int_equal(process->reloads_seen, 0);
}

static void pictures_too_close_together_keep_the_older_base(void **state)
{
	struct desk    *desk = *state;
	struct process *process = desk->process;
	int64_t         base;

	refresh(desk);
	refresh(desk);
	base = process->before.taken_ms;
	/* As if it had come just now. */
	process->now.taken_ms = base + 10;
	refresh(desk);
	assert_int_equal(process->before.taken_ms, base);
	process->now.taken_ms = base + 1000;
	refresh(desk);
	assert_int_equal(process->before.taken_ms, base + 1000);
}

static void another_pid_is_a_reload(void **state)
{
	struct desk    *desk = *state;
	struct process *process = desk->process;
	uint64_t        logged;

	refresh(desk);
	refresh(desk);
	set_info(desk, "3.0.1", 101, 5060, 1);
	fake_set_answer(&desk->fake, "show cli level", "user\n");
	refresh(desk);
	assert_int_equal(process->reloads_seen, 1);
	assert_int_equal(process->before.rows.count, 0);
	assert_int_equal(process->now.rows.count, 1);
	assert_int_equal(process->version_number, 3 << 16 | 0 << 8 | 1);
	assert_non_null(strstr(last_log(desk), "process 101 took over from 100, version 3.0.1"));
	logged = desk->log.total;
	/* The next one asks again what it may. */
	refresh(desk);
	assert_int_equal(process->level, ACCESS_USER);
	assert_int_equal(desk->log.total, logged);
	assert_int_equal(process->before.rows.count, 1);
}

static void another_start_time_is_a_restart(void **state)
{
	struct desk *desk = *state;

	refresh(desk);
	set_info(desk, "2.6.12", 100, 5001, 1);
	refresh(desk);
	assert_int_equal(desk->process->reloads_seen, 1);
}

static void a_falling_uptime_is_a_restart_where_there_is_no_start_time(void **state)
{
	struct desk *desk = *state;

	set_info(desk, "2.4.0", 100, 0, 50);
	refresh(desk);
	set_info(desk, "2.4.0", 100, 0, 51);
	refresh(desk);
	assert_int_equal(desk->process->reloads_seen, 0);
	set_info(desk, "2.4.0", 100, 0, 2);
	refresh(desk);
	assert_int_equal(desk->process->reloads_seen, 1);
}

static void the_last_picture_stays_when_haproxy_goes(void **state)
{
	struct desk    *desk = *state;
	struct process *process = desk->process;
	struct err      err = ERR_INIT;

	refresh(desk);
	fake_hang_up(&desk->fake);
	assert_int_equal(process_refresh(process, &err), -1);
	assert_int_equal(err.code, ERR_IO);
	assert_true(process->stale);
	assert_string_equal(process->trouble.bytes, err.text.bytes);
	assert_int_equal(process->now.rows.count, 1);
	assert_int_equal(desk->log.total, 1);
	assert_non_null(strstr(last_log(desk), "out of reach"));
	assert_int_equal(process_refresh(process, NULL), -1);
	assert_int_equal(desk->log.total, 1);
	err_release(&err);
}

static void it_comes_back_by_itself(void **state)
{
	struct desk    *desk = *state;
	struct process *process = desk->process;

	refresh(desk);
	fake_hang_up(&desk->fake);
	assert_int_equal(process_refresh(process, NULL), -1);
	fake_listen_again(&desk->fake);
	fake_serve(&desk->fake, fake_answer);
	refresh(desk);
	assert_false(process->stale);
	assert_int_equal(process->trouble.len, 0);
	assert_int_equal(desk->log.total, 2);
	assert_non_null(strstr(last_log(desk), "answers again"));
}

static void half_a_table_leaves_the_old_one(void **state)
{
	struct desk    *desk = *state;
	struct process *process = desk->process;
	struct err      err = ERR_INIT;

	refresh(desk);
	fake_set_answer(&desk->fake, "show stat", "# pxname,svname,stot,type,\nfe,FRONTEND,\n");
	assert_int_equal(process_refresh(process, &err), -1);
	assert_int_equal(err.code, ERR_PROTOCOL);
	assert_non_null(strstr(err.text.bytes, desk->fake.path));
	assert_true(process->stale);
	assert_true(span_is(sample_cell(&process->now, 0, 2), "1"));
	err_release(&err);
}

static void background_refresh_tells_from_the_loop(void **state)
{
	struct desk *desk = *state;

	process_refresh_start(desk->process);
	process_refresh_start(desk->process);
	assert_int_equal(desk->refreshed, 0);
	while (!desk->refreshed)
		loop_turn(desk->loop, false);
	assert_int_equal(desk->refreshed, 1);
	assert_int_equal(desk->process->client.exchanges, 1);
	fake_hang_up(&desk->fake);
	process_refresh_start(desk->process);
	process_refresh_start(desk->process);
	assert_int_equal(desk->refreshed, 1);
	while (desk->refreshed < 2)
		loop_turn(desk->loop, false);
	assert_true(desk->process->stale);
}

static void freeing_in_the_middle_of_a_refresh_is_fine(void **state)
{
	struct desk    *desk = *state;
	struct process *other = process_new(desk->loop, &desk->log, desk->fake.path, false, NULL);

	process_refresh_start(other);
	process_free(other);
	fake_hang_up(&desk->fake);
	other = process_new(desk->loop, &desk->log, desk->fake.path, false, NULL);
	process_refresh_start(other);
	process_free(other);
	process_free(NULL);
	loop_sleep(desk->loop, 5, NULL);
}

static void an_interrupted_refresh_says_nothing_about_the_process(void **state)
{
	struct desk *desk = *state;
	struct err   err = ERR_INIT;

	refresh(desk);
	loop_interrupt(desk->loop);
	assert_int_equal(process_refresh(desk->process, &err), -1);
	assert_int_equal(err.code, ERR_CANCELLED);
	assert_false(desk->process->stale);
	refresh(desk);
	err_release(&err);
}

static void an_address_without_sense_is_a_usage_error(void **state)
{
	struct desk *desk = *state;
	struct err   err = ERR_INIT;

	assert_null(process_new(desk->loop, &desk->log, "host:99999", false, &err));
	assert_int_equal(err.code, ERR_USAGE);
	err_release(&err);
}

static const struct {
	const char *text;
	unsigned    number;
} version_table[] = {
	{ "2.6.12-1+deb12u4", 2 << 16 | 6 << 8 | 12 },
	{ "3.4.0-64a335366", 3 << 16 | 4 << 8 },
	{ "3.5-dev5", 3 << 16 | 5 << 8 },
	{ "2.8", 2 << 16 | 8 << 8 },
	{ "2.6.999", 0 },
	{ "2", 0 }, { "", 0 }, { "x", 0 }, { "2.", 0 }, { ".6", 0 }, { "-1.2", 0 },
};

static void versions_are_numbers(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(version_table); i++)
		assert_int_equal(version_parse(span_of(version_table[i].text)),
				 version_table[i].number);
}

static struct live live;

static int live_set_up(void **state)
{
	(void)state;
	return live_start(&live, LIVE_MASTER,
			  "global\n    stats socket %S.user level user\n" LIVE_TEXT);
}

static int live_tear_down(void **state)
{
	(void)state;
	return live_end(&live);
}

static void real_haproxy_is_known_and_shown(void **state)
{
	struct process *process = live.service.process;
	struct span     row;

	(void)state;
	live_need(&live);
	assert_int_equal(process_refresh(process, NULL), 0);
	assert_true(process->version_number >= (2 << 16 | 4 << 8));
	assert_int_equal(process->level, ACCESS_ADMIN);
	assert_true(process_has_command(process, "set server"));
	assert_true(process_has_command(process, "show servers state"));
	assert_false(process_has_command(process, "make coffee"));
	assert_true(process->now.rows.count >= 6);
	row = sample_proxy(&process->now, 0);
	assert_true(span_is(row, "web"));
}

static void a_user_socket_grants_little(void **state)
{
	struct process *process;
	char            path[128];

	(void)state;
	live_need(&live);
	snprintf(path, sizeof(path), "%s.user", live.socket);
	process = process_new(live.loop, &live.log, path, false, NULL);
	assert_int_equal(process_identify(process, NULL), 0);
	assert_int_equal(process->level, ACCESS_USER);
	assert_int_equal(process_refresh(process, NULL), 0);
	process_free(process);
}

static void a_worker_is_seen_through_its_master(void **state)
{
	struct process *process;

	(void)state;
	live_need(&live);
	process = process_new(live.loop, &live.log, live.master, true, NULL);
	assert_int_equal(process_identify(process, NULL), 0);
	assert_int_equal(process->pid, live.service.process->pid);
	assert_int_equal(process->level, ACCESS_ADMIN);
	assert_true(process_has_command(process, "set server"));
	assert_int_equal(process_refresh(process, NULL), 0);
	assert_int_equal(process_refresh(process, NULL), 0);
	assert_true(process->before.rows.count >= 6);
	process_free(process);
}

static bool has_new_pid(struct process *process, long old)
{
	return process_refresh(process, NULL) == 0 && process->pid != old;
}

static void a_real_reload_is_noticed(void **state)
{
	struct process    *process = live.service.process;
	struct client      master;
	struct str         messages = STR_INIT;
	enum reload_answer answer;
	long               old;

	(void)state;
	live_need(&live);
	assert_int_equal(process_refresh(process, NULL), 0);
	old = process->pid;
	/* Not by a signal: one that comes right after the start may be lost. */
	assert_int_equal(client_init(&master, live.loop, live.master, true, NULL), 0);
	assert_int_equal(master_reload(&master, &answer, &messages, NULL), 0);
	client_release(&master);
	str_release(&messages);
	assert_true(LIVE_WAIT(&live, has_new_pid(process, old)));
	assert_int_equal(process->reloads_seen, 1);
	assert_int_equal(process->before.rows.count, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
#define LIVE(name) cmocka_unit_test_setup_teardown(name, live_set_up, live_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(identity_comes_from_four_answers),
		TEST(commands_are_asked_for_by_their_words),
		TEST(an_odd_level_counts_as_the_lowest),
		TEST(whoever_has_no_pid_is_no_haproxy),
		TEST(first_refresh_identifies_too),
		TEST(two_refreshes_give_a_rate),
		TEST(pictures_too_close_together_keep_the_older_base),
		TEST(another_pid_is_a_reload),
		TEST(another_start_time_is_a_restart),
		TEST(a_falling_uptime_is_a_restart_where_there_is_no_start_time),
		TEST(the_last_picture_stays_when_haproxy_goes),
		TEST(it_comes_back_by_itself),
		TEST(half_a_table_leaves_the_old_one),
		TEST(background_refresh_tells_from_the_loop),
		TEST(freeing_in_the_middle_of_a_refresh_is_fine),
		TEST(an_interrupted_refresh_says_nothing_about_the_process),
		TEST(an_address_without_sense_is_a_usage_error),
		TEST(versions_are_numbers),
		LIVE(real_haproxy_is_known_and_shown),
		LIVE(a_user_socket_grants_little),
		LIVE(a_worker_is_seen_through_its_master),
		LIVE(a_real_reload_is_noticed),
	};

	alarm(110);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
