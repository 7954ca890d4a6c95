/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Templates as Aqueduct took them: Handlebars over the documents of frontends and
 * backends (systems.md 1.6), and the server lines of one backend (8.2).
 *
 *	{{ frontends }}  {{ backends }}   whole sections, as they are
 *	{{ backends_NAME }}               the server lines of backend NAME
 *	{{ haproxySocketPath }}           of `stats socket`
 *	{{#each frontends}} … {{key}} {{frontendHelper this}} {{aclRule this}} … {{/each}}
 *	{{#if X}} … {{else}} … {{/if}}  {{#unless X}} … {{/unless}}  {{! … }}
 *
 * A name is a field of the document that is at hand, else of one around it, else a
 * variable.  Three braces are as good as two: nothing is escaped for HTML.
 *
 * Sections that the template has itself are left out of what it asks for, so that
 * rendering what was rendered gives the same bytes.
 */
#ifndef PENSTOCK_CONFIG_JSON_TEMPLATE_H
#define PENSTOCK_CONFIG_JSON_TEMPLATE_H

#include "penstock/config/document.h"

struct template_input {
	struct span            text;
	const char            *source;    /* its name in errors */
	const struct document *model;     /* where sections and servers come from */
	size_t                 file;      /* only of that file of it; SIZE_MAX: of all */
	const struct document *settings;  /* where haproxySocketPath comes from */
	const struct span     *variables; /* NAME=VALUE; they go before all others */
	size_t                 count;
};

/*
 * Appends the configuration.  Errors: ERR_PARSE with line and column for what is
 * no template or no name, ERR_USAGE for a variable without a value.
 */
int template_render(const struct template_input *input, struct str *out, struct err *err);

/* The configuration of a document that `put` takes, on its own.  NULL: error. */
struct document *template_model(struct span json, const char *source, struct err *err);

#endif
