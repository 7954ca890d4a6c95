/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading server lines and checking what goes onto them; server_edit.c edits. */
#include "penstock/config/server.h"

#include <arpa/inet.h>
#include <limits.h>
#include <string.h>

#include "penstock/base/mem.h"
#include "penstock/base/text.h"

/* Where things stand on a line; 0: they do not. */
struct form_def {
	const char *keyword;
	size_t      name, address, params;
};

static const struct form_def form_table[] = {
	{ "server", 1, 2, 3 },
	{ "default-server", 0, 0, 1 },
	{ "server-template", 0, 0, 4 },
};

static const struct form_def *find_form(struct span keyword)
{
	for (size_t i = 0; i < N(form_table); i++)
		if (span_is(keyword, form_table[i].keyword))
			return &form_table[i];
	return NULL;
}

/* How many words belong to the keyword at `word`, itself included. */
static size_t param_length(const struct words *words, size_t word)
{
	const struct server_keyword_def *def = server_keyword_find(words->items[word].text);
	size_t                           left = words->count - word, count = 1;

	if (def)
		return left <= (size_t)def->args ? left : (size_t)def->args + 1;
	while (count < left && !server_keyword_find(words->items[word + count].text))
		count++;
	return count;
}

static void read_params(struct server *server, size_t from)
{
	const struct words *words = &server->words;

	for (size_t word = from; word < words->count;) {
		size_t               count = param_length(words, word);
		struct server_param *param = vec_push(&server->params);

		*param = (struct server_param){
			.name = words->items[word].text,
			.value = { "", 0 },
			.word = word,
			.count = count,
		};
		if (count > 1)
			param->value = words_raw_range(words, word + 1, word + count - 1);
		word += count;
	}
}

bool server_read(struct server *server, struct span line)
{
	const struct form_def *form;

	words_split(&server->words, line);
	vec_reset(&server->params);
	server->name = server->address = server->host = server->port = span_make("", 0);
	form = find_form(words_text(&server->words, 0));
	if (!form || server->words.count < form->params)
		return false;
	if (form->name)
		server->name = words_text(&server->words, form->name);
	if (form->address) {
		server->address = words_text(&server->words, form->address);
		server_split_address(server->address, &server->host, &server->port);
	}
	read_params(server, form->params);
	return true;
}

void server_release(struct server *server)
{
	vec_release(&server->params);
	words_release(&server->words);
	*server = (struct server)SERVER_INIT;
}

static const char *opposite_of(const char *name)
{
	const struct server_keyword_def *def = server_keyword_find(span_of(name));

	def = def ? server_keyword_opposite(def) : NULL;
	return def ? def->name : NULL;
}

const struct server_param *server_param(const struct server *server, const char *name)
{
	const char *opposite;
	size_t      i = server->params.count;

	while (i > 0 && !span_is(server->params.items[i - 1].name, name))
		i--;
	if (!i)
		return NULL;
	opposite = opposite_of(name);
	for (size_t later = i; opposite && later < server->params.count; later++)
		if (span_is(server->params.items[later].name, opposite))
			return NULL;
	return &server->params.items[i - 1];
}

enum family_kind {
	FAMILY_IP,     /* address or name, and port */
	FAMILY_PATH,   /* what follows is a name of the system's */
	FAMILY_BARE,   /* nothing need follow */
	FAMILY_NUMBER, /* a file descriptor */
	FAMILY_BIND,   /* for bind lines only */
};

struct family_def {
	const char      *prefix; /* before the @ */
	enum family_kind kind;
};

static const struct family_def family_table[] = {
	{ "abns", FAMILY_PATH },   { "abnsz", FAMILY_PATH },      { "fd", FAMILY_BIND },
	{ "ipv4", FAMILY_IP },     { "ipv6", FAMILY_IP },         { "mptcp", FAMILY_IP },
	{ "mptcp4", FAMILY_IP },   { "mptcp6", FAMILY_IP },       { "quic", FAMILY_IP },
	{ "quic4", FAMILY_IP },    { "quic6", FAMILY_IP },        { "rhttp", FAMILY_BARE },
	{ "tcp", FAMILY_IP },      { "sockpair", FAMILY_NUMBER }, { "tcp4", FAMILY_IP },
	{ "tcp6", FAMILY_IP },     { "udp", FAMILY_IP },          { "udp4", FAMILY_IP },
	{ "udp6", FAMILY_IP },     { "unix", FAMILY_PATH },
};

/* Socket types that may stand before a family: `stream+unix@/run/x`. */
static const char *const type_table[] = { "stream+", "dgram+" };

/* Takes `family@` off the front of *address; an empty prefix when there is none. */
static struct span take_family(struct span *address)
{
	const char *at = address->len ? memchr(address->at, '@', address->len) : NULL;
	struct span prefix = span_make(address->at, 0);

