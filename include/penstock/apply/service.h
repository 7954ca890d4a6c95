/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The service that an apply works on: the attached process, the files that it
 * was started with, the program that checks them and the way to reload it.
 */
#ifndef PENSTOCK_APPLY_SERVICE_H
#define PENSTOCK_APPLY_SERVICE_H

#include "penstock/config/edit.h"
#include "penstock/haproxy/local.h"
#include "penstock/haproxy/process.h"
#include "penstock/sys/child.h"
#include "penstock/sys/file.h"

/* Settings that the operator may give (`option`). */
struct service_options {
	const char *binary;         /* haproxy-binary; NULL: the running one's, else PATH */
	const char *reload_command; /* run by /bin/sh; NULL */
	int64_t     reload_timeout_ms;
	int64_t     delete_wait_ms; /* how long `del server` waits for sessions to end */
	const char *state_folder;
};

struct service {
	struct loop    *loop;
	struct log     *log;
	struct process *process;    /* NULL: none attached */
	struct client  *master;     /* of -S, or found; NULL */
	struct service_options options;
	/*
	 * While something is being undone: ^C does not end the waits of
	 * service_run, service_sleep and service_child, or half would stay done.
	 */
	bool undoing;
	/* found out by service_look: */
	bool looked;
	long looked_pid;            /* of the process then; another one: look again */
	struct local_process local; /* the manager of the attached PID; pid 0: not local */
	struct client *found;       /* the master client that we made; owned, or NULL */
};

/*
 * Fills `local` and master from the attached process, as far as it runs on
 * this machine.  Not finding it is no error.  Does nothing when it has looked
 * at this very process already.
 */
void service_look(struct service *service);
void service_release(struct service *service);

/* The folder that the service's relative paths are seen from; NULL: ours. */
const char *service_folder(const struct service *service);

/*
 * The environment that the service's own files are to be read with, NAME=VALUE
 * and a NULL at the end: that of the running process without what HAProxy sets
 * for itself, or nothing at all when that cannot be read (then ours has to do).
 */
void service_environment(const struct service *service, struct strings *out);

/* client_run on the attached process, and loop_sleep; see `undoing`. */
int service_run(struct service *service, const char *command, struct str *reply,
		struct err *err);
int service_sleep(struct service *service, int64_t ms, struct err *err);

/* child_run, begun again when ^C has ended it; see `undoing`. */
int service_child(struct service *service, const struct child_spec *spec,
		  struct child_result *result, struct err *err);

/* The haproxy program to check with: the option, else the running one's, else
 * one in PATH or in the usual places; appended. */
void service_binary(const struct service *service, struct str *out);

/* Configuration files as a document, with stamps to notice foreign changes. */
struct loaded {
	VEC(struct file_stamp) stamps; /* one per file of the document */
	struct strings         paths;  /* the files and folders that were asked for */
};
#define LOADED_INIT { .stamps = VEC_INIT, .paths = STRINGS_INIT }

/* The files that these paths stand for, folders looked into; appended.  Errors: as
 * load_document. */
int load_list(const struct strings *paths, struct strings *out, struct err *err);

/*
 * Reads files and folders (their *.cfg, bytewise order: management manual
 * section 3, -f) into a new document.  An empty file is one without lines.
 * Errors: ERR_IO, each with the path; ERR_USAGE without any path.
 */
struct document *load_document(const struct strings *paths, struct loaded *loaded,
			       struct err *err);
void             loaded_release(struct loaded *loaded);

#endif
