/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "penstock/command/output.h"

static const struct output_column columns[] = {
	{ "svname", "SERVER", false },
	{ "scur", "CUR", true },
};

/* Two rows, the second with a name that wants to steer the terminal. */
static void print(struct output *out)
{
	struct output_table table;

	output_table_begin(&table, out, columns, 2);
	output_table_row(&table, (struct output_cell[]){
					 { span_of("app1"), span_of("app1"), false },
					 { span_of("1.2k"), span_of("1200"), true } });
	output_table_row(&table, (struct output_cell[]){
					 { span_of("a,\x1b\"b"), span_of("a,\x1b\"b"), false },
					 { span_of("-"), span_of(""), true } });
	output_table_end(&table);
}

static void check(enum output_format format, const char *expected)
{
	struct output out;

	output_init_text(&out);
	out.format = format;
	print(&out);
	assert_string_equal(out.text.bytes, expected);
	output_release(&out);
}

static void text_is_aligned_and_printable(void **state)
{
	(void)state;
	check(OUTPUT_TEXT, "SERVER     CUR\n"
			   "app1      1.2k\n"
			   "a,\\x1b\"b     -\n");
}

static void json_is_an_object_a_line(void **state)
{
	(void)state;
	check(OUTPUT_JSON, "{\"svname\":\"app1\",\"scur\":1200}\n"
			   "{\"svname\":\"a,\\u001B\\\"b\"}\n");
}

static void csv_has_a_header_and_quotes_where_needed(void **state)
{
	(void)state;
	check(OUTPUT_CSV, "svname,scur\napp1,1200\n\"a,\x1b\"\"b\",\n");
}

static void bytes_that_are_no_utf8_become_visible_in_json(void **state)
{
	struct output out;

	(void)state;
	output_init_text(&out);
	out.format = OUTPUT_JSON;
	output_lines(&out, span_of("a\xff"));
	assert_string_equal(out.text.bytes, "{\"text\":\"a\\\\xff\"}\n");
	output_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_aligned_and_printable),
		cmocka_unit_test(json_is_an_object_a_line),
		cmocka_unit_test(csv_has_a_header_and_quotes_where_needed),
		cmocka_unit_test(bytes_that_are_no_utf8_become_visible_in_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
