/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/base/str.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "penstock/base/err.h"
#include "penstock/base/mem.h"

char str_empty[1] = "";

void str_init(struct str *s)
{
	*s = (struct str)STR_INIT;
}

void str_release(struct str *s)
{
	if (s->size)
		free(s->bytes);
}

void str_reset(struct str *s)
{
	s->len = 0;
	if (s->size)
		s->bytes[0] = '\0';
}

void str_reserve(struct str *s, size_t more)
{
	size_t need = s->len + more + 1;
	size_t size = s->size ? s->size : 32;

	if (need <= more)
		die("out of memory");
	if (need <= s->size)
		return;
	while (size < need)
		size *= 2;
	s->bytes = xrealloc(s->size ? s->bytes : NULL, size);
	s->size = size;
	s->bytes[s->len] = '\0';
}

void str_add(struct str *s, const void *bytes, size_t len)
{
	if (!len)
		return;
	str_reserve(s, len);
	memcpy(s->bytes + s->len, bytes, len);
	s->len += len;
	s->bytes[s->len] = '\0';
}

void str_add_char(struct str *s, char c)
{
	str_add(s, &c, 1);
}

void str_add_repeat(struct str *s, char c, size_t count)
{
	if (!count)
		return;
	str_reserve(s, count);
	memset(s->bytes + s->len, c, count);
	s->len += count;
	s->bytes[s->len] = '\0';
}

void str_add_text(struct str *s, const char *text)
{
	if (text)
		str_add(s, text, strlen(text));
}

void str_add_span(struct str *s, struct span text)
{
	str_add(s, text.at, text.len);
}

void str_vaddf(struct str *s, const char *format, va_list args)
{
	va_list again;
	int     len;

	va_copy(again, args);
	len = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (len < 0)
		BUG("format '%s'", format);
	str_reserve(s, (size_t)len);
	if (!s->size)
		return;
	vsnprintf(s->bytes + s->len, (size_t)len + 1, format, args);
	s->len += (size_t)len;
}

void str_addf(struct str *s, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	str_vaddf(s, format, args);
	va_end(args);
}

void str_set(struct str *s, const char *text)
{
	str_reset(s);
	str_add_text(s, text);
}

void str_cut(struct str *s, size_t len)
{
	if (len >= s->len)
		return;
	s->len = len;
	s->bytes[len] = '\0';
}

void str_insert(struct str *s, size_t at, const void *bytes, size_t len)
{
	if (!len)
		return;
	str_reserve(s, len);
	memmove(s->bytes + at + len, s->bytes + at, s->len - at + 1);
	memcpy(s->bytes + at, bytes, len);
	s->len += len;
}

char *str_detach(struct str *s, size_t *len)
{
	char *bytes;

	str_reserve(s, 0);
	bytes = s->bytes;
	if (len)
		*len = s->len;
	str_init(s);
	return bytes;
}

struct span str_span(const struct str *s)
{
	return (struct span){ s->bytes, s->len };
}

struct span span_of(const char *text)
{
	return (struct span){ text, text ? strlen(text) : 0 };
}

struct span span_make(const char *at, size_t len)
{
	return (struct span){ at, len };
}

bool span_is(struct span s, const char *text)
{
	return span_equal(s, span_of(text));
}

bool span_equal(struct span a, struct span b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

bool span_starts(struct span s, const char *prefix)
{
	size_t len = strlen(prefix);

	return s.len >= len && memcmp(s.at, prefix, len) == 0;
}

bool span_has_prefix(struct span s, struct span prefix)
{
	return s.len >= prefix.len && span_equal(span_make(s.at, prefix.len), prefix);
}

bool span_contains(struct span s, struct span part)
{
	while (part.len && s.len >= part.len) {
		const char *at = memchr(s.at, part.at[0], s.len - part.len + 1);

		if (!at)
			return false;
		if (memcmp(at, part.at, part.len) == 0)
			return true;
		s.len -= (size_t)(at + 1 - s.at);
		s.at = at + 1;
	}
	return false;
}

bool span_ends(struct span s, const char *suffix)
{
	size_t len = strlen(suffix);

	return s.len >= len && memcmp(s.at + s.len - len, suffix, len) == 0;
}

int span_compare(struct span a, struct span b)
{
	size_t len = a.len < b.len ? a.len : b.len;
	int    order = len ? memcmp(a.at, b.at, len) : 0;

	if (order)
		return order;
	return (a.len > b.len) - (a.len < b.len);
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct span span_trim(struct span s)
{
	while (s.len && is_space(s.at[0])) {
		s.at++;
		s.len--;
	}
	while (s.len && is_space(s.at[s.len - 1]))
		s.len--;
	return s;
}

char *span_dup(struct span s)
{
	return xstrndup(s.at, s.len);
}

bool span_split(struct span *rest, char separator, struct span *part)
{
	const char *end;

	if (!rest->at)
		return false;
	end = rest->len ? memchr(rest->at, separator, rest->len) : NULL;
	if (!end) {
		*part = *rest;
		*rest = (struct span){ NULL, 0 };
		return true;
	}
	*part = span_make(rest->at, (size_t)(end - rest->at));
	rest->len -= part->len + 1;
	rest->at = end + 1;
	return true;
}

bool span_to_long(struct span s, long *value)
{
	bool          negative = s.len && s.at[0] == '-';
	size_t        i = negative ? 1 : 0;
	unsigned long limit = (unsigned long)INT64_MAX, sum = 0;

	if (i == s.len)
		return false;
	for (; i < s.len; i++) {
		unsigned digit = (unsigned)(s.at[i] - '0');

		if (digit > 9 || sum > (limit - digit) / 10)
			return false;
		sum = sum * 10 + digit;
	}
	*value = negative ? -(long)sum : (long)sum;
	return true;
}

bool span_to_double(struct span s, double *value)
{
	char  copy[64];
	char *end;

	if (!s.len || s.len >= sizeof(copy) || is_space(s.at[0]))
		return false;
	memcpy(copy, s.at, s.len);
	copy[s.len] = '\0';
	errno = 0;
	*value = strtod(copy, &end);
	return *end == '\0' && errno == 0;
}
