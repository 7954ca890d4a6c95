/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lint of the order of rules: what stands behind a rule that always decides, and
 * a use_backend that an earlier one leaves nothing to.  Conditions are compared
 * only as far as it is certain that one holds wherever the other does.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "penstock/base/mem.h"
#include "penstock/config/lint_rules.h"

/* Rules of one list, and the actions that end its evaluation. */
static const struct {
	const char *first, *second; /* second: NULL where the action follows at once */
	const char *final;
} list_table[] = {
	{ "http-request", NULL,
	  " allow auth deny redirect reject return silent-drop tarpit use-service " },
	{ "http-response", NULL, " allow deny redirect return silent-drop " },
	{ "http-after-response", NULL, " allow " },
	{ "tcp-request", "connection", " accept reject silent-drop " },
	{ "tcp-request", "session", " accept reject silent-drop " },
	{ "tcp-request", "content", " accept reject silent-drop " },
	{ "tcp-response", "content", " accept close reject silent-drop " },
};

static size_t condition_at(const struct words *words)
{
	for (size_t i = 1; i < words->count; i++)
		if (words_is(words, i, "if") || words_is(words, i, "unless"))
			return i;
	return SIZE_MAX;
}

static bool is_listed(const char *list, struct span word)
{
	struct str key = STR_INIT;
	bool       found;

	str_add_char(&key, ' ');
	str_add_span(&key, word);
	str_add_char(&key, ' ');
	found = word.len && strstr(list, key.bytes);
	str_release(&key);
	return found;
}

/* A redirect whose target may come out empty goes on (`ignore-empty`). */
static bool may_go_on(const struct words *words)
{
	for (size_t i = 1; i < words->count; i++)
		if (words_is(words, i, "ignore-empty"))
			return true;
	return false;
}

static bool is_of_list(const struct words *words, size_t list)
{
	return !list_table[list].second || words_is(words, 1, list_table[list].second);
}

static bool always_ends(const struct lint *lint, size_t list, size_t line)
{
	const struct words *words = &lint->words;
	size_t              action = list_table[list].second ? 2 : 1;

	return is_listed(list_table[list].final, words_text(words, action)) &&
	       condition_at(words) == SIZE_MAX && !may_go_on(words) && !lint->conditional[line];
}

static void say_unreachable(struct lint *lint, size_t line, size_t end)
{
	struct str      place = STR_INIT;
	struct finding *finding;

	lint_add_place(lint, end, &place);
	finding = lint_find(lint, line, "never evaluated: the rule at %s always ends the list",
			    place.bytes);
	finding_delete_line(lint, finding, line);
	str_release(&place);
}

static void check_list(struct lint *lint, const struct section *section, size_t list)
{
	size_t end = SIZE_MAX;

	for (size_t line = section->first;
	     lint_next(lint, section, list_table[list].first, &line);) {
		if (!is_of_list(&lint->words, list))
			continue;
		if (end != SIZE_MAX)
			say_unreachable(lint, line, end);
		else if (always_ends(lint, list, line))
			end = line;
	}
}

/* Whether requests always go to a backend that the line names: 3.4 passes over
 * one that is disabled or unpublished. */
static bool is_sure_target(struct lint *lint, struct span name)
{
	const struct section *target = document_section(lint->doc, SECTION_BACKS, name);

	return target && name.len &&
	       section_find(lint->doc, target, 0, "be-unpublished", NULL) == SIZE_MAX &&
	       !lint_is_disabled(lint, target);
}

/* Whether the line just split is a use_backend that can be reasoned about. */
static bool is_sure_rule(struct lint *lint, size_t line)
{
	struct str name = STR_INIT;
	bool       sure;

	if (lint->words.count < 2 || lint_words_vary(&lint->words) || lint->conditional[line])
		return false;
	str_add_span(&name, words_text(&lint->words, 1));
	sure = is_sure_target(lint, str_span(&name));
	words_split(&lint->words, line_span(&lint->doc->lines.items[line]));
	str_release(&name);
	return sure;
}

static void check_use_backend(struct lint *lint, const struct section *section)
{
	size_t end = SIZE_MAX, other;

	for (size_t line = section->first; lint_next(lint, section, "use_backend", &line);) {
		if (end != SIZE_MAX)
			say_unreachable(lint, line, end);
		else if (is_sure_rule(lint, line) && condition_at(&lint->words) == SIZE_MAX)
			end = line;
	}
	if (end == SIZE_MAX)
		return;
	other = section_find(lint->doc, section, 0, "default_backend", NULL);
	if (other != SIZE_MAX)
		say_unreachable(lint, other, end);
}

