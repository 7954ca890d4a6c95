/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "penstock/ui/screen.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "penstock/base/mem.h"
#include "penstock/base/utf8.h"

/* Last, because the names of capabilities are macros that eat ours. */
#include <curses.h>
#include <term.h>
#undef columns
#undef lines

enum { ESC_DELAY_MS = 25 };

#define PASTE_ON  "\033[?2004h"
#define PASTE_OFF "\033[?2004l"

/*
 * What a crash needs to give the terminal back by calls that a signal handler
 * may make.  Prepared when the terminal is taken.
 */
static struct {
	struct termios modes;
	volatile sig_atomic_t valid;
	char           bytes[256];
	size_t         len;
} rescue;

static void send(const char *bytes, size_t len)
{
	while (len) {
		ssize_t sent = write(STDOUT_FILENO, bytes, len);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent <= 0)
			return;
		bytes += sent;
		len -= (size_t)sent;
	}
}

static void rescue_terminal(void)
{
	if (!rescue.valid)
		return;
	rescue.valid = false;
	send(rescue.bytes, rescue.len);
	tcsetattr(STDIN_FILENO, TCSADRAIN, &rescue.modes);
}

static void rescue_add(const char *bytes)
{
	size_t len = bytes ? strlen(bytes) : 0;

	if (len > sizeof(rescue.bytes) - rescue.len)
		return;
	memcpy(rescue.bytes + rescue.len, bytes ? bytes : "", len);
	rescue.len += len;
}

/* Terminfo gives (char *)-1 for what is no string at all. */
static const char *capability(const char *name)
{
	char  copy[16];
	char *value;

	snprintf(copy, sizeof(copy), "%s", name);
	value = tigetstr(copy);
	return value == (char *)-1 ? NULL : value;
}

static void rescue_prepare(void)
{
	static const char *const names[] = { "sgr0", "cnorm", "rmkx", "rmcup" };

	rescue.len = 0;
	rescue_add(PASTE_OFF);
	for (size_t i = 0; i < N(names); i++)
		rescue_add(capability(names[i]));
	rescue_add("\r");
}

static const int fatal_signals[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT };
static struct sigaction before_us[N(fatal_signals)];

/*
 * Gives the terminal back, then lets happen what would have happened without
 * us: a fault strikes again when the handler returns; what was sent is resent.
 */
static void on_fatal(int number, siginfo_t *info, void *context)
{
	(void)context;
	rescue_terminal();
	for (size_t i = 0; i < N(fatal_signals); i++)
		if (fatal_signals[i] == number)
			sigaction(number, &before_us[i], NULL);
	if (info->si_code <= 0)
		raise(number);
}

static void catch_fatal(bool on)
{
	/* A stack that overflowed has no room for its own handler. */
	static char      room[32768];
	stack_t          stack = { .ss_sp = room, .ss_size = sizeof(room) }, present;
	struct sigaction action = {
		.sa_sigaction = on_fatal, .sa_flags = SA_SIGINFO | SA_ONSTACK,
	};

	if (on && sigaltstack(NULL, &present) == 0 && (present.ss_flags & SS_DISABLE))
		sigaltstack(&stack, NULL);
	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < N(fatal_signals); i++)
		if (on)
			sigaction(fatal_signals[i], &action, &before_us[i]);
		else
			sigaction(fatal_signals[i], &before_us[i], NULL);
}

struct sequence_def {
	const char *bytes;
	int         key;
};

/* What most terminals send, whatever terminfo knows of it. */
static const struct sequence_def sequence_table[] = {
	{ "\033[200~", SCREEN_PASTE_BEGIN }, { "\033[201~", SCREEN_PASTE_END },
	{ "\033[A", KEY_UP },    { "\033[B", KEY_DOWN },  { "\033[C", KEY_RIGHT },
	{ "\033[D", KEY_LEFT },  { "\033[H", KEY_HOME },  { "\033[F", KEY_END },
	{ "\033OA", KEY_UP },    { "\033OB", KEY_DOWN },  { "\033OC", KEY_RIGHT },
	{ "\033OD", KEY_LEFT },  { "\033OH", KEY_HOME },  { "\033OF", KEY_END },
	{ "\033[1~", KEY_HOME }, { "\033[4~", KEY_END },  { "\033[7~", KEY_HOME },
	{ "\033[8~", KEY_END },  { "\033[2~", KEY_IC },   { "\033[3~", KEY_DC },
	{ "\033[5~", KEY_PPAGE }, { "\033[6~", KEY_NPAGE }, { "\033[Z", KEY_BTAB },
};

static void define_sequences(void)
{
	for (size_t i = 0; i < N(sequence_table); i++)
		if (key_defined(sequence_table[i].bytes) == 0)
			define_key(sequence_table[i].bytes, sequence_table[i].key);
}

