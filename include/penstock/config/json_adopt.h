/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Natives that say what a field says. */
#ifndef PENSTOCK_CONFIG_JSON_ADOPT_H
#define PENSTOCK_CONFIG_JSON_ADOPT_H

#include "penstock/config/json_read.h"

/*
 * A native such as `server web1 10.0.0.1:80 backup` would be read back as a
 * member.  So that what is put is what is shown, natives that are not there yet
 * are read as the lines they will be, and what a field can say moves there.
 * Errors: ERR_PARSE for what contradicts a field, opens a section or is no line.
 */
int want_adopt(const struct wants *wants, struct want *want, const struct proxy *now,
	       struct err *err);

#endif
