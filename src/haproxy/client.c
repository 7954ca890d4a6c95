/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/haproxy/client.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "penstock/base/mem.h"
#include "penstock/haproxy/reply.h"

enum {
	READ_PASS = 1 << 16,  /* bytes in one turn, so that the keyboard is not kept waiting */
	REPLY_MAX = 1 << 29,
	DEFAULT_TIMEOUT_MS = 5000,
	RETRY_MS = 20,
	MASTER_TRIES = 3000 / RETRY_MS,
	/*
	 * HAProxy hands out a table in pieces of 14 kB.  Behind this many bytes
	 * they are let gather for a moment, which is cheaper than to be woken
	 * for each; the socket's own buffer holds more than comes meanwhile.
	 */
	BULK = 1 << 16,
	GATHER_MS = 2,
};

/*
 * What the master does itself; all else it only passes on, with "@1" before it
 * (runtime-api.md 1.9).
 */
static const struct own_command {
	const char *words;
	bool        silent; /* an answer without a byte is one (5.2) */
} own_command_table[] = {
	{ "hard-reload", true },
	{ "reload", true },
	{ "show proc", false },
	{ "show version", false },
};

struct reply_place {
	size_t at, len;
};

struct exchange {
	struct client      *client;
	struct strings      commands;
	size_t              sent_commands; /* master: asked in connections before this one */
	exchange_fn         fn;
	void               *data;
	int                 fd;
	bool                connected;
	struct loop_watch  *watch;
	struct loop_timer  *timer;
	struct loop_timer  *gather; /* ticks in place of the watch; NULL: none yet */
	struct str          request;
	struct str          payload; /* of the only command, with the line end before it */
	size_t              written;
	struct reply_reader reader;
	VEC(struct reply_place) replies;
};

int client_init(struct client *client, struct loop *loop, const char *address, bool is_master,
		struct err *err)
{
	*client = (struct client){
		.loop = loop,
		.name = STR_INIT,
		.is_master = is_master,
		.timeout_ms = DEFAULT_TIMEOUT_MS,
	};
	if (sock_parse(address, &client->address, err) < 0)
		return -1;
	str_set(&client->name, address);
	return 0;
}

void client_release(struct client *client)
{
	str_release(&client->name);
}

static const struct own_command *find_own(const char *command)
{
	for (size_t i = 0; i < N(own_command_table); i++) {
		size_t len = strlen(own_command_table[i].words);

		if (strncmp(command, own_command_table[i].words, len) == 0 &&
		    (command[len] == '\0' || command[len] == ' '))
			return &own_command_table[i];
	}
	return NULL;
}

static bool has_bare_semicolon(const char *command)
{
	for (; *command; command++) {
		if (*command == ';')
			return true;
		if (*command == '\\' && command[1])
			command++;
	}
	return false;
}

static size_t line_length(const char *command)
{
	return strcspn(command, "\r\n");
}

/* "COMMAND <<", then lines of which none is empty: an empty one ends them. */
static bool has_payload(const char *command)
{
	size_t len = line_length(command);

	return len > 3 && strncmp(command + len - 3, " <<", 3) == 0 && command[len] == '\n' &&
	       command[len + 1] && !strchr(command, '\r') && !strstr(command, "\n\n");
}

static int check_command(const char *command, size_t count, struct err *err)
{
	if (!span_trim(span_of(command)).len)
		return err_set(err, ERR_USAGE, "an empty command");
	if (line_length(command) < strlen(command) && (count > 1 || !has_payload(command)))
		return err_set(err, ERR_USAGE, "a command with a line end in it");
	if (line_length(command) > CLIENT_LINE_MAX)
		return err_set(err, ERR_USAGE, "a command of %zu bytes; HAProxy takes %d for sure",
			       line_length(command), CLIENT_LINE_MAX);
	/* Up to 3.0 each part would get a reply of its own. */
	if (count > 1 && has_bare_semicolon(command))
		return err_set(err, ERR_USAGE, "'%s' is several commands; try '\\;' for the "
			       "character", command);
	return 0;
}

int client_escape(struct str *out, struct span word, struct err *err)
{
	if (!word.len)
		return err_set(err, ERR_USAGE, "an empty name");
	for (size_t i = 0; i < word.len; i++)
		if ((unsigned char)word.at[i] < ' ' || word.at[i] == 0x7f)
			return err_set(err, ERR_USAGE, "a name with a control character in it");
	for (size_t i = 0; i < word.len; i++) {
		if (strchr(" ;\\", word.at[i]))
			str_add_char(out, '\\');
		str_add_char(out, word.at[i]);
	}
	return 0;
}

