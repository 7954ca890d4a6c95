/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plans that begin with what the process says of itself. */
#include "unit.h"

#include "penstock/apply/observe.h"
#include "penstock/plan/plan.h"

/* What 2.6 does not give a server that is added, said by us. */
#define POOL " pool-max-conn -1 pool-purge-delay 5s"

static const struct ability v26 = { true, VERSION_POINT(2, 6, 12), ACCESS_ADMIN, 0, NULL };

#define HEADER                                                                               \
	"1\n# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state "          \
	"srv_uweight srv_iweight srv_time_since_last_change srv_check_status "               \
	"srv_check_result srv_check_health srv_check_state srv_agent_state bk_f_forced_id "  \
	"srv_f_forced_id srv_fqdn srv_port srvrecord srv_use_ssl srv_check_port "            \
	"srv_check_addr srv_agent_addr srv_agent_port\n"

/* app1: weight 30 by hand; app2 drains; app3 is in maintenance by hand. */
static const char state_text[] =
	HEADER
	"3 live 1 app1 10.0.0.1 2 0 30 100 9 1 0 0 0 0 0 0 - 80 - 0 0 - - 0\n"
	"3 live 2 app2 10.0.0.2 2 8 100 100 9 1 0 0 0 0 0 0 - 80 - 0 0 - - 0\n"
	"3 live 3 app3 10.0.0.3 0 1 100 100 9 1 0 0 6 0 0 0 app3.example 80 - 1 8080 "
	"10.1.0.3 - 0\n\n";

static const char stat_text[] = "# pxname,svname,slim,status,type,\n"
				"web,FRONTEND,321,OPEN,0,\n"
				"live,app1,25,no check,2,\n"
				"live,app2,,DRAIN,2,\n"
				"live,app3,,MAINT,2,\n"
				"live,BACKEND,200,UP,1,\n\n";

static struct observed *observe(void)
{
	struct observed *observed = observed_new();

	observe_info(observed, span_of("Pid: 12\nStart_time_sec: 99\nMaxconn: 2000\n"));
	assert_int_equal(observe_servers(observed, span_of(state_text), NULL), 0);
	assert_int_equal(observe_stat(observed, stat_text, NULL), 0);
	return observed;
}

/* The step that one change of backend live makes, as one text; the caller frees. */
static char *plan_of(const char *before, const char *after)
{
	struct observed    *observed = observe();
	struct plan         plan = PLAN_INIT;
	struct str          text = STR_INIT, sections = STR_INIT;
	struct document    *a = document_new(), *b = document_new();
	struct plan_request request = {
		.before = a, .after = b, .ability = &v26, .observed = observed,
	};

	str_addf(&sections, "backend live\n%s", before);
	document_add_file(a, "h.cfg", str_span(&sections));
	str_reset(&sections);
	str_addf(&sections, "backend live\n%s", after);
	document_add_file(b, "h.cfg", str_span(&sections));
	plan_make(&plan, &request);
	for (size_t i = 0; i < plan.steps.count; i++) {
		const struct step *step = &plan.steps.items[i];

		str_add_text(&text, step_kind_names[step->kind]);
		if (step->why_reload)
			str_addf(&text, ": %s", step->why_reload);
		for (size_t k = 0; k < step->commands.count; k++)
			str_addf(&text, "; %s", step->commands.items[k].text);
		for (size_t k = 0; k < step->inverse.count; k++)
			str_addf(&text, " | %s", step->inverse.items[k].text);
		if (step->note && !step->commands.count)
			str_addf(&text, ": %s", step->note);
		str_add_char(&text, '\n');
	}
	plan_release(&plan);
	observed_free(observed);
	document_free(a);
	document_free(b);
	str_release(&sections);
	return str_detach(&text, NULL);
}

static void assert_step(const char *before, const char *after, const char *expected)
{
	char *text = plan_of(before, after);

	assert_string_equal(text, expected);
	free(text);
}

static void what_a_process_says_is_read(void **state)
{
	struct observed              *observed = observe();
	const struct observed_server *app1, *app3;

	(void)state;
	assert_int_equal(observed->servers.count, 3);
	assert_int_equal(observed->pid, 12);
	assert_int_equal(observed->start_time_s, 99);
	assert_int_equal(observed_info(observed, "Maxconn", 0), 2000);
	assert_int_equal(observed_info(observed, "Nothing", 7), 7);
	app1 = observed_server(observed, span_of("live"), span_of("app1"));
	assert_non_null(app1);
	assert_int_equal(app1->weight, 30);
	assert_int_equal(app1->initial_weight, 100);
	assert_int_equal(app1->port, 80);
	assert_int_equal(app1->maxconn, 25);
	assert_int_equal(app1->fqdn.len, 0);
	app3 = observed_server(observed, span_of("live"), span_of("app3"));
	assert_true(span_is(app3->fqdn, "app3.example"));
	assert_true(span_is(app3->check_address, "10.1.0.3"));
	assert_int_equal(app3->check_port, 8080);
	assert_int_equal(app3->check, CHECK_CONFIGURED | CHECK_ENABLED);
	assert_true(app3->ssl);
	assert_int_equal(app3->maxconn, 0);
	assert_string_equal(observed_state(app3), "maint");
	assert_null(observed_server(observed, span_of("live"), span_of("app4")));
	assert_null(observed_server(NULL, span_of("live"), span_of("app1")));
	assert_int_equal(observed_frontend(observed, span_of("web"))->maxconn, 321);
	assert_int_equal(observed_backend(observed, span_of("live"))->servers, 3);
	assert_null(observed_backend(observed, span_of("web")));
	observed_free(observed);
}

