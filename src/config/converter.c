/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of converters, with the short ones. */
#include "penstock/config/converter.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "penstock/base/mem.h"
#include "penstock/base/text.h"
#include "penstock/config/pattern.h"

static struct datum change_case(struct scene *s, struct datum in, char first, char last)
{
	struct span copy = arena_copy(s->arena, in.text);
	char       *bytes = (char *)copy.at;

	for (size_t i = 0; i < copy.len; i++)
		if (bytes[i] >= first && bytes[i] <= last)
			bytes[i] ^= 0x20;
	return datum_text(copy);
}

static struct datum lower(struct scene *s, struct datum in, const struct expression_step *step)
{
	(void)step;
	return change_case(s, in, 'A', 'Z');
}

static struct datum upper(struct scene *s, struct datum in, const struct expression_step *step)
{
	(void)step;
	return change_case(s, in, 'a', 'z');
}

static struct datum length(struct scene *s, struct datum in, const struct expression_step *step)
{
	(void)s, (void)step;
	return datum_int((int64_t)in.text.len);
}

static struct datum same_value(struct scene *s, struct datum in,
			       const struct expression_step *step)
{
	(void)s, (void)step;
	return in;
}

/* Outer bytes of the set are taken off. */
static struct span trim(struct span text, struct span set, bool left, bool right)
{
	while (left && text.len && set.len && memchr(set.at, text.at[0], set.len)) {
		text.at++;
		text.len--;
	}
	while (right && text.len && set.len && memchr(set.at, text.at[text.len - 1], set.len))
		text.len--;
	return text;
}

static struct datum ltrim(struct scene *s, struct datum in, const struct expression_step *step)
{
	(void)s;
	return datum_text(trim(in.text, step_arg(step, 0), true, false));
}

static struct datum rtrim(struct scene *s, struct datum in, const struct expression_step *step)
{
	(void)s;
	return datum_text(trim(in.text, step_arg(step, 0), false, true));
}

static struct datum cut_crlf(struct scene *s, struct datum in, const struct expression_step *step)
{
	(void)s, (void)step;
	for (size_t i = 0; i < in.text.len; i++)
		if (in.text.at[i] == '\r' || in.text.at[i] == '\n')
			in.text.len = i;
	return in;
}

static struct datum base64(struct scene *s, struct datum in, const struct expression_step *step)
{
	struct str out = STR_INIT;

	base64_write(&out, in.text, span_is(step->name, "ub64enc"));
	return text_result(s, &out);
}

static struct datum b64dec(struct scene *s, struct datum in, const struct expression_step *step)
{
	struct str   out = STR_INIT;
	struct datum datum = datum_none();

	if (base64_read(&out, in.text, span_is(step->name, "ub64dec")))
		return datum_bytes(text_result(s, &out).text);
	str_release(&out);
	return datum;
}

static struct datum hex(struct scene *s, struct datum in, const struct expression_step *step)
{
	struct str out = STR_INIT;

	(void)step;
	for (size_t i = 0; i < in.text.len; i++)
		str_addf(&out, "%02X", (unsigned char)in.text.at[i]);
	return text_result(s, &out);
}

static struct datum hex2i(struct scene *s, struct datum in, const struct expression_step *step)
{
	uint64_t value = 0;

	(void)s, (void)step;
	for (size_t i = 0; i < in.text.len; i++) {
		char c = in.text.at[i];

		if (!isxdigit((unsigned char)c))
			return datum_none();
		value = value << 4 | (uint64_t)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
	}
	return datum_int((int64_t)value);
}

/* An argument that is a number, or the variable of that name. */
static struct datum operand(struct scene *s, const struct expression_step *step, size_t index)
{
	struct span arg = step_arg(step, index);

	if (arg.len && (isdigit((unsigned char)arg.at[0]) || strchr("+-", arg.at[0])))
		return datum_int(number_prefix(arg));
	return datum_cast(s->arena, scene_variable(s, arg), DATUM_INT);
}

static struct datum bytes(struct scene *s, struct datum in, const struct expression_step *step)
{
	struct datum from = operand(s, step, 0), count = datum_int(INT64_MAX);

	if (step->count > 1)
		count = operand(s, step, 1);
	if (from.type != DATUM_INT || count.type != DATUM_INT)
		return from.type != DATUM_INT ? from : count;
	if (from.number < 0 || count.number < 0)
		return datum_none();
	if ((uint64_t)from.number >= in.text.len)
		return datum_bytes(span_of(""));
	in.text = span_make(in.text.at + from.number, in.text.len - (size_t)from.number);
	if ((uint64_t)count.number < in.text.len)
		in.text.len = (size_t)count.number;
	return in;
}

struct operation {
	const char *name;
	int64_t   (*apply)(int64_t a, int64_t b);
};

