/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/sys/sock.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <netdb.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "penstock/base/mem.h"

enum family { FAMILY_ANY, FAMILY_UNIX, FAMILY_V4, FAMILY_V6, FAMILY_OTHER };

static const struct {
	const char *prefix;
	enum family family;
} family_table[] = {
	{ "unix@", FAMILY_UNIX }, { "tcp@", FAMILY_ANY },   { "ipv4@", FAMILY_V4 },
	{ "tcp4@", FAMILY_V4 },   { "ipv6@", FAMILY_V6 },   { "tcp6@", FAMILY_V6 },
	{ "abns@", FAMILY_OTHER }, { "fd@", FAMILY_OTHER }, { "sockpair@", FAMILY_OTHER },
};

static enum family take_prefix(struct span *rest)
{
	for (size_t i = 0; i < N(family_table); i++) {
		size_t len = strlen(family_table[i].prefix);

		if (!span_starts(*rest, family_table[i].prefix))
			continue;
		rest->at += len;
		rest->len -= len;
		return family_table[i].family;
	}
	/* HAProxy wants a slash in a path; on our command line ./ may be left out. */
	return memchr(rest->at, '/', rest->len) || !memchr(rest->at, ':', rest->len)
		       ? FAMILY_UNIX : FAMILY_ANY;
}

static bool copy(char *to, size_t room, struct span from)
{
	if (from.len >= room || memchr(from.at, '\0', from.len))
		return false;
	memcpy(to, from.at, from.len);
	to[from.len] = '\0';
	return true;
}

static int parse_unix(const char *text, struct span path, struct sock_address *address,
		      struct err *err)
{
	address->is_unix = true;
	if (!path.len)
		return err_set(err, ERR_USAGE, "'%s' names no socket", text);
	if (!copy(address->path, sizeof(address->path), path))
		return err_set(err, ERR_USAGE, "the path '%s' is too long for a unix socket "
			       "(%zu bytes at most)", text, sizeof(address->path) - 1);
	return 0;
}

/* Whoever binds to every address is reached on the loopback. */
static struct span default_host(struct span host, enum family family)
{
	if (host.len >= 2 && host.at[0] == '[' && host.at[host.len - 1] == ']')
		host = span_make(host.at + 1, host.len - 2);
	if (span_is(host, "::") || (family == FAMILY_V6 && (!host.len || span_is(host, "*"))))
		return span_of("::1");
	if (!host.len || span_is(host, "*"))
		return span_of("127.0.0.1");
	return host;
}

static int parse_tcp(const char *text, struct span rest, enum family family,
		     struct sock_address *address, struct err *err)
{
	struct span port;
	size_t      colon = rest.len;
	long        number;

	while (colon > 0 && rest.at[colon - 1] != ':')
		colon--;
	if (!colon)
		return err_set(err, ERR_USAGE, "'%s' is no address of a socket; "
			       "try a path or HOST:PORT", text);
	port = span_make(rest.at + colon, rest.len - colon);
	rest.len = colon - 1;
	if (!span_to_long(port, &number) || number < 1 || number > 65535 ||
	    !copy(address->port, sizeof(address->port), port))
		return err_set(err, ERR_USAGE, "'%s' has no port from 1 to 65535", text);
	if (!copy(address->host, sizeof(address->host), default_host(rest, family)))
		return err_set(err, ERR_USAGE, "the host in '%s' is too long", text);
	return 0;
}

int sock_parse(const char *text, struct sock_address *address, struct err *err)
{
	struct span rest = span_of(text);
	enum family family = take_prefix(&rest);

	memset(address, 0, sizeof(*address));
	if (family == FAMILY_OTHER)
		return err_set(err, ERR_USAGE, "'%s' cannot be reached from another process; "
			       "try another stats socket", text);
	if (family == FAMILY_UNIX)
		return parse_unix(text, rest, address, err);
	return parse_tcp(text, rest, family, address, err);
}

void sock_format(const struct sock_address *address, struct str *out)
{
	if (address->is_unix)
		str_addf(out, "%s%s", strchr(address->path, ':') ? "unix@" : "", address->path);
	else if (strchr(address->host, ':'))
		str_addf(out, "[%s]:%s", address->host, address->port);
	else
		str_addf(out, "%s:%s", address->host, address->port);
}

