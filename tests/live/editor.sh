# SPDX-License-Identifier: GPL-3.0-or-later
# edit: a section, or the file, in the operator's own editor.
. tests/lib.sh
need_haproxy 2.2
start_lb master

editor() { # SHELL-COMMANDS, with the file as $1
	printf '#!/bin/sh\n%s\n' "$1" >"$work/editor"
	chmod +x "$work/editor"
}

edit() { # COMMAND...
	local command arguments=()

	for command; do
		arguments+=(-c "$command")
	done
	EDITOR=$work/editor VISUAL='' try -f "$cfg" -s "$lb" "${arguments[@]}"
}

editor 'cp "$1" '"$work"'/seen; sed -i "s/weight 100/weight 20/" "$1"'
edit 'edit backend live' diff
works "edit opens a section"
is "$(head -n 1 "$work/seen")" "backend live" "the editor gets its lines"
is "$(grep -c '^backend\|^frontend' "$work/seen")" 1 "and no others"
is "$(grep -c '^+[^+]' "$work/out")" 3 "what it changed is the edit"

editor 'cp "$1" '"$work"'/seen'
edit edit diff
works "edit without a section opens the file"
holds "byte for byte" cmp "$cfg" "$work/seen"
is "$out" "" "saving it as it was is no edit"

editor 'sed -i "s/weight 100/weight 20/" "$1"; exit 3'
edit 'edit backend live'
isnt "$status" 0 "an editor that fails"
edit 'set server staged/new1 weight 2' 'show candidate' 'edit backend live'
like "$out" '1 edit' "leaves the candidate as it was"

editor ': >"$1"'
edit 'edit backend staged' 'show config'
unlike "$out" '^backend staged' "a section may be emptied away"

VISUAL='' EDITOR=$work/no-such-editor try -f "$cfg" -c 'edit'
isnt "$status" 0 "an editor that is not there"
like "$err" 'no-such-editor' "is named"

# An editor with arguments.
editor 'echo "$1" >'"$work"'/argument; sed -i "s/weight 100/weight 20/" "$2"'
EDITOR="$work/editor --wait" VISUAL='' try -f "$cfg" -c 'edit backend live' -c diff
works "an editor may have arguments"
is "$(cat "$work/argument")" --wait "it gets them"
unchanged "the file itself was never opened"
done_testing
