/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Commands on the files that the configuration names: maps, acl patterns,
 * certificates. */
#include <stdlib.h>

#include "penstock/base/mem.h"
#include "penstock/base/text.h"
#include "penstock/command/console.h"
#include "penstock/command/groups.h"
#include "penstock/command/output.h"
#include "penstock/config/certificate.h"
#include "penstock/config/map_file.h"
#include "penstock/sys/file.h"

static const char *const kind_names[] = {
	[FILE_CONFIG] = "configuration", [FILE_MAP] = "map", [FILE_ACL] = "acl file",
	[FILE_CRT_LIST] = "crt-list", [FILE_CERT] = "certificate",
};

/* The file that the word `file` names, of that kind. */
static int find_file(struct call *call, enum file_kind kind, size_t *file, struct err *err)
{
	const struct document *doc = call->console->candidate->now;
	struct span            name = call_text(call, "file");
	struct nearest         nearest = { .wanted = name };

	*file = document_attached(doc, 1u << kind, name);
	if (*file != SIZE_MAX)
		return 0;
	err_set(err, ERR_NOT_FOUND, "no %s '%.*s' is loaded with the configuration",
		kind_names[kind], (int)name.len, name.at);
	for (size_t i = document_config_files(doc); i < doc->files.count; i++)
		if (doc->files.items[i].kind == kind)
			nearest_try(&nearest, span_of(doc->files.items[i].name));
	nearest_hint(&nearest, err);
	return err_hint(err, "'show files' lists what there is");
}

static int show_files(struct call *call, struct err *err)
{
	static const struct output_column columns[] = {
		{ "kind", "KIND", false }, { "name", "NAME", false }, { "path", "PATH", false },
		{ "lines", "LINES", true },
	};
	const struct document *doc = call->console->candidate->now;
	struct output_table    table;

	(void)err;
	output_table_begin(&table, call->out, columns, N(columns));
	for (size_t i = 0; i < doc->files.count; i++) {
		const struct document_file *file = &doc->files.items[i];
		struct str                  lines = STR_INIT;

		str_addf(&lines, "%zu", file->lines);
		output_table_row(&table, (struct output_cell[]){
			output_text(span_of(kind_names[file->kind])),
			output_text(span_of(file->name ? file->name : file->path)),
			output_text(span_of(file->path)), output_number(str_span(&lines)) });
		str_release(&lines);
	}
	output_table_end(&table);
	return 0;
}

static int show_entries(struct call *call, enum file_kind kind, struct err *err)
{
	static const struct output_column columns[] = {
		{ "key", "KEY", false }, { "value", "VALUE", false }, { "line", "LINE", true },
	};
	const struct document *doc = call->console->candidate->now;
	struct span            wanted = call_text(call, "key"), key, value;
	struct output_table    table;
	size_t                 file, first;

	if (find_file(call, kind, &file, err) < 0)
		return -1;
	first = document_file_line(doc, file);
	output_table_begin(&table, call->out, columns, N(columns));
	for (size_t i = 0; i < doc->files.items[file].lines; i++) {
		struct str number = STR_INIT;

		if (!map_line_read(kind, line_span(&doc->lines.items[first + i]), &key, &value) ||
		    (wanted.len && !text_glob(wanted, key)))
			continue;
		str_addf(&number, "%zu", i + 1);
		output_table_row(&table, (struct output_cell[]){
			output_text(key), output_text(value), output_number(str_span(&number)) });
		str_release(&number);
	}
	output_table_end(&table);
	return 0;
}

static int show_map(struct call *call, struct err *err)
{
	return show_entries(call, FILE_MAP, err);
}

static int show_patterns(struct call *call, struct err *err)
{
	return show_entries(call, FILE_ACL, err);
}

typedef int (*entry_fn)(struct candidate *candidate, size_t file, struct span key,
			struct span value, struct err *err);

static int change_entry(struct call *call, entry_fn change, struct err *err)
{
	struct str value = STR_INIT;
	size_t     file;
	int        status = find_file(call, FILE_MAP, &file, err);

	if (status == 0) {
		call_join(call, "value", &value);
		status = change(call->console->candidate, file, call_text(call, "key"),
				str_span(&value), err);
	}
	str_release(&value);
	return status;
}

static int edit_add_map(struct call *call, struct err *err)
{
	return change_entry(call, map_add, err);
}

static int edit_set_map(struct call *call, struct err *err)
{
	return change_entry(call, map_set, err);
}

static int edit_delete_map(struct call *call, struct err *err)
{
	size_t file;

	if (find_file(call, FILE_MAP, &file, err) < 0)
		return -1;
	return map_delete(call->console->candidate, file, call_text(call, "key"), err);
}

/* A pattern is all the rest of the line. */
static int change_pattern(struct call *call, bool add, struct err *err)
{
	struct candidate *candidate = call->console->candidate;
	struct str        pattern = STR_INIT;
	size_t            file;
	int               status = find_file(call, FILE_ACL, &file, err);

	call_join(call, "pattern", &pattern);
	if (status == 0 && add)
		status = map_add(candidate, file, str_span(&pattern), span_of(""), err);
	else if (status == 0)
		status = map_delete(candidate, file, str_span(&pattern), err);
	str_release(&pattern);
	return status;
}

