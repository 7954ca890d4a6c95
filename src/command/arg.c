/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/command/arg.h"

#include <string.h>

#include "penstock/base/text.h"
#include "penstock/command/complete_text.h"
#include "penstock/command/console.h"
#include "penstock/command/selector.h"
#include "penstock/command/table.h"
#include "penstock/config/proxy.h"

bool arg_is_named(const struct arg_def *arg)
{
	return arg->form == ARG_OPTION || arg->form == ARG_FLAG;
}

/* Checks: form only; whether an object exists is its command's business. */

static int check_number(struct span word, const struct arg_def *arg, int64_t *number,
			struct err *err)
{
	long value;

	if (!span_to_long(word, &value) || value < 0)
		return err_set(err, ERR_USAGE, "'%s' wants a whole number, not '%.*s'", arg->name,
			       (int)word.len, word.at);
	*number = value;
	return 0;
}

static int check_duration(struct span word, const struct arg_def *arg, int64_t *number,
			  struct err *err)
{
	(void)arg;
	if (text_parse_duration(word, 1000, number, err) < 0) {
		if (err)
			err->code = ERR_USAGE;
		return -1;
	}
	return 0;
}

static int check_choice(struct span word, const struct arg_def *arg, int64_t *number,
			struct err *err)
{
	struct span rest = span_of(arg->choices), choice;

	for (*number = 0; span_split(&rest, '|', &choice); ++*number)
		if (span_equal(choice, word))
			return 0;
	return err_set(err, ERR_USAGE, "'%.*s' is none of %s", (int)word.len, word.at,
		       arg->choices);
}

static int check_server(struct span word, const struct arg_def *arg, int64_t *number,
			struct err *err)
{
	const char *slash = memchr(word.at, '/', word.len);

	(void)arg;
	(void)number;
	if (!slash || slash == word.at || slash == word.at + word.len - 1)
		return err_set(err, ERR_USAGE, "'%.*s' is no server; try BACKEND/SERVER",
			       (int)word.len, word.at);
	return 0;
}

static int check_section_kind(struct span word, const struct arg_def *arg, int64_t *number,
			      struct err *err)
{
	const struct section_def *def = section_def_find(word);

	(void)arg;
	if (!def)
		return err_set(err, ERR_USAGE, "'%.*s' is no section; try frontend, backend, "
			       "listen, defaults, global, …", (int)word.len, word.at);
	*number = def->kind;
	return 0;
}

static int check_address(struct span word, const struct arg_def *arg, int64_t *number,
			 struct err *err)
{
	(void)arg;
	(void)number;
	return server_check_address(word, err);
}

static int check_weight(struct span word, const struct arg_def *arg, int64_t *number,
			struct err *err)
{
	bool        percent = word.len && word.at[word.len - 1] == '%';
	struct span digits = span_make(word.at, word.len - percent);
	long        value;

	(void)arg;
	if (!span_to_long(digits, &value) || value < 0 || value > (percent ? 25600 : 256))
		return err_set(err, ERR_USAGE, "'%.*s' is no weight; try 0 to 256, or a "
			       "percentage of the initial weight", (int)word.len, word.at);
	*number = value;
	return 0;
}

static int check_place(struct span word, const struct arg_def *arg, int64_t *number,
		       struct err *err)
{
	size_t colon = word.len;
	long   line;

	(void)arg;
	while (colon && word.at[colon - 1] != ':')
		colon--;
	if (colon < 2 || !span_to_long(span_make(word.at + colon, word.len - colon), &line))
		return err_set(err, ERR_USAGE, "'%.*s' is no place; try FILE:LINE",
			       (int)word.len, word.at);
	*number = line;
	return 0;
}

/* Completions. */

static const struct document *model(struct console *console)
{
	return console->candidate ? console->candidate->now : NULL;
}

static void offer_sections(struct console *console, unsigned kinds, struct completions *out)
{
	const struct document *doc = model(console);
	struct str             meaning = STR_INIT;

	for (size_t i = 0; doc && i < doc->sections.count; i++) {
		const struct section *section = &doc->sections.items[i];
		struct place          at;

		if (!((unsigned)section->kind & kinds) || !section->name.len)
			continue;
		at = document_place(doc, section->first);
		str_reset(&meaning);
		str_addf(&meaning, "%s, line %u", section_keyword(section->kind), at.line);
		complete_offer(out, section->name, meaning.bytes);
	}
	str_release(&meaning);
}

