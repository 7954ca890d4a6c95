# SPDX-License-Identifier: GPL-3.0-or-later
# A candidate that HAProxy refuses changes nothing.
. tests/lib.sh
need_haproxy 2.6
start_lb master

try -f "$cfg" -s "$lb" -c 'add line backend live nonsense 1' -c 'set server live/app1 weight 5' -c check
is "$status" 4 "check ends with 4"
like "$out$err" "haproxy\.cfg:[0-9]+" "the message is tied to a line"
like "$out$err" "nonsense" "and is HAProxy's own"
unlike "$out$err" '\.penstock\.' "no temporary name is shown"

try -f "$cfg" -c 'add line backend live nonsense 1' -c 'show config'
line=$(grep -n 'nonsense 1' <<<"$out" | cut -d: -f1)

try -f "$cfg" -s "$lb" -c 'add line backend live nonsense 1' -c 'set server live/app1 weight 5' -c apply
is "$status" 4 "apply ends with 4"
like "$err" "nonsense" "with HAProxy's own words"
like "$err" "haproxy\.cfg:$line:" "at the line that was added"
unchanged "the file"
same_process "the process"
is "$(stat_of "$lb" live app1 weight)" 100 "no command was sent"

try -f "$cfg" -s "$lb" -c check
works "check accepts the file as it is"
unchanged "check changes nothing"

try -f "$cfg" -s "$lb" --dry-run -c 'set server live/app1 weight 5' -c apply
works "--dry-run makes apply a plan"
like "$out" 'set server live/app1 weight 5' "it is printed"
unchanged "--dry-run: the file"
is "$(stat_of "$lb" live app1 weight)" 100 "--dry-run: the process"
done_testing
