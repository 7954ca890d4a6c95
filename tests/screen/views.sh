# SPDX-License-Identifier: GPL-3.0-or-later
# Each view, at three sizes, in UTF-8 and in ASCII.
. tests/screen/lib.sh

for size in 80x24 60x15 40x8; do
	for form in utf8 ascii; do
		[ "$form" = ascii ] && locale=C || locale=C.UTF-8
		for view in overview frontends backends servers; do
			screen "$size" LC_ALL=$locale <<-END
				view $view
				sync
				dump -
			END
			looks "$view-$size-$form"
			fits "${size%x*}" "${size#*x}" "$view at $size in $form"
			[ "$form" = utf8 ] || is "$(LC_ALL=C grep -c '[^ -~]' "$work/out")" 0 \
				"$view at $size: ASCII only"
		done
	done
done

# The widest terminal shows every column, the smallest says what it needs.
screen 250x24 <<-'END'
	view servers
	sync
	dump -
END
looks servers-250x24
screen 20x4 <<-'END'
	view servers
	sync
	dump -
END
looks servers-20x4
fits 20 4 "20x4"
screen 1x1 <<-'END'
	view servers
	sync
	dump -
END
ok "a screen of one cell does no harm"
done_testing
