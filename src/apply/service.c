/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/apply/service.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "penstock/base/mem.h"

/* Where packages and `make install` put it; a user's PATH often lacks these. */
static const char *const binary_places[] = {
	"/usr/sbin/haproxy",
	"/usr/local/sbin/haproxy",
	"/sbin/haproxy",
};

static void forget(struct service *service)
{
	if (service->found && service->master == service->found)
		service->master = NULL;
	if (service->found) {
		client_release(service->found);
		free(service->found);
	}
	service->found = NULL;
	local_process_release(&service->local);
	service->local = (struct local_process){ .pid = 0 };
	service->looked = false;
}

void service_release(struct service *service)
{
	forget(service);
}

/* Whether the address is one of this machine: then it can be bound to. */
static bool is_here(const struct client *client)
{
	const struct sock_address *address =
		client->resolved.port[0] ? &client->resolved : &client->address;

	return address->is_unix || sock_try_bind(address->host, "0", NULL) == 0;
}

static void find_local(struct service *service)
{
	struct local_processes      list = LOCAL_PROCESSES_INIT;
	const struct local_process *manager = NULL;

	/* A HAProxy in a container tells a PID of its own numbering; that no
	 * HAProxy of ours has it is all that can be seen from here. */
	if (local_find(&list, NULL) == 0)
		manager = local_manager(&list, (pid_t)service->process->pid);
	if (manager) {
		size_t at = (size_t)(manager - list.list.items);

		service->local = *manager;
		list.list.items[at] = (struct local_process){ .pid = 0 };
	}
	local_release(&list);
}

/* The address of -S, made absolute when it is a path seen from the master. */
static void master_address(const struct local_process *local, struct str *out)
{
	const char *given = local->master_socket;

	if (!local->master || !given)
		return;
	if (strncmp(given, "unix@", 5) == 0)
		given += 5;
	if (given[0] == '/' || strchr(given, '@') || strchr(given, ':'))
		str_add_text(out, given);
	else
		file_absolute(local->cwd, given, out);
}

static void find_master(struct service *service)
{
	const struct client *attached = &service->process->client;
	struct str           address = STR_INIT;
	struct client       *client;

	if (service->master)
		return;
	if (attached->is_master)
		str_add_span(&address, str_span(&attached->name));
	else
		master_address(&service->local, &address);
	client = xcalloc(1, sizeof(*client));
	if (client_init(client, service->loop, address.bytes, true, NULL) < 0 ||
	    (client->address.is_unix && !file_exists(client->address.path))) {
		client_release(client);
		free(client);
	} else {
		service->master = service->found = client;
	}
	str_release(&address);
}

void service_look(struct service *service)
{
	struct process *process = service->process;

	if (service->looked && process && service->looked_pid == process->pid)
		return;
	forget(service);
	if (!process || !process->known)
		return;
	service->looked = true;
	service->looked_pid = process->pid;
	if (is_here(&process->client))
		find_local(service);
	find_master(service);
}

const char *service_folder(const struct service *service)
{
	/* A process that has changed its root has left the folder it started in. */
	if (!service->local.pid || service->local.root || !service->local.cwd)
		return NULL;
	return access(service->local.cwd, X_OK) == 0 ? service->local.cwd : NULL;
}

/* What HAProxy and its supervisor say to a process that they start, and what
 * another one would take for itself. */
static const char *const inner_variables[] = {
	"HAPROXY_LOAD_SUCCESS=", "HAPROXY_MWORKER", "HAPROXY_PROCESSES=",
	"HAPROXY_STARTUPLOGS_FD=", "LISTEN_FDS=", "LISTEN_PID=", "NOTIFY_SOCKET=",
};

static bool is_inner(struct span variable)
{
	for (size_t i = 0; i < N(inner_variables); i++)
		if (span_starts(variable, inner_variables[i]))
			return true;
	return false;
}

void service_environment(const struct service *service, struct strings *out)
{
	struct str  path = STR_INIT, bytes = STR_INIT;
	struct span rest, variable;
	const char *ours = getenv("PATH");
	bool        has_path = false;

	str_addf(&path, "/proc/%ld/environ", (long)service->local.pid);
	if (service->local.pid && file_read(path.bytes, &bytes, NULL, NULL) == 0 && bytes.len) {
		rest = str_span(&bytes);
		while (span_split(&rest, '\0', &variable)) {
			has_path = has_path || span_starts(variable, "PATH=");
			if (variable.len && !is_inner(variable))
				strings_add_n(out, variable.at, variable.len);
		}
		str_reset(&path);
		str_addf(&path, "PATH=%s", ours ? ours : "");
		if (!has_path && ours)
			strings_add(out, path.bytes);
		*vec_push(&out->list) = NULL;
	}
	str_release(&path);
	str_release(&bytes);
}

