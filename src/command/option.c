/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/command/option.h"

#include <string.h>

#include "penstock/base/text.h"

#define OPTION_ROW(constant, name, type, value, range, help) \
	[constant] = { name, type, value, range, help },
const struct option_def option_table[OPTION_COUNT] = { OPTIONS(OPTION_ROW) };
#undef OPTION_ROW

typedef int (*read_fn)(const struct option_def *def, struct span value, int64_t *number);

static int read_choice(const struct option_def *def, struct span value, int64_t *number)
{
	struct span rest = span_of(def->range), choice;

	for (*number = 0; span_split(&rest, '|', &choice); ++*number)
		if (span_equal(choice, value))
			return 0;
	return -1;
}

static int read_duration(const struct option_def *def, struct span value, int64_t *number)
{
	const char *to = strstr(def->range, " to ");
	int64_t     low, high;

	if (!to ||
	    text_parse_duration(span_make(def->range, (size_t)(to - def->range)), 1000, &low,
				NULL) < 0 ||
	    text_parse_duration(span_of(to + 4), 1000, &high, NULL) < 0)
		BUG("range of option '%s'", def->name);
	if (text_parse_duration(value, 1000, number, NULL) < 0)
		return -1;
	return *number >= low && *number <= high ? 0 : -1;
}

static int read_number(const struct option_def *def, struct span value, int64_t *number)
{
	const char *to = strstr(def->range, " to ");
	long        low, high, given;

	if (!to || !span_to_long(span_make(def->range, (size_t)(to - def->range)), &low) ||
	    !span_to_long(span_of(to + 4), &high))
		BUG("range of option '%s'", def->name);
	if (!span_to_long(value, &given) || given < low || given > high)
		return -1;
	*number = given;
	return 0;
}

static int read_text(const struct option_def *def, struct span value, int64_t *number)
{
	(void)def;
	*number = value.len > 0;
	return 0;
}

static const read_fn reader_table[] = {
	[OPTION_DURATION] = read_duration,
	[OPTION_TEXT] = read_text,
	[OPTION_CHOICE] = read_choice,
	[OPTION_NUMBER] = read_number,
};

void options_init(struct options *options)
{
	memset(options, 0, sizeof(*options));
	for (int i = 0; i < OPTION_COUNT; i++) {
		const struct option_def *def = &option_table[i];

		str_init(&options->values[i]);
		str_set(&options->values[i], def->value);
		if (reader_table[def->type](def, span_of(def->value), &options->numbers[i]) < 0)
			BUG("default of option '%s'", def->name);
	}
}

void options_release(struct options *options)
{
	for (int i = 0; i < OPTION_COUNT; i++)
		str_release(&options->values[i]);
}

const struct option_def *option_find(struct span name, enum option_id *id)
{
	for (int i = 0; i < OPTION_COUNT; i++)
		if (span_is(name, option_table[i].name)) {
			if (id)
				*id = (enum option_id)i;
			return &option_table[i];
		}
	return NULL;
}

static int no_option(struct span name, struct err *err)
{
	struct nearest nearest = { .wanted = name };

	for (int i = 0; i < OPTION_COUNT; i++)
		nearest_try(&nearest, span_of(option_table[i].name));
	err_set(err, ERR_USAGE, "no option '%.*s'", (int)name.len, name.at);
	nearest_hint(&nearest, err);
	return err_hint(err, "'option' lists them");
}

int options_set(struct options *options, struct span name, struct span value, struct err *err)
{
	enum option_id           id;
	const struct option_def *def = option_find(name, &id);
	int64_t                  number;

	if (!def)
		return no_option(name, err);
	if (reader_table[def->type](def, value, &number) < 0)
		return err_set(err, ERR_USAGE, "option '%s' takes %s, not '%.*s'", def->name,
			       def->range, (int)value.len, value.at);
	str_reset(&options->values[id]);
	str_add_span(&options->values[id], value);
	options->numbers[id] = number;
	options->generation++;
	return 0;
}
