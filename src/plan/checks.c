/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Health checks and agent checks of servers that stay.  A command can turn off
 * what the line had when the process began, and set where it goes; `disable
 * health` alone would leave a server down that a fresh process takes as up, so
 * `health up` follows it (and `agent up` comes before `disable agent`, after
 * which it would be refused).
 */
#include "penstock/plan/commands.h"
#include "penstock/plan/effects.h"

static bool is_on(const struct server_pair *pair, int side, const char *key)
{
	return setting_is_on(&pair->sides[side].settings, key);
}

static int refuse(struct str *why, const char *sentence)
{
	str_add_text(why, sentence);
	return -1;
}

/* Whether the process still has what a line had at its start. */
static bool is_configured(const struct effect_context *context, bool agent)
{
	const struct observed_server *server = change_server_now(context);

	return server && ((agent ? server->agent : server->check) & CHECK_CONFIGURED);
}

/* For what was turned off by a command: HAProxy keeps it. */
static void turn_on(const struct effect_context *context, bool agent, const char *target,
		    struct step *step)
{
	const char *what = agent ? "agent" : "health";

	step_need(step, agent ? NEED_AGENT : NEED_CHECK, context->change, 0);
	step_command(step, REPLY_EMPTY, "enable %s %s", what, target);
	step_inverse(step, 0, REPLY_EMPTY, "disable %s %s", what, target);
	step_promise(step, context->change);
	*(agent ? &step->promise.agent : &step->promise.check) = 1;
}

static void turn_check_off(const struct effect_context *context, struct step *step,
			   const char *target)
{
	step_need(step, NEED_CHECK, context->change, 0);
	step_command(step, REPLY_EMPTY, "disable health %s", target);
	step_command(step, REPLY_EMPTY, "set server %s health up", target);
	step_inverse(step, 0, REPLY_EMPTY, "enable health %s", target);
	step_note(step, "it counts as up from then on, whatever the last check said");
	step_promise(step, context->change);
	step->promise.check = 0;
}

int effect_check(const struct effect_context *context, struct step *step, struct str *why)
{
	struct server_pair pair;
	int                result = pair_read(&pair, context, why);
	bool               before = is_on(&pair, BEFORE, "check");
	bool               after = is_on(&pair, AFTER, "check");

	if (result == 0 && after && !before && is_configured(context, false))
		turn_on(context, false, pair.target.bytes, step);
	else if (result == 0 && after && !before)
		result = refuse(why, "a command starts checks only where the line had 'check' when "
				     "the process began");
	else if (result == 0 && before && !after)
		turn_check_off(context, step, pair.target.bytes);
	pair_release(&pair);
	return result;
}

/* What the agent said of the weight goes with it; its maint and drain are no
 * different from an operator's, and stay. */
static void turn_agent_off(const struct effect_context *context, struct step *step,
			   const struct server_pair *pair)
{
	const struct change        *change = context->change;
	const struct backend_facts *backend =
		facts_backend(context->facts, BEFORE, change->section_before);
	const char *target = pair->target.bytes;
	long        weight = setting_number(&pair->sides[AFTER].settings, "weight", 1);

	step_need(step, NEED_AGENT, change, 0);
	step_command(step, REPLY_ANY, "set server %s agent up", target);
	step_command(step, REPLY_EMPTY, "disable agent %s", target);
	step_inverse(step, 1, REPLY_EMPTY, "enable agent %s", target);
	if (backend->dynamic && weight >= 0)
		step_command(step, REPLY_EMPTY, "set server %s weight %ld", target, weight);
	step_note(step, "a maint or drain that the agent asked for stays");
	step_promise(step, change);
	step->promise.agent = 0;
}

int effect_agent(const struct effect_context *context, struct step *step, struct str *why)
{
	struct server_pair pair;
	int                result = pair_read(&pair, context, why);
	bool               before = is_on(&pair, BEFORE, "agent-check");
	bool               after = is_on(&pair, AFTER, "agent-check");

	if (result == 0 && after && !before && is_configured(context, true))
		turn_on(context, true, pair.target.bytes, step);
	else if (result == 0 && after && !before)
		result = refuse(why, "a command starts the agent's checks only where the line had "
				     "'agent-check' when the process began");
	else if (result == 0 && before && !after)
		turn_agent_off(context, step, &pair);
	pair_release(&pair);
	return result;
}

static bool add_port(struct span text, struct str *out)
{
	long port;

	if (!span_to_long(text, &port) || port < 1 || port > 65535)
		return false;
	str_addf(out, "%ld", port);
	return true;
}

static bool add_ip(struct span text, struct str *out)
{
	char ip[IP_ROOM];

	if (!canonical_ip(text, ip))
		return false;
	str_add_text(out, ip);
	return true;
}

static bool add_word(struct span text, struct str *out)
{
	str_add_span(out, text);
	return true;
}

/* A keyword whose value a command sets. */
struct target_def {
	const char    *keyword;
	const char    *check;   /* the keyword that must be on for the command to be taken */
	const char    *command; /* behind `set server B/S` */
	const char    *gone;    /* argument that is like no keyword at all; NULL: none is */
	const char    *back;    /* the same, good enough for the way back */
	enum need_kind need;
	bool (*add)(struct span text, struct str *out);
	const char *wanted;
};

