/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/apply/arguments.h"

#include <stdbool.h>
#include <string.h>

#include "penstock/base/mem.h"

enum values { VALUES_NONE, VALUES_ONE, VALUES_PIDS };

struct flag_def {
	const char *flag;
	bool        starts; /* any argument that starts with it */
	enum values values;
	unsigned    use;    /* set of argument_use */
};

/* Management manual, section 3 "Starting HAProxy".  The first match counts. */
static const struct flag_def flag_table[] = {
	{ "-f",  false, VALUES_ONE,  ARGUMENT_SUCCESSOR },
	{ "-C",  false, VALUES_ONE,  ARGUMENT_CHECK | ARGUMENT_SUCCESSOR },
	{ "-L",  false, VALUES_ONE,  ARGUMENT_CHECK | ARGUMENT_SUCCESSOR },
	{ "-m",  false, VALUES_ONE,  ARGUMENT_CHECK | ARGUMENT_SUCCESSOR },
	{ "-n",  false, VALUES_ONE,  ARGUMENT_CHECK | ARGUMENT_SUCCESSOR },
	{ "-N",  false, VALUES_ONE,  ARGUMENT_CHECK | ARGUMENT_SUCCESSOR },
	{ "-p",  false, VALUES_ONE,  ARGUMENT_SUCCESSOR },
	{ "-D",  false, VALUES_NONE, ARGUMENT_SUCCESSOR },
	{ "-x",  false, VALUES_ONE,  0 },
	{ "-S",  false, VALUES_ONE,  0 },
	{ "-sf", false, VALUES_PIDS, 0 },
	{ "-st", false, VALUES_PIDS, 0 },
	{ "-W",  false, VALUES_NONE, 0 },
	{ "-Ws", false, VALUES_NONE, 0 },
	{ "-c",  false, VALUES_NONE, 0 },
	{ "-cc", false, VALUES_ONE,  0 },
	/* Both change what is printed, and that is wanted as it is. */
	{ "-q",  false, VALUES_NONE, 0 },
	{ "-V",  false, VALUES_NONE, 0 },
	/* These print lists, or keep it in the terminal: nothing for a check. */
	{ "-dK", true,  VALUES_NONE, ARGUMENT_SUCCESSOR },
	{ "-dL", false, VALUES_NONE, ARGUMENT_SUCCESSOR },
	{ "-dC", true,  VALUES_NONE, ARGUMENT_SUCCESSOR },
	{ "-db", false, VALUES_NONE, ARGUMENT_SUCCESSOR },
	{ "-d",  false, VALUES_NONE, ARGUMENT_SUCCESSOR },
	{ "-d",  true,  VALUES_NONE, ARGUMENT_CHECK | ARGUMENT_SUCCESSOR },
};

static const struct flag_def *find_flag(const char *argument)
{
	for (size_t i = 0; i < N(flag_table); i++) {
		const struct flag_def *def = &flag_table[i];

		if (def->starts ? strncmp(argument, def->flag, strlen(def->flag)) == 0
				: strcmp(argument, def->flag) == 0)
			return def;
	}
	return NULL;
}

/* How many of the arguments behind a flag belong to it. */
static size_t count_values(enum values values, char *const *rest, size_t count)
{
	size_t taken = 0;

	if (values == VALUES_ONE)
		return count ? 1 : 0;
	while (values == VALUES_PIDS && taken < count && rest[taken][0] != '-')
		taken++;
	return taken;
}

static bool is_relative_folder(const struct flag_def *def, char *const *rest, size_t count)
{
	return strcmp(def->flag, "-C") == 0 && count && rest[0][0] != '/';
}

void arguments_keep(const struct strings *argv, enum argument_use use, struct strings *out)
{
	char *const *items = argv->list.items;
	size_t       count = argv->list.count;

	for (size_t i = 1; i < count;) {
		const struct flag_def *def = find_flag(items[i]);
		size_t                 end = i + 1;
		bool                   keep = use == ARGUMENT_SUCCESSOR;

		if (strcmp(items[i], "--") == 0)
			end = count; /* nothing but files */
		else if (def)
			end += count_values(def->values, items + end, count - end);
		if (def)
			keep = (def->use & use) && !is_relative_folder(def, items + i + 1,
								       count - i - 1);
		for (; i < end; i++)
			if (keep)
				strings_add(out, items[i]);
	}
}
