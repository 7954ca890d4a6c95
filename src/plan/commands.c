/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/plan/commands.h"

#include <arpa/inet.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "penstock/base/mem.h"

static char *format_text(const char *format, va_list args)
{
	struct str text = STR_INIT;

	str_vaddf(&text, format, args);
	return str_detach(&text, NULL);
}

void step_command(struct step *step, enum reply_kind reply, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	*vec_push(&step->commands) = (struct plan_command){
		.text = format_text(format, args),
		.reply = reply,
	};
	va_end(args);
}

void step_inverse(struct step *step, size_t undoes, enum reply_kind reply, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	*vec_push(&step->inverse) = (struct plan_command){
		.text = format_text(format, args),
		.reply = reply,
		.undoes = undoes,
	};
	va_end(args);
}

static int check_name(const char *what, const char *name, struct str *why)
{
	struct err err = ERR_INIT;
	int        result = name_check(what, span_of(name), &err);

	if (result < 0)
		str_addf(why, "no command can name it: %s", err.text.bytes);
	err_release(&err);
	return result;
}

/* Whether the section is there at all may hang on a condition. */
static int check_condition(const struct effect_context *context, int side, size_t section,
			   struct str *why)
{
	if (section == SIZE_MAX || !facts_backend(context->facts, side, section)->conditional)
		return 0;
	str_add_text(why, "an .if block is involved, and only HAProxy knows its outcome");
	return -1;
}

int check_sections(const struct effect_context *context, struct str *why)
{
	const struct change *change = context->change;

	if (check_condition(context, BEFORE, change->section_before, why) < 0)
		return -1;
	return check_condition(context, AFTER, change->section_after, why);
}

int check_section_name(const struct effect_context *context, int side, size_t index,
		       struct str *why)
{
	const struct document *doc = side == BEFORE ? context->before : context->after;
	const struct section  *section = &doc->sections.items[index];
	char                  *name = span_dup(section->name);
	int                    result = check_name(section_keyword(section->kind), name, why);

	free(name);
	return result < 0 ? -1 : check_condition(context, side, index, why);
}

int change_section(const struct effect_context *context, struct str *out, struct str *why)
{
	const char *what = section_keyword(context->change->section);

	if (check_name(what, context->change->name, why) < 0 ||
	    check_sections(context, why) < 0)
		return -1;
	str_add_text(out, context->change->name);
	return 0;
}

int change_target(const struct effect_context *context, struct str *out, struct str *why)
{
	if (change_section(context, out, why) < 0 ||
	    check_name("server", context->change->server, why) < 0)
		return -1;
	str_addf(out, "/%s", context->change->server);
	return 0;
}

static void read_side(const struct effect_context *context, int side, struct server_facts *out)
{
	const struct change *change = context->change;

	facts_server(context->facts, side,
		     side == BEFORE ? change->section_before : change->section_after,
		     side == BEFORE ? change->line_before : change->line_after, out);
}

int pair_read(struct server_pair *pair, const struct effect_context *context, struct str *why)
{
	*pair = (struct server_pair){ .target = STR_INIT };
	read_side(context, BEFORE, &pair->sides[BEFORE]);
	read_side(context, AFTER, &pair->sides[AFTER]);
	return change_target(context, &pair->target, why);
}

void pair_release(struct server_pair *pair)
{
	server_facts_release(&pair->sides[BEFORE]);
	server_facts_release(&pair->sides[AFTER]);
	str_release(&pair->target);
}

/* What it means that a need is met, behind the server's name. */
static const char *const need_texts[] = {
	[NEED_SERVER] = "is there",
	[NEED_NO_SERVER] = "is not there yet",
	[NEED_CHECK] = "has health checks",
	[NEED_AGENT] = "has agent checks",
	[NEED_WEIGHT] = "began with the weight",
	[NEED_OTHER] = "",
};

void step_need(struct step *step, enum need_kind kind, const struct change *change, long value)
{
	struct str text = STR_INIT;

	str_addf(&text, "server %s/%s %s", change->name, change->server, need_texts[kind]);
	if (kind == NEED_WEIGHT)
		str_addf(&text, " %ld", value);
	*vec_push(&step->needs) = (struct need){
		.kind = kind,
		.backend = xstrdup(change->name),
		.server = xstrdup(change->server),
		.value = value,
		.text = str_detach(&text, NULL),
	};
}

