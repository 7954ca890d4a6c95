/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "desk.h"

static void commands_bring_the_process_along_without_a_reload(void **state)
{
	long pid;

	(void)state;
	live_need(&live);
	pid = worker_pid();
	edit("app2 127.0.0.1:", "app9 127.0.0.1:");
	edit("weight 100   # old", "weight 50   # old");
	assert_applied();
	assert_int_equal(worker_pid(), pid);
	assert_false(desk.result.reloaded);
	assert_true(desk.result.commands >= 3);
	assert_file_is_the_candidate();
	live_assert_stat(&live, "live", "app9", "weight", "50");
	live_assert_stat(&live, "live", "app2", "status", "");
	assert_says("checked: haproxy accepts the candidate\nwritten: ");
	assert_says("sent: add server live/app9 ");
}

static void a_change_that_needs_it_reloads(void **state)
{
	long pid;

	(void)state;
	live_need(&live);
	pid = worker_pid();
	edit("string fine", "string better");
	assert_applied();
	assert_true(desk.result.reloaded);
	assert_int_equal(desk.result.reload.way, RELOAD_MASTER);
	assert_int_not_equal(worker_pid(), pid);
	assert_file_is_the_candidate();
	assert_says("reloaded through the master socket: worker ");
}

static void a_reload_can_be_asked_for(void **state)
{
	long pid;

	(void)state;
	live_need(&live);
	pid = worker_pid();
	make_plan();
	desk.plan.forced_reload = true;
	assert_int_equal(apply_plan(), 0);
	assert_true(desk.result.reloaded);
	assert_int_not_equal(worker_pid(), pid);
	assert_file(&desk.before);
}

static void a_comment_is_only_written(void **state)
{
	long     pid;
	uint64_t before;

	(void)state;
	live_need(&live);
	pid = worker_pid();
	edit("# the two workhorses", "# the three workhorses");
	before = live.service.process->client.exchanges;
	assert_applied();
	assert_int_equal(live.service.process->client.exchanges, before);
	assert_int_equal(worker_pid(), pid);
	assert_file_is_the_candidate();
}

static void applying_twice_works_on_the_new_file(void **state)
{
	(void)state;
	live_need(&live);
	edit("weight 100   # old", "weight 50   # old");
	assert_applied();
	edit("weight 50   # old", "weight 60   # old");
	assert_applied();
	live_assert_stat(&live, "live", "app2", "weight", "60");
	assert_int_equal(desk.loaded.stamps.items[0].size, desk.before.len - 1);
}

static void without_a_process_the_file_is_written_and_that_is_said(void **state)
{
	struct process *process;

	(void)state;
	live_need(&live);
	process = live.service.process;
	live.service.process = NULL;
	edit("string fine", "string better");
	assert_applied();
	live.service.process = process;
	assert_file_is_the_candidate();
	assert_says("no process is attached: the file is written, and that is all");
	assert_int_equal(process_identify(process, NULL), 0);
}

static void only_the_file_that_differs_is_written(void **state)
{
	struct strings    paths = STRINGS_INIT;
	char              other[128];
	struct file_stamp before, after;

	(void)state;
	live_need(&live);
	snprintf(other, sizeof(other), "%s/z.cfg", live.folder);
	live_write(other, "# nothing yet\n");
	strings_add(&paths, live.config);
	strings_add(&paths, other);
	candidate_rebase(desk.candidate, load_document(&paths, &desk.loaded, NULL));
	strings_release(&paths);
	file_stamp_of(other, &before, NULL);
	edit("weight 100   # old", "weight 50   # old");
	assert_applied();
	file_stamp_of(other, &after, NULL);
	assert_true(file_stamp_equal(&before, &after));
}

static void a_candidate_that_haproxy_rejects_changes_nothing(void **state)
{
	long pid;

	(void)state;
	live_need(&live);
	pid = worker_pid();
	edit("    balance roundrobin\n", "    balance roundrobin\n    nonsense\n");
	assert_int_equal(apply(), -1);
	assert_error(ERR_REJECTED, "unknown keyword 'nonsense'");
	assert_string_equal(desk.err.file.bytes, live.config);
	assert_true(desk.err.line > 0);
	assert_unchanged(pid);
	assert_string_equal(desk.said.bytes, "");
}

static void a_file_that_somebody_else_changed_is_a_conflict(void **state)
{
	struct str theirs = STR_INIT;
	long       pid;

	(void)state;
	live_need(&live);
	pid = worker_pid();
	str_add_span(&theirs, str_span(&desk.before));
	str_add_text(&theirs, "# a colleague\n");
	live_write(live.config, theirs.bytes);
	edit("weight 100   # old", "weight 50   # old");
	assert_int_equal(apply(), -1);
	assert_error(ERR_CONFLICT, "h.cfg' was changed on disk since it was loaded");
	assert_file(&theirs);
	assert_int_equal(worker_pid(), pid);
	live_assert_stat(&live, "live", "app2", "weight", "100");
	unlink(live.config);
	assert_int_equal(apply(), -1);
	assert_error(ERR_CONFLICT, "has gone since it was loaded");
	str_release(&theirs);
}

