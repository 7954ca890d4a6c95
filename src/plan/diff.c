/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * libgit2 compares, this prints.  It gets to see only the regions that differ,
 * because it hashes every line of what it sees.
 */
#include "penstock/plan/diff.h"

#include <git2.h>
#include <string.h>

#include "penstock/base/utf8.h"
#include "penstock/plan/regions.h"

enum { CONTEXT_LINES = 3, HEADING_BYTES = 80 };

/* The line above a hunk that says what it is in: one that is not indented. */
struct heading {
	struct span text; /* the whole text, read so far up to `at` */
	size_t      at, line;
	struct span found;
};

static bool is_heading(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
}

/* Reads on to the line of that number (from 1). */
static void heading_seek(struct heading *heading, size_t line)
{
	struct span text = heading->text;

	while (heading->line < line && heading->at < text.len) {
		size_t end = text_line_end(text, heading->at);

		if (is_heading(text.at[heading->at]))
			heading->found = span_make(text.at + heading->at, end - heading->at);
		heading->at = end;
		heading->line++;
	}
}

/* above: lines of the text that the hunk's numbers do not count. */
static void add_range(struct str *out, char sign, int start, int lines, size_t above)
{
	str_addf(out, "%c%zu", sign, (size_t)start + above);
	if (lines != 1)
		str_addf(out, ",%d", lines);
}

static void add_hunk_header(struct str *out, const git_diff_hunk *hunk,
			    const struct region *region, struct heading *heading)
{
	struct span found;

	str_add_text(out, "@@ ");
	add_range(out, '-', hunk->old_start, hunk->old_lines, region->lines_before);
	str_add_char(out, ' ');
	add_range(out, '+', hunk->new_start, hunk->new_lines, region->lines_after);
	str_add_text(out, " @@");
	heading_seek(heading, (size_t)hunk->old_start + region->lines_before);
	found = heading->found;
	if (found.len > HEADING_BYTES)
		found.len = HEADING_BYTES;
	found = span_trim(found);
	if (found.len) {
		str_add_char(out, ' ');
		str_add_span(out, found);
	}
	str_add_char(out, '\n');
}

static int git_failed(struct err *err, const char *path)
{
	const git_error *last = git_error_last();

	return err_set(err, ERR_FAILED, "comparing the versions of '%s': %s", path,
		       last && last->message ? last->message : "libgit2 does not say why");
}

/* What stands before a line; the other origins bring their own text. */
static bool has_sign(char origin)
{
	return origin == GIT_DIFF_LINE_CONTEXT || origin == GIT_DIFF_LINE_ADDITION ||
	       origin == GIT_DIFF_LINE_DELETION;
}

static int add_hunk(struct str *out, git_patch *patch, size_t index,
		    const struct region *region, struct heading *heading)
{
	const git_diff_hunk *hunk;
	size_t               count;

	if (git_patch_get_hunk(&hunk, &count, patch, index) < 0)
		return -1;
	add_hunk_header(out, hunk, region, heading);
	for (size_t i = 0; i < count; i++) {
		const git_diff_line *line;

		if (git_patch_get_line_in_hunk(&line, patch, index, i) < 0)
			return -1;
		if (has_sign(line->origin))
			str_add_char(out, line->origin);
		str_add(out, line->content, line->content_len);
	}
	return 0;
}

static void add_file_header(struct str *out, const char *path)
{
	struct str name = STR_INIT;

	utf8_sanitise(&name, span_of(path + strspn(path, "/")), false);
	str_addf(out, "--- a/%s\n+++ b/%s\n", name.bytes, name.bytes);
	str_release(&name);
}

static int diff_region(const struct region *region, const char *path, struct heading *heading,
		       struct str *out)
{
	git_diff_options options;
	git_patch       *patch = NULL;
	int              result;

	git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION);
	options.flags |= GIT_DIFF_FORCE_TEXT | GIT_DIFF_INDENT_HEURISTIC;
	options.context_lines = CONTEXT_LINES;
	result = git_patch_from_buffers(&patch, region->before.at, region->before.len, path,
					region->after.at, region->after.len, path, &options);
	for (size_t i = 0; result == 0 && i < git_patch_num_hunks(patch); i++)
		result = add_hunk(out, patch, i, region, heading);
	git_patch_free(patch);
	return result;
}

int diff_texts(struct span before, struct span after, const char *path, struct str *out,
	       struct err *err)
{
	struct heading heading = { .text = before, .line = 1, .found = { "", 0 } };
	struct regions regions = REGIONS_INIT;
	size_t         start = out->len;
	int            result = 0;

	if (span_equal(before, after))
		return 0;
	if (git_libgit2_init() < 0)
		return git_failed(err, path);
	regions_find(before, after, &regions);
	add_file_header(out, path);
	for (size_t i = 0; result == 0 && i < regions.list.count; i++)
		result = diff_region(&regions.list.items[i], path, &heading, out);
	if (result < 0) {
		git_failed(err, path);
		str_cut(out, start);
	}
	regions_release(&regions);
	git_libgit2_shutdown();
	return result < 0 ? -1 : 0;
}

