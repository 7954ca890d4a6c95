/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The candidate: the document as it was loaded, the document as edited, and
 * the edits between them, each a list of splices that can be undone.
 *
 *	edit_begin(candidate, "set server live/app1 weight 50");
 *	edit_replace(...); edit_insert(...);
 *	edit_end(candidate);          or edit_cancel(candidate) after an error
 */
#ifndef PENSTOCK_CONFIG_EDIT_H
#define PENSTOCK_CONFIG_EDIT_H

#include "penstock/config/document.h"

struct splice {
	size_t      at;
	size_t      nout, nin;
	struct line *lines; /* the nout removed, then the nin put in; owned */
};

struct edit {
	char *title; /* the command that made it */
	VEC(struct splice) splices;
};

struct candidate {
	struct document *base; /* as loaded, or as last applied */
	struct document *now;
	VEC(struct edit) done;
	VEC(struct edit) undone; /* what redo brings back; a new edit empties it */
	struct edit      open;
	bool             is_open;
};

/* Takes the document, which becomes base and now. */
struct candidate *candidate_new(struct document *take_document);
void              candidate_free(struct candidate *candidate);

/* Whether there is anything to apply: base and now differ. */
bool candidate_is_dirty(const struct candidate *candidate);

/* Makes `now` the new base and forgets the edits (after an apply). */
void candidate_settle(struct candidate *candidate);

/* Takes a document as base, and keeps `now` and its edits (after an apply of a
 * part of them). */
void candidate_set_base(struct candidate *candidate, struct document *take_document);

/* Takes another document as base; the edits are forgotten. */
void candidate_rebase(struct candidate *candidate, struct document *take_document);

void edit_begin(struct candidate *candidate, const char *title);
/* Keeps the edit; one that changed nothing leaves no trace.  Gives whether
 * anything changed. */
bool edit_end(struct candidate *candidate);
void edit_cancel(struct candidate *candidate); /* takes its splices back */

/* Errors: ERR_NOT_FOUND ("nothing to undo").  *title is borrowed. */
int edit_undo(struct candidate *candidate, const char **title, struct err *err);
int edit_redo(struct candidate *candidate, const char **title, struct err *err);
void edit_discard(struct candidate *candidate); /* as one edit, can be undone */

/* Inside an edit.  Text without its line end; the neighbours' is used. */
void edit_replace_line(struct candidate *candidate, size_t line, struct span text);
void edit_insert_line(struct candidate *candidate, size_t before, size_t file, struct span text);
void edit_delete_lines(struct candidate *candidate, size_t first, size_t count);

/* Moves one line so that it stands before the line that `before` is now. */
void edit_move_line(struct candidate *candidate, size_t line, size_t before);

/*
 * Inserts a line at an index inside the section or just behind it, indented as
 * the lines above it there, else those below, else those of other sections.
 * `text` has no indent.
 */
void edit_insert_indented(struct candidate *candidate, const struct section *section, size_t at,
			  struct span text);

/*
 * The same where it belongs (place_of_line), its words in the columns of those
 * around (columns_read).  Gives the index of the new line.
 */
size_t edit_add_to_section(struct candidate *candidate, const struct section *section,
			   struct span text);

/*
 * Rewrites word `index` of a line, keeping every other byte but the blanks that
 * keep the words behind in their columns (columns_follow); `raw` is already
 * quoted.  An empty raw removes words `index`..`index + count - 1` and the
 * blanks that set them apart; index == the number of words appends.
 */
void edit_replace_words(struct candidate *candidate, size_t line, size_t index, size_t count,
			struct span raw);

/*
 * Makes file `file` have exactly these bytes, keeping lines that are equal at
 * their places (so the diff of an external editor's work stays small).
 */
void edit_replace_file(struct candidate *candidate, size_t file, struct span bytes);

/*
 * Replaces lines [first, first + count) by the lines of `bytes` in the same way.
 */
void edit_replace_range(struct candidate *candidate, size_t first, size_t count,
			struct span bytes);

#endif
