/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/config/pattern.h"

#include <limits.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "penstock/base/mem.h"

static bool same(const char *a, const char *b, size_t len, bool ignore_case)
{
	if (!len)
		return true;
	return !(ignore_case ? strncasecmp(a, b, len) : memcmp(a, b, len));
}

static enum truth match_str(struct scene *s, struct span pattern, bool ignore_case,
			    const struct datum *d, const char **why)
{
	(void)s, (void)why;
	return truth_of(pattern.len == d->text.len &&
			same(pattern.at, d->text.at, pattern.len, ignore_case));
}

/* Methods that HAProxy knows are compared by number: their case counts. */
static enum truth match_method(struct scene *s, struct span pattern, bool ignore_case,
			       const struct datum *d, const char **why)
{
	if (method_is_known(pattern) || method_is_known(d->text))
		ignore_case = false;
	return match_str(s, pattern, ignore_case, d, why);
}

static enum truth match_beg(struct scene *s, struct span pattern, bool ignore_case,
			    const struct datum *d, const char **why)
{
	(void)s, (void)why;
	return truth_of(pattern.len <= d->text.len &&
			same(pattern.at, d->text.at, pattern.len, ignore_case));
}

static enum truth match_end(struct scene *s, struct span pattern, bool ignore_case,
			    const struct datum *d, const char **why)
{
	(void)s, (void)why;
	return truth_of(pattern.len <= d->text.len &&
			same(pattern.at, d->text.at + d->text.len - pattern.len, pattern.len,
			     ignore_case));
}

static enum truth match_sub(struct scene *s, struct span pattern, bool ignore_case,
			    const struct datum *d, const char **why)
{
	(void)s, (void)why;
	if (!pattern.len)
		return TRUTH_FALSE;
	for (size_t i = 0; i + pattern.len <= d->text.len; i++)
		if (same(pattern.at, d->text.at + i, pattern.len, ignore_case))
			return TRUTH_TRUE;
	return TRUTH_FALSE;
}

static bool is_one_of(char c, const char *set)
{
	return c && strchr(set, c);
}

/*
 * Whether the pattern stands in the text as whole parts between delimiters; those
 * around the pattern do not count.  A part is looked at from its first byte only.
 */
static bool match_parts(struct span pattern, bool ignore_case, struct span text,
			const char *delimiters)
{
	bool starts = true;

	while (pattern.len && is_one_of(pattern.at[0], delimiters)) {
		pattern.at++;
		pattern.len--;
	}
	while (pattern.len && is_one_of(pattern.at[pattern.len - 1], delimiters))
		pattern.len--;
	if (!pattern.len)
		return false;
	for (size_t i = 0; i + pattern.len <= text.len; i++) {
		if (is_one_of(text.at[i], delimiters)) {
			starts = true;
			continue;
		}
		if (starts && same(pattern.at, text.at + i, pattern.len, ignore_case) &&
		    (i + pattern.len == text.len ||
		     is_one_of(text.at[i + pattern.len], delimiters)))
			return true;
		starts = false;
	}
	return false;
}

static enum truth match_dir(struct scene *s, struct span pattern, bool ignore_case,
			    const struct datum *d, const char **why)
{
	(void)s, (void)why;
	return truth_of(match_parts(pattern, ignore_case, d->text, "/?"));
}

static enum truth match_dom(struct scene *s, struct span pattern, bool ignore_case,
			    const struct datum *d, const char **why)
{
	(void)s, (void)why;
	return truth_of(match_parts(pattern, ignore_case, d->text, "/?.:"));
}

static enum truth find_regex(struct scene *s, struct span pattern, bool ignore_case,
			     struct span text, struct regex_match *groups, const char **why)
{
	struct err    err = ERR_INIT;
	struct regex *regex = regex_new(pattern, ignore_case, &err);
	enum truth    truth = TRUTH_UNKNOWN;

	if (regex)
		truth = truth_of(regex_find(regex, text, false, groups));
	else
		*why = arena_format(s->arena, "%s", err.text.bytes);
	regex_free(regex);
	err_release(&err);
	return truth;
}

static enum truth match_reg(struct scene *s, struct span pattern, bool ignore_case,
			    const struct datum *d, const char **why)
{
	return find_regex(s, pattern, ignore_case, d->text, NULL, why);
}

/* "5", "5:7", ":7", "5:", with - for : as well. */
static enum truth in_range(struct span pattern, int64_t number)
{
	size_t      at = 0;
	struct span low, high;

	while (at < pattern.len && pattern.at[at] != ':' && pattern.at[at] != '-')
		at++;
	if (at == pattern.len)
		return truth_of(number == number_prefix(pattern));
	low = span_make(pattern.at, at);
	high = span_make(pattern.at + at + 1, pattern.len - at - 1);
	return truth_of((!low.len || number >= number_prefix(low)) &&
			(!high.len || number <= number_prefix(high)));
}

static enum truth match_int(struct scene *s, struct span pattern, bool ignore_case,
			    const struct datum *d, const char **why)
{
	(void)s, (void)ignore_case, (void)why;
	return in_range(pattern, d->number);
}

static enum truth match_len(struct scene *s, struct span pattern, bool ignore_case,
			    const struct datum *d, const char **why)
{
	(void)s, (void)ignore_case, (void)why;
	return in_range(pattern, (int64_t)d->text.len);
}

static enum truth match_ip(struct scene *s, struct span pattern, bool ignore_case,
			   const struct datum *d, const char **why)
{
	struct inet_net net;

	(void)ignore_case;
	if (inet_parse_net(pattern, &net))
		return truth_of(inet_in(&d->inet, &net));
	*why = arena_format(s->arena, "the address of '%.*s' is looked up when HAProxy starts",
			    (int)pattern.len, pattern.at);
	return TRUTH_UNKNOWN;
}

