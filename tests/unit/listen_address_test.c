/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Addresses of bind lines, and which of them get into each other's way. */
#include "unit.h"

#include "penstock/config/listen_address.h"

static struct listen_address read_good(const char *text)
{
	struct listen_address address;

	if (!listen_address_read(span_of(text), &address))
		fail_msg("'%s' is no address", text);
	return address;
}

static void assert_address(const char *text, int family, const char *host, long low, long high)
{
	struct listen_address address = read_good(text);

	assert_int_equal(address.kind, LISTEN_IP);
	assert_int_equal(address.family, family);
	if (!span_is(address.host, host))
		fail_msg("'%s' is on '%.*s'", text, (int)address.host.len, address.host.at);
	assert_int_equal(address.low, low);
	assert_int_equal(address.high, high);
}

static void addresses_are_read_in_all_their_forms(void **state)
{
	(void)state;
	assert_address(":80", 4, "", 80, 80);
	assert_address("*:80-90", 4, "*", 80, 90);
	assert_address("10.0.0.1:80", 4, "10.0.0.1", 80, 80);
	assert_address("[::1]:80", 6, "::1", 80, 80);
	assert_address(":::80", 6, "::", 80, 80);
	assert_address("2001:db8::1:443", 6, "2001:db8::1", 443, 443);
	assert_address("ipv6@:80", 6, "", 80, 80);
	assert_address("quic4@:443", 4, "", 443, 443);
	assert_address("app.example:80", 0, "app.example", 80, 80);
	assert_int_equal(read_good("/run/x.sock").kind, LISTEN_LOCAL);
	assert_int_equal(read_good("abns@x").kind, LISTEN_LOCAL);
}

static void what_is_no_address_is_refused(void **state)
{
	static const char *const texts[] = { "", "80", "fd@3", "sockpair@4", "rhttp@b/s", ":",
					     ":0", ":65536", ":90-80", ":x", "unix@", ":80-" };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct listen_address address;

		if (listen_address_read(span_of(texts[i]), &address))
			fail_msg("'%s' was taken for an address", texts[i]);
	}
}

static void only_this_machine_reaches_private_ones(void **state)
{
	struct listen_address open = read_good("10.0.0.1:80"), any = read_good(":80");
	struct listen_address loop = read_good("127.0.0.9:80"), six = read_good("[::1]:80");
	struct listen_address local = read_good("/run/x");

	(void)state;
	assert_false(listen_address_is_private(&open));
	assert_false(listen_address_is_private(&any));
	assert_true(listen_address_is_private(&loop));
	assert_true(listen_address_is_private(&six));
	assert_true(listen_address_is_private(&local));
}

static void assert_overlap(const char *a, const char *b, enum listen_overlap wanted)
{
	struct listen_address left = read_good(a), right = read_good(b);

	if (listen_address_compare(&left, &right) != wanted)
		fail_msg("'%s' and '%s'", a, b);
}

static void addresses_overlap_by_host_and_ports(void **state)
{
	(void)state;
	assert_overlap(":80", "*:80", LISTEN_SAME);
	assert_overlap("0.0.0.0:80", "ipv4@:80", LISTEN_SAME);
	assert_overlap(":80", "10.0.0.1:80", LISTEN_WIDER);
	assert_overlap("10.0.0.1:80", ":80", LISTEN_NARROWER);
	assert_overlap("10.0.0.1:80-90", "10.0.0.1:85", LISTEN_SAME);
	assert_overlap("10.0.0.1:80", "10.0.0.1:81", LISTEN_APART);
	assert_overlap("10.0.0.1:80", "10.0.0.2:80", LISTEN_APART);
	assert_overlap(":80", "[::]:80", LISTEN_APART);
	assert_overlap(":443", "quic4@:443", LISTEN_APART);
	assert_overlap("/run/x", "unix@/run/x", LISTEN_SAME);
	assert_overlap("/run/x", "abns@/run/x", LISTEN_APART);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_are_read_in_all_their_forms),
		cmocka_unit_test(what_is_no_address_is_refused),
		cmocka_unit_test(only_this_machine_reaches_private_ones),
		cmocka_unit_test(addresses_overlap_by_host_and_ports),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
