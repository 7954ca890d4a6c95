/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Everything that one running Penstock has: the processes it is attached to,
 * the candidate, the settings, and the front end that can ask the operator.
 */
#ifndef PENSTOCK_COMMAND_CONSOLE_H
#define PENSTOCK_COMMAND_CONSOLE_H

#include "penstock/apply/running.h"
#include "penstock/apply/service.h"
#include "penstock/apply/transaction.h"
#include "penstock/apply/vocabulary.h"
#include "penstock/command/command.h"
#include "penstock/command/keymap.h"
#include "penstock/command/option.h"
#include "penstock/command/output.h"

/* What the front end (batch, line mode, screen) does for commands. */
struct front_end {
	/*
	 * Asks a question.  `word` NULL: y or n; else the operator has to type
	 * that word.  1 yes, 0 no, -1 cannot ask (then err says why).  May turn the
	 * loop.
	 */
	int (*ask)(void *data, const char *question, const char *word, struct err *err);
	/* Asks for a password, which is not shown; appends it.  NULL: cannot ask. */
	int (*secret)(void *data, const char *question, struct str *out, struct err *err);
	/* Something worth a line now, before the command ends; may be NULL. */
	void (*progress)(void *data, const char *sentence);
	/* Hands the terminal to a child and takes it back; may be NULL. */
	void (*suspend)(void *data, bool away);
	void *data;
};

struct console {
	struct loop *loop;
	struct log   log;
	struct options options;
	struct keymap  keymap;
	struct front_end front;

	/* the command line */
	struct strings config_paths;   /* -f */
	struct strings socket_paths;   /* -s */
	char          *master_path;    /* -S */
	char          *state_folder;
	bool read_only, yes, dry_run, keep_going, detailed_exitcode, interactive, verbose;

	/* attached to */
	VEC(struct process *) processes; /* the first is the one that is operated on */
	struct client  master;           /* valid when has_master */
	bool           has_master;
	struct service service;

	/* edited */
	struct candidate *candidate;     /* NULL until the configuration is needed */
	struct loaded     loaded;
	struct running    runs;          /* what the process runs, see console_running */
	struct strings    loaded_paths;  /* -f, or what the process was started with */

	struct vocabulary vocabulary;    /* of the installed haproxy, when it was asked */
	bool   vocabulary_asked;

	bool   running;                  /* a command is (see command_run_text) */
	unsigned include_depth;
	bool   error_placed;             /* the error under way names its script and line */
	bool   quit;
	void  *screen;                   /* ui's own; NULL without a screen */
	struct err last_error;           /* of keep_going */
};

struct console *console_new(struct loop *loop);
void            console_free(struct console *console);

/* The process to work on, attached and identified at the first call: -s, else
 * -S, else the stats sockets in -f, else the one HAProxy of this machine.
 * Errors: those of process_identify; ERR_NOT_FOUND when -f declares no socket;
 * ERR_IO when no HAProxy runs here, or several do, which it lists. */
struct process *console_process(struct console *console, struct err *err);

/* Attaches to one more address and makes it the first. */
int console_attach(struct console *console, const char *address, bool is_master,
		   struct err *err);

/* The candidate, loaded at the first call from -f, else from what the process
 * was started with.  Errors: ERR_IO, ERR_USAGE (no -f and nothing known). */
struct candidate *console_candidate(struct console *console, struct err *err);

/*
 * Takes all edits back, as an edit that undo knows.  Where the files on disk
 * are others than those that were loaded, they are read anew and the edits are
 * forgotten (*reread).  Errors: as console_candidate.
 */
int console_discard(struct console *console, bool *reread, struct err *err);

/*
 * Brings `runs` up to date for the attached process; keeps a copy of it in
 * the state folder, unless read-only.  Needs the candidate.
 */
void console_find_running(struct console *console);

/*
 * What the process will run after the candidate has been applied at run time: its
 * edits made to what it runs.  NULL when that is not known.  The caller frees.
 */
struct document *console_running_next(const struct console *console,
				      const struct candidate *candidate);

/* Plans from what the process runs to the candidate.  The plan's places borrow the
 * documents. */
int console_plan(struct console *console, bool without_reload, struct plan *plan,
		 struct err *err);

/* What the installed haproxy knows, asked at the first call; NULL where it cannot
 * tell.  For completion, which never waits: console->vocabulary as it is. */
const struct vocabulary *console_vocabulary(struct console *console);

/* Asks unless --yes; ERR_CANCELLED when the answer is no. */
int console_ask(struct console *console, const char *question, const char *word,
		struct err *err);

/* Says at once what the operator should know of a command that works. */
void console_warn(struct console *console, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Runs /etc/penstock/rc and the user's, with the built-in keymap first.  A
 * missing file is no error. */
int console_read_rc(struct console *console, struct err *err);

/* Makes the options' values known where they matter; the state folder as well,
 * by --state, PENSTOCK_STATE, or the default. */
void console_use_options(struct console *console);

#endif