static void offer_rows(struct console *console, enum row_type type, struct completions *out)
{
	struct str name = STR_INIT, status = STR_INIT;

	for (size_t p = 0; p < console->processes.count; p++) {
		const struct sample *now = &console->processes.items[p]->now;
		int                  column = sample_column(now, span_of("status"));

		for (size_t i = 0; i < now->rows.count; i++) {
			if (now->rows.items[i].type != type)
				continue;
			str_reset(&name);
			str_reset(&status);
			str_add_span(&name, sample_proxy(now, i));
			if (type == ROW_SERVER) {
				str_add_char(&name, '/');
				str_add_span(&name, sample_server(now, i));
			}
			sample_text(now, i, column, &status);
			complete_offer(out, str_span(&name), status.bytes);
		}
	}
	str_release(&name);
	str_release(&status);
}

static void offer_model_servers(struct console *console, struct completions *out)
{
	const struct document *doc = model(console);
	struct server          server = SERVER_INIT;
	struct str             name = STR_INIT, meaning = STR_INIT;

	for (size_t s = 0; doc && s < doc->sections.count; s++) {
		const struct section *section = &doc->sections.items[s];
		size_t                line = section->first;

		if (!(section->kind & SECTION_BACKS))
			continue;
		while ((line = section_find(doc, section, line, "server", NULL)) != SIZE_MAX) {
			if (!server_read(&server, line_span(&doc->lines.items[line++])))
				continue;
			str_reset(&name);
			str_reset(&meaning);
			str_addf(&name, "%.*s/%.*s", (int)section->name.len, section->name.at,
				 (int)server.name.len, server.name.at);
			str_add_span(&meaning, server.address);
			complete_offer(out, str_span(&name), meaning.bytes);
		}
	}
	server_release(&server);
	str_release(&name);
	str_release(&meaning);
}

static void complete_server(struct console *console, const struct call *call,
			    const struct arg_def *arg, struct completions *out)
{
	(void)call;
	(void)arg;
	offer_model_servers(console, out);
	offer_rows(console, ROW_SERVER, out);
}

static void complete_new_server(struct console *console, const struct call *call,
				const struct arg_def *arg, struct completions *out)
{
	const struct document *doc = model(console);
	struct str             name = STR_INIT;

	(void)call;
	(void)arg;
	for (size_t i = 0; doc && i < doc->sections.count; i++) {
		const struct section *section = &doc->sections.items[i];

		if (!(section->kind & SECTION_BACKS))
			continue;
		str_reset(&name);
		str_add_span(&name, section->name);
		str_add_char(&name, '/');
		complete_offer(out, str_span(&name), "then the server's name");
	}
	str_release(&name);
}

static void complete_frontend(struct console *console, const struct call *call,
			      const struct arg_def *arg, struct completions *out)
{
	(void)call;
	(void)arg;
	offer_sections(console, SECTION_FRONTS, out);
	offer_rows(console, ROW_FRONTEND, out);
}

static void complete_backend(struct console *console, const struct call *call,
			     const struct arg_def *arg, struct completions *out)
{
	(void)call;
	(void)arg;
	offer_sections(console, SECTION_BACKS, out);
	offer_rows(console, ROW_BACKEND, out);
}

static void complete_defaults(struct console *console, const struct call *call,
			      const struct arg_def *arg, struct completions *out)
{
	(void)call;
	(void)arg;
	offer_sections(console, SECTION_DEFAULTS, out);
}

static void complete_userlist(struct console *console, const struct call *call,
			      const struct arg_def *arg, struct completions *out)
{
	(void)call;
	(void)arg;
	offer_sections(console, SECTION_USERLIST, out);
}

static void complete_attached(struct console *console, const struct call *call,
			      const struct arg_def *arg, struct completions *out)
{
	const struct document *doc = console->candidate ? console->candidate->now : NULL;

	(void)call;
	(void)arg;
	for (size_t i = doc ? document_config_files(doc) : 0; doc && i < doc->files.count; i++)
		complete_offer(out, span_of(doc->files.items[i].name), doc->files.items[i].path);
}

