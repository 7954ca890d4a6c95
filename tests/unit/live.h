/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A private HAProxy for unit tests: in a folder of its own, on a loopback port
 * that was free, ended with the test whatever became of it.
 *
 *	static struct live live;
 *	setup: return live_start(&live, LIVE_MASTER, text);   teardown: live_end
 *
 * Where no haproxy is installed, live_start leaves live.missing set; each test
 * begins with live_need(&live), which skips it then.
 */
#ifndef PENSTOCK_TESTS_LIVE_H
#define PENSTOCK_TESTS_LIVE_H

#include "unit.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "penstock/apply/service.h"
#include "penstock/base/clock.h"
#include "penstock/base/log.h"
#include "penstock/base/mem.h"
#include "penstock/haproxy/local.h"
#include "penstock/haproxy/master.h"

/* LIVE_MUTE: a master without a master socket. */
enum live_mode { LIVE_MASTER, LIVE_MUTE, LIVE_DAEMON, LIVE_FOREGROUND };

enum { LIVE_DEADLINE_MS = 20000, LIVE_STEP_MS = 20 };

struct live {
	bool           missing;
	char           folder[64];
	char           config[96], socket[96], master[96], pid_file[96];
	int            port, server_port;
	pid_t          child;
	struct loop   *loop;
	struct log     log;
	struct service service;
};

/* %S: the stats socket, %P: the port of the frontend, %Q: one for servers. */
#define LIVE_GLOBAL                                                                  \
	"global\n"                                                                   \
	"    stats socket %S mode 600 level admin expose-fd listeners\n"             \
	"    stats timeout 30s\n"                                                    \
	"    hard-stop-after 5s\n"                                                   \
	"defaults\n"                                                                 \
	"    mode http\n"                                                            \
	"    timeout connect 1s\n"                                                   \
	"    timeout client 30s\n"                                                   \
	"    timeout server 30s\n"

#define LIVE_TEXT                                                                    \
	LIVE_GLOBAL                                                                  \
	"frontend web\n"                                                             \
	"    bind 127.0.0.1:%P\n"                                                    \
	"    default_backend live\n"                                                 \
	"# the two workhorses\n"                                                     \
	"backend live\n"                                                             \
	"    balance roundrobin\n"                                                   \
	"    server app1 127.0.0.1:%Q weight 100\n"                                  \
	"    server app2 127.0.0.1:%Q weight 100   # old\n"                          \
	"backend other\n"                                                            \
	"    server o1 127.0.0.1:%Q weight 10 check inter 60s\n"                     \
	"frontend origin\n"                                                          \
	"    bind 127.0.0.1:%Q\n"                                                    \
	"    http-request return status 200 content-type text/plain string fine\n"

static inline bool live_is_free(int port)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int  fd = socket(AF_INET, SOCK_STREAM, 0);
	bool is_free = bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0;

	close(fd);
	return is_free;
}

/* Below the range that the system gives to outgoing connections. */
static inline int live_free_port(void)
{
	static unsigned tries;

	for (;;) {
		int port = 15000 + (int)(((unsigned)getpid() * 37 + tries++ * 101) % 16000);

		if (live_is_free(port))
			return port;
	}
}

static inline void live_expand(const struct live *live, const char *text, struct str *out)
{
	for (; *text; text++) {
		if (text[0] == '%' && text[1] == 'S')
			str_add_text(out, live->socket);
		else if (text[0] == '%' && text[1] == 'P')
			str_addf(out, "%d", live->port);
		else if (text[0] == '%' && text[1] == 'Q')
			str_addf(out, "%d", live->server_port);
		else {
			str_add_char(out, *text);
			continue;
		}
		text++;
	}
}

static inline void live_write(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
	fclose(file);
}

/* Writes the configuration with its places filled in. */
static inline void live_configure(const struct live *live, const char *text)
{
	struct str bytes = STR_INIT;

	live_expand(live, text, &bytes);
	live_write(live->config, bytes.bytes);
	str_release(&bytes);
}

static inline bool live_is_installed(void)
{
	struct service nobody = { .loop = NULL };
	struct str     binary = STR_INIT;
	bool           found;

	service_binary(&nobody, &binary);
	found = binary.bytes[0] == '/' || system("command -v haproxy >/dev/null 2>&1") == 0;
	str_release(&binary);
	return found;
}

static inline void live_exec(const struct live *live, enum live_mode mode)
{
	const char *const file = live->config;
	const char *const master[] = { "haproxy", "-W", "-S", live->master, "-f", file, NULL };
	const char *const mute[] = { "haproxy", "-W", "-f", file, NULL };
	const char *const daemon[] = { "haproxy", "-D", "-p", live->pid_file, "-f", file, NULL };
	const char *const foreground[] = { "haproxy", "-db", "-f", file, NULL };
	const char *const *const argv[] = { master, mute, daemon, foreground };
	char log[128];
	int  fd;

	snprintf(log, sizeof(log), "%s/log", live->folder);
	fd = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
	dup2(fd, 1);
	dup2(fd, 2);
	setenv("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", 1);
	execvp(argv[mode][0], (char *const *)argv[mode]);
	_exit(127);
}

static inline bool live_answers(struct live *live)
{
	return process_identify(live->service.process, NULL) == 0;
}

