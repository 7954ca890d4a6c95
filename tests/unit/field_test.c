/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `set` and `unset`: named fields, and any keyword that stands once. */
#include "unit.h"

#include "penstock/base/mem.h"
#include "penstock/config/proxy.h"

enum { ANY = SECTION_FRONTEND | SECTION_BACKEND | SECTION_LISTEN };

static struct candidate *open_edit(const char *text)
{
	struct document  *doc = document_new();
	struct candidate *candidate;

	document_add_file(doc, "a.cfg", span_of(text));
	candidate = candidate_new(doc);
	edit_begin(candidate, "test");
	return candidate;
}

static void assert_ends_as(struct candidate *candidate, const char *wanted)
{
	struct str out = STR_INIT;

	edit_end(candidate);
	document_render(candidate->now, 0, &out);
	assert_string_equal(out.bytes, wanted);
	str_release(&out);
	candidate_free(candidate);
}

/* `set x FIELD VALUES`; values are words without quotes. */
static int set(struct candidate *candidate, const char *field, const char *values,
	       struct err *err)
{
	struct span words[8], rest = span_of(values);
	size_t      count = 0;

	while (*values && span_split(&rest, ' ', &words[count]))
		count++;
	return proxy_set(candidate, ANY, span_of("x"), span_of(field), words, count, err);
}

static int unset(struct candidate *candidate, const char *field, struct err *err)
{
	return proxy_unset(candidate, ANY, span_of("x"), span_of(field), err);
}

static void assert_set(const char *before, const char *field, const char *values,
		       const char *after)
{
	struct candidate *c = open_edit(before);
	struct err        err = ERR_INIT;

	if (set(c, field, values, &err) < 0)
		fail_msg("set %s %s: %s", field, values, err.text.bytes);
	err_release(&err);
	assert_ends_as(c, after);
}

static void assert_unset(const char *before, const char *field, const char *after)
{
	struct candidate *c = open_edit(before);
	struct err        err = ERR_INIT;

	if (unset(c, field, &err) < 0)
		fail_msg("unset %s: %s", field, err.text.bytes);
	err_release(&err);
	assert_ends_as(c, after);
}

static void assert_error(struct candidate *candidate, int result, struct err *err,
			 enum err_code code, const char *wanted)
{
	assert_int_equal(result, -1);
	assert_string_equal(err->text.bytes, wanted);
	assert_int_equal(err->code, code);
	assert_false(edit_end(candidate));
	err_release(err);
	candidate_free(candidate);
}

static void assert_set_refused(const char *before, const char *field, const char *values,
			       enum err_code code, const char *wanted)
{
	struct candidate *c = open_edit(before);
	struct err        err = ERR_INIT;

	assert_error(c, set(c, field, values, &err), &err, code, wanted);
}

static void assert_unset_refused(const char *before, const char *field, enum err_code code,
				 const char *wanted)
{
	struct candidate *c = open_edit(before);
	struct err        err = ERR_INIT;

	assert_error(c, unset(c, field, &err), &err, code, wanted);
}

static void mode_and_balance_change_one_word(void **state)
{
	(void)state;
	assert_set("backend x\n\tmode   tcp  # why\n", "mode", "http",
		   "backend x\n\tmode   http  # why\n");
	assert_set("backend x\n    balance source\n", "balance", "hdr(x-id)",
		   "backend x\n    balance hdr(x-id)\n");
	assert_set("backend x\n    balance url_param a  check_post\n", "balance", "first",
		   "backend x\n    balance first\n");
	assert_set_refused("backend x\n", "mode", "htp", ERR_USAGE,
			   "'mode' takes http, tcp, log or spop");
	assert_set_refused("backend x\n", "balance", "roundrobn", ERR_USAGE,
			   "'roundrobn' is no way to balance; did you mean 'roundrobin'?");
	assert_set_refused("frontend x\n", "balance", "first", ERR_USAGE,
			   "'balance' has no place in a frontend section");
}

