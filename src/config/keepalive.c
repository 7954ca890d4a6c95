/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/config/keepalive.h"

#include <stdint.h>

#include "penstock/base/mem.h"
#include "penstock/config/lines.h"

const char *const keepalive_names[] = { "default", "close", "server-close", NULL };

struct mode_option {
	const char    *name;
	enum keepalive keepalive;
};

/* The options exclude each other: the last one holds.  `forceclose` is what
 * HAProxy called httpclose's meaning before 2.0. */
static const struct mode_option option_table[] = {
	{ "httpclose",         KEEPALIVE_CLOSE },
	{ "http-server-close", KEEPALIVE_SERVER_CLOSE },
	{ "http-keep-alive",   KEEPALIVE_DEFAULT },
	{ "forceclose",        KEEPALIVE_CLOSE },
};

static const struct mode_option *option_find(struct span name)
{
	for (size_t i = 0; i < N(option_table); i++)
		if (span_is(name, option_table[i].name))
			return &option_table[i];
	return NULL;
}

bool keepalive_line(const struct words *words, enum keepalive *state)
{
	size_t                    no = words_is(words, 0, "no");
	const struct mode_option *option = option_find(words_text(words, no + 1));

	if (!option || !words_is(words, no, "option") || words->count != no + 2)
		return false;
	if (!no)
		*state = option->keepalive;
	else if (*state == option->keepalive)
		*state = KEEPALIVE_DEFAULT;
	return true;
}

/* The first and the last line of a section that choose; SIZE_MAX: none does. */
struct chosen {
	size_t first, last;
};

static struct chosen walk(const struct document *doc, const struct section *section,
			  enum keepalive *state)
{
	struct chosen chosen = { SIZE_MAX, SIZE_MAX };
	struct words  words = WORDS_INIT;

	for (size_t i = section->first + 1; i < section->first + section->count; i++) {
		struct span line = line_span(&doc->lines.items[i]);
		struct span word = line_first_word(line);

		if (!span_is(word, "option") && !span_is(word, "no"))
			continue;
		words_split(&words, line);
		if (!keepalive_line(&words, state))
			continue;
		chosen.last = i;
		if (chosen.first == SIZE_MAX)
			chosen.first = i;
	}
	words_release(&words);
	return chosen;
}

enum keepalive keepalive_inherited(const struct document *doc, const struct section *section)
{
	const struct section *lineage[DEFAULTS_DEPTH];
	size_t                count = section_lineage(doc, section, lineage);
	enum keepalive        state = KEEPALIVE_DEFAULT;

	while (count > 1)
		walk(doc, lineage[--count], &state);
	return state;
}

bool keepalive_find(struct span name, enum keepalive *keepalive)
{
	for (size_t i = 0; keepalive_names[i]; i++) {
		if (!span_is(name, keepalive_names[i]))
			continue;
		*keepalive = (enum keepalive)i;
		return true;
	}
	return false;
}

/* The line that turns `inherited` into `want`; NULL when none is needed. */
static const char *line_for(enum keepalive want, enum keepalive inherited)
{
	static const char *const lines[] = {
		[KEEPALIVE_DEFAULT] = NULL,
		[KEEPALIVE_CLOSE] = "option httpclose",
		[KEEPALIVE_SERVER_CLOSE] = "option http-server-close",
	};
	static const char *const no_lines[] = {
		[KEEPALIVE_DEFAULT] = NULL,
		[KEEPALIVE_CLOSE] = "no option httpclose",
		[KEEPALIVE_SERVER_CLOSE] = "no option http-server-close",
	};

	if (want == inherited)
		return NULL;
	return want == KEEPALIVE_DEFAULT ? no_lines[inherited] : lines[want];
}

static struct chosen find_chosen(const struct document *doc, size_t header,
				 enum keepalive *state)
{
	const struct section *section = section_of(doc, header);

	*state = keepalive_inherited(doc, section);
	return walk(doc, section, state);
}

void keepalive_put(struct candidate *candidate, size_t header, enum keepalive want)
{
	const struct section *section = section_of(candidate->now, header);
	const char           *text = line_for(want, keepalive_inherited(candidate->now, section));
	enum keepalive        state;
	struct chosen         chosen = find_chosen(candidate->now, header, &state);

	if (state == want)
		return;
	if (text && chosen.last == SIZE_MAX)
		section_add(candidate, header, span_of(text));
	else if (text)
		line_set_words(candidate, chosen.last, 0, span_of(text));
	/* Whatever else stands there and speaks against it goes. */
	while (chosen = find_chosen(candidate->now, header, &state), state != want)
		edit_delete_lines(candidate, text ? chosen.first : chosen.last, 1);
}

bool keepalive_clear(struct candidate *candidate, size_t header)
{
	enum keepalive state;
	struct chosen  chosen = find_chosen(candidate->now, header, &state);
	bool           found = chosen.last != SIZE_MAX;

	for (; chosen.last != SIZE_MAX; chosen = find_chosen(candidate->now, header, &state))
		edit_delete_lines(candidate, chosen.last, 1);
	return found;
}
