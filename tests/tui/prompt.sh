# SPDX-License-Identifier: GPL-3.0-or-later
# The prompt on a terminal: completion, history, Esc beside Alt, paste, width.
. tests/tui/lib.sh
start_lb master
open_terminal 80 24
start_penstock

press :
type_text 'set server live/ap'
press Tab
seen '^:set server live/app' "Tab completes from the model"
type_text '1 wei'
press Tab
seen '^:set server live/app1 weight ' "and keywords"
press Escape
gone '^:' "Esc leaves the prompt"
gone 'edit pending' "and runs nothing"

press :
type_text 'show config backend staged'
press Enter
seen 'server new1' "Enter runs the line"
press :
press Up
seen '^:show config backend staged' "Up brings the last line back"

# Alt-b is Esc and b at once: it goes back a word, it does not cancel.
press M-b
type_text 'X'
seen '^:show config backend Xstaged' "Alt-b moves back by a word"
press C-a
type_text 'Y'
seen '^:Yshow' "C-a moves to the beginning"
press C-u
press C-k
seen '^:$' "C-u and C-k empty the line"
escape

# What is pasted is not run.
press :
terminal set-buffer -b x "$(printf 'set server live/app1 weight 7\nset server live/app2 weight 8\n')"
terminal paste-buffer -p -b x -t t
seen '^:set server live/app1 weight 7; *set server live/app2 weight 8' "pasted lines are one line, waiting"
gone 'edit pending' "nothing of it has been run"
press Enter
seen '2 edits pending' "Enter runs all of it"

# A line that is longer than the terminal scrolls; wide characters count two.
press :
type_text 'filter 日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語'
type_text 'END'
seen 'END' "the end of a long line is seen"
press Home
seen '^:filter 日本' "Home shows its beginning"
escape
press 4
seen '^ Servers' "the screen is whole again"

press q
seen 'not applied|y/n' "leaving with edits asks"
press y
seen 'shell> ?$' "yes leaves"

# History outlives the session.
type_text p
press Enter
seen 'Overview' "started again"
press :
press Up
seen '^:(filter|set server)' "the history is still there"
done_testing
