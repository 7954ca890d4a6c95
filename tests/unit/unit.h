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

#endif
