/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finding commands, fitting words to arguments, running texts, completing. */
#include "unit.h"

#include "penstock/command/complete.h"
#include "penstock/command/console.h"

static struct loop    *loop;
static struct console *console;

static int set_up(void **state)
{
	struct document *doc = document_new();

	(void)state;
	loop = loop_new();
	console = console_new(loop);
	document_add_file(doc, "haproxy.cfg",
			  span_of("frontend web\n    bind :80\n    default_backend live\n\n"
				  "backend live\n    server app1 127.0.0.1:1 weight 7\n"
				  "    server app2 127.0.0.1:2\n"));
	console->candidate = candidate_new(doc);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	console_free(console);
	loop_free(loop);
	return 0;
}

/* The command that a text names, its words fitted; NULL with the error. */
static const struct cmd_def *parse(const char *text, bool prefixes, struct call *call,
				   struct cmd_words *words, struct err *err)
{
	const struct cmd_def *def;
	size_t                offset = 0, taken;
	unsigned              line = 1;

	assert_int_equal(cmd_words_next(words, span_of(text), &offset, &line, err), 1);
	*call = (struct call){ .console = console, .words = words };
	def = command_find(words, prefixes, &taken, err);
	return def && call_parse(call, def, taken, prefixes, err) == 0 ? def : NULL;
}

static void expect(const char *text, bool prefixes, const char *name)
{
	struct cmd_words      words = CMD_WORDS_INIT;
	struct err            err = ERR_INIT;
	struct call           call;
	const struct cmd_def *def = parse(text, prefixes, &call, &words, &err);

	if (!def)
		fail_msg("'%s': %s", text, err.text.bytes);
	assert_string_equal(def->name, name);
	cmd_words_release(&words);
	err_release(&err);
}

static void expect_error(const char *text, bool prefixes, const char *part)
{
	struct cmd_words words = CMD_WORDS_INIT;
	struct err       err = ERR_INIT;
	struct call      call;

	if (parse(text, prefixes, &call, &words, &err))
		fail_msg("'%s' was accepted", text);
	assert_int_equal(err.code, ERR_USAGE);
	if (!strstr(err.text.bytes, part))
		fail_msg("'%s' gives '%s'", text, err.text.bytes);
	cmd_words_release(&words);
	err_release(&err);
}

static void the_longest_name_wins(void **state)
{
	(void)state;
	expect("delete backend live", false, "delete");
	expect("delete server live/app1", false, "delete server");
	expect("kill session 0x1", false, "kill session");
}

static void prefixes_work_only_when_asked_for(void **state)
{
	(void)state;
	expect("sh serv", true, "show servers");
	expect("dr live/app1", true, "drain");
	expect_error("sh serv", false, "no command 'sh'");
	expect_error("sho", true, "wants another word: show info, ");
	expect_error("cr live", true, "'live' is no section");
}

static void mistakes_are_explained(void **state)
{
	(void)state;
	expect_error("shwo servers", false, "did you mean 'show servers'?");
	expect_error("show", false, "wants another word");
	expect_error("weight live/app1", false, "wants its weight; it goes: weight ");
	expect_error("weight live/app1 300", false, "0 to 256");
	expect_error("weight app1 3", false, "try BACKEND/SERVER");
	expect_error("drain live/app1 wait", false, "'wait' wants a value");
	expect_error("diff now", false, "one word too many: 'now'");
}

static void an_expression_ends_at_the_next_option(void **state)
{
	struct cmd_words words = CMD_WORDS_INIT;
	struct call      call;
	struct str       text = STR_INIT;

	(void)state;
	assert_non_null(parse("show servers live/* x where status=UP & scur > 3 sort -scur limit 2",
			      false, &call, &words, NULL));
	call_join(&call, "where", &text);
	assert_string_equal(text.bytes, "status=UP & scur > 3");
	assert_int_equal(call_count(&call, "glob"), 2);
	assert_true(span_is(call_text(&call, "sort"), "-scur"));
	assert_int_equal(call_number(&call, "limit", 0), 2);
	str_release(&text);
	cmd_words_release(&words);
}

