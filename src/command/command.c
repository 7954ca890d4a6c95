/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/command/command.h"

#include <stdlib.h>
#include <string.h>

#include "penstock/base/mem.h"
#include "penstock/base/text.h"
#include "penstock/command/arg.h"
#include "penstock/command/console.h"
#include "penstock/command/edit_user.h"
#include "penstock/command/groups.h"
#include "penstock/command/show_references.h"
#include "penstock/command/warn_unknown.h"

static const struct cmd_group *const command_groups[] = {
	&show_group,  &edit_group,    &lines_group, &files_group,   &lint_group,
	&apply_group, &route_group, &operate_group, &console_group,
};

/* The screen's own group, when there is a screen to speak of. */
static const struct cmd_group *added_group;

void command_add_group(const struct cmd_group *group)
{
	added_group = group;
}

size_t command_count(void)
{
	size_t count = added_group ? added_group->count : 0;

	for (size_t i = 0; i < N(command_groups); i++)
		count += command_groups[i]->count;
	return count;
}

const struct cmd_def *command_at(size_t index, const struct cmd_group **group)
{
	for (size_t i = 0; i <= N(command_groups); i++) {
		const struct cmd_group *here = i < N(command_groups) ? command_groups[i]
								     : added_group;

		if (here && index < here->count) {
			if (group)
				*group = here;
			return &here->commands[index];
		}
		index -= here ? here->count : 0;
	}
	return NULL;
}

/* How the words fit a command's name. */
enum fit { FIT_NO, FIT_PREFIX, FIT_EXACT };

static enum fit fit_name(const struct cmd_def *def, const struct cmd_words *words, size_t *taken)
{
	struct span rest = span_of(def->name), part;
	enum fit    fit = FIT_EXACT;

	for (*taken = 0; span_split(&rest, ' ', &part); ++*taken) {
		struct span word = cmd_words_text(words, *taken);

		if (!word.len || !span_has_prefix(part, word))
			return FIT_NO;
		if (word.len < part.len)
			fit = FIT_PREFIX;
	}
	return fit;
}

static size_t words_of(const char *name)
{
	size_t count = 1;

	for (; *name; name++)
		count += *name == ' ';
	return count;
}

/* Candidates for a word that is none: the nearest names, or what goes on. */
static void suggest(const struct cmd_words *words, struct err *err)
{
	struct span typed = cmd_words_source(words, 0);
	const char *best = NULL;
	size_t      least = SIZE_MAX;

	for (size_t i = 0; i < command_count(); i++) {
		const char *name = command_at(i, NULL)->name;
		size_t      count = words_of(name), distance;
		struct span head = typed;

		if (count < words->list.count)
			head.len = words->list.items[count - 1].end - words->list.items[0].at;
		distance = text_distance(head, span_of(name));
		if (distance < least) {
			least = distance;
			best = name;
		}
	}
	if (best && least <= strlen(best) / 2)
		err_hint(err, "did you mean '%s'?", best);
	else
		err_hint(err, "try 'help'");
}

/* Whether the word is the first of the name, or with `prefixes` begins it. */
static bool begins_name(const char *name, struct span word, bool prefixes, struct span *rest)
{
	struct span first;

	*rest = span_of(name);
	span_split(rest, ' ', &first);
	return span_equal(first, word) ||
	       (prefixes && span_has_prefix(first, word));
}

/* What would make a command of a lone word: the names' rests, or with a
 * beginning of a name the whole names. */
static void add_ways_on(struct span word, bool prefixes, struct str *out)
{
	for (size_t i = 0; i < command_count(); i++) {
		const char *name = command_at(i, NULL)->name;
		struct span rest;

		if (begins_name(name, word, false, &rest) && rest.at)
			str_addf(out, "%s%.*s", out->len ? ", " : "", (int)rest.len, rest.at);
		else if (prefixes && begins_name(name, word, true, &rest))
			str_addf(out, "%s%s", out->len ? ", " : "", name);
	}
}

static int unknown_command(const struct cmd_words *words, bool prefixes, struct err *err)
{
	struct span word = cmd_words_text(words, 0), second = cmd_words_text(words, 1);
	struct str  ways = STR_INIT;

	add_ways_on(word, prefixes, &ways);
	if (!ways.len)
		err_set(err, ERR_USAGE, "no command '%.*s'", (int)word.len, word.at);
	else if (second.len)
		err_set(err, ERR_USAGE, "no command '%.*s %.*s'", (int)word.len, word.at,
			(int)second.len, second.at);
	else
		err_set(err, ERR_USAGE, "'%.*s' wants another word: %s", (int)word.len, word.at,
			ways.bytes);
	if (!ways.len || second.len)
		suggest(words, err);
	str_release(&ways);
	return -1;
}

