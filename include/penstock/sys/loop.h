/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one place where the program sleeps.  libuv stands behind it and nobody
 * above sys/ sees it.
 *
 * Work that has to wait is written as straight code: it starts something,
 * then calls loop_wait, which keeps turning the loop (so the screen stays
 * alive) until the thing is done.  libuv forbids that from inside a callback;
 * callbacks therefore only note what happened, and the program's outermost
 * loop acts on it.  loop_wait from a callback is a BUG.
 */
#ifndef PENSTOCK_SYS_LOOP_H
#define PENSTOCK_SYS_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "penstock/base/err.h"

struct loop;
struct loop_watch;
struct loop_timer;
struct loop_signal;

enum { LOOP_READ = 1, LOOP_WRITE = 2 };

typedef void (*loop_fd_fn)(int fd, unsigned events, void *data);
typedef void (*loop_fn)(void *data);
typedef void (*loop_signal_fn)(int number, void *data);

/* Gives whether there is input that no descriptor shows (then nobody sleeps). */
typedef bool (*loop_idle_fn)(void *data);

struct loop *loop_new(void);
void         loop_free(struct loop *loop); /* closes what is still watched */

/*
 * Calls fn whenever fd is ready.  The descriptor stays the caller's, and stays
 * blocking if it was.  NULL when it cannot be watched (a plain file).
 */
struct loop_watch *loop_watch_fd(struct loop *loop, int fd, unsigned events, loop_fd_fn fn,
				 void *data);
void               loop_watch_change(struct loop_watch *watch, unsigned events);
void               loop_unwatch(struct loop_watch *watch); /* before closing fd; NULL is fine */

/*
 * Calls fn after delay_ms, and every repeat_ms afterwards unless that is 0 (no
 * bursts to catch up).  A timer that does not repeat still has to be stopped.
 */
struct loop_timer *loop_timer_start(struct loop *loop, int64_t delay_ms, int64_t repeat_ms,
				    loop_fn fn, void *data);
void               loop_timer_restart(struct loop_timer *timer, int64_t delay_ms);
void               loop_timer_stop(struct loop_timer *timer); /* NULL is fine */

struct loop_signal *loop_signal_start(struct loop *loop, int number, loop_signal_fn fn,
				      void *data);
void                loop_signal_stop(struct loop_signal *signal); /* NULL is fine */

/* Calls fn each time before the loop may sleep; several are fine. */
void loop_before_sleep(struct loop *loop, loop_idle_fn fn, void *data);
void loop_forget_sleeper(struct loop *loop, loop_idle_fn fn, void *data);

/* Waits for something to happen and handles it; with `poll` it does not wait. */
void loop_turn(struct loop *loop, bool poll);

/*
 * Turns until *done.  timeout_ms < 0 waits for ever.  Errors: ERR_TIMEOUT
 * ("no answer within 5 s"), ERR_CANCELLED after loop_interrupt.
 */
int loop_wait(struct loop *loop, const bool *done, int64_t timeout_ms, struct err *err);

/* Just waits.  Errors: ERR_CANCELLED. */
int loop_sleep(struct loop *loop, int64_t ms, struct err *err);

/* Makes the current loop_wait, or the next one, end with ERR_CANCELLED. */
void loop_interrupt(struct loop *loop);
bool loop_take_interrupt(struct loop *loop); /* was there one?  Forgets it. */

/*
 * Looks up host and port without blocking the loop's callers for ever.  Of
 * several addresses it takes the first IPv4 one, else the first.
 */
struct sockaddr_storage;
int loop_resolve(struct loop *loop, const char *host, const char *port, int64_t timeout_ms,
		 struct sockaddr_storage *address, unsigned *len, struct err *err);

/* For child.c only: the library's own loop object. */
void *loop_native(struct loop *loop);

#endif