	if (!at || address->at[0] == '/')
		return prefix;
	prefix.len = (size_t)(at - address->at);
	*address = span_make(at + 1, address->len - prefix.len - 1);
	for (size_t i = 0; i < N(type_table); i++) {
		size_t len = strlen(type_table[i]);

		if (span_starts(prefix, type_table[i]))
			return span_make(prefix.at + len, prefix.len - len);
	}
	return prefix;
}

static const struct family_def *find_family(struct span prefix)
{
	for (size_t i = 0; i < N(family_table); i++)
		if (span_is(prefix, family_table[i].prefix))
			return &family_table[i];
	return NULL;
}

static bool has_port(struct span address)
{
	const struct family_def *family = find_family(take_family(&address));

	return family ? family->kind == FAMILY_IP : !span_starts(address, "/");
}

void server_split_address(struct span address, struct span *host, struct span *port)
{
	size_t i = address.len;

	*host = address;
	*port = span_make(address.at + address.len, 0);
	if (!address.len || !has_port(address))
		return;
	/* A colon inside […] or inside ${NAME-default} is none before a port. */
	while (i > 0 && !strchr(":]}", address.at[i - 1]))
		i--;
	if (i > 0 && address.at[i - 1] == ':') {
		host->len = i - 1;
		*port = span_make(address.at + i, address.len - i);
	}
	if (host->len > 1 && host->at[0] == '[' && host->at[host->len - 1] == ']')
		*host = span_make(host->at + 1, host->len - 2);
}

static bool is_family_ip(int family, struct span host)
{
	unsigned char binary[sizeof(struct in6_addr)];
	char          text[INET6_ADDRSTRLEN];

	if (host.len >= sizeof(text) || memchr(host.at, '\0', host.len))
		return false;
	memcpy(text, host.at, host.len);
	text[host.len] = '\0';
	return inet_pton(family, text, binary) == 1;
}

bool server_host_is_ip(struct span host)
{
	return host.len && (is_family_ip(AF_INET, host) || is_family_ip(AF_INET6, host));
}

/* Whether s has only these characters and, if wanted, letters and digits. */
static bool consists_of(struct span s, const char *others, bool letters)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.at[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

		if (!(c >= '0' && c <= '9') && !(letters && letter) && (!c || !strchr(others, c)))
			return false;
	}
	return true;
}

#define DIGITS(s) consists_of((s), "", false)

static int check_port(struct span port, struct err *err)
{
	bool        mapped = port.len && (port.at[0] == '+' || port.at[0] == '-');
	struct span digits = mapped ? span_make(port.at + 1, port.len - 1) : port;
	long        number;

	if (!port.len)
		return 0;
	if (!digits.len || !DIGITS(digits) || !span_to_long(digits, &number))
		return err_set(err, ERR_USAGE, "port '%.*s' is no number", (int)port.len, port.at);
	if (number == 0 && !mapped)
		return err_set(err, ERR_USAGE,
			       "port 0 is none; leave it out to use the port that the client "
			       "connected to");
	if (number > 65535)
		return err_set(err, ERR_USAGE, "port '%.*s' is out of range; try 1 to 65535",
			       (int)port.len, port.at);
	return 0;
}

static int check_ipv6(struct span host, struct span address, struct err *err)
{
	if (is_family_ip(AF_INET6, host))
		return 0;
	if (is_family_ip(AF_INET6, address))
		return err_set(err, ERR_USAGE,
			       "HAProxy takes what follows the last colon of '%.*s' as a port; "
			       "write '[%.*s]'",
			       (int)address.len, address.at, (int)address.len, address.at);
	return err_set(err, ERR_USAGE, "'%.*s' is no IPv6 address", (int)host.len, host.at);
}

static bool is_host_name(struct span host)
{
	if (!consists_of(host, "-_.", true) || host.len > 253 || host.at[0] == '.')
		return false;
	for (size_t i = 1; i < host.len; i++)
		if (host.at[i] == '.' && host.at[i - 1] == '.')
			return false;
	return true;
}

/* An address or a name, and a port. */
static int check_ip(struct span address, struct err *err)
{
	struct span host, port;

	server_split_address(address, &host, &port);
	/* None and * stand for the address that the client connected to. */
	if (!host.len || span_is(host, "*"))
		return check_port(port, err);
	if (memchr(host.at, ':', host.len)) {
		if (check_ipv6(host, address, err) < 0)
			return -1;
	} else if (consists_of(host, ".", false) && !is_family_ip(AF_INET, host)) {
		return err_set(err, ERR_USAGE, "'%.*s' is no IPv4 address", (int)host.len,
			       host.at);
	} else if (!is_host_name(host)) {
		return err_set(err, ERR_USAGE, "'%.*s' is neither an address nor a host name",
			       (int)host.len, host.at);
	}
	return check_port(port, err);
}

