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
#include "penstock/plan/observed.h"

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
	/* First words of what its `help` lists ("add server"); NULL: not known. */
	const struct strings *commands;
};

/* Whether the process knows the command by its first words; true when it did
 * not say what it knows. */
bool ability_has_command(const struct ability *ability, const char *command);

/* How a reply shows that a command was done (runtime-api.md 3.0). */
enum reply_kind {
	REPLY_EMPTY,
	REPLY_ADDRESS,        /* "IP changed …", "port changed …", "nothing changed", … */
	REPLY_SERVER_ADDED,   /* "New server registered." */
	REPLY_SERVER_DELETED, /* "Server deleted." */
	REPLY_FQDN,           /* "… changed its FQDN from …", "no need to change …" */
	REPLY_SSL,            /* "server ssl setting updated." */
	REPLY_BACKEND_ADDED,  /* "New backend registered." and so on, HAProxy 3.4 */
	REPLY_BACKEND_DELETED,
	REPLY_PUBLISHED,
	REPLY_UNPUBLISHED,
	REPLY_CERT_SET,       /* "Transaction created for certificate …!", or "… updated" */
	REPLY_CERT_COMMITTED, /* "Success!" */
	REPLY_ANY,            /* the command cannot fail in a way that matters */
};

struct plan_command {
	char           *text;
	char           *payload;    /* lines that follow "<<" at the text's end; never shown, it
	                             * may be a private key.  NULL: none */
	enum reply_kind reply;
	bool            until_free; /* `del server`: wait until no connection is left, retry */
	size_t          undoes;     /* in an inverse: index of the command that it undoes; it
	                             * is sent only if that one was done */
};

/*
 * What the process must say afterwards, read back from `show servers state`,
 * `show stat` and `show info`.  A promise is about one server (backend and server
 * set), one backend, one frontend, or one field of `show info`; what is -1 or
 * NULL is not promised.  Addresses are in the form that inet_ntop gives.
 */
struct promise {
	char *backend, *server, *frontend;
	char *info;             /* a field of `show info`; its value is `value` */
	char *address, *fqdn, *check_address, *agent_address;
	long  port, weight, check_port, agent_port, value;
	long  maxconn;          /* of the server or the frontend; 0 is no limit */
	int   maint;            /* 1, 0: in maintenance by command or not */
	int   check, agent;     /* 1, 0: health or agent checks enabled */
	bool  absent;           /* the server or backend must be gone */
};
#define PROMISE_INIT                                                                 \
	{ .port = -1, .weight = -1, .check_port = -1, .agent_port = -1, .value = -1, \
	  .maxconn = -1, .maint = -1, .check = -1, .agent = -1 }

/* What must hold in the process before a step's first command is sent. */
enum need_kind {
	NEED_SERVER,    /* the server is there */
	NEED_NO_SERVER, /* no server has that name yet */
	NEED_CHECK,     /* … and has health checks, on or off */
	NEED_AGENT,     /* … and has agent checks, on or off */
	NEED_WEIGHT,    /* … and began with the weight `value` */
	NEED_OTHER,     /* what `show servers state` does not tell: for people only */
};

struct need {
	enum need_kind kind;
	char          *backend, *server; /* NULL for NEED_OTHER */
	long           value;
	char          *text; /* "server live/app1 is there" */
};

struct step {
	enum step_kind kind;
	VEC(struct need) needs;
	VEC(struct plan_command) commands; /* runtime only */
	VEC(struct plan_command) inverse;  /* undoes them; in the order to be sent */
	bool   undo_by_reload; /* no command undoes all of it: files back, then a reload */
	struct promise promise;
	char  *what;        /* changes: "weight of live/app2 100 -> 50" */
	char  *why_reload;  /* for reload: why no command will do; else NULL */
	char  *note;        /* what to know: "open connections stay …"; NULL */
	struct place at;    /* path borrowed from the later document (earlier if deleted) */
	unsigned line_count; /* lines that the step stands for */
	size_t line_before, line_after; /* the first one in each document, or SIZE_MAX */
};

/*
 * What is different between process and file beside the operator's edits: it
 * stays so at run time, and a reload brings it along or undoes it.
 */
enum aside_kind {
	ASIDE_BRINGS, /* in the file, not in the process */
	ASIDE_UNDOES, /* in the process by somebody's hand, not in the file */
	ASIDE_KINDS,
};
extern const char *const aside_kind_names[ASIDE_KINDS]; /* "brings", "undoes" */

struct aside {
	enum aside_kind kind;
	char           *text; /* "weight of live/app1: 30 by hand, 100 in the file" */
	struct place    at;   /* path borrowed from a document */
};

struct plan {
	VEC(struct step) steps;
	size_t runtime, reload, none; /* how many of each */
	bool   forced_reload;         /* the operator asked for one (`apply reload`) */
	size_t crowd;                 /* so many servers come and go that a reload costs
	                               * less; 0: they do not */
	bool   assumed;               /* made without a process: the newest rules hold */
	VEC(struct aside) asides;
	size_t aside_counts[ASIDE_KINDS];
	char  *doubt;                 /* why it is not known what the process loaded; NULL */
	/* Without a reload: what the file is after the runtime steps alone; the steps of
	 * kind reload are left out.  NULL in other plans. */
	struct document *partial;
};

#define PLAN_INIT { .steps = VEC_INIT, .asides = VEC_INIT, .doubt = NULL, .partial = NULL }

/* What a plan is made of; everything is borrowed, NULL is not known. */
struct plan_request {
	const struct document *before;   /* what the process runs, as far as known */
	const struct document *after;    /* what it shall run: the edited files */
	const struct document *file;     /* the files before the edits; NULL: as before */
	const struct ability  *ability;
	const struct observed *observed; /* what the process says of itself */
	const char            *doubt;    /* `before` may not be what it runs, and why */
	bool without_reload;             /* only what commands can do, servers replaced */
	/*
	 * How many servers may come and go at run time; 0: any number.  Each takes
	 * several commands and, when it goes, a wait for its sessions, while a reload
	 * costs the same for all.  Changes of servers that stay are cheap (20,000 in
	 * a second) and do not count.
	 */
	size_t reload_threshold;
};

/*
 * Plans the way from one document to the other.  If any step has to be a
 * reload, the runtime steps stay listed as runtime but will be brought along
 * by it (plan_needs_reload).  Where the process was observed, its values are
 * what the steps begin with and what their inverses restore.
 *
 * Only the operator's edits become steps.  What others did to the files since
 * the process loaded them, or to the process itself, becomes asides.
 *
 * Without a reload, a server whose new line no command makes is deleted and
 * added again where that does no harm; lines that need a reload all the same
 * stay as they are in plan->partial, and their steps say that they are left out.
 */
void plan_make(struct plan *plan, const struct plan_request *request);
void plan_release(struct plan *plan);

bool plan_is_empty(const struct plan *plan);      /* no step at all, asides or not */
bool plan_needs_reload(const struct plan *plan);

/* "3 steps: 2 at run time, 1 reload because of haproxy.cfg:31 (bind :81 is new),
 * without which all 2 others could be had at run time" */
void plan_summary(const struct plan *plan, struct str *out);

/* The plan as text for people, as `plan` prints it. */
void plan_format(const struct plan *plan, struct str *out);

#endif
