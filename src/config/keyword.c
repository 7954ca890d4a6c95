/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Finding rows, and the tables of what stands on server, bind and balance
 * lines.  keyword_table itself is in keyword_table.c.
 */
#include "penstock/config/keyword.h"

#include <limits.h>
#include <string.h>

#include "penstock/base/mem.h"

enum {
	NO = SERVER_KEYWORD_NO,
	DEF = SERVER_ON_DEFAULT,
	AFTER = SERVER_OF_SOURCE,
};

#define TEXT              { VALUE_TEXT, 0, 0, NULL }
#define TIME              { VALUE_TIME, 0, 0, NULL }
#define PERIOD            { VALUE_TIME, 1, 0, NULL }
#define NUMBER(low, high) { VALUE_NUMBER, low, high, NULL }
#define COUNT(low)        { VALUE_NUMBER, low, INT_MAX, NULL }
#define CHOICE(choices)   { VALUE_CHOICE, 0, 0, choices }
#define TLS               CHOICE("SSLv3 TLSv1.0 TLSv1.1 TLSv1.2 TLSv1.3")

/*
 * Versions are those of HAProxy's own keyword lists, from 2.6 on, where `add
 * server` left its experimental mode.  Two rows differ: `enabled` is taken by
 * 2.6 and 2.8 without effect and refused by 3.0, and `guid` crashes 3.0.
 */
