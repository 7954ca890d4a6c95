/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a template's names stand for: the model as documents, and its lines. */
#ifndef PENSTOCK_CONFIG_JSON_TEMPLATE_TEXT_H
#define PENSTOCK_CONFIG_JSON_TEMPLATE_TEXT_H

#include <jansson.h>

#include "penstock/base/map.h"
#include "penstock/config/json_template.h"

struct template_model {
	const struct document *doc;
	size_t                 file;  /* SIZE_MAX: all */
	struct map             fixed; /* "frontend web": sections that the template has */
	json_t                *root;  /* the variables, "frontends" and "backends" */
};

/* Errors: ERR_USAGE for a variable that is not NAME=VALUE. */
int  template_model_init(struct template_model *model, const struct template_input *input,
			 struct err *err);
void template_model_release(struct template_model *model);

/*
 * Appends all sections of that side, with the comments that lead to them: listen
 * sections count as frontends.  Comments that `before` ends with, which the template
 * has itself, are not repeated.
 */
void template_sections(const struct template_model *model, enum section_kind side,
		       struct span before, struct str *out);

/* Appends the server lines of a backend or listen section; false: there is none. */
bool template_servers(const struct template_model *model, struct span name, struct str *out);

/* Appends what Aqueduct's helper makes of a document, or gives false: frontendHelper
 * and backendHelper the lines of the section, aclRule those of a rule. */
bool template_helper(const struct template_model *model, struct span helper,
		     const json_t *value, struct str *out);

/* Appends lines without the last one's end; with an indent, which stands before
 * the first already, each gets it in place of its own. */
void template_add_lines(struct str *out, struct span lines, struct span indent);

#endif
