# SPDX-License-Identifier: GPL-3.0-or-later
# The plan starts from what the process runs: what somebody did to it by hand, and
# what somebody wrote to its file, is told apart from the operator's own edits.
. tests/lib.sh
need_haproxy 2.6
start_lb master

plan() { # COMMAND...
	local arguments=() command

	for command; do
		arguments+=(-c "$command")
	done
	try -f "$cfg" -s "$lb" ${arguments[@]+"${arguments[@]}"} -c plan
}

snapshots() {
	find "$PENSTOCK_STATE/running" -type f 2>/dev/null | wc -l
}

plan
works "a plan without edits"
is "$out" "nothing to do" "there is nothing to tell of a process that is as its file says"
is "$(snapshots)" 1 "what it runs is kept"
is "$(find "$PENSTOCK_STATE/running" -type f -perm 0600 | wc -l)" 1 "for nobody else to read"

# By hand, in the process.
ask "$lb" 'set server live/app1 weight 30' >/dev/null
ask "$lb" 'set server live/app2 state drain' >/dev/null
ask "$lb" 'set maxconn server live/app3 17' >/dev/null
ask "$lb" 'set maxconn frontend web 400' >/dev/null
ask "$lb" "add server staged/extra 127.0.0.1:$app4_port" >/dev/null
ask "$lb" 'set server staged/new2 state maint' >/dev/null
ask "$lb" 'del server staged/new2' >/dev/null
plan
like "$out" 'weight of live/app1: 30 by hand, 100 in the file' "a weight set by hand is told"
like "$out" 'state of live/app2: drain by hand, ready in the file' "and a drain"
like "$out" 'maxconn of live/app3: 17 by hand, 0 in the file' "a server's limit"
like "$out" 'maxconn of web: 400 by hand, 500 in the file' "a frontend's limit"
like "$out" 'server staged/extra: added by hand, not in the file' "a server that was added"
like "$out" 'server staged/new2: deleted by hand, in the file' "a server that was deleted"
is "$(grep -c 'by hand' <<<"$out")" 6 "and nothing else"
like "$out" 'stays different until a reload, which undoes' "they stay as they are"
try -f "$cfg" -s "$lb" --json -c plan
like "$out" '"kind": ?"undoes"' "JSON has them too"

plan 'set server live/app1 weight 60'
like "$out" 'back: set server live/app1 weight 30' "the way back leads to the process's weight"
unlike "$out" '30 by hand' "what a step is about is told once"
plan 'set server live/app1 weight 30'
like "$out" 'the process has it already' "what the process has is not sent"
plan 'set backend live timeout server 31s'
like "$out" 'the reload undoes' "a plan with a reload says what that undoes"
like "$out" 'reload .*undoes 6 changes' "the summary too"
plan 'set server staged/new2 weight 9'
like "$out" "reload .*the process has no server 'staged/new2'" "a lost server needs a reload"
plan 'delete server staged/new2'
like "$out" '^none .*gone' "one that is deleted already needs nothing"
plan "add server staged/extra 127.0.0.1:$app4_port"
like "$out" '^none .*staged/extra is new' "nor does one that was added already"
plan "add server staged/extra 127.0.0.1:$app3_port"
like "$out" '^reload .*another address' "unless it is another one"

# The apply itself leaves what was set by hand alone.
try -f "$cfg" -s "$lb" -c 'set server live/app1 weight 60' -c apply
works "an apply beside it"
is "$(stat_of "$lb" live app2 status)" DRAIN "does not repair a drain"
is "$(stat_of "$lb" live app3 slim)" 17 "nor a limit"

# By hand, in the file; the copy says what the process loaded, in any session.
sed -i -e '/server app3/s/weight 100/weight 70/' -e 's/timeout connect 2s/timeout connect 3s/' "$cfg"
plan
like "$out" 'brings along' "the file is newer"
like "$out" 'weight of live/app3 100 -> 70' "a weight that somebody wrote"
like "$out" 'timeout connect 2s -> 3s' "and a line that needs a reload"
like "$out" '^nothing to do' "are no steps of ours"
plan 'set server live/app1 weight 61'
like "$out" '^1 step: 1 at run time' "an edit of ours is one, at run time"
like "$out" 'weight of live/app3 100 -> 70' "beside what others wrote"
try -f "$cfg" -s "$lb" -c 'set server live/app1 weight 61' -c apply
works "it is applied"
same_process "without a reload"
plan
like "$out" 'weight of live/app3 100 -> 70' "what others wrote is still not loaded"
unlike "$out" 'app1' "what we applied is"
plan 'set server live/app3 weight 100'
like "$out" '^none .*weight of live/app3 70 -> 100' "taking it back needs nothing"

# A reload brings it along.
kill -USR2 "$haproxy_pid"
wait_for 20 '[ -n "$(worker_pid "$lb")" ] && [ "$(worker_pid "$lb")" != "$pid" ]'
wait_for 20 '! kill -0 "$pid" 2>/dev/null'
pid=$(worker_pid "$lb")
plan
is "$out" "nothing to do" "after the reload of somebody else there is nothing to tell"
is "$(snapshots)" 1 "and the copy of the one that has gone is removed"

# Without a copy, a file that is newer leaves a doubt.
rm -r "$PENSTOCK_STATE/running"
sleep 0.1 # longer than the clock of processes is exact
sed -i -e '/server app2/s/weight 100/weight 40/' "$cfg"
plan
like "$out" "'haproxy.cfg' is newer than the process" "the plan says so"
like "$out" 'weight of live/app2: 100 in the process, 40 in the file' "and what can be seen"
is "$(snapshots)" 0 "nothing is kept then"
ask "$lb" 'set server live/app3 weight 55' >/dev/null
plan
like "$out" 'weight of live/app3: 55 by hand, 70 in the file' "a hand is known by the first weight"
try -f "$cfg" -s "$lb" -c 'apply reload'
works "a reload of ours"
pid=$(worker_pid "$lb")
is "$(snapshots)" 1 "keeps what it has loaded"
plan
is "$out" "nothing to do" "and all is as the file says"
done_testing
