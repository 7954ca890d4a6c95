/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/config/vocabulary.h"

#include <stdlib.h>
#include <string.h>

#include "penstock/base/mem.h"

static const char *const class_titles[WORD_CLASSES] = {
	[WORD_GLOBAL] = "keyword of global",
	[WORD_PROXY] = "keyword of proxies",
	[WORD_USERLIST] = "keyword of userlist",
	[WORD_PEERS] = "keyword of peers",
	[WORD_CRT_STORE] = "keyword of crt-store",
	[WORD_TRACES] = "keyword of traces",
	[WORD_ACME] = "keyword of acme",
	[WORD_CRT_LIST] = "keyword of crt-list files",
	[WORD_BIND] = "keyword of bind",
	[WORD_SERVER] = "keyword of server",
	[WORD_OPTION] = "option",
	[WORD_TCP_REQUEST] = "action of tcp-request",
	[WORD_TCP_RESPONSE] = "action of tcp-response",
	[WORD_HTTP_REQUEST] = "action of http-request",
	[WORD_HTTP_RESPONSE] = "action of http-response",
	[WORD_HTTP_AFTER] = "action of http-after-response",
	[WORD_CRITERION] = "ACL criterion",
	[WORD_CONVERTER] = "converter",
	[WORD_FILTER] = "filter",
	[WORD_SAMPLE] = "sample fetch",
	[WORD_SERVICE] = "service",
	[WORD_COMMAND] = "command of the Runtime API",
};

const char *word_class_title(enum word_class class)
{
	return class_titles[class];
}

/* A heading, and what the lines below it are. */
static const struct {
	const char     *heading;
	enum word_class class;
} heading_table[] = {
	{ "# List of registered ACL keywords:", WORD_CRITERION },
	{ "# List of registered CLI keywords:", WORD_COMMAND },
	{ "# List of registered sample converter functions:", WORD_CONVERTER },
	{ "# List of registered filter names:", WORD_FILTER },
	{ "# List of registered sample fetch functions:", WORD_SAMPLE },
	{ "# List of registered service names:", WORD_SERVICE },
	{ "# List of registered configuration keywords:", WORD_CLASSES },
	{ "global", WORD_GLOBAL },
	{ "listen", WORD_PROXY },
	{ "userlist", WORD_USERLIST },
	{ "peers", WORD_PEERS },
	{ "crt-list", WORD_CRT_LIST },
	{ "crt-store", WORD_CRT_STORE },
	{ "traces", WORD_TRACES },
	{ "acme", WORD_ACME },
};

/* What stands before the word on lines of proxies that say more than one; the
 * longer ones first. */
static const struct {
	const char     *prefix;
	enum word_class class;
} prefix_table[] = {
	{ "bind <addr> ssl ", WORD_BIND },
	{ "bind <addr> ", WORD_BIND },
	{ "server <name> <addr> ", WORD_SERVER },
	{ "option ", WORD_OPTION },
	{ "tcp-request connection ", WORD_TCP_REQUEST },
	{ "tcp-request session ", WORD_TCP_REQUEST },
	{ "tcp-request content ", WORD_TCP_REQUEST },
	{ "tcp-response content ", WORD_TCP_RESPONSE },
	{ "http-request ", WORD_HTTP_REQUEST },
	{ "http-response ", WORD_HTTP_RESPONSE },
	{ "http-after-response ", WORD_HTTP_AFTER },
};

static bool is_word_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c && strchr("-_.+@!<>", c));
}

/* The word that the text begins with; commands may hold blanks. */
static struct span take_word(struct span text, enum word_class class)
{
	size_t len = 0;

	if (class == WORD_COMMAND)
		while (len < text.len && text.at[len] != '[' && text.at[len] != ':')
			len++;
	else
		while (len < text.len && is_word_byte(text.at[len]))
			len++;
	return span_trim(span_make(text.at, len));
}

static bool add_word(struct vocabulary *vocabulary, enum word_class class, struct span text)
{
	struct span word = take_word(text, class);
	char       *copy;

	if (!word.len)
		return false;
	copy = span_dup(word);
	strings_add(&vocabulary->words[class], copy);
	free(copy);
	return true;
}

