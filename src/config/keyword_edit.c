/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/config/keyword_edit.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "penstock/base/mem.h"
#include "penstock/base/text.h"
#include "penstock/config/lines.h"

int words_check(const struct span *values, size_t count, struct err *err)
{
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < values[i].len; j++)
			if (values[i].at[j] == '\n' || values[i].at[j] == '\r' ||
			    values[i].at[j] == '\0')
				return err_set(err, ERR_USAGE, "a value is one line of text");
	return 0;
}

void words_join(struct str *out, const struct span *values, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char *value = span_dup(values[i]);

		if (i)
			str_add_char(out, ' ');
		value_quote(out, value);
		free(value);
	}
}

/* What FIELD and the values come to: a row, and how many values it took. */
struct setting {
	const struct keyword_def *def;
	size_t taken;
};

static int unknown(const struct section *section, struct span field, struct span second,
		   struct err *err)
{
	struct str     text = STR_INIT;
	struct nearest nearest;

	str_add_span(&text, field);
	/* The first word may be right: then the second one is not. */
	for (size_t i = 0; i < keyword_table_count && second.len; i++) {
		if (!(keyword_table[i].flags & KEYWORD_PAIR) || memchr(field.at, ' ', field.len) ||
		    !span_starts(span_of(keyword_table[i].name), text.bytes) ||
		    keyword_table[i].name[field.len] != ' ')
			continue;
		str_add_char(&text, ' ');
		str_add_span(&text, second);
		break;
	}
	nearest = (struct nearest){ .wanted = str_span(&text) };
	for (size_t i = 0; i < keyword_table_count; i++)
		if (keyword_table[i].sections & (unsigned)section->kind)
			nearest_try(&nearest, span_of(keyword_table[i].name));
	err_set(err, ERR_USAGE, "unknown keyword '%s'", text.bytes);
	nearest_hint(&nearest, err);
	str_release(&text);
	return err_hint(err, "'add line' takes any text");
}

static int find_setting(struct setting *setting, const struct section *section,
			struct span field, struct span value, struct err *err)
{
	struct span second = field, first;

	if (!span_split(&second, ' ', &first) || !second.at)
		second = value;
	second = span_trim(second);
	setting->def = keyword_find(first, second);
	setting->taken = setting->def && (setting->def->flags & KEYWORD_PAIR) &&
			 first.len == field.len;
	/* Of a field of two words both must be known. */
	if (!setting->def ||
	    (first.len < field.len && !(setting->def->flags & KEYWORD_PAIR)))
		return unknown(section, field, value, err);
	if (!(setting->def->sections & (unsigned)section->kind))
		return err_set(err, ERR_USAGE, "'%s' has no place in a %s section",
			       setting->def->name, section_keyword(section->kind));
	return 0;
}

static int several(const struct section *section, const struct keyword_def *def,
		   const char *try, struct err *err)
{
	return err_set(err, ERR_USAGE, "a %s section may have several '%s' lines; try '%s'",
		       section_keyword(section->kind), def->name, try);
}

/* Keywords whose first argument says of what the line is: one line for each. */
static bool is_keyed(const struct keyword_def *def)
{
	static const char *const names[] = {
		"errorfile", "errorloc", "errorloc302", "errorloc303", "hold", "mailer",
		"nameserver", "peer",
	};

	for (size_t i = 0; i < N(names); i++)
		if (strcmp(def->name, names[i]) == 0)
			return true;
	return false;
}

/* The line of the keyword for that first argument, or SIZE_MAX. */
static size_t find_keyed(const struct document *doc, const struct section *section,
			 const struct keyword_def *def, struct span key)
{
	char  *text = span_dup(key);
	size_t line = section_find_last(doc, section->first, def->name, text);

	free(text);
	return line;
}

static int set_keyed(struct candidate *candidate, const struct section *section,
		     const struct keyword_def *def, const struct span *values, size_t count)
{
	size_t     line = find_keyed(candidate->now, section, def, values[0]);
	struct str raw = STR_INIT;

	if (line != SIZE_MAX) {
		words_join(&raw, values + 1, count - 1);
		line_set_words(candidate, line, 2, str_span(&raw));
	} else {
		str_addf(&raw, "%s ", def->name);
		words_join(&raw, values, count);
		section_add(candidate, section->first, str_span(&raw));
	}
	str_release(&raw);
	return 0;
}

/* `hold valid`: gives 1 when the field is a keyed one, and its line went. */
static int unset_keyed(struct candidate *candidate, const struct section *section,
		       struct span field)
{
	struct span               key = field, first;
	const struct keyword_def *def;
	size_t                    line;

	span_split(&key, ' ', &first);
	def = key.at ? keyword_find(first, span_make("", 0)) : NULL;
	if (!def || !is_keyed(def) || !(def->sections & (unsigned)section->kind))
		return 0;
	line = find_keyed(candidate->now, section, def, span_trim(key));
	if (line == SIZE_MAX)
		return 0;
	edit_delete_lines(candidate, line, 1);
	return 1;
}

static int check_arguments(const struct document *doc, const struct keyword_def *def,
			   const struct span *values, size_t count, struct err *err)
{
	if (count && !def->synopsis[0])
		return err_set(err, ERR_USAGE, "'%s' takes no value", def->name);
	if (!count && def->synopsis[0] == '<')
		return err_set(err, ERR_USAGE, "'%s' takes %s", def->name, def->synopsis);
	if (!def->refers || !count)
		return 0;
	/* Names that a sample or the environment gives are for HAProxy to find. */
	if (memchr(values[0].at, '%', values[0].len) || memchr(values[0].at, '$', values[0].len))
		return 0;
	return section_require(doc, def->refers, values[0], err) ? 0 : -1;
}

int setting_missing(const struct section *section, const char *field, struct err *err)
{
	struct str title = STR_INIT;

	section_title(section, &title);
	err_set(err, ERR_NOT_FOUND, "%s says no '%s' of its own", title.bytes, field);
	str_release(&title);
	return -1;
}

int keyword_set(struct candidate *candidate, const struct section *section,
		struct span field, const struct span *values, size_t count, struct err *err)
{
	struct setting setting;
	struct str     raw = STR_INIT;

	if (find_setting(&setting, section, field, count ? values[0] : span_make("", 0), err) < 0)
		return -1;
	values += setting.taken;
	count -= setting.taken;
	if ((setting.def->flags & KEYWORD_MANY) && is_keyed(setting.def) && count > 1)
		return set_keyed(candidate, section, setting.def, values, count);
	if (setting.def->flags & KEYWORD_MANY)
		return several(section, setting.def, "add line", err);
	if (check_arguments(candidate->now, setting.def, values, count, err) < 0)
		return -1;
	words_join(&raw, values, count);
	section_set(candidate, section->first, setting.def->name, str_span(&raw));
	str_release(&raw);
	return 0;
}

int keyword_unset(struct candidate *candidate, const struct section *section,
		  struct span field, struct err *err)
{
	struct setting setting;

	if (unset_keyed(candidate, section, field))
		return 0;
	if (find_setting(&setting, section, field, span_make("", 0), err) < 0)
		return -1;
	if (setting.def->flags & KEYWORD_MANY)
		return several(section, setting.def, "delete line", err);
	if (section_unset(candidate, section->first, setting.def->name))
		return 0;
	return setting_missing(section, setting.def->name, err);
}
