# SPDX-License-Identifier: GPL-3.0-or-later
# Sockets that are not what they should be: each one sentence, with the address,
# and status 3 (out of reach).
. tests/lib.sh

# A server that runs these commands for each connection.
fake() { # NAME SHELL-COMMANDS
	printf '#!/bin/sh\n%s\n' "$2" >"$work/$1.run"
	chmod +x "$work/$1.run"
	spawn socat "UNIX-LISTEN:$work/$1,fork" "EXEC:$work/$1.run"
	wait_for 5 '[ -S "$work/'"$1"'" ]'
}

try -s "$work/missing" -c 'show info'
fails 3 "$work/missing" "a socket that is not there"

: >"$work/plain"
try -s "$work/plain" -c 'show info'
fails 3 "$work/plain" "a file that is no socket"

# What a killed process leaves behind.
spawn socat "UNIX-LISTEN:$work/stale,unlink-close=0" 'EXEC:sleep 600'
wait_for 5 '[ -S "$work/stale" ]'
end_processes "$spawned"
try -s "$work/stale" -c 'show info'
fails 3 "refused.*|$work/stale" "a socket that nobody listens on"
like "$err" "$work/stale" "the address is named"

fake silent 'sleep 600'
try -s "$work/silent" -c 'option timeout 300ms' -c 'show info'
fails 3 "$work/silent" "a socket that says nothing"
like "$err" '300 ?ms|0\.3 ?s' "how long it was waited for is said"

fake closes 'head -c 1 >/dev/null'
try -s "$work/closes" -c 'show info'
fails 3 "$work/closes" "a socket that closes at once"

fake middle 'head -n 1 >/dev/null; printf "> Name: HAProxy\nVersion: 2.6.12\nPid: 12\nUpti"'
try -s "$work/middle" -c 'show info'
fails 3 "$work/middle" "a socket that closes in the middle"

fake garbage 'head -n 1 >/dev/null; printf "\033[2J\377\376<html>\n\n> HTTP/1.1 400\n\n> "; sleep 600'
try -s "$work/garbage" -c 'option timeout 300ms' -c 'show info'
fails 3 "$work/garbage" "a socket that answers garbage"
is "$(grep -c $'\033' "$work/err")" 0 "no control character reaches the terminal"

fake flood 'head -n 1 >/dev/null; yes 0123456789012345678901234567890123456789'
try -s "$work/flood" -c 'option timeout 2s' -c 'show info'
isnt "$status" 0 "a socket that never stops is given up"
is "$((status != 124 && status != 137))" 1 "in time, and within memory"

for address in '' ':' 'host:' ':99999' 'host:port:x' '/'"$(printf 'x%.0s' {1..200})" '[::1' 'fd@3'; do
	try -s "$address" -c 'show info'
	is "$((status == 2 || status == 3))" 1 "an address that makes no sense: '${address:0:20}'"
	is "$(wc -l <<<"$err")" 1 "one sentence for it"
done

free_port
try -s "127.0.0.1:$port" -c 'show info'
fails 3 "127.0.0.1:$port" "a port that nobody listens on"
try -s 'no-such-host.invalid:9999' -c 'option timeout 5s' -c 'show info'
fails 3 'no-such-host\.invalid' "a host that does not exist"

try -S "$work/missing" -c 'show workers'
fails 3 "$work/missing" "a master socket that is not there"

# Editing needs no process: the file can be looked at while HAProxy is down.
printf 'global\n    stats socket %s\nbackend b\n    server s 127.0.0.1:1\n' "$work/missing" >"$work/x.cfg"
try -f "$work/x.cfg" -s "$work/missing" -c 'show config backend b'
works "the configuration is shown all the same"

# Somebody who may not.
if ! can_be_nobody; then
	skip "a socket of another user" "needs root and setpriv"
else
	open_folder "$work"
	spawn socat "UNIX-LISTEN:$work/private,mode=600,fork" 'EXEC:sleep 600'
	wait_for 5 '[ -S "$work/private" ]'
	try_as_nobody -s "$work/private" -c 'show info'
	fails 1 "$work/private" "a socket of another user"
	like "$err" '600|rw-------' "its mode is said"
fi
done_testing
