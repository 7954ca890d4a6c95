/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/plan/effect.h"

#include <limits.h>
#include <string.h>

#include "penstock/base/mem.h"
#include "penstock/base/text.h"
#include "penstock/plan/commands.h"

static const char *const change_names[] = {
	[CHANGE_COMMENT] = "comment",
	[CHANGE_SECTION_ADDED] = "section-added",
	[CHANGE_SECTION_DELETED] = "section-deleted",
	[CHANGE_LINE_ADDED] = "line-added",
	[CHANGE_LINE_DELETED] = "line-deleted",
	[CHANGE_LINE_CHANGED] = "line-changed",
	[CHANGE_LINES_MOVED] = "lines-moved",
	[CHANGE_SERVER_ADDED] = "server-added",
	[CHANGE_SERVER_DELETED] = "server-deleted",
	[CHANGE_SERVER_MOVED] = "server-moved",
	[CHANGE_SERVER_ADDRESS] = "server-address",
	[CHANGE_SERVER_WEIGHT] = "server-weight",
	[CHANGE_SERVER_STATE] = "server-state",
	[CHANGE_SERVER_MAXCONN] = "server-maxconn",
	[CHANGE_SERVER_KEYWORD] = "server-keyword",
	[CHANGE_FRONTEND_MAXCONN] = "frontend-maxconn",
	[CHANGE_MAP_ADDED] = "map-entry-added",
	[CHANGE_MAP_DELETED] = "map-entry-deleted",
	[CHANGE_MAP_CHANGED] = "map-entry-changed",
	[CHANGE_ACL_ADDED] = "acl-pattern-added",
	[CHANGE_ACL_DELETED] = "acl-pattern-deleted",
	[CHANGE_CERTIFICATE] = "certificate",
	[CHANGE_FILE] = "file",
};

const char *change_name(enum change_kind kind)
{
	return change_names[kind];
}

static void read_server(const struct effect_context *context, int side,
			struct server_facts *server)
{
	const struct change *change = context->change;

	facts_server(context->facts, side,
		     side == BEFORE ? change->section_before : change->section_after,
		     side == BEFORE ? change->line_before : change->line_after, server);
}

static long read_number(const struct effect_context *context, int side, const char *key,
			long absent)
{
	struct server_facts server;
	long                value;

	read_server(context, side, &server);
	value = setting_number(&server.settings, key, absent);
	server_facts_release(&server);
	return value;
}

static bool read_flag(const struct effect_context *context, int side, const char *key)
{
	struct server_facts server;
	bool                on;

	read_server(context, side, &server);
	on = setting_is_on(&server.settings, key);
	server_facts_release(&server);
	return on;
}

static int check_weights(const struct effect_context *context, long before, long after,
			 struct str *why)
{
	if (before < 0 || before > 256 || after < 0 || after > 256) {
		str_add_text(why, "a weight is a number from 0 to 256");
		return -1;
	}
	return check_dynamic_balance(context, "weights", why);
}

static void set_weight(const struct effect_context *context, struct step *step,
		       const char *target, long now, long after)
{
	step_command(step, REPLY_EMPTY, "set server %s weight %ld", target, after);
	step_inverse(step, 0, REPLY_EMPTY, "set server %s weight %ld", target, now);
	step_promise(step, context->change);
	step->promise.weight = after;
}

static int effect_weight(const struct effect_context *context, struct step *step, struct str *why)
{
	const struct observed_server *server = change_server_now(context);
	long       before = read_number(context, BEFORE, "weight", 1);
	long       after = read_number(context, AFTER, "weight", 1);
	long       now = server && server->weight >= 0 ? server->weight : before;
	struct str target = STR_INIT;
	int        result = change_target(context, &target, why);

	if (result == 0 && before != after && now == after) {
		step_has_already(step);
	} else if (result == 0 && before != after) {
		result = check_weights(context, before, after, why);
		if (result == 0)
			set_weight(context, step, target.bytes, now, after);
	}
	str_release(&target);
	return result;
}

struct endpoint {
	char ip[IP_ROOM];
	long port;
};

static int read_endpoint(const struct document *doc, size_t line, struct endpoint *endpoint,
			 struct str *why)
{
	struct server server = SERVER_INIT;
	int           result;