static bool add_line(struct vocabulary *vocabulary, enum word_class class, struct span line)
{
	struct span text = span_trim(line), places;

	/* Where a sample may be taken stands before it: `[ Y . Y ] path: str`. */
	if (class == WORD_SAMPLE && span_split(&text, ']', &places) && text.at)
		text = span_trim(text);
	for (size_t i = 0; class == WORD_PROXY && i < N(prefix_table); i++) {
		size_t len = strlen(prefix_table[i].prefix);

		if (span_starts(text, prefix_table[i].prefix))
			return add_word(vocabulary, prefix_table[i].class,
					span_make(text.at + len, text.len - len));
	}
	return add_word(vocabulary, class, text);
}

/* Gives whether the line is a heading; *class becomes that of the lines below. */
static bool take_heading(struct span line, bool in_sections, enum word_class *class)
{
	for (size_t i = 0; i < N(heading_table); i++) {
		bool comment = heading_table[i].heading[0] == '#';

		if (!(comment || in_sections) || !span_is(line, heading_table[i].heading))
			continue;
		*class = heading_table[i].class;
		return true;
	}
	return false;
}

static void make_unique(struct strings *words)
{
	size_t kept = 0;

	strings_sort(words);
	for (size_t i = 0; i < words->list.count; i++) {
		char *word = words->list.items[i];

		if (kept && strcmp(words->list.items[kept - 1], word) == 0)
			free(word);
		else
			words->list.items[kept++] = word;
	}
	words->list.count = kept;
}

size_t vocabulary_read(struct vocabulary *vocabulary, struct span text)
{
	enum word_class class = WORD_CLASSES;
	bool            in_sections = false;
	size_t          count = 0;
	struct span     line;

	while (span_split(&text, '\n', &line)) {
		bool indented = line.len && line.at[0] == '\t';

		if (!indented && take_heading(span_trim(line), in_sections, &class)) {
			in_sections = class < WORD_BIND || class == WORD_CLASSES;
			continue;
		}
		/* Of sections the keywords are indented; a word that is not begins
		 * one that we do not know. */
		if (in_sections && !indented)
			class = WORD_CLASSES;
		else if (class != WORD_CLASSES && line.len && line.at[0] != '#')
			count += add_line(vocabulary, class, line);
	}
	for (size_t i = 0; i < WORD_CLASSES; i++)
		make_unique(&vocabulary->words[i]);
	return count;
}

void vocabulary_release(struct vocabulary *vocabulary)
{
	for (size_t i = 0; i < WORD_CLASSES; i++)
		strings_release(&vocabulary->words[i]);
}

bool vocabulary_is_known(const struct vocabulary *vocabulary)
{
	for (size_t i = 0; i < WORD_CLASSES; i++)
		if (vocabulary->words[i].list.count)
			return true;
	return false;
}

bool vocabulary_has(const struct vocabulary *vocabulary, enum word_class class,
		    struct span word)
{
	const struct strings *words = &vocabulary->words[class];
	size_t                low = 0, high = words->list.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int    order = span_compare(word, span_of(words->list.items[middle]));

		if (!order)
			return true;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return false;
}

static const unsigned kind_table[WORD_CLASSES] = {
	[WORD_GLOBAL] = SECTION_GLOBAL,       [WORD_PROXY] = SECTION_PROXY,
	[WORD_USERLIST] = SECTION_USERLIST,   [WORD_PEERS] = SECTION_PEERS,
	[WORD_CRT_STORE] = SECTION_CRT_STORE, [WORD_TRACES] = SECTION_TRACES,
	[WORD_ACME] = SECTION_ACME,
};

unsigned word_class_kinds(enum word_class class)
{
	return kind_table[class];
}

static const struct {
	const char     *keyword;
	enum word_class class;
} behind_table[] = {
	{ "http-after-response", WORD_HTTP_AFTER }, { "http-request", WORD_HTTP_REQUEST },
	{ "http-response", WORD_HTTP_RESPONSE },    { "option", WORD_OPTION },
};

enum word_class word_class_behind(struct span keyword)
{
	for (size_t i = 0; i < N(behind_table); i++)
		if (span_is(keyword, behind_table[i].keyword))
			return behind_table[i].class;
	return WORD_CLASSES;
}

bool vocabulary_knows(const struct vocabulary *vocabulary, enum section_kind kind,
		      struct span first, struct span second)
{
	if ((kind & SECTION_PROXY) && span_is(first, "option"))
		return vocabulary_has(vocabulary, WORD_OPTION, second);
	for (size_t i = 0; i < WORD_CLASSES; i++)
		if (((unsigned)kind & kind_table[i]) &&
		    vocabulary_has(vocabulary, (enum word_class)i, first))
			return true;
	return false;
}
