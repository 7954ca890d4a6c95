/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Edits of a frontend's rules; rule_read.c says what a rule is. */
#include "penstock/config/rule.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "penstock/base/mem.h"
#include "penstock/config/lines.h"

static bool acl_exists(const struct document *doc, size_t header, const char *name)
{
	return section_find(doc, section_of(doc, header), 0, "acl", name) != SIZE_MAX;
}

/* rule_name's; with the hash behind it, and then numbers, while it is taken. */
static void free_name(const struct document *doc, size_t header, const struct rule *rule,
		      struct str *out)
{
	size_t start;

	rule_name(rule, out);
	if (!acl_exists(doc, header, out->bytes))
		return;
	str_add_char(out, '_');
	rule_hash(rule, out);
	start = out->len;
	for (unsigned i = 2; acl_exists(doc, header, out->bytes); i++) {
		str_cut(out, start);
		str_addf(out, "_%u", i);
	}
}

static void add_matcher(struct str *out, const struct rule *rule)
{
	str_add_text(out, rule->operation);
	if (rule->header)
		str_addf(out, "(%s)", rule->header);
	str_add_text(out, rule->ignore_case ? " -i " : " ");
	word_quote(out, span_of(rule->value));
}

/* Where a rule begins: its acl line if that stands just before its use. */
static size_t rule_start(const struct rule *rule)
{
	return rule->acl_line != SIZE_MAX && rule->acl_line + 1 == rule->use_line
		       ? rule->acl_line : rule->use_line;
}

/* The line before which rule number `index` (from 0) goes. */
static size_t place_for(const struct document *doc, const struct proxy *now, size_t index)
{
	size_t last;

	if (index < now->rules.count)
		return rule_start(&now->rules.items[index]);
	if (now->rules.count)
		return now->rules.items[now->rules.count - 1].use_line + 1;
	last = section_find_last(doc, now->header, "use_backend", NULL);
	return last != SIZE_MAX ? last + 1 : section_end(doc, section_of(doc, now->header));
}

static void insert_rule(struct candidate *candidate, size_t header, size_t at,
			const struct rule *rule)
{
	struct str name = STR_INIT, acl = STR_INIT, use = STR_INIT;

	str_add_text(&use, "use_backend ");
	value_quote(&use, rule->backend);
	str_add_text(&use, " if ");
	if (rule->one_line) {
		str_add_text(&use, "{ ");
		add_matcher(&use, rule);
		str_add_text(&use, " }");
		section_insert(candidate, header, at, str_span(&use));
	} else {
		if (rule->acl && !acl_exists(candidate->now, header, rule->acl))
			str_add_text(&name, rule->acl);
		else
			free_name(candidate->now, header, rule, &name);
		str_addf(&acl, "acl %s ", name.bytes);
		add_matcher(&acl, rule);
		str_add_span(&use, str_span(&name));
		section_insert(candidate, header, at, str_span(&acl));
		section_insert(candidate, header, at + 1, str_span(&use));
	}
	str_release(&name);
	str_release(&acl);
	str_release(&use);
}

static void remove_rule(struct candidate *candidate, const struct rule *rule)
{
	edit_delete_lines(candidate, rule->use_line, 1);
	if (rule->acl_line != SIZE_MAX)
		edit_delete_lines(candidate, rule->acl_line, 1);
}

/* The acl goes along only where it would come to stand behind its use. */
static void move_rule(struct candidate *candidate, const struct rule *rule, size_t before)
{
	size_t use = rule->use_line;

	if (rule->acl_line != SIZE_MAX && rule->acl_line >= before) {
		edit_move_line(candidate, rule->acl_line, before);
		before++;
	}
	edit_move_line(candidate, use, before);
}

static struct proxy *read_frontend(struct candidate *candidate, struct span frontend,
				   struct err *err)
{
	const struct section *section = section_require(
		candidate->now, SECTION_FRONTS, frontend, err);

	return section ? proxy_read(candidate->now, section, SECTION_FRONTEND) : NULL;
}

static int no_such_rule(const struct proxy *now, size_t number, struct err *err)
{
	err_set(err, ERR_NOT_FOUND, "no rule %zu in %s '%s', which has %zu", number,
		section_keyword(now->kind), now->name, now->rules.count);
	return err_hint(err, "'show json frontend %s' lists them", now->name);
}

static int check_new(struct candidate *candidate, size_t header, const struct rule *rule,
		     struct err *err)
{
	const char *field;

	if (rule_check(rule, &field, err) < 0)
		return err_prefix(err, "%s of the rule", field);
	if (!section_require(candidate->now, SECTION_BACKS,
			     span_of(rule->backend), err))
		return -1;
	if (!rule->acl || rule->one_line)
		return 0;
	if (name_check("acl", span_of(rule->acl), err) < 0)
		return -1;
	if (acl_exists(candidate->now, header, rule->acl))
		return err_set(err, ERR_EXISTS, "there is an acl '%s' already", rule->acl);
	return 0;
}

