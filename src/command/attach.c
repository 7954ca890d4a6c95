/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Finding the HAProxy to work on: what the command line names, else the stats
 * sockets of the configuration, else the one HAProxy of this machine.  Of
 * several none is taken by guess.
 */
#include <stdlib.h>
#include <string.h>

#include "penstock/command/console.h"
#include "penstock/config/lexer.h"

static void use_process(struct console *console, struct process *process)
{
	vec_splice(&console->processes, 0, 0, &process, 1);
	console->service.process = process;
	console->service.looked = false;
	console_use_options(console);
}

int console_attach(struct console *console, const char *address, bool is_master,
		   struct err *err)
{
	struct process *process =
		process_new(console->loop, &console->log, address, is_master, err);

	if (!process)
		return -1;
	process->client.timeout_ms = console->options.numbers[OPT_TIMEOUT];
	if (process_identify(process, err) < 0) {
		process_free(process);
		return -1;
	}
	use_process(console, process);
	return 0;
}

/* A socket that a `stats socket` line declares. */
struct declared {
	char              *address;
	enum access_level level;
};

static enum access_level level_of(const struct words *words)
{
	for (size_t i = 3; i + 1 < words->count; i++)
		for (int level = ACCESS_USER; words_is(words, i, "level") && level <= ACCESS_ADMIN;
		     level++)
			if (words_is(words, i + 1, access_level_names[level]))
				return (enum access_level)level;
	return ACCESS_OPERATOR;
}

/* The best stats socket of the document, absolute; NULL when it has none. */
static char *declared_socket(const struct document *doc, const char *cwd)
{
	struct declared best = { NULL, ACCESS_NONE };
	struct words    words = WORDS_INIT;

	for (size_t s = 0; s < doc->sections.count; s++) {
		const struct section *section = &doc->sections.items[s];
		size_t                line = section->first;

		if (section->kind != SECTION_GLOBAL)
			continue;
		while ((line = section_find(doc, section, line, "stats", "socket")) != SIZE_MAX) {
			struct str path = STR_INIT;

			words_split(&words, line_span(&doc->lines.items[line++]));
			if (words.count < 3 || words.items[2].varies ||
			    level_of(&words) <= best.level)
				continue;
			str_add_span(&path, words.items[2].text);
			free(best.address);
			best.address = str_detach(&path, NULL);
			best.level = level_of(&words);
		}
	}
	words_release(&words);
	if (best.address && best.address[0] != '/' && !strpbrk(best.address, "@:")) {
		struct str absolute = STR_INIT;

		file_absolute(cwd, best.address, &absolute);
		free(best.address);
		best.address = str_detach(&absolute, NULL);
	}
	return best.address;
}

static char *socket_in_files(const struct strings *files, const char *cwd, struct err *err)
{
	struct loaded    loaded = LOADED_INIT;
	struct document *doc = load_document(files, &loaded, err);
	char            *address = doc ? declared_socket(doc, cwd) : NULL;

	if (doc && !address)
		err_set(err, ERR_IO, "'%s' declares no stats socket; add 'stats socket "
			"PATH level admin' to its global section, or name one with -s",
			files->list.items[0]);
	document_free(doc);
	loaded_release(&loaded);
	return address;
}

static void describe(const struct local_process *process, struct str *out)
{
	str_addf(out, "%spid %ld", out->len ? ", " : "", (long)process->pid);
	for (size_t i = 0; i < process->files.list.count; i++)
		str_addf(out, " -f %s", process->files.list.items[i]);
}

/* The one HAProxy that runs here, or NULL with the reason. */
static const struct local_process *only_process(const struct local_processes *list,
						struct err *err)
{
	const struct local_process *found = NULL;
	struct str                  names = STR_INIT;
	size_t                      count = 0;

	for (size_t i = 0; i < list->list.count; i++) {
		if (list->list.items[i].worker)
			continue;
		found = &list->list.items[i];
		describe(found, &names);
		count++;
	}
	if (!count)
		err_set(err, ERR_IO, "no HAProxy runs on this machine; name one with -s, or a "
			"configuration with -f");
	else if (count > 1)
		err_set(err, ERR_IO, "several HAProxy run here (%s); choose one with -s or -f",
			names.bytes);
	str_release(&names);
	return count == 1 ? found : NULL;
}

static int attach_local(struct console *console, struct err *err)
{
	struct local_processes      list = LOCAL_PROCESSES_INIT;
	const struct local_process *found;
	char                       *address = NULL;
	int                         status = -1;

	if (local_find(&list, err) < 0)
		return -1;
	found = only_process(&list, err);
	if (found && found->files.list.count)
		address = socket_in_files(&found->files, found->cwd, err);
	else if (found)
		err_set(err, ERR_IO, "pid %ld was started without -f; name its socket with -s",
			(long)found->pid);
	if (address)
		status = console_attach(console, address, false, err);
	else if (found && found->master_socket)
		status = console_attach(console, found->master_socket, true, err);
	free(address);
	local_release(&list);
	return status;
}

static int attach_named(struct console *console, struct err *err)
{
	/* The first named is the one that is operated on: it is put in front last. */
	for (size_t i = console->socket_paths.list.count; i-- > 0;)
		if (console_attach(console, console->socket_paths.list.items[i], false, err) < 0)
			return -1;
	return 0;
}

static int attach_configured(struct console *console, struct err *err)
{
	char *address = socket_in_files(&console->config_paths, NULL, err);
	int   status;

	if (!address)
		return -1;
	status = console_attach(console, address, false, err);
	free(address);
	return status;
}

static int use_master(struct console *console, struct err *err)
{
	if (console->has_master || !console->master_path)
		return 0;
	if (client_init(&console->master, console->loop, console->master_path, true, err) < 0)
		return -1;
	console->has_master = true;
	console->service.master = &console->master;
	return 0;
}

struct process *console_process(struct console *console, struct err *err)
{
	int status;

	if (console->processes.count)
		return console->processes.items[0];
	if (use_master(console, err) < 0)
		return NULL;
	if (console->socket_paths.list.count)
		status = attach_named(console, err);
	else if (console->master_path)
		status = console_attach(console, console->master_path, true, err);
	else if (console->config_paths.list.count)
		status = attach_configured(console, err);
	else
		status = attach_local(console, err);
	return status < 0 ? NULL : console->processes.items[0];
}
