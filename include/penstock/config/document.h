/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The byte-exact configuration: one or several files as one list of lines.
 *
 * Three laws (style.md 2.11): render(parse(x)) == x for every byte string; a
 * splice changes the lines that it names and no others; parsing never refuses.
 *
 * A line is its bytes, ending included, and the file that it stands in.  Lines
 * are never written to: an edit puts other lines in their place.  The bytes
 * live in a pool that copies of the document share, so a copy costs 16 bytes a
 * line and undo costs nothing.
 *
 * Sections are a view over the lines, kept in step by document_splice.
 */
#ifndef PENSTOCK_CONFIG_DOCUMENT_H
#define PENSTOCK_CONFIG_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "penstock/base/err.h"
#include "penstock/base/str.h"
#include "penstock/base/vec.h"
#include "penstock/config/lexer.h"

struct line {
	const char *bytes; /* in the pool */
	uint32_t    len;   /* with its ending */
	uint32_t    file;  /* index into document.files */
};

/* Bits, so that a set of kinds is one number.  See section_table. */
enum section_kind {
	SECTION_NONE        = 0, /* lines before the first section of a file */
	SECTION_GLOBAL      = 1 << 0,
	SECTION_DEFAULTS    = 1 << 1,
	SECTION_FRONTEND    = 1 << 2,
	SECTION_BACKEND     = 1 << 3,
	SECTION_LISTEN      = 1 << 4,
	SECTION_USERLIST    = 1 << 5,
	SECTION_PEERS       = 1 << 6,
	SECTION_RESOLVERS   = 1 << 7,
	SECTION_MAILERS     = 1 << 8,
	SECTION_PROGRAM     = 1 << 9,
	SECTION_RING        = 1 << 10,
	SECTION_HTTP_ERRORS = 1 << 11,
	SECTION_CACHE       = 1 << 12,
	SECTION_FCGI_APP    = 1 << 13,
	SECTION_LOG_FORWARD = 1 << 14,
	SECTION_LOG_PROFILE = 1 << 15,
	SECTION_CRT_STORE   = 1 << 16,
	SECTION_TRACES      = 1 << 17,
	SECTION_ACME        = 1 << 18,
	SECTION_HEALTHCHECK = 1 << 19,
	SECTION_NAMESPACES  = 1 << 20,

	SECTION_FRONTS = SECTION_FRONTEND | SECTION_LISTEN, /* where clients connect */
	SECTION_BACKS  = SECTION_BACKEND | SECTION_LISTEN,  /* where servers are */
	SECTION_PROXY  = SECTION_DEFAULTS | SECTION_FRONTEND | SECTION_BACKEND | SECTION_LISTEN,
	SECTION_ANY    = ~0,
};

struct section_def {
	enum section_kind kind;
	const char       *keyword;
	bool              named;   /* the header carries a name */
	const char       *summary; /* for completion */
};

extern const struct section_def section_table[];
extern const size_t             section_table_count;

/* The row for a section keyword, or for one kind; NULL when there is none. */
const struct section_def *section_def_find(struct span keyword);
const struct section_def *section_def_of(enum section_kind kind);

/* "" for SECTION_NONE. */
const char *section_keyword(enum section_kind kind);

struct section {
	enum section_kind kind;
	uint32_t          file;
	size_t            first; /* index of the header line */
	size_t            count; /* lines, the header included, up to the next header */
	struct span       name;  /* empty where there is none; in the pool */
	struct span       from;  /* the defaults named after `from`; empty if none */
};

/*
 * What a file is to HAProxy.  Attached files are those that the configuration
 * names and the operator edits with it; they stand behind all configuration
 * files, and their lines belong to no section.
 */
enum file_kind {
	FILE_CONFIG,   /* of -f */
	FILE_MAP,      /* key and value a line */
	FILE_ACL,      /* a pattern a line */
	FILE_CRT_LIST,
	FILE_CERT,     /* may hold a private key: its content is never shown */
};

struct document_file {
	char  *path;  /* as given; shown in messages */
	size_t lines; /* how many of the document's lines are its */
	enum file_kind kind;
	char  *name;  /* attached files: as the configuration, and so the process, names
	               * it; else NULL */
};

