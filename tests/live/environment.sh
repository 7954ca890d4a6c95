# SPDX-License-Identifier: GPL-3.0-or-later
# What the service has and we have not: variables of its environment; and what comes
# into a folder of -f while it is edited.
. tests/lib.sh
need_haproxy 2.6
start_servers app1 app2 app3 app4 new1 new2
write_lb
sed -i "s/127.0.0.1:$app1_port/127.0.0.1:\"\${APP1_PORT}\"/" "$cfg"
mkdir "$work/conf.d"
mv "$cfg" "$work/conf.d/a.cfg"
cfg=$work/conf.d/a.cfg
folder=$work/conf.d
APP1_PORT=$app1_port haproxy -W -S "$lb_master" -f "$folder" >"$work/lb.log" 2>&1 </dev/null &
pids+=("$!")
disown
wait_for 20 'answers "$lb"'

unset APP1_PORT
try -f "$folder" -s "$lb" -c check
works "a check has the environment of the process"
try -f "$folder" -s "$lb" -c 'set server live/app2 weight 50' -c apply
works "and so has an apply"
is "$(stat_of "$lb" live app2 weight)" 50 "which reaches the process"

cat >"$work/colleague" <<END
#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
echo '# more' >"$folder/b.cfg"
END
chmod +x "$work/colleague"
EDITOR="$work/colleague" VISUAL= try -f "$folder" -s "$lb" -c 'set server live/app2 weight 60' \
	-c edit -c apply
is "$status" 6 "a file that came into the folder is a conflict"
like "$err" 'b\.cfg.* has come' "which names it"
is "$(stat_of "$lb" live app2 weight)" 50 "and nothing is sent"
done_testing
