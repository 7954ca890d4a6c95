/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/config/inet.h"

#include <arpa/inet.h>
#include <string.h>

static unsigned length(const struct inet *inet)
{
	return inet->v6 ? 16 : 4;
}

bool inet_parse(struct span text, struct inet *inet)
{
	char copy[INET6_ADDRSTRLEN + 1];

	memset(inet, 0, sizeof(*inet));
	if (!text.len || text.len >= sizeof(copy) || memchr(text.at, 0, text.len))
		return false;
	memcpy(copy, text.at, text.len);
	copy[text.len] = '\0';
	inet->v6 = memchr(copy, ':', text.len) != NULL;
	return inet_pton(inet->v6 ? AF_INET6 : AF_INET, copy, inet->bytes) == 1;
}

static void set_mask(struct inet_net *net, unsigned bits)
{
	net->bits = bits;
	for (unsigned i = 0; i < bits; i++)
		net->mask[i / 8] |= (unsigned char)(0x80 >> i % 8);
}

static unsigned count_bits(const unsigned char *mask)
{
	unsigned bits = 0;

	for (unsigned i = 0; i < 32; i++)
		bits += mask[i / 8] >> (7 - i % 8) & 1;
	return bits;
}

bool inet_parse_net(struct span text, struct inet_net *net)
{
	const char *slash = memchr(text.at, '/', text.len);
	struct span host = text, mask = { "", 0 };
	struct inet dotted;
	long        bits;

	memset(net, 0, sizeof(*net));
	if (slash) {
		host.len = (size_t)(slash - text.at);
		mask = span_make(slash + 1, text.len - host.len - 1);
	}
	if (!inet_parse(host, &net->address))
		return false;
	if (!slash) {
		set_mask(net, length(&net->address) * 8);
	} else if (span_to_long(mask, &bits)) {
		if (bits < 0 || bits > (long)length(&net->address) * 8)
			return false;
		set_mask(net, (unsigned)bits);
	} else {
		if (net->address.v6 || !inet_parse(mask, &dotted) || dotted.v6)
			return false;
		memcpy(net->mask, dotted.bytes, 4);
		net->bits = count_bits(net->mask);
	}
	return true;
}

void inet_format(const struct inet *inet, struct str *out)
{
	char text[INET6_ADDRSTRLEN];

	if (inet_ntop(inet->v6 ? AF_INET6 : AF_INET, inet->bytes, text, sizeof(text)))
		str_add_text(out, text);
}

struct inet inet_to_v6(const struct inet *inet)
{
	struct inet mapped = { .v6 = true };

	if (inet->v6)
		return *inet;
	memset(mapped.bytes + 10, 0xff, 2);
	memcpy(mapped.bytes + 12, inet->bytes, 4);
	return mapped;
}

bool inet_to_v4(const struct inet *inet, struct inet *v4)
{
	static const unsigned char zeroes[10];
	const unsigned char       *b = inet->bytes;

	*v4 = (struct inet){ .v6 = false };
	if (!inet->v6) {
		*v4 = *inet;
		return true;
	}
	if (!memcmp(b, zeroes, 10) && ((!b[10] && !b[11]) || (b[10] == 0xff && b[11] == 0xff))) {
		memcpy(v4->bytes, b + 12, 4);
		return true;
	}
	if (b[0] == 0x20 && b[1] == 0x02) {
		memcpy(v4->bytes, b + 2, 4);
		return true;
	}
	return false;
}

static bool within(const unsigned char *bytes, const struct inet_net *net)
{
	for (unsigned i = 0; i < length(&net->address); i++)
		if ((bytes[i] ^ net->address.bytes[i]) & net->mask[i])
			return false;
	return true;
}

bool inet_in(const struct inet *inet, const struct inet_net *net)
{
	struct inet other;

	if (inet->v6 == net->address.v6)
		return within(inet->bytes, net);
	if (net->address.v6) {
		other = inet_to_v6(inet);
		return within(other.bytes, net);
	}
	return inet_to_v4(inet, &other) && within(other.bytes, net);
}

void inet_mask(struct inet *inet, unsigned bits)
{
	for (unsigned i = bits; i < length(inet) * 8; i++)
		inet->bytes[i / 8] &= (unsigned char)~(0x80 >> i % 8);
}

bool inet_is_any(const struct inet *inet)
{
	static const unsigned char zeroes[16];

	return !memcmp(inet->bytes, zeroes, length(inet));
}

bool inet_is_loopback(const struct inet *inet)
{
	static const unsigned char one[16] = { [15] = 1 };

	return inet->v6 ? !memcmp(inet->bytes, one, 16) : inet->bytes[0] == 127;
}

bool inet_equal(const struct inet *a, const struct inet *b)
{
	return a->v6 == b->v6 && !memcmp(a->bytes, b->bytes, length(a));
}
