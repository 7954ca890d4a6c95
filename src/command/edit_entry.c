/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/command/edit_entry.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "penstock/base/mem.h"
#include "penstock/base/text.h"
#include "penstock/command/console.h"
#include "penstock/command/selector.h"
#include "penstock/config/entry.h"
#include "penstock/config/keyword.h"
#include "penstock/config/keyword_edit.h"
#include "penstock/config/lines.h"
#include "penstock/config/proxy.h"
#include "penstock/config/reference.h"

/* The entries that a call is about, in one of its sections. */
struct entry_call {
	struct call   *call;
	struct entries entries;
	const char    *argument; /* whose words follow the section */
	size_t         first;    /* of these words */
};

typedef int (*entry_fn)(const struct entry_call *at, struct err *err);

/* The words that may follow the verb of the call: keywords, and other commands. */
static void try_names(const struct call *call, struct nearest *nearest)
{
	struct span verb = cmd_words_text(call->words, 0);

	for (size_t i = 0; i < keyword_table_count; i++) {
		struct span rest = span_of(keyword_table[i].name), first;

		span_split(&rest, ' ', &first);
		nearest_try(nearest, first);
	}
	for (size_t i = 0; i < command_count(); i++) {
		struct span rest = span_of(command_at(i, NULL)->name), first;

		span_split(&rest, ' ', &first);
		if (rest.at && span_has_prefix(first, verb))
			nearest_try(nearest, rest);
	}
}

/*
 * What has no row may be newer than the table, and is edited as text; but not
 * where it looks like a slip of the fingers.
 */
static int check_unknown(struct call *call, struct span keyword, struct err *err)
{
	const struct vocabulary *vocabulary = console_vocabulary(call->console);
	struct nearest           nearest = { .wanted = keyword };

	try_names(call, &nearest);
	if (!nearest.found.len ||
	    (vocabulary && vocabulary_knows(vocabulary, SECTION_ANY, keyword, span_make("", 0))))
		return 0;
	err_set(err, ERR_USAGE, "no keyword '%.*s'", (int)keyword.len, keyword.at);
	nearest_hint(&nearest, err);
	return err_hint(err, "'add line' takes any text");
}

/* Does it in each section that the words behind the keyword mean. */
static int for_each_section(struct call *call, const char *argument, entry_fn act,
			    struct err *err)
{
	struct candidate *candidate = call->console->candidate;
	struct span       keyword = call_text(call, "keyword");
	unsigned          kinds = entry_kinds(keyword);
	struct chosen     chosen = CHOSEN_INIT;
	struct entry_call at = { .call = call, .argument = argument };
	int               status = kinds ? 0 : check_unknown(call, keyword, err);

	if (status == 0)
		status = selector_chosen(call, argument, kinds ? kinds : (unsigned)SECTION_ANY,
					 &chosen, err);
	at.first = chosen.taken;
	for (size_t i = 0; status == 0 && i < chosen.list.count; i++) {
		const struct section *section =
			&candidate->now->sections.items[chosen.list.items[i]];

		at.entries = (struct entries){ candidate, section->first, keyword };
		status = entry_check_keyword(section->kind, keyword, err);
		if (status == 0)
			status = act(&at, err);
	}
	if (status == 0 && chosen.list.count > 1)
		output_say(call->out, "%zu sections", chosen.list.count);
	vec_release(&chosen.list);
	return status;
}

/* The entry that a word means: by its number, or by how it begins. */
static int which_entry(const struct entry_call *at, struct span word, size_t *number,
		       struct err *err)
{
	long value;

	if (!word.len)
		return err_set(err, ERR_USAGE, "which line? 'show lines %.*s …' numbers them",
			       (int)at->entries.keyword.len, at->entries.keyword.at);
	/* `errorfile 503`: a number that is none of a line may be how one begins. */
	if (span_to_long(word, &value) && value >= 0 &&
	    ((size_t)value <= entries_count(&at->entries) ||
	     entries_find(&at->entries, word, number, NULL) < 0)) {
		*number = (size_t)value;
		return 0;
	}
	return entries_find(&at->entries, word, number, err);
}

static int add_entry(const struct entry_call *at, struct err *err)
{
	struct span text = call_config_text(at->call, at->argument, at->first);

	return entries_add(&at->entries, text, (size_t)call_number(at->call, "at", 0), err);
}

