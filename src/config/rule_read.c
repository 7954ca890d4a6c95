/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which lines of a frontend are rules, and how a rule is spelled. */
#include "penstock/config/rule.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "penstock/base/map.h"
#include "penstock/base/mem.h"
#include "penstock/base/text.h"
#include "penstock/config/lines.h"
#include "penstock/config/mention.h"

void rule_release(struct rule *rule)
{
	free(rule->type);
	free(rule->operation);
	free(rule->header);
	free(rule->value);
	free(rule->backend);
	free(rule->acl);
}

/* What a matcher begins with; more may follow behind `_`. */
struct matcher_def {
	const char *word;
	const char *type;
	bool        header; /* takes (NAME) */
};

static const struct matcher_def matcher_table[] = {
	{ "path",     "path",   false },
	{ "url",      "url",    false },
	{ "hdr",      "header", true },
	{ "req.hdr",  "header", true },
	{ "req.fhdr", "header", true },
};

/* Whether the operation is the word itself or the word and a suffix. */
static bool has_word(struct span operation, const char *word)
{
	size_t len = strlen(word);

	if (!span_starts(operation, word))
		return false;
	for (size_t i = len; i < operation.len; i++)
		if (operation.at[i] != '_' && (operation.at[i] < 'a' || operation.at[i] > 'z'))
			return false;
	return operation.len == len || operation.at[len] == '_';
}

static const struct matcher_def *matcher_find(struct span operation)
{
	for (size_t i = 0; i < N(matcher_table); i++)
		if (has_word(operation, matcher_table[i].word))
			return &matcher_table[i];
	return NULL;
}

static bool is_header_name(struct span name)
{
	for (size_t i = 0; i < name.len; i++)
		if (name.at[i] <= ' ' || name.at[i] == 0x7f || strchr("(),", name.at[i]))
			return false;
	return name.len > 0;
}

/* "hdr_dom(host)" into operation and header; NULL when it is no simple one. */
static const struct matcher_def *matcher_split(struct span matcher, struct span *operation,
					       struct span *header)
{
	const char               *open = memchr(matcher.at, '(', matcher.len);
	const struct matcher_def *def;

	*operation = matcher;
	*header = span_make("", 0);
	if (open) {
		operation->len = (size_t)(open - matcher.at);
		*header = span_make(open + 1, matcher.len - operation->len - 1);
		if (!span_ends(*header, ")"))
			return NULL;
		header->len--;
	}
	def = matcher_find(*operation);
	if (!def || def->header != (open != NULL) || (open && !is_header_name(*header)))
		return NULL;
	return def;
}

/* A value that HAProxy could take for a flag or a brace is no value. */
static bool is_value(struct span value)
{
	return value.len && value.at[0] != '-' && !span_is(value, "}");
}

static bool is_backend(struct span name)
{
	for (size_t i = 0; i + 1 < name.len; i++)
		if (name.at[i] == '%' && name.at[i + 1] == '[')
			return false;
	return name.len > 0;
}

int rule_check(const struct rule *rule, const char **field, struct err *err)
{
	const struct matcher_def *def = matcher_find(span_of(rule->operation));
	bool                      known = false;

	*field = "type";
	for (size_t i = 0; i < N(matcher_table); i++)
		known |= span_is(span_of(rule->type), matcher_table[i].type);
	if (!known)
		return err_set(err, ERR_USAGE, "expected path, url or header");
	*field = "operation";
	if (!def || !span_is(span_of(rule->type), def->type))
		return err_set(err, ERR_USAGE,
			       "'%s' does not match a %s; try path_beg, url_beg or hdr_dom",
			       rule->operation ? rule->operation : "", rule->type);
	*field = "header";
	if (def->header && !is_header_name(span_of(rule->header)))
		return err_set(err, ERR_USAGE, "expected the name of a header");
	if (!def->header && rule->header)
		return err_set(err, ERR_USAGE, "only a header rule takes a header");
	*field = "value";
	if (!is_value(span_of(rule->value)))
		return err_set(err, ERR_USAGE, "expected a value that does not start with '-'");
	*field = "backend";
	if (!is_backend(span_of(rule->backend)))
		return err_set(err, ERR_USAGE, "expected the name of a backend");
	return 0;
}

