/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Aqueduct's documents put into lines: what changes, and what is refused. */
#include "put.h"

static char *read_document(const char *name)
{
	const char *shared = getenv("SHARED");
	struct str  path = STR_INIT, bytes = STR_INIT;

	str_addf(&path, "%s/corpus/documents/%s", shared ? shared : "../shared", name);
	corpus_read(path.bytes, &bytes);
	str_release(&path);
	if (!bytes.len)
		skip();
	return str_detach(&bytes, NULL);
}

/* First in a test that reads one: skipping leaves it, and what it holds by then. */
static void need_documents(void)
{
	free(read_document("aqueduct-frontend.json"));
}

static void put_document(struct candidate *candidate, const char *name)
{
	char *text = read_document(name);

	assert_true(put(candidate, text));
	assert_false(put(candidate, text));
	free(text);
}

static void aqueducts_documents_become_todays_lines(void **state)
{
	struct candidate *c;
	struct str        all = STR_INIT;
	char             *front, *staged, *live;

	(void)state;
	need_documents();
	c = candidate_of("");
	front = read_document("aqueduct-frontend.json");
	staged = read_document("aqueduct-backend-static.json");
	live = read_document("aqueduct-backend-dynamic.json");
	str_addf(&all, "[%s,%s,%s]", front, staged, live);
	assert_true(put(c, all.bytes));
	assert_false(put(c, all.bytes));
	str_release(&all);
	free(front);
	free(staged);
	free(live);
	assert_text(c,
		    "frontend myapp\n"
		    "    bind *:8080,*:8081\n"
		    "    mode http\n"
		    "    default_backend live\n"
		    "    acl header_staged_example_com hdr_dom(host) staged.example.com\n"
		    "    use_backend staged if header_staged_example_com\n"
		    "    acl path_ecxd path_beg /ecxd/\n"
		    "    use_backend staged if path_ecxd\n"
		    "    acl path_article path_reg ^/article/[^/]*$\n"
		    "    use_backend staged if path_article\n"
		    "    acl url_bar url_beg /bar\n"
		    "    use_backend staged if url_bar\n"
		    "\n"
		    "backend staged\n"
		    "    mode http\n"
		    "    balance source\n"
		    "    http-request set-header Host staged.example.com\n"
		    "    option httpchk\n"
		    "    http-check send meth GET uri /checkity-check ver HTTP/1.1 hdr Host "
		    "staged.example.com\n"
		    "    timeout server 20s\n"
		    "    server staged_10.10.240.174:8080 10.10.240.174:8080 check inter 5000\n"
		    "    server staged_10.10.240.206:8080 10.10.240.206:8080 check inter 5000\n"
		    "\n"
		    "backend live\n"
		    "    #@ source thalassa classroom-ui 1.0.0\n"
		    "    mode http\n"
		    "    balance roundrobin\n"
		    "    server live_10.10.240.121:8080 10.10.240.121:8080 check inter 2000\n"
		    "    server live_10.10.240.80:8080 10.10.240.80:8080 check inter 2000\n");
	candidate_free(c);
}

static void aqueducts_persistence_file_is_put_as_a_whole(void **state)
{
	struct candidate *c;

	(void)state;
	need_documents();
	c = candidate_of("backend live\n    balance roundrobin\n"
			 "    mode http\n    server old 9.9.9.9:80\n"
			 "    server mine 10.10.240.80:8080 weight 5 # mine\n");
	put_document(c, "aqueduct-persistence.json");
	assert_text(c, "backend live\n    balance roundrobin\n    mode http\n"
		       "    server mine 10.10.240.80:8080 weight 5 # mine\n"
		       "    server live_10.10.240.121:8080 10.10.240.121:8080 check inter 2000\n"
		       "\n"
		       "frontend myapp\n    bind *:8080\n    mode http\n"
		       "    default_backend live\n    option http-server-close\n");
	candidate_free(c);
}

static void assert_puts(const char *config, const char *document, const char *wanted)
{
	struct candidate *c = candidate_of(config);

	put(c, document);
	assert_text(c, wanted);
	assert_false(put(c, document));
	candidate_free(c);
}

