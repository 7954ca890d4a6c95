/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "live.h"

#include "penstock/apply/check.h"

static void parse(const char *output, struct check_result *result)
{
	struct strings temporary = STRINGS_INIT, real = STRINGS_INIT;

	strings_add(&temporary, "/etc/.h.cfg.penstock.Ab12Cd");
	strings_add(&real, "h.cfg");
	strings_add(&temporary, "/etc/conf.d/b.cfg");
	strings_add(&real, "conf.d/b.cfg");
	check_parse(span_of(output), &temporary, &real, result);
	strings_release(&temporary);
	strings_release(&real);
}

static void assert_message(const struct check_result *result, size_t index, bool fatal,
			   const char *file, unsigned line, const char *text)
{
	assert_true(index < result->messages.count);
	assert_int_equal(result->messages.items[index].fatal, fatal);
	assert_string_equal(result->messages.items[index].file.bytes, file);
	assert_int_equal(result->messages.items[index].line, line);
	assert_string_equal(result->messages.items[index].text.bytes, text);
}

static void messages_get_the_real_file_and_line(void **state)
{
	struct check_result result = CHECK_RESULT_INIT;

	(void)state;
	parse("[NOTICE]   (7) : haproxy version is 2.6.12\n"
	      "[NOTICE]   (7) : path to executable is /usr/sbin/haproxy\n"
	      "[ALERT]    (7) : config : parsing [/etc/.h.cfg.penstock.Ab12Cd:22] : unknown "
	      "keyword 'foo' in 'backend' section\n"
	      "[WARNING]  (7) : config : [/etc/conf.d/b.cfg:3] : 'server' is odd.\n",
	      &result);
	assert_int_equal(result.messages.count, 2);
	assert_message(&result, 0, true, "h.cfg", 22, "unknown keyword 'foo' in 'backend' section");
	assert_message(&result, 1, false, "conf.d/b.cfg", 3, "'server' is odd.");
	check_result_release(&result);
}

static void temporary_names_are_replaced_inside_the_words_too(void **state)
{
	struct check_result result = CHECK_RESULT_INIT;

	(void)state;
	parse("[ALERT]    (7) : config : Parsing [/etc/.h.cfg.penstock.Ab12Cd:14]: backend 'b' has "
	      "the same name as backend 'b' declared at /etc/.h.cfg.penstock.Ab12Cd:12.\n",
	      &result);
	assert_message(&result, 0, true, "h.cfg", 14,
		       "backend 'b' has the same name as backend 'b' declared at h.cfg:12.");
	check_result_release(&result);
}

static void a_place_in_the_middle_leaves_the_words_whole(void **state)
{
	struct check_result result = CHECK_RESULT_INIT;

	(void)state;
	parse("[ALERT]    (7) : Binding [/etc/.h.cfg.penstock.Ab12Cd:9] for frontend f: cannot "
	      "bind socket (Address already in use) for [127.0.0.1:80]\n",
	      &result);
	assert_message(&result, 0, true, "h.cfg", 9,
		       "Binding [h.cfg:9] for frontend f: cannot bind socket (Address already in "
		       "use) for [127.0.0.1:80]");
	check_result_release(&result);
}

static void what_follows_a_message_belongs_to_it(void **state)
{
	struct check_result result = CHECK_RESULT_INIT;

	(void)state;
	parse("[ALERT]    (7) : config : parsing [/etc/.h.cfg.penstock.Ab12Cd:10]: unmatched quote "
	      "at position 9:\n"
	      "  server \"abc\n"
	      "         ^\n"
	      "[WARNING]  (7) : config : x\n"
	      "   | and more of it\n"
	      "Configuration file is valid\n",
	      &result);
	assert_int_equal(result.messages.count, 2);
	assert_message(&result, 0, true, "h.cfg", 10,
		       "unmatched quote at position 9:\nserver \"abc\n^");
	assert_message(&result, 1, false, "", 0, "x\nand more of it");
	check_result_release(&result);
}

