/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "unit.h"

#include "penstock/base/mem.h"
#include "penstock/haproxy/sample.h"

#define HEAD "# pxname,svname,status,stot,type,last_chk,\n"

static const char table[] =
	HEAD
	"fe,FRONTEND,OPEN,7,0,,\n"
	"fe,\"sock,1\",OPEN,6,3,,\n"
	"be,s1,UP,5,2,\"a, \"\"b\"\" c\",\n"
	"be,s10,DOWN,4,2,,\n"
	"be,BACKEND,UP,9,1,,\n";

static int parse(struct sample *sample, const char *text, int64_t taken_ms, struct err *err)
{
	struct str bytes = STR_INIT;

	str_set(&bytes, text);
	return sample_parse(sample, &bytes, taken_ms, err);
}

static struct sample parsed(const char *text, int64_t taken_ms)
{
	struct sample sample;

	assert_int_equal(parse(&sample, text, taken_ms, NULL), 0);
	return sample;
}

static void rows_have_their_types(void **state)
{
	static const enum row_type types[] = { ROW_FRONTEND, ROW_LISTENER, ROW_SERVER, ROW_SERVER,
					       ROW_BACKEND };
	struct sample              sample = parsed(table, 0);

	(void)state;
	assert_int_equal(sample.rows.count, N(types));
	for (size_t i = 0; i < N(types); i++)
		assert_int_equal(sample.rows.items[i].type, types[i]);
	assert_int_equal(sample.columns.count, 6);
	sample_release(&sample);
}

static void parse_takes_the_bytes_without_copying(void **state)
{
	struct str    bytes = STR_INIT;
	struct sample sample;
	const char   *at;

	(void)state;
	str_set(&bytes, table);
	at = bytes.bytes;
	assert_int_equal(sample_parse(&sample, &bytes, 42, NULL), 0);
	assert_ptr_equal(sample.bytes.bytes, at);
	assert_int_equal(bytes.len, 0);
	assert_int_equal(sample.taken_ms, 42);
	sample_release(&sample);
}

static void cells_are_found_by_column_name(void **state)
{
	struct sample sample = parsed(table, 0);
	int           stot = sample_column(&sample, span_of("stot"));

	(void)state;
	assert_int_equal(stot, 3);
	assert_int_equal(sample_column(&sample, span_of("sto")), -1);
	assert_true(span_is(sample_cell(&sample, 3, stot), "4"));
	assert_int_equal(sample_cell(&sample, 0, 5).len, 0);
	assert_int_equal(sample_cell(&sample, 0, -1).len, 0);
	assert_int_equal(sample_cell(&sample, 0, 99).len, 0);
	assert_true(span_is(sample_proxy(&sample, 2), "be"));
	assert_true(span_is(sample_server(&sample, 2), "s1"));
	sample_release(&sample);
}

static void quoted_cells_may_hold_commas_and_quotes(void **state)
{
	struct sample sample = parsed(table, 0);
	struct str    text = STR_INIT;

	(void)state;
	assert_true(span_is(sample_server(&sample, 1), "sock,1"));
	assert_true(span_is(sample_cell(&sample, 1, 3), "6"));
	sample_text(&sample, 2, 5, &text);
	assert_string_equal(text.bytes, "a, \"b\" c");
	str_release(&text);
	sample_release(&sample);
}

static void one_walk_gives_the_same_cells(void **state)
{
	struct sample sample = parsed(table, 0);
	struct span   cells[8];

	(void)state;
	for (size_t row = 0; row < sample.rows.count; row++) {
		sample_cells(&sample, row, cells, N(cells));
		for (size_t i = 0; i < N(cells); i++)
			assert_true(span_equal(cells[i], sample_cell(&sample, row, (int)i)));
	}
	sample_release(&sample);
}

