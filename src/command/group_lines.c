/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Commands on the lines of sections: servers, rules, and those of any keyword. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "penstock/base/mem.h"
#include "penstock/base/text.h"
#include "penstock/command/console.h"
#include "penstock/command/edit_entry.h"
#include "penstock/command/edit_server.h"
#include "penstock/command/edit_user.h"
#include "penstock/command/groups.h"
#include "penstock/command/selector.h"
#include "penstock/config/proxy.h"

static struct candidate *candidate_of(struct call *call)
{
	return call->console->candidate;
}

/* RULE words: [path|url|header NAME] OPERATION VALUE BACKEND; the type may be
 * left out, it shows from the operation. */
static int read_rule(struct call *call, char *texts[5], struct rule *rule, struct err *err)
{
	size_t      count = call_count(call, "rule"), i = 0;
	struct span type = call_text(call, "rule");
	bool        header = span_is(type, "header");
	bool        typed = header || span_is(type, "path") || span_is(type, "url");

	/* `path` is a type and an operation: three words more make it a type. */
	typed = typed && (header || count > 3);
	if (count != 3u + (typed ? 1 : 0) + (header ? 1 : 0))
		return err_set(err, ERR_USAGE, "a rule is OPERATION VALUE BACKEND, as 'path_beg "
			       "/api/ api', or 'header NAME OPERATION VALUE BACKEND'");
	texts[0] = typed ? span_dup(call_item(call, "rule", i++))
			 : xstrdup(span_starts(type, "url") ? "url" : "path");
	texts[1] = header ? span_dup(call_item(call, "rule", i++)) : NULL;
	texts[2] = span_dup(call_item(call, "rule", i++));
	texts[3] = span_dup(call_item(call, "rule", i++));
	texts[4] = span_dup(call_item(call, "rule", i++));
	*rule = (struct rule){
		.type = texts[0], .header = texts[1], .operation = texts[2],
		.value = texts[3], .backend = texts[4],
	};
	return 0;
}

typedef int (*rule_fn)(struct call *call, struct span frontend, const struct rule *rule,
		       struct err *err);

/* Does it in the frontend of that name, or in each that the pattern means. */
static int for_each_frontend(struct call *call, rule_fn act, const struct rule *rule,
			     struct err *err)
{
	const struct document *doc = candidate_of(call)->now;
	struct span            name = call_text(call, "frontend");
	struct chosen          chosen = CHOSEN_INIT;
	int                    status;

	if (!text_is_glob(name))
		return act(call, name, rule, err);
	status = selector_sections(doc, SECTION_FRONTS, name, &chosen, err);
	for (size_t i = 0; status == 0 && i < chosen.list.count; i++)
		status = act(call, doc->sections.items[chosen.list.items[i]].name, rule, err);
	if (status == 0)
		output_say(call->out, "%zu section%s changed", chosen.list.count,
			   chosen.list.count == 1 ? "" : "s");
	vec_release(&chosen.list);
	return status;
}

static int add_one_rule(struct call *call, struct span frontend, const struct rule *rule,
			struct err *err)
{
	return rule_add(candidate_of(call), frontend, rule, (size_t)call_number(call, "at", 0),
			err);
}

static int edit_add_rule(struct call *call, struct err *err)
{
	char       *texts[5] = { NULL };
	struct rule rule;
	int         status = read_rule(call, texts, &rule, err);

	if (status == 0)
		status = for_each_frontend(call, add_one_rule, &rule, err);
	for (size_t i = 0; i < N(texts); i++)
		free(texts[i]);
	return status;
}

static int delete_one_rule(struct call *call, struct span frontend, const struct rule *rule,
			   struct err *err)
{
	(void)rule;
	return rule_delete(candidate_of(call), frontend, (size_t)call_number(call, "number", 0),
			   err);
}

static int edit_delete_rule(struct call *call, struct err *err)
{
	return for_each_frontend(call, delete_one_rule, NULL, err);
}

static int move_one_rule(struct call *call, struct span frontend, const struct rule *rule,
			 struct err *err)
{
	(void)rule;
	return rule_move(candidate_of(call), frontend, (size_t)call_number(call, "from", 0),
			 (size_t)call_number(call, "to", 0), err);
}