static void what_is_no_table_of_servers_is_refused(void **state)
{
	struct observed *observed = observed_new();
	struct err       err = ERR_INIT;

	(void)state;
	assert_int_equal(observe_servers(observed, span_of("Permission denied\n\n"), &err), -1);
	assert_int_equal(err.code, ERR_PROTOCOL);
	assert_int_equal(observe_servers(observed, span_of("1\n# be_id srv_id\n"), NULL), -1);
	assert_int_equal(observe_servers(observed, span_of(HEADER "3 live\n"), NULL), 0);
	assert_int_equal(observed->servers.count, 0);
	err_release(&err);
	observed_free(observed);
}

static void the_way_back_leads_to_the_weight_of_the_process(void **state)
{
	(void)state;
	assert_step(" server app1 10.0.0.1:80 weight 100\n", " server app1 10.0.0.1:80 weight 50\n",
		    "runtime; set server live/app1 weight 50 | set server live/app1 weight 30\n");
}

static void a_value_that_the_process_has_is_not_sent(void **state)
{
	(void)state;
	assert_step(" server app1 10.0.0.1:80 weight 100\n", " server app1 10.0.0.1:80 weight 30\n",
		    "none: the process has it already\n");
	assert_step(" server app1 10.0.0.9:80\n", " server app1 10.0.0.1:80\n",
		    "none: the process has it already\n");
	assert_step(" server app1 10.0.0.1:80\n", " server app1 10.0.0.1:80 maxconn 25\n",
		    "none: the process has it already\n");
	assert_step(" server app3 10.0.0.3:80\n", " server app3 10.0.0.3:80 disabled\n",
		    "none: the process has it already\n");
}

static void an_address_goes_back_to_that_of_the_process(void **state)
{
	(void)state;
	assert_step(" server app1 10.0.0.9:81\n", " server app1 10.0.0.7:82\n",
		    "runtime; set server live/app1 addr 10.0.0.7 port 82 | "
		    "set server live/app1 addr 10.0.0.1 port 80\n");
}

static void a_drain_by_hand_is_not_repaired(void **state)
{
	(void)state;
	assert_step(" server app2 10.0.0.2:80 disabled\n", " server app2 10.0.0.2:80\n",
		    "none: it drains, set by hand: 'ready live/app2' ends that\n");
	assert_step(" server app2 10.0.0.2:80\n", " server app2 10.0.0.2:80 disabled\n",
		    "runtime; set server live/app2 state maint | "
		    "set server live/app2 state drain\n");
}

static void a_server_that_the_process_lacks_needs_a_reload(void **state)
{
	(void)state;
	assert_step(" server app9 10.0.0.9:80 weight 1\n", " server app9 10.0.0.9:80 weight 2\n",
		    "reload: the process has no server 'live/app9'\n");
	assert_step(" server app9 10.0.0.9:80\n", "", "none: the process has it no longer\n");
}

static void a_server_that_is_there_is_not_added(void **state)
{
	(void)state;
	assert_step("", " server app1 10.0.0.1:80 weight 30 maxconn 25\n",
		    "none: the process has it already, as far as it tells\n");
	assert_step("", " server app1 10.0.0.1:81 weight 30 maxconn 25\n",
		    "reload: the process has a server of that name with another address\n");
	assert_step("", " server app1 10.0.0.1:80 maxconn 25\n",
		    "reload: the process has a server of that name with another weight\n");
}

static void a_deleted_server_comes_back_as_it_was(void **state)
{
	(void)state;
	assert_step(" server app1 10.0.0.1:80 weight 100\n", "",
		    "runtime; set server live/app1 state maint; del server live/app1 | "
		    "add server live/app1 10.0.0.1:80 weight 100" POOL " | "
		    "set server live/app1 weight 30 | set maxconn server live/app1 25 | "
		    "set server live/app1 state ready\n");
}

