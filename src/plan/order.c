/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/plan/order.h"

#include <stdlib.h>

#include "penstock/base/map.h"
#include "penstock/base/mem.h"

const struct keyword_def *words_keyword(const struct words *words, struct str *out)
{
	bool                      sign = words_is(words, 0, "no") || words_is(words, 0, "default");
	size_t                    first = sign && words->count > 1 ? 1 : 0;
	const struct keyword_def *def = keyword_find(words_text(words, first),
						     words_text(words, first + 1));

	if (def)
		str_add_text(out, def->name);
	else
		str_add_span(out, words_text(words, first));
	return def;
}

/* Patience sorting: heads[n] is the item that ends the best run of n + 1. */
struct patience {
	size_t *heads, *before; /* before[i]: the item that stands before i in its run */
	size_t  count;
};

static size_t place_of(const struct patience *p, const struct side *after, size_t match)
{
	size_t low = 0, high = p->count;

	if (high && after->items[p->heads[high - 1]].match < match)
		return high;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (after->items[p->heads[middle]].match < match)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void order_find(struct side *before, struct side *after)
{
	struct patience p = {
		.heads = xcalloc(after->count + 1, sizeof(*p.heads)),
		.before = xcalloc(after->count + 1, sizeof(*p.before)),
	};
	size_t last;

	for (size_t i = 0; i < after->count; i++) {
		size_t place;

		after->items[i].in_order = false;
		if (after->items[i].match == UNMATCHED)
			continue;
		before->items[after->items[i].match].in_order = false;
		place = place_of(&p, after, after->items[i].match);
		p.before[i] = place ? p.heads[place - 1] : UNMATCHED;
		p.heads[place] = i;
		p.count += place == p.count;
	}
	last = p.count ? p.heads[p.count - 1] : UNMATCHED;
	for (; last != UNMATCHED; last = p.before[last]) {
		after->items[last].in_order = true;
		before->items[after->items[last].match].in_order = true;
	}
	free(p.heads);
	free(p.before);
}

/*
 * Keywords of proxies whose place among other keywords means nothing: their
 * rules are lists of their own, or they set one value of their own.  All that
 * is not named here counts as one list, because some of it overrides other
 * lines (`option httplog` and `log-format`, `option httpchk` and `tcp-check`).
 */
static const struct {
	const char *word;
	const char *list;  /* keywords of one list keep their order among themselves */
	bool        alone; /* no list at all: each full keyword by itself */
} list_table[] = {
	{ "acl", "acl", false },
	{ "balance", "balance", false },
	{ "bind", "bind", false },
	{ "cookie", "cookie", false },
	{ "default-server", "default-server", false },
	{ "default_backend", "default_backend", false },
	{ "description", "description", false },
	{ "fullconn", "fullconn", false },
	{ "hash-type", "hash-type", false },
	{ "http-after-response", "http-after-response", false },
	{ "http-request", "http-request", false },
	{ "http-response", "http-response", false },
	{ "maxconn", "maxconn", false },
	{ "redirect", "redirect", false },
	{ "retries", "retries", false },
	{ "server", "server", false },
	{ "server-template", "server", false },
	{ "tcp-request", "tcp-request", false },
	{ "tcp-response", "tcp-response", false },
	{ "timeout", NULL, true },
	{ "use-server", "use-server", false },
	{ "use_backend", "use_backend", false },
};

/* The items of one list while their order is looked at. */
struct list {
	size_t      last;   /* the farthest partner so far */
	bool        broken; /* two of them changed places */
	bool        servers;
	size_t      move;   /* index into the moves, or UNMATCHED */
	struct list *next;
};

struct check {
	const struct side *before, *after;
	struct map         lists;
	struct list       *all;     /* for freeing */
	struct list      **of_item; /* by item after */
	size_t            *barriers; /* default-server lines before each item before */
	bool               one_list; /* every line counts as of the same list */
	struct words       words;
	struct str         key;
};

static void split_item(struct check *check, const struct side *side, size_t item)
{
	words_split(&check->words, line_span(&side->doc->lines.items[side->items[item].line]));
}

/* Puts the name of the list that the line belongs to into check->key. */
static void list_key(struct check *check)
{
	struct span keyword, word;

	str_reset(&check->key);
	if (check->one_list)
		return;
	words_keyword(&check->words, &check->key);
	keyword = str_span(&check->key);
	span_split(&keyword, ' ', &word);
	for (size_t i = 0; i < N(list_table); i++) {
		if (!span_is(word, list_table[i].word))
			continue;
		if (!list_table[i].alone)
			str_set(&check->key, list_table[i].list);
		return;
	}
	str_reset(&check->key);
}

static struct list *list_of(struct check *check)
{
	struct list *list;

	list_key(check);
	list = map_get(&check->lists, str_span(&check->key));
	if (list)
		return list;
	list = xcalloc(1, sizeof(*list));
	list->move = UNMATCHED;
	list->servers = span_is(str_span(&check->key), "server");
	list->next = check->all;
	check->all = list;
	map_put(&check->lists, str_span(&check->key), list);
	return list;
}

/* Conditions (.if …) tie whatever stands between them to its place. */
static bool has_directive(const struct side *side)
{
	for (size_t i = 0; i < side->count; i++)
		if (!side->items[i].blank &&
		    span_starts(line_first_word(line_span(
					&side->doc->lines.items[side->items[i].line])), "."))
			return true;
	return false;
}

/* Values of a default-server line hold for the servers below it. */
static void count_barriers(struct check *check)
{
	size_t count = 0;

	check->barriers = xcalloc(check->before->count + 1, sizeof(*check->barriers));
	for (size_t i = 0; i < check->before->count; i++) {
		check->barriers[i] = count;
		if (check->before->items[i].match == UNMATCHED)
			continue;
		split_item(check, check->before, i);
		count += words_is(&check->words, 0, "default-server");
	}
}

static void add_move(struct moves *out, enum change_kind kind, size_t item, char *take_keyword)
{
	*vec_push(&out->list) = (struct move){ kind, item, 1, take_keyword };
}

/* Sorts the items into their lists, and sees which of these are broken. */
static void read_lists(struct check *check, struct moves *out)
{
	size_t barriers = 0;
	bool   crossed = false;

	for (size_t i = 0; i < check->after->count; i++) {
		size_t       match = check->after->items[i].match;
		struct list *list;

		if (match == UNMATCHED)
			continue;
		split_item(check, check->after, i);
		list = check->of_item[i] = list_of(check);
		list->broken |= match + 1 < list->last;
		if (match + 1 > list->last)
			list->last = match + 1;
		if (list->servers && !crossed && check->barriers[match] != barriers) {
			add_move(out, CHANGE_LINES_MOVED, i, xstrdup("default-server"));
			crossed = true;
		}
		barriers += words_is(&check->words, 0, "default-server");
	}
}

static char *keyword_of(struct check *check, size_t item)
{
	split_item(check, check->after, item);
	str_reset(&check->key);
	words_keyword(&check->words, &check->key);
	return span_dup(str_span(&check->key));
}

/* One move for each broken list, at the first line that left its place. */
static void add_broken(struct check *check, struct moves *out)
{
	for (size_t i = 0; i < check->after->count; i++) {
		struct list *list = check->of_item[i];

		if (!list || !list->broken || check->after->items[i].in_order)
			continue;
		if (list->move != UNMATCHED) {
			out->list.items[list->move].lines++;
			continue;
		}
		list->move = out->list.count;
		add_move(out, list->servers ? CHANGE_SERVER_MOVED : CHANGE_LINES_MOVED, i,
			 keyword_of(check, i));
	}
}

static void check_release(struct check *check)
{
	while (check->all) {
		struct list *next = check->all->next;

		free(check->all);
		check->all = next;
	}
	map_release(&check->lists, NULL);
	free(check->of_item);
	free(check->barriers);
	words_release(&check->words);
	str_release(&check->key);
}

/* The first partner that is not in order, or the number of items. */
static size_t first_moved(const struct side *after)
{
	size_t i = 0;

	while (i < after->count && (after->items[i].match == UNMATCHED || after->items[i].in_order))
		i++;
	return i;
}

void order_check(const struct side *before, const struct side *after, enum section_kind kind,
		 struct moves *out)
{
	size_t       moved = first_moved(after);
	struct check check = {
		.before = before,
		.after = after,
		.lists = MAP_INIT,
		.words = WORDS_INIT,
		.key = STR_INIT,
	};

	if (moved == after->count)
		return;
	check.of_item = xcalloc(after->count, sizeof(struct list *));
	check.one_list = !(kind & SECTION_PROXY) || has_directive(before) || has_directive(after);
	count_barriers(&check);
	read_lists(&check, out);
	add_broken(&check, out);
	if (!out->list.count)
		add_move(out, CHANGE_COMMENT, moved, xstrdup("order"));
	check_release(&check);
}

