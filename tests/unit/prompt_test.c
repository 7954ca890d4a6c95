/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include <locale.h>
#include <sys/stat.h>
#include <unistd.h>

#include "penstock/base/mem.h"
#include "penstock/sys/file.h"
#include "penstock/ui/prompt.h"
#include "penstock/ui/prompt_history.h"

#include "corpus.h"

static struct loop    *loop;
static struct console *console;
static struct screen   screen;
static struct prompt  *prompt;

static int set_up(void **state)
{
	(void)state;
	loop = loop_new();
	console = console_new(loop);
	assert_int_equal(screen_open_memory(&screen, 30, 10, &console->options, NULL), 0);
	prompt = prompt_new(console, screen.terminal, NULL);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	prompt_free(prompt);
	screen_close(&screen);
	console_free(console);
	loop_free(loop);
	return 0;
}

static void type(const char *keys)
{
	prompt_feed(prompt, keys, strlen(keys));
}

static void open_command(void)
{
	prompt_open(prompt, PROMPT_COMMAND, ":", span_of(""));
}

static void assert_text(const char *expected)
{
	struct span text = prompt_text(prompt);
	char       *copy = span_dup(text);

	assert_string_equal(copy, expected);
	free(copy);
}

static void enter(const char *line)
{
	struct str taken = STR_INIT;

	open_command();
	type(line);
	type("\r");
	assert_true(prompt_take(prompt, &taken));
	assert_false(prompt_is_open(prompt));
	str_release(&taken);
}

/* The cursor's column, and the line as drawn. */
static int drawn(struct str *line)
{
	int cursor = -1;

	screen_begin(&screen);
	prompt_draw(prompt, &screen, 9, 5, &cursor);
	screen_show(&screen, 9, cursor);
	if (line)
		screen_line(&screen, 9, line);
	return cursor;
}

static void enter_gives_the_line_once(void **state)
{
	struct str line = STR_INIT;

	(void)state;
	open_command();
	type("show inf");
	assert_false(prompt_take(prompt, &line));
	type("o\r");
	assert_true(prompt_take(prompt, &line));
	assert_string_equal(line.bytes, "show info");
	assert_false(prompt_take(prompt, &line));
	str_release(&line);
}

static void lines_are_edited_as_fingers_know_it(void **state)
{
	(void)state;
	open_command();
	type("show info");
	type("\001");
	type("re");
	type("\033b");
	type("\033d");
	assert_text(" info");
	type("\031");
	assert_text("reshow info");
}

static void the_cursor_counts_columns_not_bytes(void **state)
{
	(void)state;
	open_command();
	type("é日x");
	assert_int_equal(drawn(NULL), 1 + 1 + 2 + 1);
	type("\033[D");
	assert_int_equal(drawn(NULL), 1 + 1 + 2);
	type("\033[D");
	assert_int_equal(drawn(NULL), 1 + 1);
}

static void a_long_line_scrolls_under_the_cursor(void **state)
{
	struct str line = STR_INIT;

	(void)state;
	open_command();
	for (int i = 0; i < 20; i++)
		type("word ");
	assert_in_range(drawn(&line), 1, 29);
	assert_int_equal(line.bytes[0], ':');
	type("\001");
	assert_int_equal(drawn(NULL), 1);
	str_release(&line);
}

static void tab_completes_what_is_unambiguous(void **state)
{
	(void)state;
	open_command();
	type("sho");
	type("\t");
	assert_text("show ");
	type("inf");
	type("\t");
	assert_text("show info ");
}

static void tab_again_goes_through_the_candidates(void **state)
{
	(void)state;
	open_command();
	type("show s");
	type("\t");
	assert_text("show se");
	type("\t");
	assert_text("show servers ");
	type("\t");
	assert_text("show sessions ");
}

static void shift_tab_goes_back_through_them(void **state)
{
	struct str first = STR_INIT;

	(void)state;
	open_command();
	type("show ");
	type("\t");
	type("\t");
	str_add_span(&first, prompt_text(prompt));
	type("\t");
	type("\t");
	type("\033[Z");
	type("\033[Z");
	assert_text(first.bytes);
	type("\033[Z");
	type("\t");
	assert_text(first.bytes);
	str_release(&first);
}

/* readline itself would notice it with the next key only. */
static void enter_behind_a_count_ends_the_line(void **state)
{
	struct str line = STR_INIT;

	(void)state;
	open_command();
	type("x");
	type("\0333");
	type("\n");
	assert_true(prompt_take(prompt, &line));
	str_release(&line);
}

