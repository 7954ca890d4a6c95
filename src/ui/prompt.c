/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/ui/prompt.h"

#include <stdlib.h>
#include <string.h>

#include "penstock/base/mem.h"
#include "penstock/base/text.h"
#include "penstock/base/utf8.h"
#include "penstock/command/complete.h"
#include "penstock/sys/file.h"
#include "penstock/ui/popup.h"
#include "penstock/ui/prompt_history.h"

/* After ours: the names of readline's types are taken by none of ours. */
#include <readline/history.h>
#include <readline/readline.h>

enum { SET_MARK = 0, STARVED_MAX = 16 };

struct prompt {
	struct console *console;
	char           *folder;
	FILE           *nowhere;  /* readline's output */
	bool            open;
	enum prompt_kind kind;
	struct str      label;
	struct str      keys;     /* fed and not yet read */
	size_t          read;
	int             starved;  /* asked for keys in vain, times */
	bool            ended;    /* Enter was pressed */
	struct str      line;     /* then: what stood there */
	struct str      remark;
	struct prompt_history history[PROMPT_KIND_COUNT];

	/* completion of the word [at, end) of the line */
	struct completions list;
	bool   listed;            /* the popup is shown */
	size_t chosen;            /* SIZE_MAX: none yet */
	size_t at, end;
	struct str hint, hinted;  /* the hint, and the line that it is for */
};

struct kind_def {
	const char *file;     /* of the history; NULL: none is kept */
	bool        completes;
};

static const struct kind_def kind_table[PROMPT_KIND_COUNT] = {
	[PROMPT_COMMAND]  = { "command-history", true },
	[PROMPT_FILTER]   = { "filter-history", false },
	[PROMPT_QUESTION] = { NULL, false },
	[PROMPT_SECRET]   = { NULL, false },
};

/* readline is one per program and its callbacks take no context. */
static struct prompt *the_prompt;

/*
 * readline asks for more than there is when a key sequence breaks off.  At the
 * end of input it would jump out of frames that are gone by then; a set-mark
 * does no harm.  Whatever goes on asking gets the end all the same.
 */
static int next_key(FILE *ignored)
{
	struct prompt *prompt = the_prompt;

	(void)ignored;
	if (prompt->read < prompt->keys.len) {
		prompt->starved = 0;
		return (unsigned char)prompt->keys.bytes[prompt->read++];
	}
	return prompt->starved++ < STARVED_MAX ? SET_MARK : EOF;
}

static int has_key(void)
{
	return the_prompt->read < the_prompt->keys.len;
}

static void draw_later(void)
{
}

/* Only notes the line: running it from inside readline would nest the two. */
static void on_line(char *line)
{
	struct prompt *prompt = the_prompt;

	rl_callback_handler_remove();
	str_set(&prompt->line, line);
	prompt->ended = true;
	free(line);
}

static void drop_list(struct prompt *prompt)
{
	completions_release(&prompt->list);
	prompt->list = (struct completions)COMPLETIONS_INIT;
	prompt->listed = false;
	prompt->chosen = SIZE_MAX;
}

/* File names, when nothing but a path makes sense there. */
static void list_paths(struct prompt *prompt)
{
	char *beginning = span_dup(prompt->list.prefix), *name;

	for (int state = 0; (name = rl_filename_completion_function(beginning, state)); state++) {
		struct str text = STR_INIT;

		str_add_text(&text, name);
		if (file_is_directory(name))
			str_add_char(&text, '/');
		complete_offer(&prompt->list, str_span(&text), NULL);
		str_release(&text);
		free(name);
	}
	free(beginning);
}

static void list_completions(struct prompt *prompt)
{
	drop_list(prompt);
	complete_line(prompt->console, span_make(rl_line_buffer, (size_t)rl_end),
		      (size_t)rl_point, &prompt->list);
	if (prompt->list.paths)
		list_paths(prompt);
	prompt->at = prompt->list.at;
	prompt->end = (size_t)rl_point;
}

static size_t common_prefix(const struct completions *list)
{
	const char *first = list->list.items[0].text;
	size_t      len = strlen(first);

	for (size_t i = 1; i < list->list.count; i++) {
		size_t same = 0;

		while (same < len && first[same] == list->list.items[i].text[same])
			same++;
		len = same;
	}
	/* Not into the middle of a character. */
	while (len && ((unsigned char)first[len] & 0xc0) == 0x80)
		len--;
	return len;
}

