/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plans as people read them: pairs of configurations and the text expected. */
#include "unit.h"

#include "penstock/base/mem.h"
#include "penstock/plan/plan.h"

/* What 2.6 does not give a server that is added, said by us. */
#define POOL " pool-max-conn -1 pool-purge-delay 5s"

static const struct ability v24 = { .known = true, .version = VERSION_POINT(2, 4, 22),
					.level = ACCESS_ADMIN };
static const struct ability v26 = { .known = true, .version = VERSION_POINT(2, 6, 12),
					.level = ACCESS_ADMIN };
static const struct ability v30 = { .known = true, .version = VERSION_POINT(3, 0, 5),
					.level = ACCESS_ADMIN };
static const struct ability nobody = { .known = false };

static struct document *parse(const char *path, const char *text)
{
	struct document *doc = document_new();

	document_add_file(doc, path, span_of(text));
	return doc;
}

static void assert_plan(const struct ability *ability, const char *before, const char *after,
			const char *expected)
{
	struct document *a = parse("/etc/haproxy/haproxy.cfg", before);
	struct document *b = parse("/etc/haproxy/haproxy.cfg", after);
	struct plan      plan = PLAN_INIT;
	struct str       text = STR_INIT;

	plan_make(&plan, &(struct plan_request){ .before = a, .after = b, .ability = ability });
	plan_format(&plan, &text);
	assert_string_equal(text.bytes, expected);
	str_release(&text);
	plan_release(&plan);
	document_free(a);
	document_free(b);
}

static void nothing_is_to_be_done_for_equal_documents(void **state)
{
	struct document *a = parse("x.cfg", "global\n");
	struct plan      plan = PLAN_INIT;

	(void)state;
	plan_make(&plan, &(struct plan_request){ .before = a, .after = a, .ability = &v26 });
	assert_true(plan_is_empty(&plan));
	assert_false(plan_needs_reload(&plan));
	plan_release(&plan);
	document_free(a);
	assert_plan(&v26, "global\n", "global\n", "nothing to do\n");
}

static void a_weight_is_one_runtime_step(void **state)
{
	static const char before[] = "backend live\n server app1 10.0.0.1:80 weight 100\n";
	static const char after[] = "backend live\n server app1 10.0.0.1:80 weight 50\n";
	static const char expected[] =
		"1 step: 1 at run time\n"
		"runtime  haproxy.cfg:2  weight of live/app1 100 -> 50\n"
		"                        set server live/app1 weight 50        "
		"(back: set server live/app1 weight 100)\n";

	(void)state;
	assert_plan(&v24, before, after, expected);
	assert_plan(&v26, before, after, expected);
	assert_plan(&v30, before, after, expected);
}

static void a_plan_without_a_process_says_so(void **state)
{
	static const char before[] = "backend live\n server app1 10.0.0.1:80 weight 100\n";
	static const char after[] = "backend live\n server app1 10.0.0.1:80 weight 50\n";
	static const char expected[] =
		"1 step: 1 at run time\n"
		"no process was asked: planned for the newest HAProxy\n"
		"runtime  haproxy.cfg:2  weight of live/app1 100 -> 50\n"
		"                        set server live/app1 weight 50        "
		"(back: set server live/app1 weight 100)\n";

	(void)state;
	assert_plan(&nobody, before, after, expected);
	assert_plan(NULL, before, after, expected);
}

