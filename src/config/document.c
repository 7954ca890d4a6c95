/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/config/document.h"

#include <stdlib.h>
#include <string.h>

#include "penstock/base/mem.h"

/* Bytes that only ever grow, shared by a document and its copies. */
struct pool {
	size_t refs;
	VEC(char *) chunks;
	char  *room; /* in the newest small chunk */
	size_t left;
};

enum { CHUNK_SIZE = 16 * 1024 };

const struct section_def section_table[] = {
	{ SECTION_GLOBAL, "global", false, "settings of the process" },
	{ SECTION_DEFAULTS, "defaults", true, "values that later sections inherit" },
	{ SECTION_FRONTEND, "frontend", true, "where clients connect" },
	{ SECTION_BACKEND, "backend", true, "servers that requests go to" },
	{ SECTION_LISTEN, "listen", true, "a frontend and a backend in one" },
	{ SECTION_USERLIST, "userlist", true, "users, groups and their passwords" },
	{ SECTION_PEERS, "peers", true, "other HAProxies to share tables with" },
	{ SECTION_RESOLVERS, "resolvers", true, "name servers" },
	{ SECTION_MAILERS, "mailers", true, "where mail alerts go" },
	{ SECTION_PROGRAM, "program", true, "a program run by the master" },
	{ SECTION_RING, "ring", true, "a ring buffer for logs" },
	{ SECTION_HTTP_ERRORS, "http-errors", true, "a set of error pages" },
	{ SECTION_CACHE, "cache", true, "a store for responses" },
	{ SECTION_FCGI_APP, "fcgi-app", true, "a FastCGI application" },
	{ SECTION_LOG_FORWARD, "log-forward", true, "a receiver of logs" },
	{ SECTION_LOG_PROFILE, "log-profile", true, "log formats by step" },
	{ SECTION_CRT_STORE, "crt-store", true, "certificates with their keys" },
	{ SECTION_TRACES, "traces", false, "traces for developers" },
	{ SECTION_ACME, "acme", true, "an account at a certificate authority" },
	{ SECTION_HEALTHCHECK, "healthcheck", true, "a health check that servers share" },
	{ SECTION_NAMESPACES, "namespace_list", false, "network namespaces to open at the start" },
};

const size_t section_table_count = N(section_table);

const struct section_def *section_def_find(struct span keyword)
{
	for (size_t i = 0; i < N(section_table); i++)
		if (span_is(keyword, section_table[i].keyword))
			return &section_table[i];
	return NULL;
}

const struct section_def *section_def_of(enum section_kind kind)
{
	for (size_t i = 0; i < N(section_table); i++)
		if (section_table[i].kind == kind)
			return &section_table[i];
	return NULL;
}

const char *section_keyword(enum section_kind kind)
{
	const struct section_def *def = section_def_of(kind);

	return def ? def->keyword : "";
}

static struct pool *pool_new(void)
{
	struct pool *pool = xcalloc(1, sizeof(*pool));

	pool->refs = 1;
	return pool;
}

static void pool_unref(struct pool *pool)
{
	if (--pool->refs)
		return;
	for (size_t i = 0; i < pool->chunks.count; i++)
		free(pool->chunks.items[i]);
	vec_release(&pool->chunks);
	free(pool);
}

static char *pool_room(struct pool *pool, size_t len)
{
	char *room;

	if (len > CHUNK_SIZE / 4)
		return *vec_push(&pool->chunks) = xmalloc(len);
	if (len > pool->left || !pool->room) {
		pool->room = *vec_push(&pool->chunks) = xmalloc(CHUNK_SIZE);
		pool->left = CHUNK_SIZE;
	}
	room = pool->room;
	pool->room += len;
	pool->left -= len;
	return room;
}

static struct span pool_copy(struct pool *pool, struct span text)
{
	char *room = pool_room(pool, text.len);

	if (text.len)
		memcpy(room, text.at, text.len);
	return span_make(room, text.len);
}

struct document *document_new(void)
{
	struct document *doc = xcalloc(1, sizeof(*doc));

	doc->pool = pool_new();
	return doc;
}

void document_free(struct document *doc)
{
	if (!doc)
		return;
	for (size_t i = 0; i < doc->files.count; i++) {
		free(doc->files.items[i].path);
		free(doc->files.items[i].name);
	}
	vec_release(&doc->files);
	vec_release(&doc->lines);
	vec_release(&doc->sections);
	pool_unref(doc->pool);
	free(doc);
}

struct document *document_dup(const struct document *doc)
{
	struct document *copy = xcalloc(1, sizeof(*copy));

	copy->pool = doc->pool;
	copy->pool->refs++;
	vec_splice(&copy->lines, 0, 0, doc->lines.items, doc->lines.count);
	vec_splice(&copy->sections, 0, 0, doc->sections.items, doc->sections.count);
	vec_splice(&copy->files, 0, 0, doc->files.items, doc->files.count);
	for (size_t i = 0; i < copy->files.count; i++) {
		copy->files.items[i].path = xstrdup(copy->files.items[i].path);
		copy->files.items[i].name = xstrdup(copy->files.items[i].name);
	}
	return copy;
}

