# SPDX-License-Identifier: GPL-3.0-or-later
# HAProxy goes away while we look at it, and comes back.
. tests/tui/lib.sh
start_lb single
open_terminal 80 24
start_penstock

end_processes "$haproxy_pid"
seen 'stale|gone|nothing listens|refused|out of reach' "it is said that HAProxy is gone"
seen 'app1' "the last picture stays"
press d
press y
seen 'admin.sock|listens|reach' "an act on it is refused"

sed -i '/server app1/s/weight 100/weight 77/' "$cfg"
start_haproxy "$cfg" "$lb" single
seen 'app1 .* 77 ' "the new process is shown by itself"
gone 'stale' "and no longer stale"
leave
done_testing
