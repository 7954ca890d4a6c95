/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `option httpclose`, `option http-server-close` and their "no" forms. */
#ifndef PENSTOCK_CONFIG_KEEPALIVE_H
#define PENSTOCK_CONFIG_KEEPALIVE_H

#include "penstock/config/proxy.h"

/* Whether the line chooses a keep-alive mode; changes *state as it does. */
bool keepalive_line(const struct words *words, enum keepalive *state);

/* What the section starts with, from its defaults. */
enum keepalive keepalive_inherited(const struct document *doc, const struct section *section);

/* Gives false when the name is none of keepalive_names. */
bool keepalive_find(struct span name, enum keepalive *keepalive);

/* Makes the section's lines come to that mode. */
void keepalive_put(struct candidate *candidate, size_t header, enum keepalive want);

/* Takes the section's own lines away; false when there are none. */
bool keepalive_clear(struct candidate *candidate, size_t header);

#endif
