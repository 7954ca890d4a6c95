/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/base/log.h"

#include <stdarg.h>

#include "penstock/base/clock.h"

void log_init(struct log *log)
{
	for (size_t i = 0; i < LOG_ROOM; i++)
		str_init(&log->ring[i].text);
	log->total = 0;
	log->on_entry = NULL;
	log->data = NULL;
}

void log_release(struct log *log)
{
	for (size_t i = 0; i < LOG_ROOM; i++)
		str_release(&log->ring[i].text);
}

void log_add(struct log *log, enum log_level level, const char *format, ...)
{
	struct log_entry *entry = &log->ring[log->total++ % LOG_ROOM];
	va_list           args;

	entry->wall_s = clock_wall_s();
	entry->level = level;
	str_reset(&entry->text);
	va_start(args, format);
	str_vaddf(&entry->text, format, args);
	va_end(args);
	if (log->on_entry)
		log->on_entry(entry, log->data);
}

const struct log_entry *log_recent(const struct log *log, size_t back)
{
	if (back >= log->total || back >= LOG_ROOM)
		return NULL;
	return &log->ring[(log->total - 1 - back) % LOG_ROOM];
}
