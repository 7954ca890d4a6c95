# SPDX-License-Identifier: GPL-3.0-or-later
# Every way out gives the terminal back: suspend, SIGTERM, SIGHUP, ^C.
. tests/tui/lib.sh
start_lb master
open_terminal 80 24

sane_terminal() { # DESCRIPTION
	seen 'shell> ?$' "$1: the shell is back"
	type_text 'stty -a | grep -c -- " icanon.* echo "; echo "mark"er'
	press Enter
	seen '^marker' "$1: what is typed is seen, Enter works"
	seen '^1' "$1: the terminal is in its usual mode"
	press C-l
	shows_not marker
}

start_penstock
press C-z
sane_terminal "suspended"
type_text fg
press Enter
seen '^ Servers' "fg draws the screen again"
press j
seen '> live +app2' "and keys work"

kill -TERM "$(penstock_pid)"
sane_terminal "after SIGTERM"

start_penstock
kill -HUP "$(penstock_pid)"
sane_terminal "after SIGHUP"

start_penstock
press C-c
wait_for 3 'look | grep -qE "shell> ?$"' || press y
sane_terminal "after ^C"
done_testing
