/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/sys/loop.h"

#include <fcntl.h>
#include <netdb.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <uv.h>

#include "penstock/base/mem.h"
#include "penstock/base/vec.h"

struct sleeper {
	loop_idle_fn fn;
	void        *data;
};

struct loop {
	uv_loop_t    uv;
	uv_prepare_t prepare; /* runs the sleepers */
	uv_idle_t    busy;    /* active while a sleeper has input: then nobody sleeps */
	uv_async_t   wake;    /* always active, so that a turn without work waits */
	unsigned     depth;   /* callbacks that we are inside of */
	bool         happened; /* a timer in this turn, which then need not wait */
	volatile sig_atomic_t interrupted;
	VEC(struct sleeper) sleepers;
};

/*
 * The library's handle stands first in each of these, so that the close
 * callback, which gets the handle, can free the whole.
 */
struct loop_watch {
	uv_poll_t    poll;
	struct loop *loop;
	int          fd;
	unsigned     events;
	loop_fd_fn   fn;
	void        *data;
};

struct loop_timer {
	uv_timer_t   timer;
	struct loop *loop;
	loop_fn      fn;
	void        *data;
};

struct loop_signal {
	uv_signal_t    signal;
	struct loop   *loop;
	loop_signal_fn fn;
	void          *data;
};

static void free_handle(uv_handle_t *handle)
{
	free(handle);
}

static void on_busy(uv_idle_t *handle)
{
	(void)handle;
}

static void on_prepare(uv_prepare_t *handle)
{
	struct loop *loop = handle->data;
	bool         input = loop->happened;

	loop->depth++;
	for (size_t i = 0; i < loop->sleepers.count; i++)
		if (loop->sleepers.items[i].fn(loop->sleepers.items[i].data))
			input = true;
	loop->depth--;
	/* Seen by the very turn that is about to wait. */
	if (input)
		uv_idle_start(&loop->busy, on_busy);
}

static void on_wake(uv_async_t *handle)
{
	(void)handle;
}

struct loop *loop_new(void)
{
	struct loop *loop = xcalloc(1, sizeof(*loop));

	/* A peer that hangs up is an error of that write, not our end. */
	signal(SIGPIPE, SIG_IGN);
	if (uv_loop_init(&loop->uv) < 0)
		die("cannot start the event loop");
	loop->prepare.data = loop;
	if (uv_async_init(&loop->uv, &loop->wake, on_wake) < 0 ||
	    uv_prepare_init(&loop->uv, &loop->prepare) < 0 ||
	    uv_idle_init(&loop->uv, &loop->busy) < 0 ||
	    uv_prepare_start(&loop->prepare, on_prepare) < 0)
		die("cannot start the event loop");
	return loop;
}

static bool is_own(struct loop *loop, uv_handle_t *handle)
{
	return handle == (uv_handle_t *)&loop->prepare || handle == (uv_handle_t *)&loop->busy ||
	       handle == (uv_handle_t *)&loop->wake;
}

static void close_handle(uv_handle_t *handle, void *data)
{
	struct loop *loop = data;

	if (!uv_is_closing(handle))
		uv_close(handle, is_own(loop, handle) ? NULL : free_handle);
}

void loop_free(struct loop *loop)
{
	if (!loop)
		return;
	if (loop->depth)
		BUG("loop_free from inside a loop callback");
	vec_release(&loop->sleepers);
	uv_walk(&loop->uv, close_handle, loop);
	uv_run(&loop->uv, UV_RUN_NOWAIT);
	/*
	 * A name lookup that was given up may still run in its thread and use
	 * the loop; the loop is then left to the end of the program.
	 */
	if (uv_loop_close(&loop->uv) == 0)
		free(loop);
}

static void on_poll(uv_poll_t *poll, int status, int events);

static int start_poll(struct loop_watch *watch)
{
	int events = 0;

	if (watch->events & LOOP_READ)
		events |= UV_READABLE;
	if (watch->events & LOOP_WRITE)
		events |= UV_WRITABLE;
	return events ? uv_poll_start(&watch->poll, events, on_poll) : uv_poll_stop(&watch->poll);
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
	struct loop_watch *watch = (struct loop_watch *)poll;
	struct loop       *loop = watch->loop;
	unsigned           ready = 0;

	if (events & UV_READABLE)
		ready |= LOOP_READ;
	if (events & UV_WRITABLE)
		ready |= LOOP_WRITE;
	/*
	 * The reader or writer finds out what is wrong by trying, perhaps after
	 * some bytes that are still to be read.  The library has stopped here.
	 */
	if (status < 0) {
		ready = watch->events;
		start_poll(watch);
	}
	if (!ready)
		return;
	/* The callback may unwatch; the loop outlives that. */
	loop->depth++;
	watch->fn(watch->fd, ready, watch->data);
	loop->depth--;
}

