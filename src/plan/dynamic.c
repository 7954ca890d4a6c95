/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Servers that come and go at run time (runtime-api.md 3.4).  `add server` does
 * not look at default-server lines, so their values are spelled out.
 */
#include <string.h>

#include "penstock/base/mem.h"
#include "penstock/plan/commands.h"
#include "penstock/plan/effects.h"

/* A server as a command can add it. */
struct addition {
	struct server_facts server;
	struct str          command;
	char                ip[IP_ROOM]; /* empty for a socket path */
	long                port;
};

static bool accepts(const struct server_keyword_def *def, unsigned version)
{
	return def && def->dynamic && version >= def->dynamic;
}

static int refuse_keyword(const struct setting *setting, const struct server_keyword_def *def,
			  struct str *why)
{
	struct span word = setting->words[0].text;

	str_addf(why, "'%.*s' cannot be said when a server is added at run time",
		 (int)word.len, word.at);
	if (def && def->dynamic)
		str_addf(why, " before HAProxy %u.%u", def->dynamic >> 16, def->dynamic >> 8 & 255);
	return -1;
}

static int add_words(struct str *command, const struct setting *setting, struct str *why)
{
	for (size_t i = 0; i < setting->count; i++) {
		if (!word_fits(&setting->words[i])) {
			str_addf(why, "the value of '%.*s' does not fit into a command",
				 (int)setting->key.len, setting->key.at);
			return -1;
		}
		str_add_char(command, ' ');
		str_add_span(command, setting->words[i].text);
	}
	return 0;
}

static int add_setting(struct str *command, const struct setting *setting, unsigned version,
		       struct str *why)
{
	const struct server_keyword_def *def = server_keyword_find(setting->words[0].text);
	const struct server_keyword_def *positive = server_keyword_find(setting->key);

	if (accepts(def, version))
		return add_words(command, setting, why);
	/* "no-check": what a new server is without a word, unless it is born with it. */
	if (setting->off && positive && positive->dynamic)
		return 0;
	return refuse_keyword(setting, def, why);
}

/* What a server of the file has without a word, and one that is added has not
 * before HAProxy 3.0, where it would keep no connection to use again. */
static const struct {
	const char *keyword, *value;
} unset_table[] = {
	{ "pool-max-conn", "-1" },
	{ "pool-purge-delay", "5s" },
};

static void add_unset(struct addition *addition, unsigned version)
{
	for (size_t i = 0; version < VERSION(3, 0) && i < N(unset_table); i++)
		if (!setting_find(&addition->server.settings, span_of(unset_table[i].keyword)))
			str_addf(&addition->command, " %s %s", unset_table[i].keyword,
				 unset_table[i].value);
}

static int add_settings(struct addition *addition, unsigned version, struct str *why)
{
	const struct settings *settings = &addition->server.settings;

	for (size_t i = 0; i < settings->list.count; i++)
		if (add_setting(&addition->command, &settings->list.items[i], version, why) < 0)
			return -1;
	add_unset(addition, version);
	if (addition->command.len <= COMMAND_MAX)
		return 0;
	str_addf(why, "its line makes a command of more than %d bytes", COMMAND_MAX);
	return -1;
}

/* Makes `add server` of a line; the addition is to be released in any case. */
static int addition_make(struct addition *addition, const struct effect_context *context,
			 int side, const char *target, struct str *why)
{
	const struct change *change = context->change;
	size_t section = side == BEFORE ? change->section_before : change->section_after;
	size_t line = side == BEFORE ? change->line_before : change->line_after;

	*addition = (struct addition){ .command = STR_INIT };
	facts_server(context->facts, side, section, line, &addition->server);
	if (server_endpoint(&addition->server.own, addition->ip, &addition->port,
			    ENDPOINT_PATH, why) < 0)
		return -1;
	str_addf(&addition->command, "add server %s ", target);
	str_add_span(&addition->command, addition->server.own.address);
	return add_settings(addition, ability_version(context->ability), why);
}

static void addition_release(struct addition *addition)
{
	server_facts_release(&addition->server);
	str_release(&addition->command);
}

/* Before 3.0 servers that are added to an empty backend get the same key of the
 * tree that random and consistent hashes look into, and push each other out. */
