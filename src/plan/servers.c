/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/plan/servers.h"

#include "penstock/base/mem.h"
#include "penstock/plan/settings.h"

/* Keywords whose change is a kind of its own; any other is SERVER_KEYWORD. */
static const struct {
	const char      *keyword;
	enum change_kind kind;
} kind_of_keyword[] = {
	{ "weight", CHANGE_SERVER_WEIGHT },
	{ "disabled", CHANGE_SERVER_STATE },
	{ "maxconn", CHANGE_SERVER_MAXCONN },
	{ "check", CHANGE_SERVER_CHECK },
	{ "port", CHANGE_SERVER_CHECK_PORT },
	{ "addr", CHANGE_SERVER_CHECK_ADDRESS },
	{ "agent-check", CHANGE_SERVER_AGENT },
	{ "agent-addr", CHANGE_SERVER_AGENT_ADDRESS },
	{ "agent-port", CHANGE_SERVER_AGENT_PORT },
	{ "agent-send", CHANGE_SERVER_AGENT_SEND },
	{ "ssl", CHANGE_SERVER_SSL },
};

static enum change_kind keyword_kind(struct span keyword)
{
	for (size_t i = 0; i < N(kind_of_keyword); i++)
		if (span_is(keyword, kind_of_keyword[i].keyword))
			return kind_of_keyword[i].kind;
	return CHANGE_SERVER_KEYWORD;
}

static void add(struct changes *out, const struct change *like, enum change_kind kind,
		struct span keyword, char *take_before, char *take_after)
{
	struct change *change = vec_push(&out->list);

	*change = *like;
	change->kind = kind;
	change->name = xstrdup(like->name);
	change->server = xstrdup(like->server);
	change->keyword = keyword.at ? span_dup(keyword) : NULL;
	change->before = take_before;
	change->after = take_after;
}

/* What is written: the arguments, or the keyword itself where it has none or is
 * taken back.  NULL when it is not written. */
static char *shown(const struct setting *setting)
{
	if (!setting)
		return NULL;
	return span_dup(setting->off || !setting->value.len ? setting->words[0].raw :
							      setting->value);
}

/* Some keywords add up when they are repeated, so every occurrence counts; of
 * those with a kind of their own only the last one does. */
static bool same_setting(enum change_kind kind, const struct setting *a, const struct setting *b)
{
	if (kind == CHANGE_SERVER_KEYWORD)
		return a && b && span_equal(str_span(&a->all), str_span(&b->all));
	return a && b && a->off == b->off && same_words(a->words, a->count, b->words, b->count);
}

static void compare_setting(struct span key, const struct settings *before,
			    const struct settings *after, const struct change *like,
			    struct changes *out)
{
	const struct setting *a = setting_find(before, key), *b = setting_find(after, key);
	enum change_kind      kind = keyword_kind(key);

	if (!same_setting(kind, a, b))
		add(out, like, kind, key, shown(a), shown(b));
}

static void compare_settings(const struct settings *before, const struct settings *after,
			     const struct change *like, struct changes *out)
{
	for (size_t i = 0; i < after->list.count; i++)
		compare_setting(after->list.items[i].key, before, after, like, out);
	for (size_t i = 0; i < before->list.count; i++)
		if (!setting_find(after, before->list.items[i].key))
			compare_setting(before->list.items[i].key, before, after, like, out);
}

enum { ADDRESS_WORD = 2 };

static void compare_address(const struct server *before, const struct server *after,
			    const struct change *like, struct changes *out)
{
	const struct word *a = &before->words.items[ADDRESS_WORD];
	const struct word *b = &after->words.items[ADDRESS_WORD];

	if (!same_words(a, 1, b, 1))
		add(out, like, CHANGE_SERVER_ADDRESS, span_make(NULL, 0), span_dup(a->raw),
		    span_dup(b->raw));
}

size_t servers_compare(struct span before, struct span after, const struct change *like,
		       struct changes *out)
{
	struct server   a = SERVER_INIT, b = SERVER_INIT;
	struct settings sa = SETTINGS_INIT, sb = SETTINGS_INIT;
	size_t          count = out->list.count;

	if (server_read(&a, before) && server_read(&b, after)) {
		settings_add(&sa, &a);
		settings_add(&sb, &b);
		compare_address(&a, &b, like, out);
		compare_settings(&sa, &sb, like, out);
	}
	settings_release(&sa);
	settings_release(&sb);
	server_release(&a);
	server_release(&b);
	return out->list.count - count;
}
