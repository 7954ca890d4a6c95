/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What counts as a difference between two documents, and as which. */
#include "unit.h"

#include "corpus.h"
#include "penstock/base/mem.h"
#include "penstock/plan/effect.h"

static struct document *parse(const char *text)
{
	struct document *doc = document_new();

	document_add_file(doc, "haproxy.cfg", span_of(text));
	return doc;
}

static void add_line_number(struct str *out, size_t line)
{
	if (line == SIZE_MAX)
		str_add_char(out, '-');
	else
		str_addf(out, "%zu", line + 1);
}

/* "server-weight live/app1 weight [100|50] 3:3", "x2" behind it for two lines. */
static void format_change(const struct change *change, struct str *out)
{
	str_addf(out, "%s %s", change_name(change->kind), change->name);
	if (change->server)
		str_addf(out, "/%s", change->server);
	if (change->keyword)
		str_addf(out, " %s", change->keyword);
	if (change->before || change->after)
		str_addf(out, " [%s|%s]", change->before ? change->before : "",
			 change->after ? change->after : "");
	str_add_char(out, ' ');
	add_line_number(out, change->line_before);
	str_add_char(out, ':');
	add_line_number(out, change->line_after);
	if (change->lines != 1)
		str_addf(out, " x%zu", change->lines);
	str_add_char(out, '\n');
}

static void format_changes(const struct document *before, const struct document *after,
			   struct str *out)
{
	struct changes changes = CHANGES_INIT;

	compare_documents(before, after, &changes);
	for (size_t i = 0; i < changes.list.count; i++)
		format_change(&changes.list.items[i], out);
	changes_release(&changes);
}

static void assert_changes(const char *before, const char *after, const char *expected)
{
	struct document *a = parse(before), *b = parse(after);
	struct str       text = STR_INIT;

	format_changes(a, b, &text);
	assert_string_equal(text.bytes, expected);
	str_release(&text);
	document_free(a);
	document_free(b);
}

/* The same lines in a backend. */
static void assert_backend_changes(const char *before, const char *after, const char *expected)
{
	struct str a = STR_INIT, b = STR_INIT;

	str_addf(&a, "backend live\n%s", before);
	str_addf(&b, "backend live\n%s", after);
	assert_changes(a.bytes, b.bytes, expected);
	str_release(&a);
	str_release(&b);
}

static void equal_documents_have_no_change(void **state)
{
	(void)state;
	assert_changes("", "", "");
	assert_changes("global\n maxconn 5\n\n# x\nbackend b\n server s 1.1.1.1:1\n",
		       "global\n maxconn 5\n\n# x\nbackend b\n server s 1.1.1.1:1\n", "");
}

static void values_of_a_server_are_changes_of_their_own(void **state)
{
	(void)state;
	assert_backend_changes(" server a 10.0.0.1:80 check weight 100\n",
			       " server a 10.0.0.1:80 check weight 50\n",
			       "server-weight live/a weight [100|50] 2:2\n");
	assert_backend_changes(" server a 10.0.0.1:80\n server b 10.0.0.2:80\n",
			       " server a 10.0.0.1:80\n server b 10.0.0.2:81\n",
			       "server-address live/b [10.0.0.2:80|10.0.0.2:81] 3:3\n");
	assert_backend_changes(" server a 10.0.0.1:80 disabled\n", " server a 10.0.0.1:80\n",
			       "server-state live/a disabled [disabled|] 2:2\n");
	assert_backend_changes(" server a 10.0.0.1:80\n", " server a 10.0.0.1:80 maxconn 9\n",
			       "server-maxconn live/a maxconn [|9] 2:2\n");
	assert_backend_changes(" server a 10.0.0.1:80 inter 2s\n",
			       " server a 10.0.0.1:80 inter 3s check\n",
			       "server-keyword live/a inter [2s|3s] 2:2\n"
			       "server-check live/a check [|check] 2:2\n");
}

static void servers_are_aligned_by_name(void **state)
{
	(void)state;
	assert_backend_changes(" server a 10.0.0.1:80\n server c 10.0.0.3:80\n",
			       " server b 10.0.0.2:80\n server a 10.0.0.1:80 weight 5\n",
			       "server-added live/b [|server b 10.0.0.2:80] -:2\n"
			       "server-weight live/a weight [|5] 2:3\n"
			       "server-deleted live/c [server c 10.0.0.3:80|] 3:-\n");
}

