/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is wrong with the configuration, and mending it. */
#include <stdlib.h>
#include <string.h>

#include "penstock/apply/lint_facts.h"
#include "penstock/base/mem.h"
#include "penstock/base/text.h"
#include "penstock/command/console.h"
#include "penstock/command/groups.h"

/* Rounds of mending: a fix may bring a new finding to light. */
enum { ROUNDS_MAX = 10 };

static const struct lint_rule *find_rule(struct span name, struct err *err)
{
	const struct lint_rule *rule = lint_rule_find(name);
	struct nearest          nearest = { .wanted = name };

	if (rule)
		return rule;
	for (size_t i = 0; i < lint_rule_table_count; i++)
		nearest_try(&nearest, span_of(lint_rule_table[i].name));
	err_set(err, ERR_NOT_FOUND, "lint has no rule '%.*s'", (int)name.len, name.at);
	if (nearest.found.len)
		nearest_hint(&nearest, err);
	else
		err_hint(err, "'lint rules' lists them");
	return NULL;
}

/* Lints the candidate with what this machine knows. */
static void look(struct console *console, struct findings *findings)
{
	const struct candidate *candidate = console->candidate;
	struct outside          outside;
	bool                    attached = console_process(console, NULL) != NULL;

	service_look(&console->service);
	outside_init(&outside, &console->service, candidate,
		     attached && !console->service.local.pid, console_vocabulary(console),
		     console->options.numbers[OPT_CERTIFICATE_WARNING] / 1000);
	lint_run(candidate->now, &outside.facts, findings);
	outside_release(&outside);
}

/* Whether the finding is in what the call asks for. */
static bool is_asked(const struct call *call, const struct document *doc,
		     const struct finding *finding)
{
	const struct section *section = document_section_at(doc, finding->line);
	struct span           kind = call_text(call, "section"), name = call_text(call, "name");

	if (!kind.len)
		return true;
	return section && span_is(kind, section_keyword(section->kind)) &&
	       (!name.len || span_equal(section->name, name));
}

static const struct output_column finding_columns[] = {
	{ "file", "FILE", false },       { "line", "LINE", true },
	{ "severity", "SEVERITY", false }, { "rule", "RULE", false },
	{ "text", "FINDING", false },    { "fix", "FIX", false },
};

static void add_row(struct output_table *table, const struct document *doc,
		    const struct finding *finding)
{
	struct place at = document_place(doc, finding->line);
	struct str   number = STR_INIT, fix = STR_INIT;

	str_addf(&number, "%u", at.line);
	finding_add_fixes(finding, &fix);
	output_table_row(table, (struct output_cell[]){
					output_text(span_of(at.file)),
					output_number(str_span(&number)),
					output_text(span_of(
						lint_severity_names[finding->severity])),
					output_text(span_of(finding->rule->name)),
					output_text(str_span(&finding->text)),
					output_text(str_span(&fix)) });
	str_release(&fix);
	str_release(&number);
}

static void say_finding(struct output *out, const struct document *doc,
			const struct finding *finding)
{
	struct place at = document_place(doc, finding->line);
	struct str   fix = STR_INIT;

	output_say(out, "%s:%u: %s: %s [%s]", at.file, at.line,
		   lint_severity_names[finding->severity], finding->text.bytes,
		   finding->rule->name);
	finding_add_fixes(finding, &fix);
	if (fix.len)
		output_say(out, "    %s", fix.bytes);
	str_release(&fix);
}

static void say_counts(struct output *out, const size_t counts[LINT_ERROR + 1])
{
	size_t total = counts[LINT_INFO] + counts[LINT_WARNING] + counts[LINT_ERROR];

	if (!total)
		output_say(out, "nothing found");
	else
		output_say(out, "%zu finding%s: %zu error%s, %zu warning%s, %zu info", total,
			   total == 1 ? "" : "s", counts[LINT_ERROR],
			   counts[LINT_ERROR] == 1 ? "" : "s", counts[LINT_WARNING],
			   counts[LINT_WARNING] == 1 ? "" : "s", counts[LINT_INFO]);
}

static int check_asked(struct call *call, struct err *err)
{
	const struct document    *doc = call->console->candidate->now;
	struct span               kind = call_text(call, "section"), name = call_text(call, "name");
	const struct section_def *def = kind.len ? section_def_find(kind) : NULL;

	if (!def || document_section(doc, def->kind, name))
		return 0;
	return err_set(err, ERR_NOT_FOUND, "no section '%s%s%.*s'", def->keyword,
		       name.len ? " " : "", (int)name.len, name.at);
}

static int lint_lint(struct call *call, struct err *err)
{
	const struct document *doc = call->console->candidate->now;
	struct findings        findings = FINDINGS_INIT;
	struct output_table    table;
	bool                   text = call->out->format == OUTPUT_TEXT;
	size_t                 counts[LINT_ERROR + 1] = { 0 };

	if (check_asked(call, err) < 0)
		return -1;
	look(call->console, &findings);
	if (!text)
		output_table_begin(&table, call->out, finding_columns, N(finding_columns));
	for (size_t i = 0; i < findings.list.count; i++) {
		const struct finding *finding = &findings.list.items[i];

		if (!is_asked(call, doc, finding))
			continue;
		counts[finding->severity]++;
		if (text)
			say_finding(call->out, doc, finding);
		else
			add_row(&table, doc, finding);
	}
	if (text)
		say_counts(call->out, counts);
	else
		output_table_end(&table);
	findings_release(&findings);
	if (call_given(call, "strict") && counts[LINT_WARNING] + counts[LINT_ERROR])
		return err_set(err, ERR_FAILED, "lint found what 'strict' does not let pass");
	return 0;
}

