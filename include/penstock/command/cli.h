/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The program's own command line: one table of its switches. */
#ifndef PENSTOCK_COMMAND_CLI_H
#define PENSTOCK_COMMAND_CLI_H

#include "penstock/command/console.h"

struct cli {
	struct strings commands; /* -c */
	char *script;            /* path, "-", or NULL */
	enum output_format format;
	bool line, help, version, list_commands, no_rc;
	int  columns, lines;     /* of --screen; 0 */
};
#define CLI_INIT { .commands = STRINGS_INIT }

struct switch_def {
	const char *name;     /* "-f", "--json" */
	const char *value;    /* placeholder, or NULL when it takes none */
	const char *help;
	int (*take)(struct cli *cli, struct console *console, const char *value, struct err *err);
};
extern const struct switch_def switch_table[];
extern const size_t            switch_table_count;

/* Reads argv into cli and console.  Errors: ERR_USAGE. */
int  cli_parse(struct cli *cli, struct console *console, int argc, char **argv,
	       struct err *err);
void cli_release(struct cli *cli);

/* What --help prints. */
void cli_usage(struct str *out);

/* What --commands prints: each command as a JSON object. */
void cli_list_commands(struct output *out);

#endif