static int hex_digit(char c)
{
	const char *digits = "0123456789abcdef";
	const char *at = c ? strchr(digits, c >= 'A' && c <= 'F' ? c | 0x20 : c) : NULL;

	return at ? (int)(at - digits) : -1;
}

static enum truth match_bin(struct scene *s, struct span pattern, bool ignore_case,
			    const struct datum *d, const char **why)
{
	(void)s, (void)ignore_case, (void)why;
	if (pattern.len != 2 * d->text.len)
		return TRUTH_FALSE;
	for (size_t i = 0; i < d->text.len; i++)
		if (hex_digit(pattern.at[2 * i]) * 16 + hex_digit(pattern.at[2 * i + 1]) !=
		    (unsigned char)d->text.at[i])
			return TRUTH_FALSE;
	return TRUTH_TRUE;
}

/* A match that acl.c does itself, as it needs the acl's argument. */
static enum truth match_group(struct scene *s, struct span pattern, bool ignore_case,
			      const struct datum *d, const char **why)
{
	(void)s, (void)pattern, (void)ignore_case, (void)d;
	*why = "the group belongs to a userlist";
	return TRUTH_UNKNOWN;
}

static const struct match_def match_table[] = {
	{ "found", MATCH_FOUND,  DATUM_ANY,     NULL },
	{ "bool",  MATCH_BOOL,   DATUM_BOOL,    NULL },
	{ "int",   MATCH_INT,    DATUM_INT,     match_int },
	{ "ip",    MATCH_IP,     DATUM_ADDRESS, match_ip },
	{ "bin",   MATCH_BIN,    DATUM_BYTES,   match_bin },
	{ "len",   MATCH_LEN,    DATUM_TEXT,    match_len },
	{ "str",   MATCH_STR,    DATUM_TEXT,    match_str },
	{ "beg",   MATCH_BEG,    DATUM_TEXT,    match_beg },
	{ "sub",   MATCH_SUB,    DATUM_TEXT,    match_sub },
	{ "dir",   MATCH_DIR,    DATUM_TEXT,    match_dir },
	{ "dom",   MATCH_DOM,    DATUM_TEXT,    match_dom },
	{ "end",   MATCH_END,    DATUM_TEXT,    match_end },
	{ "reg",   MATCH_REG,    DATUM_TEXT,    match_reg },
	{ "",      MATCH_METHOD, DATUM_METHOD,  match_method },
	{ "",      MATCH_GROUP,  DATUM_TEXT,    match_group },
};

const struct match_def *match_find(struct span name)
{
	for (size_t i = 0; i < N(match_table); i++)
		if (name.len && span_is(name, match_table[i].name))
			return &match_table[i];
	return NULL;
}

const struct match_def *match_of(enum match_kind kind)
{
	for (size_t i = 0; i < N(match_table); i++)
		if (match_table[i].kind == kind)
			return &match_table[i];
	return NULL;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static struct span take_line(struct span *rest)
{
	struct span line = { rest->at, 0 };

	while (line.len < rest->len && line.at[line.len] != '\n')
		line.len++;
	rest->at += line.len + (line.len < rest->len);
	rest->len -= line.len + (line.len < rest->len);
	for (size_t i = 0; i < line.len; i++)
		if (line.at[i] == '\r' || !line.at[i])
			line.len = i;
	return line;
}

bool pattern_file_next(struct span *rest, bool map, struct span *key, struct span *value)
{
	while (rest->len) {
		struct span line = take_line(rest);
		size_t      len = 0;

		if (line.len && line.at[0] == '#')
			continue;
		while (line.len && is_blank(line.at[0])) {
			line.at++;
			line.len--;
		}
		if (!line.len)
			continue;
		while (len < line.len && !(map && is_blank(line.at[len])))
			len++;
		*key = span_make(line.at, len);
		*value = span_trim(span_make(line.at + len, line.len - len));
		return true;
	}
	return false;
}

/* How good a key that matches is: the best wins, the first of equals. */
static size_t rank(enum match_kind kind, struct span key, const struct datum *datum)
{
	struct inet_net net;

	if (kind == MATCH_BEG)
		return key.len;
	if (kind != MATCH_IP || !inet_parse_net(key, &net))
		return SIZE_MAX;
	/* The address's own family is asked first. */
	return net.bits + (net.address.v6 == datum->inet.v6 ? 1000 : 0);
}

enum truth map_lookup(struct scene *s, enum match_kind kind, struct span content,
		      struct datum datum, struct span *value, struct regex_match *groups,
		      const char **why)
{
	const struct match_def *def = match_of(kind);
	struct span             key, found;
	size_t                  best = 0;
	enum truth              result = TRUTH_FALSE;

	while (pattern_file_next(&content, true, &key, &found)) {
		struct regex_match here;
		enum truth truth = kind == MATCH_REG
			? find_regex(s, key, false, datum.text, &here, why)
			: def->match(s, key, false, &datum, why);

		if (truth == TRUTH_UNKNOWN)
			return truth;
		if (truth != TRUTH_TRUE)
			continue;
		if (result == TRUTH_TRUE && rank(kind, key, &datum) <= best)
			continue;
		result = TRUTH_TRUE;
		*value = found;
		best = rank(kind, key, &datum);
		if (kind == MATCH_REG)
			*groups = here;
		if (best == SIZE_MAX)
			break;
	}
	return result;
}
