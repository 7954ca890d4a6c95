# SPDX-License-Identifier: GPL-3.0-or-later
# Without a master: a new process takes over (-sf, with the sockets by -x).
. tests/lib.sh
need_haproxy 2.2
start_servers app1 app2 app3 app4 new1 new2
write_lb
haproxy -D -f "$cfg" -p "$work/haproxy.pid" >"$cfg.log" 2>&1 </dev/null
wait_for 20 'answers "$lb"' || skip_all "haproxy did not start"
pid=$(worker_pid "$lb")
pids+=("$pid")

try -f "$cfg" -s "$lb" -c 'add rule web path_beg /beta/ staged' -c apply
works "a rule is applied"
new=$(worker_pid "$lb")
isnt "$new" "$pid" "another process serves"
like "$(curl -s "http://127.0.0.1:$web_port/beta/")" '^new' "the rule holds"
is "$(cat "$work/haproxy.pid")" "$new" "the PID file names it"
holds "the old process leaves" wait_for 10 '! kill -0 $pid 2>/dev/null'
done_testing
