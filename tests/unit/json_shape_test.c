/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Documents of Conduit and ProxyMgr, and the whole model. */
#include "put.h"

static void assert_put(const char *config, const char *document, const char *wanted)
{
	struct candidate *c = candidate_of(config);

	put(c, document);
	assert_text(c, wanted);
	assert_false(put(c, document));
	candidate_free(c);
}

static const char front[] =
	"backend live\nbackend new\n"
	"frontend my_app\n    #@ meta {\"team\": \"web\"}\n    bind *:80 name n # port\n"
	"    mode http\n    default_backend live\n    acl a path /a\n"
	"    use_backend live if a\n    option httplog\n    maxconn 5\n";

struct change {
	const char *document;
	const char *from, *to; /* the line that changes */
};

static const struct change front_changes[] = {
	{ "{\"name\": \"my app\", \"bind\": \"*:81\"}", "bind *:80 name n", "bind *:81 name n" },
	{ "{\"name\": \"my_app\", \"mode\": \"tcp\"}", "mode http", "mode tcp" },
	{ "{\"name\": \"my_app\", \"defaultBackend\": \"new\"}", "default_backend live",
	  "default_backend new" },
	{ "{\"name\": \"my_app\", \"option\": \"tcplog\"}", "option httplog", "option tcplog" },
	{ "{\"name\": \"my_app\", \"option\": \"httplog\"}", "", "" },
	{ "{\"name\": \"my_app\", \"meta\": {\"team\": \"db\"}}", "meta {\"team\": \"web\"}",
	  "meta {\"team\":\"db\"}" },
	{ "{\"name\": \"my_app\", \"meta\": {\"team\": \"web\"}}", "", "" },
	{ "{\"name\": \"my_app\", \"keepalive\": \"close\"}", "    option httplog\n",
	  "    option httplog\n    option httpclose\n" },
	{ "{\"name\": \"my_app\", \"rules\": []}", "    acl a path /a\n    use_backend live if a\n",
	  "" },
	{ "{\"name\": \"my_app\", \"rules\": [\"use_backend new if { path /b }\"]}",
	  "    acl a path /a\n    use_backend live if a\n",
	  "    use_backend new if { path /b }\n" },
	{ "[{\"name\": \"my_app\", \"mode\": \"tcp\"}]", "mode http", "mode tcp" },
};

static const char back[] = "backend b\n    mode http\n    balance source\n    retries 3\n"
			   "    server x 10.0.0.1:80 check weight 3 # old\n";

static const struct change back_changes[] = {
	{ "{\"name\": \"b\", \"balance\": \"first\"}", "balance source", "balance first" },
	{ "{\"name\": \"b\", \"host\": \"www\"}", "    retries 3\n",
	  "    retries 3\n    http-request set-header Host www\n" },
	{ "{\"name\": \"b\", \"host\": \"\"}", "", "" },
	{ "{\"name\": \"b\", \"mode\": \"tcp\"}", "mode http", "mode tcp" },
	{ "{\"name\": \"b\", \"version\": \"1.2\"}", "backend b\n",
	  "backend b\n    #@ version 1.2\n" },
	{ "{\"name\": \"b\", \"meta\": {\"a\": \"b\"}}", "backend b\n",
	  "backend b\n    #@ meta {\"a\":\"b\"}\n" },
	{ "{\"name\": \"b\", \"members\": [{\"host\": \"10.0.0.1\", \"port\": 80},"
	  "{\"name\": \"app\", \"version\": \"1\", \"host\": \"10.0.0.2\", \"port\": 80,"
	  "\"lastKnown\": \"\", \"meta\": {}}]}",
	  "weight 3 # old\n",
	  "weight 3 # old\n    server b_10.0.0.2:80 10.0.0.2:80 check inter 2000\n" },
};

static void assert_change(const char *config, const struct change *change)
{
	struct str  wanted = STR_INIT;
	const char *at = strstr(config, change->from);

	assert_non_null(at);
	str_add(&wanted, config, (size_t)(at - config));
	str_add_text(&wanted, change->to);
	str_add_text(&wanted, at + strlen(change->from));
	assert_put(config, change->document, wanted.bytes);
	str_release(&wanted);
}

static void what_conduit_does_not_say_stays(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(front_changes); i++)
		assert_change(front, &front_changes[i]);
	for (size_t i = 0; i < N(back_changes); i++)
		assert_change(back, &back_changes[i]);
}

static void conduits_version_is_the_one_subscribed_to(void **state)
{
	(void)state;
	assert_put("backend b\n    #@ source thalassa app 1.0\n",
		   "{\"name\": \"b\", \"version\": \"1.1\"}",
		   "backend b\n    #@ source thalassa app 1.1\n");
}

