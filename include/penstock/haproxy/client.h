/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One exchange with a stats or master socket: connect, send some commands,
 * read as many replies, close.  No connection outlives it (design.md decision
 * 8: a held one keeps an old worker alive).
 */
#ifndef PENSTOCK_HAPROXY_CLIENT_H
#define PENSTOCK_HAPROXY_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

#include "penstock/base/err.h"
#include "penstock/base/vec.h"
#include "penstock/sys/loop.h"
#include "penstock/sys/sock.h"

struct client {
	struct loop        *loop;
	struct sock_address address;
	bool                is_resolved;
	struct sock_address resolved;  /* the same, its host name looked up */
	struct str          name;      /* the address as given, for messages */
	bool                is_master; /* commands go to the worker through "@1" */
	int64_t             timeout_ms; /* without a byte; 5000 */
	/* what we cost: */
	uint64_t exchanges, bytes_read;
};

/* Longest command line that every version takes (runtime-api.md 1.4). */
enum { CLIENT_LINE_MAX = 15000 };

int  client_init(struct client *client, struct loop *loop, const char *address, bool is_master,
		 struct err *err);
void client_release(struct client *client);

struct exchange;

/*
 * Called once: with the replies in order, or with the error that ended the
 * exchange and the replies that had come whole before it.  The spans live
 * until it returns.  Runs inside a loop callback: no waiting here.
 */
typedef void (*exchange_fn)(const struct span *replies, size_t count, struct err *err,
			    void *data);

/*
 * Starts an exchange; replies[i] answers commands[i].  Commands are lines
 * without line end; one with a line end, or too long, is ERR_USAGE at once.  One
 * alone may have a payload: "COMMAND <<", a line end, and lines of which none is
 * empty, the last one with its end.
 * Pipelined: a failing command does not keep later ones from being run.
 * Gives NULL with err when it cannot even start (then fn is not called).
 */
struct exchange *exchange_start(struct client *client, const char *const *commands,
				size_t count, exchange_fn fn, void *data, struct err *err);
void             exchange_cancel(struct exchange *exchange); /* fn is not called */

/*
 * Only from within fn: moves the bytes that the replies lie in to *out, so that
 * a large one need not be copied.  The spans then live as long as these.
 */
void exchange_take_bytes(struct exchange *exchange, struct str *out);

/*
 * The same, waiting.  Errors, each a sentence with the address: ERR_IO (gone,
 * refused), ERR_DENIED, ERR_TIMEOUT (silent), ERR_PROTOCOL (cut off in the
 * middle, no HAProxy), ERR_CANCELLED.  A master that is not there is asked again
 * for 3 s, as it is away for a moment at each reload.  *replies gets what came, also on error;
 * the caller releases it.
 */
int client_run_all(struct client *client, const char *const *commands, size_t count,
		   struct strings *replies, struct err *err);

/* One command.  Appends the reply. */
int client_run(struct client *client, const char *command, struct str *reply,
	       struct err *err);

/*
 * Escapes a name for use in a command: HAProxy splits at blanks and ';' and
 * knows no quotes.  Errors: ERR_USAGE for control characters.
 */
int client_escape(struct str *out, struct span word, struct err *err);

#endif
