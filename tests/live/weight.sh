# SPDX-License-Identifier: GPL-3.0-or-later
# The whole way of one weight: edit, diff, plan, apply at run time.
. tests/lib.sh
need_haproxy 2.2
start_lb master

try -f "$cfg" -s "$lb" -c 'set server live/app1 weight 50' -c diff -c plan -c apply
works "edit, diff, plan and apply"
is "$(grep -c '^+[^+]' "$work/out")" 1 "diff shows one added line"
is "$(grep -c '^-[^-]' "$work/out")" 1 "diff shows one removed line"
like "$out" '^\+    server app1   127\.0\.0\.1:'"$app1_port"' check inter 500ms weight 50   # oldest$' \
	"it is the server's, with every other byte"
is "$(grep -c 'set server live/app1 weight 50' "$work/out")" 1 "the plan has one command"
like "$out" 'runtime' "the plan says runtime"
unlike "$out" 'reload.*because' "the plan says no reload"

is "$(stat_of "$lb" live app1 weight)" 50 "HAProxy says weight 50"
is "$(stat_of "$lb" live app2 weight)" 100 "the other server keeps its weight"
same_process "no reload has happened"
only_changed '/server app1/s/weight 100/weight 50/' "the file's other bytes are the same"

try -f "$cfg" -s "$lb" -c diff -c plan -c apply
works "with no edits there is nothing to do"
unlike "$out" 'set server' "and nothing is sent"
same_process "and nothing reloaded"
done_testing
