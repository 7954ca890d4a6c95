/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The edits of server lines that proxy.h declares. */
#include <stdint.h>
#include <string.h>

#include "penstock/base/text.h"
#include "penstock/config/keyword_edit.h"
#include "penstock/config/lines.h"
#include "penstock/config/proxy.h"
#include "penstock/config/reference.h"

/* A server line that an edit is about; the line stays where it is. */
struct target {
	struct candidate *candidate;
	struct span       backend, name;
	size_t            line;
	struct server     server; /* as the line is now */
};

static void target_read(struct target *target)
{
	const struct document *doc = target->candidate->now;

	if (!server_read(&target->server, line_span(&doc->lines.items[target->line])))
		BUG("line %zu is no server line", target->line);
}

static const struct section *require_backend(const struct document *doc, struct span backend,
					     struct err *err)
{
	/* Peers and rings have servers, too. */
	const struct section *other =
		document_section(doc, SECTION_PEERS | SECTION_RING, backend);

	if (backend.len && other && !document_section(doc, SECTION_BACKS, backend))
		return other;
	if (backend.len)
		return section_require(doc, SECTION_BACKS, backend, err);
	err_set(err, ERR_USAGE, "a server needs its backend; try 'BACKEND/SERVER'");
	return NULL;
}

static int no_server(const struct document *doc, const struct section *section,
		     struct span name, struct err *err)
{
	struct nearest nearest = { .wanted = name };
	struct words   words = WORDS_INIT;
	size_t         line = 0;

	err_at(err, ERR_NOT_FOUND, document_place(doc, section->first),
	       "no server '%.*s' in %s '%.*s'", (int)name.len, name.at,
	       section_keyword(section->kind), (int)section->name.len, section->name.at);
	while ((line = section_find(doc, section, line, "server", NULL)) != SIZE_MAX) {
		words_split(&words, line_span(&doc->lines.items[line++]));
		/* The raw word outlives the next line; names are seldom quoted. */
		if (words.count > 1)
			nearest_try(&nearest, words.items[1].raw);
	}
	words_release(&words);
	return nearest_hint(&nearest, err);
}

/* Reads a line that is known to be a server's; target_release after success only. */
static int target_open(struct target *target, struct candidate *candidate, size_t line,
		       struct err *err)
{
	const struct document *doc = candidate->now;
	const struct section  *section = document_section_at(doc, line);

	*target = (struct target){
		.candidate = candidate,
		.line = line,
		.server = SERVER_INIT,
	};
	if (section)
		target->backend = section->name;
	if (server_read(&target->server, line_span(&doc->lines.items[line])))
		return 0;
	server_release(&target->server);
	return err_at(err, ERR_PARSE, document_place(doc, line), "the server has no address");
}

/* Finds the server and reads its line; target_release after success only. */
static int target_find(struct target *target, struct candidate *candidate, struct span backend,
		       struct span name, struct err *err)
{
	const struct document *doc = candidate->now;
	const struct section  *section = require_backend(doc, backend, err);
	size_t                 line;

	if (!section)
		return -1;
	line = section_server(doc, section, name);
	if (line == SIZE_MAX)
		return no_server(doc, section, name, err);
	if (target_open(target, candidate, line, err) < 0)
		return -1;
	target->name = name;
	return 0;
}

static void target_release(struct target *target)
{
	server_release(&target->server);
}

static struct place target_place(const struct target *target)
{
	return document_place(target->candidate->now, target->line);
}

static int check_free(const struct document *doc, const struct section *section,
		      struct span name, struct err *err)
{
	size_t line = section_server(doc, section, name);

	if (line == SIZE_MAX)
		return 0;
	return err_at(err, ERR_EXISTS, document_place(doc, line),
		      "%s '%.*s' already has a server '%.*s'", section_keyword(section->kind),
		      (int)section->name.len, section->name.at, (int)name.len, name.at);
}

