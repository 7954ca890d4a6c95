/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/plan/effect.h"

#include <limits.h>

#include "penstock/base/mem.h"
#include "penstock/plan/effects.h"

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
	[CHANGE_SERVER_CHECK] = "server-check",
	[CHANGE_SERVER_CHECK_PORT] = "server-check-port",
	[CHANGE_SERVER_CHECK_ADDRESS] = "server-check-address",
	[CHANGE_SERVER_AGENT] = "server-agent",
	[CHANGE_SERVER_AGENT_ADDRESS] = "server-agent-address",
	[CHANGE_SERVER_AGENT_PORT] = "server-agent-port",
	[CHANGE_SERVER_AGENT_SEND] = "server-agent-send",
	[CHANGE_SERVER_SSL] = "server-ssl",
	[CHANGE_SERVER_KEYWORD] = "server-keyword",
	[CHANGE_FRONTEND_MAXCONN] = "frontend-maxconn",
	[CHANGE_MAP_ADDED] = "map-entry-added",
	[CHANGE_MAP_DELETED] = "map-entry-deleted",
	[CHANGE_MAP_CHANGED] = "map-entry-changed",
	[CHANGE_ACL_ADDED] = "acl-pattern-added",
	[CHANGE_ACL_DELETED] = "acl-pattern-deleted",
	[CHANGE_CERTIFICATE] = "certificate",
	[CHANGE_FILE] = "file",
	[CHANGE_GLOBAL_MAXCONN] = "global-maxconn",
	[CHANGE_GLOBAL_RATE] = "global-rate",
	[CHANGE_COOKIE_KEY] = "cookie-key",
	[CHANGE_COOKIE_DYNAMIC] = "cookie-dynamic",
};

const char *change_name(enum change_kind kind)
{
	return change_names[kind];
}

