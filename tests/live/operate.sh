# SPDX-License-Identifier: GPL-3.0-or-later
# Operating: at once on the process, the file untouched, arguments checked before
# anything is sent.
. tests/lib.sh
need_haproxy 2.4
start_lb master

now() { # COMMAND
	try -s "$lb" --yes -c "$1"
}

now 'drain live/app1'
works drain
like "$(stat_of "$lb" live app1 status)" '^DRAIN' "HAProxy says DRAIN"
now 'maint live/app1'
works maint
like "$(stat_of "$lb" live app1 status)" '^MAINT' "HAProxy says MAINT"
now 'ready live/app1'
works ready
wait_for 5 '[[ $(stat_of "$lb" live app1 status) == UP* ]]'
like "$(stat_of "$lb" live app1 status)" '^UP' "HAProxy says UP"
now 'maint live/app[12]'
works "maint of several"
is "$(stat_of "$lb" live app1 status)$(stat_of "$lb" live app2 status)" MAINTMAINT "both are"
unlike "$(stat_of "$lb" live app3 status)" MAINT "the third is not"
now 'ready live/*'
works "ready of all"

now 'weight live/app1 20'
works weight
is "$(stat_of "$lb" live app1 weight)" 20 "HAProxy has the weight"
now 'weight live/app1 50%'
works "weight in percent"
is "$(stat_of "$lb" live app1 weight)" 50 "of the initial one"
now 'maxconn live/app1 30'
works maxconn
is "$(stat_of "$lb" live app1 slim)" 30 "HAProxy has the limit"

now 'disable frontend web'
works "disable frontend"
is "$(stat_of "$lb" web FRONTEND status)" PAUSED "HAProxy says PAUSED"
now 'enable frontend web'
works "enable frontend"
is "$(stat_of "$lb" web FRONTEND status)" OPEN "HAProxy says OPEN"

now 'health live/app1 off'
works "health off"
is "$(stat_of "$lb" live app1 status)" 'no check' "HAProxy does not check"
now 'health live/app1 on'
works "health on"

curl -s "http://127.0.0.1:$web_port/" >/dev/null
if haproxy_has 3.4 && ! haproxy_has 3.5; then
	now 'clear counters all'
	fails 1 'clear counters' "clear counters all is refused where it would kill HAProxy"
else
	now 'clear counters all'
	works "clear counters all"
	is "$(stat_of "$lb" web FRONTEND stot)" 0 "they are 0"
fi
now 'runtime show version'
works runtime
like "$out" '[0-9]+\.[0-9]+' "HAProxy's words are shown"

# A drain with a wait ends when the last session has.
now 'drain live/app2 wait 5s'
works "drain with a wait, without sessions"
now 'ready live/app2'
works "ready after a drain"

# HAProxy would take these (runtime-api.md: fact 2); we do not.
now 'weight live/app1 257'
fails 2 '257.*256' "a weight above 256"
now 'weight live/app1 -1'
isnt "$status" 0 "a negative weight"
now 'maxconn live/app1 -5'
isnt "$status" 0 "a negative maxconn"
now 'weight live/app1 many'
isnt "$status" 0 "a weight that is no number"
is "$(stat_of "$lb" live app1 weight) $(stat_of "$lb" live app1 slim)" "50 30" "nothing was changed"
now 'drain live/nobody'
fails 1 'nobody' "a server that is not there"
now 'drain nowhere/app1'
fails 1 'nowhere' "a backend that is not there"
now 'drain app1'
isnt "$status" 0 "a server without its backend"
now 'disable frontend nowhere'
fails 1 'nowhere' "a frontend that is not there"
now 'runtime set server live/app1 state nonsense'
like "$out" 'ready' "what HAProxy answers is shown"
now 'runtime nonsense'
isnt "$status" 0 "a command that HAProxy does not know"

unchanged "the file was never touched"
same_process "the process is the same"

# Taking the last server away asks; a script cannot answer, so --yes is needed.
try -s "$lb" -c 'maint live/*'
isnt "$status" 0 "what takes the last server away wants --yes"
unlike "$(stat_of "$lb" live app3 status)" MAINT "nothing was done"
done_testing