/* The quick walk goes by blocks: lines that end and cells that lie anywhere in one. */
static void cells_of_every_width_are_found(void **state)
{
	(void)state;
	for (size_t width = 0; width < 20; width++) {
		struct str    text = STR_INIT;
		struct sample sample;

		str_add_text(&text, "# pxname,svname,type,");
		for (int i = 0; i < 30; i++)
			str_addf(&text, "c%d,", i);
		str_add_text(&text, "\nbe,s,2,");
		for (int i = 0; i < 30; i++) {
			str_add_repeat(&text, (char)('a' + i % 26), i % 3 ? width : 0);
			str_add_char(&text, ',');
		}
		str_add_char(&text, '\n');
		assert_int_equal(sample_parse(&sample, &text, 0, NULL), 0);
		for (int i = 0; i < 30; i++) {
			struct span cell = sample_cell(&sample, 0, i + 3);

			assert_int_equal(cell.len, i % 3 ? width : 0);
			if (cell.len)
				assert_int_equal(cell.at[cell.len - 1], 'a' + i % 26);
		}
		sample_release(&sample);
	}
}

static const struct {
	const char *text, *words;
} bad_table[] = {
	{ "", "begins with ''" },
	{ "Permission denied\n", "'Permission denied'" },
	{ "\x1b[2J\n", "\\x1b[2J" },
	{ "# pxname,svname,type,", "cut off in its first line" },
	{ "# pxname,svname,status,\n", "no column 'type'" },
	{ HEAD "fe,FRONTEND,OPEN,7,0,,\nbe,s1,U", "cut off in row 2" },
	{ HEAD "fe,FRONTEND,OPEN,7,0,,\nbe,s1,U\n", "row 2 has 2 of 6 columns" },
	/* cut off at the end of a row: what stands for the empty line is missing */
	{ HEAD "fe,FRONTEND,OPEN,7,0,,", "cut off in row 1" },
};

static void a_table_that_is_not_whole_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(bad_table); i++) {
		struct sample sample;
		struct err    err = ERR_INIT;

		assert_int_equal(parse(&sample, bad_table[i].text, 0, &err), -1);
		assert_int_equal(err.code, ERR_PROTOCOL);
		assert_non_null(strstr(err.text.bytes, bad_table[i].words));
		assert_int_equal(sample.rows.count, 0);
		err_release(&err);
		sample_release(&sample);
	}
}

static void a_header_alone_is_whole(void **state)
{
	struct sample sample = parsed(HEAD, 0);

	(void)state;
	assert_int_equal(sample.rows.count, 0);
	sample_release(&sample);
}

static void no_prefix_leads_astray(void **state)
{
	(void)state;
	for (size_t len = 0; len <= sizeof(table) - 1; len++) {
		struct str    bytes = STR_INIT;
		struct sample sample;

		str_add(&bytes, table, len);
		if (sample_parse(&sample, &bytes, 0, NULL) == 0)
			for (size_t row = 0; row < sample.rows.count; row++)
				for (int i = -1; i < 9; i++)
					sample_cell(&sample, row, i);
		sample_release(&sample);
	}
}

static struct sample many(size_t first, size_t count)
{
	struct str    text = STR_INIT;
	struct sample sample;

	str_add_text(&text, HEAD);
	for (size_t i = first; i < first + count; i++)
		str_addf(&text, "be,s%zu,UP,%zu,2,,\n", i, i);
	assert_int_equal(sample_parse(&sample, &text, 0, NULL), 0);
	return sample;
}

static void match_finds_rows_that_have_moved(void **state)
{
	struct sample now = many(5, 50), older = many(0, 50);

	(void)state;
	for (size_t row = 0; row < 45; row++)
		assert_int_equal(sample_match(&now, row, &older), row + 5);
	for (size_t row = 45; row < 50; row++)
		assert_int_equal(sample_match(&now, row, &older), SIZE_MAX);
	for (size_t row = 5; row < 50; row++)
		assert_int_equal(sample_match(&older, row, &now), row - 5);
	sample_release(&now);
	sample_release(&older);
}

static void match_works_beside_a_much_smaller_table(void **state)
{
	struct sample now = many(0, 50), older = many(40, 3), none = SAMPLE_INIT;

	(void)state;
	assert_int_equal(sample_match(&now, 41, &older), 1);
	assert_int_equal(sample_match(&now, 49, &older), SIZE_MAX);
	assert_int_equal(sample_match(&now, 0, &none), SIZE_MAX);
	sample_release(&now);
	sample_release(&older);
}