static int check_first_of_tree(const struct effect_context *context, struct str *why)
{
	const struct backend_facts *backend =
		facts_backend(context->facts, BEFORE, context->change->section_before);
	bool tree = backend->balance &&
		    (backend->balance->hash || span_starts(backend->algorithm, "random"));

	if (!tree || backend->last_server != SIZE_MAX ||
	    ability_version(context->ability) >= VERSION(3, 0))
		return 0;
	str_addf(why, "balance %.*s loses servers that are added to an empty backend before "
		 "HAProxy 3.0", (int)backend->algorithm.len, backend->algorithm.at);
	return -1;
}

/* At run time a server comes last; a file may put it elsewhere. */
static int check_position(const struct effect_context *context, struct step *step,
			  struct str *why)
{
	const struct change        *change = context->change;
	const struct backend_facts *backend =
		facts_backend(context->facts, AFTER, change->section_after);
	const struct balance_def   *balance = backend->balance;

	if (backend->last_server == change->line_after)
		return 0;
	if (!balance_ignores_order(balance) && !(balance && balance->hash)) {
		str_addf(why, "balance %.*s goes by the order of servers, and a command adds the "
			 "last one", (int)backend->algorithm.len, backend->algorithm.at);
		return -1;
	}
	step->note = span_dup(span_of("last in its backend until the next reload"));
	return 0;
}

/* Identifiers of servers that go with the same plan are still taken then. */
static int check_identifier(const struct effect_context *context,
			    const struct server_facts *server, struct str *why)
{
	const struct section *section =
		&context->before->sections.items[context->change->section_before];
	const struct setting *id = setting_find(&server->settings, span_of("id"));
	struct server         other = SERVER_INIT;
	bool                  taken = false;

	for (size_t i = 1; id && !taken && i < section->count; i++) {
		struct span line = line_span(&context->before->lines.items[section->first + i]);
		const struct server_param *param;

		param = server_read(&other, line) ? server_param(&other, "id") : NULL;
		taken = param && span_equal(param->value, id->value);
	}
	server_release(&other);
	if (taken)
		str_addf(why, "its id %.*s is taken by another server", (int)id->value.len,
			 id->value.at);
	return taken ? -1 : 0;
}

static void promise_server(struct step *step, const struct change *change,
			   const struct addition *addition)
{
	const struct settings *settings = &addition->server.settings;
	bool                   disabled = setting_is_on(settings, "disabled");

	step_promise(step, change);
	if (addition->ip[0])
		step->promise.address = span_dup(span_of(addition->ip));
	if (addition->port)
		step->promise.port = addition->port;
	step->promise.maint = disabled;
	/* 2.6 tells the weight of a server in maintenance only once it leaves it. */
	if (!disabled)
		step->promise.weight = setting_number(settings, "weight", 1);
}

static bool needs_cookie(const struct effect_context *context, const struct settings *settings)
{
	const struct change *change = context->change;
	bool deleted = change->section_after == SIZE_MAX;

	return !setting_is_on(settings, "cookie") &&
	       facts_backend(context->facts, deleted ? BEFORE : AFTER,
			     deleted ? change->section_before : change->section_after)->cookies;
}

/* A new server has no cookie of its own making until that is turned on again. */
static void command_addition(const struct effect_context *context, struct step *step,
			     const struct addition *addition, const char *target)
{
	const struct settings *settings = &addition->server.settings;
	bool                   disabled = setting_is_on(settings, "disabled");
	size_t                 first = step->commands.count;

	step_command(step, REPLY_SERVER_ADDED, "%s", addition->command.bytes);
	if (setting_is_on(settings, "check"))
		step_command(step, REPLY_EMPTY, "enable health %s", target);
	if (setting_is_on(settings, "agent-check"))
		step_command(step, REPLY_EMPTY, "enable agent %s", target);
	if (needs_cookie(context, settings))
		step_command(step, REPLY_EMPTY, "enable dynamic-cookie backend %s",
			     context->change->name);
	if (!disabled) {
		step_command(step, REPLY_EMPTY, "set server %s state ready", target);
		step_inverse(step, step->commands.count - 1, REPLY_EMPTY,
			     "set server %s state maint", target);
	}
	step_inverse(step, first, REPLY_SERVER_DELETED, "del server %s", target);
	step->inverse.items[step->inverse.count - 1].until_free = true;
}