static void a_new_setting_stands_before_rules_and_servers(void **state)
{
	(void)state;
	assert_set("backend x\n  # here\n  log global\n\n  # the pool\n  server a 1.1.1.1:80\n",
		   "mode", "http",
		   "backend x\n  # here\n  log global\n  mode http\n\n  # the pool\n"
		   "  server a 1.1.1.1:80\n");
	assert_set("backend x\n", "mode", "http", "backend x\n    mode http\n");
	assert_set("frontend x\n\tbind :80\n\n# next\nbackend y\n", "mode", "http",
		   "frontend x\n\tbind :80\n\tmode http\n\n# next\nbackend y\n");
}

static void the_default_backend_must_be_there(void **state)
{
	(void)state;
	assert_set("frontend x\n  default_backend a\nbackend live\n", "backend", "live",
		   "frontend x\n  default_backend live\nbackend live\n");
	assert_unset("frontend x\n  default_backend a # b\n  mode http\n", "backend",
		     "frontend x\n  mode http\n");
	assert_set_refused("frontend x\nbackend live\n", "backend", "lve", ERR_NOT_FOUND,
			   "no backend or listen 'lve'; did you mean 'live'?; "
			   "'create backend' makes one");
	assert_unset_refused("frontend x\n", "backend", ERR_NOT_FOUND,
			     "frontend x says no 'default_backend' of its own");
}

static void keepalive_speaks_todays_language(void **state)
{
	(void)state;
	assert_set("frontend x\n", "keepalive", "close", "frontend x\n    option httpclose\n");
	assert_set("frontend x\n  option forceclose # old\n", "keepalive", "server-close",
		   "frontend x\n  option http-server-close # old\n");
	assert_set("frontend x\n  option httpclose\n", "keepalive", "default", "frontend x\n");
	assert_set("defaults\n  option httpclose\nfrontend x\n", "keepalive", "default",
		   "defaults\n  option httpclose\nfrontend x\n  no option httpclose\n");
	assert_set("defaults\n  option httpclose\nfrontend x\n  option http-server-close\n"
		   "  option http-keep-alive\n",
		   "keepalive", "close", "defaults\n  option httpclose\nfrontend x\n");
	assert_set("defaults\n  option httpclose\nfrontend x\n  option http-server-close\n"
		   "  option http-server-close\n",
		   "keepalive", "default",
		   "defaults\n  option httpclose\nfrontend x\n  no option httpclose\n");
	assert_unset("frontend x\n  option httpclose\n  no option httpclose\n", "keepalive",
		     "frontend x\n");
	assert_set_refused("frontend x\n", "keepalive", "off", ERR_USAGE,
			   "'keepalive' takes default, close or server-close");
}

static void bind_keeps_lines_and_options_that_stay(void **state)
{
	(void)state;
	assert_set("frontend x\n  bind :80 name a # why\n", "bind", ":81,:82",
		   "frontend x\n  bind :81,:82 name a # why\n");
	assert_set("frontend x\n  bind :80\n", "bind", ":443 ssl crt /x",
		   "frontend x\n  bind :443 ssl crt /x\n");
	assert_set("frontend x\n", "bind", ":80", "frontend x\n    bind :80\n");
	assert_set("frontend x\n  bind :80,:81\n  bind :443 ssl crt /x\n", "bind", ":80,:443",
		   "frontend x\n  bind :80\n  bind :443 ssl crt /x\n");
	assert_set("frontend x\n  bind :80\n  bind :443 ssl crt /x\n", "bind", ":443,:90,:91",
		   "frontend x\n  bind :443 ssl crt /x\n  bind :90,:91\n");
	assert_set("frontend x\n  bind :80\n  bind :443 ssl crt /x\n", "bind",
		   ":443 ssl crt /y", "frontend x\n  bind :80\n  bind :443 ssl crt /y\n");
	assert_set_refused("frontend x\n  bind :80\n  bind :81\n", "bind", ":90 name a",
			   ERR_USAGE,
			   "frontend 'x' has 2 bind lines and none of ':90'; try 'add line'");
	assert_unset("frontend x\n  bind :80\n  mode http\n  bind :81\n", "bind",
		     "frontend x\n  mode http\n");
}

