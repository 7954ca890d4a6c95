/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/apply/staging.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "penstock/base/mem.h"
#include "penstock/config/attached.h"
#include "penstock/sys/file.h"

static int make_folder(struct staging *staging, struct err *err)
{
	const char *parent = getenv("TMPDIR");
	struct str  path = STR_INIT;

	if (staging->folder)
		return 0;
	str_addf(&path, "%s/penstock.XXXXXX", parent && *parent ? parent : "/tmp");
	if (mkdtemp(path.bytes))
		staging->folder = str_detach(&path, NULL);
	else
		err_errno(err, ERR_IO, "cannot make a folder '%s'", path.bytes);
	str_release(&path);
	return staging->folder ? 0 : -1;
}

/* Beside the file; where that cannot be, in a folder of our own. */
static int stage(struct staging *staging, const char *path, struct span bytes, struct str *name,
		 struct err *err)
{
	const char *slash = strrchr(path, '/');
	struct str  other = STR_INIT;
	struct err  why = ERR_INIT;
	int         status = file_stage(path, bytes, name, &why);

	if (status < 0 && make_folder(staging, NULL) == 0) {
		str_addf(&other, "%s/%s", staging->folder, slash ? slash + 1 : path);
		status = file_stage(other.bytes, bytes, name, NULL);
	}
	if (status == 0)
		strings_add(&staging->staged, name->bytes);
	else
		err_take(err, &why);
	err_release(&why);
	str_release(&other);
	return status;
}

static bool is_on_disk(const char *path, const struct str *bytes)
{
	struct str there = STR_INIT;
	bool       same = file_read(path, &there, NULL, NULL) == 0 &&
			  span_equal(str_span(&there), str_span(bytes));

	str_release(&there);
	return same;
}

struct staged_file {
	struct span written; /* how the lines name the attached file */
	const char *path;    /* where it is staged */
};

struct staged_files {
	VEC(struct staged_file) list;
};

/* What may stand around a file's name: blanks, and the marks of an argument. */
static bool is_border(struct span text, size_t at)
{
	return at >= text.len || strchr(" \t\r\n(),\"'", text.at[at]);
}

static bool names_file(struct span text, size_t at, struct span written)
{
	return at + written.len <= text.len &&
	       memcmp(text.at + at, written.at, written.len) == 0 &&
	       (!at || is_border(text, at - 1)) && is_border(text, at + written.len);
}

static const struct staged_file *staged_at(const struct staged_files *files, struct span text,
					   size_t at)
{
	for (size_t i = 0; i < files->list.count; i++)
		if (names_file(text, at, files->list.items[i].written))
			return &files->list.items[i];
	return NULL;
}

/* Puts the staged paths in the places of the names. */
static void substitute(struct str *bytes, const struct staged_files *files)
{
	struct span text = str_span(bytes);
	struct str  made = STR_INIT;
	size_t      at = 0;

	if (!files->list.count)
		return;
	while (at < text.len) {
		const struct staged_file *file = staged_at(files, text, at);

		if (file) {
			str_add_text(&made, file->path);
			at += file->written.len;
		} else {
			str_add_char(&made, text.at[at++]);
		}
	}
	str_release(bytes);
	*bytes = made;
}

static int stage_file(struct staging *staging, const struct document *doc, size_t file,
		      const struct staged_files *attached, struct err *err)
{
	const char    *path = doc->files.items[file].path;
	enum file_kind kind = doc->files.items[file].kind;
	struct str     bytes = STR_INIT, name = STR_INIT, absolute = STR_INIT;
	int            status = 0;

	document_render(doc, file, &bytes);
	if (kind == FILE_CONFIG || kind == FILE_CRT_LIST)
		substitute(&bytes, attached);
	if (is_on_disk(path, &bytes))
		str_add_text(&name, path);
	else
		status = stage(staging, path, str_span(&bytes), &name, err);
	if (status == 0) {
		/* The check runs in another folder than ours. */
		file_absolute(NULL, name.bytes, &absolute);
		strings_add(&staging->names, absolute.bytes);
		strings_add(&staging->real, path);
	}
	str_release(&bytes);
	str_release(&name);
	str_release(&absolute);
	return status;
}

/* Lists of certificates after the certificates that they name. */
static const enum file_kind stage_order[] = { FILE_MAP, FILE_ACL, FILE_CERT, FILE_CRT_LIST };

static struct span written_name(const struct attachments *all, const struct document_file *file)
{
	for (size_t i = 0; i < all->list.count; i++)
		if (span_is(str_span(&all->list.items[i].name), file->name))
			return str_span(&all->list.items[i].written);
	return span_of(file->name);
}

/* The attached files that are not so on disk. */
static int stage_attached(struct staging *staging, const struct document *doc,
			  const struct attachments *all, struct staged_files *staged,
			  struct err *err)
{
	for (size_t o = 0; o < N(stage_order); o++)
		for (size_t i = document_config_files(doc); i < doc->files.count; i++) {
			const struct document_file *file = &doc->files.items[i];
			size_t                      before = staging->staged.list.count;

			if (file->kind != stage_order[o])
				continue;
			if (stage_file(staging, doc, i, staged, err) < 0)
				return -1;
			if (staging->staged.list.count > before)
				*vec_push(&staged->list) = (struct staged_file){
					written_name(all, file),
					staging->names.list.items[staging->names.list.count - 1],
				};
		}
	return 0;
}

/* The names of configuration files come first. */
static void rotate_names(struct strings *names, size_t attached)
{
	struct strings turned = STRINGS_INIT;

	for (size_t i = 0; i < names->list.count; i++)
		strings_add(&turned, names->list.items[(i + attached) % names->list.count]);
	strings_release(names);
	*names = turned;
}

int stage_document(struct staging *staging, const struct document *doc, struct err *err)
{
	struct attachments  all = ATTACHMENTS_INIT;
	struct staged_files staged = { VEC_INIT };
	size_t              attached = doc->files.count - document_config_files(doc);
	int                 status;

	staging->config_files = document_config_files(doc);
	if (attached)
		attachments_find(doc, &all);
	status = stage_attached(staging, doc, &all, &staged, err);
	for (size_t i = 0; status == 0 && i < staging->config_files; i++)
		status = stage_file(staging, doc, i, &staged, err);
	if (status == 0) {
		rotate_names(&staging->names, attached);
		rotate_names(&staging->real, attached);
	} else {
		err_prefix(err, "the candidate cannot be written for the check");
	}
	attachments_release(&all);
	vec_release(&staged.list);
	return status;
}

void staging_release(struct staging *staging)
{
	for (size_t i = 0; i < staging->staged.list.count; i++)
		file_discard(staging->staged.list.items[i]);
	if (staging->folder)
		rmdir(staging->folder);
	free(staging->folder);
	strings_release(&staging->names);
	strings_release(&staging->real);
	strings_release(&staging->staged);
}
