/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Allocation that does not fail: out of memory ends the program (err.h: die). */
#ifndef PENSTOCK_BASE_MEM_H
#define PENSTOCK_BASE_MEM_H

#include <stddef.h>

#define N(array) (sizeof(array) / sizeof((array)[0]))

void *xmalloc(size_t size);
void *xcalloc(size_t count, size_t size); /* zeroed */
void *xrealloc(void *p, size_t size);
char *xstrdup(const char *text);                  /* NULL gives NULL */
char *xstrndup(const char *bytes, size_t len);    /* always ends with NUL */

#endif
