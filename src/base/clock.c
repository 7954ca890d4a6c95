/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/base/clock.h"

#include <sys/resource.h>
#include <time.h>

int64_t clock_monotonic_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t clock_wall_s(void)
{
	return (int64_t)time(NULL);
}

#ifdef CLOCK_BOOTTIME
static int64_t nanoseconds(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t clock_boot_ns(void)
{
	return nanoseconds(CLOCK_REALTIME) - nanoseconds(CLOCK_BOOTTIME);
}
#else
int64_t clock_boot_ns(void)
{
	return 0;
}
#endif

static int64_t microseconds(struct timeval t)
{
	return (int64_t)t.tv_sec * 1000000 + t.tv_usec;
}

int64_t clock_cpu_us(void)
{
	struct rusage usage;

	if (getrusage(RUSAGE_SELF, &usage) < 0)
		return 0;
	return microseconds(usage.ru_utime) + microseconds(usage.ru_stime);
}

void clock_format_time(struct str *out, int64_t wall_s)
{
	time_t    when = (time_t)wall_s;
	struct tm parts;

	if (localtime_r(&when, &parts))
		str_addf(out, "%02d:%02d:%02d", parts.tm_hour, parts.tm_min, parts.tm_sec);
}

void clock_format_iso(struct str *out, int64_t wall_s)
{
	time_t    when = (time_t)wall_s;
	struct tm parts;
	char      text[64];

	if (localtime_r(&when, &parts) &&
	    strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S%z", &parts))
		str_add_text(out, text);
}