static void disconnect(struct exchange *exchange)
{
	loop_unwatch(exchange->watch);
	exchange->watch = NULL;
	loop_timer_stop(exchange->gather);
	exchange->gather = NULL;
	if (exchange->fd >= 0)
		close(exchange->fd);
	exchange->fd = -1;
	exchange->connected = false;
}

static void exchange_free(struct exchange *exchange)
{
	disconnect(exchange);
	loop_timer_stop(exchange->timer);
	strings_release(&exchange->commands);
	str_release(&exchange->request);
	str_release(&exchange->payload);
	reply_reader_release(&exchange->reader);
	vec_release(&exchange->replies);
	free(exchange);
}

void exchange_cancel(struct exchange *exchange)
{
	exchange_free(exchange);
}

void exchange_take_bytes(struct exchange *exchange, struct str *out)
{
	reply_reader_take(&exchange->reader, out);
}

/* Takes *why (NULL: all went well). */
static void finish(struct exchange *exchange, struct err *why)
{
	size_t       count = exchange->replies.count;
	struct span *replies = xcalloc(count + 1, sizeof(*replies));
	const char  *bytes = exchange->reader.bytes.bytes;

	for (size_t i = 0; i < count; i++)
		replies[i] = span_make(bytes + exchange->replies.items[i].at,
				       exchange->replies.items[i].len);
	/* Not one connection more than needed, also while the callback works. */
	disconnect(exchange);
	exchange->fn(replies, count, why, exchange->data);
	if (why)
		err_release(why);
	free(replies);
	exchange_free(exchange);
}

static void fail_cut_off(struct exchange *exchange)
{
	struct err  why = ERR_INIT;
	size_t      got = exchange->replies.count, want = exchange->commands.list.count;
	const char *command = exchange->commands.list.items[got];
	const char *name = exchange->client->name.bytes;

	if (!exchange->reader.bytes.len)
		err_set(&why, ERR_PROTOCOL, "'%s' closed the connection without an answer", name);
	else if (want == 1)
		err_set(&why, ERR_PROTOCOL, "'%s' closed the connection in the middle of the "
			"answer to '%s'", name, command);
	else
		err_set(&why, ERR_PROTOCOL, "'%s' closed the connection in the middle: %zu of %zu "
			"answers came, the one to '%s' is cut off", name, got, want,
			command);
	finish(exchange, &why);
}

static void fail_foreign(struct exchange *exchange)
{
	struct err why = ERR_INIT;
	struct str words = STR_INIT;

	reply_quote(&words, str_span(&exchange->reader.bytes));
	err_set(&why, ERR_PROTOCOL, "'%s' does not talk as a stats socket does: it says '%s'",
		exchange->client->name.bytes, words.bytes);
	str_release(&words);
	finish(exchange, &why);
}

static void fail_too_large(struct exchange *exchange)
{
	struct err why = ERR_INIT;

	err_set(&why, ERR_LIMIT, "'%s' sends more than %d MiB; this is too much to keep",
		exchange->client->name.bytes, REPLY_MAX >> 20);
	finish(exchange, &why);
}

static void on_silence(void *data)
{
	struct exchange *exchange = data;
	struct err       why = ERR_INIT;

	err_set(&why, ERR_TIMEOUT, "no answer from '%s' within %g s; HAProxy may be stopped, very "
		"busy, or have all its 'stats maxconn' connections in use",
		exchange->client->name.bytes, (double)exchange->client->timeout_ms / 1000);
	finish(exchange, &why);
}

static void on_ready(int fd, unsigned events, void *data);

static void note_reply(struct exchange *exchange, struct span reply)
{
	size_t at = (size_t)(reply.at - exchange->reader.bytes.bytes);

	*vec_push(&exchange->replies) = (struct reply_place){ at, reply.len };
}

static const char *next_command(const struct exchange *exchange)
{
	return exchange->commands.list.items[exchange->replies.count];
}

