/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fetches of the request: its line, headers, cookies and parameters. */
#include <string.h>

#include "penstock/config/fetch.h"

/* Several values of one fetch, in the order of the request. */
struct values {
	VEC(struct span) list;
};

/*
 * The one that is wanted: for an acl that at call->index, else occurrence
 * `occurrence` from 1, or from the end when negative; 0: `usual` (-1 or 1).
 */
static struct datum pick(struct values *values, const struct expression_call *call,
			 int64_t occurrence, int usual)
{
	int64_t      count = (int64_t)values->list.count, at;
	struct datum datum = datum_none();

	if (!occurrence && call->iterate)
		at = (int64_t)call->index;
	else if (call->index)
		at = -1; /* one occurrence is one value */
	else if ((occurrence ? occurrence : usual) < 0)
		at = count + (occurrence ? occurrence : usual);
	else
		at = (occurrence ? occurrence : usual) - 1;
	if (at >= 0 && at < count)
		datum = datum_text(values->list.items[at]);
	vec_release(&values->list);
	return datum;
}

static struct span trim_blanks(struct span text)
{
	while (text.len && strchr(" \t", text.at[0]) && text.at[0]) {
		text.at++;
		text.len--;
	}
	while (text.len && strchr(" \t", text.at[text.len - 1]) && text.at[text.len - 1])
		text.len--;
	return text;
}

/* How far a value reaches: up to one of these bytes that is not quoted. */
static size_t value_length(struct span text, const char *ends)
{
	bool quoted = false;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.at[i];

		if (quoted && c == '\\')
			i++;
		else if (c == '"')
			quoted = !quoted;
		else if (!quoted && c && strchr(ends, c))
			return i;
	}
	return text.len;
}

static void split_commas(struct values *values, struct span text)
{
	for (;;) {
		size_t len;

		text = trim_blanks(text);
		len = value_length(text, ",");
		*vec_push(&values->list) = trim_blanks(span_make(text.at, len));
		if (len == text.len)
			return;
		text = span_make(text.at + len + 1, text.len - len - 1);
	}
}

/* All values of the header of that name; empty: of all. */
static void collect_headers(const struct request *request, struct span name, bool whole,
			    struct values *values)
{
	for (size_t i = 0; i < request->headers.count; i++) {
		const struct header *header = &request->headers.items[i];

		if (name.len && !span_same(header->name, name))
			continue;
		if (whole)
			*vec_push(&values->list) = trim_blanks(header->value);
		else
			split_commas(values, header->value);
	}
}

/* A reason why what the request says cannot be told here, or NULL. */
static const char *obscure(const struct scene *s, enum doubt_kind kind, struct span name)
{
	if (!s->http)
		return "what a connection in mode tcp carries is not looked into";
	return request_doubt(s->request, kind, name);
}

static struct datum header_value(struct scene *s, const struct expression_call *call, bool whole)
{
	struct span   name = call_arg(call, 0);
	const char   *why = obscure(s, DOUBT_HEADER, name);
	struct values values = { VEC_INIT };

	if (why)
		return datum_unknown(why);
	collect_headers(s->request, name, whole, &values);
	return pick(&values, call, number_prefix(call_arg(call, 1)), -1);
}

struct datum fetch_header(struct scene *s, const struct expression_call *call)
{
	return header_value(s, call, false);
}

struct datum fetch_full_header(struct scene *s, const struct expression_call *call)
{
	return header_value(s, call, true);
}

static struct datum header_count(struct scene *s, const struct expression_call *call, bool whole)
{
	struct span   name = call_arg(call, 0);
	const char   *why = obscure(s, DOUBT_HEADER, name);
	struct values values = { VEC_INIT };
	size_t        count;

	if (why)
		return datum_unknown(why);
	collect_headers(s->request, name, whole, &values);
	count = values.list.count;
	vec_release(&values.list);
	return call->index ? datum_none() : datum_int((int64_t)count);
}

