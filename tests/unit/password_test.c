/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Passwords: hashed, read to the end of a line, and kept out of what stays. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <crypt.h>

#include "penstock/base/mem.h"
#include "penstock/command/command.h"
#include "penstock/sys/password.h"

static void a_hash_is_what_crypt_finds_again(void **state)
{
	struct str hash = STR_INIT;

	(void)state;
	assert_int_equal(password_hash(span_of("open sesame"), &hash, NULL), 0);
	assert_int_equal(strncmp(hash.bytes, "$6$", 3), 0);
	assert_string_equal(crypt("open sesame", hash.bytes), hash.bytes);
	assert_string_not_equal(crypt("open sesam", hash.bytes), hash.bytes);
	str_release(&hash);
}

static void each_hash_has_a_salt_of_its_own(void **state)
{
	struct str a = STR_INIT, b = STR_INIT;

	(void)state;
	assert_int_equal(password_hash(span_of("x"), &a, NULL), 0);
	assert_int_equal(password_hash(span_of("x"), &b, NULL), 0);
	assert_string_not_equal(a.bytes, b.bytes);
	str_release(&a);
	str_release(&b);
}

static void what_crypt_cannot_take_is_refused(void **state)
{
	static char   room[600];
	struct str    hash = STR_INIT;
	struct err    err = ERR_INIT;
	struct span   cases[] = { span_make("", 0), span_make("a\0b", 3), span_of("a\nb"),
				  span_make(room, sizeof(room)) };

	(void)state;
	memset(room, 'x', sizeof(room));
	for (size_t i = 0; i < N(cases); i++) {
		assert_int_equal(password_hash(cases[i], &hash, &err), -1);
		assert_int_equal(err.code, ERR_USAGE);
	}
	assert_int_equal(hash.len, 0);
	err_release(&err);
	str_release(&hash);
}

static void a_line_is_read_and_no_byte_more(void **state)
{
	struct str line = STR_INIT;
	char       rest[16];
	int        fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(write(fds[1], "one\r\ntwo\n", 9), 9);
	close(fds[1]);
	assert_int_equal(password_read_line(fds[0], &line, NULL), 0);
	assert_string_equal(line.bytes, "one");
	assert_int_equal(read(fds[0], rest, sizeof(rest)), 4);
	close(fds[0]);
	str_release(&line);
}

static void expect(const char *text, const char *wanted)
{
	struct str out = STR_INIT;

	command_redact(span_of(text), &out);
	assert_string_equal(out.bytes, wanted);
	str_release(&out);
}

static void passwords_are_taken_out_of_commands(void **state)
{
	(void)state;
	expect("add user ops bob secret groups a", "add user ops bob *** groups a");
	expect("add user ops bob 'a b;c' # x", "add user ops bob *** # x");
	expect("set user ops/bob password secret; diff", "set user ops/bob password ***; diff");
	expect("diff; set user ops/bob password \"s\"", "diff; set user ops/bob password ***");
	expect("add us ops bob secret", "add us ops bob ***");
	expect("add line userlist o user u insecure-password pw",
	       "add line userlist o user u insecure-password ***");
}

static void a_call_that_makes_no_sense_shows_none_of_its_words(void **state)
{
	(void)state;
	expect("add user ops bob secret more", "add user *** *** *** ***");
	expect("set user ops/bob pasword secret", "set user *** *** ***");
}

static void what_says_where_a_password_is_stays(void **state)
{
	(void)state;
	expect("add user ops bob -", "add user ops bob -");
	expect("add user ops bob fd:3", "add user ops bob fd:3");
	expect("add user ops bob env:PW groups x", "add user ops bob env:PW groups x");
	expect("set server live/a weight 3", "set server live/a weight 3");
	expect("", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_hash_is_what_crypt_finds_again),
		cmocka_unit_test(each_hash_has_a_salt_of_its_own),
		cmocka_unit_test(what_crypt_cannot_take_is_refused),
		cmocka_unit_test(a_line_is_read_and_no_byte_more),
		cmocka_unit_test(passwords_are_taken_out_of_commands),
		cmocka_unit_test(a_call_that_makes_no_sense_shows_none_of_its_words),
		cmocka_unit_test(what_says_where_a_password_is_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
