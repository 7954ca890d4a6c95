/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checks, agents, TLS, names, limits and cookies: what each row becomes. */
#include "planned.h"

#define AGENT " server a 1.1.1.1:1 agent-check agent-port 5"

static void a_check_is_turned_off_and_the_server_counts_as_up(void **state)
{
	(void)state;
	assert_lines("", " server a 1.1.1.1:1 check\n", " server a 1.1.1.1:1\n",
		     "runtime: disable health live/a; set server live/a health up | back: 0 enable "
		     "health live/a\n");
	assert_lines(" default-server check\n", " server a 1.1.1.1:1\n",
		     " server a 1.1.1.1:1 no-check\n",
		     "runtime: disable health live/a; set server live/a health up | back: 0 enable "
		     "health live/a\n");
}

static void a_check_is_not_turned_on(void **state)
{
	(void)state;
	assert_lines("", " server a 1.1.1.1:1\n", " server a 1.1.1.1:1 check\n",
		     "reload: a command starts checks only where the line had 'check' when the "
		     "process began\n");
	assert_lines("", AGENT "\n", " server a 1.1.1.1:1 agent-check agent-port 5 check\n",
		     "reload: a command starts checks only where the line had 'check' when the "
		     "process began\n");
}

static void where_checks_go_is_set_while_they_are_on(void **state)
{
	(void)state;
	assert_lines("", " server a 1.1.1.1:1 check port 1\n",
		     " server a 1.1.1.1:1 check port 2\n",
		     "runtime: set server live/a check-port 2 | back: 0 set server live/a "
		     "check-port 1\n");
	assert_lines("", " server a 1.1.1.1:1 check port 1\n", " server a 1.1.1.1:1 check\n",
		     "runtime: set server live/a check-port 0 | back: 0 set server live/a "
		     "check-port 1\n");
	assert_lines("", " server a 1.1.1.1:1 check\n",
		     " server a 1.1.1.1:1 check addr 2001:DB8::1\n",
		     "runtime: set server live/a check-addr 2001:db8::1 | back: 0 set server "
		     "live/a "
		     "check-addr 0.0.0.0\n");
	assert_lines("", " server a 1.1.1.1:1 port 1\n",
		     " server a 1.1.1.1:1 port 2\n",
		     "reload: no command sets it where 'check' is not on\n");
	assert_lines("", " server a 1.1.1.1:1 check port 1\n",
		     " server a 1.1.1.1:1 check port 70000\n",
		     "reload: the command for 'port' takes a port from 1 to 65535 and nothing "
		     "else\n");
	assert_lines("", " server a 1.1.1.1:1 check addr 1.1.1.9\n", " server a 1.1.1.1:1 check\n",
		     "reload: the command for 'addr' takes a literal IP address and nothing "
		     "else\n");
}

static void a_port_is_set_before_its_check_is_turned_off(void **state)
{
	(void)state;
	assert_lines("", " server a 1.1.1.1:1 check port 1\n", " server a 1.1.1.1:1 port 2\n",
		     "runtime: set server live/a check-port 2 | back: 0 set server live/a "
		     "check-port 1\n"
		     "runtime: disable health live/a; set server live/a health up | back: 0 enable "
		     "health live/a\n");
}

static void releases_that_refuse_check_addr_are_not_asked(void **state)
{
	static const struct ability v340 = { .known = true, .version = VERSION_POINT(3, 4, 0),
					     .level = ACCESS_ADMIN };

	(void)state;
	assert_plan(&v340, "backend b\n server a 1.1.1.1:1 check\n",
		    "backend b\n server a 1.1.1.1:1 check addr 1.1.1.2\n",
		    "reload: a fault of this release: every address is refused\n");
}