/* What every word on a line must be free of, whatever it stands for. */
static int check_text(const char *what, struct span text, struct err *err)
{
	if (!text.len)
		return err_set(err, ERR_USAGE, "%s is empty", what);
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.at[i] < ' ' || text.at[i] == 0x7f)
			return err_set(err, ERR_USAGE, "%s '%.*s' holds a control character",
				       what, (int)text.len, text.at);
	return 0;
}

int server_check_address(struct span address, struct err *err)
{
	struct span              rest = address, prefix;
	const struct family_def *family;

	if (check_text("the address", address, err) < 0)
		return err_hint(err, "try HOST:PORT");
	prefix = take_family(&rest);
	if (span_starts(rest, "/") && !prefix.len)
		return 0;
	if (rest.at == address.at)
		return check_ip(address, err);
	family = find_family(prefix);
	if (!family)
		return err_set(err, ERR_USAGE, "'%.*s@' is no address family",
			       (int)prefix.len, prefix.at);
	if (family->kind == FAMILY_IP)
		return check_ip(rest, err);
	if (family->kind == FAMILY_BIND)
		return err_set(err, ERR_USAGE, "HAProxy takes '%s@' on bind lines only",
			       family->prefix);
	if (family->kind == FAMILY_BARE)
		return 0;
	if (!rest.len || (family->kind == FAMILY_NUMBER && !DIGITS(rest)))
		return err_set(err, ERR_USAGE, "'%s@' needs a %s behind it", family->prefix,
			       family->kind == FAMILY_NUMBER ? "number" : "name");
	return 0;
}

static int check_number(const struct server_keyword_def *def, struct span value,
			struct err *err)
{
	const struct value_def *range = &def->value;
	long                    number;

	if (!span_to_long(value, &number))
		return err_set(err, ERR_USAGE, "%s '%.*s' is no number", def->name,
			       (int)value.len, value.at);
	if (number >= range->low && number <= range->high)
		return 0;
	if (range->high == INT_MAX)
		return err_set(err, ERR_USAGE, "%s '%.*s' is out of range; try %ld or more",
			       def->name, (int)value.len, value.at, range->low);
	return err_set(err, ERR_USAGE, "%s '%.*s' is out of range; try %ld to %ld", def->name,
		       (int)value.len, value.at, range->low, range->high);
}

static int check_time(const struct server_keyword_def *def, struct span value, struct err *err)
{
	int64_t ms;

	if (text_parse_duration(value, 1, &ms, err) < 0) {
		if (err)
			err->code = ERR_USAGE;
		return err_prefix(err, "%s", def->name);
	}
	if (ms < def->value.low)
		return err_set(err, ERR_USAGE, "%s '%.*s' is too short; try %ldms or more",
			       def->name, (int)value.len, value.at, def->value.low);
	return 0;
}

static int check_choice(const struct server_keyword_def *def, struct span value,
			struct err *err)
{
	struct span rest = span_of(def->value.choices), choice;

	while (span_split(&rest, ' ', &choice))
		if (span_equal(choice, value))
			return 0;
	return err_set(err, ERR_USAGE, "%s cannot be '%.*s'; try one of: %s", def->name,
		       (int)value.len, value.at, def->value.choices);
}

static int check_any(const struct server_keyword_def *def, struct span value, struct err *err)
{
	(void)def;
	(void)value;
	(void)err;
	return 0;
}

typedef int (*check_fn)(const struct server_keyword_def *def, struct span value,
			struct err *err);

static const check_fn check_table[] = {
	[VALUE_TEXT] = check_any,
	[VALUE_NUMBER] = check_number,
	[VALUE_TIME] = check_time,
	[VALUE_CHOICE] = check_choice,
};

int server_check_values(const struct server_keyword_def *def, const struct span *values,
			size_t count, struct err *err)
{
	if (count != (size_t)def->args)
		return err_set(err, ERR_USAGE, "'%s' takes %s; %zu given", def->name,
			       def->args ? "one value" : "no value", count);
	for (size_t i = 0; i < count; i++) {
		if (check_text(def->name, values[i], err) < 0 ||
		    check_table[def->value.kind](def, values[i], err) < 0)
			return -1;
	}
	return 0;
}

int name_check(const char *what, struct span name, struct err *err)
{
	if (!name.len)
		return err_set(err, ERR_USAGE, "a %s needs a name", what);
	if (!consists_of(name, "-_.:", true))
		return err_set(err, ERR_USAGE,
			       "'%.*s' is no name for a %s; HAProxy takes letters, digits and "
			       "- _ . : in names",
			       (int)name.len, name.at, what);
	return 0;
}
