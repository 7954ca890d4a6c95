/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of effects and faults, and what a single change becomes. */
#include "planned.h"

/* What 2.6 does not give a server that is added, said by us. */
#define POOL " pool-max-conn -1 pool-purge-delay 5s"

static void every_kind_ends_with_a_row_without_bounds(void **state)
{
	(void)state;
	for (int kind = 0; kind < CHANGE_KINDS; kind++) {
		const struct effect_def *last = NULL;

		for (size_t i = 0; i < effect_table_count; i++)
			if ((int)effect_table[i].change == kind)
				last = &effect_table[i];
		assert_non_null(last);
		assert_int_equal(last->since, 0);
		assert_int_equal(last->until, 0);
	}
}

static void rows_of_commands_are_complete(void **state)
{
	(void)state;
	for (size_t i = 0; i < effect_table_count; i++) {
		const struct effect_def *row = &effect_table[i];

		if (row->kind != STEP_RUNTIME)
			continue;
		assert_non_null(row->make);
		assert_non_null(row->why);
		assert_non_null(row->command);
		assert_non_null(row->undo);
		assert_int_not_equal(row->level, ACCESS_NONE);
	}
}

static void change_names_are_unique(void **state)
{
	(void)state;
	for (int a = 0; a < CHANGE_KINDS; a++) {
		assert_non_null(change_name((enum change_kind)a));
		for (int b = 0; b < a; b++)
			assert_string_not_equal(change_name((enum change_kind)a),
						change_name((enum change_kind)b));
	}
}

static void servers_come_and_go_from_version_2_6_on(void **state)
{
	static const enum change_kind kinds[] = { CHANGE_SERVER_ADDED, CHANGE_SERVER_DELETED };

	(void)state;
	for (size_t i = 0; i < N(kinds); i++) {
		assert_int_equal(effect_find(kinds[i], VERSION_POINT(2, 4, 30))->kind, STEP_RELOAD);
		assert_int_equal(effect_find(kinds[i], VERSION(2, 6))->kind, STEP_RUNTIME);
		assert_int_equal(effect_find(kinds[i], VERSION(3, 4))->kind, STEP_RUNTIME);
		assert_int_equal(effect_find(kinds[i], 0)->kind, STEP_RUNTIME);
	}
}

static void weights_change_in_every_version(void **state)
{
	(void)state;
	assert_int_equal(effect_find(CHANGE_SERVER_WEIGHT, VERSION(2, 4))->kind, STEP_RUNTIME);
}

static bool is_fault(unsigned version, const char *command)
{
	return fault_find(version, span_of(command)) != NULL;
}

static void faults_of_releases_are_found_by_command(void **state)
{
	(void)state;
	assert_true(is_fault(VERSION_POINT(3, 4, 0), "clear counters all"));
	assert_false(is_fault(VERSION_POINT(3, 4, 1), "clear counters all"));
	assert_false(is_fault(VERSION_POINT(3, 2, 0), "clear counters all"));
	assert_false(is_fault(VERSION_POINT(3, 4, 0), "clear counters"));
	assert_true(is_fault(VERSION_POINT(2, 6, 12), "clear counters server b/s"));
	assert_false(is_fault(VERSION_POINT(3, 5, 0), "clear counters server b/s"));
	assert_true(is_fault(VERSION_POINT(3, 5, 0), "set server b/s check-addr 1.2.3.4"));
	assert_false(is_fault(VERSION_POINT(3, 5, 0), "set server b/s check-port 80"));
	assert_true(is_fault(VERSION_POINT(3, 0, 0), "add server b/s 1.2.3.4 guid x"));
	assert_false(is_fault(VERSION_POINT(3, 0, 0), "add server b/s 1.2.3.4 check"));
	assert_false(is_fault(0, "clear counters all"));
}

