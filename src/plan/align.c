/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lines find their partners in passes, each with a weaker key than the one
 * before: the same bytes, the same words, a server of the same name, the same
 * keyword at the same place.  Partners whose order did not change hold the two
 * sides together; what stands between two of them is compared as a gap.
 */
#include "penstock/plan/align.h"

#include <stdlib.h>
#include <string.h>

#include "penstock/base/map.h"
#include "penstock/base/mem.h"
#include "penstock/config/keyword.h"
#include "penstock/plan/order.h"
#include "penstock/plan/servers.h"
#include "penstock/plan/settings.h"

static bool same_line(const struct line *a, const struct line *b)
{
	return a->len == b->len &&
	       (a->bytes == b->bytes || memcmp(a->bytes, b->bytes, a->len) == 0);
}

bool runs_equal(const struct run *before, const struct run *after)
{
	size_t count = after->end - after->first;

	if (before->end - before->first != count)
		return false;
	for (size_t i = 0; i < count; i++)
		if (!same_line(&before->doc->lines.items[before->first + i],
			       &after->doc->lines.items[after->first + i]))
			return false;
	return true;
}

/* Leaves out what is equal at both ends. */
static void trim(struct run *before, struct run *after)
{
	const struct line *a = before->doc->lines.items, *b = after->doc->lines.items;

	while (before->first < before->end && after->first < after->end &&
	       same_line(&a[before->first], &b[after->first])) {
		before->first++;
		after->first++;
	}
	while (before->first < before->end && after->first < after->end &&
	       same_line(&a[before->end - 1], &b[after->end - 1])) {
		before->end--;
		after->end--;
	}
}

/* A change and where it goes in the later document. */
struct found {
	size_t        at, number;
	struct change change;
};

struct comparison {
	struct side          before, after;
	const struct change *like;
	struct words         words;
	struct str           key;
	VEC(struct found) found;
	size_t open_comment; /* index into found while the place may still grow */
};

static struct span item_line(const struct side *side, const struct item *item)
{
	return line_span(&side->doc->lines.items[item->line]);
}

static void side_init(struct side *side, struct run run)
{
	side->doc = run.doc;
	side->first = run.first;
	side->count = run.end - run.first;
	side->items = xcalloc(side->count + 1, sizeof(*side->items));
	for (size_t i = 0; i < side->count; i++) {
		struct item *item = &side->items[i];
		struct span  line;

		item->line = run.first + i;
		item->match = UNMATCHED;
		line = item_line(side, item);
		item->blank = line_is_blank(line) || line_is_comment(line);
	}
}

/* Puts the key of an item into c->key; false when it has none of that sort. */
typedef bool (*key_fn)(struct comparison *c, const struct side *side, struct item *item);

static bool key_bytes(struct comparison *c, const struct side *side, struct item *item)
{
	str_add_span(&c->key, item_line(side, item));
	return true;
}

static bool key_words(struct comparison *c, const struct side *side, struct item *item)
{
	words_split(&c->words, item_line(side, item));
	encode_words(&c->key, c->words.items, c->words.count);
	return c->words.fault == LEX_OK;
}

static bool key_server(struct comparison *c, const struct side *side, struct item *item)
{
	if (!(c->like->section & SECTION_BACKS))
		return false;
	words_split(&c->words, item_line(side, item));
	if (!words_is(&c->words, 0, "server") || c->words.count < 3 ||
	    c->words.fault != LEX_OK || c->words.items[1].varies)
		return false;
	str_add_span(&c->key, words_text(&c->words, 1));
	item->server = true;
	return true;
}

/* The keyword alone names what may stand once; of the others the one at the
 * same place is meant. */
static bool key_keyword(struct comparison *c, const struct side *side, struct item *item)
{
	const struct keyword_def *def;

	if (item->server)
		return false;
	words_split(&c->words, item_line(side, item));
	def = words_keyword(&c->words, &c->key);
	if (!def || (def->flags & KEYWORD_MANY)) {
		str_add_char(&c->key, '\0');
		str_add(&c->key, &item->gap, sizeof(item->gap));
	}
	return true;
}

static bool takes_part(struct comparison *c, key_fn key, const struct side *side,
		       struct item *item)
{
	str_reset(&c->key);
	return !item->blank && item->match == UNMATCHED && key(c, side, item);
}

