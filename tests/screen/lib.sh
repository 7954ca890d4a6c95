# SPDX-License-Identifier: GPL-3.0-or-later
#
# For screen tests: a HAProxy whose numbers stand still, a script of commands,
# and what the screen looks like, compared with tests/screen/expected/NAME.
# BLESS=1 writes what is there now; the difference is to be reviewed.
. tests/lib.sh

[ -x "$PENSTOCK" ] || { echo "Bail out! there is no $PENSTOCK"; exit 1; }
expected=$top/tests/screen/expected
mkdir -p "$work/run"
cp tests/screen/data/haproxy.cfg "$work/run"
spawn socat "UNIX-LISTEN:$work/run/lb1.sock,fork" "EXEC:$top/tests/screen/fake $top/tests/screen/data"
wait_for 5 '[ -S "$work/run/lb1.sock" ]'

# Runs the commands on stdin on a screen of that size; the dumps are in $shown.
screen() { # COLUMNSxLINES [VARIABLE=VALUE...]
	local size=$1

	shift
	cat >"$work/script"
	(cd "$work/run" && env "$@" timeout -k 5 60 "$PENSTOCK" -f haproxy.cfg -s lb1.sock \
		--screen "$size" "$work/script") >"$work/out" 2>"$work/err" </dev/null
	status=$?
	# How long the answer took is the one number that moves.
	sed -E 's/ [0-9 ]{2}[0-9] ms( |$)/   N ms\1/' "$work/out" >"$work/shown"
	shown=$(cat "$work/shown")
	sane "$(cat "$work/err")" "--screen $size"
	[ "$status" = 0 ] || not_ok "the script runs" "status $status" "$(cat "$work/err")"
}

# The dumps are as they were.
looks() { # NAME
	if [ -n "${BLESS:-}" ]; then
		mkdir -p "$expected"
		cp "$work/shown" "$expected/$1"
	fi
	is "$(diff -u "$expected/$1" "$work/shown")" "" "the screen is as in expected/$1"
}

# No line is wider than the screen.
fits() { # COLUMNS LINES DESCRIPTION
	local wide

	wide=$(LC_ALL=C awk -v columns="$1" '{ gsub(/[\200-\277]/, ""); if (length($0) > columns) print }' \
		"$work/shown")
	is "$wide" "" "$3: no line is wider than $1 columns"
	is "$(($(wc -l <"$work/shown") % $2))" 0 "$3: all its $2 lines"
}
