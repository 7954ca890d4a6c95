# SPDX-License-Identifier: GPL-3.0-or-later
# The planner's promise: a process that was changed by commands is in the state
# of one that was started from the file they left behind.
. tests/lib.sh
need_haproxy 2.6
cfg=$work/haproxy.cfg
socket=$work/live.sock
fresh=$work/fresh.sock

cat >"$cfg" <<END
global
    stats socket $socket mode 600 level admin
defaults
    mode http
    timeout connect 1s
    timeout client 5s
    timeout server 5s
    default-server inter 30s weight 10
frontend web
    bind unix@$socket.web
    maxconn 100
    default_backend turns
backend turns
    default-server maxconn 7 rise 4
    server a 127.0.0.1:9 check
    server b 127.0.0.1:9 weight 20
    server c 127.0.0.1:9 disabled check
    server d 127.0.0.1:9 maxconn 3 backup
    default-server maxqueue 5
    server e 127.0.0.1:9
backend ring
    balance uri
    hash-type consistent
    server a 127.0.0.1:9
    server b 127.0.0.1:9
backend still
    balance source
    server a 127.0.0.1:9
    server b 127.0.0.1:9 weight 3
END
cp "$cfg" "$work/first.cfg"

# What the two may be compared by: settings and administrative state, not health.
# The limit of a whole backend is left out: HAProxy works it out at start from the
# frontends' limits, and uses it with minconn only.
picture() { # SOCKET
	ask "$1" 'show servers state' | awk '!/^#/ && NF > 20 {
		print $2 "/" $4, $5 ":" $19, "weight", $8, "checks", int($14 / 2) % 4, $21, $22 }' |
		sort
	ask "$1" 'show stat' | awk -F, '
		NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
		NF && $2 != "BACKEND" { print $1 "/" $2, $at["slim"], $at["qlimit"], $at["bck"], $at["check_rise"],
			$at["status"] ~ /^MAINT/ }' | sort
}

# Compares with a process of its own, started from what the file says now.
same_as_fresh() { # DESCRIPTION
	sed "s|$socket|$fresh|" "$cfg" >"$work/fresh.cfg"
	start_haproxy "$work/fresh.cfg" "$fresh"
	is "$(picture "$socket")" "$(picture "$fresh")" "$1"
	end_processes "$haproxy_pid"
}

changed() { # DESCRIPTION COMMAND...
	local description=$1 command arguments=()

	shift
	for command; do
		arguments+=(-c "$command")
	done
	try -f "$cfg" -s "$socket" "${arguments[@]}" -c apply
	works "$description"
	is "$(worker_pid "$socket")" "$pid" "$description: no reload"
	same_as_fresh "$description: the state is that of the file"
}

start_haproxy "$cfg" "$socket"
pid=$(worker_pid "$socket")
same_as_fresh "two processes of one file look the same"

changed "weights" 'set server turns/a weight 33' 'unset server turns/b weight' \
	'set server ring/b weight 0'
changed "limits" 'set server turns/a maxconn 9' 'unset server turns/d maxconn' \
	'set frontend web maxconn 77'
changed "addresses" 'set server turns/b address 127.0.0.2:10' 'set server still/a address [::1]:9'
changed "states" 'unset server turns/c disabled' 'set server turns/e disabled'
changed "servers with inherited values" \
	'add server turns/n1 127.0.0.3:9 check' \
	'add server turns/n2 127.0.0.3:9 weight 4 disabled check' \
	'add server ring/n3 127.0.0.3:9'
changed "servers that go" 'delete server turns/a' 'delete server ring/a' 'delete server still/b'
changed "one server under another name" 'rename server turns/b other'
changed "all of it back at once" "load $work/first.cfg" 'delete server still/b'
done_testing
