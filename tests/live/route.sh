# SPDX-License-Identifier: GPL-3.0-or-later
# `route` names the backend that a real HAProxy chooses: each folder of
# tests/live/route has a configuration whose backends answer with their name in
# X-Be (a frontend that answers itself: -), and requests, a line each, as they
# stand behind `route`: METHOD 'PATH' 'Name: value'…
. tests/lib.sh
need_haproxy

cases=$top/tests/live/route
compared=0

# Files of a case with folder and port filled in.
prepare() { # CASE
	local file

	mkdir -p "$work/$1"
	for file in "$cases/$1"/*; do
		sed -e "s|@DIR@|$work/$1|g" -e "s|@PORT@|$port|g" "$file" >"$work/$1/${file##*/}"
	done
}

# What HAProxy does with one request: "be NAME", or a status.
ask_haproxy() { # METHOD PATH HEADER...
	local method=$1 path=$2 header head
	local options=(-s -o /dev/null -D - --path-as-is --globoff --max-time 10 -X "$method"
		-H 'User-Agent:' -H 'Accept:')

	[ "$method" = HEAD ] && options+=(--head)
	shift 2
	for header; do
		# An empty value is written with a ; for curl.
		[[ $header =~ ^([^:]+):\ *$ ]] && header="${BASH_REMATCH[1]};"
		options+=(-H "$header")
	done
	head=$(curl "${options[@]}" "http://127.0.0.1:$port$path" | tr -d '\r')
	awk 'NR == 1 { status = $2 }
		tolower($1) == "x-be:" { be = $2 }
		END { print be != "" && status == 200 ? "be " be : status }' <<<"$head"
}

# The same of what `route` says in CSV, whose headers are left out.
read_routes() {
	awk -F, '$1 != "frontend" {
		if ($6 != "yes") print "uncertain"
		else if ($2 != "") print "be " $2
		else if ($3 == "return") print "be -"
		else if ($3 == "unavailable") print 503
		else { gsub(/"/, "", $4); split($4, word, " "); print word[1] }
	}'
}

compare() { # CASE
	local name=$1 line count

	: >"$work/script"
	: >"$work/wanted"
	while IFS= read -r line; do
		[[ $line = '#'* ]] && continue
		eval "set -- $line"
		ask_haproxy "$@" >>"$work/wanted"
		line=${line#* }
		printf "route %s 'http://127.0.0.1:%s%s from 127.0.0.1\n" "$1" "$port" \
			"${line#\'}" >>"$work/script"
	done <"$work/$name/requests"
	try --csv --keep-going -f "$work/$name/haproxy.cfg" "$work/script"
	read_routes <<<"$out" >"$work/got"
	count=$(wc -l <"$work/wanted")
	compared=$((compared + count))
	is "$(paste -d ' ' "$work/got" "$work/script")$err" \
		"$(paste -d ' ' "$work/wanted" "$work/script")" \
		"$name: $count requests go where HAProxy sends them"
}

for folder in "$cases"/*/; do
	name=$(basename "$folder")
	free_port
	prepare "$name"
	if ! haproxy -c -f "$work/$name/haproxy.cfg" >"$work/check" 2>&1; then
		if haproxy_has 2.6; then
			not_ok "$name: HAProxy takes the configuration" "$(cat "$work/check")"
		else
			skip "$name" "haproxy $(haproxy_version) does not know all of it"
		fi
		continue
	fi
	start_haproxy "$work/$name/haproxy.cfg" "$work/$name/sock"
	compare "$name"
	end_processes "$haproxy_pid"
done
haproxy_has 2.6 && is "$((compared >= 300))" 1 "at least 300 requests were compared"
done_testing
