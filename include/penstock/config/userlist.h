/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Users and groups of `userlist` sections.  Passwords come here hashed; what a
 * plain one was is never written.
 */
#ifndef PENSTOCK_CONFIG_USERLIST_H
#define PENSTOCK_CONFIG_USERLIST_H

#include "penstock/config/edit.h"

/* A user or group of a list. */
struct list_item {
	struct candidate *candidate;
	struct span       list; /* the section's name */
	struct span       name;
};

/*
 * All inside an edit; they check first and change nothing when they fail.
 * `groups` and `users` are names with commas between, or empty.  Errors:
 * ERR_NOT_FOUND with the nearest, ERR_EXISTS, ERR_USAGE.
 */
int user_add(const struct list_item *user, struct span hash, struct span groups,
	     struct err *err);
int user_set_hash(const struct list_item *user, struct span hash, struct err *err);
int user_set_groups(const struct list_item *user, struct span groups, struct err *err);
int group_add(const struct list_item *group, struct span users, struct err *err);

/* Takes the name out of the other lines of the list, too. */
int user_delete(const struct list_item *user, struct err *err);
int group_delete(const struct list_item *group, struct err *err);

/*
 * The plain password that the user's line holds, appended to *out.  1: there is
 * one; 0: it is hashed, or there is none.
 */
int user_plain_password(const struct list_item *user, struct str *out, struct err *err);

/* The names of the users that match a pattern. */
void users_match(const struct document *doc, struct span list, struct span pattern,
		 struct strings *lists, struct strings *names);

#endif