/* Unsigned arithmetic, so that what overflows wraps around. */
static int64_t op_add(int64_t a, int64_t b) { return (int64_t)((uint64_t)a + (uint64_t)b); }
static int64_t op_sub(int64_t a, int64_t b) { return (int64_t)((uint64_t)a - (uint64_t)b); }
static int64_t op_mul(int64_t a, int64_t b) { return (int64_t)((uint64_t)a * (uint64_t)b); }
static int64_t op_and(int64_t a, int64_t b) { return a & b; }
static int64_t op_or(int64_t a, int64_t b) { return a | b; }
static int64_t op_xor(int64_t a, int64_t b) { return a ^ b; }

static int64_t op_div(int64_t a, int64_t b)
{
	if (!b)
		return INT64_MAX;
	return a == INT64_MIN && b == -1 ? INT64_MAX : a / b;
}

static int64_t op_mod(int64_t a, int64_t b)
{
	if (!b)
		return INT64_MAX;
	return b == -1 ? 0 : a % b;
}

static const struct operation operations[] = {
	{ "add", op_add }, { "sub", op_sub }, { "mul", op_mul }, { "div", op_div },
	{ "mod", op_mod }, { "and", op_and }, { "or", op_or },   { "xor", op_xor },
};

static struct datum arithmetic(struct scene *s, struct datum in,
			       const struct expression_step *step)
{
	struct datum by = operand(s, step, 0);

	if (by.type != DATUM_INT)
		return by;
	for (size_t i = 0; i < N(operations); i++)
		if (span_is(step->name, operations[i].name))
			return datum_int(operations[i].apply(in.number, by.number));
	return datum_none();
}

static struct datum neg(struct scene *s, struct datum in, const struct expression_step *step)
{
	(void)s, (void)step;
	return datum_int(op_sub(0, in.number));
}

static struct datum cpl(struct scene *s, struct datum in, const struct expression_step *step)
{
	(void)s, (void)step;
	return datum_int(~in.number);
}

static struct datum boolean(struct scene *s, struct datum in, const struct expression_step *step)
{
	(void)s, (void)step;
	return datum_bool(in.number != 0);
}

static struct datum not(struct scene *s, struct datum in, const struct expression_step *step)
{
	(void)s, (void)step;
	return datum_bool(in.number == 0);
}

static struct datum odd(struct scene *s, struct datum in, const struct expression_step *step)
{
	(void)s, (void)step;
	return datum_bool(in.number & 1);
}

static struct datum even(struct scene *s, struct datum in, const struct expression_step *step)
{
	(void)s, (void)step;
	return datum_bool(!(in.number & 1));
}

static struct datum iif(struct scene *s, struct datum in, const struct expression_step *step)
{
	(void)s;
	return datum_text(step_arg(step, in.number ? 0 : 1));
}

static struct datum compare(struct scene *s, struct datum in, const struct expression_step *step)
{
	struct datum other = datum_cast(s->arena, scene_variable(s, step_arg(step, 0)),
					DATUM_TEXT);

	if (other.type != DATUM_TEXT)
		return other;
	return datum_int(span_compare(in.text, other.text));
}

static struct datum is_same(struct scene *s, struct datum in, const struct expression_step *step)
{
	struct datum order = compare(s, in, step);

	return order.type == DATUM_INT ? datum_bool(order.number == 0) : order;
}

/* Where the port of HOST:PORT begins, behind its colon; the length: it has none. */
static size_t port_at(struct span text)
{
	size_t i = text.len;

	while (i && isdigit((unsigned char)text.at[i - 1]))
		i--;
	return i && i < text.len && text.at[i - 1] == ':' ? i : text.len;
}

static struct datum host_only(struct scene *s, struct datum in,
			      const struct expression_step *step)
{
	size_t at = port_at(in.text);

	(void)s, (void)step;
	if (at < in.text.len)
		in.text.len = at - 1;
	return in;
}

static struct datum port_only(struct scene *s, struct datum in,
			      const struct expression_step *step)
{
	size_t at = port_at(in.text);

	(void)s, (void)step;
	return datum_int(number_prefix(span_make(in.text.at + at, in.text.len - at)));
}

static struct datum ipmask(struct scene *s, struct datum in, const struct expression_step *step)
{
	struct span     bits = step_arg(step, in.inet.v6 ? 1 : 0);
	struct inet_net net;

	if (in.inet.v6 && step->count < 2)
		return datum_none();
	if (!inet_parse_net(span_of(arena_format(s->arena, in.inet.v6 ? "::/%.*s" : "0.0.0.0/%.*s",
						 (int)bits.len, bits.at)), &net))
		return datum_none();
	for (size_t i = 0; i < (in.inet.v6 ? 16 : 4); i++)
		in.inet.bytes[i] &= net.mask[i];
	return in;
}