/* The asides of a plan, a line each; the caller frees. */
static char *asides_of(const char *before, const char *file, const char *after, const char *doubt)
{
	struct observed    *observed = observe();
	struct plan         plan = PLAN_INIT;
	struct str          text = STR_INIT;
	struct document    *docs[3];
	const char *const   texts[] = { before, file, after };
	struct plan_request request = { .ability = &v26, .observed = observed, .doubt = doubt };

	for (size_t i = 0; i < 3; i++) {
		docs[i] = document_new();
		document_add_file(docs[i], "h.cfg", span_of(texts[i]));
	}
	request.before = docs[0];
	request.file = docs[1];
	request.after = docs[2];
	plan_make(&plan, &request);
	for (size_t i = 0; i < plan.steps.count; i++)
		str_addf(&text, "%s: %s\n", step_kind_names[plan.steps.items[i].kind],
			 plan.steps.items[i].what);
	for (size_t i = 0; i < plan.asides.count; i++)
		str_addf(&text, "%s: %s\n", aside_kind_names[plan.asides.items[i].kind],
			 plan.asides.items[i].text);
	plan_release(&plan);
	observed_free(observed);
	for (size_t i = 0; i < 3; i++)
		document_free(docs[i]);
	return str_detach(&text, NULL);
}

static void assert_asides(const char *before, const char *file, const char *after,
			  const char *doubt, const char *expected)
{
	char *text = asides_of(before, file, after, doubt);

	assert_string_equal(text, expected);
	free(text);
}

#define WEB "frontend web\n maxconn 321\n"
#define AS_IT_IS                                                                      \
	WEB "backend live\n server app1 10.0.0.1:80 weight 30 maxconn 25\n"           \
	    " server app2 10.0.0.2:80 weight 100\n server app3 10.0.0.3:80 weight 100 " \
	    "disabled check\n"
/* What the file says of app2 is not what an operator has done to it. */
#define DRAIN "undoes: state of live/app2: drain by hand, ready in the file\n"

static void what_was_set_by_hand_is_told(void **state)
{
	static const char file[] =
		"frontend web\n maxconn 500\nbackend live\n server app1 10.0.0.9:81\n"
		" server app2 10.0.0.2:80 weight 100\n server gone 10.0.0.8:80\n";

	(void)state;
	assert_asides(AS_IT_IS, AS_IT_IS, AS_IT_IS, NULL, DRAIN);
	assert_asides(file, file, file, NULL,
		      "undoes: maxconn of web: 321 by hand, 500 in the file\n"
		      "undoes: weight of live/app1: 30 by hand, 1 in the file\n"
		      "undoes: address of live/app1: 10.0.0.1:80 by hand, 10.0.0.9:81 in the file\n"
		      "undoes: maxconn of live/app1: 25 by hand, 0 in the file\n" DRAIN
		      "undoes: server live/gone: deleted by hand, in the file\n"
		      "undoes: server live/app3: added by hand, not in the file\n");
}

static void a_file_that_may_be_newer_is_not_blamed_on_a_hand(void **state)
{
	static const char file[] = WEB
		"backend live\n server app1 10.0.0.9:80 weight 30 maxconn 25\n"
		" server app2 10.0.0.2:80 weight 70\n"
		" server app3 10.0.0.3:80 weight 100 disabled check\n server new 10.0.0.8:80\n";

	(void)state;
	assert_asides(file, file, file, "h.cfg is newer",
		      "brings: address of live/app1: 10.0.0.1:80 in the process, 10.0.0.9:80 in "
		      "the file\n"
		      "brings: weight of live/app2: 100 in the process, 70 in the file\n" DRAIN
		      "brings: server live/new: in the file, not in the process\n");
}

static void what_a_step_is_about_is_no_aside(void **state)
{
	static const char after[] = WEB
		"backend live\n server app1 10.0.0.1:80 weight 40 maxconn 25\n"
		" server app2 10.0.0.2:80 weight 100\n"
		" server app3 10.0.0.3:80 weight 100 disabled check\n";
	static const char before[] = WEB
		"backend live\n server app1 10.0.0.1:80 weight 50 maxconn 25\n"
		" server app2 10.0.0.2:80 weight 100\n"
		" server app3 10.0.0.3:80 weight 100 disabled check\n";

	(void)state;
	assert_asides(before, before, after, NULL,
		      "runtime: weight of live/app1 50 -> 40\n" DRAIN);
}

static void what_others_wrote_to_the_file_is_no_step(void **state)
{
	(void)state;
	assert_asides(AS_IT_IS, AS_IT_IS "# a word\nbackend theirs\n",
		      AS_IT_IS "# a word\nbackend theirs\nbackend ours\n", NULL,
		      "reload: backend ours is new\n"
		      "brings: backend theirs is new\n" DRAIN);
	assert_asides(AS_IT_IS, AS_IT_IS "backend theirs\n",
		      AS_IT_IS "backend theirs\n mode tcp\n", NULL,
		      "reload: backend theirs is new\n" DRAIN);
}

