# SPDX-License-Identifier: GPL-3.0-or-later
# Maps, acl files and certificates are edited with the configuration, and changed
# in the process without a reload.
. tests/lib.sh
need_haproxy 2.2

free_port
plain=$port
free_port
tls=$port
lb=$work/admin.sock
cfg=$work/haproxy.cfg
cp tests/golden/files/certificates-are-not-shown/site.pem "$work/site.pem"
cp tests/golden/files/certificates-are-not-shown/new.pem "$work/new.pem"
printf '# hosts\none.example    one\ntwo.example    two\n' >"$work/hosts.map"
printf '192.0.2.1\n' >"$work/blocked.txt"
cat >"$cfg" <<END
global
    stats socket $lb mode 600 level admin
defaults
    mode http
    timeout connect 2s
    timeout client 5s
    timeout server 5s
frontend web
    bind 127.0.0.1:$plain
    bind 127.0.0.1:$tls ssl crt $work/site.pem
    http-request deny if { req.hdr(x-client) -f $work/blocked.txt }
    use_backend %[req.hdr(host),lower,map($work/hosts.map,one)]
backend one
    http-request return status 200 content-type text/plain string one
backend two
    http-request return status 200 content-type text/plain string two
END
start_haproxy "$cfg" "$lb" single
pid=$(worker_pid "$lb")

answer() { # HOST [HEADER]
	curl -s -m 5 -H "Host: $1" ${2:+-H "$2"} "http://127.0.0.1:$plain/"
}

is "$(answer one.example)" one "a host goes where the map says"
try -f "$cfg" -s "$lb" -c 'set map hosts.map one.example two' -c 'add map hosts.map new.example two' \
	-c 'delete map hosts.map two.example' -c 'add pattern blocked.txt 192.0.2.9' -c apply
works "entries change"
same_process "without a reload"
is "$(answer one.example)" two "the host goes elsewhere at once"
is "$(answer new.example)" two "and so does a new one"
is "$(answer two.example)" one "one that is gone goes to the default"
like "$(answer one.example 'x-client: 192.0.2.9')" '403' "a pattern blocks at once"
is "$(cat "$work/hosts.map")" $'# hosts\none.example    two\nnew.example    two' "the map's file keeps its bytes"
is "$(tail -n 1 "$work/blocked.txt")" 192.0.2.9 "and the pattern is in its file"

# Somebody else writes the map meanwhile.
cat >"$work/colleague" <<END
#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
echo 'other.example one' >>"$work/hosts.map"
END
chmod +x "$work/colleague"
EDITOR="$work/colleague" VISUAL= try -f "$cfg" -s "$lb" -c 'set map hosts.map one.example one' \
	-c edit -c apply
is "$status" 6 "a map that changed meanwhile is a conflict"
is "$(answer one.example)" two "and nothing is sent"

subject() {
	echo | openssl s_client -connect "127.0.0.1:$tls" 2>/dev/null | grep '^subject'
}

if ! command -v openssl >/dev/null; then
	skip "a certificate is exchanged" "there is no openssl"
	done_testing
fi
like "$(subject)" 'one\.example' "a client sees the first certificate"
try -f "$cfg" -s "$lb" -c 'set cert site.pem new.pem' -c apply
is "$status" 3 "a certificate that is not there is said"
try -f "$cfg" -s "$lb" -c "set cert site.pem $work/new.pem" -c diff -c plan -c apply
works "another certificate is applied"
same_process "without a reload"
unlike "$out$err" "$(sed -n 3p "$work/new.pem" | cut -c1-20)|BEGIN" "no line of it is shown"
like "$(subject)" 'two\.example' "a client sees the new one"
is "$(cmp "$work/site.pem" "$work/new.pem" 2>&1)" "" "and so does the next start"
done_testing
