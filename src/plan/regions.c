/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/plan/regions.h"

#include <string.h>

enum {
	BLOCK = 256,        /* bytes that are compared at once */
	SEARCH_LINES = 32,  /* how far to look for the texts to meet again */
	MEETING_LINES = 4,  /* so many equal lines are a meeting */
	LONG_RUN = 2 * REGION_MARGIN + 2, /* so many end a region */
};

/* A place at the start of a line in both texts. */
struct mark {
	size_t before, after;
	size_t lines_before, lines_after; /* above it */
};

struct walk {
	struct span before, after;
	size_t      end_before, end_after; /* where the equal end of both begins */
	struct mark here;
};

size_t text_line_end(struct span text, size_t offset)
{
	const char *end = memchr(text.at + offset, '\n', text.len - offset);

	return end ? (size_t)(end - text.at) + 1 : text.len;
}

/* The start of the line that is `lines` above the one that offset stands in. */
static size_t lines_up(struct span text, size_t offset, size_t lines)
{
	while (offset > 0 && (text.at[offset - 1] != '\n' || lines-- > 0))
		offset--;
	return offset;
}

static size_t lines_down(struct span text, size_t offset, size_t lines)
{
	for (; lines && offset < text.len; lines--)
		offset = text_line_end(text, offset);
	return offset;
}

static size_t count_lines(struct span text, size_t from, size_t to)
{
	size_t lines = 0;

	for (; from < to; lines++)
		from = text_line_end(text, from);
	return lines;
}

static size_t common_prefix(const char *a, const char *b, size_t most)
{
	size_t i = 0;

	while (most - i >= BLOCK && memcmp(a + i, b + i, BLOCK) == 0)
		i += BLOCK;
	while (i < most && a[i] == b[i])
		i++;
	return i;
}

static size_t common_suffix(struct span a, struct span b, size_t most)
{
	size_t i = 0;

	while (most - i >= BLOCK &&
	       memcmp(a.at + a.len - i - BLOCK, b.at + b.len - i - BLOCK, BLOCK) == 0)
		i += BLOCK;
	while (i < most && a.at[a.len - 1 - i] == b.at[b.len - 1 - i])
		i++;
	return i;
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Bytes of whole equal lines from the mark on, not into the equal end. */
static size_t equal_run(const struct walk *walk)
{
	size_t before = walk->end_before - walk->here.before;
	size_t after = walk->end_after - walk->here.after;
	size_t run = common_prefix(walk->before.at + walk->here.before,
				   walk->after.at + walk->here.after, least(before, after));

	if (run == before && run == after)
		return run;
	while (run && walk->before.at[walk->here.before + run - 1] != '\n')
		run--;
	return run;
}

static void move_on(struct walk *walk, size_t before, size_t after)
{
	struct mark *here = &walk->here;

	here->lines_before += count_lines(walk->before, here->before, here->before + before);
	here->lines_after += count_lines(walk->after, here->after, here->after + after);
	here->before += before;
	here->after += after;
}

/* The starts of the next lines; the last one is where they end. */
struct starts {
	size_t at[SEARCH_LINES + MEETING_LINES + 1];
	size_t count; /* of lines */
};

static void read_starts(struct starts *starts, struct span text, size_t from, size_t end)
{
	starts->count = 0;
	starts->at[0] = from;
	while (starts->count < SEARCH_LINES + MEETING_LINES && starts->at[starts->count] < end) {
		size_t next = text_line_end(text, starts->at[starts->count]);

		starts->at[++starts->count] = next;
	}
}

static bool is_meeting(const struct walk *walk, const struct starts *a, const struct starts *b,
		       size_t i, size_t j)
{
	size_t len;

	if (i + MEETING_LINES > a->count || j + MEETING_LINES > b->count)
		return false;
	len = a->at[i + MEETING_LINES] - a->at[i];
	return len == b->at[j + MEETING_LINES] - b->at[j] &&
	       memcmp(walk->before.at + a->at[i], walk->after.at + b->at[j], len) == 0;
}

/* Moves to the nearest place where both texts go on alike; false if it is far. */
static bool meet_again(struct walk *walk)
{
	struct starts a, b;

	read_starts(&a, walk->before, walk->here.before, walk->end_before);
	read_starts(&b, walk->after, walk->here.after, walk->end_after);
	for (size_t sum = 1; sum <= SEARCH_LINES; sum++) {
		for (size_t i = 0; i <= sum; i++) {
			if (!is_meeting(walk, &a, &b, i, sum - i))
				continue;
			move_on(walk, a.at[i] - a.at[0], b.at[sum - i] - b.at[0]);
			return true;
		}
	}
	return false;
}

static bool at_end(const struct walk *walk)
{
	return walk->here.before >= walk->end_before && walk->here.after >= walk->end_after;
}

/* From a difference to where the texts have been equal for long, or the end. */
static void pass_differences(struct walk *walk)
{
	while (!at_end(walk)) {
		size_t from, run;

		if (!meet_again(walk)) {
			move_on(walk, walk->end_before - walk->here.before,
				walk->end_after - walk->here.after);
			return;
		}
		run = equal_run(walk);
		from = walk->here.before;
		if (count_lines(walk->before, from, from + run) >= LONG_RUN)
			return;
		move_on(walk, run, run);
	}
}

/* A region around what lies between two marks. */
static void add_region(const struct walk *walk, const struct mark *from, struct regions *out)
{
	size_t start = lines_up(walk->before, from->before, REGION_MARGIN);
	size_t end = lines_down(walk->before, walk->here.before, REGION_MARGIN);
	size_t lead = from->before - start, tail = end - walk->here.before;
	size_t above = count_lines(walk->before, start, from->before);

	*vec_push(&out->list) = (struct region){
		.before = span_make(walk->before.at + start, end - start),
		.after = span_make(walk->after.at + from->after - lead,
				   walk->here.after + tail - (from->after - lead)),
		.lines_before = from->lines_before - above,
		.lines_after = from->lines_after - above,
	};
}

static bool is_line_start(struct span text, size_t offset)
{
	return offset == 0 || text.at[offset - 1] == '\n';
}

/* Where whole equal lines at the end of both texts begin. */
static void cut_end(struct walk *walk)
{
	struct span before = walk->before, after = walk->after;
	size_t      equal = common_suffix(before, after, least(before.len, after.len));

	if (!is_line_start(before, before.len - equal) || !is_line_start(after, after.len - equal))
		equal = before.len - text_line_end(before, before.len - equal);
	walk->end_before = before.len - equal;
	walk->end_after = after.len - equal;
}

void regions_find(struct span before, struct span after, struct regions *out)
{
	struct walk walk = { .before = before, .after = after };

	cut_end(&walk);
	while (!at_end(&walk)) {
		size_t      run = equal_run(&walk);
		struct mark from;

		move_on(&walk, run, run);
		if (at_end(&walk))
			return;
		from = walk.here;
		pass_differences(&walk);
		add_region(&walk, &from, out);
	}
}

void regions_release(struct regions *regions)
{
	vec_release(&regions->list);
}