static void host_is_a_request_header(void **state)
{
	(void)state;
	assert_set("backend x\n", "host", "www.a.b",
		   "backend x\n    http-request set-header Host www.a.b\n");
	assert_set("backend x\n  http-request   set-header host old # why\n", "host", "new",
		   "backend x\n  http-request   set-header host new # why\n");
	assert_unset("backend x\n  http-request set-header Host a\n", "host", "backend x\n");
	assert_unset_refused("backend x\n  http-request set-header Host a if TRUE\n", "host",
			     ERR_NOT_FOUND, "backend x says no 'host' of its own");
}

static const char checked[] = "backend x\n  mode http\n  http-request set-header Host www\n"
			      "  option httpchk\n"
			      "  http-check send meth GET uri /up ver HTTP/1.1 hdr Host www\n";

static void a_check_by_http_1_1_follows_the_host(void **state)
{
	(void)state;
	assert_set(checked, "host", "new",
		   "backend x\n  mode http\n  http-request set-header Host new\n"
		   "  option httpchk\n"
		   "  http-check send meth GET uri /up ver HTTP/1.1 hdr Host new\n");
	assert_unset_refused(checked, "host", ERR_IN_USE,
			     "the health check by HTTP/1.1 needs the host; change that first");
}

static void health_is_written_for_its_version(void **state)
{
	(void)state;
	assert_set("backend x\n  mode http\n", "health", "/up",
		   "backend x\n  mode http\n  option httpchk GET /up HTTP/1.0\n");
	assert_set(checked, "health", "HEAD /down HTTP/1.0",
		   "backend x\n  mode http\n  http-request set-header Host www\n"
		   "  option httpchk HEAD /down HTTP/1.0\n");
	assert_set("backend x\n  mode http\n  http-request set-header Host www\n"
		   "  option httpchk GET / # old\n",
		   "health", "POST /up HTTP/1.1",
		   "backend x\n  mode http\n  http-request set-header Host www\n"
		   "  option httpchk # old\n"
		   "  http-check send meth POST uri /up ver HTTP/1.1 hdr Host www\n");
	assert_unset(checked, "health",
		     "backend x\n  mode http\n  http-request set-header Host www\n");
	assert_set_refused("backend x\n", "health", "/up", ERR_USAGE,
			   "backend 'x' is in mode tcp; a health check by HTTP needs mode http");
	assert_set_refused("backend x\n  mode http\n", "health", "/up HTTP/1.1", ERR_USAGE,
			   "a health check by HTTP/1.1 needs a host; try "
			   "'set backend x host NAME'");
	assert_set_refused("backend x\n  mode http\n", "health", "GET", ERR_USAGE,
			   "'health' takes [<method>] <uri> [HTTP/1.0 | HTTP/1.1] [<interval>]");
	assert_unset_refused("backend x\n", "health", ERR_NOT_FOUND,
			     "backend x says no 'health' of its own");
}

static void the_interval_goes_where_it_was_said(void **state)
{
	(void)state;
	assert_set("backend x\n mode http\n server a 1.1.1.1 check inter 2s\n"
		   " server b 1.1.1.2 check weight 5 inter 3s\n server c 1.1.1.3\n",
		   "health", "/ 5s",
		   "backend x\n mode http\n option httpchk GET / HTTP/1.0\n"
		   " server a 1.1.1.1 check inter 5000\n"
		   " server b 1.1.1.2 check weight 5 inter 5000\n server c 1.1.1.3\n");
	assert_set("backend x\n mode http\n default-server inter 3s\n server a 1.1.1.1 check\n",
		   "health", "/ 5000",
		   "backend x\n mode http\n option httpchk GET / HTTP/1.0\n"
		   " default-server inter 5000\n server a 1.1.1.1 check\n");
	assert_set("backend x\n mode http\n server a 1.1.1.1 check\n server b 1.1.1.1 check\n",
		   "health", "/ 5000",
		   "backend x\n mode http\n option httpchk GET / HTTP/1.0\n"
		   " default-server inter 5000\n"
		   " server a 1.1.1.1 check\n server b 1.1.1.1 check\n");
	assert_set("backend x\n mode http\n default-server inter 3s fall 2\n"
		   " server a 1.1.1.1 check\n",
		   "health", "/ 5000",
		   "backend x\n mode http\n option httpchk GET / HTTP/1.0\n"
		   " default-server inter 3s fall 2\n server a 1.1.1.1 check inter 5000\n");
}

