/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/haproxy/local.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "penstock/base/clock.h"
#include "penstock/base/mem.h"
#include "penstock/sys/file.h"

/* How many of the following words an option takes. */
enum takes { TAKES_NONE, TAKES_ONE, TAKES_REST };

typedef void (*argument_fn)(struct local_process *process, const char *value);

static void set_text(char **text, const char *value)
{
	free(*text);
	*text = xstrdup(value);
}

static void set_absolute(char **text, const struct local_process *process, const char *value)
{
	struct str path = STR_INIT;

	if (process->cwd || value[0] == '/')
		file_absolute(process->cwd, value, &path);
	else
		str_set(&path, value);
	free(*text);
	*text = str_detach(&path, NULL);
}

static void read_file(struct local_process *process, const char *value)
{
	strings_add(&process->files, value);
}

static void read_pid_file(struct local_process *process, const char *value)
{
	set_absolute(&process->pid_file, process, value);
}

static void read_folder(struct local_process *process, const char *value)
{
	set_absolute(&process->config_folder, process, value);
}

static void read_master_socket(struct local_process *process, const char *value)
{
	char *address = xstrndup(value, strcspn(value, ","));

	set_text(&process->master_socket, address);
	free(address);
}

static void note_daemon(struct local_process *process, const char *value)
{
	(void)value;
	process->daemon = true;
}

static void note_master_mode(struct local_process *process, const char *value)
{
	(void)value;
	process->master_mode = true;
}

static void note_check(struct local_process *process, const char *value)
{
	(void)value;
	process->checking = true;
}

/*
 * HAProxy looks at the first letters only.  What is not here takes no further
 * word, or some that cannot be taken for an option (the PIDs of -sf).
 */
static const struct argument_def {
	const char *start;
	enum takes  takes;
	argument_fn read;
} argument_table[] = {
	{ "--", TAKES_REST, read_file },
	{ "-c", TAKES_NONE, note_check },
	{ "-x", TAKES_ONE,  NULL },
	{ "-C", TAKES_ONE,  read_folder },
	{ "-D", TAKES_NONE, note_daemon },
	{ "-L", TAKES_ONE,  NULL },
	{ "-N", TAKES_ONE,  NULL },
	{ "-S", TAKES_ONE,  read_master_socket },
	{ "-W", TAKES_NONE, note_master_mode },
	{ "-f", TAKES_ONE,  read_file },
	{ "-m", TAKES_ONE,  NULL },
	{ "-n", TAKES_ONE,  NULL },
	{ "-p", TAKES_ONE,  read_pid_file },
	{ "-v", TAKES_NONE, note_check },
};

static const struct argument_def *find_argument(const char *word)
{
	for (size_t i = 0; i < N(argument_table); i++)
		if (strncmp(word, argument_table[i].start, strlen(argument_table[i].start)) == 0)
			return &argument_table[i];
	return NULL;
}

/* How many of the `count` words from an option on belong to it besides itself. */
static size_t count_taken(const struct argument_def *def, size_t count)
{
	if (!def || def->takes == TAKES_NONE)
		return 0;
	if (def->takes == TAKES_REST)
		return count - 1;
	return count > 1 ? 1 : 0;
}

static void make_files_absolute(struct local_process *process)
{
	const char *folder = process->config_folder ? process->config_folder : process->cwd;

	for (size_t i = 0; i < process->files.list.count; i++) {
		char     **file = &process->files.list.items[i];
		struct str path = STR_INIT;

		if (!folder || **file == '/')
			continue;
		file_absolute(folder, *file, &path);
		free(*file);
		*file = str_detach(&path, NULL);
	}
}

void local_read_arguments(struct local_process *process)
{
	char *const *words = process->argv.list.items;
	size_t       count = process->argv.list.count;

	for (size_t i = 1; i < count;) {
		const struct argument_def *def = find_argument(words[i]);
		size_t                     taken = count_taken(def, count - i);

		if (def && def->read && def->takes == TAKES_NONE)
			def->read(process, "");
		for (size_t k = 1; def && def->read && k <= taken; k++)
			def->read(process, words[i + k]);
		i += 1 + taken;
	}
	make_files_absolute(process);
}

