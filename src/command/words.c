/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/command/words.h"

#include <stdlib.h>
#include <string.h>

struct reading {
	struct span source;
	size_t      i;
	unsigned    line;
};

static bool at_end(const struct reading *r)
{
	return r->i >= r->source.len;
}

static char here(const struct reading *r)
{
	return r->source.at[r->i];
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

/* A backslash before a line end joins the lines. */
static bool skip_joined_line(struct reading *r)
{
	size_t next = r->i + 1;

	if (here(r) != '\\' || next >= r->source.len)
		return false;
	if (r->source.at[next] == '\r' && next + 1 < r->source.len)
		next++;
	if (r->source.at[next] != '\n')
		return false;
	r->i = next + 1;
	r->line++;
	return true;
}

static void skip_blanks(struct reading *r)
{
	while (!at_end(r)) {
		if (is_blank(here(r)))
			r->i++;
		else if (!skip_joined_line(r))
			return;
	}
}

/* Gives what stands behind the #. */
static struct span skip_comment(struct reading *r)
{
	size_t from = r->i + 1;

	while (!at_end(r) && here(r) != '\n')
		r->i++;
	return span_trim(span_make(r->source.at + from, r->i - from));
}

static bool ends_command(const struct reading *r)
{
	return at_end(r) || here(r) == '\n' || here(r) == ';';
}

/* Behind blank lines, comments and lone ';'. */
static void skip_empty(struct reading *r)
{
	for (;;) {
		skip_blanks(r);
		if (at_end(r))
			return;
		if (here(r) == '#') {
			skip_comment(r);
		} else if (here(r) == '\n') {
			r->line++;
			r->i++;
		} else if (here(r) == ';') {
			r->i++;
		} else {
			return;
		}
	}
}

static void add_escaped(struct reading *r, struct str *text)
{
	static const char from[] = "nrt", to[] = "\n\r\t";
	const char       *other;

	r->i++;
	if (at_end(r)) {
		str_add_char(text, '\\');
		return;
	}
	other = here(r) ? strchr(from, here(r)) : NULL;
	if (other)
		str_add_char(text, to[other - from]);
	else if (strchr(" \t\\\"'#;$", here(r)) && here(r))
		str_add_char(text, here(r));
	else
		str_addf(text, "\\%c", here(r));
	r->i++;
}

/* From behind the opening quote to behind the closing one. */
static bool add_quoted(struct reading *r, char quote, struct str *text)
{
	while (!at_end(r) && here(r) != quote) {
		if (here(r) == '\\' && quote == '"') {
			add_escaped(r, text);
			continue;
		}
		if (here(r) == '\n')
			r->line++;
		str_add_char(text, here(r));
		r->i++;
	}
	if (at_end(r))
		return false;
	r->i++;
	return true;
}

static int read_word(struct reading *r, struct cmd_words *words, struct err *err)
{
	struct str      text = STR_INIT;
	struct cmd_word word = { .at = r->i };

	while (!ends_command(r) && !is_blank(here(r))) {
		char   c = here(r);
		size_t opened = r->i;

		if (c == '"' || c == '\'') {
			word.quoted = true;
			r->i++;
			if (!add_quoted(r, c, &text)) {
				str_release(&text);
				return err_at(err, ERR_PARSE,
					      (struct place){ NULL, words->line,
							      (unsigned)opened + 1 },
					      "the quote %c is never closed", c);
			}
		} else if (c == '\\' && skip_joined_line(r)) {
			break;
		} else if (c == '\\') {
			word.quoted = true;
			add_escaped(r, &text);
		} else {
			str_add_char(&text, c);
			r->i++;
		}
	}
	word.end = r->i;
	word.text = str_detach(&text, &word.len);
	*vec_push(&words->list) = word;
	return 0;
}

int cmd_words_next(struct cmd_words *words, struct span source, size_t *offset, unsigned *line,
		   struct err *err)
{
	struct reading r = { .source = source, .i = *offset, .line = *line };
	int            status = 0;

	cmd_words_release(words);
	skip_empty(&r);
	words->source = source;
	words->line = r.line;
	words->comment = span_make("", 0);
	while (!ends_command(&r) && status == 0) {
		status = read_word(&r, words, err);
		skip_blanks(&r);
		if (!at_end(&r) && here(&r) == '#')
			words->comment = skip_comment(&r);
	}
	if (!at_end(&r) && here(&r) == '\n')
		r.line++;
	if (!at_end(&r))
		r.i++;
	words->end = *offset = r.i;
	*line = r.line;
	return status < 0 ? -1 : words->list.count > 0;
}

void cmd_words_release(struct cmd_words *words)
{
	for (size_t i = 0; i < words->list.count; i++)
		free(words->list.items[i].text);
	vec_release(&words->list);
}

struct span cmd_words_text(const struct cmd_words *words, size_t index)
{
	if (index >= words->list.count)
		return span_make("", 0);
	return span_make(words->list.items[index].text, words->list.items[index].len);
}

struct span cmd_words_source(const struct cmd_words *words, size_t first)
{
	size_t from, to;

	if (first >= words->list.count)
		return span_make("", 0);
	from = words->list.items[first].at;
	to = words->list.items[words->list.count - 1].end;
	return span_make(words->source.at + from, to - from);
}