static void set_modes(struct screen *screen)
{
	raw();
	noecho();
	nonl();
	curs_set(0);
	set_escdelay(ESC_DELAY_MS);
	screen->keys = newpad(1, 1);
	keypad(screen->keys, TRUE);
	nodelay(screen->keys, TRUE);
	leaveok(stdscr, FALSE);
	define_sequences();
}

static void note_size(struct screen *screen)
{
	getmaxyx(stdscr, screen->lines, screen->columns);
}

int screen_open(struct screen *screen, const struct options *options, struct err *err)
{
	const char *terminal = getenv("TERM");
	SCREEN     *curses;

	*screen = (struct screen){ .terminal = terminal };
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return err_set(err, ERR_UNSUPPORTED,
			       "the screen needs a terminal; try -c COMMAND or a script");
	if (!terminal || !*terminal)
		return err_set(err, ERR_UNSUPPORTED,
			       "TERM is not set; try TERM=vt100, or --line");
	if (tcgetattr(STDIN_FILENO, &rescue.modes) < 0)
		return err_errno(err, ERR_UNSUPPORTED, "cannot read the terminal's modes");
	curses = newterm(terminal, stdout, stdin);
	if (!curses)
		return err_set(err, ERR_UNSUPPORTED, "the terminal type '%s' is not known here; "
			       "try TERM=vt100, or --line", terminal);
	screen->curses = curses;
	if (!capability("cup")) {
		endwin();
		delscreen(curses);
		return err_set(err, ERR_UNSUPPORTED, "a terminal of type '%s' cannot place its "
			       "cursor; try --line", terminal);
	}
	set_modes(screen);
	theme_apply(&screen->theme, options);
	rescue_prepare();
	rescue.valid = true;
	die_set_hook(rescue_terminal);
	catch_fatal(true);
	screen_resize(screen);
	send(PASTE_ON, strlen(PASTE_ON));
	return 0;
}

int screen_open_memory(struct screen *screen, int columns, int lines,
		       const struct options *options, struct err *err)
{
	/* Some hosts have a handful of terminal types only. */
	static const char *const types[] = { "xterm-256color", "xterm", "linux", "vt100" };
	SCREEN                  *curses = NULL;

	*screen = (struct screen){ .in_memory = true };
	screen->input = fopen("/dev/null", "r");
	screen->output = fopen("/dev/null", "w");
	for (size_t i = 0; i < N(types) && !curses && screen->input && screen->output; i++) {
		screen->terminal = types[i];
		curses = newterm(types[i], screen->output, screen->input);
	}
	screen->curses = curses;
	if (!curses) {
		screen_close(screen);
		return err_set(err, ERR_UNSUPPORTED,
			       "no terminal type of this host serves for a screen in memory");
	}
	set_modes(screen);
	theme_apply(&screen->theme, options);
	resizeterm(lines, columns);
	note_size(screen);
	return 0;
}

void screen_close(struct screen *screen)
{
	if (screen->curses) {
		if (!screen->away)
			screen_leave(screen);
		delwin(screen->keys);
		delscreen(screen->curses);
	}
	if (!screen->in_memory) {
		die_set_hook(NULL);
		catch_fatal(false);
	}
	if (screen->input)
		fclose(screen->input);
	if (screen->output)
		fclose(screen->output);
	*screen = (struct screen){ .away = true };
}

void screen_leave(struct screen *screen)
{
	if (screen->away)
		return;
	screen->away = true;
	if (!screen->in_memory)
		send(PASTE_OFF, strlen(PASTE_OFF));
	endwin();
	rescue.valid = false;
}

void screen_return(struct screen *screen)
{
	if (!screen->away)
		return;
	screen->away = false;
	reset_prog_mode();
	screen_resize(screen);
	clearok(curscr, TRUE);
	/* What endwin switched off, only a refresh switches on again. */
	doupdate();
	if (screen->in_memory)
		return;
	rescue.valid = true;
	send(PASTE_ON, strlen(PASTE_ON));
}

void screen_stop(struct screen *screen)
{
	struct sigaction before, action = { .sa_handler = SIG_DFL };

	screen_leave(screen);
	sigemptyset(&action.sa_mask);
	sigaction(SIGTSTP, &action, &before);
	if (!screen->in_memory)
		kill(0, SIGTSTP);
	sigaction(SIGTSTP, &before, NULL);
	screen_return(screen);
}

bool screen_is_too_small(const struct screen *screen)
{
	return screen->columns < SCREEN_LEAST_COLUMNS || screen->lines < SCREEN_LEAST_LINES;
}

void screen_resize(struct screen *screen)
{
	struct winsize size;

	/* LINES and COLUMNS in the environment would freeze curses' own idea. */
	if (!screen->in_memory && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row &&
	    size.ws_col)
		resizeterm(size.ws_row, size.ws_col);
	clearok(curscr, TRUE);
	note_size(screen);
}

