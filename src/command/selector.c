/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/command/selector.h"

#include <stdint.h>
#include <string.h>

#include "penstock/base/text.h"
#include "penstock/config/server.h"

bool selector_split(struct span name, struct span *backend, struct span *server)
{
	const char *slash = name.len ? memchr(name.at, '/', name.len) : NULL;

	if (!slash)
		return false;
	*backend = span_make(name.at, (size_t)(slash - name.at));
	*server = span_make(slash + 1, name.len - backend->len - 1);
	return true;
}

static int matches_nothing(struct span pattern, const char *where, struct err *err)
{
	return err_set(err, ERR_NOT_FOUND, "no server in the %s matches '%.*s'", where,
		       (int)pattern.len, pattern.at);
}

static void add_when_matching(struct span pattern, struct span backend, struct span server,
			      struct strings *out)
{
	struct str name = STR_INIT;

	str_addf(&name, "%.*s/%.*s", (int)backend.len, backend.at, (int)server.len, server.at);
	if (text_glob(pattern, str_span(&name)))
		strings_add(out, name.bytes);
	str_release(&name);
}

static void add_section(const struct document *doc, const struct section *section,
			struct span pattern, struct strings *out)
{
	struct words words = WORDS_INIT;
	size_t       line = section->first;

	while ((line = section_find(doc, section, line, "server", NULL)) != SIZE_MAX) {
		words_split(&words, line_span(&doc->lines.items[line++]));
		if (words.count > 1)
			add_when_matching(pattern, section->name, words.items[1].text, out);
	}
	words_release(&words);
}

int selector_document(const struct document *doc, struct span pattern, struct strings *out,
		      struct err *err)
{
	size_t      before = out->list.count;
	struct span backend, server;

	if (!text_is_glob(pattern)) {
		strings_add_n(out, pattern.at, pattern.len);
		return 0;
	}
	if (!selector_split(pattern, &backend, &server))
		return matches_nothing(pattern, "configuration", err);
	for (size_t i = 0; i < doc->sections.count; i++) {
		const struct section *section = &doc->sections.items[i];

		if ((section->kind & SECTION_BACKS) &&
		    text_glob(backend, section->name))
			add_section(doc, section, pattern, out);
	}
	return out->list.count > before ? 0 : matches_nothing(pattern, "configuration", err);
}

int selector_process(const struct process *process, struct span pattern, struct strings *out,
		     struct err *err)
{
	const struct sample *now = &process->now;
	size_t               before = out->list.count;

	if (!text_is_glob(pattern)) {
		strings_add_n(out, pattern.at, pattern.len);
		return 0;
	}
	for (size_t i = 0; i < now->rows.count; i++)
		if (now->rows.items[i].type == ROW_SERVER)
			add_when_matching(pattern, sample_proxy(now, i), sample_server(now, i),
					  out);
	return out->list.count > before ? 0 : matches_nothing(pattern, "process", err);
}
