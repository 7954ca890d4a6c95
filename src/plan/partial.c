/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/plan/partial.h"

#include <stdint.h>
#include <stdlib.h>

#include "penstock/config/edit.h"

/* One line, or a whole section, to be edited; a line of `before` where it happens. */
struct splice_at {
	size_t at;
	size_t before, after; /* SIZE_MAX: new, deleted */
	size_t count;
};

struct splices {
	VEC(struct splice_at) list;
};

static struct span line_words(const struct document *doc, size_t line)
{
	struct span text = line_span(&doc->lines.items[line]);

	while (text.len && (text.at[text.len - 1] == '\n' || text.at[text.len - 1] == '\r'))
		text.len--;
	return text;
}

static const struct section *twin_section(const struct document *before,
					  const struct section *section)
{
	return document_section(before, section->kind, section->name);
}

/* The line of the section that means the same: a server of that name, whatever
 * else changed of it, or the same text; SIZE_MAX. */
static size_t find_line(const struct document *doc, const struct section *section,
			struct span text)
{
	struct words words = WORDS_INIT;
	size_t       found = SIZE_MAX;

	words_split(&words, text);
	if (words_is(&words, 0, "server"))
		found = section_server(doc, section, words_text(&words, 1));
	for (size_t i = section->count; words.count && found == SIZE_MAX && --i > 0;)
		if (span_equal(line_words(doc, section->first + i), text))
			found = section->first + i;
	words_release(&words);
	return found;
}

static size_t end_of_sections(const struct document *doc)
{
	const struct section *last;

	if (!doc->sections.count)
		return 0;
	last = &doc->sections.items[doc->sections.count - 1];
	return last->first + last->count;
}

/* Where in `before` a line that `after` has would stand. */
static size_t place_of(const struct document *before, const struct document *after, size_t line)
{
	const struct section *section = document_section_at(after, line);
	const struct section *twin = section ? twin_section(before, section) : NULL;

	if (!twin)
		return end_of_sections(before);
	for (size_t i = line; i-- > section->first + 1;) {
		size_t found = find_line(before, twin, line_words(after, i));

		if (found != SIZE_MAX)
			return found + 1;
	}
	return twin->first + 1;
}

static int from_the_end(const void *a, const void *b)
{
	const struct splice_at *x = a, *y = b;

	if (x->at != y->at)
		return x->at > y->at ? -1 : 1;
	/* What stands there is edited before something new comes ahead of it. */
	if ((x->before == SIZE_MAX) != (y->before == SIZE_MAX))
		return x->before == SIZE_MAX ? 1 : -1;
	if (x->after != y->after)
		return x->after > y->after ? -1 : 1;
	return 0;
}

static void collect(const struct document *before, const struct document *after,
		    const struct plan *plan, struct splices *out)
{
	for (size_t i = 0; i < plan->steps.count; i++) {
		const struct step *step = &plan->steps.items[i];
		struct splice_at   splice = { step->line_before, step->line_before,
					      step->line_after, step->line_count };

		if (step->kind != STEP_RUNTIME)
			continue;
		if (splice.before == SIZE_MAX)
			splice.at = place_of(before, after, step->line_after);
		*vec_push(&out->list) = splice;
	}
	if (out->list.count)
		qsort(out->list.items, out->list.count, sizeof(*out->list.items), from_the_end);
}

static void make_splice(struct candidate *candidate, const struct document *after,
			const struct splice_at *splice)
{
	const struct document *now = candidate->now;
	size_t                 file;

	if (splice->after == SIZE_MAX) {
		edit_delete_lines(candidate, splice->at, splice->count);
	} else if (splice->before != SIZE_MAX) {
		edit_replace_line(candidate, splice->at, line_words(after, splice->after));
	} else {
		file = now->lines.items[splice->at ? splice->at - 1 : 0].file;
		for (size_t i = splice->count; i-- > 0;)
			edit_insert_line(candidate, splice->at, file,
					 line_words(after, splice->after + i));
	}
}

struct document *partial_document(const struct document *before, const struct document *after,
				  const struct plan *plan)
{
	struct candidate *candidate = candidate_new(document_dup(before));
	struct splices    splices = { VEC_INIT };
	struct document  *partial;

	collect(before, after, plan, &splices);
	edit_begin(candidate, "what commands can do");
	for (size_t i = 0; i < splices.list.count; i++) {
		const struct splice_at *splice = &splices.list.items[i];

		/* Several steps may be about one line. */
		if (i && splices.list.items[i - 1].at == splice->at &&
		    splices.list.items[i - 1].after == splice->after)
			continue;
		make_splice(candidate, after, splice);
	}
	edit_end(candidate);
	partial = document_dup(candidate->now);
	candidate_free(candidate);
	vec_release(&splices.list);
	return partial;
}
