/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/sys/password.h"

#include <crypt.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <termios.h>
#include <unistd.h>

#include "penstock/base/mem.h"

enum { SALT_LEN = 16, PASSWORD_MAX = 500 };

/* The bytes that a salt may have; as many as six bits tell apart. */
static const char salt_bytes[] =
	"./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

static int make_setting(char setting[SALT_LEN + 4], struct err *err)
{
	unsigned char random[SALT_LEN];
	ssize_t       got;

	do
		got = getrandom(random, sizeof(random), 0);
	while (got < 0 && errno == EINTR);
	if (got != (ssize_t)sizeof(random))
		return err_errno(err, ERR_FAILED, "the system gives no random bytes");
	memcpy(setting, "$6$", 3);
	for (size_t i = 0; i < SALT_LEN; i++)
		setting[3 + i] = salt_bytes[random[i] & 63];
	setting[3 + SALT_LEN] = '\0';
	return 0;
}

static int check_plain(struct span plain, struct err *err)
{
	if (!plain.len)
		return err_set(err, ERR_USAGE, "the password is empty");
	if (plain.len > PASSWORD_MAX)
		return err_set(err, ERR_USAGE, "the password is longer than %d bytes",
			       PASSWORD_MAX);
	if (memchr(plain.at, '\0', plain.len) || memchr(plain.at, '\n', plain.len))
		return err_set(err, ERR_USAGE, "a password has neither NUL nor newline");
	return 0;
}

int password_hash(struct span plain, struct str *out, struct err *err)
{
	char               setting[SALT_LEN + 4], phrase[PASSWORD_MAX + 1];
	struct crypt_data *data;
	const char        *hash;
	int                status = 0;

	if (check_plain(plain, err) < 0 || make_setting(setting, err) < 0)
		return -1;
	memcpy(phrase, plain.at, plain.len);
	phrase[plain.len] = '\0';
	data = xcalloc(1, sizeof(*data));
	hash = crypt_r(phrase, setting, data);
	if (hash && strncmp(hash, "$6$", 3) == 0)
		str_add_text(out, hash);
	else
		status = err_set(err, ERR_FAILED, "the C library cannot hash with SHA-512");
	explicit_bzero(phrase, sizeof(phrase));
	explicit_bzero(data, sizeof(*data));
	free(data);
	return status;
}

int password_read_line(int fd, struct str *out, struct err *err)
{
	char byte;

	for (;;) {
		ssize_t got = read(fd, &byte, 1);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_errno(err, ERR_IO, "reading the password");
		if (got == 0 || byte == '\n')
			break;
		if (out->len > PASSWORD_MAX)
			return err_set(err, ERR_USAGE, "the password is longer than %d bytes",
				       PASSWORD_MAX);
		str_add_char(out, byte);
	}
	if (out->len && out->bytes[out->len - 1] == '\r')
		str_cut(out, out->len - 1);
	return 0;
}

/* To the terminal; nothing follows from a part that is lost. */
static void say(const char *text)
{
	ssize_t written = write(STDOUT_FILENO, text, strlen(text));

	(void)written;
}

int password_ask(const char *question, struct str *out, struct err *err)
{
	struct termios before, quiet;
	bool           terminal = tcgetattr(STDIN_FILENO, &before) == 0;
	int            status;

	say(question);
	say(": ");
	if (terminal) {
		quiet = before;
		quiet.c_lflag &= ~(tcflag_t)ECHO;
		quiet.c_lflag |= ICANON;
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
	}
	status = password_read_line(STDIN_FILENO, out, err);
	if (terminal)
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
	say("\n");
	return status;
}

void password_release(struct str *plain)
{
	if (plain->size)
		explicit_bzero(plain->bytes, plain->size);
	str_release(plain);
	str_init(plain);
}
