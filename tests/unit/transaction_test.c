/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "live.h"

#include <sys/stat.h>

#include "penstock/apply/transaction.h"

static struct live live;

/* The candidate of a test, and what an apply of it has come to. */
static struct desk {
	struct candidate   *candidate;
	struct loaded       loaded;
	struct plan         plan;
	struct apply_result result;
	struct err          err;
	struct str          said; /* the progress, a line a sentence */
	struct str          before; /* the file at the beginning */
} desk;

static void load(void)
{
	struct strings paths = STRINGS_INIT;

	strings_add(&paths, live.config);
	desk.candidate = candidate_new(load_document(&paths, &desk.loaded, NULL));
	assert_int_equal(file_read(live.config, &desk.before, NULL, NULL), 0);
	strings_release(&paths);
}

static int setup_with(enum live_mode mode, const char *text)
{
	memset(&desk, 0, sizeof(desk));
	desk.err = (struct err)ERR_INIT;
	str_init(&desk.said);
	str_init(&desk.before);
	desk.result = (struct apply_result){ .reload = RELOAD_RESULT_INIT };
	if (live_start(&live, mode, text) < 0)
		return -1;
	if (!live.missing)
		load();
	return 0;
}

static int setup(void **state)
{
	(void)state;
	return setup_with(LIVE_MASTER, LIVE_TEXT);
}

static int teardown(void **state)
{
	(void)state;
	candidate_free(desk.candidate);
	loaded_release(&desk.loaded);
	plan_release(&desk.plan);
	apply_result_release(&desk.result);
	err_release(&desk.err);
	str_release(&desk.said);
	str_release(&desk.before);
	return live_end(&live);
}

/* ---- what the tests do ------------------------------------------------------ */

/* Puts `to` in the place of `from` wherever it stands in the candidate. */
static void edit(const char *from, const char *to)
{
	struct str  bytes = STR_INIT, made = STR_INIT;
	const char *rest, *at;

	document_render(desk.candidate->now, 0, &bytes);
	rest = bytes.bytes;
	assert_non_null(strstr(rest, from));
	while ((at = strstr(rest, from))) {
		str_add(&made, rest, (size_t)(at - rest));
		str_add_text(&made, to);
		rest = at + strlen(from);
	}
	str_add_text(&made, rest);
	edit_begin(desk.candidate, "edit");
	edit_replace_file(desk.candidate, 0, str_span(&made));
	edit_end(desk.candidate);
	str_release(&bytes);
	str_release(&made);
}

static void on_progress(const char *sentence, void *data)
{
	(void)data;
	str_addf(&desk.said, "%s\n", sentence);
}

static void make_plan(void)
{
	struct ability ability = {
		.known = live.service.process != NULL,
		.version = live.service.process ? live.service.process->version_number : 0,
		.level = ACCESS_ADMIN,
	};

	plan_release(&desk.plan);
	plan_make(&desk.plan, desk.candidate->base, desk.candidate->now, &ability);
}

static int apply_plan(void)
{
	struct apply_request request = {
		.candidate = desk.candidate,
		.loaded = &desk.loaded,
		.plan = &desk.plan,
		.progress = on_progress,
	};

	apply_result_release(&desk.result);
	desk.result = (struct apply_result){ .reload = RELOAD_RESULT_INIT };
	return apply_run(&live.service, &request, &desk.result, &desk.err);
}

static int apply(void)
{
	make_plan();
	return apply_plan();
}

static void assert_applied(void)
{
	if (apply() < 0)
		fail_msg("%s", desk.err.text.bytes);
	assert_false(candidate_is_dirty(desk.candidate));
}

static void assert_says(const char *words)
{
	if (!strstr(desk.said.bytes, words))
		fail_msg("'%s' does not say '%s'", desk.said.bytes, words);
}

static void assert_error(enum err_code code, const char *words)
{
	if (!strstr(desk.err.text.bytes, words))
		fail_msg("'%s' does not say '%s'", desk.err.text.bytes, words);
	assert_int_equal(desk.err.code, code);
}

static void assert_file(const struct str *wanted)
{
	struct str now = STR_INIT;

	assert_int_equal(file_read(live.config, &now, NULL, NULL), 0);
	assert_string_equal(now.bytes, wanted->bytes);
	str_release(&now);
}

/* File, worker and candidate are what they were, and nothing lies around. */
static void assert_unchanged(long pid)
{
	struct strings names = STRINGS_INIT;

	assert_file(&desk.before);
	assert_int_equal(process_identify(live.service.process, NULL), 0);
	assert_int_equal(live.service.process->pid, pid);
	assert_true(candidate_is_dirty(desk.candidate));
	assert_int_equal(file_list(live.folder, "", &names, NULL), 0);
	for (size_t i = 0; i < names.list.count; i++)
		assert_null(strstr(names.list.items[i], ".penstock."));
	strings_release(&names);
	assert_false(live.service.undoing);
}

static void assert_file_is_the_candidate(void)
{
	struct str bytes = STR_INIT;

	document_render(desk.candidate->now, 0, &bytes);
	assert_file(&bytes);
	str_release(&bytes);
}

static long worker_pid(void)
{
	return live.service.process->pid;
}

/* ---- what works ------------------------------------------------------------- */

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

/* ---- what is refused before anything moves ---------------------------------- */

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

static void a_level_that_is_too_low_is_said_before_the_file_is_written(void **state)
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

/* ---- what fails on the way, and is undone ----------------------------------- */

static void a_step_that_haproxy_refuses_undoes_all(void **state)
{
	long pid;

	(void)state;
	live_need(&live);
	pid = worker_pid();
	edit("    server app2", "    server app3 127.0.0.1:9\n    server app4 127.0.0.1:9\n    server app2");
	edit("weight 100   # old", "weight 50   # old");
	make_plan();
	live_tell(&live, "add server live/app4 127.0.0.1:77"); /* behind our back */
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
		 "while [ \"$(echo show info | socat - UNIX:%s 2>/dev/null | sed -n 's/^Pid: //p')\" "
		 "-eq %ld ] 2>/dev/null; do :; done; touch %s/twice; exit 3",
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
		cmocka_unit_test_setup_teardown(
			a_level_that_is_too_low_is_said_before_the_file_is_written, setup_operator,
			teardown),
		LIVE(no_way_to_reload_is_said_before_the_file_is_written),
		LIVE(an_address_in_use_is_found_before_the_reload),
		LIVE(a_step_that_haproxy_refuses_undoes_all),
		LIVE(a_reload_that_is_refused_puts_the_file_back),
		LIVE(a_worker_that_came_up_all_the_same_is_reloaded_back),
		LIVE(a_stats_socket_that_disappears_is_brought_back),
		cmocka_unit_test_setup_teardown(an_interrupt_in_the_middle_undoes_all, setup_held,
						teardown),
		LIVE(a_promise_that_is_not_kept_undoes_all),
		LIVE(a_process_that_dies_in_the_middle_leaves_the_old_file),
		LIVE(a_folder_that_cannot_be_written_changes_nothing),
		LIVE(a_state_folder_that_cannot_be_made_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
