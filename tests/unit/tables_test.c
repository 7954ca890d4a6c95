/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every row of every table: complete, unique or in order where that is
 * promised, documented in the same manner, and of use.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "parses.h"
#include "penstock/apply/operate.h"
#include "penstock/apply/reload.h"
#include "penstock/base/mem.h"
#include "penstock/command/arg.h"
#include "penstock/command/cli.h"
#include "penstock/command/option.h"
#include "penstock/command/table.h"
#include "penstock/config/proxy.h"
#include "penstock/plan/effect.h"
#include "penstock/ui/ui.h"
#include "penstock/ui/view.h"

enum { SUMMARY_MAX = 90 };

/* A phrase for lists: there, short, on one line, without a full stop. */
static void assert_summary(const char *where, const char *text)
{
	size_t len = text ? strlen(text) : 0;

	if (!len)
		fail_msg("%s: no summary", where);
	if (len > SUMMARY_MAX || strchr(text, '\n'))
		fail_msg("%s: '%s' is too long for a list", where, text);
	if (text[len - 1] == '.' || text[len - 1] == ' ' || text[0] == ' ')
		fail_msg("%s: '%s' ends or begins badly", where, text);
}

static bool is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

/* In lower case, unless it begins with an abbreviation or a name. */
static void assert_lower_case(const char *where, const char *text)
{
	static const char *const names[] = { "Lua", "Diffie-Hellman", "OpenSSL" };

	for (size_t i = 0; i < N(names); i++)
		if (strncmp(text, names[i], strlen(names[i])) == 0)
			return;
	if (is_upper(text[0]) && !is_upper(text[1]))
		fail_msg("%s: '%s' begins with a capital", where, text);
}

static void assert_phrase(const char *where, const char *text)
{
	assert_summary(where, text);
	assert_lower_case(where, text);
}

/* Names of one table by index; NULL behind the last. */
typedef const char *(*name_fn)(size_t index);

static void assert_unique(const char *table, name_fn name)
{
	for (size_t i = 0; name(i); i++)
		for (size_t j = 0; j < i; j++)
			if (strcmp(name(i), name(j)) == 0)
				fail_msg("%s: '%s' stands twice", table, name(i));
}

static void assert_sorted(const char *table, name_fn name)
{
	for (size_t i = 1; name(0) && name(i); i++)
		if (strcmp(name(i - 1), name(i)) >= 0)
			fail_msg("%s: '%s' does not come before '%s'", table, name(i - 1), name(i));
}

#define NAMES(function, table, total)                                          \
	static const char *function(size_t index)                              \
	{                                                                      \
		return index < (total) ? (table)[index].name : NULL;           \
	}

static const struct view_def *view_named(const char *name)
{
	for (size_t i = 0; i < view_table_count; i++)
		if (strcmp(view_table[i].name, name) == 0)
			return &view_table[i];
	return NULL;
}

NAMES(keyword_name, keyword_table, keyword_table_count)
NAMES(server_keyword_name, server_keyword_table, server_keyword_table_count)
NAMES(bind_keyword_name, bind_keyword_table, bind_keyword_table_count)
NAMES(balance_name, balance_table, balance_table_count)
NAMES(stat_field_name, stat_field_table, stat_field_table_count)
NAMES(option_name, option_table, (size_t)OPTION_COUNT)
NAMES(switch_name, switch_table, switch_table_count)
NAMES(operation_name, operation_table, operation_table_count)
NAMES(arg_type_name, arg_type_table, (size_t)ARG_TYPE_COUNT)

static const char *command_name(size_t index)
{
	return index < command_count() ? command_at(index, NULL)->name : NULL;
}

static const char *change_kind_name(size_t index)
{
	return index < CHANGE_KINDS ? change_name((enum change_kind)index) : NULL;
}

static void commands_are_documented(void **state)
{
	(void)state;
	assert_true(command_count() > 40);
	assert_unique("commands", command_name);
	for (size_t i = 0; i < command_count(); i++) {
		const struct cmd_def *def = command_at(i, NULL);

		assert_phrase(def->name, def->summary);
		assert_non_null(def->run);
		if (def->detail && def->detail[strlen(def->detail) - 1] != '.')
			fail_msg("%s: the detail is no sentence", def->name);
		if (!def->example)
			fail_msg("%s: no example", def->name);
	}
}