static int edit_add_pattern(struct call *call, struct err *err)
{
	return change_pattern(call, true, err);
}

static int edit_delete_pattern(struct call *call, struct err *err)
{
	return change_pattern(call, false, err);
}

/* HAProxy would refuse it too, but only after the files are written. */
static int check_certificate(struct span pem, struct err *err)
{
	struct certificate certificate = CERTIFICATE_INIT;
	int                status = certificate_read(pem, &certificate, err);

	if (status == 0)
		status = certificate_check_key(&certificate, err);
	certificate_release(&certificate);
	return status;
}

static int edit_set_cert(struct call *call, struct err *err)
{
	struct span path = call_text(call, "pem");
	struct str  pem = STR_INIT;
	char       *name = span_dup(path);
	size_t      file;
	int         status = find_file(call, FILE_CERT, &file, err);

	if (status == 0)
		status = file_read(name, &pem, NULL, err);
	if (status == 0 && check_certificate(str_span(&pem), err) < 0)
		status = err_prefix(err, "'%s'", name);
	if (status == 0)
		edit_replace_file(call->console->candidate, file, str_span(&pem));
	free(name);
	str_release(&pem);
	return status;
}

#define THE_FILE \
	{ "file", ARG_ATTACHED, ARG_ONE, "as the configuration names it, or the end of it", NULL }

static const struct cmd_def files_commands[] = {
	{
		.name = "show files", .summary = "list the files of the configuration",
		.detail = "Those of -f, and the maps, acl files, crt-lists and certificates that "
			  "they name: these are loaded, edited, compared, checked and written "
			  "with them.  One that is missing or larger than 16 MB is left out.",
		.effect = CMD_CONFIG, .example = "show files", .run = show_files,
	},
	{
		.name = "show map", .summary = "show the entries of a map file",
		.args = { THE_FILE,
			  { "key", ARG_WORD, ARG_MAYBE, "only this key; * ? [] stand for more",
			    NULL } },
		.effect = CMD_CONFIG, .example = "show map hosts.map www.*", .run = show_map,
	},
	{
		.name = "show pattern", .summary = "show the patterns of an acl file",
		.args = { THE_FILE,
			  { "key", ARG_WORD, ARG_MAYBE, "only this one; * ? [] stand for more",
			    NULL } },
		.effect = CMD_CONFIG, .example = "show pattern blocked.lst",
		.run = show_patterns,
	},
	{
		.name = "add map", .summary = "add an entry to a map file",
		.detail = "The line stands at the file's end, laid out as those above it.  An "
			  "apply writes the file and changes the process at run time.",
		.args = { THE_FILE, { "key", ARG_WORD, ARG_ONE, NULL, NULL },
			  { "value", ARG_TEXT, ARG_REST, NULL, NULL } },
		.effect = CMD_EDITS, .example = "add map hosts.map www.example.org live",
		.run = edit_add_map,
	},
	{
		.name = "set map", .summary = "give an entry of a map file another value",
		.args = { THE_FILE, { "key", ARG_WORD, ARG_ONE, NULL, NULL },
			  { "value", ARG_TEXT, ARG_REST, NULL, NULL } },
		.effect = CMD_EDITS, .example = "set map hosts.map www.example.org staged",
		.run = edit_set_map,
	},
	{
		.name = "delete map", .summary = "delete an entry of a map file",
		.args = { THE_FILE, { "key", ARG_WORD, ARG_ONE, NULL, NULL } },
		.effect = CMD_EDITS, .example = "delete map hosts.map www.example.org",
		.run = edit_delete_map,
	},
	{
		.name = "add pattern", .summary = "add a pattern to an acl file",
		.args = { THE_FILE, { "pattern", ARG_TEXT, ARG_REST, NULL, NULL } },
		.effect = CMD_EDITS, .example = "add pattern blocked.lst 192.0.2.0/24",
		.run = edit_add_pattern,
	},
	{
		.name = "delete pattern", .summary = "delete a pattern of an acl file",
		.args = { THE_FILE, { "pattern", ARG_TEXT, ARG_REST, NULL, NULL } },
		.effect = CMD_EDITS, .example = "delete pattern blocked.lst 192.0.2.0/24",
		.run = edit_delete_pattern,
	},
	{
		.name = "set cert", .summary = "put another certificate in the place of one",
		.detail = "The PEM file holds certificate, chain and private key.  What a "
			  "certificate's file holds is never shown.",
		.args = { THE_FILE,
			  { "pem", ARG_PATH, ARG_ONE, "the file to take it from", NULL } },
		.effect = CMD_EDITS, .example = "set cert site.pem renewed.pem",
		.run = edit_set_cert,
	},
};

const struct cmd_group files_group = { "files", "Edit the files that the configuration names",
				       files_commands, N(files_commands) };
