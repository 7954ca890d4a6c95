/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wanted proxies that start as what is there. */
#include <stdlib.h>

#include "penstock/base/mem.h"
#include "penstock/config/json_fields.h"
#include "penstock/config/rule.h"

void json_drop_rules(struct proxy *proxy)
{
	while (proxy->rules.count)
		rule_release(&proxy->rules.items[--proxy->rules.count]);
}

void json_drop_members(struct proxy *proxy)
{
	while (proxy->members.count) {
		struct member *member = &proxy->members.items[--proxy->members.count];

		free(member->server);
		free(member->host);
		free(member->options);
	}
}

/* What a new section of that kind would be, with what it inherits. */
static struct proxy *fresh_proxy(const struct document *now, enum section_kind side,
				 enum section_kind kind, const char *name)
{
	struct document  *base = now && now->files.count ? document_dup(now) : document_new();
	const char       *made = name;
	struct candidate *copy;
	struct proxy     *proxy;

	if (!base->files.count)
		document_add_file(base, "", span_make("", 0));
	copy = candidate_new(base);
	edit_begin(copy, "");
	/* A name that HAProxy does not take is refused later, with its place. */
	if (proxy_create(copy, kind, span_of(made), span_make("", 0), NULL) < 0)
		proxy_create(copy, kind, span_of(made = "penstock.new"), span_make("", 0), NULL);
	proxy = proxy_read(copy->now, document_section(copy->now, kind, span_of(made)), side);
	free(proxy->name);
	proxy->name = xstrdup(name);
	edit_end(copy);
	candidate_free(copy);
	return proxy;
}

struct want *json_new_partial(struct reading *r, enum section_kind side,
			      enum section_kind kind, const char *name)
{
	struct want          *want = json_new_want(r, side);
	const struct section *section = NULL;

	if (r->wants->now && *name)
		section = document_section(r->wants->now, side | SECTION_LISTEN, span_of(name));
	proxy_free(want->proxy);
	want->proxy = section ? proxy_read(r->wants->now, section, side)
			      : fresh_proxy(r->wants->now, side, kind, name);
	want->partial = true;
	want->fresh = !section;
	want->is_listen = kind == SECTION_LISTEN;
	/* Where rules stand among other lines stays open: both may change. */
	for (size_t i = 0; i < want->proxy->rules.count; i++)
		want->proxy->rules.items[i].behind = SIZE_MAX;
	return want;
}
