/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The border between runtime and reload, as a table: one row a change kind and
 * range of versions (runtime-api.md section 4).  plan.c is a loop over it.
 */
#ifndef PENSTOCK_PLAN_EFFECT_H
#define PENSTOCK_PLAN_EFFECT_H

#include "penstock/plan/plan.h"

struct facts;

/* What an effect may look at. */
struct effect_context {
	const struct document *before, *after;
	const struct ability  *ability;
	const struct observed *observed; /* what the process says of itself; NULL */
	const struct change   *change;
	struct facts          *facts; /* what was found out about the documents (facts.h) */
};

/*
 * Fills the step's commands, inverse, promise and note, and returns 0; or
 * returns -1 with the reason why a command will not do in why (the step then
 * becomes a reload).  A runtime step without commands becomes one of kind none.
 */
typedef int (*effect_fn)(const struct effect_context *context, struct step *step,
			 struct str *why);

struct effect_def {
	enum change_kind  change;
	enum step_kind    kind;
	unsigned          since;  /* VERSION(x, y) from which the row holds; 0: always */
	unsigned          until;  /* first version for which it no longer holds; 0: none */
	enum access_level level;  /* what the commands need */
	unsigned          order;  /* among runtime steps: lower ones run first */
	effect_fn         make;   /* NULL for rows of kind reload */
	const char       *why;    /* kind reload: why no command will do; else the condition */
	const char       *command; /* for the documents: "set server B/S weight N" */
	const char       *undo;
	bool              lasting; /* survives a reload because the file says the same */
};

extern const struct effect_def effect_table[];
extern const size_t            effect_table_count;

/* The row that holds for this change and version; never NULL (the last row of
 * each kind has no bounds). */
const struct effect_def *effect_find(enum change_kind change, unsigned version);

/* Where the step comes among runtime steps: a server that goes into maintenance
 * does so before its other values change, and leaves it after them. */
unsigned effect_order(const struct effect_def *effect, const struct step *step);

/* Whether a version is within these bounds; an `until` of 0 is none. */
bool version_in(unsigned version, unsigned since, unsigned until);

/* The name of a change kind in documents and JSON: "server-weight". */
const char *change_name(enum change_kind kind);

/* Known faults of releases, never walked into (runtime-api.md 3, 6). */
struct fault_def {
	unsigned    since, until; /* as above */
	const char *command;      /* pattern of the command that must not be sent */
	bool (*bad)(struct span command); /* NULL: any of them; else those it picks */
	const char *what;         /* what would happen */
};
extern const struct fault_def fault_table[];
extern const size_t           fault_table_count;

/* The fault that sending this command would meet, or NULL. */
const struct fault_def *fault_find(unsigned version, struct span command);

#endif
