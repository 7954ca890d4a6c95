# SPDX-License-Identifier: GPL-3.0-or-later
# option reload-command stands above whatever was found out.
. tests/lib.sh
need_haproxy 2.2
start_lb master

try -f "$cfg" -s "$lb" -c "option reload-command 'echo done >>$work/called; kill -USR2 $haproxy_pid'" \
	-c 'add rule web path_beg /beta/ staged' -c apply
works "a rule is applied"
is "$(cat "$work/called" 2>/dev/null)" done "the command was run, once"
isnt "$(worker_pid "$lb")" "$pid" "another worker serves"
like "$(curl -s "http://127.0.0.1:$web_port/beta/")" '^new' "the rule holds"

# A command that fails: what was done is undone.
cp "$cfg" "$work/before.cfg"
pid=$(worker_pid "$lb")
try -f "$cfg" -s "$lb" -c "option reload-command 'echo it cannot be >&2; exit 3'" \
	-c 'add rule web path_beg /gamma/ staged' -c apply
is "$status" 5 "a reload command that fails ends with 5"
like "$err" 'it cannot be' "its words are shown"
unchanged "the file is put back"
same_process "no reload has happened"

# A command that does nothing: the new worker does not come.
try -f "$cfg" -s "$lb" -c "option reload-command true" -c 'option reload-timeout 1s' \
	-c 'add rule web path_beg /gamma/ staged' -c apply
is "$status" 5 "a reload that does not happen ends with 5"
unchanged "the file is put back again"
done_testing
