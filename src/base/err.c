/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "penstock/base/mem.h"
#include "penstock/base/utf8.h"

struct code_def {
	const char *name;
	int         exit_status;
};

#define ERR_ROW(constant, name, status) [constant] = { name, status },
static const struct code_def code_table[] = { [ERR_NONE] = { "none", 0 }, ERR_CODES(ERR_ROW) };
#undef ERR_ROW

static void (*die_hook)(void);

static void start(struct err *err, enum err_code code, const char *format, va_list args)
{
	err->code = code;
	str_reset(&err->file);
	str_reset(&err->text);
	err->line = err->column = 0;
	str_vaddf(&err->text, format, args);
}

int err_set(struct err *err, enum err_code code, const char *format, ...)
{
	va_list args;

	if (!err)
		return -1;
	va_start(args, format);
	start(err, code, format, args);
	va_end(args);
	return -1;
}

int err_at(struct err *err, enum err_code code, struct place at, const char *format, ...)
{
	va_list args;

	if (!err)
		return -1;
	va_start(args, format);
	start(err, code, format, args);
	va_end(args);
	return err_locate(err, at);
}

int err_errno(struct err *err, enum err_code code, const char *format, ...)
{
	int     number = errno;
	va_list args;

	if (!err)
		return -1;
	va_start(args, format);
	start(err, code, format, args);
	va_end(args);
	str_addf(&err->text, ": %s", strerror(number));
	return -1;
}

int err_prefix(struct err *err, const char *format, ...)
{
	struct str before = STR_INIT;
	va_list    args;

	if (!err)
		return -1;
	va_start(args, format);
	str_vaddf(&before, format, args);
	va_end(args);
	str_add_text(&before, ": ");
	str_insert(&err->text, 0, before.bytes, before.len);
	str_release(&before);
	return -1;
}

int err_hint(struct err *err, const char *format, ...)
{
	va_list args;

	if (!err)
		return -1;
	str_add_text(&err->text, "; ");
	va_start(args, format);
	str_vaddf(&err->text, format, args);
	va_end(args);
	return -1;
}

int err_locate(struct err *err, struct place at)
{
	if (!err || err->line || err->file.len)
		return -1;
	str_set(&err->file, at.file);
	err->line = at.line;
	err->column = at.column;
	return -1;
}

void err_release(struct err *err)
{
	str_release(&err->file);
	str_release(&err->text);
}

void err_clear(struct err *err)
{
	err_release(err);
	*err = (struct err)ERR_INIT;
}

void err_take(struct err *to, struct err *from)
{
	if (to) {
		err_release(to);
		*to = *from;
		*from = (struct err)ERR_INIT;
	} else {
		err_clear(from);
	}
}

void err_format(const struct err *err, struct str *out)
{
	if (err->file.len) {
		utf8_sanitise(out, str_span(&err->file), false);
		if (err->line)
			str_addf(out, ":%u", err->line);
		if (err->line && err->column)
			str_addf(out, ":%u", err->column);
		str_add_text(out, ": ");
	}
	utf8_sanitise(out, str_span(&err->text), false);
}

const char *err_name(enum err_code code)
{
	return (size_t)code < N(code_table) ? code_table[code].name : "unknown";
}

int err_exit_status(enum err_code code)
{
	return (size_t)code < N(code_table) ? code_table[code].exit_status : 1;
}

void die_set_hook(void (*hook)(void))
{
	die_hook = hook;
}

static void leave_terminal(void)
{
	void (*hook)(void) = die_hook;

	die_hook = NULL;
	if (hook)
		hook();
}

void die(const char *format, ...)
{
	va_list args;

	leave_terminal();
	fputs("penstock: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(1);
}

void die_bug(const char *file, int line, const char *format, ...)
{
	va_list args;

	leave_terminal();
	fprintf(stderr, "penstock: %s:%d: cannot happen: ", file, line);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	abort();
}