struct datum fetch_header_count(struct scene *s, const struct expression_call *call)
{
	return header_count(s, call, false);
}

struct datum fetch_full_header_count(struct scene *s, const struct expression_call *call)
{
	return header_count(s, call, true);
}

/* The number that HAProxy reads from a header: it stops at what is above '9', and
 * takes what is below '0' for a negative digit. */
static struct datum as_number(struct datum datum)
{
	bool     negative;
	uint32_t value = 0;

	if (datum.type != DATUM_TEXT)
		return datum;
	negative = datum.text.len && datum.text.at[0] == '-';
	for (size_t i = negative; i < datum.text.len; i++) {
		int digit = (signed char)datum.text.at[i] - '0';

		if (digit > 9)
			break;
		value = value * 10 + (uint32_t)(negative ? -digit : digit);
	}
	return datum_int((int32_t)value);
}

struct datum fetch_header_value(struct scene *s, const struct expression_call *call)
{
	return as_number(fetch_header(s, call));
}

/* An address alone, or one of IPv4 with a port behind it. */
static struct datum address_of(struct span text)
{
	const char *colon = text.len ? memchr(text.at, ':', text.len) : NULL;
	struct inet inet;
	struct span host = text;
	long        port;

	if (inet_parse(text, &inet))
		return datum_inet(inet);
	if (!colon)
		return datum_none();
	host.len = (size_t)(colon - text.at);
	if (inet_parse(host, &inet) && !inet.v6 &&
	    span_to_long(span_make(colon + 1, text.len - host.len - 1), &port) && port >= 0 &&
	    port <= 65535)
		return datum_inet(inet);
	return datum_none();
}

struct datum fetch_header_ip(struct scene *s, const struct expression_call *call)
{
	struct expression_call each = *call;
	bool                   all = call->iterate && !number_prefix(call_arg(call, 1));
	size_t                 skip = call->index;
	struct datum           datum, inet;

	if (!all) {
		datum = fetch_header(s, call);
		return datum.type == DATUM_TEXT ? address_of(datum.text) : datum;
	}
	/* Values that are no addresses do not count. */
	for (each.index = 0;; each.index++) {
		datum = fetch_header(s, &each);
		if (datum.type != DATUM_TEXT)
			return datum;
		inet = address_of(datum.text);
		if (inet.type == DATUM_ADDRESS && !skip--)
			return inet;
	}
}

struct datum fetch_header_names(struct scene *s, const struct expression_call *call)
{
	const char  *why = obscure(s, DOUBT_HEADER, span_of(""));
	struct span  separator = call_arg(call, 0);
	struct str   names = STR_INIT;
	struct datum datum;

	if (why)
		return datum_unknown(why);
	for (size_t i = 0; i < s->request->headers.count; i++) {
		struct span name = s->request->headers.items[i].name;

		if (i)
			str_add_char(&names, separator.len ? separator.at[0] : ',');
		for (size_t j = 0; j < name.len; j++)
			str_add_char(&names, (char)(name.at[j] >= 'A' && name.at[j] <= 'Z'
							    ? name.at[j] | 0x20 : name.at[j]));
	}
	datum = call->index ? datum_none() : datum_text(arena_copy(s->arena, str_span(&names)));
	str_release(&names);
	return datum;
}

/* `NAME = VALUE` up to ; or , : false when the part has no =. */
static bool split_pair(struct span *text, struct span *name, struct span *value)
{
	size_t end = 0, len;

	*text = trim_blanks(*text);
	while (end < text->len && !(text->at[end] && strchr("=;,", text->at[end])))
		end++;
	*name = trim_blanks(span_make(text->at, end));
	*text = span_make(text->at + end, text->len - end);
	if (!text->len || text->at[0] != '=')
		return false;
	*value = trim_blanks(span_make(text->at + 1, text->len - 1));
	len = value_length(*value, ";,");
	text->len = (size_t)(text->at + text->len - value->at) - len;
	text->at = value->at + len;
	*value = trim_blanks(span_make(value->at, len));
	return true;
}

