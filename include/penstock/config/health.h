/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The HTTP health check of a backend: `option httpchk`, `http-check send` and
 * the `inter` of its servers, read as one value and brought to another.
 */
#ifndef PENSTOCK_CONFIG_HEALTH_H
#define PENSTOCK_CONFIG_HEALTH_H

#include "penstock/config/proxy.h"

/* HAProxy's `inter` where nothing says otherwise, and Aqueduct's. */
enum { HEALTH_INTERVAL = 2000 };

/*
 * Fills proxy->health from the section's lines and gives them their roles;
 * mode, host and members have been read.  A check that the fields cannot say
 * in full (other headers, a body, several steps) stays native.
 */
void health_read(struct proxy *proxy, const struct document *doc);

bool health_method_is_known(struct span method);
bool health_version_is_known(struct span version);

/* Whether both ask the same question; the interval is another matter. */
bool health_equal(const struct health *a, const struct health *b);

/* Makes the section's check be this one; absent: takes its lines away.  `host`
 * goes into checks by HTTP/1.1. */
void health_put(struct candidate *candidate, size_t header, enum section_kind side,
		const struct health *want, const char *host);

/* The part of health_read that is about `inter`. */
void health_read_interval(struct proxy *proxy, const struct document *doc);

/* `default-server inter N` and nothing else: its N in ms, else 0. */
long health_plain_preset(struct span line);

/* Makes `inter` come to that many ms for the servers that are checked. */
void health_put_interval(struct candidate *candidate, size_t header, long interval);

#endif