static void complete_section_kind(struct console *console, const struct call *call,
				  const struct arg_def *arg, struct completions *out)
{
	(void)console;
	(void)call;
	(void)arg;
	for (size_t i = 0; i < section_table_count; i++)
		complete_offer(out, span_of(section_table[i].keyword), section_table[i].summary);
}

/* "<0-256>", "<time>", or the words there are. */
static void add_range(const struct server_keyword_def *def, struct str *out)
{
	const struct value_def *value = &def->value;

	if (!def->args)
		str_add_text(out, "nothing more");
	else if (value->kind == VALUE_NUMBER)
		str_addf(out, "<%ld-%ld>", value->low, value->high);
	else if (value->kind == VALUE_TIME)
		str_add_text(out, "<time, as 500ms or 2s>");
	else if (value->choices)
		str_add_text(out, value->choices);
	else
		str_addf(out, "<%s>", def->name);
}

/* What the line of the server says at present, "now 100". */
static void add_present(struct console *console, struct span name, const char *keyword,
			struct str *out)
{
	const struct document     *doc = model(console);
	const struct section      *section;
	const struct server_param *param;
	struct server              server = SERVER_INIT;
	struct span                backend;
	size_t                     line;

	if (!doc || !selector_split(name, &backend, &name))
		return;
	section = document_section(doc, SECTION_BACKS, backend);
	line = section ? section_server(doc, section, name) : SIZE_MAX;
	if (line != SIZE_MAX && server_read(&server, line_span(&doc->lines.items[line])) &&
	    (param = server_param(&server, keyword)))
		str_addf(out, "  now %.*s", (int)param->value.len, param->value.at);
	server_release(&server);
}

static void complete_server_value(struct console *console, const struct call *call,
				  const struct arg_def *arg, struct completions *out)
{
	/* set server B/S KEYWORD VALUE: the fourth word decides. */
	const struct server_keyword_def *def =
		server_keyword_find(cmd_words_text(call->words, 3));
	struct span rest, choice;

	(void)arg;
	if (!def)
		return;
	str_reset(&out->hint);
	add_range(def, &out->hint);
	add_present(console, cmd_words_text(call->words, 2), def->name, &out->hint);
	rest = span_of(def->value.choices);
	while (span_split(&rest, ' ', &choice))
		complete_offer(out, choice, NULL);
}

/* The kind of section that an earlier word of the call names, or all. */
static unsigned kinds_of_call(const struct call *call)
{
	for (size_t i = 0; i < call->words->list.count; i++) {
		const struct section_def *def = section_def_find(cmd_words_text(call->words, i));

		if (def)
			return def->kind;
	}
	return (unsigned)SECTION_ANY;
}

static void complete_section_name(struct console *console, const struct call *call,
				  const struct arg_def *arg, struct completions *out)
{
	(void)arg;
	offer_sections(console, kinds_of_call(call), out);
}

/* First words of the keywords that make lists. */
static void complete_keyword(struct console *console, const struct call *call,
			     const struct arg_def *arg, struct completions *out)
{
	(void)console;
	(void)call;
	(void)arg;
	for (size_t i = 0; i < keyword_table_count; i++) {
		struct span rest = span_of(keyword_table[i].name), first;

		if (!(keyword_table[i].flags & KEYWORD_MANY))
			continue;
		span_split(&rest, ' ', &first);
		complete_offer(out, first, rest.at ? NULL : keyword_table[i].summary);
	}
}

static void complete_object(struct console *console, const struct call *call,
			    const struct arg_def *arg, struct completions *out)
{
	complete_section_kind(console, call, arg, out);
	complete_keyword(console, call, arg, out);
}

static void complete_server_keyword(struct console *console, const struct call *call,
				    const struct arg_def *arg, struct completions *out)
{
	(void)call;
	(void)arg;
	complete_offer(out, span_of("address"), "address and port");
	for (size_t i = 0; i < server_keyword_table_count; i++)
		complete_offer(out, span_of(server_keyword_table[i].name),
			       server_keyword_table[i].summary);
	complete_words(console, WORD_SERVER, out);
}

