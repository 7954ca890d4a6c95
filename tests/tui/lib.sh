# SPDX-License-Identifier: GPL-3.0-or-later
#
# For tests on a real terminal: tmux holds it, a shell runs in it, and Penstock
# in the shell.
. tests/lib.sh

command -v tmux >/dev/null || skip_all "there is no tmux"
need_haproxy 2.4

# The shell is ours, not the one that the user's account may forbid.
terminal() { # TMUX-COMMAND...
	SHELL=/bin/sh tmux -S "$work/tmux" -f /dev/null "$@"
}

# The shell, on a terminal of that size; more arguments are its environment.
open_terminal() { # COLUMNS LINES [VARIABLE=VALUE...]
	local columns=$1 lines=$2

	shift 2
	cat >"$work/shellrc" <<-END
		PS1='shell> '
		unset PROMPT_COMMAND
		cd '$work'
		alias p='$PENSTOCK -f haproxy.cfg -s admin.sock'
	END
	terminal new-session -d -s t -x "$columns" -y "$lines" \
		"$(printf '%q ' env "$@" bash --noprofile --rcfile "$work/shellrc" -i)"
	terminal set-option -g status off >/dev/null
	# Larger or smaller than any client: there is none.
	terminal set-option -g window-size manual >/dev/null
	terminal resize-window -t t -x "$columns" -y "$lines"
	shows 'shell>' || { echo "Bail out! no shell in tmux"; exit 1; }
}

close_terminal() {
	terminal kill-server 2>/dev/null
}
trap 'close_terminal; cleanup' EXIT

# What the terminal shows now.
look() { # [CAPTURE-OPTION...]
	terminal capture-pane -p -t t "$@" 2>/dev/null
}

press() { # KEY...
	terminal send-keys -t t "$@"
}

type_text() { # TEXT
	terminal send-keys -t t -l "$1"
}

# Waits until a line of the terminal matches.
shows() { # EXTENDED-REGEX [SECONDS]
	wait_for "${2:-10}" 'look | grep -qE -e "'"$1"'"'
}

shows_not() { # EXTENDED-REGEX [SECONDS]
	wait_for "${2:-10}" '! look | grep -qE -e "'"$1"'"'
}

seen() { # EXTENDED-REGEX DESCRIPTION [SECONDS]
	if shows "$1" "${3:-10}"; then
		ok "$2"
	else
		not_ok "$2" "wanted a line like: $1" "the terminal shows:" "$(look)"
	fi
}

gone() { # EXTENDED-REGEX DESCRIPTION
	if shows_not "$1"; then
		ok "$2"
	else
		not_ok "$2" "wanted no line like: $1" "the terminal shows:" "$(look)"
	fi
}

# Leaves the prompt.  A key that follows Esc at once would be Alt and that key,
# on any terminal; people are slower than that.
escape() {
	press Escape
	shows_not '^:'
}

# Leaves Penstock, whether that asks or not.
leave() {
	press q
	wait_for 3 'look | grep -qE "shell> ?$"' || press y
	seen 'shell> ?$' "q leaves"
}

# Starts Penstock in the shell, on the servers.
start_penstock() {
	type_text p
	press Enter
	if ! shows 'Overview'; then
		echo "Bail out! Penstock did not start:"
		look | sed 's/^/# /'
		exit 1
	fi
	press 4
	seen '^ Servers' "a key opens the servers"
}

penstock_pid() {
	local file

	for file in /proc/[0-9]*/cmdline; do
		if { tr '\0' ' ' <"$file"; } 2>/dev/null | grep -qF -e "$PENSTOCK -f haproxy.cfg"; then
			file=${file%/cmdline}
			[ "$(readlink "/proc/${file#/proc/}/cwd")" = "$work" ] && echo "${file#/proc/}"
		fi
	done
}
