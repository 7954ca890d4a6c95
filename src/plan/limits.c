/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Limits of frontends and of the process, and the cookies of backends. */
#include <limits.h>

#include "penstock/base/mem.h"
#include "penstock/plan/commands.h"
#include "penstock/plan/effects.h"

/* The number of the section's last `KEYWORD NUMBER` line; 0 asks for the
 * default, as does no line; -1 when it cannot be read. */
static long section_number(const struct document *doc, const struct section *section,
			   const char *keyword)
{
	struct words words = WORDS_INIT;
	size_t       line = section->first;
	long         value = 0;

	while ((line = section_find(doc, section, line, keyword, NULL)) != SIZE_MAX) {
		words_split(&words, line_span(&doc->lines.items[line++]));
		if (!span_to_long(words_text(&words, 1), &value) || value < 0 || value > INT_MAX)
			value = -1;
	}
	words_release(&words);
	return value;
}

/* The same of all global sections, of which later ones win. */
static long global_number(const struct document *doc, const char *keyword)
{
	long value = 0;

	for (size_t i = 0; i < doc->sections.count; i++) {
		const struct section *section = &doc->sections.items[i];

		if (section->kind == SECTION_GLOBAL &&
		    section_find(doc, section, section->first, keyword, NULL) != SIZE_MAX)
			value = section_number(doc, section, keyword);
	}
	return value;
}

/* What the frontend or its defaults say; 0 when none does. */
static long written_maxconn(const struct document *doc, size_t index)
{
	const struct section *lineage[DEFAULTS_DEPTH];
	size_t count = section_lineage(doc, &doc->sections.items[index], lineage);
	long   value = 0;

	for (size_t i = 0; i < count && value == 0; i++)
		value = section_number(doc, lineage[i], "maxconn");
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
	long value = written_maxconn(doc, index);

	if (value == 0)
		value = global_number(doc, "maxconn");
	if (value == 0)
		value = context->ability->maxconn;
	return value > 0 ? value : -1;
}

/* A backend's `fullconn` is a share of its frontends' limits where no line says
 * it; only servers with `minconn` look at it. */
static int check_minconn(const struct effect_context *context, struct str *why)
{
	if (!facts_has_minconn(context->facts))
		return 0;
	str_add_text(why, "servers with 'minconn' go by a share of it that is worked out at start");
	return -1;
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
	return *before == *after ? 0 : check_minconn(context, why);
}

static void set_frontend(const char *name, long now, long after, struct step *step)
{
	step_need_text(step, "frontend %s is there", name);
	step_command(step, REPLY_EMPTY, "set maxconn frontend %s %ld", name, after);
	step_inverse(step, 0, REPLY_EMPTY, "set maxconn frontend %s %ld", name, now);
	step->promise.frontend = xstrdup(name);
	step->promise.maxconn = after;
}

int effect_frontend_maxconn(const struct effect_context *context, struct step *step,
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
		if (now == after)
			step_has_already(step);
		else
			set_frontend(name.bytes, now, after, step);
	}
	str_release(&name);
	return result;
}

/* The limit of the process, of which 0 is "not known". */
static long process_maxconn(const struct effect_context *context, const struct document *doc)
{
	long value = global_number(doc, "maxconn");

	return value ? value : context->ability->maxconn;
}

static int check_global_maxconn(const struct effect_context *context, long before, long after,
				struct str *why)
{
	long most = observed_info(context->observed, "Hard_maxconn", before);

	if (!global_number(context->after, "maxconn"))
		str_add_text(why, "without the line HAProxy works the limit out at start");
	else if (before <= 0 || after <= 0)
		str_add_text(why, "the limit before or after it is not known");
	else if (after > most)
		str_addf(why, "a command cannot go above the %ld that the process began with",
			 most);
	else
		return check_minconn(context, why);
	return -1;
}

/* Frontends that inherit the limit take it at start only: each is told. */
static int set_inheriting(const struct effect_context *context, long before, long after,
			  struct step *step, struct str *why)
{
	const struct document *doc = context->after;

	for (size_t i = 0; i < doc->sections.count; i++) {
		const struct section *section = &doc->sections.items[i];
		size_t                command = step->commands.count;

		if (!(section->kind & SECTION_FRONTS) || written_maxconn(doc, i))
			continue;
		if (check_section_name(context, AFTER, i, why) < 0)
			return -1;
		step_command(step, REPLY_EMPTY, "set maxconn frontend %.*s %ld",
			     (int)section->name.len, section->name.at, after);
		step_inverse(step, command, REPLY_EMPTY, "set maxconn frontend %.*s %ld",
			     (int)section->name.len, section->name.at, before);
	}
	return 0;
}

int effect_global_maxconn(const struct effect_context *context, struct step *step,
			  struct str *why)
{
	long before = process_maxconn(context, context->before);
	long after = process_maxconn(context, context->after);
	long now = observed_info(context->observed, "Maxconn", before);

	if (before == after && before > 0 && global_number(context->after, "maxconn"))
		return 0;
	if (check_sections(context, why) < 0 ||
	    check_global_maxconn(context, before, after, why) < 0)
		return -1;
	step_need_text(step, "the process began with a maxconn of at least %ld", after);
	step_command(step, REPLY_EMPTY, "set maxconn global %ld", after);
	step_inverse(step, 0, REPLY_EMPTY, "set maxconn global %ld", now);
	step->promise.info = xstrdup("Maxconn");
	step->promise.value = after;
	return set_inheriting(context, before, after, step, why);
}