static int ambiguous_command(const struct cmd_words *words, const struct str *names,
			     struct err *err)
{
	struct span word = cmd_words_text(words, 0);

	return err_set(err, ERR_USAGE, "'%.*s' can be %s", (int)word.len, word.at, names->bytes);
}

const struct cmd_def *command_find(const struct cmd_words *words, bool prefixes, size_t *taken,
				   struct err *err)
{
	const struct cmd_def *found = NULL;
	enum fit              best = FIT_NO;
	size_t                longest = 0, same = 0;
	struct str            names = STR_INIT;

	for (size_t i = 0; i < command_count(); i++) {
		const struct cmd_def *def = command_at(i, NULL);
		size_t                count;
		enum fit              fit = fit_name(def, words, &count);

		if (fit == FIT_NO || (fit == FIT_PREFIX && !prefixes) || count < longest ||
		    (count == longest && fit < best))
			continue;
		if (fit > best || count > longest) {
			str_reset(&names);
			same = 0;
		}
		str_addf(&names, "%s'%s'", same++ ? " or " : "", def->name);
		found = def;
		best = fit;
		longest = count;
	}
	*taken = longest;
	if (!found || same > 1) {
		if (found)
			ambiguous_command(words, &names, err);
		else
			unknown_command(words, prefixes, err);
		found = NULL;
	}
	str_release(&names);
	return found;
}

static void add_arg_synopsis(const struct arg_def *arg, struct str *out)
{
	const char *what = arg->type == ARG_CHOICE ? arg->choices
						   : arg_type_table[arg->type].placeholder;

	static const struct { const char *before, *after; } form_table[] = {
		[ARG_ONE] = { " ", "" },         [ARG_MAYBE] = { " [", "]" },
		[ARG_SOME] = { " ", "..." },     [ARG_ANY] = { " [", "...]" },
		[ARG_REST] = { " ", "..." },     [ARG_REST_MAYBE] = { " [", "...]" },
		[ARG_OPTION] = { "", "]" },      [ARG_FLAG] = { " [", "]" },
	};

	if (arg->form == ARG_OPTION)
		str_addf(out, " [%s ", arg->name);
	str_addf(out, "%s%s%s", form_table[arg->form].before,
		 arg->form == ARG_FLAG ? arg->name : what, form_table[arg->form].after);
}

void command_synopsis(const struct cmd_def *def, struct str *out)
{
	str_add_text(out, def->name);
	for (size_t i = 0; i < CMD_ARGS_MAX && def->args[i].name; i++)
		add_arg_synopsis(&def->args[i], out);
}

void command_help(const struct cmd_def *def, struct str *out)
{
	command_synopsis(def, out);
	str_addf(out, "\n  %s\n", def->summary);
	if (def->detail)
		str_addf(out, "\n  %s\n", def->detail);
	for (size_t i = 0; i < CMD_ARGS_MAX && def->args[i].name; i++) {
		const struct arg_def *arg = &def->args[i];

		if (!i)
			str_add_char(out, '\n');
		str_addf(out, "  %-12s %s\n", arg->name,
			 arg->help ? arg->help : arg_type_table[arg->type].help);
	}
	if (def->level)
		str_addf(out, "\n  needs a socket of level %s\n", access_level_names[def->level]);
	if (def->example)
		str_addf(out, "\n  for example: %s\n", def->example);
}

static int check_effect(struct console *console, const struct cmd_def *def, struct err *err)
{
	struct process *process;

	if (console->read_only && (def->effect & (CMD_OPERATES | CMD_APPLIES)))
		return err_set(err, ERR_DENIED, "'%s' changes things, and this is --read-only",
			       def->name);
	if ((def->effect & CMD_SCREEN) && !console->screen)
		return err_set(err, ERR_UNSUPPORTED, "'%s' needs the screen", def->name);
	if ((def->effect & (CMD_CONFIG | CMD_EDITS)) && !console_candidate(console, err))
		return -1;
	/* For completion, which does not wait. */
	if (console->interactive && (def->effect & (CMD_CONFIG | CMD_EDITS)))
		console_vocabulary(console);
	if (!(def->effect & (CMD_PROCESS | CMD_OPERATES)))
		return 0;
	process = console_process(console, err);
	if (!process)
		return -1;
	if (process->level < def->level)
		return err_set(err, ERR_DENIED,
			       "'%s' needs level %s, and '%s' grants %s; see 'stats socket … "
			       "level' in the configuration",
			       def->name, access_level_names[def->level],
			       process->client.name.bytes, access_level_names[process->level]);
	return 0;
}

