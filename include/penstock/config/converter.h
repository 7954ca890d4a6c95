/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HAProxy's converters (configuration manual, section 7.3.1). */
#ifndef PENSTOCK_CONFIG_CONVERTER_H
#define PENSTOCK_CONFIG_CONVERTER_H

#include "penstock/config/expression.h"

struct converter_def {
	const char     *name; /* a pattern with * for a family */
	enum datum_type in, out;
	/* Gets a value of type `in`, gives NONE where HAProxy's fails. */
	struct datum  (*convert)(struct scene *scene, struct datum in,
				 const struct expression_step *step);
	const char     *why;  /* where convert is NULL: why it is not known on paper */
};

extern const struct converter_def converter_table[];
extern const size_t               converter_table_count;

/* The row, or NULL. */
const struct converter_def *converter_find(struct span name);

/* map(FILE[,DEFAULT]) and its kin: the last step's. */
struct datum    convert_map(struct scene *s, struct datum in, const struct expression_step *step);
enum datum_type map_out_type(struct span name);

/* word and field, which count from either end. */
struct datum convert_word(struct scene *s, struct datum in, const struct expression_step *step);
struct datum convert_field(struct scene *s, struct datum in, const struct expression_step *step);
struct datum convert_regsub(struct scene *s, struct datum in, const struct expression_step *step);
struct datum convert_url_dec(struct scene *s, struct datum in,
			     const struct expression_step *step);
struct datum convert_url_enc(struct scene *s, struct datum in,
			     const struct expression_step *step);
struct datum convert_concat(struct scene *s, struct datum in,
			    const struct expression_step *step);
struct datum convert_add_item(struct scene *s, struct datum in,
			      const struct expression_step *step);

/* An argument, or an empty span. */
struct span step_arg(const struct expression_step *step, size_t index);

/* A copy of text in the scene's arena. */
struct datum text_result(struct scene *s, struct str *take_text);

#endif