static void natives_that_stay_keep_their_lines(void **state)
{
	(void)state;
	assert_puts("backend x\n    mode http\n    log global   # one\n    retries 3\n"
		    "    option redispatch # two\n    server a 1.1.1.1:80\n",
		    "{\"key\": \"x\", \"type\": \"static\", \"members\": [{\"host\": \"1.1.1.1\","
		    "\"port\": 80}], \"natives\": [\"log global\", \"fullconn 9\","
		    "\"option redispatch\", \"hash-type consistent\"]}",
		    "backend x\n    mode http\n    log global   # one\n    fullconn 9\n"
		    "    option redispatch # two\n    hash-type consistent\n"
		    "    server a 1.1.1.1:80\n");
}

static void the_first_native_stands_before_the_servers(void **state)
{
	(void)state;
	assert_puts("backend x\n    mode http\n\n    # the pool\n    server a 1.1.1.1:80\n",
		    "{\"key\": \"x\", \"type\": \"static\", \"members\": [{\"host\": \"1.1.1.1\","
		    "\"port\": 80}], \"natives\": [\"retries 1\", \"fullconn 9\"]}",
		    "backend x\n    mode http\n\n    retries 1\n    fullconn 9\n"
		    "    # the pool\n    server a 1.1.1.1:80\n");
}

static void a_new_first_native_stands_before_the_others(void **state)
{
	(void)state;
	assert_puts("backend x\n    mode http\n    retries 3 # r\n    log global\n",
		    "{\"key\": \"x\", \"type\": \"static\", \"natives\": [\"fullconn 9\","
		    "\"retries 3\", \"log global\"]}",
		    "backend x\n    mode http\n    fullconn 9\n    retries 3 # r\n"
		    "    log global\n");
}

/* As many lines as both lists have in the same order keep their comments. */
static void the_longest_common_part_of_natives_stays(void **state)
{
	(void)state;
	assert_puts("backend x\n mode http\n n a # 1\n n b # 2\n n c # 3\n n d # 4\n"
		    " n e # 5\n n f # 6\n",
		    "{\"key\": \"x\", \"type\": \"static\", \"natives\": [\"n f\", \"n b\","
		    "\"n x\", \"n a\", \"n c\", \"n e\", \"n d\", \"n b\"]}",
		    "backend x\n mode http\n n f\n n b # 2\n n x\n n a\n n c # 3\n n e # 5\n"
		    " n d\n n b\n");
}

static void natives_that_a_field_can_say_move_there(void **state)
{
	(void)state;
	assert_puts("",
		    "{\"key\": \"x\", \"type\": \"static\", \"natives\": [\"cookie S insert\","
		    "\"server b 1.1.1.1:80 backup # spare\", \"option httpchk GET /up\","
		    "\"http-request set-header Host www\", \"retries 3\"]}",
		    "backend x\n    mode http\n    balance roundrobin\n"
		    "    http-request set-header Host www\n    cookie S insert\n"
		    "    option httpchk GET /up HTTP/1.0\n    retries 3\n"
		    "    server b 1.1.1.1:80 backup\n");
	assert_puts("backend b\nbackend c\n",
		    "{\"key\": \"x\", \"bind\": \"\", \"backend\": null, \"natives\":"
		    "[\"acl a path /a\", \"use_backend b if a\", \"bind :80 name n\","
		    "\"default_backend c\", \"option httpclose\", \"acl free path /f\"]}",
		    "backend b\nbackend c\n\n"
		    "frontend x\n    bind :80 name n\n    mode http\n    default_backend c\n"
		    "    option httpclose\n    acl a path /a\n    use_backend b if a\n"
		    "    acl free path /f\n");
}

static void what_natives_repeat_is_not_doubled(void **state)
{
	(void)state;
	assert_puts("",
		    "{\"key\": \"x\", \"type\": \"static\", \"members\": ["
		    "{\"host\": \"1.1.1.1\", \"port\": 80, \"server\": \"a\"}],"
		    "\"natives\": [\"server a 1.1.1.1:80\"]}",
		    "backend x\n    mode http\n    balance roundrobin\n"
		    "    server a 1.1.1.1:80 check inter 2000\n");
	assert_puts("backend b\n",
		    "{\"key\": \"x\", \"bind\": \"\", \"backend\": \"b\", \"rules\": ["
		    "{\"type\": \"path\", \"operation\": \"path\", \"value\": \"/a\","
		    "\"backend\": \"b\"}], \"natives\": [\"use_backend b if { path /a }\","
		    "\"default_backend b\"]}",
		    "backend b\n\nfrontend x\n    mode http\n    default_backend b\n"
		    "    acl path_a path /a\n    use_backend b if path_a\n");
}

