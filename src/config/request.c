/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/config/request.h"

#include <string.h>
#include <strings.h>

#include "penstock/base/mem.h"

bool span_same(struct span a, struct span b)
{
	return a.len == b.len && (!a.len || !strncasecmp(a.at, b.at, a.len));
}

bool method_is_known(struct span method)
{
	static const char *const known[] = {
		"OPTIONS", "GET", "HEAD", "POST", "PUT", "DELETE", "TRACE", "CONNECT",
	};

	for (size_t i = 0; i < N(known); i++)
		if (span_is(method, known[i]))
			return true;
	return false;
}

static size_t find_any(struct span text, const char *bytes)
{
	size_t i = 0;

	while (i < text.len && !(text.at[i] && strchr(bytes, text.at[i])))
		i++;
	return i;
}

static struct span skip(struct span text, size_t count)
{
	return span_make(text.at + count, text.len - count);
}

static const char base64_digits[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void base64_write(struct str *out, struct span bytes, bool url)
{
	for (size_t i = 0; i < bytes.len; i += 3) {
		unsigned group = 0;

		for (size_t j = 0; j < 3; j++)
			group = group << 8 |
				(i + j < bytes.len ? (unsigned char)bytes.at[i + j] : 0u);
		for (size_t j = 0; j < 4; j++) {
			char c = base64_digits[group >> (18 - 6 * j) & 63];

			if (i + j > bytes.len)
				c = '=';
			else if (url && c == '+')
				c = '-';
			else if (url && c == '/')
				c = '_';
			if (c != '=' || !url)
				str_add_char(out, c);
		}
	}
}

static int digit_of(char c, bool url)
{
	const char *at;

	if (url)
		c = c == '-' ? '+' : c == '_' ? '/' : c == '+' || c == '/' ? '\0' : c;
	at = c ? strchr(base64_digits, c) : NULL;
	return at ? (int)(at - base64_digits) : -1;
}

bool base64_read(struct str *out, struct span text, bool url)
{
	size_t   padding = 0, whole = text.len;
	unsigned group = 0, bits = 0;

	while (text.len && text.at[text.len - 1] == '=' && padding < 2) {
		text.len--;
		padding++;
	}
	if (url ? text.len % 4 == 1 : whole % 4 != 0)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		int digit = digit_of(text.at[i], url);

		if (digit < 0)
			return false;
		group = group << 6 | (unsigned)digit;
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			str_add_char(out, (char)(group >> bits & 0xff));
		}
	}
	return true;
}

/* The value that `user:password` of a URL stands for. */
static void add_credentials(struct request *request, struct span credentials)
{
	struct str value = STR_INIT;

	str_add_text(&value, "Basic ");
	base64_write(&value, credentials, false);
	request_add_header(request, span_of("Authorization"),
			   arena_copy(request->arena, str_span(&value)));
	str_release(&value);
}

static int parse_port(struct request *request, struct span text, struct err *err)
{
	long port;

	if (!span_to_long(text, &port) || port < 1 || port > 65535)
		return err_set(err, ERR_USAGE, "'%.*s' is no port", (int)text.len, text.at);
	request->port = (unsigned)port;
	request->port_said = true;
	return 0;
}

/* HOST, HOST:PORT, [V6]:PORT */
static int parse_authority(struct request *request, struct span text, struct err *err)
{
	const char *bracket = text.len && text.at[0] == '[' ? memchr(text.at, ']', text.len)
							    : NULL;
	size_t      end = bracket ? (size_t)(bracket - text.at) + 1 : find_any(text, ":");

	request->host = bracket ? span_make(text.at + 1, end - 2) : span_make(text.at, end);
	if (!request->host.len)
		return err_set(err, ERR_USAGE, "the URL has no host");
	if (end == text.len)
		return 0;
	if (text.at[end] != ':')
		return err_set(err, ERR_USAGE, "'%.*s' is no host", (int)text.len, text.at);
	return parse_port(request, skip(text, end + 1), err);
}

