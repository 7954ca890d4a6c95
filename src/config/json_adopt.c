/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/config/json_adopt.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "penstock/base/mem.h"
#include "penstock/config/health.h"
#include "penstock/config/lines.h"
#include "penstock/config/rule.h"

/* The natives that are looked at, and the view of them. */
struct adoption {
	const struct wants *wants;
	struct want        *want;
	struct err         *err;
	size_t             *lines; /* of each native in `found`; SIZE_MAX: not there */
	bool               *adopted; /* of each native: it goes */
	struct proxy       *found;
};

/* The first native on a line with that role, for errors. */
static size_t native_of(const struct adoption *a, enum line_role role)
{
	for (size_t i = 0; i < a->want->proxy->natives.count; i++)
		if (a->lines[i] != SIZE_MAX && a->found->roles.items[a->lines[i]] == role)
			return i;
	return SIZE_MAX;
}

static bool has_role(const struct adoption *a, enum line_role role)
{
	return native_of(a, role) != SIZE_MAX;
}

static int contradicts(const struct adoption *a, enum line_role role, const char *field)
{
	size_t index = native_of(a, role);

	return want_fail(a->wants, a->want, "natives", index, a->err,
			 "'%s' is not what '%s' says",
			 index == SIZE_MAX ? "" : a->want->proxy->natives.items[index].text,
			 field);
}

static int adopt_text(const struct adoption *a, enum line_role role, const char *field,
		      char **want, char **found, bool said)
{
	char *text = *want;

	if (!has_role(a, role) || (*want && *found && strcmp(*want, *found) == 0))
		return 0;
	if (said)
		return contradicts(a, role, field);
	*want = *found;
	*found = text;
	return 0;
}

static int adopt_keepalive(const struct adoption *a)
{
	struct proxy *want = a->want->proxy;

	if (!has_role(a, ROLE_KEEPALIVE) || want->keepalive == a->found->keepalive)
		return 0;
	if (a->want->said & FIELD_KEEPALIVE)
		return contradicts(a, ROLE_KEEPALIVE, "keepalive");
	want->keepalive = a->found->keepalive;
	return 0;
}

static void adopt_binds(const struct adoption *a)
{
	for (size_t i = 0; i < a->found->binds.count; i++) {
		*vec_push(&a->want->proxy->binds) = a->found->binds.items[i];
		a->found->binds.items[i] = (struct bind){ .address = NULL };
	}
}

static bool has_rule(const struct proxy *proxy, const struct rule *rule)
{
	for (size_t i = 0; i < proxy->rules.count; i++)
		if (rule_same_test(&proxy->rules.items[i], rule) &&
		    strcmp(proxy->rules.items[i].backend, rule->backend) == 0)
			return true;
	return false;
}

static void adopt_rules(const struct adoption *a)
{
	for (size_t i = 0; i < a->found->rules.count; i++) {
		struct rule *rule = &a->found->rules.items[i];

		if (has_rule(a->want->proxy, rule))
			continue;
		rule->behind = SIZE_MAX;
		*vec_push(&a->want->proxy->rules) = *rule;
		*rule = (struct rule){ .type = NULL };
	}
}

static bool has_member(const struct proxy *proxy, const struct member *member)
{
	for (size_t i = 0; i < proxy->members.count; i++)
		if (proxy->members.items[i].server &&
		    strcmp(proxy->members.items[i].server, member->server) == 0)
			return true;
	return false;
}

static void adopt_members(const struct adoption *a)
{
	for (size_t i = 0; i < a->found->members.count; i++) {
		struct member *member = &a->found->members.items[i];

		if (has_member(a->want->proxy, member))
			continue;
		*vec_push(&a->want->proxy->members) = *member;
		*member = (struct member){ .line = SIZE_MAX };
	}
}

static int adopt_health(const struct adoption *a)
{
	struct health *want = &a->want->proxy->health, *found = &a->found->health;
	struct health  swapped = *want;

	if (!has_role(a, ROLE_HEALTH) || health_equal(want, found))
		return 0;
	if (a->want->said & FIELD_HEALTH)
		return contradicts(a, ROLE_HEALTH, "health");
	*want = *found;
	*found = swapped;
	return 0;
}

static int adopt_frontend(const struct adoption *a)
{
	struct proxy *want = a->want->proxy, *found = a->found;

	adopt_binds(a);
	adopt_rules(a);
	if (adopt_text(a, ROLE_BACKEND, "backend", &want->default_backend,
		       &found->default_backend, want->default_backend != NULL) < 0)
		return -1;
	return adopt_keepalive(a);
}

static int adopt_backend(const struct adoption *a)
{
	struct proxy *want = a->want->proxy, *found = a->found;
	unsigned      said = a->want->said;

	if (want->host && !found->host)
		return want_fail(a->wants, a->want, "host", SIZE_MAX, a->err,
				 "a native sets the Host header, too");
	if (adopt_text(a, ROLE_BALANCE, "balance", &want->balance, &found->balance,
		       said & FIELD_BALANCE) < 0 ||
	    adopt_text(a, ROLE_HOST, "host", &want->host, &found->host,
		       want->host != NULL) < 0 ||
	    adopt_text(a, ROLE_COOKIE, "cookie", &want->cookie, &found->cookie,
		       said & FIELD_COOKIE) < 0 ||
	    adopt_health(a) < 0)
		return -1;
	if (has_role(a, ROLE_COOKIE))
		a->want->said |= FIELD_COOKIE;
	adopt_members(a);
	return 0;
}

