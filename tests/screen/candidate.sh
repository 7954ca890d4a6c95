# SPDX-License-Identifier: GPL-3.0-or-later
# Editing on the screen: the diff and the plan follow, and so does the count.
. tests/screen/lib.sh

edits='set server live/app1 weight 50
add rule web path_beg /beta/ live
set frontend web maxconn 900'

for size in 80x24 60x15; do
	screen "$size" <<-END
		sync
		view diff
		dump -
		$edits
		view diff
		dump -
		view plan
		dump -
	END
	looks "candidate-$size"
	fits "${size%x*}" "${size#*x}" "diff and plan at $size"
done
like "$shown" '3 edits pending' "edits are counted"

# What stands in front follows the candidate: a plan on the screen is the plan.
screen 80x24 <<-END
	sync
	$edits
	view plan
	press : u n d o <Enter>
	press : u n d o <Enter>
	dump -
END
like "$shown" '1 edit pending' "undone edits are not counted"
like "$shown" '1 step: 1 at run time' "the plan follows an undo"
screen 80x24 <<-END
	sync
	set server live/app1 weight 50
	set server live/app2 weight 60
	view diff
	press u
	dump -
END
like "$shown" '^ \+    server app1 .* weight 50' "the diff shows the edit that is left"
unlike "$shown" '^ \+.*weight 60' "and not the one that u took back"

# What a command prints opens the output view; what it refuses is one line.
screen 80x24 <<-'END'
	sync
	show config backend images
	dump -
END
looks output-80x24
screen 80x24 <<-'END'
	sync
	press : s e t <Space> s e r v e r <Space> l i v e / n o b o d y <Space> b a c k u p <Enter>
	dump -
END
like "$shown" "no server 'nobody'" "a refusal is shown"
done_testing
