/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Backends that come and go at run time. */
#include "planned.h"

static const struct ability v34 = { .known = true, .version = VERSION(3, 4),
				    .level = ACCESS_ADMIN };
static const struct ability v32 = { .known = true, .version = VERSION(3, 2),
				    .level = ACCESS_ADMIN };

#define HEAD "defaults d\n mode http\nfrontend f from d\n use_backend %[path,map(m)]\n"

static void a_backend_is_added_with_its_servers_and_published(void **state)
{
	(void)state;
	assert_plan(&v34, HEAD,
		    HEAD "backend n from d\n mode tcp\n server s 1.1.1.1:1 check\n",
		    "runtime: add backend n from d mode tcp; add server n/s 1.1.1.1:1 check; "
		    "enable "
		    "health n/s; set server n/s state ready; publish backend n | back: 4 unpublish "
		    "backend n; 3 set server n/s state maint; 1 del server n/s; 0 del backend n\n");
}

static void versions_before_3_4_set_sections_up_at_start(void **state)
{
	(void)state;
	assert_plan(&v32, HEAD, HEAD "backend n from d\n",
		    "reload: sections are set up at start\n");
	assert_plan(&v32, HEAD "backend n from d\n", HEAD,
		    "reload: sections are set up at start\n");
}

static void what_no_command_says_of_a_backend_needs_a_reload(void **state)
{
	(void)state;
	assert_plan(&v34, HEAD, HEAD "backend n from d\n retries 4\n",
		    "reload: no command says 'retries' of a new backend; it would have to stand in "
		    "its defaults\n");
	assert_plan(&v34, HEAD, HEAD "backend n\n",
		    "reload: a command adds a backend from a named defaults section only\n");
	assert_plan(&v34, "defaults d\n mode http\n",
		    "defaults d\n mode http\n retries 4\nbackend n from d\n",
		    "reload: 'retries' is read at start only\n"
		    "reload: its defaults section is not the one that the process began with\n");
	assert_plan(&v34, HEAD, HEAD "listen n from d\n", "reload: sections are set up at start\n");
}

static void a_rule_that_points_to_it_is_resolved_at_start(void **state)
{
	(void)state;
	assert_plan(&v34, HEAD, HEAD " default_backend n\nbackend n from d\n",
		    "reload: routes between proxies are resolved at start\n"
		    "reload: a rule points to it, and these are resolved at start\n");
}

static void a_backend_goes_after_its_servers(void **state)
{
	(void)state;
	assert_plan(&v34, HEAD "backend n from d\n server s 1.1.1.1:1\n", HEAD,
		    "runtime: unpublish backend n; set server n/s state maint; del server n/s; del "
		    "backend n | back: 0 publish backend n | reload\n");
	assert_plan(&v34, HEAD "backend n from d\n stick-table type ip size 1k\n", HEAD,
		    "reload: no command deletes a backend with a stick table or a template\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_backend_is_added_with_its_servers_and_published),
		cmocka_unit_test(versions_before_3_4_set_sections_up_at_start),
		cmocka_unit_test(what_no_command_says_of_a_backend_needs_a_reload),
		cmocka_unit_test(a_rule_that_points_to_it_is_resolved_at_start),
		cmocka_unit_test(a_backend_goes_after_its_servers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
