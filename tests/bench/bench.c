/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a refresh of the tables and a cycle of edits cost us, beside what the
 * same bytes cost HAProxy and a reader that throws them away.  Prints figures
 * and ratios of this one run; judges nothing.
 *
 *	bench refresh SOCKET PID ROUNDS
 *	bench edit FILE...
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "penstock/base/clock.h"
#include "penstock/base/mem.h"
#include "penstock/command/table.h"
#include "penstock/config/proxy.h"
#include "penstock/plan/diff.h"
#include "penstock/plan/plan.h"
#include "penstock/sys/file.h"

static void print_figure(const char *what, double value, const char *unit)
{
	printf("  %-46s %10.2f %s\n", what, value, unit);
}

static void print_goal(const char *what, double value, const char *unit, double goal)
{
	printf("  %-46s %10.2f %s  (goal: below %g, %s)\n", what, value, unit, goal,
	       value < goal ? "reached" : "missed");
}

static void stop(const char *what)
{
	fprintf(stderr, "bench: %s\n", what);
	exit(1);
}

/* CPU that a process has used, in ms; the kernel counts it in ticks. */
static double cpu_of(long pid)
{
	char          path[64], line[1024] = "";
	unsigned long user = 0, kernel = 0;
	char         *fields;
	FILE         *file;

	snprintf(path, sizeof(path), "/proc/%ld/stat", pid);
	file = fopen(path, "r");
	if (!file || !fgets(line, sizeof(line), file))
		stop("the process is gone");
	fclose(file);
	/* utime and stime are fields 14 and 15; the 2nd, in (), may hold blanks. */
	fields = strrchr(line, ')');
	for (int field = 2; fields && field < 14; field++)
		fields = strchr(fields + 1, ' ');
	if (fields) {
		user = strtoul(fields, &fields, 10);
		kernel = strtoul(fields, NULL, 10);
	}
	return (double)(user + kernel) * 1000 / (double)sysconf(_SC_CLK_TCK);
}

/* Memory in use, and its highest, in MB. */
static double memory_of_us(const char *field)
{
	char   line[256];
	FILE  *file = fopen("/proc/self/status", "r");
	double kilobytes = 0;

	while (file && fgets(line, sizeof(line), file))
		if (strncmp(line, field, strlen(field)) == 0)
			kilobytes = strtod(line + strlen(field) + 1, NULL);
	if (file)
		fclose(file);
	return kilobytes / 1024;
}

/* Asks and throws the reply away.  Gives its length. */
static size_t read_and_throw(const char *path)
{
	static const char  command[] = "show stat\n";
	static char        room[65536];
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int                fd = socket(AF_UNIX, SOCK_STREAM, 0);
	size_t             total = 0;
	ssize_t            got;

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
	    write(fd, command, sizeof(command) - 1) < 0)
		stop("the socket cannot be used");
	while ((got = read(fd, room, sizeof(room))) > 0)
		total += (size_t)got;
	close(fd);
	return total;
}

enum { SCREEN_ROWS = 50 };

/* One refresh as the screen does it: the dump, the rows sorted, those that can
 * be seen made into text. */
static size_t refresh(struct process *process, const struct table_def *def,
		      const struct column_def *sort)
{
	struct table       table = TABLE_INIT;
	struct table_query query = { .sort = sort, .descending = true };
	struct str         cell = STR_INIT;
	size_t             rows;

	if (process_refresh(process, NULL) < 0 ||
	    table_fill(&table, def, &process, 1, &query, NULL) < 0)
		stop("the refresh failed");
	for (size_t row = 0; row < table.rows.count && row < SCREEN_ROWS; row++)
		for (size_t i = 0; i < def->count; i++) {
			str_reset(&cell);
			table_shown(&table, row, &def->columns[i], &cell);
		}
	rows = table.rows.count;
	str_release(&cell);
	table_release(&table);
	return rows;
}

static const struct column_def *column_named(const struct table_def *def, const char *name)
{
	for (size_t i = 0; i < def->count; i++)
		if (strcmp(def->columns[i].name, name) == 0)
			return &def->columns[i];
	return &def->columns[0];
}

