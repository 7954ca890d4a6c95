/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "live.h"

#include "penstock/base/mem.h"
#include "penstock/haproxy/local.h"
#include "penstock/haproxy/master.h"

/* A process of /srv with these words behind its name. */
static struct local_process process_with(const char *words)
{
	struct local_process process = { .cwd = xstrdup("/srv") };
	struct span          rest = span_of(words), word;

	strings_add(&process.argv, "haproxy");
	while (*words && span_split(&rest, ' ', &word))
		strings_add_n(&process.argv, word.at, word.len);
	local_read_arguments(&process);
	return process;
}

/* Files joined by blanks. */
static void expect_files(const char *words, const char *wanted)
{
	struct local_process process = process_with(words);
	struct str           files = STR_INIT;

	for (size_t i = 0; i < process.files.list.count; i++)
		str_addf(&files, "%s%s", i ? " " : "", process.files.list.items[i]);
	assert_string_equal(files.bytes, wanted);
	str_release(&files);
	local_process_release(&process);
}

static const struct {
	const char *words, *files;
} files_table[] = {
	{ "", "" },
	{ "-f /etc/h.cfg", "/etc/h.cfg" },
	{ "-f a.cfg -f /b -f ./c", "/srv/a.cfg /b /srv/c" },
	{ "-D -- a b -c", "/srv/a /srv/b /srv/-c" },
	{ "-f a -- b", "/srv/a /srv/b" },
	{ "-C /etc/haproxy -f a -f /b", "/etc/haproxy/a /b" },
	{ "-f a -C conf", "/srv/conf/a" },
	/* words of other options are no files, and pids end at the next option */
	{ "-sf 10 11 12 -f a -st 13", "/srv/a" },
	{ "-x /run/a.sock -L -f -f a", "/srv/a" },
	{ "-n 100 -N 50 -m 2000 -f a", "/srv/a" },
	{ "-db -dV -dM@0 -dr -dKall -d -V -q -f a", "/srv/a" },
	{ "-Ws -f a -p /run/h.pid -S /run/m.sock", "/srv/a" },
	{ "-f", "" },
	{ "-sf", "" },
	{ "--", "" },
};

static void files_are_found_among_all_options(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(files_table); i++)
		expect_files(files_table[i].words, files_table[i].files);
}

static const struct {
	const char *words;
	bool        daemon, master_mode, checking;
} flags_table[] = {
	{ "-f a", false, false, false },
	{ "-D -f a", true, false, false },
	{ "-W -f a", false, true, false },
	{ "-Ws -f a", false, true, false },
	{ "-W -D -f a", true, true, false },
	{ "-c -f a", false, false, true },
	{ "-f a -c", false, false, true },
	{ "-cc version_atleast(2.6) -f a", false, false, true },
	{ "-vv", false, false, true },
	{ "-V -db -f a", false, false, false },
	{ "-f -c", false, false, false },
	{ "-dD -C c -f a", false, false, false },
};

static void flags_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(flags_table); i++) {
		struct local_process process = process_with(flags_table[i].words);

		assert_int_equal(process.daemon, flags_table[i].daemon);
		assert_int_equal(process.master_mode, flags_table[i].master_mode);
		assert_int_equal(process.checking, flags_table[i].checking);
		local_process_release(&process);
	}
}

static const struct {
	const char *words, *socket;
} socket_table[] = {
	{ "-S /run/m.sock -f a", "/run/m.sock" },
	{ "-S /run/m.sock,level,admin,mode,660 -f a", "/run/m.sock" },
	{ "-S unix@/run/m.sock -f a", "unix@/run/m.sock" },
	{ "-S 127.0.0.1:9000,level,user", "127.0.0.1:9000" },
};

static void master_socket_is_read_without_its_options(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(socket_table); i++) {
		struct local_process process = process_with(socket_table[i].words);

		assert_string_equal(process.master_socket, socket_table[i].socket);
		local_process_release(&process);
	}
}

