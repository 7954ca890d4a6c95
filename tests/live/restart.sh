# SPDX-License-Identifier: GPL-3.0-or-later
# HAProxy goes away and comes back while we look; counters that start again are
# no spike.
. tests/lib.sh
need_haproxy 2.2
start_lb single

"$PENSTOCK" -s "$lb" --csv -c 'watch 200ms show servers live/app1 columns svname,status,weight' \
	>"$work/watch" 2>"$work/watch.err" </dev/null &
watcher=$!
pids+=("$watcher")
disown
holds "watch prints again and again" wait_for 10 '[ "$(grep -c ^app1, "$work/watch")" -ge 3 ]'

end_processes "$haproxy_pid"
holds "that HAProxy is gone is said" wait_for 10 '[ -s "$work/watch.err" ]'
is "$(wc -l <"$work/watch.err")" 1 "once, in one line"
like "$(cat "$work/watch.err")" 'admin\.sock' "with the address"
holds "the watch goes on" kill -0 "$watcher"

sed -i '/server app1/s/weight 100/weight 77/' "$cfg"
start_haproxy "$cfg" "$lb" single
holds "and shows the new process by itself" wait_for 10 'grep -q "^app1,.*,77$" "$work/watch"'
kill -INT "$watcher"
holds "^C ends it" wait_for 5 '! kill -0 "$watcher" 2>/dev/null'

# Rates come from differences: a counter that starts anew gives no rate.
"$PENSTOCK" -s "$lb" --csv -c 'watch 200ms show frontends web columns pxname,bout_rate' \
	>"$work/rates" 2>/dev/null </dev/null &
watcher=$!
pids+=("$watcher")
disown
for i in $(seq 200); do
	curl -s "http://127.0.0.1:$web_port/" >/dev/null
done
wait_for 10 'grep -qE "^web,[1-9]" "$work/rates"'
end_processes "$haproxy_pid"
start_haproxy "$cfg" "$lb" single
lines=$(wc -l <"$work/rates")
wait_for 10 '[ "$(wc -l <"$work/rates")" -gt $((lines + 8)) ]'
is "$(awk -F, '$1 == "web" && ($2 + 0 < 0 || $2 > 1000000)' "$work/rates")" "" \
	"no rate is negative or absurd"
done_testing