static size_t find_file(const struct document *doc, const char *path)
{
	size_t i = 0;

	while (i < doc->files.count && strcmp(doc->files.items[i].path, path) != 0)
		i++;
	return i;
}

static bool is_secret(const struct document *doc, size_t file)
{
	return file < doc->files.count && doc->files.items[file].kind == FILE_CERT;
}

/* A private key is not for the screen, nor for whoever reads the output later. */
static int hide_texts(struct span before, struct span after, const char *path, struct str *out)
{
	if (span_equal(before, after))
		return 0;
	add_file_header(out, path);
	str_add_text(out, "(another certificate; what the file holds is not shown)\n");
	return 0;
}

static int merge_file(const struct document *const *docs, size_t file, struct document *merged,
		      struct err *err)
{
	const struct document_file *about = &docs[0]->files.items[file];
	const char           *path = about->path;
	git_merge_file_input  inputs[3];
	git_merge_file_result result = { 0 };
	struct str            texts[3] = { STR_INIT, STR_INIT, STR_INIT };
	int                   status = 0;

	for (size_t i = 0; i < 3; i++) {
		document_render(docs[i], file, &texts[i]);
		git_merge_file_input_init(&inputs[i], GIT_MERGE_FILE_INPUT_VERSION);
		inputs[i].ptr = texts[i].bytes;
		inputs[i].size = texts[i].len;
		inputs[i].path = path;
	}
	if (git_merge_file(&result, &inputs[0], &inputs[1], &inputs[2], NULL) < 0)
		status = git_failed(err, path);
	else if (!result.automergeable)
		status = err_set(err, ERR_CONFLICT, "'%s' was changed at the same lines twice",
				 path);
	else if (about->kind == FILE_CONFIG)
		document_add_file(merged, path, span_make(result.ptr, result.len));
	else
		document_attach_file(merged, about->kind, about->name, path,
				     span_make(result.ptr, result.len));
	git_merge_file_result_free(&result);
	for (size_t i = 0; i < 3; i++)
		str_release(&texts[i]);
	return status;
}

struct document *merge_documents(const struct document *base, const struct document *ours,
				 const struct document *theirs, struct err *err)
{
	const struct document *const docs[] = { base, ours, theirs };
	struct document             *merged = document_new();
	int                          status = 0;

	if (ours->files.count != base->files.count || theirs->files.count != base->files.count)
		status = err_set(err, ERR_CONFLICT, "there are other files than before");
	else if (git_libgit2_init() < 0)
		status = git_failed(err, "libgit2");
	else {
		for (size_t i = 0; i < base->files.count && status == 0; i++)
			status = merge_file(docs, i, merged, err);
		git_libgit2_shutdown();
	}
	if (status == 0)
		return merged;
	document_free(merged);
	return NULL;
}

/* A file that a document does not have is empty there. */
static int diff_file(const struct document *before, const struct document *after,
		     const char *path, struct str *out, struct err *err)
{
	struct str old = STR_INIT, new = STR_INIT;
	size_t     file_before = find_file(before, path), file_after = find_file(after, path);
	bool       secret = is_secret(before, file_before) || is_secret(after, file_after);
	int        result;

	if (file_before < before->files.count)
		document_render(before, file_before, &old);
	if (file_after < after->files.count)
		document_render(after, file_after, &new);
	if (secret)
		result = hide_texts(str_span(&old), str_span(&new), path, out);
	else
		result = diff_texts(str_span(&old), str_span(&new), path, out, err);
	str_release(&old);
	str_release(&new);
	return result;
}

int diff_documents(const struct document *before, const struct document *after, struct str *out,
		   struct err *err)
{
	for (size_t i = 0; i < after->files.count; i++)
		if (diff_file(before, after, after->files.items[i].path, out, err) < 0)
			return -1;
	for (size_t i = 0; i < before->files.count; i++) {
		const char *path = before->files.items[i].path;

		if (find_file(after, path) == after->files.count &&
		    diff_file(before, after, path, out, err) < 0)
			return -1;
	}
	return 0;
}

/* "12,3" -> 3 and "12" -> 1: the number of lines of a range. */
static size_t range_lines(struct span *rest)
{
	struct span word, lines;
	long        count = 1;

	if (!span_split(rest, ' ', &word))
		return 0;
	lines = word;
	span_split(&lines, ',', &word);
	if (lines.at && !span_to_long(lines, &count))
		return 0;
	return (size_t)count;
}

void diff_count(struct span diff, size_t *added, size_t *removed)
{
	struct span line;
	size_t      old = 0, new = 0; /* lines still to come of this hunk */

	*added = *removed = 0;
	while (span_split(&diff, '\n', &line)) {
		char sign = line.len ? line.at[0] : ' ';

		if (!old && !new) {
			if (!span_starts(line, "@@ "))
				continue;
			line = span_make(line.at + 3, line.len - 3);
			old = range_lines(&line);
			new = range_lines(&line);
		} else if (sign == '+') {
			new -= new > 0;
			++*added;
		} else if (sign == '-') {
			old -= old > 0;
			++*removed;
		} else if (sign != '\\') {
			old -= old > 0;
			new -= new > 0;
		}
	}
}