int rule_add(struct candidate *candidate, struct span frontend, const struct rule *rule,
	     size_t at, struct err *err)
{
	struct proxy *now = read_frontend(candidate, frontend, err);
	int           result;

	if (!now)
		return -1;
	result = check_new(candidate, now->header, rule, err);
	if (result == 0)
		insert_rule(candidate, now->header,
			    place_for(candidate->now, now, at ? at - 1 : SIZE_MAX), rule);
	proxy_free(now);
	return result;
}

int rule_delete(struct candidate *candidate, struct span frontend, size_t number,
		struct err *err)
{
	struct proxy *now = read_frontend(candidate, frontend, err);
	int           result = 0;

	if (!now)
		return -1;
	if (number < 1 || number > now->rules.count)
		result = no_such_rule(now, number, err);
	else
		remove_rule(candidate, &now->rules.items[number - 1]);
	proxy_free(now);
	return result;
}

int rule_move(struct candidate *candidate, struct span frontend, size_t from, size_t to,
	      struct err *err)
{
	struct proxy *now = read_frontend(candidate, frontend, err);
	int           result = 0;

	if (!now)
		return -1;
	if (to == 0 || to > now->rules.count)
		to = now->rules.count;
	if (from < 1 || from > now->rules.count)
		result = no_such_rule(now, from, err);
	else if (to != from)
		move_rule(candidate, &now->rules.items[from - 1],
			  place_for(candidate->now, now, to < from ? to - 1 : to));
	proxy_free(now);
	return result;
}

/*
 * From here: making the rules those wanted.  First every rule that is there is
 * paired with a wanted one, and goes if it has none.  Of the rest the longest
 * run that is in order already stays; all others are put before their
 * successor, from the last to the first.
 */
struct merge {
	struct candidate  *candidate;
	size_t             header;
	enum section_kind  side;
	struct proxy      *now;
	const struct rule *want;
	size_t             count;
	VEC(size_t) order; /* for each rule of `now` the index of its wanted one */
	size_t place;      /* line where the first rule stood; SIZE_MAX: there was none */
};

static void read_again(struct merge *merge)
{
	proxy_free(merge->now);
	merge->now = proxy_read(merge->candidate->now,
				section_of(merge->candidate->now, merge->header), merge->side);
}

static void pair(struct merge *merge, bool *taken, bool (*fits)(const struct rule *,
								const struct rule *))
{
	for (size_t i = 0; i < merge->count; i++) {
		for (size_t j = 0; j < merge->order.count && !taken[i]; j++) {
			if (merge->order.items[j] != SIZE_MAX ||
			    !fits(&merge->now->rules.items[j], &merge->want[i]))
				continue;
			merge->order.items[j] = i;
			taken[i] = true;
		}
	}
}

static bool fits_but_backend(const struct rule *now, const struct rule *want)
{
	return rule_same_test(now, want) && rule_form_fits(now, want);
}

static void pair_all(struct merge *merge)
{
	bool *taken = xcalloc(merge->count + 1, sizeof(*taken));

	for (size_t j = 0; j < merge->now->rules.count; j++)
		*vec_push(&merge->order) = SIZE_MAX;
	pair(merge, taken, rule_matches);
	pair(merge, taken, fits_but_backend);
	free(taken);
}

static void set_backend(struct merge *merge, const struct rule *now, const char *backend)
{
	struct str text = STR_INIT;

	if (strcmp(now->backend, backend) != 0) {
		value_quote(&text, backend);
		edit_replace_words(merge->candidate, now->use_line, 1, 1, str_span(&text));
	}
	str_release(&text);
}

/* Where the first rule will have stood when all without a pair are gone. */
static void note_place(struct merge *merge)
{
	size_t start, gone = 0;

	if (!merge->order.count)
		return;
	start = rule_start(&merge->now->rules.items[0]);
	for (size_t j = 0; j < merge->order.count; j++) {
		size_t acl = merge->now->rules.items[j].acl_line;

		gone += merge->order.items[j] == SIZE_MAX && acl < start;
	}
	merge->place = start - gone;
}

/* Lines change their place here, so the rules are read again after each. */
static void drop_unpaired(struct merge *merge)
{
	for (size_t j = 0; j < merge->order.count; j++)
		if (merge->order.items[j] != SIZE_MAX)
			set_backend(merge, &merge->now->rules.items[j],
				    merge->want[merge->order.items[j]].backend);
	for (size_t j = merge->order.count; j-- > 0;) {
		if (merge->order.items[j] != SIZE_MAX)
			continue;
		remove_rule(merge->candidate, &merge->now->rules.items[j]);
		vec_remove(&merge->order, j);
		read_again(merge);
	}
}