/* Runtime steps run in this order, so that a backend never runs short. */
enum { ORDER_ADD, ORDER_MAINT, ORDER_SET, ORDER_READY, ORDER_CHECK_OFF, ORDER_DELETE };

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
	{ CHANGE_SECTION_ADDED, STEP_RUNTIME, VERSION(3, 4), 0, ACCESS_ADMIN, ORDER_ADD,
	  effect_backend_added,
	  "a backend from a named defaults that says all but mode, guid and servers; no rule "
	  "points to it", "add backend N from D; add server N/S...; publish backend N",
	  "unpublish backend N; del server N/S; del backend N", true },
	NEVER_AT_RUN_TIME(CHANGE_SECTION_ADDED, "sections are set up at start"),
	{ CHANGE_SECTION_DELETED, STEP_RUNTIME, VERSION(3, 4), 0, ACCESS_ADMIN, ORDER_DELETE,
	  effect_backend_deleted, "a backend that no line refers to, without a stick table",
	  "unpublish backend N; del server N/S...; del backend N", "a reload", true },
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
	SET_AT_RUN_TIME(CHANGE_SERVER_ADDRESS, effect_address,
			"literal addresses with a port; names where the line has resolvers",
			"set server B/S addr IP port PORT", "set server B/S addr IP port PORT"),
	SET_AT_RUN_TIME(CHANGE_SERVER_WEIGHT, effect_weight,
			"dynamic balance algorithm; with any to 0 and back to that of the start",
			"set server B/S weight N", "set server B/S weight N"),
	SET_AT_RUN_TIME(CHANGE_SERVER_STATE, effect_state, "disabled is maint",
			"set server B/S state maint", "set server B/S state ready"),
	SET_AT_RUN_TIME(CHANGE_SERVER_MAXCONN, effect_maxconn, "0 is no limit; not with minconn",
			"set maxconn server B/S N", "set maxconn server B/S N"),
	{ CHANGE_SERVER_CHECK, STEP_RUNTIME, 0, 0, ACCESS_ADMIN, ORDER_CHECK_OFF, effect_check,
	  "off, where the line had it at start", "disable health B/S; set server B/S health up",
	  "enable health B/S", true },
	SET_AT_RUN_TIME(CHANGE_SERVER_CHECK_PORT, effect_check_port, "where 'check' is on",
			"set server B/S check-port PORT", "set server B/S check-port PORT"),
	SET_AT_RUN_TIME(CHANGE_SERVER_CHECK_ADDRESS, effect_check_address,
			"where 'check' is on; literal addresses, not taken away",
			"set server B/S check-addr IP", "set server B/S check-addr IP"),
	{ CHANGE_SERVER_AGENT, STEP_RUNTIME, 0, 0, ACCESS_ADMIN, ORDER_CHECK_OFF, effect_agent,
	  "off, where the line had it at start", "set server B/S agent up; disable agent B/S; "
	  "set server B/S weight N", "enable agent B/S", true },
	SET_AT_RUN_TIME(CHANGE_SERVER_AGENT_ADDRESS, effect_agent_address,
			"where 'agent-check' is on; literal addresses, not taken away",
			"set server B/S agent-addr IP", "set server B/S agent-addr IP"),
	SET_AT_RUN_TIME(CHANGE_SERVER_AGENT_PORT, effect_agent_port, "where 'agent-check' is on",
			"set server B/S agent-port PORT", "set server B/S agent-port PORT"),
	SET_AT_RUN_TIME(CHANGE_SERVER_AGENT_SEND, effect_agent_send,
			"where 'agent-check' is on; one word, not taken away",
			"set server B/S agent-send TEXT", "set server B/S agent-send TEXT"),
	SET_AT_RUN_TIME(CHANGE_SERVER_SSL, effect_ssl,
			"where the server or its default-server had 'ssl' at start and checks do "
			"not go by it", "set server B/S ssl on", "set server B/S ssl off"),
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
	{ CHANGE_CERTIFICATE, STEP_RUNTIME, VERSION(2, 2), 0, ACCESS_ADMIN, ORDER_SET,
	  effect_certificate, "its private key stands in the same file",
	  "set ssl cert FILE <<PEM; commit ssl cert FILE",
	  "set ssl cert FILE <<PEM; commit ssl cert FILE", true },
	NEVER_AT_RUN_TIME(CHANGE_CERTIFICATE, "it is read at start"),
	NEVER_AT_RUN_TIME(CHANGE_FILE, "no command brings the process to the same state"),
	SET_AT_RUN_TIME(CHANGE_GLOBAL_MAXCONN, effect_global_maxconn,
			"down, or up to what the process began with; frontends without a value "
			"of their own follow", "set maxconn global N; set maxconn frontend F N",
			"set maxconn global N; set maxconn frontend F N"),
	SET_AT_RUN_TIME(CHANGE_GLOBAL_RATE, effect_global_rate, "0 is no limit",
			"set rate-limit KIND global N", "set rate-limit KIND global N"),
	SET_AT_RUN_TIME(CHANGE_COOKIE_KEY, effect_cookie_key, "one plain word, not taken away",
			"set dynamic-cookie-key backend B KEY",
			"set dynamic-cookie-key backend B KEY"),
	SET_AT_RUN_TIME(CHANGE_COOKIE_DYNAMIC, effect_cookie_dynamic,
			"nothing else of the cookie line changes",
			"enable dynamic-cookie backend B", "disable dynamic-cookie backend B"),
};
/* clang-format on */

const size_t effect_table_count = N(effect_table);

bool version_in(unsigned version, unsigned since, unsigned until)
{
	return version >= since && (!until || version < until);
}

unsigned effect_order(const struct effect_def *effect, const struct step *step)
{
	if (effect->change != CHANGE_SERVER_STATE)
		return effect->order;
	return step->promise.maint == 1 ? ORDER_MAINT : ORDER_READY;
}

const struct effect_def *effect_find(enum change_kind change, unsigned version)
{
	if (!version)
		version = UINT_MAX;
	for (size_t i = 0; i < N(effect_table); i++)
		if (effect_table[i].change == change &&
		    version_in(version, effect_table[i].since, effect_table[i].until))
			return &effect_table[i];
	BUG("no effect for %s", change_name(change));
}
