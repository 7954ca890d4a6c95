/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/command/edit_text.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "penstock/base/mem.h"
#include "penstock/command/console.h"
#include "penstock/config/json.h"
#include "penstock/config/json_template.h"
#include "penstock/config/lines.h"
#include "penstock/sys/child.h"

static int read_input(struct span path, struct str *out, struct err *err)
{
	char  *name;
	int    status = 0;
	char   room[65536];
	size_t got;

	if (span_is(path, "-")) {
		while ((got = fread(room, 1, sizeof(room), stdin)) > 0)
			str_add(out, room, got);
		return ferror(stdin) ? err_errno(err, ERR_IO, "reading standard input") : 0;
	}
	name = span_dup(path);
	status = file_read(name, out, NULL, err);
	free(name);
	return status;
}

/* "services/web.json" -> "web": how the file's service is called. */
static struct span stem_of(struct span path)
{
	struct span stem = path, rest = path, part;

	while (span_split(&rest, '/', &part))
		stem = part;
	if (span_ends(stem, ".json"))
		stem.len -= strlen(".json");
	return span_is(path, "-") ? span_make("", 0) : stem;
}

static void say_lines(struct output *out, struct span lines)
{
	struct span line;

	while (span_split(&lines, '\n', &line))
		if (line.len)
			output_say(out, "%.*s", (int)line.len, line.at);
}

int edit_put(struct call *call, struct err *err)
{
	struct span      path = call_text(call, "file");
	struct str       text = STR_INIT, said = STR_INIT;
	char            *name = span_dup(path);
	struct put_input input = {
		.source = span_is(path, "-") ? "standard input" : name,
		.name = call_text(call, "as"), .stem = stem_of(path),
	};
	int status = read_input(path, &text, err);

	if (status == 0)
		status = json_put_as(call->console->candidate, str_span(&text), &input, &said, err);
	if (status == 0)
		say_lines(call->out, str_span(&said));
	free(name);
	str_release(&said);
	str_release(&text);
	return status;
}

/* The file of the document that a loaded text stands for. */
static int loaded_file(struct call *call, size_t *file, struct err *err)
{
	const struct document *doc = call->console->candidate->now;
	struct span            into = call_text(call, "into");
	size_t                 line;

	*file = 0;
	if (document_config_files(doc) == 1 && !into.len)
		return 0;
	for (; *file < doc->files.count; ++*file)
		if (span_is(into, doc->files.items[*file].path))
			return 0;
	if (into.len && document_find_line(doc, into, 1, &line)) {
		*file = doc->lines.items[line].file;
		return 0;
	}
	return err_set(err, ERR_USAGE, "the configuration has %zu files; say which with 'into "
		       "FILE'", doc->files.count);
}

int edit_load(struct call *call, struct err *err)
{
	struct str text = STR_INIT;
	size_t     file;
	int        status = loaded_file(call, &file, err);

	if (status == 0)
		status = read_input(call_text(call, "file"), &text, err);
	if (status == 0)
		edit_replace_file(call->console->candidate, file, str_span(&text));
	str_release(&text);
	return status;
}

/* What the template asks for: of a document, or of the candidate. */
static struct document *read_model(struct call *call, struct err *err)
{
	struct str       text = STR_INIT;
	struct span      path = call_text(call, "json");
	char            *name = span_dup(path);
	struct document *model = NULL;

	if (!path.len)
		model = document_dup(call->console->candidate->now);
	else if (read_input(path, &text, err) == 0)
		model = template_model(str_span(&text), name, err);
	free(name);
	str_release(&text);
	return model;
}

static int render_into(struct call *call, size_t file, const struct document *model,
		       struct span text, struct err *err)
{
	struct candidate *candidate = call->console->candidate;
	size_t            count = call_count(call, "variable");
	struct span      *variables = xcalloc(count + 1, sizeof(*variables));
	char             *name = span_dup(call_text(call, "file"));
	struct str        out = STR_INIT;
	int               status;

	for (size_t i = 0; i < count; i++)
		variables[i] = call_item(call, "variable", i);
	status = template_render(
		&(struct template_input){
			.text = text, .source = name, .model = model,
			.file = call_given(call, "json") ? SIZE_MAX : file,
			.settings = candidate->now, .variables = variables, .count = count,
		},
		&out, err);
	if (status == 0)
		edit_replace_file(candidate, file, str_span(&out));
	free(variables);
	free(name);
	str_release(&out);
	return status;
}

