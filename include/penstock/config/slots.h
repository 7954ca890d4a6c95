/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Spare slots: in a section with `#@ slots N` a server that comes takes a line
 * that waits for it (`server NAME 0.0.0.0:PORT … disabled`), and one that goes
 * leaves such a line behind.  A slot keeps its name in file and process, so that
 * both ways are commands where HAProxy cannot add servers.
 */
#ifndef PENSTOCK_CONFIG_SLOTS_H
#define PENSTOCK_CONFIG_SLOTS_H

#include "penstock/config/edit.h"
#include "penstock/base/err.h"

/*
 * Inside an edit: fills the slot of that name, else the first free one, with
 * address and keywords (as server_add takes them), and appends the slot's name to
 * slot.  1 when one was taken, 0 when the section keeps none, none is free, or the
 * name is that of a server; -1 with the error of the values.
 */
int slots_take(struct candidate *candidate, struct span backend, struct span name,
	       struct span address, struct span params, struct str *slot, struct err *err);

/*
 * Inside an edit: makes the server's line a free slot again: its address goes, its
 * keywords stay, of which many can only be had at start.  1 when that was done, 0
 * when its section keeps no slots or has no such server; -1 with the error.
 */
int slots_empty(struct candidate *candidate, struct span backend, struct span name,
		struct err *err);

#endif
