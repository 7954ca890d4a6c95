/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/config/member.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "penstock/base/map.h"
#include "penstock/base/mem.h"
#include "penstock/config/health.h"
#include "penstock/config/lines.h"

void member_address(const struct member *member, struct str *out)
{
	struct span host = span_of(member->host);
	bool        bracket = memchr(host.at, ':', host.len) && server_host_is_ip(host);

	if (bracket)
		str_add_char(out, '[');
	str_add_span(out, host);
	if (bracket)
		str_add_char(out, ']');
	if (member->port)
		str_addf(out, ":%d", member->port);
}

static int port_number(struct span port)
{
	long number;

	/* +10 and -10 are offsets, not ports. */
	if (!port.len || port.at[0] < '0' || port.at[0] > '9')
		return 0;
	return span_to_long(port, &number) && number >= 1 && number <= 65535 ? (int)number : 0;
}

/* Whether the address would be read back as this host and port. */
static bool is_lossless(const struct member *member, struct span given_port)
{
	struct str  address = STR_INIT;
	struct span host, port;
	bool        same;

	member_address(member, &address);
	server_split_address(str_span(&address), &host, &port);
	same = span_is(host, member->host) && port_number(port) == member->port &&
	       (member->port || (!given_port.len && host.len));
	str_release(&address);
	return same;
}

/* What cannot be told apart into host and port is all host. */
static void read_address(struct member *member, const struct word *word)
{
	struct span host, port;

	server_split_address(word->text, &host, &port);
	member->host = span_dup(host);
	member->port = port_number(port);
	if (word_is_plain(word) && is_lossless(member, port))
		return;
	free(member->host);
	member->host = value_of(word);
	member->port = 0;
}

bool member_read(struct member *member, struct span line)
{
	struct words words = WORDS_INIT;
	bool         is_member;

	words_split(&words, line);
	is_member = words.count >= 3 && words_is(&words, 0, "server");
	if (is_member) {
		*member = (struct member){ .server = value_of(&words.items[1]) };
		read_address(member, &words.items[2]);
		member->options = raw_text(words_raw_range(&words, 3, words.count - 1));
	}
	words_release(&words);
	return is_member;
}

static bool is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c && strchr("-_.:", c));
}

void member_default_name(const char *backend, const struct member *member, struct str *out)
{
	size_t start;

	str_add_text(out, backend);
	str_add_char(out, '_');
	start = out->len;
	member_address(member, out);
	for (size_t i = start; i < out->len; i++)
		if (!is_name_char(out->bytes[i]))
			out->bytes[i] = '_';
}

void member_default_options(long interval, struct str *out)
{
	str_addf(out, "check inter %ld", interval ? interval : HEALTH_INTERVAL);
}

static bool same_address(const struct member *a, const struct member *b)
{
	return a->port == b->port && strcmp(a->host, b->host) == 0;
}

/* Whether `now`, still free, may stand for `want`. */
static bool may_pair(const struct member *now, const struct member *want, bool by_name)
{
	if (by_name)
		return want->server && strcmp(now->server, want->server) == 0;
	return same_address(now, want);
}

/* Goes round once from `*hint`, which is right at once where the order is kept. */
static size_t find_free(const struct proxy *now, const bool *taken, const struct member *want,
			bool by_name, size_t *hint)
{
	for (size_t i = 0; i < now->members.count; i++) {
		size_t index = (*hint + i) % now->members.count;

		if (taken[index] || !may_pair(&now->members.items[index], want, by_name))
			continue;
		*hint = index + 1;
		return index;
	}
	return SIZE_MAX;
}

void members_pair(const struct proxy *now, const struct proxy *want, size_t *pairs)
{
	bool  *taken = xcalloc(now->members.count + 1, sizeof(*taken));
	size_t hint = 0;

	for (size_t i = 0; i < want->members.count; i++)
		pairs[i] = SIZE_MAX;
	for (int by_name = 1; by_name >= 0; by_name--) {
		for (size_t i = 0; i < want->members.count; i++) {
			const struct member *member = &want->members.items[i];

			if (pairs[i] != SIZE_MAX || (by_name && !member->server))
				continue;
			pairs[i] = find_free(now, taken, member, by_name, &hint);
			if (pairs[i] != SIZE_MAX)
				taken[pairs[i]] = true;
		}
	}
	free(taken);
}

/* The words but for `inter` and its value. */
static void strip_interval(const char *options, struct str *out)
{
	struct server server = SERVER_INIT;
	struct str    line = STR_INIT;

	str_addf(&line, "server name address %s", options);
	server_read(&server, str_span(&line));
	for (size_t i = 0; i < server.params.count; i++) {
		const struct server_param *param = &server.params.items[i];

		if (span_is(param->name, "inter"))
			continue;
		str_add_char(out, ' ');
		str_add_span(out, words_raw_range(&server.words, param->word,
						  param->word + param->count - 1));
	}
	str_release(&line);
	server_release(&server);
}

/* Where the document says the interval for all, one among the options does not
 * count. */
static bool options_equal(const char *now, const struct proxy *want, const char *options)
{
	struct str a = STR_INIT, b = STR_INIT;
	bool       equal = !options || strcmp(now, options) == 0;

	if (!equal && want->health.present && want->health.interval) {
		strip_interval(now, &a);
		strip_interval(options, &b);
		equal = strcmp(a.bytes, b.bytes) == 0;
	}
	str_release(&a);
	str_release(&b);
	return equal;
}

static bool member_equal(const struct member *now, const struct proxy *want, size_t index)
{
	const struct member *member = &want->members.items[index];

	return same_address(now, member) &&
	       (!member->server || strcmp(now->server, member->server) == 0) &&
	       options_equal(now->options, want, member->options);
}