	server_read(&server, line_span(&doc->lines.items[line]));
	result = server_endpoint(&server, endpoint->ip, &endpoint->port, false, why);
	if (result == 0 && !endpoint->port) {
		str_add_text(why, "without a port it takes that of the client, which no "
				  "command says");
		result = -1;
	}
	server_release(&server);
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

static void set_address(const struct effect_context *context, struct step *step,
			const char *target, const struct endpoint *now,
			const struct endpoint *after)
{
	step_command(step, REPLY_ADDRESS, "set server %s addr %s port %ld", target, after->ip,
		     after->port);
	step_inverse(step, 0, REPLY_ADDRESS, "set server %s addr %s port %ld", target, now->ip,
		     now->port);
	step_note(step, "open connections stay on the old address");
	step_promise(step, context->change);
	step->promise.address = xstrdup(after->ip);
	step->promise.port = after->port;
}

static int effect_address(const struct effect_context *context, struct step *step, struct str *why)
{
	const struct change *change = context->change;
	struct endpoint      before, after, now;
	struct str           target = STR_INIT;
	int                  result = change_target(context, &target, why);

	if (result == 0)
		result = read_endpoint(context->before, change->line_before, &before, why);
	if (result == 0)
		result = read_endpoint(context->after, change->line_after, &after, why);
	if (result == 0 && !same_endpoint(&before, &after)) {
		now = before;
		observe_endpoint(context, &now);
		if (same_endpoint(&now, &after))
			step_has_already(step);
		else
			set_address(context, step, target.bytes, &now, &after);
	}
	str_release(&target);
	return result;
}

static void set_state(const struct effect_context *context, struct step *step,
		      const char *target, const char *now, bool disabled)
{
	step_command(step, REPLY_EMPTY, "set server %s state %s", target,
		     disabled ? "maint" : "ready");
	step_inverse(step, 0, REPLY_EMPTY, "set server %s state %s", target, now);
	if (disabled)
		step_note(step, "open sessions go on until they end");
	step_promise(step, context->change);
	step->promise.maint = disabled;
}

static int effect_state(const struct effect_context *context, struct step *step, struct str *why)
{
	const struct observed_server *server = change_server_now(context);
	bool        before = read_flag(context, BEFORE, "disabled");
	bool        after = read_flag(context, AFTER, "disabled");
	const char *now = server ? observed_state(server) : before ? "maint" : "ready";
	struct str  target = STR_INIT;
	int         result = change_target(context, &target, why);

	if (result == 0 && before != after) {
		/* Whoever drained it by hand had a reason that no file says. */
		if (!after && strcmp(now, "drain") == 0)
			step_note(step, "it drains, set by hand: 'ready %s' ends that",
				  target.bytes);
		else if (strcmp(now, after ? "maint" : "ready") == 0)
			step_has_already(step);
		else
			set_state(context, step, target.bytes, now, after);
	}
	str_release(&target);
	return result;
}

static int check_maxconn(const struct effect_context *context, long before, long after,
			 struct str *why)
{
	if (before < 0 || before > INT_MAX || after < 0 || after > INT_MAX)
		str_add_text(why, "maxconn is no plain number");
	else if (read_flag(context, BEFORE, "minconn") || read_flag(context, AFTER, "minconn"))
		str_add_text(why, "maxconn and minconn are weighed against each other at start");
	else
		return 0;
	return -1;
}

static void set_maxconn(const struct effect_context *context, struct step *step,
			const char *target, long now, long after)
{
	step_command(step, REPLY_EMPTY, "set maxconn server %s %ld", target, after);
	step_inverse(step, 0, REPLY_EMPTY, "set maxconn server %s %ld", target, now);
	step_promise(step, context->change);
	step->promise.maxconn = after;
}

static int effect_maxconn(const struct effect_context *context, struct step *step, struct str *why)
{
	const struct observed_server *server = change_server_now(context);
	long       before = read_number(context, BEFORE, "maxconn", 0);
	long       after = read_number(context, AFTER, "maxconn", 0);
	long       now = server && server->maxconn >= 0 ? server->maxconn : before;
	struct str target = STR_INIT;
	int        result = change_target(context, &target, why);

	if (result == 0 && before != after) {
		result = check_maxconn(context, before, after, why);
		if (result == 0 && now == after)
			step_has_already(step);
		else if (result == 0)
			set_maxconn(context, step, target.bytes, now, after);
	}
	str_release(&target);
	return result;
}

/* The section's last `maxconn` line as a number; 0 asks for the default, as
 * does no line; -1 when it cannot be read. */
static long own_maxconn(const struct document *doc, const struct section *section)
{
	struct words words = WORDS_INIT;
	size_t       line = section->first;
	long         value = 0;

	while ((line = section_find(doc, section, line, "maxconn", NULL)) != SIZE_MAX) {
		words_split(&words, line_span(&doc->lines.items[line++]));
		if (!span_to_long(words_text(&words, 1), &value) || value < 0 || value > INT_MAX)
			value = -1;
	}
	words_release(&words);
	return value;
}

/*
 * What a frontend is limited to: its own value, that of its defaults, that of
 * the process, which the global section says or the process told; -1 when it
 * is not known.
 */
static long frontend_maxconn(const struct effect_context *context, const struct document *doc,
			     size_t index)
{
	const struct section *lineage[DEFAULTS_DEPTH];
	const struct section *global = document_section(doc, SECTION_GLOBAL, span_make("", 0));
	size_t count = section_lineage(doc, &doc->sections.items[index], lineage);
	long   value = 0;

	for (size_t i = 0; i < count && value == 0; i++)
		value = own_maxconn(doc, lineage[i]);
	if (value == 0 && global)
		value = own_maxconn(doc, global);
	if (value == 0)
		value = context->ability->maxconn;
	return value > 0 ? value : -1;
}

static int check_frontend_maxconn(const struct effect_context *context, long *before, long *after,
				  struct str *why)
{
	const struct change *change = context->change;

