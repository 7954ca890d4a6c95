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
	/* found out by service_look: */
	bool looked;
	struct local_process local; /* the manager of the attached PID; pid 0: not local */
};

/* Fills `local` and master from the attached process, as far as it runs on
 * this machine.  Not finding it is no error. */
void service_look(struct service *service);
void service_release(struct service *service);

/* The haproxy program to check with; appended. */
void service_binary(const struct service *service, struct str *out);

/* Configuration files as a document, with stamps to notice foreign changes. */
struct loaded {
	VEC(struct file_stamp) stamps; /* one per file of the document */
};

/*
 * Reads files and folders (their *.cfg, bytewise order: management manual
 * section 3, -f) into a new document.  Errors: ERR_IO, each with the path.
 */
struct document *load_document(const struct strings *paths, struct loaded *loaded,
			       struct err *err);
void             loaded_release(struct loaded *loaded);

#endif