static int parse_url(struct request *request, struct span url, struct span *authority,
		     struct err *err)
{
	struct span rest;
	const char *at;
	size_t      end;

	request->ssl = span_starts(url, "https://");
	if (!request->ssl && !span_starts(url, "http://"))
		return err_set(err, ERR_USAGE,
			       "'%.*s' is no URL; try 'http://HOST/PATH' or 'https://HOST/PATH'",
			       (int)url.len, url.at);
	rest = skip(url, request->ssl ? 8 : 7);
	end = find_any(rest, "/?#");
	*authority = span_make(rest.at, end);
	at = end ? memchr(rest.at, '@', end) : NULL;
	if (at) {
		add_credentials(request, span_make(rest.at, (size_t)(at - rest.at)));
		*authority = skip(*authority, (size_t)(at - rest.at) + 1);
	}
	rest = skip(rest, end);
	rest.len = find_any(rest, "#");
	request->port = request->ssl ? 443 : 80;
	if (rest.len && rest.at[0] == '/') {
		request->uri = rest;
	} else {
		char *uri = arena_alloc(request->arena, rest.len + 2);

		uri[0] = '/';
		memcpy(uri + 1, rest.at, rest.len);
		request->uri = span_make(uri, rest.len + 1);
	}
	return parse_authority(request, *authority, err);
}

static int add_header_word(struct request *request, struct span word, struct err *err)
{
	size_t      colon = find_any(word, ":");
	struct span name = span_make(word.at, colon);

	if (!colon || colon == word.len || find_any(name, " \t") < colon)
		return err_set(err, ERR_USAGE, "'%.*s' is no header; try 'Name: value'",
			       (int)word.len, word.at);
	request_add_header(request, name, span_trim(skip(word, colon + 1)));
	return 0;
}

/* Host as clients send it: the port only where it is not the scheme's own. */
static struct span host_of(const struct request *request, struct span authority)
{
	unsigned usual = request->ssl ? 443 : 80;

	if (request->port_said && request->port == usual)
		while (authority.len && authority.at[--authority.len] != ':')
			;
	return authority;
}

static struct span joined(struct arena *arena, struct span a, struct span b)
{
	return span_of(arena_format(arena, "%.*s %.*s", (int)a.len, a.at, (int)b.len, b.at));
}

int request_make(struct request *request, struct arena *arena, struct span method,
		 struct span url, const struct span *headers, size_t count, struct err *err)
{
	struct span authority = { "", 0 }, host;

	*request = (struct request){ .version = 11, .arena = arena };
	request->method = request->first_method = arena_copy(arena, method);
	if (!method.len || find_any(method, " \t\r\n") < method.len)
		return err_set(err, ERR_USAGE, "'%.*s' is no method; try 'GET'",
			       (int)method.len, method.at);
	if (parse_url(request, arena_copy(arena, url), &authority, err) < 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		struct span header = headers[i];

		/* `Name: value` without quotes is two words. */
		if (span_ends(header, ":") && i + 1 < count &&
		    find_any(headers[i + 1], ":") == headers[i + 1].len)
			header = joined(arena, header, headers[++i]);
		if (add_header_word(request, arena_copy(arena, header), err) < 0)
			return -1;
	}
	if (!request_header(request, "Host", &host))
		request_add_header(request, span_of("Host"), host_of(request, authority));
	return 0;
}

void request_release(struct request *request)
{
	vec_release(&request->headers);
	vec_release(&request->doubts);
}

void request_copy(struct request *to, const struct request *from)
{
	*to = *from;
	to->headers.items = NULL;
	to->headers.count = to->headers.room = 0;
	to->doubts.items = NULL;
	to->doubts.count = to->doubts.room = 0;
	for (size_t i = 0; i < from->headers.count; i++)
		*vec_push(&to->headers) = from->headers.items[i];
	for (size_t i = 0; i < from->doubts.count; i++)
		*vec_push(&to->doubts) = from->doubts.items[i];
}