void lint_unreachable_rule(struct lint *lint, const struct section *section)
{
	for (size_t i = 0; i < N(list_table); i++)
		check_list(lint, section, i);
	if (section->kind & SECTION_FRONTS)
		check_use_backend(lint, section);
}

/* `[!]CRITERION [FLAG...] VALUE...`, one row of an ACL or what stands in { }. */
struct test {
	char *criterion; /* without the suffix of the way to match: "path", "hdr(host)" */
	char *match;     /* "beg", "str", … */
	char *flags;     /* the other flags, as written */
	bool  folds;     /* -i */
	struct strings values;
};

struct term {
	bool  negated;
	char *name;              /* of an ACL; NULL for an anonymous one */
	VEC(struct test) tests;  /* alternatives; none: cannot be looked into */
};

struct clause {
	VEC(struct term) terms; /* all must hold */
};

/* The condition of a use_backend: alternatives. */
struct condition {
	size_t line;
	VEC(struct clause) clauses; /* none: cannot be reasoned about */
};

static void test_release(struct test *test)
{
	free(test->criterion);
	free(test->match);
	free(test->flags);
	strings_release(&test->values);
}

static void condition_release(struct condition *condition)
{
	for (size_t c = 0; c < condition->clauses.count; c++) {
		struct clause *clause = &condition->clauses.items[c];

		for (size_t t = 0; t < clause->terms.count; t++) {
			struct term *term = &clause->terms.items[t];

			for (size_t i = 0; i < term->tests.count; i++)
				test_release(&term->tests.items[i]);
			vec_release(&term->tests);
			free(term->name);
		}
		vec_release(&clause->terms);
	}
	vec_release(&condition->clauses);
}

/* Samples that are the same each time one request is looked at. */
static bool is_stable(struct span criterion)
{
	static const char *const stable[] = {
		"base", "base_", "cook", "cook_", "dst", "dst_port", "hdr", "hdr_", "method",
		"path", "path_", "pathq", "query", "req.cook", "req.fhdr", "req.hdr", "req.ssl_sni",
		"req_ssl_sni", "src", "src_port", "ssl_fc", "ssl_fc_", "url", "url_", "urlp",
		"urlp_", "url_param", "var",
	};
	size_t len = 0;

	while (len < criterion.len && criterion.at[len] != '(' && criterion.at[len] != ',')
		len++;
	for (size_t i = 0; i < N(stable); i++) {
		size_t known = strlen(stable[i]);

		if (len >= known && memcmp(criterion.at, stable[i], known) == 0 &&
		    (len == known || stable[i][known - 1] == '_'))
			return true;
	}
	return false;
}

/* Ways to match that stand behind a name: path_beg is path -m beg. */
static const char *const suffixes[] = { "beg", "dir", "dom", "end", "len", "reg", "sub" };

static void set_criterion(struct test *test, struct span word)
{
	struct str  text = STR_INIT;
	size_t      len = 0;
	const char *match = "str";

	while (len < word.len && word.at[len] != '(' && word.at[len] != ',')
		len++;
	for (size_t i = 0; i < N(suffixes); i++)
		if (len > 4 && word.at[len - 4] == '_' &&
		    memcmp(word.at + len - 3, suffixes[i], 3) == 0)
			match = suffixes[i];
	str_add(&text, word.at, span_is(span_of(match), "str") ? len : len - 4);
	str_add(&text, word.at + len, word.len - len);
	test->criterion = str_detach(&text, NULL);
	test->match = xstrdup(match);
}

/* Words [first, last) as a test; false where it cannot be told what it means. */
static bool read_test(const struct words *words, size_t first, size_t last, struct test *test)
{
	struct str flags = STR_INIT;
	bool       in_flags = true;

	if (first >= last || !is_stable(words_text(words, first)))
		return false;
	*test = (struct test){ .values = STRINGS_INIT };
	set_criterion(test, words_text(words, first));
	for (size_t i = first + 1; i < last; i++) {
		struct span word = words_text(words, i);
		char       *value;

		if (in_flags && span_is(word, "--")) {
			in_flags = false;
		} else if (in_flags && span_is(word, "-i")) {
			test->folds = true;
		} else if (in_flags && span_is(word, "-m") && i + 1 < last) {
			free(test->match);
			test->match = span_dup(words_text(words, ++i));
		} else if (in_flags && word.len > 1 && word.at[0] == '-') {
			str_add_char(&flags, ' ');
			str_add_span(&flags, word);
		} else {
			in_flags = false;
			value = span_dup(word);
			strings_add(&test->values, value);
			free(value);
		}
	}
	test->flags = str_detach(&flags, NULL);
	return true;
}

