/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules of a frontend: which lines are one, their names, and edits of them. */
#include "unit.h"

#include "penstock/base/mem.h"
#include "penstock/config/proxy.h"
#include "penstock/config/rule.h"

static struct candidate *open_edit(const char *lines)
{
	struct document  *doc = document_new();
	struct str        text = STR_INIT;
	struct candidate *candidate;

	str_addf(&text, "frontend f\n%sbackend a\nbackend b\nbackend c\n", lines);
	document_add_file(doc, "a.cfg", str_span(&text));
	str_release(&text);
	candidate = candidate_new(doc);
	edit_begin(candidate, "test");
	return candidate;
}

/* The lines of the frontend are these now; ends the candidate. */
static void assert_ends_as(struct candidate *candidate, const char *lines)
{
	struct str out = STR_INIT, wanted = STR_INIT;

	edit_end(candidate);
	document_render(candidate->now, 0, &out);
	str_addf(&wanted, "frontend f\n%sbackend a\nbackend b\nbackend c\n", lines);
	assert_string_equal(out.bytes, wanted.bytes);
	str_release(&out);
	str_release(&wanted);
	candidate_free(candidate);
}

static void assert_refused(struct candidate *candidate, int result, struct err *err,
			   enum err_code code, const char *wanted)
{
	struct str text = STR_INIT;

	assert_int_equal(result, -1);
	assert_int_equal(err->code, code);
	err_format(err, &text);
	assert_string_equal(text.bytes, wanted);
	assert_false(edit_end(candidate));
	str_release(&text);
	err_clear(err);
	candidate_free(candidate);
}

static struct proxy *read_front(struct candidate *candidate)
{
	return proxy_read(candidate->now,
			  document_section(candidate->now, SECTION_FRONTEND, span_of("f")),
			  SECTION_FRONTEND);
}

/* "path_beg /a > b; …", one for each rule of the lines. */
static void assert_rules(const char *lines, const char *wanted)
{
	struct candidate *candidate = open_edit(lines);
	struct proxy     *proxy = read_front(candidate);
	struct str        got = STR_INIT;

	for (size_t i = 0; i < proxy->rules.count; i++) {
		const struct rule *rule = &proxy->rules.items[i];

		str_addf(&got, "%s%s %s(%s) %s > %s", i ? "; " : "", rule->type, rule->operation,
			 rule->header ? rule->header : "", rule->value, rule->backend);
	}
	assert_string_equal(got.bytes, wanted);
	str_release(&got);
	proxy_free(proxy);
	edit_end(candidate);
	candidate_free(candidate);
}

static void an_acl_and_its_one_use_are_a_rule(void **state)
{
	(void)state;
	assert_rules(" acl x path_beg /a\n use_backend b if x\n", "path path_beg() /a > b");
	assert_rules(" acl x url /a\n use_backend b if x\n", "url url() /a > b");
	assert_rules(" acl x hdr_dom(host) a.b\n use_backend b if x\n",
		     "header hdr_dom(host) a.b > b");
	assert_rules(" acl x req.hdr(x-y) v\n use_backend b if x\n",
		     "header req.hdr(x-y) v > b");
	assert_rules(" acl x path \"/a b\" # c\n\n use_backend b if x # d\n",
		     "path path() /a b > b");
}

static void the_one_line_form_is_a_rule(void **state)
{
	(void)state;
	assert_rules(" use_backend b if { path_end .png }\n", "path path_end() .png > b");
}

static void rules_are_in_the_order_of_their_uses(void **state)
{
	(void)state;
	assert_rules(" acl x path /x\n acl y path /y\n use_backend a if y\n"
		     " use_backend b if x\n",
		     "path path() /y > a; path path() /x > b");
}

/* An acl may carry the name of the backend that it leads to. */
static void a_backend_of_the_same_name_is_no_use_of_the_acl(void **state)
{
	(void)state;
	assert_rules(" acl a path /x\n use_backend a if a\n", "path path() /x > a");
}