static void what_runs_comes_first_then_reloads_then_the_rest(void **state)
{
	static const char before[] =
		"# head\n"
		"frontend web\n"
		"    bind *:80\n"
		"    timeout client 30s\n"
		"backend live\n"
		"    server app1 10.0.0.1:80\n"
		"    server app2 10.0.0.2:80 weight 100\n";
	static const char after[] =
		"# other head\n"
		"frontend web\n"
		"    bind *:80\n"
		"    bind *:8443\n"
		"    timeout client 40s\n"
		"backend live\n"
		"    server app2 10.0.0.2:80 weight 50\n"
		"    server app3 10.0.0.3:80 check\n";
	static const char expected[] =
		"5 steps: 3 at run time, 2 by one reload because of haproxy.cfg:4 and "
		"haproxy.cfg:5, which brings the others along\n"
		"runtime  haproxy.cfg:8  server live/app3 is new\n"
		"                        add server live/app3 10.0.0.3:80 check\n"
		"                        enable health live/app3\n"
		"                        set server live/app3 state ready\n"
		"                        (back: set server live/app3 state maint; del server "
		"live/app3)\n"
		"runtime  haproxy.cfg:7  weight of live/app2 100 -> 50\n"
		"                        set server live/app2 weight 50        (back: set server "
		"live/app2 weight 100)\n"
		"runtime  haproxy.cfg:6  server live/app1 is gone\n"
		"                        set server live/app1 state maint\n"
		"                        del server live/app1\n"
		"                        (back: add server live/app1 10.0.0.1:80; set server "
		"live/app1 state ready)\n"
		"                        it goes when its last connection has ended\n"
		"reload   haproxy.cfg:4  bind *:8443 is new: listening sockets are opened at "
		"start\n"
		"reload   haproxy.cfg:5  timeout client 30s -> 40s: 'timeout client' is read at "
		"start only\n"
		"none     haproxy.cfg:1  comment\n";

	(void)state;
	assert_plan(&v30, before, after, expected);
	assert_plan(&v30, before, after, expected);
}

static void an_old_version_reloads_for_new_servers(void **state)
{
	(void)state;
	assert_plan(&v24, "backend live\n", "backend live\n server a 10.0.0.1:80\n",
		    "1 step: 1 reload because of haproxy.cfg:2\n"
		    "reload   haproxy.cfg:2  server live/a is new: servers can be added at run "
		    "time from HAProxy 2.6 on\n");
}

static void the_version_decides_about_keywords(void **state)
{
	static const char before[] = "backend live\n";
	static const char after[] = "backend live\n server a 10.0.0.1:80 cookie a\n";

	(void)state;
	assert_plan(&v26, before, after,
		    "1 step: 1 reload because of haproxy.cfg:2\n"
		    "reload   haproxy.cfg:2  server live/a is new: 'cookie' cannot be said when a "
		    "server is added at run time before HAProxy 3.0\n");
	assert_plan(&v30, before, after,
		    "1 step: 1 at run time\n"
		    "runtime  haproxy.cfg:2  server live/a is new\n"
		    "                        add server live/a 10.0.0.1:80 cookie a\n"
		    "                        set server live/a state ready\n"
		    "                        (back: set server live/a state maint; del server "
		    "live/a)\n");
}

static void comments_alone_need_nothing(void **state)
{
	(void)state;
	assert_plan(&v26, "# a\n# b\nglobal\n", "# c\n# d\nglobal\n",
		    "no step: HAProxy does not see the difference\n"
		    "none     haproxy.cfg:1  comment, 2 lines\n");
}

static void notes_say_what_to_know(void **state)
{
	(void)state;
	assert_plan(&v26,
		    "backend live\n server a 10.0.0.1:80\n",
		    "backend live\n server n 10.0.0.9:80\n server a 10.0.0.2:80\n",
		    "2 steps: 2 at run time\n"
		    "runtime  haproxy.cfg:2  server live/n is new\n"
		    "                        add server live/n 10.0.0.9:80" POOL "\n"
		    "                        set server live/n state ready\n"
		    "                        (back: set server live/n state maint; del server "
		    "live/n)\n"
		    "                        last in its backend until the next reload\n"
		    "runtime  haproxy.cfg:3  address of live/a 10.0.0.1:80 -> 10.0.0.2:80\n"
		    "                        set server live/a addr 10.0.0.2 port 80        (back: "
		    "set server live/a addr 10.0.0.1 port 80)\n"
		    "                        open connections stay on the old address\n");
}

static void a_deletion_that_only_a_reload_undoes_says_so(void **state)
{
	(void)state;
	assert_plan(&v26, "backend live\n balance source\n server a 10.0.0.1:80\n",
		    "backend live\n balance source\n",
		    "1 step: 1 at run time\n"
		    "runtime  haproxy.cfg:3  server live/a is gone\n"
		    "                        set server live/a state maint\n"
		    "                        del server live/a\n"
		    "                        (back: set server live/a state ready; all of it only "
		    "by a reload)\n"
		    "                        it goes when its last connection has ended\n");
}

