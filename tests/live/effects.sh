# SPDX-License-Identifier: GPL-3.0-or-later
# Each row of the effect table that same-state.sh leaves out: checks, agents, TLS,
# names, static weights, spare addresses, limits, rates and cookies.  A process
# that was changed by commands is like one started from the file.
. tests/lib.sh
need_haproxy 2.6
cfg=$work/haproxy.cfg
socket=$work/live.sock
fresh=$work/fresh.sock

cat >"$cfg" <<END
global
    stats socket $socket mode 600 level admin
    maxconn 500
    maxconnrate 90
resolvers names
    nameserver none 127.0.0.1:9
defaults
    mode http
    timeout connect 1s
    timeout client 5s
    timeout server 5s
    default-server inter 200ms
frontend web
    bind unix@$socket.web
    maxconn 100
    default_backend turns
frontend more
    bind unix@$socket.more
backend turns
    cookie SRV insert dynamic
    dynamic-cookie-key first
    server a 127.0.0.1:9 check port 10
    server b 127.0.0.1:9 check fall 1
    server c 127.0.0.1:9 agent-check agent-port 11 agent-inter 1s weight 4
    server d 127.0.0.1:9 ssl verify none
    server e 0.0.0.0:80 disabled
    server f names.example:80 resolvers names init-addr none
backend still
    balance source
    server a 127.0.0.1:9 weight 5
    server b 127.0.0.1:9 weight 5
    #@ slots 2
    server c 0.0.0.0:80 check disabled
    server d 0.0.0.0:80 check disabled
END
cp "$cfg" "$work/first.cfg"

# Where nobody checks, what the last check or agent left is not looked at; ssl off
# is 0 by a command and -1 by no-ssl.
picture() { # SOCKET
	ask "$1" 'show servers state' | awk '!/^#/ && NF > 20 {
		checked = int($14 / 4) % 2; asked = int($15 / 4) % 2
		print $2 "/" $4, $5 ":" $19, $18, "weight", $8, "checked", checked, $22, $23,
			"asked", asked, (asked ? $24 ":" $25 : "-"), "tls", ($21 > 0),
			(checked ? "-" : $6) }' | sort
	ask "$1" 'show stat' | awk -F, '
		NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
		NF && $2 != "BACKEND" { print $1 "/" $2, $at["slim"], $at["cookie"],
			$at["src_ilim"], ($at["status"] ~ /^MAINT/) }' | sort
	ask "$1" 'show info' | grep -E '^(Maxconn|ConnRateLimit|SessRateLimit|CompressBpsRateLim):'
}

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
holds "a checked server without a listener is down" wait_for 5 \
	'[ "$(stat_of "$socket" turns b status)" = DOWN ]'
changed "checks of a server that is down go" 'unset server turns/b check'
changed "and come back, as the process has kept them" 'set server turns/b check'
changed "where a check goes" 'set server turns/a port 12' 'set server turns/a addr 127.0.0.3'
changed "a check's own port goes" 'unset server turns/a port'
changed "where an agent is" 'set server turns/c agent-port 13' \
	'set server turns/c agent-addr 127.0.0.2' 'set server turns/c agent-send hello'
changed "an agent goes" 'unset server turns/c agent-check'
changed "TLS goes" 'unset server turns/d ssl'
changed "a name that is looked up" 'set server turns/f address other.example:80'
changed "a spare server gets an address" 'set server turns/e address 127.0.0.4:9' \
	'unset server turns/e disabled'
changed "and gives it back" 'set server turns/e disabled' 'set server turns/e address 0.0.0.0:80'
changed "a weight of a fixed table" 'set server still/a weight 0'
changed "and back" 'set server still/a weight 5'
changed "limits of the process" 'set global maxconn 400'
changed "and up again to what it began with" 'set global maxconn 450'
changed "rates" 'set global maxconnrate 80' 'set global maxsessrate 70' 'set global maxcomprate 60'
changed "no rates" 'unset global maxconnrate' 'unset global maxsessrate' 'unset global maxcomprate'
changed "the key of dynamic cookies" 'set backend turns dynamic-cookie-key second'
changed "a server that is added keeps connections, too" 'add server turns/n 127.0.0.5:9'

changed "servers that come where none can be added take slots" 'add server still/x 127.0.0.6:9' \
	'add server still/y 127.0.0.7:9'
changed "and leave them" 'delete server still/c' 'delete server still/a'

try -f "$cfg" -s "$socket" -c 'set server turns/a inter 40s' -c 'set server turns/d weight 6' \
	-c 'set backend turns balance leastconn' -c 'apply --without-reload' -c diff
works "what commands can do without a reload"
like "$out" 'left out and still pending: 1 change' "the rest is said to be pending"
like "$out" '^\+.*balance leastconn' "and stays an edit"
unlike "$out" '^[-+].*(inter 40s|weight 6)' "what was applied is none any more"
is "$(worker_pid "$socket")" "$pid" "a replaced server needs no reload"
same_as_fresh "a replaced server is that of the file"
done_testing
