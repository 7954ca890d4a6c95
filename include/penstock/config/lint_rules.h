/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside lint: what its rules share, and the rules themselves by topic. */
#ifndef PENSTOCK_CONFIG_LINT_RULES_H
#define PENSTOCK_CONFIG_LINT_RULES_H

#include "penstock/base/map.h"
#include "penstock/config/lint.h"

struct lint {
	const struct document   *doc;
	const struct lint_facts *facts;
	const struct lint_rule  *rule; /* the one that is running */
	struct findings         *out;
	const struct section   **defaults;    /* of each section; NULL: none */
	bool                    *conditional; /* of each line: between .if and .endif */
	struct words             words;       /* of the line that lint_next found */
};

/* A new finding at a line, with the running rule's severity. */
struct finding *lint_find(struct lint *lint, size_t line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Commands that mend it: one that sets something, one that deletes the section,
 * one that deletes or replaces a line.  A text that the command language would
 * not leave as it is makes no fix. */
void finding_fix(struct finding *finding, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void finding_delete_section(struct finding *finding, const struct section *section);
void finding_delete_line(struct lint *lint, struct finding *finding, size_t line);
void finding_set_line(struct lint *lint, struct finding *finding, size_t line,
		      struct span text);

/* "haproxy.cfg:12"; a name quoted for the command language. */
void lint_add_place(const struct lint *lint, size_t line, struct str *out);
void lint_add_name(struct str *out, struct span name);

/*
 * The next line behind *line whose first word is the keyword (NULL: any line
 * with words), split into lint->words; begin with the section's first line.
 */
bool lint_next(struct lint *lint, const struct section *section, const char *keyword,
	       size_t *line);

/* The defaults section that it inherits from, or NULL. */
const struct section *lint_defaults(const struct lint *lint, const struct section *section);

/* The line that sets it, the section's own or the nearest inherited one (the last
 * that says it), or SIZE_MAX.  *owner, if not NULL, gets the section. */
size_t lint_setting(struct lint *lint, const struct section *section, const char *first,
		    const char *second, const struct section **owner);

bool lint_is_http(struct lint *lint, const struct section *section);
bool lint_is_disabled(struct lint *lint, const struct section *section);

/* Whether a word of the line comes from the environment. */
bool lint_words_vary(const struct words *words);

void lint_missing_timeout(struct lint *lint, const struct section *section);
void lint_missing_request_timeout(struct lint *lint, const struct section *section);
void lint_default_server(struct lint *lint, const struct section *section);
void lint_table_lost(struct lint *lint, const struct section *section);
void lint_stats_page(struct lint *lint, const struct section *section);
void lint_state_file(struct lint *lint, const struct section *section);
void lint_unused_section(struct lint *lint, const struct section *section);
void lint_unknown_keyword(struct lint *lint, const struct section *section);

void lint_unused_acl(struct lint *lint, const struct section *section);
void lint_acl_or(struct lint *lint, const struct section *section);
void lint_unused_backend(struct lint *lint, const struct section *section);
void lint_computed_backend(struct lint *lint, const struct section *section);

void lint_unreachable_rule(struct lint *lint, const struct section *section);
void lint_shadowed_rule(struct lint *lint, const struct section *section);

void lint_port_in_use(struct lint *lint, const struct section *section);
void lint_duplicate_bind(struct lint *lint, const struct section *section);
void lint_overlapping_bind(struct lint *lint, const struct section *section);
void lint_stats_socket(struct lint *lint, const struct section *section);

void lint_weight_zero(struct lint *lint, const struct section *section);
void lint_check_settings(struct lint *lint, const struct section *section);
void lint_unchecked(struct lint *lint, const struct section *section);
void lint_duplicate_server(struct lint *lint, const struct section *section);
void lint_insecure_password(struct lint *lint, const struct section *section);

void lint_certificate_expired(struct lint *lint, const struct section *section);
void lint_certificate_expires(struct lint *lint, const struct section *section);

#endif