/* Whether a wait that ended this way has to be begun again. */
static bool goes_on(const struct service *service, struct err *why)
{
	if (!service->undoing || why->code != ERR_CANCELLED)
		return false;
	err_clear(why);
	return true;
}

int service_run(struct service *service, const char *command, struct str *reply,
		struct err *err)
{
	struct err why = ERR_INIT;
	size_t     before = reply->len;
	int        status;

	do {
		str_cut(reply, before);
		status = client_run(&service->process->client, command, reply, &why);
	} while (status < 0 && goes_on(service, &why));
	if (status < 0)
		err_take(err, &why);
	err_release(&why);
	return status;
}

int service_sleep(struct service *service, int64_t ms, struct err *err)
{
	struct err why = ERR_INIT;
	int        status;

	do
		status = loop_sleep(service->loop, ms, &why);
	while (status < 0 && goes_on(service, &why));
	if (status < 0)
		err_take(err, &why);
	err_release(&why);
	return status;
}

int service_child(struct service *service, const struct child_spec *spec,
		  struct child_result *result, struct err *err)
{
	struct err why = ERR_INIT;
	int        status;

	while ((status = child_run(service->loop, spec, result, &why)) < 0 &&
	       goes_on(service, &why))
		child_result_release(result);
	if (status < 0)
		err_take(err, &why);
	err_release(&why);
	return status;
}

static bool is_in_path(const char *name)
{
	const char *path = getenv("PATH");
	struct span rest = span_of(path), folder;
	struct str  file = STR_INIT;
	bool        found = false;

	while (path && !found && span_split(&rest, ':', &folder)) {
		str_reset(&file);
		str_add_span(&file, folder);
		str_addf(&file, "/%s", name);
		found = access(file.bytes, X_OK) == 0;
	}
	str_release(&file);
	return found;
}

void service_binary(const struct service *service, struct str *out)
{
	const char *given = service->options.binary;

	if (given && *given) {
		str_add_text(out, given);
		return;
	}
	if (service->local.pid && service->local.binary &&
	    access(service->local.binary, X_OK) == 0) {
		str_add_text(out, service->local.binary);
		return;
	}
	for (size_t i = 0; i < N(binary_places) && !is_in_path("haproxy"); i++) {
		if (access(binary_places[i], X_OK) == 0) {
			str_add_text(out, binary_places[i]);
			return;
		}
	}
	str_add_text(out, "haproxy");
}

static int load_file(struct document *doc, const char *path, struct loaded *loaded,
		     struct err *err)
{
	struct str        bytes = STR_INIT;
	struct file_stamp stamp = { 0 };
	int               status = file_read(path, &bytes, &stamp, err);

	if (status == 0) {
		document_add_file(doc, path, str_span(&bytes));
		*vec_push(&loaded->stamps) = stamp;
	}
	str_release(&bytes);
	return status;
}

/* HAProxy looks where '.cfg' stands first in the name: it passes a.cfg.cfg over. */
static bool is_fragment(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *end = strstr(slash ? slash : path, ".cfg");

	return end && end[4] == '\0';
}

static int list_folder(const char *path, struct strings *out, struct err *err)
{
	struct strings files = STRINGS_INIT;
	int            status = file_list(path, ".cfg", &files, err);

	for (size_t i = 0; i < files.list.count && status == 0; i++)
		if (is_fragment(files.list.items[i]))
			strings_add(out, files.list.items[i]);
	strings_release(&files);
	return status;
}

int load_list(const struct strings *paths, struct strings *out, struct err *err)
{
	int status = 0;

	if (!paths->list.count)
		return err_set(err, ERR_USAGE, "no configuration file is given; try -f FILE");
	for (size_t i = 0; i < paths->list.count && status == 0; i++) {
		if (file_is_directory(paths->list.items[i]))
			status = list_folder(paths->list.items[i], out, err);
		else
			strings_add(out, paths->list.items[i]);
	}
	/* One folder of several may be empty. */
	if (status == 0 && !out->list.count)
		status = err_set(err, ERR_IO, "there is no file '*.cfg' in the folder '%s'",
				 paths->list.items[0]);
	return status;
}

struct document *load_document(const struct strings *paths, struct loaded *loaded,
			       struct err *err)
{
	struct document *doc = document_new();
	struct strings   files = STRINGS_INIT;
	int              status = load_list(paths, &files, err);

	vec_reset(&loaded->stamps);
	strings_release(&loaded->paths);
	for (size_t i = 0; i < files.list.count && status == 0; i++)
		status = load_file(doc, files.list.items[i], loaded, err);
	for (size_t i = 0; i < paths->list.count && status == 0; i++)
		strings_add(&loaded->paths, paths->list.items[i]);
	strings_release(&files);
	if (status == 0)
		return doc;
	document_free(doc);
	return NULL;
}

void loaded_release(struct loaded *loaded)
{
	vec_release(&loaded->stamps);
	strings_release(&loaded->paths);
}
