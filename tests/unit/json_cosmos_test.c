/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cosmos's request: what it becomes, and its bugs that are not repeated. */
#include "put.h"

#define DEFAULTS "defaults\n    mode http\n"

/* Two services of the table, as an earlier request made them. */
static const char stored[] =
	DEFAULTS
	"\nfrontend http\n    bind *:80\n    acl one hdr(host) -i one.example\n"
	"    use_backend one if one\n    acl two path_beg /two\n    use_backend two if two\n"
	"\nbackend one\n    #@ cosmos t\n    cookie SID prefix nocache\n"
	"    server a 10.0.0.1:80 check cookie a\n"
	"\nbackend two\n    #@ cosmos t\n    server b 10.0.0.2:80 check weight 7 # by hand\n";

#define RUN_A "{\"serviceName\": \"one\", \"id\": \"a\", \"ip\": \"10.0.0.1:80\"}"
#define RUN_B "{\"serviceName\": \"two\", \"id\": \"b\", \"ip\": \"10.0.0.2:80\"}"

static void assert_request(const char *config, const char *request, const char *wanted)
{
	struct candidate *c = candidate_of(config);

	put(c, request);
	assert_text(c, wanted);
	assert_false(put(c, request));
	candidate_free(c);
}

static void assert_has(const char *config, const char *request, const char *line)
{
	struct candidate *c = candidate_of(config);
	char             *text;

	put(c, request);
	text = text_of(c);
	if (!strstr(text, line))
		print_message("%s\n", text);
	assert_non_null(strstr(text, line));
	free(text);
	candidate_free(c);
}

static void assert_both_names(const char *request)
{
	assert_request(
		DEFAULTS, request,
		DEFAULTS "\nfrontend http\n    bind *:80\n    acl app hdr(host) -i app.example\n"
			 "    use_backend app if app\n"
			 "\nbackend app\n    #@ cosmos t\n    cookie SID prefix nocache\n"
			 "    option forwardfor\n    server x 10.0.0.9:81 check cookie x\n");
}

static void either_generation_of_names_will_do(void **state)
{
	(void)state;
	assert_both_names("{\"table\": \"t\", \"running\": [], \"candidates\": [{\"serviceName\": "
			  "\"app\", \"configMode\": \"host\", \"predicate\": \"app.example\","
			  "\"cookie\": \"SID\", \"port\": \"81\","
			  "\"containers\": [{\"id\": \"x\", \"ip\": \"10.0.0.9\"}]}]}");
	assert_both_names("{\"tableName\": \"t\", \"runningServices\": [], \"candidateServices\": "
			  "[{\"serviceName\": \"app\", \"configMode\": \"host\","
			  "\"predicate\": \"app.example\", \"cookie\": \"SID\","
			  "\"containers\": [{\"id\": \"x\", \"ip\": \"10.0.0.9:81\"}]}]}");
}

static void every_stored_service_stays(void **state)
{
	struct candidate *c = candidate_of(stored);

	(void)state;
	assert_false(put(c, "{\"table\": \"t\", \"running\": [" RUN_A "," RUN_B "],"
			    "\"candidates\": []}"));
	candidate_free(c);
}

static void a_request_without_candidates_takes_what_stopped_away(void **state)
{
	(void)state;
	assert_request(stored, "{\"table\": \"t\", \"running\": [" RUN_B "]}",
		       DEFAULTS
		       "\nfrontend http\n    bind *:80\n    acl two path_beg /two\n"
		       "    use_backend two if two\n"
		       "\nbackend two\n    #@ cosmos t\n"
		       "    server b 10.0.0.2:80 check weight 7 # by hand\n");
}

static void another_table_is_left_alone(void **state)
{
	struct candidate *c = candidate_of(stored);

	(void)state;
	assert_false(put(c, "{\"table\": \"other\", \"running\": []}"));
	candidate_free(c);
}

