# SPDX-License-Identifier: GPL-3.0-or-later
# JSON documents with faults: one sentence with the place, and no edit.
. tests/lib.sh

cat >"$work/x.cfg" <<'END'
defaults
    mode http

frontend myapp
    bind *:8080
    default_backend live

backend live
    server app1 10.0.0.1:80
END

refused() { # DESCRIPTION REGEX (the document on stdin)
	cat >"$work/doc.json"
	try -f "$work/x.cfg" -c "put $work/doc.json"
	fails 1 "$2" "$1"
	like "$err" 'doc\.json' "$1: the sentence names the document"
	try -f "$work/x.cfg" --keep-going -c "put $work/doc.json" -c diff
	is "$out" "" "$1: nothing is changed"
}

refused "not JSON" 'doc\.json:2' <<<$'{ "key": "live",\n  oops }'
refused "cut off" 'doc\.json' <<<'{ "key": "live", "members": [ '
refused "an empty document" 'doc\.json' </dev/null
refused "a number" 'expected' <<<'42'
refused "a string as port" 'members\[0\]\.port' \
	<<<'{ "key": "live", "type": "static", "members": [ { "host": "10.0.0.1", "port": "eighty" } ] }'
refused "a port out of range" 'members\[1\]\.port.*65535' \
	<<<'{ "key": "live", "type": "static", "members": [ { "host": "10.0.0.1", "port": 80 }, { "host": "10.0.0.2", "port": 99999 } ] }'
refused "a member without a host" 'members\[0\]' \
	<<<'{ "key": "live", "type": "static", "members": [ { "port": 80 } ] }'
refused "an unknown field" 'weigth' <<<'{ "key": "live", "type": "static", "weigth": 3 }'
refused "an unknown mode" 'mode' <<<'{ "key": "live", "type": "static", "mode": "udp" }'
refused "an unknown type" 'type' <<<'{ "key": "live", "type": "magic" }'
refused "no key" 'key' <<<'{ "type": "static" }'
refused "a key with a blank" 'key|name' <<<'{ "key": "a b", "type": "static" }'
refused "a key with a newline" 'key|name' <<<'{ "key": "a\nbackend evil", "type": "static" }'
refused "a native with a newline" 'natives\[0\]' \
	<<<'{ "key": "live", "type": "static", "natives": [ "retries 2\nbackend evil" ] }'
refused "a rule without an operation" 'rules\[0\]' \
	<<<'{ "key": "myapp", "bind": "*:80", "backend": "live", "rules": [ { "type": "path", "value": "/", "backend": "live" } ] }'
refused "an unknown rule" 'rules\[0\]\.type' \
	<<<'{ "key": "myapp", "bind": "*:80", "backend": "live", "rules": [ { "type": "moon", "operation": "x", "value": "/", "backend": "live" } ] }'
refused "a health check without its host" 'host' \
	<<<'{ "key": "live", "type": "static", "health": { "httpVersion": "HTTP/1.1" } }'
refused "the second of two" '\[1\]' \
	<<<'[ { "key": "live", "type": "static", "balance": "leastconn" }, { "key": "spare", "type": 4 } ]'
refused "a wrong version" 'version' <<<'{ "version": 7, "frontends": [], "backends": [] }'
refused "backends that are no list" 'backends' <<<'{ "version": 1, "frontends": [], "backends": 3 }'

head -c 3000000 /dev/zero | tr '\0' '[' >"$work/deep.json"
try -f "$work/x.cfg" -c "put $work/deep.json"
is "$((status == 1))" 1 "a document of 3 million brackets"
head -c 100000 /dev/urandom >"$work/binary.json"
try -f "$work/x.cfg" -c "put $work/binary.json"
fails 1 'binary\.json' "random bytes"
try -f "$work/x.cfg" -c "put $work/missing.json"
fails 3 'missing\.json' "a document that is not there"
done_testing
