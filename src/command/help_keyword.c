/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/command/help_keyword.h"

#include "penstock/base/text.h"
#include "penstock/config/keyword.h"

static void add_heading(struct str *out, const char *name, const char *synopsis,
			const char *summary)
{
	str_addf(out, "%s%s%s%s\n  %s\n", out->len ? "\n" : "", name, synopsis[0] ? " " : "",
		 synopsis, summary);
}

static void add_sections(struct str *out, unsigned sections)
{
	const char *before = "  in ";

	for (size_t i = 0; i < section_table_count && sections != (unsigned)SECTION_ANY; i++) {
		if (!(sections & (unsigned)section_table[i].kind))
			continue;
		str_addf(out, "%s%s", before, section_table[i].keyword);
		before = ", ";
	}
	if (sections == (unsigned)SECTION_ANY)
		str_add_text(out, "  anywhere");
	str_add_char(out, '\n');
}

/* Whether a row is meant: its whole name, or the first word of a pair. */
static bool is_meant(const char *row, struct span name)
{
	struct span rest = span_of(row), first;

	if (span_is(name, row))
		return true;
	span_split(&rest, ' ', &first);
	return rest.at && span_equal(first, name);
}

static void help_section_keywords(struct span name, struct str *out)
{
	for (size_t i = 0; i < keyword_table_count; i++) {
		const struct keyword_def *def = &keyword_table[i];

		if (!is_meant(def->name, name))
			continue;
		add_heading(out, def->name, def->synopsis, def->summary);
		add_sections(out, def->sections);
		if (def->flags & KEYWORD_MANY)
			str_add_text(out, "  may stand several times\n");
	}
}

static void help_server_keyword(struct span name, struct str *out)
{
	const struct server_keyword_def *def = server_keyword_find(name);

	if (!def)
		return;
	add_heading(out, def->name, def->args ? "<value>" : "", def->summary);
	str_addf(out, "  on server lines%s\n",
		 def->flags & SERVER_ON_DEFAULT ? " and default-server" : "");
	if (def->dynamic)
		str_addf(out, "  taken by 'add server' from %u.%u on\n", def->dynamic >> 16,
			 def->dynamic >> 8 & 255);
}

static void help_bind_keyword(struct span name, struct str *out)
{
	for (size_t i = 0; i < bind_keyword_table_count; i++) {
		const struct bind_keyword_def *def = &bind_keyword_table[i];

		if (!span_is(name, def->name))
			continue;
		add_heading(out, def->name, def->args ? "<value>" : "", def->summary);
		str_add_text(out, "  on bind lines\n");
	}
}

static void help_words(const struct vocabulary *vocabulary, struct span name, struct str *out)
{
	const char *before = out->len ? "\nThe installed HAProxy knows it as: "
				      : "The installed HAProxy knows it as: ";

	for (size_t i = 0; i < WORD_CLASSES; i++) {
		if (!vocabulary_has(vocabulary, (enum word_class)i, name))
			continue;
		str_addf(out, "%s%s", before, word_class_title((enum word_class)i));
		before = ", ";
	}
	if (before[0] == ',')
		str_add_char(out, '\n');
}

void help_keyword(const struct vocabulary *vocabulary, struct span name, struct str *out)
{
	help_section_keywords(name, out);
	help_server_keyword(name, out);
	help_bind_keyword(name, out);
	if (vocabulary)
		help_words(vocabulary, name, out);
}

void help_keyword_nearest(const struct vocabulary *vocabulary, struct nearest *nearest)
{
	for (size_t i = 0; i < keyword_table_count; i++)
		nearest_try(nearest, span_of(keyword_table[i].name));
	for (size_t i = 0; i < server_keyword_table_count; i++)
		nearest_try(nearest, span_of(server_keyword_table[i].name));
	for (size_t i = 0; i < bind_keyword_table_count; i++)
		nearest_try(nearest, span_of(bind_keyword_table[i].name));
	for (size_t i = 0; vocabulary && i < WORD_CLASSES; i++)
		for (size_t w = 0; w < vocabulary->words[i].list.count; w++)
			nearest_try(nearest, span_of(vocabulary->words[i].list.items[w]));
}
