/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/apply/vocabulary.h"

enum { ASK_TIMEOUT_MS = 10000 };

int vocabulary_ask(struct service *service, struct vocabulary *vocabulary, struct err *err)
{
	struct str          binary = STR_INIT;
	struct child_result result = { .out = STR_INIT, .err = STR_INIT };
	struct child_spec   spec = { .cwd = NULL, .timeout_ms = ASK_TIMEOUT_MS };
	const char         *argv[] = { NULL, "-dKall", "-q", "-c", "-f", "/dev/null", NULL };
	int                 status;

	service_binary(service, &binary);
	argv[0] = binary.bytes;
	spec.argv = argv;
	status = service_child(service, &spec, &result, err);
	if (status == 0 && !vocabulary_read(vocabulary, str_span(&result.out)))
		status = err_set(err, ERR_UNSUPPORTED,
				 "'%s' has no list of its keywords; HAProxy has it from 2.6 on",
				 binary.bytes);
	child_result_release(&result);
	str_release(&binary);
	return status;
}
