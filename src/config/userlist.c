/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/config/userlist.h"

#include <stdint.h>

#include "penstock/base/text.h"
#include "penstock/config/lines.h"
#include "penstock/config/server.h"

/* `user` and `group` lines differ in what they list behind the name. */
struct item_kind {
	const char *keyword, *members; /* group … users, user … groups */
};

static const struct item_kind user_kind = { "user", "groups" };
static const struct item_kind group_kind = { "group", "users" };

static const struct section *find_list(const struct list_item *item, struct err *err)
{
	if (item->list.len)
		return section_require(item->candidate->now, SECTION_USERLIST, item->list, err);
	err_set(err, ERR_USAGE, "whose list? try LIST/NAME");
	return NULL;
}

static size_t find_line(const struct document *doc, const struct section *section,
			const struct item_kind *kind, struct span name, struct nearest *nearest)
{
	struct words words = WORDS_INIT;
	size_t       line = 0, found = SIZE_MAX;

	while (found == SIZE_MAX &&
	       (line = section_find(doc, section, line, kind->keyword, NULL)) != SIZE_MAX) {
		words_split(&words, line_span(&doc->lines.items[line]));
		if (span_equal(words_text(&words, 1), name))
			found = line;
		else if (nearest && words.count > 1)
			nearest_try(nearest, words.items[1].raw);
		line++;
	}
	words_release(&words);
	return found;
}

/* The item's line, or SIZE_MAX and the error. */
static size_t require_line(const struct list_item *item, const struct item_kind *kind,
			   struct err *err)
{
	const struct section *section = find_list(item, err);
	struct nearest        nearest = { .wanted = item->name };
	size_t                line;

	if (!section)
		return SIZE_MAX;
	line = find_line(item->candidate->now, section, kind, item->name, &nearest);
	if (line != SIZE_MAX)
		return line;
	err_at(err, ERR_NOT_FOUND, document_place(item->candidate->now, section->first),
	       "userlist '%.*s' has no %s '%.*s'", (int)item->list.len, item->list.at,
	       kind->keyword, (int)item->name.len, item->name.at);
	nearest_hint(&nearest, err);
	return SIZE_MAX;
}

/* Each name of a list must be that of an item; an empty list is fine. */
static int check_members(const struct list_item *item, const struct section *section,
			 const struct item_kind *kind, struct span members, struct err *err)
{
	const struct document *doc = item->candidate->now;
	struct span            part;

	while (members.len && span_split(&members, ',', &part)) {
		struct nearest nearest = { .wanted = part };

		if (find_line(doc, section, kind, part, &nearest) != SIZE_MAX)
			continue;
		err_set(err, ERR_NOT_FOUND, "userlist '%.*s' has no %s '%.*s'",
			(int)item->list.len, item->list.at, kind->keyword, (int)part.len, part.at);
		nearest_hint(&nearest, err);
		return err_hint(err, "'add %s' makes one", kind->keyword);
	}
	return 0;
}

static int check_new(const struct list_item *item, const struct section *section,
		     const struct item_kind *kind, struct err *err)
{
	const struct document *doc = item->candidate->now;
	size_t                 line;

	if (name_check(kind->keyword, item->name, err) < 0)
		return -1;
	line = find_line(doc, section, kind, item->name, NULL);
	if (line == SIZE_MAX)
		return 0;
	return err_at(err, ERR_EXISTS, document_place(doc, line),
		      "userlist '%.*s' already has a %s '%.*s'", (int)item->list.len,
		      item->list.at, kind->keyword, (int)item->name.len, item->name.at);
}

static int add_item(const struct list_item *item, const struct item_kind *kind,
		    struct span hash, struct span members, struct err *err)
{
	const struct section *section = find_list(item, err);
	struct str            text = STR_INIT;

	if (!section || check_new(item, section, kind, err) < 0 ||
	    check_members(item, section, kind == &user_kind ? &group_kind : &user_kind, members,
			  err) < 0)
		return -1;
	str_addf(&text, "%s %.*s", kind->keyword, (int)item->name.len, item->name.at);
	if (hash.len) {
		str_add_text(&text, " password ");
		word_quote(&text, hash);
	}
	if (members.len)
		str_addf(&text, " %s %.*s", kind->members, (int)members.len, members.at);
	edit_add_to_section(item->candidate, section, str_span(&text));
	str_release(&text);
	return 0;
}

int user_add(const struct list_item *user, struct span hash, struct span groups,
	     struct err *err)
{
	return add_item(user, &user_kind, hash, groups, err);
}

int group_add(const struct list_item *group, struct span users, struct err *err)
{
	return add_item(group, &group_kind, span_make("", 0), users, err);
}

/* The word of one of these keywords behind the name, or 0. */
static size_t find_word(const struct words *words, const char *first, const char *second)
{
	for (size_t i = 2; i + 1 < words->count; i += 2)
		if (words_is(words, i, first) || (second && words_is(words, i, second)))
			return i;
	return 0;
}

/* Gives the line `keyword value`, in place of the words at an index or at its end. */
static void put_pair(struct candidate *candidate, size_t line, size_t at, const char *keyword,
		     struct span value)
{
	struct words words = WORDS_INIT;
	struct str   raw = STR_INIT;