static void conduits_document_makes_a_section(void **state)
{
	(void)state;
	assert_put("defaults\n    mode http\n", "{\"name\": \"b\", \"members\": []}",
		   "defaults\n    mode http\n\nbackend b\n");
}

static void proxymgrs_service_is_a_listen_section(void **state)
{
	(void)state;
	assert_put("",
		   "{\"name\": \"web\", \"type\": \"zookeeper\", \"server\": \"z1:2181,z2:2181\","
		   "\"path\": \"/services/web\", \"port\": 9001,"
		   "\"listen_options\": [\"mode http\", \"balance leastconn\", \"option httplog\"],"
		   "\"server_options\": [\"check\", \"inter 2000\"]}",
		   "listen web\n    #@ source zookeeper z1:2181,z2:2181 /services/web\n"
		   "    mode http\n    balance leastconn\n    bind *:9001\n    option httplog\n"
		   "    default-server check inter 2000\n");
}

static void a_services_servers_stay(void **state)
{
	(void)state;
	assert_put("listen web\n    bind 10.0.0.1:9001 name n\n    option tcplog\n"
		   "    default-server check\n    server a 1.1.1.1:80 weight 5 # one\n",
		   "{\"name\": \"web\", \"type\": \"campanjazk\", \"server\": \"z:2181\","
		   "\"path\": \"/x\", \"port\": 9001, \"remote_port\": 80,"
		   "\"server_options\": [\"check\"]}",
		   "listen web\n    #@ source campanjazk z:2181 /x port 80\n"
		   "    bind 10.0.0.1:9001 name n\n    default-server check\n"
		   "    server a 1.1.1.1:80 weight 5 # one\n");
}

static void names_to_look_up_are_servers(void **state)
{
	(void)state;
	assert_put("",
		   "{\"name\": \"web\", \"type\": \"dns\", \"port\": 9001, \"backends\": ["
		   "{\"name\": \"a.example\", \"port\": 80}]}",
		   "listen web\n    #@ source dns a.example:80\n    bind *:9001\n"
		   "    server a.example:80 a.example:80\n");
}

static void a_server_of_a_service_is_put_by_its_name(void **state)
{
	struct candidate *c = candidate_of("listen web\n    bind :1\n    server a 1.1.1.1:80\n");
	struct put_input  input = { .source = "put.json", .name = span_of("web") };
	struct str        said = STR_INIT;

	(void)state;
	edit_begin(c, "put");
	assert_int_equal(json_put_as(c, span_of("{\"address\": \"1.2.3.4\", \"port\": 8080}"),
				     &input, &said, NULL),
			 0);
	assert_true(edit_end(c));
	assert_string_equal(said.bytes, "taken for ProxyMgr's server\n");
	assert_text(c, "listen web\n    bind :1\n    server a 1.1.1.1:80\n"
		       "    server 1.2.3.4:8080 1.2.3.4:8080\n");
	str_release(&said);
	candidate_free(c);
}

struct refusal {
	const char *text;
	const char *wanted;
};

static const struct refusal refusal_table[] = {
	{ "{\"type\": \"zookeeper\", \"server\": \"z\", \"path\": \"/x\"}",
	  "put.json: $.port: is missing" },
	{ "{\"name\": \"x\", \"type\": \"zookeeper\", \"port\": 1, \"path\": \"/x\"}",
	  "put.json: $.server: is missing: a service of type zookeeper has it" },
	{ "{\"name\": \"x\", \"type\": \"zookeeper\", \"port\": 1, \"server\": \"z\","
	  "\"path\": \"/x/\"}",
	  "put.json: $.path: expected an absolute path without '/' at its end" },
	{ "{\"name\": \"x\", \"type\": \"file\", \"port\": 1, \"file\": \"f\","
	  "\"listen_options\": [\"backend y\"]}",
	  "put.json: $.listen_options[0]: 'backend y' would open a section" },
	{ "{\"type\": \"file\", \"port\": 1, \"file\": \"f\"}",
	  "put.json: $: ProxyMgr's service has no name of its own; say 'put FILE as NAME'" },
	{ "{\"address\": \"1.2.3.4\", \"port\": 80}",
	  "put.json: $: ProxyMgr's server does not say whose it is; say 'put FILE as NAME' with "
	  "the name of a listen or backend section" },
	{ "{\"name\": \"b\", \"mode\": \"http\"}",
	  "put.json: $: this is none of ProxyMgr's service, a whole model, Cosmos's request, "
	  "ProxyMgr's server, Conduit's frontend, Conduit's backend, a frontend or a backend; for "
	  "a backend $.key is missing" },
	{ "{\"name\": \"f\", \"defaultBackend\": \"none\"}",
	  "put.json: $.defaultBackend: there is no backend 'none'; put it first, or in the same "
	  "document" },
	{ "{\"name\": \"a/b\", \"members\": []}",
	  "put.json: $.name: 'a/b' is no name for a backend; HAProxy takes letters, digits and "
	  "- _ . : in names" },
	{ "{\"name\": \"f\", \"bind\": \":1\", \"rules\": [\"log global\"]}",
	  "put.json: $.rules[0]: expected an object, or a line of acl or use_backend" },
	{ "{\"name\": \"f\", \"defaultbackend\": \"x\", \"bind\": \":1\"}",
	  "put.json: $.defaultbackend: unknown field; did you mean 'defaultBackend'?" },
	{ "{\"sections\": [{\"section\": \"global\", \"text\": \"global\\nbackend x\\n\"}]}",
	  "put.json: $.sections[0].text: is not global and nothing else" },
	{ "{\"sections\": [{\"section\": \"backend\", \"name\": \"x\"}]}",
	  "put.json: $.sections[0]: there is no document for backend 'x'" },
	{ "{\"sections\": [{\"section\": \"globl\"}]}",
	  "put.json: $.sections[0].section: expected the keyword of a section, such as global" },
	{ "{\"key\": \"x\", \"bind\": \"\", \"backend\": null, \"rules\": [{\"type\": \"path\","
	  "\"operation\": \"path\", \"value\": \"/\", \"backend\": \"b\", \"behind\": 1}]}",
	  "put.json: $.rules[0].behind: there are 0 use_backend lines among the natives" },
	{ "{\"key\": \"x\", \"type\": \"static\", \"from\": \"nobody\"}",
	  "put.json: $.from: there is no defaults 'nobody'; put it first, or in the same "
	  "document" },
};