static void a_member_takes_the_name_that_is_said(void **state)
{
	(void)state;
	assert_puts("backend x\n    mode http\n    server a 1.1.1.1:80 weight 1 # a\n",
		    "{\"key\": \"x\", \"type\": \"static\", \"members\": ["
		    "{\"host\": \"1.1.1.1\", \"port\": 80, \"server\": \"b\"}]}",
		    "backend x\n    mode http\n    server b 1.1.1.1:80 weight 1 # a\n");
}

static void new_binds_with_the_same_options_share_a_line(void **state)
{
	(void)state;
	assert_puts("frontend x\n    mode http\n    bind :1\n    bind :2 name b\n",
		    "{\"key\": \"x\", \"bind\": \":3,:2,:4,:5,:6\", \"backend\": null,"
		    "\"bind_options\": {\":2\": \"name b\", \":4\": \"ssl\", \":5\": \"ssl\"}}",
		    "frontend x\n    mode http\n    bind :2 name b\n    bind :3\n"
		    "    bind :4,:5 ssl\n    bind :6\n");
}

static void an_address_may_stand_twice(void **state)
{
	(void)state;
	assert_puts("frontend x\n    mode http\n    bind :1 process 1\n",
		    "{\"key\": \"x\", \"bind\": \":1,:1\", \"backend\": null,"
		    "\"bind_options\": {\":1\": [\"process 1\", \"process 2\"]}}",
		    "frontend x\n    mode http\n    bind :1 process 1\n"
		    "    bind :1 process 2\n");
}

static void members_are_found_by_name_or_address(void **state)
{
	(void)state;
	assert_puts("backend x\n    mode http\n    server a 1.1.1.1:80 weight 1 # a\n"
		    "    server b   1.1.1.2:80 weight 2\n    server c 1.1.1.3:80\n",
		    "{\"key\": \"x\", \"type\": \"static\", \"members\": ["
		    "{\"host\": \"1.1.1.9\", \"port\": 90, \"server\": \"b\"},"
		    "{\"host\": \"1.1.1.1\", \"port\": 80, \"options\": \"weight 9\"},"
		    "{\"host\": \"::1\", \"port\": 80},"
		    "{\"host\": \"app.local\"}]}",
		    "backend x\n    mode http\n    server a 1.1.1.1:80 weight 9 # a\n"
		    "    server b   1.1.1.9:90 weight 2\n"
		    "    server x__::1_:80 [::1]:80 check inter 2000\n"
		    "    server x_app.local app.local check inter 2000\n");
}

static void ours_that_are_missing_leave_the_lines_alone(void **state)
{
	(void)state;
	assert_puts("frontend x\n    mode http\n    bind :80\n    bind :443 ssl crt /x\n",
		    "{\"key\": \"x\", \"bind\": \":443,:90\", \"backend\": null}",
		    "frontend x\n    mode http\n    bind :443 ssl crt /x\n    bind :90\n");
	assert_puts("backend x\n    mode http\n    cookie S\n",
		    "{\"key\": \"x\", \"type\": \"static\"}",
		    "backend x\n    mode http\n    cookie S\n");
}

static void ours_that_are_null_take_the_words_away(void **state)
{
	(void)state;
	assert_puts("frontend x\n    mode http\n    bind :443 ssl crt /x\n",
		    "{\"key\": \"x\", \"bind\": \":443\", \"bind_options\": null,"
		    "\"backend\": null}",
		    "frontend x\n    mode http\n    bind :443\n");
	assert_puts("backend x\n    mode http\n    cookie S\n",
		    "{\"key\": \"x\", \"type\": \"static\", \"cookie\": null}",
		    "backend x\n    mode http\n");
}

