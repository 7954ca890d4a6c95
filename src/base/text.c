/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/base/text.h"

#include <stdlib.h>
#include <string.h>

#include "penstock/base/mem.h"

/* Three significant digits and the unit: 999, 1.23k, 12.3k, 123k. */
static void add_scaled(struct str *out, double value, double base, const char *const units[],
		       size_t count)
{
	size_t unit = 0;

	/* What would be rounded up to the next unit is shown in it. */
	while (unit + 1 < count && (value >= base - 0.5 || value <= 0.5 - base)) {
		value /= base;
		unit++;
	}
	if (unit == 0 || value >= 100)
		str_addf(out, "%.0f%s", value, units[unit]);
	else if (value >= 10)
		str_addf(out, "%.1f%s", value, units[unit]);
	else
		str_addf(out, "%.2f%s", value, units[unit]);
}

void text_count(struct str *out, double value)
{
	static const char *const units[] = { "", "k", "M", "G", "T", "P" };

	add_scaled(out, value, 1000, units, N(units));
}

void text_bytes(struct str *out, double value)
{
	static const char *const units[] = { "", "Ki", "Mi", "Gi", "Ti", "Pi" };

	add_scaled(out, value, 1024, units, N(units));
}

void text_age(struct str *out, int64_t seconds)
{
	if (seconds < 60)
		str_addf(out, "%llds", (long long)seconds);
	else if (seconds < 3600)
		str_addf(out, "%lldm%02llds", (long long)seconds / 60, (long long)seconds % 60);
	else if (seconds < 86400)
		str_addf(out, "%lldh%02lldm", (long long)seconds / 3600,
			 (long long)seconds / 60 % 60);
	else
		str_addf(out, "%lldd%02lldh", (long long)seconds / 86400,
			 (long long)seconds / 3600 % 24);
}

struct unit_def {
	const char *name;
	int64_t     us;
};

static const struct unit_def unit_table[] = {
	{ "us", 1 },          { "ms", 1000 },         { "s", 1000000 },
	{ "m", 60000000LL },  { "h", 3600000000LL },  { "d", 86400000000LL },
};

static int64_t unit_us(struct span unit, int64_t bare_ms)
{
	if (!unit.len)
		return bare_ms * 1000;
	for (size_t i = 0; i < N(unit_table); i++)
		if (span_is(unit, unit_table[i].name))
			return unit_table[i].us;
	return 0;
}

int text_parse_duration(struct span s, int64_t bare_ms, int64_t *ms, struct err *err)
{
	size_t  digits = 0;
	long    number;
	int64_t us;

	while (digits < s.len && s.at[digits] >= '0' && s.at[digits] <= '9')
		digits++;
	us = unit_us(span_make(s.at + digits, s.len - digits), bare_ms);
	if (!us || !span_to_long(span_make(s.at, digits), &number) || number > INT64_MAX / us)
		return err_set(err, ERR_PARSE,
			       "'%.*s' is no duration; try a number with us, ms, s, m, h or d",
			       (int)s.len, s.at);
	*ms = number * us / 1000;
	return 0;
}

/* One [..] set at p; gives the byte after it, or 0 when the set is not closed. */
static size_t match_set(struct span pattern, size_t p, char c, bool *hit)
{
	bool   negated = p + 1 < pattern.len && pattern.at[p + 1] == '!';
	size_t i = p + (negated ? 2 : 1), first = i;

	*hit = false;
	for (; i < pattern.len && (pattern.at[i] != ']' || i == first); i++) {
		char low = pattern.at[i], high = low;

		if (i + 2 < pattern.len && pattern.at[i + 1] == '-' && pattern.at[i + 2] != ']') {
			high = pattern.at[i + 2];
			i += 2;
		}
		if (c >= low && c <= high)
			*hit = true;
	}
	if (i >= pattern.len)
		return 0;
	*hit ^= negated;
	return i + 1;
}