static void a_wrong_document_is_refused_with_its_place(void **state)
{
	struct candidate *c = candidate_of("defaults\n");

	(void)state;
	for (size_t i = 0; i < N(refusal_table); i++)
		assert_refused(c, refusal_table[i].text, refusal_table[i].wanted);
	candidate_free(c);
}

static void rules_keep_their_places_among_other_lines(void **state)
{
	static const char config[] =
		"frontend f\n    mode http\n    bind :80\n    acl two path /a /b\n"
		"    use_backend b if { path /1 }\n    use_backend b if two\n"
		"    use_backend b if { path /2 }\n    use_backend b if { path /3 }\n"
		"    use_backend b unless two\n    use_backend b if { path /4 }\nbackend b\n";
	struct candidate *c = candidate_of(config), *other = candidate_of("backend b\n");
	char             *text = print_named(c, SECTION_FRONTEND, "f"), *again;

	(void)state;
	assert_true(put(other, text));
	again = print_named(other, SECTION_FRONTEND, "f");
	assert_string_equal(again, text);
	free(again);
	candidate_free(other);
	other = candidate_of("frontend f\n    mode http\n    bind :80\n    acl two path /a /b\n"
			     "    use_backend b if { path /4 }\n    use_backend b if two\n"
			     "    use_backend b unless two\n    use_backend b if { path /3 }\n"
			     "    use_backend b if { path /2 }\n    use_backend b if { path /1 }\n"
			     "backend b\n");
	assert_true(put(other, text));
	assert_text(other, config);
	free(text);
	candidate_free(other);
	candidate_free(c);
}

/* Comments, blank lines and indents of proxies are what does not travel. */
static void a_whole_model_makes_an_equal_file(void **state)
{
	static const char config[] =
		"# first\nglobal\n    daemon # d\n\ndefaults one\n    mode http\n\n"
		"frontend f from one\n    #@ slots 4\n    bind :80\n    default_backend b\n"
		"\ndefaults two\n    mode tcp\n\nlisten l from two\n    bind :81\n"
		"\nbackend b from one\n    #@ version 7\n    .if defined(X)\n    retries 2\n"
		"    .endif\n"
		"    server s 1.1.1.1:80\n\nuserlist u\n    user a password b\n";
	struct candidate *c = candidate_of(config), *empty = candidate_of("");
	json_t           *json = document_json(c->now);
	char             *text = json_dumps(json, 0);

	(void)state;
	assert_false(put(c, text));
	assert_true(put(empty, text));
	assert_text(empty, config);
	json_decref(json);
	free(text);
	candidate_free(empty);
	candidate_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_conduit_does_not_say_stays),
		cmocka_unit_test(conduits_version_is_the_one_subscribed_to),
		cmocka_unit_test(conduits_document_makes_a_section),
		cmocka_unit_test(proxymgrs_service_is_a_listen_section),
		cmocka_unit_test(a_services_servers_stay),
		cmocka_unit_test(names_to_look_up_are_servers),
		cmocka_unit_test(a_server_of_a_service_is_put_by_its_name),
		cmocka_unit_test(a_wrong_document_is_refused_with_its_place),
		cmocka_unit_test(rules_keep_their_places_among_other_lines),
		cmocka_unit_test(a_whole_model_makes_an_equal_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
