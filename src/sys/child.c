/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/sys/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <uv.h>

#include "penstock/base/mem.h"
#include "penstock/base/vec.h"

enum {
	OUTPUT_MAX = 1 << 20, /* kept of each stream; the rest is read and dropped */
	KILL_AFTER_MS = 1000,
	LINGER_MS = 500, /* a grandchild may hold the streams open after the exit */
};

struct run;

struct stream {
	uv_pipe_t   pipe;
	struct run *run;
	struct str *into;
	bool        open; /* the handle wants to be closed */
};

struct run {
	uv_loop_t   *uv;
	uv_process_t process;
	uv_timer_t   linger;
	uv_write_t   writing;
	struct stream in, out, err;
	bool         exited, done;
	int          status;
	unsigned     handles; /* not yet closed */
	char         scratch[1 << 16];
};

static void on_closed(uv_handle_t *handle)
{
	struct run *run = handle->data;

	run->handles--;
}

static void close_stream(struct stream *stream)
{
	if (!stream->open)
		return;
	stream->open = false;
	uv_close((uv_handle_t *)&stream->pipe, on_closed);
}

static void check_done(struct run *run)
{
	if (run->exited && !run->out.open && !run->err.open)
		run->done = true;
}

static void on_linger(uv_timer_t *timer)
{
	struct run *run = timer->data;

	run->done = true;
}

static void on_ended(uv_process_t *process, int64_t status, int number)
{
	struct run *run = process->data;

	run->exited = true;
	run->status = number ? 128 + number : (int)status;
	uv_timer_start(&run->linger, on_linger, LINGER_MS, 0);
	check_done(run);
}

static void on_room(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
	struct run *run = handle->data;

	(void)suggested;
	*buffer = uv_buf_init(run->scratch, sizeof(run->scratch));
}

static void on_output(uv_stream_t *pipe, ssize_t got, const uv_buf_t *buffer)
{
	struct stream *stream = (struct stream *)pipe;

	if (got < 0) {
		close_stream(stream);
		check_done(stream->run);
		return;
	}
	if (stream->into->len + (size_t)got <= OUTPUT_MAX)
		str_add(stream->into, buffer->base, (size_t)got);
	else
		str_add(stream->into, buffer->base, OUTPUT_MAX - stream->into->len);
}

static void on_written(uv_write_t *request, int status)
{
	struct stream *stream = (struct stream *)request->handle;

	(void)status; /* a child that does not read to the end may do so */
	close_stream(stream);
}

static void open_stream(struct run *run, struct stream *stream, struct str *into)
{
	stream->run = run;
	stream->into = into;
	stream->open = true;
	stream->pipe.data = run;
	uv_pipe_init(run->uv, &stream->pipe, 0);
	run->handles++;
}

static void set_stdio(struct run *run, const struct child_spec *spec,
		      struct child_result *result, uv_stdio_container_t stdio[3])
{
	struct stream *streams[3] = { &run->in, &run->out, &run->err };
	struct str    *into[3] = { NULL, &result->out, &result->err };

	for (int i = 0; i < 3; i++) {
		if (spec->terminal) {
			stdio[i].flags = UV_INHERIT_FD;
			stdio[i].data.fd = i;
		} else if (i == 0 && !spec->input.len) {
			stdio[i].flags = UV_IGNORE;
		} else {
			open_stream(run, streams[i], into[i]);
			stdio[i].flags = UV_CREATE_PIPE |
					 (i ? UV_WRITABLE_PIPE : UV_READABLE_PIPE);
			stdio[i].data.stream = (uv_stream_t *)&streams[i]->pipe;
		}
	}
}

static void start_streams(struct run *run, const struct child_spec *spec)
{
	uv_buf_t input = uv_buf_init((char *)spec->input.at, (unsigned)spec->input.len);

	if (run->out.open)
		uv_read_start((uv_stream_t *)&run->out.pipe, on_room, on_output);
	if (run->err.open)
		uv_read_start((uv_stream_t *)&run->err.pipe, on_room, on_output);
	if (run->in.open && uv_write(&run->writing, (uv_stream_t *)&run->in.pipe, &input, 1,
				     on_written) < 0)
		close_stream(&run->in);
}

static int cannot_start(const char *program, int status, struct err *err)
{
	if (status == UV_ENOENT)
		return err_set(err, ERR_NOT_FOUND, "there is no program '%s'; "
			       "is it installed, and in PATH?", program);
	return err_set(err, ERR_IO, "cannot run '%s': %s", program, uv_strerror(status));
}

static int check_cwd(const char *cwd, struct err *err)
{
	struct stat about;

	if (!cwd)
		return 0;
	if (stat(cwd, &about) < 0)
		return err_errno(err, ERR_IO, "cannot enter '%s'", cwd);
	if (!S_ISDIR(about.st_mode))
		return err_set(err, ERR_IO, "'%s' is no folder", cwd);
	return 0;
}

static int spawn(struct loop *loop, struct run *run, const struct child_spec *spec,
		 struct child_result *result, struct err *err)
{
	uv_stdio_container_t stdio[3];
	uv_process_options_t options = {
		.exit_cb = on_ended,
		.file = spec->argv[0],
		.args = (char **)spec->argv,
		.env = (char **)spec->environment,
		.cwd = spec->cwd,
		.stdio_count = 3,
		.stdio = stdio,
		/* A session of its own, so that a kill reaches its children too. */
		.flags = spec->terminal ? 0 : UV_PROCESS_DETACHED,
	};
	int status;

