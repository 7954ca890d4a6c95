/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a document's sections hold and inherit. */
#include <string.h>

#include "penstock/config/document.h"

void section_title(const struct section *section, struct str *out)
{
	str_add_text(out, section_keyword(section->kind));
	if (section->name.len) {
		str_add_char(out, ' ');
		str_add_span(out, section->name);
	}
}

size_t section_end(const struct document *doc, const struct section *section)
{
	size_t end = section->first + section->count;

	while (end > section->first + 1) {
		struct span line = line_span(&doc->lines.items[end - 1]);

		if (!line_is_blank(line) && !line_is_comment(line))
			break;
		end--;
	}
	/* Comments that are indented and follow at once still belong to it. */
	while (end < section->first + section->count) {
		struct span line = line_span(&doc->lines.items[end]);

		if (!line_is_comment(line) || line.at[0] == '#')
			break;
		end++;
	}
	return end;
}

size_t section_lead(const struct document *doc, const struct section *section)
{
	size_t lead = 0;

	while (lead < section->first) {
		const struct line *line = &doc->lines.items[section->first - lead - 1];

		if (line->file != section->file || !line_is_comment(line_span(line)) ||
		    line->bytes[0] != '#')
			break;
		lead++;
	}
	return lead;
}

const struct section *section_defaults(const struct document *doc, const struct section *section)
{
	const struct section *found = NULL;

	if (section->from.len)
		return document_section(doc, SECTION_DEFAULTS, section->from);
	if (section->kind == SECTION_DEFAULTS || !(section->kind & SECTION_PROXY))
		return NULL;
	for (size_t i = 0; i < doc->sections.count; i++) {
		const struct section *other = &doc->sections.items[i];

		if (other->first >= section->first)
			break;
		if (other->kind == SECTION_DEFAULTS)
			found = other;
	}
	return found;
}

size_t section_lineage(const struct document *doc, const struct section *section,
		       const struct section *lineage[DEFAULTS_DEPTH])
{
	size_t count = 0;

	for (; section && count < DEFAULTS_DEPTH; section = section_defaults(doc, section))
		lineage[count++] = section;
	return count;
}

size_t section_find(const struct document *doc, const struct section *section, size_t start,
		    const char *first, const char *second)
{
	size_t       end = section->first + section->count;
	struct words words = WORDS_INIT;
	size_t       found = SIZE_MAX;

	if (start <= section->first)
		start = section->first + 1;
	for (size_t i = start; i < end && found == SIZE_MAX; i++) {
		struct span line = line_span(&doc->lines.items[i]);
		struct span word = line_first_word(line);

		/* A quoted keyword is rare, but HAProxy takes it. */
		if (!span_is(word, first) && !(word.len && strchr("\"'\\", word.at[0])))
			continue;
		if (!second && span_is(word, first)) {
			found = i;
			break;
		}
		words_split(&words, line);
		if (words_is(&words, 0, first) && (!second || words_is(&words, 1, second)))
			found = i;
	}
	words_release(&words);
	return found;
}

/* Whether the line's second word is this; lines are split only when quoted. */
static bool is_second_word(struct span line, struct span name, struct words *words)
{
	struct span first = line_first_word(line), second;

	second = line_first_word(span_make(first.at + first.len,
					   line.len - (size_t)(first.at + first.len - line.at)));
	if (span_equal(second, name))
		return true;
	if (!word_is_quoted(second))
		return false;
	words_split(words, line);
	return words->count > 1 && span_equal(words->items[1].text, name);
}

size_t section_server(const struct document *doc, const struct section *section,
		      struct span name)
{
	struct words words = WORDS_INIT;
	size_t       found = SIZE_MAX, i = 0;

	while (found == SIZE_MAX) {
		i = section_find(doc, section, i, "server", NULL);
		if (i == SIZE_MAX)
			break;
		if (is_second_word(line_span(&doc->lines.items[i]), name, &words))
			found = i;
		i++;
	}
	words_release(&words);
	return found;
}
