# SPDX-License-Identifier: GPL-3.0-or-later
# A master without a socket is reloaded by its signal.
. tests/lib.sh
need_haproxy 2.2
start_servers app1 app2 app3 app4 new1 new2
write_lb
haproxy -W -f "$cfg" >"$cfg.log" 2>&1 </dev/null &
pids+=($!)
disown
wait_for 20 'answers "$lb"' || skip_all "haproxy did not start"
pid=$(worker_pid "$lb")

try -f "$cfg" -s "$lb" -c 'add rule web path_beg /beta/ staged' -c apply
works "a rule is applied"
isnt "$(worker_pid "$lb")" "$pid" "another worker serves"
like "$(curl -s "http://127.0.0.1:$web_port/beta/")" '^new' "the rule holds"
done_testing
