# SPDX-License-Identifier: GPL-3.0-or-later
# Several HAProxies at once: tables of all of them; an apply takes one.
. tests/lib.sh
need_haproxy 2.2
start_lb master

try -s "$lb" -s "$work/servers.sock" --csv -c 'show frontends columns pxname'
works "two sockets"
like "$out" 'admin.sock,web$' "the first one's rows"
like "$out" 'servers.sock,app4$' "and the second one's, told apart by their sockets"

try -f "$cfg" -s "$lb" -s "$work/servers.sock" -c 'set server live/app1 weight 50' -c apply
fails 2 'one' "an apply does not guess which is meant" 2
unchanged "nothing is written"

try -s "$lb" -s "$work/missing" -c 'show frontends'
fails 3 "$work/missing" "one that is out of reach is said"
try -c "attach $lb" --csv -c 'show frontends columns pxname'
works "attach"
like "$out" '^web$' "adds one by hand"
done_testing