struct loop_watch *loop_watch_fd(struct loop *loop, int fd, unsigned events, loop_fd_fn fn,
				 void *data)
{
	struct loop_watch *watch = xcalloc(1, sizeof(*watch));
	int                flags = fcntl(fd, F_GETFL);

	watch->loop = loop;
	watch->fd = fd;
	watch->events = events;
	watch->fn = fn;
	watch->data = data;
	if (uv_poll_init(&loop->uv, &watch->poll, fd) < 0) {
		free(watch);
		return NULL;
	}
	/* The library makes it non-blocking, which a terminal's other users feel. */
	if (flags >= 0)
		fcntl(fd, F_SETFL, flags);
	start_poll(watch);
	return watch;
}

void loop_watch_change(struct loop_watch *watch, unsigned events)
{
	if (watch->events == events)
		return;
	watch->events = events;
	start_poll(watch);
}

void loop_unwatch(struct loop_watch *watch)
{
	if (watch)
		uv_close((uv_handle_t *)&watch->poll, free_handle);
}

static void on_timer(uv_timer_t *handle)
{
	struct loop_timer *timer = (struct loop_timer *)handle;
	struct loop       *loop = timer->loop;

	/* The library runs what is due and then waits for more; we do not. */
	loop->happened = true;
	loop->depth++;
	timer->fn(timer->data);
	loop->depth--;
}

static uint64_t at_least_zero(int64_t ms)
{
	return ms > 0 ? (uint64_t)ms : 0;
}

struct loop_timer *loop_timer_start(struct loop *loop, int64_t delay_ms, int64_t repeat_ms,
				    loop_fn fn, void *data)
{
	struct loop_timer *timer = xcalloc(1, sizeof(*timer));

	timer->loop = loop;
	timer->fn = fn;
	timer->data = data;
	uv_timer_init(&loop->uv, &timer->timer);
	/* Else the delay counts from the beginning of this turn. */
	uv_update_time(&loop->uv);
	uv_timer_start(&timer->timer, on_timer, at_least_zero(delay_ms), at_least_zero(repeat_ms));
	return timer;
}

void loop_timer_restart(struct loop_timer *timer, int64_t delay_ms)
{
	uv_update_time(&timer->loop->uv);
	uv_timer_start(&timer->timer, on_timer, at_least_zero(delay_ms),
		       uv_timer_get_repeat(&timer->timer));
}

void loop_timer_stop(struct loop_timer *timer)
{
	if (timer)
		uv_close((uv_handle_t *)&timer->timer, free_handle);
}

static void on_signal(uv_signal_t *handle, int number)
{
	struct loop_signal *signal = (struct loop_signal *)handle;
	struct loop        *loop = signal->loop;

	loop->depth++;
	signal->fn(number, signal->data);
	loop->depth--;
}

struct loop_signal *loop_signal_start(struct loop *loop, int number, loop_signal_fn fn,
				      void *data)
{
	struct loop_signal *signal = xcalloc(1, sizeof(*signal));

	signal->loop = loop;
	signal->fn = fn;
	signal->data = data;
	uv_signal_init(&loop->uv, &signal->signal);
	uv_signal_start(&signal->signal, on_signal, number);
	return signal;
}

void loop_signal_stop(struct loop_signal *signal)
{
	if (signal)
		uv_close((uv_handle_t *)&signal->signal, free_handle);
}

void loop_before_sleep(struct loop *loop, loop_idle_fn fn, void *data)
{
	*vec_push(&loop->sleepers) = (struct sleeper){ fn, data };
}

void loop_forget_sleeper(struct loop *loop, loop_idle_fn fn, void *data)
{
	for (size_t i = loop->sleepers.count; i-- > 0;)
		if (loop->sleepers.items[i].fn == fn && loop->sleepers.items[i].data == data)
			vec_remove(&loop->sleepers, i);
}

void loop_turn(struct loop *loop, bool poll)
{
	if (loop->depth)
		BUG("waiting from inside a loop callback");
	loop->happened = false;
	uv_idle_stop(&loop->busy);
	uv_run(&loop->uv, poll ? UV_RUN_NOWAIT : UV_RUN_ONCE);
}