/* The definitions of a named ACL; leaves none where one of them is unclear. */
static void read_named(struct lint *lint, const struct section *section, struct term *term)
{
	struct words saved = lint->words;
	bool         clear = true;

	lint->words = (struct words)WORDS_INIT;
	for (size_t line = section->first; clear && lint_next(lint, section, "acl", &line);) {
		struct test test;

		if (!words_is(&lint->words, 1, term->name))
			continue;
		clear = !lint->conditional[line] && !lint_words_vary(&lint->words) &&
			read_test(&lint->words, 2, lint->words.count, &test);
		if (clear)
			*vec_push(&term->tests) = test;
	}
	for (size_t i = 0; !clear && i < term->tests.count; i++)
		test_release(&term->tests.items[i]);
	if (!clear)
		vec_reset(&term->tests);
	words_release(&lint->words);
	lint->words = saved;
}

/* One term at word *at, which goes behind it; false for what is no term. */
static bool read_term(struct lint *lint, const struct section *section, size_t *at,
		      struct clause *clause)
{
	const struct words *words = &lint->words;
	struct term        *term;
	struct span         word = words_text(words, *at);
	bool                negated = false;
	size_t              close;
	struct test         test;

	while (word.len && word.at[0] == '!') {
		negated = !negated;
		word = span_make(word.at + 1, word.len - 1);
		if (!word.len)
			word = words_text(words, ++*at);
	}
	if (!word.len)
		return false;
	term = vec_push(&clause->terms);
	*term = (struct term){ .negated = negated, .tests = VEC_INIT };
	if (!span_is(word, "{")) {
		term->name = span_dup(word);
		read_named(lint, section, term);
		++*at;
		return true;
	}
	for (close = *at + 1; close < words->count && !words_is(words, close, "}"); close++)
		;
	if (close < words->count && read_test(words, *at + 1, close, &test))
		*vec_push(&term->tests) = test;
	*at = close + 1;
	return close < words->count;
}

/* Reads the condition of the line just split; leaves no clause where it cannot. */
static void read_condition(struct lint *lint, const struct section *section,
			   struct condition *condition)
{
	size_t at = condition_at(&lint->words);
	bool   good = at != SIZE_MAX && words_is(&lint->words, at, "if");

	if (!good)
		return;
	*vec_push(&condition->clauses) = (struct clause){ VEC_INIT };
	for (at++; good && at < lint->words.count;) {
		struct clause *last =
			&condition->clauses.items[condition->clauses.count - 1];

		if (words_is(&lint->words, at, "or") || words_is(&lint->words, at, "||")) {
			good = last->terms.count > 0;
			*vec_push(&condition->clauses) = (struct clause){ VEC_INIT };
			at++;
		} else {
			good = read_term(lint, section, &at, last);
		}
	}
	if (!good || !condition->clauses.items[condition->clauses.count - 1].terms.count)
		condition_release(condition);
}

static bool same_bytes(const char *a, const char *b, size_t len, bool folds)
{
	return folds ? strncasecmp(a, b, len) == 0 : memcmp(a, b, len) == 0;
}

static bool holds(const char *part, const char *text, bool folds)
{
	size_t len = strlen(part), room = strlen(text);

	for (size_t i = 0; i + len <= room; i++)
		if (same_bytes(part, text + i, len, folds))
			return true;
	return false;
}

