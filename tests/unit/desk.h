/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A candidate of a private HAProxy's file, and applies of it. */
#ifndef PENSTOCK_TESTS_DESK_H
#define PENSTOCK_TESTS_DESK_H

#include "live.h"

#include <sys/stat.h>

#include "penstock/apply/transaction.h"

static struct live live;

/* The candidate of a test, and what an apply of it has come to. */
static struct desk {
	struct candidate   *candidate;
	struct loaded       loaded;
	struct plan         plan;
	struct apply_result result;
	struct err          err;
	struct str          said; /* the progress, a line a sentence */
	struct str          before; /* the file at the beginning */
} desk;

static inline void load(void)
{
	struct strings paths = STRINGS_INIT;

	strings_add(&paths, live.config);
	desk.candidate = candidate_new(load_document(&paths, &desk.loaded, NULL));
	assert_int_equal(file_read(live.config, &desk.before, NULL, NULL), 0);
	strings_release(&paths);
}

static inline int setup_with(enum live_mode mode, const char *text)
{
	memset(&desk, 0, sizeof(desk));
	desk.err = (struct err)ERR_INIT;
	str_init(&desk.said);
	str_init(&desk.before);
	desk.result = (struct apply_result){ .reload = RELOAD_RESULT_INIT };
	if (live_start(&live, mode, text) < 0)
		return -1;
	if (!live.missing)
		load();
	return 0;
}

static inline int setup(void **state)
{
	(void)state;
	return setup_with(LIVE_MASTER, LIVE_TEXT);
}

static inline int teardown(void **state)
{
	(void)state;
	candidate_free(desk.candidate);
	loaded_release(&desk.loaded);
	plan_release(&desk.plan);
	apply_result_release(&desk.result);
	err_release(&desk.err);
	str_release(&desk.said);
	str_release(&desk.before);
	return live_end(&live);
}

/* Puts `to` in the place of `from` wherever it stands in the candidate. */
static inline void edit(const char *from, const char *to)
{
	struct str  bytes = STR_INIT, made = STR_INIT;
	const char *rest, *at;

	document_render(desk.candidate->now, 0, &bytes);
	rest = bytes.bytes;
	assert_non_null(strstr(rest, from));
	while ((at = strstr(rest, from))) {
		str_add(&made, rest, (size_t)(at - rest));
		str_add_text(&made, to);
		rest = at + strlen(from);
	}
	str_add_text(&made, rest);
	edit_begin(desk.candidate, "edit");
	edit_replace_file(desk.candidate, 0, str_span(&made));
	edit_end(desk.candidate);
	str_release(&bytes);
	str_release(&made);
}

static inline void on_progress(const char *sentence, void *data)
{
	(void)data;
	str_addf(&desk.said, "%s\n", sentence);
}

static inline void make_plan(void)
{
	struct ability ability = {
		.known = live.service.process != NULL,
		.version = live.service.process ? live.service.process->version_number : 0,
		.level = ACCESS_ADMIN,
	};

	plan_release(&desk.plan);
	plan_make(&desk.plan, &(struct plan_request){
		.before = desk.candidate->base,
		.after = desk.candidate->now,
		.ability = &ability,
	});
}

static inline int apply_plan(void)
{
	struct apply_request request = {
		.candidate = desk.candidate,
		.loaded = &desk.loaded,
		.plan = &desk.plan,
		.progress = on_progress,
	};

	apply_result_release(&desk.result);
	desk.result = (struct apply_result){ .reload = RELOAD_RESULT_INIT };
	return apply_run(&live.service, &request, &desk.result, &desk.err);
}

static inline int apply(void)
{
	make_plan();
	return apply_plan();
}

static inline void assert_applied(void)
{
	if (apply() < 0)
		fail_msg("%s", desk.err.text.bytes);
	assert_false(candidate_is_dirty(desk.candidate));
}

static inline void assert_says(const char *words)
{
	if (!strstr(desk.said.bytes, words))
		fail_msg("'%s' does not say '%s'", desk.said.bytes, words);
}

static inline void assert_error(enum err_code code, const char *words)
{
	if (!strstr(desk.err.text.bytes, words))
		fail_msg("'%s' does not say '%s'", desk.err.text.bytes, words);
	assert_int_equal(desk.err.code, code);
}

static inline void assert_file(const struct str *wanted)
{
	struct str now = STR_INIT;

	assert_int_equal(file_read(live.config, &now, NULL, NULL), 0);
	assert_string_equal(now.bytes, wanted->bytes);
	str_release(&now);
}

/* File, worker and candidate are what they were, and nothing lies around. */
static inline void assert_unchanged(long pid)
{
	struct strings names = STRINGS_INIT;

	assert_file(&desk.before);
	assert_int_equal(process_identify(live.service.process, NULL), 0);
	assert_int_equal(live.service.process->pid, pid);
	assert_true(candidate_is_dirty(desk.candidate));
	assert_int_equal(file_list(live.folder, "", &names, NULL), 0);
	for (size_t i = 0; i < names.list.count; i++)
		assert_null(strstr(names.list.items[i], ".penstock."));
	strings_release(&names);
	assert_false(live.service.undoing);
}

static inline void assert_file_is_the_candidate(void)
{
	struct str bytes = STR_INIT;

	document_render(desk.candidate->now, 0, &bytes);
	assert_file(&bytes);
	str_release(&bytes);
}

static inline long worker_pid(void)
{
	return live.service.process->pid;
}

#endif