static void add_owner(struct str *out, const struct stat *about)
{
	const struct passwd *user = getpwuid(about->st_uid);
	const struct group  *group = getgrgid(about->st_gid);

	str_addf(out, "owner ");
	if (user)
		str_addf(out, "%s:", user->pw_name);
	else
		str_addf(out, "%ld:", (long)about->st_uid);
	if (group)
		str_addf(out, "%s", group->gr_name);
	else
		str_addf(out, "%ld", (long)about->st_gid);
	str_addf(out, ", mode %04o", (unsigned)about->st_mode & 07777);
}

static int unix_denied(const char *path, struct err *err)
{
	struct str  words = STR_INIT;
	struct stat about;
	char        folder[108];
	const char *slash = strrchr(path, '/');

	if (stat(path, &about) == 0) {
		str_addf(&words, "no permission to use '%s' (", path);
		add_owner(&words, &about);
		str_add_text(&words, ")");
	} else if (slash && slash > path) {
		copy(folder, sizeof(folder), span_make(path, (size_t)(slash - path)));
		str_addf(&words, "no permission to reach '%s'", path);
		if (stat(folder, &about) == 0) {
			str_addf(&words, ": folder '%s' has ", folder);
			add_owner(&words, &about);
		}
	} else {
		str_addf(&words, "no permission to use '%s'", path);
	}
	err_set(err, ERR_DENIED, "%s", words.bytes);
	err_hint(err, "try its owner's account, or 'mode' and 'group' on the 'stats socket' line");
	str_release(&words);
	return -1;
}

static int connect_error(const struct sock_address *address, int number, struct err *err)
{
	struct str  name = STR_INIT;
	struct stat about;

	sock_format(address, &name);
	if (address->is_unix && (number == EACCES || number == EPERM))
		unix_denied(address->path, err);
	else if (number == ENOENT || number == ENOTDIR)
		err_set(err, ERR_IO, "there is no socket '%s'; is HAProxy running, "
			"and is that its 'stats socket'?", name.bytes);
	else if (address->is_unix && stat(address->path, &about) == 0 && !S_ISSOCK(about.st_mode))
		err_set(err, ERR_IO, "'%s' is no socket", name.bytes);
	else if (number == ECONNREFUSED)
		err_set(err, ERR_IO, "nothing listens at '%s'; is HAProxy running?", name.bytes);
	else if (number == EAGAIN)
		err_set(err, ERR_TIMEOUT, "'%s' takes no more connections now", name.bytes);
	else if (number == ETIMEDOUT)
		err_set(err, ERR_TIMEOUT, "'%s' cannot be reached: no answer", name.bytes);
	else
		err_set(err, ERR_IO, "cannot connect to '%s': %s", name.bytes, strerror(number));
	str_release(&name);
	return -1;
}

enum { RETRY_MS = 20 };

static int open_socket(int family, struct err *err)
{
	int fd = socket(family, SOCK_STREAM, 0);

	if (fd < 0)
		return err_errno(err, ERR_IO, "cannot open a socket");
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
	return fd;
}

static int start(const struct sock_address *address, const struct sockaddr *to, socklen_t len,
		 struct err *err)
{
	int fd = open_socket(to->sa_family, err);

	if (fd < 0)
		return -1;
	if (connect(fd, to, len) == 0 || errno == EINPROGRESS)
		return fd;
	connect_error(address, errno, err);
	close(fd);
	return -1;
}

static int start_unix(const struct sock_address *address, struct err *err)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };

	memcpy(to.sun_path, address->path, sizeof(to.sun_path));
	to.sun_path[sizeof(to.sun_path) - 1] = '\0';
	return start(address, (struct sockaddr *)&to, sizeof(to), err);
}

int sock_connect_start(const struct sock_address *address, struct err *err)
{
	struct addrinfo  hints = { .ai_socktype = SOCK_STREAM,
				   .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV };
	struct addrinfo *found = NULL;
	int              fd;

	if (address->is_unix)
		return start_unix(address, err);
	if (getaddrinfo(address->host, address->port, &hints, &found) != 0 || !found)
		return err_set(err, ERR_UNSUPPORTED, "the name '%s' has not been looked up yet",
			       address->host);
	fd = start(address, found->ai_addr, found->ai_addrlen, err);
	freeaddrinfo(found);
	return fd;
}

