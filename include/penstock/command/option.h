/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The settings: `option NAME [VALUE]`.  One table with type, default and help. */
#ifndef PENSTOCK_COMMAND_OPTION_H
#define PENSTOCK_COMMAND_OPTION_H

#include <stdbool.h>
#include <stdint.h>

#include "penstock/base/err.h"
#include "penstock/base/str.h"

enum option_type { OPTION_DURATION, OPTION_TEXT, OPTION_CHOICE, OPTION_NUMBER };

#define OPTIONS(X)                                                                            \
	X(OPT_ASCII,           "ascii",           OPTION_CHOICE,   "auto", "auto|on|off",     \
	  "draw with ASCII only; auto goes by the locale")                                    \
	X(OPT_CERTIFICATE_WARNING, "certificate-warning", OPTION_DURATION, "30d", "0s to 3650d", \
	  "lint tells of certificates that expire within this time")                          \
	X(OPT_COLOUR,          "colour",          OPTION_CHOICE,   "auto", "auto|on|off",     \
	  "use colours; auto goes by NO_COLOR and the terminal")                              \
	X(OPT_DELETE_WAIT,     "delete-wait",     OPTION_DURATION, "10s",  "0s to 1h",        \
	  "how long a server that is deleted at run time may take to end its sessions")       \
	X(OPT_HAPROXY_BINARY,  "haproxy-binary",  OPTION_TEXT,     "",     "PATH",            \
	  "the haproxy to check with; empty: that of the running process, else from PATH")    \
	X(OPT_INTERVAL,        "interval",        OPTION_DURATION, "1s",   "200ms to 1h",     \
	  "time between two refreshes of the screen")                                         \
	X(OPT_RELOAD_COMMAND,  "reload-command",  OPTION_TEXT,     "",     "COMMAND",         \
	  "run by the shell to reload HAProxy, in place of what is found out")                \
	X(OPT_RELOAD_THRESHOLD, "reload-threshold", OPTION_NUMBER, "1000", "0 to 1000000",    \
	  "servers that come and go above which a plan reloads instead; 0: never")            \
	X(OPT_RELOAD_TIMEOUT,  "reload-timeout",  OPTION_DURATION, "30s",  "1s to 1h",        \
	  "how long a new worker may take to answer")                                         \
	X(OPT_TIMEOUT,         "timeout",         OPTION_DURATION, "5s",   "100ms to 10m",    \
	  "how long HAProxy may be silent within a reply")

#define OPTION_ENUM(constant, name, type, value, range, help) constant,
enum option_id { OPTIONS(OPTION_ENUM) OPTION_COUNT };
#undef OPTION_ENUM

struct option_def {
	const char      *name;
	enum option_type type;
	const char      *value; /* default */
	const char      *range; /* "a|b" for choices, "LOW to HIGH" for durations and
	                         * numbers, else a placeholder */
	const char      *help;
};
extern const struct option_def option_table[OPTION_COUNT];

struct options {
	struct str values[OPTION_COUNT];
	/* milliseconds, the number, index of the choice; of a text whether there is one */
	int64_t    numbers[OPTION_COUNT];
	unsigned   generation; /* grows with each change */
};

void options_init(struct options *options);
void options_release(struct options *options);

/* Errors: ERR_USAGE (no such option, with what is near; a value out of range). */
int options_set(struct options *options, struct span name, struct span value, struct err *err);

/* The row, or NULL; *id, if not NULL, gets its index. */
const struct option_def *option_find(struct span name, enum option_id *id);

#endif