/* A master that starts ignores signals; one that answers takes them. */
static inline bool live_master_answers(struct live *live)
{
	struct workers workers = WORKERS_INIT;
	struct client  master;
	bool           answers;

	answers = client_init(&master, live->loop, live->master, true, NULL) == 0 &&
		  master_workers(&master, &workers, NULL) == 0;
	workers_release(&workers);
	client_release(&master);
	return answers;
}

/* Turns the loop until the condition holds; gives whether it did in time. */
#define LIVE_WAIT(live, condition)                                                   \
	({                                                                           \
		int64_t live_left = LIVE_DEADLINE_MS;                                \
		while (!(condition) && live_left > 0) {                              \
			loop_sleep((live)->loop, LIVE_STEP_MS, NULL);                \
			live_left -= LIVE_STEP_MS;                                   \
		}                                                                    \
		live_left > 0;                                                       \
	})

static inline int live_start(struct live *live, enum live_mode mode, const char *text)
{
	memset(live, 0, sizeof(*live));
	live->missing = !live_is_installed();
	if (live->missing)
		return 0;
	snprintf(live->folder, sizeof(live->folder), "%.40s/lv.XXXXXX",
		 getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
	if (!mkdtemp(live->folder))
		return -1;
	snprintf(live->config, sizeof(live->config), "%s/h.cfg", live->folder);
	snprintf(live->socket, sizeof(live->socket), "%s/s.sock", live->folder);
	snprintf(live->master, sizeof(live->master), "%s/m.sock", live->folder);
	snprintf(live->pid_file, sizeof(live->pid_file), "%s/pid", live->folder);
	live->port = live_free_port();
	live->server_port = live_free_port();
	live_configure(live, text);
	live->loop = loop_new();
	log_init(&live->log);
	live->service.loop = live->loop;
	live->service.log = &live->log;
	live->service.process = process_new(live->loop, &live->log, live->socket, false, NULL);
	live->service.options = (struct service_options){
		.reload_timeout_ms = 10000,
		.delete_wait_ms = 300,
		.state_folder = live->folder,
	};
	live->child = fork();
	if (live->child == 0)
		live_exec(live, mode);
	if (!LIVE_WAIT(live, live_answers(live)))
		return -1;
	return mode != LIVE_MASTER || LIVE_WAIT(live, live_master_answers(live)) ? 0 : -1;
}

/* Whoever has our folder on its command line: workers and successors too. */
static inline void live_kill(const struct live *live)
{
	struct local_processes list = LOCAL_PROCESSES_INIT;

	local_find(&list, NULL);
	for (size_t i = 0; i < list.list.count; i++) {
		const struct strings *argv = &list.list.items[i].argv;

		for (size_t k = 0; k < argv->list.count; k++)
			if (strstr(argv->list.items[k], live->folder))
				kill(list.list.items[i].pid, SIGKILL);
	}
	local_release(&list);
	if (live->child > 0)
		waitpid(live->child, NULL, 0);
}

static inline void live_remove(const char *folder)
{
	struct str command = STR_INIT;

	str_addf(&command, "rm -rf '%s'", folder);
	if (system(command.bytes) != 0)
		fprintf(stderr, "# cannot remove %s\n", folder);
	str_release(&command);
}

static inline int live_end(struct live *live)
{
	if (live->missing)
		return 0;
	live_kill(live);
	service_release(&live->service);
	process_free(live->service.process);
	log_release(&live->log);
	loop_free(live->loop);
	live_remove(live->folder);
	return 0;
}

static inline void live_need(const struct live *live)
{
	if (!live->missing)
		return;
	print_message("skipped: there is no haproxy\n");
	skip();
}

/* One command by the side of what is tested.  The caller frees. */
static inline char *live_ask(struct live *live, const char *command)
{
	struct str reply = STR_INIT;
	struct err err = ERR_INIT;

	if (client_run(&live->service.process->client, command, &reply, &err) < 0)
		fail_msg("%s: %s", command, err.text.bytes);
	err_release(&err);
	return str_detach(&reply, NULL);
}

static inline void live_tell(struct live *live, const char *command)
{
	free(live_ask(live, command));
}

/* A cell of `show stat`; empty when there is no such row.  The caller frees. */
static inline char *live_stat(struct live *live, const char *proxy, const char *server,
			      const char *column)
{
	struct sample sample = SAMPLE_INIT;
	struct str    bytes = STR_INIT;
	char         *cell = NULL, *reply = live_ask(live, "show stat");

	str_add_text(&bytes, reply);
	free(reply);
	assert_int_equal(sample_parse(&sample, &bytes, 0, NULL), 0);
	for (size_t row = 0; row < sample.rows.count && !cell; row++)
		if (span_is(sample_proxy(&sample, row), proxy) &&
		    span_is(sample_server(&sample, row), server))
			cell = span_dup(sample_cell(&sample, row,
						    sample_column(&sample, span_of(column))));
	sample_release(&sample);
	return cell ? cell : xstrdup("");
}

static inline void live_assert_stat(struct live *live, const char *proxy, const char *server,
				    const char *column, const char *wanted)
{
	char *cell = live_stat(live, proxy, server, column);

	assert_string_equal(cell, wanted);
	free(cell);
}

/* A client that connects and says nothing, to hold a session. */
static inline int live_connect(int port)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

#endif
