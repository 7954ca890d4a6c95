/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/apply/successor.h"

#include <string.h>

#include "penstock/apply/arguments.h"
#include "penstock/apply/check.h"

/* What HAProxy says when -x gets it nothing; then it ends. */
static const char no_sockets[] = "Failed to get the sockets from the old process";

void successor_describe(const struct service *service, struct str *words)
{
	str_addf(words, "by a new process that takes over from process %ld",
		 (long)service->local.pid);
	if (!service->local.daemon)
		str_add_text(words, " (if that one runs in the foreground, whoever started it "
				    "will see it end)");
}

static bool exposes_listeners(const struct words *words)
{
	for (size_t i = 3; i + 1 < words->count; i++)
		if (words_is(words, i, "expose-fd") && words_is(words, i + 1, "listeners"))
			return true;
	return false;
}

/* `stats socket PATH … expose-fd listeners`, the path told without variables. */
static bool read_socket(const struct words *words, struct str *out)
{
	struct span path = words_text(words, 2);

	if (!words_is(words, 0, "stats") || !words_is(words, 1, "socket") ||
	    !exposes_listeners(words) || words->items[2].varies)
		return false;
	if (span_starts(path, "unix@"))
		path = span_make(path.at + 5, path.len - 5);
	if (!span_starts(path, "/"))
		return false;
	str_reset(out);
	str_add_span(out, path);
	return true;
}

bool successor_socket(const struct document *doc, struct str *out)
{
	struct words words = WORDS_INIT;
	bool         found = false, moved = false;

	for (size_t s = 0; s < doc->sections.count; s++) {
		const struct section *section = &doc->sections.items[s];

		for (size_t i = 1; section->kind == SECTION_GLOBAL && i < section->count; i++) {
			words_split(&words, line_span(&doc->lines.items[section->first + i]));
			found = read_socket(&words, out) || found;
			/* Then the path in the file is not the one on disk. */
			moved = moved || (words_is(&words, 0, "unix-bind") &&
					  words_is(&words, 1, "prefix"));
		}
	}
	words_release(&words);
	if (!found || moved)
		str_reset(out);
	return found && !moved;
}

void successor_command(const struct service *service, struct span socket, struct strings *out)
{
	struct str text = STR_INIT;

	service_binary(service, &text);
	strings_add(out, text.bytes);
	if (socket.len) {
		strings_add(out, "-x");
		strings_add_n(out, socket.at, socket.len);
	}
	/* Before the others: behind "--" there are only files. */
	strings_add(out, "-sf");
	str_reset(&text);
	str_addf(&text, "%ld", (long)service->local.pid);
	strings_add(out, text.bytes);
	arguments_keep(&service->local.argv, ARGUMENT_SUCCESSOR, out);
	str_release(&text);
}

/* -d and -db keep it in the foreground, whatever else is said. */
static bool stays(const struct service *service)
{
	const struct strings *argv = &service->local.argv;

	for (size_t i = 1; i < argv->list.count; i++)
		if (strcmp(argv->list.items[i], "-db") == 0 ||
		    strcmp(argv->list.items[i], "-d") == 0)
			return true;
	return false;
}

/* Whether it will be a daemon, and its socket for -x, by the command line and the
 * files that it was started with. */
static bool read_files(const struct service *service, struct str *socket)
{
	struct loaded    loaded = LOADED_INIT;
	struct document *doc = load_document(&service->local.files, &loaded, NULL);
	bool             daemon = service->local.daemon;

	for (size_t i = 0; doc && i < doc->sections.count; i++) {
		const struct section *section = &doc->sections.items[i];

		if (section->kind == SECTION_GLOBAL &&
		    section_find(doc, section, 0, "daemon", NULL) != SIZE_MAX)
			daemon = true;
	}
	if (doc)
		successor_socket(doc, socket);
	document_free(doc);
	loaded_release(&loaded);
	return daemon && !stays(service);
}

static int refused(struct span said, struct err *err)
{
	const struct strings none = STRINGS_INIT;
	struct check_result  result = CHECK_RESULT_INIT;

	check_parse(said, &none, &none, &result);
	check_error(&result, err);
	check_result_release(&result);
	return -1;
}

/* Runs it until it has gone into the background. */
static int run_daemon(struct service *service, struct span socket, int64_t timeout_ms,
		      struct child_result *said, struct err *err)
{
	struct strings    command = STRINGS_INIT, environment = STRINGS_INIT;
	struct child_spec spec = { .cwd = service_folder(service), .timeout_ms = timeout_ms };
	int               status;

	successor_command(service, socket, &command);
	*vec_push(&command.list) = NULL;
	spec.argv = (const char *const *)command.list.items;
	service_environment(service, &environment);
	spec.environment = (const char *const *)environment.list.items;
	status = service_child(service, &spec, said, err);
	strings_release(&command);
	strings_release(&environment);
	return status;
}

static int start_daemon(struct service *service, struct span socket, int64_t timeout_ms,
			struct str *messages, struct err *err)
{
	struct child_result said;
	int                 status = run_daemon(service, socket, timeout_ms, &said, err);

	if (status == 0 && said.status && socket.len && strstr(said.err.bytes, no_sockets)) {
		child_result_release(&said);
		status = run_daemon(service, span_of(""), timeout_ms, &said, err);
	}
	if (status == 0 && said.status)
		status = refused(str_span(&said.err), err);
	str_add_span(messages, span_trim(str_span(&said.err)));
	child_result_release(&said);
	return status;
}

static int start_foreground(struct service *service, struct span socket, pid_t *pid,
			    struct err *err)
{
	struct strings command = STRINGS_INIT;

	successor_command(service, socket, &command);
	*vec_push(&command.list) = NULL;
	*pid = child_detach((const char *const *)command.list.items, service_folder(service), err);
	strings_release(&command);
	return *pid < 0 ? -1 : 0;
}

int successor_start(struct service *service, int64_t timeout_ms, pid_t *pid,
		    struct str *messages, struct err *err)
{
	struct str socket = STR_INIT;
	bool       daemon = read_files(service, &socket);
	int        status;

	*pid = 0;
	if (daemon)
		status = start_daemon(service, str_span(&socket), timeout_ms, messages, err);
	else
		status = start_foreground(service, str_span(&socket), pid, err);
	str_release(&socket);
	return status;
}