static void bench_refresh(const char *path, long pid, int rounds)
{
	struct loop            *loop = loop_new();
	struct log              log;
	struct process         *process;
	const struct table_def *def = table_find(span_of("servers"));
	size_t                  rows = 0, bytes = 0;
	double                  ours = 0, plain = 0, theirs;

	log_init(&log);
	process = process_new(loop, &log, path, false, NULL);
	if (!process || process_identify(process, NULL) < 0)
		stop("nobody to attach to");
	refresh(process, def, NULL);
	theirs = cpu_of(pid);
	/* In turns, so that whatever else the machine does hits both alike. */
	for (int i = 0; i < rounds; i++) {
		double start = (double)clock_cpu_us() / 1000, middle;

		rows = refresh(process, def, column_named(def, "scur"));
		middle = (double)clock_cpu_us() / 1000;
		bytes = read_and_throw(path);
		ours += middle - start;
		plain += (double)clock_cpu_us() / 1000 - middle;
	}
	ours /= rounds;
	plain /= rounds;
	theirs = (cpu_of(pid) - theirs) / rounds / 2;

	printf("full refresh of %zu servers, %.2f MB, mean of %d\n", rows, (double)bytes / 1e6,
	       rounds);
	print_goal("our CPU: read, parse, sort, show 50 rows", ours, "ms", 30);
	print_figure("HAProxy's CPU for the same dump", theirs, "ms");
	print_figure("CPU of a reader that throws the bytes away", plain, "ms");
	print_figure("ours / HAProxy's", theirs > 0 ? ours / theirs : 0, "");
	print_goal("ours / the reader's", plain > 0 ? ours / plain : 0, "", 2);
	print_goal("our resident memory", memory_of_us("VmRSS"), "MB", 20);
	print_figure("its highest", memory_of_us("VmHWM"), "MB");
	process_free(process);
	log_release(&log);
	loop_free(loop);
}

static double ms_since(int64_t start)
{
	return (double)(clock_cpu_us() - start) / 1000;
}

/* CPU of `haproxy -c -f FILE`, in ms. */
static double cpu_of_check(const char *path)
{
	struct rusage usage;
	int           status;
	pid_t         pid = fork();

	if (pid == 0) {
		execlp("haproxy", "haproxy", "-c", "-q", "-f", path, (char *)NULL);
		_exit(127);
	}
	if (pid < 0 || wait4(pid, &status, 0, &usage) < 0)
		stop("haproxy could not be run");
	if (status != 0)
		printf("  (haproxy -c refuses the file)\n");
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000 +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1000;
}

/* A handful of edits at both ends and in the middle of the file. */
static void edit_some(struct candidate *candidate, size_t backends)
{
	struct span weight = span_of("50");
	struct str  middle = STR_INIT, last = STR_INIT;
	struct err  err = ERR_INIT;
	int         status = 0;

	str_addf(&middle, "b%zu", (backends + 1) / 2);
	str_addf(&last, "b%zu", backends);
	edit_begin(candidate, "bench");
	status |= server_set(candidate, span_of("b1"), span_of("s1"), span_of("weight"), &weight, 1,
			     &err);
	status |= server_add(candidate, str_span(&middle), span_of("new"),
			     span_of("127.0.0.1:80"), span_of("weight 5"), &err);
	status |= server_delete(candidate, str_span(&last), span_of("s1000"), &err);
	status |= server_set_address(candidate, str_span(&last), span_of("s2"),
				     span_of("127.0.0.2:80"), &err);
	edit_end(candidate);
	if (status)
		stop(err.text.bytes);
	str_release(&middle);
	str_release(&last);
}

/* The ways of a change from file to file, in ms of CPU. */
enum phase { PARSE, EDIT, DIFF, PLAN, RENDER, PHASES };

static const char *const phase_names[PHASES] = { "parse", "edit", "diff", "plan", "render" };

struct cycle {
	double phase[PHASES];
	double total;
	size_t lines, backends;
};

static size_t count_backends(const struct document *doc)
{
	size_t count = 0;

	for (size_t i = 0; i < doc->sections.count; i++)
		count += doc->sections.items[i].kind == SECTION_BACKEND;
	return count;
}