static void match_wants_name_and_type_whole(void **state)
{
	struct sample now = parsed(HEAD "be,s1,UP,1,2,,\n", 0);
	struct sample older = parsed(HEAD "be,s10,UP,1,2,,\nbe,s1,UP,1,3,,\nbf,s1,UP,1,2,,\n", 0);

	(void)state;
	assert_int_equal(sample_match(&now, 0, &older), SIZE_MAX);
	sample_release(&now);
	sample_release(&older);
}

static void rate_is_growth_by_time(void **state)
{
	struct sample older = parsed(HEAD "be,s1,UP,100,2,,\n", 1000);
	struct sample now = parsed(HEAD "be,s1,UP,150,2,,\n", 3000);
	double        rate = 0;

	(void)state;
	assert_true(sample_rate(&now, 0, 3, &older, 0, &rate));
	assert_true(rate > 24.9 && rate < 25.1);
	sample_release(&now);
	sample_release(&older);
}

static void reset_counters_and_missing_bases_give_no_rate(void **state)
{
	struct sample older = parsed(HEAD "be,s1,UP,100,2,,\nbe,s2,UP,,2,,\n", 1000);
	struct sample now = parsed(HEAD "be,s1,UP,5,2,,\nbe,s2,UP,7,2,,\n", 2000);
	double        rate;

	(void)state;
	assert_false(sample_rate(&now, 0, 3, &older, 0, &rate));
	assert_false(sample_rate(&now, 1, 3, &older, 1, &rate));
	assert_false(sample_rate(&now, 0, 3, &older, SIZE_MAX, &rate));
	assert_false(sample_rate(&now, 0, -1, &older, 0, &rate));
	assert_false(sample_rate(&older, 0, 3, &older, 0, &rate));
	assert_false(sample_rate(&now, 0, 2, &older, 0, &rate));
	sample_release(&now);
	sample_release(&older);
}

static void info_values_are_found_by_their_whole_name(void **state)
{
	struct span info = span_of("Name: HAProxy\nPid: 42\nUptime: 0d 0h\nUptime_sec: 7\n"
				   "Unstoppable Jobs: 3\nBuild info: 2.6: x\nempty:\n");

	(void)state;
	assert_int_equal(info_number(info, "Pid", 0), 42);
	assert_int_equal(info_number(info, "Uptime_sec", 0), 7);
	assert_int_equal(info_number(info, "Unstoppable Jobs", 0), 3);
	assert_true(span_is(info_value(info, "Uptime"), "0d 0h"));
	assert_true(span_is(info_value(info, "Build info"), "2.6: x"));
	assert_int_equal(info_value(info, "empty").len, 0);
	assert_int_equal(info_value(info, "Nam").len, 0);
	assert_int_equal(info_number(info, "Name", -1), -1);
	assert_int_equal(info_number(span_of(""), "Pid", 9), 9);
}

static void each_field_is_described_once(void **state)
{
	(void)state;
	for (size_t i = 0; i < stat_field_table_count; i++) {
		const struct stat_field_def *def = &stat_field_table[i];

		assert_ptr_equal(stat_field_find(span_of(def->name)), def);
		assert_true(strlen(def->summary) > 3);
		assert_int_not_equal(def->summary[strlen(def->summary) - 1], '.');
		assert_non_null(field_kind_table[def->kind].name);
	}
	assert_null(stat_field_find(span_of("no_such_field")));
	assert_null(stat_field_find(span_of("")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_have_their_types),
		cmocka_unit_test(parse_takes_the_bytes_without_copying),
		cmocka_unit_test(cells_are_found_by_column_name),
		cmocka_unit_test(quoted_cells_may_hold_commas_and_quotes),
		cmocka_unit_test(one_walk_gives_the_same_cells),
		cmocka_unit_test(cells_of_every_width_are_found),
		cmocka_unit_test(a_table_that_is_not_whole_is_refused),
		cmocka_unit_test(a_header_alone_is_whole),
		cmocka_unit_test(no_prefix_leads_astray),
		cmocka_unit_test(match_finds_rows_that_have_moved),
		cmocka_unit_test(match_works_beside_a_much_smaller_table),
		cmocka_unit_test(match_wants_name_and_type_whole),
		cmocka_unit_test(rate_is_growth_by_time),
		cmocka_unit_test(reset_counters_and_missing_bases_give_no_rate),
		cmocka_unit_test(info_values_are_found_by_their_whole_name),
		cmocka_unit_test(each_field_is_described_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