static void other_values_are_read(void **state)
{
	struct local_process process = process_with("-p /run/h.pid -C /etc/haproxy -f a -p i");

	(void)state;
	assert_string_equal(process.pid_file, "/srv/i");
	assert_string_equal(process.config_folder, "/etc/haproxy");
	assert_null(process.master_socket);
	local_process_release(&process);
}

static void names_stay_as_they_are_where_the_folder_is_not_known(void **state)
{
	struct local_process process = { 0 };

	(void)state;
	strings_add(&process.argv, "haproxy");
	strings_add(&process.argv, "-f");
	strings_add(&process.argv, "h.cfg");
	local_read_arguments(&process);
	assert_string_equal(process.files.list.items[0], "h.cfg");
	local_process_release(&process);
}

static const struct {
	const char *words, *binary, *argv;
} loader_table[] = {
	{ "/lib/ld-linux-x86-64.so.2 --argv0 /opt/h/haproxy --library-path /a:/b "
	  "/opt/h/root/haproxy -W -f a", "/opt/h/haproxy", "/opt/h/haproxy -W -f a" },
	{ "ld-linux.so.2 --inhibit-cache bin/haproxy -f a", "/srv/bin/haproxy",
	  "bin/haproxy -f a" },
	/* a name without a folder says nothing about where the program is */
	{ "ld.so --argv0 haproxy /opt/haproxy -D", "/opt/haproxy", "haproxy -D" },
};

static struct local_process process_of(const char *words)
{
	struct local_process process = { .cwd = xstrdup("/srv") };
	struct span          rest = span_of(words), word;

	while (span_split(&rest, ' ', &word))
		strings_add_n(&process.argv, word.at, word.len);
	return process;
}

static void what_a_loader_starts_is_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(loader_table); i++) {
		struct local_process process = process_of(loader_table[i].words);
		struct str           argv = STR_INIT;

		assert_int_equal(local_skip_loader(&process), 0);
		for (size_t k = 0; k < process.argv.list.count; k++)
			str_addf(&argv, "%s%s", k ? " " : "", process.argv.list.items[k]);
		assert_string_equal(argv.bytes, loader_table[i].argv);
		assert_string_equal(process.binary, loader_table[i].binary);
		str_release(&argv);
		local_process_release(&process);
	}
}

static void a_loader_with_another_program_is_no_haproxy(void **state)
{
	static const char *const words[] = {
		"ld.so", "ld.so --argv0", "ld.so --argv0 haproxy", "ld.so /bin/ls haproxy",
		"ld.so --library-path /haproxy",
	};

	(void)state;
	for (size_t i = 0; i < N(words); i++) {
		struct local_process process = process_of(words[i]);

		assert_int_equal(local_skip_loader(&process), -1);
		local_process_release(&process);
	}
}

static void no_argv_at_all_is_fine(void **state)
{
	struct local_process process = { 0 };

	(void)state;
	local_read_arguments(&process);
	local_process_release(&process);
}

static void the_manager_of_a_worker_is_its_master(void **state)
{
	struct local_processes list = LOCAL_PROCESSES_INIT;

	(void)state;
	*vec_push(&list.list) = (struct local_process){ .pid = 10, .parent = 1, .master = true };
	*vec_push(&list.list) = (struct local_process){ .pid = 11, .parent = 10, .worker = true };
	*vec_push(&list.list) = (struct local_process){ .pid = 20, .parent = 1 };
	assert_int_equal(local_manager(&list, 11)->pid, 10);
	assert_int_equal(local_manager(&list, 10)->pid, 10);
	assert_int_equal(local_manager(&list, 20)->pid, 20);
	assert_null(local_manager(&list, 99));
	local_release(&list);
}

static struct live live;

static int start_master(void **state)
{
	(void)state;
	return live_start(&live, LIVE_MASTER, LIVE_TEXT);
}

static int start_daemon(void **state)
{
	(void)state;
	return live_start(&live, LIVE_DAEMON, LIVE_TEXT);
}

static int start_foreground(void **state)
{
	(void)state;
	return live_start(&live, LIVE_FOREGROUND, LIVE_TEXT);
}

static int tear_down(void **state)
{
	(void)state;
	return live_end(&live);
}

