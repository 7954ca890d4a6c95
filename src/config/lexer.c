/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/config/lexer.h"

#include <stdlib.h>
#include <string.h>

#include "penstock/base/vec.h"

/* What a byte can mean to the lexer; every line of a file passes through here. */
enum { BLANK = 1, QUOTE = 2, END = 4, NEWLINE = 8 };

static const unsigned char class_of[256] = {
	[' '] = BLANK,  ['\t'] = BLANK, ['\v'] = BLANK, ['\f'] = BLANK, ['"'] = QUOTE,
	['\''] = QUOTE, ['\\'] = QUOTE, ['#'] = END,    ['\r'] = END,   ['\n'] = NEWLINE,
};

static bool is_any(char c, unsigned classes)
{
	return class_of[(unsigned char)c] & classes;
}

static bool is_blank(char c)
{
	return is_any(c, BLANK);
}

/* The end of the run from i in which no byte is of these classes. */
static size_t run_end(struct span text, size_t i, unsigned classes)
{
	while (i < text.len && !is_any(text.at[i], classes))
		i++;
	return i;
}

/* Where the text of a line ends: at its line end, or where HAProxy stops
 * reading, which a carriage return alone does too. */
static size_t text_length(struct span line)
{
	size_t len = line.len;

	if (len && line.at[len - 1] == '\n')
		len--;
	if (len < line.len && len && line.at[len - 1] == '\r')
		len--;
	return len;
}