static void a_type_turns_and_back(void **state)
{
	(void)state;
	assert_puts("backend x\n    mode http\n",
		    "{\"key\": \"x\", \"type\": \"dynamic\", \"name\": \"app\","
		    "\"version\": \"2.0\"}",
		    "backend x\n    #@ source thalassa app 2.0\n    mode http\n");
	assert_puts("backend x\n    #@ source thalassa app 2.0\n    mode http\n",
		    "{\"key\": \"x\", \"type\": \"static\"}", "backend x\n    mode http\n");
	assert_puts("backend x\n    #@ source  thalassa  app 2.0\n    mode http\n",
		    "{\"key\": \"x\", \"type\": \"dynamic\", \"source\": \"consul pool\"}",
		    "backend x\n    #@ source consul pool\n    mode http\n");
	assert_puts("backend x\n    #@ source  thalassa  app 2.0\n    mode http\n",
		    "{\"key\": \"x\", \"type\": \"dynamic\", \"name\": \"app\","
		    "\"version\": \"2.0\"}",
		    "backend x\n    #@ source  thalassa  app 2.0\n    mode http\n");
}

static void health_goes_with_mode_http(void **state)
{
	(void)state;
	assert_puts("backend x\n    mode http\n    option httpchk GET /up\n",
		    "{\"key\": \"x\", \"type\": \"static\", \"mode\": \"tcp\","
		    "\"health\": {\"uri\": \"/up\"}}",
		    "backend x\n    mode tcp\n");
	assert_puts("backend x\n    mode http\n    option httpchk GET /up\n"
		    "    server a 1.1.1.1:80 check inter 2s weight 3\n",
		    "{\"key\": \"x\", \"type\": \"static\", \"host\": \"www\","
		    "\"members\": [{\"host\": \"1.1.1.1\", \"port\": 80}],"
		    "\"health\": {\"uri\": \"/up\", \"httpVersion\": \"HTTP/1.1\","
		    "\"interval\": 7000}}",
		    "backend x\n    mode http\n    option httpchk\n"
		    "    http-check send meth GET uri /up ver HTTP/1.1 hdr Host www\n"
		    "    http-request set-header Host www\n"
		    "    server a 1.1.1.1:80 check inter 7000 weight 3\n");
}

static void an_interval_in_the_options_does_not_count(void **state)
{
	(void)state;
	assert_puts("backend x\n    mode http\n    option httpchk GET /up\n"
		    "    server a 1.1.1.1:80 check inter 1000 weight 3\n",
		    "{\"key\": \"x\", \"type\": \"static\", \"members\": [{\"host\": \"1.1.1.1\","
		    "\"port\": 80, \"options\": \"check inter 1000 weight 3\"}],"
		    "\"health\": {\"method\": \"GET\", \"uri\": \"/up\", \"interval\": 7000}}",
		    "backend x\n    mode http\n    option httpchk GET /up\n"
		    "    server a 1.1.1.1:80 check inter 7000 weight 3\n");
}

static void what_is_inherited_is_not_written_again(void **state)
{
	(void)state;
	assert_puts("defaults\n    mode http\n    balance leastconn\n    option httpclose\n"
		    "backend x\n    retries 1\n",
		    "{\"key\": \"x\", \"type\": \"static\", \"balance\": \"leastconn\","
		    "\"natives\": [\"retries 1\"]}",
		    "defaults\n    mode http\n    balance leastconn\n    option httpclose\n"
		    "backend x\n    retries 1\n");
}

static void a_new_section_says_mode_and_balance_all_the_same(void **state)
{
	(void)state;
	assert_puts("defaults\n\tmode http\n\tbalance leastconn\n\toption httpclose\n",
		    "[{\"key\": \"x\", \"type\": \"static\", \"balance\": \"leastconn\"},"
		    "{\"key\": \"f\", \"bind\": \":80\", \"backend\": \"x\"}]",
		    "defaults\n\tmode http\n\tbalance leastconn\n\toption httpclose\n"
		    "\nbackend x\n\tmode http\n\tbalance leastconn\n"
		    "\nfrontend f\n\tbind :80\n\tmode http\n\tdefault_backend x\n"
		    "\tno option httpclose\n");
}

static void a_listen_section_is_put_by_halves(void **state)
{
	static const char config[] = "listen x\n    bind :80\n    mode http\n"
				     "    server x_1.1.1.1:80 1.1.1.1:80 check inter 2000\n";
	struct candidate *c = candidate_of(config), *empty = candidate_of("");
	json_t           *json = document_json(c->now);
	json_t *front = json_array_get(json_object_get(json, "frontends"), 0);
	json_t *back = json_array_get(json_object_get(json, "backends"), 0);
	char   *text = json_dumps(json, 0);

	(void)state;
	assert_true(put(empty, text));
	assert_text(empty, config);
	free(text);
	json_object_set_new(front, "keepalive", json_string("close"));
	json_object_set_new(back, "members", json_array());
	text = json_dumps(json, 0);
	assert_true(put(c, text));
	assert_text(c, "listen x\n    bind :80\n    mode http\n    option httpclose\n");
	free(text);
	json_decref(json);
	candidate_free(c);
	candidate_free(empty);
}

