/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/config/condition.h"

#include <ctype.h>
#include <string.h>

#include "penstock/base/mem.h"
#include "penstock/config/datum.h"
#include "penstock/config/keyword.h"

enum { ARGS_MAX = 3, DEPTH_MAX = 64 };

struct parser {
	struct span                   rest;
	const struct condition_facts *facts;
	const char                   *why;
	unsigned                      depth;
	bool                          broken;
};

static enum truth unknown(struct parser *p, const char *why)
{
	if (!p->why)
		p->why = why;
	return TRUTH_UNKNOWN;
}

static enum truth broken(struct parser *p, const char *why)
{
	p->broken = true;
	p->rest.len = 0;
	return unknown(p, why);
}

/* "2.6.12-1" and "2.6-dev3" as one number; what follows the numbers is dropped. */
static unsigned parse_version(struct span text)
{
	unsigned parts[3] = { 0, 0, 0 };
	size_t   part = 0;

	for (size_t i = 0; i < text.len && part < N(parts); i++) {
		if (isdigit((unsigned char)text.at[i]))
			parts[part] = (parts[part] * 10 + (unsigned)(text.at[i] - '0')) & 0xff;
		else if (text.at[i] == '.')
			part++;
		else
			break;
	}
	return VERSION_POINT(parts[0], parts[1], parts[2]);
}

static enum truth is_defined(struct parser *p, const struct span *args)
{
	struct span value;
	enum truth  is = TRUTH_UNKNOWN;

	if (p->facts->variable)
		is = p->facts->variable(p->facts->data, args[0], &value);
	if (is == TRUTH_UNKNOWN)
		return unknown(p, arena_format(p->facts->arena,
					       "the environment variable '%.*s' is not known",
					       (int)args[0].len, args[0].at));
	return is;
}

static enum truth has_feature(struct parser *p, const struct span *args)
{
	struct span rest = p->facts->surroundings->features, word;

	if (!rest.len)
		return unknown(p, "how HAProxy was built is not known");
	while (span_split(&rest, ' ', &word))
		if (word.len > 1 && span_equal(span_make(word.at + 1, word.len - 1), args[0]))
			return truth_of(word.at[0] == '+');
	return TRUTH_FALSE;
}

static enum truth is_equal(struct parser *p, const struct span *args)
{
	(void)p;
	return truth_of(span_equal(args[0], args[1]));
}

static enum truth is_other(struct parser *p, const struct span *args)
{
	return truth_not(is_equal(p, args));
}

static enum truth has_part(struct parser *p, const struct span *args)
{
	(void)p;
	return truth_of(!args[1].len || span_contains(args[0], args[1]));
}

static enum truth at_least(struct parser *p, const struct span *args)
{
	unsigned version = p->facts->surroundings->version;

	if (!version)
		return unknown(p, "the version of HAProxy is not known");
	return truth_of(version >= parse_version(args[0]));
}

static enum truth is_before(struct parser *p, const struct span *args)
{
	return truth_not(at_least(p, args));
}

static enum truth not_on_paper(struct parser *p, const struct span *args)
{
	(void)args;
	return unknown(p, "the libraries and options of the process are not known");
}

struct predicate {
	const char *name;
	size_t      args;
	enum truth (*eval)(struct parser *p, const struct span *args);
};

static const struct predicate predicates[] = {
	{ "defined",                 1, is_defined },
	{ "feature",                 1, has_feature },
	{ "streq",                   2, is_equal },
	{ "strneq",                  2, is_other },
	{ "strstr",                  2, has_part },
	{ "version_atleast",         1, at_least },
	{ "version_before",          1, is_before },
	{ "openssl_version_atleast", 1, not_on_paper },
	{ "openssl_version_before",  1, not_on_paper },
	{ "ssllib_name_startswith",  1, not_on_paper },
	{ "awslc_api_atleast",       1, not_on_paper },
	{ "awslc_api_before",        1, not_on_paper },
	{ "enabled",                 1, not_on_paper },
};

