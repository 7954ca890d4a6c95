/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/ui/key.h"

#include <stdlib.h>
#include <string.h>

#include "penstock/base/clock.h"
#include "penstock/base/mem.h"
#include "penstock/base/utf8.h"
#include "penstock/ui/screen.h"

#include <curses.h>

enum { ESC = 27, PASTE_MAX = 256 * 1024 };

struct key_def {
	const char *name;
	int         code;
	const char *bytes; /* what readline knows the key by */
};

static const struct key_def key_table[] = {
	{ "<Enter>", '\r', "\r" },          { "<Enter>", KEY_ENTER, "\r" },
	{ "<Esc>", ESC, "\033" },           { "<Tab>", '\t', "\t" },
	{ "<S-Tab>", KEY_BTAB, "\033[Z" },  { "<Space>", ' ', " " },
	{ "<Lt>", '<', "<" },               { "<BS>", 0x7f, "\177" },
	{ "<BS>", KEY_BACKSPACE, "\177" },  { "<Del>", KEY_DC, "\033[3~" },
	{ "<Ins>", KEY_IC, "\033[2~" },     { "<Up>", KEY_UP, "\033[A" },
	{ "<Down>", KEY_DOWN, "\033[B" },   { "<Left>", KEY_LEFT, "\033[D" },
	{ "<Right>", KEY_RIGHT, "\033[C" }, { "<Home>", KEY_HOME, "\033[H" },
	{ "<End>", KEY_END, "\033[F" },     { "<PgUp>", KEY_PPAGE, "" },
	{ "<PgDn>", KEY_NPAGE, "" },        { "<F1>", KEY_F(1), "" },
	{ "<F2>", KEY_F(2), "" },           { "<F3>", KEY_F(3), "" },
	{ "<F4>", KEY_F(4), "" },           { "<F5>", KEY_F(5), "" },
	{ "<F6>", KEY_F(6), "" },           { "<F7>", KEY_F(7), "" },
	{ "<F8>", KEY_F(8), "" },           { "<F9>", KEY_F(9), "" },
	{ "<F10>", KEY_F(10), "" },         { "<F11>", KEY_F(11), "" },
	{ "<F12>", KEY_F(12), "" },
};

static void key_set(struct key *key, const char *name, const char *bytes, size_t len)
{
	snprintf(key->name, sizeof(key->name), "%s", name);
	key->len = len < sizeof(key->bytes) ? len : 0;
	memcpy(key->bytes, bytes, key->len);
}

static void key_from_def(struct key *key, const struct key_def *def)
{
	key_set(key, def->name, def->bytes, strlen(def->bytes));
}

static void key_from_character(struct key *key, const char *bytes, size_t len)
{
	char name[8];

	snprintf(name, sizeof(name), "%.*s", (int)len, bytes);
	key_set(key, name, bytes, len);
}

static void key_from_control(struct key *key, int code)
{
	char name[8], byte = (char)code;

	snprintf(name, sizeof(name), "<C-%c>", code ^ 0x40);
	key_set(key, name, &byte, 1);
}

static void key_from_meta(struct key *key, char c)
{
	char name[8], bytes[2] = { ESC, c };

	if ((unsigned char)c > ' ' && c != 0x7f)
		snprintf(name, sizeof(name), "<M-%c>", c);
	else
		name[0] = '\0';
	key_set(key, name, bytes, 2);
}

/* Keys that we have no name for still mean something to readline. */
static void key_from_terminal(struct key *key, int code)
{
	char *bytes = keybound(code, 0);

	key_set(key, "", bytes ? bytes : "", bytes ? strlen(bytes) : 0);
	free(bytes);
}

static void key_from_code(struct key *key, int code)
{
	char c = (char)code;

	for (size_t i = 0; i < N(key_table); i++)
		if (key_table[i].code == code) {
			key_from_def(key, &key_table[i]);
			return;
		}
	if (code >= 0x100)
		key_from_terminal(key, code);
	else if (code < ' ')
		key_from_control(key, code);
	else
		key_from_character(key, &c, 1);
}

bool key_of_name(struct span name, struct key *key)
{
	unsigned point;

	for (size_t i = 0; i < N(key_table); i++)
		if (span_is(name, key_table[i].name)) {
			key_from_def(key, &key_table[i]);
			return true;
		}
	if (name.len == 5 && span_starts(name, "<C-")) {
		key_from_control(key, name.at[3] & 0x1f);
		return true;
	}
	if (name.len == 5 && span_starts(name, "<M-")) {
		key_from_meta(key, name.at[3]);
		return true;
	}
	if (!name.len || utf8_decode(name.at, name.len, &point) != name.len)
		return false;
	key_from_character(key, name.at, name.len);
	return true;
}

