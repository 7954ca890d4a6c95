# SPDX-License-Identifier: GPL-3.0-or-later
# Other terminals: no colour, ASCII, a vt100, none at all.
. tests/tui/lib.sh
start_lb master

# Colours are 30-37, 40-47, 90-97 and 38;… and 48;… in SGR sequences.
coloured() {
	look -e | grep -qE $'\033\\[([0-9;]*;)?(3[0-8]|4[0-8]|9[0-7])(;[0-9;]*)?m'
}

open_terminal 80 24
start_penstock
holds "there are colours" wait_for 5 coloured
press q
shows 'shell> ?$'
close_terminal

open_terminal 80 24 NO_COLOR=1
start_penstock
press k
is "$(coloured && echo yes)" "" "NO_COLOR: none"
press q
shows 'shell> ?$'
close_terminal

open_terminal 80 24 LC_ALL=C LANG=C
start_penstock
is "$(look | LC_ALL=C grep -c $'[\200-\377]')" 0 "LANG=C: ASCII only"
press q
shows 'shell> ?$'
close_terminal

open_terminal 80 24 TERM=vt100
start_penstock
press j
seen '> live +app2' "vt100: keys and rows"
is "$(coloured && echo yes)" "" "vt100: no colours"
press q
seen 'shell> ?$' "vt100: it leaves"
close_terminal

open_terminal 80 24 TERM=no-such-terminal
type_text p
press Enter
seen 'no-such-terminal' "an unknown terminal is one sentence"
seen 'shell> ?$' "and no screen"
close_terminal
done_testing
