/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sections as typed values, computed from their lines. */
#include "unit.h"

#include "penstock/base/mem.h"
#include "penstock/config/proxy.h"

static struct candidate *candidate_of(const char *text)
{
	struct document *doc = document_new();

	document_add_file(doc, "a.cfg", span_of(text));
	return candidate_new(doc);
}

static struct proxy *read_half(const char *text, enum section_kind side)
{
	struct candidate     *candidate = candidate_of(text);
	const struct section *section = document_section(
		candidate->now, SECTION_FRONTEND | SECTION_BACKEND | SECTION_LISTEN,
		span_of("x"));
	struct proxy *proxy;

	assert_non_null(section);
	proxy = proxy_read(candidate->now, section, side);
	candidate_free(candidate);
	return proxy;
}

static struct proxy *read_front(const char *text)
{
	return read_half(text, SECTION_FRONTEND);
}

static struct proxy *read_back(const char *text)
{
	return read_half(text, SECTION_BACKEND);
}

static void a_bare_frontend_has_haproxys_defaults(void **state)
{
	struct proxy *p = read_front("frontend x\n");

	(void)state;
	assert_string_equal(p->name, "x");
	assert_string_equal(p->bind, "");
	assert_null(p->default_backend);
	assert_string_equal(p->mode, "tcp");
	assert_int_equal(p->keepalive, KEEPALIVE_DEFAULT);
	assert_int_equal(p->rules.count, 0);
	assert_int_equal(p->natives.count, 0);
	proxy_free(p);
}

static void a_bare_backend_has_haproxys_defaults(void **state)
{
	struct proxy *p = read_back("backend x\n");

	(void)state;
	assert_string_equal(p->mode, "tcp");
	assert_string_equal(p->balance, "roundrobin");
	assert_null(p->host);
	assert_null(p->cookie);
	assert_null(p->source);
	assert_false(p->health.present);
	assert_int_equal(p->members.count, 0);
	proxy_free(p);
}

static void mode_and_balance_are_inherited_through_from(void **state)
{
	struct proxy *p = read_back("defaults base\n    mode http\n    balance leastconn\n"
				    "defaults other from base\n    balance first\n"
				    "defaults last\n    mode tcp\n"
				    "backend x from other\n");

	(void)state;
	assert_string_equal(p->mode, "http");
	assert_string_equal(p->balance, "first");
	proxy_free(p);
}

static void defaults_that_inherit_in_a_circle_end(void **state)
{
	struct proxy *p = read_front("defaults a from b\ndefaults b from a\n"
				     "frontend x from a\n");

	(void)state;
	assert_string_equal(p->mode, "tcp");
	assert_int_equal(p->keepalive, KEEPALIVE_DEFAULT);
	proxy_free(p);
}

static void addresses_of_all_bind_lines_are_one_list(void **state)
{
	struct proxy *p = read_front("frontend x\n    bind *:80,*:81\n"
				     "    bind *:443 ssl crt /x # tls\n");

	(void)state;
	assert_string_equal(p->bind, "*:80,*:81,*:443");
	assert_int_equal(p->binds.count, 3);
	assert_string_equal(p->binds.items[1].options, "");
	assert_int_equal(p->binds.items[1].line, 1);
	assert_string_equal(p->binds.items[2].address, "*:443");
	assert_string_equal(p->binds.items[2].options, "ssl crt /x");
	assert_int_equal(p->binds.items[2].line, 2);
	proxy_free(p);
}

static void environment_variables_stay_as_they_are_written(void **state)
{
	struct proxy *p = read_front("frontend x\n    bind \"${A}:80\",\"$B:81\"\n");

	(void)state;
	assert_string_equal(p->bind, "\"${A}:80\",\"$B:81\"");
	assert_int_equal(p->binds.count, 2);
	assert_string_equal(p->binds.items[0].address, "\"${A}:80\"");
	proxy_free(p);
}

static enum keepalive keepalive_of(const char *defaults, const char *lines)
{
	struct str     text = STR_INIT;
	struct proxy  *p;
	enum keepalive keepalive;

	str_addf(&text, "defaults\n%sfrontend x\n%s", defaults, lines);
	p = read_front(text.bytes);
	keepalive = p->keepalive;
	assert_int_equal(p->natives.count, 0);
	proxy_free(p);
	str_release(&text);
	return keepalive;
}

static void the_last_keepalive_option_holds(void **state)
{
	(void)state;
	assert_int_equal(keepalive_of("", ""), KEEPALIVE_DEFAULT);
	assert_int_equal(keepalive_of("", " option httpclose\n"), KEEPALIVE_CLOSE);
	assert_int_equal(keepalive_of("", " option forceclose\n"), KEEPALIVE_CLOSE);
	assert_int_equal(keepalive_of("", " option httpclose\n option http-server-close\n"),
			 KEEPALIVE_SERVER_CLOSE);
	assert_int_equal(keepalive_of(" option httpclose\n", ""), KEEPALIVE_CLOSE);
	assert_int_equal(keepalive_of(" option httpclose\n", " no option httpclose\n"),
			 KEEPALIVE_DEFAULT);
	assert_int_equal(keepalive_of(" option httpclose\n", " no option http-server-close\n"),
			 KEEPALIVE_CLOSE);
	assert_int_equal(keepalive_of(" option httpclose\n", " option http-keep-alive\n"),
			 KEEPALIVE_DEFAULT);
}

