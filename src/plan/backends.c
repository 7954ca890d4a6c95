/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Backends that come and go at run time, from HAProxy 3.4 on (runtime-api.md 3.5).
 * A command gives a new one nothing but what a named defaults section says, its
 * mode and its guid; and no rule of the file can point to one, because these are
 * resolved at start.
 */
#include <stdlib.h>

#include "penstock/base/mem.h"
#include "penstock/config/reference.h"
#include "penstock/plan/commands.h"
#include "penstock/plan/effects.h"

static int refuse(struct str *why, const char *sentence)
{
	str_add_text(why, sentence);
	return -1;
}

/* Whether the section, by its header and its lines, is the same on both sides. */
static bool same_section(const struct effect_context *context, const struct section *before,
			 const struct section *after)
{
	if (!before || !after || before->count != after->count)
		return false;
	for (size_t i = 0; i < before->count; i++)
		if (!span_equal(line_span(&context->before->lines.items[before->first + i]),
				line_span(&context->after->lines.items[after->first + i])))
			return false;
	return true;
}

static int check_defaults(const struct effect_context *context, const struct section *section,
			  struct str *why)
{
	const struct section *before, *after;

	if (!section->from.len)
		return refuse(why, "a command adds a backend from a named defaults section only");
	before = document_section(context->before, SECTION_DEFAULTS, section->from);
	after = document_section(context->after, SECTION_DEFAULTS, section->from);
	if (!same_section(context, before, after) || before->from.len)
		return refuse(why, "its defaults section is not the one that the process began "
				   "with");
	return 0;
}

static int check_unreferenced(const struct document *doc, struct span name, struct str *why)
{
	struct references references = REFERENCES_INIT;
	size_t            count = 0;

	/* An entry of a map is looked up when a request comes. */
	references_to_section(doc, SECTION_BACKS, name, &references);
	for (size_t i = 0; i < references.list.count; i++) {
		size_t file = doc->lines.items[references.list.items[i].line].file;

		count += doc->files.items[file].kind == FILE_CONFIG;
	}
	references_release(&references);
	return count ? refuse(why, "a rule points to it, and these are resolved at start") : 0;
}

static int check_section(const struct effect_context *context, int side, size_t index,
			 struct str *why)
{
	const struct document *doc = side == BEFORE ? context->before : context->after;
	const struct section  *section = &doc->sections.items[index];

	if (section->kind != SECTION_BACKEND)
		return refuse(why, "sections are set up at start");
	if (check_section_name(context, side, index, why) < 0)
		return -1;
	return check_unreferenced(doc, section->name, why);
}

/* What may stand in a backend that a command adds, beside its servers. */
static const char *const words_of_command[] = { "mode", "guid" };

/* Appends " mode tcp" for such a line; false for any other. */
static bool add_line(const struct words *words, struct str *command)
{
	for (size_t i = 0; i < N(words_of_command); i++) {
		if (!words_is(words, 0, words_of_command[i]) || words->count != 2 ||
		    !word_fits(&words->items[1]))
			continue;
		str_addf(command, " %s ", words_of_command[i]);
		str_add_span(command, words->items[1].text);
		return true;
	}
	return false;
}

static int make_command(const struct effect_context *context, const struct section *section,
			struct str *command, struct str *why)
{
	struct words words = WORDS_INIT;
	int          result = 0;

	str_addf(command, "add backend %s from %.*s", context->change->name,
		 (int)section->from.len, section->from.at);
	for (size_t i = 1; i < section->count && result == 0; i++) {
		words_split(&words, line_span(&context->after->lines.items[section->first + i]));
		if (!words.count || words_is(&words, 0, "server") || add_line(&words, command))
			continue;
		str_addf(why, "no command says '%.*s' of a new backend; it would have to stand in "
			 "its defaults", (int)words.items[0].text.len, words.items[0].text.at);
		result = -1;
	}
	words_release(&words);
	return result;
}

typedef int (*server_fn)(const struct effect_context *context, struct step *step,
			 struct str *why);

