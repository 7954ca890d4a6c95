/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/config/edit.h"

#include <stdlib.h>
#include <string.h>

#include "penstock/base/mem.h"
#include "penstock/config/columns.h"
#include "penstock/config/place.h"

static void edit_release(struct edit *edit)
{
	for (size_t i = 0; i < edit->splices.count; i++)
		free(edit->splices.items[i].lines);
	vec_release(&edit->splices);
	free(edit->title);
	*edit = (struct edit){ .title = NULL };
}

/* Both stacks and the open edit; the documents stay. */
static void forget_edits(struct candidate *candidate)
{
	for (size_t i = 0; i < candidate->done.count; i++)
		edit_release(&candidate->done.items[i]);
	for (size_t i = 0; i < candidate->undone.count; i++)
		edit_release(&candidate->undone.items[i]);
	vec_release(&candidate->done);
	vec_release(&candidate->undone);
	edit_release(&candidate->open);
	candidate->is_open = false;
}

struct candidate *candidate_new(struct document *take_document)
{
	struct candidate *candidate = xcalloc(1, sizeof(*candidate));

	candidate->base = take_document;
	candidate->now = document_dup(take_document);
	return candidate;
}

void candidate_free(struct candidate *candidate)
{
	if (!candidate)
		return;
	forget_edits(candidate);
	document_free(candidate->base);
	document_free(candidate->now);
	free(candidate);
}

bool candidate_is_dirty(const struct candidate *candidate)
{
	return !document_equal(candidate->base, candidate->now);
}

void candidate_settle(struct candidate *candidate)
{
	document_free(candidate->base);
	candidate->base = document_dup(candidate->now);
	forget_edits(candidate);
}

void candidate_set_base(struct candidate *candidate, struct document *take_document)
{
	document_free(candidate->base);
	candidate->base = take_document;
}

void candidate_rebase(struct candidate *candidate, struct document *take_document)
{
	document_free(candidate->base);
	document_free(candidate->now);
	candidate->base = take_document;
	candidate->now = document_dup(take_document);
	forget_edits(candidate);
}

void edit_begin(struct candidate *candidate, const char *title)
{
	if (candidate->is_open)
		BUG("edit '%s' inside '%s'", title, candidate->open.title);
	candidate->open = (struct edit){ .title = xstrdup(title) };
	candidate->is_open = true;
}

static void apply_splice(struct document *doc, const struct splice *splice, bool backwards)
{
	const struct line *in = splice->lines + splice->nout;

	if (backwards)
		document_splice(doc, splice->at, splice->nin, splice->lines, splice->nout);
	else
		document_splice(doc, splice->at, splice->nout, in, splice->nin);
}

static void apply_edit(struct document *doc, const struct edit *edit, bool backwards)
{
	size_t count = edit->splices.count;

	for (size_t i = 0; i < count; i++)
		apply_splice(doc, &edit->splices.items[backwards ? count - 1 - i : i], backwards);
}

bool edit_end(struct candidate *candidate)
{
	bool changed = candidate->open.splices.count > 0;

	candidate->is_open = false;
	if (!changed) {
		edit_release(&candidate->open);
		return false;
	}
	for (size_t i = 0; i < candidate->undone.count; i++)
		edit_release(&candidate->undone.items[i]);
	vec_reset(&candidate->undone);
	*vec_push(&candidate->done) = candidate->open;
	candidate->open = (struct edit){ .title = NULL };
	return true;
}

void edit_cancel(struct candidate *candidate)
{
	apply_edit(candidate->now, &candidate->open, true);
	edit_release(&candidate->open);
	candidate->is_open = false;
}

int edit_undo(struct candidate *candidate, const char **title, struct err *err)
{
	struct edit edit;

	if (!candidate->done.count)
		return err_set(err, ERR_NOT_FOUND, "nothing to undo: the candidate has no edits");
	edit = candidate->done.items[--candidate->done.count];
	apply_edit(candidate->now, &edit, true);
	*vec_push(&candidate->undone) = edit;
	*title = edit.title;
	return 0;
}

int edit_redo(struct candidate *candidate, const char **title, struct err *err)
{
	struct edit edit;

	if (!candidate->undone.count)
		return err_set(err, ERR_NOT_FOUND, "nothing to redo: no edit was undone");
	edit = candidate->undone.items[--candidate->undone.count];
	apply_edit(candidate->now, &edit, false);
	*vec_push(&candidate->done) = edit;
	*title = edit.title;
	return 0;
}

/* Every change goes through here: recorded, then done. */
static void record(struct candidate *candidate, size_t at, size_t nout, const struct line *in,
		   size_t nin)
{
	struct splice splice = { .at = at, .nout = nout, .nin = nin };

	if (!candidate->is_open)
		BUG("a change outside an edit");
	splice.lines = xcalloc(nout + nin, sizeof(*splice.lines));
	if (nout)
		memcpy(splice.lines, candidate->now->lines.items + at, nout * sizeof(*in));
	if (nin)
		memcpy(splice.lines + nout, in, nin * sizeof(*in));
	*vec_push(&candidate->open.splices) = splice;
	apply_splice(candidate->now, &splice, false);
}