static void only_an_unconditional_host_header_is_the_host(void **state)
{
	struct proxy *p = read_back("backend x\n"
				    "    http-request set-header Host a.b if { path / }\n"
				    "    http-request set-header host www\n");

	(void)state;
	assert_string_equal(p->host, "www");
	assert_int_equal(p->natives.count, 1);
	proxy_free(p);
	p = read_back("backend x\n    http-request set-header Host a\n"
		      "    http-request set-header Host b\n");
	assert_null(p->host);
	assert_int_equal(p->natives.count, 2);
	proxy_free(p);
}

static void members_have_host_port_and_the_rest(void **state)
{
	struct proxy *p = read_back("backend x\n"
				    "    server a 10.0.0.1:80 check  weight 5 # old\n"
				    "    server b [::1]:81\n"
				    "    server c app.local\n"
				    "    server d 10.0.0.4:+10\n"
				    "    server e unix@/run/e\n"
				    "    server f \"$F:80\" check\n"
				    "    server broken\n");

	(void)state;
	assert_int_equal(p->members.count, 6);
	assert_string_equal(p->members.items[0].server, "a");
	assert_string_equal(p->members.items[0].host, "10.0.0.1");
	assert_int_equal(p->members.items[0].port, 80);
	assert_string_equal(p->members.items[0].options, "check  weight 5");
	assert_string_equal(p->members.items[1].host, "::1");
	assert_int_equal(p->members.items[1].port, 81);
	assert_int_equal(p->members.items[2].port, 0);
	/* What is neither host nor port is kept whole. */
	assert_string_equal(p->members.items[3].host, "10.0.0.4:+10");
	assert_int_equal(p->members.items[3].port, 0);
	assert_string_equal(p->members.items[4].host, "unix@/run/e");
	assert_string_equal(p->members.items[5].host, "\"$F:80\"");
	assert_int_equal(p->natives.count, 1);
	assert_string_equal(p->natives.items[0].text, "server broken");
	proxy_free(p);
}

static void natives_are_all_other_lines_without_their_comments(void **state)
{
	struct proxy *p = read_front("frontend x\n    mode http\n    # a comment\n\n"
				     "\tmaxconn  10 # small\n    server a 1.1.1.1:80\n");

	(void)state;
	assert_int_equal(p->natives.count, 2);
	assert_string_equal(p->natives.items[0].text, "maxconn  10");
	assert_int_equal(p->natives.items[0].line, 4);
	assert_string_equal(p->natives.items[1].text, "server a 1.1.1.1:80");
	proxy_free(p);
}

static void of_two_lines_that_say_the_same_thing_the_last_counts(void **state)
{
	struct proxy *p = read_front("frontend x\n    mode tcp\n    default_backend a\n"
				     "    mode http\n    default_backend b\n");

	(void)state;
	assert_string_equal(p->mode, "http");
	assert_string_equal(p->default_backend, "b");
	assert_int_equal(p->natives.count, 0);
	assert_int_equal(p->roles.count, 5);
	assert_int_equal(p->roles.items[1], ROLE_NONE);
	assert_int_equal(p->roles.items[3], ROLE_MODE);
	proxy_free(p);
}

static void a_listen_section_is_read_by_halves(void **state)
{
	static const char text[] = "listen x\n    bind *:80\n    mode http\n"
				   "    server a 1.1.1.1:80\n";
	struct proxy *front = read_front(text), *back = read_back(text);

	(void)state;
	assert_string_equal(front->bind, "*:80");
	assert_int_equal(front->members.count, 0);
	assert_string_equal(front->natives.items[0].text, "server a 1.1.1.1:80");
	assert_string_equal(back->bind ? back->bind : "", "");
	assert_int_equal(back->members.count, 1);
	assert_string_equal(back->natives.items[0].text, "bind *:80");
	assert_string_equal(back->mode, "http");
	proxy_free(front);
	proxy_free(back);
}

static void a_source_is_a_pragma(void **state)
{
	struct proxy *p = read_back("backend x\n    #@ source thalassa myapp 1.0.0\n");

	(void)state;
	assert_string_equal(p->source, "thalassa myapp 1.0.0");
	assert_string_equal(p->source_name, "myapp");
	assert_string_equal(p->source_version, "1.0.0");
	proxy_free(p);
	p = read_back("backend x\n    #@ source consul my-cluster\n");
	assert_string_equal(p->source, "consul my-cluster");
	assert_null(p->source_name);
	proxy_free(p);
}