static void every_kind_of_change_has_its_words(void **state)
{
	static const char before[] =
		"frontend f\n maxconn 5\n http-request deny if A\n http-request allow\n"
		"backend b\n balance first\n server x 1.1.1.1:1 disabled\n"
		" server y 1.1.1.1:2 maxconn 4 check inter 2s\n"
		"backend old\n";
	static const char after[] =
		"frontend f\n maxconn 6\n http-request allow\n http-request deny if A\n"
		"backend b\n balance first\n server y 1.1.1.1:2 inter 3s\n server x 1.1.1.1:1\n"
		"backend new\n";

	(void)state;
	assert_plan(&v26, before, after,
		    "9 steps: 4 at run time, 5 by one reload because of haproxy.cfg:3, "
		    "haproxy.cfg:7, haproxy.cfg:7 and 2 more, which brings the others along\n"
		    "runtime  haproxy.cfg:2  maxconn of f 5 -> 6\n"
		    "                        set maxconn frontend f 6        (back: set maxconn "
		    "frontend f 5)\n"
		    "runtime  haproxy.cfg:7  maxconn of b/y 4 -> unset\n"
		    "                        set maxconn server b/y 0        (back: set maxconn "
		    "server b/y 4)\n"
		    "runtime  haproxy.cfg:8  b/x is no longer disabled\n"
		    "                        set server b/x state ready        (back: set server "
		    "b/x state maint)\n"
		    "runtime  haproxy.cfg:7  'check' of b/y is gone\n"
		    "                        disable health b/y\n"
		    "                        set server b/y health up\n"
		    "                        (back: enable health b/y)\n"
		    "                        it counts as up from then on, whatever the last check "
		    "said\n"
		    "reload   haproxy.cfg:3  http-request in another place: frontend f: their "
		    "order is taken from the file at start\n"
		    "reload   haproxy.cfg:7  'inter' of b/y 2s -> 3s: it is read at start only\n"
		    "reload   haproxy.cfg:7  another order of servers in b: balance first goes by "
		    "the order of the servers\n"
		    "reload   haproxy.cfg:9  backend new is new: sections are set up at start\n"
		    "reload   haproxy.cfg:9  backend old is gone: sections are set up at start\n");
}

static void texts_of_the_document_are_made_printable(void **state)
{
	(void)state;
	assert_plan(&v26, "frontend f\n", "frontend f\n bind \x1b[2J\xff:80\n",
		    "1 step: 1 reload because of haproxy.cfg:2\n"
		    "reload   haproxy.cfg:2  bind \\x1b[2J\\xff:80 is new: listening sockets are "
		    "opened at start\n");
}

static void long_lines_are_cut(void **state)
{
	struct str after = STR_INIT, expected = STR_INIT;

	(void)state;
	str_add_text(&after, "frontend f\n bind ");
	str_add_repeat(&after, 'x', 100000);
	str_add_text(&expected, "1 step: 1 reload because of haproxy.cfg:2\n"
				"reload   haproxy.cfg:2  bind ");
	str_add_repeat(&expected, 'x', 55);
	str_add_text(&expected, "... is new: listening sockets are opened at start\n");
	assert_plan(&v26, "frontend f\n", after.bytes, expected.bytes);
	str_release(&after);
	str_release(&expected);
}

static void files_of_one_name_are_told_apart(void **state)
{
	struct document *a = parse("/a/h.cfg", "global\n"), *b = parse("/a/h.cfg", "# x\nglobal\n");
	struct plan      plan = PLAN_INIT;
	struct str       text = STR_INIT;

	(void)state;
	document_add_file(a, "/b/h.cfg", span_of("backend x\n"));
	document_add_file(b, "/b/h.cfg", span_of("backend x\n mode tcp\n"));
	plan_make(&plan, &(struct plan_request){ .before = a, .after = b, .ability = &v26 });
	plan_format(&plan, &text);
	assert_string_equal(text.bytes,
			    "1 step: 1 reload because of /b/h.cfg:2\n"
			    "reload   /b/h.cfg:2  mode tcp is new: 'mode' is read at start only\n"
			    "none     /a/h.cfg:1  comment\n");
	str_release(&text);
	plan_release(&plan);
	document_free(a);
	document_free(b);
}

