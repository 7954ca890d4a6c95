# SPDX-License-Identifier: GPL-3.0-or-later
#
# For shell tests: TAP, waiting for conditions, running penstock, private
# HAProxies.  Sourced by bash with the checkout as working folder.
#
# Everything stands below $work, and everything that was started is ended when
# the script ends, whichever way it does.

set -u
top=$PWD
work=$(mktemp -d "${TMPDIR:-/tmp}/t.XXXXXX") || exit 1
BUILD=$(realpath -m "${BUILD:-build}")
PENSTOCK=${PENSTOCK:-$BUILD/penstock}
PENSTOCK_STATE=${PENSTOCK_STATE:-$work/state}
PORTS=${PORTS:-$work/ports}
mkdir -p "$PORTS"
export PENSTOCK_STATE

tests=0

ok() { # DESCRIPTION
	tests=$((tests + 1))
	printf 'ok %d - %s\n' "$tests" "$1"
}

not_ok() { # DESCRIPTION [DETAIL...]
	local detail

	tests=$((tests + 1))
	printf 'not ok %d - %s\n' "$tests" "$1"
	shift
	for detail; do
		printf '%s\n' "$detail" | sed 's/^/# /'
	done
}

is() { # GOT WANTED DESCRIPTION
	if [ "$1" = "$2" ]; then
		ok "$3"
	else
		not_ok "$3" "wanted: $2" "got:    $1"
	fi
}

isnt() { # GOT UNWANTED DESCRIPTION
	if [ "$1" != "$2" ]; then
		ok "$3"
	else
		not_ok "$3" "got what was not wanted: $1"
	fi
}

like() { # TEXT EXTENDED-REGEX DESCRIPTION
	if grep -qE -e "$2" <<<"$1"; then
		ok "$3"
	else
		not_ok "$3" "wanted a match of: $2" "got: $1"
	fi
}

unlike() { # TEXT EXTENDED-REGEX DESCRIPTION
	if grep -qE -e "$2" <<<"$1"; then
		not_ok "$3" "wanted no match of: $2" "got: $1"
	else
		ok "$3"
	fi
}

holds() { # DESCRIPTION COMMAND...
	local description=$1

	shift
	if "$@" >"$work/holds" 2>&1; then
		ok "$description"
	else
		not_ok "$description" "failed: $*" "$(head -c 4000 "$work/holds")"
	fi
}

skip() { # DESCRIPTION REASON
	tests=$((tests + 1))
	printf 'ok %d - %s # SKIP %s\n' "$tests" "$1" "$2"
}

skip_all() { # REASON
	printf '1..0 # SKIP %s\n' "$1"
	exit 0
}

done_testing() {
	printf '1..%d\n' "$tests"
	exit 0
}

# Evaluates CONDITION until it is true; 1 when it is not within SECONDS.
wait_for() { # SECONDS CONDITION
	local end=$((SECONDS + $1 + 1))

	until eval "$2"; do
		[ "$SECONDS" -ge "$end" ] && return 1
		sleep 0.05
	done
}

pids=()

# Starts COMMAND in the background, to be ended with the script; pid in $spawned.
spawn() { # COMMAND...
	"$@" </dev/null >>"$work/spawned.out" 2>&1 &
	spawned=$!
	disown "$spawned"
	pids+=("$spawned")
}

# The processes that have our folder on their command line: HAProxies that
# others started for us (a master's workers, a successor).
strays() {
	local file

	for file in /proc/[0-9]*/cmdline; do
		if { tr '\0' ' ' <"$file"; } 2>/dev/null | grep -qF -e "$work/"; then
			file=${file%/cmdline}
			[ "${file#/proc/}" = "$$" ] || printf '%s\n' "${file#/proc/}"
		fi
	done
}