/* Says which sections the template had no place for. */
static void say_gone(struct call *call, const struct document *before)
{
	const struct document *after = call->console->candidate->now;
	struct str             gone = STR_INIT, title = STR_INIT;

	for (size_t i = 0; i < before->sections.count; i++) {
		const struct section *section = &before->sections.items[i];

		if (document_section(after, (unsigned)section->kind, section->name))
			continue;
		str_reset(&title);
		section_title(section, &title);
		str_addf(&gone, "%s%s", gone.len ? ", " : "", title.bytes);
	}
	if (gone.len)
		output_say(call->out, "the template has no place for %s", gone.bytes);
	str_release(&gone);
	str_release(&title);
}

int edit_load_template(struct call *call, struct err *err)
{
	struct str       text = STR_INIT;
	struct document *before = document_dup(call->console->candidate->now);
	struct document *model = NULL;
	size_t           file;
	int              status = loaded_file(call, &file, err);

	if (status == 0)
		status = read_input(call_text(call, "file"), &text, err);
	if (status == 0)
		model = read_model(call, err);
	if (status == 0)
		status = model ? render_into(call, file, model, str_span(&text), err) : -1;
	if (status == 0)
		say_gone(call, before);
	document_free(before);
	document_free(model);
	str_release(&text);
	return status;
}

/* The lines that `edit` opens: a section, or the one file there is. */
static int edited_range(struct call *call, size_t *first, size_t *count, struct err *err)
{
	const struct document    *doc = call->console->candidate->now;
	struct span               keyword = call_text(call, "section"), name;
	const struct section_def *def = section_def_find(keyword);
	const struct section     *section;

	name = call_text(call, "name");
	*first = 0;
	*count = document_config_lines(doc);
	if (!keyword.len && document_config_files(doc) > 1)
		return err_set(err, ERR_USAGE, "the configuration has %zu files; name a section",
			       document_config_files(doc));
	if (!keyword.len)
		return 0;
	section = section_require(doc, (unsigned)def->kind, name, err);
	if (!section)
		return -1;
	*first = section->first;
	*count = section_end(doc, section) - section->first;
	return 0;
}

static const char *editor(void)
{
	const char *visual = getenv("VISUAL"), *plain = getenv("EDITOR");

	return visual && *visual ? visual : plain && *plain ? plain : "vi";
}

/* EDITOR may hold arguments ("code -w"), so the shell reads it; the path is an
 * argument of its own. */
static int run_editor(struct console *console, const char *path, struct err *err)
{
	struct str          command = STR_INIT;
	struct child_result result = { .out = STR_INIT, .err = STR_INIT };
	int                 status;

	str_addf(&command, "%s \"$1\"", editor());
	{
		const char *const argv[] = { "/bin/sh", "-c", command.bytes, "sh", path, NULL };
		struct child_spec spec = { .argv = argv, .timeout_ms = -1, .terminal = true };

		if (console->front.suspend)
			console->front.suspend(console->front.data, true);
		status = child_run(console->loop, &spec, &result, err);
		if (console->front.suspend)
			console->front.suspend(console->front.data, false);
	}
	if (status == 0 && result.status != 0)
		status = err_set(err, ERR_FAILED, "the editor '%s' ended with status %d; nothing "
				 "is changed", editor(), result.status);
	child_result_release(&result);
	str_release(&command);
	return status;
}

static int edit_in_file(struct call *call, const char *path, struct str *text, struct err *err)
{
	if (file_replace(path, str_span(text), err) < 0 ||
	    run_editor(call->console, path, err) < 0)
		return -1;
	str_reset(text);
	return file_read(path, text, NULL, err);
}

int edit_edit(struct call *call, struct err *err)
{
	struct candidate *candidate = call->console->candidate;
	const char       *folder = getenv("TMPDIR");
	struct str        path = STR_INIT, text = STR_INIT;
	size_t            first, count;
	int               status, fd;

	if (edited_range(call, &first, &count, err) < 0)
		return -1;
	for (size_t i = 0; i < count; i++)
		str_add_span(&text, line_span(&candidate->now->lines.items[first + i]));
	str_addf(&path, "%s/penstock.XXXXXX", folder && *folder ? folder : "/tmp");
	fd = mkstemp(path.bytes);
	if (fd < 0) {
		status = err_errno(err, ERR_IO, "no room for the editor in '%s'", path.bytes);
	} else {
		close(fd);
		status = edit_in_file(call, path.bytes, &text, err);
		unlink(path.bytes);
	}
	if (status == 0 && count == document_config_lines(candidate->now))
		edit_replace_file(candidate, 0, str_span(&text));
	else if (status == 0)
		edit_replace_range(candidate, first, count, str_span(&text));
	str_release(&text);
	str_release(&path);
	return status;
}
