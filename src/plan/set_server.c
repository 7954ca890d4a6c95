/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What `set server`, `set weight` and `set maxconn` change of a server that stays. */
#include <limits.h>
#include <string.h>

#include "penstock/base/mem.h"
#include "penstock/plan/commands.h"
#include "penstock/plan/effects.h"

static long read_number(const struct server_pair *pair, int side, const char *key, long absent)
{
	return setting_number(&pair->sides[side].settings, key, absent);
}

static bool is_on(const struct server_pair *pair, int side, const char *key)
{
	return setting_is_on(&pair->sides[side].settings, key);
}

/* One weight, before and after, and what the process has or began with. */
struct weights {
	long before, after, now, initial;
};

static void set_weight(const struct effect_context *context, const char *target,
		       const struct weights *weights, struct step *step)
{
	step_need(step, NEED_SERVER, context->change, 0);
	step_command(step, REPLY_EMPTY, "set server %s weight %ld", target, weights->after);
	step_inverse(step, 0, REPLY_EMPTY, "set server %s weight %ld", target, weights->now);
}

/* Algorithms with a fixed table of servers take a server out and back in. */
static int set_static_weight(const struct effect_context *context, const char *target,
			     const struct weights *weights, struct step *step, struct str *why)
{
	const struct backend_facts *backend =
		facts_backend(context->facts, BEFORE, context->change->section_before);
	bool back = weights->after == weights->initial;

	if (!backend->balance || (weights->after != 0 && !back))
		return check_dynamic_balance(context, "weights but 0", why);
	step_need(step, NEED_WEIGHT, context->change,
		  back ? weights->after : weights->before);
	step_command(step, REPLY_EMPTY, "set server %s weight %s", target, back ? "100%" : "0%");
	step_inverse(step, 0, REPLY_EMPTY, "set server %s weight %s", target,
		     back ? "0%" : "100%");
	return 0;
}

static int check_weights(const struct weights *weights, struct str *why)
{
	if (weights->before >= 0 && weights->before <= 256 && weights->after >= 0 &&
	    weights->after <= 256)
		return 0;
	str_add_text(why, "a weight is a number from 0 to 256");
	return -1;
}

static int change_weight(const struct effect_context *context, const char *target,
			 const struct weights *weights, struct step *step, struct str *why)
{
	const struct change *change = context->change;
	int                  result = check_weights(weights, why);

	if (result == 0 && facts_backend(context->facts, BEFORE, change->section_before)->dynamic)
		set_weight(context, target, weights, step);
	else if (result == 0)
		result = set_static_weight(context, target, weights, step, why);
	if (result == 0) {
		step_promise(step, change);
		step->promise.weight = weights->after;
	}
	return result;
}

int effect_weight(const struct effect_context *context, struct step *step, struct str *why)
{
	const struct observed_server *server = change_server_now(context);
	struct server_pair pair;
	int                result = pair_read(&pair, context, why);
	struct weights     weights = {
		.before = read_number(&pair, BEFORE, "weight", 1),
		.after = read_number(&pair, AFTER, "weight", 1),
		.initial = server ? server->initial_weight : -1,
	};

	weights.now = server && server->weight >= 0 ? server->weight : weights.before;
	if (result == 0 && weights.before != weights.after) {
		if (weights.now == weights.after)
			step_has_already(step);
		else
			result = change_weight(context, pair.target.bytes, &weights, step, why);
	}
	pair_release(&pair);
	return result;
}

struct endpoint {
	char ip[IP_ROOM];
	long port;
};

/* A server in maintenance may wait for an address: 0.0.0.0 is a spare slot's. */
static int read_endpoint(const struct server_pair *pair, int side, struct endpoint *endpoint,
			 struct str *why)
{
	enum endpoint_kind kind = is_on(pair, side, "disabled") ? ENDPOINT_SPARE : ENDPOINT_IP;
	int                result = server_endpoint(&pair->sides[side].own, endpoint->ip,
						    &endpoint->port, kind, why);

	if (result == 0 && !endpoint->port) {
		str_add_text(why, "without a port it takes that of the client, which no "
				  "command says");
		result = -1;
	}
	return result;
}

static bool same_endpoint(const struct endpoint *a, const struct endpoint *b)
{
	return a->port == b->port && strcmp(a->ip, b->ip) == 0;
}

