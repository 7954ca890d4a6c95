# SPDX-License-Identifier: GPL-3.0-or-later
# Two who want to change the same: the lock, and a file that changed meanwhile.
. tests/lib.sh
need_haproxy 2.2
start_lb master

# The file is changed by somebody between loading and applying: by the editor
# of the session itself, which stands in for a colleague.
cat >"$work/colleague" <<END
#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
echo '# a colleague was here' >>"$cfg"
END
chmod +x "$work/colleague"
EDITOR="$work/colleague" VISUAL= try -f "$cfg" -s "$lb" -c 'set server live/app1 weight 50' -c edit -c apply
is "$status" 6 "a file that changed meanwhile ends with 6"
like "$err" 'haproxy\.cfg' "the sentence names it"
is "$(tail -n 1 "$cfg")" '# a colleague was here' "the colleague's change is kept"
is "$(stat_of "$lb" live app1 weight)" 100 "nothing was sent"
cp "$work/before.cfg" "$cfg"

# One apply waits for its reload, another comes meanwhile.
mkfifo "$work/gate"
first() {
	timeout 60 "$PENSTOCK" -f "$cfg" -s "$lb" \
		-c "option reload-command 'echo here >$work/here; cat $work/gate; kill -USR2 $haproxy_pid'" \
		-c 'set backend live timeout server 11s' -c apply >"$work/first.out" 2>&1
	echo $? >"$work/first.status"
}
first &
wait_for 20 '[ -e "$work/here" ]'
try -f "$cfg" -s "$lb" -c 'set server live/app1 weight 50' -c apply
is "$status" 6 "a second apply ends with 6"
like "$err" '[0-9]+' "the sentence names the holder"
: >"$work/gate"
wait_for 20 '[ -e "$work/first.status" ]'
is "$(cat "$work/first.status")" 0 "the first one ends well"
try -f "$cfg" -s "$lb" -c 'set server live/app1 weight 50' -c apply
works "afterwards the lock is free"
is "$(stat_of "$lb" live app1 weight)" 50 "and the edit is applied"
done_testing
