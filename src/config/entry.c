/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/config/entry.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "penstock/base/text.h"
#include "penstock/config/columns.h"
#include "penstock/config/keyword.h"
#include "penstock/config/keyword_edit.h"
#include "penstock/config/lines.h"

static struct span first_of(struct span keyword, struct span *second)
{
	struct span first;

	span_split(&keyword, ' ', &first);
	*second = keyword.at ? span_trim(keyword) : span_make("", 0);
	return first;
}

/* Whether a row is that of the keyword, or of one that begins with its word. */
static bool is_row_of(const struct keyword_def *def, struct span keyword)
{
	struct span name = span_of(def->name);

	if (!span_has_prefix(name, keyword))
		return false;
	return name.len == keyword.len || name.at[keyword.len] == ' ';
}

unsigned entry_kinds(struct span keyword)
{
	unsigned    kinds = 0;
	struct span second, first = first_of(keyword, &second);

	if (span_is(first, "no") || span_is(first, "default"))
		return (unsigned)SECTION_ANY;
	for (size_t i = 0; i < keyword_table_count; i++)
		if (is_row_of(&keyword_table[i], keyword))
			kinds |= keyword_table[i].sections;
	return kinds || !second.len ? kinds : entry_kinds(first);
}

int entry_check_keyword(enum section_kind kind, struct span keyword, struct err *err)
{
	unsigned kinds = entry_kinds(keyword);

	if (!kinds || (kinds & (unsigned)kind))
		return 0;
	return err_set(err, ERR_USAGE, "'%.*s' has no place in a %s section", (int)keyword.len,
		       keyword.at, section_keyword(kind));
}

/* The next entry at or after a line, or SIZE_MAX. */
static size_t next_entry(const struct entries *entries, size_t line)
{
	const struct document *doc = entries->candidate->now;
	struct span            second, word = first_of(entries->keyword, &second);
	char                  *first = span_dup(word);
	char                  *other = second.len ? span_dup(second) : NULL;

	line = section_find(doc, section_of(doc, entries->header), line, first, other);
	free(first);
	free(other);
	return line;
}

void entries_each(const struct entries *entries, void (*each)(size_t line, void *data),
		  void *data)
{
	for (size_t i = 0; (i = next_entry(entries, i)) != SIZE_MAX; i++)
		each(i, data);
}

static void count_entry(size_t line, void *data)
{
	size_t *count = data;

	(void)line;
	++*count;
}

size_t entries_count(const struct entries *entries)
{
	size_t count = 0;

	entries_each(entries, count_entry, &count);
	return count;
}

static int no_entry(const struct entries *entries, size_t number, struct err *err)
{
	const struct document *doc = entries->candidate->now;
	struct str             title = STR_INIT;
	size_t                 count = entries_count(entries);

	section_title(section_of(doc, entries->header), &title);
	err_at(err, ERR_NOT_FOUND, document_place(doc, entries->header),
	       "%s has no '%.*s' number %zu, it has %zu", title.bytes,
	       (int)entries->keyword.len, entries->keyword.at, number, count);
	str_release(&title);
	return -1;
}

int entries_line(const struct entries *entries, size_t number, size_t *line, struct err *err)
{
	size_t found = SIZE_MAX, i = 0, left = number;

	while (left-- && (i = next_entry(entries, i)) != SIZE_MAX)
		found = i++;
	if (i == SIZE_MAX || found == SIZE_MAX)
		return no_entry(entries, number, err);
	*line = found;
	return 0;
}

/* A search for an entry by how it begins. */
struct finding {
	const struct entries *entries;
	struct words          wanted, words;
	size_t                taken; /* words of the keyword */
	size_t                number, found, matches;
	struct nearest        nearest;
};

static void try_entry(size_t line, void *data)
{
	struct finding *finding = data;
	struct words   *words = &finding->words;
	size_t          same = 0;

	words_split(words, line_span(&finding->entries->candidate->now->lines.items[line]));
	finding->number++;
	while (same < finding->wanted.count &&
	       span_equal(finding->wanted.items[same].text,
			  words_text(words, finding->taken + same)))
		same++;
	if (same == finding->wanted.count) {
		finding->found = finding->number;
		finding->matches++;
	}
	/* The raw word outlives the next line. */
	if (words->count > finding->taken)
		nearest_try(&finding->nearest, words->items[finding->taken].raw);
}