static void other_conditions_stay_native(void **state)
{
	(void)state;
	assert_rules(" acl x path /a /b\n use_backend b if x\n", "");
	assert_rules(" acl x path -m beg /a\n use_backend b if x\n", "");
	assert_rules(" acl x path /a\n acl x path /b\n use_backend b if x\n", "");
	assert_rules(" acl x path /a\n use_backend b if !x\n", "");
	assert_rules(" acl x path /a\n use_backend b unless x\n", "");
	assert_rules(" acl x path /a\n use_backend b if x x\n", "");
	assert_rules(" acl x path /a\n use_backend b if x\n use_backend a if x\n", "");
	assert_rules(" acl x path /a\n use_backend b if x\n http-request deny if !x\n", "");
	assert_rules(" acl x path /a\n acl y acl(!x)\n use_backend b if x\n", "");
	assert_rules(" use_backend b if x\n acl x path /a\n", "");
	assert_rules(" acl x src 10.0.0.1\n use_backend b if x\n", "");
	assert_rules(" acl x hdr(host,1) a\n use_backend b if x\n", "");
	assert_rules(" acl x path \"$P\"\n use_backend b if x\n", "");
	assert_rules(" acl x path /a\n use_backend %[req.hdr(x)] if x\n", "");
	assert_rules(" use_backend b if { path /a } { path /b }\n", "");
	assert_rules(" use_backend b if { path -f /a }\n", "");
	assert_rules(" use_backend b\n", "");
}

static void assert_name(const char *type, const char *operation, const char *header,
			const char *value, const char *wanted)
{
	char       *texts[] = { xstrdup(type), xstrdup(operation), xstrdup(header),
				xstrdup(value) };
	struct rule rule = {
		.type = texts[0], .operation = texts[1], .header = texts[2], .value = texts[3],
	};
	struct str  name = STR_INIT;

	rule_name(&rule, &name);
	assert_string_equal(name.bytes, wanted);
	str_release(&name);
	for (size_t i = 0; i < N(texts); i++)
		free(texts[i]);
}

static void a_name_tells_what_the_rule_matches(void **state)
{
	(void)state;
	assert_name("path", "path_beg", NULL, "/ecxd/", "path_ecxd");
	assert_name("header", "hdr_dom", "host", "Staged.Example.com",
		    "header_staged_example_com");
	assert_name("path", "path_reg", NULL, "^/article/[^/]*$", "path_article");
}

static void names_that_say_too_little_get_a_hash(void **state)
{
	(void)state;
	assert_name("path", "path", NULL, "/", "path_jq9zla");
	assert_name("path", "path", NULL, "///", "path_tvejje");
	assert_name("url", "url_beg", NULL, "/a/very/long/path/that/goes/on",
		    "url_a_very_long_path_that_go_cdykj9");
}

static int add(struct candidate *candidate, const char *operation, const char *value,
	       const char *backend, size_t at, struct err *err)
{
	char       *texts[] = { xstrdup("path"), xstrdup(operation), xstrdup(value),
				xstrdup(backend) };
	struct rule rule = {
		.type = texts[0], .operation = texts[1], .value = texts[2], .backend = texts[3],
	};
	int         result = rule_add(candidate, span_of("f"), &rule, at, err);

	for (size_t i = 0; i < N(texts); i++)
		free(texts[i]);
	return result;
}

static const char two_rules[] = "  mode http\n"
				"  acl x path /x # first\n"
				"  use_backend a if x\n"
				"\n"
				"  acl y path /y\n"
				"  use_backend b if y # second\n"
				"  log global\n";

static void a_rule_is_added_last(void **state)
{
	struct candidate *c = open_edit(two_rules);

	(void)state;
	assert_int_equal(add(c, "path_beg", "/z", "c", 0, NULL), 0);
	assert_ends_as(c, "  mode http\n  acl x path /x # first\n  use_backend a if x\n\n"
			  "  acl y path /y\n  use_backend b if y # second\n"
			  "  acl path_z path_beg /z\n  use_backend c if path_z\n"
			  "  log global\n");
}

static void a_rule_is_added_before_another(void **state)
{
	struct candidate *c = open_edit(two_rules);

	(void)state;
	assert_int_equal(add(c, "path_beg", "/z", "c", 1, NULL), 0);
	assert_ends_as(c, "  mode http\n"
			  "  acl path_z path_beg /z\n  use_backend c if path_z\n"
			  "  acl x path /x # first\n  use_backend a if x\n\n"
			  "  acl y path /y\n  use_backend b if y # second\n  log global\n");
}

static void the_first_rule_stands_behind_other_uses(void **state)
{
	struct candidate *c = open_edit("  use_backend a unless TRUE\n  log global\n");

	(void)state;
	assert_int_equal(add(c, "path", "/a b", "c", 1, NULL), 0);
	assert_ends_as(c, "  use_backend a unless TRUE\n  acl path_a_b path \"/a b\"\n"
			  "  use_backend c if path_a_b\n  log global\n");
}

