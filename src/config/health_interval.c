/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How often the servers of a section are checked: `inter`, said by each of them or
 * by the `default-server` lines before it. */
#include <stdint.h>
#include <string.h>

#include "penstock/base/mem.h"
#include "penstock/base/text.h"
#include "penstock/config/health.h"
#include "penstock/config/lines.h"

/* What `default-server` lines have said so far. */
struct presets {
	long inter; /* ms; 0: nothing said */
	bool check;
};

/* A server that is checked. */
struct checked {
	size_t line;
	long   interval;
	size_t own; /* index of the word behind its own `inter`; 0: it has none */
};

struct checks {
	VEC(struct checked) list;
	struct presets presets; /* at the section's end */
	size_t preset_line;     /* last default-server with `inter`; SIZE_MAX: none */
	size_t first_server;    /* line; SIZE_MAX: none */
};

/* Gives the index of the word behind `inter`, or 0. */
static size_t read_presets(struct presets *presets, const struct server *server)
{
	const struct server_param *inter = server_param(server, "inter");
	int64_t                    ms;

	if (server_param(server, "check"))
		presets->check = true;
	if (server_param(server, "no-check"))
		presets->check = false;
	if (!inter || text_parse_duration(inter->value, 1, &ms, NULL) < 0 || ms <= 0)
		return 0;
	presets->inter = (long)ms;
	return inter->word + 1;
}

static void check_line(struct checks *checks, struct server *server, struct span text,
		       size_t line)
{
	bool           is_preset = span_is(line_first_word(text), "default-server");
	struct presets own = checks->presets;
	size_t         word;

	if (!is_preset && checks->first_server == SIZE_MAX)
		checks->first_server = line;
	if (!server_read(server, text))
		return;
	word = read_presets(is_preset ? &checks->presets : &own, server);
	if (is_preset) {
		if (word)
			checks->preset_line = line;
	} else if (own.check) {
		*vec_push(&checks->list) = (struct checked){
			.line = line,
			.interval = own.inter ? own.inter : HEALTH_INTERVAL,
			.own = word,
		};
	}
}

/* Goes through the server and default-server lines of one section. */
static void check_section(struct checks *checks, const struct document *doc,
			  const struct section *section)
{
	struct server server = SERVER_INIT;

	checks->preset_line = checks->first_server = SIZE_MAX;
	for (size_t i = section->first + 1; i < section->first + section->count; i++) {
		struct span text = line_span(&doc->lines.items[i]);
		struct span word = line_first_word(text);

		if (span_is(word, "server") || span_is(word, "default-server"))
			check_line(checks, &server, text, i);
	}
	server_release(&server);
}

static void checks_read(struct checks *checks, const struct document *doc,
			const struct section *section)
{
	const struct section *lineage[DEFAULTS_DEPTH];
	size_t                count = section_lineage(doc, section, lineage);

	*checks = (struct checks){ .preset_line = SIZE_MAX };
	while (count) {
		/* A server line in a defaults section is one that HAProxy refuses. */
		vec_reset(&checks->list);
		check_section(checks, doc, lineage[--count]);
	}
}

static long preset_interval(const struct checks *checks)
{
	return checks->presets.inter ? checks->presets.inter : HEALTH_INTERVAL;
}

/* The interval that holds for all of them, or 0. */
static long one_interval(const struct checks *checks)
{
	for (size_t i = 1; i < checks->list.count; i++)
		if (checks->list.items[i].interval != checks->list.items[0].interval)
			return 0;
	return checks->list.count ? checks->list.items[0].interval : preset_interval(checks);
}

long health_plain_preset(struct span line)
{
	struct words words = WORDS_INIT;
	int64_t      ms = 0;

	words_split(&words, line);
	if (words.count != 3 || !words_is(&words, 0, "default-server") ||
	    !words_is(&words, 1, "inter") ||
	    text_parse_duration(words.items[2].text, 1, &ms, NULL) < 0)
		ms = 0;
	words_release(&words);
	return (long)ms;
}

static bool is_plain_preset(const struct document *doc, size_t line)
{
	return health_plain_preset(line_span(&doc->lines.items[line])) > 0;
}

void health_read_interval(struct proxy *proxy, const struct document *doc)
{
	struct checks checks;

	checks_read(&checks, doc, section_of(doc, proxy->header));
	proxy->health.interval = one_interval(&checks);
	for (size_t i = 0; i < proxy->roles.count; i++) {
		size_t line = proxy->header + i;

		if (proxy->roles.items[i] == ROLE_NATIVE && line < checks.first_server &&
		    proxy->health.interval &&
		    health_plain_preset(line_span(&doc->lines.items[line])) ==
			    proxy->health.interval)
			proxy->roles.items[i] = ROLE_INTERVAL;
	}
	vec_release(&checks.list);
}

static void set_word(struct candidate *candidate, size_t line, size_t word, long interval)
{
	struct str text = STR_INIT;

	str_addf(&text, "%ld", interval);
	edit_replace_words(candidate, line, word, 1, str_span(&text));
	str_release(&text);
}

/* For the servers that say no interval of their own. */
static void put_preset(struct candidate *candidate, size_t header, const struct checks *checks,
		       long interval)
{
	struct str text = STR_INIT;
	bool       has_preset = checks->preset_line != SIZE_MAX;

	if (has_preset && is_plain_preset(candidate->now, checks->preset_line)) {
		set_word(candidate, checks->preset_line, 2, interval);
	} else if (has_preset) {
		/* It says other things too: a native, whose text is not ours. */
		str_addf(&text, "inter %ld", interval);
		for (size_t i = 0; i < checks->list.count; i++)
			if (!checks->list.items[i].own)
				line_set_words(candidate, checks->list.items[i].line, SIZE_MAX,
					       str_span(&text));
	} else {
		str_addf(&text, "default-server inter %ld", interval);
		if (checks->first_server != SIZE_MAX)
			section_insert(candidate, header, checks->first_server, str_span(&text));
		else
			section_append(candidate, header, str_span(&text));
	}
	str_release(&text);
}

void health_put_interval(struct candidate *candidate, size_t header, long interval)
{
	struct checks checks;
	bool          by_preset;

	checks_read(&checks, candidate->now, section_of(candidate->now, header));
	by_preset = !checks.list.count && preset_interval(&checks) != interval;
	for (size_t i = 0; i < checks.list.count; i++) {
		const struct checked *server = &checks.list.items[i];

		if (server->interval == interval)
			continue;
		if (server->own)
			set_word(candidate, server->line, server->own, interval);
		else
			by_preset = true;
	}
	if (by_preset)
		put_preset(candidate, header, &checks, interval);
	vec_release(&checks.list);
}
