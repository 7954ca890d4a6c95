/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any text is linted without harm, and read as a certificate or a vocabulary. */
#include <string.h>

#include "fuzz.h"
#include "penstock/config/certificate.h"
#include "penstock/config/lint.h"

static bool read_itself(void *data, const char *path, struct str *out)
{
	(void)path;
	str_add_span(out, *(const struct span *)data);
	return true;
}

static void check_finding(const struct document *doc, const struct finding *finding)
{
	LAW(finding->line < doc->lines.count);
	LAW(finding->text.len > 0);
	for (size_t i = 0; i < finding->fixes.count; i++) {
		const struct lint_fix *fix = &finding->fixes.items[i];

		LAW(fix->kind != LINT_FIX_LINE || fix->line < doc->lines.count);
		/* One command, on one line. */
		LAW(!strchr(fix->command, '\n'));
	}
}

/* Two looks at one text find the same. */
static void check_lint(struct span input)
{
	struct document  *doc = document_new();
	struct findings   once = FINDINGS_INIT, again = FINDINGS_INIT;
	struct lint_facts facts = { .now = 4000000000, .read = read_itself, .data = &input };

	document_add_file(doc, "a.cfg", input);
	lint_run(doc, &facts, &once);
	lint_run(doc, &facts, &again);
	LAW(once.list.count == again.list.count);
	for (size_t i = 0; i < once.list.count; i++) {
		check_finding(doc, &once.list.items[i]);
		LAW(strcmp(once.list.items[i].text.bytes, again.list.items[i].text.bytes) == 0);
	}
	findings_release(&once);
	findings_release(&again);
	document_free(doc);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span        input = fuzz_span(data, size);
	struct certificate certificate = CERTIFICATE_INIT;
	struct vocabulary  vocabulary = { 0 };

	check_lint(input);
	certificate_read(input, &certificate, NULL);
	certificate_release(&certificate);
	vocabulary_read(&vocabulary, input);
	vocabulary_release(&vocabulary);
	return 0;
}