struct span line_span(const struct line *line)
{
	return span_make(line->bytes, line->len);
}

/* The section that this line opens, or NULL. */
static const struct section_def *header_of(struct span line)
{
	struct span               word = line_first_word(line);
	struct words              words = WORDS_INIT;
	const struct section_def *def;

	if (!word.len)
		return NULL;
	if (!word_is_quoted(word))
		return section_def_find(word);
	words_split(&words, line);
	def = section_def_find(words_text(&words, 0));
	words_release(&words);
	return def;
}

/* A word that outlives the words: the line's own bytes, else a copy of them. */
static struct span lasting(struct document *doc, const struct words *words, size_t index)
{
	if (index >= words->count)
		return span_make("", 0);
	if (words->items[index].text.at == words->items[index].raw.at)
		return words->items[index].text;
	return pool_copy(doc->pool, words->items[index].text);
}

static void open_section(struct document *doc, const struct section_def *def, size_t line,
			 struct words *words)
{
	struct section *section = vec_push(&doc->sections);
	size_t          next = def->named ? 2 : 1;

	*section = (struct section){
		.kind = def->kind,
		.file = doc->lines.items[line].file,
		.first = line,
		.count = 1,
		.name = { "", 0 },
		.from = { "", 0 },
	};
	words_split(words, line_span(&doc->lines.items[line]));
	/* `defaults from BASE` has no name of its own. */
	if (def->named && words_is(words, 1, "from") && words->count == 3)
		next = 1;
	else if (def->named)
		section->name = lasting(doc, words, 1);
	if (words_is(words, next, "from"))
		section->from = lasting(doc, words, next + 1);
}

/* Finds the sections again from line `from` on, which must be outside any
 * section or a header. */
static void find_sections(struct document *doc, size_t from)
{
	struct words words = WORDS_INIT;
	size_t       end = document_config_lines(doc);

	for (size_t i = from; i < end; i++) {
		const struct line        *line = &doc->lines.items[i];
		const struct section_def *def = header_of(line_span(line));
		size_t                    last = doc->sections.count;

		if (def)
			open_section(doc, def, i, &words);
		else if (last && doc->sections.items[last - 1].file == line->file)
			doc->sections.items[last - 1].count++;
	}
	words_release(&words);
}

/* Splits the bytes into lines of a new file at the end. */
static void add_file(struct document *doc, const struct document_file *like, struct span bytes)
{
	struct span           rest = pool_copy(doc->pool, bytes);
	uint32_t              file = (uint32_t)doc->files.count;
	size_t                from = doc->lines.count;
	struct document_file *entry = vec_push(&doc->files);

	*entry = *like;
	while (rest.len) {
		const char *end = memchr(rest.at, '\n', rest.len);
		size_t      len = end ? (size_t)(end - rest.at) + 1 : rest.len;

		*vec_push(&doc->lines) =
			(struct line){ .bytes = rest.at, .len = (uint32_t)len, .file = file };
		rest.at += len;
		rest.len -= len;
	}
	entry->lines = doc->lines.count - from;
}

void document_add_file(struct document *doc, const char *path, struct span bytes)
{
	struct document_file file = { .path = xstrdup(path), .kind = FILE_CONFIG };
	size_t               from = doc->lines.count;

	if (from != document_config_lines(doc))
		BUG("a configuration file behind attached ones");
	add_file(doc, &file, bytes);
	find_sections(doc, from);
}

void document_attach_file(struct document *doc, enum file_kind kind, const char *name,
			  const char *path, struct span bytes)
{
	struct document_file file = { .path = xstrdup(path), .kind = kind, .name = xstrdup(name) };

	add_file(doc, &file, bytes);
}

size_t document_config_files(const struct document *doc)
{
	size_t count = doc->files.count;

	while (count && doc->files.items[count - 1].kind != FILE_CONFIG)
		count--;
	return count;
}

size_t document_config_lines(const struct document *doc)
{
	size_t lines = doc->lines.count;

	for (size_t i = document_config_files(doc); i < doc->files.count; i++)
		lines -= doc->files.items[i].lines;
	return lines;
}

size_t document_file_line(const struct document *doc, size_t file)
{
	size_t first = 0;

	for (size_t i = 0; i < file; i++)
		first += doc->files.items[i].lines;
	return first;
}

void document_render(const struct document *doc, size_t file, struct str *out)
{
	size_t first = document_file_line(doc, file), count = doc->files.items[file].lines;
	size_t total = 0;

	for (size_t i = 0; i < count; i++)
		total += doc->lines.items[first + i].len;
	str_reserve(out, total);
	for (size_t i = 0; i < count; i++)
		str_add_span(out, line_span(&doc->lines.items[first + i]));
}

static bool same_bytes(const struct line *a, const struct line *b)
{
	return a->len == b->len && a->file == b->file &&
	       (a->bytes == b->bytes || memcmp(a->bytes, b->bytes, a->len) == 0);
}

