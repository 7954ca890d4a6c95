# SPDX-License-Identifier: GPL-3.0-or-later
# Documents of other systems on a real HAProxy: what they ask for is what requests
# meet, and what they take away is gone.
. tests/lib.sh
need_haproxy 2.6
start_servers app1 app2 app3 app4
free_port
http_port=$port
free_port
listen_port=$port
cfg=$work/haproxy.cfg
lb=$work/admin.sock
cat >"$cfg" <<-END
	global
	    stats socket $lb mode 600 level admin
	    log /dev/null local0

	defaults
	    mode http
	    timeout connect 2s
	    timeout client 5s
	    timeout server 5s

	frontend http
	    bind 127.0.0.1:$http_port
	    http-request set-header X-Mine kept # by hand
END
start_haproxy "$cfg" "$lb" master

get() { # URL-PATH HOST
	curl -s -m 5 -H "Host: $2" "http://127.0.0.1:$http_port$1"
}

put_and_apply() { # DESCRIPTION DOCUMENT...
	local description=$1

	shift
	printf '%s\n' "$1" >"$work/document.json"
	try -f "$cfg" -s "$lb" --yes -c "put $work/document.json ${2:-}" -c apply
	works "$description"
}

one='{ "serviceName": "one", "id": "c1", "ip": "127.0.0.1:'$app1_port'" }'
two='{ "serviceName": "two", "id": "c2", "ip": "127.0.0.1:'$app2_port'" }'
put_and_apply "a request with two candidates" '{ "table": "t", "running": [ '"$one, $two"' ],
	"candidates": [
	  { "serviceName": "one", "predicate": "One.example", "cookie": "SID",
	    "containers": [ { "id": "c1", "ip": "127.0.0.1:'"$app1_port"'" },
	                    { "id": "c3", "ip": "127.0.0.1:'"$app3_port"'" } ] },
	  { "serviceName": "two", "configMode": "Path", "predicate": "two",
	    "containers": [ { "id": "c2", "ip": "127.0.0.1:'"$app2_port"'" } ] } ] }'
like "$out" "services of table t: 2" "it is said what was put"
like "$(get / one.EXAMPLE)" '^app[13]$' "the host chooses, whatever its case"
is "$(get /two/x other)" app2 "the path chooses"
like "$(get / other)" '503' "nothing else is served"

# The server of a cookie is the same each time: each has a value of its own.
is "$(curl -s -m 5 -H 'Host: one.example' -b 'SID=c3~x' "http://127.0.0.1:$http_port/")" app3 \
	"a cookie finds its server"
is "$(curl -s -m 5 -H 'Host: one.example' -b 'SID=c1~x' "http://127.0.0.1:$http_port/")" app1 \
	"another cookie finds another"

put_and_apply "a request without candidates" '{ "table": "t", "running": [ '"$one"' ] }'
is "$(get / one.example)" app1 "what runs is served"
is "$(get / one.example)" app1 "by nothing else"
like "$(get /two/x other)" '503' "what runs no more is gone"
like "$(cat "$cfg")" 'X-Mine kept # by hand' "lines by hand are still there"

put_and_apply "Conduit's partial update" '{ "name": "one", "members": [
	{ "host": "127.0.0.1", "port": '"$app4_port"' } ] }'
is "$(get / one.example)" app4 "the members are those of the document"

put_and_apply "ProxyMgr's service" '{ "type": "dns", "port": '"$listen_port"',
	"listen_options": [ "mode http" ], "server_options": [ "check inter 2000" ],
	"backends": [ { "name": "127.0.0.1", "port": '"$app3_port"' } ] }' "as svc"
is "$(curl -s -m 5 "http://127.0.0.1:$listen_port/")" app3 "its port is served"

try -f "$cfg" -c "show json"
works "the whole model is shown"
printf '%s\n' "$out" >"$work/model.json"
cp "$cfg" "$work/same.cfg"
try -f "$cfg" --yes -c "put $work/model.json" -c "show candidate"
like "$out" '^0 edits' "put back it is no edit"
: >"$work/empty.cfg"
try -f "$work/empty.cfg" -c "put $work/model.json" -c "show config"
works "put into an empty file"
printf '%s\n' "$out" | sed 1d >"$work/fresh.cfg"
holds "HAProxy takes the new file" "${HAPROXY:-haproxy}" -c -q -f "$work/fresh.cfg"
try -f "$work/fresh.cfg" -c "show json"
is "$out" "$(cat "$work/model.json")" "which shows as the same model"

try -f "$cfg" -s "$lb" --yes -c "load template $top/doc/aqueduct.template" -c apply
works "Aqueduct's template, in today's words"
is "$(get / one.example)" app4 "serves what was served"
cp "$cfg" "$work/once.cfg"
try -f "$cfg" --yes -c "load template $top/doc/aqueduct.template" -c "show candidate"
like "$out" '^0 edits' "rendered again it is the same"
done_testing