static struct datum set_variable(struct scene *s, struct datum in,
				 const struct expression_step *step)
{
	scene_set_variable(s, step_arg(step, 0), in);
	return in;
}

static struct datum unset_variable(struct scene *s, struct datum in,
				   const struct expression_step *step)
{
	scene_set_variable(s, step_arg(step, 0), datum_none());
	return in;
}

/* "map", "map_beg", "map_str_int": the match in the middle, what it gives last. */
static enum match_kind map_kind(struct span name)
{
	struct span             rest = name, part;
	const struct match_def *def = NULL;

	span_split(&rest, '_', &part);
	if (span_split(&rest, '_', &part))
		def = match_find(span_is(part, "regm") ? span_of("reg") : part);
	return def ? def->kind : MATCH_STR;
}

enum datum_type map_out_type(struct span name)
{
	struct span rest = name, part;
	size_t      parts = 0;

	while (span_split(&rest, '_', &part))
		parts++;
	if (parts < 3)
		return DATUM_TEXT;
	return span_is(part, "int") ? DATUM_INT : span_is(part, "ip") ? DATUM_ADDRESS : DATUM_TEXT;
}

struct datum convert_map(struct scene *s, struct datum in, const struct expression_step *step)
{
	enum match_kind    kind = map_kind(step->name);
	struct span        content, value = { "", 0 };
	struct regex_match groups;
	struct str         expanded = STR_INIT;
	const char        *why = NULL;
	enum truth         found;
	const struct surroundings *around = s->surroundings;

	if (!around->file || !around->file(around->data, step_arg(step, 0), &content))
		return datum_unknown(arena_format(s->arena, "the file '%.*s' is not there",
						  (int)step_arg(step, 0).len,
						  step_arg(step, 0).at));
	/* What cannot be looked up at all does not get the default either. */
	in = datum_cast(s->arena, in, match_of(kind)->expects);
	if (in.type == DATUM_NONE)
		return in;
	found = map_lookup(s, kind, content, in, &value, &groups, &why);
	if (found == TRUTH_UNKNOWN)
		return datum_unknown(why);
	if (found == TRUTH_FALSE && step->count < 2)
		return datum_none();
	if (found == TRUTH_FALSE)
		value = step_arg(step, 1);
	else if (span_is(step->name, "map_regm")) {
		regex_expand(value, in.text, &groups, &expanded);
		return text_result(s, &expanded);
	}
	return datum_cast(s->arena, datum_text(value), map_out_type(step->name));
}

#define HASH   "hashes are not computed on paper"
#define TABLE  "it depends on the content of a stick table"
#define TIME   "it depends on the time"
#define NO_WAY "it is not computed on paper"