static void complete_field(struct console *console, const struct call *call,
			   const struct arg_def *arg, struct completions *out)
{
	unsigned kinds = kinds_of_call(call);

	(void)arg;
	for (size_t i = 0; i < field_table_count; i++)
		if (field_table[i].sections & kinds)
			complete_offer(out, span_of(field_table[i].name),
				       field_table[i].summary);
	for (size_t i = 0; i < keyword_table_count; i++) {
		struct span rest = span_of(keyword_table[i].name), first;

		if (!(keyword_table[i].sections & kinds) ||
		    (keyword_table[i].flags & KEYWORD_MANY))
			continue;
		span_split(&rest, ' ', &first);
		complete_offer(out, first, rest.at ? NULL : keyword_table[i].summary);
	}
	for (int class = 0; class < WORD_CRT_LIST; class++)
		if (word_class_kinds((enum word_class)class) & kinds)
			complete_words(console, (enum word_class)class, out);
}

static void complete_column(struct console *console, const struct call *call,
			    const struct arg_def *arg, struct completions *out)
{
	(void)console;
	(void)arg;
	for (size_t t = 0; t < table_table_count; t++) {
		const struct table_def *def = &table_table[t];

		if (call->def && !strstr(call->def->name, def->name))
			continue;
		for (size_t i = 0; i < def->count; i++)
			complete_offer(out, span_of(def->columns[i].name),
				       def->columns[i].help);
	}
	for (size_t i = 0; i < stat_field_table_count; i++)
		complete_offer(out, span_of(stat_field_table[i].name),
			       stat_field_table[i].summary);
}

static void complete_choice(struct console *console, const struct call *call,
			    const struct arg_def *arg, struct completions *out)
{
	struct span rest = span_of(arg->choices), choice;

	(void)console;
	(void)call;
	while (span_split(&rest, '|', &choice))
		complete_offer(out, choice, NULL);
}

static void complete_path(struct console *console, const struct call *call,
			  const struct arg_def *arg, struct completions *out)
{
	(void)console;
	(void)call;
	(void)arg;
	out->paths = true;
}

static void complete_option(struct console *console, const struct call *call,
			    const struct arg_def *arg, struct completions *out)
{
	(void)console;
	(void)call;
	(void)arg;
	for (size_t i = 0; i < OPTION_COUNT; i++)
		complete_offer(out, span_of(option_table[i].name), option_table[i].help);
}

static void complete_context(struct console *console, const struct call *call,
			     const struct arg_def *arg, struct completions *out)
{
	(void)console;
	(void)call;
	(void)arg;
	for (size_t i = 0; i < context_table_count; i++)
		complete_offer(out, span_of(context_table[i].name), context_table[i].summary);
}

static void complete_view(struct console *console, const struct call *call,
			  const struct arg_def *arg, struct completions *out)
{
	(void)console;
	(void)call;
	(void)arg;
	for (size_t i = 0; i < context_table_count; i++)
		if (context_table[i].is_view)
			complete_offer(out, span_of(context_table[i].name), NULL);
}

static void complete_command_name(struct console *console, const struct call *call,
				  const struct arg_def *arg, struct completions *out)
{
	(void)console;
	(void)call;
	(void)arg;
	for (size_t i = 0; i < command_count(); i++) {
		const struct cmd_def *def = command_at(i, NULL);
		struct span           rest = span_of(def->name), first;

		span_split(&rest, ' ', &first);
		complete_offer(out, first, rest.at ? NULL : def->summary);
	}
}

static void complete_rule_kind(struct console *console, const struct call *call,
			       const struct arg_def *arg, struct completions *out)
{
	(void)console;
	(void)call;
	(void)arg;
	complete_offer(out, span_of("path"), "then path, path_beg, path_end, path_reg, …");
	complete_offer(out, span_of("url"), "then url, url_beg, url_reg, …");
	complete_offer(out, span_of("header"), "then the header's name and hdr, hdr_dom, …");
}

