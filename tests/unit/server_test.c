/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Server lines and addresses: reading and checking. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "penstock/base/mem.h"
#include "penstock/config/server.h"

static void assert_span(struct span s, const char *wanted)
{
	if (!span_is(s, wanted))
		fail_msg("'%.*s' instead of '%s'", (int)s.len, s.at, wanted);
}

static void a_server_line_has_name_address_and_keywords(void **state)
{
	struct server server = SERVER_INIT;

	(void)state;
	assert_true(server_read(&server, span_of("  server app1 10.0.0.1:80 check weight 10\n")));
	assert_span(server.name, "app1");
	assert_span(server.address, "10.0.0.1:80");
	assert_span(server.host, "10.0.0.1");
	assert_span(server.port, "80");
	assert_int_equal(server.params.count, 2);
	assert_span(server.params.items[0].name, "check");
	assert_span(server.params.items[0].value, "");
	assert_int_equal(server.params.items[0].word, 3);
	assert_span(server.params.items[1].value, "10");
	assert_int_equal(server.params.items[1].count, 2);
	server_release(&server);
}

static void a_default_server_line_has_keywords_only(void **state)
{
	struct server server = SERVER_INIT;

	(void)state;
	assert_true(server_read(&server, span_of("default-server inter 3s fall 2")));
	assert_span(server.name, "");
	assert_span(server.address, "");
	assert_span(server_param(&server, "inter")->value, "3s");
	assert_true(server_read(&server, span_of("default-server")));
	assert_int_equal(server.params.count, 0);
	server_release(&server);
}

static void a_template_has_keywords_only(void **state)
{
	struct server server = SERVER_INIT;

	(void)state;
	assert_true(server_read(&server,
				span_of("server-template app 1-5 app.local:80 resolvers dns")));
	assert_span(server.name, "");
	assert_span(server.address, "");
	assert_int_equal(server.params.count, 1);
	assert_span(server_param(&server, "resolvers")->value, "dns");
	server_release(&server);
}

static void other_and_short_lines_are_no_servers(void **state)
{
	static const char *const lines[] = {
		"", "\n", "# server a b", "server", "server a", "server-template a 5",
		"servers a b", "no server a b", "balance roundrobin", "peer a 10.0.0.1:80",
	};
	struct server server = SERVER_INIT;

	(void)state;
	for (size_t i = 0; i < N(lines); i++)
		if (server_read(&server, span_of(lines[i])))
			fail_msg("'%s' was read", lines[i]);
	server_release(&server);
}

static void the_last_of_a_repeated_keyword_counts(void **state)
{
	struct server server = SERVER_INIT;

	(void)state;
	server_read(&server, span_of("server a b weight 1 check weight 2"));
	assert_span(server_param(&server, "weight")->value, "2");
	assert_null(server_param(&server, "maxconn"));
	server_release(&server);
}

static void a_later_opposite_takes_a_keyword_back(void **state)
{
	struct server server = SERVER_INIT;

	(void)state;
	server_read(&server, span_of("server a b check disabled no-check enabled"));
	assert_null(server_param(&server, "check"));
	assert_null(server_param(&server, "disabled"));
	assert_non_null(server_param(&server, "no-check"));
	server_read(&server, span_of("server a b no-check check"));
	assert_non_null(server_param(&server, "check"));
	server_release(&server);
}

static void source_and_usesrc_are_keywords_of_their_own(void **state)
{
	struct server server = SERVER_INIT;

	(void)state;
	server_read(&server, span_of("server a b source 10.0.0.9 usesrc clientip check"));
	assert_int_equal(server.params.count, 3);
	assert_span(server_param(&server, "source")->value, "10.0.0.9");
	assert_span(server_param(&server, "usesrc")->value, "clientip");
	server_release(&server);
}

static void an_unknown_keyword_takes_words_up_to_a_known_one(void **state)
{
	struct server server = SERVER_INIT;

	(void)state;
	server_read(&server, span_of("server a b new-thing 1  two check"));
	assert_int_equal(server.params.count, 2);
	assert_span(server_param(&server, "new-thing")->value, "1  two");
	assert_non_null(server_param(&server, "check"));
	server_release(&server);
}

static void a_keyword_whose_value_is_missing_has_none(void **state)
{
	struct server server = SERVER_INIT;

	(void)state;
	server_read(&server, span_of("server a b weight"));
	assert_int_equal(server.params.items[0].count, 1);
	assert_span(server_param(&server, "weight")->value, "");
	server_release(&server);
}