static int edit_move_rule(struct call *call, struct err *err)
{
	return for_each_frontend(call, move_one_rule, NULL, err);
}

static int check_one_line(struct span text, struct err *err)
{
	if (memchr(text.at, '\n', text.len) || memchr(text.at, '\r', text.len))
		return err_set(err, ERR_USAGE, "a line is one line of text");
	return 0;
}

/* A line of any text in the sections that the first words name. */
static int edit_add_line(struct call *call, struct err *err)
{
	struct candidate *candidate = candidate_of(call);
	struct chosen     chosen = CHOSEN_INIT;
	struct span       text;
	int               status = selector_chosen(call, "section", (unsigned)SECTION_ANY, &chosen,
						   err);

	text = call_config_text(call, "section", chosen.taken);
	if (status == 0 && !text.len)
		status = err_set(err, ERR_USAGE, "the line's text is missing");
	if (status == 0)
		status = check_one_line(text, err);
	for (size_t i = chosen.list.count; status == 0 && i-- > 0;) {
		size_t index = chosen.list.items[i];

		edit_add_to_section(candidate, &candidate->now->sections.items[index], text);
	}
	if (status == 0 && chosen.list.count > 1)
		output_say(call->out, "%zu sections", chosen.list.count);
	vec_release(&chosen.list);
	return status;
}

/* FILE:LINE, the file by its path or an unambiguous end of it. */
static int find_place(struct call *call, size_t *line, struct err *err)
{
	struct span place = call_text(call, "place"), file = place;
	int64_t     number = call_number(call, "place", 0);

	while (file.len && file.at[file.len - 1] != ':')
		file.len--;
	file.len--;
	if (number < 1 || number > UINT_MAX ||
	    !document_find_line(candidate_of(call)->now, file, (unsigned)number, line))
		return err_set(err, ERR_NOT_FOUND, "there is no line '%.*s'; 'show config' has "
			       "them all", (int)place.len, place.at);
	return 0;
}

static int edit_delete_line(struct call *call, struct err *err)
{
	size_t line;

	if (find_place(call, &line, err) < 0)
		return -1;
	edit_delete_lines(candidate_of(call), line, 1);
	return 0;
}

static int edit_set_line(struct call *call, struct err *err)
{
	const struct document *doc = candidate_of(call)->now;
	struct str             text = STR_INIT;
	struct span            old, word;
	size_t                 line;

	if (find_place(call, &line, err) < 0 ||
	    check_one_line(call_config_text(call, "text", 0), err) < 0)
		return -1;
	old = line_span(&doc->lines.items[line]);
	word = line_first_word(old);
	str_add(&text, old.at, (size_t)(word.at - old.at));
	str_add_span(&text, call_config_text(call, "text", 0));
	edit_replace_line(candidate_of(call), line, str_span(&text));
	str_release(&text);
	return 0;
}

#define SERVERS_ARG { "server", ARG_SERVER_GLOB, ARG_ONE, NULL, NULL }
#define VALUE_ARG   { "value", ARG_WORD, ARG_REST_MAYBE, "its words", NULL }
#define WHERE_ARG   { "where", ARG_EXPRESSION, ARG_OPTION, \
		      "only those for which it holds in the process", NULL }