/* What differs between the server that is there and the one that is wanted. */
static const char *find_difference(const struct observed_server *now,
				   const struct addition *addition)
{
	const struct settings *settings = &addition->server.settings;
	bool                   check = setting_is_on(settings, "check");

	if (addition->ip[0] && (!span_is(now->address, addition->ip) ||
				now->port != addition->port))
		return "address";
	if (now->weight >= 0 && now->weight != setting_number(settings, "weight", 1))
		return "weight";
	if (now->maxconn >= 0 && now->maxconn != setting_number(settings, "maxconn", 0))
		return "maxconn";
	if (now->ssl != setting_is_on(settings, "ssl"))
		return "ssl";
	if (check != ((now->check & CHECK_CONFIGURED) != 0))
		return "check";
	return NULL;
}

/* Somebody has added one of that name by hand: the same, or another one. */
static int meet_server(const struct observed_server *now, const struct addition *addition,
		       struct step *step, struct str *why)
{
	const char *difference = find_difference(now, addition);

	if (!difference) {
		step_note(step, "the process has it already, as far as it tells");
		return 0;
	}
	str_addf(why, "the process has a server of that name with another %s", difference);
	return -1;
}

int effect_server_added(const struct effect_context *context, struct step *step, struct str *why)
{
	const struct observed_server *now = change_server_now(context);
	const struct change *change = context->change;
	struct addition      addition;
	struct str           target = STR_INIT;
	int                  result = -1;

	if (change_target(context, &target, why) == 0 &&
	    check_dynamic_balance(context, "new servers", why) == 0 &&
	    check_first_of_tree(context, why) == 0 && check_position(context, step, why) == 0) {
		result = addition_make(&addition, context, AFTER, target.bytes, why);
		if (result == 0 && now)
			result = meet_server(now, &addition, step, why);
		else if (result == 0)
			result = check_identifier(context, &addition.server, why);
		if (result == 0 && !now) {
			step_need(step, NEED_NO_SERVER, change, 0);
			command_addition(context, step, &addition, target.bytes);
			promise_server(step, change, &addition);
		}
		addition_release(&addition);
	}
	str_release(&target);
	return result;
}

/* What was set by hand on the server that goes. */
static void restore_settings(const struct observed_server *now, const struct addition *addition,
			     struct step *step, const char *target)
{
	if (!now)
		return;
	if (now->weight >= 0 &&
	    now->weight != setting_number(&addition->server.settings, "weight", 1))
		step_inverse(step, 1, REPLY_EMPTY, "set server %s weight %ld", target, now->weight);
	if (now->maxconn >= 0 &&
	    now->maxconn != setting_number(&addition->server.settings, "maxconn", 0))
		step_inverse(step, 1, REPLY_EMPTY, "set maxconn server %s %ld", target,
			     now->maxconn);
	if (addition->ip[0] && now->port > 0 && server_host_is_ip(now->address) &&
	    (!span_is(now->address, addition->ip) || now->port != addition->port))
		step_inverse(step, 1, REPLY_ADDRESS, "set server %s addr %.*s port %ld", target,
			     (int)now->address.len, now->address.at, now->port);
}

/* The state that the server was in, unless that is maintenance: it is born so. */
static void restore_state(const struct observed_server *now, const struct addition *addition,
			  struct step *step, const char *target)
{
	bool        disabled = setting_is_on(&addition->server.settings, "disabled");
	const char *state = now ? observed_state(now) : disabled ? "maint" : "ready";

	if (strcmp(state, "maint") != 0)
		step_inverse(step, 0, REPLY_EMPTY, "set server %s state %s", target, state);
}

/* Brings the deleted server back; its state does for both commands. */
static void undo_deletion(const struct effect_context *context, struct step *step,
			  const char *target)
{
	const struct backend_facts *backend =
		facts_backend(context->facts, BEFORE, context->change->section_before);
	bool            dynamic = backend->dynamic;
	struct addition addition;
	struct str      why = STR_INIT;

	if (addition_make(&addition, context, BEFORE, target, &why) == 0 && dynamic) {
		step_inverse(step, 1, REPLY_SERVER_ADDED, "%s", addition.command.bytes);
		if (setting_is_on(&addition.server.settings, "check"))
			step_inverse(step, 1, REPLY_EMPTY, "enable health %s", target);
		if (setting_is_on(&addition.server.settings, "agent-check"))
			step_inverse(step, 1, REPLY_EMPTY, "enable agent %s", target);
		if (needs_cookie(context, &addition.server.settings))
			step_inverse(step, 1, REPLY_EMPTY, "enable dynamic-cookie backend %s",
				     context->change->name);
		restore_settings(change_server_now(context), &addition, step, target);
	} else {
		step->undo_by_reload = true;
	}
	restore_state(change_server_now(context), &addition, step, target);
	addition_release(&addition);
	str_release(&why);
}