static void quotes_and_comments_are_haproxys(void **state)
{
	struct server server = SERVER_INIT;

	(void)state;
	server_read(&server, span_of("server \"a\" '10.0.0.1':80 sni 'str(x y)' # check\r\n"));
	assert_span(server.name, "a");
	assert_span(server.host, "10.0.0.1");
	assert_span(server_param(&server, "sni")->value, "'str(x y)'");
	assert_null(server_param(&server, "check"));
	server_release(&server);
}

static void addresses_split_as_haproxy_splits_them(void **state)
{
	static const struct { const char *address, *host, *port; } rows[] = {
		{ "10.0.0.1:80", "10.0.0.1", "80" },
		{ "10.0.0.1", "10.0.0.1", "" },
		{ "10.0.0.1:", "10.0.0.1", "" },
		{ "10.0.0.1:+10", "10.0.0.1", "+10" },
		{ "[::1]:80", "::1", "80" },
		{ "[::1]", "::1", "" },
		{ "::1:80", "::1", "80" },
		{ "2001:db8::1:", "2001:db8::1", "" },
		{ ":80", "", "80" },
		{ "*:80", "*", "80" },
		{ "app.local:8080", "app.local", "8080" },
		{ "/run/app.sock", "/run/app.sock", "" },
		{ "/run/a:b@c", "/run/a:b@c", "" },
		{ "unix@/run/a:b", "unix@/run/a:b", "" },
		{ "stream+unix@/run/a:b", "stream+unix@/run/a:b", "" },
		{ "abns@x:y", "abns@x:y", "" },
		{ "ipv4@10.0.0.1:80", "ipv4@10.0.0.1", "80" },
		{ "${HOST}:80", "${HOST}", "80" },
		{ "${ADDRESS-10.0.0.1:80}", "${ADDRESS-10.0.0.1:80}", "" },
		{ "", "", "" },
		{ "@", "@", "" },
	};
	struct span host, port;

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		server_split_address(span_of(rows[i].address), &host, &port);
		assert_span(host, rows[i].host);
		assert_span(port, rows[i].port);
	}
}

static void literal_addresses_are_told_from_names(void **state)
{
	(void)state;
	assert_true(server_host_is_ip(span_of("10.0.0.1")));
	assert_true(server_host_is_ip(span_of("::1")));
	assert_true(server_host_is_ip(span_of("2001:db8::1")));
	assert_false(server_host_is_ip(span_of("")));
	assert_false(server_host_is_ip(span_of("10.0.0.300")));
	assert_false(server_host_is_ip(span_of("app.local")));
	assert_false(server_host_is_ip(span_of("*")));
	assert_false(server_host_is_ip(span_of("/run/x")));
	assert_false(server_host_is_ip(span_make("10.0.0.1\0x", 10)));
}

static void addresses_that_haproxy_takes_pass(void **state)
{
	static const char *const good[] = {
		"10.0.0.1", "10.0.0.1:1", "10.0.0.1:65535", "10.0.0.1:+10", "10.0.0.1:-10",
		"[2001:db8::1]:80", "[2001:db8::1]", "2001:db8::1:80", "::1:80", "app.local:80",
		"app_1:80", "localhost", ":80", "*", "*:80", "0.0.0.0", "/run/app.sock",
		"unix@/run/app.sock", "unix@app.sock", "abns@app", "abnsz@app", "sockpair@5",
		"ipv4@10.0.0.1:80", "ipv6@::1:80", "tcp@app:80", "udp@10.0.0.1:514", "rhttp@",
	};
	struct err err = ERR_INIT;

	(void)state;
	for (size_t i = 0; i < N(good); i++)
		if (server_check_address(span_of(good[i]), &err) < 0)
			fail_msg("'%s': %s", good[i], err.text.bytes);
}

static void addresses_that_haproxy_refuses_are_refused(void **state)
{
	static const struct { const char *address, *says; } rows[] = {
		{ "", "the address is empty; try HOST:PORT" },
		{ "10.0.0.1:0", "port 0 is none" },
		{ "10.0.0.1:99999", "port '99999' is out of range; try 1 to 65535" },
		{ "10.0.0.1:65536", "port '65536' is out of range" },
		{ "10.0.0.1:+99999", "port '+99999' is out of range" },
		{ "10.0.0.1:http", "port 'http' is no number" },
		{ "10.0.0.1:80-90", "port '80-90' is no number" },
		{ "10.0.0.1:+", "port '+' is no number" },
		{ "10.0.0.1:--5", "port '--5' is no number" },
		{ "10.0.0.1:99999999999999999999", "is no number" },
		{ "10.0.0.300:80", "'10.0.0.300' is no IPv4 address" },
		{ "2001:db8::1", "write '[2001:db8::1]'" },
		{ "::1", "write '[::1]'" },
		{ "[::zz]:80", "'::zz' is no IPv6 address" },
		{ "app local:80", "neither an address nor a host name" },
		{ "app\nserver x:80", "control character" },
		{ "a..b:80", "neither an address nor a host name" },
		{ "${HOST}:80", "neither an address nor a host name" },
		{ "fd@3", "bind lines only" },
		{ "sockpair@x", "needs a number" },
		{ "unix@", "needs a name" },
		{ "carrier@pigeon", "'carrier@' is no address family" },
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		struct err err = ERR_INIT;

		if (server_check_address(span_of(rows[i].address), &err) == 0)
			fail_msg("'%s' passed", rows[i].address);
		assert_int_equal(err.code, ERR_USAGE);
		if (!strstr(err.text.bytes, rows[i].says))
			fail_msg("'%s': %s", rows[i].address, err.text.bytes);
		err_release(&err);
	}
}

