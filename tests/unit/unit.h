/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What cmocka wants before its own header. */
#ifndef PENSTOCK_TESTS_UNIT_H
#define PENSTOCK_TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <netdb.h>
#include <sys/socket.h>

/* Skips the test where the machine does not know its own name (no hosts file). */
#define NEEDS_LOCALHOST()                                                    \
	do {                                                                 \
		struct addrinfo *found_ = NULL;                              \
                                                                             \
		if (getaddrinfo("localhost", NULL, NULL, &found_) != 0)      \
			skip();                                              \
		freeaddrinfo(found_);                                        \
	} while (0)

#endif