/* A limit in a second, and how `show info` tells it, in units of so many. */
struct rate_def {
	const char *keyword, *command, *info;
	long        unit;
};

static const struct rate_def rate_table[] = {
	{ "maxconnrate", "connections", "ConnRateLimit", 1 },
	{ "maxsessrate", "sessions", "SessRateLimit", 1 },
	{ "maxsslrate", "ssl-sessions", "SslRateLimit", 1 },
	{ "maxcomprate", "http-compression", "CompressBpsRateLim", 1024 },
};

static const struct rate_def *find_rate(const char *keyword)
{
	for (size_t i = 0; i < N(rate_table); i++)
		if (span_is(span_of(keyword), rate_table[i].keyword))
			return &rate_table[i];
	BUG("no rate '%s'", keyword);
}

static void set_rate(const struct rate_def *rate, long now, long after, struct step *step)
{
	step_need_text(step, "HAProxy knows limits of %s", rate->command);
	step_command(step, REPLY_EMPTY, "set rate-limit %s global %ld", rate->command, after);
	step_inverse(step, 0, REPLY_EMPTY, "set rate-limit %s global %ld", rate->command, now);
	step->promise.info = xstrdup(rate->info);
	step->promise.value = after * rate->unit;
}

/* Without a line there is no limit, as with 0. */
int effect_global_rate(const struct effect_context *context, struct step *step, struct str *why)
{
	const char            *keyword = context->change->keyword;
	const struct rate_def *rate = find_rate(keyword);
	long before = global_number(context->before, keyword);
	long after = global_number(context->after, keyword);
	long now = observed_info(context->observed, rate->info, before * rate->unit) / rate->unit;

	if (before == after && before >= 0)
		return 0;
	if (check_sections(context, why) < 0)
		return -1;
	if (before < 0 || after < 0) {
		str_addf(why, "%s is no plain number", keyword);
		return -1;
	}
	if (now == after)
		step_has_already(step);
	else
		set_rate(rate, now, after, step);
	return 0;
}

/* Splits the line of that keyword which counts for the section: its own last
 * one, else that of its defaults.  False when there is none. */
static bool find_words(const struct document *doc, size_t index, const char *keyword,
		       struct words *words)
{
	const struct section *lineage[DEFAULTS_DEPTH];
	size_t count = section_lineage(doc, &doc->sections.items[index], lineage);
	bool   found = false;

	for (size_t i = 0; i < count && !found; i++) {
		size_t line = lineage[i]->first;

		while ((line = section_find(doc, lineage[i], line, keyword, NULL)) != SIZE_MAX) {
			words_split(words, line_span(&doc->lines.items[line++]));
			found = true;
		}
	}
	return found;
}

static int set_cookie_key(const struct words *before, const struct words *after,
			  const char *backend, struct step *step, struct str *why)
{
	struct span key = words_text(after, 1), old = words_text(before, 1);

	if (after->count != 2 || !word_fits(&after->items[1])) {
		str_add_text(why, after->count ? "the key does not fit into a command" :
						 "no command takes a key away");
		return -1;
	}
	step_need_text(step, "backend %s is there", backend);
	step_command(step, REPLY_EMPTY, "set dynamic-cookie-key backend %s %.*s", backend,
		     (int)key.len, key.at);
	if (before->count == 2 && word_fits(&before->items[1]))
		step_inverse(step, 0, REPLY_EMPTY, "set dynamic-cookie-key backend %s %.*s",
			     backend, (int)old.len, old.at);
	else
		step->undo_by_reload = true;
	step_note(step, "cookies that clients hold name no server any more");
	return 0;
}

int effect_cookie_key(const struct effect_context *context, struct step *step, struct str *why)
{
	const struct change *change = context->change;
	struct words         before = WORDS_INIT, after = WORDS_INIT;
	struct str           name = STR_INIT;
	int                  result = change_section(context, &name, why);

	find_words(context->before, change->section_before, "dynamic-cookie-key", &before);
	find_words(context->after, change->section_after, "dynamic-cookie-key", &after);
	if (result == 0 && !same_words(before.items, before.count, after.items, after.count))
		result = set_cookie_key(&before, &after, name.bytes, step, why);
	words_release(&before);
	words_release(&after);
	str_release(&name);
	return result;
}

static bool has_word(const struct words *words, const char *word)
{
	for (size_t i = 2; i < words->count; i++)
		if (words_is(words, i, word))
			return true;
	return false;
}

int effect_cookie_dynamic(const struct effect_context *context, struct step *step,
			  struct str *why)
{
	static const char *const verbs[] = { "disable", "enable" };
	struct words             after = WORDS_INIT;
	struct str               name = STR_INIT;
	int                      result = change_section(context, &name, why);
	bool                     on;

	find_words(context->after, context->change->section_after, "cookie", &after);
	on = has_word(&after, "dynamic");
	if (result == 0) {
		step_need_text(step, "backend %s is there", name.bytes);
		step_command(step, REPLY_EMPTY, "%s dynamic-cookie backend %s", verbs[on],
			     name.bytes);
		step_inverse(step, 0, REPLY_EMPTY, "%s dynamic-cookie backend %s", verbs[!on],
			     name.bytes);
		step_note(step, "cookies that clients hold name no server any more");
	}
	words_release(&after);
	str_release(&name);
	return result;
}