/* Where the process sends its connections, where it tells; else as it was. */
static void observe_endpoint(const struct effect_context *context, struct endpoint *endpoint)
{
	const struct observed_server *server = change_server_now(context);

	if (!server || !server_host_is_ip(server->address) || server->address.len >= IP_ROOM ||
	    server->port < 1)
		return;
	memcpy(endpoint->ip, server->address.at, server->address.len);
	endpoint->ip[server->address.len] = '\0';
	endpoint->port = server->port;
}

static void set_address(const struct effect_context *context, const char *target,
			const struct endpoint *now, const struct endpoint *after,
			struct step *step)
{
	step_need(step, NEED_SERVER, context->change, 0);
	step_command(step, REPLY_ADDRESS, "set server %s addr %s port %ld", target, after->ip,
		     after->port);
	step_inverse(step, 0, REPLY_ADDRESS, "set server %s addr %s port %ld", target, now->ip,
		     now->port);
	step_note(step, "open connections stay on the old address");
	step_promise(step, context->change);
	step->promise.address = xstrdup(after->ip);
	step->promise.port = after->port;
}

static int change_address(const struct effect_context *context, const struct server_pair *pair,
			  struct step *step, struct str *why)
{
	struct endpoint before, after, now;

	if (read_endpoint(pair, BEFORE, &before, why) < 0 ||
	    read_endpoint(pair, AFTER, &after, why) < 0)
		return -1;
	if (same_endpoint(&before, &after))
		return 0;
	now = before;
	observe_endpoint(context, &now);
	if (same_endpoint(&now, &after))
		step_has_already(step);
	else
		set_address(context, pair->target.bytes, &now, &after, step);
	return 0;
}

/* Whether a command can give the server this host to look up: no literal, no
 * path, no service (_http._tcp.x), nothing that is still to be expanded. */
static bool is_host_name(const struct server *server)
{
	return server->words.count > 2 && word_fits(&server->words.items[2]) &&
	       server->host.len && !server_host_is_ip(server->host) &&
	       server->host.at[0] != '_' && !memchr(server->host.at, '/', server->host.len) &&
	       !memchr(server->host.at, '@', server->host.len);
}

/* Names are looked up again and again only where the line has resolvers. */
static bool is_resolved(const struct server_pair *pair)
{
	const struct server *before = &pair->sides[BEFORE].own, *after = &pair->sides[AFTER].own;

	return is_on(pair, BEFORE, "resolvers") && is_on(pair, AFTER, "resolvers") &&
	       is_host_name(before) && is_host_name(after) &&
	       span_equal(before->port, after->port);
}

static void set_fqdn(const struct effect_context *context, const struct server_pair *pair,
		     struct step *step)
{
	const char *target = pair->target.bytes;
	struct span before = pair->sides[BEFORE].own.host, after = pair->sides[AFTER].own.host;

	step_need(step, NEED_SERVER, context->change, 0);
	step_command(step, REPLY_FQDN, "set server %s fqdn %.*s", target, (int)after.len,
		     after.at);
	step_inverse(step, 0, REPLY_FQDN, "set server %s fqdn %.*s", target, (int)before.len,
		     before.at);
	step_note(step, "it keeps its address until the resolvers answer");
	step_promise(step, context->change);
	step->promise.fqdn = span_dup(after);
}

int effect_address(const struct effect_context *context, struct step *step, struct str *why)
{
	struct server_pair pair;
	int                result = pair_read(&pair, context, why);

	if (result == 0 && is_resolved(&pair))
		set_fqdn(context, &pair, step);
	else if (result == 0)
		result = change_address(context, &pair, step, why);
	pair_release(&pair);
	return result;
}

static void set_state(const struct effect_context *context, const char *target,
		      const char *now, bool disabled, struct step *step)
{
	step_need(step, NEED_SERVER, context->change, 0);
	step_command(step, REPLY_EMPTY, "set server %s state %s", target,
		     disabled ? "maint" : "ready");
	step_inverse(step, 0, REPLY_EMPTY, "set server %s state %s", target, now);
	if (disabled)
		step_note(step, "open sessions go on until they end");
	step_promise(step, context->change);
	step->promise.maint = disabled;
}

int effect_state(const struct effect_context *context, struct step *step, struct str *why)
{
	const struct observed_server *server = change_server_now(context);
	struct server_pair pair;
	int                result = pair_read(&pair, context, why);
	bool               before = is_on(&pair, BEFORE, "disabled");
	bool               after = is_on(&pair, AFTER, "disabled");
	const char        *now = server ? observed_state(server) : before ? "maint" : "ready";

	if (result == 0 && before != after) {
		/* Whoever drained it by hand had a reason that no file says. */
		if (!after && strcmp(now, "drain") == 0)
			step_note(step, "it drains, set by hand: 'ready %s' ends that",
				  pair.target.bytes);
		else if (strcmp(now, after ? "maint" : "ready") == 0)
			step_has_already(step);
		else
			set_state(context, pair.target.bytes, now, after, step);
	}
	pair_release(&pair);
	return result;
}

