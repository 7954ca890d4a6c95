/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What lint makes of facts from outside, of odd documents, and of its own table.
 * What each rule finds, and its fix, is in tests/golden/lint.
 */
#include "unit.h"

#include "pem.h"
#include "penstock/config/lint.h"

enum { DAY = 86400, APP_ENDS = 4102444799 };

#define QUIET                                                               \
	"defaults\n mode http\n timeout client 1s\n timeout connect 1s\n"   \
	" timeout server 1s\n timeout http-request 1s\n"

/* Every file has the same content; the paths asked for are noted. */
struct machine {
	const char *content;
	struct str  asked;
	const char *taken; /* a port */
	const char *holder;
};

static bool read_any(void *data, const char *path, struct str *out)
{
	struct machine *machine = data;

	str_addf(&machine->asked, "%s ", path);
	if (machine->content)
		str_add_text(out, machine->content);
	return machine->content != NULL;
}

static bool is_taken(void *data, size_t line, const char *host, const char *port,
		     struct str *holder)
{
	const struct machine *machine = data;

	(void)line, (void)host;
	str_add_text(holder, machine->holder);
	return strcmp(port, machine->taken) == 0;
}

static struct findings lint_with(const char *text, const struct lint_facts *facts)
{
	struct document *doc = document_new();
	struct findings  findings = FINDINGS_INIT;

	document_add_file(doc, "a.cfg", span_of(text));
	lint_run(doc, facts, &findings);
	document_free(doc);
	return findings;
}

/* The findings of one rule, as "LINE: text\n". */
static void assert_found(struct findings *findings, const char *rule, const char *wanted)
{
	struct str text = STR_INIT;

	for (size_t i = 0; i < findings->list.count; i++)
		if (strcmp(findings->list.items[i].rule->name, rule) == 0)
			str_addf(&text, "%zu: %s\n", findings->list.items[i].line + 1,
				 findings->list.items[i].text.bytes);
	assert_string_equal(text.bytes, wanted);
	str_release(&text);
	findings_release(findings);
}

static void assert_finds(const char *text, const char *rule, const char *wanted)
{
	struct findings findings = lint_with(text, NULL);

	assert_found(&findings, rule, wanted);
}

static void rules_are_sorted_and_complete(void **state)
{
	(void)state;
	for (size_t i = 0; i < lint_rule_table_count; i++) {
		const struct lint_rule *rule = &lint_rule_table[i];

		if (i && strcmp(lint_rule_table[i - 1].name, rule->name) >= 0)
			fail_msg("'%s' stands behind '%s'", rule->name,
				 lint_rule_table[i - 1].name);
		assert_non_null(rule->check);
		assert_true(strlen(rule->summary) > 0);
		assert_int_not_equal(rule->summary[strlen(rule->summary) - 1], '.');
		assert_int_equal(rule->why[strlen(rule->why) - 1], '.');
		assert_ptr_equal(lint_rule_find(span_of(rule->name)), rule);
	}
	assert_null(lint_rule_find(span_of("unused")));
}

static void a_certificate_is_told_when_its_end_is_near(void **state)
{
	struct machine    machine = { .content = PEM_APP, .asked = STR_INIT };
	struct lint_facts facts = { .now = APP_ENDS - 12 * DAY - 5, .horizon = 30 * DAY,
				    .read = read_any, .data = &machine };
	const char       *text = QUIET "frontend f\n bind :443 ssl crt a.pem\n default_backend b\n"
				 "backend b\n";
	struct findings findings = lint_with(text, &facts);

	(void)state;
	assert_found(&findings, "certificate-expires",
		     "8: the certificate 'a.pem' (app.example) expires on 2099-12-31, "
		     "in 12 days\n");
	facts.horizon = 11 * DAY;
	findings = lint_with(text, &facts);
	assert_found(&findings, "certificate-expires", "");
	str_release(&machine.asked);
}

