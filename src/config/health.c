/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/config/health.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "penstock/base/mem.h"
#include "penstock/config/lines.h"

static const char *const method_table[] = {
	"GET", "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE",
};

static const char *const version_table[] = { "HTTP/1.0", "HTTP/1.1" };

bool health_method_is_known(struct span method)
{
	for (size_t i = 0; i < N(method_table); i++)
		if (span_is(method, method_table[i]))
			return true;
	return false;
}

bool health_version_is_known(struct span version)
{
	for (size_t i = 0; i < N(version_table); i++)
		if (span_is(version, version_table[i]))
			return true;
	return false;
}

bool health_equal(const struct health *a, const struct health *b)
{
	if (a->present != b->present || !a->present)
		return a->present == b->present;
	return strcmp(a->method, b->method) == 0 && strcmp(a->uri, b->uri) == 0 &&
	       strcmp(a->http_version, b->http_version) == 0;
}

/* The check as its lines come to it; spans borrow the words they came from. */
struct check {
	struct words httpchk_words, send_words;
	size_t       httpchk, send; /* lines; SIZE_MAX: none */
	bool         complicated;   /* there is more than fields can say */
	struct span  method, uri, version;
	struct span  host;          /* empty: none sent */
};

static bool words_are_plain(const struct words *words)
{
	for (size_t i = 0; i < words->count; i++)
		if (!word_is_plain(&words->items[i]))
			return false;
	return true;
}

/*
 * The version word.  Before `http-check send` there was, headers were smuggled
 * in behind it: HTTP/1.1\r\nHost:\ www.
 */
static bool read_version(struct check *check, struct span word)
{
	static const char smuggled[] = "\r\nhost:";
	size_t            skip = strlen(version_table[0]);

	if (word.len < skip || !health_version_is_known(span_make(word.at, skip)))
		return false;
	check->version = span_make(word.at, skip);
	if (word.len == skip)
		return true;
	word = span_make(word.at + skip, word.len - skip);
	skip = sizeof(smuggled) - 1;
	if (word.len < skip || strncasecmp(word.at, smuggled, skip) != 0)
		return false;
	check->host = span_trim(span_make(word.at + skip, word.len - skip));
	return check->host.len && !memchr(check->host.at, '\r', check->host.len) &&
	       !memchr(check->host.at, '\n', check->host.len);
}

/* `option httpchk [[METHOD] URI [VERSION]]` */
static bool read_httpchk(struct check *check)
{
	const struct words *words = &check->httpchk_words;

	check->method = span_of("OPTIONS");
	check->uri = span_of("/");
	check->version = span_of("HTTP/1.0");
	if (words->count == 3)
		check->uri = words_text(words, 2);
	if (words->count >= 4) {
		check->method = words_text(words, 2);
		check->uri = words_text(words, 3);
	}
	if (words->count == 5 && !read_version(check, words_text(words, 4)))
		return false;
	return words->count <= 5 && words_are_plain(words);
}

static bool read_send_word(struct check *check, struct span name, struct span value)
{
	const struct {
		const char  *name;
		struct span *field;
	} fields[] = {
		{ "meth", &check->method },
		{ "uri", &check->uri },
		{ "ver", &check->version },
	};

	for (size_t i = 0; i < N(fields); i++) {
		if (!span_is(name, fields[i].name))
			continue;
		*fields[i].field = value;
		return true;
	}
	return false;
}

static bool is_host(struct span header)
{
	return header.len == 4 && strncasecmp(header.at, "host", 4) == 0;
}

/* `http-check send [meth M] [uri U] [ver V] [hdr Host H]` */
static bool read_send(struct check *check)
{
	const struct words *words = &check->send_words;
	size_t              i = 2;

	while (i + 1 < words->count) {
		if (read_send_word(check, words->items[i].text, words->items[i + 1].text)) {
			i += 2;
			continue;
		}
		if (!words_is(words, i, "hdr") || i + 2 >= words->count || check->host.len ||
		    !is_host(words->items[i + 1].text))
			return false;
		check->host = words->items[i + 2].text;
		i += 3;
	}
	return i == words->count && words_are_plain(words);
}

/* Whether the fields of a backend with that host say all of it: an HTTP/1.1
 * check sends the backend's own host, an HTTP/1.0 check none. */
static bool is_expressible(const struct check *check, const char *host)
{
	if (!health_method_is_known(check->method) || !check->uri.len)
		return false;
	if (span_is(check->version, "HTTP/1.1"))
		return host && check->host.len && span_is(check->host, host);
	return span_is(check->version, "HTTP/1.0") && !check->host.len;
}

static void note_line(struct check *check, size_t *slot, size_t line)
{
	if (*slot != SIZE_MAX)
		check->complicated = true;
	*slot = line;
}

/* What an `http-check` line other than these does leaves the request alone. */
static bool is_harmless(struct span word)
{
	static const char *const words[] = { "expect", "disable-on-404", "send-state" };

	for (size_t i = 0; i < N(words); i++)
		if (span_is(word, words[i]))
			return true;
	return false;
}