static void write_server(struct str *out, struct span name, struct span address,
			 struct span params)
{
	str_addf(out, "server %.*s ", (int)name.len, name.at);
	word_quote(out, address);
	if (params.len) {
		str_add_char(out, ' ');
		str_add_span(out, params);
	}
}

/*
 * What has no row may be newer than the table, and is taken as text; but not
 * where it looks like a slip of the fingers.
 */
static int check_unknown(struct span keyword, struct err *err)
{
	struct nearest nearest = { .wanted = keyword };
	struct str     quoted = STR_INIT;
	bool           is_bare;

	word_quote(&quoted, keyword);
	is_bare = span_equal(str_span(&quoted), keyword);
	str_release(&quoted);
	for (size_t i = 0; i < server_keyword_table_count; i++)
		nearest_try(&nearest, span_of(server_keyword_table[i].name));
	if (is_bare && !nearest.found.len)
		return 0;
	err_set(err, ERR_USAGE, "'%.*s' is no keyword of a server", (int)keyword.len,
		keyword.at);
	return nearest_hint(&nearest, err);
}

/* Values that hold environment variables are HAProxy's to judge. */
static int check_param(const struct server *server, const struct server_param *param,
		       struct err *err)
{
	const struct server_keyword_def *def = server_keyword_find(param->name);
	struct span                      value = words_text(&server->words, param->word + 1);

	if (!def)
		return check_unknown(param->name, err);
	if (param->count == 2 && server->words.items[param->word + 1].varies)
		return 0;
	return server_check_values(def, &value, param->count - 1, err);
}

/* Checks the words behind the address of a line that is still to be added. */
static int check_params(struct span params, struct err *err)
{
	struct server server = SERVER_INIT;
	struct str    line = STR_INIT;
	int           result = 0;

	if (params.len && (memchr(params.at, '\n', params.len) ||
			   memchr(params.at, '\r', params.len)))
		return err_set(err, ERR_USAGE, "the keywords of a server are one line");
	str_add_text(&line, "server name address ");
	str_add_span(&line, params);
	server_read(&server, str_span(&line));
	if (server.words.fault != LEX_OK)
		result = err_set(err, ERR_USAGE, "a quote or an escape in '%.*s' does not end",
				 (int)params.len, params.at);
	for (size_t i = 0; result == 0 && i < server.params.count; i++)
		result = check_param(&server, &server.params.items[i], err);
	server_release(&server);
	str_release(&line);
	return result;
}

int server_add(struct candidate *candidate, struct span backend, struct span name,
	       struct span address, struct span params, struct err *err)
{
	const struct section *section = require_backend(candidate->now, backend, err);
	struct str            text = STR_INIT;

	if (!section || name_check("server", name, err) < 0 ||
	    server_check_address(address, err) < 0 || check_params(params, err) < 0 ||
	    check_free(candidate->now, section, name, err) < 0)
		return -1;
	write_server(&text, name, address, span_trim(params));
	edit_add_to_section(candidate, section, str_span(&text));
	str_release(&text);
	return 0;
}

static int refuse_used(const struct target *target, struct err *err)
{
	const struct document *doc = target->candidate->now;
	struct references      refs = REFERENCES_INIT;
	struct str             lines = STR_INIT;
	int                    result = 0;

	references_to_server(doc, target->backend, target->name, &refs);
	if (refs.list.count) {
		references_format(doc, &refs, &lines);
		result = err_at(err, ERR_IN_USE, target_place(target),
				"server '%.*s/%.*s' is in use at %s; change that first, or say "
				"'force'",
				(int)target->backend.len, target->backend.at,
				(int)target->name.len, target->name.at, lines.bytes);
	}
	str_release(&lines);
	references_release(&refs);
	return result;
}

static int delete_server(struct candidate *candidate, struct span backend, struct span name,
			 bool force, struct err *err)
{
	struct target target;
	int           result = 0;

	if (target_find(&target, candidate, backend, name, err) < 0)
		return -1;
	if (!force)
		result = refuse_used(&target, err);
	if (result == 0)
		edit_delete_lines(candidate, target.line, 1);
	target_release(&target);
	return result;
}

