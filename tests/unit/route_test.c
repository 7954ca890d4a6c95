/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where requests go on paper; that HAProxy agrees is tests/live/route.sh's to show. */
#include "unit.h"

#include "penstock/base/mem.h"
#include "penstock/config/keyword.h"
#include "penstock/config/route.h"

#define HTTP "defaults\n mode http\n"

/* Adds "backend NAME", "deny 403", … */
static void add_end(const struct route_end *end, struct str *out)
{
	str_add_text(out, route_end_table[end->kind].name);
	if (end->what)
		str_addf(out, " %s", end->what);
}

/* "web: backend live, server s1 | inner: …"; what is possible stands before with
 * a ? and its line. */
static void summarise(const struct route *route, struct str *out)
{
	for (size_t i = 0; i < route->ways.count; i++) {
		str_add_text(out, i ? " || " : "");
		for (size_t j = 0; j < route->ways.items[i].hops.count; j++) {
			const struct route_hop *hop = &route->ways.items[i].hops.items[j];

			str_addf(out, "%s%.*s: ", j ? " | " : "", (int)hop->frontend->name.len,
				 hop->frontend->name.at);
			for (size_t k = 0; k < hop->possible.count; k++) {
				add_end(&hop->possible.items[k], out);
				str_add_text(out, "? ");
			}
			add_end(&hop->end, out);
			if (hop->server != SIZE_MAX)
				str_addf(out, ", server %.*s",
					 (int)hop->servers.items[hop->server].name.len,
					 hop->servers.items[hop->server].name.at);
		}
	}
}

static bool map_file(void *data, struct span name, struct span *content)
{
	(void)data;
	*content = span_of("/a one\n/a/b two\n");
	return span_is(name, "a.map");
}

struct ask {
	const char *url, *header, *from, *via, *version;
};

static void assert_goes(const char *config, struct ask ask, const char *wanted)
{
	const struct surroundings surroundings = { .version = VERSION_POINT(2, 6, 12),
						   .file = map_file };
	struct document *doc = document_new();
	struct route     route = ROUTE_INIT;
	struct err       err = ERR_INIT;
	struct str       got = STR_INIT;
	struct span      header = span_of(ask.header);
	struct route_query query = {
		.method = span_of("GET"), .url = span_of(ask.url), .headers = &header,
		.header_count = ask.header != NULL, .from = span_of(ask.from),
		.via = span_of(ask.via), .version = span_of(ask.version),
	};

	document_add_file(doc, "x.cfg", span_of(config));
	if (route_walk(&route, doc, &surroundings, &query, &err) < 0)
		str_add_span(&got, str_span(&err.text));
	else
		summarise(&route, &got);
	assert_string_equal(got.bytes, wanted);
	str_release(&got);
	err_release(&err);
	route_release(&route);
	document_free(doc);
}

static void the_port_and_the_scheme_choose_the_frontend(void **state)
{
	static const char config[] = HTTP
		"frontend plain\n bind :80\n bind 10.0.0.1:8080\n default_backend b\n"
		"frontend tls\n bind :443 ssl crt x\n default_backend b\n"
		"frontend other\n bind *:8080\n default_backend b\n"
		"frontend off\n disabled\n bind :81\n default_backend b\n"
		"backend b\n server s 10.1.1.1:80\n";

	(void)state;
	assert_goes(config, (struct ask){ .url = "http://x/" }, "plain: backend b, server s");
	assert_goes(config, (struct ask){ .url = "https://x/" }, "tls: backend b, server s");
	assert_goes(config, (struct ask){ .url = "http://10.0.0.1:8080/" },
		    "plain: backend b, server s");
	assert_goes(config, (struct ask){ .url = "http://10.0.0.2:8080/" },
		    "other: backend b, server s");
	assert_goes(config, (struct ask){ .url = "http://x:8080/" },
		    "plain: backend b, server s || other: backend b, server s");
	assert_goes(config, (struct ask){ .url = "http://x:8080/", .via = "tls" },
		    "tls: backend b, server s");
	assert_goes(config, (struct ask){ .url = "http://x:81/" },
		    "no frontend takes http on port 81 of x; there are 'plain' at :80, 'plain' at "
		    "10.0.0.1:8080, 'tls' at :443 (ssl), 'other' at *:8080; try 'via FRONTEND'");
}