static void the_rest_of_a_line_is_taken_as_typed(void **state)
{
	struct cmd_words words = CMD_WORDS_INIT;
	struct call      call;

	(void)state;
	assert_non_null(parse("add line backend live  http-request deny if { path \"/a b\" }",
			      false, &call, &words, NULL));
	assert_true(span_is(call_source(&call, "section"),
			    "backend live  http-request deny if { path \"/a b\" }"));
	cmd_words_release(&words);
}

static int run(const char *text, struct err *err)
{
	struct output out;
	int           status;

	output_init_text(&out);
	status = command_run_text(console, span_of(text), (struct place){ "script", 1, 0 }, &out,
				  err);
	output_release(&out);
	return status;
}

static void an_error_names_script_and_line(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(run("set server live/app1 weight 5\n\n# x\nset server live/no weight 1\n",
			     &err), -1);
	assert_string_equal(err.file.bytes, "script");
	assert_int_equal(err.line, 4);
	assert_int_equal(console->candidate->done.count, 1);
	err_release(&err);
}

static void a_failing_edit_leaves_no_trace(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(run("delete backend live", &err), -1);
	assert_int_equal(err.code, ERR_IN_USE);
	assert_false(candidate_is_dirty(console->candidate));
	err_release(&err);
}

static void keep_going_keeps_the_first_error(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	console->keep_going = true;
	assert_int_equal(run("nonsense\nset server live/app1 weight 5", &err), 0);
	assert_int_equal(console->last_error.code, ERR_USAGE);
	assert_true(candidate_is_dirty(console->candidate));
	err_release(&err);
}

static void check_completion(const char *line, const char *expected)
{
	struct completions offers = COMPLETIONS_INIT;
	bool               found = false;

	complete_line(console, span_of(line), strlen(line), &offers);
	for (size_t i = 0; i < offers.list.count; i++)
		found = found || strcmp(offers.list.items[i].text, expected) == 0;
	if (!found)
		fail_msg("'%s' does not offer '%s' among %zu", line, expected, offers.list.count);
	completions_release(&offers);
}

static void completion_offers_what_may_come(void **state)
{
	(void)state;
	check_completion("", "show");
	check_completion("sho", "show");
	check_completion("show s", "servers");
	check_completion("set server ", "live/app1");
	check_completion("set server live/app1 we", "weight");
	check_completion("set backend ", "live");
	check_completion("show servers where status=UP so", "sort");
	check_completion("show servers sort ", "scur");
	check_completion("plan; drain live/", "live/app2");
	check_completion("create ", "backend");
}

static void completion_knows_the_lines_of_the_configuration(void **state)
{
	(void)state;
	vocabulary_read(&console->vocabulary,
			span_of("# List of registered configuration keywords:\nlisten\n"
				"\tnovelty\n\thttp-request frobnicate\n"));
	check_completion("add line backend live ti", "timeout");
	check_completion("add line backend live nov", "novelty");
	check_completion("add line backend live timeout ser", "server");
	check_completion("add line backend live http-request fr", "frobnicate");
	check_completion("add http-request live fr", "frobnicate");
	check_completion("add http-request backend live fr", "frobnicate");
	check_completion("add line backend live server s 192.0.2.1:1 we", "weight");
	check_completion("add line backend live default-server int", "inter");
	check_completion("set line a.cfg:1 bal", "balance");
	check_completion("set backend live nov", "novelty");
}

static void completion_says_what_is_wanted(void **state)
{
	struct completions offers = COMPLETIONS_INIT;

	(void)state;
	complete_line(console, span_of("weight live/app1 "), 17, &offers);
	assert_non_null(strstr(offers.hint.bytes, "0 to 256"));
	completions_release(&offers);
	offers = (struct completions)COMPLETIONS_INIT;
	complete_line(console, span_of("set server live/app1 weight "), 28, &offers);
	assert_string_equal(offers.hint.bytes, "<0-256>  now 7");
	completions_release(&offers);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_longest_name_wins),
		TEST(prefixes_work_only_when_asked_for),
		TEST(mistakes_are_explained),
		TEST(an_expression_ends_at_the_next_option),
		TEST(the_rest_of_a_line_is_taken_as_typed),
		TEST(an_error_names_script_and_line),
		TEST(a_failing_edit_leaves_no_trace),
		TEST(keep_going_keeps_the_first_error),
		TEST(completion_offers_what_may_come),
		TEST(completion_knows_the_lines_of_the_configuration),
		TEST(completion_says_what_is_wanted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