static const struct cmd_def lines_commands[] = {
	{
		.name = "add server", .summary = "add a server to a backend",
		.detail = "The line is written like its neighbours.",
		.args = { { "server", ARG_NEW_SERVER, ARG_ONE, NULL, NULL },
			  { "address", ARG_ADDRESS, ARG_ONE, NULL, NULL },
			  { "keyword", ARG_SERVER_KEYWORD, ARG_REST_MAYBE,
			    "keywords as on a server line", NULL } },
		.effect = CMD_EDITS,
		.example = "add server live/app9 127.0.0.1:8009 check weight 10",
		.run = edit_add_server,
	},
	{
		.name = "delete server", .summary = "delete servers from their backend",
		.detail = "Refused, naming the lines, while something refers to one, unless by "
			  "force.",
		.args = { SERVERS_ARG, WHERE_ARG,
			  { "force", ARG_WORD, ARG_FLAG, "though something refers to it", NULL } },
		.effect = CMD_EDITS, .example = "delete server live/app1",
		.run = edit_delete_server,
	},
	{
		.name = "rename server", .summary = "rename a server and whatever refers to it",
		.args = { { "server", ARG_SERVER, ARG_ONE, NULL, NULL },
			  { "new", ARG_WORD, ARG_ONE, "its new name", NULL } },
		.effect = CMD_EDITS, .example = "rename server live/app1 web1",
		.run = edit_rename_server,
	},
	{
		.name = "set server", .summary = "set the address or a keyword of servers",
		.args = { SERVERS_ARG,
			  { "keyword", ARG_SERVER_KEYWORD, ARG_ONE,
			    "address, or a keyword of server lines", NULL },
			  { "value", ARG_SERVER_VALUE, ARG_ANY, NULL, NULL }, WHERE_ARG },
		.effect = CMD_EDITS, .example = "set server live/app1 weight 50",
		.run = edit_set_server,
	},
	{
		.name = "unset server", .summary = "remove a keyword of servers",
		.args = { SERVERS_ARG, { "keyword", ARG_SERVER_KEYWORD, ARG_ONE, NULL, NULL },
			  WHERE_ARG },
		.effect = CMD_EDITS, .example = "unset server live/app1 weight",
		.run = edit_unset_server,
	},
	{
		.name = "add rule", .summary = "add a rule that sends requests to a backend",
		.detail = "RULE is OPERATION VALUE, with 'path', 'url' or 'header NAME' before it "
			  "where that is not plain; then the backend.",
		.args = { { "frontend", ARG_FRONTEND, ARG_ONE, NULL, NULL },
			  { "rule", ARG_RULE_KIND, ARG_SOME, "as: path_beg /api/ BACKEND", NULL },
			  { "at", ARG_NUMBER, ARG_OPTION, "its number; last if not given", NULL } },
		.effect = CMD_EDITS, .example = "add rule web path_beg /new/ staged at 1",
		.run = edit_add_rule,
	},
	{
		.name = "delete rule", .summary = "delete a rule of a frontend",
		.args = { { "frontend", ARG_FRONTEND, ARG_ONE, NULL, NULL },
			  { "number", ARG_NUMBER, ARG_ONE, "its number, from 1", NULL } },
		.effect = CMD_EDITS, .example = "delete rule web 1", .run = edit_delete_rule,
	},
	{
		.name = "move rule", .summary = "give a rule another place in the order",
		.args = { { "frontend", ARG_FRONTEND, ARG_ONE, NULL, NULL },
			  { "from", ARG_NUMBER, ARG_ONE, "its number, from 1", NULL },
			  { "to", ARG_NUMBER, ARG_ONE, "its number afterwards", NULL } },
		.effect = CMD_EDITS, .example = "move rule web 1 2", .run = edit_move_rule,
	},
	{
		.name = "set default-server",
		.summary = "set a keyword that the servers of a section start from",
		.args = { { "section", ARG_BACKEND, ARG_ONE, "may be a pattern", NULL },
			  { "keyword", ARG_SERVER_KEYWORD, ARG_ONE, NULL, NULL },
			  VALUE_ARG },
		.effect = CMD_EDITS, .example = "set default-server live inter 3s",
		.run = edit_set_default_server,
	},
	{
		.name = "unset default-server",
		.summary = "remove a keyword from a section's default-server",
		.args = { { "section", ARG_BACKEND, ARG_ONE, "may be a pattern", NULL },
			  { "keyword", ARG_SERVER_KEYWORD, ARG_ONE, NULL, NULL } },
		.effect = CMD_EDITS, .example = "unset default-server live inter",
		.run = edit_unset_default_server,
	},
	{
		.name = "set server-template", .summary = "set a keyword of a server-template",
		.args = { { "section", ARG_BACKEND, ARG_ONE, "may be a pattern", NULL },
			  { "which", ARG_WORD, ARG_ONE, "its prefix, or its number", NULL },
			  { "keyword", ARG_SERVER_KEYWORD, ARG_ONE, NULL, NULL },
			  VALUE_ARG },
		.effect = CMD_EDITS, .example = "set server-template live slot weight 10",
		.run = edit_set_template,
	},
	{
		.name = "unset server-template",
		.summary = "remove a keyword of a server-template",
		.args = { { "section", ARG_BACKEND, ARG_ONE, "may be a pattern", NULL },
			  { "which", ARG_WORD, ARG_ONE, "its prefix, or its number", NULL },
			  { "keyword", ARG_SERVER_KEYWORD, ARG_ONE, NULL, NULL } },
		.effect = CMD_EDITS, .example = "unset server-template live slot weight",
		.run = edit_unset_template,
	},
	{
		.name = "set bind", .summary = "set the address or a keyword of a bind line",
		.args = { { "section", ARG_FRONTEND, ARG_ONE, "may be a pattern", NULL },
			  { "which", ARG_WORD, ARG_ONE, "its address, or its number", NULL },
			  { "keyword", ARG_WORD, ARG_ONE, "address, or a keyword of bind lines",
			    NULL },
			  VALUE_ARG },
		.effect = CMD_EDITS, .example = "set bind web 1 backlog 1024",
		.run = edit_set_bind,
	},
	{
		.name = "unset bind", .summary = "remove a keyword of a bind line",
		.args = { { "section", ARG_FRONTEND, ARG_ONE, "may be a pattern", NULL },
			  { "which", ARG_WORD, ARG_ONE, "its address, or its number", NULL },
			  { "keyword", ARG_WORD, ARG_ONE, "a keyword of bind lines", NULL } },
		.effect = CMD_EDITS, .example = "unset bind web 1 backlog",
		.run = edit_unset_bind,
	},
	{
		.name = "rename acl", .summary = "rename an acl and whatever uses it",
		.args = { { "section", ARG_WORD, ARG_SOME, "the section, its name, the new name",
			    NULL } },
		.effect = CMD_EDITS, .example = "rename acl web is_staged to_staged",
		.run = edit_rename_acl,
	},
	{
		.name = "add user", .summary = "add a user to a userlist, with a hashed password",
		.detail = "The password is hashed with SHA-512 and a salt of its own; it is never "
			  "written or kept.  It is asked for when not given; - takes a line of "
			  "standard input, fd:N of a descriptor, env:NAME a variable.",
		.args = { { "list", ARG_USERLIST, ARG_ONE, NULL, NULL },
			  { "name", ARG_WORD, ARG_ONE, "the user's name", NULL },
			  { "password", ARG_SECRET, ARG_MAYBE, NULL, NULL },
			  { "groups", ARG_WORD, ARG_OPTION, "of the list, with commas between",
			    NULL } },
		.effect = CMD_EDITS, .example = "add user operators alice env:HOME",
		.run = edit_add_user,
	},
	{
		.name = "set user", .summary = "set the password or the groups of a user",
		.detail = "With 'hash' a plain password (insecure-password) gives way to its "
			  "hash; there LIST/NAME may be a pattern.",
		.args = { { "list", ARG_USER, ARG_ONE, NULL, NULL },
			  { "what", ARG_CHOICE, ARG_MAYBE, NULL, "password|hash" },
			  { "password", ARG_SECRET, ARG_MAYBE, NULL, NULL },
			  { "groups", ARG_WORD, ARG_OPTION, "of the list, with commas between",
			    NULL } },
		.effect = CMD_EDITS, .example = "set user operators/alice hash",
		.run = edit_set_user,
	},
	{
		.name = "delete user", .summary = "delete a user, also from the list's groups",
		.args = { { "list", ARG_USER, ARG_ONE, NULL, NULL },
			  { "name", ARG_WORD, ARG_MAYBE, "the user, behind a lone LIST", NULL } },
		.effect = CMD_EDITS, .example = "delete user operators/alice",
		.run = edit_delete_user,
	},
	{
		.name = "add group", .summary = "add a group to a userlist",
		.args = { { "list", ARG_USERLIST, ARG_ONE, NULL, NULL },
			  { "name", ARG_WORD, ARG_ONE, "the group's name", NULL },
			  { "users", ARG_WORD, ARG_OPTION, "of the list, with commas between",
			    NULL } },
		.effect = CMD_EDITS, .example = "add group operators admins",
		.run = edit_add_group,
	},
	{
		.name = "delete group", .summary = "delete a group, also from the list's users",
		.args = { { "list", ARG_USER, ARG_ONE, NULL, NULL },
			  { "name", ARG_WORD, ARG_MAYBE, "the group, behind a lone LIST", NULL } },
		.effect = CMD_EDITS, .example = "delete group operators/admins",
		.run = edit_delete_group,
	},
	{
		.name = "add", .summary = "add a line of any keyword to a section",
		.detail = "The section is its kind and name, or its name alone; patterns mean "
			  "several.  The text is the configuration's own, as typed; it is aligned "
			  "like its neighbours.  'at N' gives it a place among the lines of its "
			  "keyword, which 'show lines' numbers; else it goes behind the last one.",
		.args = { { "keyword", ARG_KEYWORD, ARG_ONE, NULL, NULL },
			  { "text", ARG_TEXT, ARG_SOME, "the section, then the line's text", NULL },
			  { "at", ARG_NUMBER, ARG_OPTION, "its number; last if not given", NULL } },
		.effect = CMD_EDITS,
		.example = "add http-request web deny if { path_beg /private/ } at 1",
		.run = edit_add_entry,
	},
	{
		.name = "set", .summary = "give a line of any keyword another text",
		.detail = "The line is named by its number among those of its keyword, or by its "
			  "first word: an acl's name, an address; one that stands once in a "
			  "section needs neither.  With a kind of section in place of the "
			  "keyword it sets a field: 'set resolvers dns hold valid 10s'.",
		.args = { { "keyword", ARG_OBJECT, ARG_ONE, NULL, NULL },
			  { "text", ARG_TEXT, ARG_REST, "the section, which line, its text",
			    NULL } },
		.effect = CMD_EDITS, .example = "set acl web is_staged is_staged path_beg /new/",
		.run = edit_set_entry,
	},
	{
		.name = "unset", .summary = "remove a field of any section",
		.args = { { "keyword", ARG_SECTION_KIND, ARG_ONE, NULL, NULL },
			  { "text", ARG_TEXT, ARG_REST, "its name, and the field", NULL } },
		.effect = CMD_EDITS, .example = "unset resolvers dns hold valid",
		.run = edit_unset_field,
	},
	{
		.name = "move", .summary = "give a line another place among those of its keyword",
		.args = { { "keyword", ARG_KEYWORD, ARG_ONE, NULL, NULL },
			  { "from", ARG_TEXT, ARG_REST, "the section, its number, the new number",
			    NULL } },
		.effect = CMD_EDITS, .example = "move acl web 1 2", .run = edit_move_entry,
	},
	{
		.name = "add line", .summary = "add a line of any text to a section",
		.args = { { "section", ARG_TEXT, ARG_REST, "the section, then the line", NULL } },
		.effect = CMD_EDITS,
		.example = "add line backend live http-request set-header X-Via penstock",
		.run = edit_add_line,
	},
	{
		.name = "set line", .summary = "replace the text of a line",
		.args = { { "place", ARG_PLACE, ARG_ONE, NULL, NULL },
			  { "text", ARG_TEXT, ARG_REST, "without its indent", NULL } },
		.effect = CMD_EDITS, .example = "set line haproxy.cfg:12 timeout client 40s",
		.run = edit_set_line,
	},
	{
		.name = "delete line", .summary = "delete a line",
		.args = { { "place", ARG_PLACE, ARG_ONE, NULL, NULL } },
		.effect = CMD_EDITS, .example = "delete line haproxy.cfg:12",
		.run = edit_delete_line,
	},
};

const struct cmd_group lines_group = { "lines", "Edit servers, rules and other lines",
				       lines_commands, N(lines_commands) };