static void a_server_on_this_machine_leads_on(void **state)
{
	static const char config[] =
		"frontend outer\n mode tcp\n bind :443\n"
		" use_backend inner if { req.ssl_sni -i a.test }\n default_backend away\n"
		"backend inner\n mode tcp\n server i abns@in send-proxy\n"
		"backend away\n mode tcp\n server o 192.0.2.1:443\n"
		"frontend inner\n mode http\n bind abns@in ssl crt x accept-proxy\n"
		" http-request deny if { src 192.0.2.9 }\n"
		" use_backend live if { ssl_fc_sni a.test } { path /x }\n"
		"backend live\n mode http\n server l 192.0.2.2:80\n";

	(void)state;
	assert_goes(config, (struct ask){ .url = "https://a.test/x", .from = "192.0.2.7" },
		    "outer: backend inner, server i | inner: backend live, server l");
	assert_goes(config, (struct ask){ .url = "https://a.test/x", .from = "192.0.2.9" },
		    "outer: backend inner, server i | inner: deny 403");
	assert_goes(config, (struct ask){ .url = "https://b.test/x" },
		    "outer: backend away, server o");
}

static void what_depends_on_the_client_is_named_when_it_is_not_given(void **state)
{
	static const char config[] = HTTP
		"frontend f\n bind :80\n http-request deny if { src 10.0.0.0/8 }\n"
		" use_backend a if { path /a } { src 10.0.0.0/8 }\n"
		" use_backend r if { path /r } { rand(2) 1 }\n"
		" default_backend b\nbackend a\nbackend b\nbackend r\n";

	(void)state;
	assert_goes(config, (struct ask){ .url = "http://x/a" },
		    "f: deny 403? backend a? backend b");
	assert_goes(config, (struct ask){ .url = "http://x/a", .from = "192.0.2.1" },
		    "f: backend b");
	assert_goes(config, (struct ask){ .url = "http://x/a", .from = "10.0.0.1" },
		    "f: deny 403");
	assert_goes(config, (struct ask){ .url = "http://x/r", .from = "192.0.2.1" },
		    "f: backend r? backend b");
}

static void a_change_that_is_not_certain_makes_what_it_changes_unknown(void **state)
{
	static const char config[] = HTTP
		"frontend f\n bind :80\n http-request set-header X-A 1 if { rand(2) 1 }\n"
		" http-request set-path /%[rand(9)] if { path /p }\n"
		" use_backend a if { hdr(x-a) 1 }\n use_backend h if { hdr(host) h }\n"
		" use_backend p if { path /5 }\n default_backend b\n"
		"backend a\nbackend b\nbackend h\nbackend p\n";

	(void)state;
	assert_goes(config, (struct ask){ .url = "http://h/" },
		    "f: backend a? backend h");
	assert_goes(config, (struct ask){ .url = "http://x/p" },
		    "f: backend a? backend p? backend b");
	assert_goes(config, (struct ask){ .url = "http://x/q" }, "f: backend a? backend b");
}

static void what_agents_and_lua_do_is_not_guessed(void **state)
{
	static const char config[] = HTTP
		"frontend f\n bind :80\n filter spoe engine e config e.conf\n"
		" use_backend a if { var(txn.e.ip) -m found }\n default_backend b\n"
		"frontend l\n bind :81\n http-request lua.look\n use_backend a if { path /a }\n"
		" default_backend b\nbackend a\nbackend b\n";

	(void)state;
	assert_goes(config, (struct ask){ .url = "http://x/" }, "f: backend a? backend b");
	assert_goes(config, (struct ask){ .url = "http://x:81/" },
		    "l: script lua.look? backend a? backend b");
}

static void forwardfor_adds_the_client_for_the_next_haproxy(void **state)
{
	static const char config[] = HTTP
		"frontend f\n bind :80\n option forwardfor\n default_backend b\n"
		"backend b\n server s 127.0.0.1:81\n"
		"frontend g\n bind 127.0.0.1:81\n use_backend a if { hdr_ip(x-forwarded-for) "
		"192.0.2.1 }\n default_backend c\nbackend a\nbackend c\n";

	(void)state;
	assert_goes(config, (struct ask){ .url = "http://x/", .from = "192.0.2.1" },
		    "f: backend b, server s | g: backend a");
	assert_goes(config, (struct ask){ .url = "http://x/", .from = "192.0.2.2" },
		    "f: backend b, server s | g: backend c");
	assert_goes(config, (struct ask){ .url = "http://x/" },
		    "f: backend b, server s | g: backend a? backend c");
}