/* Whether whatever matches `narrow` by its way matches `wide` by that one. */
static bool value_covers(const struct test *wide, const char *value, const struct test *narrow,
			 const char *other)
{
	size_t len = strlen(value), room = strlen(other);
	bool   exact = strcmp(narrow->match, "str") == 0;

	if (strcmp(wide->match, narrow->match) == 0 && len == room &&
	    same_bytes(value, other, len, wide->folds))
		return true;
	if (strcmp(wide->match, "beg") == 0)
		return (exact || strcmp(narrow->match, "beg") == 0) && len <= room &&
		       same_bytes(value, other, len, wide->folds);
	if (strcmp(wide->match, "end") == 0)
		return (exact || strcmp(narrow->match, "end") == 0) && len <= room &&
		       same_bytes(value, other + room - len, len, wide->folds);
	if (strcmp(wide->match, "sub") == 0)
		return (exact || strcmp(narrow->match, "beg") == 0 ||
			strcmp(narrow->match, "end") == 0 || strcmp(narrow->match, "sub") == 0) &&
		       holds(value, other, wide->folds);
	return false;
}

static bool test_covers(const struct test *wide, const struct test *narrow)
{
	if (strcmp(wide->criterion, narrow->criterion) != 0 ||
	    strcmp(wide->flags, narrow->flags) != 0 || (narrow->folds && !wide->folds) ||
	    !narrow->values.list.count)
		return false;
	/* Patterns from files and other flags are equal or unknown. */
	for (size_t n = 0; n < narrow->values.list.count; n++) {
		bool found = false;

		for (size_t w = 0; w < wide->values.list.count && !found; w++)
			found = value_covers(wide, wide->values.list.items[w], narrow,
					     narrow->values.list.items[n]);
		if (!found)
			return false;
	}
	return true;
}

/* Whether each alternative of `narrow` is one of `wide`. */
static bool tests_cover(const struct term *wide, const struct term *narrow)
{
	if (!narrow->tests.count)
		return false;
	for (size_t n = 0; n < narrow->tests.count; n++) {
		bool found = false;

		for (size_t w = 0; w < wide->tests.count && !found; w++)
			found = test_covers(&wide->tests.items[w], &narrow->tests.items[n]);
		if (!found)
			return false;
	}
	return true;
}

/* Whether `wide` holds wherever `narrow` does. */
static bool term_covers(const struct term *wide, const struct term *narrow)
{
	if (wide->negated != narrow->negated)
		return false;
	if (wide->name && narrow->name && strcmp(wide->name, narrow->name) == 0)
		return wide->tests.count > 0;
	return wide->negated ? tests_cover(narrow, wide) : tests_cover(wide, narrow);
}

static bool clause_covers(const struct clause *wide, const struct clause *narrow)
{
	for (size_t w = 0; w < wide->terms.count; w++) {
		bool found = false;

		for (size_t n = 0; n < narrow->terms.count && !found; n++)
			found = term_covers(&wide->terms.items[w], &narrow->terms.items[n]);
		if (!found)
			return false;
	}
	return true;
}

static bool condition_covers(const struct condition *wide, const struct condition *narrow)
{
	for (size_t n = 0; n < narrow->clauses.count; n++) {
		bool found = false;

		for (size_t w = 0; w < wide->clauses.count && !found; w++)
			found = clause_covers(&wide->clauses.items[w], &narrow->clauses.items[n]);
		if (!found)
			return false;
	}
	return narrow->clauses.count > 0;
}

static void say_shadowed(struct lint *lint, const struct condition *wide, size_t line)
{
	struct str      place = STR_INIT;
	struct finding *finding;

	lint_add_place(lint, wide->line, &place);
	finding = lint_find(lint, line, "never decides: %s fits whatever this line fits",
			    place.bytes);
	finding_delete_line(lint, finding, line);
	str_release(&place);
}

void lint_shadowed_rule(struct lint *lint, const struct section *section)
{
	VEC(struct condition) earlier = VEC_INIT;

	for (size_t line = section->first; lint_next(lint, section, "use_backend", &line);) {
		struct condition condition = { .line = line, .clauses = VEC_INIT };
		bool             sure = is_sure_rule(lint, line), shadowed = false;

		if (!lint->conditional[line] && !lint_words_vary(&lint->words))
			read_condition(lint, section, &condition);
		for (size_t i = 0; i < earlier.count && !shadowed; i++) {
			shadowed = condition_covers(&earlier.items[i], &condition);
			if (shadowed)
				say_shadowed(lint, &earlier.items[i], line);
		}
		if (sure && !shadowed && condition.clauses.count)
			*vec_push(&earlier) = condition;
		else
			condition_release(&condition);
	}
	for (size_t i = 0; i < earlier.count; i++)
		condition_release(&earlier.items[i]);
	vec_release(&earlier);
}
