/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a stats socket lets its users do (management manual, `stats socket … level`). */
#ifndef PENSTOCK_BASE_LEVEL_H
#define PENSTOCK_BASE_LEVEL_H

/* Each may do what those before it may.  NONE: not known. */
enum access_level { ACCESS_NONE, ACCESS_USER, ACCESS_OPERATOR, ACCESS_ADMIN, ACCESS_LEVELS };

extern const char *const access_level_names[ACCESS_LEVELS]; /* "none", "user", … */

#endif