static void collect_cookies(struct span header, struct span name, struct values *values)
{
	while (header.len > name.len + 1) {
		struct span key, value;

		if (split_pair(&header, &key, &value) && !(key.len && key.at[0] == '$') &&
		    (!name.len || span_equal(key, name)))
			*vec_push(&values->list) = value;
		if (header.len) { /* what ended it */
			header.at++;
			header.len--;
		}
	}
}

static const char *cookies_of(struct scene *s, const struct expression_call *call,
			      struct values *values)
{
	const char   *why = obscure(s, DOUBT_HEADER, span_of("cookie"));
	struct values headers = { VEC_INIT };

	if (why)
		return why;
	collect_headers(s->request, span_of("cookie"), false, &headers);
	for (size_t i = 0; i < headers.list.count; i++)
		collect_cookies(headers.list.items[i], call_arg(call, 0), values);
	vec_release(&headers.list);
	return NULL;
}

struct datum fetch_cookie(struct scene *s, const struct expression_call *call)
{
	struct values values = { VEC_INIT };
	const char   *why = cookies_of(s, call, &values);

	if (why)
		return datum_unknown(why);
	return pick(&values, call, 0, call_arg(call, 0).len ? -1 : 1);
}

struct datum fetch_cookie_count(struct scene *s, const struct expression_call *call)
{
	struct values values = { VEC_INIT };
	const char   *why = cookies_of(s, call, &values);
	size_t        count = values.list.count;

	vec_release(&values.list);
	if (why)
		return datum_unknown(why);
	return call->index ? datum_none() : datum_int((int64_t)count);
}

struct datum fetch_cookie_value(struct scene *s, const struct expression_call *call)
{
	return as_number(fetch_cookie(s, call));
}

static bool ends_parameter(char c, char delimiter)
{
	return c == '&' || c == ';' || c == delimiter;
}

static size_t parameter_end(struct span text, size_t at, char delimiter)
{
	while (at < text.len && !ends_parameter(text.at[at], delimiter))
		at++;
	return at;
}

/* Where the name stands at or after `at`, or SIZE_MAX. */
static size_t find_parameter(struct span text, size_t at, struct span name, bool ignore_case,
			     char delimiter)
{
	while (at + name.len < text.len) {
		struct span here = span_make(text.at + at, name.len);

		if (text.at[at + name.len] == '=') {
			if (ignore_case ? span_same(here, name) : span_equal(here, name))
				return at;
			at += name.len + 1;
		}
		at = parameter_end(text, at, delimiter) + 1;
	}
	return SIZE_MAX;
}

static void collect_parameters(struct span text, struct span name, bool ignore_case,
			       char delimiter, struct values *values)
{
	size_t at = 0, start;

	while (at < text.len) {
		if (name.len) {
			at = find_parameter(text, at, name, ignore_case, delimiter);
			if (at == SIZE_MAX)
				return;
			start = at + name.len + 1;
		} else {
			const char *equal = memchr(text.at + at, '=', text.len - at);

			if (!equal)
				return;
			start = (size_t)(equal - text.at) + 1;
		}
		at = parameter_end(text, start, delimiter);
		*vec_push(&values->list) = span_make(text.at + start, at - start);
	}
}

struct datum fetch_parameter(struct scene *s, const struct expression_call *call)
{
	const char   *why = obscure(s, DOUBT_URI, span_of(""));
	struct span   separator = call_arg(call, 1), uri = s->request->uri;
	char          delimiter = separator.len ? separator.at[0] : '?';
	const char   *list = memchr(uri.at, delimiter, uri.len);
	struct values values = { VEC_INIT };

	if (why)
		return datum_unknown(why);
	if (!list)
		return datum_none();
	collect_parameters(span_make(list + 1, uri.len - (size_t)(list + 1 - uri.at)),
			   call_arg(call, 0), span_is(call_arg(call, 2), "i"), delimiter,
			   &values);
	return pick(&values, call, 0, 1);
}