const struct arg_type_def arg_type_table[ARG_TYPE_COUNT] = {
	[ARG_WORD] = { "word", "WORD", "any word", NULL, NULL },
	[ARG_NUMBER] = { "number", "N", "a whole number", check_number, NULL },
	[ARG_DURATION] = { "duration", "DURATION", "30s, 2m, 1h; bare: seconds", check_duration,
			   NULL },
	[ARG_CHOICE] = { "choice", "CHOICE", "one of the words", check_choice, complete_choice },
	[ARG_SERVER] = { "server", "BACKEND/SERVER", "a server", check_server, complete_server },
	[ARG_SERVER_GLOB] = { "servers", "BACKEND/SERVER", "servers; * ? [] are patterns",
			      check_server, complete_server },
	[ARG_NEW_SERVER] = { "new server", "BACKEND/SERVER", "a name for a server", check_server,
			     complete_new_server },
	[ARG_FRONTEND] = { "frontend", "FRONTEND", "a frontend or listen section", NULL,
			   complete_frontend },
	[ARG_BACKEND] = { "backend", "BACKEND", "a backend or listen section", NULL,
			  complete_backend },
	[ARG_SECTION_KIND] = { "section", "SECTION", "frontend, backend, listen, defaults, …",
			       check_section_kind, complete_section_kind },
	[ARG_SECTION_NAME] = { "name", "NAME", "the name of a section", NULL,
			       complete_section_name },
	[ARG_KEYWORD] = { "line keyword", "KEYWORD", "what the lines begin with: acl, bind, "
			  "http-request, …", NULL, complete_keyword },
	[ARG_OBJECT] = { "object", "SECTION|KEYWORD", "a kind of section, or of its lines",
			 NULL, complete_object },
	[ARG_USERLIST] = { "userlist", "LIST", "the name of a userlist", NULL,
			   complete_userlist },
	[ARG_USER] = { "user", "LIST/NAME", "a user or group of a userlist", NULL,
		       complete_userlist },
	[ARG_DEFAULTS] = { "defaults", "DEFAULTS", "the name of a defaults section", NULL,
			   complete_defaults },
	[ARG_SERVER_KEYWORD] = { "keyword", "KEYWORD", "a keyword of server lines", NULL,
				 complete_server_keyword },
	[ARG_SERVER_VALUE] = { "value", "VALUE", "what the keyword takes", NULL,
			       complete_server_value },
	[ARG_FIELD] = { "field", "FIELD", "a field, or a keyword of the section", NULL,
			complete_field },
	[ARG_ADDRESS] = { "address", "ADDRESS[:PORT]", "where a server listens", check_address,
			  NULL },
	[ARG_WEIGHT] = { "weight", "N|N%", "0 to 256, or a percentage of the initial weight",
			 check_weight, NULL },
	[ARG_COLUMN] = { "column", "[-]COLUMN", "a column; - for the largest first", NULL,
			 complete_column },
	[ARG_COLUMNS] = { "columns", "COLUMN,COLUMN", "columns, with commas between", NULL,
			  complete_column },
	[ARG_EXPRESSION] = { "condition", "CONDITION", "such as status=DOWN & scur>10", NULL,
			     complete_column },
	[ARG_PATH] = { "path", "FILE", "a file", NULL, complete_path },
	[ARG_ATTACHED] = { "attached file", "FILE", "a file that the configuration names", NULL,
			   complete_attached },
	[ARG_PLACE] = { "place", "FILE:LINE", "a line of the configuration", check_place, NULL },
	[ARG_RULE_KIND] = { "rule", "RULE", "path, url or header, and what to match", NULL,
			    complete_rule_kind },
	[ARG_COMMAND] = { "command", "COMMAND", "a command line", NULL, complete_command_name },
	[ARG_COMMAND_NAME] = { "command name", "COMMAND", "the name of a command", NULL,
			       complete_command_name },
	[ARG_OPTION_NAME] = { "option", "OPTION", "the name of an option", NULL,
			      complete_option },
	[ARG_VIEW] = { "view", "VIEW", "a view of the screen", NULL, complete_view },
	[ARG_CONTEXT] = { "context", "CONTEXT", "where keys work", NULL, complete_context },
	[ARG_KEYS] = { "keys", "KEYS", "keys, quoted when there are several", NULL, NULL },
	[ARG_SECRET] = { "password", "PASSWORD", "a password; - for a line of standard input, "
			 "fd:N, env:NAME", NULL, NULL },
	[ARG_TEXT] = { "text", "TEXT", "any text", NULL, complete_text },
};