	run->uv = loop_native(loop);
	uv_timer_init(run->uv, &run->linger);
	run->linger.data = run;
	set_stdio(run, spec, result, stdio);
	status = uv_spawn(run->uv, &run->process, &options);
	run->process.data = run;
	run->handles += 2;
	if (status < 0)
		return cannot_start(spec->argv[0], status, err);
	start_streams(run, spec);
	return 0;
}

static void send_signal(struct run *run, const struct child_spec *spec, int number)
{
	pid_t pid = run->process.pid;

	if (!run->exited)
		kill(spec->terminal ? pid : -pid, number);
}

static void end(struct loop *loop, struct run *run, const struct child_spec *spec)
{
	send_signal(run, spec, SIGTERM);
	if (loop_wait(loop, &run->done, KILL_AFTER_MS, NULL) == 0)
		return;
	send_signal(run, spec, SIGKILL);
	while (loop_wait(loop, &run->done, -1, NULL) < 0)
		;
}

static int wait_for(struct loop *loop, struct run *run, const struct child_spec *spec,
		    struct err *err)
{
	struct err why = ERR_INIT;

	while (loop_wait(loop, &run->done, spec->timeout_ms, &why) < 0) {
		/* ^C in an editor is the editor's. */
		if (spec->terminal && why.code == ERR_CANCELLED)
			continue;
		end(loop, run, spec);
		if (why.code == ERR_TIMEOUT)
			err_set(err, ERR_TIMEOUT, "'%s' did not end within %g s and was stopped",
				spec->argv[0], (double)spec->timeout_ms / 1000);
		else
			err_take(err, &why);
		err_release(&why);
		return -1;
	}
	err_release(&why);
	return 0;
}

static void run_close(struct loop *loop, struct run *run)
{
	close_stream(&run->in);
	close_stream(&run->out);
	close_stream(&run->err);
	uv_close((uv_handle_t *)&run->process, on_closed);
	uv_close((uv_handle_t *)&run->linger, on_closed);
	while (run->handles)
		loop_turn(loop, true);
	free(run);
}

int child_run(struct loop *loop, const struct child_spec *spec, struct child_result *result,
	      struct err *err)
{
	struct run *run;
	int         status;

	*result = (struct child_result){ .out = STR_INIT, .err = STR_INIT };
	if (check_cwd(spec->cwd, err) < 0)
		return -1;
	run = xcalloc(1, sizeof(*run));
	status = spawn(loop, run, spec, result, err);
	if (status == 0)
		status = wait_for(loop, run, spec, err);
	result->status = run->status;
	run_close(loop, run);
	return status;
}

void child_result_release(struct child_result *result)
{
	str_release(&result->out);
	str_release(&result->err);
}

/* What the two new processes tell us through a pipe. */
struct news {
	pid_t pid;
	int   number; /* errno; 0 with the pid */
};

static void tell(int pipe, pid_t pid, int number)
{
	struct news news = { pid, number };
	ssize_t     sent = write(pipe, &news, sizeof(news));

	(void)sent; /* nobody is left to hear of it */
}

/* Between fork and exec: only what is safe beside other threads. */
_Noreturn static void become(int pipe, const char *const *argv, const char *cwd)
{
	int null = open("/dev/null", O_RDWR);

	for (int i = 0; i < 3; i++)
		dup2(null, i);
#ifdef SYS_close_range
	syscall(SYS_close_range, 3U, ~0U, 4U /* CLOSE_RANGE_CLOEXEC */);
#endif
	for (int number = 1; number < 32; number++)
		signal(number, SIG_DFL);
	if (cwd && chdir(cwd) < 0) {
		tell(pipe, 0, errno);
		_exit(127);
	}
	tell(pipe, getpid(), 0);
	execvp(argv[0], (char *const *)argv);
	tell(pipe, 0, errno);
	_exit(127);
}

static pid_t hear(int pipe, const char *program, struct err *err)
{
	struct news news;
	pid_t       pid = -1;
	int         number = 0;
	ssize_t     got;

	while ((got = read(pipe, &news, sizeof(news))) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got != (ssize_t)sizeof(news))
			break;
		if (news.number)
			number = news.number;
		else
			pid = news.pid;
	}
	if (number)
		return cannot_start(program, -number, err);
	if (pid < 0)
		return err_set(err, ERR_IO, "cannot run '%s': it could not be started", program);
	return pid;
}

int child_detach(const char *const *argv, const char *cwd, struct err *err)
{
	int   ends[2];
	pid_t pid;

	if (check_cwd(cwd, err) < 0)
		return -1;
	if (pipe(ends) < 0)
		return err_errno(err, ERR_IO, "cannot run '%s'", argv[0]);
	fcntl(ends[0], F_SETFD, FD_CLOEXEC);
	fcntl(ends[1], F_SETFD, FD_CLOEXEC);
	pid = fork();
	if (pid == 0) {
		/* A second fork, so that init and not we have to reap it. */
		setsid();
		pid = fork();
		if (pid == 0)
			become(ends[1], argv, cwd);
		if (pid < 0)
			tell(ends[1], 0, errno);
		_exit(0);
	}
	close(ends[1]);
	if (pid < 0) {
		close(ends[0]);
		return err_errno(err, ERR_IO, "cannot run '%s'", argv[0]);
	}
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	pid = hear(ends[0], argv[0], err);
	close(ends[0]);
	return pid;
}