int server_check_unused(struct candidate *candidate, struct span backend, struct span name,
			struct err *err)
{
	struct target target;
	int           result;

	if (target_find(&target, candidate, backend, name, err) < 0)
		return -1;
	result = refuse_used(&target, err);
	target_release(&target);
	return result;
}

int server_delete(struct candidate *candidate, struct span backend, struct span name,
		  struct err *err)
{
	return delete_server(candidate, backend, name, false, err);
}

int server_drop(struct candidate *candidate, struct span backend, struct span name,
		struct err *err)
{
	return delete_server(candidate, backend, name, true, err);
}

int server_rename(struct candidate *candidate, struct span backend, struct span name,
		  struct span new_name, struct err *err)
{
	struct references refs = REFERENCES_INIT;
	struct target     target;
	int               result = 0;

	if (target_find(&target, candidate, backend, name, err) < 0)
		return -1;
	if (name_check("server", new_name, err) < 0 ||
	    (!span_equal(name, new_name) &&
	     check_free(candidate->now, document_section_at(candidate->now, target.line),
			new_name, err) < 0)) {
		result = -1;
	} else {
		references_to_server(candidate->now, target.backend, name, &refs);
		references_rename(candidate, &refs, new_name);
		edit_replace_words(candidate, target.line, 1, 1, new_name);
	}
	references_release(&refs);
	target_release(&target);
	return result;
}

int server_set_address(struct candidate *candidate, struct span backend, struct span name,
		       struct span address, struct err *err)
{
	struct target target;
	struct str    raw = STR_INIT;

	if (server_check_address(address, err) < 0 ||
	    target_find(&target, candidate, backend, name, err) < 0)
		return -1;
	word_quote(&raw, address);
	if (!span_equal(target.server.address, address))
		edit_replace_words(candidate, target.line, 2, 1, str_span(&raw));
	str_release(&raw);
	target_release(&target);
	return 0;
}

/* The last parameter of exactly that name, whether or not it is taken back. */
static const struct server_param *last_param(const struct target *target, struct span keyword)
{
	for (size_t i = target->server.params.count; i-- > 0;)
		if (span_equal(target->server.params.items[i].name, keyword))
			return &target->server.params.items[i];
	return NULL;
}

static bool stands_behind_source(const struct server_param *param)
{
	const struct server_keyword_def *def = server_keyword_find(param->name);

	return def && (def->flags & SERVER_OF_SOURCE);
}

/* Removes a parameter, and with `source` what belongs to it. */
static void remove_param(struct target *target, const struct server_param *param)
{
	const struct server_param *end =
		target->server.params.items + target->server.params.count;
	size_t count = param->count;

	if (span_is(param->name, "source"))
		for (const struct server_param *next = param + 1;
		     next < end && stands_behind_source(next); next++)
			count += next->count;
	edit_replace_words(target->candidate, target->line, param->word, count,
			   span_make("", 0));
	target_read(target);
}

/* Makes the keyword count: whatever takes it back gives way. */
static void remove_opposite(struct target *target, const struct server_keyword_def *def)
{
	const struct server_keyword_def *opposite = def ? server_keyword_opposite(def) : NULL;
	struct span                      keyword = def ? span_of(def->name) : span_of(NULL);
	const struct server_param       *param;

	while (opposite && (param = last_param(target, span_of(opposite->name)))) {
		if (last_param(target, keyword)) {
			remove_param(target, param);
			continue;
		}
		edit_replace_words(target->candidate, target->line, param->word, 1, keyword);
		target_read(target);
	}
}

static bool has_values(const struct target *target, const struct server_param *param,
		       const struct span *values, size_t count)
{
	if (param->count != count + 1)
		return false;
	for (size_t i = 0; i < count; i++)
		if (!span_equal(words_text(&target->server.words, param->word + 1 + i),
				values[i]))
			return false;
	return true;
}

