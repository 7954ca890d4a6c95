# SPDX-License-Identifier: GPL-3.0-or-later
# A stats socket on TCP, and sockets of lower levels.
. tests/lib.sh
need_haproxy 2.2
free_port
admin_port=$port
free_port
cat >"$work/haproxy.cfg" <<END
global
    stats socket $work/user.sock mode 600 level user
    stats socket $work/operator.sock mode 600 level operator
    stats socket ipv4@127.0.0.1:$admin_port level admin
defaults
    mode http
    timeout connect 1s
    timeout client 5s
    timeout server 5s
listen web
    bind 127.0.0.1:$port
    server s1 127.0.0.1:9 weight 10
END
start_haproxy "$work/haproxy.cfg" "$work/operator.sock"

try -s "127.0.0.1:$admin_port" -c 'show info'
works "-s takes host:port"
if getent hosts localhost >/dev/null; then
	try -s "localhost:$admin_port" -c 'show info'
	works "-s takes a host name"
else
	skip "-s takes a host name" "this machine does not know localhost"
fi
try -s "127.0.0.1:$admin_port" -c 'weight web/s1 20'
works "an admin socket changes weights"
is "$(stat_of "$work/operator.sock" web s1 weight)" 20 "and HAProxy says so"

try -s "$work/user.sock" -c 'show servers'
works "a user socket shows tables"
try -s "$work/user.sock" -c 'weight web/s1 30'
fails 1 'admin' "a user socket does not operate, and the sentence says what it takes"
try -s "$work/operator.sock" -c 'maint web/s1'
fails 1 'admin' "neither does an operator socket"
is "$(stat_of "$work/operator.sock" web s1 weight)" 20 "nothing was changed"

try -f "$work/haproxy.cfg" -c 'weight web/s1 40'
works "of several sockets in the file the one of the highest level is taken"
done_testing