/* The first row that fits counts: families come last. */
const struct converter_def converter_table[] = {
	{ "lower",     DATUM_TEXT,    DATUM_TEXT,    lower,            NULL },
	{ "upper",     DATUM_TEXT,    DATUM_TEXT,    upper,            NULL },
	{ "length",    DATUM_TEXT,    DATUM_INT,     length,           NULL },
	{ "field",     DATUM_TEXT,    DATUM_TEXT,    convert_field,    NULL },
	{ "word",      DATUM_TEXT,    DATUM_TEXT,    convert_word,     NULL },
	{ "regsub",    DATUM_TEXT,    DATUM_TEXT,    convert_regsub,   NULL },
	{ "url_dec",   DATUM_TEXT,    DATUM_TEXT,    convert_url_dec,  NULL },
	{ "url_enc",   DATUM_TEXT,    DATUM_TEXT,    convert_url_enc,  NULL },
	{ "concat",    DATUM_TEXT,    DATUM_TEXT,    convert_concat,   NULL },
	{ "add_item",  DATUM_TEXT,    DATUM_TEXT,    convert_add_item, NULL },
	{ "ltrim",     DATUM_TEXT,    DATUM_TEXT,    ltrim,            NULL },
	{ "rtrim",     DATUM_TEXT,    DATUM_TEXT,    rtrim,            NULL },
	{ "cut_crlf",  DATUM_TEXT,    DATUM_TEXT,    cut_crlf,         NULL },
	{ "bytes",     DATUM_BYTES,   DATUM_BYTES,   bytes,            NULL },
	{ "base64",    DATUM_BYTES,   DATUM_TEXT,    base64,           NULL },
	{ "ub64enc",   DATUM_BYTES,   DATUM_TEXT,    base64,           NULL },
	{ "b64dec",    DATUM_TEXT,    DATUM_BYTES,   b64dec,           NULL },
	{ "ub64dec",   DATUM_TEXT,    DATUM_BYTES,   b64dec,           NULL },
	{ "hex",       DATUM_BYTES,   DATUM_TEXT,    hex,              NULL },
	{ "hex2i",     DATUM_TEXT,    DATUM_INT,     hex2i,            NULL },
	{ "add",       DATUM_INT,     DATUM_INT,     arithmetic,       NULL },
	{ "sub",       DATUM_INT,     DATUM_INT,     arithmetic,       NULL },
	{ "mul",       DATUM_INT,     DATUM_INT,     arithmetic,       NULL },
	{ "div",       DATUM_INT,     DATUM_INT,     arithmetic,       NULL },
	{ "mod",       DATUM_INT,     DATUM_INT,     arithmetic,       NULL },
	{ "and",       DATUM_INT,     DATUM_INT,     arithmetic,       NULL },
	{ "or",        DATUM_INT,     DATUM_INT,     arithmetic,       NULL },
	{ "xor",       DATUM_INT,     DATUM_INT,     arithmetic,       NULL },
	{ "neg",       DATUM_INT,     DATUM_INT,     neg,              NULL },
	{ "cpl",       DATUM_INT,     DATUM_INT,     cpl,              NULL },
	{ "bool",      DATUM_INT,     DATUM_BOOL,    boolean,          NULL },
	{ "not",       DATUM_INT,     DATUM_BOOL,    not,              NULL },
	{ "odd",       DATUM_INT,     DATUM_BOOL,    odd,              NULL },
	{ "even",      DATUM_INT,     DATUM_BOOL,    even,             NULL },
	{ "iif",       DATUM_BOOL,    DATUM_TEXT,    iif,              NULL },
	{ "strcmp",    DATUM_TEXT,    DATUM_INT,     compare,          NULL },
	{ "secure_memcmp", DATUM_TEXT, DATUM_BOOL,   is_same,          NULL },
	{ "host_only", DATUM_TEXT,    DATUM_TEXT,    host_only,        NULL },
	{ "port_only", DATUM_TEXT,    DATUM_INT,     port_only,        NULL },
	{ "ipmask",    DATUM_ADDRESS, DATUM_ADDRESS, ipmask,           NULL },
	{ "debug",     DATUM_ANY,     DATUM_ANY,     same_value,       NULL },
	{ "capture-req", DATUM_TEXT,  DATUM_TEXT,    same_value,       NULL },
	{ "set-var",   DATUM_ANY,     DATUM_ANY,     set_variable,     NULL },
	{ "unset-var", DATUM_ANY,     DATUM_ANY,     unset_variable,   NULL },
	{ "map",       DATUM_ANY,     DATUM_TEXT,    convert_map,      NULL },
	{ "map_*",     DATUM_ANY,     DATUM_TEXT,    convert_map,      NULL },
	{ "crc32",     DATUM_BYTES,   DATUM_INT,     NULL, HASH },
	{ "crc32c",    DATUM_BYTES,   DATUM_INT,     NULL, HASH },
	{ "djb2",      DATUM_BYTES,   DATUM_INT,     NULL, HASH },
	{ "sdbm",      DATUM_BYTES,   DATUM_INT,     NULL, HASH },
	{ "wt6",       DATUM_BYTES,   DATUM_INT,     NULL, HASH },
	{ "xxh*",      DATUM_BYTES,   DATUM_INT,     NULL, HASH },
	{ "sha*",      DATUM_BYTES,   DATUM_BYTES,   NULL, HASH },
	{ "digest",    DATUM_BYTES,   DATUM_BYTES,   NULL, HASH },
	{ "hmac",      DATUM_BYTES,   DATUM_BYTES,   NULL, HASH },
	{ "in_table",  DATUM_ANY,     DATUM_BOOL,    NULL, TABLE },
	{ "table_*",   DATUM_ANY,     DATUM_INT,     NULL, TABLE },
	{ "ltime",     DATUM_INT,     DATUM_TEXT,    NULL, TIME },
	{ "utime",     DATUM_INT,     DATUM_TEXT,    NULL, TIME },
	{ "http_date", DATUM_INT,     DATUM_TEXT,    NULL, TIME },
	{ "json",      DATUM_TEXT,    DATUM_TEXT,    NULL, NO_WAY },
	{ "json_query", DATUM_TEXT,   DATUM_ANY,     NULL, NO_WAY },
	{ "language",  DATUM_TEXT,    DATUM_TEXT,    NULL, NO_WAY },
	{ "jwt_*",     DATUM_TEXT,    DATUM_ANY,     NULL, NO_WAY },
};
const size_t converter_table_count = N(converter_table);

const struct converter_def *converter_find(struct span name)
{
	for (size_t i = 0; i < converter_table_count; i++)
		if (text_glob(span_of(converter_table[i].name), name))
			return &converter_table[i];
	return NULL;
}