static void set_flag(void *data)
{
	*(bool *)data = true;
}

int loop_wait(struct loop *loop, const bool *done, int64_t timeout_ms, struct err *err)
{
	struct loop_timer *timer = NULL;
	bool               late = false;
	int                status = 0;

	if (loop->depth)
		BUG("loop_wait from inside a loop callback");
	if (timeout_ms >= 0)
		timer = loop_timer_start(loop, timeout_ms, 0, set_flag, &late);
	while (!*done) {
		if (loop_take_interrupt(loop))
			status = err_set(err, ERR_CANCELLED, "interrupted");
		else if (late)
			status = err_set(err, ERR_TIMEOUT, "no answer within %g s",
					 (double)timeout_ms / 1000);
		if (status < 0)
			break;
		loop_turn(loop, false);
	}
	loop_timer_stop(timer);
	return status;
}

int loop_sleep(struct loop *loop, int64_t ms, struct err *err)
{
	struct err why = ERR_INIT;
	bool       never = false;

	loop_wait(loop, &never, ms < 0 ? 0 : ms, &why);
	if (why.code == ERR_TIMEOUT) {
		err_release(&why);
		return 0;
	}
	err_take(err, &why);
	return -1;
}

void loop_interrupt(struct loop *loop)
{
	loop->interrupted = 1;
	uv_async_send(&loop->wake);
}

bool loop_take_interrupt(struct loop *loop)
{
	bool was = loop->interrupted;

	loop->interrupted = 0;
	return was;
}

void *loop_native(struct loop *loop)
{
	return &loop->uv;
}

/* Lives on the heap: the lookup's thread may outlast the one who asked. */
struct lookup {
	uv_getaddrinfo_t request;
	bool             done, abandoned;
	int              status;
};

static void on_lookup(uv_getaddrinfo_t *request, int status, struct addrinfo *found)
{
	struct lookup *lookup = (struct lookup *)request;

	lookup->done = true;
	lookup->status = status;
	(void)found; /* also in request->addrinfo */
	if (!lookup->abandoned)
		return;
	uv_freeaddrinfo(request->addrinfo);
	free(lookup);
}

static int cannot_resolve(struct err *err, const char *host, const char *why)
{
	return err_set(err, ERR_IO, "cannot look up '%s': %s", host, why);
}

static int take_address(const struct addrinfo *found, const char *host,
			struct sockaddr_storage *address, unsigned *len, struct err *err)
{
	const struct addrinfo *best = found;

	/* Who says localhost mostly means 127.0.0.1, though ::1 comes first. */
	while (best && best->ai_family != AF_INET)
		best = best->ai_next;
	if (best)
		found = best;
	if (!found || found->ai_addrlen > sizeof(*address))
		return cannot_resolve(err, host, "no address");
	memcpy(address, found->ai_addr, found->ai_addrlen);
	*len = found->ai_addrlen;
	return 0;
}

static int lookup_wait(struct loop *loop, struct lookup *lookup, const char *host,
		       int64_t timeout_ms, struct err *err)
{
	if (loop_wait(loop, &lookup->done, timeout_ms, err) == 0)
		return 0;
	lookup->abandoned = true;
	uv_cancel((uv_req_t *)&lookup->request);
	return err_prefix(err, "looking up '%s'", host);
}

int loop_resolve(struct loop *loop, const char *host, const char *port, int64_t timeout_ms,
		 struct sockaddr_storage *address, unsigned *len, struct err *err)
{
	struct addrinfo  hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST };
	struct addrinfo *found = NULL;
	struct lookup   *lookup;
	int              status;

	if (getaddrinfo(host, port, &hints, &found) == 0) {
		status = take_address(found, host, address, len, err);
		freeaddrinfo(found);
		return status;
	}
	hints.ai_flags = 0;
	lookup = xcalloc(1, sizeof(*lookup));
	status = uv_getaddrinfo(&loop->uv, &lookup->request, on_lookup, host, port, &hints);
	if (status < 0) {
		free(lookup);
		return cannot_resolve(err, host, uv_strerror(status));
	}
	if (lookup_wait(loop, lookup, host, timeout_ms, err) < 0)
		return -1;
	if (lookup->status < 0)
		status = cannot_resolve(err, host, uv_strerror(lookup->status));
	else
		status = take_address(lookup->request.addrinfo, host, address, len, err);
	uv_freeaddrinfo(lookup->request.addrinfo);
	free(lookup);
	return status;
}