static void a_weight_is_set_and_set_back(void **state)
{
	(void)state;
	assert_lines("", " server a 1.1.1.1:1 weight 5\n", " server a 1.1.1.1:1 weight 7\n",
		     "runtime: set server live/a weight 7 | back: 0 set server live/a weight 5\n");
	assert_lines("", " server a 1.1.1.1:1\n", " server a 1.1.1.1:1 weight 7\n",
		     "runtime: set server live/a weight 7 | back: 0 set server live/a weight 1\n");
}

static void a_weight_that_stays_the_same_needs_nothing(void **state)
{
	(void)state;
	assert_lines("", " server a 1.1.1.1:1\n", " server a 1.1.1.1:1 weight 1\n", "none\n");
	assert_lines(" default-server weight 9\n", " server a 1.1.1.1:1 weight 9\n",
		     " server a 1.1.1.1:1\n", "none\n");
}

static void default_server_gives_the_values_that_a_line_leaves_out(void **state)
{
	(void)state;
	assert_lines(" default-server weight 9 maxconn 3 disabled\n",
		     " server a 1.1.1.1:1 weight 2 maxconn 4 enabled\n", " server a 1.1.1.1:1\n",
		     "runtime: set server live/a state maint | back: 0 set server live/a state "
		     "ready\n"
		     "runtime: set server live/a weight 9 | back: 0 set server live/a weight 2\n"
		     "runtime: set maxconn server live/a 3 | back: 0 set maxconn server live/a "
		     "4\n");
	assert_plan(&v26,
		    "defaults\n default-server weight 9\nbackend live\n server a 1.1.1.1:1\n",
		    "defaults\n default-server weight 9\nbackend live\n"
		    " server a 1.1.1.1:1 weight 3\n",
		    "runtime: set server live/a weight 3 | back: 0 set server live/a weight 9\n");
}

static void a_default_server_below_a_server_is_not_for_it(void **state)
{
	(void)state;
	assert_plan(&v26,
		    "backend live\n server a 1.1.1.1:1\n default-server weight 9\n",
		    "backend live\n server a 1.1.1.1:1 weight 3\n default-server weight 9\n",
		    "runtime: set server live/a weight 3 | back: 0 set server live/a weight 1\n");
}

static void static_algorithms_take_no_weights(void **state)
{
	(void)state;
	assert_lines(" balance source\n", " server a 1.1.1.1:1\n", " server a 1.1.1.1:1 weight 7\n",
		     "reload: balance source takes no weights but 0 at run time unless 'hash-type "
		     "consistent'\n");
	assert_lines(" balance static-rr\n", " server a 1.1.1.1:1\n",
		     " server a 1.1.1.1:1 weight 7\n",
		     "reload: balance static-rr takes no weights but 0 at run time\n");
	assert_lines(" balance hdr(Host)\n hash-type consistent\n", " server a 1.1.1.1:1\n",
		     " server a 1.1.1.1:1 weight 7\n",
		     "runtime: set server live/a weight 7 | back: 0 set server live/a weight 1\n");
	assert_plan(&v26, "defaults\n balance uri\nbackend live\n server a 1.1.1.1:1\n",
		    "defaults\n balance uri\nbackend live\n server a 1.1.1.1:1 weight 3\n",
		    "reload: balance uri takes no weights but 0 at run time unless 'hash-type "
		    "consistent'\n");
}

static void a_weight_that_is_none_is_left_to_haproxy(void **state)
{
	(void)state;
	assert_lines("", " server a 1.1.1.1:1\n", " server a 1.1.1.1:1 weight 257\n",
		     "reload: a weight is a number from 0 to 256\n");
	assert_lines("", " server a 1.1.1.1:1\n", " server a 1.1.1.1:1 weight \"$W\"\n",
		     "reload: a weight is a number from 0 to 256\n");
}

