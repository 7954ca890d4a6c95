/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which bind takes a connection. */
#include <string.h>

#include "penstock/base/mem.h"
#include "penstock/config/route_walk.h"
#include "penstock/config/server.h"

bool section_is_http(const struct flat *flat, const struct flat_section *section)
{
	const struct flat_line *mode = flat_setting(flat, section, "mode", NULL);

	return mode && flat_is(mode, 1, "http");
}

/* "80", "8000-8010", "" */
static void read_ports(struct route_bind *bind, struct span text)
{
	struct span rest = text, low;
	long        from = 0, to = 0;

	span_split(&rest, '-', &low);
	if (!span_to_long(low, &from) || from < 0 || from > 65535)
		return;
	if (!rest.at || !span_to_long(rest, &to) || to < from || to > 65535)
		to = from;
	bind->low = (unsigned)from;
	bind->high = (unsigned)to;
}

/* Families that may stand before an address, with the @. */
static const char *const families[] = {
	"ipv4@", "ipv6@", "tcp4@", "tcp6@", "tcp@", "mptcp4@", "mptcp6@", "mptcp@",
};

static struct span without(struct span text, const char *prefix)
{
	size_t len = strlen(prefix);

	return span_make(text.at + len, text.len - len);
}

static bool read_socket(struct route_bind *bind, struct span address)
{
	bind->abstract = span_starts(address, "abns@") || span_starts(address, "abnsz@");
	if (bind->abstract)
		bind->path = without(address, span_starts(address, "abns@") ? "abns@" : "abnsz@");
	else if (span_starts(address, "unix@"))
		bind->path = without(address, "unix@");
	else if (span_starts(address, "/"))
		bind->path = address;
	return bind->path.len > 0;
}

/* false for what no client on the network reaches. */
static bool read_address(struct route_bind *bind, struct span address)
{
	struct span host, port;

	bind->address = address;
	for (size_t i = 0; i < N(families); i++)
		if (span_starts(address, families[i]))
			address = without(address, families[i]);
	if (read_socket(bind, address))
		return true;
	if (memchr(address.at, '@', address.len))
		return false;
	server_split_address(address, &host, &port);
	/* The ports of a range are no server's port. */
	for (size_t i = address.len; i-- > 0 && !port.len;)
		if (address.at[i] == ':') {
			host = span_make(address.at, i);
			port = span_make(address.at + i + 1, address.len - i - 1);
		}
	if (host.len > 1 && host.at[0] == '[')
		host = span_make(host.at + 1, host.len - 2);
	read_ports(bind, port);
	bind->has_inet = inet_parse(host, &bind->inet);
	bind->any = !host.len || span_is(host, "*") ||
		    (bind->has_inet && inet_is_any(&bind->inet));
	return true;
}

static void add_binds(const struct flat_section *section, const struct flat_line *line,
		      struct route_binds *binds)
{
	struct span rest = flat_word(line, 1), address;

	while (span_split(&rest, ',', &address)) {
		struct route_bind bind = { .section = section, .line = line };

		if (!read_address(&bind, address))
			continue;
		bind.ssl = bind_has(&bind, "ssl", NULL);
		*vec_push(&binds->list) = bind;
	}
}

bool bind_has(const struct route_bind *bind, const char *keyword, struct span *value)
{
	for (size_t i = 2; bind->line && i < bind->line->count; i++) {
		if (!flat_is(bind->line, i, keyword))
			continue;
		if (value)
			*value = flat_word(bind->line, i + 1);
		return true;
	}
	return false;
}

void route_binds_read(const struct flat *flat, struct route_binds *binds)
{
	for (size_t i = 0; i < flat->sections.count; i++) {
		const struct flat_section *section = &flat->sections.items[i];
		const struct flat_line    *off = flat_setting(flat, section, "disabled", NULL);

		if (!(section->kind & SECTION_FRONTS) || off)
			continue;
		for (size_t j = 0; j < section->count; j++) {
			const struct flat_line *line = &flat->lines.items[section->first + j];

			if (flat_is(line, 0, "bind"))
				add_binds(section, line, binds);
		}
	}
}