/* The n-th item of a key before is the partner of the n-th after. */
static void match(struct comparison *c, enum match_kind how, key_fn key)
{
	struct map   heads = MAP_INIT;
	struct item *item;

	for (size_t i = c->after.count; i-- > 0;) {
		item = &c->after.items[i];
		if (takes_part(c, key, &c->after, item))
			item->next = map_put(&heads, str_span(&c->key), item);
	}
	for (size_t i = 0; i < c->before.count; i++) {
		struct item *head;

		item = &c->before.items[i];
		if (!takes_part(c, key, &c->before, item))
			continue;
		head = map_get(&heads, str_span(&c->key));
		if (!head)
			continue;
		map_put(&heads, str_span(&c->key), head->next);
		item->match = (size_t)(head - c->after.items);
		head->match = i;
		item->how = head->how = how;
	}
	map_release(&heads, NULL);
}

static void number_gaps(struct side *side)
{
	size_t gap = 0;

	for (size_t i = 0; i < side->count; i++) {
		side->items[i].gap = gap;
		gap += side->items[i].in_order;
	}
}

static void match_all(struct comparison *c)
{
	match(c, MATCH_BYTES, key_bytes);
	match(c, MATCH_WORDS, key_words);
	match(c, MATCH_SERVER, key_server);
	order_find(&c->before, &c->after);
	number_gaps(&c->before);
	number_gaps(&c->after);
	match(c, MATCH_KEYWORD, key_keyword);
	order_find(&c->before, &c->after);
}

static struct change *push(struct comparison *c, size_t at, enum change_kind kind,
			   const struct item *before, const struct item *after)
{
	struct found *found = vec_push(&c->found);

	found->at = at;
	found->number = c->found.count;
	found->change = *c->like;
	found->change.kind = kind;
	found->change.name = xstrdup(c->like->name);
	found->change.line_before = before ? before->line : SIZE_MAX;
	found->change.line_after = after ? after->line : SIZE_MAX;
	found->change.lines = 1;
	return &found->change;
}

/* The words of a line as written, without indent and comment. */
static char *line_text(struct comparison *c, const struct side *side, const struct item *item)
{
	words_split(&c->words, item_line(side, item));
	return span_dup(words_raw_range(&c->words, 0, SIZE_MAX - 1));
}

/* The keyword of the line that was split last. */
static char *keyword_text(struct comparison *c)
{
	str_reset(&c->key);
	words_keyword(&c->words, &c->key);
	return span_dup(str_span(&c->key));
}

/* Lines that are nothing but `KEYWORD VALUE` and a kind of their own. */
static const struct {
	unsigned         sections;
	const char      *keyword;
	enum change_kind kind;
} kind_of_line[] = {
	{ SECTION_FRONTS, "maxconn", CHANGE_FRONTEND_MAXCONN },
	{ SECTION_GLOBAL, "maxconn", CHANGE_GLOBAL_MAXCONN },
	{ SECTION_GLOBAL, "maxconnrate", CHANGE_GLOBAL_RATE },
	{ SECTION_GLOBAL, "maxsessrate", CHANGE_GLOBAL_RATE },
	{ SECTION_GLOBAL, "maxsslrate", CHANGE_GLOBAL_RATE },
	{ SECTION_GLOBAL, "maxcomprate", CHANGE_GLOBAL_RATE },
	{ SECTION_BACKS, "dynamic-cookie-key", CHANGE_COOKIE_KEY },
};

/* The value of a line of nothing but the change's keyword and it, else NULL. */
static char *line_value(struct comparison *c, const struct change *change,
			const struct side *side, const struct item *item)
{
	if (!item)
		return NULL;
	words_split(&c->words, item_line(side, item));
	if (!words_is(&c->words, 0, change->keyword) || c->words.count != 2)
		return NULL;
	return span_dup(c->words.items[1].raw);
}

/* Some limits are kinds of their own, told by their values; a side without the
 * line has none. */
static void as_value(struct comparison *c, struct change *change, enum change_kind kind,
		     const struct item *before, const struct item *after)
{
	char *old = line_value(c, change, &c->before, before);
	char *new = line_value(c, change, &c->after, after);

	if (!before != !old || !after != !new) {
		free(old);
		free(new);
		return;
	}
	free(change->before);
	free(change->after);
	change->kind = kind;
	change->before = old;
	change->after = new;
}

