/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/plan/compare_files.h"

#include <string.h>

#include "penstock/base/map.h"
#include "penstock/base/mem.h"
#include "penstock/config/attached.h"
#include "penstock/config/map_file.h"

/* One entry of a file. */
struct entry {
	struct span key, value;
	size_t      line;
	size_t      partner; /* of the other file, or SIZE_MAX */
};

struct entries {
	VEC(struct entry) list;
	bool twice; /* some key stands twice */
};

static void read_entries(const struct document *doc, size_t file, struct entries *out)
{
	size_t     first = document_file_line(doc, file);
	struct map keys = MAP_INIT;

	for (size_t i = first; i < first + doc->files.items[file].lines; i++) {
		struct entry entry = { .line = i, .partner = SIZE_MAX };

		if (!map_line_read(doc->files.items[file].kind, line_span(&doc->lines.items[i]),
				   &entry.key, &entry.value))
			continue;
		out->twice |= map_put(&keys, entry.key, out) != NULL;
		*vec_push(&out->list) = entry;
	}
	map_release(&keys, NULL);
}

static void add(struct changes *out, enum change_kind kind, const struct document_file *file,
		const struct entry *before, const struct entry *after)
{
	const struct entry *entry = after ? after : before;

	*vec_push(&out->list) = (struct change){
		.kind = kind,
		.name = xstrdup(file->name),
		.keyword = entry ? span_dup(entry->key) : NULL,
		.before = before ? span_dup(before->value) : NULL,
		.after = after ? span_dup(after->value) : NULL,
		.line_before = before ? before->line : SIZE_MAX,
		.line_after = after ? after->line : SIZE_MAX,
		.section_before = SIZE_MAX,
		.section_after = SIZE_MAX,
		.lines = 1,
	};
}

/* A change of the file as a whole; it stands at the file's first line. */
static void add_whole(struct changes *out, enum change_kind kind, const char *keyword,
		      const struct document *before, size_t file_before,
		      const struct document *after, size_t file_after)
{
	*vec_push(&out->list) = (struct change){
		.kind = kind,
		.name = xstrdup(after->files.items[file_after].name),
		.keyword = xstrdup(keyword),
		.line_before = document_file_line(before, file_before),
		.line_after = document_file_line(after, file_after),
		.section_before = SIZE_MAX,
		.section_after = SIZE_MAX,
		.lines = 1,
	};
}

static void pair(struct entries *before, struct entries *after)
{
	struct map index = MAP_INIT;

	for (size_t i = 0; i < before->list.count; i++)
		map_put(&index, before->list.items[i].key, &before->list.items[i]);
	for (size_t i = 0; i < after->list.count; i++) {
		struct entry *partner = map_get(&index, after->list.items[i].key);

		if (!partner)
			continue;
		after->list.items[i].partner = (size_t)(partner - before->list.items);
		partner->partner = i;
	}
	map_release(&index, NULL);
}

/* Whether commands leave the order that the later file has: they keep what
 * stays where it is and add at the end. */
static bool order_is_kept(const struct entries *after)
{
	size_t last = 0;
	bool   added = false;

	for (size_t i = 0; i < after->list.count; i++) {
		size_t partner = after->list.items[i].partner;

		if (partner == SIZE_MAX) {
			added = true;
			continue;
		}
		if (added || partner < last)
			return false;
		last = partner;
	}
	return true;
}

static bool is_same(const struct entries *before, const struct entries *after)
{
	if (before->list.count != after->list.count)
		return false;
	for (size_t i = 0; i < before->list.count; i++)
		if (!span_equal(before->list.items[i].key, after->list.items[i].key) ||
		    !span_equal(before->list.items[i].value, after->list.items[i].value))
			return false;
	return true;
}

static void add_entries(struct changes *out, const struct document_file *file,
			const struct entries *before, const struct entries *after)
{
	bool map = file->kind == FILE_MAP;

	for (size_t i = 0; i < before->list.count; i++)
		if (before->list.items[i].partner == SIZE_MAX)
			add(out, map ? CHANGE_MAP_DELETED : CHANGE_ACL_DELETED, file,
			    &before->list.items[i], NULL);
	for (size_t i = 0; i < after->list.count; i++) {
		const struct entry *entry = &after->list.items[i], *old;

		if (entry->partner == SIZE_MAX) {
			add(out, map ? CHANGE_MAP_ADDED : CHANGE_ACL_ADDED, file, NULL, entry);
			continue;
		}
		old = &before->list.items[entry->partner];
		if (!span_equal(old->value, entry->value))
			add(out, CHANGE_MAP_CHANGED, file, old, entry);
	}
}

static void compare_entries(const struct document *before, size_t file_before,
			    const struct document *after, size_t file_after, bool ordered,
			    struct changes *out)
{
	struct entries old = { .list = VEC_INIT }, new = { .list = VEC_INIT };

	read_entries(before, file_before, &old);
	read_entries(after, file_after, &new);
	pair(&old, &new);
	if (is_same(&old, &new))
		add_whole(out, CHANGE_COMMENT, "comment", before, file_before, after, file_after);
	else if (old.twice || new.twice)
		add_whole(out, CHANGE_FILE, "keys that stand twice", before, file_before, after,
			  file_after);
	else if (ordered && !order_is_kept(&new))
		add_whole(out, CHANGE_FILE, "the order of entries", before, file_before, after,
			  file_after);
	else
		add_entries(out, &after->files.items[file_after], &old, &new);
	vec_release(&old.list);
	vec_release(&new.list);
}

static bool same_content(const struct document *before, size_t file_before,
			 const struct document *after, size_t file_after)
{
	size_t a = document_file_line(before, file_before);
	size_t b = document_file_line(after, file_after);
	size_t count = before->files.items[file_before].lines;

	if (count != after->files.items[file_after].lines)
		return false;
	for (size_t i = 0; i < count; i++) {
		const struct line *one = &before->lines.items[a + i];
		const struct line *two = &after->lines.items[b + i];

		if (one->len != two->len ||
		    (one->bytes != two->bytes && memcmp(one->bytes, two->bytes, one->len) != 0))
			return false;
	}
	return true;
}

static size_t find_file(const struct document *doc, const struct document_file *wanted)
{
	for (size_t i = document_config_files(doc); i < doc->files.count; i++)
		if (doc->files.items[i].kind == wanted->kind &&
		    strcmp(doc->files.items[i].path, wanted->path) == 0)
			return i;
	return SIZE_MAX;
}

static bool is_ordered(const struct attachments *all, const struct document_file *file)
{
	for (size_t i = 0; i < all->list.count; i++)
		if (all->list.items[i].kind == file->kind &&
		    span_is(str_span(&all->list.items[i].name), file->name))
			return all->list.items[i].ordered;
	return true;
}

void compare_attached(const struct document *before, const struct document *after,
		      struct changes *out)
{
	struct attachments all = ATTACHMENTS_INIT;
	bool               known = false;

	for (size_t i = document_config_files(after); i < after->files.count; i++) {
		const struct document_file *file = &after->files.items[i];
		size_t                      old = find_file(before, file);

		if (old == SIZE_MAX || same_content(before, old, after, i))
			continue;
		if (!known)
			attachments_find(after, &all);
		known = true;
		if (file->kind == FILE_CERT)
			add_whole(out, CHANGE_CERTIFICATE, "certificate", before, old, after, i);
		else if (file->kind == FILE_CRT_LIST)
			add_whole(out, CHANGE_FILE, "its list", before, old, after, i);
		else
			compare_entries(before, old, after, i, is_ordered(&all, file), out);
	}
	attachments_release(&all);
}
