/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A plan: the ordered steps that bring a process from one document to another.
 * Data only; apply/ runs exactly what is printed from it.
 */
#ifndef PENSTOCK_PLAN_PLAN_H
#define PENSTOCK_PLAN_PLAN_H

#include <stdbool.h>

#include "penstock/base/level.h"
#include "penstock/config/keyword.h"
#include "penstock/plan/compare.h"

enum step_kind { STEP_NONE, STEP_RUNTIME, STEP_RELOAD };
extern const char *const step_kind_names[]; /* "none", "runtime", "reload" */

/*
 * What the process can do; the caller fills it from what it found out.  A
 * plan without a process (known == false) assumes the newest rules and says so.
 */
struct ability {
	bool              known;
	unsigned          version; /* VERSION_POINT(2, 6, 12) */
	enum access_level level;
	long              maxconn; /* of the process as a whole; 0: not known */
};

/* How a reply shows that a command was done (runtime-api.md 3.0). */
enum reply_kind {
	REPLY_EMPTY,
	REPLY_ADDRESS,        /* "IP changed …", "port changed …", "nothing changed", … */
	REPLY_SERVER_ADDED,   /* "New server registered." */
	REPLY_SERVER_DELETED, /* "Server deleted." */
	REPLY_ANY,            /* the command cannot fail in a way that matters */
};

struct plan_command {
	char           *text;
	enum reply_kind reply;
	bool            until_free; /* `del server`: wait until no connection is left, retry */
	size_t          undoes;     /* in an inverse: index of the command that it undoes; it
	                             * is sent only if that one was done */
};

/* What the process must say afterwards, read back from `show servers state`.
 * The address is in the form that inet_ntop gives. */
struct promise {
	char *backend, *server; /* NULL: nothing to read back */
	char *address;          /* literal IP, or NULL */
	long  port, weight;     /* -1: no promise */
	int   maint;            /* 1, 0, or -1 */
	bool  absent;           /* the server must be gone */
};

struct step {
	enum step_kind kind;
	VEC(struct plan_command) commands; /* runtime only */
	VEC(struct plan_command) inverse;  /* undoes them; in the order to be sent */
	bool   undo_by_reload; /* no command undoes all of it: files back, then a reload */
	struct promise promise;
	char  *reason;      /* "weight of live/app2 100 -> 50" */
	char  *why_reload;  /* for reload: why no command will do; else NULL */
	char  *note;        /* what to know: "open connections stay …"; NULL */
	struct place at;    /* path borrowed from the later document (earlier if deleted) */
	unsigned line_count; /* lines that the step stands for */
};

struct plan {
	VEC(struct step) steps;
	size_t runtime, reload, none; /* how many of each */
	bool   forced_reload;         /* the operator asked for one (`apply reload`) */
	bool   assumed;               /* made without a process: the newest rules hold */
};

#define PLAN_INIT { VEC_INIT, 0, 0, 0, false, false }

/*
 * Plans the way from one document to the other.  If any step has to be a
 * reload, the runtime steps stay listed as runtime but will be brought along
 * by it (plan_needs_reload).
 */
void plan_make(struct plan *plan, const struct document *before, const struct document *after,
	       const struct ability *ability);
void plan_release(struct plan *plan);

bool plan_is_empty(const struct plan *plan);      /* no step at all */
bool plan_needs_reload(const struct plan *plan);

/* "2 at run time, 1 reload because of haproxy.cfg:31" */
void plan_summary(const struct plan *plan, struct str *out);

/* The plan as text for people, as `plan` prints it. */
void plan_format(const struct plan *plan, struct str *out);

#endif