void screen_spoil(struct screen *screen)
{
	(void)screen;
	clearok(curscr, TRUE);
}

int screen_key(struct screen *screen)
{
	int key;

	do {
		key = screen->away ? ERR : wgetch(screen->keys);
	} while (key == KEY_RESIZE); /* SIGWINCH tells us; see screen_resize */
	return key == ERR ? SCREEN_NO_KEY : key;
}

bool screen_is_gone(const struct screen *screen)
{
	struct pollfd terminal = { .fd = STDIN_FILENO, .events = POLLIN };

	if (screen->in_memory || poll(&terminal, 1, 0) <= 0)
		return false;
	return terminal.revents & (POLLHUP | POLLERR | POLLNVAL);
}

void *screen_terminal(void)
{
	return cur_term;
}

void screen_set_terminal(void *terminal)
{
	set_curterm(terminal);
}

void screen_begin(struct screen *screen)
{
	(void)screen;
	werase(stdscr);
}

/* Writes text that the theme has made fit for the terminal. */
static int put_ready(struct screen *screen, int y, int x, int width, enum style style,
		     struct span text)
{
	const char *mark = screen->theme.ascii ? "." : "…";
	size_t      used, fit;

	if (x + width > screen->columns)
		width = screen->columns - x;
	if (y < 0 || y >= screen->lines || x < 0 || width <= 0)
		return 0;
	wattrset(stdscr, (int)screen->theme.attributes[style]);
	fit = utf8_fit(text, (size_t)width, &used);
	if (fit < text.len)
		fit = utf8_fit(text, (size_t)width - 1, &used);
	mvwaddnstr(stdscr, y, x, text.at, (int)fit);
	if (fit < text.len) {
		mvwaddstr(stdscr, y, x + (int)used, mark);
		used++;
	}
	wattrset(stdscr, A_NORMAL);
	return (int)used;
}

int screen_put(struct screen *screen, int y, int x, int width, enum style style,
	       struct span text)
{
	struct str ready = STR_INIT;
	int        used;

	theme_text(&screen->theme, text, &ready);
	used = put_ready(screen, y, x, width, style, str_span(&ready));
	str_release(&ready);
	return used;
}

int screen_putf(struct screen *screen, int y, int x, int width, enum style style,
		const char *format, ...)
{
	struct str text = STR_INIT;
	va_list    args;
	int        used;

	va_start(args, format);
	str_vaddf(&text, format, args);
	va_end(args);
	used = screen_put(screen, y, x, width, style, str_span(&text));
	str_release(&text);
	return used;
}

void screen_cell(struct screen *screen, int y, int x, int width, enum style style, bool right,
		 struct span text)
{
	struct str ready = STR_INIT, padded = STR_INIT;

	theme_text(&screen->theme, text, &ready);
	utf8_pad(&padded, str_span(&ready), (size_t)(width > 0 ? width : 0), right,
		 screen->theme.ascii ? "." : "…");
	put_ready(screen, y, x, width, style, str_span(&padded));
	str_release(&padded);
	str_release(&ready);
}

void screen_show(struct screen *screen, int cursor_y, int cursor_x)
{
	bool visible = cursor_y >= 0 && cursor_y < screen->lines && cursor_x < screen->columns;

	wmove(stdscr, visible ? cursor_y : 0, visible ? cursor_x : 0);
	wnoutrefresh(stdscr);
	curs_set(visible ? 1 : 0);
	doupdate();
}

static void add_wide(struct str *out, wchar_t wide)
{
	unsigned point = (unsigned)wide;

	if (point < 0x80) {
		str_add_char(out, (char)point);
		return;
	}
	if (point < 0x800) {
		str_add_char(out, (char)(0xc0 | point >> 6));
	} else if (point < 0x10000) {
		str_add_char(out, (char)(0xe0 | point >> 12));
		str_add_char(out, (char)(0x80 | (point >> 6 & 0x3f)));
	} else {
		str_add_char(out, (char)(0xf0 | point >> 18));
		str_add_char(out, (char)(0x80 | (point >> 12 & 0x3f)));
		str_add_char(out, (char)(0x80 | (point >> 6 & 0x3f)));
	}
	str_add_char(out, (char)(0x80 | (point & 0x3f)));
}

void screen_line(const struct screen *screen, int y, struct str *out)
{
	wchar_t *cells = xcalloc((size_t)screen->columns * 2 + 2, sizeof(*cells));
	size_t   start = out->len;
	int      count = mvwinnwstr(stdscr, y, 0, cells, screen->columns * 2);

	for (int i = 0; i < count; i++)
		add_wide(out, cells[i]);
	while (out->len > start && out->bytes[out->len - 1] == ' ')
		str_cut(out, out->len - 1);
	free(cells);
}