static void a_source_is_set_as_a_pragma(void **state)
{
	(void)state;
	assert_set("backend x\n    mode http\n", "source", "thalassa myapp 1.0",
		   "backend x\n    #@ source thalassa myapp 1.0\n    mode http\n");
	assert_set("backend x\n    #@ source thalassa myapp 1.0\n", "version", "2.0",
		   "backend x\n    #@ source thalassa myapp 2.0\n");
	assert_unset("backend x\n    #@ source consul y\n", "source", "backend x\n");
	/* HAProxy has a keyword of that name, too. */
	assert_set("backend x\n", "source", "10.0.0.1", "backend x\n    source 10.0.0.1\n");
	assert_unset("backend x\n    source 10.0.0.1\n", "source", "backend x\n");
	assert_set_refused("backend x\n", "source", "thalassa myapp", ERR_USAGE,
			   "'source thalassa' takes <application> <version>");
	assert_set_refused("backend x\n", "version", "2.0", ERR_USAGE,
			   "backend 'x' has no version; try 'set backend x source thalassa "
			   "APPLICATION VERSION'");
}

static void a_cookie_is_all_words_behind_it(void **state)
{
	(void)state;
	assert_set("backend x\n  cookie A insert # why\n", "cookie", "B prefix nocache",
		   "backend x\n  cookie B prefix nocache # why\n");
	assert_unset("backend x\n  cookie A insert\n", "cookie", "backend x\n");
}

static void a_keyword_of_two_words_may_come_either_way(void **state)
{
	(void)state;
	assert_set("backend x\n  timeout server 10s # slow\n  timeout queue 1s\n", "timeout",
		   "server 20s", "backend x\n  timeout server 20s # slow\n  timeout queue 1s\n");
	assert_set("backend x\n", "timeout server", "20s",
		   "backend x\n    timeout server 20s\n");
	assert_set("frontend x\n", "option", "httplog", "frontend x\n    option httplog\n");
	assert_set("frontend x\n  option httplog\n", "option", "httplog",
		   "frontend x\n  option httplog\n");
	assert_set("frontend x\n  no option httplog # quiet\n", "option", "httplog",
		   "frontend x\n  option httplog # quiet\n");
	assert_unset("frontend x\n  option httplog\n  mode http\n", "option httplog",
		     "frontend x\n  mode http\n");
}

static void a_keyword_of_one_word_is_set(void **state)
{
	(void)state;
	assert_set("frontend x\n  maxconn\t10\n", "maxconn", "20",
		   "frontend x\n  maxconn\t20\n");
	assert_unset("frontend x\n  maxconn 10\n", "maxconn", "frontend x\n");
	assert_unset_refused("frontend x\n", "maxconn", ERR_NOT_FOUND,
			     "frontend x says no 'maxconn' of its own");
}

static void what_a_keyword_refers_to_must_be_there(void **state)
{
	(void)state;
	assert_set_refused("frontend x\nbackend live\n", "default_backend", "lve", ERR_NOT_FOUND,
			   "no backend or listen 'lve'; did you mean 'live'?");
	assert_set("frontend x\n", "default_backend", "\"$B\"",
		   "frontend x\n    default_backend \"$B\"\n");
}

static void values_are_quoted_where_needed(void **state)
{
	struct candidate *c = open_edit("backend x\n");
	struct span       values[] = { { "a b", 3 } };

	(void)state;
	assert_int_equal(proxy_set(c, ANY, span_of("x"), span_of("description"), values, 1, NULL),
			 0);
	assert_ends_as(c, "backend x\n    description \"a b\"\n");
}

