/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/config/acl.h"

#include <string.h>
#include <strings.h>

#include "penstock/base/mem.h"
#include "penstock/config/expression.h"
#include "penstock/config/pattern.h"
#include "penstock/config/login.h"

/* ACL keywords that are no fetch of the same name and type: each also exists with
 * the suffixes of the match methods, `path_beg`, `hdr_dom`. */
struct family {
	const char *name, *fetch;
	bool        suffixes;
	enum match_kind kind;
};

static const struct family families[] = {
	{ "base", "base", true, MATCH_STR },
	{ "cook", "req.cook", true, MATCH_STR },
	{ "hdr", "req.hdr", true, MATCH_STR },
	{ "path", "path", true, MATCH_STR },
	{ "url", "url", true, MATCH_STR },
	{ "urlp", "urlp", true, MATCH_STR },
	{ "scook", "scook", true, MATCH_STR },
	{ "shdr", "shdr", true, MATCH_STR },
	{ "ssl_fc_sni", "ssl_fc_sni", true, MATCH_STR },
	{ "method", "method", false, MATCH_METHOD },
	{ "http_auth_group", "http_auth_group", false, MATCH_GROUP },
	{ "req_ver", "req.ver", false, MATCH_STR },
	{ "req_ssl_sni", "req.ssl_sni", false, MATCH_STR },
	{ "payload", "req.payload", false, MATCH_BIN },
	{ "payload_lv", "req.payload_lv", false, MATCH_BIN },
	{ "req_rdp_cookie", "req.rdp_cookie", false, MATCH_STR },
	{ "req_rdp_cookie_cnt", "req.rdp_cookie_cnt", false, MATCH_INT },
};

/* Suffixes that make acl keywords; -m knows more methods. */
static bool is_suffix(enum match_kind kind)
{
	return kind == MATCH_BEG || kind == MATCH_DIR || kind == MATCH_DOM || kind == MATCH_END ||
	       kind == MATCH_LEN || kind == MATCH_REG || kind == MATCH_SUB;
}

static const struct family *family_find(struct span keyword, enum match_kind *kind)
{
	for (size_t i = 0; i < N(families); i++) {
		const struct family    *family = &families[i];
		size_t                  len = strlen(family->name);
		const struct match_def *match;

		if (span_is(keyword, family->name)) {
			*kind = family->kind;
			return family;
		}
		if (!family->suffixes || keyword.len <= len + 1 ||
		    !span_starts(keyword, family->name) || keyword.at[len] != '_')
			continue;
		match = match_find(span_make(keyword.at + len + 1, keyword.len - len - 1));
		if (match && is_suffix(match->kind)) {
			*kind = match->kind;
			return family;
		}
	}
	return NULL;
}

/* The built-in acls. */
struct builtin {
	const char *name;
	const char *words[4];
};

static const struct builtin builtins[] = {
	{ "TRUE",           { "always_true" } },
	{ "FALSE",          { "always_false" } },
	{ "LOCALHOST",      { "src", "127.0.0.1/8", "::1" } },
	{ "HTTP",           { "req.proto_http" } },
	{ "HTTP_1.0",       { "req.ver", "1.0" } },
	{ "HTTP_1.1",       { "req.ver", "1.1" } },
	{ "HTTP_2.0",       { "req.ver", "2.0" } },
	{ "HTTP_3.0",       { "req.ver", "3.0" } },
	{ "METH_CONNECT",   { "method", "CONNECT" } },
	{ "METH_DELETE",    { "method", "DELETE" } },
	{ "METH_GET",       { "method", "GET", "HEAD" } },
	{ "METH_HEAD",      { "method", "HEAD" } },
	{ "METH_OPTIONS",   { "method", "OPTIONS" } },
	{ "METH_POST",      { "method", "POST" } },
	{ "METH_PUT",       { "method", "PUT" } },
	{ "METH_TRACE",     { "method", "TRACE" } },
	{ "HTTP_URL_ABS",   { "url_reg", "^[^/:]*://" } },
	{ "HTTP_URL_SLASH", { "url_beg", "/" } },
	{ "HTTP_URL_STAR",  { "url", "*" } },
	{ "HTTP_CONTENT",   { "req.hdr_val(content-length)", "gt", "0" } },
	{ "RDP_COOKIE",     { "req.rdp_cookie_cnt", "gt", "0" } },
	{ "REQ_CONTENT",    { "req.len", "gt", "0" } },
	{ "WAIT_END",       { "wait_end" } },
};

