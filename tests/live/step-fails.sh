# SPDX-License-Identifier: GPL-3.0-or-later
# A step that fails: those before it are undone, and it is said.
. tests/lib.sh
need_haproxy 2.6
free_port
tcp_port=$port
free_port
held_port=$port
cat >"$work/haproxy.cfg" <<END
global
    stats socket $work/admin.sock mode 600 level admin expose-fd listeners
defaults
    mode tcp
    timeout connect 1s
    timeout client 60s
    timeout server 60s
frontend in
    bind 127.0.0.1:$tcp_port
    default_backend held
backend held
    server s1 127.0.0.1:$held_port weight 10
    server s2 127.0.0.1:9 weight 0
backend other
    server o1 127.0.0.1:9 weight 10
END
cfg=$work/haproxy.cfg lb=$work/admin.sock
cp "$cfg" "$work/before.cfg"
start_haproxy "$cfg" "$lb" master
pid=$(worker_pid "$lb")

# A connection to s1 that nobody closes: the server cannot be deleted.
spawn socat "TCP-LISTEN:$held_port,bind=127.0.0.1,fork" EXEC:'sleep 600'
wait_for 5 'socat -u OPEN:/dev/null "TCP:127.0.0.1:$held_port" 2>/dev/null'
spawn socat "TCP:127.0.0.1:$tcp_port" EXEC:'sleep 600'
wait_for 5 '[ "$(stat_of "$lb" held s1 scur)" = 1 ]' || skip_all "no connection could be held"

try -f "$cfg" -s "$lb" -c 'option delete-wait 1s' -c 'set server other/o1 weight 99' \
	-c 'delete server held/s1' -c apply
is "$status" 5 "applied, then rolled back: 5"
like "$err" 's1' "the sentence names the server"
is "$(wc -l <<<"$err" | awk '{ print ($1 < 8) }')" 1 "and is not a flood"
is "$(stat_of "$lb" other o1 weight)" 10 "the step before it is undone"
unlike "$(stat_of "$lb" held s1 status)" '^MAINT' "the server is back from maintenance"
is "$(stat_of "$lb" held s1 weight)" 10 "with its weight"
unchanged "the file is put back"
same_process "no reload has happened"

# After that everything works again.
try -f "$cfg" -s "$lb" -c 'set server other/o1 weight 42' -c apply
works "the next apply goes through"
is "$(stat_of "$lb" other o1 weight)" 42 "HAProxy has it"
done_testing