/* clang-format off */
const struct server_keyword_def server_keyword_table[] = {
	{ "addr", 1, DEF, VERSION(2, 6), TEXT, "the address that checks go to" },
	{ "agent-addr", 1, DEF, VERSION(2, 6), TEXT, "the address that agent checks go to" },
	{ "agent-check", 0, NO | DEF, VERSION(2, 6), TEXT,
	  "asks an agent beside the server for its state" },
	{ "agent-inter", 1, DEF, VERSION(2, 6), PERIOD, "time between agent checks" },
	{ "agent-port", 1, DEF, VERSION(2, 6), NUMBER(1, 65535), "the port of the agent" },
	{ "agent-send", 1, DEF, VERSION(2, 6), TEXT, "what the agent is sent before it answers" },
	{ "allow-0rtt", 0, DEF, VERSION(2, 6), TEXT, "sends early data of TLS 1.3 on" },
	{ "alpn", 1, DEF, VERSION(2, 6), TEXT, "protocols offered to the server in TLS" },
	{ "backup", 0, NO | DEF, VERSION(2, 6), TEXT, "used only when no other server is left" },
	{ "ca-file", 1, DEF, VERSION(2, 6), TEXT,
	  "the authorities that the server's certificate may come from" },
	{ "cc", 1, DEF, 0, TEXT, "the kernel's congestion control for the server" },
	{ "check", 0, NO | DEF, VERSION(2, 6), TEXT, "checks the server's health" },
	{ "check-alpn", 1, DEF, VERSION(2, 6), TEXT, "protocols that checks offer in TLS" },
	{ "check-pool-conn-name", 1, DEF, VERSION(3, 2), TEXT,
	  "which idle connection checks may use" },
	{ "check-proto", 1, DEF, VERSION(2, 6), TEXT, "the protocol of checks" },
	{ "check-reuse-pool", 0, NO | DEF, VERSION(3, 2), TEXT, "checks use idle connections" },
	{ "check-send-proxy", 0, NO | DEF, VERSION(2, 6), TEXT,
	  "checks send the PROXY protocol" },
	{ "check-sni", 1, DEF, VERSION(2, 6), TEXT, "the name that checks ask for in TLS" },
	{ "check-sni-auto", 0, NO | DEF, 0, TEXT, "checks take the name from their Host header" },
	{ "check-ssl", 0, NO | DEF, VERSION(2, 6), TEXT, "checks use TLS" },
	{ "check-via-socks4", 0, DEF, VERSION(2, 6), TEXT, "checks go through the SOCKS4 proxy" },
	{ "ciphers", 1, DEF, VERSION(2, 6), TEXT, "ciphers up to TLS 1.2" },
	{ "ciphersuites", 1, DEF, VERSION(2, 6), TEXT, "ciphers from TLS 1.3 on" },
	{ "client-sigalgs", 1, DEF, VERSION(2, 9), TEXT,
	  "signatures of the certificate shown to the server" },
	{ "cookie", 1, DEF, VERSION(3, 0), TEXT, "the cookie value that stands for the server" },
	{ "crl-file", 1, DEF, VERSION(2, 6), TEXT, "revoked certificates" },
	{ "crt", 1, DEF, VERSION(2, 6), TEXT, "the certificate shown to the server" },
	{ "curves", 1, DEF, VERSION(2, 9), TEXT, "curves of the key exchange" },
	{ "disabled", 0, DEF, VERSION(2, 6), TEXT, "starts in maintenance" },
	{ "downinter", 1, DEF, VERSION(2, 6), PERIOD, "time between checks while it is down" },
	{ "enabled", 0, DEF, 0, TEXT, "starts in service after all" },
	{ "error-limit", 1, DEF, VERSION(2, 6), COUNT(1),
	  "observed errors in a row that count as a failure" },
	{ "fall", 1, DEF, VERSION(2, 6), COUNT(1), "failed checks until it is down" },
	{ "fastinter", 1, DEF, VERSION(2, 6), PERIOD,
	  "time between checks while its state changes" },
	{ "force-sslv3", 0, DEF, VERSION(2, 6), TEXT, "SSLv3 only" },
	{ "force-tlsv10", 0, DEF, VERSION(2, 6), TEXT, "TLS 1.0 only" },
	{ "force-tlsv11", 0, DEF, VERSION(2, 6), TEXT, "TLS 1.1 only" },
	{ "force-tlsv12", 0, DEF, VERSION(2, 6), TEXT, "TLS 1.2 only" },
	{ "force-tlsv13", 0, DEF, VERSION(2, 6), TEXT, "TLS 1.3 only" },
	{ "from", 1, DEF, VERSION(3, 5), TEXT, "the server or default-server to start from" },
	{ "guid", 1, 0, VERSION(3, 2), TEXT, "an identifier that is unique in the process" },
	{ "hash-key", 1, DEF, VERSION(3, 0), CHOICE("id addr addr-port"),
	  "what its place on the hash ring comes from" },
	{ "healthcheck", 1, DEF, VERSION(3, 4), TEXT, "the healthcheck section that checks it" },
	{ "id", 1, 0, VERSION(2, 6), COUNT(1), "its number in the backend" },
	{ "idle-ping", 1, DEF, VERSION(3, 2), TIME,
	  "time after which an idle HTTP/2 connection is tried" },
	{ "init-addr", 1, DEF, 0, TEXT, "how its name is resolved at the start" },
	{ "init-state", 1, DEF, VERSION(3, 1), CHOICE("fully-up up down fully-down none"),
	  "the state it starts in" },
	{ "inter", 1, DEF, VERSION(2, 6), PERIOD, "time between checks" },
	{ "interface", 1, DEF | AFTER, VERSION(2, 6), TEXT,
	  "the interface that connections leave by" },
	{ "ktls", 1, DEF, VERSION(3, 3), CHOICE("on off"), "TLS in the kernel" },
	{ "log-bufsize", 1, DEF, 0, TEXT, "the buffer of a log server" },
	{ "log-proto", 1, DEF, 0, CHOICE("legacy octet-count"),
	  "how log messages are told apart" },
	{ "max-reuse", 1, DEF, 0, COUNT(-1), "how often a connection is used again" },
	{ "maxconn", 1, DEF, VERSION(2, 6), COUNT(0),
	  "connections that it gets at once; 0: no limit" },
	{ "maxqueue", 1, DEF, VERSION(2, 6), COUNT(0),
	  "requests that may wait for it; 0: no limit" },
	{ "minconn", 1, DEF, VERSION(2, 6), COUNT(0),
	  "the least that a maxconn that follows the load falls to" },
	{ "name", 1, DEF, 0, TEXT, "a name for this default-server" },
	{ "namespace", 1, DEF, 0, TEXT, "the network namespace that it is in" },
	{ "no-agent-check", 0, DEF, 0, TEXT, "no agent checks" },
	{ "no-backup", 0, DEF, VERSION(2, 6), TEXT, "no backup server" },
	{ "no-check", 0, DEF, 0, TEXT, "no health checks" },
	{ "no-check-reuse-pool", 0, DEF, 0, TEXT, "checks open connections of their own" },
	{ "no-check-send-proxy", 0, DEF, 0, TEXT, "checks do not send the PROXY protocol" },
	{ "no-check-sni-auto", 0, DEF, VERSION(3, 4), TEXT,
	  "checks do not take the name from their Host header" },
	{ "no-check-ssl", 0, DEF, 0, TEXT, "checks do not use TLS" },
	{ "no-renegotiate", 0, DEF, VERSION(3, 3), TEXT, "refuses TLS renegotiation" },
	{ "no-send-proxy", 0, DEF, VERSION(2, 6), TEXT, "does not send the PROXY protocol" },
	{ "no-send-proxy-v2", 0, DEF, VERSION(2, 6), TEXT,
	  "does not send the PROXY protocol, version 2" },
	{ "no-send-proxy-v2-ssl", 0, DEF, 0, TEXT,
	  "does not send the PROXY protocol with TLS data" },
	{ "no-send-proxy-v2-ssl-cn", 0, DEF, 0, TEXT,
	  "does not send the PROXY protocol with TLS data and common name" },
	{ "no-sni-auto", 0, DEF, VERSION(3, 4), TEXT,
	  "does not take the TLS name from the Host header" },
	{ "no-ssl", 0, DEF, 0, TEXT, "no TLS" },
	{ "no-ssl-reuse", 0, DEF, VERSION(2, 6), TEXT, "does not resume TLS sessions" },
	{ "no-sslv3", 0, 0, VERSION(2, 6), TEXT, "no SSLv3" },
	{ "no-tfo", 0, DEF, VERSION(2, 6), TEXT, "no TCP Fast Open" },
	{ "no-tls-tickets", 0, DEF, VERSION(2, 6), TEXT, "no TLS tickets" },
	{ "no-tlsv10", 0, 0, VERSION(2, 6), TEXT, "no TLS 1.0" },
	{ "no-tlsv11", 0, 0, VERSION(2, 6), TEXT, "no TLS 1.1" },
	{ "no-tlsv12", 0, 0, VERSION(2, 6), TEXT, "no TLS 1.2" },
	{ "no-tlsv13", 0, 0, VERSION(2, 6), TEXT, "no TLS 1.3" },
	{ "non-stick", 0, DEF, 0, TEXT, "is not stored in stick tables" },
	{ "npn", 1, DEF, VERSION(2, 6), TEXT, "protocols offered to the server in old TLS" },
	{ "observe", 1, DEF, VERSION(2, 6), CHOICE("none layer4 layer7"),
	  "judges its health by its traffic" },
	{ "on-error", 1, DEF, VERSION(2, 6), CHOICE("fastinter fail-check sudden-death mark-down"),
	  "what observed errors do" },
	{ "on-marked-down", 1, DEF, VERSION(2, 6), CHOICE("shutdown-sessions"),
	  "what happens to sessions when it goes down" },
	{ "on-marked-up", 1, DEF, VERSION(2, 6), CHOICE("shutdown-backup-sessions"),
	  "what happens to sessions on backups when it comes up" },
	{ "pool-conn-name", 1, DEF, VERSION(3, 0), TEXT,
	  "which idle connection a request may use" },
	{ "pool-low-conn", 1, DEF, VERSION(2, 6), COUNT(0),
	  "idle connections that each thread keeps to itself" },
	{ "pool-max-conn", 1, DEF, VERSION(2, 6), COUNT(-1),
	  "idle connections that are kept; -1: no limit" },
	{ "pool-purge-delay", 1, DEF, VERSION(2, 6), TIME,
	  "time after which half the idle connections are closed" },
	{ "port", 1, DEF, VERSION(2, 6), NUMBER(1, 65535), "the port that checks go to" },
	{ "proto", 1, DEF, VERSION(2, 6), TEXT, "the protocol that it speaks" },
	{ "proxy-v2-options", 1, DEF, VERSION(2, 6), TEXT,
	  "what the PROXY protocol tells besides" },
	{ "quic-cc-algo", 1, DEF, 0, TEXT, "QUIC's congestion control for the server" },
	{ "redir", 1, DEF, 0, TEXT, "redirects clients there instead of forwarding" },
	{ "renegotiate", 0, NO | DEF, VERSION(3, 3), TEXT, "lets the server renegotiate TLS" },
	{ "resolve-net", 1, DEF, 0, TEXT, "networks that resolved addresses should be in" },
	{ "resolve-opts", 1, DEF, 0, TEXT, "how resolved addresses are used" },
	{ "resolve-prefer", 1, DEF, 0, CHOICE("ipv4 ipv6"),
	  "the address family that is preferred" },
	{ "resolvers", 1, DEF, 0, TEXT, "the name servers that follow its name" },
	{ "rise", 1, DEF, VERSION(2, 6), COUNT(1), "good checks until it is up" },
	{ "send-proxy", 0, NO | DEF, VERSION(2, 6), TEXT, "sends the PROXY protocol" },
	{ "send-proxy-v2", 0, NO | DEF, VERSION(2, 6), TEXT,
	  "sends the PROXY protocol, version 2" },
	{ "send-proxy-v2-ssl", 0, NO | DEF, VERSION(2, 6), TEXT,
	  "sends the PROXY protocol with TLS data" },
	{ "send-proxy-v2-ssl-cn", 0, NO | DEF, VERSION(2, 6), TEXT,
	  "sends the PROXY protocol with TLS data and common name" },
	{ "set-proxy-v2-tlv-fmt", 1, DEF, VERSION(2, 9), TEXT,
	  "adds a value to the PROXY protocol" },
	{ "shard", 1, DEF, VERSION(2, 7), COUNT(0), "which part of the tables the peer gets" },
	{ "sigalgs", 1, DEF, VERSION(2, 9), TEXT, "signatures accepted from the server" },
	{ "slowstart", 1, DEF, VERSION(2, 6), TIME, "how long it takes from up to full weight" },
	{ "sni", 1, DEF, VERSION(2, 6), TEXT, "the name that is asked for in TLS" },
	{ "sni-auto", 0, NO | DEF, 0, TEXT, "takes the TLS name from the Host header" },
	{ "socks4", 1, DEF, 0, TEXT, "the SOCKS4 proxy on the way" },
	{ "source", 1, DEF, VERSION(2, 6), TEXT, "the address that connections come from" },
	{ "ssl", 0, NO | DEF, VERSION(2, 6), TEXT, "uses TLS" },
	{ "ssl-max-ver", 1, DEF, VERSION(2, 6), TLS, "the newest TLS version" },
	{ "ssl-min-ver", 1, DEF, VERSION(2, 6), TLS, "the oldest TLS version" },
	{ "ssl-reuse", 0, NO | DEF, 0, TEXT, "resumes TLS sessions" },
	{ "stick", 0, DEF, 0, TEXT, "is stored in stick tables after all" },
	{ "strict-maxconn", 0, DEF, VERSION(3, 2), TEXT, "counts idle connections in maxconn" },
	{ "tcp-md5sig", 1, DEF, 0, TEXT, "the password of signed TCP segments" },
	{ "tcp-ut", 1, DEF, 0, TIME, "how long sent data may stay unacknowledged" },
	{ "tfo", 0, NO | DEF, VERSION(2, 6), TEXT, "TCP Fast Open" },
	{ "tls-tickets", 0, NO | DEF, VERSION(2, 6), TEXT, "TLS tickets after all" },
	{ "track", 1, DEF, VERSION(2, 6), TEXT, "follows the health of another server" },
	{ "usesrc", 1, DEF | AFTER, VERSION(2, 6), TEXT, "the address that the server sees" },
	{ "verify", 1, DEF, VERSION(2, 6), CHOICE("none required"),
	  "whether its certificate is checked" },
	{ "verifyhost", 1, DEF, VERSION(2, 6), TEXT, "the name that its certificate must have" },
	{ "weight", 1, DEF, VERSION(2, 6), NUMBER(0, 256), "its share of the load" },
	{ "ws", 1, DEF, VERSION(2, 6), CHOICE("auto h1 h2"), "the HTTP version of websockets" },
};
const size_t server_keyword_table_count = N(server_keyword_table);