struct refusal {
	const char *text;
	const char *wanted;
};

static const struct refusal refusal_table[] = {
	{ "", "put.json:1: '[' or '{' expected near end of file" },
	{ "{\n  \"key\": ,\n}", "put.json:2:10: unexpected token near ','" },
	{ "{\"key\": \"a\", \"key\": \"b\"}",
	  "put.json:1:18: duplicate object key near '\"key\"'" },
	{ "{}",
	  "put.json: $: this is none of ProxyMgr's service, a whole model, Cosmos's request, "
	  "ProxyMgr's server, Conduit's frontend, Conduit's backend, a frontend or a backend" },
	{ "[1]", "put.json: $[0]: expected an object" },
	{ "{\"backends\": {}}", "put.json: $.backends: expected a list" },
	{ "{\"version\": 2, \"backends\": []}",
	  "put.json: $.version: expected 1, the only version there is" },
	{ "{\"backends\": [{\"key\": \"x\", \"type\": \"static\", \"members\": ["
	  "{\"host\": \"a\"}, {\"host\": \"b\", \"port\": 70000}]}]}",
	  "put.json: $.backends[0].members[1].port: expected a number from 1 to 65535" },
	{ "{\"key\": \"x\", \"type\": \"static\", \"members\": [{\"host\": \"a\","
	  "\"port\": \"80\"}]}",
	  "put.json: $.members[0].port: expected a number from 1 to 65535" },
	{ "{\"key\": \"x\", \"type\": \"static\", \"members\": [{\"host\": \"a\","
	  "\"port\": 80.5}]}",
	  "put.json: $.members[0].port: expected a number from 1 to 65535" },
	{ "{\"key\": \"x\", \"type\": \"static\", \"balanec\": \"source\"}",
	  "put.json: $.balanec: unknown field; did you mean 'balance'?" },
	{ "{\"key\": \"x\", \"type\": \"static\", \"balance\": 5}",
	  "put.json: $.balance: expected a text" },
	{ "{\"type\": \"static\"}", "put.json: $.key: is missing" },
	{ "{\"key\": \"\", \"type\": \"static\"}",
	  "put.json: $.key: expected a text that is not empty" },
	{ "{\"key\": \"a b\", \"type\": \"static\"}",
	  "put.json: $.key: 'a b' is no name for a backend; HAProxy takes letters, digits and "
	  "- _ . : in names" },
	{ "{\"key\": \"x\", \"bind\": \":80\"}", "put.json: $.backend: is missing" },
	{ "{\"_type\": \"backend\", \"key\": \"x\"}", "put.json: $.type: is missing" },
	{ "{\"_type\": \"frontend\", \"key\": \"x\"}", "put.json: $.bind: is missing" },
	{ "{\"key\": \"x\", \"bind\": \"\", \"backend\": null, \"keepalive\": \"close\","
	  "\"natives\": [\"option http-server-close\"]}",
	  "put.json: $.natives[0]: 'option http-server-close' is not what 'keepalive' says" },
	{ "{\"key\": \"x\", \"backend\": \"b\", \"rules\": []}", "put.json: $.bind: is missing" },
	{ "{\"key\": \"x\", \"members\": []}", "put.json: $.type: is missing" },
	{ "{\"key\": \"x\", \"type\": \"dynamic\", \"name\": \"a\"}",
	  "put.json: $.version: is missing: a dynamic backend has name and version" },
	{ "{\"key\": \"x\", \"type\": \"fixed\"}", "put.json: $.type: expected static or dynamic" },
	{ "{\"key\": \"x\", \"type\": \"static\", \"mode\": \"udp\"}",
	  "put.json: $.mode: expected http or tcp" },
	{ "{\"key\": \"x\", \"bind\": \"\", \"backend\": null, \"keepalive\": \"no\"}",
	  "put.json: $.keepalive: expected default, close or server-close" },
	{ "{\"key\": \"x\", \"bind\": \"\", \"backend\": null, \"rules\": [{\"type\": \"cookie\","
	  "\"operation\": \"path\", \"value\": \"v\", \"backend\": \"b\"}]}",
	  "put.json: $.rules[0].type: expected path, url or header" },
	{ "{\"key\": \"x\", \"bind\": \"\", \"backend\": null, \"rules\": [{\"type\": \"header\","
	  "\"operation\": \"hdr\", \"value\": \"v\", \"backend\": \"b\"}]}",
	  "put.json: $.rules[0].header: expected the name of a header" },
	{ "{\"key\": \"x\", \"bind\": \":80\", \"backend\": null,"
	  "\"bind_options\": {\":81\": \"ssl\"}}",
	  "put.json: $.bind_options: there is no address ':81' in 'bind'" },
	{ "{\"key\": \"x\", \"type\": \"static\", \"health\": {\"httpVersion\": \"HTTP/1.1\"}}",
	  "put.json: $.health.httpVersion: HTTP/1.1 needs a 'host'" },
	{ "{\"key\": \"x\", \"type\": \"static\", \"health\": {\"interval\": 0}}",
	  "put.json: $.health.interval: expected a number of milliseconds from 1" },
	{ "{\"key\": \"x\", \"type\": \"static\", \"health\": {\"method\": \"get\"}}",
	  "put.json: $.health.method: expected GET, POST or another method of HTTP" },
	{ "[{\"key\": \"x\", \"type\": \"static\"}, {\"key\": \"x\", \"type\": \"static\"}]",
	  "put.json: $[1].key: backend 'x' is there twice" },
	{ "{\"key\": \"x\", \"type\": \"static\", \"members\": [{\"host\": \"a\", \"port\": 80},"
	  "{\"host\": \"a\", \"port\": 80}]}",
	  "put.json: $.members[1]: there are two servers 'x_a:80'" },
	{ "{\"key\": \"x\", \"type\": \"static\", \"members\": [{\"host\": \"a b\"}]}",
	  "put.json: $.members[0]: 'a b' is neither an address nor a host name" },
	{ "{\"key\": \"x\", \"type\": \"static\", \"members\": [{\"host\": \"a\","
	  "\"options\": \"check # c\"}]}",
	  "put.json: $.members[0].options: holds a comment; put '#' into quotes" },
	{ "{\"key\": \"x\", \"type\": \"static\", \"members\": [{\"host\": \"a\","
	  "\"options\": \"cookie 'c\"}]}",
	  "put.json: $.members[0].options: a quote is not closed" },
	{ "{\"key\": \"x\", \"type\": \"static\", \"natives\": [\"log global\\nbackend y\"]}",
	  "put.json: $.natives[0]: expected one line of text" },
	{ "{\"key\": \"x\", \"type\": \"static\", \"natives\": [\"backend y\"]}",
	  "put.json: $.natives[0]: 'backend y' would open a section" },
	{ "{\"key\": \"x\", \"type\": \"static\", \"natives\": [\"log 'global\"]}",
	  "put.json: $.natives[0]: a quote is not closed" },
	{ "{\"key\": \"x\", \"type\": \"static\", \"balance\": \"first\","
	  "\"natives\": [\"retries 1\", \"balance source\"]}",
	  "put.json: $.natives[1]: 'balance source' is not what 'balance' says" },
	{ "{\"_type\": \"frontend\", \"key\": \"x\", \"bind\": \"\", \"backend\": null,"
	  "\"section\": \"backend\"}",
	  "put.json: $.section: expected listen" },
	{ "{\"backends\": [{\"_type\": \"frontend\", \"key\": \"x\", \"type\": \"static\"}]}",
	  "put.json: $.backends[0]._type: expected backend" },
};

