/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/command/keymap.h"

#include <stdlib.h>
#include <string.h>

#include "penstock/base/mem.h"
#include "penstock/base/utf8.h"

const struct context_def context_table[] = {
	{ "global", "everywhere", false },
	{ "table", "in every table", false },
	{ "text", "in every text", false },
	{ "overview", "in the overview", true },
	{ "frontends", "in the table of frontends", true },
	{ "backends", "in the table of backends", true },
	{ "servers", "in the table of servers", true },
	{ "diff", "in the candidate's diff", true },
	{ "plan", "in the plan", true },
	{ "help", "in the help", true },
	{ "output", "in the output of a command", true },
};
const size_t context_table_count = N(context_table);

static const char *const named_keys[] = {
	"Enter", "Esc", "Tab", "S-Tab", "Space", "Lt",   "BS",   "Del",  "Ins", "Up",
	"Down",  "Left", "Right", "Home", "End",  "PgUp", "PgDn", "F1",   "F2",  "F3",
	"F4",    "F5",  "F6",  "F7",    "F8",    "F9",   "F10",  "F11",  "F12",
};

static const unsigned char builtin_default[] = {
#include "keymap_default.inc"
};

struct builtin_def {
	const char          *name;
	const unsigned char *bytes;
	size_t               len;
};

static const struct builtin_def builtin_table[] = {
	{ "default", builtin_default, sizeof(builtin_default) },
};

struct span keymap_builtin(const char *name)
{
	for (size_t i = 0; i < N(builtin_table); i++)
		if (strcmp(builtin_table[i].name, name) == 0)
			return span_make((const char *)builtin_table[i].bytes,
					 builtin_table[i].len);
	return span_make("", 0);
}

static bool is_one_character(struct span key)
{
	unsigned point;

	return key.len && utf8_decode(key.at, key.len, &point) == key.len && point > ' ' &&
	       point != 0x7f;
}

/* <C-x> and <M-x>: Control's letter in capitals, Meta's as it is. */
static bool add_modified(struct span inner, struct str *out)
{
	struct span rest = span_make(inner.at + 2, inner.len - 2);

	if (!is_one_character(rest))
		return false;
	if (span_starts(inner, "C-") && rest.len == 1) {
		char letter = rest.at[0];

		if (letter >= 'a' && letter <= 'z')
			letter = (char)(letter - 'a' + 'A');
		str_addf(out, "<C-%c>", letter);
		return true;
	}
	if (!span_starts(inner, "M-"))
		return false;
	str_addf(out, "<M-%.*s>", (int)rest.len, rest.at);
	return true;
}

static bool add_key(struct span key, struct str *out)
{
	struct span inner;

	if (is_one_character(key)) {
		str_add_span(out, key);
		return true;
	}
	if (key.len < 3 || key.at[0] != '<' || key.at[key.len - 1] != '>')
		return false;
	inner = span_make(key.at + 1, key.len - 2);
	for (size_t i = 0; i < N(named_keys); i++)
		if (span_is(inner, named_keys[i])) {
			str_add_span(out, key);
			return true;
		}
	return inner.len > 2 && inner.at[1] == '-' && add_modified(inner, out);
}

int keymap_canonical(struct span keys, struct str *out, struct err *err)
{
	struct span rest = span_trim(keys), key;
	size_t      before = out->len;

	while (span_split(&rest, ' ', &key)) {
		if (!key.len)
			continue;
		if (out->len > before)
			str_add_char(out, ' ');
		if (!add_key(key, out))
			return err_set(err, ERR_USAGE,
				       "no key '%.*s'; keys are single characters, <Enter>, "
				       "<F1>, <C-x>, <M-x> and the like",
				       (int)key.len, key.at);
	}
	if (out->len == before)
		return err_set(err, ERR_USAGE, "a key is missing");
	return 0;
}

static int check_context(struct span context, struct err *err)
{
	for (size_t i = 0; i < N(context_table); i++)
		if (span_is(context, context_table[i].name))
			return 0;
	return err_set(err, ERR_USAGE, "no context '%.*s'; there are global, table, text and "
		       "the names of views", (int)context.len, context.at);
}

static struct binding *find(const struct keymap *keymap, struct span context, const char *keys)
{
	for (size_t i = 0; i < keymap->list.count; i++) {
		struct binding *binding = &keymap->list.items[i];

		if (span_is(context, binding->context) && strcmp(binding->keys, keys) == 0)
			return binding;
	}
	return NULL;
}

static void binding_release(struct binding *binding)
{
	free(binding->context);
	free(binding->keys);
	free(binding->command);
	free(binding->note);
}

int keymap_set(struct keymap *keymap, struct span context, struct span keys,
	       struct span command, const char *note, struct err *err)
{
	struct str      canonical = STR_INIT;
	struct binding *binding;

	if (check_context(context, err) < 0 || keymap_canonical(keys, &canonical, err) < 0) {
		str_release(&canonical);
		return -1;
	}
	binding = find(keymap, context, canonical.bytes);
	if (binding)
		binding_release(binding);
	else
		binding = vec_push(&keymap->list);
	*binding = (struct binding){
		.context = span_dup(context),
		.keys = str_detach(&canonical, NULL),
		.command = span_dup(command),
		.note = note && *note ? xstrdup(note) : NULL,
	};
	return 0;
}

int keymap_unset(struct keymap *keymap, struct span context, struct span keys,
		 struct err *err)
{
	struct str      canonical = STR_INIT;
	struct binding *binding = NULL;

	if (keymap_canonical(keys, &canonical, err) == 0)
		binding = find(keymap, context, canonical.bytes);
	if (binding) {
		binding_release(binding);
		vec_remove(&keymap->list, (size_t)(binding - keymap->list.items));
	} else if (canonical.len) {
		err_set(err, ERR_NOT_FOUND, "'%s' is not bound in '%.*s'", canonical.bytes,
			(int)context.len, context.at);
	}
	str_release(&canonical);
	return binding ? 0 : -1;
}

static bool begins_with(const char *longer, const char *keys)
{
	size_t len = strlen(keys);

	return strncmp(longer, keys, len) == 0 && longer[len] == ' ';
}

const struct binding *keymap_find(const struct keymap *keymap, const char *const *contexts,
				  size_t count, const char *keys, bool *pending)
{
	const struct binding *found = NULL;

	*pending = false;
	for (size_t c = 0; c < count; c++)
		for (size_t i = 0; i < keymap->list.count; i++) {
			const struct binding *binding = &keymap->list.items[i];

			if (strcmp(binding->context, contexts[c]) != 0)
				continue;
			if (!found && strcmp(binding->keys, keys) == 0)
				found = binding;
			if (begins_with(binding->keys, keys))
				*pending = true;
		}
	return found;
}

void keymap_release(struct keymap *keymap)
{
	for (size_t i = 0; i < keymap->list.count; i++)
		binding_release(&keymap->list.items[i]);
	vec_release(&keymap->list);
}