static void a_certificate_has_expired_a_second_after_its_end(void **state)
{
	struct machine    machine = { .content = PEM_APP, .asked = STR_INIT };
	struct lint_facts facts = { .now = APP_ENDS, .read = read_any, .data = &machine };
	const char       *text = "crt-store\n crt-base /certs\n load crt a.pem alias x\n";
	struct findings   findings = lint_with(text, &facts);

	(void)state;
	assert_found(&findings, "certificate-expired", "");
	facts.now++;
	findings = lint_with(text, &facts);
	assert_found(&findings, "certificate-expired",
		     "3: the certificate '/certs/a.pem' (app.example) expired on 2099-12-31\n");
	str_release(&machine.asked);
}

static void names_in_a_store_are_no_files(void **state)
{
	struct machine    machine = { .content = NULL, .asked = STR_INIT };
	struct lint_facts facts = { .now = 1, .read = read_any, .data = &machine };
	struct findings   findings =
		lint_with("global\n crt-base /c\nfrontend f\n"
			  " bind :1 ssl crt @store/x crt \"$X\" crt /abs.pem crt-list l\n"
			  "backend b\n server s 127.0.0.1:1 ssl crt client.pem ca-file ca.pem\n",
			  &facts);

	(void)state;
	findings_release(&findings);
	/* Two rules read them. */
	assert_string_equal(machine.asked.bytes, "/abs.pem /c/l /c/client.pem "
						 "/abs.pem /c/l /c/client.pem ");
	str_release(&machine.asked);
}

static void a_port_in_use_is_told_with_who_has_it(void **state)
{
	struct machine    machine = { .taken = "81", .holder = "nginx (pid 7)" };
	struct lint_facts facts = { .is_taken = is_taken, .data = &machine };
	const char       *text = "frontend f\n bind :80,:81\n bind quic4@:81 ssl crt x\n"
				 " bind unix@/x\n.if defined(X)\n bind :81\n.endif\n"
				 "frontend off\n disabled\n bind :81\n";
	struct findings findings = lint_with(text, &facts);

	(void)state;
	assert_found(&findings, "port-in-use", "2: ':81' is in use by nginx (pid 7)\n");
	machine.holder = "";
	findings = lint_with(text, &facts);
	assert_found(&findings, "port-in-use", "2: ':81' is in use by another program\n");
}

static void a_keyword_that_the_binary_has_is_known(void **state)
{
	struct vocabulary vocabulary = { 0 };
	struct lint_facts facts = { .vocabulary = &vocabulary };
	struct findings   findings;

	(void)state;
	vocabulary_read(&vocabulary, span_of("# List of registered configuration keywords:\n"
					     "global\n\tfrobnicate\n"));
	findings = lint_with("global\n frobnicate 1\n frobnicat 1\n", &facts);
	assert_found(&findings, "unknown-keyword", "3: unknown keyword 'frobnicat'\n");
	vocabulary_release(&vocabulary);
}

static void an_admin_socket_on_the_network_is_an_error(void **state)
{
	struct findings findings = lint_with("global\n stats socket ipv4@*:9999 level admin\n"
					     " stats socket :9998\n"
					     " stats socket [::1]:9997\n"
					     " stats socket :9996 level user\n",
					     NULL);

	(void)state;
	assert_int_equal(findings.list.count, 2);
	assert_int_equal(findings.list.items[0].severity, LINT_ERROR);
	assert_int_equal(findings.list.items[1].severity, LINT_WARNING);
	assert_string_equal(findings.list.items[1].fixes.items[0].command,
			    "set line a.cfg:3 stats socket :9998 level user");
	findings_release(&findings);
}

static void a_backend_that_the_environment_may_name_is_reached(void **state)
{
	(void)state;
	assert_finds(QUIET "frontend f\n bind :1\n default_backend \"$B\"\nbackend b\n",
		     "unused-backend", "");
	assert_finds(QUIET "frontend f\n bind :1\n default_backend x\nbackend b\n",
		     "unused-backend", "10: backend 'b' is never reached\n");
}