static void a_container_that_runs_is_added_without_a_candidate(void **state)
{
	(void)state;
	assert_has(stored,
		   "{\"table\": \"t\", \"running\": [" RUN_A "," RUN_B ","
		   "{\"serviceName\": \"one\", \"id\": \"c\", \"ip\": \"10.0.0.3:80\"}]}",
		   "    server c 10.0.0.3:80 check cookie c\n");
}

static void a_candidate_changes_predicate_port_and_cookie(void **state)
{
	static const char request[] =
		"{\"table\": \"t\", \"running\": [" RUN_A "], \"candidates\": [{\"serviceName\": "
		"\"two\", \"configMode\": \"path\", \"predicate\": \"zwei\", \"cookie\": \"NEW\","
		"\"port\": 8080, \"containers\": [{\"id\": \"b\", \"ip\": \"10.0.0.2\"}]}]}";

	(void)state;
	assert_has(stored, request, "acl two path_beg /zwei\n");
	assert_has(stored, request, "    cookie NEW prefix nocache\n");
	assert_has(stored, request, "server b 10.0.0.2:8080 check weight 7 cookie b # by hand\n");
}

static void each_server_has_a_cookie_value_of_its_own(void **state)
{
	static const char request[] =
		"{\"table\": \"t\", \"running\": [], \"candidates\": [{\"serviceName\": \"app\","
		"\"predicate\": \"h\", \"cookie\": \"SID\", \"containers\": ["
		"{\"id\": \"x\", \"ip\": \"10.0.0.1:80\"},"
		"{\"id\": \"y\", \"ip\": \"10.0.0.2:80\"}]}]}";

	(void)state;
	assert_has("", request, "server x 10.0.0.1:80 check cookie x\n");
	assert_has("", request, "server y 10.0.0.2:80 check cookie y\n");
	/* As Cosmos wrote it: one value for all. */
	assert_has("backend app\n    mode http\n    cookie SID prefix nocache\n"
		   "    server x 10.0.0.1:80 check cookie SID\n",
		   request, "server x 10.0.0.1:80 check cookie x\n");
}

static void a_mode_may_be_missing_or_have_capitals(void **state)
{
	(void)state;
	assert_has("",
		   "{\"table\": \"t\", \"running\": [], \"candidates\": [{\"serviceName\": \"app\","
		   "\"predicate\": \"h.example\", \"containers\": []}]}",
		   "acl app hdr(host) -i h.example\n");
	assert_has("",
		   "{\"table\": \"t\", \"running\": [], \"candidates\": [{\"serviceName\": \"app\","
		   "\"configMode\": \"PATH\", \"predicate\": \"/p\", \"containers\": []}]}",
		   "acl app path_beg /p\n");
}

static void a_predicate_is_taken_as_it_is(void **state)
{
	(void)state;
	assert_has("",
		   "{\"table\": \"t\", \"running\": [], \"candidates\": [{\"serviceName\": \"app\","
		   "\"configMode\": \"path\", \"predicate\": \"/a&b=\\\"c d\\\"<\", "
		   "\"containers\": []}]}",
		   "acl app path_beg \"/a&b=\\\"c d\\\"<\"\n");
}

static void an_empty_configuration_gets_timeouts(void **state)
{
	(void)state;
	assert_request("",
		       "{\"table\": \"t\", \"running\": [], \"candidates\": [{\"serviceName\": "
		       "\"app\", \"predicate\": \"h\", \"containers\": []}]}",
		       "defaults\n    mode http\n    option dontlognull\n    timeout connect 5s\n"
		       "    timeout client 50s\n    timeout server 50s\n"
		       "\nfrontend http\n    bind *:80\n    acl app hdr(host) -i h\n"
		       "    use_backend app if app\n"
		       "\nbackend app\n    #@ cosmos t\n    option forwardfor\n");
}