static void taking_back_what_others_wrote_needs_nothing(void **state)
{
	(void)state;
	assert_asides(AS_IT_IS, AS_IT_IS "backend theirs\n", AS_IT_IS, NULL,
		      "none: backend theirs is gone\n" DRAIN);
}

static void asides_are_a_part_of_their_own(void **state)
{
	struct observed    *observed = observe();
	struct plan         plan = PLAN_INIT;
	struct str          text = STR_INIT;
	struct document    *doc = document_new();
	struct plan_request request = {
		.before = doc, .after = doc, .ability = &v26, .observed = observed,
	};

	(void)state;
	document_add_file(doc, "h.cfg", span_of(AS_IT_IS));
	plan_make(&plan, &request);
	assert_true(plan_is_empty(&plan));
	plan_format(&plan, &text);
	assert_string_equal(text.bytes,
			    "nothing to do\n"
			    "stays different until a reload, which undoes in the process:\n"
			    "  h.cfg:5  state of live/app2: drain by hand, ready in the file\n");
	plan.forced_reload = true;
	str_reset(&text);
	plan_format(&plan, &text);
	assert_string_equal(text.bytes,
			    "a reload because it was asked for; it undoes 1 change of others\n"
			    "the reload undoes, in the process:\n"
			    "  h.cfg:5  state of live/app2: drain by hand, ready in the file\n");
	plan_release(&plan);
	str_release(&text);
	observed_free(observed);
	document_free(doc);
}

/* Whether a plan that adds two servers and changes a weight reloads. */
static bool reloads(const struct ability *ability, size_t threshold, struct str *summary)
{
	struct plan         plan = PLAN_INIT;
	struct document    *a = document_new(), *b = document_new();
	struct plan_request request = {
		.before = a, .after = b, .ability = ability, .reload_threshold = threshold,
	};
	bool needs;

	document_add_file(a, "h.cfg", span_of("backend live\n server s 10.0.0.1:80\n"));
	document_add_file(b, "h.cfg", span_of("backend live\n server s 10.0.0.1:80 weight 9\n"
					      " server t 10.0.0.2:80\n server u 10.0.0.3:80\n"));
	plan_make(&plan, &request);
	plan_summary(&plan, summary);
	needs = plan_needs_reload(&plan);
	plan_release(&plan);
	document_free(a);
	document_free(b);
	return needs;
}

static void many_servers_that_come_and_go_are_a_reload(void **state)
{
	struct str summary = STR_INIT;

	(void)state;
	assert_false(reloads(&v26, 0, &summary));
	assert_false(reloads(&v26, 2, &summary));
	str_reset(&summary);
	assert_true(reloads(&v26, 1, &summary));
	assert_string_equal(summary.bytes,
			    "3 steps: 3 at run time, a reload because 2 servers come and go, "
			    "which costs more at run time (see option reload-threshold), "
			    "which brings the others along");
	str_release(&summary);
}

static void a_command_that_the_process_does_not_list_is_not_sent(void **state)
{
	struct strings commands = STRINGS_INIT;
	struct ability ability = v26;
	struct str     summary = STR_INIT;

	(void)state;
	ability.commands = &commands;
	strings_add(&commands, "set server");
	assert_true(reloads(&ability, 0, &summary));
	strings_add(&commands, "add server");
	assert_false(reloads(&ability, 0, &summary));
	strings_release(&commands);
	str_release(&summary);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_process_says_is_read),
		cmocka_unit_test(what_is_no_table_of_servers_is_refused),
		cmocka_unit_test(the_way_back_leads_to_the_weight_of_the_process),
		cmocka_unit_test(a_value_that_the_process_has_is_not_sent),
		cmocka_unit_test(an_address_goes_back_to_that_of_the_process),
		cmocka_unit_test(a_drain_by_hand_is_not_repaired),
		cmocka_unit_test(a_server_that_the_process_lacks_needs_a_reload),
		cmocka_unit_test(a_server_that_is_there_is_not_added),
		cmocka_unit_test(a_deleted_server_comes_back_as_it_was),
		cmocka_unit_test(what_was_set_by_hand_is_told),
		cmocka_unit_test(a_file_that_may_be_newer_is_not_blamed_on_a_hand),
		cmocka_unit_test(what_a_step_is_about_is_no_aside),
		cmocka_unit_test(what_others_wrote_to_the_file_is_no_step),
		cmocka_unit_test(taking_back_what_others_wrote_needs_nothing),
		cmocka_unit_test(asides_are_a_part_of_their_own),
		cmocka_unit_test(many_servers_that_come_and_go_are_a_reload),
		cmocka_unit_test(a_command_that_the_process_does_not_list_is_not_sent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