struct datum fetch_parameter_value(struct scene *s, const struct expression_call *call)
{
	return as_number(fetch_parameter(s, call));
}

static struct datum of_uri(struct scene *s, const struct expression_call *call, struct span text)
{
	const char *why = obscure(s, DOUBT_URI, span_of(""));

	if (why)
		return datum_unknown(why);
	return call->index ? datum_none() : datum_text(text);
}

struct datum fetch_path(struct scene *s, const struct expression_call *call)
{
	struct span path = request_path(s->request);

	return path.len ? of_uri(s, call, path) : datum_none();
}

struct datum fetch_pathq(struct scene *s, const struct expression_call *call)
{
	struct span path = request_pathq(s->request);

	return path.len ? of_uri(s, call, path) : datum_none();
}

struct datum fetch_url(struct scene *s, const struct expression_call *call)
{
	if (!s->request->version)
		return datum_unknown("the URI looks different in HTTP/1 and HTTP/2; "
				     "say which with 'version'");
	return of_uri(s, call, s->request->uri);
}

struct datum fetch_query(struct scene *s, const struct expression_call *call)
{
	struct span query;

	if (!request_query(s->request, &query))
		return datum_none();
	if (span_is(call_arg(call, 0), "with_qm"))
		query = span_make(query.at - 1, query.len + 1);
	return of_uri(s, call, query);
}

static struct datum base_with(struct scene *s, const struct expression_call *call,
			      struct span path)
{
	const char   *why = obscure(s, DOUBT_HEADER, span_of("host"));
	struct values hosts = { VEC_INIT };
	struct str    base = STR_INIT;
	struct datum  datum;

	if (why)
		return datum_unknown(why);
	collect_headers(s->request, span_of("host"), false, &hosts);
	if (hosts.list.count)
		str_add_span(&base, hosts.list.items[0]);
	if (!base.len || (path.len && path.at[0] == '/'))
		str_add_span(&base, path);
	datum = of_uri(s, call, arena_copy(s->arena, str_span(&base)));
	str_release(&base);
	vec_release(&hosts.list);
	return datum;
}

struct datum fetch_base(struct scene *s, const struct expression_call *call)
{
	return base_with(s, call, request_path(s->request));
}

struct datum fetch_baseq(struct scene *s, const struct expression_call *call)
{
	return base_with(s, call, request_pathq(s->request));
}

struct datum fetch_method(struct scene *s, const struct expression_call *call)
{
	const struct request *request = s->request;
	const char  *why = obscure(s, DOUBT_METHOD, span_of(""));
	bool         known = method_is_known(request->first_method);
	struct datum method = datum_text(known ? request->first_method : request->method);

	method.type = DATUM_METHOD;
	if (why && !(s->http && known))
		return datum_unknown(why);
	return call->index ? datum_none() : method;
}

static const char version_why[] = "the client and HAProxy agree on the version of HTTP; "
				  "say which with 'version'";

struct datum fetch_version(struct scene *s, const struct expression_call *call)
{
	unsigned version = s->request->version;

	if (!s->http)
		return datum_unknown(obscure(s, DOUBT_URI, span_of("")));
	if (!version)
		return datum_unknown(version_why);
	if (call->index)
		return datum_none();
	return datum_text(span_of(arena_format(s->arena, "%u.%u", version / 10, version % 10)));
}

struct datum fetch_major(struct scene *s, const struct expression_call *call)
{
	if (!s->request->version)
		return datum_unknown(version_why);
	return call->index ? datum_none() : datum_int(s->request->version / 10);
}

struct datum fetch_is_http(struct scene *s, const struct expression_call *call)
{
	if (!s->http && s->request->ssl)
		return datum_none();
	return call->index ? datum_none() : datum_bool(true);
}