	*before = frontend_maxconn(context, context->before, change->section_before);
	*after = frontend_maxconn(context, context->after, change->section_after);
	if (*before < 0 || *after < 0) {
		str_add_text(why, "the limit without the line is only known to the process");
		return -1;
	}
	return 0;
}

static int effect_frontend_maxconn(const struct effect_context *context, struct step *step,
				   struct str *why)
{
	const struct observed_frontend *frontend = change_frontend_now(context);
	struct str name = STR_INIT;
	long       before, after, now;
	int        result = change_section(context, &name, why);

	if (result == 0)
		result = check_frontend_maxconn(context, &before, &after, why);
	if (result == 0 && before != after) {
		now = frontend && frontend->maxconn >= 0 ? frontend->maxconn : before;
		if (now == after) {
			step_has_already(step);
		} else {
			step_command(step, REPLY_EMPTY, "set maxconn frontend %s %ld", name.bytes,
				     after);
			step_inverse(step, 0, REPLY_EMPTY, "set maxconn frontend %s %ld",
				     name.bytes, now);
			step->promise.frontend = xstrdup(name.bytes);
			step->promise.maxconn = after;
		}
	}
	str_release(&name);
	return result;
}

static int effect_moved(const struct effect_context *context, struct step *step, struct str *why)
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

/* Runtime steps run in this order, so that a backend never runs short. */
enum { ORDER_ADD, ORDER_SET, ORDER_DELETE };

#define NEVER_AT_RUN_TIME(kind, why) \
	{ kind, STEP_RELOAD, 0, 0, ACCESS_NONE, 0, NULL, why, NULL, NULL, true }
/* Up to 3.2 any level may change maps and acls; what a later one refuses is known
 * before (runtime-api.md 1.2). */
#define ENTRY_AT_RUN_TIME(kind, make, order, why, command, undo)                             \
	{ kind, STEP_RUNTIME, VERSION(3, 4), 0, ACCESS_ADMIN, order, make, why, command, undo, \
	  true },                                                                            \
	{ kind, STEP_RUNTIME, 0, 0, ACCESS_USER, order, make, why, command, undo, true }
#define SET_AT_RUN_TIME(kind, make, why, command, undo) \
	{ kind, STEP_RUNTIME, 0, 0, ACCESS_ADMIN, ORDER_SET, make, why, command, undo, true }

/* clang-format off */
const struct effect_def effect_table[] = {
	{ CHANGE_COMMENT, STEP_NONE, 0, 0, ACCESS_NONE, 0, NULL,
	  "HAProxy does not read it", NULL, NULL, true },
	NEVER_AT_RUN_TIME(CHANGE_SECTION_ADDED, "sections are set up at start"),
	NEVER_AT_RUN_TIME(CHANGE_SECTION_DELETED, "sections are set up at start"),
	NEVER_AT_RUN_TIME(CHANGE_LINE_ADDED, NULL),
	NEVER_AT_RUN_TIME(CHANGE_LINE_DELETED, NULL),
	NEVER_AT_RUN_TIME(CHANGE_LINE_CHANGED, NULL),
	NEVER_AT_RUN_TIME(CHANGE_LINES_MOVED, "their order is taken from the file at start"),
	{ CHANGE_SERVER_ADDED, STEP_RUNTIME, VERSION(2, 6), 0, ACCESS_ADMIN, ORDER_ADD,
	  effect_server_added,
	  "literal address, dynamic balance algorithm, keywords that the version takes",
	  "add server B/S ADDRESS KEYWORD...; enable health B/S; set server B/S state ready",
	  "set server B/S state maint; del server B/S", true },
	NEVER_AT_RUN_TIME(CHANGE_SERVER_ADDED,
			  "servers can be added at run time from HAProxy 2.6 on"),
	{ CHANGE_SERVER_DELETED, STEP_RUNTIME, VERSION(2, 6), 0, ACCESS_ADMIN, ORDER_DELETE,
	  effect_server_deleted, "no other line may refer to it",
	  "set server B/S state maint; del server B/S",
	  "add server B/S ADDRESS KEYWORD...; enable health B/S; set server B/S state ready",
	  true },
	NEVER_AT_RUN_TIME(CHANGE_SERVER_DELETED,
			  "servers can be deleted at run time from HAProxy 2.6 on"),
	{ CHANGE_SERVER_MOVED, STEP_NONE, 0, 0, ACCESS_NONE, 0, effect_moved,
	  "balance roundrobin, leastconn and random do not look at the order", NULL, NULL, true },
	SET_AT_RUN_TIME(CHANGE_SERVER_ADDRESS, effect_address, "literal addresses with a port",
			"set server B/S addr IP port PORT", "set server B/S addr IP port PORT"),
	SET_AT_RUN_TIME(CHANGE_SERVER_WEIGHT, effect_weight, "dynamic balance algorithm",
			"set server B/S weight N", "set server B/S weight N"),
	SET_AT_RUN_TIME(CHANGE_SERVER_STATE, effect_state, "disabled is maint",
			"set server B/S state maint", "set server B/S state ready"),
	SET_AT_RUN_TIME(CHANGE_SERVER_MAXCONN, effect_maxconn, "0 is no limit; not with minconn",
			"set maxconn server B/S N", "set maxconn server B/S N"),
	NEVER_AT_RUN_TIME(CHANGE_SERVER_KEYWORD, "it is read at start only"),
	SET_AT_RUN_TIME(CHANGE_FRONTEND_MAXCONN, effect_frontend_maxconn,
			"a line that is not there stands for the inherited value",
			"set maxconn frontend F N", "set maxconn frontend F N"),
	ENTRY_AT_RUN_TIME(CHANGE_MAP_ADDED, effect_map, ORDER_ADD, "its key stands once",
			  "add map FILE KEY VALUE", "del map FILE KEY"),
	ENTRY_AT_RUN_TIME(CHANGE_MAP_DELETED, effect_map, ORDER_DELETE, "its key stood once",
			  "del map FILE KEY", "add map FILE KEY VALUE"),
	ENTRY_AT_RUN_TIME(CHANGE_MAP_CHANGED, effect_map, ORDER_SET, "its key stands once",
			  "set map FILE KEY VALUE", "set map FILE KEY VALUE"),
	ENTRY_AT_RUN_TIME(CHANGE_ACL_ADDED, effect_acl, ORDER_ADD, "it stands once",
			  "add acl FILE PATTERN", "del acl FILE PATTERN"),
	ENTRY_AT_RUN_TIME(CHANGE_ACL_DELETED, effect_acl, ORDER_DELETE, "it stood once",
			  "del acl FILE PATTERN", "add acl FILE PATTERN"),
	NEVER_AT_RUN_TIME(CHANGE_CERTIFICATE, "it is read at start"),
	NEVER_AT_RUN_TIME(CHANGE_FILE, "no command brings the process to the same state"),
};

const struct fault_def fault_table[] = {
	{ VERSION_POINT(3, 0, 0), VERSION_POINT(3, 0, 1), "add server * guid ",
	  "a guid that is taken ends the process" },
	{ VERSION_POINT(3, 4, 0), VERSION_POINT(3, 4, 1), "clear counters all",
	  "the process dies when the last server of a backend goes down afterwards" },
	{ 0, VERSION(3, 5), "clear counters server",
	  "the counters of everything are cleared, not of one server" },
	{ VERSION_POINT(3, 4, 0), VERSION_POINT(3, 5, 1), "set server * check-addr ",
	  "every address is refused" },
};
/* clang-format on */

const size_t effect_table_count = N(effect_table);
const size_t fault_table_count = N(fault_table);

static bool in_bounds(unsigned version, unsigned since, unsigned until)
{
	return version >= since && (!until || version < until);
}

const struct effect_def *effect_find(enum change_kind change, unsigned version)
{
	if (!version)
		version = UINT_MAX;
	for (size_t i = 0; i < N(effect_table); i++)
		if (effect_table[i].change == change &&
		    in_bounds(version, effect_table[i].since, effect_table[i].until))
			return &effect_table[i];
	BUG("no effect for %s", change_name(change));
}

const struct fault_def *fault_find(unsigned version, struct span command)
{
	struct str pattern = STR_INIT;
	size_t     found = N(fault_table);

	for (size_t i = 0; version && i < found; i++) {
		str_set(&pattern, fault_table[i].command);
		str_add_char(&pattern, '*');
		if (in_bounds(version, fault_table[i].since, fault_table[i].until) &&
		    text_glob(str_span(&pattern), command))
			found = i;
	}
	str_release(&pattern);
	return found < N(fault_table) ? &fault_table[found] : NULL;
}