static void a_wrong_document_is_refused_with_its_place(void **state)
{
	struct candidate *c = candidate_of("backend b\n");

	(void)state;
	for (size_t i = 0; i < N(refusal_table); i++)
		assert_refused(c, refusal_table[i].text, refusal_table[i].wanted);
	candidate_free(c);
}

/* Nothing of a text is done when one of its documents is wrong. */
static void one_wrong_document_stops_all(void **state)
{
	struct candidate *c = candidate_of("");

	(void)state;
	assert_refused(c, "[{\"key\": \"x\", \"type\": \"static\"},"
			  "{\"key\": \"y\", \"type\": \"static\", \"natives\": [\"global\"]}]",
		       "put.json: $[1].natives[0]: 'global' would open a section");
	assert_text(c, "");
	candidate_free(c);
}

static void fields_against_natives_are_refused(void **state)
{
	struct candidate *c = candidate_of("backend x\n    option httpchk GET /old\n");

	(void)state;
	assert_refused(c, "{\"key\": \"x\", \"type\": \"static\", \"health\": {\"uri\": \"/new\"},"
			  "\"natives\": [\"option httpchk GET /old\"]}",
		       "put.json: $.health: the document contradicts itself here; look at its "
		       "natives");
	candidate_free(c);
}

static void a_server_that_is_referred_to_does_not_go(void **state)
{
	struct candidate *c = candidate_of("backend x\n    mode http\n    server a 1.1.1.1:80\n"
					   "backend y\n    server s 1.1.1.1:80 track x/a\n");
	struct err        err = ERR_INIT;

	(void)state;
	edit_begin(c, "put");
	assert_int_equal(json_put(c, span_of("{\"key\": \"x\", \"type\": \"static\"}"), "put.json",
				  &err),
			 -1);
	assert_int_equal(err.code, ERR_IN_USE);
	assert_string_equal(err.text.bytes,
			    "$.members: server 'x/a' goes, but is in use at a.cfg:5");
	assert_false(edit_end(c));
	err_release(&err);
	candidate_free(c);
}

