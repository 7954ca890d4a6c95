/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "penstock/base/mem.h"
#include "penstock/haproxy/reply.h"

static void feed(struct reply_reader *reader, const char *bytes, size_t len)
{
	memcpy(reply_reader_room(reader, len), bytes, len);
	reply_reader_added(reader, len);
}

static void feed_text(struct reply_reader *reader, const char *text)
{
	feed(reader, text, strlen(text));
}

static void assert_next(struct reply_reader *reader, bool eof, const char *wanted)
{
	struct span reply;

	assert_true(reply_reader_next(reader, eof, &reply));
	assert_int_equal(reply.len, strlen(wanted));
	assert_memory_equal(reply.at, wanted, reply.len);
}

static void assert_none(struct reply_reader *reader, bool eof)
{
	struct span reply;

	assert_false(reply_reader_next(reader, eof, &reply));
}

static void one_shot_reply_ends_with_the_connection(void **state)
{
	struct reply_reader reader;

	(void)state;
	reply_reader_init(&reader, REPLY_UNTIL_EOF);
	feed_text(&reader, "2.6.12\n");
	assert_none(&reader, false);
	feed_text(&reader, "\n");
	assert_none(&reader, false);
	assert_next(&reader, true, "2.6.12\n");
	assert_none(&reader, true);
	assert_int_equal(reply_reader_rest(&reader), 0);
	reply_reader_release(&reader);
}

static void one_shot_reply_of_2_6_may_lack_the_empty_line(void **state)
{
	struct reply_reader reader;

	(void)state;
	reply_reader_init(&reader, REPLY_UNTIL_EOF);
	feed_text(&reader, "Server deleted.\n");
	assert_next(&reader, true, "Server deleted.");
	reply_reader_release(&reader);
}

static void empty_one_shot_reply_is_one_line_end(void **state)
{
	struct reply_reader reader;

	(void)state;
	reply_reader_init(&reader, REPLY_UNTIL_EOF);
	feed_text(&reader, "\n");
	assert_next(&reader, true, "");
	reply_reader_release(&reader);
}

static void one_shot_reply_without_line_end_is_cut_off(void **state)
{
	struct reply_reader reader;

	(void)state;
	reply_reader_init(&reader, REPLY_UNTIL_EOF);
	assert_none(&reader, true);
	feed_text(&reader, "be,s1,0");
	assert_none(&reader, true);
	assert_int_equal(reply_reader_rest(&reader), 7);
	reply_reader_release(&reader);
}

/* What 2.6 sends for: prompt, an empty success, a dump, an error, an empty one. */
static const char talk[] =
	"\n> \n> # pxname,svname,\nfe,a>b > c,\n\n> Empty weight string\n> \n> ";

static const char *const answers[] = {
	"", "# pxname,svname,\nfe,a>b > c,\n", "Empty weight string", "",
};

static void prompt_marks_cut_the_replies(void **state)
{
	struct reply_reader reader;

	(void)state;
	reply_reader_init(&reader, REPLY_PROMPT);
	feed_text(&reader, talk);
	for (size_t i = 0; i < N(answers); i++)
		assert_next(&reader, false, answers[i]);
	assert_none(&reader, false);
	assert_int_equal(reply_reader_rest(&reader), 0);
	reply_reader_release(&reader);
}

static void replies_are_the_same_however_the_bytes_come(void **state)
{
	(void)state;
	for (size_t step = 1; step < sizeof(talk); step++) {
		struct reply_reader reader;
		struct span         reply;
		size_t              count = 0;

		reply_reader_init(&reader, REPLY_PROMPT);
		for (size_t at = 0; at < sizeof(talk) - 1; at += step) {
			size_t rest = sizeof(talk) - 1 - at;

			feed(&reader, talk + at, rest < step ? rest : step);
			while (reply_reader_next(&reader, false, &reply)) {
				assert_true(count < N(answers));
				assert_true(span_is(reply, answers[count]));
				count++;
			}
		}
		assert_int_equal(count, N(answers));
		reply_reader_release(&reader);
	}
}

