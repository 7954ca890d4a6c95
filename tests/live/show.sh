# SPDX-License-Identifier: GPL-3.0-or-later
# The tables of a process, narrowed, sorted and cut, as text, JSON lines and CSV.
. tests/lib.sh
need_haproxy 2.2
start_lb master
wait_for 10 '[[ $(stat_of "$lb" live app3 status) == UP* ]]'
for i in 1 2 3 4 5 6; do
	curl -s "http://127.0.0.1:$web_port/" >/dev/null
done

show() { # ARGUMENT...
	try -s "$lb" "$@"
}

# ---- text

show -c 'show servers'
works "show servers"
is "$(grep -cE '\b(app|new)[0-9]\b' <<<"$out")" 5 "a row for each server"
is "$(awk '{ print length($0) }' <<<"$out" | sort -rn | head -n 1 | awk '{ print ($1 <= 200) }')" 1 \
	"rows are not endless"
show -c 'show frontends'
works "show frontends"
like "$out" '\bweb\b' "it has web"
like "$out" '\bstats\b' "and the listen section"
show -c 'show backends'
works "show backends"
like "$out" '\blive\b' "it has live"
unlike "$out" '\bapp1\b' "and no servers"

# ---- narrowed

show -c 'show servers live/app1'
is "$(grep -cE '\b(app|new)[0-9]\b' <<<"$out")" 1 "one server by name"
show -c 'show servers live/*'
is "$(grep -cE '\b(app|new)[0-9]\b' <<<"$out")" 3 "servers by a pattern"
show -c 'show servers staged'
is "$(grep -cE '\b(app|new)[0-9]\b' <<<"$out")" 2 "servers of a backend"
show --csv -c 'show servers where weight=5 columns svname'
is "$out" $'svname\nnew2' "where with ="
show --csv -c 'show servers where weight>5 & pxname=live columns svname'
is "$out" $'svname\napp1\napp2\napp3' "where with > and &"
show --csv -c 'show servers where svname~2$ columns svname'
is "$out" $'svname\napp2\nnew2' "where with a regular expression"
show --csv -c 'show servers where !(pxname=live) columns svname'
is "$out" $'svname\nnew1\nnew2' "where with a negation"
show --csv -c 'show servers where status=UP columns svname'
is "$out" $'svname\napp1\napp2\napp3' "a state is compared by its first word"
show --csv -c 'show servers sort -weight columns svname,weight limit 2'
is "$(sed -n 1p <<<"$out")" svname,weight "the columns asked for"
is "$(wc -l <<<"$out")" 3 "limit cuts"
is "$(cut -d, -f2 <<<"$out" | tail -n 2 | sort -u)" 100 "sort - begins with the largest"
show --csv -c 'show servers sort weight columns svname limit 1'
is "$out" $'svname\nnew1' "sort begins with the smallest"
show --csv -c 'show servers live/* sort svname columns pxname,svname,addr'
is "$(sed -n 2p <<<"$out")" "live,app1,127.0.0.1:$app1_port" "any field of show stat is a column"

# ---- JSON and CSV

show --json -c 'show servers'
works "show servers as JSON lines"
is "$(wc -l <<<"$out")" 5 "one object a line"
is "$(grep -cE '^\{.*\}$' <<<"$out")" 5 "each on a line of its own"
like "$out" '"pxname": ?"live"' "keys are HAProxy's names"
like "$out" '"weight": ?100' "numbers are numbers"
show --csv -c 'show servers'
works "show servers as CSV"
is "$(wc -l <<<"$out")" 6 "a header and the rows"
is "$(awk -F, '{ print NF }' <<<"$out" | sort -u | wc -l)" 1 "all with the same number of cells"
for table in servers backends frontends; do
	show --csv -c "show $table"
	is "$(head -n 1 <<<"$out" | tr , '\n' | sort | uniq -d)" "" "no column of $table has another one's name"
done

# ---- sentences for what cannot be

show -c 'show servers nobody/*'
like "$status$err" 'nobody|^0' "a pattern that matches nothing"
show -c 'show servers where nofield=1'
fails 2 'nofield' "where with an unknown field"
show -c 'show servers where weight >'
is "$((status == 1 || status == 2))" 1 "where that is cut off ends with 1 or 2"
show -c 'show servers sort nofield'
fails 2 'nofield' "sort by an unknown column"
show -c 'show servers columns svname,wieght'
fails 2 'wieght' "an unknown column"
show -c 'show servers limit many'
fails 2 'many' "a limit that is no number"

# ---- the rest of what show has

for what in errors tables maps acls certs events activity; do
	show -c "show $what"
	works "show $what"
done

# A request that nobody answers is a session.
free_port
spawn socat "TCP-LISTEN:$port,bind=127.0.0.1,fork" EXEC:'sleep 600'
ask "$lb" "set server staged/new1 addr 127.0.0.1 port $port" >/dev/null
ask "$lb" "set server staged/new2 state maint" >/dev/null
spawn curl -s --max-time 60 "http://127.0.0.1:$web_port/staged/"
wait_for 5 '[ "$(stat_of "$lb" staged new1 scur)" = 1 ]'
show -c 'show sessions'
works "show sessions"
like "$out" '0x.*web.*staged.*new1' "it lists the session"
id=$(grep -oE '0x[0-9a-f]+' <<<"$out" | head -n 1)
try -s "$lb" -c "kill session $id"
works "kill session"
holds "the session is gone" wait_for 5 '[ "$(stat_of "$lb" staged new1 scur)" = 0 ]'
done_testing