static void an_agent_is_asked_elsewhere(void **state)
{
	(void)state;
	assert_lines("", AGENT "\n", " server a 1.1.1.1:1 agent-check agent-port 6\n",
		     "runtime: set server live/a agent-port 6 | back: 0 set server live/a "
		     "agent-port 5\n");
	assert_lines("", AGENT " agent-addr 1.1.1.2\n", AGENT " agent-addr 1.1.1.3\n",
		     "runtime: set server live/a agent-addr 1.1.1.3 | back: 0 set server live/a "
		     "agent-addr 1.1.1.2\n");
	assert_lines("", AGENT "\n", AGENT " agent-send hello\n",
		     "runtime: set server live/a agent-send hello | reload\n");
	assert_lines("", AGENT " agent-send x\n", AGENT "\n",
		     "reload: the command for 'agent-send' takes one plain word and nothing "
		     "else\n");
	assert_lines("", AGENT "\n", AGENT " agent-send \"x\\n\"\n",
		     "reload: the command for 'agent-send' takes one plain word and nothing "
		     "else\n");
	assert_lines("", AGENT "\n", AGENT " agent-send 'a b'\n",
		     "reload: the command for 'agent-send' takes one plain word and nothing "
		     "else\n");
}

static void an_agent_is_turned_off_with_the_weight_that_it_gave(void **state)
{
	(void)state;
	assert_lines("", AGENT " weight 7\n", " server a 1.1.1.1:1 agent-port 5 weight 7\n",
		     "runtime: set server live/a agent up; disable agent live/a; set server live/a "
		     "weight 7 | back: 1 enable agent live/a\n");
	assert_lines(" balance source\n", AGENT "\n", " server a 1.1.1.1:1 agent-port 5\n",
		     "runtime: set server live/a agent up; disable agent live/a | back: 1 enable "
		     "agent live/a\n");
	assert_lines("", " server a 1.1.1.1:1 agent-port 5\n", AGENT "\n",
		     "reload: a command starts the agent's checks only where the line had "
		     "'agent-check' when the process began\n");
}

static void tls_to_a_server_goes_on_and_off_where_it_was_prepared(void **state)
{
	(void)state;
	assert_lines("", " server a 1.1.1.1:1 ssl verify none\n",
		     " server a 1.1.1.1:1 verify none\n",
		     "runtime: set server live/a ssl off | back: 0 set server live/a ssl on\n");
	assert_lines(" default-server ssl verify none\n", " server a 1.1.1.1:1 no-ssl\n",
		     " server a 1.1.1.1:1\n",
		     "runtime: set server live/a ssl on | back: 0 set server live/a ssl off\n");
	assert_lines("", " server a 1.1.1.1:1 verify none\n",
		     " server a 1.1.1.1:1 ssl verify none\n",
		     "reload: TLS is set up at start, and nothing asked for it then\n");
	assert_lines(" default-server ssl verify none check\n", " server a 1.1.1.1:1 no-ssl\n",
		     " server a 1.1.1.1:1\n",
		     "reload: whether health checks use TLS is settled at start\n");
}

static void names_change_where_resolvers_look_them_up(void **state)
{
	(void)state;
	assert_lines(" default-server resolvers r\n", " server a x.example:80\n",
		     " server a y.example:80\n",
		     "runtime: set server live/a fqdn y.example | back: 0 set server live/a fqdn "
		     "x.example\n");
	assert_lines(" default-server resolvers r\n", " server a x.example:80\n",
		     " server a y.example:81\n",
		     "reload: 'x.example' is no literal IP address, others are looked up at start "
		     "only\n");
	assert_lines(" default-server resolvers r\n", " server a x.example:80\n",
		     " server a _http._tcp.example:80\n",
		     "reload: 'x.example' is no literal IP address, others are looked up at start "
		     "only\n");
}

static void static_algorithms_take_a_server_out_by_its_weight(void **state)
{
	(void)state;
	assert_lines(" balance source\n", " server a 1.1.1.1:1 weight 5\n",
		     " server a 1.1.1.1:1 weight 0\n",
		     "runtime: set server live/a weight 0% | back: 0 set server live/a weight "
		     "100%\n");
	assert_lines(" balance static-rr\n", " server a 1.1.1.1:1 weight 0\n",
		     " server a 1.1.1.1:1 weight 5\n",
		     "reload: balance static-rr takes no weights but 0 at run time\n");
}

