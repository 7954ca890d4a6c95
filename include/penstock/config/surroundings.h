/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the meaning of a configuration depends on and its lines do not hold: the
 * version and build of HAProxy, its environment, the files that it names.  The
 * caller fills it; what is left empty is not known.
 */
#ifndef PENSTOCK_CONFIG_SURROUNDINGS_H
#define PENSTOCK_CONFIG_SURROUNDINGS_H

#include "penstock/base/str.h"
#include "penstock/config/truth.h"

struct surroundings {
	unsigned    version;  /* VERSION_POINT; 0: not known */
	struct span features; /* "+OPENSSL -QUIC …" of haproxy -vv; empty: not known */

	/* Whether the variable is set, and to what; NULL: nothing is known of any. */
	enum truth (*variable)(void *data, struct span name, struct span *value);

	/* The content of a map or ACL file as the configuration names it; false:
	 * it is not to be had.  The bytes live as long as the surroundings. */
	bool (*file)(void *data, struct span name, struct span *content);
	void *data;
};

#endif
