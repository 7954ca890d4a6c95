/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `haproxy -c` on a candidate, with the service's own flags, its messages tied
 * to the candidate's lines. */
#ifndef PENSTOCK_APPLY_CHECK_H
#define PENSTOCK_APPLY_CHECK_H

#include "penstock/apply/service.h"

struct check_message {
	bool       fatal;    /* ALERT; else WARNING or NOTICE */
	struct str file;     /* the real path, not the temporary one; "" if none */
	unsigned   line;     /* 0 when HAProxy names none */
	struct str text;
};

struct check_result {
	bool accepted;
	int  status;         /* of haproxy */
	VEC(struct check_message) messages;
};
#define CHECK_RESULT_INIT { .messages = VEC_INIT }

/* Pure: splits HAProxy's stderr into messages (runtime-api.md 5.4).  `temporary`
 * and `real` are lists of the same length, to give names back. */
void check_parse(struct span output, const struct strings *temporary,
		 const struct strings *real, struct check_result *result);

/*
 * Writes the candidate beside its files, runs the check in the service's
 * folder, removes them again.  0 also when HAProxy rejects (see accepted); -1
 * when the check could not be run: ERR_NOT_FOUND (no haproxy), ERR_IO, ….
 */
int  check_document(struct service *service, const struct document *doc,
		    struct check_result *result, struct err *err);
void check_result_release(struct check_result *result);

/* Sets ERR_REJECTED with the first fatal message and its place; -1. */
int  check_error(const struct check_result *result, struct err *err);

#endif
