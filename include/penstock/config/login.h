/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who a userlist lets in. */
#ifndef PENSTOCK_CONFIG_LOGIN_H
#define PENSTOCK_CONFIG_LOGIN_H

#include "penstock/config/flat.h"

/*
 * Whether the section has the user with that password: compared with crypt(3)
 * for `password`, as it is for `insecure-password`.  UNKNOWN, with *why: this
 * machine's crypt does not know the hash.
 */
enum truth login_check(const struct flat *flat, const struct flat_section *list,
			  struct span user, struct span password, const char **why);

bool login_in_group(const struct flat *flat, const struct flat_section *list,
		       struct span user, struct span group);

#endif