/* A test while it is read: its words, and what has been understood of them. */
struct test {
	struct scene      *scene;
	const struct span *words;
	size_t             count, at;
	struct expression  expression;
	enum match_kind    kind;
	bool               ignore_case;
	struct span        files[16];     /* contents of -f */
	bool               files_case[16];
	size_t             nfiles;
	const char       **why;
};

static enum match_kind kind_of_type(enum datum_type type)
{
	switch (type) {
	case DATUM_BOOL:
		return MATCH_BOOL;
	case DATUM_INT:
		return MATCH_INT;
	case DATUM_ADDRESS:
		return MATCH_IP;
	case DATUM_TEXT:
		return MATCH_STR;
	default:
		return MATCH_NONE;
	}
}

/* The first word: an acl keyword, or any expression. */
static bool read_subject(struct test *t)
{
	struct span          word = t->count ? t->words[0] : span_make("", 0), keyword = word;
	enum match_kind      kind = MATCH_NONE;
	const struct family *family;
	size_t               taken;

	keyword.len = 0;
	while (keyword.len < word.len && !strchr("(,", word.at[keyword.len]))
		keyword.len++;
	family = family_find(keyword, &kind);
	if (family)
		word = span_of(arena_format(t->scene->arena, "%s%.*s", family->fetch,
					    (int)(word.len - keyword.len),
					    word.at + keyword.len));
	if (!expression_parse(t->scene->arena, word, &t->expression, &taken, t->why))
		return false;
	if (taken != word.len) {
		*t->why = "an expression goes on where it should end";
		return false;
	}
	/* Words behind an expression that name converters are both, for HAProxy:
	 * converters and patterns. */
	for (size_t i = 1; !family && i < t->count; i++)
		if (!expression_add_word(&t->expression, t->words[i]))
			break;
	if (!family || t->expression.count > 1)
		kind = kind_of_type(expression_type(&t->expression));
	t->kind = kind;
	t->at = 1;
	return true;
}

static bool read_file(struct test *t, struct span name)
{
	const struct surroundings *surroundings = t->scene->surroundings;

	if (t->nfiles < N(t->files) && surroundings->file &&
	    surroundings->file(surroundings->data, name, &t->files[t->nfiles])) {
		t->files_case[t->nfiles++] = t->ignore_case;
		return true;
	}
	*t->why = arena_format(t->scene->arena, "the file '%.*s' is not there", (int)name.len,
			       name.at);
	return false;
}

/* One of the options before the patterns; its word is at t->at. */
static bool read_option(struct test *t)
{
	struct span             option = t->words[t->at++], value = { "", 0 };
	const struct match_def *match;

	if (span_is(option, "-i"))
		t->ignore_case = true;
	if (span_is(option, "-i") || span_is(option, "-n") || span_is(option, "-M"))
		return true;
	if (t->at < t->count)
		value = t->words[t->at++];
	if (span_is(option, "-u"))
		return true;
	if (span_is(option, "-f"))
		return read_file(t, value);
	match = match_find(value);
	if (!span_is(option, "-m") || !match) {
		*t->why = arena_format(t->scene->arena, "the acl option '%.*s' is not known",
				       (int)option.len, option.at);
		return false;
	}
	t->kind = match->kind;
	return true;
}

static bool read_options(struct test *t)
{
	while (t->at < t->count && t->words[t->at].len && t->words[t->at].at[0] == '-') {
		if (span_is(t->words[t->at], "--")) {
			t->at++;
			break;
		}
		if (!read_option(t))
			return false;
	}
	return true;
}

/* `gt 5` as the range that HAProxy makes of it. */
struct comparison {
	const char *name;
	const char *before, *after;
	int         shift;
};

