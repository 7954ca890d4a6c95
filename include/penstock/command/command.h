/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The commands: tables of what there is, and the one way to run a line of
 * them, whether it comes from the prompt, a key, a script, -c or an rc file.
 *
 * A row of cmd_def gives name, typed arguments, help and handler; synopsis,
 * parsing, completion, help texts and the documents come from it.
 */
#ifndef PENSTOCK_COMMAND_COMMAND_H
#define PENSTOCK_COMMAND_COMMAND_H

#include <stdbool.h>
#include <stdint.h>

#include "penstock/base/err.h"
#include "penstock/command/words.h"
#include "penstock/haproxy/process.h"

struct console;
struct output;
struct call;
struct completions;

/* What a word may be; one row each in arg.c (placeholder, check, completion). */
enum arg_type {
	ARG_WORD,
	ARG_NUMBER,         /* 0 or more */
	ARG_DURATION,       /* 30s, 2m; bare: seconds */
	ARG_CHOICE,         /* one of arg_def.choices, "a|b|c" */
	ARG_SERVER,         /* backend/server, of the configuration or the process */
	ARG_SERVER_GLOB,    /* the same, with * ? [] */
	ARG_NEW_SERVER,     /* backend/NAME that need not exist */
	ARG_FRONTEND,
	ARG_BACKEND,
	ARG_SECTION_KIND,   /* frontend, backend, defaults, … */
	ARG_SECTION_NAME,
	ARG_KEYWORD,        /* of a section's lines */
	ARG_USERLIST,
	ARG_USER,           /* LIST/NAME of a user or group */
	ARG_OBJECT,         /* a section kind, or such a keyword */
	ARG_DEFAULTS,
	ARG_SERVER_KEYWORD,
	ARG_SERVER_VALUE,   /* what the keyword before it takes */
	ARG_FIELD,          /* of field_table, or any keyword of the section */
	ARG_ADDRESS,
	ARG_WEIGHT,         /* 0-256 or N% */
	ARG_COLUMN,         /* with - before it: descending */
	ARG_COLUMNS,        /* comma separated */
	ARG_EXPRESSION,     /* words up to the next option keyword */
	ARG_PATH,
	ARG_ATTACHED,       /* a map, acl file or certificate of the configuration */
	ARG_PLACE,          /* FILE:LINE; its number is LINE */
	ARG_RULE_KIND,
	ARG_COMMAND,        /* a command line */
	ARG_COMMAND_NAME,
	ARG_OPTION_NAME,
	ARG_VIEW,
	ARG_CONTEXT,        /* of keymaps */
	ARG_KEYS,
	ARG_TEXT,
	ARG_SECRET,         /* a password: never shown or kept */
	ARG_TYPE_COUNT
};

/* How an argument stands on the line. */
enum arg_form {
	ARG_ONE,    /* must be there */
	ARG_MAYBE,  /* may be there */
	ARG_SOME,   /* one or more words */
	ARG_ANY,    /* any number of words */
	ARG_REST,   /* all the rest of the line, at least one word, options included */
	ARG_REST_MAYBE,
	ARG_OPTION, /* its name, then a value */
	ARG_FLAG,   /* its name alone */
};

struct arg_def {
	const char   *name;
	enum arg_type type;
	enum arg_form form;
	const char   *help;
	const char   *choices; /* for ARG_CHOICE */
};

enum cmd_effect {
	CMD_PROCESS  = 1 << 0, /* needs an attached process */
	CMD_CONFIG   = 1 << 1, /* needs the configuration */
	CMD_EDITS    = 1 << 2, /* changes the candidate: runs inside one edit */
	CMD_OPERATES = 1 << 3, /* changes the process at once */
	CMD_APPLIES  = 1 << 4, /* changes files and process */
	CMD_SCREEN   = 1 << 5, /* has a meaning on the screen only */
	CMD_NOW      = 1 << 6, /* never waits: may run while another command does */
};

enum { CMD_ARGS_MAX = 8 };

struct cmd_def {
	const char    *name;    /* "show servers": words, the verb first */
	const char    *summary; /* short, no full stop */
	const char    *detail;  /* sentences; may be NULL */
	struct arg_def args[CMD_ARGS_MAX]; /* up to the first without a name */
	unsigned       effect;
	enum access_level level; /* that an operating command needs */
	const char    *example; /* a line that works on the demo */
	int (*run)(struct call *call, struct err *err);
};

struct cmd_group {
	const char           *name;  /* "show", "edit", …: heading in documents */
	const char           *title;
	const struct cmd_def *commands;
	size_t                count;
};

/* Adds ui/'s group behind those of this layer, before anything runs. */
void command_add_group(const struct cmd_group *group);

/* All commands in the order of the documents; *group, if not NULL, gets the
 * group of the one at index. */
size_t command_count(void);
const struct cmd_def *command_at(size_t index, const struct cmd_group **group);

/*
 * The command whose name these words begin with (the longest that fits).
 * `prefixes`: unambiguous beginnings of its words will do.  *taken gets the
 * number of words of the name.  Errors: ERR_USAGE with suggestions.
 */
const struct cmd_def *command_find(const struct cmd_words *words, bool prefixes, size_t *taken,
				   struct err *err);

/* "set server SERVER KEYWORD [VALUE...]" */
void command_synopsis(const struct cmd_def *def, struct str *out);

/* Everything that `help NAME` shows. */
void command_help(const struct cmd_def *def, struct str *out);

/* The arguments of a running command, by the names in its row. */
struct call {
	struct console       *console;
	const struct cmd_def *def;
	struct output        *out;
	const struct cmd_words *words;
	struct arg_value {
		bool    given;
		size_t  first, count; /* its words */
		int64_t number;       /* what the type's check made of the word */
	} values[CMD_ARGS_MAX];
};

bool        call_given(const struct call *call, const char *name);
struct span call_text(const struct call *call, const char *name); /* its first word; may be empty */
size_t      call_count(const struct call *call, const char *name); /* words */
struct span call_item(const struct call *call, const char *name, size_t index);
int64_t     call_number(const struct call *call, const char *name, int64_t otherwise);
/* All its words as they were typed, quotes and all. */
struct span call_source(const struct call *call, const char *name);
/* Of these the words from `index` on; may be empty. */
struct span call_source_from(const struct call *call, const char *name, size_t index);
/*
 * The same as text of the configuration: as typed, quotes and all; but one word
 * that is all quoted ("# a comment") is the text that it holds.
 */
struct span call_config_text(const struct call *call, const char *name, size_t index);
/* Its words unquoted, with one blank between. */
void        call_join(const struct call *call, const char *name, struct str *out);

/* Fills call->values; errors: ERR_USAGE with the column of the word and the synopsis. */
int call_parse(struct call *call, const struct cmd_def *def, size_t name_words, bool prefixes,
	       struct err *err);

/*
 * Runs the commands of a text one after the other (they end at newlines and
 * ;).  `where` names the text in errors (a script's path; its line is added);
 * where.file NULL: typed.  Stops at the first that fails, unless the console's
 * keep_going; then the first error is kept and the others are reported.
 */
int command_run_text(struct console *console, struct span text, struct place where,
		     struct output *out, struct err *err);

/*
 * Appends the text with *** in place of passwords: for titles, histories and
 * whatever else outlives a command.
 */
void command_redact(struct span text, struct str *out);

/* Whether all commands of the text are CMD_NOW (for keys). */
bool command_is_now(struct span text);

#endif