bool document_equal(const struct document *a, const struct document *b)
{
	if (a->files.count != b->files.count || a->lines.count != b->lines.count)
		return false;
	for (size_t i = 0; i < a->files.count; i++)
		if (strcmp(a->files.items[i].path, b->files.items[i].path) != 0)
			return false;
	for (size_t i = 0; i < a->lines.count; i++)
		if (!same_bytes(&a->lines.items[i], &b->lines.items[i]))
			return false;
	return true;
}

struct line document_line(struct document *doc, size_t file, struct span text)
{
	struct span bytes = pool_copy(doc->pool, text);

	return (struct line){
		.bytes = bytes.at,
		.len = (uint32_t)bytes.len,
		.file = (uint32_t)file,
	};
}

/* Whether the lines are all of one file and none opens a section. */
static bool are_plain(const struct document *doc, const struct line *lines, size_t count,
		      uint32_t file)
{
	bool attached = doc->files.items[file].kind != FILE_CONFIG;

	for (size_t i = 0; i < count; i++)
		if (lines[i].file != file || (!attached && header_of(line_span(&lines[i]))))
			return false;
	return true;
}

/* The number of sections whose header stands before `line`. */
static size_t sections_before(const struct document *doc, size_t line)
{
	size_t low = 0, high = doc->sections.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (doc->sections.items[middle].first < line)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* After a splice of plain lines: one section grew or shrank, the later moved. */
static void shift_sections(struct document *doc, size_t at, uint32_t file, size_t out, size_t in)
{
	size_t next = sections_before(doc, at);

	if (next && doc->sections.items[next - 1].file == file)
		doc->sections.items[next - 1].count += in - out;
	for (size_t i = next; i < doc->sections.count; i++)
		doc->sections.items[i].first += in - out;
}

void document_splice(struct document *doc, size_t at, size_t out, const struct line *from,
		     size_t in)
{
	struct line *gone = doc->lines.items + at;
	uint32_t     file = in ? from[0].file : out ? gone[0].file : 0;
	bool         plain = are_plain(doc, gone, out, file) && are_plain(doc, from, in, file);

	for (size_t i = 0; i < out; i++)
		doc->files.items[gone[i].file].lines--;
	for (size_t i = 0; i < in; i++)
		doc->files.items[from[i].file].lines++;
	vec_splice(&doc->lines, at, out, from, in);
	if (plain) {
		shift_sections(doc, at, file, out, in);
	} else {
		vec_reset(&doc->sections);
		find_sections(doc, 0);
	}
}

struct place document_place(const struct document *doc, size_t line)
{
	size_t file = 0;

	if (line >= doc->lines.count)
		return (struct place){ doc->files.count ? doc->files.items[0].path : NULL, 0, 0 };
	file = doc->lines.items[line].file;
	return (struct place){
		.file = doc->files.items[file].path,
		.line = (unsigned)(line - document_file_line(doc, file) + 1),
	};
}

/* Whether given is path, or its end behind a slash. */
static bool names_path(const char *path, struct span given)
{
	size_t len = strlen(path);

	if (given.len > len || memcmp(path + len - given.len, given.at, given.len) != 0)
		return false;
	return given.len == len || (given.len && path[len - given.len - 1] == '/');
}

bool document_find_line(const struct document *doc, struct span path, unsigned number,
			size_t *line)
{
	size_t found = 0, file = 0;

	for (size_t i = 0; i < doc->files.count; i++) {
		if (!names_path(doc->files.items[i].path, path))
			continue;
		file = i;
		found++;
		if (span_is(path, doc->files.items[i].path)) {
			found = 1;
			break;
		}
	}
	if (found != 1 || number == 0 || number > doc->files.items[file].lines)
		return false;
	*line = document_file_line(doc, file) + number - 1;
	return true;
}

size_t document_attached(const struct document *doc, unsigned kinds, struct span name)
{
	size_t found = SIZE_MAX, count = 0;

	for (size_t i = document_config_files(doc); i < doc->files.count; i++) {
		const struct document_file *file = &doc->files.items[i];

		if (!(kinds & 1u << file->kind))
			continue;
		if (span_is(name, file->name) || span_is(name, file->path))
			return i;
		if (names_path(file->name, name) || names_path(file->path, name)) {
			found = i;
			count++;
		}
	}
	return count == 1 ? found : SIZE_MAX;
}

const struct section *document_section(const struct document *doc, unsigned kinds,
				       struct span name)
{
	for (size_t i = 0; i < doc->sections.count; i++) {
		const struct section *section = &doc->sections.items[i];

		if (((unsigned)section->kind & kinds) &&
		    (!name.len || span_equal(section->name, name)))
			return section;
	}
	return NULL;
}

const struct section *document_section_at(const struct document *doc, size_t line)
{
	size_t                before = sections_before(doc, line + 1);
	const struct section *section;

	if (!before)
		return NULL;
	section = &doc->sections.items[before - 1];
	return line < section->first + section->count ? section : NULL;
}