int edit_add_entry(struct call *call, struct err *err)
{
	return for_each_section(call, "text", add_entry, err);
}

/* The words of an argument from an index on; the caller frees. */
static struct span *words_from(struct call *call, const char *argument, size_t first,
			       size_t *count)
{
	size_t       total = call_count(call, argument);
	struct span *words;

	*count = total > first ? total - first : 0;
	words = xcalloc(*count + 1, sizeof(*words));
	for (size_t i = 0; i < *count; i++)
		words[i] = call_item(call, argument, first + i);
	return words;
}

/* Whether the keyword stands once in a section: then it has no number. */
static bool is_setting(const struct entry_call *at)
{
	const struct keyword_def *def = keyword_find(
		at->entries.keyword, call_item(at->call, at->argument, at->first));

	return def && !(def->flags & KEYWORD_MANY);
}

static int set_setting(const struct entry_call *at, struct err *err)
{
	struct candidate     *candidate = at->entries.candidate;
	const struct section *section = section_of(candidate->now, at->entries.header);
	size_t                count;
	struct span          *values = words_from(at->call, at->argument, at->first, &count);
	int                   status = -1;

	if (words_check(values, count, err) == 0)
		status = keyword_set(candidate, section, at->entries.keyword, values, count, err);
	free(values);
	return status;
}

static int set_entry(const struct entry_call *at, struct err *err)
{
	struct span text = call_config_text(at->call, at->argument, at->first + 1);
	size_t      number;

	if (is_setting(at))
		return set_setting(at, err);
	if (which_entry(at, call_item(at->call, at->argument, at->first), &number, err) < 0)
		return -1;
	if (!text.len)
		return err_set(err, ERR_USAGE, "the line's new text is missing");
	return entries_change(&at->entries, number, text, err);
}

/* `set cache c max-age 30`: a section's field, as `set backend` does it. */
static int set_field(struct call *call, const struct section_def *def, struct err *err)
{
	struct chosen chosen = CHOSEN_INIT;
	size_t        named = def->named ? 1 : 0, count;
	struct span   name = named ? call_text(call, "text") : span_make("", 0);
	struct span  *words = words_from(call, "text", named, &count);
	int           status = selector_sections(call->console->candidate->now,
						 (unsigned)def->kind, name, &chosen, err);

	if (status == 0 && !count)
		status = err_set(err, ERR_USAGE, "set what of the %s section?", def->keyword);
	for (size_t i = 0; status == 0 && i < chosen.list.count; i++)
		status = proxy_set(call->console->candidate, (unsigned)def->kind,
				   call->console->candidate->now->sections
					   .items[chosen.list.items[i]].name,
				   words[0], words + 1, count - 1, err);
	free(words);
	vec_release(&chosen.list);
	return status;
}

static int unset_field(struct call *call, const struct section_def *def, struct err *err)
{
	struct chosen chosen = CHOSEN_INIT;
	size_t        named = def->named ? 1 : 0;
	struct span   name = named ? call_text(call, "text") : span_make("", 0);
	struct str    field = STR_INIT;
	int           status = selector_sections(call->console->candidate->now,
						 (unsigned)def->kind, name, &chosen, err);

	for (size_t i = named; i < call_count(call, "text"); i++) {
		if (i > named)
			str_add_char(&field, ' ');
		str_add_span(&field, call_item(call, "text", i));
	}
	for (size_t i = 0; status == 0 && i < chosen.list.count; i++)
		status = proxy_unset(call->console->candidate, (unsigned)def->kind,
				     call->console->candidate->now->sections
					     .items[chosen.list.items[i]].name,
				     str_span(&field), err);
	str_release(&field);
	vec_release(&chosen.list);
	return status;
}

int edit_unset_field(struct call *call, struct err *err)
{
	struct span               keyword = call_text(call, "keyword");
	const struct section_def *def = section_def_find(keyword);

	if (def)
		return unset_field(call, def, err);
	return err_set(err, ERR_USAGE, "'%.*s' is no section; 'delete %.*s …' takes lines away",
		       (int)keyword.len, keyword.at, (int)keyword.len, keyword.at);
}

int edit_set_entry(struct call *call, struct err *err)
{
	const struct section_def *def = section_def_find(call_text(call, "keyword"));

	if (def)
		return set_field(call, def, err);
	return for_each_section(call, "text", set_entry, err);
}