static void literal_addresses_are_changed(void **state)
{
	(void)state;
	assert_lines("", " server a 1.1.1.1:1\n", " server a 1.1.1.2:1\n",
		     "runtime: set server live/a addr 1.1.1.2 port 1 | back: 0 set server live/a "
		     "addr 1.1.1.1 port 1\n");
	assert_lines("", " server a 1.1.1.1:1\n", " server a [2001:DB8:0::1]:80\n",
		     "runtime: set server live/a addr 2001:db8::1 port 80 | back: 0 set server "
		     "live/a addr 1.1.1.1 port 1\n");
}

static void other_addresses_need_a_reload(void **state)
{
	(void)state;
	assert_lines("", " server a app.example:1\n", " server a 1.1.1.2:1\n",
		     "reload: 'app.example' is no literal IP address, others are looked up at "
		     "start only\n");
	assert_lines("", " server a 1.1.1.1:1\n", " server a /run/app.sock\n",
		     "reload: '/run/app.sock' is no literal IP address, others are looked up at "
		     "start only\n");
	assert_lines("", " server a 1.1.1.1:1\n", " server a 1.1.1.1\n",
		     "reload: without a port it takes that of the client, which no command says\n");
	assert_lines("", " server a 1.1.1.1:1\n", " server a 1.1.1.1:+1\n",
		     "reload: port '+1' is none that a command can set\n");
	assert_lines("", " server a 1.1.1.1:1\n", " server a 1.1.1.1:99999\n",
		     "reload: port '99999' is none that a command can set\n");
	assert_lines("", " server a 1.1.1.1:1\n", " server a \"${IP}:1\"\n",
		     "reload: its address is known when the file is read only\n");
	assert_lines("", " server a 1.1.1.1:1\n", " server a 0.0.0.0:1\n",
		     "reload: '0.0.0.0' stands for the address that the client wanted\n");
}

static void maxconn_beside_minconn_needs_a_reload(void **state)
{
	(void)state;
	assert_lines("", " server a 1.1.1.1:1 minconn 2 maxconn 5\n",
		     " server a 1.1.1.1:1 minconn 2 maxconn 6\n",
		     "reload: maxconn and minconn are weighed against each other at start\n");
}

static void a_server_is_added_with_all_its_values(void **state)
{
	(void)state;
	assert_plan(&v26,
		    "defaults\n default-server inter 2s check\nbackend live\n"
		    " default-server weight 9 maxconn 3\n",
		    "defaults\n default-server inter 2s check\nbackend live\n"
		    " default-server weight 9 maxconn 3\n server n 1.1.1.1:1 weight 4 agent-check "
		    "agent-port 5\n",
		    "runtime: add server live/n 1.1.1.1:1 inter 2s check weight 4 maxconn 3 "
		    "agent-check agent-port 5" POOL "; enable health live/n; enable agent live/n; "
		    "set server live/n state ready | back: 3 set server live/n state maint; "
		    "0 del server live/n\n");
}

static void values_taken_back_are_left_out(void **state)
{
	(void)state;
	assert_lines(" default-server check backup\n", "",
		     " server n /run/n.sock no-check no-backup\n",
		     "runtime: add server live/n /run/n.sock no-backup" POOL
		     "; set server live/n state "
		     "ready | back: 1 set server live/n state maint; 0 del server live/n\n");
}

static void a_disabled_server_stays_in_maintenance(void **state)
{
	(void)state;
	assert_lines("", "", " server n 1.1.1.1:1 check disabled\n",
		     "runtime: add server live/n 1.1.1.1:1 check disabled" POOL
		     "; enable health live/n "
		     "| back: 0 del server live/n\n");
}

