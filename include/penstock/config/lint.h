/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What `haproxy -c` does not find: settings that HAProxy accepts and an operator
 * regrets.  Rules say only what is certain; where a name is computed at run time
 * they are silent.
 *
 * `#@ lint ignore RULE...` silences rules (`all`: every one): behind a line or
 * directly above it for that line, directly below a section's header for the
 * whole section.
 */
#ifndef PENSTOCK_CONFIG_LINT_H
#define PENSTOCK_CONFIG_LINT_H

#include <stdbool.h>
#include <stdint.h>

#include "penstock/config/document.h"
#include "penstock/config/vocabulary.h"

/* LINT_INFO: nothing is wrong, but worth knowing. */
enum lint_severity { LINT_INFO, LINT_WARNING, LINT_ERROR };
extern const char *const lint_severity_names[];

struct lint;

struct lint_rule {
	const char        *name; /* "unused-acl" */
	enum lint_severity severity;
	unsigned           kinds;   /* the sections that it looks at; 0: the whole document */
	const char        *summary; /* what is found */
	const char        *why;     /* what comes of it, and whether there is an edit */
	/* private: calls lint_find; section is NULL where kinds is 0 */
	void (*check)(struct lint *lint, const struct section *section);
};

extern const struct lint_rule lint_rule_table[];
extern const size_t           lint_rule_table_count;
const struct lint_rule       *lint_rule_find(struct span name);

/*
 * What the document cannot say; the caller asks the machine.  A NULL function,
 * and 0 for `now`, mean that nobody knows: rules that need it are silent.
 */
struct lint_facts {
	int64_t now;     /* seconds since 1970 */
	int64_t horizon; /* certificates that expire within so many seconds are told */
	/* The bytes of a file that the configuration names; false: not to be had. */
	bool (*read)(void *data, const char *path, struct str *out);
	/* The paths of the files in a folder, sorted; false: it is none. */
	bool (*list)(void *data, const char *path, struct strings *out);
	/* Whether a program other than this HAProxy listens there, and which, as
	 * "nginx (pid 812)"; empty where only that is known.  The line is that of
	 * the bind. */
	bool (*is_taken)(void *data, size_t line, const char *host, const char *port,
			 struct str *holder);
	const struct vocabulary *vocabulary; /* of the installed HAProxy */
	void *data;
};

/* What a command changes: those of one kind do not get into each other's way. */
enum lint_fix_kind { LINT_FIX_LINE, LINT_FIX_DELETE, LINT_FIX_SET, LINT_FIX_KINDS };

/* One command that mends; see findings. */
struct lint_fix {
	char              *command;
	enum lint_fix_kind kind;
	size_t             line; /* that a command of kind LINE names by FILE:LINE */
};

struct finding {
	const struct lint_rule *rule;
	enum lint_severity      severity; /* may be graver than the rule's */
	size_t                  line;
	struct str              text;     /* a sentence, lower case, no full stop */
	VEC(struct lint_fix) fixes;       /* all together; none: it is for people */
};

struct findings {
	VEC(struct finding) list;
};
#define FINDINGS_INIT { VEC_INIT }

/*
 * Appends what is found, in the order of the lines.  facts may be NULL.  The
 * findings hold line numbers of the document as it is.
 */
void lint_run(const struct document *doc, const struct lint_facts *facts,
	      struct findings *findings);
void findings_release(struct findings *findings);

/* The fixes as one command line, "a; b"; nothing where there are none. */
void finding_add_fixes(const struct finding *finding, struct str *out);

#endif
