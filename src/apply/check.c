/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/apply/check.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "penstock/apply/arguments.h"
#include "penstock/apply/staging.h"
#include "penstock/base/mem.h"
#include "penstock/sys/child.h"

enum {
	CHECK_TIMEOUT_MS = 60000,
	STAMP_MAX = 48, /* of what stands between the severity and the words */
};

struct severity_def {
	const char *mark;
	bool        fatal;
};

static const struct severity_def severity_table[] = {
	{ "[EMERG]", true },    { "[ALERT]", true },   { "[WARNING]", false },
	{ "[NOTICE]", false },  { "[INFO]", false },   { "[DIAG]", false },
};

/* Said with every error, and of no use beside it. */
static const char *const noise_table[] = {
	"haproxy version is ",
	"path to executable is ",
};

/* The end of a list of errors; all there is when nothing else was said. */
static const char *const summary_table[] = {
	"Error(s) found in configuration file",
	"Fatal errors found in configuration",
};

static const struct severity_def *find_severity(struct span text)
{
	for (size_t i = 0; i < N(severity_table); i++)
		if (span_starts(text, severity_table[i].mark))
			return &severity_table[i];
	return NULL;
}

static bool starts_with_any(struct span text, const char *const *table, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (span_starts(text, table[i]))
			return true;
	return false;
}

static struct span skip(struct span text, size_t len)
{
	return span_make(text.at + len, text.len - len);
}

/* The offset of `part` in text at or after `from`, or SIZE_MAX. */
static size_t find(struct span text, struct span part, size_t from)
{
	for (size_t i = from; part.len && part.len <= text.len && i <= text.len - part.len; i++)
		if (memcmp(text.at + i, part.at, part.len) == 0)
			return i;
	return SIZE_MAX;
}

static void replace_all(struct str *text, const char *from, const char *to)
{
	struct span part = span_of(from);
	struct str  made = STR_INIT;
	size_t      done = 0, at;

	if (strcmp(from, to) == 0)
		return;
	while ((at = find(str_span(text), part, done)) != SIZE_MAX) {
		str_add(&made, text->bytes + done, at - done);
		str_add_text(&made, to);
		done = at + part.len;
	}
	str_add(&made, text->bytes + done, text->len - done);
	str_release(text);
	*text = made;
}

/* Reads ":DIGITS]" at the offset.  Gives the offset behind it, or 0. */
static size_t read_number(struct span text, size_t at, unsigned *line)
{
	size_t end = at + 1;
	long   number;

	if (at >= text.len || text.at[at] != ':')
		return 0;
	while (end < text.len && text.at[end] >= '0' && text.at[end] <= '9')
		end++;
	if (end >= text.len || text.at[end] != ']' ||
	    !span_to_long(span_make(text.at + at + 1, end - at - 1), &number) || number > INT32_MAX)
		return 0;
	*line = (unsigned)number;
	return end + 1;
}

struct found_place {
	struct span file;
	unsigned    line;
	size_t      from, to; /* of "[FILE:LINE]" in the text */
};

/* "[FILE:LINE]" with FILE one of ours (which may hold any character), else with
 * what looks like a file. */
static bool find_place(struct span text, const struct strings *real, struct found_place *place)
{
	for (size_t at = 0; at < text.len; at++) {
		struct span rest;
		const char *colon;

		if (text.at[at] != '[')
			continue;
		rest = skip(text, at + 1);
		place->from = at;
		for (size_t i = 0; i < real->list.count; i++) {
			place->file = span_of(real->list.items[i]);
			if (!span_starts(rest, real->list.items[i]))
				continue;
			place->to = read_number(text, at + 1 + place->file.len, &place->line);
			if (place->to)
				return true;
		}
		colon = memchr(rest.at, ':', rest.len);
		if (!colon || colon == rest.at)
			continue;
		place->file = span_make(rest.at, (size_t)(colon - rest.at));
		place->to = read_number(text, (size_t)(colon - text.at), &place->line);
		if (place->to)
			return true;
	}
	return false;
}

/* Takes "(PID) : config : ", with or without a date, off the front. */
static struct span strip_stamp(struct span text)
{
	struct span front = span_make(text.at, text.len < STAMP_MAX ? text.len : STAMP_MAX);
	size_t      at = find(front, span_of(") : "), 0);

	text = span_trim(skip(text, at == SIZE_MAX ? 0 : at + 4));
	return span_starts(text, "config : ") ? span_trim(skip(text, 9)) : text;
}

/* "parsing [FILE:LINE] : words" is only its words once the place is known. */
static void strip_place(struct str *text, const struct found_place *place)
{
	struct span before = span_trim(span_make(text->bytes, place->from));
	struct str  rest = STR_INIT;
	size_t      at = place->to;

	if (before.len && !span_is(before, "parsing") && !span_is(before, "Parsing"))
		return;
	while (at < text->len && strchr(" :", text->bytes[at]))
		at++;
	str_add(&rest, text->bytes + at, text->len - at);
	str_release(text);
	*text = rest;
}

static bool has_fatal(const struct check_result *result)
{
	for (size_t i = 0; i < result->messages.count; i++)
		if (result->messages.items[i].fatal)
			return true;
	return false;
}

static struct check_message *add_message(struct check_result *result, bool fatal,
					 struct span text)
{
	struct check_message *message = vec_push(&result->messages);

	*message = (struct check_message){ .fatal = fatal, .file = STR_INIT, .text = STR_INIT };
	str_add_span(&message->text, text);
	return message;
}

/* One "[ALERT] …" or what continues it; gives whether continuations belong to
 * the last message afterwards. */