static void lines_by_hand_stay(void **state)
{
	assert_has("frontend http\n    bind :8080 name n # mine\n    acl app src 10.0.0.0/8\n"
		   "    http-request deny if app\n",
		   "{\"table\": \"t\", \"running\": [], \"candidates\": [{\"serviceName\": \"app\","
		   "\"predicate\": \"h\", \"containers\": []}]}",
		   "frontend http\n    bind :8080 name n # mine\n    acl app src 10.0.0.0/8\n"
		   "    http-request deny if app\n    acl header_h hdr(host) -i h\n"
		   "    use_backend app if header_h\n");
	(void)state;
}

struct refusal {
	const char *text;
	const char *wanted;
};

static const struct refusal refusal_table[] = {
	{ "{\"running\": []}", "put.json: $.table: is missing" },
	{ "{\"table\": \"t\", \"candidates\": []}", "put.json: $.running: is missing" },
	{ "{\"table\": \"t\", \"running\": [{\"serviceName\": \"a\", \"id\": \"b\"}]}",
	  "put.json: $.running[0].ip: is missing" },
	{ "{\"table\": \"t\", \"running\": [{\"serviceName\": \"a b\", \"id\": \"b\","
	  "\"ip\": \"1.1.1.1:1\"}]}",
	  "put.json: $.running[0].serviceName: 'a b' is no name that HAProxy takes" },
	{ "{\"table\": \"t\", \"running\": [{\"serviceName\": \"a\", \"id\": \"b\","
	  "\"ip\": \"1.1.1.1:99999\"}]}",
	  "put.json: $.running[0].ip: '1.1.1.1:99999' is no address of a server" },
	{ "{\"table\": \"t\", \"running\": [], \"candidates\": [{\"serviceName\": \"a\","
	  "\"containers\": []}]}",
	  "put.json: $.candidates[0].predicate: is missing, and service 'a' is new" },
	{ "{\"table\": \"t\", \"running\": [], \"candidates\": [{\"serviceName\": \"a\","
	  "\"configMode\": \"port\", \"containers\": []}]}",
	  "put.json: $.candidates[0].configMode: expected host or path" },
	{ "{\"table\": \"t\", \"running\": [], \"candidates\": [{\"serviceName\": \"a\","
	  "\"predicate\": \"x\\nbackend y\", \"containers\": []}]}",
	  "put.json: $.candidates[0].predicate: expected one line of text" },
	{ "{\"table\": \"t\", \"running\": [], \"candidates\": [{\"serviceName\": \"a\","
	  "\"predicate\": \"x\", \"containers\": [{\"id\": \"c\", \"ip\": \"1.1.1.1\"}]}]}",
	  "put.json: $.candidates[0].containers[0].ip: '1.1.1.1' has no port, nor has the "
	  "service" },
	{ "{\"table\": \"t\", \"running\": [], \"candidates\": [{\"serviceName\": \"a\","
	  "\"predicate\": \"x\", \"port\": \"x\", \"containers\": []}]}",
	  "put.json: $.candidates[0].port: expected a number from 1 to 65535" },
};

static void a_wrong_request_is_refused_with_its_place(void **state)
{
	struct candidate *c = candidate_of(DEFAULTS);

	(void)state;
	for (size_t i = 0; i < N(refusal_table); i++)
		assert_refused(c, refusal_table[i].text, refusal_table[i].wanted);
	candidate_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(either_generation_of_names_will_do),
		cmocka_unit_test(every_stored_service_stays),
		cmocka_unit_test(a_request_without_candidates_takes_what_stopped_away),
		cmocka_unit_test(another_table_is_left_alone),
		cmocka_unit_test(a_container_that_runs_is_added_without_a_candidate),
		cmocka_unit_test(a_candidate_changes_predicate_port_and_cookie),
		cmocka_unit_test(each_server_has_a_cookie_value_of_its_own),
		cmocka_unit_test(a_mode_may_be_missing_or_have_capitals),
		cmocka_unit_test(a_predicate_is_taken_as_it_is),
		cmocka_unit_test(an_empty_configuration_gets_timeouts),
		cmocka_unit_test(lines_by_hand_stay),
		cmocka_unit_test(a_wrong_request_is_refused_with_its_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