/* Whether the words are the same but for `dynamic`, which one of them has. */
static bool differ_by_dynamic(const struct words *before, const struct words *after)
{
	size_t a = 0, b = 0, differences = 0;

	while (a < before->count || b < after->count) {
		bool same = a < before->count && b < after->count &&
			    same_words(&before->items[a], 1, &after->items[b], 1);

		if (!same && !words_is(before, a, "dynamic") && !words_is(after, b, "dynamic"))
			return false;
		differences += !same;
		a += same || words_is(before, a, "dynamic");
		b += same || words_is(after, b, "dynamic");
	}
	return differences == 1;
}

static void as_cookie(struct comparison *c, struct change *change, const struct item *before,
		      const struct item *after)
{
	struct words old = WORDS_INIT;

	words_split(&old, item_line(&c->before, before));
	words_split(&c->words, item_line(&c->after, after));
	/* The second word is the cookie's name, whatever it is. */
	if (old.count > 1 && c->words.count > 1 &&
	    same_words(&old.items[1], 1, &c->words.items[1], 1) &&
	    differ_by_dynamic(&old, &c->words))
		change->kind = CHANGE_COOKIE_DYNAMIC;
	words_release(&old);
}

static void as_own_kind(struct comparison *c, struct change *change, const struct item *before,
			const struct item *after)
{
	for (size_t i = 0; i < N(kind_of_line); i++)
		if ((change->section & kind_of_line[i].sections) &&
		    strcmp(change->keyword, kind_of_line[i].keyword) == 0)
			as_value(c, change, kind_of_line[i].kind, before, after);
	if (before && after && (change->section & SECTION_BACKS) &&
	    strcmp(change->keyword, "cookie") == 0)
		as_cookie(c, change, before, after);
}

/* A line that is on one side only. */
static void add_single(struct comparison *c, size_t at, const struct item *before,
		       const struct item *after)
{
	const struct item *item = after ? after : before;
	const struct side *side = after ? &c->after : &c->before;
	enum change_kind   server = after ? CHANGE_SERVER_ADDED : CHANGE_SERVER_DELETED;
	enum change_kind   line = after ? CHANGE_LINE_ADDED : CHANGE_LINE_DELETED;
	struct change     *change = push(c, at, item->server ? server : line, before, after);
	char              *text = line_text(c, side, item);

	if (item->server)
		change->server = span_dup(words_text(&c->words, 1));
	else
		change->keyword = keyword_text(c);
	*(after ? &change->after : &change->before) = text;
	if (!item->server)
		as_own_kind(c, change, before, after);
}

static void add_line_changed(struct comparison *c, const struct item *before,
			     const struct item *after)
{
	struct change *change = push(c, after->line, CHANGE_LINE_CHANGED, before, after);

	change->before = line_text(c, &c->before, before);
	change->after = line_text(c, &c->after, after);
	change->keyword = keyword_text(c);
	as_own_kind(c, change, before, after);
}

/* Gives whether HAProxy reads the two server lines differently. */
static bool add_server_changes(struct comparison *c, const struct item *before,
			       const struct item *after)
{
	struct changes changes = CHANGES_INIT;
	struct change  like = *c->like;
	struct span    line = item_line(&c->after, after);
	size_t         count;

	words_split(&c->words, line);
	like.server = span_dup(words_text(&c->words, 1));
	like.line_before = before->line;
	like.line_after = after->line;
	like.lines = 1;
	count = servers_compare(item_line(&c->before, before), line, &like, &changes);
	for (size_t i = 0; i < count; i++) {
		struct found *found = vec_push(&c->found);

		*found = (struct found){ after->line, c->found.count, changes.list.items[i] };
	}
	free(like.server);
	vec_release(&changes.list);
	return count > 0;
}

static void add_comment(struct comparison *c, size_t at, const struct item *before,
			const struct item *after, size_t lines, const char *what)
{
	struct change *change;

	if (c->open_comment == UNMATCHED) {
		c->open_comment = c->found.count;
		change = push(c, at, CHANGE_COMMENT, before, after);
		change->lines = 0;
	} else {
		change = &c->found.items[c->open_comment].change;
	}
	change->lines += lines;
	if (change->keyword && strcmp(what, "comment") != 0)
		return;
	free(change->keyword);
	change->keyword = xstrdup(what);
}

/* The same words in other bytes. */
static void add_respelled(struct comparison *c, const struct item *before,
			  const struct item *after)
{
	struct words old = WORDS_INIT;

	words_split(&old, item_line(&c->before, before));
	words_split(&c->words, item_line(&c->after, after));
	add_comment(c, after->line, before, after, 1,
		    span_equal(old.comment, c->words.comment) ? "spacing" : "comment");
	words_release(&old);
}