static void a_renamed_server_is_another_server(void **state)
{
	(void)state;
	assert_backend_changes(" server a 10.0.0.1:80\n", " server b 10.0.0.1:80\n",
			       "server-added live/b [|server b 10.0.0.1:80] -:2\n"
			       "server-deleted live/a [server a 10.0.0.1:80|] 2:-\n");
}

static void the_order_of_keywords_is_no_change(void **state)
{
	(void)state;
	assert_backend_changes(" server a 10.0.0.1:80 check inter 2s weight 5\n",
			       " server a 10.0.0.1:80 weight 5 inter 2s check\n",
			       "comment live spacing 2:2\n");
}

static void the_order_counts_where_one_keyword_takes_another_back(void **state)
{
	(void)state;
	assert_backend_changes(" server a 10.0.0.1:80 check no-check\n",
			       " server a 10.0.0.1:80 no-check check\n",
			       "server-check live/a check [no-check|check] 2:2\n");
	assert_backend_changes(" server a 10.0.0.1:80 disabled enabled\n",
			       " server a 10.0.0.1:80 enabled disabled\n",
			       "server-state live/a disabled [enabled|disabled] 2:2\n");
}

static void the_last_weight_of_a_line_counts(void **state)
{
	(void)state;
	assert_backend_changes(" server a 10.0.0.1:80 weight 5 weight 7\n",
			       " server a 10.0.0.1:80 weight 6 weight 7\n",
			       "comment live spacing 2:2\n");
}

static void an_environment_variable_differs_from_its_name(void **state)
{
	(void)state;
	assert_backend_changes(" server a \"$IP:80\"\n", " server a '$IP:80'\n",
			       "server-address live/a [\"$IP:80\"|'$IP:80'] 2:2\n");
}

static void another_order_of_servers_is_a_move(void **state)
{
	(void)state;
	assert_backend_changes(" server a 1.1.1.1:1\n server b 1.1.1.1:2\n server c 1.1.1.1:3\n",
			       " server c 1.1.1.1:3\n server a 1.1.1.1:1\n server b 1.1.1.1:2\n",
			       "server-moved live server 4:2\n");
}

static void servers_that_cross_a_default_server_take_other_values(void **state)
{
	(void)state;
	assert_backend_changes(" default-server weight 5\n server a 1.1.1.1:1\n",
			       " server a 1.1.1.1:1\n default-server weight 5\n",
			       "lines-moved live default-server 3:2\n");
}

static void server_lines_elsewhere_are_plain_lines(void **state)
{
	(void)state;
	assert_changes("peers p\n server a 1.1.1.1:1\n", "peers p\n server a 1.1.1.1:2\n",
		       "line-changed p server [server a 1.1.1.1:1|server a 1.1.1.1:2] 2:2\n");
	assert_backend_changes(" server-template s 3 x:1\n", " server-template s 4 x:1\n",
			       "line-changed live server-template "
			       "[server-template s 3 x:1|server-template s 4 x:1] 2:2\n");
}

static void lines_of_one_keyword_replace_each_other(void **state)
{
	(void)state;
	assert_backend_changes(" mode http\n timeout server 3s\n timeout queue 1s\n",
			       " timeout queue 1s\n timeout server 5s\n mode http\n",
			       "comment live order 4:2\n"
			       "line-changed live timeout server "
			       "[timeout server 3s|timeout server 5s] 3:3\n");
	assert_backend_changes(" option redispatch\n", " no option redispatch\n",
			       "line-changed live option redispatch "
			       "[option redispatch|no option redispatch] 2:2\n");
}

static void a_line_between_others_is_new(void **state)
{
	(void)state;
	assert_changes("frontend f\n bind *:80\n bind *:82\n",
		       "frontend f\n bind *:80\n bind *:81\n bind *:82\n",
		       "line-added f bind [|bind *:81] -:3\n");
	assert_changes("frontend f\n bind *:80\n bind *:81\n", "frontend f\n bind *:81\n",
		       "line-deleted f bind [bind *:80|] 2:-\n");
}

static void a_line_at_another_place_is_another_line(void **state)
{
	(void)state;
	assert_changes("frontend f\n bind *:1\n bind *:2\n", "frontend f\n bind *:2\n bind *:3\n",
		       "line-deleted f bind [bind *:1|] 2:-\n"
		       "line-added f bind [|bind *:3] -:3\n");
}