static struct local_process attached(void)
{
	struct local_process process;
	struct err           err = ERR_INIT;

	if (local_read((pid_t)live.service.process->pid, &process, &err) < 0)
		fail_msg("%s", err.text.bytes);
	err_release(&err);
	assert_int_equal(process.files.list.count, 1);
	assert_string_equal(process.files.list.items[0], live.config);
	assert_non_null(process.cwd);
	assert_non_null(strstr(process.binary, "haproxy"));
	assert_null(process.root);
	assert_false(process.leaving);
	return process;
}

static void a_foreground_process_is_found(void **state)
{
	struct local_process process;

	(void)state;
	live_need(&live);
	process = attached();
	assert_int_equal(process.pid, live.child);
	assert_int_equal(process.parent, getpid());
	assert_false(process.master || process.worker || process.daemon || process.master_mode);
	local_process_release(&process);
}

static void a_daemon_is_found(void **state)
{
	struct local_process process;

	(void)state;
	live_need(&live);
	process = attached();
	assert_true(process.daemon);
	assert_false(process.master || process.worker);
	assert_string_equal(process.pid_file, live.pid_file);
	local_process_release(&process);
}

static void a_master_and_its_worker_are_found(void **state)
{
	struct local_processes      list = LOCAL_PROCESSES_INIT;
	const struct local_process *master;
	struct local_process        worker;

	(void)state;
	live_need(&live);
	worker = attached();
	assert_true(worker.worker);
	assert_int_equal(worker.parent, live.child);
	assert_int_equal(local_find(&list, NULL), 0);
	master = local_manager(&list, worker.pid);
	assert_non_null(master);
	assert_int_equal(master->pid, live.child);
	assert_true(master->master && master->master_mode && !master->worker);
	assert_string_equal(master->master_socket, live.master);
	local_process_release(&worker);
	local_release(&list);
}

static bool is_leaving(pid_t pid)
{
	struct local_process process;
	bool                 leaving;

	if (local_read(pid, &process, NULL) < 0)
		return false;
	leaving = process.leaving;
	local_process_release(&process);
	return leaving;
}

static void an_old_worker_is_leaving(void **state)
{
	struct client      master;
	struct str         messages = STR_INIT;
	enum reload_answer answer;
	pid_t              old;
	int                client;

	(void)state;
	live_need(&live);
	old = (pid_t)live.service.process->pid;
	/* Somebody in the middle of a request, who keeps the old worker. */
	client = live_connect(live.port);
	assert_int_equal(write(client, "GET / HT", 8), 8);
	assert_int_equal(client_init(&master, live.loop, live.master, true, NULL), 0);
	assert_int_equal(master_reload(&master, &answer, &messages, NULL), 0);
	assert_true(LIVE_WAIT(&live, is_leaving(old)));
	close(client);
	client_release(&master);
	str_release(&messages);
}

static void a_process_that_is_not_haproxy_is_not_found(void **state)
{
	struct local_process process;
	struct err           err = ERR_INIT;

	(void)state;
	assert_int_equal(local_read(getpid(), &process, &err), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
	err_release(&err);
}

#define LIVE(name, start) cmocka_unit_test_setup_teardown(name, start, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_are_found_among_all_options),
		cmocka_unit_test(flags_are_read),
		cmocka_unit_test(master_socket_is_read_without_its_options),
		cmocka_unit_test(other_values_are_read),
		cmocka_unit_test(names_stay_as_they_are_where_the_folder_is_not_known),
		cmocka_unit_test(no_argv_at_all_is_fine),
		cmocka_unit_test(what_a_loader_starts_is_found),
		cmocka_unit_test(a_loader_with_another_program_is_no_haproxy),
		cmocka_unit_test(the_manager_of_a_worker_is_its_master),
		LIVE(a_foreground_process_is_found, start_foreground),
		LIVE(a_daemon_is_found, start_daemon),
		LIVE(a_master_and_its_worker_are_found, start_master),
		LIVE(an_old_worker_is_leaving, start_master),
		cmocka_unit_test(a_process_that_is_not_haproxy_is_not_found),
	};

	alarm(110);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