static const struct comparison comparisons[] = {
	{ "eq", "", "", 0 },  { "gt", "", ":", 1 },  { "ge", "", ":", 0 },
	{ "lt", ":", "", -1 }, { "le", ":", "", 0 },
};

static const struct comparison *comparison_find(struct span word)
{
	for (size_t i = 0; i < N(comparisons); i++)
		if (span_is(word, comparisons[i].name))
			return &comparisons[i];
	return NULL;
}

static struct span range_of(struct test *t, const struct comparison *by, struct span pattern)
{
	if (!by || !(*by->before || *by->after) || memchr(pattern.at, ':', pattern.len) ||
	    memchr(pattern.at, '-', pattern.len))
		return pattern;
	return span_of(arena_format(t->scene->arena, "%s%lld%s", by->before,
				    (long long)number_prefix(pattern) + by->shift, by->after));
}

/* Whether a member of the userlist's group: the pattern is the group. */
static enum truth match_group(struct test *t, struct span group, const struct datum *datum)
{
	const struct expression_step *step = &t->expression.steps[0];
	const struct flat_section    *list = NULL;

	if (step->count)
		list = flat_section(t->scene->flat, SECTION_USERLIST, step->args[0]);
	return truth_of(list && login_in_group(t->scene->flat, list, datum->text, group));
}

static enum truth match_one(struct test *t, const struct match_def *def, struct span pattern,
			    bool ignore_case, const struct datum *datum)
{
	if (t->kind == MATCH_GROUP)
		return match_group(t, pattern, datum);
	return def->match(t->scene, pattern, ignore_case, datum, t->why);
}

static enum truth match_files(struct test *t, const struct match_def *def,
			      const struct datum *datum)
{
	enum truth result = TRUTH_FALSE;

	for (size_t i = 0; i < t->nfiles && result != TRUTH_TRUE; i++) {
		struct span rest = t->files[i], key, value;

		while (result != TRUTH_TRUE && pattern_file_next(&rest, false, &key, &value))
			result = truth_or(result, match_one(t, def, key, t->files_case[i], datum));
	}
	return result;
}

/* Whether one value fits one of the patterns. */
static enum truth match_value(struct test *t, struct datum datum)
{
	const struct match_def  *def = match_of(t->kind);
	const struct comparison *by = NULL, *next;
	enum truth               result;

	if (t->kind == MATCH_FOUND)
		return TRUTH_TRUE;
	datum = datum_cast(t->scene->arena, datum, def->expects);
	if (datum.type == DATUM_NONE)
		return TRUTH_FALSE;
	if (t->kind == MATCH_BOOL)
		return truth_of(datum.number != 0);
	result = match_files(t, def, &datum);
	for (size_t i = t->at; i < t->count && t->words[i].len && result != TRUTH_TRUE; i++) {
		next = t->kind == MATCH_INT || t->kind == MATCH_LEN ? comparison_find(t->words[i])
								    : NULL;
		if (next) {
			by = next;
			continue;
		}
		result = truth_or(result, match_one(t, def, range_of(t, by, t->words[i]),
						    t->ignore_case, &datum));
	}
	return result;
}

static enum truth eval_test(struct test *t)
{
	enum truth result = TRUTH_FALSE;

	for (size_t i = 0; result != TRUTH_TRUE; i++) {
		struct datum datum = expression_value(t->scene, &t->expression, true, i);

		if (datum.type == DATUM_NONE)
			break;
		if (datum.type == DATUM_UNKNOWN) {
			*t->why = datum.why;
			return TRUTH_UNKNOWN;
		}
		result = truth_or(result, match_value(t, datum));
	}
	return result;
}

enum truth acl_test(struct scene *scene, const struct span *words, size_t count,
		    const char **why)
{
	struct test t = { .scene = scene, .words = words, .count = count, .why = why };

	if (!read_subject(&t) || !read_options(&t))
		return TRUTH_UNKNOWN;
	if (t.kind == MATCH_NONE && t.expression.fetch->get) {
		*why = "how it is compared is not said";
		return TRUTH_UNKNOWN;
	}
	return eval_test(&t);
}

