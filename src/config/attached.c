/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/config/attached.h"

#include <stdint.h>
#include <string.h>

#include "penstock/base/map.h"
#include "penstock/base/mem.h"

/* What stands before a parenthesis with a file in it. */
static const struct call_def {
	const char    *name;
	bool           prefix;  /* map, map_beg, map_str_ip, … */
	bool           ordered; /* as in struct attachment */
	enum file_kind kind;
} call_table[] = {
	{ "map", false, false, FILE_MAP },     { "map_str", true, false, FILE_MAP },
	{ "map_beg", true, false, FILE_MAP },  { "map_ip", true, false, FILE_MAP },
	{ "map_int", true, false, FILE_MAP },  { "map_", true, true, FILE_MAP },
	{ "set-map", false, false, FILE_MAP }, { "del-map", false, false, FILE_MAP },
	{ "add-acl", false, false, FILE_ACL }, { "del-acl", false, false, FILE_ACL },
};

/* Lines on which a word is followed by a file. */
static const struct option_def {
	const char    *keyword; /* the line's first word */
	const char    *word;
	enum file_kind kind;
} option_table[] = {
	{ "bind", "crt", FILE_CERT },
	{ "bind", "crt-list", FILE_CRT_LIST },
	{ "default-server", "crt", FILE_CERT },
	{ "load", "crt", FILE_CERT },
	{ "server", "crt", FILE_CERT },
	{ "server-template", "crt", FILE_CERT },
	{ "ssl-f-use", "crt", FILE_CERT },
};

/* Newer versions let a name say what kind of file it is. */
static const char *const prefix_table[] = { "opt@", "file@" };

/* A line without one of these names no file; words cost more. */
static const char *const hint_table[] = { "-f", "map", "-acl(", "crt" };

struct finder {
	const struct document *doc;
	struct attachments    *out;
	struct map             known;    /* "kind name" -> its number in out, from 1 */
	struct str             crt_base; /* with the slash behind it; "" */
	struct str             default_path; /* its words, as written; "" */
	size_t                 line;
};

/* The folder that relative names of a file's lines are seen from; "" is the
 * process's own. */
static void base_folder(const struct finder *finder, struct str *out)
{
	const struct document *doc = finder->doc;
	const char *path = doc->files.items[doc->lines.items[finder->line].file].path;
	const char *slash = strrchr(path, '/');
	struct span rest = str_span(&finder->default_path), how;

	span_split(&rest, ' ', &how);
	if (span_is(how, "origin") && rest.at) {
		str_add_span(out, rest);
		str_add_char(out, '/');
	} else if (span_is(how, "config") || span_is(how, "parent")) {
		if (slash)
			str_add(out, path, (size_t)(slash - path) + 1);
		if (span_is(how, "parent"))
			str_add_text(out, "../");
	}
}

static struct span without_prefix(struct span name)
{
	for (size_t i = 0; i < N(prefix_table); i++)
		if (span_starts(name, prefix_table[i]))
			return span_make(name.at + strlen(prefix_table[i]),
					 name.len - strlen(prefix_table[i]));
	return name;
}

/* The attachment of that name; a new one has nothing but its kind. */
static struct attachment *entry_of(struct finder *finder, enum file_kind kind, struct span name)
{
	struct str key = STR_INIT;
	uintptr_t  number;

	str_addf(&key, "%d ", (int)kind);
	str_add_span(&key, name);
	number = (uintptr_t)map_get(&finder->known, str_span(&key));
	if (!number) {
		*vec_push(&finder->out->list) = (struct attachment){
			.kind = kind,
			.name = STR_INIT,
			.written = STR_INIT,
			.path = STR_INIT,
			.line = finder->line,
		};
		number = finder->out->list.count;
		map_put(&finder->known, str_span(&key), (void *)number);
	}
	str_release(&key);
	return &finder->out->list.items[number - 1];
}

static void found(struct finder *finder, enum file_kind kind, bool ordered, struct span name)
{
	struct attachment *attachment;
	struct str         full = STR_INIT;
	struct span        path;

	if (!name.len || span_starts(name, "virt@") || name.at[0] == '@')
		return;
	if (kind == FILE_CERT && name.at[0] != '/')
		str_add_span(&full, str_span(&finder->crt_base));
	str_add_span(&full, name);
	path = without_prefix(str_span(&full));
	attachment = entry_of(finder, kind, str_span(&full));
	attachment->ordered |= ordered;
	if (!attachment->name.len) {
		if (path.len && path.at[0] != '/')
			base_folder(finder, &attachment->path);
		str_add_span(&attachment->path, path);
		str_add_span(&attachment->name, str_span(&full));
		str_add_span(&attachment->written, name);
	}
	str_release(&full);
}

static bool is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

static const struct call_def *find_call(struct span name)
{
	for (size_t i = 0; i < N(call_table); i++)
		if (call_table[i].prefix ? span_starts(name, call_table[i].name)
					 : span_is(name, call_table[i].name))
			return &call_table[i];
	return NULL;
}

/* The first argument behind a parenthesis at `at`; quotes may stand around it. */
static struct span first_argument(struct span text, size_t at)
{
	char   quote = at < text.len && strchr("'\"", text.at[at]) ? text.at[at] : '\0';
	size_t end = at += quote != '\0';

