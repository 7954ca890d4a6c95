/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Maps and files of acl patterns, line by line as HAProxy reads them: a # in the
 * first column makes a comment, blanks before the key do not count; a map's
 * value is what follows the blanks behind the key, up to the blanks at the line's
 * end; an acl's pattern is the whole line.
 */
#ifndef PENSTOCK_CONFIG_MAP_FILE_H
#define PENSTOCK_CONFIG_MAP_FILE_H

#include "penstock/config/edit.h"

/* Key and value of a line of a FILE_MAP, or the pattern of one of a FILE_ACL
 * (value empty); false for a line that holds neither. */
bool map_line_read(enum file_kind kind, struct span line, struct span *key, struct span *value);

/*
 * Edits of the attached file with that index, inside an edit.  Keys and values
 * are checked: no line end; a map's key no blank, and none starts with #.
 * A new line stands at the file's end, with the blanks of the lines above it
 * between key and value.  Errors: ERR_USAGE, ERR_EXISTS, ERR_NOT_FOUND.
 */
int map_add(struct candidate *candidate, size_t file, struct span key, struct span value,
	    struct err *err);

/* Gives the value to every line of that key. */
int map_set(struct candidate *candidate, size_t file, struct span key, struct span value,
	    struct err *err);

/* Removes every line of that key. */
int map_delete(struct candidate *candidate, size_t file, struct span key, struct err *err);

#endif
