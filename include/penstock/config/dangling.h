/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names that refer to nothing: sections, servers, stick tables, acls. */
#ifndef PENSTOCK_CONFIG_DANGLING_H
#define PENSTOCK_CONFIG_DANGLING_H

#include "penstock/config/document.h"
#include "penstock/config/mention.h"

/*
 * Where what a line mentions is defined: the index of that line, or SIZE_MAX.
 * `here` is the section of the line that mentions it.  What only HAProxy can
 * tell (a name from a sample or a variable, a predefined acl) gives `line`.
 */
size_t mention_target(const struct document *doc, const struct section *here, size_t line,
		      const struct mention *mention);

/* A name in a line that refers to nothing; what: "backend 'x'". */
typedef void (*dangling_fn)(size_t line, const char *what, void *data);

/*
 * Finds what refers to nothing since `before` became `now`: in lines that are
 * new or changed, and in any line that mentions what is gone.
 */
void dangling_find(const struct document *before, const struct document *now, dangling_fn each,
		   void *data);

#endif