static void a_name_that_is_taken_gets_a_hash(void **state)
{
	struct candidate *c = open_edit("  acl path_x src 10.0.0.1\n");

	(void)state;
	assert_int_equal(add(c, "path", "/x", "c", 1, NULL), 0);
	assert_ends_as(c, "  acl path_x src 10.0.0.1\n  acl path_x_drdvr3 path /x\n"
			  "  use_backend c if path_x_drdvr3\n");
}

static void add_refuses_what_would_be_no_rule(void **state)
{
	struct err        err = ERR_INIT;
	struct candidate *c;

	(void)state;
	c = open_edit("");
	assert_refused(c, add(c, "path_beg", "/z", "d", 0, &err), &err, ERR_NOT_FOUND,
		       "no backend or listen 'd'; did you mean 'a'?");
	c = open_edit("");
	assert_refused(c, add(c, "hdr", "/z", "c", 0, &err), &err, ERR_USAGE,
		       "operation of the rule: 'hdr' does not match a path; try path_beg, "
		       "url_beg or hdr_dom");
	c = open_edit("");
	assert_refused(c, add(c, "path", "-i", "c", 0, &err), &err, ERR_USAGE,
		       "value of the rule: expected a value that does not start with '-'");
}

static void a_deleted_rule_takes_its_acl(void **state)
{
	struct candidate *c = open_edit(two_rules);

	(void)state;
	assert_int_equal(rule_delete(c, span_of("f"), 2, NULL), 0);
	assert_ends_as(c, "  mode http\n  acl x path /x # first\n  use_backend a if x\n\n"
			  "  log global\n");
}

static void a_rule_that_is_not_there_is_refused(void **state)
{
	struct err        err = ERR_INIT;
	struct candidate *c = open_edit(two_rules);

	(void)state;
	assert_refused(c, rule_delete(c, span_of("f"), 3, &err), &err, ERR_NOT_FOUND,
		       "no rule 3 in frontend 'f', which has 2; 'show json frontend f' lists "
		       "them");
	c = open_edit(two_rules);
	assert_refused(c, rule_move(c, span_of("f"), 0, 1, &err), &err, ERR_NOT_FOUND,
		       "no rule 0 in frontend 'f', which has 2; 'show json frontend f' lists "
		       "them");
	c = open_edit(two_rules);
	assert_refused(c, rule_delete(c, span_of("g"), 1, &err), &err, ERR_NOT_FOUND,
		       "no frontend or listen 'g'; did you mean 'f'?");
}

static void a_rule_that_moves_up_takes_its_acl_along(void **state)
{
	struct candidate *c = open_edit(two_rules);

	(void)state;
	assert_int_equal(rule_move(c, span_of("f"), 2, 1, NULL), 0);
	assert_ends_as(c, "  mode http\n  acl y path /y\n  use_backend b if y # second\n"
			  "  acl x path /x # first\n  use_backend a if x\n\n  log global\n");
}

static void a_rule_that_moves_down_leaves_its_acl(void **state)
{
	struct candidate *c = open_edit(two_rules);

	(void)state;
	assert_int_equal(rule_move(c, span_of("f"), 1, 2, NULL), 0);
	assert_ends_as(c, "  mode http\n  acl x path /x # first\n\n  acl y path /y\n"
			  "  use_backend b if y # second\n  use_backend a if x\n  log global\n");
}

static const char five_rules[] = " use_backend a if { path /1 }\n"
				 " use_backend a if { path /2 } # two\n"
				 " log global\n"
				 " use_backend a if { path /3 }\n"
				 " use_backend a if { path /4 }\n"
				 " use_backend a if { path /5 }\n";

/* wanted: "1b" is the path /1 to backend b, two characters a rule. */
static void put_rules(struct candidate *candidate, const char *wanted)
{
	struct rule rules[8];
	char        texts[8][2][4], path[] = "path";
	size_t      count = strlen(wanted) / 2;

	for (size_t i = 0; i < count; i++) {
		snprintf(texts[i][0], sizeof(texts[i][0]), "/%c", wanted[2 * i]);
		snprintf(texts[i][1], sizeof(texts[i][1]), "%c", wanted[2 * i + 1]);
		rules[i] = (struct rule){
			.type = path, .operation = path,
			.value = texts[i][0], .backend = texts[i][1],
		};
	}
	rules_put(candidate, 0, SECTION_FRONTEND, rules, count);
}

