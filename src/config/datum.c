/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/config/datum.h"

#include <inttypes.h>
#include <string.h>

struct datum datum_none(void)
{
	return (struct datum){ .type = DATUM_NONE };
}

struct datum datum_unknown(const char *why)
{
	return (struct datum){ .type = DATUM_UNKNOWN, .why = why };
}

struct datum datum_bool(bool value)
{
	return (struct datum){ .type = DATUM_BOOL, .number = value };
}

struct datum datum_int(int64_t value)
{
	return (struct datum){ .type = DATUM_INT, .number = value };
}

struct datum datum_inet(struct inet inet)
{
	return (struct datum){ .type = DATUM_ADDRESS, .inet = inet };
}

struct datum datum_text(struct span text)
{
	return (struct datum){ .type = DATUM_TEXT, .text = text };
}

struct datum datum_bytes(struct span bytes)
{
	return (struct datum){ .type = DATUM_BYTES, .text = bytes };
}

int64_t number_prefix(struct span text)
{
	bool     negative = text.len && text.at[0] == '-';
	size_t   i = negative || (text.len && text.at[0] == '+');
	uint64_t value = 0;

	for (; i < text.len && text.at[i] >= '0' && text.at[i] <= '9'; i++) {
		if (value > (uint64_t)INT64_MAX / 10 - 1)
			return negative ? INT64_MIN : INT64_MAX;
		value = value * 10 + (uint64_t)(text.at[i] - '0');
	}
	return negative ? -(int64_t)value : (int64_t)value;
}

static bool is_number(const struct datum *datum)
{
	return datum->type == DATUM_BOOL || datum->type == DATUM_INT;
}

static bool is_text(const struct datum *datum)
{
	return datum->type == DATUM_TEXT || datum->type == DATUM_BYTES ||
	       datum->type == DATUM_METHOD;
}

static struct datum to_text(struct arena *arena, struct datum datum)
{
	struct str   out = STR_INIT;
	struct datum text;

	if (is_text(&datum)) {
		const char *nul = datum.type == DATUM_BYTES && datum.text.len
					  ? memchr(datum.text.at, 0, datum.text.len)
					  : NULL;

		if (nul)
			datum.text.len = (size_t)(nul - datum.text.at);
		return datum_text(datum.text);
	}
	if (is_number(&datum))
		str_addf(&out, "%" PRId64, datum.number);
	else
		inet_format(&datum.inet, &out);
	text = datum_text(arena_copy(arena, str_span(&out)));
	str_release(&out);
	return text;
}

static struct datum to_bytes(struct arena *arena, struct datum datum)
{
	unsigned char bytes[8];

	if (is_text(&datum))
		return datum_bytes(datum.text);
	if (datum.type == DATUM_ADDRESS)
		return datum_bytes(arena_copy(arena, span_make((const char *)datum.inet.bytes,
							       datum.inet.v6 ? 16 : 4)));
	for (int i = 0; i < 8; i++)
		bytes[i] = (unsigned char)((uint64_t)datum.number >> (56 - 8 * i));
	return datum_bytes(arena_copy(arena, span_make((const char *)bytes, 8)));
}

static struct datum to_address(struct datum datum)
{
	struct inet inet = { .v6 = false };

	if (datum.type == DATUM_INT) {
		for (int i = 0; i < 4; i++)
			inet.bytes[i] = (unsigned char)((uint64_t)datum.number >> (24 - 8 * i));
		return datum_inet(inet);
	}
	if (datum.type == DATUM_TEXT && inet_parse(datum.text, &inet))
		return datum_inet(inet);
	return datum_none();
}

static struct datum to_number(struct datum datum, enum datum_type to)
{
	if (is_number(&datum)) {
		datum.type = to;
		return datum;
	}
	if (datum.type == DATUM_TEXT && datum.text.len) {
		datum = datum_int(number_prefix(datum.text));
		datum.type = to;
		return datum;
	}
	if (datum.type == DATUM_ADDRESS && !datum.inet.v6 && to == DATUM_INT) {
		const unsigned char *b = datum.inet.bytes;

		return datum_int((int64_t)b[0] << 24 | b[1] << 16 | b[2] << 8 | b[3]);
	}
	return datum_none();
}

struct datum datum_cast(struct arena *arena, struct datum datum, enum datum_type to)
{
	if (datum.type == to || to == DATUM_ANY || datum.type == DATUM_NONE ||
	    datum.type == DATUM_UNKNOWN)
		return datum;
	switch (to) {
	case DATUM_BOOL:
	case DATUM_INT:
		return to_number(datum, to);
	case DATUM_ADDRESS:
		return to_address(datum);
	case DATUM_TEXT:
		return to_text(arena, datum);
	case DATUM_BYTES:
		return to_bytes(arena, datum);
	case DATUM_METHOD:
		if (!is_text(&datum))
			return datum_none();
		datum.type = DATUM_METHOD;
		return datum;
	default:
		return datum_none();
	}
}