static void assert_argument(const struct cmd_def *def, size_t index)
{
	const struct arg_def *arg = &def->args[index];
	bool                  is_last = index + 1 == CMD_ARGS_MAX || !def->args[index + 1].name;

	if ((arg->type == ARG_CHOICE) != (arg->choices != NULL))
		fail_msg("%s %s: choices and type disagree", def->name, arg->name);
	if ((arg->form == ARG_REST || arg->form == ARG_REST_MAYBE) && !is_last)
		fail_msg("%s %s: something follows the rest", def->name, arg->name);
	if (arg->help)
		assert_summary(def->name, arg->help);
	for (size_t i = 0; i < index; i++)
		if (strcmp(def->args[i].name, arg->name) == 0)
			fail_msg("%s: two arguments '%s'", def->name, arg->name);
	/* Positional words come first, so that options can be told from them. */
	if (index && arg->form < ARG_REST && def->args[index - 1].form >= ARG_OPTION)
		fail_msg("%s %s: stands behind an option", def->name, arg->name);
}

static void arguments_are_told_apart(void **state)
{
	(void)state;
	for (size_t i = 0; i < command_count(); i++) {
		const struct cmd_def *def = command_at(i, NULL);

		for (size_t j = 0; j < CMD_ARGS_MAX && def->args[j].name; j++)
			assert_argument(def, j);
	}
}

static void examples_are_commands(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	for (size_t i = 0; i < command_count(); i++) {
		const struct cmd_def *def = command_at(i, NULL);

		if (!parses(def->example, def, &err))
			fail_msg("%s: the example '%s': %s", def->name, def->example,
				 err.text.bytes);
	}
	err_release(&err);
}

static void effects_of_commands_make_sense(void **state)
{
	(void)state;
	for (size_t i = 0; i < command_count(); i++) {
		const struct cmd_def *def = command_at(i, NULL);

		if ((def->effect & CMD_NOW) &&
		    (def->effect & (CMD_EDITS | CMD_OPERATES | CMD_APPLIES)))
			fail_msg("%s: what changes something may wait", def->name);
		if (def->level && !(def->effect & (CMD_OPERATES | CMD_PROCESS)))
			fail_msg("%s: a level without a process", def->name);
	}
}

static void synopses_come_from_the_rows(void **state)
{
	struct str text = STR_INIT;

	(void)state;
	for (size_t i = 0; i < command_count(); i++) {
		const struct cmd_def *def = command_at(i, NULL);

		str_reset(&text);
		command_synopsis(def, &text);
		assert_true(span_starts(str_span(&text), def->name));
		str_reset(&text);
		command_help(def, &text);
		assert_non_null(strstr(text.bytes, def->summary));
		assert_non_null(strstr(text.bytes, def->example));
	}
	str_release(&text);
}

static void types_of_arguments_are_documented(void **state)
{
	(void)state;
	assert_unique("types", arg_type_name);
	for (size_t i = 0; i < ARG_TYPE_COUNT; i++) {
		assert_non_null(arg_type_table[i].placeholder);
		assert_summary(arg_type_table[i].name, arg_type_table[i].help);
	}
}

static void switches_are_documented(void **state)
{
	(void)state;
	assert_unique("switches", switch_name);
	for (size_t i = 0; i < switch_table_count; i++) {
		assert_int_equal(switch_table[i].name[0], '-');
		assert_non_null(switch_table[i].take);
		assert_summary(switch_table[i].name, switch_table[i].help);
	}
}

static void options_take_their_defaults(void **state)
{
	struct options options;
	struct err     err = ERR_INIT;

	(void)state;
	options_init(&options);
	assert_sorted("options", option_name);
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		const struct option_def *def = &option_table[i];
		enum option_id           id;

		assert_phrase(def->name, def->help);
		assert_ptr_equal(option_find(span_of(def->name), &id), def);
		assert_int_equal(id, i);
		if (options_set(&options, span_of(def->name), span_of(def->value), &err) < 0)
			fail_msg("%s: the default: %s", def->name, err.text.bytes);
	}
	err_release(&err);
	options_release(&options);
}

static void views_are_documented(void **state)
{
	(void)state;
	for (size_t i = 0; i < view_table_count; i++) {
		const struct view_def *def = &view_table[i];

		assert_phrase(def->name, def->summary);
		assert_non_null(def->title);
		assert_ptr_equal(view_named(def->name), def);
		if (def->widget == WIDGET_TEXT)
			assert_non_null(def->build);
		else
			assert_non_null(table_find(span_of(def->name)));
	}
}