bool members_equal(const struct proxy *now, const struct proxy *want)
{
	size_t *pairs;
	bool    equal = now->members.count == want->members.count;

	pairs = xcalloc(want->members.count + 1, sizeof(*pairs));
	if (equal)
		members_pair(now, want, pairs);
	for (size_t i = 0; equal && i < want->members.count; i++)
		equal = pairs[i] != SIZE_MAX &&
			member_equal(&now->members.items[pairs[i]], want, i);
	free(pairs);
	return equal;
}

/* The name that a wanted member's server will have. */
static void final_name(const struct proxy *now, const struct member *want, size_t pair,
		       struct str *out)
{
	if (want->server)
		str_add_text(out, want->server);
	else if (pair != SIZE_MAX)
		str_add_text(out, now->members.items[pair].server);
	else
		member_default_name(now->name, want, out);
}

/* Whether the wanted member's server is new, or gets a new name. */
static bool is_change(const struct proxy *now, const struct proxy *want, const size_t *pairs,
		      size_t index)
{
	const char *name = want->members.items[index].server;

	return pairs[index] == SIZE_MAX ||
	       (name && strcmp(name, now->members.items[pairs[index]].server) != 0);
}

/* No two servers of one name, unless they are there already. */
static int check_names(const struct proxy *now, const struct proxy *want, const size_t *pairs,
		       size_t *index, struct err *err)
{
	struct map names = MAP_INIT; /* name -> 1 + index */
	struct str name = STR_INIT;
	int        result = 0;

	for (size_t i = 0; i < want->members.count && result == 0; i++) {
		bool      change = is_change(now, want, pairs, i);
		uintptr_t other;

		*index = i;
		str_reset(&name);
		final_name(now, &want->members.items[i], pairs[i], &name);
		other = (uintptr_t)map_put(&names, str_span(&name), (void *)(uintptr_t)(i + 1));
		if (change)
			result = name_check("server", str_span(&name), err);
		if (result == 0 && other &&
		    (change || is_change(now, want, pairs, (size_t)other - 1)))
			result = err_set(err, ERR_EXISTS, "there are two servers '%s'",
					 name.bytes);
	}
	map_release(&names, NULL);
	str_release(&name);
	return result;
}

int members_check(const struct proxy *now, const struct proxy *want, size_t *index,
		  struct err *err)
{
	size_t *pairs = xcalloc(want->members.count + 1, sizeof(*pairs));
	int     result;

	members_pair(now, want, pairs);
	result = check_names(now, want, pairs, index, err);
	free(pairs);
	return result;
}

/* Edits words of one line, so that no other line moves. */
static void put_existing(struct candidate *candidate, const struct member *now,
			 const struct proxy *proxy, size_t index)
{
	const struct member *want = &proxy->members.items[index];
	struct str           text = STR_INIT;

	if (want->server && strcmp(now->server, want->server) != 0)
		edit_replace_words(candidate, now->line, 1, 1, span_of(want->server));
	if (!same_address(now, want)) {
		struct str address = STR_INIT;

		member_address(want, &address);
		value_quote(&text, address.bytes);
		edit_replace_words(candidate, now->line, 2, 1, str_span(&text));
		str_release(&address);
	}
	if (!options_equal(now->options, proxy, want->options))
		line_set_words(candidate, now->line, 3, span_of(want->options));
	str_release(&text);
}

static void put_new(struct candidate *candidate, const struct proxy *now, long interval,
		    const struct member *member)
{
	struct str line = STR_INIT, address = STR_INIT;

	str_add_text(&line, "server ");
	if (member->server)
		str_add_text(&line, member->server);
	else
		member_default_name(now->name, member, &line);
	str_add_char(&line, ' ');
	member_address(member, &address);
	value_quote(&line, address.bytes);
	str_add_char(&line, ' ');
	if (member->options)
		str_add_text(&line, member->options);
	else
		member_default_options(interval, &line);
	edit_add_to_section(candidate, section_of(candidate->now, now->header),
			    span_trim(str_span(&line)));
	str_release(&line);
	str_release(&address);
}

/* Marks which of the members that are there stay. */
static bool *kept(const struct proxy *now, const struct proxy *want, const size_t *pairs)
{
	bool *keep = xcalloc(now->members.count + 1, sizeof(*keep));

	for (size_t i = 0; i < want->members.count; i++)
		if (pairs[i] != SIZE_MAX)
			keep[pairs[i]] = true;
	return keep;
}

void members_put(struct candidate *candidate, size_t header, enum section_kind side,
		 const struct proxy *want)
{
	struct proxy *now = proxy_read(candidate->now, section_of(candidate->now, header), side);
	size_t       *pairs = xcalloc(want->members.count + 1, sizeof(*pairs));
	long          interval = want->health.present ? want->health.interval : 0;
	bool         *keep;

	members_pair(now, want, pairs);
	keep = kept(now, want, pairs);
	for (size_t i = 0; i < want->members.count; i++)
		if (pairs[i] != SIZE_MAX)
			put_existing(candidate, &now->members.items[pairs[i]], want, i);
	/* New ones first: they stand behind the old, whose lines do not move then. */
	for (size_t i = 0; i < want->members.count; i++)
		if (pairs[i] == SIZE_MAX)
			put_new(candidate, now, interval, &want->members.items[i]);
	for (size_t i = now->members.count; i-- > 0;)
		if (!keep[i])
			edit_delete_lines(candidate, now->members.items[i].line, 1);
	free(keep);
	free(pairs);
	proxy_free(now);
}
