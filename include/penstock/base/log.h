/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What happened lately, for people: background failures, reconnects, reloads.
 * A ring in memory; the screen shows its end, batch prints it on stderr with
 * --verbose.  Nothing below command/ prints.
 */
#ifndef PENSTOCK_BASE_LOG_H
#define PENSTOCK_BASE_LOG_H

#include <stddef.h>
#include <stdint.h>

#include "penstock/base/str.h"

enum log_level { LOG_INFO, LOG_WARN, LOG_ERROR };

struct log_entry {
	int64_t        wall_s;
	enum log_level level;
	struct str     text;
};

enum { LOG_ROOM = 256 };

struct log {
	struct log_entry ring[LOG_ROOM];
	uint64_t         total; /* entries ever written */
	void           (*on_entry)(const struct log_entry *entry, void *data); /* may be NULL */
	void            *data;
};

void log_init(struct log *log);
void log_release(struct log *log);
void log_add(struct log *log, enum log_level level, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The entry that is `back` entries before the newest, or NULL. */
const struct log_entry *log_recent(const struct log *log, size_t back);

#endif