/* An acl of the section: where it stands and whether a rule may be made of it. */
struct acl {
	char  *matcher;
	char  *value;
	bool   ignore_case;
	size_t line;
	size_t definitions;
	size_t uses;
};

struct acls {
	VEC(struct acl) list;
	struct map index; /* name -> 1 + index in list */
};

static struct acl *acl_of(struct acls *acls, struct span name, bool make)
{
	uintptr_t index = (uintptr_t)map_get(&acls->index, name);

	if (index)
		return &acls->list.items[index - 1];
	if (!make)
		return NULL;
	*vec_push(&acls->list) = (struct acl){ .line = SIZE_MAX };
	map_put(&acls->index, name, (void *)(uintptr_t)acls->list.count);
	return &acls->list.items[acls->list.count - 1];
}

static void acls_release(struct acls *acls)
{
	for (size_t i = 0; i < acls->list.count; i++) {
		free(acls->list.items[i].matcher);
		free(acls->list.items[i].value);
	}
	vec_release(&acls->list);
	map_release(&acls->index, NULL);
}

static void define_acl(struct acls *acls, const struct words *words, size_t line)
{
	struct acl *acl = acl_of(acls, words_text(words, 1), true);

	size_t      value = 3 + words_is(words, 3, "-i");

	if (acl->definitions++ || words->count != value + 1)
		return;
	if (!word_is_plain(&words->items[2]) || !word_is_plain(&words->items[value]))
		return;
	acl->matcher = span_dup(words->items[2].text);
	acl->value = span_dup(words->items[value].text);
	acl->ignore_case = value > 3;
	acl->line = line;
}

static void note_use(const struct mention *mention, void *data)
{
	if (mention->form == MENTION_ACL)
		acl_of(data, mention->name, true)->uses++;
}

static void find_acls(struct acls *acls, const struct proxy *proxy, const struct document *doc)
{
	struct words words = WORDS_INIT;

	for (size_t i = 0; i < proxy->roles.count; i++) {
		if (proxy->roles.items[i] != ROLE_NATIVE)
			continue;
		words_split(&words, line_span(&doc->lines.items[proxy->header + i]));
		if (words_is(&words, 0, "acl"))
			define_acl(acls, &words, proxy->header + i);
		mentions_in_line(&words, false, note_use, acls);
	}
	words_release(&words);
}

/* Fills the rule when the matcher and value are such as a rule has. */
static bool make_rule(struct rule *rule, struct span matcher, struct span value)
{
	struct span               operation, header;
	const struct matcher_def *def = matcher_split(matcher, &operation, &header);

	if (!def || !is_value(value))
		return false;
	rule->type = xstrdup(def->type);
	rule->operation = span_dup(operation);
	rule->header = def->header ? span_dup(header) : NULL;
	rule->value = span_dup(value);
	return true;
}

static bool read_named(struct rule *rule, struct acls *acls, const struct words *words)
{
	const struct acl *acl = acl_of(acls, words_text(words, 3), false);

	if (words->count != 4 || !acl || acl->definitions != 1 || acl->uses != 1 ||
	    acl->line == SIZE_MAX || acl->line > rule->use_line)
		return false;
	if (!make_rule(rule, span_of(acl->matcher), span_of(acl->value)))
		return false;
	rule->acl = value_of(&words->items[3]);
	rule->acl_line = acl->line;
	rule->ignore_case = acl->ignore_case;
	return true;
}

static bool read_one_line(struct rule *rule, const struct words *words)
{
	size_t value = 5 + words_is(words, 5, "-i");

	if (words->count != value + 2 || !words_is(words, 3, "{") ||
	    !words_is(words, value + 1, "}") || !word_is_plain(&words->items[4]) ||
	    !word_is_plain(&words->items[value]))
		return false;
	rule->one_line = true;
	rule->ignore_case = value > 5;
	return make_rule(rule, words_text(words, 4), words_text(words, value));
}