static int lint_rules(struct call *call, struct err *err)
{
	static const struct output_column columns[] = {
		{ "rule", "RULE", false }, { "severity", "SEVERITY", false },
		{ "summary", "FINDS", false },
	};
	struct span             name = call_text(call, "rule");
	const struct lint_rule *only = name.len ? find_rule(name, err) : NULL;
	struct output_table     table;

	if (name.len && !only)
		return -1;
	if (only && call->out->format == OUTPUT_TEXT) {
		output_say(call->out, "%s (%s): %s", only->name,
			   lint_severity_names[only->severity], only->summary);
		output_say(call->out, "%s", only->why);
		return 0;
	}
	output_table_begin(&table, call->out, columns, N(columns));
	for (size_t i = 0; i < lint_rule_table_count; i++) {
		const struct lint_rule *rule = &lint_rule_table[i];

		if (!only || rule == only)
			output_table_row(&table, (struct output_cell[]){
				output_text(span_of(rule->name)),
				output_text(span_of(lint_severity_names[rule->severity])),
				output_text(span_of(rule->summary)) });
	}
	output_table_end(&table);
	return 0;
}

/* From the last line to the first, so that none moves another's. */
static int by_line_backwards(const void *a, const void *b)
{
	const struct lint_fix *left = *(const struct lint_fix *const *)a;
	const struct lint_fix *right = *(const struct lint_fix *const *)b;

	if (left->line != right->line)
		return left->line > right->line ? -1 : 1;
	return strcmp(left->command, right->command);
}

struct round {
	VEC(const struct lint_fix *) fixes;
};

static void collect_fixes(const struct findings *findings, const struct lint_rule *only,
			  enum lint_fix_kind kind, struct round *round)
{
	for (size_t i = 0; i < findings->list.count; i++) {
		const struct finding *finding = &findings->list.items[i];

		for (size_t f = 0; f < finding->fixes.count; f++)
			if (finding->fixes.items[f].kind == kind &&
			    (!only || finding->rule == only))
				*vec_push(&round->fixes) = &finding->fixes.items[f];
	}
	if (round->fixes.count)
		qsort(round->fixes.items, round->fixes.count, sizeof(round->fixes.items[0]),
		      by_line_backwards);
}

/* Of two fixes for one line, and of two that are the same, one is run; the next
 * round sees to the rest. */
static bool is_done(const struct lint_fix *fix, const struct lint_fix *before)
{
	return before && before->line == fix->line &&
	       (fix->kind != LINT_FIX_SET || strcmp(before->command, fix->command) == 0);
}

static int run_fixes(struct call *call, const struct round *round, struct err *err)
{
	const struct lint_fix *before = NULL;
	int                    ran = 0;

	for (size_t i = 0; i < round->fixes.count; i++) {
		const struct lint_fix *fix = round->fixes.items[i];

		if (is_done(fix, before))
			continue;
		before = fix;
		output_say(call->out, "%s", fix->command);
		if (command_run_text(call->console, span_of(fix->command),
				     (struct place){ NULL, 0, 0 }, call->out, err) < 0)
			return -1;
		ran++;
	}
	return ran;
}

/* Looks, and runs the fixes of the first kind that has some.  Gives how many. */
static int run_round(struct call *call, const struct lint_rule *only, struct err *err)
{
	struct findings findings = FINDINGS_INIT;
	struct round    round = { VEC_INIT };
	int             ran;

	look(call->console, &findings);
	for (int kind = 0; kind < LINT_FIX_KINDS && !round.fixes.count; kind++)
		collect_fixes(&findings, only, (enum lint_fix_kind)kind, &round);
	ran = run_fixes(call, &round, err);
	vec_release(&round.fixes);
	findings_release(&findings);
	return ran;
}

static int lint_fix(struct call *call, struct err *err)
{
	struct span             name = call_text(call, "rule");
	const struct lint_rule *only = name.len ? find_rule(name, err) : NULL;
	int                     ran = 1, total = 0;

	if (name.len && !only)
		return -1;
	for (int i = 0; i < ROUNDS_MAX && ran > 0; i++) {
		ran = run_round(call, only, err);
		total += ran;
	}
	if (ran >= 0 && !total)
		output_say(call->out, "there is nothing that an edit would mend");
	return ran < 0 ? -1 : 0;
}

static const struct cmd_def lint_commands[] = {
	{
		.name = "lint", .summary = "find mistakes that haproxy -c accepts",
		.detail = "Below a finding stands the edit that mends it, where there is one.  "
			  "What is found is no failure, except with 'strict'.  The comment "
			  "'#@ lint ignore RULE' silences a rule: behind a line or above it, or "
			  "below a section's header for the whole section.",
		.args = { { "section", ARG_SECTION_KIND, ARG_MAYBE, "only this kind", NULL },
			  { "name", ARG_SECTION_NAME, ARG_MAYBE, "only this one", NULL },
			  { "strict", ARG_WORD, ARG_FLAG, "errors and warnings are a failure",
			    NULL } },
		.effect = CMD_CONFIG, .example = "lint backend live", .run = lint_lint,
	},
	{
		.name = "lint rules", .summary = "list what lint finds, or explain one rule",
		.args = { { "rule", ARG_WORD, ARG_MAYBE, "only this one, with its reason",
			    NULL } },
		.effect = 0, .example = "lint rules unused-acl", .run = lint_rules,
	},
	{
		.name = "lint fix", .summary = "run the edits that mend what lint finds, as one",
		.detail = "Look at 'diff' before you apply.",
		.args = { { "rule", ARG_WORD, ARG_MAYBE, "only findings of this rule", NULL } },
		.effect = CMD_EDITS, .example = "lint fix unused-acl", .run = lint_fix,
	},
};

const struct cmd_group lint_group = { "lint", "Look for mistakes", lint_commands,
				      N(lint_commands) };