static void find_check(struct check *check, const struct proxy *proxy,
		       const struct document *doc)
{
	struct words words = WORDS_INIT;

	for (size_t i = 0; i < proxy->roles.count; i++) {
		size_t line = proxy->header + i;

		if (proxy->roles.items[i] != ROLE_NATIVE)
			continue;
		words_split(&words, line_span(&doc->lines.items[line]));
		if (words_is(&words, 0, "option") && words_is(&words, 1, "httpchk"))
			note_line(check, &check->httpchk, line);
		else if (words_is(&words, 0, "http-check") && words_is(&words, 1, "send"))
			note_line(check, &check->send, line);
		else if (words_is(&words, 0, "http-check") &&
			 !is_harmless(words_text(&words, 1)))
			check->complicated = true;
	}
	words_release(&words);
}

static bool read_check(struct check *check, const struct proxy *proxy,
		       const struct document *doc)
{
	find_check(check, proxy, doc);
	if (check->complicated || check->httpchk == SIZE_MAX || strcmp(proxy->mode, "http") != 0)
		return false;
	words_split(&check->httpchk_words, line_span(&doc->lines.items[check->httpchk]));
	if (!read_httpchk(check))
		return false;
	if (check->send != SIZE_MAX) {
		words_split(&check->send_words, line_span(&doc->lines.items[check->send]));
		if (!read_send(check))
			return false;
	}
	return is_expressible(check, proxy->host);
}

static void give_role(struct proxy *proxy, size_t line, enum line_role role)
{
	if (line != SIZE_MAX)
		proxy->roles.items[line - proxy->header] = (unsigned char)role;
}

void health_read(struct proxy *proxy, const struct document *doc)
{
	struct check check = {
		.httpchk_words = WORDS_INIT,
		.send_words = WORDS_INIT,
		.httpchk = SIZE_MAX,
		.send = SIZE_MAX,
	};

	if (read_check(&check, proxy, doc)) {
		give_role(proxy, check.httpchk, ROLE_HEALTH);
		give_role(proxy, check.send, ROLE_HEALTH);
		proxy->health.present = true;
		proxy->health.method = span_dup(check.method);
		proxy->health.uri = span_dup(check.uri);
		proxy->health.http_version = span_dup(check.version);
		health_read_interval(proxy, doc);
	}
	words_release(&check.httpchk_words);
	words_release(&check.send_words);
}

/* The line of that role and first word, or SIZE_MAX. */
static size_t find_role(const struct proxy *proxy, const struct document *doc,
			enum line_role role, const char *keyword)
{
	for (size_t i = proxy->roles.count; i-- > 0;) {
		size_t line = proxy->header + i;

		if (proxy->roles.items[i] == role &&
		    span_is(line_first_word(line_span(&doc->lines.items[line])), keyword))
			return line;
	}
	return SIZE_MAX;
}

static void take_away(struct candidate *candidate, const struct proxy *now)
{
	for (size_t i = now->roles.count; i-- > 0;)
		if (now->roles.items[i] == ROLE_HEALTH || now->roles.items[i] == ROLE_INTERVAL)
			edit_delete_lines(candidate, now->header + i, 1);
}

static void httpchk_words(const struct health *want, bool separate, struct str *out)
{
	if (separate)
		return;
	str_addf(out, "%s ", want->method);
	value_quote(out, want->uri);
	str_addf(out, " %s", want->http_version);
}

static void send_words(const struct health *want, const char *host, struct str *out)
{
	str_addf(out, "meth %s uri ", want->method);
	value_quote(out, want->uri);
	str_addf(out, " ver %s hdr Host ", want->http_version);
	value_quote(out, host ? host : "");
}

/* Gives the line of `option httpchk`. */
static size_t put_httpchk(struct candidate *candidate, size_t header, size_t line,
			  struct span words)
{
	struct str text = STR_INIT;

	if (line != SIZE_MAX) {
		line_set_words(candidate, line, 2, words);
		return line;
	}
	str_add_text(&text, words.len ? "option httpchk " : "option httpchk");
	str_add_span(&text, words);
	line = section_add(candidate, header, str_span(&text));
	str_release(&text);
	return line;
}

static void put_send(struct candidate *candidate, size_t header, size_t line, size_t httpchk,
		     struct span words)
{
	struct str text = STR_INIT;

	if (line != SIZE_MAX) {
		line_set_words(candidate, line, 2, words);
		return;
	}
	str_add_text(&text, "http-check send ");
	str_add_span(&text, words);
	section_insert(candidate, header, httpchk + 1, str_span(&text));
	str_release(&text);
}

void health_put(struct candidate *candidate, size_t header, enum section_kind side,
		const struct health *want, const char *host)
{
	struct document *doc = candidate->now;
	struct proxy    *now = proxy_read(doc, section_of(doc, header), side);
	size_t           httpchk = find_role(now, doc, ROLE_HEALTH, "option");
	size_t           send = find_role(now, doc, ROLE_HEALTH, "http-check");
	struct str       words = STR_INIT;
	bool             separate = want->present && strcmp(want->http_version, "HTTP/1.1") == 0;

	if (!want->present) {
		take_away(candidate, now);
	} else {
		httpchk_words(want, separate, &words);
		httpchk = put_httpchk(candidate, header, httpchk, str_span(&words));
		str_reset(&words);
		send_words(want, host, &words);
		if (separate)
			put_send(candidate, header, send, httpchk, str_span(&words));
		else if (send != SIZE_MAX)
			edit_delete_lines(candidate, send, 1);
	}
	str_release(&words);
	proxy_free(now);
}
