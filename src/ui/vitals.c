/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/ui/vitals.h"

#include <string.h>

#include "penstock/base/mem.h"

enum { RATE_BASE_MS = 200 }; /* refreshes closer than this make no good rates */

/* Counters of `show info` since the start of the process. */
static const char *const counter_table[VITAL_COUNT] = {
	[VITAL_REQUESTS] = "CumReq",
	[VITAL_CONNECTIONS] = "CumConns",
	[VITAL_SSL] = "CumSslConns",
	[VITAL_BYTES_OUT] = "TotalBytesOut",
};

static bool is_same(const struct vitals *vitals, const struct process *process)
{
	return vitals->process == process && vitals->pid == process->pid &&
	       vitals->start_s == process->start_time_s;
}

void vitals_note(struct vitals *vitals, const struct process *process)
{
	struct span info = str_span(&process->info);
	bool        same = is_same(vitals, process) && vitals->at_ms;
	int64_t     passed = process->refreshed_ms - vitals->at_ms;

	if (!process->refreshed_ms || (same && passed < RATE_BASE_MS))
		return;
	if (!same)
		*vitals = (struct vitals){ .process = process, .pid = process->pid,
					   .start_s = process->start_time_s };
	for (size_t i = 0; i < VITAL_COUNT; i++) {
		double now = (double)info_number(info, counter_table[i], 0);
		double growth = now - vitals->last[i];

		/* `clear counters all` sets them back. */
		if (same)
			vitals->rates[i][vitals->count % VITALS_ROOM] =
				growth > 0 ? growth * 1000 / (double)passed : 0;
		vitals->last[i] = now;
	}
	vitals->count += same;
	vitals->at_ms = process->refreshed_ms;
}

bool vitals_rate(const struct vitals *vitals, enum vital vital, size_t back, double *rate)
{
	if (back >= vitals->count || back >= VITALS_ROOM)
		return false;
	*rate = vitals->rates[vital][(vitals->count - 1 - back) % VITALS_ROOM];
	return true;
}

void vitals_spark(const struct vitals *vitals, enum vital vital, size_t width, struct str *out)
{
	static const char *const steps[] = { "▁", "▂", "▃", "▄", "▅", "▆", "▇" };
	double highest = 0, rate;

	for (size_t i = 0; i < width && vitals_rate(vitals, vital, i, &rate); i++)
		highest = rate > highest ? rate : highest;
	for (size_t i = width; i-- > 0;) {
		size_t step;

		if (!vitals_rate(vitals, vital, i, &rate)) {
			str_add_char(out, ' ');
			continue;
		}
		step = highest > 0 ? (size_t)(rate / highest * (double)(N(steps) - 1) + 0.5) : 0;
		str_add_text(out, steps[step]);
	}
}

void vitals_bar(double value, double limit, size_t width, struct str *out)
{
	double share = limit > 0 ? value / limit : 0;
	size_t full = (size_t)((share < 0 ? 0 : share > 1 ? 1 : share) * (double)width + 0.5);

	/* What is there at all is seen. */
	if (!full && value > 0 && width)
		full = 1;
	for (size_t i = 0; i < width; i++)
		str_add_text(out, i < full ? "■" : "·");
}