int64_t local_start_ns(const struct local_process *process)
{
	int64_t boot = clock_boot_ns();
	long    hertz = sysconf(_SC_CLK_TCK);

	if (!boot || hertz <= 0 || process->start_ticks <= 0)
		return 0;
	return boot + process->start_ticks * (1000000000 / hertz);
}

static const char *const program_names[] = { "haproxy", "hapee-lb" };

/* "haproxy", also with a version behind it: "haproxy-2.8", "haproxy26". */
static bool is_program_name(struct span name)
{
	for (size_t i = 0; i < N(program_names); i++) {
		size_t at = strlen(program_names[i]);

		if (!span_starts(name, program_names[i]))
			continue;
		if (at < name.len && (name.at[at] == '-' || name.at[at] == '_'))
			at++;
		while (at < name.len && (isdigit((unsigned char)name.at[at]) || name.at[at] == '.'))
			at++;
		if (at == name.len)
			return true;
	}
	return false;
}

/* How the files of loaders are called; the kernel cuts a process's name. */
static const char *const loader_names[] = { "ld-linux", "ld-2.", "ld64.so", "ld.so", "ld-musl" };

static bool is_loader_name(struct span name)
{
	for (size_t i = 0; i < N(loader_names); i++)
		if (span_starts(name, loader_names[i]))
			return true;
	return false;
}

/* The options of the loader in front of the program that it starts (ld.so(8)). */
static const struct loader_option {
	const char *name;
	enum takes  takes;
} loader_options[] = {
	{ "--argv0",                TAKES_ONE },
	{ "--audit",                TAKES_ONE },
	{ "--glibc-hwcaps-mask",    TAKES_ONE },
	{ "--glibc-hwcaps-prepend", TAKES_ONE },
	{ "--inhibit-cache",        TAKES_NONE },
	{ "--inhibit-rpath",        TAKES_ONE },
	{ "--library-path",         TAKES_ONE },
	{ "--preload",              TAKES_ONE },
};

static const struct loader_option *find_loader_option(const char *word)
{
	for (size_t i = 0; i < N(loader_options); i++)
		if (strcmp(word, loader_options[i].name) == 0)
			return &loader_options[i];
	return NULL;
}

static struct span file_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return span_of(slash ? slash + 1 : path);
}

int local_skip_loader(struct local_process *process)
{
	struct strings *argv = &process->argv;
	const char     *argv0 = NULL, *program;
	size_t          at = 1;

	for (; at < argv->list.count; at++) {
		const char                 *word = argv->list.items[at];
		const struct loader_option *option = find_loader_option(word);

		if (!option)
			break;
		if (option->takes == TAKES_ONE && ++at == argv->list.count)
			return -1;
		if (option == &loader_options[0])
			argv0 = argv->list.items[at];
	}
	if (at >= argv->list.count || !is_program_name(file_name(argv->list.items[at])))
		return -1;
	program = argv0 && strchr(argv0, '/') ? argv0 : argv->list.items[at];
	set_absolute(&process->binary, process, program);
	if (argv0)
		set_text(&argv->list.items[at], argv0);
	for (size_t i = 0; i < at; i++) {
		free(argv->list.items[0]);
		vec_remove(&argv->list, 0);
	}
	return 0;
}

void local_process_release(struct local_process *process)
{
	free(process->binary);
	free(process->cwd);
	free(process->root);
	free(process->master_socket);
	free(process->pid_file);
	free(process->config_folder);
	strings_release(&process->argv);
	strings_release(&process->files);
}

void local_release(struct local_processes *list)
{
	for (size_t i = 0; i < list->list.count; i++)
		local_process_release(&list->list.items[i]);
	vec_release(&list->list);
}