static void a_reload_that_was_asked_for_is_said(void **state)
{
	struct document *a = parse("x.cfg", "backend b\n server s 1.1.1.1:1\n");
	struct document *b = parse("x.cfg", "backend b\n server s 1.1.1.1:1 weight 2\n");
	struct plan      plan = PLAN_INIT;
	struct str       text = STR_INIT;

	(void)state;
	plan_make(&plan, &(struct plan_request){ .before = a, .after = b, .ability = &v26 });
	plan.forced_reload = true;
	assert_true(plan_needs_reload(&plan));
	plan_summary(&plan, &text);
	assert_string_equal(text.bytes, "1 step: 1 at run time, a reload because it was asked for, "
					"which brings the others along");
	str_release(&text);
	plan_release(&plan);
	document_free(a);
	document_free(b);
}

static void places_are_those_of_the_later_document(void **state)
{
	struct document *a = parse("x.cfg", "backend b\n server s 1.1.1.1:1\n");
	struct document *b = parse("x.cfg", "\n\nbackend b\n server s 1.1.1.1:1 weight 2\n");
	struct plan      plan = PLAN_INIT;

	(void)state;
	plan_make(&plan, &(struct plan_request){ .before = a, .after = b, .ability = &v26 });
	assert_int_equal(plan.steps.items[0].at.line, 4);
	assert_ptr_equal(plan.steps.items[0].at.file, b->files.items[0].path);
	assert_int_equal(plan.steps.items[1].line_count, 2);
	plan_release(&plan);
	document_free(a);
	document_free(b);
}

static void a_thousand_servers_are_planned_one_by_one(void **state)
{
	struct str       before = STR_INIT, after = STR_INIT;
	struct document *a, *b;
	struct plan      plan = PLAN_INIT;

	(void)state;
	str_add_text(&before, "backend b\n default-server weight 3\n");
	str_add_text(&after, "backend b\n default-server weight 3\n");
	for (int i = 0; i < 1000; i++) {
		str_addf(&before, " server s%d 10.0.0.1:%d\n", i, i + 1);
		if (i % 3)
			str_addf(&after, " server s%d 10.0.0.1:%d weight %d\n", i, i + 1,
				 i % 3 + 1);
	}
	a = parse("x.cfg", before.bytes);
	b = parse("x.cfg", after.bytes);
	plan_make(&plan, &(struct plan_request){ .before = a, .after = b, .ability = &v26 });
	assert_int_equal(plan.runtime, 667);
	assert_int_equal(plan.none, 333);
	assert_int_equal(plan.reload, 0);
	plan_release(&plan);
	document_free(a);
	document_free(b);
	str_release(&before);
	str_release(&after);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_to_be_done_for_equal_documents),
		cmocka_unit_test(a_weight_is_one_runtime_step),
		cmocka_unit_test(a_plan_without_a_process_says_so),
		cmocka_unit_test(what_runs_comes_first_then_reloads_then_the_rest),
		cmocka_unit_test(an_old_version_reloads_for_new_servers),
		cmocka_unit_test(the_version_decides_about_keywords),
		cmocka_unit_test(comments_alone_need_nothing),
		cmocka_unit_test(notes_say_what_to_know),
		cmocka_unit_test(a_deletion_that_only_a_reload_undoes_says_so),
		cmocka_unit_test(every_kind_of_change_has_its_words),
		cmocka_unit_test(texts_of_the_document_are_made_printable),
		cmocka_unit_test(long_lines_are_cut),
		cmocka_unit_test(files_of_one_name_are_told_apart),
		cmocka_unit_test(a_reload_that_was_asked_for_is_said),
		cmocka_unit_test(places_are_those_of_the_later_document),
		cmocka_unit_test(a_thousand_servers_are_planned_one_by_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