static void names_have_haproxys_characters_only(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(name_check("server", span_of("Web_1.a:b-c"), &err), 0);
	assert_int_equal(name_check("server", span_of(""), &err), -1);
	assert_int_equal(err.code, ERR_USAGE);
	assert_int_equal(name_check("server", span_of("a b"), &err), -1);
	assert_int_equal(name_check("server", span_of("a/b"), &err), -1);
	assert_int_equal(name_check("server", span_of("caf\xc3\xa9"), &err), -1);
	assert_int_equal(name_check("backend", span_make("a\0b", 3), &err), -1);
	assert_non_null(strstr(err.text.bytes, "backend"));
	err_release(&err);
}

static int check_value(const char *keyword, const char *value, struct err *err)
{
	struct span span = span_of(value);

	return server_check_values(server_keyword_find(span_of(keyword)), &span, value != NULL,
				   err);
}

static void values_are_checked_against_their_range(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(check_value("weight", "256", &err), 0);
	assert_int_equal(check_value("weight", "0", &err), 0);
	assert_int_equal(check_value("weight", "257", &err), -1);
	assert_string_equal(err.text.bytes, "weight '257' is out of range; try 0 to 256");
	assert_int_equal(check_value("maxconn", "-5", &err), -1);
	assert_string_equal(err.text.bytes, "maxconn '-5' is out of range; try 0 or more");
	assert_int_equal(check_value("maxconn", "x", &err), -1);
	assert_string_equal(err.text.bytes, "maxconn 'x' is no number");
	assert_int_equal(check_value("port", "0", &err), -1);
	assert_int_equal(check_value("inter", "2s", &err), 0);
	assert_int_equal(check_value("inter", "2 parsecs", &err), -1);
	assert_int_equal(err.code, ERR_USAGE);
	assert_int_equal(check_value("inter", "0", &err), -1);
	assert_string_equal(err.text.bytes, "inter '0' is too short; try 1ms or more");
	assert_int_equal(check_value("slowstart", "0", &err), 0);
	assert_int_equal(check_value("verify", "none", &err), 0);
	assert_int_equal(check_value("verify", "maybe", &err), -1);
	assert_string_equal(err.text.bytes,
			    "verify cannot be 'maybe'; try one of: none required");
	assert_int_equal(check_value("cookie", "", &err), -1);
	assert_int_equal(check_value("cookie", "a\nb", &err), -1);
	assert_int_equal(check_value("check", "x", &err), -1);
	assert_string_equal(err.text.bytes, "'check' takes no value; 1 given");
	assert_int_equal(check_value("weight", NULL, &err), -1);
	assert_int_equal(check_value("weight", "x", NULL), -1);
	assert_int_equal(check_value("inter", "x", NULL), -1);
	err_release(&err);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_server_line_has_name_address_and_keywords),
		cmocka_unit_test(a_default_server_line_has_keywords_only),
		cmocka_unit_test(a_template_has_keywords_only),
		cmocka_unit_test(other_and_short_lines_are_no_servers),
		cmocka_unit_test(the_last_of_a_repeated_keyword_counts),
		cmocka_unit_test(a_later_opposite_takes_a_keyword_back),
		cmocka_unit_test(source_and_usesrc_are_keywords_of_their_own),
		cmocka_unit_test(an_unknown_keyword_takes_words_up_to_a_known_one),
		cmocka_unit_test(a_keyword_whose_value_is_missing_has_none),
		cmocka_unit_test(quotes_and_comments_are_haproxys),
		cmocka_unit_test(addresses_split_as_haproxy_splits_them),
		cmocka_unit_test(literal_addresses_are_told_from_names),
		cmocka_unit_test(addresses_that_haproxy_takes_pass),
		cmocka_unit_test(addresses_that_haproxy_refuses_are_refused),
		cmocka_unit_test(names_have_haproxys_characters_only),
		cmocka_unit_test(values_are_checked_against_their_range),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