static int check_maxconn(const struct server_pair *pair, long before, long after,
			 struct str *why)
{
	if (before < 0 || before > INT_MAX || after < 0 || after > INT_MAX)
		str_add_text(why, "maxconn is no plain number");
	else if (is_on(pair, BEFORE, "minconn") || is_on(pair, AFTER, "minconn"))
		str_add_text(why, "maxconn and minconn are weighed against each other at start");
	else
		return 0;
	return -1;
}

static void set_maxconn(const struct effect_context *context, const char *target, long now,
			long after, struct step *step)
{
	step_need(step, NEED_SERVER, context->change, 0);
	step_command(step, REPLY_EMPTY, "set maxconn server %s %ld", target, after);
	step_inverse(step, 0, REPLY_EMPTY, "set maxconn server %s %ld", target, now);
	step_promise(step, context->change);
	step->promise.maxconn = after;
}

int effect_maxconn(const struct effect_context *context, struct step *step, struct str *why)
{
	const struct observed_server *server = change_server_now(context);
	struct server_pair pair;
	int                result = pair_read(&pair, context, why);
	long               before = read_number(&pair, BEFORE, "maxconn", 0);
	long               after = read_number(&pair, AFTER, "maxconn", 0);
	long               now = server && server->maxconn >= 0 ? server->maxconn : before;

	if (result == 0 && before != after) {
		result = check_maxconn(&pair, before, after, why);
		if (result == 0 && now == after)
			step_has_already(step);
		else if (result == 0)
			set_maxconn(context, pair.target.bytes, now, after, step);
	}
	pair_release(&pair);
	return result;
}

/* Whether the server's line prepared for TLS at start: its own `ssl` or that of
 * a default-server, also where a later no-ssl took it back. */
static bool is_prepared(const struct server_pair *pair)
{
	return setting_find(&pair->sides[BEFORE].settings, span_of("ssl")) != NULL;
}

/* A check without a word of its own goes the way of the traffic, but that is
 * settled at start; `ssl off` takes TLS from every check. */
static bool checks_stay(const struct server_pair *pair, bool ssl)
{
	if (!is_on(pair, AFTER, "check") && !is_on(pair, AFTER, "agent-check"))
		return true;
	if (!ssl)
		return !is_on(pair, AFTER, "check-ssl");
	return !is_on(pair, AFTER, "check") || is_on(pair, AFTER, "port") ||
	       is_on(pair, AFTER, "addr") || is_on(pair, AFTER, "check-ssl");
}

static int set_ssl(const struct effect_context *context, const struct server_pair *pair, bool ssl,
		   struct step *step, struct str *why)
{
	static const char *const states[] = { "off", "on" };
	const char              *target = pair->target.bytes;

	if (!is_prepared(pair)) {
		str_add_text(why, "TLS is set up at start, and nothing asked for it then");
		return -1;
	}
	if (!checks_stay(pair, ssl)) {
		str_add_text(why, "whether health checks use TLS is settled at start");
		return -1;
	}
	step_need(step, NEED_SERVER, context->change, 0);
	step_command(step, REPLY_SSL, "set server %s ssl %s", target, states[ssl]);
	step_inverse(step, 0, REPLY_SSL, "set server %s ssl %s", target, states[!ssl]);
	return 0;
}

int effect_ssl(const struct effect_context *context, struct step *step, struct str *why)
{
	struct server_pair pair;
	int                result = pair_read(&pair, context, why);
	bool               before = is_on(&pair, BEFORE, "ssl");
	bool               after = is_on(&pair, AFTER, "ssl");

	if (result == 0 && before != after)
		result = set_ssl(context, &pair, after, step, why);
	pair_release(&pair);
	return result;
}

int effect_moved(const struct effect_context *context, struct step *step, struct str *why)
{
	const struct backend_facts *backend =
		facts_backend(context->facts, BEFORE, context->change->section_before);

	(void)step;
	if (balance_ignores_order(backend->balance))
		return 0;
	str_addf(why, "balance %.*s goes by the order of the servers", (int)backend->algorithm.len,
		 backend->algorithm.at);
	return -1;
}