	while (end < text.len && (quote ? text.at[end] != quote
					: text.at[end] != ',' && text.at[end] != ')'))
		end++;
	return span_trim(span_make(text.at + at, end - at));
}

/* map_beg(FILE,default) and the like, anywhere in an expression or log-format. */
static void find_calls(struct finder *finder, struct span text)
{
	for (size_t at = 0; at < text.len; at++) {
		const struct call_def *call;
		size_t                 start = at;

		if (text.at[at] != '(')
			continue;
		while (start && is_name_char(text.at[start - 1]))
			start--;
		call = find_call(span_make(text.at + start, at - start));
		if (call)
			found(finder, call->kind, call->ordered, first_argument(text, at + 1));
	}
}

/* `-f FILE` belongs to an acl line or stands in a condition; with -M the file is
 * read another way, which no command of the process changes. */
static bool is_pattern_flag(const struct words *words, size_t index, bool *mapped)
{
	*mapped |= words_is(words, index, "-M");
	if (words_is(words, index, "{"))
		*mapped = false;
	return words_is(words, index, "-f");
}

static bool has_condition(const struct words *words, size_t index)
{
	if (words_is(words, 0, "acl"))
		return true;
	while (index--)
		if (words_is(words, index, "{") || words_is(words, index, "!{"))
			return true;
	return false;
}

static void find_options(struct finder *finder, const struct words *words, size_t index)
{
	for (size_t i = 0; i < N(option_table); i++)
		if (words_is(words, 0, option_table[i].keyword) &&
		    words_is(words, index, option_table[i].word) && index + 1 < words->count &&
		    !words->items[index + 1].varies)
			found(finder, option_table[i].kind, false, words_text(words, index + 1));
}

static void find_in_words(struct finder *finder, const struct words *words)
{
	bool mapped = false;

	for (size_t i = 0; i < words->count; i++) {
		if (is_pattern_flag(words, i, &mapped) && !mapped && i + 1 < words->count &&
		    !words->items[i + 1].varies && has_condition(words, i))
			found(finder, FILE_ACL, false, words_text(words, i + 1));
		if (!words->items[i].varies)
			find_calls(finder, words->items[i].text);
		find_options(finder, words, i);
	}
}

static bool may_name_a_file(struct span line)
{
	for (size_t i = 0; i < N(hint_table); i++)
		if (span_contains(line, span_of(hint_table[i])))
			return true;
	return false;
}

/* The value of a keyword of the global section; "" where there is none. */
static void global_value(const struct document *doc, const char *keyword, struct str *out)
{
	const struct section *global = document_section(doc, SECTION_GLOBAL, span_of(""));
	size_t line = global ? section_find(doc, global, 0, keyword, NULL) : SIZE_MAX;
	struct words words = WORDS_INIT;

	if (line == SIZE_MAX)
		return;
	words_split(&words, line_span(&doc->lines.items[line]));
	for (size_t i = 1; i < words.count; i++) {
		if (i > 1)
			str_add_char(out, ' ');
		str_add_span(out, words.items[i].text);
	}
	words_release(&words);
}

static void finder_init(struct finder *finder, const struct document *doc,
			struct attachments *out)
{
	*finder = (struct finder){ .doc = doc, .out = out, .known = MAP_INIT,
				   .crt_base = STR_INIT, .default_path = STR_INIT };
	global_value(doc, "crt-base", &finder->crt_base);
	if (finder->crt_base.len)
		str_add_char(&finder->crt_base, '/');
	global_value(doc, "default-path", &finder->default_path);
	for (size_t i = 0; i < out->list.count; i++) {
		struct str key = STR_INIT;

		str_addf(&key, "%d ", (int)out->list.items[i].kind);
		str_add_span(&key, str_span(&out->list.items[i].name));
		map_put(&finder->known, str_span(&key), (void *)(uintptr_t)(i + 1));
		str_release(&key);
	}
}

static void finder_release(struct finder *finder)
{
	map_release(&finder->known, NULL);
	str_release(&finder->crt_base);
	str_release(&finder->default_path);
}

void attachments_find(const struct document *doc, struct attachments *out)
{
	size_t        end = document_config_lines(doc);
	struct words  words = WORDS_INIT;
	struct finder finder;

	finder_init(&finder, doc, out);
	for (; finder.line < end; finder.line++) {
		struct span line = line_span(&doc->lines.items[finder.line]);

		if (!may_name_a_file(line))
			continue;
		words_split(&words, line);
		find_in_words(&finder, &words);
	}
	words_release(&words);
	finder_release(&finder);
}

void attachments_of_list(const struct document *doc, struct span text, size_t line,
			 struct attachments *out)
{
	struct words  words = WORDS_INIT;
	struct finder finder;
	struct span   entry;

	finder_init(&finder, doc, out);
	finder.line = line;
	while (span_split(&text, '\n', &entry)) {
		words_split(&words, entry);
		if (words.count)
			found(&finder, FILE_CERT, false, words_text(&words, 0));
	}
	words_release(&words);
	finder_release(&finder);
}

void attachments_release(struct attachments *attachments)
{
	for (size_t i = 0; i < attachments->list.count; i++) {
		str_release(&attachments->list.items[i].name);
		str_release(&attachments->list.items[i].written);
		str_release(&attachments->list.items[i].path);
	}
	vec_release(&attachments->list);
}