static void a_server_whose_name_varies_is_a_plain_line(void **state)
{
	(void)state;
	assert_backend_changes(" server \"$N\" 1.1.1.1:1\n", " server \"$N\" 1.1.1.1:2\n",
			       "line-changed live server "
			       "[server \"$N\" 1.1.1.1:1|server \"$N\" 1.1.1.1:2] 2:2\n");
}

static void the_order_of_rules_matters(void **state)
{
	(void)state;
	assert_changes("frontend f\n http-request deny if A\n http-request allow\n",
		       "frontend f\n http-request allow\n http-request deny if A\n",
		       "lines-moved f http-request 3:2\n");
}

static void the_order_of_unrelated_keywords_does_not(void **state)
{
	(void)state;
	assert_changes("frontend f\n acl a path /\n http-request deny if a\n timeout client 1s\n",
		       "frontend f\n timeout client 1s\n http-request deny if a\n acl a path /\n",
		       "comment f order 4:2\n");
}

static void the_order_of_keywords_that_may_override_each_other_does(void **state)
{
	(void)state;
	assert_changes("frontend f\n option httplog\n log-format %T\n",
		       "frontend f\n log-format %T\n option httplog\n",
		       "lines-moved f log-format 3:2\n");
}

static void the_order_of_all_lines_matters_outside_proxies(void **state)
{
	(void)state;
	assert_changes("global\n maxconn 5\n chroot /x\n", "global\n chroot /x\n maxconn 5\n",
		       "lines-moved  chroot 3:2\n");
}

static void conditions_tie_lines_to_their_places(void **state)
{
	(void)state;
	assert_changes("frontend f\n .if defined(X)\n timeout client 1s\n .endif\n",
		       "frontend f\n .if defined(X)\n .endif\n timeout client 1s\n",
		       "lines-moved f .endif 4:3\n");
}

static void maxconn_of_a_frontend_is_a_kind_of_its_own(void **state)
{
	(void)state;
	assert_changes("frontend f\n maxconn 10\n", "frontend f\n maxconn   20\n",
		       "frontend-maxconn f maxconn [10|20] 2:2\n");
	assert_changes("listen f\n maxconn 10\n", "listen f\n maxconn 20\n",
		       "frontend-maxconn f maxconn [10|20] 2:2\n");
	assert_changes("frontend f\n", "frontend f\n maxconn 20\n",
		       "frontend-maxconn f maxconn [|20] -:2\n");
	assert_changes("defaults\n maxconn 10\n", "defaults\n maxconn 20\n",
		       "line-changed  maxconn [maxconn 10|maxconn 20] 2:2\n");
}

static void lines_outside_sections_are_compared(void **state)
{
	(void)state;
	assert_changes(".if streq(a,b)\nglobal\n", ".if streq(a,c)\nglobal\n",
		       "line-changed  .if [.if streq(a,b)|.if streq(a,c)] 1:1\n");
}

static void comments_and_blanks_are_told_once_a_place(void **state)
{
	(void)state;
	assert_backend_changes(" # one\n # two\n mode http\n\n balance first\n # three\n",
			       " # 1\n # 2\n mode http\n balance first\n # 3\n",
			       "comment live comment 2:2 x2\n"
			       "comment live blank line 5:-\n"
			       "comment live comment 7:6\n");
}

static void other_blanks_and_quotes_are_spacing(void **state)
{
	(void)state;
	assert_backend_changes(" mode http\n server a 1.1.1.1:1\n server b 1.1.1.1:2 # x\n",
			       "\tmode  'http'\n\tserver a 1.1.1.1:1\n\tserver b 1.1.1.1:2 # x\n",
			       "comment live spacing 2:2 x3\n");
	assert_backend_changes(" mode http # a\n", " mode http # b\n",
			       "comment live comment 2:2\n");
}

static void pragmas_are_comments(void **state)
{
	(void)state;
	assert_backend_changes(" #@ slots 4\n", " #@ slots 5\n", "comment live comment 2:2\n");
}

static void other_line_ends_are_spacing(void **state)
{
	(void)state;
	assert_backend_changes(" mode http\n", " mode http\r\n", "comment live spacing 2:2\n");
	assert_backend_changes(" mode http\n", " mode http", "comment live spacing 2:2\n");
}