static void servers_that_a_command_cannot_add_need_a_reload(void **state)
{
	(void)state;
	assert_lines(" balance static-rr\n", "", " server n 1.1.1.1:1\n",
		     "reload: balance static-rr takes no new servers at run time\n");
	assert_lines("", "", " server n app.example:1\n",
		     "reload: 'app.example' is no literal IP address, others are looked up at "
		     "start only\n");
	assert_lines("", "", " server n 1.1.1.1:1 cookie c\n",
		     "reload: 'cookie' cannot be said when a server is added at run time before "
		     "HAProxy 3.0\n");
	assert_lines("", "", " server n 1.1.1.1:1 resolvers r\n",
		     "reload: 'resolvers' cannot be said when a server is added at run time\n");
	assert_lines("", "", " server n 1.1.1.1:1 non-stick\n",
		     "reload: 'non-stick' cannot be said when a server is added at run time\n");
	assert_lines("", "", " server n 1.1.1.1:1 sni 'str(a b)'\n",
		     "reload: the value of 'sni' does not fit into a command\n");
	assert_lines("", "", " server n 1.1.1.1:1 sni str(a;b)\n",
		     "reload: the value of 'sni' does not fit into a command\n");
	assert_lines("", "", " server n;x 1.1.1.1:1\n",
		     "reload: no command can name it: 'n;x' is no name for a server; HAProxy takes "
		     "letters, digits and - _ . : in names\n");
}

static void a_newer_version_takes_more_keywords(void **state)
{
	static const struct ability v30 = { .known = true, .version = VERSION(3, 0),
					.level = ACCESS_ADMIN };

	(void)state;
	assert_plan(&v30, "backend live\n", "backend live\n server n 1.1.1.1:1 cookie c\n",
		    "runtime: add server live/n 1.1.1.1:1 cookie c; set server live/n state ready "
		    "| back: 1 set server live/n state maint; 0 del server live/n\n");
}

static void an_id_that_is_taken_needs_a_reload(void **state)
{
	(void)state;
	assert_lines("", " server a 1.1.1.1:1 id 7\n",
		     " server a 1.1.1.1:1 id 7\n server n 1.1.1.1:1 id 7\n",
		     "reload: its id 7 is taken by another server\n");
}

static void a_new_server_ahead_of_others_matters_where_the_order_does(void **state)
{
	(void)state;
	assert_lines(" balance first\n", " server a 1.1.1.1:1\n",
		     " server n 1.1.1.1:1\n server a 1.1.1.1:1\n",
		     "reload: balance first goes by the order of servers, and a command adds the "
		     "last one\n");
	assert_lines(" balance first\n", " server a 1.1.1.1:1\n",
		     " server a 1.1.1.1:1\n server n 1.1.1.1:1\n",
		     "runtime: add server live/n 1.1.1.1:1" POOL "; set server live/n state ready "
		     "| back: 1 set server live/n state maint; 0 del server live/n\n");
}

static void a_server_is_deleted_and_can_come_back(void **state)
{
	(void)state;
	assert_lines("", " server a 1.1.1.1:1 check weight 3\n", "",
		     "runtime: set server live/a state maint; del server live/a | back: "
		     "1 add server live/a 1.1.1.1:1 check weight 3" POOL
		     "; 1 enable health live/a; "
		     "0 set server live/a state ready\n");
	assert_lines("", " server a 1.1.1.1:1 disabled\n", "",
		     "runtime: set server live/a state maint; del server live/a | back: "
		     "1 add server live/a 1.1.1.1:1 disabled" POOL "\n");
}

static void what_no_command_can_add_comes_back_by_a_reload(void **state)
{
	(void)state;
	assert_lines(" balance source\n", " server a 1.1.1.1:1\n", "",
		     "runtime: set server live/a state maint; del server live/a | back: "
		     "0 set server live/a state ready | reload\n");
	assert_lines("", " server a app.example:1\n", "",
		     "runtime: set server live/a state maint; del server live/a | back: "
		     "0 set server live/a state ready | reload\n");
}