static void assert_health(const char *lines, const char *wanted)
{
	struct str    text = STR_INIT, got = STR_INIT;
	struct proxy *p;

	str_addf(&text, "backend x\n mode http\n http-request set-header Host www\n%s", lines);
	p = read_back(text.bytes);
	if (p->health.present)
		str_addf(&got, "%s %s %s %ld", p->health.method, p->health.uri,
			 p->health.http_version, p->health.interval);
	assert_string_equal(got.bytes, wanted);
	proxy_free(p);
	str_release(&text);
	str_release(&got);
}

static void health_checks_are_read_in_both_forms(void **state)
{
	(void)state;
	assert_health("", "");
	assert_health(" option httpchk\n", "OPTIONS / HTTP/1.0 2000");
	assert_health(" option httpchk /up\n", "OPTIONS /up HTTP/1.0 2000");
	assert_health(" option httpchk GET /up\n", "GET /up HTTP/1.0 2000");
	assert_health(" option httpchk HEAD /up HTTP/1.0\n", "HEAD /up HTTP/1.0 2000");
	assert_health(" option httpchk\n http-check send meth GET uri /up\n",
		      "GET /up HTTP/1.0 2000");
	assert_health(" option httpchk\n"
		      " http-check send meth GET uri /up ver HTTP/1.1 hdr Host www\n",
		      "GET /up HTTP/1.1 2000");
	assert_health(" option httpchk GET /up HTTP/1.1\\r\\nHost:\\ www\n",
		      "GET /up HTTP/1.1 2000");
	assert_health(" option httpchk GET /up\n http-check expect status 200\n",
		      "GET /up HTTP/1.0 2000");
}

static void a_check_that_fields_cannot_say_stays_native(void **state)
{
	(void)state;
	/* another host, no host, other headers, a body, steps, twice, another mode */
	assert_health(" option httpchk GET / HTTP/1.1\\r\\nHost:\\ other\n", "");
	assert_health(" option httpchk GET / HTTP/1.1\n", "");
	assert_health(" option httpchk GET / HTTP/1.1\\r\\nHost:\\ www\\r\\nX:\\ y\n", "");
	assert_health(" option httpchk GET / HTTP/1.0\\r\\nHost:\\ www\n", "");
	assert_health(" option httpchk PING /\n", "");
	assert_health(" option httpchk GET / HTTP/1.0 more\n", "");
	assert_health(" option httpchk\n http-check send hdr X y\n", "");
	assert_health(" option httpchk\n http-check send meth POST body x\n", "");
	assert_health(" option httpchk\n http-check connect ssl\n", "");
	assert_health(" option httpchk\n option httpchk GET /\n", "");
	assert_health(" option httpchk\n mode tcp\n", "");
	assert_health(" option httpchk \"$M\" /\n", "");
}

static void the_interval_is_what_inter_comes_to_for_checked_servers(void **state)
{
	(void)state;
	assert_health(" option httpchk /\n server a 1.1.1.1 check inter 5s\n",
		      "OPTIONS / HTTP/1.0 5000");
	assert_health(" option httpchk /\n default-server inter 3s\n server a 1.1.1.1 check\n",
		      "OPTIONS / HTTP/1.0 3000");
	assert_health(" option httpchk /\n default-server inter 3s check\n"
		      " server a 1.1.1.1 inter 4000\n",
		      "OPTIONS / HTTP/1.0 4000");
	assert_health(" option httpchk /\n server a 1.1.1.1 check inter 5s\n"
		      " server b 1.1.1.1\n",
		      "OPTIONS / HTTP/1.0 5000");
	assert_health(" option httpchk /\n server a 1.1.1.1 check inter 5s\n"
		      " server b 1.1.1.1 check\n",
		      "OPTIONS / HTTP/1.0 0");
	/* A default-server behind a server does not reach it. */
	assert_health(" option httpchk /\n server a 1.1.1.1 check\n default-server inter 9s\n",
		      "OPTIONS / HTTP/1.0 2000");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_bare_frontend_has_haproxys_defaults),
		cmocka_unit_test(a_bare_backend_has_haproxys_defaults),
		cmocka_unit_test(mode_and_balance_are_inherited_through_from),
		cmocka_unit_test(defaults_that_inherit_in_a_circle_end),
		cmocka_unit_test(addresses_of_all_bind_lines_are_one_list),
		cmocka_unit_test(environment_variables_stay_as_they_are_written),
		cmocka_unit_test(the_last_keepalive_option_holds),
		cmocka_unit_test(only_an_unconditional_host_header_is_the_host),
		cmocka_unit_test(members_have_host_port_and_the_rest),
		cmocka_unit_test(natives_are_all_other_lines_without_their_comments),
		cmocka_unit_test(of_two_lines_that_say_the_same_thing_the_last_counts),
		cmocka_unit_test(a_listen_section_is_read_by_halves),
		cmocka_unit_test(a_source_is_a_pragma),
		cmocka_unit_test(health_checks_are_read_in_both_forms),
		cmocka_unit_test(a_check_that_fields_cannot_say_stays_native),
		cmocka_unit_test(the_interval_is_what_inter_comes_to_for_checked_servers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
