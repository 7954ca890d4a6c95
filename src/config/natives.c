/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/config/natives.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "penstock/base/mem.h"
#include "penstock/config/lines.h"

static bool same(const struct proxy *now, size_t i, const struct proxy *want, size_t j)
{
	return strcmp(now->natives.items[i].text, want->natives.items[j].text) == 0;
}

bool natives_equal(const struct proxy *now, const struct proxy *want)
{
	if (now->natives.count != want->natives.count)
		return false;
	for (size_t i = 0; i < now->natives.count; i++)
		if (!same(now, i, want, i))
			return false;
	return true;
}

size_t natives_uses(const struct proxy *proxy)
{
	size_t count = 0;

	for (size_t i = 0; i < proxy->natives.count; i++)
		count += span_is(line_first_word(span_of(proxy->natives.items[i].text)),
				 "use_backend");
	return count;
}

/* Which wanted native each one that is there is; SIZE_MAX: none. */
struct alignment {
	const struct proxy *now, *want;
	size_t *met;
	/* between the parts that are equal at both ends */
	size_t first, now_count, want_count;
};

/* Above this many cells the middle is taken to have nothing in common. */
enum { CELLS_MAX = 4 * 1024 * 1024 };

/* The longest common subsequence of the middle. */
static void align_middle(struct alignment *a)
{
	size_t    width = a->want_count + 1;
	uint32_t *length = xcalloc((a->now_count + 1) * width, sizeof(*length));
	size_t    i = 0, j = 0;

	for (size_t r = a->now_count; r-- > 0;) {
		for (size_t c = a->want_count; c-- > 0;) {
			uint32_t down = length[(r + 1) * width + c];
			uint32_t right = length[r * width + c + 1];

			length[r * width + c] = down > right ? down : right;
			if (same(a->now, a->first + r, a->want, a->first + c))
				length[r * width + c] = length[(r + 1) * width + c + 1] + 1;
		}
	}
	while (i < a->now_count && j < a->want_count) {
		if (same(a->now, a->first + i, a->want, a->first + j)) {
			a->met[a->first + i] = a->first + j;
			i++;
			j++;
		} else if (length[(i + 1) * width + j] >= length[i * width + j + 1]) {
			i++;
		} else {
			j++;
		}
	}
	free(length);
}

/* The caller frees. */
static size_t *align(const struct proxy *now, const struct proxy *want)
{
	struct alignment a = {
		.now = now,
		.want = want,
		.met = xcalloc(now->natives.count + 1, sizeof(*a.met)),
		.now_count = now->natives.count,
		.want_count = want->natives.count,
	};

	for (size_t i = 0; i < now->natives.count; i++)
		a.met[i] = SIZE_MAX;
	while (a.now_count && a.want_count && same(now, a.first, want, a.first)) {
		a.met[a.first] = a.first;
		a.first++;
		a.now_count--;
		a.want_count--;
	}
	while (a.now_count && a.want_count &&
	       same(now, a.first + a.now_count - 1, want, a.first + a.want_count - 1)) {
		a.now_count--;
		a.want_count--;
		a.met[a.first + a.now_count] = a.first + a.want_count;
	}
	if (a.now_count && a.want_count && a.now_count < CELLS_MAX / a.want_count)
		align_middle(&a);
	return a.met;
}

void natives_drop(struct candidate *candidate, size_t header, enum section_kind side,
		  const struct proxy *want)
{
	struct proxy *now = proxy_read(candidate->now, section_of(candidate->now, header), side);
	size_t       *met = align(now, want);

	for (size_t i = now->natives.count; i-- > 0;)
		if (met[i] == SIZE_MAX)
			edit_delete_lines(candidate, now->natives.items[i].line, 1);
	free(met);
	proxy_free(now);
}

/* Natives stand last in a frontend and before the servers of a backend. */
static size_t usual_place(const struct document *doc, const struct proxy *now)
{
	size_t line;

	if (!now->members.count)
		return section_end(doc, section_of(doc, now->header));
	line = now->members.items[0].line;
	while (line > now->header + 1 && line_is_comment(line_span(&doc->lines.items[line - 1])))
		line--;
	return line;
}

void natives_add(struct candidate *candidate, size_t header, enum section_kind side,
		 const struct proxy *want)
{
	struct proxy *now = proxy_read(candidate->now, section_of(candidate->now, header), side);
	size_t       *met = align(now, want);
	size_t        left = now->natives.count;
	size_t        usual = usual_place(candidate->now, now);

	/* From the last to the first, so that lines before the place stay put. */
	for (size_t j = want->natives.count; j-- > 0;) {
		size_t at;

		while (left && (met[left - 1] == SIZE_MAX || met[left - 1] > j))
			left--;
		if (left && met[left - 1] == j)
			continue;
		if (left)
			at = now->natives.items[left - 1].line + 1;
		else if (now->natives.count)
			at = now->natives.items[0].line;
		else
			at = usual;
		section_insert(candidate, header, at, span_of(want->natives.items[j].text));
	}
	free(met);
	proxy_free(now);
}
