/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "penstock/base/mem.h"
#include "penstock/ui/input.h"
#include "penstock/ui/screen.h"

#include <curses.h>

/* Reads the codes, then that nothing more comes; names with blanks between. */
static void read_codes(const int *codes, size_t count, struct str *names, struct str *paste)
{
	struct key_reader reader = { .paste = STR_INIT };

	for (size_t i = 0; i <= count; i++) {
		struct key     key = { .name = "" };
		enum key_event event =
			key_reader_take(&reader, i < count ? codes[i] : SCREEN_NO_KEY, &key);

		if (event == KEY_EVENT_KEY)
			str_addf(names, "%s%s", names->len ? " " : "",
				 key.name[0] ? key.name : "?");
		if (event == KEY_EVENT_PASTE)
			str_add_span(paste, str_span(&reader.paste));
	}
	str_release(&reader.paste);
}

static void assert_keys(const int *codes, size_t count, const char *expected)
{
	struct str names = STR_INIT, paste = STR_INIT;

	read_codes(codes, count, &names, &paste);
	assert_string_equal(names.bytes, expected);
	str_release(&names);
	str_release(&paste);
}

#define KEYS(expected, ...) \
	assert_keys((const int[]){ __VA_ARGS__ }, N(((const int[]){ __VA_ARGS__ })), expected)

static void keys_have_their_canonical_names(void **state)
{
	(void)state;
	KEYS("d G <Space> <Lt> <Enter> <Tab> <BS>", 'd', 'G', ' ', '<', '\r', '\t', 127);
	KEYS("<C-A> <C-L> <C-J>", 1, 12, '\n');
	KEYS("<Up> <PgDn> <F1> <F12> <S-Tab>", KEY_UP, KEY_NPAGE, KEY_F(1), KEY_F(12), KEY_BTAB);
}

static void canonical_names_are_those_of_the_keymap(void **state)
{
	static const int codes[] = { 'd', ' ', '<', '\r', 127, 12, KEY_UP, KEY_DC, KEY_F(5) };

	(void)state;
	for (size_t i = 0; i < N(codes); i++) {
		struct key_reader reader = { .paste = STR_INIT };
		struct key        key, again;
		struct str        name = STR_INIT;

		assert_int_equal(key_reader_take(&reader, codes[i], &key), KEY_EVENT_KEY);
		assert_int_equal(keymap_canonical(span_of(key.name), &name, NULL), 0);
		assert_string_equal(name.bytes, key.name);
		assert_true(key_of_name(str_span(&name), &again));
		assert_int_equal(again.len, key.len);
		assert_memory_equal(again.bytes, key.bytes, key.len);
		str_release(&name);
	}
}

static void esc_alone_is_a_key_and_before_another_it_is_alt(void **state)
{
	(void)state;
	KEYS("<Esc>", 27);
	KEYS("<M-b>", 27, 'b');
	KEYS("<Esc> <M-b>", 27, 27, 'b');
	KEYS("<Up>", 27, KEY_UP);
}

/* Their letters must not be taken for keys that act. */
static void unknown_sequences_are_swallowed_whole(void **state)
{
	(void)state;
	KEYS("j", 27, '[', 'I', 'j');
	KEYS("j", 27, '[', '<', '0', ';', '1', ';', '1', 'M', 'j');
	KEYS("j", 27, '[', '1', ';', '5', 'd', 'j');
	KEYS("j", 27, 'O', 'd', 'j');
	KEYS("", 27, '[', '1', ';');
	KEYS("<M-[>", 27, '[');
}

static void characters_are_put_together_from_their_bytes(void **state)
{
	(void)state;
	KEYS("é 日", 0xc3, 0xa9, 0xe6, 0x97, 0xa5);
	KEYS("j", 0xc3, 'j');
	KEYS("j", 0xa9, 0xff, 'j');
	KEYS("é", 0xe6, 0xc3, 0xa9);
}

static void pastes_are_one_event(void **state)
{
	static const int codes[] = { 'j', SCREEN_PASTE_BEGIN, 'a', '\r', 27, 'd', KEY_UP,
				     SCREEN_PASTE_END, 'k' };
	struct str       names = STR_INIT, paste = STR_INIT;

	(void)state;
	read_codes(codes, N(codes), &names, &paste);
	assert_string_equal(names.bytes, "j k");
	assert_string_equal(paste.bytes, "a\r\033d");
	str_release(&names);
	str_release(&paste);
}

static void pasted_lines_become_commands_on_one_line(void **state)
{
	struct str flat = STR_INIT;

	(void)state;
	paste_flatten(span_of("\nshow info\r\n\n\tquit\033[A\n"), &flat);
	assert_string_equal(flat.bytes, "show info;  quit[A");
	str_release(&flat);
}

static bool value_of(struct span name, struct str *out, void *data)
{
	(void)data;
	if (!span_is(name, "target"))
		return false;
	str_add_text(out, "live/app1");
	return true;
}

static void names_in_bindings_are_replaced(void **state)
{
	struct str  line = STR_INIT;
	struct span missing;

	(void)state;
	assert_true(input_expand(span_of("weight %target 50% 100%%; x %"), value_of, NULL, &line,
				 &missing));
	assert_string_equal(line.bytes, "weight live/app1 50% 100%; x %");
	assert_false(input_expand(span_of("drain %other"), value_of, NULL, &line, &missing));
	assert_true(span_is(missing, "other"));
	str_release(&line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_have_their_canonical_names),
		cmocka_unit_test(canonical_names_are_those_of_the_keymap),
		cmocka_unit_test(esc_alone_is_a_key_and_before_another_it_is_alt),
		cmocka_unit_test(unknown_sequences_are_swallowed_whole),
		cmocka_unit_test(characters_are_put_together_from_their_bytes),
		cmocka_unit_test(pastes_are_one_event),
		cmocka_unit_test(pasted_lines_become_commands_on_one_line),
		cmocka_unit_test(names_in_bindings_are_replaced),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