static void newer_greeting_without_line_end_is_one_too(void **state)
{
	struct reply_reader reader;

	(void)state;
	reply_reader_init(&reader, REPLY_PROMPT);
	feed_text(&reader, "> yes\n\n> ");
	assert_next(&reader, false, "yes\n");
	reply_reader_release(&reader);
}

static void a_mark_at_the_very_start_of_a_reply_is_no_end(void **state)
{
	struct reply_reader reader;

	(void)state;
	reply_reader_init(&reader, REPLY_PROMPT);
	feed_text(&reader, "\n> > x\n\n> ");
	assert_next(&reader, false, "> x\n");
	reply_reader_release(&reader);
}

static const struct {
	const char *bytes;
	bool        foreign;
} greeting_table[] = {
	{ "", false }, { "\n", false }, { ">", false }, { "\n>", false }, { "> ", false },
	{ "\n> ", false }, { "HTTP/1.1 400", true }, { "\nx", true }, { ">x", true },
	{ "\n\n", true }, { "Permission denied\n\n> ", true },
};

static void a_stranger_is_known_by_its_first_bytes(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(greeting_table); i++) {
		struct reply_reader reader;

		reply_reader_init(&reader, REPLY_PROMPT);
		feed_text(&reader, greeting_table[i].bytes);
		assert_int_equal(reply_reader_is_foreign(&reader), greeting_table[i].foreign);
		reply_reader_release(&reader);
	}
}

static void bytes_can_be_taken_with_the_replies_in_them(void **state)
{
	struct reply_reader reader;
	struct span         reply;
	struct str          bytes = STR_INIT;

	(void)state;
	reply_reader_init(&reader, REPLY_PROMPT);
	feed_text(&reader, "\n> table\n\n> ");
	assert_true(reply_reader_next(&reader, false, &reply));
	reply_reader_take(&reader, &bytes);
	assert_ptr_equal(reply.at, bytes.bytes);
	assert_true(span_is(reply, "table\n"));
	assert_int_equal(reply_reader_rest(&reader), 0);
	reply_reader_release(&reader);
	str_release(&bytes);
}

static void kinds_are_told_by_their_words(void **state)
{
	(void)state;
	assert_true(reply_is_empty(span_of("")));
	assert_true(reply_is_empty(span_of("\n")));
	assert_false(reply_is_empty(span_of("No such server.\n")));
	assert_true(reply_is_denied(span_of("Permission denied\n")));
	assert_true(reply_is_denied(span_of("Server be/s1 is going DOWN\nPermission denied\n")));
	assert_false(reply_is_denied(span_of("Permission denied\nServer deleted.\n")));
	assert_true(reply_is_unknown(span_of("Unknown command. Please enter\n")));
	assert_true(reply_is_unknown(span_of("Unknown command: 'foo', but maybe\n  quit\n")));
	assert_false(reply_is_unknown(span_of("Unknown map identifier.\n")));
}

static void last_line_skips_stale_ones(void **state)
{
	(void)state;
	assert_true(span_is(reply_last_line(span_of("stale\nServer deleted.\n\n")),
			    "Server deleted."));
	assert_true(span_is(reply_last_line(span_of("one")), "one"));
	assert_int_equal(reply_last_line(span_of("\n\n")).len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_shot_reply_ends_with_the_connection),
		cmocka_unit_test(one_shot_reply_of_2_6_may_lack_the_empty_line),
		cmocka_unit_test(empty_one_shot_reply_is_one_line_end),
		cmocka_unit_test(one_shot_reply_without_line_end_is_cut_off),
		cmocka_unit_test(prompt_marks_cut_the_replies),
		cmocka_unit_test(replies_are_the_same_however_the_bytes_come),
		cmocka_unit_test(newer_greeting_without_line_end_is_one_too),
		cmocka_unit_test(a_mark_at_the_very_start_of_a_reply_is_no_end),
		cmocka_unit_test(a_stranger_is_known_by_its_first_bytes),
		cmocka_unit_test(bytes_can_be_taken_with_the_replies_in_them),
		cmocka_unit_test(kinds_are_told_by_their_words),
		cmocka_unit_test(last_line_skips_stale_ones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