static enum key_event take_pasted(struct key_reader *reader, int code)
{
	if (code == SCREEN_PASTE_END) {
		reader->pasting = false;
		return KEY_EVENT_PASTE;
	}
	if (code >= 0 && code < 0x100 && reader->paste.len < PASTE_MAX) {
		str_add_char(&reader->paste, (char)code);
		reader->paste_ms = clock_monotonic_ms();
	}
	return KEY_EVENT_NONE;
}

static size_t character_length(unsigned char lead)
{
	return lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
}

/* Bytes above ASCII until they make a character; nonsense is dropped. */
static enum key_event take_byte(struct key_reader *reader, unsigned char byte, struct key *key)
{
	unsigned point;
	size_t   len;

	if ((byte & 0xc0) != 0x80)
		reader->partial_len = 0;
	else if (!reader->partial_len)
		return KEY_EVENT_NONE;
	reader->partial[reader->partial_len++] = (char)byte;
	if (reader->partial_len < character_length((unsigned char)reader->partial[0]))
		return KEY_EVENT_NONE;
	len = reader->partial_len;
	reader->partial_len = 0;
	if (utf8_decode(reader->partial, len, &point) != len)
		return KEY_EVENT_NONE;
	key_from_character(key, reader->partial, len);
	return KEY_EVENT_KEY;
}

/*
 * Inside a sequence that starts like those of function keys but that nobody
 * knows.  Taking its letters for keys could drain a server.
 */
static enum key_event skip_control(struct key_reader *reader, int code, struct key *key)
{
	bool first = reader->control == CONTROL_BEGUN;

	if (code == SCREEN_NO_KEY) {
		char c = reader->control_kind;

		reader->control = CONTROL_NONE;
		if (!first)
			return KEY_EVENT_NONE;
		key_from_meta(key, c);
		return KEY_EVENT_KEY;
	}
	reader->control = CONTROL_INSIDE;
	if (reader->control_kind == 'O' || code < ' ' || (code >= 0x40 && code <= 0x7e) ||
	    code >= 0x80)
		reader->control = CONTROL_NONE;
	return KEY_EVENT_NONE;
}

/* What follows Esc: nothing, then it was the key; else Alt was held down. */
static enum key_event take_escaped(struct key_reader *reader, int code, struct key *key)
{
	reader->escaped = code == ESC;
	if (code == SCREEN_NO_KEY || code == ESC) {
		key_from_code(key, ESC);
		return KEY_EVENT_KEY;
	}
	if (code == '[' || code == 'O') {
		reader->control = CONTROL_BEGUN;
		reader->control_kind = (char)code;
		return KEY_EVENT_NONE;
	}
	if (code >= 0x80)
		return key_reader_take(reader, code, key);
	key_from_meta(key, (char)code);
	return KEY_EVENT_KEY;
}

enum key_event key_reader_take(struct key_reader *reader, int code, struct key *key)
{
	if (reader->pasting)
		return take_pasted(reader, code);
	if (reader->control != CONTROL_NONE)
		return skip_control(reader, code, key);
	if (reader->escaped)
		return take_escaped(reader, code, key);
	if (code == SCREEN_NO_KEY || code == SCREEN_PASTE_END)
		return KEY_EVENT_NONE;
	if (code == SCREEN_PASTE_BEGIN) {
		reader->pasting = true;
		reader->paste_ms = clock_monotonic_ms();
		str_reset(&reader->paste);
		return KEY_EVENT_NONE;
	}
	if (code == ESC) {
		reader->escaped = true;
		return KEY_EVENT_NONE;
	}
	if (code >= 0x80 && code < 0x100)
		return take_byte(reader, (unsigned char)code, key);
	reader->partial_len = 0;
	key_from_code(key, code);
	return KEY_EVENT_KEY;
}

void paste_flatten(struct span paste, struct str *out)
{
	paste = span_trim(paste);
	for (size_t i = 0; i < paste.len; i++) {
		char c = paste.at[i];

		if (c == '\n' || c == '\r') {
			while (i + 1 < paste.len && strchr("\r\n", paste.at[i + 1]))
				i++;
			str_add_text(out, "; ");
		} else if (c == '\t') {
			str_add_char(out, ' ');
		} else if ((unsigned char)c >= ' ' && c != 0x7f) {
			str_add_char(out, c);
		}
	}
}