static int report_finding(const struct finding *finding, struct span text, struct err *err)
{
	const struct entries *entries = finding->entries;

	if (finding->matches > 1)
		return err_set(err, ERR_USAGE, "%zu lines are '%.*s %.*s …'; name it by its number",
			       finding->matches, (int)entries->keyword.len, entries->keyword.at,
			       (int)text.len, text.at);
	err_set(err, ERR_NOT_FOUND, "there is no '%.*s %.*s'", (int)entries->keyword.len,
		entries->keyword.at, (int)text.len, text.at);
	return nearest_hint(&finding->nearest, err);
}

int entries_find(const struct entries *entries, struct span text, size_t *number,
		 struct err *err)
{
	struct finding finding = { .entries = entries, .wanted = WORDS_INIT, .words = WORDS_INIT };
	struct span    second;
	int            status = 0;

	first_of(entries->keyword, &second);
	finding.taken = second.len ? 2 : 1;
	words_split(&finding.wanted, text);
	finding.nearest.wanted = words_text(&finding.wanted, 0);
	if (finding.wanted.count)
		entries_each(entries, try_entry, &finding);
	if (finding.matches == 1)
		*number = finding.found;
	else
		status = report_finding(&finding, text, err);
	words_release(&finding.wanted);
	words_release(&finding.words);
	return status;
}

static int check_text(struct span text, struct err *err)
{
	struct words words = WORDS_INIT;
	int          status = words_check(&text, 1, err);

	words_split(&words, text);
	if (status == 0 && words.fault != LEX_OK)
		status = err_set(err, ERR_USAGE, "a quote or an escape in '%.*s' does not end",
				 (int)text.len, text.at);
	words_release(&words);
	return status;
}

/* A keyword that stands once must not stand there already. */
static int check_once(const struct entries *entries, struct span line, struct err *err)
{
	const struct document    *doc = entries->candidate->now;
	struct words              words = WORDS_INIT;
	const struct keyword_def *def;
	struct entries            like = *entries;
	size_t                    other = SIZE_MAX;

	words_split(&words, line);
	def = keyword_find(words_text(&words, 0), words_text(&words, 1));
	words_release(&words);
	if (!def || (def->flags & KEYWORD_MANY))
		return 0;
	like.keyword = span_of(def->name);
	other = next_entry(&like, 0);
	if (other == SIZE_MAX)
		return 0;
	return err_at(err, ERR_EXISTS, document_place(doc, other),
		      "'%s' stands here already, and a section has one; try 'set'",
		      def->name);
}

static void insert_at(const struct entries *entries, size_t line, struct span text)
{
	const struct document *doc = entries->candidate->now;
	const struct section  *section = section_of(doc, entries->header);
	struct columns         columns;
	struct str             made = STR_INIT;

	columns_read(&columns, doc, section, line + 1, line_first_word(text));
	columns_write(&columns, text, &made);
	edit_insert_indented(entries->candidate, section, line, str_span(&made));
	str_release(&made);
}

int entries_add(const struct entries *entries, struct span text, size_t at, struct err *err)
{
	struct str line = STR_INIT;
	size_t     place;
	int        status;

	str_add_span(&line, entries->keyword);
	if (text.len)
		str_add_char(&line, ' ');
	str_add_span(&line, text);
	status = check_text(str_span(&line), err);
	if (status == 0)
		status = check_once(entries, str_span(&line), err);
	if (status == 0 && at && entries_line(entries, at, &place, NULL) == 0)
		insert_at(entries, place, str_span(&line));
	else if (status == 0)
		section_add(entries->candidate, entries->header, str_span(&line));
	str_release(&line);
	return status;
}

int entries_change(const struct entries *entries, size_t number, struct span text,
		   struct err *err)
{
	struct span second;
	size_t      line;

	first_of(entries->keyword, &second);
	if (entries_line(entries, number, &line, err) < 0 || check_text(text, err) < 0)
		return -1;
	line_set_words(entries->candidate, line, second.len ? 2 : 1, text);
	return 0;
}

int entries_delete(const struct entries *entries, size_t number, struct err *err)
{
	size_t line;

	if (entries_line(entries, number, &line, err) < 0)
		return -1;
	edit_delete_lines(entries->candidate, line, 1);
	return 0;
}

int entries_move(const struct entries *entries, size_t from, size_t to, struct err *err)
{
	size_t count = entries_count(entries), line, place;

	if (!to || to > count)
		to = count;
	if (entries_line(entries, from, &line, err) < 0 ||
	    entries_line(entries, to, &place, err) < 0)
		return -1;
	edit_move_line(entries->candidate, line, to > from ? place + 1 : place);
	return 0;
}