end_processes() { # PID...
	local pid

	[ $# -gt 0 ] || return 0
	kill -TERM "$@" 2>/dev/null
	for pid; do
		wait_for 2 '! kill -0 "$pid" 2>/dev/null' || kill -KILL "$pid" 2>/dev/null
	done
}

cleanup() {
	local list

	trap - EXIT INT TERM HUP
	end_processes ${pids[@]+"${pids[@]}"}
	mapfile -t list < <(strays)
	[ ${#list[@]} -eq 0 ] || kill -KILL "${list[@]}" 2>/dev/null
	chmod -R u+rwX "$work" 2>/dev/null
	rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# Runs penstock; leaves $out, $err and $status.  A sanitizer's report is a
# failure of its own.  Bytes of stdout are in $work/out.
try() { # ARGUMENT...
	timeout -k 5 "${TRY_LIMIT:-60}" "$PENSTOCK" "$@" >"$work/out" 2>"$work/err" </dev/null
	status=$?
	if [ "$status" = 126 ] || [ "$status" = 127 ]; then
		echo "Bail out! $(cat "$work/err")"
		exit 1
	fi
	out=$(tr -d '\0' <"$work/out")
	err=$(tr -d '\0' <"$work/err")
	sane "$err" "penstock $*"
}

sane() { # TEXT WHAT
	if grep -qE 'Sanitizer|runtime error:' <<<"$1"; then
		not_ok "no complaint of the sanitizers: $2" "$1"
	fi
}

# Whether the last try ended with this status and one sentence on stderr that
# matches; more than one line is not what an operator wants to read.
fails() { # STATUS EXTENDED-REGEX DESCRIPTION [LINES]
	if [ "$status" = "$1" ] && grep -qE -e "$2" <<<"$err" && [ "$(wc -l <<<"$err")" -le "${4:-1}" ]; then
		ok "$3"
	else
		not_ok "$3" "wanted status $1 and one sentence like: $2" "got status $status, stderr:" \
			"$err" "stdout:" "$(head -c 1000 <<<"$out")"
	fi
}

# As try, but as a user who may do nothing; only where can_be_nobody.
try_as_nobody() { # ARGUMENT...
	local folder

	folder=$(mktemp -d /tmp/ps.XXXXXX)
	mkdir "$folder/state"
	chmod 755 "$folder"
	chmod 777 "$folder/state"
	cp "$PENSTOCK" "$folder/penstock"
	env HOME=/nonexistent XDG_CONFIG_HOME= XDG_STATE_HOME= PENSTOCK_STATE="$folder/state" \
		timeout 60 setpriv --reuid 65534 --regid 65534 --clear-groups \
		"$folder/penstock" "$@" >"$work/out" 2>"$work/err" </dev/null
	status=$?
	out=$(cat "$work/out")
	err=$(cat "$work/err")
	rm -rf "$folder"
	sane "$err" "penstock $*"
}

can_be_nobody() {
	[ "$(id -u)" = 0 ] && command -v setpriv >/dev/null
}

# Makes a folder of ours passable for everybody, up to where it begins.
open_folder() { # FOLDER
	local folder=$1

	while [ "$folder" != / ] && [ "$folder" != /tmp ]; do
		chmod a+x "$folder" 2>/dev/null
		folder=$(dirname "$folder")
	done
}

# Whether the last try succeeded.
works() { # DESCRIPTION
	if [ "$status" = 0 ]; then
		ok "$1"
	else
		not_ok "$1" "status $status, stderr:" "$err" "stdout:" "$(head -c 2000 <<<"$out")"
	fi
}

# A loopback port that nobody uses and that no other test of this run gets; in
# $port.  Below the ranges of the unit tests and of outgoing connections.
free_port() {
	while :; do
		port=$((10000 + RANDOM % 5000))
		mkdir "$PORTS/$port" 2>/dev/null || continue
		(: </dev/tcp/127.0.0.1/$port) 2>/dev/null || return 0
	done
}

need_haproxy() { # [MAJOR.MINOR]
	command -v haproxy >/dev/null || skip_all "there is no haproxy"
	if [ $# -gt 0 ] && ! haproxy_has "$1"; then
		skip_all "this is haproxy $(haproxy_version), the test needs $1"
	fi
}

haproxy_version() {
	haproxy -v | sed -nE '1s/^HA-?Proxy version ([0-9]+\.[0-9]+).*/\1/p'
}

haproxy_has() { # MAJOR.MINOR
	[ "$(printf '%s\n%s\n' "$1" "$(haproxy_version)" | sort -V | head -n 1)" = "$1" ]
}

# One command to a stats or master socket, without Penstock.
ask() { # SOCKET COMMAND
	printf '%s\n' "$2" | socat -t 5 - "UNIX-CONNECT:$1" 2>/dev/null
}

# A column of `show stat` for one row.
stat_of() { # SOCKET PROXY SERVER COLUMN
	ask "$1" 'show stat' | awk -F, -v proxy="$2" -v server="$3" -v column="$4" '
		NR == 1 { sub(/^# /, ""); for (i = 1; i <= NF; i++) if ($i == column) at = i }
		$1 == proxy && $2 == server { print $at }'
}

worker_pid() { # SOCKET
	ask "$1" 'show info' | sed -n 's/^Pid: //p'
}

answers() { # SOCKET
	[ -n "$(worker_pid "$1")" ]
}

# Starts haproxy on a file as a master with a worker (-W, master socket beside
# it) or as one process; its pid is in $haproxy_pid, its log in FILE.log.
start_haproxy() { # FILE SOCKET [master|single] [ARGUMENT...]
	local file=$1 socket=$2 mode=${3:-single}

	shift $(($# < 3 ? $# : 3))
	if [ "$mode" = master ]; then
		haproxy -W -S "${file%.cfg}.master" -f "$file" "$@" >"$file.log" 2>&1 </dev/null &
	else
		haproxy -db -f "$file" "$@" >"$file.log" 2>&1 </dev/null &
	fi
	haproxy_pid=$!
	disown "$haproxy_pid"
	pids+=("$haproxy_pid")
	if ! wait_for 20 'answers "$socket" || ! kill -0 "$haproxy_pid" 2>/dev/null' ||
		! answers "$socket"; then
		echo "Bail out! haproxy did not start on $file:"
		sed 's/^/# /' "$file.log"
		exit 1
	fi
}

# One HAProxy whose frontends are the servers: each NAME answers its name, on
# the port that is left in the variable NAME_port.
start_servers() { # NAME...
	local name file=$work/servers.cfg

	cat >"$file" <<-END
		global
		    stats socket $work/servers.sock mode 600 level admin
		defaults
		    mode http
		    timeout connect 2s
		    timeout client 30s
		    timeout server 30s
	END
	for name; do
		free_port
		printf -v "${name}_port" %s "$port"
		cat >>"$file" <<-END
			frontend $name
			    bind 127.0.0.1:$port
			    http-request return status 200 content-type text/plain string $name
		END
	done
	start_haproxy "$file" "$work/servers.sock" single
}

# The demo's load balancer as $cfg: frontend `web` on $web_port, backends `live`
# (app1 to app3) and `staged` (new1, new2); app4 listens and is in no backend.
write_lb() {
	free_port
	web_port=$port
	free_port
	stats_port=$port
	cfg=$work/haproxy.cfg
	lb=$work/admin.sock
	lb_master=$work/haproxy.master
	sed -e "s|@FOLDER@|$work|" -e "s/@WEB@/$web_port/" -e "s/@STATS@/$stats_port/" \
		-e "s/@APP1@/$app1_port/" -e "s/@APP2@/$app2_port/" -e "s/@APP3@/$app3_port/" \
		-e "s/@NEW1@/$new1_port/" -e "s/@NEW2@/$new2_port/" \
		tests/demo/haproxy.cfg >"$cfg"
	haproxy_has 2.4 || sed -i '/idle-close-on-response/d' "$cfg"
	cp "$cfg" "$work/before.cfg"
}

# All of it, running; $lb is its stats socket, $lb_master the master's.
start_lb() { # [master|single] [ARGUMENT...]
	start_servers app1 app2 app3 app4 new1 new2
	write_lb
	start_haproxy "$cfg" "$lb" "$@"
	pid=$(worker_pid "$lb")
}

# The file with one substitution is what it was before.
only_changed() { # SED-SCRIPT DESCRIPTION
	sed "$1" "$work/before.cfg" >"$work/wanted.cfg"
	is "$(diff "$work/wanted.cfg" "$cfg")" "" "$2"
}

unchanged() { # DESCRIPTION
	is "$(diff "$work/before.cfg" "$cfg")" "" "$1"
	is "$(find "$work" -maxdepth 1 -name '.*penstock*')" "" "$1: nothing is left beside it"
}

same_process() { # DESCRIPTION
	is "$(worker_pid "$lb")" "$pid" "$1"
}
