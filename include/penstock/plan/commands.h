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

/* Says what must hold before the step, of the change's server. */
void step_need(struct step *step, enum need_kind kind, const struct change *change, long value);

/* The same of what `show servers state` does not tell. */
void step_need_text(struct step *step, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * Appends "backend/server" of the change.  -1 with the reason in why when a
 * command cannot name it, or when only HAProxy knows whether it is there.
 */
int change_target(const struct effect_context *context, struct str *out, struct str *why);

/* The same checks for a change of a section; appends the section's name. */
int change_section(const struct effect_context *context, struct str *out, struct str *why);

/* Whether it hangs on a condition that the change's sections are there; -1 with
 * the reason. */
int check_sections(const struct effect_context *context, struct str *why);

/* The checks of change_section for another section of that side. */
int check_section_name(const struct effect_context *context, int side, size_t section,
		       struct str *why);

/* Both lines of a changed server with what they inherit, and its name for
 * commands. */
struct server_pair {
	struct server_facts sides[SIDES];
	struct str          target; /* "backend/server" */
};

/* Fills pair, which is to be released in any case; -1 as change_target. */
int  pair_read(struct server_pair *pair, const struct effect_context *context, struct str *why);
void pair_release(struct server_pair *pair);

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
 * address, in the form that inet_ntop gives; 0.0.0.0 and :: only for a spare
 * server, a socket path (no ip then) only where the kind says so.  The port is 0
 * where none is written.  -1 with the reason.
 */
enum { IP_ROOM = 46 };
enum endpoint_kind { ENDPOINT_IP, ENDPOINT_SPARE, ENDPOINT_PATH };
int server_endpoint(const struct server *server, char ip[IP_ROOM], long *port,
		    enum endpoint_kind kind, struct str *why);

/* Gives inet_ntop's form of a literal address; false when it is none. */
bool canonical_ip(struct span host, char ip[IP_ROOM]);

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