/* Puts text in the place of the word; `whole`: nothing is missing any more. */
static void replace_word(struct prompt *prompt, struct span text, bool whole)
{
	struct str word = STR_INIT;

	text_quote_word(&word, text);
	/* What goes on must stay open at its end. */
	if (!whole && word.len && word.bytes[0] == '"')
		str_cut(&word, word.len - 1);
	if (whole && !span_ends(text, "/"))
		str_add_char(&word, ' ');
	rl_begin_undo_group();
	rl_delete_text((int)prompt->at, (int)prompt->end);
	rl_point = (int)prompt->at;
	rl_insert_text(word.bytes);
	rl_end_undo_group();
	prompt->end = (size_t)rl_point;
	str_release(&word);
}

static void choose(struct prompt *prompt, size_t step)
{
	size_t count = prompt->list.list.count;

	prompt->chosen = prompt->chosen == SIZE_MAX ? (step == 1 ? 0 : count - 1)
						    : (prompt->chosen + step) % count;
	/* The blank that comes behind it goes again when another one is chosen. */
	replace_word(prompt, span_of(prompt->list.list.items[prompt->chosen].text), true);
}

/* Tab: what all candidates have in common; then they are gone through. */
static int complete_forward(int count, int key)
{
	struct prompt *prompt = the_prompt;
	size_t         before, common;

	(void)count;
	(void)key;
	if (!kind_table[prompt->kind].completes)
		return 0;
	if (prompt->listed && prompt->list.list.count > 1) {
		choose(prompt, 1);
		return 0;
	}
	list_completions(prompt);
	if (!prompt->list.list.count)
		return 0;
	if (prompt->list.list.count == 1) {
		replace_word(prompt, span_of(prompt->list.list.items[0].text), true);
		drop_list(prompt);
		return 0;
	}
	before = prompt->end - prompt->at;
	common = common_prefix(&prompt->list);
	if (common > before)
		replace_word(prompt, span_make(prompt->list.list.items[0].text, common), false);
	prompt->listed = true;
	return 0;
}

static int complete_backward(int count, int key)
{
	struct prompt *prompt = the_prompt;

	if (!prompt->listed || prompt->list.list.count < 2)
		return complete_forward(count, key);
	choose(prompt, prompt->list.list.count - 1);
	return 0;
}

/* The hint belongs to a line with the cursor at its end. */
static struct span hint_of(struct prompt *prompt)
{
	struct completions list = COMPLETIONS_INIT;
	struct span        line = span_make(rl_line_buffer, (size_t)rl_end);

	if (prompt->remark.len)
		return str_span(&prompt->remark);
	if (!kind_table[prompt->kind].completes || rl_point != rl_end || !line.len)
		return span_make("", 0);
	if (!span_equal(str_span(&prompt->hinted), line)) {
		complete_line(prompt->console, line, line.len, &list);
		str_reset(&prompt->hint);
		str_add_span(&prompt->hint, str_span(&list.hint));
		str_reset(&prompt->hinted);
		str_add_span(&prompt->hinted, line);
		completions_release(&list);
	}
	return str_span(&prompt->hint);
}

/*
 * rl_clear_history of readline 8.2 leaves dead entries in the list, where a
 * search finds them; taking one out again ends the list.
 */
static void forget_history(void)
{
	rl_clear_history();
	add_history("");
	free_history_entry(remove_history(0));
}

/* readline has one history, the prompt one a kind. */
static void load_history(const struct prompt *prompt)
{
	const struct strings *lines = &prompt->history[prompt->kind].lines;

	forget_history();
	for (size_t i = prompt_history_first(lines); i < lines->list.count; i++)
		add_history(lines->list.items[i]);
	using_history();
}

static void feed(struct prompt *prompt, const char *bytes, size_t len)
{
	str_reset(&prompt->keys);
	prompt->read = 0;
	prompt->starved = 0;
	str_add(&prompt->keys, bytes, len);
	/* Enter behind a count is noticed with the next key only. */
	while (!prompt->ended && (prompt->read < prompt->keys.len || rl_done))
		rl_callback_read_char();
}

/* Ends a search, on what it has found so far if it shows that. */
static void end_search(struct prompt *prompt)
{
	static const char abort_key = '\007';

	if (RL_ISSTATE(RL_STATE_ISEARCH))
		rl_callback_sigcleanup();
	if (RL_ISSTATE(RL_STATE_NSEARCH))
		feed(prompt, &abort_key, 1);
}

/*
 * Out of a search, a count, or half a key sequence: readline keeps pointers
 * into the line for these, and leaves but one of them a call.
 */
static void leave_modes(struct prompt *prompt)
{
	const unsigned long modes = RL_STATE_ISEARCH | RL_STATE_NSEARCH | RL_STATE_VIMOTION |
				    RL_STATE_NUMERICARG | RL_STATE_MULTIKEY |
				    RL_STATE_CHARSEARCH;

	end_search(prompt);
	if (RL_ISSTATE(RL_STATE_NUMERICARG)) {
		rl_restore_prompt();
		rl_clear_message();
	}
	/* At least once: what C-v waits for has no state. */
	for (int i = 0; i < 8 && (!i || RL_ISSTATE(modes)); i++)
		rl_callback_sigcleanup();
	rl_clear_pending_input();
}