/* 0.0.0.0 acts like no address, but a fresh process would not show it. */
static const struct target_def check_port = { "port", "check", "check-port", "0", "0",
					      NEED_CHECK, add_port, "a port from 1 to 65535" };
static const struct target_def check_address = { "addr", "check", "check-addr", NULL, "0.0.0.0",
						 NEED_CHECK, add_ip, "a literal IP address" };
static const struct target_def agent_address = { "agent-addr", "agent-check", "agent-addr", NULL,
						 "0.0.0.0", NEED_AGENT, add_ip,
						 "a literal IP address" };
static const struct target_def agent_port = { "agent-port", "agent-check", "agent-port", NULL,
					      NULL, NEED_AGENT, add_port,
					      "a port from 1 to 65535" };
static const struct target_def agent_send = { "agent-send", "agent-check", "agent-send", NULL,
					      NULL, NEED_AGENT, add_word, "one plain word" };

/* The word that a side's keyword has for the command, `absent` where there is
 * none; false when there is no such word. */
static bool add_value(const struct target_def *def, const struct server_pair *pair, int side,
		      const char *absent, struct str *out)
{
	const struct setting *setting =
		setting_find(&pair->sides[side].settings, span_of(def->keyword));

	if (setting && !setting->off)
		return setting->count == 2 && word_fits(&setting->words[1]) &&
		       def->add(setting->words[1].text, out);
	if (absent)
		str_add_text(out, absent);
	return absent != NULL;
}

static int set_target(const struct target_def *def, const struct effect_context *context,
		      const struct server_pair *pair, struct step *step, struct str *why)
{
	const char *target = pair->target.bytes;
	struct str  after = STR_INIT, before = STR_INIT;
	int         result = 0;

	if (!is_on(pair, BEFORE, def->check)) {
		str_addf(why, "no command sets it where '%s' is not on", def->check);
		result = -1;
	} else if (!add_value(def, pair, AFTER, def->gone, &after)) {
		str_addf(why, "the command for '%s' takes %s and nothing else", def->keyword,
			 def->wanted);
		result = -1;
	} else {
		step_need(step, def->need, context->change, 0);
		step_command(step, REPLY_EMPTY, "set server %s %s %s", target, def->command,
			     after.bytes);
		if (add_value(def, pair, BEFORE, def->back, &before))
			step_inverse(step, 0, REPLY_EMPTY, "set server %s %s %s", target,
				     def->command, before.bytes);
		else
			step->undo_by_reload = true;
	}
	str_release(&after);
	str_release(&before);
	return result;
}

static int same_value(const struct target_def *def, const struct server_pair *pair)
{
	const struct setting *sides[SIDES];

	for (int i = 0; i < SIDES; i++) {
		sides[i] = setting_find(&pair->sides[i].settings, span_of(def->keyword));
		if (sides[i] && sides[i]->off)
			sides[i] = NULL;
	}
	if (!sides[BEFORE] || !sides[AFTER])
		return sides[BEFORE] == sides[AFTER];
	return same_words(sides[BEFORE]->words, sides[BEFORE]->count, sides[AFTER]->words,
			  sides[AFTER]->count);
}

static int effect_target(const struct target_def *def, const struct effect_context *context,
			 struct step *step, struct str *why)
{
	struct server_pair pair;
	int                result = pair_read(&pair, context, why);

	if (result == 0 && !same_value(def, &pair))
		result = set_target(def, context, &pair, step, why);
	pair_release(&pair);
	return result;
}

int effect_check_port(const struct effect_context *context, struct step *step, struct str *why)
{
	return effect_target(&check_port, context, step, why);
}

/* `addr` is the agent's address as well, where it has none of its own. */
int effect_check_address(const struct effect_context *context, struct step *step,
			 struct str *why)
{
	struct server_pair pair;
	int                result = pair_read(&pair, context, why);

	if (result == 0 && (is_on(&pair, BEFORE, "agent-check") ||
			    is_on(&pair, AFTER, "agent-check")))
		result = refuse(why, "the agent's address goes by it at start");
	pair_release(&pair);
	return result < 0 ? -1 : effect_target(&check_address, context, step, why);
}

int effect_agent_address(const struct effect_context *context, struct step *step,
			 struct str *why)
{
	struct server_pair pair;
	int                result = pair_read(&pair, context, why);

	if (result == 0 && (is_on(&pair, BEFORE, "addr") || is_on(&pair, AFTER, "addr")))
		result = refuse(why, "it is weighed against 'addr' at start");
	pair_release(&pair);
	return result < 0 ? -1 : effect_target(&agent_address, context, step, why);
}

int effect_agent_port(const struct effect_context *context, struct step *step, struct str *why)
{
	return effect_target(&agent_port, context, step, why);
}

int effect_agent_send(const struct effect_context *context, struct step *step, struct str *why)
{
	return effect_target(&agent_send, context, step, why);
}