static void a_server_that_others_refer_to_stays_until_a_reload(void **state)
{
	(void)state;
	assert_lines(" use-server a if TRUE\n", " server a 1.1.1.1:1\n", "",
		     "reload: other lines refer to it, so HAProxy keeps it until a reload\n");
	assert_lines(" server b 1.1.1.2:1 track live/a\n", " server a 1.1.1.1:1 check\n", "",
		     "reload: other lines refer to it, so HAProxy keeps it until a reload\n");
	assert_lines(" http-request set-header X a\n", " server a 1.1.1.1:1\n", "",
		     "runtime: set server live/a state maint; del server live/a | back: "
		     "1 add server live/a 1.1.1.1:1" POOL "; 0 set server live/a state ready\n");
	assert_lines(" server b 1.1.1.2:1 track live/c\n server c 1.1.1.2:1\n",
		     " server a 1.1.1.1:1\n", "",
		     "runtime: set server live/a state maint; del server live/a | back: "
		     "1 add server live/a 1.1.1.1:1" POOL "; 0 set server live/a state ready\n");
}

static void the_order_of_servers_matters_to_some_algorithms(void **state)
{
	static const char ab[] = " server a 1.1.1.1:1\n server b 1.1.1.1:2\n";
	static const char ba[] = " server b 1.1.1.1:2\n server a 1.1.1.1:1\n";

	(void)state;
	assert_lines("", ab, ba, "none\n");
	assert_lines(" balance leastconn\n", ab, ba, "none\n");
	assert_lines(" balance random(2)\n", ab, ba, "none\n");
	assert_lines(" balance first\n", ab, ba,
		     "reload: balance first goes by the order of the servers\n");
	assert_lines(" balance uri\n hash-type consistent\n", ab, ba,
		     "reload: balance uri goes by the order of the servers\n");
	assert_lines(" balance own\n", ab, ba,
		     "reload: balance own goes by the order of the servers\n");
}

static void frontend_maxconn_is_set(void **state)
{
	(void)state;
	assert_plan(&v26, "frontend f\n maxconn 5\n", "frontend f\n maxconn 6\n",
		    "runtime: set maxconn frontend f 6 | back: 0 set maxconn frontend f 5\n");
	assert_plan(&v26, "frontend f\n maxconn 5\n maxconn 7\n",
		    "frontend f\n maxconn 5\n maxconn 8\n",
		    "runtime: set maxconn frontend f 8 | back: 0 set maxconn frontend f 7\n");
}

static void defaults_that_inherit_in_a_circle_end(void **state)
{
	(void)state;
	assert_plan(&v26, "defaults a from b\ndefaults b from a\nfrontend f from a\n maxconn 5\n",
		    "defaults a from b\ndefaults b from a\nfrontend f from a\n",
		    "reload: the limit without the line is only known to the process\n");
}

static void a_frontend_without_maxconn_has_the_inherited_one(void **state)
{
	static const struct ability told = { .known = true, .version = VERSION(2, 6),
					.level = ACCESS_ADMIN, .maxconn = 900 };

	(void)state;
	assert_plan(&v26, "frontend f\n maxconn 5\n", "frontend f\n",
		    "reload: the limit without the line is only known to the process\n");
	assert_plan(&v26, "frontend f\n maxconn 0\n", "frontend f\n maxconn 6\n",
		    "reload: the limit without the line is only known to the process\n");
	assert_plan(&told, "frontend f\n", "frontend f\n maxconn 6\n",
		    "runtime: set maxconn frontend f 6 | back: 0 set maxconn frontend f 900\n");
	assert_plan(&told, "global\n maxconn 70\nfrontend f\n maxconn 6\n",
		    "global\n maxconn 70\nfrontend f\n",
		    "runtime: set maxconn frontend f 70 | back: 0 set maxconn frontend f 6\n");
	assert_plan(&told, "defaults\n maxconn 40\nfrontend f\n",
		    "defaults\n maxconn 40\nfrontend f\n maxconn 6\n",
		    "runtime: set maxconn frontend f 6 | back: 0 set maxconn frontend f 40\n");
	assert_plan(&told, "defaults\n maxconn 40\nfrontend f\n",
		    "defaults\n maxconn 40\nfrontend f\n maxconn 40\n", "none\n");
}

