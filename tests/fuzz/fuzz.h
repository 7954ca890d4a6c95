/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a fuzz target gives, and what it says when a law is broken.  The same
 * sources serve libFuzzer and tests/fuzz/runner.c.
 */
#ifndef PENSTOCK_TESTS_FUZZ_H
#define PENSTOCK_TESTS_FUZZ_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "penstock/base/err.h"
#include "penstock/base/mem.h"
#include "penstock/base/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A law that holds for every input; breaking it is a crash, as fuzzers want. */
#define LAW(holds)                                                             \
	((holds) ? (void)0                                                     \
		 : (fprintf(stderr, "%s:%d: broken: %s\n", __FILE__, __LINE__, #holds), abort()))

static inline struct span fuzz_span(const uint8_t *data, size_t size)
{
	return span_make((const char *)data, size);
}

/* Takes one number below `limit` off the front of the input. */
static inline size_t fuzz_number(struct span *input, size_t limit)
{
	size_t value = 0;

	if (!input->len || !limit)
		return 0;
	value = (unsigned char)input->at[0];
	input->at++;
	input->len--;
	return value % limit;
}

#endif