static int check_native(const struct adoption *a, size_t index)
{
	const char  *text = a->want->proxy->natives.items[index].text;
	struct words words = WORDS_INIT;
	int          result = 0;

	words_split(&words, span_of(text));
	if (words.fault == LEX_UNMATCHED_QUOTE)
		result = want_fail(a->wants, a->want, "natives", index, a->err,
				   "a quote is not closed");
	else if (section_def_find(words_text(&words, 0)))
		result = want_fail(a->wants, a->want, "natives", index, a->err,
				   "'%s' would open a section", text);
	words_release(&words);
	return result;
}

/* Which natives are there already, each line counted once. */
static bool *find_present(const struct proxy *now, const struct proxy *want)
{
	bool  *present = xcalloc(want->natives.count + 1, sizeof(*present));
	bool  *taken = xcalloc(now->natives.count + 1, sizeof(*taken));
	size_t hint = 0;

	for (size_t i = 0; i < want->natives.count; i++) {
		for (size_t step = 0; step < now->natives.count && !present[i]; step++) {
			size_t j = (hint + step) % now->natives.count;

			if (taken[j] || strcmp(want->natives.items[i].text,
					       now->natives.items[j].text) != 0)
				continue;
			present[i] = taken[j] = true;
			hint = j + 1;
		}
	}
	free(taken);
	return present;
}

/* The section with mode, host and the new natives.  NULL after an error. */
static struct document *draft(struct adoption *a, const struct proxy *now)
{
	const struct proxy *want = a->want->proxy;
	bool               *present = find_present(now, want);
	struct document    *doc = document_new();
	struct str          text = STR_INIT;
	size_t              line = 2;
	int                 result = 0;

	str_addf(&text, "%s x\nmode ", section_keyword(now->kind));
	value_quote(&text, want->mode);
	str_add_char(&text, '\n');
	if (want->host) {
		str_add_text(&text, "http-request set-header Host ");
		value_quote(&text, want->host);
		str_add_char(&text, '\n');
		line++;
	}
	for (size_t i = 0; i < want->natives.count && result == 0; i++) {
		a->lines[i] = SIZE_MAX;
		if (present[i])
			continue;
		result = check_native(a, i);
		a->lines[i] = line++;
		str_addf(&text, "%s\n", want->natives.items[i].text);
	}
	if (result == 0)
		document_add_file(doc, "", str_span(&text));
	free(present);
	str_release(&text);
	if (result == 0)
		return doc;
	document_free(doc);
	return NULL;
}

static void drop_adopted(const struct adoption *a)
{
	struct proxy *want = a->want->proxy;

	for (size_t i = want->natives.count; i-- > 0;) {
		if (!a->adopted[i])
			continue;
		free(want->natives.items[i].text);
		vec_remove(&want->natives, i);
	}
}

static int adopt_all(const struct adoption *a)
{
	struct proxy *want = a->want->proxy;

	if (adopt_text(a, ROLE_MODE, "mode", &want->mode, &a->found->mode,
		       a->want->said & FIELD_MODE) < 0)
		return -1;
	return a->want->side == SECTION_FRONTEND ? adopt_frontend(a) : adopt_backend(a);
}

/*
 * With the first health check `default-server inter N`, a native until now, says
 * its interval; and one that is to be added says what the field says already.
 */
static void adopt_presets(const struct adoption *a, const struct proxy *now)
{
	struct health *health = &a->want->proxy->health;

	for (size_t i = 0; i < a->want->proxy->natives.count && health->present; i++) {
		const char *text = a->want->proxy->natives.items[i].text;
		long        interval = health_plain_preset(span_of(text));

		bool        there = a->lines[i] == SIZE_MAX;

		if (!interval || (now->health.present && there))
			continue;
		if (!health->interval && there)
			health->interval = interval;
		if (health->interval == interval)
			a->adopted[i] = true;
	}
}

static void find_adopted(const struct adoption *a)
{
	for (size_t i = 0; i < a->want->proxy->natives.count; i++)
		a->adopted[i] = a->lines[i] != SIZE_MAX &&
				a->found->roles.items[a->lines[i]] != ROLE_NATIVE;
}

int want_adopt(const struct wants *wants, struct want *want, const struct proxy *now,
	       struct err *err)
{
	struct adoption a = {
		.wants = wants,
		.want = want,
		.err = err,
		.lines = xcalloc(want->proxy->natives.count + 1, sizeof(*a.lines)),
		.adopted = xcalloc(want->proxy->natives.count + 1, sizeof(*a.adopted)),
	};
	struct document *doc = draft(&a, now);
	int              result = -1;

	if (doc) {
		a.found = proxy_read(doc, &doc->sections.items[0], want->side);
		result = adopt_all(&a);
	}
	if (result == 0) {
		find_adopted(&a);
		adopt_presets(&a, now);
		drop_adopted(&a);
	}
	proxy_free(a.found);
	document_free(doc);
	free(a.lines);
	free(a.adopted);
	return result;
}
