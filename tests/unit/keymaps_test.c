/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files in keymaps/: each line binds a key that is free to a command. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "parses.h"
#include "penstock/base/map.h"
#include "penstock/base/mem.h"
#include "penstock/command/keymap.h"
#include "penstock/sys/file.h"
#include "penstock/ui/ui.h"
#include "penstock/ui/view.h"

static int keys_seen; /* what the map points at; its value does not matter */

/* A binding's command with something plausible for each %name. */
static void fill_in(struct span command, struct str *out)
{
	static const char *const values[][2] = {
		{ "%target", "live/app1" }, { "%backend", "live" }, { "%name", "live" },
		{ "%view", "servers" },
	};

	str_reset(out);
	for (size_t i = 0; i < command.len; i++) {
		const char *value = NULL;
		size_t      len = 1;

		for (size_t j = 0; j < N(values) && !value; j++) {
			struct span rest = span_make(command.at + i, command.len - i);

			value = span_starts(rest, values[j][0]) ? values[j][1] : NULL;
			len = value ? strlen(values[j][0]) : 1;
		}
		str_add(out, value ? value : command.at + i, value ? strlen(value) : 1);
		i += len - 1;
	}
}

static bool is_context(const char *name)
{
	for (size_t i = 0; i < context_table_count; i++)
		if (strcmp(context_table[i].name, name) == 0)
			return true;
	for (size_t i = 0; i < view_table_count; i++)
		if (strcmp(view_table[i].name, name) == 0)
			return true;
	return false;
}

/* One `map` line; `known` has what was bound before, "context keys". */
static void assert_binding(const char *path, const struct cmd_words *words, struct map *known)
{
	const char *context = words->list.items[1].text;
	struct str  keys = STR_INIT, place = STR_INIT, command = STR_INIT;
	struct err  err = ERR_INIT;

	if (!is_context(context))
		fail_msg("%s:%u: no context '%s'", path, words->line, context);
	if (keymap_canonical(cmd_words_text(words, 2), &keys, &err) < 0)
		fail_msg("%s:%u: %s", path, words->line, err.text.bytes);
	str_addf(&place, "%s %s", context, keys.bytes);
	if (map_put(known, str_span(&place), &keys_seen))
		fail_msg("%s:%u: '%s' is bound twice", path, words->line, place.bytes);
	fill_in(cmd_words_source(words, 3), &command);
	if (!parses(command.bytes, NULL, &err))
		fail_msg("%s:%u: '%s': %s", path, words->line, command.bytes, err.text.bytes);
	str_release(&keys);
	str_release(&place);
	str_release(&command);
	err_release(&err);
}

static void assert_keymap(const char *path)
{
	struct cmd_words words = CMD_WORDS_INIT;
	struct str       text = STR_INIT;
	struct map       known = MAP_INIT;
	size_t           offset = 0;
	unsigned         line = 1;

	assert_int_equal(file_read(path, &text, NULL, NULL), 0);
	while (cmd_words_next(&words, str_span(&text), &offset, &line, NULL) > 0) {
		assert_true(words.list.count >= 4);
		assert_string_equal(words.list.items[0].text, "map");
		assert_binding(path, &words, &known);
	}
	assert_true(map_count(&known) > 10);
	map_release(&known, NULL);
	cmd_words_release(&words);
	str_release(&text);
}

static void keymaps_bind_each_key_once_and_to_a_command(void **state)
{
	struct strings paths = STRINGS_INIT;
	struct str     text = STR_INIT;

	(void)state;
	assert_int_equal(file_list("keymaps", ".keymap", &paths, NULL), 0);
	assert_true(paths.list.count > 0);
	for (size_t i = 0; i < paths.list.count; i++)
		assert_keymap(paths.list.items[i]);
	file_read("keymaps/default.keymap", &text, NULL, NULL);
	assert_true(span_equal(keymap_builtin("default"), str_span(&text)));
	assert_int_equal(keymap_builtin("nonsense").len, 0);
	str_release(&text);
	strings_release(&paths);
}

static void contexts_are_told_apart_and_documented(void **state)
{
	(void)state;
	for (size_t i = 0; i < context_table_count; i++) {
		assert_true(context_table[i].summary && context_table[i].summary[0]);
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(context_table[i].name, context_table[j].name);
	}
}

/* A view that `view` opens has a key that does it. */
static void every_listed_view_has_a_key(void **state)
{
	struct span text = keymap_builtin("default");
	struct str  wanted = STR_INIT, all = STR_INIT;

	(void)state;
	str_add_span(&all, text);
	for (size_t i = 0; i < view_table_count; i++) {
		str_reset(&wanted);
		str_addf(&wanted, " view %s ", view_table[i].name);
		if (view_table[i].listed && strcmp(view_table[i].name, "help") != 0 &&
		    !strstr(all.bytes, wanted.bytes))
			fail_msg("no key opens the view '%s'", view_table[i].name);
	}
	str_release(&wanted);
	str_release(&all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keymaps_bind_each_key_once_and_to_a_command),
		cmocka_unit_test(contexts_are_told_apart_and_documented),
		cmocka_unit_test(every_listed_view_has_a_key),
	};

	command_add_group(&ui_group);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
