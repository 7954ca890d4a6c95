/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/command/console.h"

#include <stdlib.h>
#include <unistd.h>

#include "penstock/apply/attach_files.h"
#include "penstock/apply/observe.h"
#include "penstock/base/mem.h"
#include "penstock/plan/diff.h"
#include "penstock/base/utf8.h"

struct console *console_new(struct loop *loop)
{
	struct console *console = xcalloc(1, sizeof(*console));

	console->loop = loop;
	log_init(&console->log);
	options_init(&console->options);
	console->service.loop = loop;
	console->service.log = &console->log;
	console->runs = (struct running)RUNNING_INIT;
	console->last_error = (struct err)ERR_INIT;
	console_use_options(console);
	return console;
}

void console_free(struct console *console)
{
	if (!console)
		return;
	service_release(&console->service);
	vocabulary_release(&console->vocabulary);
	for (size_t i = 0; i < console->processes.count; i++)
		process_free(console->processes.items[i]);
	vec_release(&console->processes);
	if (console->has_master)
		client_release(&console->master);
	candidate_free(console->candidate);
	loaded_release(&console->loaded);
	running_release(&console->runs);
	strings_release(&console->loaded_paths);
	strings_release(&console->config_paths);
	strings_release(&console->socket_paths);
	free(console->master_path);
	free(console->state_folder);
	keymap_release(&console->keymap);
	options_release(&console->options);
	log_release(&console->log);
	err_release(&console->last_error);
	free(console);
}

/* The folder that XDG_NAME says, else that one under HOME. */
static char *xdg_folder(const char *variable, const char *under_home)
{
	const char *folder = getenv(variable), *home = getenv("HOME");
	struct str  path = STR_INIT;

	if (folder && folder[0] == '/')
		str_addf(&path, "%s/penstock", folder);
	else
		str_addf(&path, "%s/%s/penstock", home ? home : "", under_home);
	return str_detach(&path, NULL);
}

static const char *state_folder(struct console *console)
{
	const char *given = getenv("PENSTOCK_STATE");

	if (console->state_folder)
		return console->state_folder;
	if (given && *given)
		console->state_folder = xstrdup(given);
	else if (geteuid() == 0)
		console->state_folder = xstrdup("/var/lib/penstock");
	else
		console->state_folder = xdg_folder("XDG_STATE_HOME", ".local/state");
	return console->state_folder;
}

static const char *text_option(const struct console *console, enum option_id id)
{
	return console->options.values[id].len ? console->options.values[id].bytes : NULL;
}

void console_use_options(struct console *console)
{
	struct service_options *options = &console->service.options;
	int64_t                 timeout = console->options.numbers[OPT_TIMEOUT];

	options->binary = text_option(console, OPT_HAPROXY_BINARY);
	options->reload_command = text_option(console, OPT_RELOAD_COMMAND);
	options->reload_timeout_ms = console->options.numbers[OPT_RELOAD_TIMEOUT];
	options->delete_wait_ms = console->options.numbers[OPT_DELETE_WAIT];
	options->state_folder = state_folder(console);
	for (size_t i = 0; i < console->processes.count; i++)
		console->processes.items[i]->client.timeout_ms = timeout;
	if (console->has_master)
		console->master.timeout_ms = timeout;
}

static int read_rc_file(struct console *console, const char *path, struct err *err)
{
	struct str    text = STR_INIT;
	struct output out;
	int           status = 0;

	if (!file_exists(path))
		return 0;
	output_init_text(&out);
	status = file_read(path, &text, NULL, err);
	if (status == 0)
		status = command_run_text(console, str_span(&text),
					  (struct place){ path, 1, 0 }, &out, err);
	output_release(&out);
	str_release(&text);
	return status;
}

int console_read_rc(struct console *console, struct err *err)
{
	char         *own = xdg_folder("XDG_CONFIG_HOME", ".config");
	struct str    path = STR_INIT;
	struct output out;
	int           status;

	output_init_text(&out);
	status = command_run_text(console, keymap_builtin("default"),
				  (struct place){ "default.keymap", 1, 0 }, &out, err);
	output_release(&out);
	str_addf(&path, "%s/rc", own);
	if (status == 0)
		status = read_rc_file(console, "/etc/penstock/rc", err);
	if (status == 0)
		status = read_rc_file(console, path.bytes, err);
	str_release(&path);
	free(own);
	return status;
}

/* The files that -f names, else those that the process was started with. */
static const struct strings *config_paths(struct console *console, struct err *err)
{
	if (console->config_paths.list.count)
		return &console->config_paths;
	if (!console_process(console, err)) {
		err_prefix(err, "no configuration is named with -f, and none is found");
		return NULL;
	}
	service_look(&console->service);
	if (console->service.local.files.list.count)
		return &console->service.local.files;
	err_set(err, ERR_USAGE, "no configuration is known; name it with -f");
	return NULL;
}

struct candidate *console_candidate(struct console *console, struct err *err)
{
	const struct strings *paths;
	struct document      *doc;

