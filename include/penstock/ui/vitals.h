/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The pulse of a process for the title and the overview: rates between two
 * refreshes, with a short memory, and how numbers become bars and sparks.
 */
#ifndef PENSTOCK_UI_VITALS_H
#define PENSTOCK_UI_VITALS_H

#include "penstock/haproxy/process.h"

enum vital { VITAL_REQUESTS, VITAL_CONNECTIONS, VITAL_SSL, VITAL_BYTES_OUT, VITAL_COUNT };

enum { VITALS_ROOM = 60 };

struct vitals {
	const struct process *process; /* to compare only */
	long     pid;
	int64_t  start_s;
	int64_t  at_ms;                /* of the refresh that `last` is from; 0: none */
	double   last[VITAL_COUNT];    /* counters */
	double   rates[VITAL_COUNT][VITALS_ROOM]; /* a ring, per second */
	size_t   count;                /* rates ever noted */
};

/* Notes what the process has said last, unless that is known already. */
void vitals_note(struct vitals *vitals, const struct process *process);

/* The rate `back` refreshes before the last one; false when there is none. */
bool vitals_rate(const struct vitals *vitals, enum vital vital, size_t back, double *rate);

/* Appends the last `width` rates as a line of small bars, scaled to the highest. */
void vitals_spark(const struct vitals *vitals, enum vital vital, size_t width,
		  struct str *out);

/* Appends a bar of `width` columns, filled by value / limit. */
void vitals_bar(double value, double limit, size_t width, struct str *out);

#endif