static void sections_come_and_go_whole(void **state)
{
	(void)state;
	assert_changes("backend a\n mode http\nbackend b\n", "backend b\nbackend c\n mode tcp\n",
		       "section-deleted a [backend a|] 1:- x2\n"
		       "section-added c [|backend c] -:2 x2\n");
}

static void a_section_of_another_kind_is_another_section(void **state)
{
	(void)state;
	assert_changes("backend a\n", "listen a\n",
		       "section-added a [|listen a] -:1\n"
		       "section-deleted a [backend a|] 1:-\n");
}

static void the_order_of_sections_is_no_change(void **state)
{
	(void)state;
	assert_changes("backend a\n mode http\nbackend b\n mode tcp\nbackend c\n",
		       "backend c\nbackend a\n mode http\nbackend b\n mode tcp\n",
		       "comment c order 5:1\n");
}

static void proxies_behind_other_defaults_inherit_other_values(void **state)
{
	(void)state;
	assert_changes("defaults a\n mode http\nbackend x\nbackend y\ndefaults b\n mode tcp\n",
		       "defaults a\n mode http\ndefaults b\n mode tcp\nbackend x\nbackend y\n",
		       "comment b order 5:3 x2\n"
		       "lines-moved x defaults 3:5 x2\n");
	assert_changes("defaults a\nbackend x from a\ndefaults b\n",
		       "defaults a\ndefaults b\nbackend x from a\n", "comment b order 3:2\n");
}

static void sections_that_cross_global_may_read_other_values(void **state)
{
	(void)state;
	assert_changes("global\n maxconn 5\nbackend x\n", "backend x\nglobal\n maxconn 5\n",
		       "comment x order 3:1\n"
		       "lines-moved  global 1:2 x2\n");
}

static void another_from_is_a_change_of_the_header(void **state)
{
	(void)state;
	assert_changes("defaults a\ndefaults b\nbackend x from a\n",
		       "defaults a\ndefaults b\nbackend x from b\n",
		       "line-changed x backend [backend x from a|backend x from b] 3:3\n");
}

static void sections_of_one_name_are_paired_in_order(void **state)
{
	(void)state;
	assert_changes("global\n nbthread 2\nglobal\n maxconn 5\n",
		       "global\n nbthread 2\nglobal\n maxconn 6\n",
		       "global-maxconn  maxconn [5|6] 4:4\n");
}

static struct document *parse_two(const char *path, const char *one, const char *two)
{
	struct document *doc = document_new();

	document_add_file(doc, "a.cfg", span_of(one));
	document_add_file(doc, path, span_of(two));
	return doc;
}

static void a_section_may_move_to_another_file(void **state)
{
	struct document *before =
		parse_two("b.cfg", "backend a\nbackend b\n", "# head\nbackend c\n");
	struct document *after =
		parse_two("b.cfg", "backend a\n", "# head\nbackend b\nbackend c\n");
	struct str       text = STR_INIT;

	(void)state;
	format_changes(before, after, &text);
	assert_string_equal(text.bytes, "comment b order 2:3\n");
	str_release(&text);
	document_free(before);
	document_free(after);
}

static void a_file_with_another_name_is_a_change(void **state)
{
	struct document *before = parse_two("b.cfg", "backend a\n", "");
	struct document *after = parse_two("c.cfg", "backend a\n", "");
	struct str       text = STR_INIT;

	(void)state;
	format_changes(before, after, &text);
	assert_string_equal(text.bytes, "comment  order -:1\n");
	str_release(&text);
	document_free(before);
	document_free(after);
}

static const char *const pieces[] = {
	"global\n", "defaults\n", "defaults d\n", "backend a\n", "backend b\n", "frontend f\n",
	"listen l from d\n", " server s 1.1.1.1:1\n", " server s 1.1.1.1:1 weight 2\n",
	" server t 1.1.1.1:2 check\n", " default-server weight 3\n", " # c\n", "\n",
	" bind *:80\n", " http-request deny\n", " maxconn 5\n", " maxconn 6\n", " .if x\n",
	" .endif\n", " server\n", " 'open\n", " \"$X\"\n", "\r\n", " option httplog\n",
};