/* An editing command is one edit, kept only if it works. */
static int run_edit(struct call *call, struct err *err)
{
	struct candidate *candidate = call->console->candidate;
	struct document  *before;
	struct str        title = STR_INIT;
	int               status;

	/* An edit that is made of commands, as `lint fix`, is one all the same. */
	if (candidate->is_open)
		return call->def->run(call, err);
	command_redact(cmd_words_source(call->words, 0), &title);
	before = document_dup(candidate->now);
	edit_begin(candidate, title.bytes);
	str_release(&title);
	status = call->def->run(call, err);
	if (status < 0) {
		edit_cancel(candidate);
	} else if (edit_end(candidate)) {
		warn_unknown(call->console, &candidate->done.items[candidate->done.count - 1]);
		warn_dangling(call->console, before);
		warn_plain_passwords(call->console,
				     &candidate->done.items[candidate->done.count - 1]);
	} else if (call->out->format == OUTPUT_TEXT && call->console->interactive) {
		output_say(call->out, "nothing changed: it is so already");
	}
	document_free(before);
	return status;
}

static int run_words(struct console *console, const struct cmd_words *words, struct output *out,
		     struct err *err)
{
	struct call           call = { .console = console, .out = out, .words = words };
	size_t                taken;
	const struct cmd_def *def = command_find(words, console->interactive, &taken, err);

	if (!def)
		return err_locate(err, (struct place){ NULL, words->line,
						       (unsigned)words->list.items[0].at + 1 });
	if (call_parse(&call, def, taken, console->interactive, err) < 0 ||
	    check_effect(console, def, err) < 0)
		return -1;
	return def->effect & CMD_EDITS ? run_edit(&call, err) : def->run(&call, err);
}

/* Where in its line a byte of a text stands, from 1. */
static unsigned column_in(struct span source, unsigned offset)
{
	const char *start = source.at + offset - 1;

	while (start > source.at && start[-1] != '\n')
		start--;
	return (unsigned)(source.at + offset - start);
}

/*
 * A script's line comes before the place in a configuration that the error may
 * have already; of scripts that include each other the innermost counts.
 */
static void place_error(struct console *console, struct err *err, struct place where,
			unsigned line, struct span source)
{
	if (console->error_placed)
		return;
	console->error_placed = where.file != NULL;
	if (err->file.len && where.file) {
		struct str place = STR_INIT;

		str_add_span(&place, str_span(&err->file));
		if (err->line)
			str_addf(&place, ":%u", err->line);
		if (err->line && err->column)
			str_addf(&place, ":%u", err->column);
		err_prefix(err, "%s", place.bytes);
		str_release(&place);
		err->column = 0;
	} else if (err->file.len) {
		return;
	} else if (err->column && err->column <= source.len + 1) {
		err->column = column_in(source, err->column);
	}
	str_set(&err->file, where.file);
	err->line = where.file ? where.line + line : 0;
}

/* Keeps going: says this one, keeps the first. */
static void keep_error(struct console *console, struct err *err)
{
	struct str text = STR_INIT;

	err_format(err, &text);
	log_add(&console->log, LOG_ERROR, "%s", text.bytes);
	str_release(&text);
	if (console->last_error.code == ERR_NONE)
		err_take(&console->last_error, err);
	else
		err_clear(err);
}

int command_run_text(struct console *console, struct span text, struct place where,
		     struct output *out, struct err *err)
{
	struct cmd_words words = CMD_WORDS_INIT;
	size_t           offset = 0;
	unsigned         line = 1;
	bool             outer = !console->running;
	int              more, status = 0;

	console->running = true;
	while (status == 0 && !console->quit) {
		more = cmd_words_next(&words, text, &offset, &line, err);
		if (more == 0)
			break;
		console->error_placed = false;
		status = more < 0 ? -1 : run_words(console, &words, out, err);
		if (status < 0) {
			place_error(console, err, where, words.line - 1, text);
			if (console->keep_going && err->code != ERR_CANCELLED) {
				keep_error(console, err);
				status = 0;
			}
		}
	}
	cmd_words_release(&words);
	if (outer)
		console->running = false;
	return status;
}

bool command_is_now(struct span text)
{
	struct cmd_words words = CMD_WORDS_INIT;
	size_t           offset = 0, taken;
	unsigned         line = 1;
	bool             now = true;

	while (now && cmd_words_next(&words, text, &offset, &line, NULL) > 0) {
		const struct cmd_def *def = command_find(&words, true, &taken, NULL);

		now = !def || (def->effect & CMD_NOW);
	}
	cmd_words_release(&words);
	return now;
}