static void a_message_cut_off_does_not_swallow_the_next(void **state)
{
	struct check_result result = CHECK_RESULT_INIT;

	(void)state;
	parse("[ALERT]    (7) : config : parsing [/etc/.h.cfg.penstock.Ab12Cd:11] : character "
	      "'[ALERT]    (7) : config : [/etc/.h.cfg.penstock.Ab12Cd:13] : no address\n",
	      &result);
	assert_int_equal(result.messages.count, 2);
	assert_message(&result, 0, true, "h.cfg", 11, "character '");
	assert_message(&result, 1, true, "h.cfg", 13, "no address");
	check_result_release(&result);
}

static void the_summary_counts_only_when_nothing_else_was_said(void **state)
{
	struct check_result result = CHECK_RESULT_INIT;

	(void)state;
	parse("[ALERT]    (7) : config : Proxy 'fe1': unable to find default_backend: 'zz'.\n"
	      "[ALERT]    (7) : config : Fatal errors found in configuration.\n",
	      &result);
	assert_int_equal(result.messages.count, 1);
	assert_message(&result, 0, true, "", 0,
		       "Proxy 'fe1': unable to find default_backend: 'zz'.");
	check_result_release(&result);
	result = (struct check_result)CHECK_RESULT_INIT;
	parse("[ALERT]    (7) : config : Fatal errors found in configuration.\n", &result);
	assert_int_equal(result.messages.count, 1);
	check_result_release(&result);
}

static void older_and_newer_stamps_are_taken_off(void **state)
{
	struct check_result result = CHECK_RESULT_INIT;

	(void)state;
	parse("[ALERT] 324/003412 (7) : parsing [/etc/conf.d/b.cfg:1] : old\n"
	      "[ALERT]    (7) : new\n"
	      "[ALERT] bare\n",
	      &result);
	assert_message(&result, 0, true, "conf.d/b.cfg", 1, "old");
	assert_message(&result, 1, true, "", 0, "new");
	assert_message(&result, 2, true, "", 0, "bare");
	check_result_release(&result);
}

static void nonsense_gives_no_message(void **state)
{
	struct check_result result = CHECK_RESULT_INIT;
	static const char   bytes[] = "\0[\n]\xff\n  \n\n[:1]\n[ALERT]";

	(void)state;
	check_parse(span_make(bytes, sizeof(bytes) - 1), &(struct strings)STRINGS_INIT,
		    &(struct strings)STRINGS_INIT, &result);
	assert_int_equal(result.messages.count, 1);
	assert_message(&result, 0, true, "", 0, "");
	check_result_release(&result);
}

static void the_error_is_the_first_fatal_message_with_its_place(void **state)
{
	struct check_result result = CHECK_RESULT_INIT;
	struct err          err = ERR_INIT;

	(void)state;
	parse("[WARNING]  (7) : config : w\n"
	      "[ALERT]    (7) : config : parsing [/etc/.h.cfg.penstock.Ab12Cd:22] : first:\n"
	      "  of it\n"
	      "[ALERT]    (7) : config : second\n",
	      &result);
	assert_int_equal(check_error(&result, &err), -1);
	assert_int_equal(err.code, ERR_REJECTED);
	assert_string_equal(err.file.bytes, "h.cfg");
	assert_int_equal(err.line, 22);
	assert_string_equal(err.text.bytes, "haproxy rejects this: first; 1 more: try 'check'");
	err_release(&err);
	check_result_release(&result);
}

struct bench {
	bool           missing;
	struct service service;
	char           folder[64], path[96];
};

static int setup(void **state)
{
	struct bench *bench = xcalloc(1, sizeof(*bench));

	bench->missing = !live_is_installed();
	bench->service.loop = loop_new();
	snprintf(bench->folder, sizeof(bench->folder), "/tmp/ck.XXXXXX");
	if (!mkdtemp(bench->folder))
		return -1;
	snprintf(bench->path, sizeof(bench->path), "%s/h.cfg", bench->folder);
	*state = bench;
	return 0;
}

static int teardown(void **state)
{
	struct bench *bench = *state;

	service_release(&bench->service);
	loop_free(bench->service.loop);
	live_remove(bench->folder);
	free(bench);
	return 0;
}

