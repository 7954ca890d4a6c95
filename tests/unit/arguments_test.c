/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "penstock/apply/arguments.h"
#include "penstock/base/str.h"

/* The command line in one string and what is kept of it, in another. */
static void assert_kept(const char *line, enum argument_use use, const char *wanted)
{
	struct strings argv = STRINGS_INIT, kept = STRINGS_INIT;
	struct span    rest = span_of(line), word;
	struct str     text = STR_INIT;

	while (span_split(&rest, ' ', &word))
		strings_add_n(&argv, word.at, word.len);
	arguments_keep(&argv, use, &kept);
	for (size_t i = 0; i < kept.list.count; i++)
		str_addf(&text, "%s%s", i ? " " : "", kept.list.items[i]);
	assert_string_equal(text.bytes, wanted);
	str_release(&text);
	strings_release(&argv);
	strings_release(&kept);
}

static void a_check_takes_what_changes_how_files_are_read(void **state)
{
	(void)state;
	assert_kept("haproxy -Ws -f /etc/h.cfg -p /run/h.pid -S /run/m.sock -dr -L lb1 -n 500",
		    ARGUMENT_CHECK, "-dr -L lb1 -n 500");
	assert_kept("haproxy -W -C /etc/haproxy -f h.cfg -m 100 -N 50", ARGUMENT_CHECK,
		    "-C /etc/haproxy -m 100 -N 50");
}

static void a_check_prints_nothing_but_messages(void **state)
{
	(void)state;
	assert_kept("haproxy -q -V -d -db -dL -dKall -dW -f h.cfg", ARGUMENT_CHECK, "-dW");
}

static void a_successor_is_started_as_its_predecessor_was(void **state)
{
	(void)state;
	assert_kept("haproxy -D -f a.cfg -f b.cfg -p /run/h.pid -dr -db", ARGUMENT_SUCCESSOR,
		    "-D -f a.cfg -f b.cfg -p /run/h.pid -dr -db");
}

static void a_successor_succeeds_nobody_older(void **state)
{
	(void)state;
	assert_kept("haproxy -x /run/s.sock -sf 12 34 -D -f a.cfg -st 56", ARGUMENT_SUCCESSOR,
		    "-D -f a.cfg");
}

static void files_behind_two_dashes_stay_there(void **state)
{
	(void)state;
	assert_kept("haproxy -D -- a.cfg -c -x", ARGUMENT_SUCCESSOR, "-D -- a.cfg -c -x");
	assert_kept("haproxy -dr -- a.cfg", ARGUMENT_CHECK, "-dr");
}

static void a_relative_folder_was_entered_already(void **state)
{
	(void)state;
	assert_kept("haproxy -C conf -f h.cfg", ARGUMENT_SUCCESSOR, "-f h.cfg");
	assert_kept("haproxy -C", ARGUMENT_CHECK, "-C");
}

static void unknown_flags_go_to_a_successor_only(void **state)
{
	(void)state;
	assert_kept("haproxy -Zx -f h.cfg", ARGUMENT_SUCCESSOR, "-Zx -f h.cfg");
	assert_kept("haproxy -Zx -f h.cfg", ARGUMENT_CHECK, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_check_takes_what_changes_how_files_are_read),
		cmocka_unit_test(a_check_prints_nothing_but_messages),
		cmocka_unit_test(a_successor_is_started_as_its_predecessor_was),
		cmocka_unit_test(a_successor_succeeds_nobody_older),
		cmocka_unit_test(files_behind_two_dashes_stay_there),
		cmocka_unit_test(a_relative_folder_was_entered_already),
		cmocka_unit_test(unknown_flags_go_to_a_successor_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
