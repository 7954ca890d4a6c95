# SPDX-License-Identifier: GPL-3.0-or-later
# Each change that a command is enough for: the plan says runtime, HAProxy has it
# afterwards, the file says the same, and the process is the same.
. tests/lib.sh
need_haproxy 2.6
start_lb master

# A change, the field of `show servers state` that it shows in, and its value.
state_of() { # BACKEND SERVER FIELD
	ask "$lb" 'show servers state' | awk -v backend="$1" -v server="$2" -v field="$3" '
		/^#/ { for (i = 2; i <= NF; i++) if ($i == field) at = i - 1 }
		$2 == backend && $4 == server { print $at }'
}

apply() { # DESCRIPTION COMMAND...
	local description=$1 command arguments=()

	shift
	for command; do
		arguments+=(-c "$command")
	done
	cp "$cfg" "$work/before.cfg"
	try -f "$cfg" -s "$lb" "${arguments[@]}" -c plan -c apply
	works "$description"
	like "$out" 'runtime' "$description: at run time"
	same_process "$description: no reload"
}

apply "a weight" 'set server live/app2 weight 33'
is "$(stat_of "$lb" live app2 weight)" 33 "HAProxy has the weight"

apply "an address" "set server staged/new1 address 127.0.0.2:$new1_port"
is "$(state_of staged new1 srv_addr)" 127.0.0.2 "HAProxy has the address"

apply "a port" "set server staged/new1 address 127.0.0.1:$app4_port"
is "$(state_of staged new1 srv_addr):$(state_of staged new1 srv_port)" "127.0.0.1:$app4_port" \
	"HAProxy has the port"
only_changed "/server new1/s/127[^ ]*/127.0.0.1:$app4_port/" "the file too"

apply "disabled" 'set server live/app3 disabled'
like "$(stat_of "$lb" live app3 status)" '^MAINT' "HAProxy has it in maintenance"
apply "no longer disabled" 'unset server live/app3 disabled'
unlike "$(stat_of "$lb" live app3 status)" '^MAINT' "HAProxy has it ready"
is "$(diff "$cfg" <(sed '/app2/s/weight 100/weight 33/' "$cfg"))" "" "the file is as it was"

apply "a server's maxconn" 'set server live/app1 maxconn 25'
is "$(stat_of "$lb" live app1 slim)" 25 "HAProxy has the limit"

apply "a frontend's maxconn" 'set frontend web maxconn 321'
is "$(stat_of "$lb" web FRONTEND slim)" 321 "HAProxy has the limit"
only_changed 's/maxconn 500/maxconn 321/' "the file has it in its line"

apply "a new server" "add server live/app4 127.0.0.1:$app4_port check inter 500ms weight 7"
wait_for 10 '[[ $(stat_of "$lb" live app4 status) == UP* ]]'
like "$(stat_of "$lb" live app4 status)" '^UP' "HAProxy has the server, checked and up"
is "$(stat_of "$lb" live app4 weight)" 7 "with its weight"
is "$(grep -A 1 'server app3' "$cfg" | tail -n 1)" \
	"    server app4   127.0.0.1:$app4_port check inter 500ms weight 7" \
	"the file has it after the last one, in the same columns"

apply "a deleted server" 'delete server live/app3'
is "$(stat_of "$lb" live app3 status)" "" "HAProxy has it no longer"
only_changed '/server app3/d' "nor has the file"

apply "several at once" 'set server live/* weight 10' 'delete server live/app4' \
	'set server staged/new2 weight 6' 'set frontend web maxconn 400'
is "$(stat_of "$lb" live app1 weight) $(stat_of "$lb" live app2 weight)" "10 10" "the weights"
is "$(stat_of "$lb" live app4 status)" "" "the deletion"
is "$(stat_of "$lb" staged new2 weight)" 6 "the other backend"
is "$(stat_of "$lb" web FRONTEND slim)" 400 "the frontend"

# A comment is nothing to do for the process.
cp "$cfg" "$work/before.cfg"
{
	cat "$cfg"
	printf '    # a word\n'
} >"$work/new.cfg"
try -f "$cfg" -s "$lb" -c "load $work/new.cfg" -c plan -c apply
works "a comment is applied"
unlike "$out" 'set server|reload .*because' "and needs no command"
like "$(cat "$cfg")" '# a word' "it is in the file"
same_process "and no reload was done"

# The planner's central claim: a fresh process started from the file is in the
# same state as the one that was changed step by step.
show() { # SOCKET
	ask "$1" 'show servers state' | awk '!/^#/ && NF > 10 { print $2, $4, $5, $8, $19 }' | sort
}
changed=$(show "$lb")
haproxy -c -q -f "$cfg"
is $? 0 "HAProxy accepts the file"
end_processes "$haproxy_pid"
start_haproxy "$cfg" "$lb" master
is "$(show "$lb")" "$changed" "a process started from the file is in the same state"
done_testing