static void skip_blanks(struct parser *p)
{
	while (p->rest.len && (p->rest.at[0] == ' ' || p->rest.at[0] == '\t')) {
		p->rest.at++;
		p->rest.len--;
	}
}

static bool take(struct parser *p, const char *token)
{
	size_t len = strlen(token);

	skip_blanks(p);
	if (!span_starts(p->rest, token))
		return false;
	p->rest.at += len;
	p->rest.len -= len;
	return true;
}

static struct span take_word(struct parser *p)
{
	struct span word = { p->rest.at, 0 };

	while (word.len < p->rest.len &&
	       (isalnum((unsigned char)word.at[word.len]) || word.at[word.len] == '_'))
		word.len++;
	p->rest.at += word.len;
	p->rest.len -= word.len;
	return word;
}

/* "(a,b)": gives how many, or SIZE_MAX when it is not closed. */
static size_t take_args(struct parser *p, struct span *args)
{
	size_t count = 0;

	if (!take(p, "("))
		return 0;
	for (;;) {
		struct span arg = { p->rest.at, 0 };

		while (arg.len < p->rest.len && arg.at[arg.len] != ',' && arg.at[arg.len] != ')')
			arg.len++;
		if (arg.len == p->rest.len || count == ARGS_MAX)
			return SIZE_MAX;
		p->rest.at += arg.len + 1;
		p->rest.len -= arg.len + 1;
		args[count++] = arg;
		if (arg.at[arg.len] == ')')
			return count;
	}
}

static enum truth parse_predicate(struct parser *p, struct span name)
{
	struct span args[ARGS_MAX];
	size_t      count = take_args(p, args);

	for (size_t i = 0; i < N(predicates); i++) {
		if (!span_is(name, predicates[i].name))
			continue;
		if (count != predicates[i].args)
			return broken(p, "the condition has the wrong number of arguments");
		return predicates[i].eval(p, args);
	}
	return broken(p, arena_format(p->facts->arena, "the predicate '%.*s' is not known",
				      (int)name.len, name.at));
}

static enum truth parse_or(struct parser *p);

static enum truth parse_term(struct parser *p)
{
	struct span word;
	enum truth  truth;

	if (++p->depth > DEPTH_MAX)
		return broken(p, "the condition is nested too deeply");
	if (take(p, "!")) {
		truth = truth_not(parse_term(p));
	} else if (take(p, "(")) {
		truth = parse_or(p);
		if (!take(p, ")"))
			truth = broken(p, "a parenthesis of the condition is not closed");
	} else {
		skip_blanks(p);
		word = take_word(p);
		if (!word.len)
			truth = broken(p, "the condition is no condition");
		else if (isdigit((unsigned char)word.at[0]))
			truth = truth_of(number_prefix(word) != 0);
		else
			truth = parse_predicate(p, word);
	}
	p->depth--;
	return truth;
}

static enum truth parse_and(struct parser *p)
{
	enum truth truth = parse_term(p);

	while (!p->broken && take(p, "&&"))
		truth = truth_and(truth, parse_term(p));
	return truth;
}

static enum truth parse_or(struct parser *p)
{
	enum truth truth = parse_and(p);

	while (!p->broken && take(p, "||"))
		truth = truth_or(truth, parse_and(p));
	return truth;
}

enum truth condition_eval(struct span text, const struct condition_facts *facts,
			  const char **why)
{
	struct parser p = { .rest = span_trim(text), .facts = facts };
	enum truth    truth;

	*why = NULL;
	if (!p.rest.len)
		return TRUTH_FALSE; /* an empty condition holds for nobody */
	truth = parse_or(&p);
	skip_blanks(&p);
	if (!p.broken && p.rest.len)
		truth = broken(&p, "the condition goes on where it should end");
	if (p.broken)
		truth = TRUTH_UNKNOWN;
	if (truth == TRUTH_UNKNOWN)
		*why = p.why;
	return truth;
}