static void maps_choose_and_a_missing_file_is_named(void **state)
{
	static const char config[] = HTTP
		"frontend f\n bind :80\n"
		" use_backend %[path,map_beg(b.map)] if { path /m }\n"
		" use_backend %[path,map_beg(a.map,one)]\n default_backend two\n"
		"backend one\nbackend two\n";

	(void)state;
	assert_goes(config, (struct ask){ .url = "http://x/a/b/c" }, "f: backend two");
	assert_goes(config, (struct ask){ .url = "http://x/z" }, "f: backend one");
	assert_goes(config, (struct ask){ .url = "http://x/m" },
		    "f: backend %[path,map_beg(b.map)]? backend two");
}

static void cookies_and_use_server_name_the_server(void **state)
{
	static const char config[] = HTTP
		"listen l\n bind :80\n cookie SRV insert\n use-server s3 if { path /3 }\n"
		" server s1 192.0.2.1:80 cookie one\n server s2 192.0.2.2:80 cookie two\n"
		" server s3 192.0.2.3:80 backup\n server s4 192.0.2.4:80 cookie four disabled\n";

	(void)state;
	assert_goes(config, (struct ask){ .url = "http://x/" }, "l: backend l");
	assert_goes(config, (struct ask){ .url = "http://x/", .header = "Cookie: a=b; SRV=two" },
		    "l: backend l, server s2");
	assert_goes(config, (struct ask){ .url = "http://x/", .header = "Cookie: SRV=four" },
		    "l: backend l");
	assert_goes(config, (struct ask){ .url = "http://x/3" }, "l: backend l, server s3");
}

static void an_undecided_if_leaves_its_lines_undecided(void **state)
{
	static const char config[] = HTTP
		"frontend f\n bind :80\n.if defined(NOBODY_KNOWS)\n use_backend a\n.else\n"
		" use_backend b\n.endif\n.if version_atleast(3.0)\n use_backend c\n.endif\n"
		" default_backend d\nbackend a\nbackend b\nbackend c\nbackend d\n";

	(void)state;
	assert_goes(config, (struct ask){ .url = "http://x/" },
		    "f: backend a? backend b? backend d");
}

static void http_2_makes_the_url_unknown_until_the_version_is_said(void **state)
{
	static const char config[] = HTTP
		"frontend f\n bind :443 ssl crt x alpn h2,http/1.1\n"
		" use_backend a if { url /a }\n use_backend v if { req.ver 1.1 }\n"
		" default_backend b\nbackend a\nbackend b\nbackend v\n";

	(void)state;
	assert_goes(config, (struct ask){ .url = "https://x/a" },
		    "f: backend a? backend v? backend b");
	assert_goes(config, (struct ask){ .url = "https://x/a", .version = "1.1" },
		    "f: backend a");
}

static void a_query_that_is_none_says_what_to_try(void **state)
{
	static const char config[] = HTTP "frontend f\n bind :80\n";

	(void)state;
	assert_goes(config, (struct ask){ .url = "x/y" },
		    "'x/y' is no URL; try 'http://HOST/PATH' or 'https://HOST/PATH'");
	assert_goes(config, (struct ask){ .url = "http://x/", .header = "no header" },
		    "'no header' is no header; try 'Name: value'");
	assert_goes(config, (struct ask){ .url = "http://x/", .from = "here" },
		    "'here' is no IP address");
	assert_goes(config, (struct ask){ .url = "http://x:99999/" }, "'99999' is no port");
	assert_goes(config, (struct ask){ .url = "http://x/", .via = "g" },
		    "no frontend 'g'; there are 'f' at :80; try 'via FRONTEND'");
	assert_goes(config, (struct ask){ .url = "http:///" }, "the URL has no host");
	assert_goes(config, (struct ask){ .url = "http://x/" }, "f: unavailable");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_port_and_the_scheme_choose_the_frontend),
		cmocka_unit_test(a_server_on_this_machine_leads_on),
		cmocka_unit_test(what_depends_on_the_client_is_named_when_it_is_not_given),
		cmocka_unit_test(a_change_that_is_not_certain_makes_what_it_changes_unknown),
		cmocka_unit_test(what_agents_and_lua_do_is_not_guessed),
		cmocka_unit_test(forwardfor_adds_the_client_for_the_next_haproxy),
		cmocka_unit_test(maps_choose_and_a_missing_file_is_named),
		cmocka_unit_test(cookies_and_use_server_name_the_server),
		cmocka_unit_test(an_undecided_if_leaves_its_lines_undecided),
		cmocka_unit_test(http_2_makes_the_url_unknown_until_the_version_is_said),
		cmocka_unit_test(a_query_that_is_none_says_what_to_try),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
