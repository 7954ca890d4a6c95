/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What differs between two documents, in HAProxy's terms: objects aligned by
 * (section kind, name), servers by (backend, name), other lines by their words.
 * Pure and linear: equal sections are passed over by looking at their lines.
 */
#ifndef PENSTOCK_PLAN_COMPARE_H
#define PENSTOCK_PLAN_COMPARE_H

#include "penstock/config/document.h"

/* One row per kind in effect.c says what each can become. */
enum change_kind {
	CHANGE_COMMENT,         /* comments, blank lines, blanks, quoting, order of sections */
	CHANGE_SECTION_ADDED,
	CHANGE_SECTION_DELETED,
	CHANGE_LINE_ADDED,      /* a line of a section that has no kind of its own */
	CHANGE_LINE_DELETED,
	CHANGE_LINE_CHANGED,    /* the same keyword with other words */
	CHANGE_LINES_MOVED,     /* same lines, another order */
	CHANGE_SERVER_ADDED,
	CHANGE_SERVER_DELETED,
	CHANGE_SERVER_MOVED,    /* another order of the same servers */
	CHANGE_SERVER_ADDRESS,  /* address or port */
	CHANGE_SERVER_WEIGHT,
	CHANGE_SERVER_STATE,    /* `disabled` came or went */
	CHANGE_SERVER_MAXCONN,
	CHANGE_SERVER_CHECK,    /* `check` came or went */
	CHANGE_SERVER_CHECK_PORT,
	CHANGE_SERVER_CHECK_ADDRESS,
	CHANGE_SERVER_AGENT,    /* `agent-check` came or went */
	CHANGE_SERVER_AGENT_ADDRESS,
	CHANGE_SERVER_AGENT_PORT,
	CHANGE_SERVER_AGENT_SEND,
	CHANGE_SERVER_SSL,      /* `ssl` came or went */
	CHANGE_SERVER_KEYWORD,  /* any other keyword of a server line */
	CHANGE_FRONTEND_MAXCONN,
	CHANGE_MAP_ADDED,       /* an entry of a map file */
	CHANGE_MAP_DELETED,
	CHANGE_MAP_CHANGED,
	CHANGE_ACL_ADDED,       /* a pattern of an acl file */
	CHANGE_ACL_DELETED,
	CHANGE_CERTIFICATE,     /* the content of one */
	CHANGE_FILE,            /* of an attached file, in a way that no command follows */
	CHANGE_GLOBAL_MAXCONN,
	CHANGE_GLOBAL_RATE,     /* maxconnrate, maxsessrate, maxsslrate, maxcomprate */
	CHANGE_COOKIE_KEY,      /* dynamic-cookie-key of a backend */
	CHANGE_COOKIE_DYNAMIC,  /* `dynamic` of a backend's cookie line came or went */
	CHANGE_KINDS,           /* how many there are */
};

/*
 * Texts are owned copies.  Line and section numbers refer to the two documents;
 * SIZE_MAX where a side has none.  For CHANGE_COMMENT the keyword says what it
 * is: "comment", "blank line", "spacing", "order".
 */
struct change {
	enum change_kind kind;
	enum section_kind section;
	char  *name;    /* of the section; "" for global */
	char  *server;  /* NULL unless it is about one */
	char  *keyword; /* "bind", "timeout server", "check"; NULL for servers as a whole */
	char  *before;  /* value or line before, NULL when added */
	char  *after;   /* value or line after, NULL when deleted */
	size_t line_before, line_after;
	size_t section_before, section_after; /* indexes into document.sections */
	size_t lines;   /* how many lines it stands for; at least 1 */
};

struct changes {
	VEC(struct change) list;
};
#define CHANGES_INIT { VEC_INIT }

/*
 * Appends the changes in the order of the later document.  Documents that are
 * not document_equal give at least one change, equal ones none.
 */
void compare_documents(const struct document *before, const struct document *after,
		       struct changes *out);
void changes_release(struct changes *changes);

#endif
