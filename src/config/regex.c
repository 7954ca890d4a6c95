/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/config/regex.h"

#include <stdint.h>
#include <stdlib.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "penstock/base/mem.h"

struct regex {
	pcre2_code *code;
};

/* Work that one match may do: a file of rules is not to hang the console. */
enum { MATCH_LIMIT = 5000000 };

struct regex *regex_new(struct span pattern, bool ignore_case, struct err *err)
{
	PCRE2_UCHAR   text[160];
	PCRE2_SIZE    at;
	int           code;
	struct regex *regex;
	pcre2_code   *compiled = pcre2_compile((PCRE2_SPTR)pattern.at, pattern.len,
					       ignore_case ? PCRE2_CASELESS : 0, &code, &at, NULL);

	if (!compiled) {
		pcre2_get_error_message(code, text, sizeof(text));
		err_set(err, ERR_PARSE, "the regular expression '%.*s' is wrong at byte %zu: %s",
			(int)pattern.len, pattern.at, (size_t)at, (const char *)text);
		return NULL;
	}
	regex = xcalloc(1, sizeof(*regex));
	regex->code = compiled;
	return regex;
}

void regex_free(struct regex *regex)
{
	if (!regex)
		return;
	pcre2_code_free(regex->code);
	free(regex);
}

static void copy_groups(const PCRE2_SIZE *ends, int count, struct regex_match *match)
{
	for (int i = 0; i < REGEX_GROUPS; i++) {
		bool set = i < count && ends[2 * i] != PCRE2_UNSET;

		match->groups[i].at = set ? ends[2 * i] : SIZE_MAX;
		match->groups[i].end = set ? ends[2 * i + 1] : SIZE_MAX;
	}
}

bool regex_find(const struct regex *regex, struct span text, bool not_start,
		struct regex_match *match)
{
	pcre2_match_data    *data = pcre2_match_data_create_from_pattern(regex->code, NULL);
	pcre2_match_context *limits = pcre2_match_context_create(NULL);
	int                  count;

	if (!data || !limits)
		die("out of memory");
	pcre2_set_match_limit(limits, MATCH_LIMIT);
	count = pcre2_match(regex->code, (PCRE2_SPTR)(text.at ? text.at : ""), text.len, 0,
			    not_start ? PCRE2_NOTBOL : 0, data, limits);
	if (count > 0 && match)
		copy_groups(pcre2_get_ovector_pointer(data), count, match);
	pcre2_match_context_free(limits);
	pcre2_match_data_free(data);
	return count > 0;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* What stands behind a backslash at `at`; gives how many bytes it took. */
static size_t expand_escape(struct span replacement, size_t at, struct span text,
			    const struct regex_match *match, struct str *out)
{
	char c = replacement.at[at];

	if (c >= '0' && c <= '9') {
		const struct regex_group *group = &match->groups[c - '0'];

		if (group->at != SIZE_MAX)
			str_add(out, text.at + group->at, group->end - group->at);
		return 1;
	}
	if (c == 'x' && at + 2 < replacement.len && hex_digit(replacement.at[at + 1]) >= 0 &&
	    hex_digit(replacement.at[at + 2]) >= 0) {
		str_add_char(out, (char)(hex_digit(replacement.at[at + 1]) << 4 |
					 hex_digit(replacement.at[at + 2])));
		return 3;
	}
	str_add_char(out, c);
	return 1;
}

void regex_expand(struct span replacement, struct span text, const struct regex_match *match,
		  struct str *out)
{
	for (size_t i = 0; i < replacement.len;) {
		if (replacement.at[i] == '\\' && i + 1 < replacement.len)
			i += 1 + expand_escape(replacement, i + 1, text, match, out);
		else
			str_add_char(out, replacement.at[i++]);
	}
}