static void a_spare_server_gets_an_address_and_gives_it_back(void **state)
{
	(void)state;
	assert_lines("", " server a 0.0.0.0:80 disabled\n", " server a 1.1.1.1:81\n",
		     "runtime: set server live/a addr 1.1.1.1 port 81 | back: 0 set server live/a "
		     "addr 0.0.0.0 port 80\n"
		     "runtime: set server live/a state ready | back: 0 set server live/a state "
		     "maint\n");
}

static const struct ability told = { .known = true, .version = VERSION_POINT(2, 6, 12),
				     .level = ACCESS_ADMIN, .maxconn = 400 };

static void what_the_process_keeps_comes_back_by_a_command(void **state)
{
	struct observed        *observed = observed_new();
	struct observed_server *a = observed_add_server(observed, span_of("live"), span_of("a"));

	(void)state;
	a->check = a->agent = CHECK_CONFIGURED;
	a->initial_weight = 5;
	a->weight = 0;
	assert_observed_plan(&v26, observed, "backend live\n server a 1.1.1.1:1 agent-port 5\n",
			     "backend live\n server a 1.1.1.1:1 check agent-check agent-port 5\n",
			     "runtime: enable health live/a | back: 0 disable health live/a\n"
			     "runtime: enable agent live/a | back: 0 disable agent live/a\n");
	assert_observed_plan(&v26, observed,
			     "backend live\n balance source\n server a 1.1.1.1:1 weight 0\n",
			     "backend live\n balance source\n server a 1.1.1.1:1 weight 5\n",
			     "runtime: set server live/a weight 100% | back: 0 set server live/a "
			     "weight 0%\n");
	observed_free(observed);
}

static void the_limit_of_the_process_goes_down_with_frontends_that_inherit_it(void **state)
{
	struct observed *observed = observed_new();

	(void)state;
	assert_plan(&v26, "global\n maxconn 500\nfrontend f\nlisten g\n maxconn 5\n",
		    "global\n maxconn 400\nfrontend f\nlisten g\n maxconn 5\n",
		    "runtime: set maxconn global 400; set maxconn frontend f 400 | back: 0 set "
		    "maxconn global 500; 1 set maxconn frontend f 500\n");
	assert_plan(&v26, "global\n maxconn 400\n", "global\n maxconn 500\n",
		    "reload: a command cannot go above the 400 that the process began with\n");
	observed_add_info(observed, span_of("Hard_maxconn"), span_of("500"));
	assert_observed_plan(&told, observed, "global\n maxconn 400\n", "global\n maxconn 450\n",
			     "runtime: set maxconn global 450 | back: 0 set maxconn global 400\n");
	observed_free(observed);
	assert_plan(&told, "global\n maxconn 400\n", "global\n",
		    "reload: without the line HAProxy works the limit out at start\n");
	assert_plan(&told, "global\n", "global\n maxconn 300\n",
		    "runtime: set maxconn global 300 | back: 0 set maxconn global 400\n");
}

static void limits_that_servers_are_weighed_against_need_a_reload(void **state)
{
	static const char servers[] = "backend b\n server a 1.1.1.1:1 minconn 1 maxconn 9\n";
	struct str        before = STR_INIT, after = STR_INIT;

	(void)state;
	str_addf(&before, "frontend f\n maxconn 5\n%s", servers);
	str_addf(&after, "frontend f\n maxconn 6\n%s", servers);
	assert_plan(&v26, before.bytes, after.bytes,
		    "reload: servers with 'minconn' go by a share of it that is worked out at "
		    "start\n");
	str_release(&before);
	str_release(&after);
}

static void rates_of_the_process_are_set_and_given_up(void **state)
{
	(void)state;
	assert_plan(&v26, "global\n maxconnrate 5\n maxsslrate 7\n",
		    "global\n maxsessrate 6\n maxcomprate 8\n",
		    "runtime: set rate-limit sessions global 6 | back: 0 set rate-limit sessions "
		    "global 0\n"
		    "runtime: set rate-limit http-compression global 8 | back: 0 set rate-limit "
		    "http-compression global 0\n"
		    "runtime: set rate-limit connections global 0 | back: 0 set rate-limit "
		    "connections global 5\n"
		    "runtime: set rate-limit ssl-sessions global 0 | back: 0 set rate-limit "
		    "ssl-sessions global 7\n");
	assert_plan(&v26, "global\n maxconnrate 5\n", "global\n maxconnrate \"$N\"\n",
		    "reload: maxconnrate is no plain number\n");
}