static void assert_column(const struct table_def *table, size_t index)
{
	const struct column_def *column = &table->columns[index];
	bool is_field = stat_field_find(span_of(column->name)) != NULL;

	assert_summary(column->name, column->help);
	assert_true(column->kind < COL_KIND_COUNT);
	assert_true(column->min > 0 && column->prio >= 0 && column->prio <= 9);
	assert_true(column->title[0]);
	if ((column->field != NULL) + (column->rate_of != NULL) + (column->compute != NULL) != 1)
		fail_msg("%s %s: one source, no more", table->name, column->name);
	if (column->field && !stat_field_find(span_of(column->field)))
		fail_msg("%s %s: no field '%s'", table->name, column->name, column->field);
	if (column->rate_of && !stat_field_find(span_of(column->rate_of)))
		fail_msg("%s %s: no field '%s'", table->name, column->name, column->rate_of);
	/* HAProxy's name means HAProxy's value. */
	if (is_field && (!column->field || strcmp(column->field, column->name) != 0))
		fail_msg("%s: column '%s' has the name of a field and another value", table->name,
			 column->name);
	for (size_t i = 0; i < index; i++)
		if (strcmp(table->columns[i].name, column->name) == 0)
			fail_msg("%s: two columns '%s'", table->name, column->name);
}

static void columns_have_one_source_and_one_meaning(void **state)
{
	(void)state;
	for (size_t i = 0; i < table_table_count; i++) {
		const struct table_def *table = &table_table[i];

		assert_phrase(table->name, table->summary);
		assert_ptr_equal(table_find(span_of(table->name)), table);
		for (size_t j = 0; j < table->count; j++)
			assert_column(table, j);
	}
	for (size_t i = 0; i < COL_KIND_COUNT; i++)
		assert_non_null(column_kind_table[i].name);
}

static void stat_fields_are_documented(void **state)
{
	(void)state;
	assert_true(stat_field_table_count > 90);
	assert_unique("stat fields", stat_field_name);
	for (size_t i = 0; i < stat_field_table_count; i++) {
		const struct stat_field_def *def = &stat_field_table[i];

		assert_phrase(def->name, def->summary);
		assert_true(def->kind <= FIELD_PERCENT);
		assert_ptr_equal(stat_field_find(span_of(def->name)), def);
	}
	for (size_t i = 0; i <= FIELD_PERCENT; i++)
		assert_non_null(field_kind_table[i].name);
}

static void keywords_are_found_by_their_words(void **state)
{
	(void)state;
	assert_true(keyword_table_count > 100);
	assert_unique("keywords", keyword_name);
	for (size_t i = 0; i < keyword_table_count; i++) {
		const struct keyword_def *def = &keyword_table[i];
		struct span               rest = span_of(def->name), first, second = { "", 0 };

		span_split(&rest, ' ', &first);
		if (rest.at)
			second = rest;
		assert_phrase(def->name, def->summary);
		assert_non_null(def->synopsis);
		assert_true(def->sections != 0);
		if (((def->flags & KEYWORD_PAIR) != 0) != (second.len != 0))
			fail_msg("%s: one word or two?", def->name);
		if (keyword_find(first, second) != def)
			fail_msg("%s: not found by its words", def->name);
	}
}

static void server_keywords_are_found(void **state)
{
	(void)state;
	assert_unique("server keywords", server_keyword_name);
	for (size_t i = 0; i < server_keyword_table_count; i++) {
		const struct server_keyword_def *def = &server_keyword_table[i];

		assert_phrase(def->name, def->summary);
		assert_true(def->args >= 0);
		assert_ptr_equal(server_keyword_find(span_of(def->name)), def);
	}
}

static void words_of_bind_lines_and_algorithms_are_documented(void **state)
{
	(void)state;
	assert_unique("bind keywords", bind_keyword_name);
	for (size_t i = 0; i < bind_keyword_table_count; i++)
		assert_phrase(bind_keyword_table[i].name, bind_keyword_table[i].summary);
	assert_unique("algorithms", balance_name);
	for (size_t i = 0; i < balance_table_count; i++)
		assert_phrase(balance_table[i].name, balance_table[i].summary);
}

static void fields_of_proxies_can_be_set_and_unset(void **state)
{
	(void)state;
	for (size_t i = 0; i < field_table_count; i++) {
		const struct field_def *def = &field_table[i];

		assert_phrase(def->name, def->summary);
		assert_non_null(def->values);
		assert_non_null(def->set);
		assert_non_null(def->unset);
		assert_true(def->sections & SECTION_PROXY);
	}
}

