/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Time, in one place. */
#ifndef PENSTOCK_BASE_CLOCK_H
#define PENSTOCK_BASE_CLOCK_H

#include <stdint.h>

#include "penstock/base/str.h"

int64_t clock_monotonic_ms(void); /* for intervals */
int64_t clock_wall_s(void);       /* seconds since 1970 */

/* When the machine was started, in nanoseconds since 1970 by today's clock; 0 where
 * the system does not tell. */
int64_t clock_boot_ns(void);

/* CPU that this process has used, in microseconds. */
int64_t clock_cpu_us(void);

/* "14:02:05" and "2026-11-21T14:02:05+0100", local time. */
void clock_format_time(struct str *out, int64_t wall_s);
void clock_format_iso(struct str *out, int64_t wall_s);

#endif
