/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What releases get wrong (runtime-api.md 0, 3, 6).  Crashes were found in .0
 * releases, the only ones tried: the first point release behind is trusted.
 */
#include <limits.h>

#include "penstock/base/text.h"
#include "penstock/base/mem.h"
#include "penstock/plan/effect.h"

static struct span last_word(struct span command)
{
	struct span word = command;

	while (span_split(&command, ' ', &word))
		;
	return word;
}

/* Signed, or more than the field takes: HAProxy would wrap it round. */
static bool is_no_limit(struct span command)
{
	long value;

	return !span_to_long(last_word(command), &value) || value < 0 || value > INT_MAX;
}

static bool is_no_port(struct span command)
{
	long        value;
	struct span word = last_word(command);

	if (word.len && (word.at[0] == '+' || word.at[0] == '-'))
		word = span_make(word.at + 1, word.len - 1);
	return !span_to_long(word, &value) || value < 1 || value > 65535;
}

static bool is_other_than_all(struct span command)
{
	return !span_is(last_word(command), "all");
}

enum { LINE_MOST = 15300, PAYLOAD_MOST = 16000 };

static bool is_long_line(struct span command)
{
	return command.len > LINE_MOST && !span_contains(command, span_of("<<"));
}

static bool is_long_payload(struct span command)
{
	return command.len > PAYLOAD_MOST;
}

/* clang-format off */
const struct fault_def fault_table[] = {
	{ VERSION_POINT(3, 0, 0), VERSION_POINT(3, 0, 1), "add server * guid *", NULL,
	  "a guid that is taken ends the process" },
	{ 0, VERSION(3, 0), "add server * enabled*", NULL,
	  "the server is taken for usable and never gets a request" },
	{ VERSION_POINT(3, 4, 0), VERSION_POINT(3, 4, 1), "clear counters all*", NULL,
	  "the process dies when the last server of a backend goes down afterwards" },
	{ 0, VERSION(3, 5), "clear counters *", is_other_than_all,
	  "words behind it do not count: the counters of everything are cleared" },
	{ VERSION_POINT(3, 4, 0), VERSION_POINT(3, 5, 1), "set server * check-addr *", NULL,
	  "every address is refused" },
	{ 0, 0, "set server * addr * port *", is_no_port,
	  "a port above 65535 is taken as another one, its remainder" },
	{ 0, 0, "set maxconn server *", is_no_limit,
	  "a negative or very large limit is taken as another one" },
	{ 0, 0, "set maxconn global *", is_no_limit,
	  "what is no number sets the limit that the process began with" },
	{ VERSION_POINT(3, 2, 0), VERSION_POINT(3, 2, 1), "* <<*", is_long_payload,
	  "a payload of more than 16 kB hangs the connection and may end the process" },
	{ 0, VERSION(3, 0), "*", is_long_line,
	  "a line of more than 15 kB hangs without an answer" },
};
/* clang-format on */

const size_t fault_table_count = N(fault_table);

const struct fault_def *fault_find(unsigned version, struct span command)
{
	for (size_t i = 0; version && i < N(fault_table); i++) {
		const struct fault_def *fault = &fault_table[i];

		if (version_in(version, fault->since, fault->until) &&
		    text_glob(span_of(fault->command), command) &&
		    (!fault->bad || fault->bad(command)))
			return fault;
	}
	return NULL;
}