static void a_value_cannot_start_another_line(void **state)
{
	struct candidate *c = open_edit("backend x\n");
	struct span       values[] = { { "a\nb", 3 }, { "a\rb", 3 }, { "a\0b", 3 } };
	struct err        err = ERR_INIT;

	(void)state;
	for (size_t i = 1; i < N(values); i++)
		assert_int_equal(proxy_set(c, ANY, span_of("x"), span_of("cookie"), values + i, 1,
					   NULL), -1);
	assert_error(c, proxy_set(c, ANY, span_of("x"), span_of("cookie"), values, 1, &err), &err,
		     ERR_USAGE, "a value is one line of text");
}

static void unknown_keywords_are_refused_with_the_nearest(void **state)
{
	(void)state;
	assert_set_refused("frontend x\n", "maxcon", "10", ERR_USAGE,
			   "unknown keyword 'maxcon'; did you mean 'maxconn'?; "
			   "'add line' takes any text");
	assert_set_refused("backend x\n", "timeout", "sever 10s", ERR_USAGE,
			   "unknown keyword 'timeout sever'; did you mean 'timeout server'?; "
			   "'add line' takes any text");
	assert_set_refused("frontend x\n", "option", "", ERR_USAGE,
			   "unknown keyword 'option'; 'add line' takes any text");
}

static void keywords_that_may_stand_twice_are_no_fields(void **state)
{
	(void)state;
	assert_set_refused("frontend x\n", "acl", "a path /", ERR_USAGE,
			   "a frontend section may have several 'acl' lines; try 'add line'");
	assert_unset_refused("frontend x\n  acl a path /\n", "acl", ERR_USAGE,
			     "a frontend section may have several 'acl' lines; try "
			     "'delete line'");
}

static void a_keyword_stands_where_it_may(void **state)
{
	(void)state;
	assert_set_refused("frontend x\n", "timeout", "server 10s", ERR_USAGE,
			   "'timeout server' has no place in a frontend section");
	assert_set_refused("frontend x\n", "maxconn", "", ERR_USAGE,
			   "'maxconn' takes <connections>");
}

static void every_field_has_its_row(void **state)
{
	(void)state;
	for (size_t i = 0; i < field_table_count; i++) {
		const struct field_def *def = &field_table[i];

		assert_true(def->sections != 0);
		assert_non_null(def->set);
		assert_non_null(def->unset);
		assert_true(def->summary[0] && def->values[0]);
		if (i)
			assert_true(strcmp(def[-1].name, def->name) < 0);
	}
	assert_ptr_equal(field_find(SECTION_BACKEND, span_of("bind")), NULL);
	assert_string_equal(field_find(SECTION_LISTEN, span_of("bind"))->name, "bind");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mode_and_balance_change_one_word),
		cmocka_unit_test(a_new_setting_stands_before_rules_and_servers),
		cmocka_unit_test(the_default_backend_must_be_there),
		cmocka_unit_test(keepalive_speaks_todays_language),
		cmocka_unit_test(bind_keeps_lines_and_options_that_stay),
		cmocka_unit_test(host_is_a_request_header),
		cmocka_unit_test(a_check_by_http_1_1_follows_the_host),
		cmocka_unit_test(health_is_written_for_its_version),
		cmocka_unit_test(the_interval_goes_where_it_was_said),
		cmocka_unit_test(a_source_is_set_as_a_pragma),
		cmocka_unit_test(a_cookie_is_all_words_behind_it),
		cmocka_unit_test(a_keyword_of_two_words_may_come_either_way),
		cmocka_unit_test(a_keyword_of_one_word_is_set),
		cmocka_unit_test(what_a_keyword_refers_to_must_be_there),
		cmocka_unit_test(values_are_quoted_where_needed),
		cmocka_unit_test(a_value_cannot_start_another_line),
		cmocka_unit_test(unknown_keywords_are_refused_with_the_nearest),
		cmocka_unit_test(keywords_that_may_stand_twice_are_no_fields),
		cmocka_unit_test(a_keyword_stands_where_it_may),
		cmocka_unit_test(every_field_has_its_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