static void write_request(struct exchange *exchange)
{
	const struct strings *commands = &exchange->commands;

	str_reset(&exchange->request);
	exchange->written = 0;
	if (exchange->client->is_master) {
		const char *command = next_command(exchange);
		bool        own = command[0] == '@' || find_own(command);

		str_addf(&exchange->request, "%s%s%s\n", own ? "" : "@1 ", command,
			 exchange->payload.bytes);
		return;
	}
	if (commands->list.count > 1)
		str_add_text(&exchange->request, "prompt\n");
	for (size_t i = 0; i < commands->list.count; i++)
		str_addf(&exchange->request, "%s%s\n", commands->list.items[i],
			 exchange->payload.bytes);
}

static int connect_again(struct exchange *exchange, struct err *err)
{
	struct client             *client = exchange->client;
	const struct sock_address *to = client->is_resolved ? &client->resolved :
							     &client->address;

	exchange->fd = sock_connect_start(to, err);
	if (exchange->fd < 0)
		return -1;
	write_request(exchange);
	exchange->watch = loop_watch_fd(client->loop, exchange->fd, LOOP_READ | LOOP_WRITE,
					on_ready, exchange);
	return 0;
}

/* The master keeps its connections open, so each command has its own. */
static void next_connection(struct exchange *exchange)
{
	struct err why = ERR_INIT;

	disconnect(exchange);
	if (connect_again(exchange, &why) < 0)
		finish(exchange, &why);
}

static void on_eof(struct exchange *exchange)
{
	bool        master = exchange->client->is_master;
	struct span reply;

	if (reply_reader_next(&exchange->reader, true, &reply)) {
		note_reply(exchange, reply);
	} else if (master && !reply_reader_rest(&exchange->reader)) {
		const struct own_command *own = find_own(next_command(exchange));

		if (!own || !own->silent) {
			fail_cut_off(exchange);
			return;
		}
		note_reply(exchange, span_make(exchange->reader.bytes.bytes, 0));
	}
	if (exchange->replies.count == exchange->commands.list.count)
		finish(exchange, NULL);
	else if (master && !reply_reader_rest(&exchange->reader))
		next_connection(exchange);
	else
		fail_cut_off(exchange);
}

static void write_some(struct exchange *exchange)
{
	size_t  rest = exchange->request.len - exchange->written;
	ssize_t put = send(exchange->fd, exchange->request.bytes + exchange->written, rest,
			   MSG_NOSIGNAL);

	if (put > 0) {
		exchange->written += (size_t)put;
		loop_timer_restart(exchange->timer, exchange->client->timeout_ms);
	}
	if (put < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	/* After an error there may still be words to read that say why. */
	if (put >= 0 && exchange->written < exchange->request.len)
		return;
	loop_watch_change(exchange->watch, LOOP_READ);
	if (exchange->client->is_master)
		shutdown(exchange->fd, SHUT_WR);
}

static void read_some(struct exchange *exchange);

static void on_gathered(void *data)
{
	read_some(data);
}

static void gather(struct exchange *exchange, int64_t ms)
{
	loop_watch_change(exchange->watch, 0);
	if (exchange->gather)
		loop_timer_restart(exchange->gather, ms);
	else
		exchange->gather = loop_timer_start(exchange->client->loop, ms, 0, on_gathered,
						    exchange);
}

static void read_some(struct exchange *exchange)
{
	struct reply_reader *reader = &exchange->reader;
	struct span          reply;
	ssize_t              got;

	got = read(exchange->fd, reply_reader_room(reader, READ_PASS), READ_PASS);
	if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
		loop_watch_change(exchange->watch, LOOP_READ);
		return;
	}
	if (got <= 0) {
		on_eof(exchange);
		return;
	}
	reply_reader_added(reader, (size_t)got);
	exchange->client->bytes_read += (uint64_t)got;
	loop_timer_restart(exchange->timer, exchange->client->timeout_ms);
	while (exchange->replies.count < exchange->commands.list.count &&
	       reply_reader_next(reader, false, &reply))
		note_reply(exchange, reply);
	if (exchange->replies.count == exchange->commands.list.count)
		finish(exchange, NULL);
	else if (reply_reader_is_foreign(reader))
		fail_foreign(exchange);
	else if (reader->bytes.len > REPLY_MAX)
		fail_too_large(exchange);
	else if (reader->bytes.len > BULK && exchange->written == exchange->request.len)
		gather(exchange, got == READ_PASS ? 0 : GATHER_MS);
}