static double lap(int64_t *start)
{
	double ms = ms_since(*start);

	*start = clock_cpu_us();
	return ms;
}

static struct cycle run_cycle(const char *path, struct span bytes)
{
	struct ability    ability = { .known = true, .version = VERSION_POINT(2, 6, 12),
					.level = ACCESS_ADMIN };
	struct plan       plan = PLAN_INIT;
	struct str        out = STR_INIT;
	struct cycle      cycle = { .total = 0 };
	struct candidate *candidate;
	struct document  *doc;
	int64_t           start = clock_cpu_us();

	doc = document_new();
	document_add_file(doc, path, bytes);
	candidate = candidate_new(doc);
	cycle.phase[PARSE] = lap(&start);
	cycle.lines = doc->lines.count;
	cycle.backends = count_backends(doc);
	start = clock_cpu_us();
	edit_some(candidate, cycle.backends);
	cycle.phase[EDIT] = lap(&start);
	diff_documents(candidate->base, candidate->now, &out, NULL);
	cycle.phase[DIFF] = lap(&start);
	plan_make(&plan, &(struct plan_request){
		.before = candidate->base,
		.after = candidate->now,
		.ability = &ability,
	});
	cycle.phase[PLAN] = lap(&start);
	str_reset(&out);
	document_render(candidate->now, 0, &out);
	cycle.phase[RENDER] = lap(&start);
	for (int i = 0; i < PHASES; i++)
		cycle.total += cycle.phase[i];
	plan_release(&plan);
	str_release(&out);
	candidate_free(candidate);
	return cycle;
}

enum { CYCLES = 5 };

/* The best of some: the others were disturbed. */
static struct cycle best_cycle(const char *path)
{
	struct cycle best, cycle;
	struct str   bytes = STR_INIT;

	if (file_read(path, &bytes, NULL, NULL) < 0)
		stop("the file cannot be read");
	best = run_cycle(path, str_span(&bytes));
	for (int i = 1; i < CYCLES; i++) {
		cycle = run_cycle(path, str_span(&bytes));
		if (cycle.total < best.total)
			best = cycle;
	}
	str_release(&bytes);
	return best;
}

static void print_cycle(const struct cycle *cycle, double check)
{
	printf("  %9zu", cycle->backends * 1000);
	for (int phase = 0; phase < PHASES; phase++)
		printf(" %7.2f", cycle->phase[phase]);
	printf(" %7.2f %10.2f %6.3f\n", cycle->total, check, check > 0 ? cycle->total / check : 0);
}

/* One row a file, the largest last; the files hold 1000 servers a backend. */
static void bench_edit(char **paths, int count)
{
	struct cycle cycle = { .total = 0 }, before = cycle;
	double       check = 0;

	printf("4 edits, their diff and plan, in ms of CPU (best of %d)\n  %9s", CYCLES, "servers");
	for (int i = 0; i < PHASES; i++)
		printf(" %7s", phase_names[i]);
	printf(" %7s %10s %6s\n", "all", "haproxy -c", "ratio");
	for (int i = 0; i < count; i++) {
		before = cycle;
		cycle = best_cycle(paths[i]);
		check = cpu_of_check(paths[i]);
		print_cycle(&cycle, check);
	}
	printf("\n");
	print_goal("ours / haproxy -c, the largest file", check > 0 ? cycle.total / check : 0, "",
		   0.1);
	if (before.backends)
		print_goal("growth of the cost / growth of the file, last row",
			   cycle.total / before.total * (double)before.backends /
				   (double)cycle.backends,
			   "", 1.2);
	print_figure("our resident memory, highest", memory_of_us("VmHWM"), "MB");
}

int main(int argc, char **argv)
{
	if (argc == 5 && strcmp(argv[1], "refresh") == 0)
		bench_refresh(argv[2], strtol(argv[3], NULL, 10), (int)strtol(argv[4], NULL, 10));
	else if (argc >= 3 && strcmp(argv[1], "edit") == 0)
		bench_edit(argv + 2, argc - 2);
	else
		stop("usage: bench refresh SOCKET PID ROUNDS | bench edit FILE...");
	return 0;
}
