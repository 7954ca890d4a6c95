/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whole files: read, replaced atomically, locked. */
#ifndef PENSTOCK_SYS_FILE_H
#define PENSTOCK_SYS_FILE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "penstock/base/err.h"
#include "penstock/base/vec.h"

/*
 * What tells whether a file is still the one that was read.  Zero: no file.
 */
struct file_stamp {
	uint64_t device, inode, size;
	int64_t  mtime_ns;
	int64_t  ctime_ns; /* when anything about it changed last; not compared */
};

/* Appends the content.  Errors: ERR_IO with the cause (a directory too), and
 * ERR_LIMIT above 1 GiB.  stamp may be NULL. */
int file_read(const char *path, struct str *out, struct file_stamp *stamp, struct err *err);

int  file_stamp_of(const char *path, struct file_stamp *stamp, struct err *err);
bool file_stamp_equal(const struct file_stamp *a, const struct file_stamp *b);

/*
 * Writes `bytes` beside `path` (".NAME.penstock.XXXXXX" in the same folder)
 * with the owner, group, mode and extended attributes that path has (0644 for
 * a new one), synced to disk.  The temporary name goes to *temporary.
 */
int file_stage(const char *path, struct span bytes, struct str *temporary, struct err *err);

/* Renames the staged file over path (through symbolic links: over what they
 * point at) and syncs the folder. */
int file_commit(const char *temporary, const char *path, struct err *err);

/* Removes a staged file; errors do not matter. */
void file_discard(const char *temporary);

/* file_stage + file_commit. */
int file_replace(const char *path, struct span bytes, struct err *err);

/* file_replace; a file that is new can be read by nobody else (0600). */
int file_replace_private(const char *path, struct span bytes, struct err *err);

bool file_is_directory(const char *path);
bool file_is_regular(const char *path); /* also through links; no pipe, no device */
bool file_exists(const char *path);

/* Names in the folder that end with `suffix`, without dot files, in bytewise
 * order, each with the folder before it. */
int file_list(const char *folder, const char *suffix, struct strings *out, struct err *err);

/* Makes the folder and its parents. */
int file_make_folders(const char *path, mode_t mode, struct err *err);

/*
 * Takes an exclusive lock on the file (made if missing), writing `holder` into
 * it.  Gives a descriptor to hand to file_unlock, or -1; ERR_CONFLICT quotes
 * what the present holder wrote.
 */
int  file_lock(const char *path, const char *holder, struct err *err);
void file_unlock(int fd);

/* The absolute form of path, seen from cwd (NULL: ours); links stay. */
void file_absolute(const char *cwd, const char *path, struct str *out);

#endif