static void on_ready(int fd, unsigned events, void *data)
{
	struct exchange *exchange = data;
	struct err       why = ERR_INIT;

	if (!exchange->connected) {
		if (sock_connected(fd, &exchange->client->address, &why) < 0) {
			finish(exchange, &why);
			return;
		}
		exchange->connected = true;
	}
	if (events & LOOP_WRITE)
		write_some(exchange);
	if (events & LOOP_READ)
		read_some(exchange);
}

struct exchange *exchange_start(struct client *client, const char *const *commands,
				size_t count, exchange_fn fn, void *data, struct err *err)
{
	struct exchange *exchange;

	if (!count)
		BUG("an exchange without a command");
	for (size_t i = 0; i < count; i++)
		if (check_command(commands[i], client->is_master ? 1 : count, err) < 0)
			return NULL;
	exchange = xcalloc(1, sizeof(*exchange));
	exchange->client = client;
	exchange->fn = fn;
	exchange->data = data;
	str_init(&exchange->request);
	str_init(&exchange->payload);
	reply_reader_init(&exchange->reader, count > 1 && !client->is_master ? REPLY_PROMPT :
									       REPLY_UNTIL_EOF);
	/* Errors quote commands, and a payload may be a private key. */
	for (size_t i = 0; i < count; i++)
		strings_add_n(&exchange->commands, commands[i], line_length(commands[i]));
	if (count == 1)
		str_add_text(&exchange->payload, commands[0] + line_length(commands[0]));
	if (connect_again(exchange, err) < 0) {
		exchange_free(exchange);
		return NULL;
	}
	exchange->timer = loop_timer_start(client->loop, client->timeout_ms, 0, on_silence,
					   exchange);
	client->exchanges++;
	return exchange;
}

struct waiting {
	struct strings *replies; /* one of the two */
	struct str     *reply;
	size_t          count;   /* that came */
	struct err      err;
	bool            done;
};

static void on_replies(const struct span *replies, size_t count, struct err *err, void *data)
{
	struct waiting *waiting = data;

	for (size_t i = 0; i < count && waiting->replies; i++)
		strings_add_n(waiting->replies, replies[i].at, replies[i].len);
	if (count && waiting->reply)
		str_add_span(waiting->reply, replies[0]);
	waiting->count = count;
	if (err)
		err_take(&waiting->err, err);
	waiting->done = true;
}

static int run_once(struct client *client, const char *const *commands, size_t count,
		    struct waiting *waiting, struct err *err)
{
	struct exchange *exchange;

	/* Here waiting is allowed, so names are looked up here. */
	if (!client->is_resolved && sock_resolve(client->loop, &client->address, client->timeout_ms,
						 &client->resolved, err) < 0)
		return -1;
	client->is_resolved = true;
	exchange = exchange_start(client, commands, count, on_replies, waiting, err);
	if (!exchange)
		return -1;
	if (loop_wait(client->loop, &waiting->done, -1, err) < 0) {
		exchange_cancel(exchange);
		return -1;
	}
	if (waiting->err.code == ERR_NONE)
		return 0;
	err_take(err, &waiting->err);
	return -1;
}

/*
 * A master listens to nobody for some milliseconds around a reload, in which it
 * starts itself anew.  ERR_IO without a reply says that nothing was sent, so
 * nothing is run twice.
 */
static int run(struct client *client, const char *const *commands, size_t count,
	       struct waiting *waiting, struct err *err)
{
	int        tries = client->is_master ? MASTER_TRIES : 1, status;
	struct err why = ERR_INIT;

	while ((status = run_once(client, commands, count, waiting, &why)) < 0) {
		if (--tries == 0 || why.code != ERR_IO || waiting->count)
			break;
		if (loop_sleep(client->loop, RETRY_MS, &why) < 0)
			break;
		waiting->done = false;
	}
	if (status < 0)
		err_take(err, &why);
	else
		err_release(&why);
	return status;
}

int client_run_all(struct client *client, const char *const *commands, size_t count,
		   struct strings *replies, struct err *err)
{
	struct waiting waiting = { .replies = replies, .err = ERR_INIT };

	return run(client, commands, count, &waiting, err);
}

int client_run(struct client *client, const char *command, struct str *reply, struct err *err)
{
	struct waiting waiting = { .reply = reply, .err = ERR_INIT };

	return run(client, &command, 1, &waiting, err);
}