/* Where a parameter that is not there yet goes: an index of a word. */
static size_t place_of(const struct target *target, const struct server_keyword_def *def)
{
	const struct server_param *source = last_param(target, span_of("source"));

	if (def && (def->flags & SERVER_OF_SOURCE) && source)
		return source->word + source->count;
	return target->server.words.count;
}

static void put_param(struct target *target, const struct server_keyword_def *def,
		      struct span keyword, const struct span *values, size_t count)
{
	const struct server_param *param = last_param(target, keyword);
	struct str                 raw = STR_INIT;

	if (!param)
		str_add_span(&raw, keyword);
	for (size_t i = 0; i < count; i++) {
		if (raw.len)
			str_add_char(&raw, ' ');
		word_quote(&raw, values[i]);
	}
	if (!param)
		edit_replace_words(target->candidate, target->line, place_of(target, def), 0,
				   str_span(&raw));
	else if (!has_values(target, param, values, count))
		edit_replace_words(target->candidate, target->line, param->word + 1,
				   param->count - 1, str_span(&raw));
	str_release(&raw);
}

static int check_set(const struct target *target, const struct server_keyword_def *def,
		     struct span keyword, const struct span *values, size_t count,
		     struct err *err)
{
	if (words_check(values, count, err) < 0)
		return -1;
	if (!def)
		return last_param(target, keyword) ? 0 : check_unknown(keyword, err);
	if ((def->flags & SERVER_OF_SOURCE) && !last_param(target, span_of("source")))
		return err_at(err, ERR_USAGE, target_place(target),
			      "'%s' belongs to 'source', which the server does not have",
			      def->name);
	return server_check_values(def, values, count, err);
}

static int set_param(struct target *target, struct span keyword, const struct span *values,
		     size_t count, struct err *err)
{
	const struct server_keyword_def *def = server_keyword_find(keyword);

	if (check_set(target, def, keyword, values, count, err) < 0)
		return -1;
	remove_opposite(target, def);
	put_param(target, def, keyword, values, count);
	return 0;
}

static int unset_param(struct target *target, struct span keyword, struct err *err)
{
	const struct server_param *param;
	bool                       found = false;

	while ((param = last_param(target, keyword))) {
		remove_param(target, param);
		found = true;
	}
	if (found)
		return 0;
	if (!server_keyword_find(keyword) && check_unknown(keyword, err) < 0)
		return -1;
	return err_at(err, ERR_NOT_FOUND, target_place(target), "the line has no '%.*s'",
		      (int)keyword.len, keyword.at);
}

int server_set(struct candidate *candidate, struct span backend, struct span name,
	       struct span keyword, const struct span *values, size_t count, struct err *err)
{
	struct target target;
	int           result;

	if (target_find(&target, candidate, backend, name, err) < 0)
		return -1;
	result = set_param(&target, keyword, values, count, err);
	target_release(&target);
	return result;
}

int server_unset(struct candidate *candidate, struct span backend, struct span name,
		 struct span keyword, struct err *err)
{
	struct target target;
	int           result;

	if (target_find(&target, candidate, backend, name, err) < 0)
		return -1;
	result = unset_param(&target, keyword, err);
	if (result < 0 && err && err->code == ERR_NOT_FOUND)
		err_at(err, ERR_NOT_FOUND, target_place(&target),
		       "server '%.*s/%.*s' has no '%.*s' of its own", (int)target.backend.len,
		       target.backend.at, (int)name.len, name.at, (int)keyword.len, keyword.at);
	target_release(&target);
	return result;
}

int server_line_set(struct candidate *candidate, size_t line, struct span keyword,
		    const struct span *values, size_t count, struct err *err)
{
	struct target target;
	int           result;

	if (target_open(&target, candidate, line, err) < 0)
		return -1;
	result = set_param(&target, keyword, values, count, err);
	target_release(&target);
	return result;
}

int server_line_unset(struct candidate *candidate, size_t line, struct span keyword,
		      struct err *err)
{
	struct target target;
	int           result;

	if (target_open(&target, candidate, line, err) < 0)
		return -1;
	result = unset_param(&target, keyword, err);
	target_release(&target);
	return result;
}