static void conditional_blocks_are_left_to_haproxy(void **state)
{
	(void)state;
	assert_lines("", " .if streq(a,b)\n server a 1.1.1.1:1\n .endif\n",
		     " .if streq(a,b)\n server a 1.1.1.1:1 weight 3\n .endif\n",
		     "reload: an .if block is involved, and only HAProxy knows its outcome\n");
	assert_plan(&v26, ".if streq(a,b)\nbackend live\n server a 1.1.1.1:1\n.endif\nbackend c\n",
		    ".if streq(a,b)\nbackend live\n server a 1.1.1.1:1 weight 2\n.endif\n"
		    "backend c\n",
		    "reload: an .if block is involved, and only HAProxy knows its outcome\n");
	assert_plan(&v26, ".if streq(a,b)\n.endif\nbackend live\n server a 1.1.1.1:1\n",
		    ".if streq(a,b)\n.endif\nbackend live\n server a 1.1.1.1:1 weight 2\n",
		    "runtime: set server live/a weight 2 | back: 0 set server live/a weight 1\n");
}

static void a_socket_of_a_low_level_changes_nothing(void **state)
{
	static const struct ability operator = { .known = true, .version = VERSION(2, 6),
					.level = ACCESS_OPERATOR };
	static const struct ability unknown = { .known = true, .version = VERSION(2, 6),
					.level = ACCESS_NONE };

	(void)state;
	assert_plan(&operator, "backend b\n server a 1.1.1.1:1\n",
		    "backend b\n server a 1.1.1.1:1 weight 2\n",
		    "reload: the socket's level is 'operator', the command needs 'admin'\n");
	assert_plan(&operator, "backend b\n server a 1.1.1.1:1\n",
		    "backend b\n server a 1.1.1.1:1 weight 1\n", "none\n");
	assert_plan(&unknown, "backend b\n server a 1.1.1.1:1\n",
		    "backend b\n server a 1.1.1.1:1 weight 2\n",
		    "runtime: set server b/a weight 2 | back: 0 set server b/a weight 1\n");
}

static void a_faulty_command_is_not_planned(void **state)
{
	static const struct ability v300 = { .known = true, .version = VERSION_POINT(3, 0, 0),
					.level = ACCESS_ADMIN };

	(void)state;
	assert_plan(&v300, "backend b\n", "backend b\n server a 1.1.1.1:1 guid x\n",
		    "reload: 'guid' cannot be said when a server is added at run time before "
		    "HAProxy 3.2\n");
}

static void other_changes_say_why_they_need_a_reload(void **state)
{
	(void)state;
	assert_plan(&v26, "frontend f\n timeout client 1s\n",
		    "frontend f\n timeout client 2s\n bind *:1\n",
		    "reload: 'timeout client' is read at start only\n"
		    "reload: listening sockets are opened at start\n");
	assert_plan(&v26, "backend b\n", "backend c\n",
		    "reload: sections are set up at start\n"
		    "reload: sections are set up at start\n");
	assert_lines("", " server a 1.1.1.1:1 inter 2s\n", " server a 1.1.1.1:1 inter 3s\n",
		     "reload: it is read at start only\n");
	assert_lines("", " default-server inter 2s\n", " default-server inter 3s\n",
		     "reload: its values are copied into the servers at start\n");
}

static void steps_promise_what_can_be_read_back(void **state)
{
	struct document *a = parse("backend b\n server x 1.1.1.1:1\n");
	struct document *b = parse("backend b\n server x 1.1.1.1:1 weight 3\n server n "
				   "[2001:DB8::1]:80 weight 5\n");
	struct plan      plan = PLAN_INIT;

	(void)state;
	plan_make(&plan, &(struct plan_request){ .before = a, .after = b, .ability = &v26 });
	assert_int_equal(plan.runtime, 2);
	assert_string_equal(plan.steps.items[0].promise.backend, "b");
	assert_string_equal(plan.steps.items[0].promise.server, "n");
	assert_string_equal(plan.steps.items[0].promise.address, "2001:db8::1");
	assert_int_equal(plan.steps.items[0].promise.port, 80);
	assert_int_equal(plan.steps.items[0].promise.weight, 5);
	assert_int_equal(plan.steps.items[0].promise.maint, 0);
	assert_false(plan.steps.items[0].promise.absent);
	assert_int_equal(plan.steps.items[1].promise.weight, 3);
	assert_int_equal(plan.steps.items[1].promise.port, -1);
	assert_int_equal(plan.steps.items[1].promise.maint, -1);
	assert_null(plan.steps.items[1].promise.address);
	plan_release(&plan);
	document_free(a);
	document_free(b);
}

