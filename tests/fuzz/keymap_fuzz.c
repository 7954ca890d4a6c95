/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of keys, and keymaps made of them. */
#include "fuzz.h"
#include "penstock/command/keymap.h"

static void check_line(struct keymap *keymap, struct span keys)
{
	static const char *const contexts[] = { "table", "global" };
	struct str               once = STR_INIT, twice = STR_INIT;
	struct err               err = ERR_INIT;
	bool                     pending;

	if (keymap_canonical(keys, &once, &err) < 0) {
		LAW(err.text.len);
		LAW(keymap_set(keymap, span_of("global"), keys, span_of("help"), NULL, NULL) < 0);
	} else {
		LAW(keymap_canonical(str_span(&once), &twice, &err) == 0);
		LAW(span_equal(str_span(&once), str_span(&twice)));
		LAW(keymap_set(keymap, span_of("global"), keys, span_of("help"), "x", NULL) == 0);
		LAW(keymap_find(keymap, contexts, 2, once.bytes, &pending) != NULL);
		if (keys.len % 3 == 0)
			LAW(keymap_unset(keymap, span_of("global"), keys, NULL) == 0);
	}
	str_release(&once);
	str_release(&twice);
	err_release(&err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct keymap keymap = { .list = VEC_INIT };
	struct span   rest = fuzz_span(data, size), line;

	while (span_split(&rest, '\n', &line))
		check_line(&keymap, line);
	keymap_release(&keymap);
	return 0;
}
