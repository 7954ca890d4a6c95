# SPDX-License-Identifier: GPL-3.0-or-later
# Edits of any line, users whose passwords HAProxy takes, and selectors that ask
# the process.
. tests/lib.sh
need_haproxy 2.6
start_lb master

status_of() { # CURL-ARGUMENT...
	curl -s --max-time 5 -o /dev/null -w '%{http_code}' "$@" "http://127.0.0.1:$web_port/private/"
}

is "$(status_of)" 200 "before: nothing is private"
PW=hunter2 try -f "$cfg" -s "$lb" -S "$lb_master" -c 'create userlist ops' \
	-c 'add group ops readers' -c 'add user ops carol env:PW groups readers' \
	-c 'add http-request web auth if { path_beg /private/ } !{ http_auth(ops) }' -c apply
works "a user, and a rule that asks for it"
like "$(cat "$cfg")" 'user carol password \$6\$' "the password is hashed"
unlike "$(cat "$cfg")" 'hunter2' "and plain nowhere in the file"
is "$(grep -rl hunter2 "$PENSTOCK_STATE" 2>/dev/null)" "" "nor in the history"
is "$(status_of)" 401 "HAProxy asks"
is "$(status_of -u carol:hunter2)" 200 "the password is let in"
is "$(status_of -u carol:hunter3)" 401 "another one is not"

printf 'opensesame\n' >"$work/password"
try -f "$cfg" -s "$lb" -S "$lb_master" -c 'set user ops/carol password fd:7' -c apply \
	7<"$work/password"
works "another password, from a descriptor"
is "$(status_of -u carol:opensesame)" 200 "HAProxy takes it"
is "$(status_of -u carol:hunter2)" 401 "and the old one no longer"

# Lines of any keyword, by number.
try -f "$cfg" -s "$lb" -S "$lb_master" \
	-c 'add http-request web return status 204 if { path /private/open } at 1' -c apply
works "a rule in the first place"
is "$(curl -s -o /dev/null -w '%{http_code}' "http://127.0.0.1:$web_port/private/open")" 204 \
	"comes before the others"
try -f "$cfg" -s "$lb" -S "$lb_master" -c 'move http-request web 1 2' -c apply
works "and can be moved"
is "$(curl -s -o /dev/null -w '%{http_code}' "http://127.0.0.1:$web_port/private/open")" 401 \
	"behind them"

# Selectors.
try -f "$cfg" -s "$lb" --yes -c 'maint live/app2'
works "one server in maintenance"
try -f "$cfg" -s "$lb" -c 'set server live/* weight 42 where status=MAINT' -c diff
works "an edit of those in maintenance"
like "$out" '1 server changed' "says how many"
is "$(grep -c '^+ .*weight 42' <<<"$out")" 1 "changes one line"
like "$out" '^\+ *server app2 .*weight 42' "that of the server"
try -f "$cfg" -s "$lb" -c 'set server live/* weight 42 where status=NOLB'
fails 1 "holds for none" "a condition that holds for none is an error"
try -f "$cfg" -s "$lb" --yes -c 'ready live/* where status=MAINT'
works "an act on those in maintenance"
like "$(stat_of "$lb" live app2 status)" '^UP|^DOWN' "brings them back"
try -f "$cfg" -s "$lb" -c 'set backend * retries 2 where act>=2' -c diff
works "an edit of backends by what they are doing"
like "$out" '^\+ *retries 2' "changes them"
done_testing