const struct bind_keyword_def bind_keyword_table[] = {
	{ "accept-netscaler-cip", 1, "takes the client's address from the NetScaler protocol" },
	{ "accept-proxy", 0, "takes the client's address from the PROXY protocol" },
	{ "allow-0rtt", 0, "accepts early data of TLS 1.3" },
	{ "alpn", 1, "protocols offered to clients in TLS" },
	{ "backlog", 1, "connections that may wait in the kernel" },
	{ "ca-file", 1, "the authorities that client certificates may come from" },
	{ "ca-ignore-err", 1, "errors of client authorities that are let through" },
	{ "ca-sign-file", 1, "the authority that signs generated certificates" },
	{ "ca-sign-pass", 1, "the password of the signing authority's key" },
	{ "ca-verify-file", 1, "authorities that are trusted but not told to clients" },
	{ "cc", 1, "the kernel's congestion control for clients" },
	{ "ciphers", 1, "ciphers up to TLS 1.2" },
	{ "ciphersuites", 1, "ciphers from TLS 1.3 on" },
	{ "client-sigalgs", 1, "signatures accepted in client certificates" },
	{ "crl-file", 1, "revoked client certificates" },
	{ "crt", 1, "a certificate, or a folder of them" },
	{ "crt-ignore-err", 1, "errors of client certificates that are let through" },
	{ "crt-list", 1, "a file that lists certificates and their settings" },
	{ "curves", 1, "curves of the key exchange" },
	{ "default-crt", 1, "the certificate for names that no other fits" },
	{ "defer-accept", 0, "accepts a connection when its first data is there" },
	{ "ecdhe", 1, "the curve of older key exchanges" },
	{ "ech", 1, "the folder with keys for encrypted greetings" },
	{ "expose-fd", 1, "hands the listening sockets over the stats socket" },
	{ "force-sslv3", 0, "SSLv3 only" },
	{ "force-tlsv10", 0, "TLS 1.0 only" },
	{ "force-tlsv11", 0, "TLS 1.1 only" },
	{ "force-tlsv12", 0, "TLS 1.2 only" },
	{ "force-tlsv13", 0, "TLS 1.3 only" },
	{ "generate-certificates", 0, "makes certificates for the names that clients ask for" },
	{ "gid", 1, "number of the group that owns the socket file" },
	{ "group", 1, "the group that owns the socket file" },
	{ "guid-prefix", 1, "start of the listeners' unique identifiers" },
	{ "id", 1, "number of the listener" },
	{ "idle-ping", 1, "time after which an idle HTTP/2 client is tried" },
	{ "interface", 1, "the interface to listen on" },
	{ "ktls", 1, "TLS in the kernel" },
	{ "label", 1, "a name for use in rules" },
	{ "level", 1, "what a stats socket lets its users do" },
	{ "maxconn", 1, "connections that the listener takes at once" },
	{ "mode", 1, "permissions of the socket file" },
	{ "mss", 1, "the largest TCP segment" },
	{ "name", 1, "a name for statistics" },
	{ "namespace", 1, "the network namespace to listen in" },
	{ "nbconn", 1, "how many connections to open, for reverse HTTP" },
	{ "nice", 1, "priority of the listener's connections" },
	{ "no-alpn", 0, "offers no protocols in TLS" },
	{ "no-ca-names", 0, "does not tell clients the authorities" },
	{ "no-sslv3", 0, "no SSLv3" },
	{ "no-strict-sni", 0, "serves a default certificate for unknown names after all" },
	{ "no-tls-tickets", 0, "no TLS tickets" },
	{ "no-tlsv10", 0, "no TLS 1.0" },
	{ "no-tlsv11", 0, "no TLS 1.1" },
	{ "no-tlsv12", 0, "no TLS 1.2" },
	{ "no-tlsv13", 0, "no TLS 1.3" },
	{ "npn", 1, "protocols offered to clients in old TLS" },
	{ "prefer-client-ciphers", 0, "the client's order of ciphers counts" },
	{ "process", 1, "which threads serve the listener, replaced by thread" },
	{ "proto", 1, "the protocol that clients speak" },
	{ "quic-cc-algo", 1, "QUIC's congestion control" },
	{ "quic-force-retry", 0, "QUIC clients must prove their address" },
	{ "quic-socket", 1, "one QUIC socket for each client or for all" },
	{ "severity-output", 1, "how a stats socket shows the severity of messages" },
	{ "shards", 1, "how many sockets the listener opens" },
	{ "sigalgs", 1, "signatures offered to clients" },
	{ "ssl", 0, "TLS" },
	{ "ssl-max-ver", 1, "the newest TLS version" },
	{ "ssl-min-ver", 1, "the oldest TLS version" },
	{ "strict-sni", 0, "refuses clients that ask for an unknown name" },
	{ "tcp-md5sig", 1, "the password of signed TCP segments" },
	{ "tcp-ss", 1, "whether TCP keeps the client's first packet" },
	{ "tcp-ut", 1, "how long sent data may stay unacknowledged" },
	{ "tfo", 0, "TCP Fast Open" },
	{ "thread", 1, "which threads serve the listener" },
	{ "tls-ticket-keys", 1, "a file with keys for TLS tickets" },
	{ "tls-tickets", 0, "TLS tickets after all" },
	{ "transparent", 0, "listens on addresses that the host does not have" },
	{ "uid", 1, "number of the user that owns the socket file" },
	{ "user", 1, "the user that owns the socket file" },
	{ "v4v6", 0, "listens on IPv4 as well as IPv6" },
	{ "v6only", 0, "listens on IPv6 only" },
	{ "verify", 1, "whether clients need certificates" },
};
const size_t bind_keyword_table_count = N(bind_keyword_table);

