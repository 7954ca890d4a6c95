/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/config/listen_address.h"

#include <string.h>

#include "penstock/base/mem.h"
#include "penstock/config/server.h"

/* What may stand before an address (configuration manual, section 11). */
static const struct {
	const char *prefix;
	int         family; /* 0: as the address says */
	bool        datagram, local;
} prefix_table[] = {
	{ "abns@", 0, false, true },     { "abnsz@", 0, false, true },
	{ "ipv4@", 4, false, false },    { "ipv6@", 6, false, false },
	{ "mptcp4@", 4, false, false },  { "mptcp6@", 6, false, false },
	{ "mptcp@", 0, false, false },   { "quic4@", 4, true, false },
	{ "quic6@", 6, true, false },    { "quic@", 0, true, false },
	{ "tcp4@", 4, false, false },    { "tcp6@", 6, false, false },
	{ "tcp@", 0, false, false },     { "udp4@", 4, true, false },
	{ "udp6@", 6, true, false },     { "udp@", 0, true, false },
	{ "unix@", 0, false, true },     { "uxst@", 0, false, true },
};

/* Takes a prefix off; false when there is one that we do not know. */
static bool take_prefix(struct span *word, struct listen_address *address)
{
	if (!memchr(word->at, '@', word->len))
		return true;
	for (size_t i = 0; i < N(prefix_table); i++) {
		size_t len = strlen(prefix_table[i].prefix);

		if (!span_starts(*word, prefix_table[i].prefix))
			continue;
		*word = span_make(word->at + len, word->len - len);
		address->family = prefix_table[i].family;
		address->datagram = prefix_table[i].datagram;
		if (prefix_table[i].local)
			address->kind = LISTEN_LOCAL;
		return true;
	}
	return false;
}

static bool read_ports(struct span text, struct listen_address *address)
{
	struct span rest = text, low;

	address->port = text;
	if (!span_split(&rest, '-', &low) || !span_to_long(low, &address->low))
		return false;
	address->high = address->low;
	if (rest.at && !span_to_long(rest, &address->high))
		return false;
	return address->low >= 1 && address->high >= address->low && address->high <= 65535;
}

static bool is_any(struct span host)
{
	return !host.len || span_is(host, "*") || span_is(host, "0.0.0.0") || span_is(host, "::");
}

static void read_host(struct span host, struct listen_address *address)
{
	if (host.len >= 2 && host.at[0] == '[' && host.at[host.len - 1] == ']')
		host = span_make(host.at + 1, host.len - 2);
	address->host = host;
	address->any = is_any(host);
	if (address->family)
		return;
	if (host.len && memchr(host.at, ':', host.len))
		address->family = 6;
	else if (address->any || server_host_is_ip(host))
		address->family = 4;
}

bool listen_address_read(struct span word, struct listen_address *address)
{
	struct span whole = word;
	size_t      colon;

	*address = (struct listen_address){ .kind = LISTEN_IP };
	if (!word.len || !take_prefix(&word, address))
		return false;
	if (address->kind == LISTEN_LOCAL || (word.len && word.at[0] == '/')) {
		address->kind = LISTEN_LOCAL;
		address->host = span_starts(whole, "unix@") ? word : whole;
		return word.len > 0;
	}
	for (colon = word.len; colon > 0 && word.at[colon - 1] != ':'; colon--)
		;
	if (!colon)
		return false;
	read_host(span_make(word.at, colon - 1), address);
	return read_ports(span_make(word.at + colon, word.len - colon), address);
}

bool listen_address_is_private(const struct listen_address *address)
{
	return address->kind == LISTEN_LOCAL ||
	       (address->family == 4 && span_starts(address->host, "127.")) ||
	       span_is(address->host, "::1") || span_is(address->host, "localhost");
}

enum listen_overlap listen_address_compare(const struct listen_address *a,
					   const struct listen_address *b)
{
	if (a->kind != b->kind || a->datagram != b->datagram || a->family != b->family)
		return LISTEN_APART;
	if (a->kind == LISTEN_LOCAL)
		return span_equal(a->host, b->host) ? LISTEN_SAME : LISTEN_APART;
	if (a->low > b->high || b->low > a->high)
		return LISTEN_APART;
	if (a->any != b->any)
		return a->any ? LISTEN_WIDER : LISTEN_NARROWER;
	return a->any || span_equal(a->host, b->host) ? LISTEN_SAME : LISTEN_APART;
}