/* The next blank or comment at or after i; NULL when there is none before end. */
static const struct item *next_blank(const struct side *side, size_t *i, size_t end)
{
	while (*i < end && !side->items[*i].blank)
		++*i;
	return *i < end ? &side->items[(*i)++] : NULL;
}

/* Blanks and comments of [a, a_end) before and [b, b_end) after. */
static void compare_gap(struct comparison *c, size_t a, size_t a_end, size_t b, size_t b_end)
{
	const struct item *before, *after, *first_before = NULL, *first_after = NULL;
	size_t             lines = 0;
	bool               comment = false;
	size_t             at = c->after.first + b_end;

	do {
		before = next_blank(&c->before, &a, a_end);
		after = next_blank(&c->after, &b, b_end);
		if (!lines && before && after &&
		    same_line(&c->before.doc->lines.items[before->line],
			      &c->after.doc->lines.items[after->line]))
			continue;
		if (!before && !after)
			break;
		if (!lines++) {
			first_before = before;
			first_after = after;
		}
		comment |= (before && line_is_comment(item_line(&c->before, before))) ||
			   (after && line_is_comment(item_line(&c->after, after)));
	} while (before || after);
	if (lines)
		add_comment(c, first_after ? first_after->line : at, first_before, first_after,
			    lines, comment ? "comment" : "blank line");
}

static void compare_pair(struct comparison *c, const struct item *before,
			 const struct item *after)
{
	bool differs = false;

	if (after->how == MATCH_KEYWORD) {
		add_line_changed(c, before, after);
		differs = true;
	} else if (after->how == MATCH_SERVER) {
		differs = add_server_changes(c, before, after);
	}
	if (after->how != MATCH_BYTES && !differs)
		add_respelled(c, before, after);
	else
		c->open_comment = UNMATCHED;
}

static void delete_until(struct comparison *c, size_t *a, size_t end, size_t at)
{
	for (; *a < end; ++*a)
		if (!c->before.items[*a].blank && c->before.items[*a].match == UNMATCHED)
			add_single(c, at, &c->before.items[*a], NULL);
}

static void walk(struct comparison *c)
{
	size_t a = 0, b = 0; /* where the gap begins on both sides */
	size_t deleted = 0;

	c->open_comment = UNMATCHED;
	for (size_t i = 0; i < c->after.count; i++) {
		struct item *after = &c->after.items[i];

		if (after->match != UNMATCHED && after->in_order) {
			delete_until(c, &deleted, after->match, after->line);
			compare_gap(c, a, after->match, b, i);
			a = after->match + 1;
			b = i + 1;
		}
		if (after->match != UNMATCHED)
			compare_pair(c, &c->before.items[after->match], after);
		else if (!after->blank)
			add_single(c, after->line, NULL, after);
	}
	delete_until(c, &deleted, c->before.count, SIZE_MAX);
	compare_gap(c, a, c->before.count, b, c->after.count);
}

static void add_moved(struct comparison *c)
{
	struct moves moves = { VEC_INIT };

	order_check(&c->before, &c->after, c->like->section, &moves);
	for (size_t i = 0; i < moves.list.count; i++) {
		struct move       *move = &moves.list.items[i];
		const struct item *after = &c->after.items[move->item];
		struct change     *change = push(c, after->line, move->kind,
						 &c->before.items[after->match], after);

		change->keyword = move->keyword;
		change->lines = move->lines;
	}
	vec_release(&moves.list);
}

static int by_place(const void *a, const void *b)
{
	const struct found *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return (x->number > y->number) - (x->number < y->number);
}

void runs_compare(struct run before, struct run after, const struct change *like,
		   struct changes *out)
{
	struct comparison c = { .like = like, .words = WORDS_INIT, .key = STR_INIT };

	trim(&before, &after);
	side_init(&c.before, before);
	side_init(&c.after, after);
	match_all(&c);
	walk(&c);
	add_moved(&c);
	if (c.found.count)
		qsort(c.found.items, c.found.count, sizeof(*c.found.items), by_place);
	for (size_t i = 0; i < c.found.count; i++)
		*vec_push(&out->list) = c.found.items[i].change;
	vec_release(&c.found);
	words_release(&c.words);
	str_release(&c.key);
	free(c.before.items);
	free(c.after.items);
}