static void dynamic_cookies_change_their_key_and_go_on_and_off(void **state)
{
	(void)state;
	assert_plan(&v26, "backend b\n cookie X insert dynamic\n dynamic-cookie-key k\n",
		    "backend b\n cookie X insert dynamic\n dynamic-cookie-key l\n",
		    "runtime: set dynamic-cookie-key backend b l | back: 0 set dynamic-cookie-key "
		    "backend b k\n");
	assert_plan(&v26, "backend b\n dynamic-cookie-key k\n", "backend b\n",
		    "reload: no command takes a key away\n");
	assert_plan(&v26, "backend b\n", "backend b\n dynamic-cookie-key k\n",
		    "runtime: set dynamic-cookie-key backend b k | reload\n");
	assert_plan(&v26, "backend b\n cookie X insert\n", "backend b\n cookie X insert dynamic\n",
		    "runtime: enable dynamic-cookie backend b | back: 0 disable dynamic-cookie "
		    "backend b\n");
	assert_plan(&v26, "backend b\n cookie X insert dynamic\n",
		    "backend b\n cookie X insert nocache\n",
		    "reload: 'cookie' is read at start only\n");
}

static void every_step_says_what_must_hold_before(void **state)
{
	struct document *a = parse("global\n maxconn 5\n maxconnrate 5\nfrontend f\n maxconn 4\n"
				   "backend b\n cookie X\n server x 1.1.1.1:1 check\n"
				   " server y 1.1.1.1:1\n");
	struct document *b = parse("global\n maxconn 4\n maxconnrate 6\nfrontend f\n maxconn 3\n"
				   "backend b\n cookie X dynamic\n server x 1.1.1.2:1 weight 5\n"
				   " server z 1.1.1.1:1\n");
	struct plan      plan = PLAN_INIT;

	(void)state;
	plan_make(&plan, &(struct plan_request){ .before = a, .after = b, .ability = &v26 });
	assert_int_equal(plan.runtime, 9);
	for (size_t i = 0; i < plan.steps.count; i++)
		if (plan.steps.items[i].kind == STEP_RUNTIME && !plan.steps.items[i].needs.count)
			fail_msg("%s: nothing must hold", plan.steps.items[i].what);
	assert_string_equal(plan.steps.items[0].needs.items[0].text,
			    "server b/z is not there yet");
	plan_release(&plan);
	document_free(a);
	document_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_check_is_turned_off_and_the_server_counts_as_up),
		cmocka_unit_test(a_check_is_not_turned_on),
		cmocka_unit_test(where_checks_go_is_set_while_they_are_on),
		cmocka_unit_test(a_port_is_set_before_its_check_is_turned_off),
		cmocka_unit_test(releases_that_refuse_check_addr_are_not_asked),
		cmocka_unit_test(an_agent_is_asked_elsewhere),
		cmocka_unit_test(an_agent_is_turned_off_with_the_weight_that_it_gave),
		cmocka_unit_test(tls_to_a_server_goes_on_and_off_where_it_was_prepared),
		cmocka_unit_test(names_change_where_resolvers_look_them_up),
		cmocka_unit_test(static_algorithms_take_a_server_out_by_its_weight),
		cmocka_unit_test(a_spare_server_gets_an_address_and_gives_it_back),
		cmocka_unit_test(what_the_process_keeps_comes_back_by_a_command),
		cmocka_unit_test(the_limit_of_the_process_goes_down_with_frontends_that_inherit_it),
		cmocka_unit_test(limits_that_servers_are_weighed_against_need_a_reload),
		cmocka_unit_test(rates_of_the_process_are_set_and_given_up),
		cmocka_unit_test(dynamic_cookies_change_their_key_and_go_on_and_off),
		cmocka_unit_test(every_step_says_what_must_hold_before),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
