/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "penstock/command/keymap.h"

static const char *const contexts[] = { "servers", "table", "global" };

static void bind_keys(struct keymap *keymap, const char *context, const char *keys,
		      const char *command)
{
	assert_int_equal(keymap_set(keymap, span_of(context), span_of(keys), span_of(command),
				    NULL, NULL), 0);
}

static void keys_are_canonical(void **state)
{
	struct str out = STR_INIT;

	(void)state;
	assert_int_equal(keymap_canonical(span_of(" g   <C-l> <M-x> <F10> é "), &out, NULL), 0);
	assert_string_equal(out.bytes, "g <C-L> <M-x> <F10> é");
	str_release(&out);
}

static void unknown_keys_are_refused(void **state)
{
	static const char *const keys[] = { "", "<Nope>", "ab", "<C->", "<>", "<C-xx>", "\x1b" };

	(void)state;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		struct str out = STR_INIT;
		struct err err = ERR_INIT;

		if (keymap_canonical(span_of(keys[i]), &out, &err) == 0)
			fail_msg("'%s' was accepted as '%s'", keys[i], out.bytes);
		assert_int_equal(err.code, ERR_USAGE);
		str_release(&out);
		err_release(&err);
	}
}

static void the_most_special_context_wins(void **state)
{
	struct keymap keymap = { VEC_INIT };
	bool          pending;

	(void)state;
	bind_keys(&keymap, "global", "d", "quit");
	bind_keys(&keymap, "servers", "d", "drain %target");
	assert_string_equal(keymap_find(&keymap, contexts, 3, "d", &pending)->command,
			    "drain %target");
	assert_false(pending);
	keymap_release(&keymap);
}

static void a_beginning_of_a_sequence_is_pending(void **state)
{
	struct keymap keymap = { VEC_INIT };
	bool          pending;

	(void)state;
	bind_keys(&keymap, "global", "g s", "view servers");
	assert_null(keymap_find(&keymap, contexts, 3, "g", &pending));
	assert_true(pending);
	assert_non_null(keymap_find(&keymap, contexts, 3, "g s", &pending));
	keymap_release(&keymap);
}

static void binding_again_replaces_and_unbinding_forgets(void **state)
{
	struct keymap keymap = { VEC_INIT };
	bool          pending;

	(void)state;
	bind_keys(&keymap, "global", "q", "quit");
	bind_keys(&keymap, "global", "q", "help");
	assert_int_equal(keymap.list.count, 1);
	assert_int_equal(keymap_unset(&keymap, span_of("global"), span_of("q"), NULL), 0);
	assert_null(keymap_find(&keymap, contexts, 3, "q", &pending));
	assert_int_equal(keymap_unset(&keymap, span_of("global"), span_of("q"), NULL), -1);
	keymap_release(&keymap);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_are_canonical),
		cmocka_unit_test(unknown_keys_are_refused),
		cmocka_unit_test(the_most_special_context_wins),
		cmocka_unit_test(a_beginning_of_a_sequence_is_pending),
		cmocka_unit_test(binding_again_replaces_and_unbinding_forgets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
