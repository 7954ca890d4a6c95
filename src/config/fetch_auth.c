/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fetches of the credentials that a request carries. */
#include <string.h>

#include "penstock/config/fetch.h"
#include "penstock/config/keyword.h"
#include "penstock/config/login.h"

struct credentials {
	struct span method, rest; /* "Basic", what follows it */
	struct span user, password;
	bool        basic; /* user and password are valid */
};

static void read_basic(struct scene *s, struct credentials *c)
{
	struct str  decoded = STR_INIT;
	struct span text;
	const char *colon;

	if (base64_read(&decoded, c->rest, false)) {
		text = arena_copy(s->arena, str_span(&decoded));
		colon = memchr(text.at, ':', text.len);
		if (colon) {
			c->user = span_make(text.at, (size_t)(colon - text.at));
			c->password = span_make(colon + 1, text.len - c->user.len - 1);
			c->basic = true;
		}
	}
	str_release(&decoded);
}

/* Before 2.5 a single blank ends the method, and only Basic is known. */
static bool is_before_bearer(const struct scene *s)
{
	unsigned version = s->surroundings ? s->surroundings->version : 0;

	return version && version < VERSION(2, 5);
}

/* The first value of Authorization.  NONE: there is none; UNKNOWN with why. */
static struct datum read_credentials(struct scene *s, struct credentials *c)
{
	static const struct span       name[] = { { "authorization", 13 } };
	const struct expression_call   call = { .args = name, .count = 1, .iterate = true };
	struct datum                   value = fetch_header(s, &call);
	const char                    *blank;

	memset(c, 0, sizeof(*c));
	if (value.type != DATUM_TEXT)
		return value;
	blank = value.text.len ? memchr(value.text.at, ' ', value.text.len) : NULL;
	if (!blank || blank == value.text.at)
		return datum_none();
	c->method = span_make(value.text.at, (size_t)(blank - value.text.at));
	c->rest = span_make(blank + 1, value.text.len - c->method.len - 1);
	if (!is_before_bearer(s))
		c->rest = span_trim(c->rest);
	if (span_same(c->method, span_of("Basic"))) {
		read_basic(s, c);
		return c->basic ? value : datum_none();
	}
	if (is_before_bearer(s) || !span_same(c->method, span_of("Bearer")))
		return datum_none();
	return value;
}

static struct datum check(struct scene *s, const struct expression_call *call,
			  struct credentials *c)
{
	const struct flat_section *list = flat_section(s->flat, SECTION_USERLIST,
						       call_arg(call, 0));
	struct datum value = read_credentials(s, c);
	const char  *why = NULL;
	enum truth   truth;

	if (value.type == DATUM_UNKNOWN || value.type == DATUM_NONE)
		return value;
	if (!c->basic || call->index)
		return datum_none();
	if (!list)
		return datum_unknown("there is no such userlist");
	truth = login_check(s->flat, list, c->user, c->password, &why);
	return truth == TRUTH_UNKNOWN ? datum_unknown(why) : datum_bool(truth == TRUTH_TRUE);
}

struct datum fetch_auth(struct scene *s, const struct expression_call *call)
{
	struct credentials c;

	return check(s, call, &c);
}

struct datum fetch_auth_group(struct scene *s, const struct expression_call *call)
{
	struct credentials c;
	struct datum       is = check(s, call, &c);

	if (is.type != DATUM_BOOL)
		return is;
	return is.number ? datum_text(c.user) : datum_none();
}

static struct datum part(struct scene *s, const struct expression_call *call,
			 struct credentials *c)
{
	struct datum value = read_credentials(s, c);

	return call->index ? datum_none() : value;
}

struct datum fetch_auth_user(struct scene *s, const struct expression_call *call)
{
	struct credentials c;
	struct datum       value = part(s, call, &c);

	return value.type == DATUM_TEXT ? (c.basic ? datum_text(c.user) : datum_none()) : value;
}

struct datum fetch_auth_pass(struct scene *s, const struct expression_call *call)
{
	struct credentials c;
	struct datum       value = part(s, call, &c);

	return value.type == DATUM_TEXT ? (c.basic ? datum_text(c.password) : datum_none())
					: value;
}

struct datum fetch_auth_type(struct scene *s, const struct expression_call *call)
{
	struct credentials c;
	struct datum       value = part(s, call, &c);

	return value.type == DATUM_TEXT ? datum_text(span_of(c.basic ? "Basic" : "Bearer"))
					: value;
}

struct datum fetch_auth_bearer(struct scene *s, const struct expression_call *call)
{
	struct credentials c;
	struct datum       value = part(s, call, &c);

	if (call->count)
		return datum_unknown("a bearer token of another header is not read on paper");
	return value.type == DATUM_TEXT ? (c.basic ? datum_none() : datum_text(c.rest)) : value;
}
