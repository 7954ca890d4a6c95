# SPDX-License-Identifier: GPL-3.0-or-later
# Ways to find the process: -s, -S, -f; what it says of itself.
. tests/lib.sh
need_haproxy 2.2
start_lb master

try -s "$lb" -c 'show info'
works "-s attaches to a stats socket"
like "$out" "$pid" "show info has the worker's PID"
like "$out" "$(haproxy -v | sed -nE '1s/.*version ([0-9.]+).*/\1/p')" "show info has the version"

try -S "$lb_master" -c 'show info'
works "-S attaches through the master socket"
like "$out" "$pid" "and reaches the worker"

try -f "$cfg" -c 'show info'
works "-f attaches to the socket that the file declares"
like "$out" "$pid" "which is the same process"

try -s "unix@$lb" -c 'show info'
works "-s takes HAProxy's form unix@PATH"

try -s "$lb" --json -c 'show info'
works "show info as JSON"
like "$out" '"Pid": *"?'"$pid" "its keys are HAProxy's own names"

try -S "$lb_master" -c 'show workers'
works "show workers"
like "$out" "worker.*$pid|$pid.*worker" "it lists the worker"
like "$out" "master" "it lists the master"

# A relative path, from the folder of the file.
(cd "$work" && timeout 30 "$PENSTOCK" -f haproxy.cfg -s admin.sock -c 'show servers') >"$work/out" 2>&1
is $? 0 "paths may be relative"

# Every exchange is its own connection: none is left behind.
before=$(ask "$lb" 'show info' | sed -n 's/^CurrConns: //p')
try -s "$lb" -c 'show info' -c 'show servers' -c 'show info'
is "$(ask "$lb" 'show info' | sed -n 's/^CurrConns: //p')" "$before" "no connection is held"
done_testing
