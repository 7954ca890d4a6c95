/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * frontend, backend and listen sections as typed values, computed from the
 * lines (systems.md 1.3, 1.4, 1.6 in today's syntax), and the edits that bring
 * the lines to other values.  What no field stands for is a native line.
 */
#ifndef PENSTOCK_CONFIG_PROXY_H
#define PENSTOCK_CONFIG_PROXY_H

#include "penstock/config/edit.h"
#include "penstock/config/server.h"

/* A line that is a value of its own. */
struct native {
	char  *text; /* without indent, comment and line end */
	size_t line;
};

/*
 * `acl NAME MATCHER VALUE` + `use_backend BACKEND if NAME`, or the one-line form
 * `use_backend BACKEND if { MATCHER VALUE }`; `-i` may stand before the value.  A
 * use_backend line of any other shape is a native.
 */
struct rule {
	char  *type;      /* "path", "url", "header" */
	char  *operation; /* "path_beg", "hdr_dom", … */
	char  *header;    /* for type header, else NULL */
	char  *value;
	bool   ignore_case;
	char  *backend;
	bool   one_line;
	char  *acl;       /* name of the acl; NULL for the one-line form, and for a
	                   * new rule that is to be named after its content */
	size_t acl_line;  /* SIZE_MAX for the one-line form */
	size_t use_line;
	size_t behind;    /* how many natives that are use_backend lines HAProxy tries
	                   * before it; SIZE_MAX: a new rule that leaves it open */
};

/* One address of a bind line; a line may hold several, with commas between. */
struct bind {
	char  *address;
	char  *options; /* the words behind the addresses, as written; "" */
	size_t line;
};

struct member {
	char  *server;  /* the server's name */
	char  *host;
	int    port;    /* 0: none given */
	char  *options; /* everything behind the address, as written */
	size_t line;
};

struct health {
	bool  present;
	char *method;       /* "GET" unless said otherwise */
	char *uri;          /* "/" */
	char *http_version; /* "HTTP/1.0" */
	long  interval;     /* ms, what `inter` comes to for the servers that are
	                     * checked (HAProxy's own 2000 where nothing is said);
	                     * 0: they differ */
};

/* What a line of the section stands for in the view. */
enum line_role {
	ROLE_NONE, /* header, blank, comment, or overridden by a later line */
	ROLE_NATIVE,
	ROLE_BIND,
	ROLE_MODE,
	ROLE_BACKEND,
	ROLE_KEEPALIVE,
	ROLE_RULE,
	ROLE_BALANCE,
	ROLE_HOST,
	ROLE_COOKIE,
	ROLE_HEALTH,
	ROLE_INTERVAL, /* `default-server inter N`, nothing else on it */
	ROLE_MEMBER,
};

enum keepalive { KEEPALIVE_DEFAULT, KEEPALIVE_CLOSE, KEEPALIVE_SERVER_CLOSE };
extern const char *const keepalive_names[]; /* "default", "close", "server-close" */

struct proxy {
	enum section_kind kind;
	char *name;

	char *bind;          /* addresses of all bind lines, comma separated; "" */
	VEC(struct bind) binds;
	char *default_backend; /* NULL when not said */
	char *mode;          /* effective: own, inherited, else "tcp" */
	enum keepalive keepalive; /* effective */
	VEC(struct rule) rules;

	char *balance;       /* effective algorithm with its arguments; "roundrobin" */
	char *host;          /* `http-request set-header Host X`, unconditional; NULL */
	char *cookie;        /* text behind `cookie`, NULL */
	struct health health;
	VEC(struct member) members;
	char *source;        /* words of `#@ source KIND …`, NULL: static */
	char *source_name;   /* of `#@ source thalassa NAME VERSION`, else NULL */
	char *source_version;

	char *from;          /* the defaults named in the header, NULL */
	char *version;       /* of `#@ version X`, NULL */
	char *meta;          /* of `#@ meta {…}`, a JSON object; NULL */
	VEC(struct native) pragmas; /* the other `#@` lines, text behind the mark */

	VEC(struct native) natives;

	size_t header;       /* the section's first line */
	VEC(unsigned char) roles; /* enum line_role of each line from there on */
};

/*
 * Reads a section of kind frontend, backend or listen.  For a listen section
 * `side` says which half: SECTION_FRONTEND or SECTION_BACKEND; lines of the
 * other half are natives then.  Free with proxy_free.
 */
struct proxy *proxy_read(const struct document *doc, const struct section *section,
			 enum section_kind side);
void          proxy_free(struct proxy *proxy);

/*
 * One row for each field that `set` and `unset` know by a name of their own;
 * any other FIELD is a keyword of keyword_table, set as the section's one line
 * of it.
 */
struct field_def {
	const char *name;
	unsigned    sections;
	const char *values;  /* synopsis */
	const char *summary;
	/* words: the values as given; all NULL-safe, errors as usual */
	int  (*set)(struct candidate *candidate, const struct section *section,
		    const struct span *values, size_t count, struct err *err);
	int  (*unset)(struct candidate *candidate, const struct section *section, struct err *err);
};

extern const struct field_def field_table[];
extern const size_t           field_table_count;
const struct field_def       *field_find(unsigned kind, struct span name);

/*
 * The edits of the command language.  Each runs inside edit_begin/edit_end of
 * the caller, checks everything first and changes nothing when it fails.
 * `kinds` is a set of section kinds; names are checked with name_check.
 * Errors: ERR_NOT_FOUND, ERR_EXISTS, ERR_IN_USE (naming the lines), ERR_USAGE.
 */
int proxy_create(struct candidate *candidate, enum section_kind kind, struct span name,
		 struct span from, struct err *err);
int proxy_delete(struct candidate *candidate, unsigned kinds, struct span name,
		 struct err *err);
/* Deletes it though something refers to it. */
int proxy_drop(struct candidate *candidate, unsigned kinds, struct span name,
	       struct err *err);
int proxy_rename(struct candidate *candidate, unsigned kinds, struct span name,
		 struct span new_name, struct err *err);
int proxy_set(struct candidate *candidate, unsigned kinds, struct span name,
	      struct span field, const struct span *values, size_t count, struct err *err);
int proxy_unset(struct candidate *candidate, unsigned kinds, struct span name,
		struct span field, struct err *err);

/* params: the words behind the address, already quoted. */
int server_add(struct candidate *candidate, struct span backend, struct span name,
	       struct span address, struct span params, struct err *err);
int server_delete(struct candidate *candidate, struct span backend, struct span name,
		  struct err *err);
/* Whether nothing refers to the server; else ERR_IN_USE. */
int server_check_unused(struct candidate *candidate, struct span backend, struct span name,
			struct err *err);
/* Deletes it though something refers to it. */
int server_drop(struct candidate *candidate, struct span backend, struct span name,
		struct err *err);
int server_rename(struct candidate *candidate, struct span backend, struct span name,
		  struct span new_name, struct err *err);
int server_set_address(struct candidate *candidate, struct span backend, struct span name,
		       struct span address, struct err *err);
/* value is empty for keywords without arguments; their number is checked. */
int server_set(struct candidate *candidate, struct span backend, struct span name,
	       struct span keyword, const struct span *values, size_t count, struct err *err);
int server_unset(struct candidate *candidate, struct span backend, struct span name,
		 struct span keyword, struct err *err);

/* The same for a `server`, `default-server` or `server-template` line. */
int server_line_set(struct candidate *candidate, size_t line, struct span keyword,
		    const struct span *values, size_t count, struct err *err);
int server_line_unset(struct candidate *candidate, size_t line, struct span keyword,
		      struct err *err);

/*
 * Rules are numbered from 1 in the order of their use_backend lines, which is
 * the order in which HAProxy tries them; natives among them do not count.
 * `at` 0 or past the end: last.  rule_delete takes the acl line as well,
 * rule_move leaves it where it is as long as it stands before its use.
 */
int rule_add(struct candidate *candidate, struct span frontend, const struct rule *rule,
	     size_t at, struct err *err);
int rule_delete(struct candidate *candidate, struct span frontend, size_t number,
		struct err *err);
int rule_move(struct candidate *candidate, struct span frontend, size_t from, size_t to,
	      struct err *err);

/* The acl name that a rule gets: from its content only, so that two renders of
 * one model are the same; appended to out. */
void rule_name(const struct rule *rule, struct str *out);

#endif