const struct balance_def balance_table[] = {
	{ "first",      true,  false, true,  "the first server that has room, by their numbers" },
	{ "hash",       false, true,  true,  "by the hash of an expression" },
	{ "hdr",        false, true,  true,  "by the hash of a request header" },
	{ "leastconn",  true,  false, false, "the server with the fewest connections" },
	{ "log-hash",   false, true,  true,  "by the hash of a log message" },
	{ "random",     true,  false, false, "the less loaded of servers drawn at random" },
	{ "rdp-cookie", false, true,  true,  "by the hash of the RDP cookie" },
	{ "roundrobin", true,  false, false, "in turn, by weight" },
	{ "source",     false, true,  true,  "by the hash of the client's address" },
	{ "static-rr",  false, false, true,  "in turn, by weights that do not change" },
	{ "sticky",     false, false, true,  "the same server until it goes down" },
	{ "uri",        false, true,  true,  "by the hash of the URI" },
	{ "url_param",  false, true,  true,  "by the hash of a query parameter" },
};
const size_t balance_table_count = N(balance_table);
/* clang-format on */

/* The row of that name in a sorted table whose rows begin with their name. */
static const void *find_row(const void *table, size_t count, size_t size, struct span name)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t      middle = low + (high - low) / 2;
		const char *row = (const char *)table + middle * size;
		const char *key;
		int         order;

		memcpy(&key, row, sizeof(key));
		order = span_compare(name, span_of(key));
		if (!order)
			return row;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