int sock_connected(int fd, const struct sock_address *address, struct err *err)
{
	int       number = 0;
	socklen_t len = sizeof(number);

	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &number, &len) < 0)
		number = errno;
	return number ? connect_error(address, number, err) : 0;
}

int sock_resolve(struct loop *loop, const struct sock_address *address, int64_t timeout_ms,
		 struct sock_address *literal, struct err *err)
{
	struct sockaddr_storage to;
	unsigned                len;

	*literal = *address;
	if (address->is_unix)
		return 0;
	if (loop_resolve(loop, address->host, address->port, timeout_ms, &to, &len, err) < 0)
		return -1;
	if (getnameinfo((struct sockaddr *)&to, len, literal->host, sizeof(literal->host), NULL, 0,
			NI_NUMERICHOST) != 0)
		return err_set(err, ERR_IO, "'%s' has an address that cannot be used",
			       address->host);
	return 0;
}

static void note_ready(int fd, unsigned events, void *data)
{
	(void)fd;
	(void)events;
	*(bool *)data = true;
}

static int wait_connected(struct loop *loop, int fd, const struct sock_address *address,
			  int64_t timeout_ms, struct err *err)
{
	bool               done = false;
	struct loop_watch *watch = loop_watch_fd(loop, fd, LOOP_WRITE, note_ready, &done);
	struct str         name = STR_INIT;
	int                status = watch ? loop_wait(loop, &done, timeout_ms, err) : 0;

	loop_unwatch(watch);
	if (status == 0)
		return sock_connected(fd, address, err);
	sock_format(address, &name);
	err_prefix(err, "connecting to '%s'", name.bytes);
	str_release(&name);
	return -1;
}

/* A full queue of a unix socket is refused at once, so this asks again. */
static int start_unix_patiently(struct loop *loop, const struct sock_address *address,
				int64_t timeout_ms, struct err *err)
{
	int64_t    waited = 0;
	struct err why = ERR_INIT;
	int        fd;

	while ((fd = start_unix(address, &why)) < 0 && why.code == ERR_TIMEOUT &&
	       (timeout_ms < 0 || waited < timeout_ms)) {
		if (loop_sleep(loop, RETRY_MS, &why) < 0)
			break;
		waited += RETRY_MS;
	}
	if (fd < 0)
		err_take(err, &why);
	else
		err_release(&why);
	return fd;
}

int sock_connect(struct loop *loop, const struct sock_address *address, int64_t timeout_ms,
		 struct err *err)
{
	struct sockaddr_storage to;
	unsigned                len;
	int                     fd;

	if (address->is_unix)
		return start_unix_patiently(loop, address, timeout_ms, err);
	if (loop_resolve(loop, address->host, address->port, timeout_ms, &to, &len, err) < 0)
		return -1;
	fd = start(address, (struct sockaddr *)&to, len, err);
	if (fd >= 0 && wait_connected(loop, fd, address, timeout_ms, err) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}

int sock_try_bind(const char *host, const char *port, struct err *err)
{
	struct addrinfo  hints = { .ai_socktype = SOCK_STREAM,
				   .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE };
	struct addrinfo *found = NULL;
	bool             any = !host || !*host || strcmp(host, "*") == 0;
	int              fd, status = 0, on = 1;

	if (any)
		hints.ai_family = AF_INET;
	if (getaddrinfo(any ? NULL : host, port, &hints, &found) != 0 || !found)
		return err_set(err, ERR_UNSUPPORTED, "'%s:%s' is no literal address",
			       any ? "*" : host, port);
	fd = open_socket(found->ai_family, err);
	if (fd < 0) {
		freeaddrinfo(found);
		return -1;
	}
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, found->ai_addr, found->ai_addrlen) < 0)
		status = err_errno(err, ERR_IO, "cannot listen on '%s:%s'", any ? "*" : host, port);
	freeaddrinfo(found);
	close(fd);
	return status;
}