static bool read_rule(struct rule *rule, struct acls *acls, const struct words *words)
{
	if (words->count < 4 || !words_is(words, 0, "use_backend") || !words_is(words, 2, "if") ||
	    !word_is_plain(&words->items[1]) || !is_backend(words->items[1].text))
		return false;
	if (!read_named(rule, acls, words) && !read_one_line(rule, words))
		return false;
	rule->backend = span_dup(words->items[1].text);
	return true;
}

static void take_rule(struct proxy *proxy, struct rule rule)
{
	proxy->roles.items[rule.use_line - proxy->header] = ROLE_RULE;
	if (rule.acl_line != SIZE_MAX)
		proxy->roles.items[rule.acl_line - proxy->header] = ROLE_RULE;
	*vec_push(&proxy->rules) = rule;
}

void rules_read(struct proxy *proxy, const struct document *doc)
{
	struct acls  acls = { .index = MAP_INIT };
	struct words words = WORDS_INIT;
	size_t       natives = 0;

	find_acls(&acls, proxy, doc);
	for (size_t i = 0; i < proxy->roles.count; i++) {
		struct rule rule = { .use_line = proxy->header + i, .acl_line = SIZE_MAX };
		struct span line = line_span(&doc->lines.items[rule.use_line]);

		if (proxy->roles.items[i] != ROLE_NATIVE ||
		    !span_is(line_first_word(line), "use_backend"))
			continue;
		words_split(&words, line);
		if (read_rule(&rule, &acls, &words)) {
			rule.behind = natives;
			take_rule(proxy, rule);
		} else {
			rule_release(&rule);
			natives++;
		}
	}
	words_release(&words);
	acls_release(&acls);
}

bool rule_same_test(const struct rule *a, const struct rule *b)
{
	return strcmp(a->type, b->type) == 0 && strcmp(a->operation, b->operation) == 0 &&
	       span_equal(span_of(a->header), span_of(b->header)) &&
	       a->ignore_case == b->ignore_case && strcmp(a->value, b->value) == 0;
}

bool rule_matches(const struct rule *now, const struct rule *want)
{
	return rule_same_test(now, want) && strcmp(now->backend, want->backend) == 0 &&
	       rule_form_fits(now, want);
}

bool rule_form_fits(const struct rule *now, const struct rule *want)
{
	return (!want->one_line || now->one_line) &&
	       (!want->acl || span_is(span_of(now->acl), want->acl));
}

/* Longer values are cut here and told apart by the hash behind them. */
enum { SLUG_LENGTH = 24, HASH_LENGTH = 6 };

/* "/ecxd/" -> "ecxd"; gives whether that is all that the value says. */
static bool add_slug(struct str *out, const char *value)
{
	size_t start = out->len;
	bool   whole = true;

	for (; *value; value++) {
		char c = *value >= 'A' && *value <= 'Z' ? (char)(*value - 'A' + 'a') : *value;
		bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');

		if (!plain && (out->len == start || out->bytes[out->len - 1] == '_'))
			continue;
		if (out->len - start == SLUG_LENGTH) {
			whole = false;
			break;
		}
		str_add_char(out, plain ? c : '_');
	}
	while (out->len > start && out->bytes[out->len - 1] == '_')
		str_cut(out, out->len - 1);
	return whole && out->len > start;
}

void rule_hash(const struct rule *rule, struct str *out)
{
	static const char digits[] = "0123456789abcdefghijklmnopqrstuvwxyz";
	struct str        text = STR_INIT;
	uint64_t          hash;

	str_addf(&text, "%s %s %s%s", rule->operation, rule->header ? rule->header : "",
		 rule->ignore_case ? "-i " : "", rule->value);
	hash = text_hash(str_span(&text));
	str_release(&text);
	for (int i = 0; i < HASH_LENGTH; i++, hash /= 36)
		str_add_char(out, digits[hash % 36]);
}

void rule_name(const struct rule *rule, struct str *out)
{
	str_addf(out, "%s_", rule->type);
	if (add_slug(out, rule->value))
		return;
	if (out->bytes[out->len - 1] != '_')
		str_add_char(out, '_');
	rule_hash(rule, out);
}
