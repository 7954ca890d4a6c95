/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A unix socket with somebody behind it who is no HAProxy: for silence, half
 * answers, and answers that a real one gives only now and then.  It runs in a
 * process of its own and ends with the test.
 */
#ifndef PENSTOCK_TESTS_FAKE_H
#define PENSTOCK_TESTS_FAKE_H

#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct fake;
typedef void (*fake_fn)(const struct fake *fake, int fd);

struct fake {
	char    folder[48];
	char    path[64]; /* of the socket */
	fake_fn serve;    /* called for each connection, which closes afterwards */
	int     listener;
	pid_t   pid;
};

static inline void fake_pass_ms(long ms)
{
	struct timespec time = { ms / 1000, ms % 1000 * 1000000 };

	nanosleep(&time, NULL);
}

static inline void fake_say(int fd, const char *bytes, size_t len)
{
	while (len) {
		ssize_t put = write(fd, bytes, len);

		if (put <= 0)
			return;
		bytes += put;
		len -= (size_t)put;
	}
}

static inline void fake_say_text(int fd, const char *text)
{
	fake_say(fd, text, strlen(text));
}

/* One line without its end; false at the end of the connection. */
static inline bool fake_hear(int fd, char *line, size_t room)
{
	size_t len = 0;
	char   c;

	while (read(fd, &c, 1) == 1) {
		if (c == '\n') {
			line[len] = '\0';
			return true;
		}
		if (len + 1 < room)
			line[len++] = c;
	}
	return false;
}

/* The folder and a socket in it that nobody answers yet. */
static inline void fake_prepare(struct fake *fake)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	snprintf(fake->folder, sizeof(fake->folder), "%.24s/fake.XXXXXX",
		 getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
	assert_non_null(mkdtemp(fake->folder));
	snprintf(fake->path, sizeof(fake->path), "%s/sock", fake->folder);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", fake->path);
	fake->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(fake->listener, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(fake->listener, 16), 0);
	fake->pid = 0;
}

static inline void fake_stop(struct fake *fake)
{
	if (fake->pid <= 0)
		return;
	kill(fake->pid, SIGKILL);
	waitpid(fake->pid, NULL, 0);
	fake->pid = 0;
}

/* Connections that came before wait in the socket's queue. */
static inline void fake_serve(struct fake *fake, fake_fn serve)
{
	fake_stop(fake);
	fake->serve = serve;
	fake->pid = fork();
	assert_true(fake->pid >= 0);
	/* The test may die without a word. */
	if (fake->pid == 0)
		alarm(120);
	while (fake->pid == 0) {
		int fd = accept(fake->listener, NULL, NULL);

		if (fd < 0)
			_exit(0);
		fake->serve(fake, fd);
		close(fd);
	}
}

/* From now on nobody listens: refused. */
static inline void fake_hang_up(struct fake *fake)
{
	fake_stop(fake);
	if (fake->listener >= 0)
		close(fake->listener);
	fake->listener = -1;
}

static inline void fake_listen_again(struct fake *fake)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	unlink(fake->path);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", fake->path);
	fake->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(fake->listener, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(fake->listener, 16), 0);
}

/* What fake_answer says to that command from now on (a file of that name). */
static inline void fake_set_answer(const struct fake *fake, const char *command, const char *text)
{
	char  path[256];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", fake->folder, command);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static inline void fake_say_answer(const struct fake *fake, int fd, const char *command)
{
	char    path[256], bytes[4096];
	int     file;
	ssize_t got;

	snprintf(path, sizeof(path), "%s/%s", fake->folder, command);
	file = open(path, O_RDONLY);
	if (file < 0) {
		fake_say_text(fd, "Unknown command: '");
		fake_say_text(fd, command);
		fake_say_text(fd, "'\n\n");
		return;
	}
	while ((got = read(file, bytes, sizeof(bytes))) > 0)
		fake_say(fd, bytes, (size_t)got);
	close(file);
	fake_say_text(fd, "\n");
}

/* As HAProxy: one command and the end, or after `prompt` as many as come. */
static inline void fake_answer(const struct fake *fake, int fd)
{
	char line[256];
	bool prompt = false;

	while (fake_hear(fd, line, sizeof(line))) {
		if (strcmp(line, "prompt") == 0) {
			prompt = true;
			fake_say_text(fd, "\n> ");
			continue;
		}
		fake_say_answer(fake, fd, line);
		if (!prompt)
			return;
		fake_say_text(fd, "> ");
	}
}

/* As the master: it answers each line and waits for the other side to end. */
static inline void fake_answer_as_master(const struct fake *fake, int fd)
{
	char line[256];

	while (fake_hear(fd, line, sizeof(line)))
		fake_say_answer(fake, fd, line);
}

static inline void fake_end(struct fake *fake)
{
	pid_t pid;

	fake_hang_up(fake);
	pid = fork();
	if (pid == 0) {
		execlp("rm", "rm", "-rf", fake->folder, (char *)NULL);
		_exit(127);
	}
	waitpid(pid, NULL, 0);
}

#endif
