# SPDX-License-Identifier: GPL-3.0-or-later
# What users of the best-known peer complain about and a file alone cannot
# show (tests/golden/complaints has the rest), beside a running HAProxy.
. tests/lib.sh
need_haproxy 2.6
start_lb master

# dataplaneapi 212, 318: two tools wrote the file in turns, without a change.
before=$(stat -c '%i %Y %Z' "$cfg")
try -f "$cfg" -s "$lb" -c 'show json' -c diff -c plan -c lint -c apply
is "$(stat -c '%i %Y %Z' "$cfg")" "$before" "looking never writes the file"

# dataplaneapi 351, 392: each new server was a reload.
try -f "$cfg" -s "$lb" -c "add server live/new 127.0.0.1:$app1_port weight 7" -c apply
works "a server is added"
same_process "without a reload"
is "$(stat_of "$lb" live new weight)" 7 "the process has it"

# dataplaneapi 287: what was changed at run time never reached the disk.
like "$(cat "$cfg")" "server new +127\.0\.0\.1:$app1_port weight 7" "and so has the file"

# A deleted server was always a reload.
try -f "$cfg" -s "$lb" -c 'delete server live/new' -c apply
works "a server is deleted"
same_process "without a reload either"
is "$(stat_of "$lb" live new weight)" "" "the process has forgotten it"

# dataplaneapi 43, 394: answers came from a cache, not from the file.
sed -i '/server app1/s/weight [0-9]*/weight 33/' "$cfg"
try -f "$cfg" -s "$lb" -c 'show json backend live'
like "$out" 'weight 33' "a change by hand is seen at once"

# dataplaneapi 119, 165, 248, 297: "14: ERR", and nothing more.
try -f "$cfg" -s "$lb" -c "add line backend live http-request frobnicate" -c apply
is "$status" 4 "what HAProxy refuses is not applied"
like "$err" 'haproxy\.cfg:[0-9]+.*frobnicate' "the sentence has the line and HAProxy's word"

# dataplaneapi 289: everything failed after a reload by somebody else.
old=$(worker_pid "$lb")
kill -USR2 "$haproxy_pid"
wait_for 20 '[ -n "$(worker_pid "$lb")" ] && [ "$(worker_pid "$lb")" != "$old" ]'
try -f "$cfg" -s "$lb" -c "add server live/later 127.0.0.1:$app1_port" -c apply
works "after somebody else's reload the next change works"
isnt "$(stat_of "$lb" live later weight)" "" "and is there"
done_testing
