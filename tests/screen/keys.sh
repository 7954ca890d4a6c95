# SPDX-License-Identifier: GPL-3.0-or-later
# Keys: moving, filtering, sorting, marking, the prompt, and the way back.
. tests/screen/lib.sh

# The row that the cursor is on, by the last dump.
row() {
	grep -E '^(>|▶|›)' <<<"$shown" | tail -n 1
}

screen 80x24 <<-'END'
	view servers
	sync
	press j j
	dump -
END
like "$(row)" 'app3' "j moves down"
screen 80x24 <<-'END'
	view servers
	sync
	press G
	press k
	dump -
END
like "$(row)" 'server-with' "G goes to the end, k up"
screen 80x24 <<-'END'
	view servers
	sync
	press <End> g g
	dump -
END
like "$(row)" 'app1' "gg goes home"
screen 80x24 <<-'END'
	view servers
	sync
	press j
	filter app
	dump -
	press <Esc>
	dump -
END
looks filter-80x24
like "$(row)" 'app2' "the cursor stays on its row through a filter"
screen 80x24 <<-'END'
	view servers
	sync
	filter status=DOWN
	dump -
END
unlike "$shown" 'app1' "a filter may be a condition"
like "$shown" 'app4' "whose rows are shown"
screen 80x24 <<-'END'
	view servers
	sync
	sort -scur
	press <Home>
	dump -
END
like "$(row)" 'server-with' "sorting by a column, largest first"
looks sorted-80x24
screen 80x24 <<-'END'
	view servers
	sync
	press j <Enter>
	dump -
	press <Esc>
	dump -
END
looks detail-80x24
like "$(row)" 'app2' "Enter opens the row, Esc comes back to it"

# The prompt: what is typed, completed, edited and cancelled.
screen 80x24 <<-'END'
	view servers
	sync
	press : s h o w
	dump -
	press <Tab>
	dump -
	press <Esc>
	dump -
END
looks prompt-80x24
screen 80x24 <<-'END'
	view servers
	sync
	press w
	dump -
END
like "$shown" ':weight live/app1' "a key opens the prompt with the row's name"
screen 80x24 <<-'END'
	sync
	press : v i e w <Space> p l <Tab> <Enter>
	dump -
END
like "$shown" '^ Plan' "Tab completes, Enter runs"

# Danger asks; no is no.
screen 80x24 <<-'END'
	view servers
	sync
	press m
	dump -
	press n
	dump -
END
looks question-80x24

screen 80x24 <<-'END'
	view servers
	sync
	keys
	dump -
END
looks help-80x24
screen 80x24 <<-'END'
	press x
	dump -
END
ok "a key without a binding does no harm"
done_testing