/* Marks the wanted rules whose lines are in order: a longest increasing run. */
static void find_staying(const struct merge *merge, bool *stays)
{
	size_t  count = merge->order.count, best = SIZE_MAX;
	size_t *length = xcalloc(count + 1, sizeof(*length));
	size_t *before = xcalloc(count + 1, sizeof(*before));

	for (size_t j = 0; j < count; j++) {
		length[j] = 1;
		before[j] = SIZE_MAX;
		for (size_t k = 0; k < j; k++) {
			if (merge->order.items[k] > merge->order.items[j] ||
			    length[k] + 1 <= length[j])
				continue;
			length[j] = length[k] + 1;
			before[j] = k;
		}
		if (best == SIZE_MAX || length[j] > length[best])
			best = j;
	}
	for (; best != SIZE_MAX; best = before[best])
		stays[merge->order.items[best]] = true;
	free(length);
	free(before);
}

static size_t index_of(const struct merge *merge, size_t wanted)
{
	for (size_t j = 0; j < merge->order.count; j++)
		if (merge->order.items[j] == wanted)
			return j;
	return SIZE_MAX;
}

static size_t place_of(const struct merge *merge, size_t index)
{
	if (!merge->now->rules.count && merge->place != SIZE_MAX)
		return merge->place;
	return place_for(merge->candidate->now, merge->now, index);
}

/* Puts the wanted rule before the one that follows it. */
static void place(struct merge *merge, size_t wanted)
{
	size_t from = index_of(merge, wanted);
	size_t to = wanted + 1 < merge->count ? index_of(merge, wanted + 1) : merge->order.count;

	if (from == SIZE_MAX) {
		insert_rule(merge->candidate, merge->header, place_of(merge, to),
			    &merge->want[wanted]);
	} else {
		move_rule(merge->candidate, &merge->now->rules.items[from],
			  place_of(merge, to));
		vec_remove(&merge->order, from);
		to -= from < to;
	}
	vec_splice(&merge->order, to, 0, &wanted, 1);
	read_again(merge);
}

void rules_put(struct candidate *candidate, size_t header, enum section_kind side,
	       const struct rule *want, size_t count)
{
	struct merge merge = {
		.candidate = candidate,
		.header = header,
		.side = side,
		.want = want,
		.count = count,
		.place = SIZE_MAX,
	};
	bool        *stays = xcalloc(count + 1, sizeof(*stays));

	read_again(&merge);
	pair_all(&merge);
	note_place(&merge);
	drop_unpaired(&merge);
	find_staying(&merge, stays);
	/* An acl that the natives use as well makes no rule: then there is no place
	 * to count from. */
	for (size_t i = count; i-- > 0 && merge.now->rules.count == merge.order.count;)
		if (!stays[i])
			place(&merge, i);
	proxy_free(merge.now);
	vec_release(&merge.order);
	free(stays);
}

/* The line of native use_backend number `index`, from 0. */
static size_t native_use(const struct document *doc, const struct proxy *now, size_t index)
{
	for (size_t i = 0; i < now->natives.count; i++) {
		size_t line = now->natives.items[i].line;

		if (span_is(line_first_word(line_span(&doc->lines.items[line])), "use_backend") &&
		    index-- == 0)
			return line;
	}
	return SIZE_MAX;
}

/* Makes rule `index` stand behind that many native use_backend lines. */
static void interleave_one(struct candidate *candidate, size_t header, enum section_kind side,
			   size_t index, size_t behind, bool upwards)
{
	const struct section *section = section_of(candidate->now, header);
	struct proxy      *now = proxy_read(candidate->now, section, side);
	const struct rule *rule = index < now->rules.count ? &now->rules.items[index] : NULL;
	size_t             line = SIZE_MAX;

	if (rule && upwards && rule->behind > behind)
		line = native_use(candidate->now, now, behind);
	else if (rule && !upwards && rule->behind < behind)
		line = native_use(candidate->now, now, behind - 1);
	if (line != SIZE_MAX)
		move_rule(candidate, rule, upwards ? line : line + 1);
	proxy_free(now);
}

/* Each goes past natives only, never past another rule: down from the last, then
 * up from the first. */
void rules_interleave(struct candidate *candidate, size_t header, enum section_kind side,
		      const struct rule *want, size_t count)
{
	for (size_t i = count; i-- > 0;)
		if (want[i].behind != SIZE_MAX)
			interleave_one(candidate, header, side, i, want[i].behind, false);
	for (size_t i = 0; i < count; i++)
		if (want[i].behind != SIZE_MAX)
			interleave_one(candidate, header, side, i, want[i].behind, true);
}