static void need(const struct bench *bench)
{
	if (bench->missing)
		skip();
}

static struct document *document_of(const char *path, const char *text)
{
	struct document *doc = document_new();

	document_add_file(doc, path, span_of(text));
	return doc;
}

static size_t files_in(const char *folder)
{
	struct str command = STR_INIT;
	FILE      *list;
	char       line[256];
	size_t     count = 0;

	str_addf(&command, "ls -A '%s'", folder);
	list = popen(command.bytes, "r");
	assert_non_null(list);
	while (fgets(line, sizeof(line), list))
		count++;
	pclose(list);
	str_release(&command);
	return count;
}

static const char good[] = "frontend f\n mode http\n timeout client 1s\n bind 127.0.0.1:18080\n";

static void a_good_candidate_is_accepted(void **state)
{
	struct bench       *bench = *state;
	struct check_result result = CHECK_RESULT_INIT;
	struct document    *doc = document_of(bench->path, good);

	need(bench);
	assert_int_equal(check_document(&bench->service, doc, &result, NULL), 0);
	assert_true(result.accepted);
	assert_int_equal(result.messages.count, 0);
	assert_int_equal(files_in(bench->folder), 0);
	check_result_release(&result);
	document_free(doc);
}

static void a_bad_candidate_is_rejected_at_its_line_and_leaves_nothing(void **state)
{
	struct bench       *bench = *state;
	struct check_result result = CHECK_RESULT_INIT;
	struct document    *doc = document_of(bench->path, "frontend f\n bind :18080\n nonsense\n");

	need(bench);
	live_write(bench->path, good);
	assert_int_equal(check_document(&bench->service, doc, &result, NULL), 0);
	assert_false(result.accepted);
	assert_message(&result, 0, true, bench->path, 3,
		       "unknown keyword 'nonsense' in 'frontend' section");
	assert_int_equal(files_in(bench->folder), 1);
	check_result_release(&result);
	document_free(doc);
}

static void a_last_line_without_its_end_is_told(void **state)
{
	struct bench       *bench = *state;
	struct check_result result = CHECK_RESULT_INIT;
	struct document    *doc = document_of(bench->path, "frontend f\n bind :18080");

	need(bench);
	assert_int_equal(check_document(&bench->service, doc, &result, NULL), 0);
	assert_false(result.accepted);
	assert_int_equal(result.messages.items[0].line, 2);
	assert_non_null(strstr(result.messages.items[0].text.bytes, "Missing LF"));
	check_result_release(&result);
	document_free(doc);
}

/* HAProxy puts notices on stderr then, and why it will not start on stdout. */
static void a_candidate_without_binds_is_rejected_for_that(void **state)
{
	struct bench       *bench = *state;
	struct check_result result = CHECK_RESULT_INIT;
	struct document    *doc = document_of(bench->path, "backend b\n server a 192.0.2.1:80\n");
	struct err          err = ERR_INIT;

	need(bench);
	assert_int_equal(check_document(&bench->service, doc, &result, NULL), 0);
	assert_false(result.accepted);
	check_error(&result, &err);
	assert_non_null(strstr(err.text.bytes, "no listener"));
	assert_null(strstr(err.text.bytes, "NOTICE"));
	err_release(&err);
	check_result_release(&result);
	document_free(doc);
}

static void an_empty_candidate_is_rejected_with_words(void **state)
{
	struct bench       *bench = *state;
	struct check_result result = CHECK_RESULT_INIT;
	struct document    *doc = document_of(bench->path, "");
	struct err          err = ERR_INIT;

	need(bench);
	assert_int_equal(check_document(&bench->service, doc, &result, NULL), 0);
	assert_false(result.accepted);
	check_error(&result, &err);
	assert_non_null(strstr(err.text.bytes, "no listener"));
	err_release(&err);
	check_result_release(&result);
	document_free(doc);
}