/* Where the path begins: behind scheme and authority of an absolute URI. */
static size_t path_start(struct span uri)
{
	size_t scheme, i;

	if (!uri.len || uri.at[0] == '*')
		return uri.len;
	if (uri.at[0] == '/')
		return 0;
	scheme = find_any(uri, ":");
	if (!span_starts(skip(uri, scheme), "://"))
		return uri.len;
	i = scheme + 3;
	return i + find_any(skip(uri, i), "/");
}

struct span request_pathq(const struct request *request)
{
	return skip(request->uri, path_start(request->uri));
}

struct span request_path(const struct request *request)
{
	struct span path = request_pathq(request);

	path.len = find_any(path, "?");
	return path;
}

bool request_query(const struct request *request, struct span *query)
{
	size_t at = find_any(request->uri, "?");

	if (at == request->uri.len)
		return false;
	*query = skip(request->uri, at + 1);
	return true;
}

/* Replaces bytes [at, end) of the URI. */
static void splice_uri(struct request *request, size_t at, size_t end, struct span by)
{
	struct str uri = STR_INIT;

	str_add(&uri, request->uri.at, at);
	str_add_span(&uri, by);
	str_add_span(&uri, skip(request->uri, end));
	request->uri = arena_copy(request->arena, str_span(&uri));
	str_release(&uri);
}

void request_set_path(struct request *request, struct span path, bool with_query)
{
	size_t      at = path_start(request->uri);
	struct span rest;

	if (at == request->uri.len)
		at = 0;
	rest = skip(request->uri, at);
	splice_uri(request, at, at + (with_query ? rest.len : find_any(rest, "?")), path);
}

void request_set_query(struct request *request, struct span query)
{
	size_t at = find_any(request->uri, "?");

	if (at < request->uri.len)
		splice_uri(request, at + 1, request->uri.len, skip(query, query.len > 0));
	else if (query.len > 1)
		splice_uri(request, at, at, query);
}

/* What stands between scheme and path, users left out; without a scheme HAProxy
 * takes all before the first / for it. */
static struct span authority_of(struct span uri)
{
	size_t      scheme = find_any(uri, ":");
	const char *at;

	if (span_starts(skip(uri, scheme), "://"))
		uri = skip(uri, scheme + 3);
	uri.len = find_any(uri, "/");
	while ((at = memchr(uri.at, '@', uri.len)))
		uri = skip(uri, (size_t)(at - uri.at) + 1);
	return uri;
}

void request_set_uri(struct request *request, struct span uri)
{
	request->uri = arena_copy(request->arena, uri);
	if (!uri.len || uri.at[0] == '/' || uri.at[0] == '*')
		return;
	for (size_t i = 0; i < request->headers.count; i++)
		if (span_same(request->headers.items[i].name, span_of("Host")))
			request->headers.items[i].value = authority_of(request->uri);
}

bool request_header(const struct request *request, const char *name, struct span *value)
{
	for (size_t i = 0; i < request->headers.count; i++) {
		if (!span_same(request->headers.items[i].name, span_of(name)))
			continue;
		*value = request->headers.items[i].value;
		return true;
	}
	return false;
}

void request_add_header(struct request *request, struct span name, struct span value)
{
	*vec_push(&request->headers) = (struct header){ name, value };
}

void request_delete_headers(struct request *request, struct span name)
{
	for (size_t i = request->headers.count; i-- > 0;)
		if (span_same(request->headers.items[i].name, name))
			vec_remove(&request->headers, i);
}

void request_add_doubt(struct request *request, enum doubt_kind kind, struct span name,
		       const char *why)
{
	*vec_push(&request->doubts) = (struct doubt){ kind, name, why };
}

const char *request_doubt(const struct request *request, enum doubt_kind kind,
			  struct span name)
{
	for (size_t i = 0; i < request->doubts.count; i++) {
		const struct doubt *doubt = &request->doubts.items[i];

		if (doubt->kind == kind && (kind != DOUBT_HEADER || !doubt->name.len ||
					    !name.len || span_same(doubt->name, name)))
			return doubt->why;
	}
	return NULL;
}