static void an_agent_of_spoe_reaches_its_backend(void **state)
{
	struct machine machine = { .content = "[x]\nspoe-agent a\n  use-backend agents\n",
				   .asked = STR_INIT };
	struct lint_facts facts = { .read = read_any, .data = &machine };
	const char       *text = "frontend f\n bind :1\n filter spoe engine x config s.conf\n"
				 "backend agents\nbackend other\n";
	struct findings findings = lint_with(text, &facts);

	(void)state;
	assert_found(&findings, "unused-backend", "5: backend 'other' is never reached\n");
	str_release(&machine.asked);
	assert_finds(text, "unused-backend", "");
}

static void the_order_of_findings_is_that_of_the_lines(void **state)
{
	struct findings findings = lint_with("frontend f\n acl a path /\n bind :1\n bind :1\n"
					     "backend b\n server s 1.1.1.1:1 weight 0\n",
					     NULL);

	(void)state;
	for (size_t i = 1; i < findings.list.count; i++)
		assert_true(findings.list.items[i - 1].line <= findings.list.items[i].line);
	assert_true(findings.list.count > 4);
	findings_release(&findings);
}

static void a_text_that_the_command_language_would_change_is_no_fix(void **state)
{
	struct findings findings =
		lint_with("global\n stats socket /a\\ b mode 666\n stats socket '/a#b' mode 666\n"
			  " stats socket \"/a b\" mode 666\n",
			  NULL);

	(void)state;
	assert_int_equal(findings.list.count, 3);
	assert_int_equal(findings.list.items[0].fixes.count, 0);
	assert_int_equal(findings.list.items[1].fixes.count, 0);
	assert_string_equal(findings.list.items[2].fixes.items[0].command,
			    "set line a.cfg:4 stats socket \"/a b\" mode 660");
	findings_release(&findings);
}

static void defaults_that_inherit_in_a_circle_end(void **state)
{
	(void)state;
	assert_finds("defaults a from b\ndefaults b from a\n mode tcp\n"
		     "frontend f from a\n bind :1\n",
		     "missing-timeout", "4: frontend f has no 'timeout client'\n");
}

static void any_cut_of_any_line_is_survived(void **state)
{
	static const char text[] =
		"global\n stats socket :1 level admin mode 666\ndefaults from x\n mode http\n"
		"frontend f\n bind :80-90,[::]:1 v4v6\n acl a path_beg -i -m beg -- /a \n"
		" use_backend b if !a || { hdr_end(host) -i .x } or a !{ path /y }\n"
		" use_backend c if a { path\n use_backend %[path,map(m,b)] unless\n"
		" http-request deny\n http-request\n.if\nbackend b\n server s\n server s :1 check\n"
		" default-server inter 1s\n option httpchk\n stick-table\nuserlist u\n user x\n";
	char copy[sizeof(text)];

	(void)state;
	for (size_t i = 0; i < sizeof(text); i++) {
		struct document *doc = document_new();
		struct findings  findings = FINDINGS_INIT;

		memcpy(copy, text, sizeof(text));
		copy[i] = i % 3 ? '\n' : '\0';
		document_add_file(doc, "a.cfg", span_make(copy, sizeof(text) - 1));
		lint_run(doc, NULL, &findings);
		document_free(doc);
		findings_release(&findings);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules_are_sorted_and_complete),
		cmocka_unit_test(a_certificate_is_told_when_its_end_is_near),
		cmocka_unit_test(a_certificate_has_expired_a_second_after_its_end),
		cmocka_unit_test(names_in_a_store_are_no_files),
		cmocka_unit_test(a_port_in_use_is_told_with_who_has_it),
		cmocka_unit_test(a_keyword_that_the_binary_has_is_known),
		cmocka_unit_test(an_admin_socket_on_the_network_is_an_error),
		cmocka_unit_test(a_backend_that_the_environment_may_name_is_reached),
		cmocka_unit_test(an_agent_of_spoe_reaches_its_backend),
		cmocka_unit_test(the_order_of_findings_is_that_of_the_lines),
		cmocka_unit_test(a_text_that_the_command_language_would_change_is_no_fix),
		cmocka_unit_test(defaults_that_inherit_in_a_circle_end),
		cmocka_unit_test(any_cut_of_any_line_is_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
