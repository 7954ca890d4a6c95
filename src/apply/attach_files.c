/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/apply/attach_files.h"

#include "penstock/config/attached.h"

struct reader {
	struct document    *doc;
	const char         *folder;
	struct loaded      *loaded;
	struct strings     *left;
	struct attachments *all;
};

static void leave_out(struct reader *reader, const struct attachment *file, const char *why)
{
	struct str sentence = STR_INIT;

	if (!reader->left)
		return;
	str_addf(&sentence, "'%s' is not loaded with the configuration: %s", file->name.bytes, why);
	strings_add(reader->left, sentence.bytes);
	str_release(&sentence);
}

static bool is_attached(const struct document *doc, const char *path)
{
	return document_attached(doc, ~0u, span_of(path)) != SIZE_MAX;
}

static void attach_file(struct reader *reader, const struct attachment *file, const char *name,
			const char *path)
{
	struct file_stamp stamp = { 0 };
	struct str        bytes = STR_INIT;
	struct err        err = ERR_INIT;

	if (file_stamp_of(path, &stamp, &err) < 0) {
		leave_out(reader, file, err.text.bytes);
	} else if (!file_is_regular(path)) {
		leave_out(reader, file,
			  file_exists(path) ? "it is no file" : "there is no such file");
	} else if (stamp.size > ATTACHED_MAX_BYTES) {
		leave_out(reader, file, "it is larger than 16 MB");
	} else if (file_read(path, &bytes, &stamp, &err) < 0) {
		leave_out(reader, file, err.text.bytes);
	} else {
		document_attach_file(reader->doc, file->kind, name, path, str_span(&bytes));
		*vec_push(&reader->loaded->stamps) = stamp;
		if (file->kind == FILE_CRT_LIST)
			attachments_of_list(reader->doc, str_span(&bytes), file->line, reader->all);
	}
	str_release(&bytes);
	err_release(&err);
}

/* `crt FOLDER` stands for every file in it. */
static void attach_folder(struct reader *reader, const struct attachment *file, const char *path)
{
	struct strings names = STRINGS_INIT;

	if (file_list(path, "", &names, NULL) < 0)
		leave_out(reader, file, "the folder cannot be read");
	for (size_t i = 0; i < names.list.count; i++)
		if (!file_is_directory(names.list.items[i]))
			attach_file(reader, file, names.list.items[i], names.list.items[i]);
	strings_release(&names);
}

void attach_files(struct document *doc, const char *folder, struct loaded *loaded,
		  struct strings *left)
{
	struct attachments all = ATTACHMENTS_INIT;
	struct reader      reader = { doc, folder, loaded, left, &all };

	attachments_find(doc, &all);
	/* A crt-list that is read adds its certificates at the end. */
	for (size_t i = 0; i < all.list.count; i++) {
		/* The list may move while a file of it is read. */
		struct attachment file = all.list.items[i];
		struct str        path = STR_INIT;

		if (folder)
			file_absolute(folder, file.path.bytes, &path);
		else
			str_add_text(&path, file.path.bytes);
		if (file_is_directory(path.bytes))
			attach_folder(&reader, &file, path.bytes);
		else if (!is_attached(doc, path.bytes))
			attach_file(&reader, &file, file.name.bytes, path.bytes);
		str_release(&path);
	}
	attachments_release(&all);
}
