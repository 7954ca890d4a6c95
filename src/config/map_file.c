/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/config/map_file.h"

#include <string.h>

#include "penstock/base/text.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static struct span skip_blanks(struct span text)
{
	while (text.len && is_blank(text.at[0]))
		text = span_make(text.at + 1, text.len - 1);
	return text;
}

bool map_line_read(enum file_kind kind, struct span line, struct span *key, struct span *value)
{
	size_t end = 0;

	*value = span_of("");
	if (line.len && line.at[0] == '#')
		return false;
	line = skip_blanks(line);
	while (end < line.len && line.at[end] != '\n' && line.at[end] != '\r')
		end++;
	line.len = end;
	*key = line;
	if (kind == FILE_MAP) {
		for (end = 0; end < line.len && !is_blank(line.at[end]);)
			end++;
		key->len = end;
		*value = span_trim(span_make(line.at + end, line.len - end));
	}
	return key->len > 0;
}

static int check_text(const char *what, struct span text, struct err *err)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.at[i] == '\n' || text.at[i] == '\r' || text.at[i] == '\0')
			return err_set(err, ERR_USAGE, "the %s holds a line end, which a file of "
				       "lines cannot keep", what);
	return 0;
}

static int check_entry(enum file_kind kind, struct span key, struct span value, struct err *err)
{
	if (check_text("key", key, err) < 0 || check_text("value", value, err) < 0)
		return -1;
	if (!key.len || is_blank(key.at[0]))
		return err_set(err, ERR_USAGE, "a key begins with something else than a blank");
	if (key.at[0] == '#')
		return err_set(err, ERR_USAGE, "'%.*s' would be read as a comment", (int)key.len,
			       key.at);
	if (kind != FILE_MAP)
		return 0;
	if (memchr(key.at, ' ', key.len) || memchr(key.at, '\t', key.len))
		return err_set(err, ERR_USAGE, "the key '%.*s' holds a blank, where HAProxy ends "
			       "it", (int)key.len, key.at);
	if (!span_equal(span_trim(value), value) || !value.len)
		return err_set(err, ERR_USAGE, "a value neither begins nor ends with a blank, and "
			       "is not empty");
	return 0;
}

/* A file's lines. */
struct range {
	size_t first, end;
};

static struct range range_of(const struct document *doc, size_t file)
{
	size_t first = document_file_line(doc, file);

	return (struct range){ first, first + doc->files.items[file].lines };
}

static bool has_key(const struct document *doc, size_t file, size_t line, struct span wanted)
{
	struct span key, value;

	return map_line_read(doc->files.items[file].kind, line_span(&doc->lines.items[line]), &key,
			     &value) &&
	       span_equal(key, wanted);
}

/* The next line of that key at or after `from`; SIZE_MAX. */
static size_t find_key(const struct document *doc, size_t file, struct span key, size_t from)
{
	struct range range = range_of(doc, file);

	for (size_t i = from > range.first ? from : range.first; i < range.end; i++)
		if (has_key(doc, file, i, key))
			return i;
	return SIZE_MAX;
}

static int no_key(const struct document *doc, size_t file, struct span key, struct err *err)
{
	struct nearest nearest = { .wanted = key };
	struct range   range = range_of(doc, file);
	struct span    other, value;

	err_set(err, ERR_NOT_FOUND, "'%s' has no entry '%.*s'", doc->files.items[file].path,
		(int)key.len, key.at);
	for (size_t i = range.first; i < range.end; i++)
		if (map_line_read(doc->files.items[file].kind, line_span(&doc->lines.items[i]),
				  &other, &value))
			nearest_try(&nearest, other);
	return nearest_hint(&nearest, err);
}

/* How the entries of a file are laid out: what the last one has before its key
 * and between key and value, and the column of its value. */
struct layout {
	struct span before, between;
	size_t      column;
};

static void layout_find(const struct document *doc, size_t file, struct layout *layout)
{
	struct range range = range_of(doc, file);
	struct span  key, value;

	*layout = (struct layout){ span_of(""), span_of(" "), 0 };
	for (size_t i = range.end; i-- > range.first;) {
		struct span line = line_span(&doc->lines.items[i]);

		if (!map_line_read(doc->files.items[file].kind, line, &key, &value))
			continue;
		layout->before = span_make(line.at, (size_t)(key.at - line.at));
		if (value.len) {
			layout->between = span_make(key.at + key.len,
						    (size_t)(value.at - key.at) - key.len);
			layout->column = (size_t)(value.at - line.at);
		}
		return;
	}
}

/* One blank or tabs as above; several blanks so that the values stand below
 * each other. */
static void add_between(struct str *text, const struct layout *layout)
{
	if (layout->between.len == 1 || memchr(layout->between.at, '\t', layout->between.len)) {
		str_add_span(text, layout->between);
		return;
	}
	str_add_char(text, ' ');
	while (text->len < layout->column)
		str_add_char(text, ' ');
}

int map_add(struct candidate *candidate, size_t file, struct span key, struct span value,
	    struct err *err)
{
	const struct document *doc = candidate->now;
	enum file_kind         kind = doc->files.items[file].kind;
	struct layout          layout;
	struct str             text = STR_INIT;

	if (check_entry(kind, key, value, err) < 0)
		return -1;
	if (find_key(doc, file, key, 0) != SIZE_MAX)
		return err_set(err, ERR_EXISTS, "'%s' has an entry '%.*s'; %s",
			       doc->files.items[file].path, (int)key.len, key.at,
			       kind == FILE_MAP ? "try 'set map'" : "there is nothing to add");
	layout_find(doc, file, &layout);
	str_add_span(&text, layout.before);
	str_add_span(&text, key);
	if (kind == FILE_MAP) {
		add_between(&text, &layout);
		str_add_span(&text, value);
	}
	edit_insert_line(candidate, range_of(doc, file).end, file, str_span(&text));
	str_release(&text);
	return 0;
}

int map_set(struct candidate *candidate, size_t file, struct span key, struct span value,
	    struct err *err)
{
	const struct document *doc = candidate->now;
	size_t                 line = 0, count = 0;

	if (check_entry(FILE_MAP, key, value, err) < 0)
		return -1;
	while ((line = find_key(doc, file, key, line)) != SIZE_MAX) {
		struct span old_key, old_value, text = line_span(&doc->lines.items[line]);
		struct str  made = STR_INIT;

		map_line_read(FILE_MAP, text, &old_key, &old_value);
		if (!old_value.len)
			old_value = span_make(old_key.at + old_key.len, 0);
		str_add(&made, text.at, (size_t)(old_value.at - text.at));
		if (old_value.at == old_key.at + old_key.len)
			str_add_char(&made, ' ');
		str_add_span(&made, value);
		edit_replace_line(candidate, line++, str_span(&made));
		str_release(&made);
		count++;
	}
	return count ? 0 : no_key(doc, file, key, err);
}

int map_delete(struct candidate *candidate, size_t file, struct span key, struct err *err)
{
	size_t line = 0, count = 0;

	while ((line = find_key(candidate->now, file, key, line)) != SIZE_MAX) {
		edit_delete_lines(candidate, line, 1);
		count++;
	}
	return count ? 0 : no_key(candidate->now, file, key, err);
}
