/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a process says that it can do: its version, the level of the socket, the
 * commands that it lists.  Pure. */
#ifndef PENSTOCK_HAPROXY_CAPABILITY_H
#define PENSTOCK_HAPROXY_CAPABILITY_H

#include "penstock/base/level.h"
#include "penstock/base/str.h"
#include "penstock/base/vec.h"

/* "2.6.12-1+deb12u4" -> major << 16 | minor << 8 | point; 0 when it makes no sense. */
unsigned version_parse(struct span text);

/* The reply to `show cli level`.  A process that does not know the command grants
 * what every socket does. */
enum access_level capability_level(struct span reply);

/* The reply to `help`: puts the first words of each command, those before its
 * arguments, in place of what *out held. */
void capability_commands(struct span reply, struct strings *out);

#endif