	if (console->candidate)
		return console->candidate;
	paths = config_paths(console, err);
	doc = paths ? load_document(paths, &console->loaded, err) : NULL;
	if (!doc)
		return NULL;
	attach_files(doc, service_folder(&console->service), &console->loaded, NULL);
	console->candidate = candidate_new(doc);
	/* In a long session somebody may write to the files before the first plan. */
	if (console->interactive)
		console_find_running(console);
	return console->candidate;
}

int console_discard(struct console *console, bool *reread, struct err *err)
{
	const struct strings *paths = config_paths(console, err);
	struct loaded         loaded = LOADED_INIT;
	struct document      *doc = paths ? load_document(paths, &loaded, err) : NULL;

	if (!doc)
		return -1;
	attach_files(doc, service_folder(&console->service), &loaded, NULL);
	*reread = !document_equal(doc, console->candidate->base);
	if (*reread) {
		candidate_rebase(console->candidate, doc);
	} else {
		edit_discard(console->candidate);
		document_free(doc);
	}
	loaded_release(&console->loaded);
	console->loaded = loaded;
	return 0;
}

static struct ability ability_of(const struct console *console)
{
	const struct process *process = console->service.process;
	struct ability        ability = { .known = false };

	if (process && process->known) {
		ability.known = true;
		ability.version = process->version_number;
		ability.level = process->level;
		ability.maxconn = info_number(str_span(&process->info), "Maxconn", 0);
		ability.commands = &process->commands;
	}
	return ability;
}

void console_find_running(struct console *console)
{
	struct candidate *candidate = console->candidate;

	if (candidate && console->service.process &&
	    !running_is_current(&console->runs, &console->service))
		running_find(&console->runs, &console->service, candidate->base,
			     &console->loaded, !console->read_only && !console->dry_run);
}

struct document *console_running_next(const struct console *console,
				      const struct candidate *candidate)
{
	const struct document *running = console->runs.doc;

	if (!running || !running_is_current(&console->runs, &console->service))
		return NULL;
	if (document_equal(running, candidate->base))
		return document_dup(candidate->now);
	return merge_documents(candidate->base, candidate->now, running, NULL);
}

/* The process as it is now, which may be another one than we knew. */
static struct observed *observe(struct console *console)
{
	struct process  *process = console->service.process;
	struct observed *observed = observe_process(&console->service, NULL);

	if (observed && observed->pid != process->pid)
		process_identify(process, NULL);
	return observed;
}

/* Where the process begins: with what it loaded, or with the files, in doubt. */
static void begin_request(struct console *console, struct plan_request *request)
{
	const struct candidate *candidate = console->candidate;
	const struct document  *running;

	request->before = candidate->base;
	request->after = candidate->now;
	request->reload_threshold = (size_t)console->options.numbers[OPT_RELOAD_THRESHOLD];
	if (!request->observed)
		return;
	console_find_running(console);
	running = console->runs.doc;
	if (console->runs.doubt.len)
		request->doubt = console->runs.doubt.bytes;
	if (!running || document_equal(running, candidate->base))
		return;
	request->before = running;
	request->file = candidate->base;
}

int console_plan(struct console *console, bool without_reload, struct plan *plan,
		 struct err *err)
{
	struct candidate   *candidate = console_candidate(console, err);
	struct ability      ability;
	struct observed    *observed = NULL;
	struct plan_request request = { .ability = &ability, .without_reload = without_reload };

	if (!candidate)
		return -1;
	/* Without a process the plan is one on paper. */
	if (console_process(console, NULL))
		request.observed = observed = observe(console);
	begin_request(console, &request);
	ability = ability_of(console);
	plan_make(plan, &request);
	observed_free(observed);
	return 0;
}

const struct vocabulary *console_vocabulary(struct console *console)
{
	if (!console->vocabulary_asked) {
		console->vocabulary_asked = true;
		vocabulary_ask(&console->service, &console->vocabulary, NULL);
	}
	return vocabulary_is_known(&console->vocabulary) ? &console->vocabulary : NULL;
}

int console_ask(struct console *console, const char *question, const char *word,
		struct err *err)
{
	int answer;

	if (console->yes)
		return 0;
	if (!console->front.ask)
		return err_set(err, ERR_DENIED, "%s; say --yes to go on", question);
	answer = console->front.ask(console->front.data, question, word, err);
	if (answer < 0)
		return -1;
	return answer ? 0 : err_set(err, ERR_CANCELLED, "not done: the answer was no");
}

void console_warn(struct console *console, const char *format, ...)
{
	struct str text = STR_INIT, raw = STR_INIT;
	va_list    args;

	va_start(args, format);
	str_vaddf(&raw, format, args);
	va_end(args);
	str_add_text(&text, "warning: ");
	utf8_sanitise(&text, str_span(&raw), false);
	str_release(&raw);
	if (console->front.progress)
		console->front.progress(console->front.data, text.bytes);
	else
		log_add(&console->log, LOG_WARN, "%s", text.bytes);
	str_release(&text);
}