/* How near the bind is to the address that the client connects to; 0: not it. */
static int nearness(const struct route_bind *bind, const struct request *request)
{
	struct inet inet;

	if (bind->path.len)
		return 0;
	if (!inet_parse(request->host, &inet)) {
		if (!span_is(request->host, "localhost"))
			return 1;
		return bind->any || (bind->has_inet && inet_is_loopback(&bind->inet));
	}
	if (bind->has_inet && !bind->any)
		return inet_equal(&inet, &bind->inet) ? 2 : 0;
	return bind->any && !(bind->has_inet && !bind->inet.v6 && inet.v6);
}

/* Whether what comes in is what the bind understands: TLS ends there, or passes
 * through in mode tcp. */
static bool understands(const struct route_bind *bind, const struct flat *flat,
			const struct request *request)
{
	if (request->ssl)
		return bind->ssl || !section_is_http(flat, bind->section);
	return !bind->ssl;
}

static void keep_nearest(struct route_binds *binds, const struct request *request)
{
	int best = 0;

	for (size_t i = 0; i < binds->list.count; i++) {
		int near = nearness(&binds->list.items[i], request);

		best = near > best ? near : best;
	}
	for (size_t i = binds->list.count; i-- > 0;)
		if (nearness(&binds->list.items[i], request) < best)
			vec_remove(&binds->list, i);
}

static bool has_section(const struct route_binds *binds, const struct flat_section *section)
{
	for (size_t i = 0; i < binds->list.count; i++)
		if (binds->list.items[i].section == section)
			return true;
	return false;
}

void route_binds_for(const struct route_binds *binds, const struct flat *flat,
		     const struct request *request, struct route_binds *out)
{
	struct route_binds fitting = { VEC_INIT };

	for (size_t i = 0; i < binds->list.count; i++) {
		const struct route_bind *bind = &binds->list.items[i];

		if (request->port >= bind->low && request->port <= bind->high &&
		    nearness(bind, request) && understands(bind, flat, request))
			*vec_push(&fitting.list) = *bind;
	}
	/* Nobody said the port: then the frontends that speak the scheme will do. */
	for (size_t i = 0; !request->port_said && !fitting.list.count && i < binds->list.count;
	     i++) {
		const struct route_bind *bind = &binds->list.items[i];

		if (bind->ssl == request->ssl && !bind->path.len && bind->low)
			*vec_push(&out->list) = *bind;
	}
	if (fitting.list.count)
		keep_nearest(&fitting, request);
	for (size_t i = 0; i < fitting.list.count; i++)
		if (!has_section(out, fitting.list.items[i].section))
			*vec_push(&out->list) = fitting.list.items[i];
	for (size_t i = out->list.count; i-- > 1;) {
		size_t j = 0;

		while (out->list.items[j].section != out->list.items[i].section)
			j++;
		if (j < i)
			vec_remove(&out->list, i);
	}
	vec_release(&fitting.list);
}

const struct route_bind *route_bind_behind(const struct route_binds *binds, struct span address)
{
	struct route_bind wanted = { .section = NULL };

	if (!read_address(&wanted, address))
		return NULL;
	if (!wanted.path.len && !span_starts(address, "localhost:") &&
	    !(wanted.has_inet && inet_is_loopback(&wanted.inet)))
		return NULL;
	for (size_t i = 0; i < binds->list.count; i++) {
		const struct route_bind *bind = &binds->list.items[i];

		if (wanted.path.len) {
			if (bind->abstract == wanted.abstract &&
			    span_equal(bind->path, wanted.path))
				return bind;
			continue;
		}
		if (bind->path.len || !wanted.low || wanted.low < bind->low ||
		    wanted.low > bind->high)
			continue;
		if (bind->any || !wanted.has_inet ||
		    (bind->has_inet && inet_equal(&bind->inet, &wanted.inet)))
			return bind;
	}
	return NULL;
}