static bool take_line(struct check_result *result, struct span line, bool open)
{
	const struct severity_def *severity = find_severity(line);
	struct check_message      *last;
	struct span                words;

	if (!severity) {
		words = span_trim(line);
		if (!open || !line.len || !strchr(" \t", line.at[0]) || !words.len)
			return open;
		if (words.at[0] == '|')
			words = span_trim(skip(words, 1));
		last = &result->messages.items[result->messages.count - 1];
		str_add_char(&last->text, '\n');
		str_add_span(&last->text, words);
		return true;
	}
	words = strip_stamp(skip(line, strlen(severity->mark)));
	if (starts_with_any(words, noise_table, N(noise_table)) ||
	    (has_fatal(result) && starts_with_any(words, summary_table, N(summary_table))))
		return false;
	add_message(result, severity->fatal, words);
	return true;
}

/* Where the next severity begins inside the line, for messages that HAProxy
 * cut off in their middle; the line's length when there is none. */
static size_t next_mark(struct span line)
{
	for (size_t i = 1; i < line.len; i++)
		if (line.at[i] == '[' && find_severity(skip(line, i)))
			return i;
	return line.len;
}

static void place_message(struct check_message *message, const struct strings *temporary,
			  const struct strings *real)
{
	struct found_place place;

	for (size_t i = 0; i < temporary->list.count; i++)
		replace_all(&message->text, temporary->list.items[i], real->list.items[i]);
	if (!find_place(str_span(&message->text), real, &place))
		return;
	str_add_span(&message->file, place.file);
	message->line = place.line;
	strip_place(&message->text, &place);
}

void check_parse(struct span output, const struct strings *temporary,
		 const struct strings *real, struct check_result *result)
{
	size_t      first = result->messages.count;
	struct span line;
	bool        open = false;

	while (span_split(&output, '\n', &line)) {
		while (line.len) {
			size_t len = next_mark(line);

			open = take_line(result, span_make(line.at, len), open);
			line = skip(line, len);
		}
	}
	for (size_t i = first; i < result->messages.count; i++)
		place_message(&result->messages.items[i], temporary, real);
}

void check_result_release(struct check_result *result)
{
	for (size_t i = 0; i < result->messages.count; i++) {
		str_release(&result->messages.items[i].file);
		str_release(&result->messages.items[i].text);
	}
	vec_release(&result->messages);
}

int check_error(const struct check_result *result, struct err *err)
{
	const struct check_message *first = NULL;
	struct span                 rest, line;
	size_t                      more = 0;

	for (size_t i = 0; i < result->messages.count; i++) {
		if (!result->messages.items[i].fatal)
			continue;
		if (first)
			more++;
		else
			first = &result->messages.items[i];
	}
	if (!first)
		return err_set(err, ERR_REJECTED, "haproxy rejects the configuration with status "
			       "%d and says nothing", result->status);
	rest = str_span(&first->text);
	span_split(&rest, '\n', &line);
	/* A colon announces lines that are left out here. */
	if (span_ends(line, ".") || span_ends(line, ":"))
		line.len--;
	err_at(err, ERR_REJECTED, (struct place){ first->file.bytes, first->line, 0 },
	       "haproxy rejects this: %.*s", (int)line.len, line.at);
	if (more)
		err_hint(err, "%zu more: try 'check'", more);
	return -1;
}

static void make_command(const struct service *service, const struct staging *staging,
			 struct strings *out)
{
	struct str binary = STR_INIT;

	service_binary(service, &binary);
	strings_add(out, binary.bytes);
	strings_add(out, "-c");
	arguments_keep(&service->local.argv, ARGUMENT_CHECK, out);
	for (size_t i = 0; i < staging->config_files; i++) {
		strings_add(out, "-f");
		strings_add(out, staging->names.list.items[i]);
	}
	str_release(&binary);
}

static struct span last_line(struct span text)
{
	size_t start;

	text = span_trim(text);
	for (start = text.len; start && text.at[start - 1] != '\n'; start--)
		;
	return skip(text, start);
}

/*
 * When no message explains the status: "will not start (no listener)" stands on
 * stdout, in the last line; what kept the program from starting on stderr.
 */
static void add_last_words(struct check_result *result, const struct child_result *said)
{
	struct span words = last_line(str_span(&said->out));

	if (!words.len)
		words = last_line(str_span(&said->err));
	if (words.len)
		add_message(result, true, words);
}

static int run(struct service *service, const struct staging *staging,
	       struct check_result *result, struct err *err)
{
	struct strings      command = STRINGS_INIT, environment = STRINGS_INIT;
	struct child_result said;
	struct child_spec   spec = {
		.cwd = service_folder(service),
		.timeout_ms = CHECK_TIMEOUT_MS,
	};
	int status;

	make_command(service, staging, &command);
	*vec_push(&command.list) = NULL;
	spec.argv = (const char *const *)command.list.items;
	service_environment(service, &environment);
	spec.environment = (const char *const *)environment.list.items;
	status = child_run(service->loop, &spec, &said, err);
	if (status == 0) {
		result->status = said.status;
		result->accepted = said.status == 0;
		check_parse(str_span(&said.err), &staging->names, &staging->real, result);
		if (!result->accepted && !has_fatal(result))
			add_last_words(result, &said);
	} else if (err && err->code == ERR_NOT_FOUND) {
		err_hint(err, "or name it with 'option haproxy-binary PATH'");
	}
	child_result_release(&said);
	strings_release(&command);
	strings_release(&environment);
	return status;
}

int check_document(struct service *service, const struct document *doc,
		   struct check_result *result, struct err *err)
{
	struct staging staging = STAGING_INIT;
	int            status;

	service_look(service);
	status = stage_document(&staging, doc, err);
	if (status == 0)
		status = run(service, &staging, result, err);
	staging_release(&staging);
	return status;
}
