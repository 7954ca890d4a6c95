/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whole sections: created, deleted, renamed. */
#include "penstock/config/lines.h"
#include "penstock/config/proxy.h"
#include "penstock/config/reference.h"

/* The kinds with which a section of that kind shares its names. */
static unsigned rivals(enum section_kind kind)
{
	return (unsigned)kind | ((unsigned)kind & SECTION_FRONTS ? SECTION_FRONTS : 0) |
	       ((unsigned)kind & SECTION_BACKS ? SECTION_BACKS : 0);
}

static int check_free(const struct document *doc, enum section_kind kind, struct span name,
		      struct err *err)
{
	const struct section *other = document_section(doc, rivals(kind), name);

	if (!other)
		return 0;
	if (!name.len)
		return err_at(err, ERR_EXISTS, document_place(doc, other->first),
			      "there is a %s section already", section_keyword(other->kind));
	return err_at(err, ERR_EXISTS, document_place(doc, other->first),
		      "there is a %s '%.*s' already", section_keyword(other->kind),
		      (int)name.len, name.at);
}

static int check_new_name(const struct document *doc, const struct section_def *def,
			  struct span name, struct err *err)
{
	if (!def->named && name.len)
		return err_set(err, ERR_USAGE, "a %s section takes no name", def->keyword);
	if (def->named && name_check(def->keyword, name, err) < 0)
		return -1;
	return check_free(doc, def->kind, name, err);
}

static int check_from(const struct document *doc, const struct section_def *def,
		      struct span from, struct err *err)
{
	if (!from.len)
		return 0;
	if (!((unsigned)def->kind & SECTION_PROXY))
		return err_set(err, ERR_USAGE, "a %s section inherits from nothing",
			       def->keyword);
	return section_require(doc, SECTION_DEFAULTS, from, err) ? 0 : -1;
}

/*
 * Behind the last section of its kind; a new defaults section, which all that
 * follow would inherit from, and what must not stand before the defaults that
 * it names: at the end of the last file.
 */
static size_t place_for(const struct document *doc, enum section_kind kind, struct span from,
			size_t *file)
{
	const struct section *base = from.len ? document_section(doc, SECTION_DEFAULTS, from)
					      : NULL;

	*file = kind == SECTION_GLOBAL ? 0 : document_config_files(doc) - 1;
	if (kind == SECTION_GLOBAL)
		return 0;
	for (size_t i = doc->sections.count; i-- > 0 && kind != SECTION_DEFAULTS;) {
		const struct section *section = &doc->sections.items[i];

		if (section->kind != kind)
			continue;
		if (base && base->first > section->first)
			break;
		*file = section->file;
		return section_end(doc, section);
	}
	return document_config_lines(doc);
}

/* Whether the line is one of that file and has something on it. */
static bool is_text(const struct document *doc, size_t line, size_t file)
{
	return line < doc->lines.count && doc->lines.items[line].file == file &&
	       !line_is_blank(line_span(&doc->lines.items[line]));
}

static void write_header(struct str *out, const struct section_def *def, struct span name,
			 struct span from)
{
	str_add_text(out, def->keyword);
	if (name.len) {
		str_add_char(out, ' ');
		str_add_span(out, name);
	}
	if (from.len) {
		str_add_text(out, " from ");
		word_quote(out, from);
	}
}

int proxy_create(struct candidate *candidate, enum section_kind kind, struct span name,
		 struct span from, struct err *err)
{
	const struct document    *doc = candidate->now;
	const struct section_def *def = section_def_of(kind);
	struct str                text = STR_INIT;
	size_t                    at, file;

	if (!def)
		return err_set(err, ERR_USAGE, "there is no such kind of section");
	if (!doc->files.count)
		return err_set(err, ERR_USAGE,
			       "there is no configuration file; start with -f FILE");
	if (check_new_name(doc, def, name, err) < 0 || check_from(doc, def, from, err) < 0)
		return -1;
	at = place_for(doc, kind, from, &file);
	write_header(&text, def, name, from);
	if (is_text(doc, at, file))
		edit_insert_line(candidate, at, file, span_make("", 0));
	edit_insert_line(candidate, at, file, str_span(&text));
	if (at && is_text(doc, at - 1, file))
		edit_insert_line(candidate, at, file, span_make("", 0));
	str_release(&text);
	return 0;
}

static int refuse_used(const struct document *doc, const struct section *section,
		       struct err *err)
{
	struct references refs = REFERENCES_INIT;
	struct str        lines = STR_INIT, title = STR_INIT;
	int               result = 0;

	references_to_section(doc, (unsigned)section->kind, section->name, &refs);
	if (refs.list.count) {
		section_title(section, &title);
		references_format(doc, &refs, &lines);
		result = err_at(err, ERR_IN_USE, document_place(doc, section->first),
				"%s is in use at %s; change that first, or say 'force'",
				title.bytes,
				lines.bytes);
	}
	references_release(&refs);
	str_release(&title);
	str_release(&lines);
	return result;
}

static int delete_section(struct candidate *candidate, const struct section *section)
{
	const struct document *doc = candidate->now;
	size_t                 first, end, file;

	file = section->file;
	first = section->first - section_lead(doc, section);
	end = section_end(doc, section);
	/* The blank line that set it apart goes, too: behind it, else before it. */
	if (end < doc->lines.count && doc->lines.items[end].file == file)
		end += !is_text(doc, end, file);
	else if (first && doc->lines.items[first - 1].file == file)
		first -= !is_text(doc, first - 1, file);
	edit_delete_lines(candidate, first, end - first);
	return 0;
}

int proxy_delete(struct candidate *candidate, unsigned kinds, struct span name,
		 struct err *err)
{
	const struct section *section = section_require(candidate->now, kinds, name, err);

	if (!section || refuse_used(candidate->now, section, err) < 0)
		return -1;
	return delete_section(candidate, section);
}

int proxy_drop(struct candidate *candidate, unsigned kinds, struct span name, struct err *err)
{
	const struct section *section = section_require(candidate->now, kinds, name, err);

	return section ? delete_section(candidate, section) : -1;
}

static int check_rename(const struct document *doc, const struct section *section,
			struct span new_name, struct err *err)
{
	const char *keyword = section_keyword(section->kind);

	if (!section->name.len)
		return err_at(err, ERR_USAGE, document_place(doc, section->first),
			      "this %s section has no name", keyword);
	if (name_check(keyword, new_name, err) < 0)
		return -1;
	if (span_equal(section->name, new_name))
		return 0;
	return check_free(doc, section->kind, new_name, err);
}

int proxy_rename(struct candidate *candidate, unsigned kinds, struct span name,
		 struct span new_name, struct err *err)
{
	const struct document *doc = candidate->now;
	const struct section  *section = section_require(doc, kinds, name, err);
	struct references      refs = REFERENCES_INIT;
	size_t                 header;

	if (!section || check_rename(doc, section, new_name, err) < 0)
		return -1;
	header = section->first;
	references_to_name(doc, (unsigned)section->kind, section->name, &refs);
	references_rename(candidate, &refs, new_name);
	edit_replace_words(candidate, header, 1, 1, new_name);
	references_release(&refs);
	return 0;
}
