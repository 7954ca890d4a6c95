# SPDX-License-Identifier: GPL-3.0-or-later
# What lint asks this machine: ports, files, the installed HAProxy's keywords.
. tests/lib.sh
need_haproxy 2.6
start_lb master

rules() { # the rules that the last lint named, each once
	sed -nE 's/.*\[([a-z-]+)\]$/\1/p' <<<"$out" | sort -u | tr '\n' ' '
}

try -f "$cfg" -s "$lb" -c lint
works "lint with a process"
unlike "$out" "port-in-use" "the ports of the running HAProxy are its own"
try -f "$cfg" --dry-run -c lint
unlike "$out" "port-in-use" "and so they are without an attached one"
unchanged "lint changes nothing"

free_port
spawn socat "TCP-LISTEN:$port,bind=127.0.0.1,fork" SYSTEM:true
taken=$spawned
wait_for 10 "socat -u OPEN:/dev/null TCP:127.0.0.1:$port 2>/dev/null"
try -f "$cfg" -s "$lb" -c "add line frontend web bind 127.0.0.1:$port" -c lint
like "$out" "'127.0.0.1:$port' is in use by socat \(pid [0-9]+\) \[port-in-use\]" \
	"another program is named"
try -f "$cfg" -s "$lb" -c "add line frontend web bind :$port" -c 'lint frontend web'
like "$out" "':$port' is in use by socat" "all addresses meet one of them"
end_processes "$taken"
wait_for 10 "! socat -u OPEN:/dev/null TCP:127.0.0.1:$port 2>/dev/null"
try -f "$cfg" -s "$lb" -c "add line frontend web bind 127.0.0.1:$port" -c lint
unlike "$out" "port-in-use" "a free port is none"

cat >"$work/odd.cfg" <<END
defaults
	mode http
	timeout client 5s
	timeout connect 5s
	timeout server 5s
	timeout http-request 5s

frontend f
	bind 127.0.0.1:$port ssl crt $work/pipe
	default_backend b

backend b
	server s 127.0.0.1:$port check
END
mkfifo "$work/pipe"
try -f "$work/odd.cfg" -c lint
works "a pipe in place of a certificate is not waited for"
is "$out" "nothing found" "and nothing is said of it"

try -f "$cfg" -c 'help http-request'
like "$out" "may stand several times" "help explains a keyword"
try -c 'help req.ssl_sni'
like "$out" "sample fetch" "and what only the installed HAProxy knows"
try -c 'help http-reqest'
fails 1 "did you mean 'http-request'" "and helps with a misspelled one"
try -c 'option haproxy-binary /nonexistent/haproxy' -c 'help balance' -c 'help path'
fails 1 "no command or keyword 'path'" "without a haproxy there are the tables"

try -f "$cfg" -c 'add line backend live blance source' -c plan
works "a keyword that nobody knows is kept"
like "$err" "warning: unknown keyword 'blance'; did you mean 'balance'\?" "and warned of"
like "$out" "reload" "and planned as a reload"
try -f "$cfg" -c 'add line backend live http-request dney'
like "$err" "unknown keyword 'http-request dney'" "so is an action"
try -f "$cfg" -c 'add line backend live http-request set-var(txn.a) path' -c 'add line global tune.lua.maxmem 5'
unlike "$err" "unknown" "what tables or HAProxy know is not"
done_testing
