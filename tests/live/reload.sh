# SPDX-License-Identifier: GPL-3.0-or-later
# A change that needs a reload, by each way to do one.
. tests/lib.sh
need_haproxy 2.2
start_lb master

answer() { # PATH
	curl -s --max-time 5 "http://127.0.0.1:$web_port$1"
}

like "$(answer /beta/)" '^app' "before: /beta/ goes to live"
old=$pid
try -f "$cfg" -s "$lb" -S "$lb_master" -c 'add rule web path_beg /beta/ staged' -c plan -c apply
works "a rule is applied through the master socket"
like "$out" 'reload' "the plan says reload"
like "$out" 'haproxy\.cfg:[0-9]+' "and names the line that causes it"
new=$(worker_pid "$lb")
isnt "$new" "$old" "another worker serves"
like "$out$err" "$new" "Penstock named its PID"
like "$(answer /beta/)" '^new' "/beta/ goes to staged"
try -f "$cfg" -s "$lb" -S "$lb_master" -c 'show workers'
like "$out" "$new" "show workers has the new worker"

# Runtime steps next to a reload are brought along by it.
try -f "$cfg" -s "$lb" -S "$lb_master" -c 'set server live/app1 weight 9' \
	-c 'set backend live timeout server 11s' -c apply
works "a weight and a timeout together"
isnt "$(worker_pid "$lb")" "$new" "one reload"
is "$(stat_of "$lb" live app1 weight)" 9 "the weight is the file's"

# The master socket is found by itself.
old=$(worker_pid "$lb")
try -f "$cfg" -s "$lb" -c 'set backend live timeout server 12s' -c apply
works "the master is found without -S"
isnt "$(worker_pid "$lb")" "$old" "and reloads"

old=$(worker_pid "$lb")
try -f "$cfg" -s "$lb" -c 'set server live/app1 weight 12' -c 'apply reload'
works "apply reload reloads where a command would do"
isnt "$(worker_pid "$lb")" "$old" "another worker"
is "$(stat_of "$lb" live app1 weight)" 12 "with the weight"

old=$(worker_pid "$lb")
try -f "$cfg" -s "$lb" -c reload
works "reload, without any edit"
isnt "$(worker_pid "$lb")" "$old" "another worker"
done_testing