/* Whether one character matches what stands at *p; moves *p behind it. */
static bool match_one(struct span pattern, size_t *p, char c)
{
	size_t after;
	bool   hit;

	if (pattern.at[*p] == '?') {
		(*p)++;
		return true;
	}
	if (pattern.at[*p] == '[' && (after = match_set(pattern, *p, c, &hit))) {
		*p = after;
		return hit;
	}
	return pattern.at[(*p)++] == c;
}

bool text_glob(struct span pattern, struct span s)
{
	size_t p = 0, i = 0, star = SIZE_MAX, resume = 0;

	while (i < s.len) {
		size_t before = p;

		if (p < pattern.len && pattern.at[p] == '*') {
			star = p++;
			resume = i;
			continue;
		}
		if (before < pattern.len && match_one(pattern, &p, s.at[i])) {
			i++;
			continue;
		}
		if (star == SIZE_MAX)
			return false;
		p = star + 1;
		i = ++resume;
	}
	while (p < pattern.len && pattern.at[p] == '*')
		p++;
	return p == pattern.len;
}

bool text_is_glob(struct span pattern)
{
	for (size_t i = 0; i < pattern.len; i++)
		if (strchr("*?[", pattern.at[i]) && pattern.at[i])
			return true;
	return false;
}

size_t text_distance(struct span a, struct span b)
{
	size_t *row = xcalloc(b.len + 1, sizeof(*row));
	size_t  result;

	for (size_t j = 0; j <= b.len; j++)
		row[j] = j;
	for (size_t i = 1; i <= a.len; i++) {
		size_t corner = row[0];

		row[0] = i;
		for (size_t j = 1; j <= b.len; j++) {
			size_t change = corner + (a.at[i - 1] != b.at[j - 1]);
			size_t insert = row[j - 1] + 1, drop = row[j] + 1;

			corner = row[j];
			row[j] = change < insert ? change : insert;
			row[j] = drop < row[j] ? drop : row[j];
		}
	}
	result = row[b.len];
	free(row);
	return result;
}

void nearest_try(struct nearest *nearest, struct span name)
{
	size_t distance;

	if (!name.len)
		return;
	distance = text_distance(nearest->wanted, name);
	if (distance > 1 + nearest->wanted.len / 3)
		return;
	if (!nearest->found.len || distance < nearest->distance) {
		nearest->found = name;
		nearest->distance = distance;
	}
}

int nearest_hint(const struct nearest *nearest, struct err *err)
{
	if (!nearest->found.len)
		return -1;
	return err_hint(err, "did you mean '%.*s'?", (int)nearest->found.len,
			nearest->found.at);
}

uint64_t text_hash(struct span s)
{
	uint64_t hash = 14695981039346656037ULL;

	for (size_t i = 0; i < s.len; i++)
		hash = (hash ^ (unsigned char)s.at[i]) * 1099511628211ULL;
	return hash;
}

static bool is_plain(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.at[i] <= ' ' || strchr("'\"\\;#", s.at[i]))
			return false;
	return s.len > 0;
}

void text_quote_word(struct str *out, struct span s)
{
	if (is_plain(s)) {
		str_add_span(out, s);
		return;
	}
	str_add_char(out, '"');
	for (size_t i = 0; i < s.len; i++) {
		if (s.at[i] == '"' || s.at[i] == '\\')
			str_add_char(out, '\\');
		if (s.at[i] == '\n')
			str_add_text(out, "\\n");
		else
			str_add_char(out, s.at[i]);
	}
	str_add_char(out, '"');
}

void text_csv_field(struct str *out, struct span s)
{
	bool plain = true;

	for (size_t i = 0; i < s.len && plain; i++)
		plain = s.at[i] && !strchr(",\"\r\n", s.at[i]);
	if (plain) {
		str_add_span(out, s);
		return;
	}
	str_add_char(out, '"');
	for (size_t i = 0; i < s.len; i++) {
		if (s.at[i] == '"')
			str_add_char(out, '"');
		str_add_char(out, s.at[i]);
	}
	str_add_char(out, '"');
}