#define FIND_ROW(table, name) find_row(table, N(table), sizeof((table)[0]), name)

/* `set-var(txn.x)` -> `set-var`. */
static struct span without_arguments(struct span word)
{
	const char *open = word.len ? memchr(word.at, '(', word.len) : NULL;

	return open ? span_make(word.at, (size_t)(open - word.at)) : word;
}

const struct keyword_def *keyword_find(struct span first, struct span second)
{
	static const size_t       size = sizeof(keyword_table[0]);
	char                      pair[64]; /* longer than any name of a table row */
	const struct keyword_def *def = NULL;

	second = without_arguments(second);
	if (second.len && first.len + 1 + second.len <= sizeof(pair)) {
		memcpy(pair, first.at, first.len);
		pair[first.len] = ' ';
		memcpy(pair + first.len + 1, second.at, second.len);
		def = find_row(keyword_table, keyword_table_count, size,
			       span_make(pair, first.len + 1 + second.len));
	}
	return def ? def : find_row(keyword_table, keyword_table_count, size, first);
}

const struct server_keyword_def *server_keyword_find(struct span name)
{
	return FIND_ROW(server_keyword_table, without_arguments(name));
}

/* Keywords that take each other back without a no-. */
static const char *const opposite_table[][2] = {
	{ "disabled", "enabled" },
	{ "non-stick", "stick" },
};

const struct server_keyword_def *server_keyword_opposite(const struct server_keyword_def *def)
{
	struct span name = span_of(def->name);
	char        other[64];

	for (size_t i = 0; i < N(opposite_table); i++)
		for (size_t side = 0; side < 2; side++)
			if (span_is(name, opposite_table[i][side]))
				return server_keyword_find(span_of(opposite_table[i][!side]));
	if (span_starts(name, "no-"))
		return server_keyword_find(span_make(name.at + 3, name.len - 3));
	if (!(def->flags & SERVER_KEYWORD_NO) || name.len + 3 > sizeof(other))
		return NULL;
	memcpy(other, "no-", 3);
	memcpy(other + 3, name.at, name.len);
	return server_keyword_find(span_make(other, name.len + 3));
}

const struct balance_def *balance_find(struct span algorithm)
{
	return FIND_ROW(balance_table, without_arguments(algorithm));
}