static void every_change_has_an_effect_in_every_version(void **state)
{
	static const unsigned versions[] = {
		0, VERSION(1, 8), VERSION(2, 4), VERSION_POINT(2, 6, 12), VERSION(3, 4),
		VERSION(9, 9),
	};

	(void)state;
	assert_unique("changes", change_kind_name);
	for (size_t kind = 0; kind < CHANGE_KINDS; kind++)
		for (size_t i = 0; i < N(versions); i++) {
			const struct effect_def *def =
				effect_find((enum change_kind)kind, versions[i]);

			if (!def || def->change != kind)
				fail_msg("%s: no effect in version %#x",
					 change_name((enum change_kind)kind), versions[i]);
		}
}

static void effects_say_what_they_do(void **state)
{
	(void)state;
	for (size_t i = 0; i < effect_table_count; i++) {
		const struct effect_def *def = &effect_table[i];
		const char              *name = change_name(def->change);

		/* For lines it is the keyword's. */
		if (!def->why && !strstr(name, "line"))
			fail_msg("%s: no reason", name);
		if (def->kind == STEP_RUNTIME && !def->make)
			fail_msg("%s: no function that makes the commands", name);
		if (def->kind == STEP_RUNTIME && (!def->command || !def->undo))
			fail_msg("%s: no command or no way back for the documents", name);
		if (def->since && def->until && def->since >= def->until)
			fail_msg("%s: holds for no version", name);
	}
}

/* A command that the row's pattern means. */
static void fault_sample(const struct fault_def *def, struct str *out)
{
	str_reset(out);
	for (const char *at = def->command; *at; at++)
		str_add_text(out, *at == '*' ? "live/app1" : (char[]){ *at, '\0' });
}

static void faults_are_found_by_what_would_be_sent(void **state)
{
	struct str command = STR_INIT;

	(void)state;
	for (size_t i = 0; i < fault_table_count; i++) {
		const struct fault_def *def = &fault_table[i];
		unsigned                since = def->since ? def->since : VERSION(1, 0);

		assert_summary(def->command, def->what);
		fault_sample(def, &command);
		if (def->bad && !def->bad(str_span(&command)))
			str_add_repeat(&command, 'x', 17000);
		assert_ptr_equal(fault_find(since, str_span(&command)), def);
		if (def->until)
			assert_ptr_not_equal(fault_find(def->until, str_span(&command)), def);
	}
	str_release(&command);
}

static void operations_name_a_server(void **state)
{
	(void)state;
	assert_unique("operations", operation_name);
	for (size_t i = 0; i < operation_table_count; i++) {
		const struct operation_def *def = &operation_table[i];

		assert_phrase(def->name, def->summary);
		assert_non_null(strstr(def->command, "%s"));
		assert_ptr_equal(operation_find(def->name), def);
		assert_true(def->level > ACCESS_NONE);
	}
	for (size_t i = 0; i <= RELOAD_SUCCESSOR; i++)
		assert_summary(reload_way_table[i].name, reload_way_table[i].summary);
}

static void error_codes_have_names_and_statuses(void **state)
{
	(void)state;
	for (size_t i = ERR_FAILED; i <= ERR_CANCELLED; i++) {
		assert_non_null(err_name((enum err_code)i));
		assert_true(err_exit_status((enum err_code)i) > 0);
		for (size_t j = ERR_FAILED; j < i; j++)
			assert_string_not_equal(err_name((enum err_code)i),
						err_name((enum err_code)j));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(commands_are_documented),
		cmocka_unit_test(arguments_are_told_apart),
		cmocka_unit_test(examples_are_commands),
		cmocka_unit_test(effects_of_commands_make_sense),
		cmocka_unit_test(synopses_come_from_the_rows),
		cmocka_unit_test(types_of_arguments_are_documented),
		cmocka_unit_test(switches_are_documented),
		cmocka_unit_test(options_take_their_defaults),
		cmocka_unit_test(views_are_documented),
		cmocka_unit_test(columns_have_one_source_and_one_meaning),
		cmocka_unit_test(stat_fields_are_documented),
		cmocka_unit_test(keywords_are_found_by_their_words),
		cmocka_unit_test(server_keywords_are_found),
		cmocka_unit_test(words_of_bind_lines_and_algorithms_are_documented),
		cmocka_unit_test(fields_of_proxies_can_be_set_and_unset),
		cmocka_unit_test(every_change_has_an_effect_in_every_version),
		cmocka_unit_test(effects_say_what_they_do),
		cmocka_unit_test(faults_are_found_by_what_would_be_sent),
		cmocka_unit_test(operations_name_a_server),
		cmocka_unit_test(error_codes_have_names_and_statuses),
	};

	command_add_group(&ui_group);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