static void a_server_may_go_with_what_refers_to_it(void **state)
{
	(void)state;
	assert_puts("backend x\n    mode http\n    use-server a if TRUE\n"
		    "    server a 1.1.1.1:80\n    server b 1.1.1.2:80\n",
		    "{\"key\": \"x\", \"type\": \"static\","
		    "\"members\": [{\"host\": \"1.1.1.2\", \"port\": 80}]}",
		    "backend x\n    mode http\n    server b 1.1.1.2:80\n");
}

/* Every prefix of a good document is refused or put, and nothing breaks. */
static void every_prefix_of_a_document_is_survived(void **state)
{
	char             *text = read_document("aqueduct-backend-static.json");
	struct candidate *c = candidate_of("backend staged\n    mode http\n");
	size_t            length = strlen(text);

	(void)state;
	while (length > 0 && text[length - 1] == '\n')
		length--;
	for (size_t i = 0; i < length; i++) {
		edit_begin(c, "put");
		assert_int_equal(json_put(c, span_make(text, i), "put.json", NULL), -1);
		assert_false(edit_end(c));
	}
	free(text);
	candidate_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(aqueducts_documents_become_todays_lines),
		cmocka_unit_test(aqueducts_persistence_file_is_put_as_a_whole),
		cmocka_unit_test(natives_that_stay_keep_their_lines),
		cmocka_unit_test(the_first_native_stands_before_the_servers),
		cmocka_unit_test(a_new_first_native_stands_before_the_others),
		cmocka_unit_test(the_longest_common_part_of_natives_stays),
		cmocka_unit_test(natives_that_a_field_can_say_move_there),
		cmocka_unit_test(what_natives_repeat_is_not_doubled),
		cmocka_unit_test(a_member_takes_the_name_that_is_said),
		cmocka_unit_test(new_binds_with_the_same_options_share_a_line),
		cmocka_unit_test(an_address_may_stand_twice),
		cmocka_unit_test(members_are_found_by_name_or_address),
		cmocka_unit_test(ours_that_are_missing_leave_the_lines_alone),
		cmocka_unit_test(ours_that_are_null_take_the_words_away),
		cmocka_unit_test(a_type_turns_and_back),
		cmocka_unit_test(health_goes_with_mode_http),
		cmocka_unit_test(an_interval_in_the_options_does_not_count),
		cmocka_unit_test(what_is_inherited_is_not_written_again),
		cmocka_unit_test(a_new_section_says_mode_and_balance_all_the_same),
		cmocka_unit_test(a_listen_section_is_put_by_halves),
		cmocka_unit_test(a_wrong_document_is_refused_with_its_place),
		cmocka_unit_test(one_wrong_document_stops_all),
		cmocka_unit_test(fields_against_natives_are_refused),
		cmocka_unit_test(a_server_that_is_referred_to_does_not_go),
		cmocka_unit_test(a_server_may_go_with_what_refers_to_it),
		cmocka_unit_test(every_prefix_of_a_document_is_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