static void random_text(uint64_t *state, struct str *out)
{
	for (size_t i = dice(state, 40); i > 0; i--)
		str_add_text(out, pieces[dice(state, N(pieces))]);
}

static void only_equal_documents_have_no_change(void **state)
{
	uint64_t random = 1;

	(void)state;
	for (size_t i = 0; i < 3000; i++) {
		struct str       texts[2] = { STR_INIT, STR_INIT };
		struct document *docs[2];
		struct changes   changes = CHANGES_INIT;

		for (size_t k = 0; k < 2; k++) {
			random_text(&random, &texts[k]);
			docs[k] = parse(texts[k].bytes);
		}
		compare_documents(docs[0], docs[1], &changes);
		assert_int_equal(changes.list.count == 0, document_equal(docs[0], docs[1]));
		changes_release(&changes);
		compare_documents(docs[0], docs[0], &changes);
		assert_int_equal(changes.list.count, 0);
		changes_release(&changes);
		for (size_t k = 0; k < 2; k++) {
			str_release(&texts[k]);
			document_free(docs[k]);
		}
	}
}

static void many_sections_are_aligned(void **state)
{
	enum { SECTIONS = 20000 };
	struct str before = STR_INIT, after = STR_INIT, text = STR_INIT;

	(void)state;
	for (int i = 0; i < SECTIONS; i++) {
		str_addf(&before, "backend b%d\n mode http\n", i);
		str_addf(&after, "backend b%d\n mode http\n", (i + 1) % SECTIONS);
	}
	str_addf(&text, "comment b0 order 1:%d x2\n", 2 * SECTIONS - 1);
	assert_changes(before.bytes, after.bytes, text.bytes);
	str_release(&before);
	str_release(&after);
	str_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_documents_have_no_change),
		cmocka_unit_test(values_of_a_server_are_changes_of_their_own),
		cmocka_unit_test(servers_are_aligned_by_name),
		cmocka_unit_test(a_renamed_server_is_another_server),
		cmocka_unit_test(the_order_of_keywords_is_no_change),
		cmocka_unit_test(the_order_counts_where_one_keyword_takes_another_back),
		cmocka_unit_test(the_last_weight_of_a_line_counts),
		cmocka_unit_test(an_environment_variable_differs_from_its_name),
		cmocka_unit_test(another_order_of_servers_is_a_move),
		cmocka_unit_test(servers_that_cross_a_default_server_take_other_values),
		cmocka_unit_test(server_lines_elsewhere_are_plain_lines),
		cmocka_unit_test(lines_of_one_keyword_replace_each_other),
		cmocka_unit_test(a_line_between_others_is_new),
		cmocka_unit_test(a_line_at_another_place_is_another_line),
		cmocka_unit_test(a_server_whose_name_varies_is_a_plain_line),
		cmocka_unit_test(the_order_of_rules_matters),
		cmocka_unit_test(the_order_of_unrelated_keywords_does_not),
		cmocka_unit_test(the_order_of_keywords_that_may_override_each_other_does),
		cmocka_unit_test(the_order_of_all_lines_matters_outside_proxies),
		cmocka_unit_test(conditions_tie_lines_to_their_places),
		cmocka_unit_test(maxconn_of_a_frontend_is_a_kind_of_its_own),
		cmocka_unit_test(lines_outside_sections_are_compared),
		cmocka_unit_test(comments_and_blanks_are_told_once_a_place),
		cmocka_unit_test(other_blanks_and_quotes_are_spacing),
		cmocka_unit_test(pragmas_are_comments),
		cmocka_unit_test(other_line_ends_are_spacing),
		cmocka_unit_test(sections_come_and_go_whole),
		cmocka_unit_test(a_section_of_another_kind_is_another_section),
		cmocka_unit_test(the_order_of_sections_is_no_change),
		cmocka_unit_test(proxies_behind_other_defaults_inherit_other_values),
		cmocka_unit_test(sections_that_cross_global_may_read_other_values),
		cmocka_unit_test(another_from_is_a_change_of_the_header),
		cmocka_unit_test(sections_of_one_name_are_paired_in_order),
		cmocka_unit_test(a_section_may_move_to_another_file),
		cmocka_unit_test(a_file_with_another_name_is_a_change),
		cmocka_unit_test(only_equal_documents_have_no_change),
		cmocka_unit_test(many_sections_are_aligned),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
