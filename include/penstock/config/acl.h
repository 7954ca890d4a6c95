/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ACLs and the conditions made of them (configuration manual, section 7). */
#ifndef PENSTOCK_CONFIG_ACL_H
#define PENSTOCK_CONFIG_ACL_H

#include "penstock/config/scene.h"

/* One test: what stands behind `acl NAME`, or between braces.  *why gets what is
 * not known. */
enum truth acl_test(struct scene *scene, const struct span *words, size_t count,
		    const char **why);

/* The acl of that name of scene->proxy: any of its lines, else the built-in one. */
enum truth acl_named(struct scene *scene, struct span name, const char **why);

/* `if …` or `unless …`; no words: true. */
enum truth acl_condition(struct scene *scene, const struct span *words, size_t count,
			 const char **why);

#endif
