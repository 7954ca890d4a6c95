# SPDX-License-Identifier: GPL-3.0-or-later
# A reload that HAProxy's own check would let through and that fails all the
# same: an address that is taken.
. tests/lib.sh
need_haproxy 2.2
start_lb master

try -f "$cfg" -s "$lb" -S "$lb_master" -c "set frontend web bind 127.0.0.1:$web_port,127.0.0.1:$app1_port" -c apply
isnt "$status" 0 "a bind to an address in use is not applied"
like "$err" "$app1_port" "the sentence names the address"
unchanged "the file is as it was"
same_process "the worker is the same"
like "$(curl -s --max-time 5 "http://127.0.0.1:$web_port/")" '^app' "and serves"
done_testing
