# SPDX-License-Identifier: GPL-3.0-or-later
# Without an address: the HAProxy of this machine, found in /proc.  Runs in a PID
# namespace of its own, where no other test's HAProxy is to be seen.
if [ -z "${INSIDE:-}" ]; then
	if ! unshare -fpm --mount-proc true 2>/dev/null; then
		. tests/lib.sh
		skip_all "no PID namespace can be made here (unshare)"
	fi
	INSIDE=1 exec unshare -fpm --mount-proc --kill-child bash "$0"
fi
. tests/lib.sh
need_haproxy 2.2

try -c 'show info'
fails 3 'no HAProxy' "nothing to be found is said"

start_lb master
kill "${pids[0]}"
wait_for 5 '! answers "$work/servers.sock"'
try -c 'show info'
works "the one HAProxy is attached to"
like "$out" "$pid" "its worker, by the socket of its configuration"
try -c 'set server live/app1 weight 50' -c plan -c apply
works "its own configuration is edited and applied"
is "$(stat_of "$lb" live app1 weight)" 50 "HAProxy says so"
only_changed '/server app1/s/weight 100/weight 50/' "its file has the new weight and no other change"
try -c 'show workers'
works "the master socket is found too"
like "$out" "$haproxy_pid" "and names the master"

start_servers other
try -c 'show info'
fails 3 'several' "of two none is taken by guess"
like "$err" "$haproxy_pid" "both are listed"
like "$err" "haproxy.cfg" "with their files"
try -f "$cfg" -c 'show info'
works "naming one with -f is enough"
done_testing