static void only_the_rule_that_moves_is_moved(void **state)
{
	struct candidate *c = open_edit(five_rules);

	(void)state;
	put_rules(c, "2a3a4a1a5a");
	assert_ends_as(c, " use_backend a if { path /2 } # two\n log global\n"
			  " use_backend a if { path /3 }\n use_backend a if { path /4 }\n"
			  " use_backend a if { path /1 }\n use_backend a if { path /5 }\n");
}

static void another_backend_changes_one_word(void **state)
{
	struct candidate *c = open_edit(five_rules);

	(void)state;
	put_rules(c, "1a2b3a4a5a");
	assert_ends_as(c, " use_backend a if { path /1 }\n"
			  " use_backend b if { path /2 } # two\n log global\n"
			  " use_backend a if { path /3 }\n use_backend a if { path /4 }\n"
			  " use_backend a if { path /5 }\n");
}

static void of_two_equal_rules_one_may_go(void **state)
{
	struct candidate *c = open_edit(" use_backend a if { path /1 } # one\n"
					" use_backend a if { path /1 } # two\n log global\n");

	(void)state;
	put_rules(c, "1a");
	assert_ends_as(c, " use_backend a if { path /1 } # one\n log global\n");
}

static void when_all_rules_go_the_new_ones_take_their_place(void **state)
{
	struct candidate *c = open_edit(" acl x path /x\n mode http\n use_backend a if x\n"
					" log global\n");

	(void)state;
	put_rules(c, "8b");
	assert_ends_as(c, " mode http\n acl path_8 path /8\n use_backend b if path_8\n"
			  " log global\n");
}

static void new_rules_stand_where_the_list_has_them(void **state)
{
	struct candidate *c = open_edit(five_rules);

	(void)state;
	put_rules(c, "8c1a3a9b5a");
	assert_ends_as(c, " acl path_8 path /8\n use_backend c if path_8\n"
			  " use_backend a if { path /1 }\n log global\n"
			  " use_backend a if { path /3 }\n"
			  " acl path_9 path /9\n use_backend b if path_9\n"
			  " use_backend a if { path /5 }\n");
}

static void every_order_of_rules_can_be_reached(void **state)
{
	char order[] = "1a2a3a4a5a";

	(void)state;
	/* All rotations and swaps of a list of five, from one to the next. */
	for (size_t i = 0; i < 120; i++) {
		struct candidate *c = open_edit(five_rules);
		struct proxy     *proxy;
		size_t            rest = i;

		for (size_t j = 5; j > 1; j--) {
			char   digit = order[2 * (j - 1)];
			size_t other = rest % j;

			order[2 * (j - 1)] = order[2 * other];
			order[2 * other] = digit;
			rest /= j;
		}
		put_rules(c, order);
		proxy = read_front(c);
		assert_int_equal(proxy->rules.count, 5);
		for (size_t j = 0; j < 5; j++)
			assert_int_equal(proxy->rules.items[j].value[1], order[2 * j]);
		proxy_free(proxy);
		edit_end(c);
		candidate_free(c);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_acl_and_its_one_use_are_a_rule),
		cmocka_unit_test(the_one_line_form_is_a_rule),
		cmocka_unit_test(rules_are_in_the_order_of_their_uses),
		cmocka_unit_test(a_backend_of_the_same_name_is_no_use_of_the_acl),
		cmocka_unit_test(other_conditions_stay_native),
		cmocka_unit_test(a_name_tells_what_the_rule_matches),
		cmocka_unit_test(names_that_say_too_little_get_a_hash),
		cmocka_unit_test(a_rule_is_added_last),
		cmocka_unit_test(a_rule_is_added_before_another),
		cmocka_unit_test(the_first_rule_stands_behind_other_uses),
		cmocka_unit_test(a_name_that_is_taken_gets_a_hash),
		cmocka_unit_test(add_refuses_what_would_be_no_rule),
		cmocka_unit_test(a_deleted_rule_takes_its_acl),
		cmocka_unit_test(a_rule_that_is_not_there_is_refused),
		cmocka_unit_test(a_rule_that_moves_up_takes_its_acl_along),
		cmocka_unit_test(a_rule_that_moves_down_leaves_its_acl),
		cmocka_unit_test(only_the_rule_that_moves_is_moved),
		cmocka_unit_test(another_backend_changes_one_word),
		cmocka_unit_test(of_two_equal_rules_one_may_go),
		cmocka_unit_test(when_all_rules_go_the_new_ones_take_their_place),
		cmocka_unit_test(new_rules_stand_where_the_list_has_them),
		cmocka_unit_test(every_order_of_rules_can_be_reached),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
