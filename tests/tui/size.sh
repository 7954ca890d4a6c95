# SPDX-License-Identifier: GPL-3.0-or-later
# The size of the terminal changes.
. tests/tui/lib.sh
start_lb master
open_terminal 80 24
start_penstock

terminal resize-window -t t -x 120 -y 30
seen 'ADDRESS|CHECK' "a wider terminal shows more columns"
terminal resize-window -t t -x 60 -y 15
seen 'app1' "60x15 shows rows"
gone 'CHECK' "with fewer columns"
terminal resize-window -t t -x 20 -y 5
holds "20x5 does no harm" wait_for 5 'look | grep -q .'
press j
terminal resize-window -t t -x 1 -y 1
terminal resize-window -t t -x 80 -y 24
seen '^ Servers' "back at 80x24 the view is there"
seen '> live +app[12]' "and the rows"
seen 'help *$' "and the footer"

# In the middle of typing.
press :
type_text 'show servers'
terminal resize-window -t t -x 50 -y 12
seen '^:show servers' "the prompt survives a change"
escape
terminal resize-window -t t -x 80 -y 24
leave
done_testing