static enum truth builtin_test(struct scene *scene, struct span name, const char **why)
{
	for (size_t i = 0; i < N(builtins); i++) {
		struct span words[N(builtins[i].words)];
		size_t      count = 0;

		if (!span_is(name, builtins[i].name))
			continue;
		while (count < N(words) && builtins[i].words[count]) {
			words[count] = span_of(builtins[i].words[count]);
			count++;
		}
		return acl_test(scene, words, count, why);
	}
	*why = arena_format(scene->arena, "there is no acl '%.*s'", (int)name.len, name.at);
	return TRUTH_UNKNOWN;
}

/* One line of the acl; what is not known of the line itself counts as well. */
static enum truth line_test(struct scene *scene, const struct flat_line *line, const char **why)
{
	enum truth is;

	if (line->varies) {
		*why = line->why;
		return TRUTH_UNKNOWN;
	}
	is = acl_test(scene, line->words + 2, line->count - 2, why);
	if (is != TRUTH_FALSE && line->active == TRUTH_UNKNOWN)
		*why = line->why;
	return truth_and(is, line->active);
}

enum truth acl_named(struct scene *scene, struct span name, const char **why)
{
	const struct flat_section *section = scene->proxy;
	enum truth                 result = TRUTH_FALSE;
	bool                       found = false;

	for (size_t i = 0; i < section->count && result != TRUTH_TRUE; i++) {
		const struct flat_line *line = &scene->flat->lines.items[section->first + i];

		if (!flat_is(line, 0, "acl") || line->count < 3 ||
		    !span_equal(line->words[1], name))
			continue;
		found = true;
		result = truth_or(result, line_test(scene, line, why));
	}
	return found ? result : builtin_test(scene, name, why);
}

static size_t closing_brace(const struct span *words, size_t count, size_t at)
{
	while (at < count && !span_is(words[at], "}"))
		at++;
	return at;
}

static bool is_or(struct span word)
{
	return span_is(word, "||") || (word.len == 2 && !strncasecmp(word.at, "or", 2));
}

/* One term at *at, which moves to its last word. */
static enum truth term_test(struct scene *scene, const struct span *words, size_t count,
			    size_t *at, struct span word, const char **why)
{
	size_t end;

	if (!span_is(word, "{"))
		return acl_named(scene, word, why);
	end = closing_brace(words, count, *at + 1);
	if (end == count) {
		*why = "a brace of the condition is not closed";
		*at = count;
		return TRUTH_UNKNOWN;
	}
	words += *at + 1;
	count = end - *at - 1;
	*at = end;
	return acl_test(scene, words, count, why);
}

static enum truth terms_test(struct scene *scene, const struct span *words, size_t count,
			     const char **why)
{
	enum truth any = TRUTH_FALSE, all = TRUTH_TRUE;
	bool       negate = false, some = false;

	for (size_t i = 0; i < count && words[i].len; i++) {
		struct span word = words[i];
		const char *reason = NULL;
		enum truth  is;

		while (word.len && word.at[0] == '!') {
			negate = !negate;
			word = span_make(word.at + 1, word.len - 1);
		}
		if (!word.len)
			continue;
		if (is_or(word)) {
			any = truth_or(any, some ? all : TRUTH_FALSE);
			all = TRUTH_TRUE;
			some = negate = false;
			continue;
		}
		is = term_test(scene, words, count, &i, word, &reason);
		if (is == TRUTH_UNKNOWN && !*why)
			*why = reason;
		all = truth_and(all, negate ? truth_not(is) : is);
		some = true;
		negate = false;
	}
	return truth_or(any, some ? all : TRUTH_FALSE);
}

enum truth acl_condition(struct scene *scene, const struct span *words, size_t count,
			 const char **why)
{
	enum truth is;

	*why = NULL;
	if (!count)
		return TRUTH_TRUE;
	is = terms_test(scene, words + 1, count - 1, why);
	if (is != TRUTH_UNKNOWN)
		*why = NULL;
	return span_is(words[0], "unless") ? truth_not(is) : is;
}