static void a_file_that_was_only_touched_is_none(void **state)
{
	(void)state;
	live_need(&live);
	live_write(live.config, desk.before.bytes);
	edit("weight 100   # old", "weight 50   # old");
	assert_applied();
}

static void a_lock_that_is_held_names_the_holder(void **state)
{
	char path[128];
	int  fd;
	long pid;

	(void)state;
	live_need(&live);
	pid = worker_pid();
	snprintf(path, sizeof(path), "%s/lock", live.folder);
	fd = file_lock(path, "somebody else", NULL);
	edit("weight 100   # old", "weight 50   # old");
	assert_int_equal(apply(), -1);
	assert_error(ERR_CONFLICT, "locked by somebody else");
	assert_unchanged(pid);
	file_unlock(fd);
	assert_applied();
}

static void a_process_that_is_gone_is_said_before_the_file_is_written(void **state)
{
	(void)state;
	live_need(&live);
	edit("weight 100   # old", "weight 50   # old");
	make_plan();
	live_kill(&live);
	live.child = 0;
	assert_int_equal(apply_plan(), -1);
	assert_error(ERR_IO, "nothing was changed");
	assert_file(&desk.before);
}

static const char operator_text[] =
	"global\n"
	"    stats socket %S mode 600 level operator\n"
	"defaults\n"
	"    mode http\n"
	"    timeout connect 1s\n"
	"    timeout client 3s\n"
	"    timeout server 3s\n"
	"listen web\n"
	"    bind 127.0.0.1:%P\n"
	"    server app1 127.0.0.1:%Q weight 100\n";

static int setup_operator(void **state)
{
	(void)state;
	return setup_with(LIVE_MASTER, operator_text);
}

static void a_level_too_low_is_said_before_the_file_is_written(void **state)
{
	long pid;

	(void)state;
	live_need(&live);
	pid = worker_pid();
	edit("weight 100", "weight 50");
	assert_int_equal(apply(), -1); /* by a plan that assumed another level */
	assert_error(ERR_DENIED, "needs level admin, this socket grants operator");
	assert_unchanged(pid);
}

static void no_way_to_reload_is_said_before_the_file_is_written(void **state)
{
	long pid;

	(void)state;
	live_need(&live);
	pid = worker_pid();
	edit("string fine", "string better");
	make_plan();
	live.service.looked = true; /* as if it ran elsewhere */
	live.service.looked_pid = pid;
	assert_int_equal(apply_plan(), -1);
	assert_error(ERR_UNSUPPORTED, "the plan needs a reload, and no way to reload is known");
	live.service.looked = false;
	assert_unchanged(pid);
}

/* Listens until the test ends; gives the port. */
static int hold_port(int *fd)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int port = live_free_port();

	*fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	address.sin_port = htons((uint16_t)port);
	assert_int_equal(bind(*fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(*fd, 1), 0);
	return port;
}

static void an_address_in_use_is_found_before_the_reload(void **state)
{
	char more[200];
	long pid;
	int  fd;

	(void)state;
	live_need(&live);
	pid = worker_pid();
	snprintf(more, sizeof(more), "    default_backend live\n    bind 127.0.0.1:%d\n",
		 hold_port(&fd));
	edit("    default_backend live\n", more);
	assert_int_equal(apply(), -1);
	assert_error(ERR_REJECTED, "is in use by another process");
	assert_true(desk.err.line > 0);
	assert_unchanged(pid);
	close(fd);
}

#define LIVE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
#define WITH(start, test) cmocka_unit_test_setup_teardown(test, start, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		LIVE(commands_bring_the_process_along_without_a_reload),
		LIVE(a_change_that_needs_it_reloads),
		LIVE(a_reload_can_be_asked_for),
		LIVE(a_comment_is_only_written),
		LIVE(applying_twice_works_on_the_new_file),
		LIVE(without_a_process_the_file_is_written_and_that_is_said),
		LIVE(only_the_file_that_differs_is_written),
		LIVE(a_candidate_that_haproxy_rejects_changes_nothing),
		LIVE(a_file_that_somebody_else_changed_is_a_conflict),
		LIVE(a_file_that_was_only_touched_is_none),
		LIVE(a_lock_that_is_held_names_the_holder),
		LIVE(a_process_that_is_gone_is_said_before_the_file_is_written),
		WITH(setup_operator, a_level_too_low_is_said_before_the_file_is_written),
		LIVE(no_way_to_reload_is_said_before_the_file_is_written),
		LIVE(an_address_in_use_is_found_before_the_reload),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