/* The file's lines as one splice that brings back what the base has. */
void edit_discard(struct candidate *candidate)
{
	struct str bytes = STR_INIT;

	edit_begin(candidate, "discard");
	for (size_t i = 0; i < candidate->base->files.count; i++) {
		str_reset(&bytes);
		document_render(candidate->base, i, &bytes);
		edit_replace_file(candidate, i, str_span(&bytes));
	}
	str_release(&bytes);
	edit_end(candidate);
}

static struct span ending_of(struct span line)
{
	size_t len = line.len;

	if (!len || line.at[len - 1] != '\n')
		return span_make("", 0);
	return len > 1 && line.at[len - 2] == '\r' ? span_make("\r\n", 2) : span_make("\n", 1);
}

/* The line end in use around `line`; a file's last line may have none. */
static struct span ending_near(const struct document *doc, size_t line, size_t file)
{
	for (size_t back = 0; back < 2 && line >= back; back++) {
		size_t      i = line - back;
		struct span ending;

		if (i >= doc->lines.count || doc->lines.items[i].file != file)
			continue;
		ending = ending_of(line_span(&doc->lines.items[i]));
		if (ending.len)
			return ending;
	}
	return span_make("\n", 1);
}

static struct line make_line(struct document *doc, size_t file, struct span text,
			     struct span ending)
{
	struct str  bytes = STR_INIT;
	struct line line;

	str_add_span(&bytes, text);
	str_add_span(&bytes, ending);
	line = document_line(doc, file, str_span(&bytes));
	str_release(&bytes);
	return line;
}

void edit_replace_line(struct candidate *candidate, size_t line, struct span text)
{
	struct document *doc = candidate->now;
	struct span      old = line_span(&doc->lines.items[line]);
	struct span      ending = ending_of(old);
	struct line      made;

	if (span_equal(span_make(old.at, old.len - ending.len), text))
		return;
	made = make_line(doc, doc->lines.items[line].file, text, ending);
	record(candidate, line, 1, &made, 1);
}

/* A line that something will follow needs its line end. */
static void end_line(struct candidate *candidate, size_t line, size_t file)
{
	struct document *doc = candidate->now;
	struct span      text;
	struct line      made;

	if (line >= doc->lines.count || doc->lines.items[line].file != file)
		return;
	text = line_span(&doc->lines.items[line]);
	if (ending_of(text).len)
		return;
	made = make_line(doc, file, text, ending_near(doc, line, file));
	record(candidate, line, 1, &made, 1);
}

void edit_insert_line(struct candidate *candidate, size_t before, size_t file, struct span text)
{
	struct line made;

	if (before)
		end_line(candidate, before - 1, file);
	made = make_line(candidate->now, file, text, ending_near(candidate->now, before, file));
	record(candidate, before, 0, &made, 1);
}

void edit_delete_lines(struct candidate *candidate, size_t first, size_t count)
{
	if (count)
		record(candidate, first, count, NULL, 0);
}

void edit_move_line(struct candidate *candidate, size_t line, size_t before)
{
	struct line moved;

	if (before == line || before == line + 1)
		return;
	end_line(candidate, line, candidate->now->lines.items[line].file);
	moved = candidate->now->lines.items[line];
	if (before)
		end_line(candidate, before - 1, moved.file);
	record(candidate, line, 1, NULL, 0);
	record(candidate, before > line ? before - 1 : before, 0, &moved, 1);
}

/* As the lines above it in the section, else below, else as in any section. */
static struct span indent_at(const struct document *doc, const struct section *section,
			     size_t at)
{
	for (size_t i = at; i-- > section->first + 1;)
		if (!line_is_blank(line_span(&doc->lines.items[i])))
			return line_indent(line_span(&doc->lines.items[i]));
	for (size_t i = at; i < section_end(doc, section); i++)
		if (!line_is_blank(line_span(&doc->lines.items[i])))
			return line_indent(line_span(&doc->lines.items[i]));
	for (size_t i = 0; i < document_config_lines(doc); i++) {
		struct span line = line_span(&doc->lines.items[i]);
		struct span word = line_first_word(line);

		if (word.len && word.at > line.at && !section_def_find(word))
			return line_indent(line);
	}
	return span_of("    ");
}

void edit_insert_indented(struct candidate *candidate, const struct section *section, size_t at,
			  struct span text)
{
	size_t     file = section->file;
	struct str line = STR_INIT;

	str_add_span(&line, indent_at(candidate->now, section, at));
	str_add_span(&line, text);
	edit_insert_line(candidate, at, file, str_span(&line));
	str_release(&line);
}

size_t edit_add_to_section(struct candidate *candidate, const struct section *section,
			   struct span text)
{
	size_t         at = place_of_line(candidate->now, section, text);
	struct columns columns;
	struct str     line = STR_INIT;

	columns_read(&columns, candidate->now, section, at, line_first_word(text));
	columns_write(&columns, text, &line);
	edit_insert_indented(candidate, section, at, str_span(&line));
	str_release(&line);
	return at;
}