static size_t skip_blanks(struct span line, size_t i)
{
	while (i < line.len && is_blank(line.at[i]))
		i++;
	return i;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* The state of reading one word. */
struct reading {
	struct words *words;
	struct span   text;    /* the line without its ending */
	size_t        i;
	char          quote;   /* ' or " while inside one, else 0 */
	size_t        quoted_at;
	struct word  *word;
};

static void emit(struct reading *r, char c)
{
	str_add_char(&r->words->decoded, c);
}

static void fault(struct reading *r, enum lex_fault kind, size_t at)
{
	if (r->words->fault == LEX_OK) {
		r->words->fault = kind;
		r->words->fault_at = at;
	}
}

/* The escapes that stand for themselves, and those that stand for another byte. */
static const char escape_self[] = " \\\"'#$";
static const char escape_from[] = "rnt";
static const char escape_to[] = "\r\n\t";

/* r->i is at a backslash; leaves it behind what the escape took. */
static void read_escape(struct reading *r)
{
	size_t      left = r->text.len - r->i;
	char        next = left > 1 ? r->text.at[r->i + 1] : '\0';
	const char *other = next ? strchr(escape_from, next) : NULL;
	int         high = left > 3 && next == 'x' ? hex_digit(r->text.at[r->i + 2]) : -1;
	int         low = high >= 0 ? hex_digit(r->text.at[r->i + 3]) : -1;

	if (next && strchr(escape_self, next)) {
		emit(r, next);
		r->i += 2;
	} else if (other) {
		emit(r, escape_to[other - escape_from]);
		r->i += 2;
	} else if (low >= 0) {
		emit(r, (char)(high << 4 | low));
		r->i += 4;
	} else {
		if (next == 'x' || left == 1)
			fault(r, LEX_BAD_ESCAPE, r->i);
		emit(r, '\\');
		r->i++;
	}
}

/* One byte that may mean something to the lexer. */
static void read_byte(struct reading *r)
{
	char c = r->text.at[r->i];

	if ((c == '"' || c == '\'') && (!r->quote || r->quote == c)) {
		r->quote = r->quote ? '\0' : c;
		r->quoted_at = r->i++;
	} else if (c == '\\' && r->quote != '\'') {
		read_escape(r);
	} else {
		if (c == '$' && r->quote == '"')
			r->word->varies = true;
		if (c == '\0')
			fault(r, LEX_NUL, r->i);
		emit(r, c);
		r->i++;
	}
}

static bool ends_word(const struct reading *r)
{
	return !r->quote && is_any(r->text.at[r->i], BLANK | END);
}

static void read_word(struct reading *r)
{
	size_t start = r->i, decoded = r->words->decoded.len;
	size_t plain = run_end(r->text, start, BLANK | QUOTE | END) - start;

	r->word = vec_push(r->words);
	*r->word = (struct word){ .varies = false };
	r->i += plain;
	if (r->i == r->text.len || ends_word(r)) {
		r->word->raw = r->word->text = span_make(r->text.at + start, plain);
		return;
	}
	str_add(&r->words->decoded, r->text.at + start, plain);
	while (r->i < r->text.len && !ends_word(r))
		read_byte(r);
	if (r->quote)
		fault(r, LEX_UNMATCHED_QUOTE, r->quoted_at);
	r->quote = '\0';
	r->word->raw = span_make(r->text.at + start, r->i - start);
	r->word->text = span_make(r->words->decoded.bytes + decoded,
				  r->words->decoded.len - decoded);
}

void words_split(struct words *words, struct span line)
{
	size_t         len = text_length(line);
	struct reading r = { .words = words };

	if (!line.at)
		line = span_of("");
	r.text = span_make(line.at, len);

	words->count = 0;
	words->fault = LEX_OK;
	words->fault_at = 0;
	words->ending = span_make(line.at + len, line.len - len);
	words->comment = span_make(line.at + len, 0);
	/* Decoding never makes a word longer, so the buffer does not move below. */
	str_reset(&words->decoded);
	str_reserve(&words->decoded, len);
	r.i = skip_blanks(r.text, 0);
	words->indent = span_make(line.at, r.i);
	while (r.i < len) {
		if (r.text.at[r.i] == '#' || r.text.at[r.i] == '\r') {
			words->comment = span_make(line.at + r.i, len - r.i);
			break;
		}
		read_word(&r);
		r.i = skip_blanks(r.text, r.i);
	}
}

void words_release(struct words *words)
{
	free(words->items);
	str_release(&words->decoded);
	*words = (struct words)WORDS_INIT;
}

struct span words_text(const struct words *words, size_t index)
{
	return index < words->count ? words->items[index].text : span_make("", 0);
}

bool words_is(const struct words *words, size_t index, const char *text)
{
	return index < words->count && span_is(words->items[index].text, text);
}

struct span words_raw_range(const struct words *words, size_t first, size_t last)
{
	const char *at, *end;

	if (first >= words->count)
		return span_make("", 0);
	if (last >= words->count)
		last = words->count - 1;
	at = words->items[first].raw.at;
	end = words->items[last].raw.at + words->items[last].raw.len;
	return span_make(at, end > at ? (size_t)(end - at) : 0);
}

struct span line_first_word(struct span line)
{
	size_t start = skip_blanks(line, 0);

	return span_make(line.at + start, run_end(line, start, BLANK | END | NEWLINE) - start);
}

struct span line_indent(struct span line)
{
	return span_make(line.at, skip_blanks(line, 0));
}

bool line_is_blank(struct span line)
{
	return skip_blanks(line, 0) == text_length(line);
}

bool line_is_comment(struct span line)
{
	size_t i = skip_blanks(line, 0);

	return i < line.len && line.at[i] == '#';
}

static bool is_bare(struct span text)
{
	return text.len && run_end(text, 0, BLANK | QUOTE | END | NEWLINE) == text.len;
}

void word_quote(struct str *out, struct span text)
{
	static const char shown[] = "\r\n\t";

	if (is_bare(text)) {
		str_add_span(out, text);
		return;
	}
	str_add_char(out, '"');
	for (size_t i = 0; i < text.len; i++) {
		const char *other = text.at[i] ? strchr(shown, text.at[i]) : NULL;

		if (other) {
			str_add_char(out, '\\');
			str_add_char(out, escape_from[other - shown]);
			continue;
		}
		if (text.at[i] && strchr("\"\\$", text.at[i]))
			str_add_char(out, '\\');
		str_add_char(out, text.at[i]);
	}
	str_add_char(out, '"');
}

bool word_is_quoted(struct span word)
{
	return word.len && (memchr(word.at, '"', word.len) || memchr(word.at, '\'', word.len) ||
			    memchr(word.at, '\\', word.len));
}
