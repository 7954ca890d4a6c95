/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * str:  a growing byte string that owns its bytes and is always followed by a
 *       NUL, so that .bytes serves as a C string (it may hold NULs itself).
 * span: borrowed bytes, never NUL-terminated by promise; the lender says for
 *       how long.
 */
#ifndef PENSTOCK_BASE_STR_H
#define PENSTOCK_BASE_STR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct str {
	char  *bytes; /* never NULL, "" when empty */
	size_t len;
	size_t size;  /* bytes allocated; 0 while .bytes is the shared "" */
};

struct span {
	const char *at;
	size_t      len;
};

extern char str_empty[1];
#define STR_INIT { .bytes = str_empty, .len = 0, .size = 0 }

void str_init(struct str *s);
void str_release(struct str *s);
void str_reset(struct str *s);              /* empty, keeps the room */
void str_reserve(struct str *s, size_t more); /* room for that many more bytes */

void str_add(struct str *s, const void *bytes, size_t len);
void str_add_char(struct str *s, char c);
void str_add_repeat(struct str *s, char c, size_t count);
void str_add_text(struct str *s, const char *text);
void str_add_span(struct str *s, struct span text);
void str_addf(struct str *s, const char *format, ...) __attribute__((format(printf, 2, 3)));
void str_vaddf(struct str *s, const char *format, va_list args)
	__attribute__((format(printf, 2, 0)));
void str_set(struct str *s, const char *text);          /* replaces the content */
void str_cut(struct str *s, size_t len);                /* shortens to len */
void str_insert(struct str *s, size_t at, const void *bytes, size_t len);

/* Hands the bytes (NUL-terminated) to the caller, who frees them; s is empty. */
char *str_detach(struct str *s, size_t *len);

struct span str_span(const struct str *s);

/* Spans. */
struct span span_of(const char *text);                  /* NULL gives an empty one */
struct span span_make(const char *at, size_t len);
bool        span_is(struct span s, const char *text);
bool        span_equal(struct span a, struct span b);
bool        span_starts(struct span s, const char *prefix);
bool        span_ends(struct span s, const char *suffix);
bool        span_has_prefix(struct span s, struct span prefix);
bool        span_contains(struct span s, struct span part); /* false for an empty part */
int         span_compare(struct span a, struct span b);  /* bytewise, as strcmp */
struct span span_trim(struct span s);                   /* without outer blanks and line ends */
char       *span_dup(struct span s);                    /* the caller frees */

/*
 * Takes the bytes up to the separator off the front of *rest; the separator
 * goes too.  Returns false when *rest was already finished (at == NULL).
 */
bool span_split(struct span *rest, char separator, struct span *part);

/* Whole decimal numbers only; false when there is anything else or it overflows. */
bool span_to_long(struct span s, long *value);
bool span_to_double(struct span s, double *value);

#endif
