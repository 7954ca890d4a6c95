/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The groups of commands, one file each: src/command/group_<name>.c. */
#ifndef PENSTOCK_COMMAND_GROUPS_H
#define PENSTOCK_COMMAND_GROUPS_H

#include "penstock/command/command.h"

extern const struct cmd_group show_group;    /* look at process and configuration */
extern const struct cmd_group edit_group;    /* edit the candidate */
extern const struct cmd_group lines_group;   /* its servers, rules and other lines */
extern const struct cmd_group files_group;   /* maps, acl files, certificates */
extern const struct cmd_group apply_group;   /* diff, plan, check, apply, reload */
extern const struct cmd_group lint_group;    /* what is wrong with the configuration */
extern const struct cmd_group route_group;   /* which way a request goes */
extern const struct cmd_group operate_group; /* act on the process at once */
extern const struct cmd_group console_group; /* the console itself */

#endif
