# SPDX-License-Identifier: GPL-3.0-or-later
# A session: tables, keys, acting on a server, editing, leaving.
. tests/tui/lib.sh
start_lb master
open_terminal 80 24

start_penstock
seen '> live +app1' "the cursor is on the first row"
press j
seen '> live +app2' "j moves it"
press Down
seen '> live +app3' "so does an arrow"
press k k
seen '> live +app1' "k moves back"

# Drain by a key: a question, and the state that HAProxy then has.
press d
seen 'y/n' "draining asks"
press y
holds "HAProxy has it in drain" wait_for 5 '[[ $(stat_of "$lb" live app1 status) == DRAIN* ]]'
seen 'app1 +DRAIN' "and the table shows it by itself"
press r
seen 'app1 +UP' "r brings it back"

# Edit, look, apply.
press :
seen '^:' "the prompt opens"
type_text 'set server live/app2 weight 42'
press Enter
seen '1 edit pending' "an edit is counted"
press 5
seen '^ \+ .*weight 42' "the diff shows it"
press p
seen 'set server live/app2 weight 42' "the plan shows it"
press a
seen 'y/n|\[y' "apply asks"
press y
holds "HAProxy has the weight" wait_for 10 '[ "$(stat_of "$lb" live app2 weight)" = 42 ]'
seen 'applied' "the outcome is said"
gone 'edit pending' "no edit is left"

# Leaving gives the terminal back as it was.
leave
gone 'Servers' "the screen is the shell's again"
type_text 'echo $?; stty -a | tr " " "\n" | grep -xE -- "-?(icanon|echo|isig|icrnl|opost);?" | xargs'
press Enter
seen '^0$' "with status 0"
seen 'icrnl.*opost.*isig.*icanon.*echo|icanon.*echo' "and a terminal in its usual mode"
done_testing