/*
 * A key of several bytes ends a search.  Left to itself readline 8.2 pushes
 * them back and runs them where a function that gives up, as `abort` does,
 * jumps into a frame that has returned.
 */
static bool is_prefix(char byte)
{
	return rl_get_keymap()[(unsigned char)byte].type == ISKMAP;
}

/*
 * What nobody needs on a line of commands and what readline 8.2 does not get
 * right when it is fed (it leaves frames and frees undo lists twice): macros,
 * the search that asks for its text first, and ~ in place.
 */
static void unbind_risky(Keymap keymap)
{
	static rl_command_func_t *const functions[] = {
		rl_start_kbd_macro, rl_end_kbd_macro, rl_call_last_kbd_macro,
		rl_print_last_kbd_macro, rl_noninc_forward_search, rl_noninc_reverse_search,
		rl_noninc_forward_search_again, rl_noninc_reverse_search_again,
		rl_tilde_expand,
	};

	for (size_t i = 0; i < N(functions); i++)
		rl_unbind_function_in_map(functions[i], keymap);
}

static void bind_keys(Keymap keymap)
{
	rl_bind_key_in_map('\t', complete_forward, keymap);
	rl_bind_keyseq_in_map("\033[Z", complete_backward, keymap);
}

/* Every way in which readline would reach for terminal, signals or environment
 * is closed before it is started. */
static void start_readline(struct prompt *prompt, const char *terminal)
{
	void *own = screen_terminal();

	rl_readline_name = "penstock";
	rl_terminal_name = terminal;
	rl_catch_signals = 0;
	rl_catch_sigwinch = 0;
	rl_change_environment = 0;
	rl_prep_term_function = NULL;
	rl_deprep_term_function = NULL;
	rl_instream = prompt->nowhere;
	rl_outstream = prompt->nowhere;
	rl_getc_function = next_key;
	rl_input_available_hook = has_key;
	rl_redisplay_function = draw_later;
	rl_initialize();
	screen_set_terminal(own);
	rl_variable_bind("bell-style", "none");
	rl_variable_bind("enable-bracketed-paste", "off");
	bind_keys(emacs_standard_keymap);
	bind_keys(vi_insertion_keymap);
	unbind_risky(emacs_standard_keymap);
	unbind_risky(emacs_meta_keymap);
	unbind_risky(emacs_ctlx_keymap);
	unbind_risky(vi_movement_keymap);
}

struct prompt *prompt_new(struct console *console, const char *terminal,
			  const char *history_folder)
{
	struct prompt *prompt = xcalloc(1, sizeof(*prompt));

	if (the_prompt)
		BUG("a second prompt");
	the_prompt = prompt;
	prompt->console = console;
	prompt->folder = xstrdup(history_folder);
	prompt->nowhere = fopen("/dev/null", "r+");
	if (!prompt->nowhere)
		die("cannot open /dev/null");
	str_init(&prompt->label);
	str_init(&prompt->keys);
	str_init(&prompt->line);
	str_init(&prompt->remark);
	str_init(&prompt->hint);
	str_init(&prompt->hinted);
	drop_list(prompt);
	for (size_t i = 0; prompt->folder && i < PROMPT_KIND_COUNT; i++)
		if (kind_table[i].file)
			prompt_history_read(&prompt->history[i], prompt->folder,
					    kind_table[i].file);
	start_readline(prompt, terminal);
	return prompt;
}

void prompt_free(struct prompt *prompt)
{
	if (!prompt)
		return;
	prompt_close(prompt);
	for (size_t i = 0; i < PROMPT_KIND_COUNT; i++) {
		if (prompt->folder && kind_table[i].file)
			prompt_history_write(&prompt->history[i], prompt->folder,
					     kind_table[i].file);
		strings_release(&prompt->history[i].lines);
	}
	forget_history();
	/* readline keeps the streams; it must not meet a closed one. */
	rl_instream = rl_outstream = NULL;
	fclose(prompt->nowhere);
	free(prompt->folder);
	str_release(&prompt->label);
	str_release(&prompt->keys);
	str_release(&prompt->line);
	str_release(&prompt->remark);
	str_release(&prompt->hint);
	str_release(&prompt->hinted);
	completions_release(&prompt->list);
	free(prompt);
	the_prompt = NULL;
}

void prompt_open(struct prompt *prompt, enum prompt_kind kind, const char *label,
		 struct span text)
{
	char *initial = span_dup(text);

	prompt_close(prompt);
	prompt->kind = kind;
	prompt->open = true;
	str_set(&prompt->label, label);
	load_history(prompt);
	rl_callback_handler_install(prompt->label.bytes, on_line);
	rl_insert_text(initial);
	free(initial);
}