static void history_is_one_a_kind(void **state)
{
	(void)state;
	enter("show info");
	enter("show servers");
	prompt_open(prompt, PROMPT_FILTER, "/", span_of(""));
	type("\033[A");
	assert_text("");
	open_command();
	type("\033[A");
	assert_text("show servers");
	type("\033[A");
	assert_text("show info");
	prompt_close(prompt);
	open_command();
	type("\022servers");
	assert_text("show servers");
}

static void pasted_text_is_no_key(void **state)
{
	(void)state;
	open_command();
	type("a");
	prompt_insert(prompt, span_of("\tb\r"));
	assert_true(prompt_is_open(prompt));
	assert_text("a\tb\r");
}

static void closing_in_the_middle_of_anything_is_fine(void **state)
{
	static const char *const middles[] = {
		"\022sho", "\0333", "\026", "\030", "\033",
	};
	struct str line = STR_INIT;

	(void)state;
	enter("show info");
	for (size_t i = 0; i < N(middles); i++) {
		open_command();
		type(middles[i]);
		prompt_close(prompt);
		open_command();
		type("x");
		str_reset(&line);
		drawn(&line);
		assert_string_equal(line.bytes, ":x");
	}
	str_release(&line);
}

/* readline's callback interface has corners; nothing may reach them. */
static void random_keys_do_no_harm(void **state)
{
	static const char *const keys[] = {
		"\033[A", "\033[B", "\033[C", "\033[D", "\t", "\r", "\n", "\177", "\022", "\023",
		"\001", "\005", "\025", "\027", "\031", "\013", "\037", "\007", "\033b", "\033d",
		"\033<", "\033>", "\0333", "\033r", "\030\025", "\033[Z", "é",
		"\xff", "show ", "a", "'", "\"", "\033&", "\033p", "\033n", "\033#",
	};
	uint64_t dies = 42;
	struct str line = STR_INIT;

	(void)state;
	for (int i = 0; i < 4000; i++) {
		size_t die = dice(&dies, 100);

		if (!prompt_is_open(prompt))
			prompt_open(prompt, dice(&dies, 2) ? PROMPT_COMMAND : PROMPT_FILTER, ":",
				    span_of(""));
		if (die < 3)
			prompt_close(prompt);
		else if (die < 6)
			prompt_insert(prompt, span_of("pasted; text"));
		else
			type(keys[dice(&dies, N(keys))]);
		if (die > 80 && prompt_is_open(prompt))
			drawn(NULL);
		prompt_take(prompt, &line);
	}
	str_release(&line);
}

static void history_is_kept_once_and_for_its_owner(void **state)
{
	char        folder[] = "/tmp/prompt_test.XXXXXX";
	struct prompt_history first = { .lines = STRINGS_INIT };
	struct prompt_history second = { .lines = STRINGS_INIT };
	struct prompt_history read = { .lines = STRINGS_INIT };
	struct str  path = STR_INIT;
	struct stat status;

	(void)state;
	assert_non_null(mkdtemp(folder));
	prompt_history_add(&first, "show info");
	prompt_history_add(&first, "show info");
	prompt_history_add(&first, " secret");
	prompt_history_add(&second, "show servers");
	prompt_history_add(&second, "show info");
	prompt_history_write(&first, folder, "h");
	prompt_history_write(&second, folder, "h");
	prompt_history_read(&read, folder, "h");
	assert_int_equal(read.lines.list.count, 2);
	assert_string_equal(read.lines.list.items[0], "show servers");
	assert_string_equal(read.lines.list.items[1], "show info");
	str_addf(&path, "%s/h", folder);
	assert_int_equal(stat(path.bytes, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
	unlink(path.bytes);
	rmdir(folder);
	str_release(&path);
	strings_release(&first.lines);
	strings_release(&second.lines);
	strings_release(&read.lines);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(enter_gives_the_line_once),
		TEST(lines_are_edited_as_fingers_know_it),
		TEST(the_cursor_counts_columns_not_bytes),
		TEST(a_long_line_scrolls_under_the_cursor),
		TEST(tab_completes_what_is_unambiguous),
		TEST(tab_again_goes_through_the_candidates),
		TEST(shift_tab_goes_back_through_them),
		TEST(enter_behind_a_count_ends_the_line),
		TEST(history_is_one_a_kind),
		TEST(pasted_text_is_no_key),
		TEST(closing_in_the_middle_of_anything_is_fine),
		TEST(random_keys_do_no_harm),
		cmocka_unit_test(history_is_kept_once_and_for_its_owner),
	};

	setlocale(LC_ALL, "C.UTF-8");
	setenv("INPUTRC", "/dev/null", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
