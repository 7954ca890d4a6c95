# SPDX-License-Identifier: GPL-3.0-or-later
# The program as a batch: scripts, pipes, exit statuses, what it says of itself.
. tests/lib.sh
need_haproxy 2.2
start_lb master

p() { # ARGUMENT... (stdin is the caller's)
	timeout 60 "$PENSTOCK" -f "$cfg" -s "$lb" "$@" >"$work/out" 2>"$work/err"
	status=$?
	out=$(cat "$work/out")
	err=$(cat "$work/err")
	sane "$err" "penstock $*"
}

p - <<<'show servers live/app1 columns svname'
is "$status" 0 "a script comes from standard input with -"
like "$out" 'app1' "and its output goes to standard output"
p - <<<$'set server live/app1 weight 5\nset server live/app1 wieght 5\ndiff'
is "$status" 2 "the first error stops it"
like "$err" ':2' "its line is named"
unlike "$out" 'weight 5' "what follows is not run"

p -c 'set server live/app1 weight 5' -c 'show candidate' /dev/null
is "$status" 0 "commands and a script may both be given"
like "$err" '1 edit is not applied' "edits that are left are said"
p --detailed-exitcode -c 'set server live/app1 weight 5' </dev/null
is "$status" 7 "and end with 7 when that is asked for"

# Whoever reads the output may go.
{ timeout 20 "$PENSTOCK" -s "$lb" -c 'watch 100ms show servers'; echo $? >"$work/status"; } 2>"$work/err" </dev/null |
	head -n 3 >/dev/null
wait_for 20 '[ -s "$work/status" ]'
isnt "$(cat "$work/status")" 124 "a watch ends when nobody reads it any more"
sane "$(cat "$work/err")" "closed pipe"

# ^C
"$PENSTOCK" -s "$lb" -c 'watch 100ms show servers' >"$work/watch" 2>/dev/null </dev/null &
watcher=$!
pids+=("$watcher")
wait_for 10 '[ -s "$work/watch" ]'
kill -INT "$watcher"
wait "$watcher"
is $? 130 "^C ends with 130"

# Without a terminal and without anything to do.
timeout 10 "$PENSTOCK" -f "$cfg" >"$work/out" 2>"$work/err" </dev/null
is $? 2 "no terminal and no command is wrong usage"
is "$(wc -l <"$work/err")" 1 "said in one line"

try --version
works "--version"
like "$out" '^penstock [0-9a-z]' "names program and version"
try --help
works "--help"
like "$out" '-f CFG' "lists the switches"
try --commands
works "--commands"
is "$(grep -cvE '^\{"name":.*"example":.*\}$' "$work/out")" 0 "is one JSON object a line"
try --nonsense
fails 2 'nonsense' "an unknown switch"
try -c
fails 2 'COMMAND' "a switch without its value"
try "$work/missing.penstock"
fails 3 'missing\.penstock' "a script that is not there"

# Files of settings.
mkdir -p "$work/config/penstock"
echo 'option interval 3s' >"$work/config/penstock/rc"
XDG_CONFIG_HOME=$work/config try --csv -c 'option interval'
like "$out" '^interval,3s' "the rc file is read"
XDG_CONFIG_HOME=$work/config try --no-rc --csv -c 'option interval'
like "$out" '^interval,1s' "--no-rc leaves it out"
echo 'option nonsense 3s' >"$work/config/penstock/rc"
XDG_CONFIG_HOME=$work/config try --csv -c 'option interval'
fails 2 'penstock/rc:1.*nonsense' "a fault in it is said with its place"

try --read-only -s "$lb" -c 'drain live/app1'
fails 1 'read-only' "--read-only operates on nothing"
try --dry-run -s "$lb" --yes -c 'drain live/app1'
works "--dry-run operates on nothing"
like "$out" 'live/app1' "and says what it would do"
unlike "$(stat_of "$lb" live app1 status)" 'DRAIN' "the server is not drained"
unchanged "the file was never touched"
done_testing
