/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/config/login.h"

#include <crypt.h>
#include <stdlib.h>
#include <string.h>

#include "penstock/base/mem.h"

static const struct flat_line *user_line(const struct flat *flat, const struct flat_section *list,
					 struct span user)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct flat_line *line = &flat->lines.items[list->first + i];

		if (flat_is(line, 0, "user") && span_equal(flat_word(line, 1), user))
			return line;
	}
	return NULL;
}

static enum truth check_hash(struct span hash, struct span password, const char **why)
{
	struct crypt_data *data = xcalloc(1, sizeof(*data));
	char              *plain = span_dup(password), *wanted = span_dup(hash);
	const char        *made = crypt_r(plain, wanted, data);
	enum truth         truth = truth_of(made && !strcmp(made, wanted));

	if (!made || made[0] == '*') {
		truth = TRUTH_UNKNOWN;
		*why = "this machine's crypt does not know the password's hash";
	}
	free(plain);
	free(wanted);
	free(data);
	return truth;
}

enum truth login_check(const struct flat *flat, const struct flat_section *list,
			  struct span user, struct span password, const char **why)
{
	const struct flat_line *line = user_line(flat, list, user);

	if (!line)
		return TRUTH_FALSE;
	if (line->varies) {
		*why = line->why;
		return TRUTH_UNKNOWN;
	}
	for (size_t i = 2; i + 1 < line->count; i++) {
		if (flat_is(line, i, "password"))
			return check_hash(line->words[i + 1], password, why);
		if (flat_is(line, i, "insecure-password"))
			return truth_of(span_equal(line->words[i + 1], password));
	}
	return TRUTH_FALSE;
}

/* Whether `names`, separated by commas, has the name. */
static bool has_name(struct span names, struct span name)
{
	struct span part;

	while (span_split(&names, ',', &part))
		if (span_equal(part, name))
			return true;
	return false;
}

bool login_in_group(const struct flat *flat, const struct flat_section *list,
		       struct span user, struct span group)
{
	const struct flat_line *line = user_line(flat, list, user);

	for (size_t i = 2; line && i + 1 < line->count; i++)
		if (flat_is(line, i, "groups") && has_name(line->words[i + 1], group))
			return true;
	for (size_t i = 0; i < list->count; i++) {
		line = &flat->lines.items[list->first + i];
		if (flat_is(line, 0, "group") && span_equal(flat_word(line, 1), group) &&
		    flat_is(line, 2, "users") && has_name(flat_word(line, 3), user))
			return true;
	}
	return false;
}