/* Does it for each server of the section, as if it were a change of its own. */
static int for_each_server(const struct effect_context *context, int side,
			   const struct section *section, server_fn act, struct step *step,
			   struct str *why)
{
	const struct document *doc = side == BEFORE ? context->before : context->after;
	struct change          change = *context->change;
	struct effect_context  inner = *context;
	struct server          server = SERVER_INIT;
	int                    result = 0;

	inner.change = &change;
	for (size_t i = 1; i < section->count && result == 0; i++) {
		size_t line = section->first + i;

		if (!server_read(&server, line_span(&doc->lines.items[line])) ||
		    !server.name.len)
			continue;
		*(side == BEFORE ? &change.line_before : &change.line_after) = line;
		change.server = span_dup(server.name);
		result = act(&inner, step, why);
		free(change.server);
	}
	server_release(&server);
	return result;
}

static void promise_backend(struct step *step, const char *name, bool absent)
{
	step->promise.backend = xstrdup(name);
	step->promise.absent = absent;
}

static int add_backend(const struct effect_context *context, const struct section *section,
		       const char *command, struct step *step, struct str *why)
{
	const char *name = context->change->name;

	step_need_text(step, "there is no backend %s yet", name);
	step_command(step, REPLY_BACKEND_ADDED, "%s", command);
	step_inverse(step, 0, REPLY_UNPUBLISHED, "unpublish backend %s", name);
	if (for_each_server(context, AFTER, section, server_addition, step, why) < 0)
		return -1;
	step_command(step, REPLY_PUBLISHED, "publish backend %s", name);
	step->inverse.items[0].undoes = step->commands.count - 1;
	step_inverse(step, 0, REPLY_BACKEND_DELETED, "del backend %s", name);
	step_note(step, "maps and rules that work its name out reach it");
	promise_backend(step, name, false);
	return 0;
}

int effect_backend_added(const struct effect_context *context, struct step *step,
			 struct str *why)
{
	size_t                index = context->change->section_after;
	const struct section *section = &context->after->sections.items[index];
	struct str            command = STR_INIT;
	int                   result = check_section(context, AFTER, index, why);

	if (result == 0)
		result = check_defaults(context, section, why);
	if (result == 0 && !facts_backend(context->facts, AFTER, index)->dynamic)
		result = refuse(why, "its balance takes no servers at run time");
	if (result == 0)
		result = make_command(context, section, &command, why);
	if (result == 0)
		result = add_backend(context, section, command.bytes, step, why);
	str_release(&command);
	return result;
}

static int delete_server(const struct effect_context *context, struct step *step,
			 struct str *why)
{
	const struct change *change = context->change;
	struct str           target = STR_INIT;
	int                  result = change_target(context, &target, why);

	if (result == 0 && facts_is_referred_to(context->facts, span_of(change->name),
						span_of(change->server)))
		result = refuse(why, "other lines refer to its servers");
	if (result == 0) {
		step_command(step, REPLY_EMPTY, "set server %s state maint", target.bytes);
		step_command(step, REPLY_SERVER_DELETED, "del server %s", target.bytes);
		step->commands.items[step->commands.count - 1].until_free = true;
	}
	str_release(&target);
	return result;
}

int effect_backend_deleted(const struct effect_context *context, struct step *step,
			   struct str *why)
{
	size_t                 index = context->change->section_before;
	const struct document *doc = context->before;
	const struct section  *section = &doc->sections.items[index];
	const char            *name = context->change->name;
	int                    result = check_section(context, BEFORE, index, why);

	if (result == 0 && (section_find(doc, section, 0, "stick-table", NULL) != SIZE_MAX ||
			    section_find(doc, section, 0, "server-template", NULL) != SIZE_MAX))
		result = refuse(why, "no command deletes a backend with a stick table or a "
				     "template");
	if (result < 0)
		return -1;
	step_need_text(step, "backend %s is there", name);
	step_command(step, REPLY_UNPUBLISHED, "unpublish backend %s", name);
	step_inverse(step, 0, REPLY_PUBLISHED, "publish backend %s", name);
	if (for_each_server(context, BEFORE, section, delete_server, step, why) < 0)
		return -1;
	step_command(step, REPLY_BACKEND_DELETED, "del backend %s", name);
	step->undo_by_reload = true;
	promise_backend(step, name, true);
	return 0;
}
