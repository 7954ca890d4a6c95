# SPDX-License-Identifier: GPL-3.0-or-later
# --line: the same commands on a plain prompt.
. tests/lib.sh
need_haproxy 2.2
start_lb master

line() { # (commands on stdin)
	timeout 60 "$PENSTOCK" -f "$cfg" -s "$lb" --line >"$work/out" 2>"$work/err"
	status=$?
	out=$(cat "$work/out")
	err=$(cat "$work/err")
	sane "$err" "--line"
}

line <<-'END'
	show servers live/app1 columns svname,weight
	sho serv live/app2 columns svname
	set server live/app1 wieght 5
	set server live/app1 weight 50
	diff
	apply
	y
	quit
END
is "$status" 0 "a session ends with 0"
like "$out" 'app1 +100' "commands are run"
like "$out" 'app2' "unambiguous beginnings of words will do"
like "$out$err" "wieght" "an error is shown"
like "$out" '^\+.*weight 50' "and the session goes on"
is "$(stat_of "$lb" live app1 weight)" 50 "apply asks, and a yes applies"

line <<-'END'
	maint live/*
	wrong
	quit
END
unlike "$(stat_of "$lb" live app1 status)" MAINT "danger asks for the name, another word is no"
line <<-'END'
	maint live/*
	live
	quit
END
like "$(stat_of "$lb" live app1 status)" MAINT "the name typed out is yes"

line </dev/null
is "$status" 0 "the end of input ends it"
done_testing
