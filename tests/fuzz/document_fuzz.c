/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lexer and document: rendering gives back the bytes, sections stay in step. */
#include <string.h>

#include "fuzz.h"
#include "penstock/config/edit.h"

static void check_rendering(const struct document *doc, struct span bytes)
{
	struct str out = STR_INIT;

	document_render(doc, 0, &out);
	LAW(span_equal(str_span(&out), bytes));
	str_release(&out);
}

/* indent, words, comment and ending follow each other inside the line. */
static void check_words(struct span line)
{
	struct words words = WORDS_INIT;
	struct str   quoted = STR_INIT;
	const char  *at = line.at;

	words_split(&words, line);
	for (size_t i = 0; i < words.count; i++) {
		LAW(words.items[i].raw.at >= at);
		at = words.items[i].raw.at + words.items[i].raw.len;
		LAW(words.items[i].text.len <= words.items[i].raw.len);
	}
	LAW(words.comment.at >= at);
	LAW(words.comment.at + words.comment.len == words.ending.at);
	LAW(words.ending.at + words.ending.len == line.at + line.len);
	if (words.count) {
		struct words again = WORDS_INIT;

		word_quote(&quoted, words_text(&words, 0));
		words_split(&again, str_span(&quoted));
		LAW(again.count == 1 && span_equal(again.items[0].text, words.items[0].text));
		words_release(&again);
	}
	LAW(line_is_blank(line) == (!words.count && !words.comment.len));
	str_release(&quoted);
	words_release(&words);
}

static void check_fresh(const struct document *doc)
{
	struct document *fresh = document_new();
	struct str       bytes = STR_INIT;

	document_render(doc, 0, &bytes);
	document_add_file(fresh, "x", str_span(&bytes));
	LAW(document_equal(doc, fresh));
	LAW(doc->sections.count == fresh->sections.count);
	for (size_t i = 0; i < doc->sections.count; i++) {
		LAW(doc->sections.items[i].first == fresh->sections.items[i].first);
		LAW(doc->sections.items[i].count == fresh->sections.items[i].count);
		LAW(span_equal(doc->sections.items[i].name, fresh->sections.items[i].name));
		LAW(section_end(doc, &doc->sections.items[i]) <= doc->lines.count);
	}
	str_release(&bytes);
	document_free(fresh);
}

/* Some edits, chosen by the input itself; then all the way back. */
static void check_edits(struct document *take_doc, struct span input)
{
	struct candidate *c = candidate_new(take_doc);
	const char       *title;

	for (int i = 0; i < 4 && input.len && c->now->lines.count; i++) {
		size_t line = fuzz_number(&input, c->now->lines.count);

		edit_begin(c, "x");
		switch (fuzz_number(&input, 5)) {
		case 0:
			edit_delete_lines(c, line, 1);
			break;
		case 1:
			edit_insert_line(c, line, 0, span_of("backend b"));
			break;
		case 2:
			edit_move_line(c, line, fuzz_number(&input, c->now->lines.count + 1));
			break;
		case 3:
			edit_replace_range(c, line, 1, input);
			break;
		default:
			if (c->now->sections.count)
				edit_add_to_section(c, &c->now->sections.items[0],
						    span_of("server s 1:1"));
			break;
		}
		edit_end(c);
		check_fresh(c->now);
	}
	while (!edit_undo(c, &title, NULL))
		;
	LAW(document_equal(c->now, c->base));
	candidate_free(c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct document *doc = document_new();

	document_add_file(doc, "x", fuzz_span(data, size));
	check_rendering(doc, fuzz_span(data, size));
	for (size_t i = 0; i < doc->lines.count; i++)
		check_words(line_span(&doc->lines.items[i]));
	if (size > 1 << 16)
		document_free(doc);
	else
		check_edits(doc, fuzz_span(data, size));
	return 0;
}