#ifdef __linux__

static char *proc_link(pid_t pid, const char *what)
{
	char    path[64], target[PATH_MAX];
	ssize_t len;

	snprintf(path, sizeof(path), "/proc/%ld/%s", (long)pid, what);
	len = readlink(path, target, sizeof(target));
	return len > 0 ? xstrndup(target, (size_t)len) : NULL;
}

static int proc_file(pid_t pid, const char *what, struct str *out, struct err *err)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%ld/%s", (long)pid, what);
	return file_read(path, out, NULL, err);
}

/* The field of that number (from 1, as in proc(5)) behind the name in stat. */
static struct span stat_field(struct span after_name, int number)
{
	struct span field = { "", 0 };

	for (int i = 3; i <= number; i++)
		if (!span_split(&after_name, ' ', &field))
			return span_make("", 0);
	return field;
}

static int read_stat(struct local_process *process, struct span *name, struct str *stat,
		     struct err *err)
{
	const char *open, *close;
	long        parent = 0, ticks = 0;
	struct span rest;

	if (proc_file(process->pid, "stat", stat, err) < 0)
		return -1;
	/* A name may hold blanks and brackets itself. */
	open = strchr(stat->bytes, '(');
	close = strrchr(stat->bytes, ')');
	if (!open || !close || close < open || close[1] != ' ')
		return err_set(err, ERR_PROTOCOL, "cannot read the state of process %ld",
			       (long)process->pid);
	*name = span_make(open + 1, (size_t)(close - open) - 1);
	rest = span_make(close + 2, stat->len - (size_t)(close + 2 - stat->bytes));
	span_to_long(stat_field(rest, 4), &parent);
	span_to_long(stat_field(rest, 22), &ticks);
	process->parent = (pid_t)parent;
	process->start_ticks = ticks;
	return 0;
}

static void read_argv(struct local_process *process, struct span bytes)
{
	struct span word;

	if (bytes.len && bytes.at[bytes.len - 1] == '\0')
		bytes.len--;
	else if (!bytes.len)
		return;
	while (span_split(&bytes, '\0', &word))
		strings_add_n(&process->argv, word.at, word.len);
}

static void read_links(struct local_process *process)
{
	static const char deleted[] = " (deleted)";

	process->binary = proc_link(process->pid, "exe");
	process->cwd = proc_link(process->pid, "cwd");
	process->root = proc_link(process->pid, "root");
	if (process->root && strcmp(process->root, "/") == 0) {
		free(process->root);
		process->root = NULL;
	}
	/* After an upgrade the new program stands under the old name. */
	if (process->binary && span_ends(span_of(process->binary), deleted))
		process->binary[strlen(process->binary) - (sizeof(deleted) - 1)] = '\0';
}

/* Everything but what argv says. */
static int read_process(pid_t pid, struct local_process *process, struct err *err)
{
	struct str  stat = STR_INIT, command = STR_INIT;
	struct span name = { "", 0 };
	bool        loader;
	int         status;

	*process = (struct local_process){ .pid = pid };
	status = read_stat(process, &name, &stat, err);
	loader = status == 0 && is_loader_name(name);
	if (status == 0 && !loader && !is_program_name(name))
		status = err_set(err, ERR_NOT_FOUND, "process %ld is no HAProxy", (long)pid);
	if (status == 0)
		status = proc_file(pid, "cmdline", &command, err);
	if (status == 0) {
		read_argv(process, str_span(&command));
		read_links(process);
		if (loader && local_skip_loader(process) < 0)
			status = err_set(err, ERR_NOT_FOUND, "process %ld is no HAProxy",
					 (long)pid);
	}
	str_release(&stat);
	str_release(&command);
	return status;
}

static void find_processes(struct local_processes *out, DIR *proc)
{
	const struct dirent *entry;

	while ((entry = readdir(proc))) {
		struct local_process process;
		long                 pid;

		if (!span_to_long(span_of(entry->d_name), &pid))
			continue;
		if (read_process((pid_t)pid, &process, NULL) == 0 && process.argv.list.count)
			*vec_push(&out->list) = process;
		else
			local_process_release(&process);
	}
}

