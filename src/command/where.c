/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/command/where.h"

#include <stdlib.h>
#include <string.h>

#include "penstock/base/mem.h"
#include "penstock/base/text.h"
#include "penstock/config/regex.h"

enum node_kind { NODE_AND, NODE_OR, NODE_NOT, NODE_TEST, NODE_SET };

enum relation { REL_EQUAL, REL_UNEQUAL, REL_LESS, REL_LESS_EQUAL, REL_MORE, REL_MORE_EQUAL,
		REL_MATCH, REL_NO_MATCH };

struct relation_def {
	const char   *sign;
	enum relation relation;
};

/* Longer signs before those that they begin with. */
static const struct relation_def relation_table[] = {
	{ "!=", REL_UNEQUAL },    { "!~", REL_NO_MATCH }, { "<=", REL_LESS_EQUAL },
	{ ">=", REL_MORE_EQUAL }, { "==", REL_EQUAL },    { "=", REL_EQUAL },
	{ "<", REL_LESS },        { ">", REL_MORE },      { "~", REL_MATCH },
};

struct where {
	enum node_kind kind;
	struct where  *left, *right;
	char          *name;
	enum relation  relation;
	char          *value;
	double         number;
	bool           is_number;
	struct regex  *regex; /* NULL: none */
};

struct parser {
	struct span text;
	size_t      i;
	unsigned    depth;
	struct err *err;
};

/* Deeper nesting than people write; keeps the recursion bounded. */
enum { DEPTH_MAX = 100 };

static struct where *parse_or(struct parser *p);

static struct where *node_new(enum node_kind kind, struct where *left, struct where *right)
{
	struct where *node = xcalloc(1, sizeof(*node));

	node->kind = kind;
	node->left = left;
	node->right = right;
	return node;
}

void where_free(struct where *where)
{
	if (!where)
		return;
	where_free(where->left);
	where_free(where->right);
	free(where->name);
	free(where->value);
	regex_free(where->regex);
	free(where);
}

static void skip_blanks(struct parser *p)
{
	while (p->i < p->text.len && strchr(" \t", p->text.at[p->i]))
		p->i++;
}

static struct where *fail(struct parser *p, const char *what)
{
	err_at(p->err, ERR_PARSE, (struct place){ "where", 1, (unsigned)p->i + 1 },
	       "%s in the condition '%.*s'; try 'status=DOWN & scur>10'", what, (int)p->text.len,
	       p->text.at);
	return NULL;
}

static bool ends_bare(char c)
{
	return strchr(" \t&|()!=<>~", c) != NULL;
}

/* A name, or a value; quotes allow any byte. */
static bool read_token(struct parser *p, struct str *out)
{
	char quote;

	skip_blanks(p);
	if (p->i >= p->text.len)
		return false;
	quote = p->text.at[p->i];
	if (quote == '"' || quote == '\'') {
		const char *from = p->text.at + ++p->i;
		const char *end = memchr(from, quote, p->text.len - p->i);

		if (!end)
			return false;
		str_add(out, from, (size_t)(end - from));
		p->i += (size_t)(end - from) + 1;
		return true;
	}
	while (p->i < p->text.len && !ends_bare(p->text.at[p->i]))
		str_add_char(out, p->text.at[p->i++]);
	return out->len > 0;
}

/* A regular expression may hold any sign; it ends at a blank. */
static bool read_pattern(struct parser *p, struct str *out)
{
	skip_blanks(p);
	if (p->i < p->text.len && strchr("\"'", p->text.at[p->i]))
		return read_token(p, out);
	while (p->i < p->text.len && !strchr(" \t", p->text.at[p->i]))
		str_add_char(out, p->text.at[p->i++]);
	return out->len > 0;
}

static const struct relation_def *read_relation(struct parser *p)
{
	struct span rest;

	skip_blanks(p);
	rest = span_make(p->text.at + p->i, p->text.len - p->i);
	for (size_t i = 0; i < N(relation_table); i++)
		if (span_starts(rest, relation_table[i].sign)) {
			p->i += strlen(relation_table[i].sign);
			return &relation_table[i];
		}
	return NULL;
}

/* Takes the sign or word when it stands here. */
static bool take(struct parser *p, char sign, const char *word)
{
	size_t len = strlen(word);

	skip_blanks(p);
	if (p->i < p->text.len && p->text.at[p->i] == sign) {
		p->i++;
		if (p->i < p->text.len && p->text.at[p->i] == sign && strchr("&|", sign))
			p->i++;
		return true;
	}
	if (len && p->text.len - p->i > len && memcmp(p->text.at + p->i, word, len) == 0 &&
	    strchr(" \t(", p->text.at[p->i + len])) {
		p->i += len;
		return true;
	}
	return false;
}

static struct where *finish_test(struct parser *p, struct where *node, struct str *value)
{
	bool pattern = node->relation == REL_MATCH || node->relation == REL_NO_MATCH;

	node->is_number = span_to_double(str_span(value), &node->number);
	node->value = str_detach(value, NULL);
	if (!pattern)
		return node;
	node->regex = regex_new(span_of(node->value), false, NULL);
	if (node->regex)
		return node;
	where_free(node);
	return fail(p, "a regular expression that makes no sense");
}

