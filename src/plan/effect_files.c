/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Entries of maps and of files of acl patterns (runtime-api.md 3.6).  The file
 * is written too, so a reload reads the same.
 */
#include <string.h>

#include "penstock/config/map_file.h"
#include "penstock/plan/commands.h"
#include "penstock/plan/effects.h"

/*
 * Appends a word as a command carries it: blanks, ';' and '\' behind a '\'.  -1
 * with the reason for one that no command can carry.
 */
static int add_word(struct str *out, const char *what, const char *text, struct str *why)
{
	if (text[0] == '#' || strncmp(text, "<<", 2) == 0) {
		str_addf(why, "a %s that begins with '%c' means something else in a command", what,
			 text[0]);
		return -1;
	}
	for (; *text; text++) {
		if ((unsigned char)*text < ' ' || *text == '\x7f') {
			str_addf(why, "the %s holds a control character, which no command takes",
				 what);
			return -1;
		}
		if (strchr(" ;\\", *text))
			str_add_char(out, '\\');
		str_add_char(out, *text);
	}
	return 0;
}

/* "FILE KEY", as the commands begin. */
static int entry_target(const struct change *change, struct str *out, struct str *why)
{
	if (add_word(out, "file's name", change->name, why) < 0)
		return -1;
	str_add_char(out, ' ');
	return add_word(out, "key", change->keyword, why);
}

static int check_length(const struct str *command, struct str *why)
{
	if (command->len <= COMMAND_MAX)
		return 0;
	str_add_text(why, "the entry is longer than a command may be");
	return -1;
}

/* A verb with its target and a value (NULL: none), as a command or an inverse. */
struct entry_command {
	const char       *verb;
	const struct str *target;
	const char       *value;
};

static int write_command(const struct entry_command *command, struct str *out, struct str *why)
{
	str_addf(out, "%s %s", command->verb, command->target->bytes);
	if (command->value) {
		str_add_char(out, ' ');
		if (add_word(out, "value", command->value, why) < 0)
			return -1;
	}
	return check_length(out, why);
}

static int make_step(struct step *step, const struct entry_command *forth,
		     const struct entry_command *back, struct str *why)
{
	struct str text = STR_INIT, inverse = STR_INIT;
	int        result = write_command(forth, &text, why);

	if (result == 0)
		result = write_command(back, &inverse, why);
	if (result == 0) {
		step_command(step, REPLY_EMPTY, "%s", text.bytes);
		step_inverse(step, 0, REPLY_EMPTY, "%s", inverse.bytes);
	}
	str_release(&text);
	str_release(&inverse);
	return result;
}

/* The verb that brings the entry, and the one that takes it away. */
struct entry_verbs {
	const char *add, *set, *del;
};

static const struct entry_verbs map_verbs = { "add map", "set map", "del map" };
static const struct entry_verbs acl_verbs = { "add acl", NULL, "del acl" };

static int change_entry(const struct effect_context *context, const struct entry_verbs *verbs,
			struct step *step, struct str *why)
{
	const struct change *change = context->change;
	bool                 valued = verbs->set != NULL;
	struct str           target = STR_INIT;
	struct entry_command set = { verbs->set, &target, change->after };
	struct entry_command reset = { verbs->set, &target, change->before };
	struct entry_command add = { verbs->add, &target, NULL };
	struct entry_command del = { verbs->del, &target, NULL };
	int                  result = entry_target(change, &target, why);

	if (valued)
		add.value = change->after ? change->after : change->before;
	if (result == 0 && change->before && change->after)
		result = make_step(step, &set, &reset, why);
	else if (result == 0 && change->after)
		result = make_step(step, &add, &del, why);
	else if (result == 0)
		result = make_step(step, &del, &add, why);
	str_release(&target);
	return result;
}

int effect_map(const struct effect_context *context, struct step *step, struct str *why)
{
	return change_entry(context, &map_verbs, step, why);
}

int effect_acl(const struct effect_context *context, struct step *step, struct str *why)
{
	return change_entry(context, &acl_verbs, step, why);
}