static int by_pid(const void *a, const void *b)
{
	const struct local_process *left = a, *right = b;

	return (left->pid > right->pid) - (left->pid < right->pid);
}

static struct local_process *find_pid(const struct local_processes *list, pid_t pid)
{
	for (size_t i = 0; i < list->list.count; i++)
		if (list->list.items[i].pid == pid)
			return &list->list.items[i];
	return NULL;
}

static void note_relations(struct local_processes *list)
{
	for (size_t i = 0; i < list->list.count; i++) {
		struct local_process *process = &list->list.items[i];
		struct local_process *parent = find_pid(list, process->parent);

		if (!parent)
			continue;
		process->worker = true;
		parent->master = true;
	}
}

static void note_leaving(struct local_processes *list)
{
	for (size_t i = 0; i < list->list.count; i++) {
		struct local_process *one = &list->list.items[i];

		for (size_t k = 0; k < list->list.count && one->worker; k++) {
			const struct local_process *other = &list->list.items[k];

			if (other->worker && other->parent == one->parent &&
			    (other->start_ticks > one->start_ticks ||
			     (other->start_ticks == one->start_ticks && other->pid > one->pid)))
				one->leaving = true;
		}
	}
}

/* A worker has its master's arguments, and may have left the folder since. */
static void read_arguments_from(struct local_process *process, const struct local_process *master)
{
	char *own = process->cwd;

	if (master)
		process->cwd = master->cwd;
	local_read_arguments(process);
	process->cwd = own;
}

/* `haproxy -c` and `-v` run for a moment and serve nobody. */
static void drop_checks(struct local_processes *list)
{
	for (size_t i = list->list.count; i-- > 0;) {
		if (!list->list.items[i].checking)
			continue;
		local_process_release(&list->list.items[i]);
		vec_remove(&list->list, i);
	}
}

int local_find(struct local_processes *out, struct err *err)
{
	DIR *proc = opendir("/proc");

	if (!proc)
		return err_errno(err, ERR_IO, "cannot look for processes in '/proc'");
	find_processes(out, proc);
	closedir(proc);
	if (out->list.count)
		qsort(out->list.items, out->list.count, sizeof(*out->list.items), by_pid);
	for (size_t i = 0; i < out->list.count; i++) {
		struct local_process *process = &out->list.items[i];

		read_arguments_from(process, find_pid(out, process->parent));
	}
	drop_checks(out);
	note_relations(out);
	note_leaving(out);
	return 0;
}

int local_read(pid_t pid, struct local_process *out, struct err *err)
{
	struct local_processes list = LOCAL_PROCESSES_INIT;
	struct local_process  *found;
	int                    status = -1;

	if (local_find(&list, err) < 0)
		return -1;
	found = find_pid(&list, pid);
	if (found) {
		*out = *found;
		/* What it owns has moved. */
		vec_remove(&list.list, (size_t)(found - list.list.items));
		status = 0;
	} else {
		err_set(err, ERR_NOT_FOUND, "there is no HAProxy process %ld", (long)pid);
	}
	local_release(&list);
	return status;
}

#else

int local_find(struct local_processes *out, struct err *err)
{
	(void)out;
	(void)err;
	return 0;
}

int local_read(pid_t pid, struct local_process *out, struct err *err)
{
	(void)out;
	return err_set(err, ERR_NOT_FOUND, "process %ld: this system does not show processes",
		       (long)pid);
}

#endif

const struct local_process *local_manager(const struct local_processes *list, pid_t pid)
{
	for (size_t i = 0; i < list->list.count; i++) {
		const struct local_process *process = &list->list.items[i];

		if (process->pid == pid)
			return process->worker ? local_manager(list, process->parent) : process;
	}
	return NULL;
}
