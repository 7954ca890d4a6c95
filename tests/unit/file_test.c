/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "penstock/base/mem.h"
#include "penstock/sys/file.h"

static char folder[64];

static int set_up(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/file_test.XXXXXX");
	assert_non_null(mkdtemp(folder));
	assert_int_equal(chdir(folder), 0);
	return 0;
}

static int tear_down(void **state)
{
	char  command[] = "rm";
	pid_t pid = fork();

	(void)state;
	assert_int_equal(chdir("/"), 0);
	if (pid == 0) {
		execlp(command, command, "-rf", folder, (char *)NULL);
		_exit(127);
	}
	waitpid(pid, NULL, 0);
	return 0;
}

static void put(const char *path, const char *text, mode_t mode)
{
	int fd = open(path, O_CREAT | O_WRONLY | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	fchmod(fd, mode);
	close(fd);
}

static void assert_content(const char *path, const char *text)
{
	struct str bytes = STR_INIT;

	assert_int_equal(file_read(path, &bytes, NULL, NULL), 0);
	assert_string_equal(bytes.bytes, text);
	str_release(&bytes);
}

static size_t count_entries(void)
{
	struct strings names = STRINGS_INIT;
	size_t         count;

	/* Dot files too: shell globs tell of what was left lying about. */
	assert_int_equal(file_list(folder, "", &names, NULL), 0);
	count = names.list.count;
	strings_release(&names);
	return count;
}

static void read_appends_the_bytes(void **state)
{
	struct str        bytes = STR_INIT;
	struct file_stamp stamp, later;

	(void)state;
	put("a", "one", 0644);
	str_set(&bytes, ">");
	assert_int_equal(file_read("a", &bytes, &stamp, NULL), 0);
	assert_string_equal(bytes.bytes, ">one");
	assert_int_equal(stamp.size, 3);
	assert_int_equal(file_stamp_of("a", &later, NULL), 0);
	assert_true(file_stamp_equal(&stamp, &later));
	put("a", "other", 0644);
	assert_int_equal(file_stamp_of("a", &later, NULL), 0);
	assert_false(file_stamp_equal(&stamp, &later));
	str_release(&bytes);
}

static void read_of_nothing_names_the_file(void **state)
{
	struct str bytes = STR_INIT;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(file_read("missing.cfg", &bytes, NULL, &err), -1);
	assert_int_equal(err.code, ERR_IO);
	assert_non_null(strstr(err.text.bytes, "'missing.cfg'"));
	assert_int_equal(file_read(folder, &bytes, NULL, &err), -1);
	assert_non_null(strstr(err.text.bytes, "folder"));
	assert_int_equal(bytes.len, 0);
	err_release(&err);
	str_release(&bytes);
}

static void more_than_a_gibibyte_is_refused(void **state)
{
	struct str bytes = STR_INIT;
	struct err err = ERR_INIT;

	(void)state;
	put("big", "", 0644);
	/* Sparse, and more than there is memory. */
	if (truncate("big", (off_t)1 << 40) < 0)
		skip();
	assert_int_equal(file_read("big", &bytes, NULL, &err), -1);
	assert_int_equal(err.code, ERR_LIMIT);
	err_release(&err);
	str_release(&bytes);
}

static void stamp_of_no_file_is_zero(void **state)
{
	struct file_stamp stamp, zero = { 0 };

	(void)state;
	assert_int_equal(file_stamp_of("missing", &stamp, NULL), 0);
	assert_true(file_stamp_equal(&stamp, &zero));
}

static void replace_keeps_owner_group_and_mode(void **state)
{
	struct stat about;

	(void)state;
	put("a.cfg", "old", 0640);
	if (geteuid() == 0)
		assert_int_equal(chown("a.cfg", 65534, 65534), 0);
	assert_int_equal(file_replace("a.cfg", span_of("new\n"), NULL), 0);
	assert_content("a.cfg", "new\n");
	assert_int_equal(stat("a.cfg", &about), 0);
	assert_int_equal(about.st_mode & 07777, 0640);
	assert_int_equal(about.st_uid, geteuid() == 0 ? 65534 : geteuid());
	assert_int_equal(count_entries(), 1);
}

static void replace_keeps_extended_attributes(void **state)
{
	char value[8];

	(void)state;
	put("a.cfg", "old", 0644);
	if (setxattr("a.cfg", "user.note", "yes", 3, 0) < 0)
		skip();
	assert_int_equal(file_replace("a.cfg", span_of("new"), NULL), 0);
	assert_int_equal(getxattr("a.cfg", "user.note", value, sizeof(value)), 3);
	assert_memory_equal(value, "yes", 3);
}

static void replace_makes_a_new_file_readable(void **state)
{
	struct stat about;

	(void)state;
	umask(077);
	assert_int_equal(file_replace("new.cfg", span_of("x"), NULL), 0);
	assert_int_equal(stat("new.cfg", &about), 0);
	assert_int_equal(about.st_mode & 07777, 0644);
}

static void replace_goes_through_links(void **state)
{
	struct stat about;

	(void)state;
	assert_int_equal(mkdir("real", 0755), 0);
	put("real/a.cfg", "old", 0644);
	assert_int_equal(symlink("real/a.cfg", "second"), 0);
	assert_int_equal(symlink("second", "first"), 0);
	assert_int_equal(file_replace("first", span_of("new"), NULL), 0);
	assert_int_equal(lstat("first", &about), 0);
	assert_true(S_ISLNK(about.st_mode));
	assert_content("real/a.cfg", "new");
}

static void replace_makes_the_target_of_a_link_that_leads_nowhere(void **state)
{
	(void)state;
	assert_int_equal(mkdir("real", 0755), 0);
	assert_int_equal(symlink("real/new.cfg", "link"), 0);
	assert_int_equal(file_replace("link", span_of("new"), NULL), 0);
	assert_content("real/new.cfg", "new");
}

static void links_in_a_circle_are_an_error(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(symlink("b", "a"), 0);
	assert_int_equal(symlink("a", "b"), 0);
	assert_int_equal(file_replace("a", span_of("x"), &err), -1);
	assert_non_null(strstr(err.text.bytes, "too many links"));
	err_release(&err);
}

static void staged_file_stands_beside_and_changes_nothing(void **state)
{
	struct str temporary = STR_INIT;

	(void)state;
	put("a.cfg", "old", 0600);
	assert_int_equal(file_stage("a.cfg", span_of("new"), &temporary, NULL), 0);
	assert_true(span_starts(str_span(&temporary), "./.a.cfg.penstock."));
	assert_content("a.cfg", "old");
	assert_content(temporary.bytes, "new");
	file_discard(temporary.bytes);
	assert_false(file_exists(temporary.bytes));
	str_release(&temporary);
}

static void a_failed_stage_leaves_nothing(void **state)
{
	struct str temporary = STR_INIT;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(mkdir("a.cfg", 0755), 0);
	assert_int_equal(file_stage("a.cfg", span_of("x"), &temporary, &err), -1);
	assert_int_equal(temporary.len, 0);
	assert_int_equal(file_stage("no/such/file", span_of("x"), &temporary, &err), -1);
	assert_non_null(strstr(err.text.bytes, "'no/such/file'"));
	assert_int_equal(count_entries(), 0);
	err_release(&err);
	str_release(&temporary);
}

static void another_owner_is_not_lost_in_silence(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	if (geteuid() != 0)
		skip();
	put("a.cfg", "old", 0644);
	chmod(folder, 0777);
	assert_int_equal(seteuid(65534), 0);
	assert_int_equal(file_replace("a.cfg", span_of("new"), &err), -1);
	assert_int_equal(seteuid(0), 0);
	assert_int_equal(err.code, ERR_DENIED);
	assert_content("a.cfg", "old");
	assert_int_equal(count_entries(), 1);
	err_release(&err);
}

static void list_is_sorted_and_leaves_out_what_haproxy_does(void **state)
{
	struct strings names = STRINGS_INIT;

	(void)state;
	put("b.cfg", "", 0644);
	put("a.cfg", "", 0644);
	put("B.cfg", "", 0644);
	put(".c.cfg", "", 0644);
	put("d.txt", "", 0644);
	assert_int_equal(mkdir("e.cfg", 0755), 0);
	assert_int_equal(file_list("./", ".cfg", &names, NULL), 0);
	assert_int_equal(names.list.count, 3);
	assert_string_equal(names.list.items[0], "./B.cfg");
	assert_string_equal(names.list.items[1], "./a.cfg");
	assert_string_equal(names.list.items[2], "./b.cfg");
	strings_release(&names);
}

static void list_of_no_folder_names_it(void **state)
{
	struct strings names = STRINGS_INIT;
	struct err     err = ERR_INIT;

	(void)state;
	assert_int_equal(file_list("missing", "", &names, &err), -1);
	assert_non_null(strstr(err.text.bytes, "'missing'"));
	err_release(&err);
}

static void folders_are_made_with_their_parents(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	umask(022);
	assert_int_equal(file_make_folders("x/y//z/", 0755, NULL), 0);
	assert_true(file_is_directory("x/y/z"));
	assert_int_equal(file_make_folders("x/y", 0755, NULL), 0);
	put("x/plain", "", 0644);
	assert_int_equal(file_make_folders("x/plain/z", 0755, &err), -1);
	assert_non_null(strstr(err.text.bytes, "x/plain"));
	err_release(&err);
}

static void lock_is_exclusive_and_names_its_holder(void **state)
{
	struct err err = ERR_INIT;
	int        fd, other;

	(void)state;
	fd = file_lock("lock", "penstock 42 on lb1", NULL);
	assert_true(fd >= 0);
	other = file_lock("lock", "me", &err);
	assert_int_equal(other, -1);
	assert_int_equal(err.code, ERR_CONFLICT);
	assert_string_equal(err.text.bytes, "'lock' is locked by penstock 42 on lb1");
	file_unlock(fd);
	other = file_lock("lock", "me", NULL);
	assert_true(other >= 0);
	assert_content("lock", "me");
	file_unlock(other);
	err_release(&err);
}

static const struct {
	const char *cwd, *path, *absolute;
} absolute_table[] = {
	{ "/etc", "haproxy.cfg", "/etc/haproxy.cfg" },
	{ "/etc/", "haproxy.cfg", "/etc/haproxy.cfg" },
	{ "/", "a", "/a" },
	{ "/etc", "/run/a", "/run/a" },
	{ "/etc", "./a", "/etc/a" },
	{ "/etc", "././/a", "/etc/a" },
	{ "/etc", "../a", "/etc/../a" },
};

static void absolute_paths_begin_with_the_folder(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(absolute_table); i++) {
		struct str path = STR_INIT;

		file_absolute(absolute_table[i].cwd, absolute_table[i].path, &path);
		assert_string_equal(path.bytes, absolute_table[i].absolute);
		str_release(&path);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(read_appends_the_bytes),
		TEST(read_of_nothing_names_the_file),
		TEST(more_than_a_gibibyte_is_refused),
		TEST(stamp_of_no_file_is_zero),
		TEST(replace_keeps_owner_group_and_mode),
		TEST(replace_keeps_extended_attributes),
		TEST(replace_makes_a_new_file_readable),
		TEST(replace_goes_through_links),
		TEST(replace_makes_the_target_of_a_link_that_leads_nowhere),
		TEST(links_in_a_circle_are_an_error),
		TEST(staged_file_stands_beside_and_changes_nothing),
		TEST(a_failed_stage_leaves_nothing),
		TEST(another_owner_is_not_lost_in_silence),
		TEST(list_is_sorted_and_leaves_out_what_haproxy_does),
		TEST(list_of_no_folder_names_it),
		TEST(folders_are_made_with_their_parents),
		TEST(lock_is_exclusive_and_names_its_holder),
		TEST(absolute_paths_begin_with_the_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