int effect_server_deleted(const struct effect_context *context, struct step *step,
			  struct str *why)
{
	const struct change *change = context->change;
	struct str           target = STR_INIT;
	int                  result = change_target(context, &target, why);

	if (result == 0 && facts_is_referred_to(context->facts, span_of(change->name),
						span_of(change->server))) {
		str_add_text(why, "other lines refer to it, so HAProxy keeps it until a reload");
		result = -1;
	}
	if (result == 0) {
		step_need(step, NEED_SERVER, change, 0);
		step_command(step, REPLY_EMPTY, "set server %s state maint", target.bytes);
		step_command(step, REPLY_SERVER_DELETED, "del server %s", target.bytes);
		step->commands.items[1].until_free = true;
		undo_deletion(context, step, target.bytes);
		step->note = span_dup(span_of("it goes when its last connection has ended"));
		step_promise(step, change);
		step->promise.absent = true;
	}
	str_release(&target);
	return result;
}

static bool is_usable(const struct effect_context *context, struct span name,
		      const struct server *server)
{
	const struct observed_server *now = observed_server(
		context->observed, span_of(context->change->name), name);

	if (now)
		return strcmp(observed_state(now), "ready") == 0 && now->operational != 0;
	return !server_param(server, "disabled") && !server_param(server, "backup");
}

/* Whether another server can take the requests meanwhile. */
static bool has_other(const struct effect_context *context)
{
	const struct change  *change = context->change;
	const struct section *section = &context->before->sections.items[change->section_before];
	struct server         other = SERVER_INIT;
	bool                  found = false;

	for (size_t i = 1; !found && i < section->count; i++) {
		size_t line = section->first + i;

		found = line != change->line_before &&
			server_read(&other, line_span(&context->before->lines.items[line])) &&
			other.name.len && is_usable(context, other.name, &other);
	}
	server_release(&other);
	return found;
}

static int check_replaced(const struct effect_context *context, struct step *step,
			  struct str *why)
{
	const struct change *change = context->change;

	if (ability_version(context->ability) < VERSION(2, 6))
		str_add_text(why, "servers can be replaced from HAProxy 2.6 on");
	else if (facts_is_referred_to(context->facts, span_of(change->name),
				      span_of(change->server)))
		str_add_text(why, "other lines refer to it, so HAProxy does not let it go");
	else if (!has_other(context))
		str_add_text(why, "no other server of its backend could take the requests "
				  "meanwhile");
	else if (check_dynamic_balance(context, "new servers", why) == 0)
		return check_position(context, step, why);
	return -1;
}

static int replace_server(const struct effect_context *context, const char *target,
			  struct step *step, struct str *why)
{
	struct addition addition;
	int             result = addition_make(&addition, context, AFTER, target, why);

	if (result == 0) {
		step_need(step, NEED_SERVER, context->change, 0);
		step_command(step, REPLY_EMPTY, "set server %s state maint", target);
		step_command(step, REPLY_SERVER_DELETED, "del server %s", target);
		step->commands.items[1].until_free = true;
		command_addition(context, step, &addition, target);
		undo_deletion(context, step, target);
		step_note(step, "a moment without it; its counters and its place are lost");
		promise_server(step, context->change, &addition);
	}
	addition_release(&addition);
	return result;
}

int effect_server_replaced(const struct effect_context *context, struct step *step,
			   struct str *why)
{
	struct str target = STR_INIT;
	int        result = change_target(context, &target, why);

	if (result == 0)
		result = check_replaced(context, step, why);
	if (result == 0)
		result = replace_server(context, target.bytes, step, why);
	str_release(&target);
	return result;
}

int server_addition(const struct effect_context *context, struct step *step, struct str *why)
{
	struct addition addition;
	struct str      target = STR_INIT;
	int             result = change_target(context, &target, why);

	if (result == 0) {
		result = addition_make(&addition, context, AFTER, target.bytes, why);
		if (result == 0)
			command_addition(context, step, &addition, target.bytes);
		addition_release(&addition);
	}
	str_release(&target);
	return result;
}