static void each_message_names_its_own_of_several_files(void **state)
{
	struct bench       *bench = *state;
	struct check_result result = CHECK_RESULT_INIT;
	struct document    *doc = document_of(bench->path, good);
	struct str          second = STR_INIT;

	need(bench);
	str_addf(&second, "%s/z.cfg", bench->folder);
	document_add_file(doc, second.bytes, span_of("backend b\n server s\n"));
	live_write(bench->path, good); /* this one is taken as it is on disk */
	assert_int_equal(check_document(&bench->service, doc, &result, NULL), 0);
	assert_false(result.accepted);
	assert_string_equal(result.messages.items[0].file.bytes, second.bytes);
	assert_int_equal(result.messages.items[0].line, 2);
	str_release(&second);
	check_result_release(&result);
	document_free(doc);
}

static void a_file_in_a_folder_that_is_not_there_is_checked_elsewhere(void **state)
{
	struct bench       *bench = *state;
	struct check_result result = CHECK_RESULT_INIT;
	struct document    *doc = document_of("/nonexistent/h.cfg",
						  "frontend f\n bind :18080\n x\n");

	need(bench);
	assert_int_equal(setenv("TMPDIR", bench->folder, 1), 0);
	assert_int_equal(check_document(&bench->service, doc, &result, NULL), 0);
	unsetenv("TMPDIR");
	assert_message(&result, 0, true, "/nonexistent/h.cfg", 3,
		       "unknown keyword 'x' in 'frontend' section");
	assert_int_equal(files_in(bench->folder), 0);
	check_result_release(&result);
	document_free(doc);
}

static void without_the_program_it_says_what_to_try(void **state)
{
	struct bench       *bench = *state;
	struct check_result result = CHECK_RESULT_INIT;
	struct document    *doc = document_of(bench->path, good);
	struct err          err = ERR_INIT;

	bench->service.options.binary = "/nonexistent/haproxy";
	assert_int_equal(check_document(&bench->service, doc, &result, &err), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
	assert_non_null(strstr(err.text.bytes, "haproxy-binary"));
	assert_int_equal(files_in(bench->folder), 0);
	err_release(&err);
	check_result_release(&result);
	document_free(doc);
}

static void interrupted_it_leaves_nothing(void **state)
{
	struct bench       *bench = *state;
	struct check_result result = CHECK_RESULT_INIT;
	struct document    *doc = document_of(bench->path, good);
	struct err          err = ERR_INIT;

	need(bench);
	loop_interrupt(bench->service.loop);
	assert_int_equal(check_document(&bench->service, doc, &result, &err), -1);
	assert_int_equal(err.code, ERR_CANCELLED);
	assert_int_equal(files_in(bench->folder), 0);
	err_release(&err);
	check_result_release(&result);
	document_free(doc);
}

#define WITH_BENCH(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages_get_the_real_file_and_line),
		cmocka_unit_test(temporary_names_are_replaced_inside_the_words_too),
		cmocka_unit_test(a_place_in_the_middle_leaves_the_words_whole),
		cmocka_unit_test(what_follows_a_message_belongs_to_it),
		cmocka_unit_test(a_message_cut_off_does_not_swallow_the_next),
		cmocka_unit_test(the_summary_counts_only_when_nothing_else_was_said),
		cmocka_unit_test(older_and_newer_stamps_are_taken_off),
		cmocka_unit_test(nonsense_gives_no_message),
		cmocka_unit_test(the_error_is_the_first_fatal_message_with_its_place),
		WITH_BENCH(a_good_candidate_is_accepted),
		WITH_BENCH(a_bad_candidate_is_rejected_at_its_line_and_leaves_nothing),
		WITH_BENCH(a_last_line_without_its_end_is_told),
		WITH_BENCH(an_empty_candidate_is_rejected_with_words),
		WITH_BENCH(a_candidate_without_binds_is_rejected_for_that),
		WITH_BENCH(each_message_names_its_own_of_several_files),
		WITH_BENCH(a_file_in_a_folder_that_is_not_there_is_checked_elsewhere),
		WITH_BENCH(without_the_program_it_says_what_to_try),
		WITH_BENCH(interrupted_it_leaves_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