	words_split(&words, line_span(&candidate->now->lines.items[line]));
	if (!at)
		str_addf(&raw, "%s ", keyword);
	word_quote(&raw, value);
	if (at) {
		edit_replace_words(candidate, line, at, 1, span_of(keyword));
		edit_replace_words(candidate, line, at + 1, 1, str_span(&raw));
	} else {
		edit_replace_words(candidate, line, words.count, 0, str_span(&raw));
	}
	str_release(&raw);
	words_release(&words);
}

int user_set_hash(const struct list_item *user, struct span hash, struct err *err)
{
	size_t       line = require_line(user, &user_kind, err);
	struct words words = WORDS_INIT;

	if (line == SIZE_MAX)
		return -1;
	words_split(&words, line_span(&user->candidate->now->lines.items[line]));
	put_pair(user->candidate, line, find_word(&words, "password", "insecure-password"),
		 "password", hash);
	words_release(&words);
	return 0;
}

/* Makes the list of a line what is wanted; an empty one goes with its keyword. */
static void put_members(struct candidate *candidate, size_t line, const struct item_kind *kind,
			struct span members)
{
	struct words words = WORDS_INIT;
	size_t       at;

	words_split(&words, line_span(&candidate->now->lines.items[line]));
	at = find_word(&words, kind->members, NULL);
	if (members.len)
		put_pair(candidate, line, at, kind->members, members);
	else if (at)
		edit_replace_words(candidate, line, at, 2, span_make("", 0));
	words_release(&words);
}

int user_set_groups(const struct list_item *user, struct span groups, struct err *err)
{
	size_t line = require_line(user, &user_kind, err);

	if (line == SIZE_MAX ||
	    check_members(user, document_section_at(user->candidate->now, line), &group_kind,
			  groups, err) < 0)
		return -1;
	put_members(user->candidate, line, &user_kind, groups);
	return 0;
}

/* Takes a name out of the lists that the lines of a kind hold. */
static void forget(const struct list_item *item, size_t header, const struct item_kind *kind)
{
	struct document *doc = item->candidate->now;
	struct words     words = WORDS_INIT;
	struct str       left = STR_INIT;
	size_t           line = 0;

	while ((line = section_find(doc, section_of(doc, header), line, kind->keyword, NULL)) !=
	       SIZE_MAX) {
		struct span rest, part;
		size_t      at;
		bool        found = false;

		words_split(&words, line_span(&doc->lines.items[line]));
		at = find_word(&words, kind->members, NULL);
		rest = words_text(&words, at ? at + 1 : words.count);
		str_reset(&left);
		while (rest.len && span_split(&rest, ',', &part)) {
			if (span_equal(part, item->name)) {
				found = true;
				continue;
			}
			str_addf(&left, "%s%.*s", left.len ? "," : "", (int)part.len, part.at);
		}
		if (found)
			put_members(item->candidate, line, kind, str_span(&left));
		line++;
	}
	str_release(&left);
	words_release(&words);
}

static int delete_item(const struct list_item *item, const struct item_kind *kind,
		       const struct item_kind *others, struct err *err)
{
	size_t line = require_line(item, kind, err);
	size_t header;

	if (line == SIZE_MAX)
		return -1;
	header = document_section_at(item->candidate->now, line)->first;
	edit_delete_lines(item->candidate, line, 1);
	forget(item, header, others);
	return 0;
}

int user_delete(const struct list_item *user, struct err *err)
{
	return delete_item(user, &user_kind, &group_kind, err);
}

int group_delete(const struct list_item *group, struct err *err)
{
	return delete_item(group, &group_kind, &user_kind, err);
}

int user_plain_password(const struct list_item *user, struct str *out, struct err *err)
{
	size_t       line = require_line(user, &user_kind, err), at;
	struct words words = WORDS_INIT;
	int          status = 0;

	if (line == SIZE_MAX)
		return -1;
	words_split(&words, line_span(&user->candidate->now->lines.items[line]));
	at = find_word(&words, "insecure-password", NULL);
	if (at && words.items[at + 1].varies)
		status = err_at(err, ERR_USAGE, document_place(user->candidate->now, line),
				"the password is an environment variable, which stays as it is");
	else if (at)
		str_add_span(out, words_text(&words, at + 1));
	words_release(&words);
	return status < 0 ? -1 : at != 0;
}

void users_match(const struct document *doc, struct span list, struct span pattern,
		 struct strings *lists, struct strings *names)
{
	struct words words = WORDS_INIT;

	for (size_t i = 0; i < doc->sections.count; i++) {
		const struct section *section = &doc->sections.items[i];
		size_t                line = 0;

		if (section->kind != SECTION_USERLIST || !text_glob(list, section->name))
			continue;
		while ((line = section_find(doc, section, line, "user", NULL)) != SIZE_MAX) {
			words_split(&words, line_span(&doc->lines.items[line++]));
			if (words.count < 2 || !text_glob(pattern, words.items[1].text))
				continue;
			strings_add_n(lists, section->name.at, section->name.len);
			strings_add_n(names, words.items[1].text.at, words.items[1].text.len);
		}
	}
	words_release(&words);
}