static int delete_entry(const struct entry_call *at, struct err *err)
{
	struct span which = call_config_text(at->call, at->argument, at->first);
	size_t      number;

	if (which_entry(at, which, &number, err) < 0)
		return -1;
	return entries_delete(&at->entries, number, err);
}

int edit_delete_entry(struct call *call, struct err *err)
{
	return for_each_section(call, "name", delete_entry, err);
}

static int move_entry(const struct entry_call *at, struct err *err)
{
	size_t from, to;

	if (call_count(at->call, at->argument) != at->first + 2)
		return err_set(err, ERR_USAGE, "from where to where? as: move %.*s … 3 1",
			       (int)at->entries.keyword.len, at->entries.keyword.at);
	if (which_entry(at, call_item(at->call, at->argument, at->first), &from, err) < 0 ||
	    which_entry(at, call_item(at->call, at->argument, at->first + 1), &to, err) < 0)
		return -1;
	return entries_move(&at->entries, from, to, err);
}

int edit_move_entry(struct call *call, struct err *err)
{
	return for_each_section(call, "from", move_entry, err);
}

int edit_rename_acl(struct call *call, struct err *err)
{
	struct candidate *candidate = call->console->candidate;
	struct chosen     chosen = CHOSEN_INIT;
	int               status = selector_chosen(call, "section", SECTION_PROXY, &chosen, err);

	if (status == 0 && call_count(call, "section") != chosen.taken + 2)
		status = err_set(err, ERR_USAGE, "it goes: rename acl SECTION OLD NEW");
	for (size_t i = 0; status == 0 && i < chosen.list.count; i++)
		status = acl_rename(candidate,
				    candidate->now->sections.items[chosen.list.items[i]].first,
				    call_item(call, "section", chosen.taken),
				    call_item(call, "section", chosen.taken + 1), err);
	vec_release(&chosen.list);
	return status;
}

/* A table of entries on its way out. */
struct listing {
	struct output_table    table;
	const struct document *doc;
	struct span            section;
	size_t                 number;
};

static void list_entry(size_t line, void *data)
{
	struct listing *listing = data;
	struct place    place = document_place(listing->doc, line);
	struct span     text = span_trim(line_span(&listing->doc->lines.items[line]));
	struct str      number = STR_INIT, at = STR_INIT;

	str_addf(&number, "%zu", ++listing->number);
	str_addf(&at, "%s:%u", place.file, place.line);
	output_table_row(&listing->table,
			 (struct output_cell[]){ output_text(listing->section),
						 output_number(str_span(&number)),
						 output_text(str_span(&at)), output_text(text) });
	str_release(&number);
	str_release(&at);
}

static void list_section(const struct section *section, const struct entries *entries,
			 struct listing *listing)
{
	struct str title = STR_INIT;

	section_title(section, &title);
	listing->section = str_span(&title);
	listing->number = 0;
	entries_each(entries, list_entry, listing);
	str_release(&title);
}

int show_entries(struct call *call, struct err *err)
{
	static const struct output_column columns[] = {
		{ "section", "SECTION", false },
		{ "number", "NUMBER", true },
		{ "place", "PLACE", false },
		{ "text", "TEXT", false },
	};
	struct candidate *candidate = call->console->candidate;
	struct span       keyword = call_text(call, "keyword");
	struct listing    listing = { .doc = candidate->now };
	struct chosen     chosen = CHOSEN_INIT;
	int               status = 0;

	if (call_given(call, "section"))
		status = selector_chosen(call, "section", (unsigned)SECTION_ANY, &chosen, err);
	if (status == 0)
		output_table_begin(&listing.table, call->out, columns, N(columns));
	for (size_t i = 0; status == 0 && i < candidate->now->sections.count; i++) {
		const struct section *section = &candidate->now->sections.items[i];
		struct entries        entries = { candidate, section->first, keyword };
		bool                  wanted = !call_given(call, "section");

		for (size_t c = 0; c < chosen.list.count; c++)
			wanted = wanted || chosen.list.items[c] == i;
		if (wanted)
			list_section(section, &entries, &listing);
	}
	if (status == 0)
		output_table_end(&listing.table);
	vec_release(&chosen.list);
	return status;
}
