/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the effects have in common: putting safe commands into a step. */
#ifndef PENSTOCK_PLAN_COMMANDS_H
#define PENSTOCK_PLAN_COMMANDS_H

#include "penstock/plan/effect.h"
#include "penstock/plan/facts.h"

/* The longest command that every version reads whole (runtime-api.md 1.4). */
enum { COMMAND_MAX = 15000 };

/* Appends a command to the step. */
void step_command(struct step *step, enum reply_kind reply, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Appends what undoes the step's command of that index. */
void step_inverse(struct step *step, size_t undoes, enum reply_kind reply, const char *format,
		  ...) __attribute__((format(printf, 4, 5)));

/*
 * Appends "backend/server" of the change.  -1 with the reason in why when a
 * command cannot name it, or when only HAProxy knows whether it is there.
 */
int change_target(const struct effect_context *context, struct str *out, struct str *why);

/* The same checks for a change of a section; appends the section's name. */
int change_section(const struct effect_context *context, struct str *out, struct str *why);

/* Whether the word arrives as it is when it stands in a command. */
bool word_fits(const struct word *word);

/* Makes the step promise something of the change's server; values are set by
 * the caller. */
void step_promise(struct step *step, const struct change *change);

/*
 * The server, or the frontend, of the change as the process has it; NULL when
 * that is not known.  Where it says a value, a step begins with that one, and
 * its inverse restores it.
 */
const struct observed_server   *change_server_now(const struct effect_context *context);
const struct observed_frontend *change_frontend_now(const struct effect_context *context);

/* Says that there is nothing to send, because the process is there already. */
void step_has_already(struct step *step);

/* Sets the step's note. */
void step_note(struct step *step, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The version to plan for: the newest when no process is known. */
unsigned ability_version(const struct ability *ability);

/*
 * Takes host and port of a server line that a command can carry: a literal
 * address, in the form that inet_ntop gives, or (path true) a socket path.  The
 * port is 0 where none is written.  -1 with the reason.
 */
enum { IP_ROOM = 46 };
int server_endpoint(const struct server *server, char ip[IP_ROOM], long *port, bool path,
		    struct str *why);

/* The effects that dynamic.c makes. */
int effect_server_added(const struct effect_context *context, struct step *step,
			struct str *why);
int effect_server_deleted(const struct effect_context *context, struct step *step,
			  struct str *why);

/* Those of effect_files.c. */
int effect_map(const struct effect_context *context, struct step *step, struct str *why);
int effect_acl(const struct effect_context *context, struct step *step, struct str *why);

/*
 * Whether the backend's algorithm lets `what` ("weights", "new servers") change
 * at run time; -1 with the reason.
 */
int check_dynamic_balance(const struct effect_context *context, const char *what,
			  struct str *why);

/* Whether the order of servers means nothing to the algorithm; false for one
 * that is not known. */
bool balance_ignores_order(const struct balance_def *balance);

#endif