static void a_deletion_waits_for_its_connections(void **state)
{
	struct document *a = parse("backend b\n server x 1.1.1.1:1\n"), *b = parse("backend b\n");
	struct plan      plan = PLAN_INIT;
	struct step     *step;

	(void)state;
	plan_make(&plan, &(struct plan_request){ .before = a, .after = b, .ability = &v26 });
	step = &plan.steps.items[0];
	assert_true(step->promise.absent);
	assert_false(step->commands.items[0].until_free);
	assert_true(step->commands.items[1].until_free);
	assert_int_equal(step->commands.items[1].reply, REPLY_SERVER_DELETED);
	assert_string_equal(step->note, "it goes when its last connection has ended");
	plan_release(&plan);
	document_free(a);
	document_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_ends_with_a_row_without_bounds),
		cmocka_unit_test(rows_of_commands_are_complete),
		cmocka_unit_test(change_names_are_unique),
		cmocka_unit_test(servers_come_and_go_from_version_2_6_on),
		cmocka_unit_test(weights_change_in_every_version),
		cmocka_unit_test(faults_of_releases_are_found_by_command),
		cmocka_unit_test(a_weight_is_set_and_set_back),
		cmocka_unit_test(a_weight_that_stays_the_same_needs_nothing),
		cmocka_unit_test(default_server_gives_the_values_that_a_line_leaves_out),
		cmocka_unit_test(a_default_server_below_a_server_is_not_for_it),
		cmocka_unit_test(static_algorithms_take_no_weights),
		cmocka_unit_test(a_weight_that_is_none_is_left_to_haproxy),
		cmocka_unit_test(literal_addresses_are_changed),
		cmocka_unit_test(other_addresses_need_a_reload),
		cmocka_unit_test(maxconn_beside_minconn_needs_a_reload),
		cmocka_unit_test(a_server_is_added_with_all_its_values),
		cmocka_unit_test(values_taken_back_are_left_out),
		cmocka_unit_test(a_disabled_server_stays_in_maintenance),
		cmocka_unit_test(servers_that_a_command_cannot_add_need_a_reload),
		cmocka_unit_test(a_newer_version_takes_more_keywords),
		cmocka_unit_test(an_id_that_is_taken_needs_a_reload),
		cmocka_unit_test(a_new_server_ahead_of_others_matters_where_the_order_does),
		cmocka_unit_test(a_server_is_deleted_and_can_come_back),
		cmocka_unit_test(what_no_command_can_add_comes_back_by_a_reload),
		cmocka_unit_test(a_server_that_others_refer_to_stays_until_a_reload),
		cmocka_unit_test(the_order_of_servers_matters_to_some_algorithms),
		cmocka_unit_test(frontend_maxconn_is_set),
		cmocka_unit_test(a_frontend_without_maxconn_has_the_inherited_one),
		cmocka_unit_test(defaults_that_inherit_in_a_circle_end),
		cmocka_unit_test(conditional_blocks_are_left_to_haproxy),
		cmocka_unit_test(a_socket_of_a_low_level_changes_nothing),
		cmocka_unit_test(a_faulty_command_is_not_planned),
		cmocka_unit_test(other_changes_say_why_they_need_a_reload),
		cmocka_unit_test(steps_promise_what_can_be_read_back),
		cmocka_unit_test(a_deletion_waits_for_its_connections),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