static struct where *parse_test(struct parser *p)
{
	struct str                 name = STR_INIT, value = STR_INIT;
	const struct relation_def *relation;
	struct where              *node;
	bool                       pattern, read;

	if (!read_token(p, &name)) {
		str_release(&name);
		return fail(p, "a column is missing");
	}
	relation = read_relation(p);
	node = node_new(relation ? NODE_TEST : NODE_SET, NULL, NULL);
	node->name = str_detach(&name, NULL);
	if (!relation)
		return node;
	node->relation = relation->relation;
	pattern = node->relation == REL_MATCH || node->relation == REL_NO_MATCH;
	read = pattern ? read_pattern(p, &value) : read_token(p, &value);
	if (!read) {
		where_free(node);
		str_release(&value);
		return fail(p, "a value is missing");
	}
	return finish_test(p, node, &value);
}

static struct where *parse_not(struct parser *p)
{
	struct where *inner;

	if (p->depth++ > DEPTH_MAX)
		return fail(p, "too much nesting");
	if (take(p, '!', "not")) {
		inner = parse_not(p);
		p->depth--;
		return inner ? node_new(NODE_NOT, inner, NULL) : NULL;
	}
	if (take(p, '(', "")) {
		inner = parse_or(p);
		if (inner && !take(p, ')', "")) {
			where_free(inner);
			return fail(p, "a ')' is missing");
		}
		p->depth--;
		return inner;
	}
	p->depth--;
	return parse_test(p);
}

static struct where *parse_chain(struct parser *p, enum node_kind kind, char sign,
				 const char *word, struct where *(*inner)(struct parser *))
{
	struct where *left = inner(p);

	while (left && take(p, sign, word)) {
		struct where *right = inner(p);

		if (!right) {
			where_free(left);
			return NULL;
		}
		left = node_new(kind, left, right);
	}
	return left;
}

static struct where *parse_and(struct parser *p)
{
	return parse_chain(p, NODE_AND, '&', "and", parse_not);
}

static struct where *parse_or(struct parser *p)
{
	return parse_chain(p, NODE_OR, '|', "or", parse_and);
}

struct where *where_parse(struct span text, struct err *err)
{
	struct parser p = { .text = text, .err = err };
	struct where *where = parse_or(&p);

	skip_blanks(&p);
	if (where && p.i < text.len) {
		where_free(where);
		return fail(&p, "something too much");
	}
	return where;
}

int where_check(const struct where *where, bool (*known)(struct span name, void *data),
		void *data, struct err *err)
{
	if (where->name && !known(span_of(where->name), data))
		return err_set(err, ERR_USAGE, "no column '%s'", where->name);
	if (where->left && where_check(where->left, known, data, err) < 0)
		return -1;
	return where->right ? where_check(where->right, known, data, err) : 0;
}

static bool compares(enum relation relation, int order)
{
	static const struct { bool less, same, more; } truth[] = {
		[REL_EQUAL] = { false, true, false },     [REL_UNEQUAL] = { true, false, true },
		[REL_LESS] = { true, false, false },      [REL_LESS_EQUAL] = { true, true, false },
		[REL_MORE] = { false, false, true },      [REL_MORE_EQUAL] = { false, true, true },
	};

	return order < 0 ? truth[relation].less : order ? truth[relation].more
							: truth[relation].same;
}

/* "UP 1/3" and "MAINT (via be/s1)" are UP and MAINT too. */
static bool text_equals(struct span wanted, struct span value)
{
	struct span rest = value, first;

	if (text_glob(wanted, value))
		return true;
	return span_split(&rest, ' ', &first) && text_glob(wanted, first);
}

static bool matches(const struct where *where, struct span value)
{
	return regex_find(where->regex, value, false, NULL) == (where->relation == REL_MATCH);
}

static bool test_holds(const struct where *where, struct span value)
{
	double number;
	bool   text = where->relation == REL_EQUAL || where->relation == REL_UNEQUAL;

	if (where->regex)
		return matches(where, value);
	if (where->is_number && span_to_double(value, &number))
		return compares(where->relation,
				(number > where->number) - (number < where->number));
	if (text)
		return text_equals(span_of(where->value), value) ==
		       (where->relation == REL_EQUAL);
	if (!value.len || where->is_number)
		return false;
	return compares(where->relation, span_compare(value, span_of(where->value)));
}

bool where_holds(const struct where *where, where_value_fn value, void *row)
{
	struct span cell;

	switch (where->kind) {
	case NODE_AND:
		return where_holds(where->left, value, row) &&
		       where_holds(where->right, value, row);
	case NODE_OR:
		return where_holds(where->left, value, row) ||
		       where_holds(where->right, value, row);
	case NODE_NOT:
		return !where_holds(where->left, value, row);
	case NODE_TEST:
		return test_holds(where, value(span_of(where->name), row));
	case NODE_SET:
		cell = value(span_of(where->name), row);
		return cell.len && !span_is(cell, "0");
	}
	BUG("node %d", (int)where->kind);
}
