/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/plan/settings.h"

#include <stdint.h>

/* "no-check" -> "check", "enabled" -> "disabled". */
static struct span base_keyword(struct span name, const struct server_keyword_def *def, bool *off)
{
	const struct server_keyword_def *other = def ? server_keyword_opposite(def) : NULL;

	*off = other && (span_starts(name, "no") || span_is(name, "enabled"));
	return *off ? span_of(other->name) : name;
}

/* The index stands in the map plus one, because NULL means that there is none. */
static struct setting *get(const struct settings *settings, struct span key)
{
	uintptr_t found = (uintptr_t)map_get(&settings->index, key);

	return found ? &settings->list.items[found - 1] : NULL;
}

static struct setting *get_or_add(struct settings *settings, struct span key)
{
	struct setting *setting = get(settings, key);

	if (setting)
		return setting;
	setting = vec_push(&settings->list);
	*setting = (struct setting){ .key = key, .all = STR_INIT };
	map_put(&settings->index, key, (void *)(uintptr_t)settings->list.count);
	return setting;
}

/* What stands behind the keyword, blanks between kept. */
static struct span value_of_words(const struct word *words, size_t count)
{
	const struct span last = words[count - 1].raw;

	if (count < 2)
		return span_make("", 0);
	return span_make(words[1].raw.at, (size_t)(last.at + last.len - words[1].raw.at));
}

void settings_add(struct settings *settings, const struct server *server)
{
	struct setting *setting = NULL;

	for (size_t i = 0; i < server->params.count; i++) {
		const struct server_param       *param = &server->params.items[i];
		const struct server_keyword_def *def = server_keyword_find(param->name);
		const struct word               *words = server->words.items + param->word;
		bool                             off = false;

		/* `usesrc` means nothing without the `source` before it: one setting. */
		if (setting && def && (def->flags & SERVER_OF_SOURCE)) {
			setting->count += param->count;
		} else {
			setting = get_or_add(settings, base_keyword(param->name, def, &off));
			setting->off = off;
			setting->words = words;
			setting->count = param->count;
			str_add_char(&setting->all, off ? '-' : '+');
		}
		setting->value = value_of_words(setting->words, setting->count);
		encode_words(&setting->all, words, param->count);
	}
}

const struct setting *setting_find(const struct settings *settings, struct span key)
{
	return get(settings, key);
}

bool setting_is_on(const struct settings *settings, const char *key)
{
	const struct setting *setting = get(settings, span_of(key));

	return setting && !setting->off;
}

long setting_number(const struct settings *settings, const char *key, long absent)
{
	const struct setting *setting = get(settings, span_of(key));
	long                  value;

	if (!setting || setting->off)
		return absent;
	if (setting->count != 2 || setting->words[1].varies ||
	    !span_to_long(setting->words[1].text, &value) || value < 0)
		return -1;
	return value;
}

void encode_words(struct str *out, const struct word *words, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		str_add(out, &words[i].text.len, sizeof(words[i].text.len));
		str_add_char(out, words[i].varies ? '$' : ' ');
		str_add_span(out, words[i].text);
	}
}

bool same_words(const struct word *a, size_t na, const struct word *b, size_t nb)
{
	if (na != nb)
		return false;
	for (size_t i = 0; i < na; i++)
		if (a[i].varies != b[i].varies || !span_equal(a[i].text, b[i].text))
			return false;
	return true;
}

void settings_release(struct settings *settings)
{
	for (size_t i = 0; i < settings->list.count; i++)
		str_release(&settings->list.items[i].all);
	vec_release(&settings->list);
	map_release(&settings->index, NULL);
}