struct document {
	VEC(struct document_file) files;
	VEC(struct line) lines;       /* of all files, in their order */
	VEC(struct section) sections; /* in the same order */
	struct pool *pool;            /* shared by copies */
};

/* Empty, without files. */
struct document *document_new(void);
void             document_free(struct document *doc);

/* An equal document that shares the bytes. */
struct document *document_dup(const struct document *doc);

/* Parses one more file behind those that are there.  Copies bytes. */
void document_add_file(struct document *doc, const char *path, struct span bytes);

/*
 * Adds a file that the configuration names, behind those that are there.  No
 * configuration file can be added afterwards.  Copies bytes and texts.
 */
void document_attach_file(struct document *doc, enum file_kind kind, const char *name,
			  const char *path, struct span bytes);

/* How many files, and how many lines, are the configuration's; the others are
 * attached files'. */
size_t document_config_files(const struct document *doc);
size_t document_config_lines(const struct document *doc);

/* The attached file of one of the kinds (a set of 1 << kind) with that name, or
 * with that unambiguous end of a name or path; SIZE_MAX. */
size_t document_attached(const struct document *doc, unsigned kinds, struct span name);

/* The index of a file's first line (of the line behind it, when it has none). */
size_t document_file_line(const struct document *doc, size_t file);

/* Appends the bytes of one file. */
void document_render(const struct document *doc, size_t file, struct str *out);

/* Whether both have the same files with the same bytes. */
bool document_equal(const struct document *a, const struct document *b);

/*
 * Replaces `out` lines at `at` by `in` lines of `from`.  The lines' bytes must
 * be in this document's pool (document_line).  Keeps sections and the counts
 * of files in step.
 */
void document_splice(struct document *doc, size_t at, size_t out, const struct line *from,
		     size_t in);

/* A new line of that text (its ending included) in the pool; not yet anywhere. */
struct line document_line(struct document *doc, size_t file, struct span text);

struct span line_span(const struct line *line);

/* Line index -> path and number in its file; the path is the document's. */
struct place document_place(const struct document *doc, size_t line);

/* Path and number -> line index; false when there is none.  The path may also
 * be given as an unambiguous end of it ("haproxy.cfg"). */
bool document_find_line(const struct document *doc, struct span path, unsigned number,
			size_t *line);

/* The first section of one of the kinds with that name, or NULL.  With an
 * empty name: the first of the kinds. Valid until the next splice. */
const struct section *document_section(const struct document *doc, unsigned kinds,
				       struct span name);

/* The section that a line stands in, or NULL before the first one. */
const struct section *document_section_at(const struct document *doc, size_t line);

/* "backend live", as the header says it. */
void section_title(const struct section *section, struct str *out);

/*
 * The line that ends what belongs to the section, not counting blank lines and
 * comments before the next header: index one past it.  The header counts.
 */
size_t section_end(const struct document *doc, const struct section *section);

/* How many of the lines just before the header are comments that touch it. */
size_t section_lead(const struct document *doc, const struct section *section);

/* The `defaults` section whose values the proxy inherits (manual, section
 * 4 "Proxies": the named one, else the last one before it), or NULL. */
const struct section *section_defaults(const struct document *doc, const struct section *section);

/* How many sections inheritance is followed through: `from` may run in a circle,
 * which HAProxy refuses and parsing does not. */
enum { DEFAULTS_DEPTH = 16 };

/* The section, then what it inherits from, the nearest first.  Gives how many. */
size_t section_lineage(const struct document *doc, const struct section *section,
		       const struct section *lineage[DEFAULTS_DEPTH]);

/*
 * The next line of the section whose first words are those given, at or after
 * `start` (0: from the header); word two may be NULL.  Gives the index or
 * SIZE_MAX.  "no X" and "default X" do not count as X.
 */
size_t section_find(const struct document *doc, const struct section *section, size_t start,
		    const char *first, const char *second);

/* The line of `server NAME` in the section, or SIZE_MAX. */
size_t section_server(const struct document *doc, const struct section *section,
		      struct span name);

#endif