void prompt_close(struct prompt *prompt)
{
	if (!prompt->open)
		return;
	/* Enter is the one way out on which readline cleans up after itself. */
	leave_modes(prompt);
	feed(prompt, "\r", 1);
	if (!prompt->ended)
		rl_callback_handler_remove();
	prompt->open = prompt->ended = false;
	str_reset(&prompt->keys);
	prompt->read = 0;
	str_reset(&prompt->remark);
	str_reset(&prompt->hinted);
	str_reset(&prompt->hint);
	drop_list(prompt);
}

bool prompt_is_open(const struct prompt *prompt)
{
	return prompt->open;
}

enum prompt_kind prompt_kind(const struct prompt *prompt)
{
	return prompt->kind;
}

bool prompt_esc_closes(const struct prompt *prompt)
{
	(void)prompt;
	return rl_get_keymap() != vi_insertion_keymap;
}

void prompt_feed(struct prompt *prompt, const char *bytes, size_t len)
{
	bool tab = len == 1 && (*bytes == '\t');
	bool back = len == 3 && memcmp(bytes, "\033[Z", 3) == 0;

	if (!prompt->open || prompt->ended)
		return;
	str_reset(&prompt->remark);
	if (!tab && !back)
		drop_list(prompt);
	if (len && is_prefix(*bytes))
		end_search(prompt);
	feed(prompt, bytes, len);
}

void prompt_insert(struct prompt *prompt, struct span text)
{
	char *copy;

	if (!prompt->open || prompt->ended)
		return;
	drop_list(prompt);
	leave_modes(prompt);
	copy = span_dup(text);
	rl_begin_undo_group();
	rl_insert_text(copy);
	rl_end_undo_group();
	free(copy);
}

struct span prompt_text(const struct prompt *prompt)
{
	if (prompt->ended)
		return str_span(&prompt->line);
	return prompt->open ? span_make(rl_line_buffer, (size_t)rl_end) : span_make("", 0);
}

/* Passwords are not kept. */
static void keep_line(struct prompt *prompt)
{
	struct str shown = STR_INIT;

	if (prompt->kind == PROMPT_COMMAND)
		command_redact(str_span(&prompt->line), &shown);
	else
		str_add_span(&shown, str_span(&prompt->line));
	prompt_history_add(&prompt->history[prompt->kind], shown.bytes);
	str_release(&shown);
}

bool prompt_take(struct prompt *prompt, struct str *line)
{
	if (!prompt->open || !prompt->ended)
		return false;
	if (kind_table[prompt->kind].file)
		keep_line(prompt);
	str_add_span(line, str_span(&prompt->line));
	prompt_close(prompt);
	return true;
}

void prompt_remark(struct prompt *prompt, const char *remark)
{
	str_set(&prompt->remark, remark);
}

/* readline puts marks around what has no width in a label. */
static void add_label(struct str *out)
{
	for (const char *c = rl_display_prompt; c && *c; c++)
		if (*c != RL_PROMPT_START_IGNORE && *c != RL_PROMPT_END_IGNORE)
			str_add_char(out, *c);
}

void prompt_draw(struct prompt *prompt, struct screen *screen, int y, int room, int *cursor)
{
	struct str  label = STR_INIT, text = STR_INIT, before = STR_INIT;
	struct span rest;
	size_t      taken, at, left = 0, space;

	add_label(&label);
	taken = (size_t)screen_put(screen, y, 0, screen->columns / 2, STYLE_STRONG,
				   str_span(&label));
	space = (size_t)screen->columns - taken - 1;
	if (prompt->kind != PROMPT_SECRET) {
		theme_text(&screen->theme, span_make(rl_line_buffer, (size_t)rl_end), &text);
		theme_text(&screen->theme, span_make(rl_line_buffer, (size_t)rl_point), &before);
	}
	at = utf8_width(str_span(&before));
	/* Scrolls by halves, so that the text does not creep with each key. */
	while (at - left > space)
		left += space / 2 + 1;
	rest = str_span(&text);
	if (left) {
		size_t skip = utf8_fit(rest, left, &left);

		rest = span_make(rest.at + skip, rest.len - skip);
	}
	*cursor = (int)(taken + at - left);
	taken += (size_t)screen_put(screen, y, (int)taken, (int)space + 1, STYLE_TEXT, rest);
	screen_put(screen, y, (int)taken + 2, screen->columns - (int)taken - 2,
		   prompt->remark.len ? STYLE_WARN : STYLE_HINT, hint_of(prompt));
	if (prompt->listed)
		popup_draw(&prompt->list, prompt->chosen, screen, y, room);
	str_release(&label);
	str_release(&text);
	str_release(&before);
}
