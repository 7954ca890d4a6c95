/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The functions of effect_table's rows, by the file that has them (effect.h
 * says what an effect_fn does). */
#ifndef PENSTOCK_PLAN_EFFECTS_H
#define PENSTOCK_PLAN_EFFECTS_H

#include "penstock/plan/effect.h"

#define EFFECT(name) \
	int name(const struct effect_context *context, struct step *step, struct str *why)

/* set_server.c: the lines of servers that stay. */
EFFECT(effect_address);
EFFECT(effect_weight);
EFFECT(effect_state);
EFFECT(effect_maxconn);
EFFECT(effect_ssl);
EFFECT(effect_moved);

/* checks.c */
EFFECT(effect_check);
EFFECT(effect_check_port);
EFFECT(effect_check_address);
EFFECT(effect_agent);
EFFECT(effect_agent_address);
EFFECT(effect_agent_port);
EFFECT(effect_agent_send);

/* dynamic.c */
EFFECT(effect_server_added);
EFFECT(effect_server_deleted);

/* No row: what a plan without a reload tries where a row gives up. */
EFFECT(effect_server_replaced);

/* backends.c: backends that come and go, HAProxy 3.4 and later. */
EFFECT(effect_backend_added);
EFFECT(effect_backend_deleted);

/* limits.c: frontends, the process, cookies of backends. */
EFFECT(effect_frontend_maxconn);
EFFECT(effect_global_maxconn);
EFFECT(effect_global_rate);
EFFECT(effect_cookie_key);
EFFECT(effect_cookie_dynamic);

/* effect_files.c */
EFFECT(effect_map);
EFFECT(effect_acl);
EFFECT(effect_certificate);

#undef EFFECT

/*
 * Appends the commands and inverses for the server of the context's change, which
 * is new on that line; without a look at what surrounds it.
 */
int server_addition(const struct effect_context *context, struct step *step, struct str *why);

#endif