void step_need_text(struct step *step, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	*vec_push(&step->needs) = (struct need){
		.kind = NEED_OTHER,
		.text = format_text(format, args),
	};
	va_end(args);
}

bool word_fits(const struct word *word)
{
	if (word->varies || !word->text.len || span_starts(word->text, "<<"))
		return false;
	for (size_t i = 0; i < word->text.len; i++)
		if (word->text.at[i] <= ' ' || word->text.at[i] > '~' ||
		    strchr(";\\\"'", word->text.at[i]))
			return false;
	return true;
}

void step_promise(struct step *step, const struct change *change)
{
	step->promise = (struct promise)PROMISE_INIT;
	step->promise.backend = xstrdup(change->name);
	step->promise.server = xstrdup(change->server);
}

const struct observed_server *change_server_now(const struct effect_context *context)
{
	const struct change *change = context->change;

	if (!change->server)
		return NULL;
	return observed_server(context->observed, span_of(change->name),
			       span_of(change->server));
}

const struct observed_frontend *change_frontend_now(const struct effect_context *context)
{
	return observed_frontend(context->observed, span_of(context->change->name));
}

void step_note(struct step *step, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	free(step->note);
	step->note = format_text(format, args);
	va_end(args);
}

void step_has_already(struct step *step)
{
	step_note(step, "the process has it already");
}

bool ability_has_command(const struct ability *ability, const char *command)
{
	if (!ability || !ability->known || !ability->commands || !ability->commands->list.count)
		return true;
	for (size_t i = 0; i < ability->commands->list.count; i++) {
		const char *words = ability->commands->list.items[i];
		size_t      len = strlen(words);

		if (strncmp(command, words, len) == 0 &&
		    (command[len] == '\0' || command[len] == ' '))
			return true;
	}
	return false;
}

unsigned ability_version(const struct ability *ability)
{
	return ability && ability->known && ability->version ? ability->version : UINT_MAX;
}

bool canonical_ip(struct span host, char ip[IP_ROOM])
{
	static const int families[] = { AF_INET, AF_INET6 };
	unsigned char    binary[sizeof(struct in6_addr)];

	if (!server_host_is_ip(host) || host.len >= IP_ROOM)
		return false;
	memcpy(ip, host.at, host.len);
	ip[host.len] = '\0';
	for (size_t i = 0; i < N(families); i++)
		if (inet_pton(families[i], ip, binary) == 1)
			return inet_ntop(families[i], binary, ip, IP_ROOM) != NULL;
	return false;
}

static bool is_unspecified(const char *ip)
{
	return strcmp(ip, "0.0.0.0") == 0 || strcmp(ip, "::") == 0;
}

static int endpoint_port(struct span written, long *port, struct str *why)
{
	*port = 0;
	if (!written.len)
		return 0;
	if (span_to_long(written, port) && *port >= 1 && *port <= 65535)
		return 0;
	str_addf(why, "port '%.*s' is none that a command can set", (int)written.len, written.at);
	return -1;
}

int server_endpoint(const struct server *server, char ip[IP_ROOM], long *port,
		    enum endpoint_kind kind, struct str *why)
{
	struct span address = server->address;

	ip[0] = '\0';
	*port = 0;
	if (server->words.count < 3 || !word_fits(&server->words.items[2])) {
		str_add_text(why, "its address is known when the file is read only");
		return -1;
	}
	if (kind == ENDPOINT_PATH &&
	    (span_starts(address, "/") || span_starts(address, "unix@")))
		return 0;
	if (!canonical_ip(server->host, ip)) {
		str_addf(why, "'%.*s' is no literal IP address, others are looked up at start only",
			 (int)server->host.len, server->host.at);
		return -1;
	}
	if (kind != ENDPOINT_SPARE && is_unspecified(ip)) {
		str_addf(why, "'%s' stands for the address that the client wanted", ip);
		return -1;
	}
	return endpoint_port(server->port, port, why);
}

int check_dynamic_balance(const struct effect_context *context, const char *what,
			  struct str *why)
{
	const struct backend_facts *backend =
		facts_backend(context->facts, BEFORE, context->change->section_before);

	if (backend->dynamic)
		return 0;
	str_addf(why, "balance %.*s takes no %s at run time", (int)backend->algorithm.len,
		 backend->algorithm.at, what);
	if (backend->balance && backend->balance->hash)
		str_add_text(why, " unless 'hash-type consistent'");
	return -1;
}

bool balance_ignores_order(const struct balance_def *balance)
{
	return balance && !balance->ordered;
}
