/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asking the installed HAProxy for its keywords. */
#ifndef PENSTOCK_APPLY_VOCABULARY_H
#define PENSTOCK_APPLY_VOCABULARY_H

#include "penstock/apply/service.h"
#include "penstock/config/vocabulary.h"

/*
 * Runs the service's haproxy with -dKall on an empty configuration, which it
 * prints its keywords for and then refuses.  Takes some milliseconds: not to be
 * done at the start.  Errors: those of child_run; ERR_UNSUPPORTED for versions
 * before 2.6, which have no such list.
 */
int vocabulary_ask(struct service *service, struct vocabulary *vocabulary, struct err *err);

#endif