static const char *end_of_word(const struct words *words, size_t index)
{
	return words->items[index].raw.at + words->items[index].raw.len;
}

/* Takes words out: what follows comes in their place, else the blanks before
 * them go as well.  Gives the first word that is not made yet. */
static size_t remove_words(const struct words *words, size_t index, size_t count,
			   struct str *made)
{
	const char *line = words->indent.at;
	size_t      next = index + count;

	if (next == words->count) {
		const char *end = index ? end_of_word(words, index - 1) : line + words->indent.len;

		str_add(made, line, (size_t)(end - line));
		return next;
	}
	str_add(made, line, (size_t)(words->items[index].raw.at - line));
	str_add_span(made, words->items[next].raw);
	return next + 1;
}

/* Puts words in the place of others, or before word `index`, or behind the last. */
static size_t put_words(const struct candidate *candidate, size_t line,
			const struct words *words, size_t index, size_t count, struct span raw,
			struct str *made)
{
	const char *start = words->indent.at;
	const char *from = count    ? words->items[index].raw.at
			   : index  ? end_of_word(words, index - 1)
				    : start + words->indent.len;

	str_add(made, start, (size_t)(from - start));
	if (!count && index && index == words->count)
		columns_append_gap(candidate->now, line, words, made);
	else if (!count && index)
		str_add_char(made, ' ');
	str_add_span(made, raw);
	if (!count && !index && words->count) {
		str_add_char(made, ' ');
		str_add_span(made, words->items[0].raw);
		return 1;
	}
	return index + count;
}

void edit_replace_words(struct candidate *candidate, size_t line, size_t index, size_t count,
			struct span raw)
{
	struct words words = WORDS_INIT;
	struct str   made = STR_INIT;
	size_t       next;

	words_split(&words, line_span(&candidate->now->lines.items[line]));
	if (index > words.count || count > words.count - index)
		BUG("words %zu+%zu of %zu", index, count, words.count);
	if (count && !raw.len)
		next = remove_words(&words, index, count, &made);
	else
		next = put_words(candidate, line, &words, index, count, raw, &made);
	columns_follow(candidate->now, line, &words, next, &made);
	edit_replace_line(candidate, line, str_span(&made));
	str_release(&made);
	words_release(&words);
}

/* Splits bytes into lines that borrow them. */
static size_t split_lines(size_t file, struct span bytes, struct line **out)
{
	VEC(struct line) lines = VEC_INIT;

	while (bytes.len) {
		const char *end = memchr(bytes.at, '\n', bytes.len);
		size_t      len = end ? (size_t)(end - bytes.at) + 1 : bytes.len;

		*vec_push(&lines) = (struct line){ bytes.at, (uint32_t)len, (uint32_t)file };
		bytes.at += len;
		bytes.len -= len;
	}
	*out = lines.items;
	return lines.count;
}

/* Puts the lines in place of the old ones, but for those equal at both ends. */
static void replace_lines(struct candidate *candidate, size_t first, size_t count,
			  struct line *in, size_t nin)
{
	struct document *doc = candidate->now;
	struct line     *old = doc->lines.items + first;
	size_t           head = 0, tail = 0;

	while (head < count && head < nin &&
	       span_equal(line_span(&old[head]), line_span(&in[head])))
		head++;
	while (tail < count - head && tail < nin - head &&
	       span_equal(line_span(&old[count - 1 - tail]), line_span(&in[nin - 1 - tail])))
		tail++;
	for (size_t i = head; i < nin - tail; i++)
		in[i] = document_line(doc, in[i].file, line_span(&in[i]));
	if (head + tail < count || head + tail < nin)
		record(candidate, first + head, count - head - tail, in + head, nin - head - tail);
}

static void replace_range(struct candidate *candidate, size_t file, size_t first, size_t count,
			  struct span bytes)
{
	struct document *doc = candidate->now;
	struct str       ended = STR_INIT;
	struct line     *in;
	size_t           nin, next = first + count;
	bool             followed = next < doc->lines.count && doc->lines.items[next].file == file;

	str_add_span(&ended, bytes);
	if (followed && bytes.len && !ending_of(bytes).len)
		str_add_span(&ended, ending_near(doc, next, file));
	if (first && bytes.len)
		end_line(candidate, first - 1, file);
	nin = split_lines(file, str_span(&ended), &in);
	replace_lines(candidate, first, count, in, nin);
	free(in);
	str_release(&ended);
}

void edit_replace_range(struct candidate *candidate, size_t first, size_t count,
			struct span bytes)
{
	size_t near = count || !first ? first : first - 1;

	replace_range(candidate, candidate->now->lines.items[near].file, first, count, bytes);
}

void edit_replace_file(struct candidate *candidate, size_t file, struct span bytes)
{
	size_t first = 0;

	for (size_t i = 0; i < file; i++)
		first += candidate->now->files.items[i].lines;
	replace_range(candidate, file, first, candidate->now->files.items[file].lines, bytes);
}
